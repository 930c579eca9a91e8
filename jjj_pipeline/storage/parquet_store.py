"""The Parquet store between raw/ and the published file: one file a table, and SQL over them in one DuckDB connection.

Files are replaced in one move, and left untouched where the bytes are equal. A table carries a fingerprint beside it: the key of
the step that made it, and the hash of the bytes it was put on. Nothing here knows what a table means: contracts are asked in
`pipeline.tables`, publishing is in `publish`.
"""

from __future__ import annotations

import filecmp
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from jjj_pipeline.storage import atomic
from jjj_pipeline.storage.sql import literal

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as arrow

COPY = "(format parquet, compression zstd, compression_level 1)"  # a fifth quicker than 3, no larger


class ParquetStore:
    """Parquet files by table name (`core.observation` -> core/observation.parquet). Queries have `macros`, `threads` and at most
    `memory` (DuckDB's memory_limit, such as 2GB; its own default where empty); what does not fit is spilled below the folder."""

    def __init__(self, folder: Path, macros: Iterable[str] = (), *, threads: int = 1, memory: str = "") -> None:
        self.folder = folder
        self._macros = tuple(macros)
        self._config: dict[str, Any] = {"threads": threads, "temp_directory": str(folder / ".spill")}
        if memory:
            self._config["memory_limit"] = memory
        self._viewed: set[str] = set()
        self._contents: dict[Path, tuple[tuple[int, int, int], str]] = {}

    def path(self, table: str) -> Path:
        schema, _, name = table.partition(".")
        return self.folder / schema / f"{name}.parquet"

    @contextmanager
    def replacing(self, table: str) -> Iterator[Path]:
        """A path to write a Parquet file to; it becomes the table's when the block ends well, unless it has the same bytes."""
        target = self.path(table)
        with atomic.replacing(target) as part:
            yield part
            if target.exists() and filecmp.cmp(part, target, shallow=False):
                part.unlink()

    def content(self, table: str) -> str:
        """The hash of a table's bytes."""
        path = self.path(table)
        state = path.stat()
        known = self._contents.get(path)
        if known is None or known[0] != (state.st_mtime_ns, state.st_size, state.st_ino):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            known = ((state.st_mtime_ns, state.st_size, state.st_ino), digest)
            self._contents[path] = known
        return known[1]

    def set_fingerprint(self, table: str, key: str) -> None:
        """Say what the table was made of. The table is written first: a fingerprint of other bytes counts for nothing."""
        if not self.has_fingerprint(table, key):
            atomic.write_text(self._fingerprint_path(table), f"{key} {self.content(table)}\n")

    def has_fingerprint(self, table: str, key: str) -> bool:
        """Whether the table is there, and is what a step with this key makes."""
        try:
            return self._fingerprint_path(table).read_text() == f"{key} {self.content(table)}\n"
        except OSError:
            return False

    def _fingerprint_path(self, table: str) -> Path:
        path = self.path(table)
        return path.with_name(f".{path.stem}.fingerprint")

    def keep_only(self, tables: Iterable[str]) -> None:
        """Remove what other runs left: tables that no step makes any more, files of killed processes."""
        wanted = {self.path(t) for t in tables}
        wanted |= {self._fingerprint_path(t) for t in tables}
        for path in self.folder.glob("*/*"):
            if path not in wanted:
                path.unlink(missing_ok=True)

    def rows(self, table: str) -> int:
        """Number of rows, without reading them."""
        from pyarrow import parquet

        return int(parquet.read_metadata(self.path(table)).num_rows)

    def read(self, *tables: str) -> pd.DataFrame:
        """A table as a DataFrame, or several of one contract one below the other; null stays null."""
        import pyarrow as arrow

        return arrow.concat_tables([self._rows(t) for t in tables]).to_pandas(integer_object_nulls=False)

    def _rows(self, table: str) -> arrow.Table:
        from pyarrow import parquet

        with parquet.ParquetFile(self.path(table)) as file:  # read_table would import all of Arrow's datasets
            return file.read()

    def head(self, table: str, rows: int) -> pd.DataFrame:
        """The first rows of a table, without reading the others."""
        from pyarrow import parquet

        with parquet.ParquetFile(self.path(table)) as file:
            first = next(file.iter_batches(batch_size=rows), None)
            return (file.schema_arrow.empty_table() if first is None else first).to_pandas()

    def connection(self, tables: Iterable[str] = ()) -> duckdb.DuckDBPyConnection:
        """The connection of this store, with a view of each of the named tables."""
        for table in sorted({*tables} - self._viewed):
            schema = table.partition(".")[0]
            self._connection.execute(f"create schema if not exists {schema}")
            self._connection.execute(f"create view {self._view(table)}")
            self._viewed.add(table)
        return self._connection

    def _view(self, table: str) -> str:
        return f"{table} as from read_parquet({literal(self.path(table))})"

    @contextmanager
    def filtered(self, tables: Iterable[str], condition: str) -> Iterator[None]:
        """The views of the named tables, which are there, hold only rows that meet the condition, until the block ends."""
        for table in tables:
            self._connection.execute(f"create or replace view {self._view(table)} where {condition}")
        try:
            yield
        finally:
            for table in tables:
                self._connection.execute(f"create or replace view {self._view(table)}")

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect(config=self._config)
        for macro in self._macros:
            con.execute(macro)
        return con

    def query(self, sql: str, tables: Iterable[str]) -> pd.DataFrame:
        """The rows of a query over the named tables."""
        con = self.connection(tables)
        # a table first: a relation of the query itself would be planned twice; text stays Arrow's, a fifth less than .df()
        con.execute(f"create or replace temp table result as {sql}")
        try:
            return con.table("result").to_arrow_table().to_pandas()
        finally:
            con.execute("drop table if exists result")


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """One database for parsing alone: opening one costs more than parsing all queries."""
    return duckdb.connect()


def base_tables(sql: str) -> list[str]:
    """Tables of the store a query reads (schema.table), in order of name; common table expressions have no schema."""
    found: set[str] = set()

    def note(node: dict[str, Any]) -> dict[str, Any]:
        if node.get("type") == "BASE_TABLE" and node.get("schema_name"):
            found.add(f"{node['schema_name']}.{node['table_name']}")
        return node

    row = _parser().cursor().execute("select json_serialize_sql(?, skip_default := true)", [sql]).fetchall()[0][0]
    tree = json.loads(row, object_hook=note)
    if tree.get("error"):
        raise ValueError(tree.get("error_message", "the query does not parse"))
    return sorted(found)
