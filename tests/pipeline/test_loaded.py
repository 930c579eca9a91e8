"""Every figure that was collected is in the warehouse with its digits, its place, its period and its flag."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from jjj_pipeline.settings import Settings

# Names of the collection where they differ from the indicators of the warehouse.
INDICATORS = {
    "asi_assets": "firm_assets", "asi_enterprises": "firm_count", "asi_invention_applications": "firm_invention_applications",
    "asi_inventions_in_force": "firm_invention_valid", "asi_principal_revenue": "firm_principal_revenue",
    "asi_rd_expenditure": "firm_rd_expenditure", "asi_rd_fte": "firm_rd_personnel_fte", "city_gdp_later_release": "city_gdp",
    "firm_rd_external_to_domestic_institutes": "firm_rd_external_institutes",
    "firm_rd_external_to_domestic_universities": "firm_rd_external_universities",
    "firm_with_rd_activity": "firms_with_rd_activity", "firm_with_rd_institution": "firms_with_rd_institution",
    "gdp_national_4th_census_vintage": "gdp", "gdp_national_pre_2015_vintage": "gdp", "gdp_per_capita_national": "gdp_per_capita",
    "hightech_rd_fte": "hightech_rd_personnel_fte", "hightech_rd_intramural": "hightech_rd_expenditure",
    "maker_space_served_firms_teams": "maker_space_served", "population_national_yearend": "population",
    "urban_unit_employment_by_section": "urban_employment",
}  # fmt: skip
SECTORS = {
    "A": "agriculture", "B+C+D": "industry", "E": "construction", "F": "trade", "G": "transport", "H": "hotels", "J": "finance",
    "K": "real_estate", "其他": "other", "第一产业": "primary", "第二产业": "secondary", "第三产业": "tertiary",
}  # fmt: skip
PLACES = {
    "中关村企业": "ZGC", "津冀(天津+河北)": "TJHE", "京津": "BJTJ", "京冀": "BJHE", "京津冀": "JJJ", "全部": "WORLD",
    "外省市(全部)": "OTHER_PROV", "长三角": "YRD", "港澳台和国外": "ABROAD",
}  # fmt: skip


@pytest.fixture(scope="module")
def con(warehouse: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.duckdb), read_only=True)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def target(row: dict[str, str]) -> tuple[str, str]:
    """(indicator, industry) of the warehouse for a row of the collection."""
    name, industry = row["indicator"], row["industry"]
    if name in ("gdp_by_sector", "gdp_share_by_sector"):
        prefix = "value_added" if name == "gdp_by_sector" else "value_added_share"
        return ("gdp" if industry == "总计" else f"{prefix}_{SECTORS[industry]}"), "*"
    return INDICATORS.get(name, name), "*" if industry in ("", "总计", "HT") else industry


def test_every_further_figure_is_found_with_its_digits(con: duckdb.DuckDBPyConnection, shared: Path) -> None:
    collected = rows(shared / "data" / "more_observations.csv")
    assert len(collected) == 10_890
    held = set(
        con.execute(
            "select indicator, industry_code, name, year, printed, replace(printed_unit, '元/人', '元') "
            "from core.observation "
            "join (select region_code, unnest([name_zh, short_zh]) as name from ref.region) using (region_code)"
        ).fetchall()
    )
    wanted = [(*target(r), r["region"], int(r["year"]), r["printed"], r["unit"]) for r in collected]
    assert [w for w in wanted if w not in held] == []


def test_every_flow_with_a_period_is_found_with_its_digits_and_its_flag(
    con: duckdb.DuckDBPyConnection, shared: Path
) -> None:
    collected = rows(shared / "data" / "flow_observations.csv")
    assert len(collected) == 934
    undated = [r for r in collected if not r["year"][:4].isdigit()]
    assert [r["value"] for r in undated] == ["92.5"]  # quoted in 2023 without a year: no period, so no figure
    spans = [r for r in collected if r not in undated and not r["year"].isdigit()]
    assert len(spans) == 28
    codes = dict(
        con.execute("select short_zh, region_code from ref.region where kind in ('nation', 'province')").fetchall()
    )
    held = defaultdict(list)
    for origin, destination, period, printed, unit, status in con.execute(
        "select origin, destination, period, printed, printed_unit, status from core.flow"
    ).fetchall():
        held[origin, destination, period].append((printed, unit, status))
    for region, year, printed, unit, status in con.execute(
        "select region_code, year, printed, printed_unit, status from core.observation where value is not null"
    ).fetchall():
        for pair in ((region, region), (region, "WORLD"), ("WORLD", region)):
            held[(*pair, str(year))].append((printed, unit, status))
    lost, unflagged = [], []
    for row in collected:
        if row in undated:
            continue
        place = [PLACES.get(row[c]) or codes[row[c]] for c in ("origin", "destination")]
        found = [(p, s) for p, u, s in held[*place, row["year"]] if same(row["value"], row["unit"], p, u)]
        if not found:
            lost.append(row)
        elif "re-publication" in row["confidence"] and not any(s in "UV" for _, s in found):
            unflagged.append(row)
    assert lost == []
    assert unflagged == []


def same(wanted: str, unit: str, printed: str, printed_unit: str) -> bool:
    """Whether two copies show one figure: alike to the digits of the shorter one (some dropped zeros, some kept more)."""
    if unit == "亿元(1.3万亿)":
        return (printed, printed_unit) == ("1.3", "万亿元")
    if unit.removesuffix("(下限)") != printed_unit:
        return False
    a, b = Decimal(wanted), Decimal(printed)
    step = max(Decimal(1).scaleb(int(x.as_tuple().exponent)) for x in (a, b))
    return abs(a - b) <= step / 2
