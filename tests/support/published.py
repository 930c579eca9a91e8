"""What tests of the published file share: queries, and the rows of a raw table."""

from __future__ import annotations

import csv
from typing import Any

import duckdb

from jjj_pipeline import contracts
from jjj_pipeline.contracts.base import info
from jjj_pipeline.storage.sql import identifier
from tests.conftest import ROOT


def query(con: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[Any]:
    return con.execute(sql, list(values)).fetchall()


def select_all(table: str) -> str:
    """The query of all rows of a published table in the order of its key, columns as in the contract."""
    columns = info(contracts.ALL[table])
    names, keys = (", ".join(identifier(c.name) for c in some) for some in (columns, [c for c in columns if c.key]))
    return f"select {names} from {table}" + (f" order by {keys}" if keys else "")


def raw(name: str) -> list[dict[str, str]]:
    """Rows of a raw table under its header, notes left out."""
    lines = (ROOT / "raw" / name).read_text(encoding="utf-8").splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("地区,"))
    return [r for r in csv.DictReader(lines[head:]) if not r["地区"].startswith("注：")]
