"""How a derived measure is evaluated: one expression for Decimal and SQL, and the interval its inputs allow.

Each formula is one expression that Python and DuckDB read alike, and a list of what moves its value up. All formulas
are monotone in each input (no input enters two independent places with opposite pull inside the guarded domain), so the
extremes over a box of rounded inputs lie at its corners and the interval is sharp. Results are None, NaN or NULL where
the formula is undefined; no interval is given where a denominator may be zero or negative within its rounding.

The formulas are in `formulas`; this module knows none of them.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cached_property
from typing import Any

from jjj_pipeline.measures.printed_figure import CONTEXT, Figure, Interval

Number = int | Decimal


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


def _compiled(expression: str, inputs: Sequence[str]) -> Callable[..., Any]:
    body = _Decimals().visit(ast.parse(expression, mode="eval").body)
    arguments = ast.arguments([], [ast.arg(name) for name in inputs], None, [], [], None, [])
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    function: Callable[..., Any] = eval(compile(tree, f"<{expression}>", "eval"), _DECIMAL_NAMES)
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
        return _compiled(self.expression, self.inputs)

    @cached_property
    def _guards(self) -> list[tuple[Callable[..., Any], dict[str, int], bool]]:
        """(function, signs, must be positive) of each guard."""
        out = []
        for text in self.positive + self.nonzero:
            signs = _linear_signs(ast.parse(text, mode="eval").body)
            out.append((_compiled(text, self.inputs), signs, text in self.positive))
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
            for exact, _, positive in self._guards:
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
            for exact, signs, positive in self._guards:
                low = exact(**corner({n: -s for n, s in signs.items()}))
                if low <= 0 and (positive or exact(**corner(signs)) >= 0):
                    return None
            low = min(self._decimal(**corner(c)) for c in self._corners["low"])
            return Interval(low, max(self._decimal(**corner(c)) for c in self._corners["high"]))

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
        for text, (_, signs, positive) in zip(self.positive + self.nonzero, self._guards, strict=True):
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
