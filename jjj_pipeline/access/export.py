"""Published tables as files for other programs: CSV, JSON, Parquet here, the workbook in `excel`. Either all files asked for
are put in place, or none. Which tables exist and what their columns mean stands in the contracts."""

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
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.contracts.base import about, info
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish import data_package
from jjj_pipeline.publish.published_file import query, resolve_tables, select_all, tables

BOM = "\ufeff"  # Excel takes a CSV without it for the system's code page
# A text that starts like this is a formula to a spreadsheet, also one that only opens the file; a plain number is none.
RISKY = r"^[=+\-@\t\r\n＝＋－＠]"
NUMBER = r"^[+-]?[0-9]+([.][0-9]+)?$"


def usual(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables people mean when they name none: the marts and core.panel."""
    return [t for t in tables(con) if t.startswith("mart.") or t == "core.panel"]


def export(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, names: Sequence[str], form: str, folder: Path, *,
    chinese: bool = False, force: bool = False, report: Callable[[str], None] = lambda name: None,
) -> list[Path]:  # fmt: skip
    """Write the tables (none named: the usual ones) of a published file to `folder`; the files written. `chinese`: headings of a
    CSV file are the Chinese titles. Raises BadInput for an unknown table, a file that is there already (unless `force`), a
    folder that cannot be written to, and what a worksheet cannot hold."""
    if form not in FORMATS:
        raise BadInput("export", expected=f"a format of {', '.join(FORMATS)}", found=form)
    wanted = resolve_tables(con, names) if names else usual(con)
    stem = wanted[0] if len(wanted) == 1 else "jjj"
    files = [folder / f"{stem}.xlsx"] if form == XLSX else [folder / f"{t}.{form}" for t in wanted]
    if there := [f for f in files if f.exists() and not force]:
        raise BadInput(str(there[0]), expected="no file of this name", found="one", hint="--force replaces it")
    with _all_or_nothing(files) as parts:
        if form == XLSX:
            excel.write(con, catalog, wanted, parts[0], report)
        else:
            for table, part in zip(wanted, parts, strict=True):
                report(table)
                WRITERS[form](con, table, part, chinese)
    return files


@contextmanager
def _all_or_nothing(files: Sequence[Path]) -> Iterator[list[Path]]:
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
        said = " ".join(str(error).split())
        raise BadInput(str(folder), expected="a folder that can be written to", found=said) from None


def _csv(con: duckdb.DuckDBPyConnection, table: str, path: Path, chinese: bool) -> None:
    """One heading row; text in quotes, what is missing without. A risky text gets an apostrophe before it."""
    columns = info(contracts.ALL[table])
    heads = {c.name: (c.zh if chinese else c.name).replace('"', '""') for c in columns}
    picked = [f'{_harmless(c.name) if c.dtype == "text" else _name(c.name)} as "{heads[c.name]}"' for c in columns]
    text = ", ".join(f'"{heads[c.name]}"' for c in columns if c.dtype == "text") or "''"
    bare = path.with_name(f"{path.name}.bare")
    query = f"select {', '.join(picked)} from ({select_all(table)})"
    con.execute(f"copy ({query}) to '{_quoted(bare)}' (format csv, header, force_quote ({text}))")
    with bare.open("rb") as plain, path.open("wb") as out:
        out.write(BOM.encode())
        shutil.copyfileobj(plain, out)


def _harmless(name: str) -> str:
    cell = _name(name)
    risky = f"regexp_matches({cell}, '{RISKY}') and not regexp_matches({cell}, '{NUMBER}')"
    return f"case when {risky} then '''' || {cell} else {cell} end"


def _name(name: str) -> str:
    return f'"{name}"'


def _parquet(con: duckdb.DuckDBPyConnection, table: str, path: Path, chinese: bool) -> None:
    con.execute(f"copy ({select_all(table)}) to '{_quoted(path)}' (format parquet, compression zstd)")


def _json(con: duckdb.DuckDBPyConnection, table: str, path: Path, chinese: bool) -> None:
    """One object: what the table is, which build it is of, its schema as in datapackage.json, then its rows as records."""
    meta, (build,) = about(contracts.ALL[table]), query(con, "from meta.build").to_dict("records")
    head: dict[str, Any] = {
        "table": table, "title": meta["zh"], "description": meta["doc"], "version": build["version"],
        "built_at": build["built_at"], "as_of": build["as_of"], "note": build["note"],
        "schema": data_package.schema(table, ()),
    }  # fmt: skip
    names = [c.name for c in info(contracts.ALL[table])]
    with path.open("w", encoding="utf-8") as out:
        out.write(json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}") + ',\n "rows": [')
        comma = "\n"
        for row in batches(con, select_all(table)):
            out.write(comma + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False))
            comma = ",\n"
        out.write("\n]}\n")


def batches(con: duckdb.DuckDBPyConnection, query: str, size: int = 10_000) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, read in batches."""
    cursor = con.cursor()
    cursor.execute(query)
    while rows := cursor.fetchmany(size):
        yield from rows


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


Writer = Callable[[duckdb.DuckDBPyConnection, str, Path, bool], None]
WRITERS: dict[str, Writer] = {"csv": _csv, "parquet": _parquet, "json": _json}
XLSX = "xlsx"
FORMATS = (XLSX, *WRITERS)
