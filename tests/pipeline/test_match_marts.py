"""Structures, chains, capacity and index on the real figures. Expected values are printed, or computed here from raw tables."""

from __future__ import annotations

import duckdb
import pytest

from jjj_pipeline.settings import Settings
from tests.support.published import query, raw


@pytest.fixture(scope="module")
def con(warehouse: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.duckdb), read_only=True)


def test_beijings_supply_meets_hebeis_demand_in_one_section_of_three(con: duckdb.DuckDBPyConnection) -> None:
    assert query(
        con,
        "select supply_list, demand_list, shared, top_overlap, average_overlap, round(rbo, 12), spearman "
        "from mart.supply_demand "
        "where basis = 'ranking'",
    ) == [("M C I", "C F E", "C", pytest.approx(1 / 3), pytest.approx(5 / 18), 0.315, None)]


def test_similarity_of_beijing_and_hebei_by_legal_entities(con: duckdb.DuckDBPyConnection) -> None:
    """2019, from the raw table: the sum of the smaller shares over sections A to S."""
    rows = {r["地区"]: r for r in raw("nbs/2021/legal_entities_by_section.csv") if r["年份"] == "2019"}
    sections = [c for c in rows["北京市"] if c not in ("地区", "年份", "合计")]
    shares = []
    for region in ("北京市", "河北省"):
        sizes = [float(rows[region][c]) for c in sections]
        shares.append([s / sum(sizes) for s in sizes])
    assert len(sections) == 19
    found = query(
        con,
        "select finger_kreinin, krugman, missing from mart.supply_demand where basis = 'structure' "
        "and supply = 'legal_entities' and supply_region = '110000' and demand_region = '130000' and year = 2019",
    )[0]
    assert found[0] == pytest.approx(sum(map(min, *shares)), rel=1e-12)
    assert found[1] == pytest.approx(sum(abs(a - b) for a, b in zip(*shares, strict=True)), rel=1e-12)
    assert found[2] is None


def test_a_section_blank_everywhere_leaves_the_year_without_similarity(con: duckdb.DuckDBPyConnection) -> None:
    """Finance (J) has no legal entities printed in 2013."""
    assert query(
        con,
        "select distinct finger_kreinin, spearman, missing from mart.supply_demand "
        "where basis = 'structure' and supply = 'legal_entities' and year = 2013",
    ) == [(None, None, "section J")]
    assert query(
        con,
        "select distinct lq, missing from mart.location_quotient where indicator = 'legal_entities' "
        "and industry_code = 'J' and year = 2013",
    ) == [(None, "figure: not held")]


def test_location_quotient_of_manufacturing_in_hebei(con: duckdb.DuckDBPyConnection) -> None:
    rows = [r for r in raw("nbs/2021/legal_entities_by_section.csv") if r["年份"] == "2019"]
    assert len(rows) == 31
    hebei = next(r for r in rows if r["地区"] == "河北省")
    here = float(hebei["制造业"]) / float(hebei["合计"])
    there = sum(float(r["制造业"]) for r in rows) / sum(float(r["合计"]) for r in rows)
    lq, low, high = query(
        con,
        "select lq, lq_low, lq_high from mart.location_quotient "
        "where indicator = 'legal_entities' and region_code = '130000' and industry_code = 'C' and year = 2019",
    )[0]
    assert lq == pytest.approx(here / there, rel=1e-12)
    assert low < lq < high


def test_a_chain_has_one_row_a_pair_maker_and_year_that_names_its_industries(con: duckdb.DuckDBPyConnection) -> None:
    # nine printed industries, all of manufacturing, in three pairs: six makers, and no year of which nothing is known
    assert query(con, "select distinct region_a, region_b, section, industries from mart.chain_match order by all") == [
        ("110000", "120000", "C", "35 38 39 40"),
        ("110000", "130000", "C", "34 35 38 40"),
        ("120000", "130000", "C", "33"),
    ]
    rows, keys, silent = query(
        con,
        "select count(*), count(distinct (region_a, region_b, maker, year)), count(*) filter (coalesce(lq_legal_entities, "
        "lq_urban_employment, hightech_revenue_per_gdp, hightech_principal_revenue_per_gdp) is null) from mart.chain_match",
    )[0]
    assert rows == keys
    assert silent == 0


