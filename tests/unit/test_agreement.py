"""Agreement of ordered lists, with the published answers."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import spearmanr

from jjj_pipeline.marts import agreement

CASES = json.loads(
    (Path(__file__).resolve().parents[1] / "fixtures" / "match" / "rbo_cases.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['S'][:7]}-{c['T'][:7]}")
def test_average_overlap_and_rank_biased_overlap(case: dict[str, object]) -> None:
    a, b = str(case["S"]), str(case["T"])
    published = case["average_overlap"]
    assert round(agreement.average_overlap(a, b), 3) == published  # Webber et al. 2010, figure 5: .312
    for p in (0.9, 0.98):
        if f"rbo_ext_p{p}" in case:
            assert agreement.rank_biased_overlap(a, b, p) == pytest.approx(case[f"rbo_ext_p{p}"], abs=1e-15)


def test_equal_short_lists_agree_fully() -> None:
    """The truncated sum would say 0.271 for three ranks."""
    assert agreement.rank_biased_overlap("abc", "abc") == pytest.approx(1)


def test_beijings_supply_and_hebeis_demand_of_2020() -> None:
    """M C I against C F E: nothing shared at the first rank, C at the second, one of three at the third."""
    supply, demand = ["M", "C", "I"], ["C", "F", "E"]
    assert [agreement.overlap(supply, demand, d) for d in (1, 2, 3)] == [0, 1 / 2, 1 / 3]
    assert agreement.average_overlap(supply, demand) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    assert agreement.rank_biased_overlap(supply, demand) == pytest.approx((0.405 + 0.243) / 9 + 0.243)


def test_the_textbook_rank_correlation() -> None:
    iq = [86, 97, 99, 100, 101, 103, 106, 110, 112, 113]
    hours = [2, 20, 28, 27, 50, 29, 7, 17, 6, 12]
    assert agreement.rank_correlation(iq, hours) == pytest.approx(-29 / 165, abs=1e-15)


def test_ties_stand_at_their_middle_rank_and_a_constant_side_has_no_correlation() -> None:
    a, b = [1.0, 2.0, 2.0, 4.0, 5.0], [3.0, 3.0, 1.0, 8.0, 9.0]
    assert agreement.rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic, abs=1e-15)
    assert math.isnan(agreement.rank_correlation([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]))


def printed(rows: list[tuple[str, str, int, str]]) -> pd.DataFrame:
    columns = ["indicator", "region_code", "rank", "industry_code"]
    return pd.DataFrame(rows, columns=columns).assign(source="s", release="2022", year=2020, status="A")


def similarity() -> pd.DataFrame:
    columns = [
        "indicator", "region_a", "region_b", "year", "finger_kreinin", "cosine", "krugman", "sections", "release", "missing",
    ]  # fmt: skip
    return pd.DataFrame(columns=columns)


def observed() -> pd.DataFrame:
    columns = ["indicator", "region_code", "industry_code", "year", "source", "release", "value", "status"]
    return pd.DataFrame(columns=columns).astype({"source": "str", "release": "str"})


def test_spearman_only_where_both_sides_rank_the_same_industries() -> None:
    supply = [("innovation_supply", "110000", i, c) for i, c in enumerate("MCI", 1)]
    other = [("innovation_demand", "130000", i, c) for i, c in enumerate("CFE", 1)]
    same = [("innovation_demand", "130000", i, c) for i, c in enumerate("CMI", 1)]
    row = agreement.supply_demand(None, printed(supply + other), similarity(), observed()).iloc[0]  # type: ignore[arg-type]
    assert (row["shared"], row["top_overlap"], row["depth"]) == ("C", 1 / 3, 3)
    assert pd.isna(row["spearman"])
    assert "not of the same industries" in row["missing"]
    row = agreement.supply_demand(None, printed(supply + same), similarity(), observed()).iloc[0]  # type: ignore[arg-type]
    assert row["spearman"] == pytest.approx(0.5)  # 1 - 6 * 2 / (3 * 8)
    assert pd.isna(row["missing"])
