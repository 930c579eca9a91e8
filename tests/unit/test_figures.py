"""What a printed literal means, and that every interval contains the truth."""

from __future__ import annotations

import math
from decimal import Decimal

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jjj_pipeline import figures
from jjj_pipeline.figures import FORMULAS, Interval, parse


@pytest.mark.parametrize(
    ("literal", "value", "half", "unit", "bound"),
    [
        ("2.05 万件", "20500", "50", "件", None),
        ("282.80", "282.80", "0.005", "", None),
        ("18.55 %", "18.55", "0.005", "%", None),
        ("１８．５５％", "18.55", "0.005", "%", None),
        ("2.27 倍", "2.27", "0.005", "倍", None),
        ("7.71 个百分点", "7.71", "0.005", "个百分点", None),
        ("93.72 亿元", "9372000000", "500000", "元", None),
        ("1,090 家", "1090", "0.5", "家", None),
        ("-0.09", "-0.09", "0.005", "", None),
        ("近 50 %", "50", "0.5", "%", "below"),
        ("不足 3 成", "30", "5", "%", "below"),
        ("逾 8000 件", "8000", "0.5", "件", "above"),
        ("突破1.5万亿元", "1500000000000", "50000000000", "元", "above"),
        ("90% 以上", "90", "0.5", "%", "above"),
        ("3000 余家", "3000", "0.5", "家", "above"),
        ("约 3.0 万人年", "30000", "1000", "人年", "about"),
        ("近一半", "0.5", "0", "", "below"),
        ("百分之十五", "15", "0.5", "%", None),
    ],
)
def test_a_literal_says_value_precision_unit_and_bound(literal, value, half, unit, bound):
    figure = parse(literal)
    assert (figure.value, figure.half) == (Decimal(value), Decimal(half))
    assert (figure.unit, figure.bound, figure.literal) == (unit, bound, literal)


def test_a_third_is_exact_however_it_is_written():
    assert parse("1/3").value == parse("三分之一").value
    assert parse("1/3").half == 0
    assert abs(parse("1/3").value * 3 - 1) < Decimal("1e-39")


@pytest.mark.parametrize("literal", ["", "abc", "1,09", "2.05.3", "1/0", "2.05-3", "万件", "3 至 5 家", 2.05, None])
def test_what_is_no_figure_is_refused_in_one_line(literal):
    with pytest.raises(ValueError, match="is not a printed figure") as caught:
        parse(literal)
    assert "\n" not in str(caught.value)


def test_the_rate_of_the_article_has_the_interval_of_its_digits():
    cagr = FORMULAS["cagr"].interval(v0=parse("2.05 万件"), v1=parse("5.69 万件"), years=6)
    assert cagr is not None
    assert (round(cagr.low * 100, 3), round(cagr.high * 100, 3)) == (Decimal("18.482"), Decimal("18.613"))


def test_no_interval_where_a_denominator_may_be_zero():
    half = Decimal("0.5")
    assert FORMULAS["multiple"].interval(v0=Interval(Decimal(0), Decimal(1)), v1=Interval(half, half)) is None
    assert FORMULAS["contribution"].interval(p0=parse("1"), p1=parse("2"), t0=parse("5"), t1=parse("6")) is None
    assert FORMULAS["cagr"].value(v0=1, v1=-1, years=3) is None


def test_rounding_is_half_up_in_decimal():
    assert figures.round_half_up(Decimal("0.285"), Decimal("0.01")) == Decimal("0.29")
    assert figures.round_half_up(Decimal("2.5"), Decimal(1)) == 3
    assert figures.round_half_up(Decimal("-2.5"), Decimal(1)) == -3
    assert [figures.half_unit(d) for d in (0, 2, -1)] == [Decimal("0.5"), Decimal("0.005"), Decimal(5)]


@given(st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=12), st.integers(0, 2))
def test_rounded_parts_add_up_to_their_rounded_total_within_the_bound(parts, places):
    step = Decimal(1).scaleb(-places)
    printed = [parse(f"{figures.round_half_up(p, step):f}") for p in parts]
    total = parse(f"{figures.round_half_up(sum(parts, Decimal(0)), step):f}")
    gap, bound = figures.additivity_gap(printed, total)
    assert abs(gap) <= bound
    assert abs(gap) <= figures.max_gap_units(len(parts)) * step
    assert sum(parts, Decimal(0)) >= figures.sum_figures(printed).low
    assert sum(parts, Decimal(0)) <= figures.sum_figures(printed).high
    assert figures.additivity_soft_bound([p.half for p in printed], total.half) <= 2 * bound


