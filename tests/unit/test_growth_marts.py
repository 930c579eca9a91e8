"""The growth marts over small tables made by hand; expected values are worked out in the comments or from the inputs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from jjj_pipeline.contracts import ALL
from jjj_pipeline.contracts.base import conform, problems
from tests.support.marts import CATALOG, mart, observed

BEIJING, TIANJIN, HEBEI = "110000", "120000", "130000"
PROVINCES = [r["region_code"] for r in CATALOG.regions if r["kind"] == "province"]


def panel(rows: Sequence[tuple[str, str, int, float, float]]) -> pd.DataFrame:
    """indicator, region, year, value, half-width; totals of the three provinces are added where all are there."""
    frame = pd.DataFrame(rows, columns=["indicator", "region_code", "year", "value", "half_width"])
    three = frame[frame["region_code"].isin([BEIJING, TIANJIN, HEBEI])]
    total = three.groupby(["indicator", "year"]).agg(
        value=("value", "sum"), half_width=("half_width", "sum"), n=("value", "count")
    )
    total = total[total["n"] == 3].drop(columns="n").reset_index().assign(region_code="JJJ")
    both = pd.concat([frame, total], ignore_index=True)
    columns = list(frame.columns)
    return observed(list(both[columns].itertuples(index=False)), columns, "core.panel")


def observation(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """table, indicator, region, industry, year, source, release, value, half-width."""
    columns = [
        "table_id",
        "indicator",
        "region_code",
        "industry_code",
        "year",
        "source",
        "release",
        "value",
        "half_width",
    ]
    return observed(rows, columns, "core.observation")


def row(frame: pd.DataFrame, **where: Any) -> pd.Series:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


# ---- contribution


def contribution(start: Sequence[float], end: Sequence[float], half: float = 0.5) -> pd.DataFrame:
    rows = [
        ("rd_expenditure", region, year, value, half)
        for year, values in ((2014, start), (2020, end))
        for region, value in zip((BEIJING, TIANJIN, HEBEI), values, strict=True)
    ]
    frame = mart("mart.growth_contribution", {"core.panel": panel(rows)})
    return frame[(frame["group_code"] == "JJJ") & (frame["window_id"] == "2014-2020")]


def test_contributions_add_up_to_one_and_points_to_the_growth() -> None:
    # 200 -> 320: growth 0.6; Beijing +80 of +120
    frame = contribution((100, 60, 40), (180, 80, 60))
    beijing = row(frame, region_code=BEIJING)
    assert (beijing["contribution"], beijing["points"]) == pytest.approx((80 / 120, 80 / 200))
    assert beijing["group_growth"] == pytest.approx(0.6)
    assert frame["contribution"].sum() == pytest.approx(1)
    assert frame["points"].sum() == pytest.approx(0.6)
    # +-0.5 on each figure: Beijing's change is 79 to 81, the others' together 38 to 42; at the start 99.5 to 100.5 and 99 to 101
    assert (beijing["contribution_low"], beijing["contribution_high"]) == pytest.approx(
        (79 / (79 + 42), 81 / (81 + 38))
    )
    assert (beijing["points_low"], beijing["points_high"]) == pytest.approx((79 / (100.5 + 101), 81 / (99.5 + 99)))


def test_where_signs_mix_the_percentage_is_null_and_the_points_stay() -> None:
    frame = contribution((100, 60, 40), (180, 50, 60))
    assert frame["contribution"].isna().all()
    assert frame["points"].tolist() == pytest.approx([0.4, -0.05, 0.1])
    assert frame["group_growth"].tolist() == pytest.approx([0.45] * 3)


def test_where_everybody_shrinks_the_percentages_are_shares_of_the_fall() -> None:
    frame = contribution((100, 60, 40), (90, 50, 20))
    assert frame["contribution"].tolist() == pytest.approx([0.25, 0.25, 0.5])
    assert frame["points"].sum() == pytest.approx(-0.2)


def test_a_group_with_a_missing_member_has_no_contributions() -> None:
    rows = [("rd_expenditure", r, y, 1.0, 0.5) for y in (2014, 2020) for r in (BEIJING, TIANJIN)]
    assert set(mart("mart.growth_contribution", {"core.panel": panel(rows)})["group_code"]) <= {"BJTJ"}


def test_no_interval_where_the_change_of_the_group_may_be_zero() -> None:
    frame = contribution((10, 10, 10), (11, 11, 11))
    assert frame["contribution"].tolist() == pytest.approx([1 / 3] * 3)
    assert frame["contribution_low"].isna().all()  # a change of 3 from figures of +-0.5 may be nothing


def test_contributions_that_do_not_add_up_are_refused() -> None:
    frame = contribution((100, 60, 40), (180, 80, 60)).reset_index(drop=True)
    frame.loc[0, ["contribution", "contribution_low", "contribution_high"]] += 0.001
    assert "add up to 1" in problems(frame, ALL["mart.growth_contribution"])[0]


# ---- constant prices


def gdp_and_index(rows: Sequence[tuple[str, int, str, float | None, float | None]]) -> pd.DataFrame:
    """region, year, release, GDP +-0.5, index +-0.05."""
    out: list[tuple[Any, ...]] = []
    for region, year, release, gdp, index in rows:
        if gdp is not None:
            out.append(("t", "gdp", region, "*", year, "nbs", release, gdp, 0.5))
        if index is not None:
            out.append(("t", "gdp_index", region, "*", year, "nbs", release, index, 0.05))
    return observation(out)


def test_the_deflator_is_nominal_growth_over_the_index_of_the_same_release() -> None:
    frame = mart(
        "mart.deflator",
        {"core.observation": gdp_and_index([(BEIJING, 2010, "2021", 1000, 108), (BEIJING, 2011, "2021", 1210, 110)])},
    )
    first, second = frame.to_dict("records")
    assert math.isnan(first["deflator"])
    assert (first["volume"], first["price_level"]) == (1, 1)
    assert second["deflator"] == pytest.approx(100 * 1.21 / 1.10)
    assert second["deflator_low"] == pytest.approx(100 * 1209.5 / 1000.5 / 1.1005)
    assert second["deflator_high"] == pytest.approx(100 * 1210.5 / 999.5 / 1.0995)
    assert (second["volume"], second["volume_low"]) == pytest.approx((1.1, 1.0995))


def test_a_year_without_an_index_breaks_the_chain() -> None:
    frame = mart(
        "mart.deflator",
        {
            "core.observation": gdp_and_index(
                [
                    (BEIJING, 2010, "2021", 1000, 108),
                    (BEIJING, 2011, "2021", 1100, None),
                    (BEIJING, 2012, "2021", 1200, 107),
                    (BEIJING, 2013, "2021", 1300, 106),
                ]
            )
        },
    )
    assert frame["year"].tolist() == [2010, 2012, 2013]
    assert frame["base_year"].tolist() == [2010, 2012, 2012]
    assert frame["volume"].tolist() == pytest.approx([1, 1, 1.06])


def test_releases_are_never_chained_with_each_other() -> None:
    # the later release lifts GDP by a tenth and has no index before 2012: across releases 2011 would show 10 % inflation
    figures = gdp_and_index(
        [
            (BEIJING, 2010, "2015", 1000, 108),
            (BEIJING, 2011, "2015", 1100, 110),
            (BEIJING, 2011, "2021", 1210, None),
            (BEIJING, 2012, "2021", 1331, 105),
        ]
    )
    frame = mart("mart.deflator", {"core.observation": figures})
    assert frame[["year", "release"]].to_numpy().tolist() == [
        [2010, "nbs/2015"],
        [2011, "nbs/2015"],
        [2012, "nbs/2021"],
    ]
    money = panel([("rd_expenditure", BEIJING, y, 100.0, 0.5) for y in (2010, 2011, 2012)])
    real = mart("mart.real_growth", {"core.observation": figures, "core.panel": money})
    yearly = real[real["window_id"] == "yearly"]
    priced = yearly[yearly["indicator"] == "rd_expenditure"].set_index("year_end")
    assert priced.loc[2011, "real_multiple"] == pytest.approx(1.0)  # prices did not move
    assert priced.loc[[2012], "missing"].tolist() == ["GDP of the release of its index: 110000"]


def test_real_growth_of_a_group_is_the_sum_of_its_members_at_their_own_prices() -> None:
    # deflators 1.1, 1.0 and 0.5; 110 / 1.1 + 50 / 1.0 + 40 / 0.5 = 100 + 50 + 80 = 230, from 100 + 50 + 50 = 200
    tables = {
        "core.observation": gdp_and_index(
            [
                (BEIJING, 2010, "2021", 1000, 108),
                (BEIJING, 2011, "2021", 1210, 110),
                (TIANJIN, 2010, "2021", 1000, 108),
                (TIANJIN, 2011, "2021", 1100, 110),
                (HEBEI, 2010, "2021", 1000, 108),
                (HEBEI, 2011, "2021", 600, 120),
            ]
        ),
        "core.panel": panel(
            [
                ("rd_expenditure", region, year, value, 0.5)
                for region, values in ((BEIJING, (100, 110)), (TIANJIN, (50, 50)), (HEBEI, (50, 40)))
                for year, value in zip((2010, 2011), values, strict=True)
            ]
        ),
    }
    real = mart("mart.real_growth", tables)
    jjj = row(real, indicator="rd_expenditure", region_code="JJJ", window_id="yearly")
    assert jjj["real_multiple"] == pytest.approx(230 / 200)
    assert jjj["price_multiple"] == pytest.approx(200 / 230)
    beijing = row(real, indicator="rd_expenditure", region_code=BEIJING, window_id="yearly")
    low = 109.5 / (1210.5 / 999.5 / 1.0995) / 100.5
    high = 110.5 / (1209.5 / 1000.5 / 1.1005) / 99.5
    assert (beijing["real_multiple_low"], beijing["real_multiple_high"]) == pytest.approx((low, high))
    # GDP itself: the index alone for a province, weighted by the first year for the group
    gdp = real[(real["indicator"] == "gdp") & (real["window_id"] == "yearly")].set_index("region_code")
    assert gdp.loc[BEIJING, ["real_multiple", "real_multiple_low", "real_multiple_high"]].tolist() == pytest.approx(
        [1.1, 1.0995, 1.1005]
    )
    assert gdp.loc["JJJ", "real_multiple"] == pytest.approx((1.1 + 1.1 + 1.2) / 3)
    growth = mart("mart.growth_yearly", tables)
    assert row(growth, indicator="rd_expenditure", region_code="JJJ")["real_growth"] == pytest.approx(0.15)


# ---- structure

RD = ("rd_expenditure_basic", "rd_expenditure_applied", "rd_expenditure_experimental")


def rd(
    region: str, year: int, values: Sequence[float], release: str = "2015", table: str = "cstsy_rd_by_activity"
) -> Any:
    source = table.partition("_")[0]
    return [(table, i, region, "*", year, source, release, v, 0.5) for i, v in zip(RD, values, strict=True)]


def structure(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return mart("mart.composition", {"core.observation": observation(rows)})


def test_shares_change_in_points_and_nav() -> None:
    frame = structure(rd(BEIJING, 2014, (10, 20, 70)) + rd(BEIJING, 2020, (40, 40, 120), "2021"))
    window = frame[(frame["window_id"] == "2014-2020") & (frame["region_code"] == BEIJING)]
    assert window["component"].tolist() == list(RD)
    assert window["share_start"].tolist() == pytest.approx([0.1, 0.2, 0.7])
    assert window["change"].tolist() == pytest.approx([0.1, 0, -0.1])
    assert window["nav"].tolist() == pytest.approx([0.1] * 3)
    basic = row(window, component=RD[0])
    # 9.5 of 9.5 + (90 + 1) at least, 10.5 of 10.5 + (90 - 1) at most; at the end 39.5 of 39.5 + 161 and 40.5 of 40.5 + 159
    start, end = (9.5 / 100.5, 10.5 / 99.5), (39.5 / 200.5, 40.5 / 199.5)
    assert (basic["share_start_low"], basic["share_start_high"]) == pytest.approx(start)
    assert (basic["change_low"], basic["change_high"]) == pytest.approx((end[0] - start[1], end[1] - start[0]))
    assert (window["nav_low"] <= window["nav"]).all()
    assert (window["nav"] <= window["nav_high"]).all()


def test_components_of_a_year_come_from_the_release_that_covers_most_regions() -> None:
    rows = rd(BEIJING, 2014, (10, 20, 70)) + rd(HEBEI, 2014, (1, 2, 7))
    rows += rd(HEBEI, 2014, (30, 30, 40), "2021", "hebei_bulletin_rd_by_activity")
    rows += rd(TIANJIN, 2014, (30, 30, 40))[:2]  # one component missing
    frame = structure(rows)
    yearly = frame[(frame["window_id"] == "yearly") & (frame["structure"] == "rd_by_activity")]
    assert set(yearly["region_code"]) == {BEIJING, HEBEI, "BJHE"}
    assert set(yearly["release_end"]) == {"cstsy/2015"}
    assert row(yearly, region_code="BJHE", component=RD[0])["share_end"] == pytest.approx(11 / 110)


def test_degrees_of_2011_follow_from_the_printed_multiples() -> None:
    people = {"": (791217, 1.52), "_doctor": (134366, 2.16), "_master": (152450, 1.52), "_bachelor": (339486, 2.22)}
    rows: list[tuple[Any, ...]] = []
    for degree, (number, multiple) in people.items():
        name = f"article_rd_personnel{degree}"
        rows.append(("article_rd_personnel", name, "JJJ", "*", 2019, "article", "2022", number, 0.5))
        rows.append(("article_multiples", f"{name}_multiple", "JJJ", "*", 2019, "article", "2022", multiple, 0.005))
    frame = structure(rows)
    window = frame[(frame["structure"] == "degrees") & (frame["window_id"] == "2011-2019")].set_index("component")
    doctor = window.loc["article_rd_personnel_doctor"]
    assert doctor["share_start"] == pytest.approx((134366 / 2.16) / (791217 / 1.52))
    assert doctor["share_end"] == pytest.approx(134366 / 791217)
    assert doctor["share_start_low"] == pytest.approx((134365.5 / 2.165) / (791217.5 / 1.515))
    assert doctor["share_start_high"] == pytest.approx((134366.5 / 2.155) / (791216.5 / 1.525))
    assert window["share_start"].sum() == pytest.approx(1)
    assert window.loc["rest", "share_end"] == pytest.approx(1 - (134366 + 152450 + 339486) / 791217)
    assert window["implied"].all()
    missing = frame[(frame["structure"] == "degrees") & (frame["region_code"] == TIANJIN)]
    assert set(missing["year_end"]) == {2011, 2019}
    assert missing["share_end"].isna().all()
    assert missing["needed"].str.contains("科技统计年鉴").all()


# ---- shift-share


@pytest.fixture(scope="module")
def shifted() -> pd.DataFrame:
    """Every province 10, 20, 70 -> 11, 24, 91, but Beijing's basic research doubles."""
    rows: list[tuple[Any, ...]] = []
    for region in PROVINCES:
        rows += rd(region, 2014, (10, 20, 70)) + rd(region, 2020, (20 if region == BEIJING else 11, 24, 91), "2021")
    return mart("mart.shift_share", {"core.observation": observation(rows)})


