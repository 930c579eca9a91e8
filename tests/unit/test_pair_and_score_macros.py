"""Macros of pairs, networks and scores against published and worked answers."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import duckdb
import pytest

from jjj_pipeline.pipeline.project import macros
from jjj_pipeline.settings import PACKAGE

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "match"


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for statement in macros(PACKAGE / "marts"):
        connection.execute(statement)
    return connection


def table(name: str) -> list[dict[str, str]]:
    with (FIXTURES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def evaluate(con: duckdb.DuckDBPyConnection, expression: str, *values: Any) -> Any:
    return con.execute(f"select {expression}", list(values)).fetchall()[0][0]


def test_the_disparity_filter_keeps_9_of_21_edges(con: duckdb.DuckDBPyConnection) -> None:
    edges = table("disparity_filter_10node.csv")
    con.execute("create or replace temp table e (i integer, j integer, w double)")
    con.executemany("insert into e values (?, ?, ?)", [(r["i"], r["j"], r["weight"]) for r in edges])
    found = con.execute(
        "with n as (select v, sum(w) as s, count(*) as k from (select i as v, w from e union all select j, w from e) group by v) "
        "select e.i, e.j, disparity_filter(e.w, a.s, a.k, b.s, b.k) from e join n as a on a.v = e.i join n as b on b.v = e.j "
        "order by e.i, e.j"
    ).fetchall()
    assert [p for *_, p in found] == pytest.approx([float(r["p_min"]) for r in edges], rel=1e-12)
    significant = [(i, j) for i, j, p in found if p < 0.05]
    assert significant == [(0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (5, 6), (5, 7), (5, 8), (5, 9)]


def test_a_pair_without_other_partners_is_never_backbone(con: duckdb.DuckDBPyConnection) -> None:
    assert evaluate(con, "disparity_filter(4, 4, 1, 4, 1)") == 1
    assert evaluate(con, "disparity_filter(0, 4, 1, 4, 1)") is None


def test_a_zero_counts_in_entropy_weights(con: duckdb.DuckDBPyConnection) -> None:
    columns = [[0.0, 1, 2, 3], [1, 2, 3, 4], [5, 5.1, 5.2, 5.05]]
    evenness = [evaluate(con, "entropy_evenness(?::double[])", c) for c in columns]
    assert evaluate(con, "entropy_weights(?::double[])", evenness) == pytest.approx(
        [0.7786919970911637, 0.22108901331305073, 0.00021898959578561778], rel=1e-9
    )


def test_factors_of_quasi_independence_give_the_row_sums_back(con: duckdb.DuckDBPyConnection) -> None:
    # a = 1, 2, 3, 4: pairs 2 3 4 6 8 12, row sums 9 16 21 24; a star has no factors that add up
    assert evaluate(con, "quasi_independence(?::double[])", [9, 16, 21, 24]) == pytest.approx([1, 2, 3, 4], rel=1e-9)
    assert evaluate(con, "quasi_independence(?::double[])", [9, None, 21, 24]) is None
