"""What tests of the published file share: a query, and the rows of a raw table."""

from __future__ import annotations

import csv
from typing import Any

import duckdb

from tests.conftest import ROOT


def query(con: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[Any]:
    return con.execute(sql, list(values)).fetchall()


def raw(name: str) -> list[dict[str, str]]:
    """Rows of a raw table under its header, notes left out."""
    lines = (ROOT / "raw" / name).read_text(encoding="utf-8").splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("地区,"))
    return [r for r in csv.DictReader(lines[head:]) if not r["地区"].startswith("注：")]