def test_national_mix_and_regional_terms(shifted: pd.DataFrame) -> None:
    window = shifted[shifted["window_id"] == "2014-2020"]
    grand = (20 + 30 * 11 + 31 * (24 + 91)) / 3100 - 1
    basic = (20 + 30 * 11) / 310 - 1
    beijing = row(window, region_code=BEIJING, component=RD[0])
    assert beijing["national_share"] == pytest.approx(10 * grand)
    assert beijing["industry_mix"] == pytest.approx(10 * (basic - grand))
    assert beijing["regional_share"] == pytest.approx(20 - 10 * (1 + basic))
    # Beijing starts with the structure of the country: nothing to allocate
    assert beijing["homothetic"] == pytest.approx(10)
    assert beijing["esteban_regional"] == pytest.approx(20 - 10 * (1 + basic))
    assert beijing["esteban_allocation"] == pytest.approx(0, abs=1e-12)
    whole = row(window, region_code=BEIJING, component="*")
    assert whole["change"] == 35
    assert whole["national_share"] + whole["industry_mix"] + whole["regional_share"] == pytest.approx(35)
    assert window["reference_members"].eq(31).all()


def test_intervals_of_the_terms_hold_the_truth_at_every_corner_of_the_digits(shifted: pd.DataFrame) -> None:
    beijing = row(shifted, window_id="2014-2020", region_code=BEIJING, component=RD[0])
    for start, end in [(9.5, 19.5), (9.5, 20.5), (10.5, 19.5), (10.5, 20.5)]:
        for others in (10.9, 11.0, 11.1):
            basic = (end + 30 * others) / (start + 300)
            assert beijing["regional_share_low"] <= end - start * basic <= beijing["regional_share_high"]
    assert beijing["regional_share_low"] < beijing["regional_share"] < beijing["regional_share_high"]


