"""What the growth and disparity marts say about the real figures. Each number is worked out in the comment or in the test
from the literals of raw/, not by the marts' own SQL."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from math import log, prod
from typing import Any

import duckdb
import pytest

from jjj_pipeline.settings import Settings
from tests.conftest import ROOT

JJJ = {"北京": "110000", "天津": "120000", "河北": "130000"}


@pytest.fixture(scope="module")
def con(warehouse: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(warehouse.duckdb), read_only=True) as opened:
        yield opened


def printed(path: str, header: str = "地区") -> list[dict[str, str]]:
    """The rows of a raw table, as printed."""
    with (ROOT / "raw" / path).open(encoding="utf-8", newline="") as handle:
        lines = list(csv.reader(handle))
    start = next(i for i, line in enumerate(lines) if line and line[0] == header)
    return [dict(zip(lines[start], line, strict=False)) for line in lines[start + 1 :]]


def rd(edition: int) -> dict[str, dict[str, float]]:
    """R&D expenditure by activity of the year before the edition, 万元, by name of region."""
    rows = printed(f"cstsy/{edition}/rd_by_activity.csv")
    return {
        r["地区"]: {k: float(v) for k, v in r.items() if k != "地区"} for r in rows if not r["地区"].startswith("注")
    }


TOTAL, PARTS = "R&D经费内部支出", ["基础研究", "应用研究", "试验发展"]


def test_beijing_drives_three_quarters_of_the_growth_of_rd_2014_to_2020_and_tianjin_nothing(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # 12687952.8 + 4646868.2 + 3130881.3 = 20465702.3 in 2014 and 23265793 + 4850116 + 6343724 = 34459633 in 2020 (万元):
    # +13993930.7, of which 10577840.2 (75.59 %), 203247.8 (1.45 %) and 3212842.7 (22.96 %); growth 68.38 %
    change = {n: rd(2021)[n][TOTAL] - rd(2015)[n][TOTAL] for n in JJJ}
    assert [round(100 * c / sum(change.values()), 2) for c in change.values()] == [75.59, 1.45, 22.96]
    found = con.execute(
        "select round(100 * contribution, 2), round(100 * points, 2) from mart.growth_contribution "
        "where indicator = 'rd_expenditure' and group_code = 'JJJ' and window_id = '2014-2020' order by region_code"
    ).fetchall()
    assert found == [(75.59, 51.69), (1.45, 0.99), (22.96, 15.70)]


def test_in_the_years_of_tianjins_fall_there_are_points_and_no_percentages(con: duckdb.DuckDBPyConnection) -> None:
    # 2016 to 2017: Tianjin 5373204.1 -> 4587217.0, the two others rise
    assert rd(2018)["天津"][TOTAL] < rd(2017)["天津"][TOTAL]
    rows = con.execute(
        "select region_code, contribution, points > 0 from mart.growth_contribution "
        "where indicator = 'rd_expenditure' and group_code = 'JJJ' and window_id = 'yearly' "
        "and year_end = 2017 order by region_code"
    ).fetchall()
    assert rows == [("110000", None, True), ("120000", None, False), ("130000", None, True)]


def test_every_contribution_adds_up(con: duckdb.DuckDBPyConnection) -> None:
    groups, worst, off = con.execute(
        "select count(*), max(abs(c - 1)), max(abs(p - g)) from (select sum(contribution) as c, sum(points) as p, "
        "any_value(group_growth) as g from mart.growth_contribution group by indicator, group_code, window_id, year_end)"
    ).fetchall()[0]
    assert groups > 10_000
    assert worst < 1e-9
    assert off < 1e-9


def test_basic_research_gained_three_points_of_the_regions_rd_since_2011(con: duckdb.DuckDBPyConnection) -> None:
    share = {}
    for edition in (2012, 2020):
        parts = {p: sum(rd(edition)[n][p] for n in JJJ) for p in PARTS}
        share[edition] = {p: v / sum(parts.values()) for p, v in parts.items()}
    change = {p: share[2020][p] - share[2012][p] for p in PARTS}
    nav = sum(map(abs, change.values())) / 2
    found = con.execute(
        "select share_start, share_end, change, nav from mart.composition "
        "where structure = 'rd_by_activity' and region_code = 'JJJ' and window_id = '2011-2019' "
        "and component = 'rd_expenditure_basic'"
    ).fetchall()[0]
    assert found == pytest.approx((share[2012]["基础研究"], share[2020]["基础研究"], change["基础研究"], nav), rel=1e-9)
    assert [round(100 * f, 2) for f in found] == [8.91, 12.1, 3.2, 3.49]
    # the article's own figures and multiples, to the digits it prints, say the same
    low, high = con.execute(
        "select change_low, change_high from mart.composition "
        "where structure = 'article_rd_by_activity' and window_id = '2011-2019' and component = 'article_rd_expenditure_basic'"
    ).fetchall()[0]
    assert low <= found[2] <= high


def test_degrees_are_known_for_the_region_alone(con: duckdb.DuckDBPyConnection) -> None:
    # 134366 / 791217 = 16.98 % in 2019; 62206.5 / 520537.5 = 11.95 % in 2011, from the multiples 2.16 and 1.52
    assert con.execute(
        "select round(100 * share_start, 2), round(100 * share_end, 2), implied from mart.composition "
        "where structure = 'degrees' "
        "and region_code = 'JJJ' and window_id = '2011-2019' and component = 'article_rd_personnel_doctor'"
    ).fetchall() == [(11.95, 16.98, True)]
    missing = con.execute(
        "select distinct region_code, share_end, needed is not null from mart.composition where structure = 'degrees' "
        "and region_code <> 'JJJ' order by 1"
    ).fetchall()
    assert missing == [(code, None, True) for code in sorted(JJJ.values())]


def test_tianjin_lags_the_country_by_its_own_doing_and_not_by_its_mix(con: duckdb.DuckDBPyConnection) -> None:
    editions = rd(2015), rd(2021)
    nation = [
        {p: sum(float(v[p]) for n, v in e.items() if n in NAMES) for p in PARTS} for e in editions
    ]  # the 31 provinces
    grand = sum(nation[1].values()) / sum(nation[0].values())
    own = [e["天津"] for e in editions]
    terms = {
        "national_share": sum(own[0][p] for p in PARTS) * (grand - 1),
        "industry_mix": sum(own[0][p] * (nation[1][p] / nation[0][p] - grand) for p in PARTS),
        "regional_share": sum(own[1][p] - own[0][p] * nation[1][p] / nation[0][p] for p in PARTS),
    }
    found = con.execute(
        "select national_share, industry_mix, regional_share, change from mart.shift_share where structure = 'rd_by_activity' "
        "and region_code = '120000' and window_id = '2014-2020' and component = '*'"
    ).fetchall()[0]
    assert found[:3] == pytest.approx([v / 10_000 for v in terms.values()], rel=1e-9)  # 万元 -> 亿元
    assert [round(f, 1) for f in found] == [406.2, -1.7, -384.2, 20.3]


NAMES = {
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江",
    "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆",
    "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆",
}  # fmt: skip


def test_rd_of_beijing_doubled_at_constant_prices_from_2011_to_2019(con: duckdb.DuckDBPyConnection) -> None:
    # 22335870 / 9366438.8 = 2.3847 nominal; GDP 35445.1 / 17188.8 = 2.0621 over the indices 107.7 107.7 107.4 106.9 106.9
    # 106.8 106.7 106.1 = 1.7212 gives prices of 1.1980, all of one release: 1.9905
    index = [
        float(r["地区生产总值指数"])
        for r in printed("nbs/2021/gdp_index.csv")
        if r["地区"] == "北京市" and 2012 <= int(r["年份"]) <= 2019
    ]
    gdp = {
        int(r["年份"]): float(r["地区生产总值"]) for r in printed("nbs/2021/gdp_by_sector.csv") if r["地区"] == "北京市"
    }
    assert len(index) == 8
    prices = gdp[2019] / gdp[2011] / prod(i / 100 for i in index)
    real = rd(2020)["北京"][TOTAL] / rd(2012)["北京"][TOTAL] / prices
    found = con.execute(
        "select real_multiple, real_multiple_low, real_multiple_high, price_multiple, price_release from mart.real_growth "
        "where indicator = 'rd_expenditure' and region_code = '110000' and window_id = '2011-2019'"
    ).fetchall()[0]
    assert found[0] == pytest.approx(real, rel=1e-9)
    assert found[1] < found[0] < found[2]
    assert (round(found[0], 4), round(found[3], 4), found[4]) == (1.9905, 1.198, "nbs/2021")


def test_after_the_last_release_of_product_and_index_only_announced_growth_is_real(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert con.execute("select min(year), max(year) from mart.deflator").fetchall() == [(2000, 2019)]
    # announced: Beijing 0.7, 5.2 and 5.2 in 2022 to 2024, Tianjin 1.5 and 1.0 in 2020 and 2022, Hebei 3.8, 6.5 and 3.8
    after = con.execute(
        "select region_code, year, round(100 * real_growth, 4) from mart.growth_yearly where indicator = 'gdp' and year > 2019 "
        "and region_code in ('110000', '120000', '130000') and real_growth is not null order by all"
    ).fetchall()
    assert after == [
        ("110000", 2022, 0.7), ("110000", 2023, 5.2), ("110000", 2024, 5.2), ("120000", 2020, 1.5), ("120000", 2022, 1.0),
        ("130000", 2020, 3.8), ("130000", 2021, 6.5), ("130000", 2022, 3.8),
    ]  # fmt: skip
    assert con.execute(
        "select count(*) from mart.growth_yearly where real_growth is not null and indicator <> 'gdp' and year > 2019"
    ).fetchall() == [(0,)]
    # the region in 2022: the three weighed by their product of 2021, all of the newest state of the accounts
    weights = [
        float(v)
        for (v,) in con.execute(
            "select printed from core.preferred where indicator = 'gdp' and industry_code = '*' and year = 2021 "
            "and region_code in ('110000', '120000', '130000') order by region_code"
        ).fetchall()
    ]
    region = sum(w * g for w, g in zip(weights, (0.7, 1.0, 3.8), strict=True)) / sum(weights)
    found = con.execute(
        "select 100 * real_cagr, prices, status, missing from mart.real_growth "
        "where indicator = 'gdp' and region_code = 'JJJ' and window_id = 'yearly' and year_end = 2022"
    ).fetchall()[0]
    assert found == (pytest.approx(region), "announced growth of gross regional product", "V", None)


def test_where_the_chain_of_prices_does_not_hold_the_row_says_so(con: duckdb.DuckDBPyConnection) -> None:
    rd = (
        "select real_cagr, missing from mart.real_growth "
        "where indicator = 'rd_expenditure' and region_code = 'JJJ' and window_id = "
    )
    lost = "GDP index: 110000 2020; GDP of the release of its index: 120000 130000"
    assert con.execute(f"{rd} '2014-2020'").fetchall() == [(None, lost)]
    assert con.execute(
        "select count(*) from mart.real_growth where (real_end is null) <> (missing is not null)"
    ).fetchall() == [(0,)]
    # Beijing's consumer prices go on: 1.1, 1.8 and 0.4 % in 2021 to 2023; R&D from 23265793 to 29473388 (10 000 yuan)
    cpi = 1.011 * 1.018 * 1.004
    rate = (rd_total(2024) / rd_total(2021) / cpi) ** (1 / 3) - 1
    assert con.execute(
        "select real_cagr_consumer_prices, real_cagr, missing from mart.real_growth "
        "where indicator = 'rd_expenditure' and region_code = '110000' and window_id = 'fyp14'"
    ).fetchall() == [(pytest.approx(rate), None, "GDP index: 110000 2021")]
    assert con.execute(
        "select count(real_cagr) from mart.real_growth "
        "where indicator in ('rd_expenditure', 'tech_output_turnover') and region_code = 'JJJ'"
    ).fetchall()[0][0] > 25  # fmt: skip


def rd_total(edition: int) -> float:
    return rd(edition)["北京"][TOTAL]


def test_the_gap_in_rd_narrowed_to_2016_and_is_wider_again(con: duckdb.DuckDBPyConnection) -> None:
    # gini of three = (largest - smallest) * 2 / (3 * sum): 2020 (23265793 - 4850116) * 2 / (3 * 34459633) = 0.3563
    for edition in (2011, 2017, 2021):
        three = [rd(edition)[n][TOTAL] for n in JJJ]
        gini, top = con.execute(
            "select gini, primacy from mart.disparity where indicator = 'rd_expenditure' and group_code = 'JJJ' and year = ?",
            [edition - 1],
        ).fetchall()[0]
        assert gini == pytest.approx(2 * (max(three) - min(three)) / (3 * sum(three)), rel=1e-9)
        assert top == pytest.approx(max(three) / sum(three), rel=1e-9)
    by_year = dict(
        con.execute(
            "select year, round(cv, 3) from mart.disparity where indicator = 'rd_expenditure' and group_code = 'JJJ'"
        ).fetchall()
    )
    assert (by_year[2010], by_year[2016], by_year[2019], by_year[2023]) == (0.741, 0.607, 0.746, 0.7)


def test_every_decomposition_of_theil_adds_up(con: duckdb.DuckDBPyConnection) -> None:
    rows, worst = con.execute(
        "select count(*), max(abs(theil_t_between + theil_t_within - theil_t_whole)) "
        "from mart.disparity where theil_t_between is not null"
    ).fetchall()[0]
    assert rows > 8_000
    assert worst < 1e-12


def per_head(con: duckdb.DuckDBPyConnection, year: int) -> list[float]:
    return [
        v
        for (v,) in con.execute(
            "select a.value / b.value from core.panel a join core.panel b using (region_code, year) "
            "join ref.region r using (region_code) "
            "where a.indicator = 'rd_expenditure' and b.indicator = 'population' and r.kind = 'province' "
            "and year = ? order by region_code",
            [year],
        ).fetchall()
    ]


@pytest.mark.parametrize(("window", "start", "end"), [("2014-2020", 2014, 2020), ("since-2014", 2014, 2023)])
def test_convergence_of_rd_per_head_is_that_of_scipy_and_statsmodels(
    con: duckdb.DuckDBPyConnection, window: str, start: int, end: int
) -> None:
    import statsmodels.api as sm  # a second, which no other test of the worker needs
    from scipy import stats

    years = end - start
    y0, y1 = per_head(con, start), per_head(con, end)
    x, g = [log(a) for a in y0], [log(b / a) / years for a, b in zip(y0, y1, strict=True)]
    line = stats.linregress(x, g)
    sigma = {y: float(stats.tstd([log(v) for v in per_head(con, y)])) * (30 / 31) ** 0.5 for y in range(start, end + 1)}
    trend = sm.OLS(list(sigma.values()), sm.add_constant(list(sigma))).fit()
    found = con.execute(
        "select beta, beta_se, r2, sigma_start, sigma_end, sigma_trend, sigma_trend_se, half_life from mart.convergence "
        "where indicator = 'rd_expenditure' and basis = 'per_head' and group_code = 'PROV31' and window_id = ?",
        [window],
    ).fetchall()[0]
    half_life = log(2) / (-log(1 + line.slope * years) / years)
    expected: list[Any] = [
        line.slope,
        line.stderr,
        line.rvalue**2,
        sigma[start],
        sigma[end],
        trend.params[1],
        trend.bse[1],
        half_life,
    ]
    assert found == pytest.approx(expected, rel=1e-7)


def test_provinces_converge_in_rd_per_head_only_after_2020(con: duckdb.DuckDBPyConnection) -> None:
    t = dict(
        con.execute(
            "select window_id, beta / beta_se from mart.convergence where indicator = 'rd_expenditure' and basis = 'per_head' "
            "and group_code = 'PROV31' and window_id in ('2014-2020', 'fyp14')"
        ).fetchall()
    )
    assert abs(t["2014-2020"]) < 1
    assert t["fyp14"] < -3


def test_three_provinces_describe_themselves(con: duckdb.DuckDBPyConnection) -> None:
    described, inferred = con.execute(
        "select count(beta), count(beta_se) + count(sigma_trend_se) from mart.convergence where group_code = 'JJJ'"
    ).fetchall()[0]
    assert described > 100
    assert inferred == 0


def test_an_intensity_of_the_bulletin_rests_on_the_gdp_of_its_day(con: duckdb.DuckDBPyConnection) -> None:
    doubled = con.execute(
        "select intensity, region_code, year from mart.intensity where preferred group by all having count(*) > 1"
    ).fetchall()
    assert doubled == []
    # 2326.5793 亿元 over 36102.55 亿元, the GDP first published: 6.44 %, as the bulletin prints
    assert con.execute(
        "select round(value, 2), printed, agrees, preferred, denominator_release from mart.intensity "
        "where intensity = 'rd_expenditure_per_gdp' and region_code = '110000' and year = 2020 order by 5"
    ).fetchall() == [
        (6.47, 6.44, False, False, "nbs/2024-census4"),
        (6.44, 6.44, True, False, "nbs/2024-first"),
        (6.04, 6.44, False, True, "nbs/2025-census5"),
    ]
    assert con.execute(
        "select distinct split_part(denominator_release, '/', 1) from mart.intensity "
        "where denominator = 'rd_expenditure' and preferred"
    ).fetchall() == [("cstsy",)]


def test_measures_explain_columns_and_macros(con: duckdb.DuckDBPyConnection) -> None:
    comment = con.execute(
        "select comment from duckdb_columns() where schema_name = 'mart' and table_name = 'disparity' and column_name = 'theil_t'"
    ).fetchall()[0][0]
    assert "sum s_i ln(n s_i)" in comment
    assert "natural logarithm" in comment
    bare = con.execute(
        "select distinct function_name from duckdb_functions() where function_type = 'macro' and not internal "
        "and database_name = current_database() and comment is null"
    ).fetchall()
    assert bare == []
