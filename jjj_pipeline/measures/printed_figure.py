"""A printed figure and what its digits say: value, half-unit, unit, word of bound.

Belongs here: parsing a literal ("2.05 万件" is 20500 ± 50 件), half-units, rounding. Does not belong here: derived measures and
their intervals (`formulas`, `interval`), units and their conversion (`catalog.units`, which names the scales), files, tables,
claims.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Literal, NamedTuple

from jjj_pipeline.catalog.units import SCALES

PRECISION = 40
DIGITS = 30  # no publication prints more
CONTEXT = Context(prec=PRECISION, rounding=ROUND_HALF_UP)
Bound = Literal["near", "below", "above", "about"]
NEAR, FAR = Decimal("0.1"), Decimal("0.1")  # 近: up to 10 % below; more than 10 % beyond 超 or 不足 is far off
ABOUT = Decimal("0.02")  # 约: 2 %, or half a unit of the second significant digit if that is wider


class Interval(NamedTuple):
    """A closed interval of exact decimals."""

    low: Decimal
    high: Decimal

    def meets(self, other: Interval) -> bool:
        return self.low <= other.high and other.low <= self.high

    @property
    def width(self) -> Decimal:
        return self.high - self.low


@dataclass(frozen=True)
class Figure:
    """A printed figure in its base unit: `2.05 万件` has value 20500, half 50, unit 件, scale 10000.

    `half` is half a unit of the last printed digit, after 约 the width that the word allows; `bound` is the word of
    bound, if any: 'near' (近, 接近), 'below' (不足, 不到), 'above' (超, 逾, 突破, 以上, 翻一番), 'about' (约, 左右). A
    printed fraction (1/3, 一半) has half 0. `unit` of a quotient is that of its base units: 人年/万人 is 人年/人.
    """

    value: Decimal
    half: Decimal
    unit: str
    bound: Bound | None
    literal: str
    scale: Decimal = Decimal(1)
    printed_unit: str = ""
    digit_half: Decimal | None = None  # half a unit of the last digit where `half` is wider (约)

    @property
    def interval(self) -> Interval:
        return Interval(self.value - self.half, self.value + self.half)

    @property
    def low(self) -> Decimal:
        return self.value - self.half

    @property
    def high(self) -> Decimal:
        return self.value + self.half

    @property
    def step(self) -> Decimal:
        """One unit of the last printed digit, in the base unit; 0 for a printed fraction."""
        return 2 * (self.half if self.digit_half is None else self.digit_half)

    def fraction(self) -> Figure:
        """The figure as a pure number: `18.55 %` -> 0.1855; any other unit is left as it is."""
        if self.unit not in ("%", "个百分点"):
            return self
        hundred = Decimal(100)
        digit_half = None if self.digit_half is None else self.digit_half / hundred
        return replace(
            self, value=self.value / hundred, half=self.half / hundred, unit="", scale=self.scale / hundred,
            digit_half=digit_half,
        )  # fmt: skip


# ---------------------------------------------------------------------------------------------------------- parsing

_BEFORE: dict[str, Bound] = {
    **dict.fromkeys(("将近", "接近", "近"), "near"),
    **dict.fromkeys(("不足", "不到", "低于", "少于", "小于", "未达", "未到", "<"), "below"),
    **dict.fromkeys(("超过", "高于", "多于", "大于", "突破", "超出", "至少", "超", "逾", "过", ">"), "above"),
    **dict.fromkeys(("大约", "约为", "大概", "约", "~", "≈"), "about"),
}  # fmt: skip
_AFTER: dict[str, Bound] = {
    **dict.fromkeys(("以下", "以内"), "below"),
    **dict.fromkeys(("以上", "有余", "余", "多", "强"), "above"),
    **dict.fromkeys(("左右", "上下"), "about"),
}  # fmt: skip
_NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_FIGURE = re.compile(rf"(?P<number>{_NUMBER})(?:/(?P<denominator>\d+))?(?P<more>余|多)?(?P<unit>[^\d.,+/-][^\d.,+-]*)?")
_DOUBLED = re.compile(r"翻(?:了)?(?P<bound>将近|接近|近|超过|超|不到|不足)?(?P<times>[一两二三四])番")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_CN = "零〇一二两三四五六七八九十百"
# a verb of change belongs to the figure (增长 12.5 %, 下降 3 %); 增长到 and 增至 give a level and do not
_CHANGE = re.compile(r"(?:同比|年均|累计)?(?:增长|增加|提高|上升|扩大|(?P<down>下降|减少|降低))(?![到至了为])")
_HELP = "expected one number with an optional unit, such as '2.05 万件', '18.55 %', '近 50 %' or '1/3'"


def _chinese_number(text: str) -> int:
    """`十五` -> 15, up to 百; enough for printed fractions."""
    if text == "百":
        return 100
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(_DIGITS[c]) for c in text))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _chinese_fraction(text: str) -> tuple[str, str]:
    """`一半` -> ('1/2', ''), `三分之一` -> ('1/3', ''), `百分之十五` -> ('15%', ''); other text is left as it is."""
    for half in ("一半", "半数", "半"):
        if text == half:
            return "1/2", ""
    found = re.fullmatch(rf"([{_CN}]+)分之([{_CN}]+)(.*)", text)
    if found is None:
        found = re.fullmatch(r"(百)分之([\d.]+)(.*)", text)
        return (f"{found[2]}%", found[3]) if found else (text, "")
    try:
        denominator, numerator = _chinese_number(found[1]), _chinese_number(found[2])
    except (KeyError, ValueError):
        return text, ""
    return (f"{numerator}%" if denominator == 100 else f"{numerator}/{denominator}"), found[3]


def _scale_of(unit: str) -> tuple[int, str]:
    """`万件` -> (4, 件); `个百分点` and `%` stay whole."""
    if unit in ("%", "百分点", "个百分点", "个点"):
        return 0, "%" if unit == "%" else "个百分点"
    if unit == "成":
        return 1, "%"
    above, quotient, below = unit.partition("/")
    if quotient and above and below:
        (e0, u0), (e1, u1) = _scale_of(above), _scale_of(below)
        return e0 - e1, f"{u0}/{u1}"
    prefix = next((s for s in sorted(SCALES, key=len, reverse=True) if unit.startswith(s)), "")
    return SCALES.get(prefix, 0), unit.removeprefix(prefix)


def parse(literal: str) -> Figure:
    """A printed figure with its half-unit. Full-width digits, thousands separators, 万/亿 scales, %, 倍, 个百分点,
    fractions, words of bound and verbs of change are understood (下降 3 % is -3 %). Raises ValueError with one line."""
    if not isinstance(literal, str):
        raise ValueError(f"{literal!r} is not a printed figure: write it in quotes, with all its digits")
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", literal)).replace("−", "-").replace("–", "-")
    change = _CHANGE.match(text)
    text = text[change.end() :] if change else text
    bound: Bound | None = None
    for word, kind in _BEFORE.items():
        if text.startswith(word):
            bound, text = kind, text.removeprefix(word)
            break
    for word, kind in _AFTER.items():
        if text.endswith(word) and len(text) > len(word):
            bound, text = bound or kind, text.removesuffix(word)
            break
    doubled = _DOUBLED.fullmatch(text)
    if doubled:  # a rough word: from one per cent below on
        value, word = Decimal(2) ** _DIGITS[doubled["times"]], doubled["bound"]
        bound = _BEFORE[word] if word else bound or "above"
        return Figure(value, value / 100, "倍", bound, literal, printed_unit="倍")
    tenths = re.fullmatch(r"([一二两三四五六七八九])成(半)?", text)
    if tenths:
        text = f"{_DIGITS[tenths[1]]}{'.5' if tenths[2] else ''}成"
    text = "".join(_chinese_fraction(text))
    found = _FIGURE.fullmatch(text)
    if found is None:
        raise ValueError(f"{literal!r} is not a printed figure: {_HELP}")
    if found["more"]:
        bound = bound or "above"
    exponent, unit = _scale_of(found["unit"] or "")
    number, scale = Decimal(found["number"].replace(",", "")), Decimal(10) ** exponent
    if len(number.as_tuple().digits) > DIGITS or len(found["denominator"] or "") > DIGITS:
        raise ValueError(f"{literal[:DIGITS]!r}… is not a printed figure: it has more than {DIGITS} digits")
    if found["denominator"]:
        if not Decimal(found["denominator"]):
            raise ValueError(f"{literal!r} is not a printed figure: the denominator is zero")
        value, half = CONTEXT.divide(number, Decimal(found["denominator"])), Decimal(0)
    else:
        value, half = number, half_unit(max(0, -int(number.as_tuple().exponent)))
    digit_half = None
    if bound == "about" and number:
        second = Decimal(5).scaleb(value.adjusted() - 2)
        digit_half, half = half, max(half, abs(value) * ABOUT, second)
    if change and change["down"]:
        value = -value
    with localcontext(CONTEXT):
        digit_half = None if digit_half is None else digit_half * scale
        return Figure(value * scale, half * scale, unit, bound, literal, scale, found["unit"] or "", digit_half)


def half_unit(decimals: int) -> Decimal:
    """Half a unit of the last digit of a figure printed with so many decimals: 2 -> 0.005, 0 -> 0.5."""
    return Decimal(5).scaleb(-decimals - 1)


def round_half_up(value: Decimal, step: Decimal) -> Decimal:
    """The multiple of `step` nearest to the value, ties away from zero, as statistical offices round."""
    if not step:
        return value
    with localcontext(CONTEXT):
        unit = step.normalize()  # so that the result shows the step's decimals and no more
        return (value / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit
