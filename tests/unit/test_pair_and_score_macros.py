"""Macros of the flow and match marts against published and worked answers."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
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


def ask(con: duckdb.DuckDBPyConnection, expression: str, *values: Any) -> Any:
    return con.execute(f"select {expression}", list(values)).fetchall()[0][0]


@pytest.mark.parametrize("row", table("copatent_normalisation.csv"), ids=lambda r: f"{r['i']}-{r['j']}")
def test_normalised_pairs(con: duckdb.DuckDBPyConnection, row: dict[str, str]) -> None:
    c, a, b, t = (float(row[k]) for k in ("c_ij", "s_i", "s_j", "total"))
    assert ask(con, "salton(?, ?, ?)", c, a, b) == pytest.approx(float(row["salton_cosine"]), abs=1e-15)
    assert ask(con, "jaccard(?, ?, ?)", c, a, b) == pytest.approx(float(row["jaccard"]), abs=1e-15)
    strength = ask(con, "association_strength(?, ?, ?, ?)", c, a, b, t)
    assert strength == pytest.approx(float(row["association_strength"]), abs=1e-15)
    low, high = (
        ask(con, f"association_strength_{end}(?, 0.5, ?, 0.5, ?, 0.5, ?, 0.5)", c, a, b, t) for end in ("low", "high")
    )
    assert low <= strength <= high


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
    kept = [(i, j) for i, j, p in found if p < 0.05]
    assert kept == [(0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (5, 6), (5, 7), (5, 8), (5, 9)]


def test_a_pair_without_other_partners_is_never_backbone(con: duckdb.DuckDBPyConnection) -> None:
    assert ask(con, "disparity_filter(4, 4, 1, 4, 1)") == 1
    assert ask(con, "disparity_filter(0, 4, 1, 4, 1)") is None


def test_entropy_weights_of_the_published_matrix(con: duckdb.DuckDBPyConnection) -> None:
    with (FIXTURES / "entropy_weight_matrix.csv").open() as handle:
        columns = list(zip(*[[float(x) for x in line.split(",")] for line in list(handle)[1:]], strict=True))
    evenness = [ask(con, "entropy_evenness(?::double[])", list(c)) for c in columns]
    weights = ask(con, "entropy_weights(?::double[])", evenness)
    assert [round(w, 6) for w in weights] == [0.104991, 0.069124, 0.071373, 0.449937, 0.304575]


def test_a_zero_counts_in_entropy_weights(con: duckdb.DuckDBPyConnection) -> None:
    columns = [[0.0, 1, 2, 3], [1, 2, 3, 4], [5, 5.1, 5.2, 5.05]]
    evenness = [ask(con, "entropy_evenness(?::double[])", c) for c in columns]
    assert ask(con, "entropy_weights(?::double[])", evenness) == pytest.approx(
        [0.7786919970911637, 0.22108901331305073, 0.00021898959578561778], rel=1e-9
    )


@pytest.mark.parametrize("case", json.loads((FIXTURES / "coupling_worked.json").read_text()))
def test_worked_cases_of_coupling(con: duckdb.DuckDBPyConnection, case: dict[str, Any]) -> None:
    systems = case.get("U") or [case["U1"], case["U2"]]
    c, modified, t = con.execute(
        "select coupling(u), coupling_modified(u), list_avg(u) from (select ?::double[] as u)", [systems]
    ).fetchall()[0]
    assert (c, modified, t) == pytest.approx((case["C"], case["C_modified"], case["T"]), abs=1e-12)
    assert ask(con, "coordination(?, ?)", c, t) == pytest.approx(case["D"], abs=1e-12)
    assert ask(con, "coordination(?, ?)", modified, t) == pytest.approx(case["D_modified"], abs=1e-12)


def test_the_two_published_coupling_degrees_of_thirteen_cities(con: duckdb.DuckDBPyConnection) -> None:
    """The ratio and the gap of the two systems, as the columns imply them to four digits, give both columns back: the
    interval of those digits meets the interval of the printed degree, in all city-years but one (C = 1, no ratio)."""
    half = 0.00005
    rows = [r for r in table("coupling_jjj_C_2008_2014.csv") if r["implied_U_max"]]
    assert len(rows) == 90
    for row in rows:
        ratio, gap = float(row["implied_min_over_max"]), float(row["implied_abs_diff"])
        ends = []
        for r, d in ((ratio - half, gap + half), (ratio + half, gap - half)):
            systems = [d / (1 - r), r * d / (1 - r)]
            ends.append([ask(con, f"{measure}(?::double[])", systems) for measure in ("coupling", "coupling_modified")])
        for low, high, printed in zip(*ends, (float(row["C_traditional"]), float(row["C_modified"])), strict=True):
            assert low <= printed + half, row
            assert high >= printed - half, row


def test_location_quotients_of_five_regions_and_industries(con: duckdb.DuckDBPyConnection) -> None:
    case = json.loads((FIXTURES / "location_quotient_5x5.json").read_text())
    matrix = case["matrix"]
    rows, columns = [sum(r) for r in matrix], [sum(c) for c in zip(*matrix, strict=True)]
    for i, line in enumerate(matrix):
        for j, x in enumerate(line):
            found = ask(con, "location_quotient(?, ?, ?, ?)", x, rows[i], columns[j], sum(rows))
            assert found == pytest.approx(float(Fraction(case["LQ_exact"][i][j])), abs=1e-12)
    # the reference of the published index is the sum of all regions
    for line, index in zip(matrix, case["krugman_index"], strict=True):
        assert ask(con, "krugman(?::double[], ?::double[])", line, columns) == pytest.approx(index, abs=1e-12)
        similarity = ask(con, "finger_kreinin(?::double[], ?::double[])", line, columns)
        assert similarity == pytest.approx(1 - index / 2, abs=1e-12)
