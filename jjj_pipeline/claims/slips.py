"""Simple misprints of a figure, and wrong formulas of a claim, in the order of how plausible they are. Nothing is judged here."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from jjj_pipeline.claims.quantity import Operation, Quantity
from jjj_pipeline.measures.printed_figure import Figure, parse

UNIT, TEN, TEN_LAST, TRANSPOSED, DIGIT = range(5)  # the order in which slips are considered
PREFIXES = {0: "", 3: "千", 4: "万", 6: "百万", 8: "亿", 12: "万亿"}
MIN_DIGITS = 3  # with fewer significant digits one changed digit explains almost anything


class Slip(NamedTuple):
    """A misprint: its code in `reasons`, its rank, the figure as it should read, and what the sentence needs."""

    code: str
    rank: int
    figure: Figure
    values: dict[str, str]


def significant_digits(figure: Figure) -> int:
    """How many digits of a figure say something: 0.49 has two."""
    number = re.search(r"\d[\d,.]*", unicodedata.normalize("NFKC", figure.literal))
    return len(number[0].replace(",", "").replace(".", "").lstrip("0")) if number else 0


def slips(figure: Figure) -> Iterator[Slip]:
    """All simple misprints of a figure without a word of bound: unit, power of ten, transposed digits, one digit."""
    if not figure.half or figure.bound or significant_digits(figure) < 2:
        return
    yield from _units(figure)
    shifted = []
    for exponent in (1, -1, 2, -2, 3, -3, 4, -4):
        power = Decimal(10) ** exponent
        values = {"times": str(10 ** abs(exponent))}
        moved = replace(figure, value=figure.value * power, half=figure.half * power)
        shifted.append((f"ten_{'small' if exponent > 0 else 'large'}", moved, values))
        yield Slip(shifted[-1][0], TEN, moved, values)
    if significant_digits(figure) < MIN_DIGITS:
        return
    text = unicodedata.normalize("NFKC", figure.literal)
    digits = [m.start() for m in re.finditer(r"\d", text)]
    for a, b in itertools.pairwise(digits):
        if text[a] != text[b] and not (a == digits[0] and text[b] == "0" and b == a + 1):
            swapped = text[:a] + text[b] + text[a + 1 : b] + text[a] + text[b + 1 :]
            yield Slip("transposed", TRANSPOSED, parse(swapped), {})
    for position in digits:
        for digit in "0123456789":
            leading = position == digits[0] and text[position + 1 : position + 2].isdigit()
            if digit != text[position] and not (digit == "0" and leading):
                yield Slip("digit", DIGIT, parse(text[:position] + digit + text[position + 1 :]), {})
    for code, moved, values in shifted:
        for sign in (-1, 1):
            yield Slip(f"{code}_last", TEN_LAST, replace(moved, value=moved.value + sign * moved.step), values)


def _units(figure: Figure) -> Iterator[Slip]:
    """万元 for 亿元, 件 for 万件: the digits under another prefix."""
    unit = figure.printed_unit
    if figure.unit in ("", "%", "个百分点", "倍", "点", "位") or "/" in unit:
        return
    exponent = figure.scale.adjusted()
    for other in (exponent + 4, exponent - 4, exponent + 8, exponent - 8):
        if other in PREFIXES:
            power, right = Decimal(10) ** (other - exponent), PREFIXES[other] + figure.unit
            literal = figure.literal.replace(unit, right) if unit else figure.literal
            moved = replace(
                figure, value=figure.value * power, half=figure.half * power, scale=figure.scale * power,
                printed_unit=right, literal=literal,
            )  # fmt: skip
            yield Slip("unit", UNIT, moved, {"right": right, "wrong": unit})


class Variant(NamedTuple):
    """Another formula a writer may have used by mistake: its code in `reasons` and what the sentence needs."""

    code: str
    quantity: Quantity
    values: dict[str, str]


SWAPS = {
    "cagr": [("mean_growth", "mean_growth"), ("growth", "growth"), ("log_growth", "log_growth")],
    "multiple": [("growth", "times_less_one")],
    "growth_times": [("multiple", "times_to")],
    "growth": [("multiple", "multiple"), ("difference", "difference")],
    "mean_diff": [("cagr", "cagr"), ("difference", "difference")],
    "difference": [("growth", "growth")],
}


def variants(quantity: Quantity) -> Iterator[Variant]:
    """Other formulas over the same figures: 增长 for 增长到 first, then the number of years, then other averages."""
    if not isinstance(quantity, Operation):
        return
    swaps = SWAPS.get(quantity.kind, [])
    for kind, code in swaps:
        if code.startswith("times"):
            yield Variant(code, replace(quantity, kind=kind), {})
    if quantity.kind in ("cagr", "cagr_of_multiple", "mean_diff"):
        for years in (quantity.years + 1, quantity.years - 1):
            if years > 0:
                code = "more_years" if years > quantity.years else "fewer_years"
                yield Variant(code, replace(quantity, years=years), {"years": str(years), "was": str(quantity.years)})
    for kind, code in swaps:
        if not code.startswith("times"):
            yield Variant(code, replace(quantity, kind=kind), {})
    if quantity.kind == "share_of_parts":
        parts = (("numerator", quantity.arg("part")), ("denominator", quantity.arg("rest")))
        yield Variant("rest_only", Operation("ratio", parts), {})
