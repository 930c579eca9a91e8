"""What follows from printed figures: years of a flow, prices, pairs without a diagonal, chance levels; and why figures are
missing.
Expected values are worked out in the comments, from printed figures alone."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from jjj_pipeline.settings import Settings


@pytest.fixture(scope="module")
def con(warehouse: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.duckdb), read_only=True)


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return con.execute(sql).fetchall()


def test_the_flow_of_2017_follows_from_2019_and_a_printed_rate_and_the_doubtful_figure_stands_back(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # 282.80 / 1.179^2 = 203.45; printed, with status U: 152.2
    derived = "select round(value, 1), status, printed, printed_status, agrees_with_printed from mart.flow_derived "
    assert rows(
        con, f"{derived} where destination = 'TJHE' and year = 2017 and indicator = 'tech_contract_turnover'"
    ) == [(203.4, "E", 152.2, "U", False)]
    share = "select round(value, 1), status, source from mart.flow_share where destination = 'TJHE' and year = 2017"
    assert rows(con, share) == [(203.4, "E", "derived")]


def test_two_ways_to_2022_contradict_each_other_and_neither_is_taken(con: duckdb.DuckDBPyConnection) -> None:
    # 748.7 / 2.098 = 356.9; 2308.7 - 350.4 - 748.7 - 843.7 = 365.9
    derived = rows(
        con,
        "select round(value, 1), agrees_with_others from mart.flow_derived "
        "where destination = 'TJHE' and year = 2022 and indicator = 'tech_contract_turnover' order by 1",
    )
    assert derived == [(356.9, False), (365.9, False)]
    assert rows(con, "select value from mart.flow_share where destination = 'TJHE' and year = 2022") == [(None,)]
    found = rows(
        con,
        "select year, round(expected, 1), round(found, 1) from meta.check_result where check_id = 'flow_identity' order by 1",
    )
    assert (2022, 365.9, 356.9) in found
    assert 2017 in [year for year, _, _ in found]


def test_a_printed_year_that_two_totals_differ_by_agrees(con: duckdb.DuckDBPyConnection) -> None:
    # 1760.4 - 1410.0 = 350.4, as printed for 2021
    assert rows(
        con,
        "select round(value, 1), printed, agrees_with_printed from mart.flow_derived "
        "where destination = 'TJHE' and year = 2021 and rule = 'total less total'",
    ) == [(350.4, 350.4, True)]


def test_the_expectation_of_a_flow_stands_with_and_without_the_seller(con: duckdb.DuckDBPyConnection) -> None:
    # 282.8 is 27 % of what Tianjin and Hebei absorb; of what is bought from everybody but Beijing they take 5.36 %
    found = rows(
        con,
        "select round(100 * expected, 2), round(affinity, 2), round(100 * expected_without, 2), round(affinity_without, 2) "
        "from mart.flow_affinity where destination = 'TJHE' and year = 2019",
    )
    assert found == [(6.12, 1.61, 5.36, 1.84)]


def test_real_growth_says_how_much_it_depends_on_the_deflator(con: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        con,
        "select round(100 * real_cagr, 2), round(100 * real_cagr_low, 2), round(100 * real_cagr_high, 2), "
        "round(100 * real_cagr_national_prices, 2), round(100 * real_cagr_consumer_prices, 2), deflator_doubtful "
        "from mart.real_growth where indicator = 'rd_expenditure' and region_code = 'JJJ' and window_id = '2011-2019'",
    )
    assert found == [(9.23, 9.18, 9.29, 8.66, 8.39, True)]
    # Hebei's implied deflator falls while its consumer prices rise by 18 %
    assert rows(
        con,
        "select round(price_multiple, 3), deflator_doubtful from mart.real_growth where indicator = 'rd_expenditure' "
        "and region_code = '130000' and window_id = '2011-2019'",
    ) == [(0.946, True)]


def test_a_deflator_says_how_far_it_lies_outside_published_prices(con: duckdb.DuckDBPyConnection) -> None:
    # Hebei 2011-2019: implied 0.946 is -0.69 % a year; investment prices, the lower edge, from their printed indices
    (investment,) = rows(
        con,
        "select exp(sum(ln(printed::double / 100))) from core.preferred where indicator = 'fixed_investment_price_index' "
        "and region_code = '130000' and year between 2012 and 2019",
    )[0]
    (consumer,) = rows(
        con,
        "select exp(sum(ln(printed::double / 100))) from core.preferred where indicator = 'cpi' "
        "and region_code = '130000' and year between 2012 and 2019",
    )[0]
    assert round(consumer, 3) == 1.181
    implied, gap = rows(
        con,
        "select price_multiple, deflator_gap from mart.real_growth where indicator = 'rd_expenditure' "
        "and region_code = '130000' and window_id = '2011-2019'",
    )[0]
    assert gap == pytest.approx(100 * (implied ** (1 / 8) - min(investment, consumer) ** (1 / 8)))
    # a flag that is nearly always true would say nothing: it stands where the answer moves by more than a point a year
    share = rows(con, "select avg(deflator_doubtful::int) from mart.real_growth where deflator_gap is not null")[0][0]
    assert 0.2 < share < 0.5


def test_the_pair_that_was_not_printed_is_derived_with_the_half_units_of_all(con: duckdb.DuckDBPyConnection) -> None:
    # 8673 - 3056 - 4277, each to the unit: 1340 within 1.5
    assert rows(
        con,
        "select value, value_low, value_high, status, derived from mart.copatent_edge "
        "where indicator = 'copatents' and region_a = '120000' and region_b = '130000'",
    ) == [(1340.0, 1338.5, 1341.5, "U", True)]
    assert rows(con, "select count(*) from core.flow where indicator = 'copatents' and origin = '120000'") == [(0,)]


def test_three_places_have_no_association(con: duckdb.DuckDBPyConnection) -> None:
    three = rows(
        con,
        "select distinct expected, association_strength, jaccard, missing from mart.copatent_edge "
        "where indicator = 'copatents' and level = 'province'",
    )
    assert three == [(None, None, None, "three places: association is 1 and Jaccard the share, whatever the figures")]


def test_lists_of_sections_are_read_beside_chance(con: duckdb.DuckDBPyConnection) -> None:
    # two shuffled lists of 19: 0.455 on average; Beijing and Hebei by jobs, 0.475, are no more alike than that
    found = rows(
        con,
        "select round(rbo, 3), round(rbo_chance, 3), rbo_p from mart.supply_demand where basis = 'structure' "
        "and supply = 'urban_employment' and supply_region = '110000' and demand_region = '130000' and year = 2019",
    )
    assert [f[:2] for f in found] == [(0.475, 0.455)]
    assert found[0][2] > 0.3


def test_a_missing_figure_has_one_reason_of_a_closed_list(con: duckdb.DuckDBPyConnection) -> None:
    assert rows(con, "select count(*) from meta.coverage where held = (reason is not null)") == [(0,)]
    assert rows(
        con,
        "select reason, min(year), max(year) from meta.coverage where indicator = 'tech_output_turnover' "
        "and region_code = '540000' and not held group by 1 order by 2",
    ) == [("not collected", 2000, 2009), ("blank in print", 2010, 2016)]
    # one row for each province of each year of the span
    assert rows(
        con,
        "select count(*), count(distinct region_code), count(distinct year) from meta.coverage as c "
        "join ref.region as r using (region_code) where indicator = 'gdp' and r.kind = 'province'",
    ) == [(25 * 31, 31, 25)]


def test_known_misprints_carry_their_flag_into_growth(con: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        con,
        "select distinct status from mart.growth_span where indicator = 'article_firm_rd_expenditure'",
    ) == [("U",)]
    assert rows(
        con,
        "select count(*) from mart.growth_span where indicator = 'article_firm_rd_expenditure' and status is distinct from 'U'",
    ) == [(0,)]


def test_every_figure_whose_claim_is_repaired_is_flagged(con: duckdb.DuckDBPyConnection) -> None:
    # 53.43 and 93.72 are ten times too small (U), 1.47 is read as 0.47 (I); 5.69 and 8.26 are right and repair the 1.47
    repaired = rows(con, "select claim from mart.claim_check where diagnosis_kind = 'repairs' order by all")
    assert [c for (c,) in repaired] == ["1.47 万件", "5.69 万件", "53.43 亿元", "8.26 %", "93.72 亿元"]
    printed = rows(
        con,
        "select printed, status from core.observation where table_id like 'article%' and printed in ('1.47', '53.43', '93.72') "
        "order by printed",
    )
    assert printed == [("1.47", "I"), ("53.43", "U"), ("93.72", "U")]


def test_no_row_made_of_a_flagged_figure_is_without_its_flag(con: duckdb.DuckDBPyConnection) -> None:
    """Every table of schema mart that has the indicators: all rows of the two misprinted figures, and of the corrected one all of
    2020 that hold Hebei."""
    tables = [
        t
        for (t,) in rows(
            con,
            "select table_name from duckdb_columns() where schema_name = 'mart' and column_name in ('indicator', 'status') "
            "group by table_name having count(*) = 2 order by all",
        )
    ]
    flagged, silent = {}, []
    for table in tables:
        columns = {c for (c,) in rows(con, f"select column_name from duckdb_columns() where table_name = '{table}'")}
        year = "year" if "year" in columns else "year_end"
        if year not in columns:
            continue
        place = next((c for c in ("of_code", "group_code", "region_code") if c in columns), None)
        hebei = (
            f"({place} = '130000' or {place} in (select group_code from ref.region_group where region_code = '130000'))"
            if place
            else "true"
        )
        for status, condition in (
            ("U", "indicator = 'article_firm_rd_expenditure'"),
            ("I", f"indicator = 'article_invention_grants' and {year} = 2020 and {hebei}"),
        ):
            found = rows(con, f"select status from mart.{table} where {condition}")
            flagged[table] = flagged.get(table, 0) + len(found)
            silent += [(table, status) for (s,) in found if s != status]
    assert not silent
    assert {t for t, n in flagged.items() if n} >= {
        "growth_span", "growth_contribution", "share", "disparity", "convergence",
    }  # fmt: skip


def test_terms_that_are_zero_by_construction_have_the_interval_zero(con: duckdb.DuckDBPyConnection) -> None:
    ends = [
        f"{term}{end}"
        for term in ("regional_share", "esteban_regional", "esteban_allocation")
        for end in ("", "_low", "_high")
    ]
    for name in ends:
        assert rows(con, f"select distinct {name} from mart.shift_share where region_code = 'PROV31'") == [(0.0,)]
    assert rows(
        con,
        "select distinct industry_mix, industry_mix_low, industry_mix_high from mart.shift_share "
        "where region_code = 'PROV31' and component = '*'",
    ) == [(0.0, 0.0, 0.0)]
