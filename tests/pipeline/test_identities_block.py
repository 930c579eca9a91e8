"""What the contracts of the flow and match marts refuse, on their real tables with one figure broken."""

from __future__ import annotations

import duckdb
import pytest

from jjj_pipeline import contracts
from jjj_pipeline.contracts.base import conform, problems
from jjj_pipeline.pipeline.runner import store_of
from jjj_pipeline.settings import Settings
from tests.support.published import query


@pytest.fixture(scope="module")
def con(warehouse: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.duckdb), read_only=True)


BREAKS = {
    "mart.trade_balance": ("balance", lambda f: (f["region_code"] == "110000") & (f["year"] == 2019), 1.0, "net balance"),
    "mart.structure_similarity": ("krugman", lambda f: f["year"] == 2019, 0.001, "Finger-Kreinin is not"),
    "mart.supply_demand": ("krugman", lambda f: f["year"] == 2019, 0.001, "Finger-Kreinin is not"),
    "mart.copatent_node": ("strength_share", lambda f: f["region_code"] == "120000", 0.001, "shares of strength"),
    "mart.copatent_edge": ("salton", lambda f: f["status"] == "U", 1.0, "similarity outside"),
    "mart.flow_affinity": ("expected", lambda f: f["year"] == 2019, 1.0, "expected share"),
    "mart.innovation_index_weight": ("weight_entropy", lambda f: f.index == 0, 0.01, "do not add up to 1"),
    "mart.innovation_index": (
        "score", lambda f: (f["index_id"] == "composite") & (f["dimension"] == "total") & (f["year"] == 2020), 0.001,
        "mean of its",
    ),
}  # fmt: skip


@pytest.mark.parametrize("table", BREAKS)
def test_a_broken_identity_blocks(warehouse: Settings, table: str) -> None:
    column, where, by, expected_text = BREAKS[table]
    contract = contracts.ALL[table]
    frame = conform(store_of(warehouse).read(table), contract)
    assert problems(frame, contract) == []
    hit = where(frame)
    assert hit.any()
    for name in (column, f"{column}_low", f"{column}_high"):
        if name in frame:
            frame.loc[hit, name] += by
    assert any(expected_text in line for line in problems(frame, contract)), problems(frame, contract)


def test_a_low_end_above_its_value_blocks(warehouse: Settings) -> None:
    contract = contracts.ALL["mart.capacity"]
    frame = conform(store_of(warehouse).read("mart.capacity"), contract)
    frame["per_gdp_low"] = frame["per_gdp"] * 1.01
    assert any("interval" in line for line in problems(frame, contract))


def test_what_comes_from_printed_figures_has_an_interval(con: duckdb.DuckDBPyConnection) -> None:
    """An interval is there wherever the value is, for everything computed from printed figures."""
    for table in (
        "trade_balance",
        "flow_share",
        "location_quotient",
        "capacity",
        "chain_match",
        "innovation_index_component",
    ):
        columns = [
            r[0]
            for r in query(
                con, f"select column_name from duckdb_columns() where schema_name = 'mart' and table_name = '{table}'"
            )
        ]
        for name in (c for c in columns if f"{c}_low" in columns):
            bare = query(
                con,
                f"select count(*) from mart.{table} where {name} is not null and ({name}_low is null or {name}_high is null)",
            )
            assert bare == [(0,)], (table, name)


def test_a_row_without_its_leading_number_says_what_is_missing(con: duckdb.DuckDBPyConnection) -> None:
    """Where the leading number of a row is null, `missing` says what would be needed; and not where it is there."""
    leading = {
        "mart.trade_balance": "balance", "mart.flow_affinity": "affinity", "mart.location_quotient": "lq",
        "mart.structure_similarity": "finger_kreinin", "mart.copatent_edge": "salton", "mart.copatent_node": "strength",
    }  # fmt: skip
    for table, column in leading.items():
        # of a pair of places `missing` also says why there is no association
        wrong = "is null and missing is null" if table == "mart.copatent_edge" else "is null <> (missing is not null)"
        assert query(con, f"select count(*) from {table} where {column} {wrong}") == [(0,)], table
