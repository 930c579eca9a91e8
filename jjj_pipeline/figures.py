"""A printed figure and the interval its digits allow; every derived measure declared once, for Decimal, numpy and SQL.

Belongs here: parsing a literal ("2.05 万件" is 20500 ± 50 件), half-units, rounding, the table `FORMULAS` of derived
measures with their interval arithmetic, and the bound within which rounded parts add up to a rounded total.
Does not belong here: units and their conversion (`catalog.units`), files, tables, claims. Nothing of the package is
imported.

Each formula is one expression that Python and DuckDB read alike, and a list of what moves its value up. All formulas
are monotone in each input (no input enters two independent places with opposite pull inside the guarded domain), so the
extremes over a box of rounded inputs lie at its corners and the interval is sharp. Results are None, NaN or NULL where
the formula is undefined; no interval is given where a denominator may be zero or negative within its rounding.
"""

from __future__ import annotations

import ast
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

PRECISION = 40
CONTEXT = Context(prec=PRECISION, rounding=ROUND_HALF_UP)
Bound = Literal["below", "above", "about"]
Number = int | Decimal


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

    `half` is half a unit of the last printed digit (a whole unit after 约); `bound` is the word of bound, if any:
    'below' (近, 不足), 'above' (超, 逾, 突破, 以上), 'about' (约, 左右). A printed fraction (1/3, 一半) has half 0.
    """

    value: Decimal
    half: Decimal
    unit: str
    bound: Bound | None
    literal: str
    scale: Decimal = Decimal(1)
    printed_unit: str = ""

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
        return self.half if self.bound == "about" else self.half * 2

    def fraction(self) -> Figure:
        """The figure as a pure number: `18.55 %` -> 0.1855; any other unit is left as it is."""
        if self.unit not in ("%", "个百分点"):
            return self
        hundred = Decimal(100)
        return replace(self, value=self.value / hundred, half=self.half / hundred, unit="", scale=self.scale / hundred)


# ---------------------------------------------------------------------------------------------------------- parsing

_SCALES = {
    "万亿": 12,
    "千亿": 11,
    "百亿": 10,
    "十亿": 9,
    "亿": 8,
    "千万": 7,
    "百万": 6,
    "十万": 5,
    "万": 4,
    "千": 3,
    "百": 2,
}
_BEFORE: dict[str, Bound] = {
    **dict.fromkeys(("将近", "接近", "不足", "不到", "低于", "少于", "小于", "未达", "未到", "近", "<"), "below"),
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
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_CN = "零〇一二两三四五六七八九十百"
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
    prefix = next((s for s in sorted(_SCALES, key=len, reverse=True) if unit.startswith(s)), "")
    return _SCALES.get(prefix, 0), unit.removeprefix(prefix)


def parse(literal: str) -> Figure:
    """A printed figure with its half-unit. Full-width digits, thousands separators, 万/亿 scales, %, 倍, 个百分点,
    fractions and words of bound are understood. Raises ValueError with one line."""
    if not isinstance(literal, str):
        raise ValueError(f"{literal!r} is not a printed figure: write it in quotes, with all its digits")
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", literal)).replace("−", "-").replace("–", "-")
    bound: Bound | None = None
    for word, kind in _BEFORE.items():
        if text.startswith(word):
            bound, text = kind, text.removeprefix(word)
            break
    for word, kind in _AFTER.items():
        if text.endswith(word) and len(text) > len(word):
            bound, text = bound or kind, text.removesuffix(word)
            break
    text = "".join(_chinese_fraction(text))
    found = _FIGURE.fullmatch(text)
    if found is None:
        raise ValueError(f"{literal!r} is not a printed figure: {_HELP}")
    if found["more"]:
        bound = bound or "above"
    exponent, unit = _scale_of(found["unit"] or "")
    number, scale = Decimal(found["number"].replace(",", "")), Decimal(10) ** exponent
    if found["denominator"]:
        if not Decimal(found["denominator"]):
            raise ValueError(f"{literal!r} is not a printed figure: the denominator is zero")
        value, half = CONTEXT.divide(number, Decimal(found["denominator"])), Decimal(0)
    else:
        value, half = number, half_unit(max(0, -int(number.as_tuple().exponent)))
    if bound == "about":
        half *= 2
    with localcontext(CONTEXT):
        return Figure(value * scale, half * scale, unit, bound, literal, scale, found["unit"] or "")


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


# --------------------------------------------------------------------------------------------------------- formulas


@dataclass(frozen=True)
class Block:
    """Inputs that move together: `up` gives for each the sign of the move that raises the result.

    `free`: which way the whole block pulls depends on the sign of the rest, so both ends are tried."""

    up: Mapping[str, int]
    free: bool = False


def _linear_signs(node: ast.expr, sign: int = 1) -> dict[str, int]:
    """Names of a linear expression with their sign: `v1 - d` -> {v1: 1, d: -1}."""
    if isinstance(node, ast.Name):
        return {node.id: sign}
    if isinstance(node, ast.Constant):
        return {}
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return _linear_signs(node.left, sign) | _linear_signs(
            node.right, sign if isinstance(node.op, ast.Add) else -sign
        )
    raise ValueError(f"a guard must be linear: {ast.unparse(node)}")


class _Decimals(ast.NodeTransformer):
    """Number literals become Decimals, so that an expression can be evaluated exactly."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return ast.Call(ast.Name("Decimal", ast.Load()), [ast.Constant(str(node.value))], [])


