"""Published tables as files for other programs: CSV, JSON, Parquet, Stata here, the workbook in `excel`, SDMX in `sdmx`.
Either all files are put in place, or none. Which rows and columns is for `selection`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from xlsxwriter.exceptions import XlsxFileError

from jjj_pipeline import contracts
from jjj_pipeline.access import excel
from jjj_pipeline.access.selection import NO_FILTERS, Filters, Selection, select
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.contracts.base import ColumnInfo, about, info
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish import data_package
from jjj_pipeline.publish.published_file import query, resolve_tables, tables
from jjj_pipeline.storage.sql import identifier, literal

BOM = "\ufeff"  # Excel takes a CSV without it for the system's code page
# A text that starts like this is a formula to a spreadsheet, also one that only opens the file; a plain number is none.
RISKY = r"^[=+\-@\t\r\n＝＋－＠]"
STATA_NAME, STATA_TEXT = 32, 2045  # letters of a name, bytes of a text that is no long one
NUMBER = r"^[+-]?[0-9]+([.][0-9]+)?$"


def usual(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables people mean when they name none: the marts and core.panel."""
    return [t for t in tables(con) if t.startswith("mart.") or t == "core.panel"]


def export(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, tables: Sequence[str], form: str, folder: Path, *,
    filters: Filters = NO_FILTERS, names: str = "", wide: str = "", chinese: bool = False, force: bool = False,
    report: Callable[[str], None] = lambda name: None, empty: Callable[[str], None] = lambda name: None,
) -> list[Path]:  # fmt: skip
    """Write the tables (none named: the usual ones) of a published file to `folder`; the files written. `filters`, `names` and
    `wide` as in `selection.select`; `chinese`: headings of a CSV file are the Chinese titles. `empty` is called with the name
    of a table of which no row is left. Raises BadInput for an unknown table, a file that is there already (unless `force`), a
    folder that cannot be written to, and what a worksheet cannot hold."""
    if form not in FORMATS:
        raise BadInput("export", expected=f"a format of {', '.join(FORMATS)}", found=form)
    wanted = resolve_tables(con, tables) if tables else usual(con)
    stem = wanted[0] if len(wanted) == 1 else "jjj"
    files = [folder / f"{stem}.xlsx"] if form == XLSX else [folder / f"{t}.{form}" for t in wanted]
    if there := [f for f in files if f.exists() and not force]:
        raise BadInput(str(there[0]), expected="no file of this name", found="one", hint="--force replaces it")
    selections = [select(con, table, filters, names=names, wide=wide) for table in wanted]
    for table, one in zip(wanted, selections, strict=True):
        if not con.execute(f"select count(*) from ({one.sql})").fetchall()[0][0]:
            empty(table)
    with all_or_nothing(files) as parts:
        if form == XLSX:
            excel.write(con, catalog, selections, parts[0], report)
        else:
            for one, part in zip(selections, parts, strict=True):
                report(one.table)
                WRITERS[form](con, one, part, chinese)
    return files


def export_sdmx(con: duckdb.DuckDBPyConnection, filters: Filters, folder: Path, *, force: bool = False) -> list[Path]:
    """Write core.preferred as SDMX-CSV with its structure message to `folder`; the files written. Raises BadInput."""
    from jjj_pipeline.access import sdmx  # here: what it imports takes half a second that other formats do without

    files = [folder / "jjj_sdmx.csv", folder / "jjj_sdmx_structure.json"]
    if there := [f for f in files if f.exists() and not force]:
        raise BadInput(str(there[0]), expected="no file of this name", found="one", hint="--force replaces it")
    with all_or_nothing(files) as parts:
        sdmx.write(con, filters, *parts)
    return files


@contextmanager
def all_or_nothing(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Names to write under; when all are written each is moved to its place, and when something fails none is."""
    folder = files[0].parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".export.") as scratch:
            parts = [Path(scratch) / f.name for f in files]
            yield parts
            for part, file in zip(parts, files, strict=True):
                part.replace(file)
    except (OSError, duckdb.IOException, XlsxFileError) as error:
        message = " ".join(str(error).split())
        raise BadInput(str(folder), expected="a folder that can be written to", found=message) from None


def _csv(con: duckdb.DuckDBPyConnection, selection: Selection, path: Path, chinese: bool) -> None:
    """One heading row; text in quotes, what is missing without. A risky text gets an apostrophe before it, a whole number has no
    decimals."""
    columns = selection.columns
    heads = {c.name: identifier(c.zh if chinese else c.name) for c in columns}
    picked = [f"{_written(c)} as {heads[c.name]}" for c in columns]
    text = ", ".join(heads[c.name] for c in columns if c.dtype == "text") or "''"
    bare = path.with_name(f"{path.name}.bare")
    query = f"select {', '.join(picked)} from ({selection.sql})"
    con.execute(f"copy ({query}) to {literal(bare)} (format csv, header, force_quote ({text}))")
    with bare.open("rb") as plain, path.open("wb") as out:
        out.write(BOM.encode())
        shutil.copyfileobj(plain, out)


def _written(c: ColumnInfo) -> str:
    cell = identifier(c.name)
    if c.dtype == "text":
        return _harmless(cell)
    if c.dtype != "number":
        return cell
    whole = f"{cell} = trunc({cell}) and abs({cell}) < 1e15"
    return f"case when {whole} then cast({cell}::bigint as varchar) else cast({cell} as varchar) end"


def _harmless(cell: str) -> str:
    risky = f"regexp_matches({cell}, '{RISKY}') and not regexp_matches({cell}, '{NUMBER}')"
    return f"case when {risky} then '''' || {cell} else {cell} end"


def _parquet(con: duckdb.DuckDBPyConnection, selection: Selection, path: Path, chinese: bool) -> None:
    con.execute(f"copy ({selection.sql}) to {literal(path)} (format parquet, compression zstd)")


def _stata(con: duckdb.DuckDBPyConnection, selection: Selection, path: Path, chinese: bool) -> None:
    """Stata's format 118 (Stata 14 and newer): names of at most 32 letters, titles of columns and table as labels."""
    frame = con.sql(selection.sql).df()
    for c in selection.columns:
        if c.dtype == "text":
            frame[c.name] = frame[c.name].astype(object).where(frame[c.name].notna(), "")
        elif c.dtype == "boolean":
            frame[c.name] = frame[c.name].astype("float64")
        elif c.dtype == "integer":
            frame[c.name] = frame[c.name].astype("float64" if frame[c.name].isna().any() else "int64")
    shorter = {c.name: f"y{c.name}" if c.name[0].isdigit() else c.name[:STATA_NAME] for c in selection.columns}
    labels = {shorter[c.name]: f"{c.zh} {c.doc}"[:80] for c in selection.columns}
    long = [
        shorter[c.name] for c in selection.columns if c.dtype == "text" and frame[c.name].str.len().max() > STATA_TEXT
    ]
    frame.rename(columns=shorter).to_stata(
        path,
        write_index=False,
        version=118,
        variable_labels=labels,
        data_label=selection.table,
        convert_strl=long or None,
    )


def _json(con: duckdb.DuckDBPyConnection, selection: Selection, path: Path, chinese: bool) -> None:
    """One object: what the table is, which build it is of, its schema as in datapackage.json, then its rows as records."""
    table = selection.table
    meta, (build,) = about(contracts.ALL[table]), query(con, "from meta.build").to_dict("records")
    fields = [{"name": c.name, "title": c.zh, "description": c.doc} for c in selection.columns]
    names, own = [c.name for c in selection.columns], [c.name for c in info(contracts.ALL[table])]
    head: dict[str, Any] = {
        "table": table, "title": meta["zh"], "description": meta["doc"], "version": build["version"],
        "built_at": build["built_at"], "as_of": build["as_of"], "note": build["note"],
        "schema": data_package.schema(table, ()) if names == own else {"fields": fields},
    }  # fmt: skip
    with path.open("w", encoding="utf-8") as out:
        out.write(json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}") + ',\n "rows": [')
        comma = "\n"
        for row in batches(con, selection.sql):
            out.write(comma + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False))
            comma = ",\n"
        out.write("\n]}\n")


def batches(con: duckdb.DuckDBPyConnection, query: str, size: int = 10_000) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, read in batches."""
    cursor = con.cursor()
    cursor.execute(query)
    while rows := cursor.fetchmany(size):
        yield from rows


Writer = Callable[[duckdb.DuckDBPyConnection, Selection, Path, bool], None]
WRITERS: dict[str, Writer] = {"csv": _csv, "parquet": _parquet, "json": _json, "dta": _stata}
XLSX = "xlsx"
FORMATS = (XLSX, *WRITERS)
