"""The command line: thin functions that call the pipeline and print. No logic that a test of the pipeline would
want to reach."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
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
def build() -> None:
    """Read raw/, check it, derive the marts, publish warehouse/jjj.duckdb. Exit 0 only if published."""
    from jjj_pipeline.build import build as run
    from jjj_pipeline.steps import Work, plan

    settings = default_settings()
    try:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=err,
            transient=True,
        ) as bar:
            task = bar.add_task("building", total=len(plan(Work(settings))) + 1)
            done = run(settings, lambda name: bar.update(task, advance=1, description=name.ljust(36)[:36]))
    except BadInput as error:
        raise refuse(str(error)) from None
    for line in done.failures:
        err.print(line, style="red", markup=False)
    checks = f"checks {done.passed} passed / {done.warned} warned / {done.failed} failed"
    if not done.published:
        state = "the published file is as it was" if settings.duckdb.exists() else "nothing was published"
        err.print(f"not published; {checks}; {state}", style="bold red")
        raise typer.Exit(1)
    print(
        f"{done.summary['files']} files, {done.summary['observations']} observations, {done.summary['tables']} tables; {checks}"
    )
    print(f"published {done.summary['path']}")


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


FileArgument = Annotated[Path, typer.Argument(help="A file as it arrived: .csv, .xls, .xlsx, .ods, .html.")]
TableOption = Annotated[str, typer.Option("--table", help="The table of tables.yml, where the file does not say.")]
IndicatorOption = Annotated[str, typer.Option("--indicator", help="The indicator, where the file does not say.")]
ReleaseOption = Annotated[str, typer.Option("--release", help="Edition or publication date: 2021, 2025-06.")]
RegionOption = Annotated[str, typer.Option("--region", help="The region, where the file names none.")]


@app.command()
def read(
    file: FileArgument,
    table: TableOption = "",
    indicator: IndicatorOption = "",
    release: ReleaseOption = "",
    region: RegionOption = "",
    form: Annotated[str, typer.Option("--format", help="csv or json.")] = "csv",
) -> None:
    """Understand a file: observations to standard output, what is to be known of it to standard error."""
    from jjj_pipeline.catalog.model import load_catalog
    from jjj_pipeline.ingest import reading
    from jjj_pipeline.ingest.fitting import Hints

    settings = default_settings()
    try:
        catalog = load_catalog(settings.catalog)
        understood = reading.read(file, Hints(table, indicator, release, region), settings, catalog)
        text = reading.as_text(understood, catalog, form)
    except BadInput as error:
        raise refuse(str(error)) from None
    _diagnose(understood.said, understood.notes)
    sys.stdout.write(text)


@app.command()
def add(
    file: FileArgument,
    table: TableOption = "",
    indicator: IndicatorOption = "",
    release: ReleaseOption = "",
    region: RegionOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen.")] = False,
) -> None:
    """Read a file, show what is new, repeated and revised, and copy its bytes unchanged into raw/."""
    from jjj_pipeline.catalog.model import load_catalog
    from jjj_pipeline.ingest import adding
    from jjj_pipeline.ingest.fitting import Hints

    settings = default_settings()
    try:
        catalog = load_catalog(settings.catalog)
        done = adding.add(file, Hints(table, indicator, release, region), settings, catalog, dry_run=dry_run)
    except BadInput as error:
        raise refuse(str(error)) from None
    _diagnose(done.said, done.notes)
    for line in done.shown:
        print(line)


def _diagnose(said: Iterable[str], notes: Iterable[str]) -> None:
    for line in [*said, *(f"note: {n}" for n in notes)]:
        err.print(" ".join(line.split()), markup=False)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
