"""Reading the published file: opening it read-only, running queries, names of its tables. Writing it is in `duckdb_file`."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import duckdb

from jjj_pipeline import contracts
from jjj_pipeline.errors import BadInput
from jjj_pipeline.storage.sql import literal

if TYPE_CHECKING:
    import pandas as pd

# a query then reaches neither files nor the network nor the caller's variables, and cannot ask for it either
ALONE = "set enable_external_access = false; set python_enable_replacements = false; set lock_configuration = true"
NUMBERS = {
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE",
    "BOOLEAN",
}  # fmt: skip


def open_published(path: Path, *, alone: bool = False, writes: Path | None = None) -> duckdb.DuckDBPyConnection:
    """The published file, read-only; `alone` for queries that are to read this file and nothing else, and to write to the folder
    `writes` alone. Raises BadInput where there is none, or what lies there is none."""
    if not path.exists():
        raise BadInput(
            str(path.name), expected="a published warehouse", found="none", hint="run `make run` or `jjj build` first"
        )
    try:
        con = duckdb.connect(str(path), read_only=True)
        if alone:
            if writes:
                con.execute(f"set allowed_directories = [{literal(writes.resolve())}]")
            con.execute(ALONE)
        return con
    except duckdb.Error as error:
        found = str(error).splitlines()[0]
        raise BadInput(path.name, expected="a DuckDB file", found=found, hint="`jjj build` makes it anew") from None


def query(con: duckdb.DuckDBPyConnection, sql: str) -> pd.DataFrame:
    """The rows of a query; whole numbers stay whole where some are missing. Raises BadInput for a query that is refused."""
    import pandas as pd

    try:
        rows = _relation(con, sql).to_arrow_table()
    except duckdb.Error as error:
        raise _refused(error) from None
    return cast(pd.DataFrame, rows.to_pandas(types_mapper=pd.ArrowDtype))


def query_rows(
    con: duckdb.DuckDBPyConnection, sql: str, at_most: int | None = None
) -> tuple[list[tuple[str, bool]], list[tuple[Any, ...]]]:
    """The columns of a query, each with whether it holds numbers, and its rows (the first `at_most`; no more are computed),
    without a DataFrame. Raises BadInput."""
    try:
        relation = _relation(con, sql)
        relation = relation if at_most is None else relation.limit(at_most)
        numeric = [str(t) in NUMBERS or str(t).startswith("DECIMAL") for t in relation.types]
        return list(zip(relation.columns, numeric, strict=True)), relation.fetchall()
    except duckdb.Error as error:
        raise _refused(error) from None


def _relation(con: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    try:
        relation = con.sql(sql)
    except duckdb.Error as error:
        raise _refused(error) from None
    if relation is None:
        raise BadInput("query", expected="a SELECT", found="a statement that returns no rows")
    return relation


def _refused(error: duckdb.Error) -> BadInput:
    hint = ""
    if isinstance(error, duckdb.PermissionException):
        hint = "`jjj sql --output FILE` writes the result, `--allow-files` lets a query read and write files"
    found = str(error).splitlines()[0]
    return BadInput("query", expected="SQL over the published tables", found=found, hint=hint)


def tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of a published file that have a contract, in the contracts' order."""
    found = con.execute("select distinct schema_name || '.' || table_name from duckdb_columns() where not internal")
    names = {name for (name,) in found.fetchall()}
    return [t for t in contracts.ALL if t in names]


def resolve_tables(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> list[str]:
    """The named tables as they are published. Raises BadInput for one that is not, with the nearest name."""
    from jjj_pipeline.contracts.base import about

    known = tables(con)
    titles = {about(contracts.ALL[t])["zh"]: t for t in known}
    names = [titles.get(name.removeprefix("zh.").strip('"'), name) for name in names]
    for name in names:
        if name not in known:
            short = {t.split(".")[1]: t for t in known}
            near = [short.get(n, n) for n in get_close_matches(name, [*known, *short], n=1, cutoff=0.5)]
            hint = f"did you mean {near[0]}?" if near else "`jjj dictionary` lists them"
            raise BadInput("tables", expected="a published table", found=name, hint=hint)
    return list(dict.fromkeys(names))
