"""Counts of record sets beside printed figures: mart.counted_flow over figures made by hand."""

from __future__ import annotations

import pytest

from tests.support.marts import mart, observed

FLOW = (
    "indicator",
    "origin",
    "destination",
    "level",
    "period",
    "source",
    "release",
    "table_id",
    "value",
    "half_width",
    "status",
)
SETS = observed([("my_patents", 0.6)], ("record_set", "coverage"), "meta.record_set")
COUNTED = (
    "copatents",
    "110000",
    "120000",
    "province",
    "2018",
    "my_patents",
    "2025",
    "records_my_patents_province",
    1528.0,
    0.0,
)


def test_a_count_stands_beside_every_printed_figure_of_its_pair_level_and_period() -> None:
    flow = observed(
        [
            (*COUNTED, "U"),
            ("copatents", "110000", "120000", "province", "2018", "article", "2022", "article_pairs", 3056.0, 0.5, "A"),
            ("copatents", "110000", "120000", "province", "2018", "yearbook", "2020", "pairs", 3100.0, 50.0, "P"),
        ],
        FLOW,
        "core.flow",
    )
    found = mart("mart.counted_flow", {"core.flow": flow, "meta.record_set": SETS})
    assert found[["record_set", "source", "release"]].to_numpy().tolist() == [
        ["my_patents", "article", "2022"],
        ["my_patents", "yearbook", "2020"],
    ]
    first = found.iloc[0]
    assert (first["counted"], first["printed_value"], first["counted_over_printed"]) == (1528, 3056, 0.5)
    # the printed digits allow 3055.5 to 3056.5
    assert first["counted_over_printed_low"] == pytest.approx(1528 / 3056.5)
    assert first["counted_over_printed_high"] == pytest.approx(1528 / 3055.5)
    assert (first["coverage"], first["status"], first["printed_status"]) == (0.6, "U", "A")


@pytest.mark.parametrize(
    ("what", "value"),
    [("period", "2019"), ("level", "city"), ("indicator", "joint_papers"), ("destination", "130000")],
)
def test_a_figure_of_another_pair_period_level_or_indicator_is_no_companion(what: str, value: str) -> None:
    other = ["copatents", "110000", "120000", "province", "2018", "article", "2022", "article_pairs", 3056.0, 0.5, "A"]
    other[FLOW.index(what)] = value
    flow = observed([(*COUNTED, "U"), tuple(other)], FLOW, "core.flow")
    assert mart("mart.counted_flow", {"core.flow": flow, "meta.record_set": SETS}).empty


def test_counts_of_two_sets_are_not_taken_for_printed_figures() -> None:
    sets = observed([("my_patents", 0.6), ("other", 0.9)], ("record_set", "coverage"), "meta.record_set")
    second = (
        "copatents",
        "110000",
        "120000",
        "province",
        "2018",
        "other",
        "2025",
        "records_other_province",
        9.0,
        0.0,
        "A",
    )
    flow = observed([(*COUNTED, "U"), second], FLOW, "core.flow")
    assert mart("mart.counted_flow", {"core.flow": flow, "meta.record_set": sets}).empty