def test_the_two_coupling_degrees_of_beijings_invention_and_hebeis_making(con: duckdb.DuckDBPyConnection) -> None:
    """Beijing invents most of all provinces and years (U = 1), so C = 2 sqrt(U) / (1 + U) "
    "and C' = sqrt((1 - (1 - U)) U) = U."""
    u1, u2, c, d, cm, dm = query(
        con,
        "select u_invention, u_making, coupling, coordination, coupling_modified, coordination_modified "
        "from mart.chain_match "
        "where region_a = '110000' and section = 'C' and maker = '130000' and year = 2019",
    )[0]
    assert u1 == 1
    assert c == pytest.approx(2 * u2**0.5 / (1 + u2))
    assert cm == pytest.approx(u2)
    assert d == pytest.approx((c * (1 + u2) / 2) ** 0.5)
    assert dm == pytest.approx((u2 * (1 + u2) / 2) ** 0.5)


def test_intermediaries_of_the_three_provinces(con: duckdb.DuckDBPyConnection) -> None:
    """Printed: Beijing 1090 -> 2804, Tianjin 181 -> 1128, Hebei 131 -> 680 from 2010 to 2019, nine years."""
    rows = query(
        con,
        ""
        "select region_code, value, year_before, growth, cagr, people_to_beijing, people_to_beijing_low, people_to_beijing_high "
        "from mart.capacity where indicator = 'tech_intermediaries' and year = 2019 "
        "and length(region_code) = 6 order by region_code",
    )
    assert [r[:3] for r in rows] == [("110000", 2804, 2010), ("120000", 1128, 2010), ("130000", 680, 2010)]
    assert [r[3] for r in rows] == pytest.approx([2804 / 1090 - 1, 1128 / 181 - 1, 680 / 131 - 1])
    assert [r[4] for r in rows] == pytest.approx(
        [(2804 / 1090) ** (1 / 9) - 1, (1128 / 181) ** (1 / 9) - 1, (680 / 131) ** (1 / 9) - 1]
    )
    assert rows[0][5:] == (1, 1, 1)
    assert rows[2][6] < rows[2][5] < rows[2][7] < 0.1


def test_the_index_is_the_mean_of_the_dimensions_and_blank_where_tibet_is(con: duckdb.DuckDBPyConnection) -> None:
    parts = query(
        con,
        "select dimension, avg(scaled) from mart.innovation_index_component where region_code = '130000' "
        "and year = 2020 group by dimension",
    )
    total = query(
        con,
        "select score from mart.innovation_index where index_id = 'composite' and region_code = '130000' "
        "and year = 2020 and dimension = 'total'",
    )
    assert total[0][0] == pytest.approx(sum(v for _, v in parts) / 5)
    blank = query(
        con,
        "select distinct i.region_code, i.missing from mart.innovation_index as i join ref.region as r using (region_code) "
        "where index_id = 'composite' and dimension = 'total' and score is null and r.kind = 'province'",
    )
    assert blank == [("540000", "tech_output_per_gdp")]


def test_entropy_weights_are_stored_with_their_release(con: duckdb.DuckDBPyConnection) -> None:
    """12 years of 31 provinces less the five blanks of Tibet."""
    assert query(
        con,
        "select release, count(*), min(rows), max(rows), round(sum(weight_entropy), 12) "
        "from mart.innovation_index_weight group by release",
    ) == [("2024", 10, 367, 367, 1)]


def test_published_indices_stand_beside_as_printed(con: duckdb.DuckDBPyConnection) -> None:
    """145.0 for 2022 in the release of 2023, 148.8 for 2023 in the next, another index."""
    rows = query(
        con,
        "select index_id, release, year, score, base from mart.innovation_index where region_code = 'JJJ' "
        "and dimension = 'total' "
        "and year in (2022, 2023) and index_id like 'nbs%' order by year",
    )
    assert rows == [
        ("nbs_jjj_index_b2014", "jjj_index_nbs/2023", 2022, 145.0, "2014=100"),
        ("nbs_jjj_coordination_index", "jjj_index_nbs/2025-01", 2023, 148.8, "2014=100"),
    ]
    assert query(
        con,
        "select count(*) from core.observation as o join ref.indicator as i using (indicator) "
        "where i.kind = 'index' and indicator similar to '(nbs|pku)_jjj_.*' and not indicator like '%points'",
    ) == query(con, "select count(*) from mart.innovation_index where index_id <> 'composite'")
