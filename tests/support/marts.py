"""Running one mart's SQL over small tables made by hand, with the macros of the pipeline and no build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.contracts import ALL
from jjj_pipeline.contracts.base import arrow_schema, conform, info, problems
from jjj_pipeline.pipeline import project, ref_tables
from jjj_pipeline.settings import default_settings
from jjj_pipeline.storage.parquet_store import base_tables

SETTINGS = default_settings()
CATALOG = load_catalog(SETTINGS.catalog)
PRINTED = ("core.observation", "core.flow", "core.ranking", "core.industry_link", "core.flow_class")


def connection() -> duckdb.DuckDBPyConnection:
    """A connection with every macro of the published file."""
    con = duckdb.connect(config={"threads": 1})
    for macro in project.macros(SETTINGS.marts):
        con.execute(macro)
    return con


def one(con: duckdb.DuckDBPyConnection, expression: str, *values: Any) -> Any:
    """The value of one SQL expression, `?` standing for the values."""
    return con.execute(f"select {expression}", list(values)).fetchall()[0][0]


def observed(rows: Sequence[tuple[Any, ...]], columns: Sequence[str], table: str) -> pd.DataFrame:
    """Rows with the columns given; the other columns of the contract are filled with what a test does not look at."""
    frame = pd.DataFrame(rows, columns=list(columns))
    for c in info(ALL[table]):
        if c.name not in frame:
            fill = {"text": "x", "integer": 1, "number": 0.0, "boolean": False}[c.dtype]
            frame[c.name] = "*" if c.name == "industry_code" else "A" if c.name == "status" else fill
    return frame[[c.name for c in info(ALL[table])]]


def mart(table: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The mart `table` over the given tables; tables of schema ref come from the catalogue unless given, marts it rests on
    are computed, tables of printed figures are empty. Raises AssertionError where the result breaks its contract."""
    frame = conform(compute(table, tables), ALL[table])
    assert problems(frame, ALL[table]) == []
    return frame


def compute(table: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    path = next(p for p in SETTINGS.marts.glob("*/*.sql") if p.stem == table.partition(".")[2])
    sql = path.read_text(encoding="utf-8")
    con = connection()
    for name in base_tables(sql):
        schema = name.partition(".")[0]
        frame: Any
        if name in tables:
            frame = tables[name]
        elif schema == "ref":
            frame = ref_tables.frame(name, ref_tables.TABLES[name](CATALOG, ()))
        elif name in PRINTED:
            frame = arrow_schema(ALL[name]).empty_table()
        else:
            frame = compute(name, tables)
        con.execute(f"create schema if not exists {schema}")
        con.register("frame", frame)
        con.execute(f"create table {name} as select * from frame")
    return con.sql(sql).df()
