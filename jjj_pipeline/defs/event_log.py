"""Dagster's history of events, with connections that stay open. Dagster's own SQLite storage opens a database, and prepares every
statement anew, for each of the thousands of questions of a run: most of what a run of small steps costs. The files are the same,
and either reads what the other wrote. Named in dagster.yaml; how the history is organised is Dagster's.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import sqlalchemy
from dagster import EventLogEntry, StringSource
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.pool import StaticPool

OPEN = 8  # databases: one a run, and the index of all


class EventLog(SqliteEventLogStorage):
    """The history below a DAGSTER_HOME, where Dagster puts it by default."""

    def __init__(self, home: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, tuple[sqlalchemy.Engine, tuple[int, int] | None]] = {}
        self._known: set[tuple[str, str]] = set()
        super().__init__(str(Path(home, "history", "runs")), inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {"home": StringSource}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> sqlalchemy.Engine:
        """The engine of a database, with its one connection; opened anew where another process has removed the file."""
        file = _file(self.path_for_shard(shard))
        engine, known = self._engines.pop(shard, (None, None))
        if engine and file != known:
            engine.dispose()
            engine = None
        if not engine:
            engine = _opened(self.conn_string_for_shard(shard))
            self._initdb(engine)
            file = _file(self.path_for_shard(shard))
        self._engines[shard] = engine, file
        while len(self._engines) > OPEN:
            self._engines.pop(next(iter(self._engines)))[0].dispose()
        return engine

    def store_event(self, event: EventLogEntry) -> None:
        super().store_event(event)
        # Dagster's pages follow a run by its file's time of change, which SQLite leaves alone while what is new is in the log
        # beside the file
        os.utime(self.path_for_shard(event.run_id))

    def has_table(self, table_name: str) -> bool:
        return self._has("table", table_name, super().has_table)

    def has_asset_key_col(self, column_name: str) -> bool:
        return self._has("column", column_name, super().has_asset_key_col)

    def has_secondary_index(self, name: str) -> bool:
        return self._has("index", name, super().has_secondary_index)

    def _has(self, kind: str, name: str, ask: Callable[[str], bool]) -> bool:
        """What is there once stays: Dagster asks with every event."""
        if (kind, name) not in self._known and ask(name):
            self._known.add((kind, name))
        return (kind, name) in self._known

    def dispose(self) -> None:
        super().dispose()
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1][0].dispose()


def _file(path: str) -> tuple[int, int] | None:
    """Which file has this name now."""
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _opened(address: str) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(
        address,
        poolclass=StaticPool,
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},  # one thread at a time
    )

    @sqlalchemy.event.listens_for(engine, "connect")
    def quick(connection: sqlite3.Connection, record: object) -> None:
        # after a power failure the last events may be gone; the database is sound
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine
