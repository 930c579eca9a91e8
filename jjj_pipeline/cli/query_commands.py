"""Commands that ask what is published: sql, trace, export, dictionary."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jjj_pipeline.cli.language import say, spoken
from jjj_pipeline.cli.terminal import Shape, err, out, refusing, rows, written
from jjj_pipeline.contracts import table_formatting
from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import default_settings

ROWS = 2_000  # of a table on the terminal: laying out more takes longer than anybody reads


def sql(
    query: Annotated[str, typer.Argument(help="A query over the published file.")],
    csv: Annotated[bool, typer.Option("--csv", help="CSV to standard output.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", help="Write the rows: .csv, .json, .parquet or .md.")
    ] = None,
    allow_files: Annotated[
        bool,
        typer.Option("--allow-files", help="The query may read and write files, attach databases, load extensions."),
    ] = False,
) -> None:
    """Ask the published file, and nothing else: a table on the terminal, CSV, or a file."""
    from jjj_pipeline.publish import published_file

    with refusing(), published_file.open_published(default_settings().duckdb, alone=not allow_files) as con:
        if output:
            written(published_file.query(con, query), output)
        elif csv:
            rows(published_file.query(con, query), Shape.csv)
        else:  # without a DataFrame: pandas takes longer to import than most queries to answer
            columns, found = published_file.query_rows(con, query, ROWS + 1)
            out.print(table_formatting.grid(columns, found[:ROWS]))
            if not found:
                err.print(say("0 rows"))
            if len(found) > ROWS:
                err.print(say("the first {} rows; --csv prints all, --output FILE writes them", f"{ROWS:,}"))


def trace(
    table: Annotated[str, typer.Argument(help="A table, such as mart.growth_span.")],
    keys: Annotated[list[str] | None, typer.Argument(help="key=value, as many as name one row.")] = None,
) -> None:
    """From a value to the printed cells behind it: formula, inputs, release, file, cell, printed text, corrections."""
    from jjj_pipeline.access import lineage
    from jjj_pipeline.publish.published_file import open_published

    with refusing(), open_published(default_settings().duckdb) as con:
        where = {}
        for word in keys or []:
            name, sign, value = word.partition("=")
            if not sign:
                raise BadInput("trace", expected="key=value", found=word, hint="such as indicator=rd_expenditure")
            where[name] = value
        node = lineage.trace(con, table, where, spoken())
    out.print(lineage.rendered(node))


def export(
    tables: Annotated[list[str] | None, typer.Argument(help="Tables; without one the marts and core.panel.")] = None,
    form: Annotated[str, typer.Option("--format", help="xlsx, csv, parquet, json or dta (Stata).")] = "xlsx",
    to: Annotated[Path, typer.Option("--out", help="The folder they go to.")] = Path("export"),
    indicator: Annotated[str, typer.Option("--indicator", help="Codes or names of indicators, with commas.")] = "",
    region: Annotated[str, typer.Option("--region", help="Codes or names of regions, with commas.")] = "",
    years: Annotated[str, typer.Option("--years", help="2014-2020, or one year.")] = "",
    where: Annotated[str, typer.Option("--where", help="A condition in SQL.")] = "",
    wide: Annotated[str, typer.Option("--wide", help="The column whose values become columns, such as year.")] = "",
    names: Annotated[str, typer.Option("--names", help="Names and units beside codes: zh, en or none.")] = "",
    sdmx: Annotated[bool, typer.Option("--sdmx", help="core.preferred as SDMX-CSV 2.0 with its structure.")] = False,
    chinese: Annotated[bool, typer.Option("--chinese", help="Chinese headings in a CSV file.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Published tables as a workbook, or as CSV, Parquet, JSON, Stata or SDMX files. Either all are written, or none."""
    from jjj_pipeline.access import export
    from jjj_pipeline.access.selection import Filters, listed, years_of
    from jjj_pipeline.catalog.load import load_catalog
    from jjj_pipeline.publish.published_file import open_published

    settings = default_settings()
    # a condition reads the tables and nothing else
    with refusing(), open_published(settings.duckdb, alone=True, writes=to) as con, err.status("reading") as bar:
        catalog = load_catalog(settings.catalog)
        filters = Filters(listed(indicator), listed(region), years_of(years), where)
        if sdmx:
            files = export.export_sdmx(con, filters, to, force=force)
        else:
            shown = names or ("zh" if chinese else "en" if form == "csv" else "zh" if form == "xlsx" else "none")
            if shown not in ("zh", "en", "none"):
                raise BadInput("--names", expected="zh, en or none", found=shown)
            files = export.export(
                con, catalog, tables or [], form, to, filters=filters, names=shown.replace("none", ""), wide=wide,
                chinese=chinese, force=force, report=bar.update, empty=lambda table: err.print(say("{}: 0 rows", table)),
            )  # fmt: skip
    print("\n".join(str(path) for path in files))


def dictionary(
    table: Annotated[str | None, typer.Argument(help="One table, such as mart.share; without one everything.")] = None,
) -> None:
    """What the published tables, columns, measures, indicators and sources mean, as Markdown."""
    from jjj_pipeline.catalog.load import load_catalog
    from jjj_pipeline.publish import dictionary
    from jjj_pipeline.publish.published_file import open_published, query, resolve_tables, tables

    settings = default_settings()
    with refusing(), open_published(settings.duckdb) as con:
        wanted = resolve_tables(con, [table] if table else tables(con))
        table = wanted[0] if table else None
        parts = dictionary.sections(lambda sql: query(con, sql), load_catalog(settings.catalog), wanted)
        (build,) = query(con, "from meta.build").to_dict("records")
    columns = next(p.rows for p in parts if p.name == "columns")
    print(dictionary.of_table(table, columns) if table else dictionary.markdown(parts, build))
