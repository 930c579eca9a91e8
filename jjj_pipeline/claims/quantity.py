"""What a claim says, as a small tree over figures, and whether it holds. No file and no table is read here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from typing import NamedTuple

from jjj_pipeline.measures.formulas import FORMULAS
from jjj_pipeline.measures.printed_figure import CONTEXT, Figure, Interval, round_half_up

EXACT, CONSISTENT, INCONSISTENT, UNTESTABLE = "exact", "consistent", "inconsistent", "untestable"
HOLDS = frozenset({EXACT, CONSISTENT})


class DataKey(NamedTuple):
    """A figure of the warehouse: of a region and year, or a flow between two places."""

    indicator: str
    region: str
    year: int
    industry: str = "*"
    destination: str = ""

    def __str__(self) -> str:
        place = f"{self.region} to {self.destination}" if self.destination else self.region
        industry = "" if self.industry == "*" else f", industry {self.industry}"
        return f"{self.indicator} of {place}{industry} in {self.year}"

    def short(self) -> str:
        """As mart.claim_check names it: indicator, place (or origin>destination), year, industry if not the total."""
        place = f"{self.region}>{self.destination}" if self.destination else self.region
        return " ".join([self.indicator, place, str(self.year), *([self.industry] if self.industry != "*" else [])])


Key = str | DataKey
Book = Mapping[Key, Figure]


@dataclass(frozen=True)
class Leaf:
    """A figure; `as_printed` leaves its 万 or 亿 out."""

    key: Key
    as_printed: bool = False


@dataclass(frozen=True)
class Node:
    """A derived quantity: a kind of `RULES`, or `sum` over all its arguments."""

    kind: str
    args: tuple[tuple[str, Quantity], ...]
    years: int = 0

    def arg(self, name: str) -> Quantity:
        return dict(self.args)[name]


Quantity = Leaf | Node


@dataclass(frozen=True)
class Measured:
    """A point value and what the digits allow (None: undefined within them)."""

    point: Decimal
    interval: Interval | None


@dataclass(frozen=True)
class Side:
    """The quantities of a claim as one source gives them: {'value'}, {'start', 'end'}, {'left', 'right'}, or one
    per rank."""

    quantities: Mapping[str, Quantity] = field(default_factory=dict)

    def all_keys(self) -> list[Key]:
        return list(dict.fromkeys(k for q in self.quantities.values() for k in keys_of(q)))


# kind of a node -> formula, and the formula's input for each argument
RULES: dict[str, tuple[str, dict[str, str]]] = {
    "cagr": ("cagr", {"start": "v0", "end": "v1"}),
    "cagr_of_multiple": ("cagr_of_multiple", {"multiple": "m"}),
    "multiple": ("multiple", {"start": "v0", "end": "v1"}),
    "growth": ("growth", {"start": "v0", "end": "v1"}),
    "growth_times": ("growth", {"start": "v0", "end": "v1"}),
    "mean_growth": ("mean_growth", {"start": "v0", "end": "v1"}),
    "log_growth": ("log_growth", {"start": "v0", "end": "v1"}),
    "difference": ("difference", {"start": "v0", "end": "v1"}),
    "mean_diff": ("mean_points", {"start": "v0", "end": "v1"}),
    "ratio": ("ratio", {"numerator": "a", "denominator": "b"}),
    "share": ("share_of_total", {"part": "part", "total": "total"}),
    "share_of_parts": ("share_of_parts", {"part": "part", "rest": "rest"}),
    "growth_from_increment": ("growth_from_increment", {"increment": "d", "end": "v1"}),
}


def keys_of(quantity: Quantity) -> Iterator[Key]:
    if isinstance(quantity, Leaf):
        yield quantity.key
    else:
        for _, child in quantity.args:
            yield from keys_of(child)


def plain(figure: Figure) -> Figure:
    """Per cent as a fraction and 倍 as a pure number, so that figures of one claim compare."""
    fraction = figure.fraction()
    return replace(fraction, unit="") if fraction.unit == "倍" else fraction


def measure(quantity: Quantity, book: Book) -> Measured | None:
    """The quantity from the figures of the book; None where it is undefined. Raises KeyError for an absent figure."""
    if isinstance(quantity, Leaf):
        figure = plain(book[quantity.key])
        scale = figure.scale if quantity.as_printed else Decimal(1)
        return Measured(figure.value / scale, Interval(figure.low / scale, figure.high / scale))
    children = {name: measure(child, book) for name, child in quantity.args}
    points, boxes = {}, {}
    for name, child in children.items():
        if child is None:
            return None
        points[name], boxes[name] = child.point, child.interval
    if quantity.kind == "sum":
        listed = [box for box in boxes.values() if box is not None]
        with localcontext(CONTEXT):
            total = Interval(sum((b.low for b in listed), Decimal(0)), sum((b.high for b in listed), Decimal(0)))
            return Measured(sum(points.values(), Decimal(0)), total if len(listed) == len(boxes) else None)
    formula, names = FORMULAS[RULES[quantity.kind][0]], RULES[quantity.kind][1]
    years = {"years": quantity.years} if "years" in formula.inputs else {}
    point = formula.value(**{names[n]: p for n, p in points.items()}, **years)
    if point is None:
        return None
    known = {names[n]: b for n, b in boxes.items() if b is not None}
    return Measured(point, formula.interval(**known, **years) if len(known) == len(boxes) else None)


def verdict_of_figure(claim: Figure, measured: Measured | None) -> str:
    """`exact`: the point rounds to the claim; `consistent`: the claim's digits meet the interval; else `inconsistent`.

    With a word of bound the interval must reach the right side of the claimed value: 近 / 不足 at or below it, 超 /
    以上 at or above it; how near 近 is, nobody says, so it is not judged."""
    if measured is None:
        return UNTESTABLE
    figure = plain(claim)
    point, box = measured.point, measured.interval
    if claim.bound in ("below", "above"):
        below = claim.bound == "below"
        if point <= figure.value if below else point >= figure.value:
            return EXACT
        if box is not None and (box.low <= figure.high if below else box.high >= figure.low):
            return CONSISTENT
        return INCONSISTENT
    if round_half_up(point, figure.step) == figure.value:
        return EXACT
    if box is None:
        return UNTESTABLE
    return CONSISTENT if figure.interval.meets(box) else INCONSISTENT


def verdict_of_order(larger: Measured | None, smaller: Measured | None) -> str:
    """Decided only where the two intervals do not overlap."""
    if larger is None or smaller is None or larger.interval is None or smaller.interval is None:
        return UNTESTABLE
    if larger.interval.low > smaller.interval.high:
        return EXACT
    return INCONSISTENT if larger.interval.high < smaller.interval.low else UNTESTABLE


def verdict_of_trend(direction: str, start: Measured | None, end: Measured | None) -> str:
    """`up` and `down` as an order of the two ends; `flat` holds where the ends cannot be told apart."""
    if direction != "flat":
        return verdict_of_order(end, start) if direction == "up" else verdict_of_order(start, end)
    if start is None or end is None or start.interval is None or end.interval is None:
        return UNTESTABLE
    return CONSISTENT if start.interval.meets(end.interval) else INCONSISTENT
