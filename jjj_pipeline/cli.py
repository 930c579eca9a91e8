"""The command line: thin functions that call the pipeline and print. No logic that a test of the pipeline would want to reach."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from jjj_pipeline import show
from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import default_settings

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The innovation warehouse of Beijing, Tianjin and Hebei.",
)
out = Console(highlight=False, width=4096)
err = Console(stderr=True, highlight=False, soft_wrap=True)
REFUSED = 2


@contextmanager
def refusing() -> Iterator[None]:
    """Input that is refused is one line on standard error and exit status 2, never a traceback."""
    try:
        yield
    except BadInput as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(REFUSED) from None


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
    with refusing(), Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("building", total=len(plan(Work(settings))) + 1)
        report = lambda name: bar.update(task, advance=1, description=name.ljust(36)[:36])  # noqa: E731
        done = run(settings, report, bar.console.print, full=full)
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
    from jjj_pipeline.warehouse import ask, open_published

    with refusing(), open_published(default_settings().duckdb) as con:
        frame = ask(con, query)
    rows(frame, Shape.csv if csv else Shape.table)


@app.command()
def status() -> None:
    """What is published, how the last refreshes ended, which sources are overdue, what the checks found."""
    from jjj_pipeline import journal
    from jjj_pipeline.catalog.model import load_catalog
    from jjj_pipeline.overdue import due
    from jjj_pipeline.raw_files import find_files
    from jjj_pipeline.warehouse import ask, open_published

    settings = default_settings()
    for entry in journal.last(settings, 3):
        print(journal.sentence(entry))
    with refusing():
        catalog = load_catalog(settings.catalog)
        for source in due(catalog, find_files(settings, catalog).files, date.today()):
            if source.overdue:
                print(f"overdue: {source.sentence(catalog.sources[source.source].name_zh)}")
        with open_published(settings.duckdb) as con:
            (built,) = ask(con, "from meta.build").to_dict("records")
            rules = ask(
                con, "select check_id, tested, warnings, errors from meta.check order by warnings desc, check_id"
            )
    print(
        f"published: jjj-pipeline {built['version']} at {show.cell(built['commit']) or 'no commit'}, built {built['built_at']}"
    )
    print(f"newest release {built['as_of']}; {built['files']} files, {built['observations']} observations")
    print(f"{built['tables']} tables in {settings.duckdb}")
    out.print(show.terminal(rules))


class Shape(StrEnum):
    """How rows are printed."""

    table = "table"
    csv = "csv"
    json = "json"
    md = "md"


def rows(frame: pd.DataFrame, shape: Shape) -> None:
    """Rows to standard output."""
    if shape is Shape.table:
        out.print(show.terminal(frame))
    elif shape is Shape.csv:
        frame.to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        print(
            show.markdown(frame) if shape is Shape.md else frame.to_json(orient="records", force_ascii=False, indent=1)
        )


@app.command()
def claims(
    file: Annotated[
        Path | None, typer.Argument(help="A file of claims; without one the article of the catalogue.")
    ] = None,
    shape: Annotated[Shape, typer.Option("--format", help="How to print the verdicts.")] = Shape.table,
) -> None:
    """Judge printed claims: from the text's own figures, and from the published warehouse."""
    from jjj_pipeline.catalog.model import load_catalog
    from jjj_pipeline.marts.claims import EVIDENCE, document, judge_file, verdict_table
    from jjj_pipeline.warehouse import ask, open_published

    settings = default_settings()
    with refusing():
        catalog = load_catalog(settings.catalog)
        path = file or settings.catalog / "claims" / "jingjinji_article.yml"
        tables: list[pd.DataFrame] = []
        if settings.duckdb.exists():
            with open_published(settings.duckdb) as con:
                tables = [ask(con, f"from {table}") for table in EVIDENCE]
        else:
            err.print("no published warehouse: only the text itself is heard; `jjj build` publishes one")
        judged, verdicts = judge_file(path, catalog, *tables)
    if shape is Shape.md:
        print(document(judged, verdicts))
    else:
        rows(verdict_table(verdicts, brief=shape is Shape.table), shape)


@app.command()
def trace(
    table: Annotated[str, typer.Argument(help="A table, such as mart.growth_span.")],
    keys: Annotated[list[str] | None, typer.Argument(help="key=value, as many as name one row.")] = None,
) -> None:
    """From a value to the printed cells behind it: formula, inputs, release, file, cell, printed text, corrections."""
    from jjj_pipeline import tracing
    from jjj_pipeline.warehouse import open_published

    with refusing(), open_published(default_settings().duckdb) as con:
        where = {}
        for word in keys or []:
            name, sign, value = word.partition("=")
            if not sign:
                raise BadInput("trace", expected="key=value", found=word, hint="such as indicator=rd_expenditure")
            where[name] = value
        node = tracing.trace(con, table, where)
    out.print(tracing.rendered(node))


