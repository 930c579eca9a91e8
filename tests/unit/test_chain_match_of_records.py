"""Counts of record sets by class beside the printed links of mart.chain_match; quotients are given, the rest is by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.support.marts import mart, observed

CLASSED = (
    "indicator",
    "origin",
    "destination",
    "period",
    "period_start",
    "class_code",
    "value",
    "rule",
    "source",
    "level",
)
SECTION = ("indicator", "region_code", "year", "industry_code", "lq", "lq_low", "lq_high")
BEIJING, TIANJIN, HEBEI = "110000", "120000", "130000"


def classed(rows: list[tuple[object, ...]], level: str = "province", scheme: str = "gb4754") -> pd.DataFrame:
    made = observed([(*r, "mine", level) for r in rows], CLASSED, "core.flow_class")
    return made.assign(scheme=scheme, status="U")


def chain(flow_class: pd.DataFrame, years: tuple[int, ...] = (2020,)) -> pd.DataFrame:
    lq = {BEIJING: 0.2, TIANJIN: 1.0, HEBEI: 1.25}
    sections = [("legal_entities", r, y, "C", v, v, v) for r, v in lq.items() for y in years]
    quotients = observed(sections, SECTION, "mart.location_quotient")
    # invention grants per person: 4 in Beijing, 2 in Tianjin, 1 in Hebei
    figures = [(i, r, y, v) for y in years for i, of in {
        "invention_grants": {BEIJING: 40.0, TIANJIN: 20.0, HEBEI: 10.0}, "population": dict.fromkeys(lq, 10.0),
    }.items() for r, v in of.items()]  # fmt: skip
    panel = observed(figures, ("indicator", "region_code", "year", "value"), "core.panel")
    given = {"core.flow_class": flow_class, "mart.location_quotient": quotients, "core.panel": panel}
    return mart("mart.chain_match", given)


def test_joint_patents_of_a_division_are_matched_with_both_places_as_makers() -> None:
    found = chain(classed([("copatents", BEIJING, HEBEI, "2020", 2020, "C39", 7.0, "pairs")]))
    assert found[["section", "maker", "partner", "industries", "counted", "status"]].to_numpy().tolist() == [
        ["C", BEIJING, HEBEI, "39", 7.0, "U"],
        ["C", HEBEI, BEIJING, "39", 7.0, "U"],
    ]
    # the partner's invention and the maker's quotient, each least 0 and most 1 of the three
    assert found["u_invention"].tolist() == [0.0, 1.0]
    assert found["u_making"].tolist() == [0.0, 1.0]
    assert found["coordination_modified"].tolist()[1] == pytest.approx(1.0)


def test_a_contract_is_matched_with_the_place_it_goes_to_and_directions_stay_apart() -> None:
    flows = [
        ("tech_contracts", BEIJING, HEBEI, "2020", 2020, "C", 5.0, "flows"),
        ("tech_contracts", HEBEI, BEIJING, "2020", 2020, "C", 2.0, "flows"),
        ("tech_contracts", BEIJING, TIANJIN, "2020", 2020, "C", 3.0, "flows"),
    ]
    found = chain(classed(flows))
    assert found[["partner", "maker", "counted"]].to_numpy().tolist() == [
        [BEIJING, TIANJIN, 3.0],
        [HEBEI, BEIJING, 2.0],
        [BEIJING, HEBEI, 5.0],
    ]


def test_divisions_of_a_section_are_added_and_a_count_stands_for_its_own_year() -> None:
    pairs = [
        ("copatents", BEIJING, TIANJIN, "2019", 2019, "39", 1.0, "pairs"),
        ("copatents", BEIJING, TIANJIN, "2019", 2019, "C3921", 2.0, "pairs"),
        ("copatents", BEIJING, TIANJIN, "2020", 2020, "C40", 4.0, "pairs"),
    ]
    found = chain(classed(pairs), years=(2019, 2020, 2021))
    made = found[found["maker"] == TIANJIN]
    assert made[["year", "industries", "counted"]].to_numpy().tolist() == [[2019, "39", 3.0], [2020, "40", 4.0]]


@pytest.mark.parametrize(
    ("rows", "other"),
    [
        ([("copatents", BEIJING, HEBEI, "2020", 2020, "G06F", 7.0, "pairs")], {"scheme": "ipc"}),
        ([("copatents", BEIJING, HEBEI, "2020", 2020, "A39", 7.0, "pairs")], {}),  # 39 is a division of C
        ([("copatents", BEIJING, HEBEI, "2020", 2020, "C99", 7.0, "pairs")], {}),  # no such division
        ([("copatents", BEIJING, HEBEI, "2020", 2020, "C39", 0.0, "pairs")], {}),
        ([("copatents", BEIJING, BEIJING, "2020", 2020, "C39", 7.0, "pairs")], {}),
        ([("copatents", BEIJING, "130100", "2020", 2020, "C39", 7.0, "pairs")], {"level": "city"}),
    ],
)
def test_what_is_no_industry_of_two_provinces_is_no_link(rows: list[tuple[object, ...]], other: dict[str, str]) -> None:
    assert chain(classed(rows, **other)).empty
