"""Identities on a handful of made-up figures: what is tested, where a gap begins, what it weighs, what the ledger allows."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.catalog.model import Catalog, Correction, Identity
from jjj_pipeline.errors import BadInput
from jjj_pipeline.quality.identities import discrepancies
from jjj_pipeline.settings import Settings
from tests.conftest import ROOT

ALL = load_catalog(Settings(root=ROOT).catalog)
PARTS = Identity(
    id="sum", kind="parts", total="rd_expenditure", parts=["rd_expenditure_basic", "rd_expenditure_applied"]
)
SHARES = Identity(
    id="shares",
    kind="shares",
    of="JJJ",
    share="rd_expenditure_applied",
    value="rd_expenditure_basic",
    total="rd_expenditure",
)
MEMBERS = Identity(id="members", kind="members", of="JJJ", indicator="rd_expenditure", total="rd_expenditure")
SECTIONS = Identity(id="sections", kind="sections", indicator="legal_entities")
TABLE = "cstsy_rd_by_activity"


def catalog(*rules: Identity, allowed: list[Correction] | None = None) -> Catalog:
    return replace(ALL, identities=list(rules), corrections=allowed or [])


def figures(*rows: tuple[str, str, float | None, float], industry: str = "*") -> pd.DataFrame:
    """Rows of (indicator, region, value, half a unit)."""
    return pd.DataFrame([
        {"table_id": TABLE, "source": "cstsy", "release": "2020", "region_code": region, "year": 2019, "indicator": indicator,
         "industry_code": industry, "value": value, "half_width": half, "file": "raw/f.csv", "cell": f"B{n}"}
        for n, (indicator, region, value, half) in enumerate(rows)
    ])  # fmt: skip


def parts(total: float, *of: float | None, half: float = 0.5) -> pd.DataFrame:
    names = ["rd_expenditure", *PARTS.parts]
    return figures(*((n, "110000", v, half) for n, v in zip(names, (total, *of), strict=True)))


def test_a_gap_within_the_half_units_of_total_and_parts_is_none() -> None:
    """Three half-units of 0.5: 101.5 against 100 is within them, 101.6 is not."""
    for found, findings in ((101.5, 0), (98.5, 0), (101.6, 1), (98.4, 1)):
        rows, counts = discrepancies(parts(100, found - 60, 60), catalog(PARTS))
        assert (len(rows), counts["sum"]) == (findings, 1), found


def test_a_finding_says_what_was_expected_and_found_and_where() -> None:
    ((row,), _) = (discrepancies(parts(100, 45, 60), catalog(PARTS))[0].to_dict("records"), None)
    assert (row["expected"], row["found"], row["gap"], row["bound"]) == (100, 105, 5, 1.5)
    assert row["relative_gap"] == pytest.approx(0.05)
    assert (row["file"], row["cell"], row["severity"], row["region_code"]) == ("raw/f.csv", "B0", "error", "110000")
    assert row["message"] == (
        "raw/f.csv, cell B0: expected sum of rd_expenditure 110000 2019 to give 100 within 1.5; found 105"
    )


def test_a_gap_of_more_than_a_thousandth_stops_a_smaller_one_is_recorded() -> None:
    for gap, severity in ((10.0, "warning"), (10.1, "error"), (-10.1, "error")):
        rows, _ = discrepancies(parts(10_000, 4_000 + gap, 6_000, half=0.05), catalog(PARTS))
        assert rows["severity"].tolist() == [severity], gap
    rows, _ = discrepancies(parts(10_000, 5_000, 6_000), catalog(PARTS.model_copy(update={"warn": True})))
    assert rows["severity"].tolist() == ["warning"]


def test_where_a_part_or_the_total_is_missing_nothing_is_tested() -> None:
    missing = parts(100, None, 60)
    without_total = parts(100, 40, 60).assign(value=lambda f: f["value"].mask(f["indicator"] == "rd_expenditure"))
    for frame in (missing, without_total, parts(100, 40, 60).iloc[:2]):
        rows, counts = discrepancies(frame, catalog(PARTS))
        assert (len(rows), counts["sum"]) == (0, 0)


def test_a_rule_of_other_tables_does_not_speak_of_this_one() -> None:
    rows, counts = discrepancies(parts(100, 50, 60), catalog(PARTS.model_copy(update={"tables": ["csy_gdp"]})))
    assert (len(rows), counts["sum"]) == (0, 0)


def test_members_against_the_printed_total_of_their_group() -> None:
    def of(total: float, *members: float) -> tuple[int, int]:
        regions = ("JJJ", "110000", "120000", "130000")
        frame = figures(*(("rd_expenditure", r, v, 0.5) for r, v in zip(regions, (total, *members), strict=False)))
        rows, counts = discrepancies(frame, catalog(MEMBERS))
        return len(rows), counts["members"]

    assert of(60, 10, 20, 30) == (0, 1)
    assert of(62, 10, 20, 30) == (0, 1)  # four half-units
    assert of(62.1, 10, 20, 30) == (1, 1)
    assert of(60, 10, 20) == (0, 0)


def test_the_provinces_against_the_nation_where_all_31_are_there() -> None:
    provinces = [r["region_code"] for r in ALL.regions if r["kind"] == "province"]
    closed = replace(catalog(), tables={TABLE: ALL.tables[TABLE].model_copy(update={"closed": ["rd_expenditure"]})})

    def of(nation: float, count: int = 31, indicator: str = "rd_expenditure") -> tuple[int, int]:
        rows = [(indicator, p, 10.0, 0.05) for p in provinces[:count]]
        found, counts = discrepancies(figures((indicator, "CN", nation, 0.05), *rows), closed)
        return len(found), counts["provinces_to_nation"]

    assert of(310) == (0, 1)
    assert of(311.6) == (0, 1)  # 32 half-units of 0.05
    assert of(311.7) == (1, 1)
    assert of(300, count=30) == (0, 0)
    assert of(400, indicator="rd_expenditure_basic") == (0, 0)  # not closed


def test_sections_against_their_total() -> None:
    sections = [chr(c) for c in range(ord("A"), ord("S") + 1)]

    def of(total: float, names: list[str]) -> tuple[int, int]:
        frame = pd.concat(
            [
                figures(("legal_entities", "110000", total, 0.5)),
                *(figures(("legal_entities", "110000", 10.0, 0.5), industry=s) for s in names),
            ]
        )
        rows, counts = discrepancies(frame, catalog(SECTIONS))
        return len(rows), counts["sections"]

    assert of(190, sections) == (0, 1)
    assert of(200, sections) == (0, 1)  # twenty half-units
    assert of(200.5, sections) == (1, 1)
    assert of(190, sections[:18]) == (0, 0)
    assert of(190, [*sections, "I64"]) == (0, 1)  # a division is no section


def shares(beijing: float = 50.0) -> pd.DataFrame:
    """Printed shares of 500, 300 and 200 in 1000."""
    rows: list[tuple[str, str, float | None, float]] = [("rd_expenditure", "JJJ", 1000, 0.5)]
    for region, share, value in (("110000", beijing, 500), ("120000", 30.0, 300), ("130000", 20.0, 200)):
        rows += [("rd_expenditure_applied", region, share, 0.05), ("rd_expenditure_basic", region, value, 0.5)]
    return figures(*rows)


def test_printed_shares_add_up_to_100_and_each_is_its_value_over_the_total() -> None:
    rows, counts = discrepancies(shares(), catalog(SHARES))
    assert (len(rows), counts["shares"]) == (0, 4)
    rows, _ = discrepancies(
        shares(50.1), catalog(SHARES)
    )  # 100.1 within three half-units of 0.05; 50 within 0.05 + 0.075
    assert len(rows) == 0
    rows, _ = discrepancies(shares(50.2), catalog(SHARES))
    assert sorted((r["region_code"], r["expected"], r["found"], r["severity"]) for r in rows.to_dict("records")) == [
        ("110000", 50.0, 50.2, "error"), ("JJJ", 100.0, pytest.approx(100.2), "error"),
    ]  # fmt: skip
    own = rows.set_index("region_code").loc["110000"]
    assert own["bound"] == pytest.approx(0.05 + 100 * 500.5 / 999.5 - 50)
    # another figure of the group, and the total of another region, are no total of theirs
    others = figures(("rd_personnel_fte", "JJJ", 7.0, 0.5), ("rd_expenditure", "110000", 9.0, 0.5))
    rows, counts = discrepancies(pd.concat([shares(), others], ignore_index=True), catalog(SHARES))
    assert (len(rows), counts["shares"]) == (0, 4)
    alone, counts = discrepancies(shares(), catalog(SHARES.model_copy(update={"value": ""})))
    assert (len(alone), counts["shares"]) == (0, 1)
    missing = shares()
    rows, counts = discrepancies(missing[missing["region_code"] != "130000"], catalog(SHARES))
    assert (len(rows), counts["shares"]) == (0, 2)


def test_an_entry_of_the_ledger_allows_a_material_gap_and_no_other() -> None:
    entry = Correction(
        id="known", action="allow", table=TABLE, release="2020", region="北京", year=2019, indicator="rd_expenditure",
        identity="sum", reason="misprint", source="the yearbook", status="confirmed",
    )  # fmt: skip
    rows, _ = discrepancies(parts(100, 45, 60), catalog(PARTS, allowed=[entry]))
    assert rows[["severity", "allowed_by"]].to_dict("records") == [{"severity": "warning", "allowed_by": "known"}]
    for other in (
        {"year": 2018},
        {"release": "2021"},
        {"region": "天津"},
        {"table": "csy_gdp"},
        {"indicator": "gdp"},
        {"identity": "x"},
    ):
        with pytest.raises(
            BadInput, match=r"corrections\.yml, known: expected a material gap of .* found none - delete"
        ):
            discrepancies(parts(100, 45, 60), catalog(PARTS, allowed=[entry.model_copy(update=other)]))
    with pytest.raises(BadInput, match="found none"):
        discrepancies(parts(100, 40, 60), catalog(PARTS, allowed=[entry]))


def test_figures_of_an_industry_are_no_parts_of_the_total() -> None:
    industry = figures(
        ("rd_expenditure", "110000", 7.0, 0.5), ("rd_expenditure_basic", "110000", 7.0, 0.5), industry="C"
    )
    rows, counts = discrepancies(pd.concat([parts(100, 40, 60), industry]), catalog(PARTS))
    assert (len(rows), counts["sum"]) == (0, 1)
