"""What a claim says, as a small tree over figures, and its value with the interval the digits allow. Verdicts are in
`verdict`; no file and no table is read here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from typing import NamedTuple

from jjj_pipeline.measures.formulas import FORMULAS
from jjj_pipeline.measures.printed_figure import CONTEXT, Figure, Interval


class DataKey(NamedTuple):
    """A figure of the warehouse: of a region and year, or a flow between two places.

    `period` (2014-2020) stands for the sum of these years, `release` (`source/release`) for one release alone."""

    indicator: str
    region: str
    year: int
    industry: str = "*"
    destination: str = ""
    period: str = ""
    release: str = ""

    @property
    def when(self) -> str:
        return self.period or str(self.year)

    def short(self) -> str:
        """As mart.claim_check names it: indicator, place (or origin>destination), period, industry if not the total."""
        place = f"{self.region}>{self.destination}" if self.destination else self.region
        return " ".join([self.indicator, place, self.when, *([self.industry] if self.industry != "*" else [])])


Key = str | DataKey
Book = Mapping[Key, Figure]


@dataclass(frozen=True)
class Leaf:
    """A figure; `as_printed` leaves its 万 or 亿 out."""

    key: Key
    as_printed: bool = False


@dataclass(frozen=True)
class Operation:
    """An operation over quantities: a kind of `RULES`; `sum` over all its arguments; `count_above`, `count_below`: how many
    of them pass the argument `threshold`; `position`: the place of the argument `place`
    among all. `unknown`: places without a figure."""

    kind: str
    args: tuple[tuple[str, Quantity], ...]
    years: int = 0
    unknown: int = 0

    def arg(self, name: str) -> Quantity:
        return dict(self.args)[name]


Quantity = Leaf | Operation


@dataclass(frozen=True)
class Measured:
    """A point value and what the digits allow (None: undefined within them)."""

    point: Decimal
    interval: Interval | None


@dataclass(frozen=True)
class Side:
    """The quantities of a claim as one source gives them: {'value'}, {'start', 'end'}, {'left', 'right'}, or one per place of a
    ranking."""

    quantities: Mapping[str, Quantity] = field(default_factory=dict)

    def all_keys(self) -> list[Key]:
        return list(dict.fromkeys(k for q in self.quantities.values() for k in keys_of(q)))

    def data_keys(self) -> list[DataKey]:
        return [k for k in self.all_keys() if isinstance(k, DataKey)]


# kind of a derived quantity -> formula, and the formula's input for each argument
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
# kinds whose value is a pure number that is printed in per cent
PERCENT = frozenset({
    "cagr", "cagr_of_multiple", "growth", "mean_growth", "log_growth", "share", "share_of_parts", "growth_from_increment",
})  # fmt: skip
COUNTED = frozenset({"count_above", "count_below", "position"})


def keys_of(quantity: Quantity) -> Iterator[Key]:
    if isinstance(quantity, Leaf):
        yield quantity.key
    else:
        for _, child in quantity.args:
            yield from keys_of(child)


def mapped(quantity: Quantity, change: Mapping[Key, Key]) -> Quantity:
    """The same tree over other figures."""
    if isinstance(quantity, Leaf):
        return replace(quantity, key=change.get(quantity.key, quantity.key))
    return replace(quantity, args=tuple((name, mapped(child, change)) for name, child in quantity.args))


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
    if quantity.kind in COUNTED:
        return _counted(quantity, points, boxes)
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


def _counted(quantity: Operation, points: dict[str, Decimal], boxes: dict[str, Interval | None]) -> Measured | None:
    """How many places pass a threshold, or rank before one of them: surely, by the point values, possibly."""
    against = "place" if quantity.kind == "position" else "threshold"
    limit, box = points.pop(against), boxes.pop(against)
    others = [b for b in boxes.values() if b is not None]
    if box is None or len(others) < len(boxes):
        return None
    below = quantity.kind == "count_below"
    if against == "threshold":  # a threshold is a limit, not a measured figure
        box = Interval(limit, limit)
    sure = sum(b.high < box.low if below else b.low > box.high for b in others)
    possible = sum(b.low <= box.high if below else b.high >= box.low for b in others) + quantity.unknown
    point = sum(p < limit if below else p > limit for p in points.values())
    first = int(against == "place")
    return Measured(Decimal(point + first), Interval(Decimal(sure + first), Decimal(possible + first)))
