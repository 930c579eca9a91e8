"""The technology market and joint patents on the real figures. Expected values are printed, or computed here from raw tables."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from jjj_pipeline.settings import Settings
from tests.support.published import query, raw


@pytest.fixture(scope="module")
def con(warehouse: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.duckdb), read_only=True)


def test_31_provinces_with_abroad_are_the_nation_as_table_8_39_prints_it() -> None:
    rows = raw("cstsy/2021/tech_absorbed_by_year.csv")
    assert len(rows) == 34
    for year in ("2000", "2005", "2010", "2015", "2016", "2017", "2018", "2019", "2020"):
        nation = next(float(r[year]) for r in rows if r["地区"] == "全国")
        parts = sum(float(r[year]) for r in rows if r["地区"] != "全国")
        assert abs(parts - nation) <= 34 / 2  # 万元, half a unit for each of 33 parts and the total


def test_abroad_is_what_the_ministry_prints_for_2019(con: duckdb.DuckDBPyConnection) -> None:
    """649.1 亿元 sold from abroad, 2090.0 bought abroad (ministry, March 2020)."""
    row = query(
        con,
        "select output, absorbed, output_basis, absorbed_basis from mart.trade_balance "
        "where region_code = 'ABROAD' and year = 2019",
    )
    output, absorbed, *basis = row[0]
    assert abs(output - 649.1) <= 0.05
    assert abs(absorbed - 2090.0) <= 0.05
    assert basis == ["remainder", "printed"]


def test_the_market_closes_in_the_years_without_a_blank_and_only_there(con: duckdb.DuckDBPyConnection) -> None:
    closed = query(
        con,
        "select year from mart.trade_balance where region_code = 'ABROAD' or region_code similar to '[1-9][0-9]0000' "
        "group by year having count(balance) = 32 and abs(sum(balance)) < 0.01 order by year",
    )
    assert [y for (y,) in closed] == list(range(2017, 2024))
    open_years = query(
        con,
        "select year, missing from mart.trade_balance where region_code = 'ABROAD' and balance is null order by year",
    )
    assert {m for _, m in open_years} == {"output: 540000"}  # Tibet
    assert [y for y, _ in open_years] == [2000, 2005, 2010, *range(2012, 2017)]


def test_the_nation_sells_what_it_buys(con: duckdb.DuckDBPyConnection) -> None:
    assert query(
        con,
        "select count(*), bool_and(balance_low <= 0 and balance_high >= 0) from mart.trade_balance "
        "where region_code = 'CN' and balance is not null",
    ) == [(15, True)]


def test_beijings_share_into_tianjin_and_hebei_is_above_what_their_size_suggests(
    con: duckdb.DuckDBPyConnection,
) -> None:
    ""
    """Printed: 9.86 % of the outflow of 2019. By size: what the two absorb over what the 30 others absorb, from table 8-39."""
    absorbed = {r["地区"]: float(r["2019"]) for r in raw("cstsy/2021/tech_absorbed_by_year.csv")}
    others = absorbed["全国"] - absorbed["港澳台"] - absorbed["其他(国外)"] - absorbed["北京"]
    expected = (absorbed["天津"] + absorbed["河北"]) / others
    assert round(100 * expected, 2) == 6.12
    row = query(
        con,
        "select observed, observed_low, observed_high, expected, affinity, affinity_low, affinity_high "
        "from mart.flow_affinity "
        "where origin = '110000' and destination = 'TJHE' and year = 2019",
    )[0]
    assert row[:3] == pytest.approx((0.0986, 0.09855, 0.09865))
    assert row[3] == pytest.approx(expected, rel=1e-7)
    assert row[4:] == pytest.approx((0.0986 / expected, 0.09855 / expected, 0.09865 / expected), rel=1e-5)


def test_years_without_a_published_flow_are_rows_without_a_figure(con: duckdb.DuckDBPyConnection) -> None:
    rows = query(
        con,
        "select year, observed, affinity_at_least, missing from mart.flow_affinity where origin = '110000' "
        "and destination = 'TJHE' order by year",
    )
    assert [r[0] for r in rows] == list(range(2013, 2026))
    assert [r[0] for r in rows if r[1] is not None] == [2019, 2023]
    assert [r[0] for r in rows if r[2] is None] == [2015, 2016, 2018, 2022, 2024, 2025]
    assert all((r[1] is None) == (r[3] is not None) for r in rows)


def test_the_printed_share_implies_the_outflow(con: duckdb.DuckDBPyConnection) -> None:
    """282.80 over 9.86 %: 2868.15 亿元, between 282.795 / 9.865 % and 282.805 / 9.855 %."""
    row = query(
        con,
        "select implied_outflow, implied_outflow_low, implied_outflow_high, outflow from mart.flow_share "
        "where origin = '110000' and destination = 'TJHE' and year = 2019",
    )[0]
    assert row[:3] == pytest.approx((282.80 / 0.0986, 282.795 / 0.09865, 282.805 / 0.09855))
    assert row[3] is None


def test_what_stays_in_beijing_is_a_share_of_its_output(con: duckdb.DuckDBPyConnection) -> None:
    """2012: 655.6 of 2458.5 亿元 (yearbook 24585033.616 万元)."""
    assert query(
        con, "select share_of_output from mart.flow_share where origin = '110000' and destination = '110000'"
    ) == [(pytest.approx(655.6 / 2458.5033616),)]


def test_the_articles_three_pairs_are_a_network_with_inferred_edges(con: duckdb.DuckDBPyConnection) -> None:
    """3056 + 4277 + 1340 = 8673; Beijing 7333, Tianjin 4396, Hebei 5617."""
    edges = query(
        con,
        "select region_a, region_b, value, status, share_of_region, salton from mart.copatent_edge "
        "where indicator = 'copatents' and level = 'province' order by value desc",
    )
    assert [(e[2], e[3]) for e in edges] == [(4277, "A"), (3056, "U"), (1340, "U")]
    assert [e[4] for e in edges] == pytest.approx([4277 / 8673, 3056 / 8673, 1340 / 8673])
    assert [e[5] for e in edges] == pytest.approx(
        [4277 / (7333 * 5617) ** 0.5, 3056 / (7333 * 4396) ** 0.5, 1340 / (4396 * 5617) ** 0.5]
    )
    nodes = query(
        con,
        "select region_code, strength, status from mart.copatent_node where indicator = 'copatents' and level = 'province' "
        "order by strength desc",
    )
    assert nodes == [("110000", 7333, "U"), ("130000", 5617, "U"), ("120000", 4396, "U")]


def test_one_pair_of_cities_is_no_network(con: duckdb.DuckDBPyConnection) -> None:
    assert query(
        con, "select value, salton, missing from mart.copatent_edge where indicator = 'copatents' and level = 'city'"
    ) == [(1729, None, "only 2 places: no network")]


def test_table_8_39_is_the_one_the_real_workbook_shows(shared: Path) -> None:
    grid = pd.read_excel(
        shared / "real_files" / "styb_8-39_tech_market_inflow_2000-2020.xls", engine="calamine", header=None
    )
    names = grid[0].astype(str).str.replace(" ", "")
    for row in raw("cstsy/2021/tech_absorbed_by_year.csv"):
        name = row["地区"].removesuffix("(国外)")
        printed = grid[names == name].iloc[0, 2:].astype(float).tolist()
        assert [float(v) for k, v in row.items() if k != "地区"] == pytest.approx(printed, rel=1e-14), name
