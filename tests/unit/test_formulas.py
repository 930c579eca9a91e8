"""Every formula over printed figures: its interval contains the truth, and Decimal, numpy and SQL agree."""

from __future__ import annotations

from decimal import Decimal, localcontext

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jjj_pipeline.measures import formulas, printed_figure
from jjj_pipeline.measures.formulas import FORMULAS
from jjj_pipeline.measures.printed_figure import Interval, parse


def test_the_rate_of_the_article_has_the_interval_of_its_digits():
    cagr = FORMULAS["cagr"].interval(v0=parse("2.05 万件"), v1=parse("5.69 万件"), years=6)
    assert cagr is not None
    assert (round(cagr.low * 100, 3), round(cagr.high * 100, 3)) == (Decimal("18.482"), Decimal("18.613"))


def test_no_interval_where_a_denominator_may_be_zero():
    half = Decimal("0.5")
    assert FORMULAS["multiple"].interval(v0=Interval(Decimal(0), Decimal(1)), v1=Interval(half, half)) is None
    assert FORMULAS["contribution"].interval(p0=parse("1"), p1=parse("2"), t0=parse("5"), t1=parse("6")) is None
    assert FORMULAS["cagr"].value(v0=1, v1=-1, years=3) is None


@pytest.fixture(scope="module")
def macros():
    connection = duckdb.connect()
    for statement in formulas.sql_macros():
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
        printed[name] = parse(f"{printed_figure.round_half_up(true[name], Decimal(1).scaleb(-places)):f}")
    return true, printed


@settings(max_examples=60, deadline=None)
@given(data=st.data(), signed=st.booleans())
@pytest.mark.parametrize("name", list(FORMULAS))
def test_the_interval_contains_the_truth_and_sql_agrees(name, macros, data, signed):
    formula = FORMULAS[name]
    true, printed = _box(data, formula, signed)
    if name == "implied_end":
        true["r"], printed["r"] = Decimal("0.12345"), parse("0.123")
    interval, value, point = formula.interval(**printed), formula.value(**true), formula.value(**printed)
    if interval is not None:
        assert value is not None and point is not None
        with localcontext(prec=60):  # as many digits as the slack needs
            slack = Decimal("1e-30") * max(1, abs(interval.low), abs(interval.high))
            assert interval.low - slack <= value <= interval.high + slack

    centre = {k: float(getattr(v, "value", v)) for k, v in printed.items()}
    halves = {k: float(printed[k].half) for k in formula.uncertain}
    arguments = ", ".join("?" for _ in formula.inputs)
    wide = [x for k in formula.inputs for x in ([centre[k]] if k in formula.exact else [centre[k], halves[k]])]
    marks = ", ".join("?" for _ in wide)
    (row,) = macros.execute(
        f"select {name}({arguments}), {name}_low({marks}), {name}_high({marks})", [*centre.values(), *wide, *wide]
    ).fetchall()
    exact = (point, *(interval or (None, None)))
    for decimal, sql in zip(exact, row, strict=True):
        if decimal is not None and sql is not None and abs(decimal) > Decimal("1e-6"):
            assert sql == pytest.approx(float(decimal), rel=1e-7)


def test_a_rest_below_zero_turns_the_location_quotient_round() -> None:
    """x / (x + y) lies in [0.45 / 2.5, 0.55 / 2.5], 1 + yt / xt in [1 - 1.505 / 0.495, 1 - 1.495 / 0.505]: below zero the larger
    share gives the smaller product."""
    found = formulas.FORMULAS["location_quotient_of_part"].interval(
        x=parse("0.5"), y=parse("2.0"), xt=parse("0.50"), yt=parse("-1.50")
    )
    assert found is not None
    assert (float(found.low), float(found.high)) == pytest.approx(
        (0.22 * (1 - 1.505 / 0.495), 0.18 * (1 - 1.495 / 0.505))
    )


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
    table = formulas.formula_table()
    assert table["measure_id"].is_unique
    assert (table[["name_zh", "name_en", "convention", "source"]] != "").all(axis=None)
