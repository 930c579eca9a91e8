"""The disparity marts over small tables made by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import pytest

from jjj_pipeline.contracts import ALL
from jjj_pipeline.contracts.base import problems
from tests.support.marts import CATALOG, mart, observed

PROVINCES = [r["region_code"] for r in CATALOG.regions if r["kind"] == "province"]
JJJ = {g["region_code"] for g in CATALOG.groups if g["group_code"] == "JJJ"}
YRD = [g["region_code"] for g in CATALOG.groups if g["group_code"] == "YRD"]


def panel(values: Mapping[tuple[str, str, int], float]) -> pd.DataFrame:
    rows = [(*key, value) for key, value in values.items()]
    return observed(rows, ["indicator", "region_code", "year", "value"], "core.panel")


@pytest.fixture(scope="module")
def disparity() -> pd.DataFrame:
    """One year in which the three provinces have 3 each and all others 1; Beijing has 1 head, the others 2 each."""
    values = {("rd_expenditure", r, 2020): 3.0 if r in JJJ else 1.0 for r in PROVINCES}
    values |= {("population", r, 2020): 1.0 if r == "110000" else 2.0 for r in PROVINCES}
    values |= {("rd_expenditure", r, 2021): float(i) for i, r in enumerate(PROVINCES) if r != "540000"}
    frame = mart("mart.disparity", {"core.panel": panel(values)})
    return frame[frame["indicator"] == "rd_expenditure"].set_index(["group_code", "year"])


def test_theil_of_the_country_falls_apart_into_the_group_and_the_rest(disparity: pd.DataFrame) -> None:
    # of 37 the three have 9: all inequality lies between them and the rest
    whole = 9 / 37 * math.log(31 * 3 / 37) + 28 / 37 * math.log(31 / 37)
    jjj = disparity.loc[("JJJ", 2020)]
    assert jjj["theil_t_whole"] == pytest.approx(whole)
    assert jjj["theil_t_between"] == pytest.approx(whole)
    assert jjj["theil_t_within"] == pytest.approx(0, abs=1e-15)
    assert jjj["theil_t"] == pytest.approx(0, abs=1e-15)
    # by macro-region: three of the ten in the east have 3, so 16 of 37 lie there
    east = disparity.loc[("PROV31", 2020)]
    between = 16 / 37 * math.log(1.6 * 31 / 37) + 21 / 37 * math.log(31 / 37)
    assert east["theil_t_between"] == pytest.approx(between)
    assert east["theil_t_between"] + east["theil_t_within"] == pytest.approx(whole)


def test_measures_by_persons_and_by_regions_are_different_questions(disparity: pd.DataFrame) -> None:
    jjj = disparity.loc[("JJJ", 2020)]
    assert jjj["gini"] == 0  # regions have 3 each
    # persons: shares 1/3 each of the value, 1/5, 2/5, 2/5 of the people
    assert jjj["hoover"] == pytest.approx(1 / 3 - 1 / 5)
    assert jjj["theil_t_weighted"] == pytest.approx(math.log(5 / 3) / 3 + 2 / 3 * math.log(5 / 6))
    assert jjj["williamson"] == pytest.approx(math.sqrt((2 / 15) ** 2 * 5 + 2 * (1 / 15) ** 2 * 5 / 2))


def test_ceilings_stand_beside_the_values(disparity: pd.DataFrame) -> None:
    jjj = disparity.loc[("JJJ", 2020)]
    ceilings = (jjj["gini_max"], jjj["theil_max"], jjj["cv_max"], jjj["hhi_min"])
    assert ceilings == pytest.approx((2 / 3, math.log(3), math.sqrt(2), 1 / 3))


def test_primacy_of_a_group_of_four() -> None:
    values = {("rd_expenditure", r, 2020): v for r, v in zip(YRD, (40.0, 30.0, 20.0, 10.0), strict=True)}
    yrd = mart("mart.disparity", {"core.panel": panel(values)}).set_index("group_code").loc["YRD"]
    assert (yrd["primacy"], yrd["two_city"], yrd["four_city"]) == pytest.approx((0.4, 40 / 30, 40 / 60))
    assert math.isnan(yrd["theil_t_between"])  # the other provinces are missing


def test_a_group_with_a_missing_member_is_null_and_says_how_many_there_are(disparity: pd.DataFrame) -> None:
    west = disparity.loc[("WEST", 2021)]
    assert (west["n"], west["members"]) == (12, 11)
    assert west[["cv", "gini", "theil_t", "theil_t_between", "primacy", "williamson"]].isna().all()
    assert not math.isnan(disparity.loc[("EAST", 2021), "cv"])


def test_parts_that_do_not_add_up_to_the_whole_are_refused(disparity: pd.DataFrame) -> None:
    frame = disparity.reset_index()[[c for c in ALL["mart.disparity"].to_schema().columns if c != "indicator"]]
    frame.insert(0, "indicator", "rd_expenditure")
    frame.loc[frame["group_code"] == "JJJ", "theil_t_between"] += 1e-6
    assert "add up to the whole" in problems(frame, ALL["mart.disparity"])[0]


def test_the_exact_example_of_convergence_for_a_group_of_four() -> None:
    # slope -0.02 a year over ten years, speed -ln(0.8) / 10, half of the distance gone after 31.06 years, sigma falls to 0.8
    ends = zip(
        (1.0, 2.0, 4.0, 8.0),
        (1.6487212707001282, 2.8705904618525966, 4.997988287116517, 8.702003037393428),
        strict=True,
    )
    values = {
        ("rd_expenditure", r, y): v
        for r, pair in zip(YRD, ends, strict=True)
        for y, v in zip((2010, 2020), pair, strict=True)
    }
    frame = mart("mart.convergence", {"core.panel": panel(values)})
    window = frame[
        (frame["group_code"] == "YRD") & (frame["window_id"] == "first-last") & (frame["basis"] == "level")
    ].iloc[0]
    assert window["beta"] == pytest.approx(-0.02)
    assert (window["speed"], window["half_life"]) == pytest.approx((0.022314355131421, 31.062837195053863))
    assert window["sigma_end"] / window["sigma_start"] == pytest.approx(0.8)
    assert math.isnan(window["beta_se"])  # four members describe themselves
    assert math.isnan(window["sigma_trend_se"])
    assert window["sigma_trend"] == pytest.approx((window["sigma_end"] - window["sigma_start"]) / 10)


def test_sigma_stands_for_every_year_and_per_head() -> None:
    values = {
        ("rd_expenditure", r, y): v * w
        for r, v in zip(YRD, (1.0, 1.0, 4.0, 4.0), strict=True)
        for y, w in ((2010, 1), (2011, 2))
    }
    values |= {("population", r, 2011): v for r, v in zip(YRD, (1.0, 1.0, 2.0, 2.0), strict=True)}
    frame = mart("mart.convergence", {"core.panel": panel(values)})
    yearly = frame[
        (frame["group_code"] == "YRD") & (frame["window_id"] == "yearly") & (frame["indicator"] == "rd_expenditure")
    ]
    sigma = yearly.set_index(["basis", "year_end"])["sigma_end"].to_dict()
    assert sigma == pytest.approx(
        {("level", 2010): math.log(2), ("level", 2011): math.log(2), ("per_head", 2011): math.log(2) / 2}
    )


def test_a_zero_leaves_the_year_out() -> None:
    values = {("rd_expenditure", r, 2010): v for r, v in zip(YRD, (0.0, 1.0, 4.0, 4.0), strict=True)}
    assert mart("mart.convergence", {"core.panel": panel(values)}).empty
