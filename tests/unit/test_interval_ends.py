"""The ends of an interval are those of the box of the printed digits, no wider and no narrower: for every formula, by trying all
corners of the box. Each formula moves in one direction with each of its inputs, so that its extremes lie at corners."""

from __future__ import annotations

import math
from itertools import product

import duckdb
import pytest

from jjj_pipeline.measures import formulas
from jjj_pipeline.measures.formulas import FORMULAS
from jjj_pipeline.measures.printed_figure import parse

# printed values, some with a decimal: half a unit is 0.5 or 0.05; a part is smaller than its whole
PRINTED = {
    "v0": "310", "v1": "420.5", "part": "31.2", "total": "120", "rest": "96.4", "p0": "40", "p1": "57.5", "t0": "200",
    "t1": "260.5", "r0": "150", "r1": "170.5", "a": "70.5", "b": "51", "c": "21.5", "t": "400", "x": "10", "xt": "100",
    "r": "200", "rt": "1000", "d": "60.5", "volume": "1.2", "m": "2.31", "y0": "100", "y1": "150.5", "x0": "80", "x1": "130",
    "y": "90.5", "yt": "900", "o": "310.5", "p": "45", "e0": "40", "e1": "52.5", "o0": "300", "o1": "410.5",
}  # fmt: skip
EXACT = {"years": 6}
OTHERS = {"implied_end": {"r": "0.12"}}
KNOWN = {"pow": pow, "ln": math.log, "sqrt": math.sqrt}


def printed(name: str) -> dict[str, tuple[float, float]]:
    """Value and half a unit of every input that is printed."""
    texts = {k: OTHERS.get(name, {}).get(k, PRINTED.get(k, "")) for k in FORMULAS[name].uncertain}
    return {k: (float(text), 0.5 * 10.0 ** -len(text.partition(".")[2])) for k, text in texts.items()}


def corners(name: str) -> tuple[float, float]:
    figures, formula = printed(name), FORMULAS[name]
    found = [
        eval(formula.expression, {**KNOWN, **EXACT, **dict(zip(figures, corner, strict=True))})
        for corner in product(*((value - half, value + half) for value, half in figures.values()))
    ]
    return min(found), max(found)


@pytest.mark.parametrize("name", list(FORMULAS))
def test_the_ends_are_those_of_the_box(name: str) -> None:
    formula, figures, (low, high) = FORMULAS[name], printed(name), corners(name)
    assert low < high
    exact = formula.interval(
        **{
            k: EXACT[k] if k in formula.exact else parse(OTHERS.get(name, {}).get(k, PRINTED.get(k, "")))
            for k in formula.inputs
        }
    )
    assert exact is not None
    assert (float(exact.low), float(exact.high)) == pytest.approx((low, high), rel=1e-12)

    con = duckdb.connect()
    for statement in formula.sql_macros():
        con.execute(statement)
    words = ", ".join(str(x) for k in formula.inputs for x in (figures[k] if k in figures else (EXACT[k],)))
    assert con.execute(f"select {name}_low({words}), {name}_high({words})").fetchall()[0] == pytest.approx(
        (low, high), rel=1e-9
    )


def test_the_interval_of_a_location_quotient_by_hand() -> None:
    """10 of 100 against 200 of 1000, all whole: (9.5 / 100.5) / (200.5 / 999.5) to (10.5 / 99.5) / (199.5 / 1000.5)."""
    quotient = FORMULAS["location_quotient"].interval(x=parse("10"), xt=parse("100"), r=parse("200"), rt=parse("1000"))
    assert quotient is not None
    assert (round(float(quotient.low), 6), round(float(quotient.high), 6)) == (0.471222, 0.529225)


def test_a_denominator_that_is_negative_for_certain_has_an_interval_too() -> None:
    """A total that falls from 300 to 200 while a part falls from 120 to 100: 20 of 100, each change one unit either way."""
    con = duckdb.connect()
    for statement in FORMULAS["contribution"].sql_macros():
        con.execute(statement)
    words = "120, 0.5, 100, 0.5, 300, 0.5, 200, 0.5"
    found = con.execute(f"select contribution_low({words}), contribution_high({words})").fetchall()[0]
    assert found == pytest.approx((19 / 101, 21 / 99))
    exact = FORMULAS["contribution"].interval(p0=parse("120"), p1=parse("100"), t0=parse("300"), t1=parse("200"))
    assert exact is not None
    assert (float(exact.low), float(exact.high)) == pytest.approx((19 / 101, 21 / 99))


def test_where_a_value_must_be_positive_a_negative_one_has_no_interval() -> None:
    """From -100 to -144 in two years: (-144 / -100) ** (1 / 2) would be 1.2, which is no growth rate."""
    con = duckdb.connect()
    for statement in FORMULAS["cagr"].sql_macros():
        con.execute(statement)
    words = {100: "100, 0.5, 144, 0.5, 2", -100: "-100, 0.5, -144, 0.5, 2"}
    found = {start: con.execute(f"select cagr_low({w}), cagr_high({w})").fetchall()[0] for start, w in words.items()}
    assert found[100] == pytest.approx(((143.5 / 100.5) ** 0.5 - 1, (144.5 / 99.5) ** 0.5 - 1))
    assert found[-100] == (None, None)


def test_formulas_are_listed_with_their_expression_and_inputs() -> None:
    table = formulas.formula_table().set_index("measure_id")
    assert table.loc["difference", ["expression", "inputs"]].tolist() == ["v1 - v0", "v0, v1"]
    assert list(table.columns) == ["name_zh", "name_en", "expression", "inputs", "convention", "source"]
