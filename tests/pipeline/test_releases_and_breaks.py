"""Figures that are compared belong together: one state of the accounts in a ratio and over time, and breaks that are named."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from jjj_pipeline.settings import Settings


@pytest.fixture(scope="module")
def con(warehouse: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.duckdb), read_only=True)


def one(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    rows = con.execute(sql).fetchall()
    assert len(rows) == 1, rows
    return rows[0]


def test_the_regions_share_of_the_nation_is_of_one_state_of_the_accounts(con: duckdb.DuckDBPyConnection) -> None:
    # after the fourth census both: 84 479.2 of 986 515.2 in 2019; 8.868 and 8.744 % mix the fifth with the fourth
    shares = con.execute(
        "select year, round(100 * share, 3) from mart.share where indicator = 'gdp' and of_code = 'CN' "
        "and region_code = 'JJJ' and year in (2019, 2023) order by year"
    ).fetchall()
    assert shares == [(2019, 8.563), (2023, 8.285)]


def test_sectors_and_product_of_one_state_add_up(con: duckdb.DuckDBPyConnection) -> None:
    tertiary, gap = one(
        con,
        "select round(100 * sum(value) filter (indicator = 'value_added_tertiary') / sum(value) filter (indicator = 'gdp'), 2), "
        "round(sum(case indicator when 'gdp' then -value else value end), 1) from core.series "
        "where vintage = 'census4' and region_code = 'JJJ' and year = 2019 "
        "and indicator in ('gdp', 'value_added_primary', 'value_added_secondary', 'value_added_tertiary')",
    )
    assert (tertiary, abs(gap)) == (67.06, 0.1)  # three figures of one decimal


def test_the_nations_firms_per_gdp_are_set_against_beijings_on_one_state_of_the_accounts(
    con: duckdb.DuckDBPyConnection,
) -> None:
    firms = (
        "select round(gdp_to_beijing, 3) from mart.capacity where region_code = 'CN' and year = 2023 and indicator = "
    )
    assert one(con, f"{firms} 'hightech_enterprises'") == (1.745,)
    assert one(con, f"{firms} 'incubators'") == (0.857,)


def test_the_intensity_of_tianjin_fell_from_2014_to_2019_on_one_release(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select year, round(value, 2), denominator_release from mart.intensity where intensity = 'rd_expenditure_per_gdp' "
        "and region_code = '120000' and preferred and year in (2014, 2019) order by year"
    ).fetchall()
    assert rows == [(2014, 4.32, "nbs/2025-census5"), (2019, 3.28, "nbs/2025-census5")]


def test_both_ends_of_an_intensity_rest_on_one_gdp_where_one_is_held(con: duckdb.DuckDBPyConnection) -> None:
    # Tianjin from the figures as printed: 464.69 of 10 640.6 (2014) and 485.01 of 14 214.3 (2020), 100 million yuan
    gdp = dict(
        con.execute(
            "select year, printed::double from core.observation where indicator = 'gdp' and region_code = '120000' "
            "and release = '2025-census5' and year in (2014, 2020)"
        ).fetchall()
    )
    rd = dict(
        con.execute(
            "select year, printed::double / 10000 from core.preferred where indicator = 'rd_expenditure' "
            "and region_code = '120000' and industry_code = '*' and year in (2014, 2020)"
        ).fetchall()
    )
    start, end = (100 * rd[y] / gdp[y] for y in (2014, 2020))
    assert (round(start, 2), round(end, 2)) == (4.32, 3.41)
    span = "select value_start, value_end, change, differs from mart.intensity_span where region_code = '120000' and "
    assert con.execute(f"{span} intensity = 'rd_expenditure_per_gdp' and window_id = '2014-2020'").fetchall() == [
        (pytest.approx(start), pytest.approx(end), pytest.approx(end - start), None)
    ]
    # 2000 and 2024 have no release in common, and the row says so
    assert con.execute(
        "select year_start, year_end, differs, crosses_break from mart.intensity_span "
        "where region_code = '120000' and intensity = 'tech_output_per_gdp' and window_id = 'first-last'"
    ).fetchall() == [(2000, 2024, "the two ends rest on different gdp: 2021 and 2025-census5", "gdp_census5_2011")]


def test_printed_and_recomputed_intensities_go_apart_in_eight_provinces(con: duckdb.DuckDBPyConnection) -> None:
    # printed ratios rest on the GDP of their day: the sign of 2014 to 2019 is another than on one release
    ends = "max(value) filter (year = 2014) as a, max(value) filter (year = 2019) as b"
    turned = one(
        con,
        f"with p as (select region_code, {ends} from core.preferred where indicator = 'rd_intensity' group by 1), "
        f"c as (select region_code, {ends} from mart.intensity "
        "where intensity = 'rd_expenditure_per_gdp' and preferred group by 1) "
        "select count(*) filter (sign(p.b - p.a) <> sign(c.b - c.a)), count(*) from p join c using (region_code) "
        "join ref.region as r using (region_code) where r.kind = 'province'",
    )
    assert turned == (8, 31)


def test_the_jumps_behind_the_ledger_are_those_it_names(con: duckdb.DuckDBPyConnection) -> None:
    jump = (
        "select round(100 * (max(value) filter (year = {y}) / max(value) filter (year = {y} - 1) - 1)) from core.panel "
        "where indicator = '{i}' and region_code = '{r}'"
    )
    found = {
        (i, r, y): one(con, jump.format(i=i, r=r, y=y))[0]
        for i, r, y in (
            ("legal_entities", "110000", 2013), ("legal_entities", "110000", 2018), ("legal_entities", "120000", 2018),
            ("urban_employment", "440000", 2013),
        )
    }  # fmt: skip
    assert [*found.values()] == [55, 37, -35, 51]
    for indicator, region, year in found:
        assert one(
            con,
            "select count(*) from ref.break_series "
            f"where indicator = '{indicator}' and region_code = '{region}' and year = {year}",
        ) == (1,)


@pytest.mark.parametrize(
    "table",
    [
        "growth_span", "growth_yearly", "growth_contribution", "shift_share", "disparity", "convergence", "real_growth",
        "intensity_span", "composition", "capacity",
    ],
)  # fmt: skip
def test_every_measure_over_time_names_the_breaks_it_crosses(con: duckdb.DuckDBPyConnection, table: str) -> None:
    named = con.execute(
        f"select distinct unnest(string_split(crosses_break, ' ')) from mart.{table} where crosses_break is not null"
    ).fetchall()
    known = {b for (b,) in con.execute("select break_id from ref.break where effect <> 'none'").fetchall()}
    assert {b for (b,) in named} <= known
    assert named


def test_in_every_province_the_intensities_of_2014_and_2019_rest_on_one_release(con: duckdb.DuckDBPyConnection) -> None:
    two = one(
        con,
        "select count(*) filter (releases = 1), count(*) "
        "from (select i.region_code, count(distinct denominator_release) as releases "
        "from mart.intensity as i join ref.region as r using (region_code) where intensity = 'rd_expenditure_per_gdp' "
        "and preferred and year in (2014, 2019) and r.kind = 'province' group by i.region_code having count(*) = 2)",
    )
    assert two == (31, 31)


def test_an_intensity_has_one_value_in_the_index_and_in_its_mart(con: duckdb.DuckDBPyConnection) -> None:
    mart = one(
        con,
        "select round(value, 2) from mart.intensity where intensity = 'rd_expenditure_per_gdp' and region_code = '110000' "
        "and year = 2019 and preferred",
    )
    index = one(
        con,
        "select round(value, 2) from mart.innovation_index_component where intensity = 'rd_expenditure_per_gdp' "
        "and region_code = '110000' and year = 2019",
    )
    assert mart == index == (5.91,)


def test_windows_of_gdp_reach_back_to_2000_and_say_where_they_are_spliced(con: duckdb.DuckDBPyConnection) -> None:
    spans = con.execute(
        "select window_id, year_start, vintage, crosses_break from mart.growth_span where indicator = 'gdp' "
        "and region_code = '110000' and window_id in ('fyp12', '2010-2019', '2011-2019', 'first-last') order by window_id"
    ).fetchall()
    assert spans == [
        ("2010-2019", 2010, "census4", None),
        ("2011-2019", 2011, "census5", None),
        ("first-last", 2000, "preferred", "gdp_census5_2011"),
        ("fyp12", 2010, "census4", None),
    ]


def test_high_technology_firms_of_2010_and_2015_are_not_of_one_threshold(con: duckdb.DuckDBPyConnection) -> None:
    cagr, crossed = one(
        con,
        "select round(100 * cagr, 2), crosses_break from mart.growth_span where indicator = 'hightech_enterprises' "
        "and region_code = 'JJJ' and window_id = 'fyp12'",
    )
    assert (cagr, crossed) == (-2.96, "hightech_above_scale_2011")
    after = one(
        con,
        "select round(100 * cagr(max(value) filter (year = 2011), max(value) filter (year = 2015), 4), 1) from core.panel "
        "where indicator = 'hightech_enterprises' and region_code = 'JJJ'",
    )
    assert after == (6.1,)


def test_no_growth_from_2010_to_2011_of_enterprises_above_scale_stands_without_a_word(
    con: duckdb.DuckDBPyConnection,
) -> None:
    silent, named = one(
        con,
        "select count(*) filter (crosses_break is null), count(crosses_break) from core.span where year_start <= 2010 "
        "and year_end >= 2011 and (indicator like 'firm\\_%' escape '\\' or indicator like 'hightech\\_%' escape '\\')",
    )
    assert silent == 0
    assert named > 900


def test_the_ledger_names_a_source_and_a_basis_for_every_break(con: duckdb.DuckDBPyConnection) -> None:
    effects = dict(con.execute("select effect, count(*) from ref.break group by 1").fetchall())
    assert set(effects) == {"none", "levels", "coverage"}
    assert one(con, "select count(*) from ref.break where source = '' or basis is null") == (0,)


def test_the_interval_to_a_whole_lets_part_and_rest_move(con: duckdb.DuckDBPyConnection) -> None:
    # Beijing stands at exactly 1 from itself, whatever its digits
    assert one(
        con,
        "select distinct people_to_beijing, people_to_beijing_low, people_to_beijing_high from mart.capacity "
        "where region_code = '110000' and people_to_beijing is not null",
    ) == (1.0, 1.0, 1.0)
    # high-technology firms of JJJ against Beijing: (c + o) / c * d / (d + p) at its corners
    row = one(
        con,
        "select people_to_beijing_low, people_to_beijing_high from mart.capacity "
        "where region_code = 'JJJ' and year = 2023 and indicator = 'hightech_enterprises'",
    )
    figures = dict(
        con.execute(
            "select indicator || region_code, value from core.panel where year = 2023 and region_code in ('JJJ', '110000') "
            "and indicator in ('hightech_enterprises', 'population')"
        ).fetchall()
    )
    c, whole = figures["hightech_enterprises110000"], figures["hightech_enterprisesJJJ"]
    d, people = figures["population110000"], figures["populationJJJ"]
    o, p = whole - c, people - d
    low = (c + 0.5 + o - 1) / (c + 0.5) * (d - 0.5) / (d - 0.5 + p + 1)
    high = (c - 0.5 + o + 1) / (c - 0.5) * (d + 0.5) / (d + 0.5 + p - 1)
    assert [round(x, 12) for x in row] == [round(low, 12), round(high, 12)]
