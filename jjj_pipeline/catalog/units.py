"""Units of Chinese statistics in one pint registry. Conversion happens here and nowhere else; no file is read here.

A unit is named as it is printed (亿元, 万人年, 上年=100). Headcounts (人) and full-time equivalents (人年) have
different dimensions on purpose: converting one into the other is refused.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pint

# printed unit -> (pint name of the base unit, factor). 万 = 10^4, 亿 = 10^8, 千 = 10^3, 百万 = 10^6.
_BASES = {
    "元": "yuan", "美元": "dollar", "件": "item", "项": "item", "个": "unit_", "家": "unit_", "户": "unit_", "次": "time_",
    "人": "person", "人年": "person_year", "%": "percent_", "指数": "index_", "点": "index_", "平方公里": "km2",
    "上年=100": "index_previous_year", "比上年%": "index_previous_year", "元/人": "yuan/person",
    "人/平方公里": "person/km2", "倍": "times_",
    "个百分点": "percent_point", "平方米": "m2_", "位": "rank_", "公里": "km_", "吨": "tonne_", "公顷": "hectare_", "亩": "mu_",
    "立方米": "m3_", "千瓦时": "kwh_", "台": "machine_", "辆": "vehicle_", "篇": "paper_", "册": "book_", "所": "school_",
    "张": "bed_",
    "人次": "visit_", "元/平方米": "yuan/m2_",
}  # fmt: skip
# scale in front of a unit -> power of ten
SCALES = {
    "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12,
}  # fmt: skip
_ALIASES = {
    "人.年": "人年", "人·年": "人年", "人/年": "人年", "个(项)": "项", "％": "%",
    "2010=100": "指数", "2013=100": "指数", "2014=100": "指数",
}  # fmt: skip


_OVER_PREVIOUS = "比上年%"  # change against the previous year: 1.1 is 101.1 as an index


class UnknownUnit(ValueError):
    """The unit is not one the registry knows."""


class Inconvertible(ValueError):
    """The two units measure different things (人 and 人年, 亿元 and %)."""


@cache
def registry() -> pint.UnitRegistry:
    """The registry: a dimension of its own for each thing counted."""
    import pint

    ureg: pint.UnitRegistry = pint.UnitRegistry(None)  # empty: none of the physical units
    for base in sorted({p for b in _BASES.values() for p in b.split("/")}):
        ureg.define(f"{base} = [{base}]")
    return ureg


def normalise(unit: str) -> str:
    """The unit without spaces and in its usual spelling."""
    text = unit.strip().replace(" ", "").replace("\u3000", "").replace("（", "(").replace("）", ")")
    return _ALIASES.get(text, text)


@cache
def quantity(unit: str) -> tuple[int | Fraction, str]:
    """`万元` -> (10000, 'yuan'). Raises UnknownUnit."""
    name = normalise(unit)
    if name == "‰":
        return Fraction(1, 10), _BASES["%"]
    for prefix in sorted(["", *SCALES], key=len, reverse=True):
        if name.startswith(prefix) and name[len(prefix) :] in _BASES:
            return 10 ** SCALES.get(prefix, 0), _BASES[name[len(prefix) :]]
    raise UnknownUnit(f"unit {unit!r} is not known")


def known() -> str:
    """The units there are, in a line for people."""
    return f"{', '.join(_BASES)}, ‰, each also with {', '.join(SCALES)} before it (万元)"


def converts(printed: str, wanted: str) -> bool:
    """Whether a figure in one unit can be converted to the other. Raises UnknownUnit."""
    return _same_dimension(quantity(printed)[1], quantity(wanted)[1])


def is_unit(text: str) -> bool:
    """Whether the text is a unit the registry knows."""
    try:
        quantity(text)
    except UnknownUnit:
        return False
    return True


def _same_dimension(one: str, other: str) -> bool:
    ureg = registry()
    return bool(ureg.parse_units(one).dimensionality == ureg.parse_units(other).dimensionality)


@cache
def factor(printed: str, wanted: str) -> Fraction:
    """The factor from one unit to the other. Raises UnknownUnit, Inconvertible."""
    m0, b0 = quantity(printed)
    m1, b1 = quantity(wanted)
    if b0 != b1 and not _same_dimension(b0, b1):
        raise Inconvertible(f"{printed} does not convert to {wanted}")
    return Fraction(m0, m1)


@cache
def offset(printed: str, wanted: str) -> int:
    """What is added to a figure after it was multiplied with `factor`: 100 from a change against the previous year to an index
    (previous year = 100), else nothing."""
    return 100 * ((normalise(printed) == _OVER_PREVIOUS) - (normalise(wanted) == _OVER_PREVIOUS))