def test_bounds_are_the_same_for_arrays():
    halves = [np.array([0.5, 0.05]), np.array([0.5, 0.5])]
    np.testing.assert_allclose(figures.additivity_bound(halves, 0.5), [1.5, 1.05])
    np.testing.assert_allclose(figures.additivity_soft_bound(halves, 0.5), 2 * np.sqrt([0.25, 0.5025 / 3]))


@pytest.fixture(scope="module")
def macros():
    connection = duckdb.connect()
    for statement in figures.sql_macros():
        connection.execute(statement)
    return connection


def _box(data, formula, signed):
    """True values and their printed (rounded) figures for the inputs of a formula."""
    true, printed = {}, {}
    for name in formula.inputs:
        if name in formula.exact:
            true[name] = printed[name] = data.draw(st.integers(1, 20))
            continue
        places = data.draw(st.integers(0, 3))
        true[name] = data.draw(st.decimals(-1000 if signed else 0, 100000, places=5))
        printed[name] = parse(f"{figures.round_half_up(true[name], Decimal(1).scaleb(-places)):f}")
    return true, printed


@settings(max_examples=60, deadline=None)
@given(data=st.data(), signed=st.booleans())
@pytest.mark.parametrize("name", list(FORMULAS))
def test_the_interval_contains_the_truth_and_all_three_evaluations_agree(name, macros, data, signed):
    formula = FORMULAS[name]
    true, printed = _box(data, formula, signed)
    if name == "implied_end":
        true["r"], printed["r"] = Decimal("0.12345"), parse("0.123")
    interval, value, point = formula.interval(**printed), formula.value(**true), formula.value(**printed)
    if interval is not None:
        assert value is not None and point is not None
        slack = Decimal("1e-30") * max(1, abs(interval.low), abs(interval.high))
        assert interval.low - slack <= value <= interval.high + slack

    centre = {k: float(getattr(v, "value", v)) for k, v in printed.items()}
    halves = {k: float(printed[k].half) for k in formula.uncertain}
    boxed = {k: np.array([v]) for k, v in centre.items()}
    low, high = formula.interval_array({k: np.array([v]) for k, v in halves.items()}, **boxed)
    arguments = ", ".join("?" for _ in formula.inputs)
    wide = [x for k in formula.inputs for x in ([centre[k]] if k in formula.exact else [centre[k], halves[k]])]
    marks = ", ".join("?" for _ in wide)
    (row,) = macros.execute(
        f"select {name}({arguments}), {name}_low({marks}), {name}_high({marks})", [*centre.values(), *wide, *wide]
    ).fetchall()
    exact = (point, *(interval or (None, None)))
    arrays = (formula.value_array(**centre).item(), low.item(), high.item())
    for decimal, array, sql in zip(exact, arrays, row, strict=True):
        if sql is None:
            assert math.isnan(array)
        else:
            assert array == pytest.approx(sql, rel=1e-9, abs=1e-12)
        if decimal is not None and sql is not None and abs(decimal) > Decimal("1e-6"):
            assert sql == pytest.approx(float(decimal), rel=1e-7)


def test_macros_do_not_mind_columns_named_like_their_parameters(macros):
    (row,) = macros.execute(
        "with t(v0, v1, h0, h1, years) as (values (5.69, 2.05, 0.005, 0.006, 6)) "
        "select multiple(v1, v0), cagr(v1, v0, years), multiple_low(v1, h1, v0, h0), multiple(h1, h0) from t"
    ).fetchall()
    assert row == pytest.approx((5.69 / 2.05, (5.69 / 2.05) ** (1 / 6) - 1, 5.685 / 2.056, 0.005 / 0.006))


def test_macros_are_null_where_the_measure_is_undefined(macros):
    (row,) = macros.execute(
        "select multiple(0, 1), multiple(null, 1), cagr(1, 0, 3), ratio(1, 0), "
        "multiple_low(0, 0.5, 1, 0.5), growth_low(1, null, 2, 0)"
    ).fetchall()
    assert row == (None,) * 6


def test_each_formula_is_explained_in_both_languages():
    table = figures.formula_table()
    assert table["measure_id"].is_unique
    assert (table[["name_zh", "name_en", "convention", "source"]] != "").all(axis=None)
