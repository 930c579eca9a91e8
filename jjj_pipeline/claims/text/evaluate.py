"""The value of what a number claims, from the warehouse's figures or from the text's own. The arithmetic is that of the claims
package; here formulas of readings become its quantities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jjj_pipeline.claims import quantity
from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.quantity import DataKey, Key, Leaf, Measured, Quantity, measure
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.reading import Constant, Derived, Formula, Level, Reading
from jjj_pipeline.measures.printed_figure import Figure, Interval, parse

PROXY = frozenset({"GBA"})  # held for a part of what the name means
Lookup = Callable[[Level], Figure | None]


@dataclass(frozen=True)
class Evaluated:
    """A value with its interval, the keys it rests on, and what is missing."""

    measured: Measured | None
    keys: tuple[DataKey, ...] = ()
    missing: tuple[Level, ...] = ()
    ranked: tuple[str, ...] = ()


def key_of(level: Level) -> DataKey:
    return DataKey(level.measure, level.place, level.year, destination=level.to)


class Evaluator:
    """Formulas over one lookup of figures; groups are the members of ad-hoc sums and counts."""

    def __init__(self, lookup: Lookup, members: Mapping[str, Sequence[str]]) -> None:
        self.lookup, self.members = lookup, members
        self.known: dict[tuple[Formula, str], Evaluated] = {}

    def evaluate(self, formula: Formula, threshold: str = "") -> Evaluated:
        """The value of a formula; each is computed once."""
        key = (formula, threshold)
        if key not in self.known:
            self.known[key] = self._evaluated(formula, threshold)
        return self.known[key]

    def _evaluated(self, formula: Formula, threshold: str) -> Evaluated:
        book: dict[Key, Figure] = {}
        missing: list[Level] = []
        if isinstance(formula, Derived) and formula.kind in ("count", "position"):
            return self._counted(formula, threshold)
        quantity = self._quantity(formula, book, missing)
        keys = tuple(k for k in book if isinstance(k, DataKey))
        if missing:
            return Evaluated(None, keys, tuple(missing))
        return Evaluated(measure(quantity, book), keys)

    def _quantity(self, formula: Formula, book: dict[Key, Figure], missing: list[Level]) -> Quantity:
        if isinstance(formula, Constant):
            name = f"{formula.value}/1"
            book[name] = parse(name)
            return Leaf(name)
        if isinstance(formula, Level):
            places = formula.place.split("+")
            leaves = [self._leaf(replace(formula, place=p), book, missing) for p in places]
            return (
                leaves[0]
                if len(leaves) == 1
                else quantity.Operation("sum", tuple((str(i), leaf) for i, leaf in enumerate(leaves)))
            )
        parts = tuple((name, self._quantity(part, book, missing)) for name, part in formula.parts)
        return quantity.Operation(formula.kind, parts, formula.years)

    def _leaf(self, level: Level, book: dict[Key, Figure], missing: list[Level]) -> Leaf:
        figure = self.lookup(level) if level.known and level.place not in PROXY else None
        key = key_of(level)
        if figure is None:
            missing.append(level)
        else:
            book[key] = figure
        return Leaf(key)

    def _counted(self, formula: Derived, threshold: str) -> Evaluated:
        """How many places pass a threshold; the position of one among them."""
        own = formula.part("of")
        among = formula.part("among") if formula.kind == "position" else own
        assert isinstance(own, Level)
        assert isinstance(among, Level)
        codes = among.place.split("+") if "+" in among.place else list(self.members.get(among.place, ()))
        figures = {c: self.lookup(replace(among, place=c)) for c in codes}
        absent = tuple(replace(among, place=c) for c, f in figures.items() if f is None)
        keys = tuple(key_of(replace(among, place=c)) for c, f in figures.items() if f is not None)
        if formula.kind == "position":
            limit = figures.get(own.place)
        elif threshold:
            limit = replace(parse(threshold), half=Decimal(0))
        else:
            over = formula.part("over")
            assert isinstance(over, Level)
            limit = self.lookup(over)
        if not codes or limit is None or len(absent) > (0 if formula.kind == "position" else 3):
            return Evaluated(None, keys, absent or (own,))
        others = [
            f for c, f in figures.items() if f is not None and not (formula.kind == "position" and c == own.place)
        ]
        first = int(formula.kind == "position")
        sure = sum(f.low > limit.high for f in others) + first
        possible = sum(f.high >= limit.low for f in others) + first + len(absent)
        point = sum(f.value > limit.value for f in others) + first
        ranked = sorted((c for c, f in figures.items() if f is not None), key=lambda c: -figures[c].value)  # type: ignore[union-attr]
        shown = tuple(ranked[: max(point, 3)])
        return Evaluated(Measured(Decimal(point), Interval(Decimal(sure), Decimal(possible))), keys, (), shown)


def from_warehouse(evidence: Evidence, members: Mapping[str, Sequence[str]]) -> Evaluator:
    """Formulas over the warehouse; a ratio of a group is the one that is printed for it."""

    def lookup(level: Level) -> Figure | None:
        figure = evidence.figure(key_of(level))
        if figure is None and level.place in members and not level.to:
            figure = evidence.figure(key_of(replace(level, measure=f"{level.place.lower()}_{level.measure}_printed")))
        return figure

    return Evaluator(lookup, members)


def claimed(reading: Reading) -> Figure | None:
    """The printed figure with its word of bound; None where it cannot be read."""
    printed, bound = reading.number.printed, g.AS_PRINTED.get(reading.bound, reading.bound)
    if not printed:
        return None
    if bound and "余" not in printed:
        printed = (
            f"{printed}{bound}"
            if bound in ("以上", "以下", "以内", "左右", "上下")
            else f"{printed}以上"
            if bound in ("多", "余", "还多", "有余")
            else f"{bound}{printed}"
        )
    try:
        figure = parse(printed)
    except ValueError:
        return None
    if reading.number.kind == "doublings":
        rough = figure.value / 100  # 翻一番 is a rough word: from one per cent below on
        figure = replace(figure, value=figure.value - rough, half=rough, unit="倍", bound=figure.bound or "above")
    if reading.kind in ("rank", "count"):
        figure = replace(figure, half=Decimal(0) if not figure.bound else figure.half, unit="")
    return figure
