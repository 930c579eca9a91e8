"""The Parquet store between raw/ and the published file: one validated file a table, and SQL over them.

Writing is atomic (temp file, rename), refuses frames that break their contract, and leaves equal bytes untouched. A table
carries a fingerprint beside it: the content key of the step that made it, and the hash of the bytes it was put on.
Nothing here knows what a table means; publishing is in `publish`.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as arrow
import pyarrow.parquet as parquet

from jjj_pipeline.contracts.base import Contract, about, arrow_schema, conform, problems


class ContractBroken(Exception):
    """A frame is not what its contract says; `lines` names each kind of failure with rows that show it."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__(lines[0] if len(lines) == 1 else f"{lines[0]} (and {len(lines) - 1} more)")


class ParquetStore:
    """Parquet files by table name (`core.observation` -> core/observation.parquet)."""

    def __init__(self, folder: Path, macros: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self._macros = macros
        self._viewing, self._viewed = threading.Lock(), set[str]()
        self._contents: dict[Path, tuple[tuple[int, int, int], str]] = {}

    def path(self, table: str) -> Path:
        schema, _, name = table.partition(".")
        return self.folder / schema / f"{name}.parquet"

    def write(self, contract: type[Contract], frame: pd.DataFrame, table: str) -> int:
        """Validate and store; the number of rows. Raises ContractBroken, and then the old file stays."""
        frame = conform(frame, contract)
        if lines := problems(frame, contract):
            raise ContractBroken([line.replace(about(contract)["table"], table, 1) for line in lines])
        self._store(arrow.Table.from_pandas(frame, schema=arrow_schema(contract), preserve_index=False), table)
        return len(frame)

    def _store(self, rows: arrow.Table, table: str) -> None:
        target = self.path(table)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            text = [
                f.name for f in rows.schema if arrow.types.is_string(f.type)
            ]  # doubles rarely repeat: no dictionary
            parquet.write_table(rows.replace_schema_metadata(None), part, compression="zstd", use_dictionary=text)
            if target.exists() and target.read_bytes() == part.read_bytes():
                return
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def content(self, table: str) -> str:
        """The hash of a table's bytes."""
        path = self.path(table)
        state = path.stat()
        known = self._contents.get(path)
        if known is None or known[0] != (state.st_mtime_ns, state.st_size, state.st_ino):
            known = ((state.st_mtime_ns, state.st_size, state.st_ino), hashlib.sha256(path.read_bytes()).hexdigest())
            self._contents[path] = known
        return known[1]

    def set_fingerprint(self, table: str, key: str) -> None:
        """Say what the table was made of. The table is written first: a fingerprint of other bytes counts for nothing."""
        if self.has_fingerprint(table, key):
            return
        path = self._fingerprint_path(table)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        part.write_text(f"{key} {self.content(table)}\n")
        part.replace(path)

    def has_fingerprint(self, table: str, key: str) -> bool:
        """Whether the table is there, and is what a step with this key makes."""
        try:
            return self._fingerprint_path(table).read_text() == f"{key} {self.content(table)}\n"
        except OSError:
            return False

    def _fingerprint_path(self, table: str) -> Path:
        path = self.path(table)
        return path.with_name(f".{path.stem}.fingerprint")

    def rows(self, table: str) -> int:
        """Number of rows, without reading them."""
        return int(parquet.read_metadata(self.path(table)).num_rows)

    def keep_only(self, tables: Iterable[str]) -> None:
        """Remove what other runs left: tables that nobody makes any more, files of killed processes."""
        wanted = {self.path(t) for t in tables}
        wanted |= {self._fingerprint_path(t) for t in tables}
        for path in self.folder.glob("*/*"):
            if path not in wanted:
                path.unlink(missing_ok=True)

    def read(self, *tables: str) -> pd.DataFrame:
        """A table as a DataFrame, or several of one contract one below the other; null stays null."""
        rows = arrow.concat_tables([self._rows(t) for t in tables])
        return rows.to_pandas(integer_object_nulls=False)

    def _rows(self, table: str) -> arrow.Table:
        with parquet.ParquetFile(self.path(table)) as file:  # read_table would import all of Arrow's datasets
            return file.read()

    def head(self, table: str, rows: int) -> pd.DataFrame:
        """The first rows of a table, without reading the others."""
        with parquet.ParquetFile(self.path(table)) as file:
            first = next(file.iter_batches(batch_size=rows), None)
            return (file.schema_arrow.empty_table() if first is None else first).to_pandas()

    def open(self) -> None:
        """Open the database of queries, which takes as long as a middling query: the first one finds it open."""
        with self._viewing:
            self._connection  # noqa: B018

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect(config={"threads": 1})  # one thread: sums of doubles come out the same every time
        for macro in self._macros:
            con.execute(macro)
        return con

    def query(self, sql: str, tables: list[str]) -> pd.DataFrame:
        """Run SQL over the named tables of the store; several threads may."""
        with self._viewing:
            for table in sorted({*tables} - self._viewed):
                schema, _, name = table.partition(".")
                self._connection.execute(f"create schema if not exists {schema}")
                self._connection.execute(
                    f"create view {schema}.{name} as select * from read_parquet('{_quoted(self.path(table))}')"
                )
                self._viewed.add(table)
        with self._connection.cursor() as con:
            # laid down first: a relation of the query itself would be planned twice; text stays Arrow's, a fifth less than .df()
            con.execute(f"create or replace temp table result as {sql}")
            return con.table("result").to_arrow_table().to_pandas()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


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