_DECIMAL_NAMES = {"Decimal": Decimal, "pow": lambda x, y: x**y, "ln": lambda x: x.ln(), "sqrt": lambda x: x.sqrt()}
_NUMPY_NAMES = {"pow": np.power, "ln": np.log, "sqrt": np.sqrt}


def _compiled(expression: str, inputs: Sequence[str], *, exact: bool) -> Callable[..., Any]:
    body = ast.parse(expression, mode="eval").body
    if exact:
        body = _Decimals().visit(body)
    arguments = ast.arguments([], [ast.arg(name) for name in inputs], None, [], [], None, [])
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    function: Callable[..., Any] = eval(
        compile(tree, f"<{expression}>", "eval"), _DECIMAL_NAMES if exact else _NUMPY_NAMES
    )
    return function


def _sql(expression: str, names: Mapping[str, str]) -> str:
    """The expression with each input replaced by an SQL term."""
    return re.sub(r"\b[a-z_]\w*\b(?!\()", lambda m: names.get(m[0], m[0]), expression)


@dataclass(frozen=True)
class Formula:
    """A derived measure. `inputs` in the order of the SQL macro; `exact` inputs (a number of years) carry no
    half-width; `positive` expressions must be above zero and `nonzero` ones must keep their sign throughout the
    interval."""

    name: str
    expression: str
    inputs: tuple[str, ...]
    blocks: tuple[Block, ...]
    zh: str
    en: str
    convention: str
    source: str
    exact: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    nonzero: tuple[str, ...] = ()

    @property
    def uncertain(self) -> tuple[str, ...]:
        return tuple(name for name in self.inputs if name not in self.exact)

    @cached_property
    def _decimal(self) -> Callable[..., Any]:
        return _compiled(self.expression, self.inputs, exact=True)

    @cached_property
    def _float(self) -> Callable[..., Any]:
        return _compiled(self.expression, self.inputs, exact=False)

    @cached_property
    def _guards(self) -> list[tuple[Callable[..., Any], Callable[..., Any], dict[str, int], bool]]:
        """(exact, float, signs, must be positive) of each guard."""
        out = []
        for text in self.positive + self.nonzero:
            signs = _linear_signs(ast.parse(text, mode="eval").body)
            exact, floating = (_compiled(text, self.inputs, exact=e) for e in (True, False))
            out.append((exact, floating, signs, text in self.positive))
        return out

    @cached_property
    def _corners(self) -> dict[str, list[dict[str, int]]]:
        """For 'low' and 'high' the corners to try: input -> -1, +1."""
        out: dict[str, list[dict[str, int]]] = {}
        for side, end in (("low", -1), ("high", 1)):
            choices = [(-1, 1) if block.free else (end,) for block in self.blocks]
            out[side] = [
                {
                    name: sign * pull
                    for block, pull in zip(self.blocks, pulls, strict=True)
                    for name, sign in block.up.items()
                }
                for pulls in itertools.product(*choices)
            ]
        return out

    # exact ------------------------------------------------------------------------------------------------------

    def value(self, **inputs: Number | Figure) -> Decimal | None:
        """The value from exact numbers, to forty digits; None where the formula is undefined."""
        numbers = {k: v.value if isinstance(v, Figure) else Decimal(v) for k, v in inputs.items()}
        with localcontext(CONTEXT):
            for exact, _, _, positive in self._guards:
                guard = exact(**numbers)
                if guard == 0 or (positive and guard < 0):
                    return None
            result: Decimal = self._decimal(**numbers)
            return result

    def interval(self, **inputs: Number | Figure | Interval) -> Interval | None:
        """The values the printed digits allow; None where the formula may be undefined within them."""
        ends: dict[str, tuple[Decimal, Decimal]] = {}
        for name, given in inputs.items():
            box = given.interval if isinstance(given, Figure) else given
            ends[name] = (box.low, box.high) if isinstance(box, Interval) else (Decimal(box), Decimal(box))

        def corner(signs: Mapping[str, int]) -> dict[str, Decimal]:
            return {name: pair[signs.get(name, 0) > 0] for name, pair in ends.items()}

        with localcontext(CONTEXT):
            for exact, _, signs, positive in self._guards:
                low = exact(**corner({n: -s for n, s in signs.items()}))
                if low <= 0 and (positive or exact(**corner(signs)) >= 0):
                    return None
            low = min(self._decimal(**corner(c)) for c in self._corners["low"])
            return Interval(low, max(self._decimal(**corner(c)) for c in self._corners["high"]))

    # vectorised -------------------------------------------------------------------------------------------------

    def value_array(self, **inputs: Any) -> np.ndarray:
        """The values of arrays or Series (float64); NaN where undefined or missing."""
        arrays = {k: np.asarray(v, dtype="float64") for k, v in inputs.items()}
        with np.errstate(all="ignore"):
            defined = np.asarray(True)
            for _, floating, _, positive in self._guards:
                guard = floating(**arrays)
                defined = defined & ((guard > 0) if positive else (guard != 0))
            return np.where(defined, self._float(**arrays), np.nan)

    def interval_array(self, halves: Mapping[str, Any], **inputs: Any) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper ends of arrays; `halves` maps inputs to half-widths (absent: exact); NaN where undefined."""
        arrays = {k: np.asarray(v, dtype="float64") for k, v in inputs.items()}
        widths = {k: np.asarray(v, dtype="float64") for k, v in halves.items()}

        def corner(signs: Mapping[str, int]) -> dict[str, np.ndarray]:
            return {name: v + signs.get(name, 0) * widths[name] if name in widths else v for name, v in arrays.items()}

        with np.errstate(all="ignore"):
            defined = np.asarray(True)
            for _, floating, signs, positive in self._guards:
                low, high = (floating(**corner({n: s * end for n, s in signs.items()})) for end in (-1, 1))
                defined = defined & ((low > 0) if positive else ((low > 0) | (high < 0)))
            ends = []
            for side, pick in (("low", np.minimum), ("high", np.maximum)):
                corners = [self._float(**corner(c)) for c in self._corners[side]]
                ends.append(np.where(defined, pick.reduce(np.broadcast_arrays(*corners)), np.nan))
        return ends[0], ends[1]

    # SQL --------------------------------------------------------------------------------------------------------

    def half_name(self, name: str) -> str:
        """The macro parameter that carries the half-width of an input: v0 -> h0, part -> h_part."""
        return f"h{name[1:]}" if re.fullmatch(r"v\d", name) else f"h_{name}"

    def sql_macros(self) -> list[str]:
        """CREATE MACRO statements: the value, and `_low` and `_high` with a half-width after each uncertain input."""

        def term(name: str, end: int = 0) -> str:
            base = f"cast({name} as double)"
            if not end or name in self.exact:
                return base
            return f"({base} {'+' if end > 0 else '-'} cast({self.half_name(name)} as double))"

        def body(conditions: list[str], result: str) -> str:
            return f"case when {' and '.join(conditions)} then {result} end" if conditions else result

        plain = {name: term(name) for name in self.inputs}
        conditions = [f"{_sql(text, plain)} > 0" for text in self.positive]
        conditions += [f"{_sql(text, plain)} <> 0" for text in self.nonzero]
        macros = [
            f"CREATE OR REPLACE MACRO {self.name}({', '.join(self.inputs)}) AS "
            f"{body(conditions, _sql(self.expression, plain))}"
        ]
        guards = []
        for text, (_, _, signs, positive) in zip(self.positive + self.nonzero, self._guards, strict=True):
            low, high = (_sql(text, {n: term(n, signs.get(n, 0) * end) for n in self.inputs}) for end in (-1, 1))
            guards.append(f"{low} > 0" if positive else f"({low} > 0 or {high} < 0)")
        names = [p for name in self.inputs for p in ([name] if name in self.exact else [name, self.half_name(name)])]
        for side, pick in (("low", "least"), ("high", "greatest")):
            corners = [
                _sql(self.expression, {n: term(n, c.get(n, 0)) for n in self.inputs}) for c in self._corners[side]
            ]
            result = corners[0] if len(corners) == 1 else f"{pick}({', '.join(corners)})"
            macros.append(f"CREATE OR REPLACE MACRO {self.name}_{side}({', '.join(names)}) AS {body(guards, result)}")
        return macros


def _up(*free: str, **signs: int) -> Block:
    return Block(signs, free=bool(free))


_NBS = "China Statistical Yearbook, explanatory notes (level approach 水平法)"
_FORMULAS = [
    Formula(
        "multiple", "v1 / v0", ("v0", "v1"), (_up(v1=1), _up("free", v0=-1)), "倍数", "Multiple",
        "end over start; 增长到 M 倍 is M, 增长 X 倍 is M - 1; undefined for a start of zero or less", "statistical usage",
        positive=("v0",),
    ),
    Formula(
        "growth", "v1 / v0 - 1", ("v0", "v1"), (_up(v1=1), _up("free", v0=-1)), "增长率", "Growth rate",
        "a fraction; current prices unless the indicator says real; undefined for a start of zero or less",
        "statistical usage", positive=("v0",),
    ),
    Formula(
        "cagr", "pow(v1 / v0, 1.0 / years) - 1", ("v0", "v1", "years"), (_up(v1=1, v0=-1),), "年均增长率",
        "Compound annual growth rate", "years = number of intervals (2014 to 2020: 6); undefined unless both ends are positive",
        _NBS, exact=("years",), positive=("v0", "v1", "years"),
    ),
    Formula(
        "log_growth", "ln(v1 / v0) / years", ("v0", "v1", "years"), (_up(v1=1, v0=-1),), "对数年均增长率",
        "Mean log growth", "natural logarithm; adds up over time", "standard", exact=("years",), positive=("v0", "v1", "years"),
    ),
    Formula(
        "cagr_of_multiple", "pow(m, 1.0 / years) - 1", ("m", "years"), (_up(m=1),), "年均增长率（由倍数）",
        "Compound annual growth rate from a multiple", "years = number of intervals", _NBS, exact=("years",),
        positive=("m", "years"),
    ),
    Formula(
        "mean_points", "(v1 - v0) / years", ("v0", "v1", "years"), (_up(v1=1, v0=-1),), "年均提高点数",
        "Mean points a year", "linear, used for indices; not a growth rate", "NBS, release on the Beijing-Tianjin-Hebei index",
        exact=("years",), positive=("years",),
    ),
    Formula(
        "mean_growth", "(v1 / v0 - 1) / years", ("v0", "v1", "years"), (_up(v1=1), _up("free", v0=-1)), "简单年均增长率",
        "Simple average growth a year", "total growth over the number of intervals; not the usual rate", "for diagnosis",
        exact=("years",), positive=("v0", "years"),
    ),
    Formula(
        "difference", "v1 - v0", ("v0", "v1"), (_up(v1=1, v0=-1),), "差额", "Difference", "end less start", "standard",
    ),
    Formula(
        "ratio", "a / b", ("a", "b"), (_up("free", a=1), _up("free", b=-1)), "比值", "Ratio",
        "undefined where the denominator may be zero", "standard", nonzero=("b",),
    ),
    Formula(
        "share_of_total", "part / total", ("part", "total"), (_up(part=1), _up("free", total=-1)), "占比（对公布的总数）",
        "Share of a published total", "a fraction; part and total as printed", "standard", positive=("total",),
    ),
    Formula(
        "share_of_parts", "part / (part + rest)", ("part", "rest"), (_up("free", part=1), _up("free", rest=-1)),
        "占比（对各部分之和）", "Share of the listed parts",
        "rest = the sum of the other parts, its half-width the sum of theirs", "standard", positive=("part + rest",),
    ),
    Formula(
        "share_change", "p1 / t1 - p0 / t0", ("p0", "t0", "p1", "t1"),
        (_up(p1=1), _up("free", t1=-1), _up(p0=-1), _up("free", t0=1)), "占比变动", "Change of share",
        "a fraction; times 100: percentage points", "standard", positive=("t0", "t1"),
    ),
    Formula(
        "contribution", "(p1 - p0) / (t1 - t0)", ("p0", "p1", "t0", "t1"), (_up("free", p1=1, p0=-1), _up("free", t1=1, t0=-1)),
        "贡献率", "Contribution to the change of the total",
        "adds up to 1 over the parts; no interval where the total's change may be zero; read the points where signs mix",
        "National Bureau of Statistics usage", nonzero=("t1 - t0",),
    ),
    Formula(
        "contribution_points", "(p1 - p0) / t0", ("p0", "p1", "t0"), (_up("free", p1=1, p0=-1), _up("free", t0=-1)), "拉动",
        "Contribution in points", "a fraction of the total's start; adds up to the growth rate", "NBS usage", positive=("t0",),
    ),
    Formula(
        "growth_from_increment", "d / (v1 - d)", ("d", "v1"), (_up("free", d=1), _up("free", v1=-1)), "增长率（由增量）",
        "Growth rate from a level and its increment", "level after the increment", "standard", positive=("v1 - d",),
    ),
    Formula(
        "implied_end", "v0 * pow(1 + r, years)", ("v0", "r", "years"), (_up(v0=1, r=1),), "推算期末值", "Implied end value",
        "from a start and an annual rate (a fraction)", "standard", exact=("years",), positive=("v0", "1 + r"),
    ),
    Formula(
        "elasticity", "(y1 / y0 - 1) / (x1 / x0 - 1)", ("y0", "y1", "x0", "x1"),
        (_up("free", y1=1, y0=-1), _up("free", x1=1, x0=-1)), "弹性系数", "Elasticity",
        "growth of y over growth of x; no interval where x may not have changed", "NBS usage",
        positive=("y0", "y1", "x0", "x1"), nonzero=("x1 - x0",),
    ),
    Formula(
        "balance_ratio", "(a - b) / (a + b)", ("a", "b"), (_up("free", a=1), _up("free", b=-1)), "收支平衡比", "Balance ratio",
        "out less in over out plus in, in [-1, 1]", "standard", positive=("a + b",),
    ),
    Formula(
        "location_quotient", "(x / xt) / (r / rt)", ("x", "xt", "r", "rt"), (_up(x=1), _up("free", xt=-1, r=-1, rt=1)), "区位商",
        "Location quotient", "share in the region over share in the reference", "Balassa 1965", positive=("xt", "r", "rt"),
    ),
    Formula(
        "salton", "c / sqrt(a * b)", ("c", "a", "b"), (_up(c=1), _up("free", a=-1, b=-1)), "Salton 指数", "Salton's measure",
        "a, b = collaboration totals of the two regions", "van Eck & Waltman 2009", positive=("a", "b"),
    ),
    Formula(
        "jaccard", "c / (a + b - c)", ("c", "a", "b"), (_up("free", c=1), _up("free", a=-1, b=-1)), "Jaccard 指数",
        "Jaccard's measure", "a, b = collaboration totals of the two regions", "van Eck & Waltman 2009",
        positive=("a + b - c",),
    ),
    Formula(
        "association", "c * t / (a * b)", ("c", "a", "b", "t"), (_up(c=1), _up("free", t=1, a=-1, b=-1)), "关联强度",
        "Association strength (affinity)", "observed over expected pairs; t = total of the row sums", "van Eck & Waltman 2009",
        positive=("a", "b", "t"),
    ),
]  # fmt: skip
FORMULAS: dict[str, Formula] = {formula.name: formula for formula in _FORMULAS}


def sql_macros() -> list[str]:
    """All macros of the formulas, for `duckdb.execute` one by one; and `half_unit(decimals)`."""
    macros = [statement for formula in FORMULAS.values() for statement in formula.sql_macros()]
    return [*macros, "CREATE OR REPLACE MACRO half_unit(decimals) AS cast(5 as double) / pow(10, decimals + 1)"]


def formula_table() -> pd.DataFrame:
    """The formulas as rows for `ref.measure`: measure_id, name_zh, name_en, expression, inputs, convention, source."""
    return pd.DataFrame(
        [
            {
                "measure_id": f.name, "name_zh": f.zh, "name_en": f.en, "expression": f.expression,
                "inputs": ", ".join(f.inputs), "convention": f.convention, "source": f.source,
            }
            for f in FORMULAS.values()
        ]
    )  # fmt: skip


# -------------------------------------------------------------------------------------------------------- additivity


def sum_figures(parts: Iterable[Figure]) -> Interval:
    """The interval of a sum of printed figures."""
    listed = list(parts)
    low = sum((p.low for p in listed), Decimal(0))
    return Interval(low, sum((p.high for p in listed), Decimal(0)))


def additivity_bound(halves: Iterable[Any], total_half: Any = Decimal(0)) -> Any:
    """How far printed parts may lie from their printed total: the sum of the half-units, the total's included.

    Numbers, arrays or Series; an exact total (100 %) has half-unit 0."""
    bound = total_half
    for half in halves:
        bound = bound + half
    return bound


def additivity_soft_bound(halves: Iterable[Any], total_half: Any = Decimal(0)) -> Any:
    """Two standard deviations of the gap if rounding errors are uniform and independent (Irwin-Hall): beyond it the gap
    is possible but rare. Half-units in, the same type out."""
    squares = total_half * total_half
    for half in halves:
        squares = squares + half * half
    third = squares / 3  # a uniform error on [-h, h] has variance h^2 / 3
    return 2 * (third.sqrt(CONTEXT) if isinstance(third, Decimal) else np.sqrt(third))


def additivity_gap(parts: Iterable[Figure], total: Figure) -> tuple[Decimal, Decimal]:
    """(printed parts less printed total, the bound rounding allows)."""
    listed = list(parts)
    gap = sum((p.value for p in listed), Decimal(0)) - total.value
    return gap, additivity_bound([p.half for p in listed], total.half)


def max_gap_units(n: int, *, half_up: bool = False) -> int:
    """The largest gap of n parts and their total, all in one unit, in units of the last digit: floor((n + 1) / 2), or
    floor(n / 2) where everyone rounds half up alike."""
    return n // 2 if half_up else (n + 1) // 2
