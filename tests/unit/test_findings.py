"""Findings as tables: how often each rule was tested and what it found, and the numbers findings bear."""

from __future__ import annotations

import pandas as pd

from jjj_pipeline.quality.findings import COLUMNS, numbered, summary


def finding(check: str, severity: str, year: int, region: str = "110000") -> dict[str, object]:
    return dict.fromkeys(COLUMNS) | {
        "check_id": check, "severity": severity, "table_id": "t", "release": "2020", "indicator": "x", "region_code": region,
        "year": year,
    }  # fmt: skip


def test_each_rule_says_how_often_it_was_tested_and_what_it_found() -> None:
    rules = pd.DataFrame({"check_id": ["a", "b", "c"], "kind": "k", "name_zh": "z", "name_en": "e"})
    found = pd.DataFrame(
        [finding("a", "warning", 1), finding("a", "warning", 2), finding("a", "error", 3), finding("b", "error", 4)]
    )
    out = summary(rules, found, {"a": 10, "b": 5, "c": 0})
    assert out[["check_id", "tested", "warnings", "errors"]].to_dict("list") == {
        "check_id": ["a", "b", "c"], "tested": [10, 5, 0], "warnings": [2, 0, 0], "errors": [1, 1, 0],
    }  # fmt: skip
    assert (str(out["warnings"].dtype), str(out["errors"].dtype)) == ("int64", "int64")
    assert list(out["name_en"]) == ["e"] * 3


def test_findings_are_numbered_from_one_in_a_fixed_order() -> None:
    found = pd.DataFrame(
        [finding("b", "warning", 2), finding("a", "warning", 2), finding("a", "warning", 1), finding("z", "error", 9)]
    )
    out = numbered(found)
    assert list(out.columns) == ["result_id", *COLUMNS]
    assert out[["result_id", "check_id", "severity", "year"]].values.tolist() == [
        [1, "z", "error", 9], [2, "a", "warning", 1], [3, "a", "warning", 2], [4, "b", "warning", 2],
    ]  # fmt: skip
    assert list(out.index) == [0, 1, 2, 3]
