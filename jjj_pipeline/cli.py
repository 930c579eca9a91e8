"""The command line: thin functions that call the pipeline and print. No logic that a test of the pipeline would
want to reach."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import default_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The innovation warehouse of Beijing, Tianjin and Hebei.",
)
err = Console(stderr=True, highlight=False, soft_wrap=True)
REFUSED = 2


def refuse(message: str) -> typer.Exit:
    """One line to standard error; the exit the caller raises."""
    err.print(message, style="red", markup=False)
    return typer.Exit(REFUSED)


@app.command()
def build(
    full: Annotated[bool, typer.Option("--full", help="Make every table anew, also where nothing changed.")] = False,
) -> None:
    """Read raw/, check it, derive the marts, publish warehouse/jjj.duckdb. Exit 0 only if published."""
    from jjj_pipeline.build import build as run
    from jjj_pipeline.steps import plan
    from jjj_pipeline.work import Work

    settings = default_settings()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=err, transient=True) as bar:
            task = bar.add_task("building", total=len(plan(Work(settings))) + 1)
            report = lambda name: bar.update(task, advance=1, description=name.ljust(36)[:36])  # noqa: E731
            done = run(settings, report, bar.console.print, full=full)
    except BadInput as error:
        raise refuse(str(error)) from None
    for line in done.failures:
        err.print(line, style="red", markup=False)
    checks = f"checks {done.passed} passed / {done.warned} warned / {done.failed} failed"
    if not done.published:
        state = "the published file is as it was" if settings.duckdb.exists() else "nothing was published"
        err.print(f"not published; {checks}; {state}", style="bold red")
        raise typer.Exit(1)
    kept = f", {done.kept} of them unchanged" if done.kept else ""
    made = done.summary
    print(f"{made['files']} files, {made['observations']} observations, {made['tables']} tables{kept}; {checks}")
    print(f"published {made['path']}")


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="A query over the published file.")],
    csv: Annotated[bool, typer.Option("--csv", help="CSV to standard output.")] = False,
) -> None:
    """Ask the published file: a table on the terminal, or CSV."""
    import duckdb

    from jjj_pipeline.warehouse import open_published

    try:
        with open_published(default_settings().duckdb) as con:
            frame = con.sql(query).df()
    except BadInput as error:
        raise refuse(str(error)) from None
    except (duckdb.Error, AttributeError) as error:
        raise refuse(
            str(error).splitlines()[0]
            if str(error) and not isinstance(error, AttributeError)
            else "the statement returns no rows"
        ) from None
    if csv:
        frame.to_csv(sys.stdout, index=False, lineterminator="\n")
        return
    table = Table(*map(str, frame.columns), box=box.SIMPLE_HEAD)
    for row in frame.itertuples(index=False):
        table.add_row(*map(_shown, row))
    Console(highlight=False, width=4096).print(table)


def _shown(value: object) -> str:
    if value is None or value != value:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


@app.command()
def status() -> None:
    """What is published: version, as-of date, rows by table, findings of the checks."""
    from jjj_pipeline.warehouse import open_published

    settings = default_settings()
    try:
        con = open_published(settings.duckdb)
    except BadInput as error:
        raise refuse(str(error)) from None
    with con:
        built = con.sql(
            "select version, commit, as_of, built_at, files, observations, tables from meta.build"
        ).fetchall()[0]
        print(f"jjj-pipeline {built[0]} at {built[1] or 'no commit'}; newest release {built[2]}; built {built[3]}")
        print(f"{built[4]} files, {built[5]} observations, {built[6]} tables in {settings.duckdb}")
        for severity, check, n in con.sql(
            "select severity, check_id, count(*) from meta.check_result group by all order by 1, 3 desc, 2"
        ).fetchall():
            print(f"{severity}: {check}: {n}")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