@app.command()
def diff(
    against: Annotated[
        Path | None, typer.Option("--against", help="Another published file; without it the one before.")
    ] = None,
    shape: Annotated[Shape, typer.Option("--format", help="How to print the differences.")] = Shape.table,
) -> None:
    """What changed since the publication before: rows by table, and the ten largest changes of figures."""
    from jjj_pipeline.diff import compare
    from jjj_pipeline.history import chosen
    from jjj_pipeline.publication import built_at

    settings = default_settings()
    with refusing():
        other = against or chosen(settings, None, built_at(settings.duckdb)) / settings.duckdb.name
        found = compare(other, settings.duckdb)
    if shape in (Shape.csv, Shape.json):
        rows(found, shape)
        return
    print(f"{settings.duckdb.name} against {other}")
    for what, name in (("table", "rows by table"), ("change", "largest changes of figures")):
        part = found[found["what"] == what].drop(columns="what").dropna(axis="columns", how="all")
        print(f"{name}: {'none' if part.empty else ''}")
        if len(part):
            rows(part, shape)


@app.command()
def rollback(
    name: Annotated[
        str | None, typer.Argument(help="The publication to go back to; without it the newest kept.")
    ] = None,
    only_list: Annotated[bool, typer.Option("--list", help="Only name the publications that are kept.")] = False,
) -> None:
    """Put an earlier publication back. The next build publishes raw/ as it is then."""
    from jjj_pipeline import history, journal
    from jjj_pipeline.locking import one_build
    from jjj_pipeline.publication import built_at

    settings = default_settings()
    if only_list:
        print("\n".join(p.name for p in history.earlier(settings)) or "none is kept")
        return
    with refusing(), one_build(settings, "jjj rollback", err.print):
        folder = history.go_back(settings, name, built_at(settings.duckdb))
        journal.append(settings, journal.rolled_back(folder.name))
    print(f"published again: {folder.name}")


@app.command()
def export(
    tables: Annotated[list[str] | None, typer.Argument(help="Tables; without one the marts and core.panel.")] = None,
    form: Annotated[str, typer.Option("--format", help="xlsx, csv, parquet or json.")] = "xlsx",
    to: Annotated[Path, typer.Option("--out", help="The folder they go to.")] = Path("export"),
    chinese: Annotated[bool, typer.Option("--chinese", help="Chinese headings in a CSV file.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Published tables as a workbook, or as CSV, Parquet or JSON files. Either all are written, or none."""
    from jjj_pipeline import exports
    from jjj_pipeline.catalog.model import load_catalog
    from jjj_pipeline.warehouse import open_published

    settings = default_settings()
    with refusing(), open_published(settings.duckdb) as con, err.status("reading") as bar:
        catalog = load_catalog(settings.catalog)
        written = exports.export(con, catalog, tables or [], form, to, chinese=chinese, force=force, report=bar.update)
    print("\n".join(str(path) for path in written))


@app.command("dictionary")
def dictionary_(
    table: Annotated[str | None, typer.Argument(help="One table, such as mart.share; without one everything.")] = None,
) -> None:
    """What the published tables, columns, measures, indicators and sources mean, as Markdown."""
    from jjj_pipeline import dictionary
    from jjj_pipeline.catalog.model import load_catalog
    from jjj_pipeline.warehouse import ask, chosen, open_published, tables

    settings = default_settings()
    with refusing(), open_published(settings.duckdb) as con:
        wanted = chosen(con, [table] if table else tables(con))
        parts = dictionary.sections(lambda sql: ask(con, sql), load_catalog(settings.catalog), wanted)
        (build,) = ask(con, "from meta.build").to_dict("records")
    columns = next(p.rows for p in parts if p.name == "columns")
    print(dictionary.of_table(table, columns) if table else dictionary.markdown(parts, build))


@app.command()
def manifest(
    check: Annotated[bool, typer.Option("--check", help="Only say what differs; exit 1 if anything does.")] = False,
) -> None:
    """Bring raw/manifest.lock (hash and size of every raw file) up to date, and say what is new, gone or changed."""
    from jjj_pipeline.raw_files import manifest_differences, write_manifest

    settings = default_settings()
    with refusing():
        lines = manifest_differences(settings)
        print("\n".join(lines) or "raw/manifest.lock is up to date")
        if not check:
            write_manifest(settings)
    raise typer.Exit(1 if check and lines else 0)


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
    with refusing():
        catalog = load_catalog(settings.catalog)
        understood = reading.read(file, Hints(table, indicator, release, region), settings, catalog)
        text = reading.as_text(understood, catalog, form)
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
    with refusing():
        catalog = load_catalog(settings.catalog)
        done = adding.add(file, Hints(table, indicator, release, region), settings, catalog, dry_run=dry_run)
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
