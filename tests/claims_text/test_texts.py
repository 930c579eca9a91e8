"""Whole texts against their gold standard: those of tests/fixtures/texts, the frozen ones apart, and where they are present the practice
texts and the article the project started from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jjj_pipeline.claims.text import result
from jjj_pipeline.claims.text.result import CheckedText
from tests.claims_text.scoring import Score, read_gold, score
from tests.conftest import ROOT

TEXTS = ROOT / "tests" / "fixtures" / "texts"
Check = Callable[[str], CheckedText]


def scored(folder: Path, check: Check) -> Score:
    total = Score()
    for name, gold in read_gold(folder / "gold.csv").items():
        rows = [
            {k: str(v) for k, v in row.items()}
            for row in result.rows(check((folder / f"{name}.txt").read_text(encoding="utf-8")))
        ]
        found = score(gold, rows)
        print(name, found.line())
        total = total + found
    print(folder.name, total.line())
    return total


def within_limits(total: Score) -> None:
    """The limits set for texts that were not tuned to."""
    assert total.found >= 0.85 * total.claims
    assert total.understood >= 0.65 * total.claims
    assert total.false_claims <= 0.05 * total.others
    assert total.false_alarms <= 0.01 * total.verdicts
    assert total.missed_errors <= 0.02 * total.verdicts


def test_the_gold_standard_names_what_stands_in_the_texts() -> None:
    for folder in (TEXTS, TEXTS / "frozen"):
        for name, gold in read_gold(folder / "gold.csv").items():
            text = (folder / f"{name}.txt").read_text(encoding="utf-8")
            assert [g["literal"] for g in gold] == [text[int(g["char_start"]) : int(g["char_end"])] for g in gold]


def test_own_texts(checked: Check) -> None:
    total = scored(TEXTS, checked)
    within_limits(total)
    assert (total.false_alarms, total.missed_errors) == (0, 0)


def test_frozen_texts(checked: Check) -> None:
    within_limits(scored(TEXTS / "frozen", checked))


def test_practice_texts(checked: Check, shared: Path) -> None:
    if not (shared / "texts").is_dir():
        pytest.skip("the practice texts are not here")
    total = scored(shared / "texts", checked)
    within_limits(total)


def test_the_article(checked: Check, shared: Path) -> None:
    """The two misprints that are known: firm R&D ten times too small in 2011 and 2019; and 1.47 for Hebei makes the sum wrong."""
    text = checked((shared / "seed" / "article.txt").read_text(encoding="utf-8"))
    contradicted = {c.reading.number.literal for c in text.claims if c.status == "contradicted"}
    assert {"53.43亿元", "93.72亿元", "5.69万件"} <= contradicted <= {"53.43亿元", "93.72亿元", "5.69万件", "1.47万件"}
    exact = {c.reading.number.literal for c in text.claims if c.external.verdict == "exact"}
    assert {"3263.29亿元", "2.27倍", "10.81%", "15.14%", "13163件", "24650件", "2804家"} <= exact
