"""What was added from announcements: prices and real growth against the previous year, mutual investment, population of cities,
the communiqué of 2024."""

from __future__ import annotations

import duckdb
import pytest

from jjj_pipeline.catalog import units
from jjj_pipeline.settings import Settings


@pytest.fixture(scope="module")
def con(warehouse: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.duckdb), read_only=True)


def test_a_change_against_the_previous_year_becomes_an_index_and_nothing_else() -> None:
    assert units.offset("比上年%", "上年=100") == 100
    assert units.offset("%", "%") == units.offset("万元", "亿元") == units.offset("上年=100", "上年=100") == 0
    with pytest.raises(units.Inconvertible):
        units.factor("比上年%", "%")


def test_announced_changes_keep_their_literal_and_half_unit(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select indicator, region_code, year, value, half_width, status, printed from core.observation"
        " where table_id = 'press_growth_and_prices' and region_code = '110000' order by indicator, year"
    ).fetchall()
    assert rows == [
        ("cpi", "110000", 2021, 101.1, 0.05, "V", "1.1"),
        ("cpi", "110000", 2022, 101.8, 0.05, "V", "1.8"),
        ("cpi", "110000", 2023, 100.4, 0.05, "V", "0.4"),
        ("cpi", "110000", 2024, 100.1, 0.05, "V", "0.1"),
        ("gdp_index", "110000", 2022, 100.7, 0.05, "V", "0.7"),
        ("gdp_index", "110000", 2023, 105.2, 0.05, "V", "5.2"),
        ("gdp_index", "110000", 2024, 105.2, 0.05, "V", "5.2"),
    ]


def test_the_parts_of_the_communique_of_2024_make_its_total(con: duckdb.DuckDBPyConnection) -> None:
    parts = con.execute(
        "select sum(value) filter (where indicator <> 'rd_expenditure'),"
        " any_value(value) filter (where indicator = 'rd_expenditure')"
        " from core.observation where table_id = 'rd_bulletin_main_figures' and indicator like 'rd_expenditure%'"
    ).fetchone()
    assert parts == pytest.approx((36326.8, 36326.8))  # 2500.9 + 4305.5 + 29520.4


def test_beijing_invested_in_both_what_it_invested_in_each(con: duckdb.DuckDBPyConnection) -> None:
    flows = dict(
        con.execute(
            "select destination, value from core.flow where indicator = 'mutual_investment' and origin = '110000'"
            " and period = '2012-2016'"
        ).fetchall()
    )
    assert flows == {"TJHE": 4147.75, "120000": 2518.98, "130000": 1628.77}


def test_cities_of_hebei_make_its_population_before_the_census_of_2020(con: duckdb.DuckDBPyConnection) -> None:
    """7,556 of ten thousand in 2018, as the office's interface gave it before the revision."""
    cities, province = con.execute(
        "select (select sum(value) from core.observation where indicator = 'city_population' and year = 2018),"
        " (select value from core.observation where indicator = 'population' and region_code = '130000' and year = 2018"
        " and source = 'nbs' and release = '2021')"
    ).fetchone()  # type: ignore[misc]
    assert cities == pytest.approx(7556.29, abs=0.01)
    assert abs(cities - province) < 0.5 + 0.01
