"""How a table gets into the store: only if it is what its contract says. A query stays in the engine: it is copied to Parquet
beside its place, the contract is tested on that file, and the file is moved into place. Frames and Arrow rows are tested in the
same way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as arrow
import pyarrow.parquet as parquet

from jjj_pipeline.contracts import engine
from jjj_pipeline.contracts.base import (
    Contract,
    ContractBroken,
    about,
    arrow_schema,
    conform,
    has_columns,
    problems,
)
from jjj_pipeline.pipeline import slices
from jjj_pipeline.storage.parquet_store import COPY, ParquetStore
from jjj_pipeline.storage.sql import literal

WRITTEN = "_written"  # the rows that the contract is tested on


def write_query(store: ParquetStore, contract: type[Contract], sql: str, upstream: tuple[str, ...], table: str) -> int:
    """Store the rows of a query over the tables `upstream`; their number. Raises ContractBroken,
    OSError, and then the old file stays."""
    con = store.connection(upstream)
    rows = f"select {engine.projection(contract)} from ({_bare(sql)})"
    try:
        with (
            store.replacing(table) as part, _written(table), slices.relation(store, table, rows, upstream) as relation,
        ):  # fmt: skip
            count = con.execute(f"copy ({relation}) to {literal(part)} {COPY}").fetchall()[0][0]
            con.execute(f"create or replace temp view {WRITTEN} as from read_parquet({literal(part)})")
            try:
                _refuse_types(con, f"from {WRITTEN}", contract, table)
                _refuse(con, contract, table)
            finally:
                con.execute(f"drop view {WRITTEN}")  # a frame may have its name next
    except (duckdb.BinderException, duckdb.ConversionException):
        _refuse_types(con, sql, contract, table)
        raise
    return int(count)


@contextmanager
def _written(table: str) -> Iterator[None]:
    """A full disk is an OSError, also where DuckDB writes; so is memory that does not suffice."""
    try:
        yield
    except duckdb.IOException as error:
        raise OSError(f"{table} could not be written ({' '.join(str(error).split())[:200]})") from None
    except duckdb.OutOfMemoryException as error:
        what = str(error).splitlines()[0][:200]
        raise OSError(f"{table} needs more memory ({what}); set JJJ_MEMORY to more, or JJJ_THREADS to fewer") from None


def write_frame(store: ParquetStore, contract: type[Contract], frame: pd.DataFrame, table: str) -> int:
    """Store a frame; the number of its rows. Raises ContractBroken, and then the old file stays."""
    frame = conform(frame, contract)
    if not has_columns(frame, contract):
        raise ContractBroken(_named(problems(frame, contract), contract, table))
    rows = arrow.Table.from_pandas(frame, schema=arrow_schema(contract), preserve_index=False)
    return write_rows(store, contract, rows, table)


def write_rows(store: ParquetStore, contract: type[Contract], rows: arrow.Table, table: str) -> int:
    """Store rows that have the columns and types of the contract; their number. Raises ContractBroken, and then the old file
    stays."""
    con = store.connection()
    con.register(WRITTEN, rows)
    con.execute("pragma disable_optimizer")  # planning takes longer than counting so few rows
    try:
        _refuse(con, contract, table)
    finally:
        con.execute("pragma enable_optimizer")
        con.unregister(WRITTEN)
    with store.replacing(table) as part:
        _write(rows, part)
    return len(rows)


def _refuse_types(con: duckdb.DuckDBPyConnection, query: str, contract: type[Contract], table: str) -> None:
    types = {str(name): str(kind) for name, kind, *_ in con.execute(f"describe {query}").fetchall()}
    if lines := engine.type_problems(contract, types):
        raise ContractBroken(_named(lines, contract, table))


def _refuse(con: duckdb.DuckDBPyConnection, contract: type[Contract], table: str) -> None:
    if lines := engine.breaches(con, WRITTEN, contract):
        raise ContractBroken(_named(lines, contract, table))


def _named(lines: list[str], contract: type[Contract], table: str) -> list[str]:
    """The lines with the table's own name: stage tables have the contract of the table they go into."""
    return [line.replace(about(contract)["table"], table, 1) for line in lines]


def _bare(sql: str) -> str:
    """A query as it stands in brackets: no semicolon, and a comment at its end ends there."""
    return f"{sql.strip().removesuffix(';')}\n"


def _write(rows: arrow.Table, part: Path) -> None:
    text = [f.name for f in rows.schema if arrow.types.is_string(f.type)]  # doubles rarely repeat: no dictionary
    parquet.write_table(rows.replace_schema_metadata(None), part, compression="zstd", use_dictionary=text)