def test_over_the_provinces_the_mix_and_the_regional_terms_cancel(shifted: pd.DataFrame) -> None:
    provinces = shifted[shifted["region_code"].isin(PROVINCES) & (shifted["window_id"] == "2014-2020")]
    whole = provinces[provinces["component"] == "*"]
    assert whole["industry_mix"].sum() == pytest.approx(0, abs=1e-9)
    assert whole["regional_share"].sum() == pytest.approx(0, abs=1e-9)
    broken = conform(shifted.copy(), ALL["mart.shift_share"]).reset_index(drop=True)
    broken.loc[0, "regional_share"] += 1
    assert problems(broken, ALL["mart.shift_share"]) != []


def test_a_reference_of_fewer_than_28_provinces_gives_no_shift_share() -> None:
    rows: list[tuple[Any, ...]] = []
    for region in PROVINCES[:27]:
        rows += rd(region, 2014, (10, 20, 70)) + rd(region, 2020, (11, 24, 91), "2021")
    assert mart("mart.shift_share", {"core.observation": observation(rows)}).empty


# ---- windows


def test_a_window_ends_where_the_data_end() -> None:
    """A year that arrives moves the end of what is measured "since"; fixed windows stay, a plan ends with its last year."""

    def spans(last: int) -> dict[str, int]:
        money = panel([("rd_expenditure", BEIJING, y, 100.0 + y, 0.5) for y in range(2010, last + 1)])
        span = mart("core.span", {"core.panel": money})
        windows = span[(span["region_code"] == BEIJING) & (span["window_id"] != "yearly")]
        return dict(zip(windows["window_id"], windows["year_end"], strict=True))

    before, after, later = spans(2023), spans(2024), spans(2027)
    moving = {"since-2014", "fyp14", "first-last"}
    assert {w: before[w] for w in moving} == dict.fromkeys(moving, 2023)
    assert {w: after[w] for w in moving} == dict.fromkeys(moving, 2024)
    assert later == {**after, "since-2014": 2027, "first-last": 2027, "fyp14": 2025}


def test_a_series_has_windows_however_early_it_begins() -> None:
    money = panel([("rd_expenditure", BEIJING, y, 100.0, 0.5) for y in range(1978, 2021)])
    span = mart("core.span", {"core.panel": money})
    assert {"first-last", "2014-2020", "fyp13"} <= set(span["window_id"])
