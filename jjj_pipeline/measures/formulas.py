"""Every derived measure of printed figures, declared once: expression, what moves it, names, convention, source.

From this table come the functions on Decimals and arrays, the SQL macros with `_low` and `_high`, and rows of ref.measure.
Measures over lists of regions are macros of marts/measures.sql; how a formula is evaluated is in `interval`.
"""

from __future__ import annotations

import pandas as pd

from jjj_pipeline.measures.interval import Block, Formula


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
        "Simple average annual growth", "total growth over the number of intervals; not the usual rate", "for diagnosis",
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
        "contribution_of_parts", "(p1 - p0) / (p1 - p0 + r1 - r0)", ("p0", "p1", "r0", "r1"),
        (_up("free", p1=1, p0=-1), _up("free", r1=-1, r0=1)), "贡献率（对各部分之和）",
        "Contribution to the change of the listed parts",
        "rest = the sum of the other parts, its half-width the sum of theirs; adds up to 1 over the parts; no interval where the "
        "change of the whole may be zero; read the points where signs mix",
        "National Bureau of Statistics usage (贡献率)", nonzero=("p1 - p0 + r1 - r0",),
    ),
    Formula(
        "points_of_parts", "(p1 - p0) / (p0 + r0)", ("p0", "p1", "r0"), (_up(p1=1), _up("free", p0=-1), _up("free", r0=-1)),
        "拉动（对各部分之和）", "Contribution in points to the growth of the listed parts",
        "a fraction of the whole's start; rest = the sum of the other parts; adds up to the growth rate",
        "National Bureau of Statistics usage (拉动百分点)", positive=("p0 + r0",),
    ),
    Formula(
        "price_change", "v1 / (v0 * volume)", ("v0", "v1", "volume"), (_up("free", v1=1), _up(v0=-1, volume=-1)), "隐含平减指数",
        "Implicit deflator", "nominal multiple over volume multiple, both of one release; 1 = prices as at the start",
        "United Nations, System of National Accounts 2008, ch. 15 (implicit price deflator)", positive=("v0", "v1", "volume"),
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
        "implied_start", "v1 / pow(1 + r, years)", ("v1", "r", "years"), (_up(v1=1), _up("free", r=-1)), "推算期初值",
        "Implied start value", "from an end and an annual rate (a fraction)", "standard", exact=("years",), positive=("1 + r",),
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
        "location_quotient_of_part", "(x / (x + y)) * ((xt + yt) / xt)", ("x", "y", "xt", "yt"),
        (_up("free", x=1), _up("free", y=-1), _up("free", xt=-1), _up("free", yt=1)), "区位商（对含本地的合计）",
        "Location quotient against a whole that contains the region",
        "x, xt = industry and total of the region; y, yt = of the rest of the reference, so that the parts move by themselves",
        "Balassa 1965", positive=("x + y", "xt"),
    ),
    Formula(
        "relative_to_part", "(c + o) / c * d / (d + p)", ("c", "o", "d", "p"),
        (_up("free", c=-1), _up("free", o=1), _up("free", d=1), _up("free", p=-1)),
        "与所含一地之比", "A rate of the whole over that of a part",
        "c, d = count and size of the part; o, p = of the rest of the whole; 1 where there is no rest", "standard",
        positive=("c", "d", "d + p"),
    ),
    Formula(
        "regional_share_of_part", "(e1 * o0 - e0 * o1) / (e0 + o0)", ("e0", "e1", "o0", "o1"),
        (_up("free", e0=-1), _up("free", e1=1), _up("free", o0=1), _up("free", o1=-1)), "竞争力份额（对含本地的合计）",
        "Regional share against a reference that contains the region",
        "Dunn's regional term e1 - e0 (1 + G), with the others of the reference by themselves; zero where there are none",
        "Dunn 1960", positive=("e0 + o0",),
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
        "association_strength", "c * t / (a * b)", ("c", "a", "b", "t"), (_up(c=1), _up("free", t=1, a=-1, b=-1)), "关联强度",
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
