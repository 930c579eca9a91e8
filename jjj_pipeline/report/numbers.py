"""How a number is written on the page: one function. Rounding is half up, from the decimal digits of the double; nothing else
of the page rounds."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple


class Form(NamedTuple):
    """Digits after the point, factor, sign after the number; `plus`: the sign is always written."""

    digits: int
    factor: Decimal = Decimal(1)
    suffix: str = ""
    plus: bool = False
    grouped: bool = True


PERCENT = Decimal(100)
FORMS = {
    "year": Form(0, grouped=False), "int": Form(0), "d1": Form(1), "d2": Form(2), "d3": Form(3), "x2": Form(2),
    "pct1": Form(1, PERCENT, "%"), "pct2": Form(2, PERCENT, "%"), "sigpct1": Form(1, PERCENT, "%", plus=True),  # of fractions
    "percent2": Form(2, suffix="%"), "change2": Form(2, plus=True),  # of figures in per cent
    "bn1": Form(1, Decimal("0.1")),  # 亿元 in thousands of millions
}  # fmt: skip
FREE = ("auto", "sig")  # forms whose digits depend on the number
MINUS = "\u2212"


def number(value: float, form: str = "auto") -> str:
    """`1234.5` as `1,234.5`. `auto` shows more digits the smaller the number: none from 1000 on, one from 100 on, else two; `sig`
    six significant ones. With both, whole numbers stay whole."""
    return _written(_exact(value), _shape(_exact(value), form), ROUND_HALF_UP)


def interval(low: float | None, high: float | None, value: float, form: str = "auto") -> str:
    """The interval of a value, with one digit more than the value is shown with and rounded outwards; empty where it is narrower
    than the digits shown, or unknown."""
    if low is None or high is None or number(low, form) == number(high, form) == number(value, form):
        return ""
    shape = _shape(_exact(value), form)
    finer = shape._replace(digits=shape.digits + 1)
    return f"[{_written(_exact(low), finer, ROUND_FLOOR)}, {_written(_exact(high), finer, ROUND_CEILING)}]"


def _exact(value: float) -> Decimal:
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _written(exact: Decimal, shape: Form, rounding: str) -> str:
    rounded = (exact * shape.factor).quantize(Decimal(1).scaleb(-shape.digits), rounding)
    text = f"{abs(rounded):,}" if shape.grouped else f"{abs(rounded)}"
    sign = MINUS if rounded < 0 else "+" if shape.plus and rounded > 0 else ""
    return f"{sign}{text}{shape.suffix}"


def _shape(value: Decimal, form: str) -> Form:
    if form in FORMS:
        return FORMS[form]
    if value == value.to_integral_value():
        return Form(0)
    if form == "sig":
        return Form(max(0, 5 - value.adjusted()))
    return Form(0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2)
