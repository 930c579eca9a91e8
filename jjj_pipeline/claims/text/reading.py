"""What a number of a text claims: kinds, and the formula over measures, places and years it stands for. Types only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from jjj_pipeline.claims.reasons import Reason
from jjj_pipeline.claims.text.numbers import Number

Slot = Literal["measure", "place", "year", "base", "whole"]


def slots(*names: Slot) -> frozenset[Slot]:
    """A set of slots."""
    return frozenset(names)


@dataclass(frozen=True)
class Level:
    """A figure: measure (empty where it is not known), place (codes joined by + are added up), year, the place a flow
    goes to."""

    measure: str
    place: str
    year: int
    to: str = ""

    @property
    def known(self) -> bool:
        return bool(self.measure and self.place and self.year)


@dataclass(frozen=True)
class Constant:
    """A number that is exact, such as the 10 000 of 每万人."""

    value: int


@dataclass(frozen=True)
class Derived:
    """A quantity from others: kind and named parts, as docs/claims.md has them."""

    kind: str
    parts: tuple[tuple[str, Formula], ...]
    years: int = 0

    def part(self, name: str) -> Formula:
        return dict(self.parts)[name]


Formula = Level | Constant | Derived


def levels(formula: Formula) -> Iterator[Level]:
    """The figures a formula is computed from."""
    if isinstance(formula, Level):
        yield formula
    elif isinstance(formula, Derived):
        for _, part in formula.parts:
            yield from levels(part)


def known(formula: Formula | None) -> bool:
    return formula is not None and all(level.known for level in levels(formula))


def moved(formula: Formula, *, year: int | None = None, place: str = "", measure: str = "", old: str = "") -> Formula:
    """The formula with another year, place or measure in its figures (`old`: only figures of this place or measure)."""
    if isinstance(formula, Level):
        new = formula
        if year is not None:
            new = replace(new, year=year)
        if place and (not old or new.place == old):
            new = replace(new, place=place)
        if measure and (not old or new.measure == old):
            new = replace(new, measure=measure)
        return new
    if isinstance(formula, Derived):
        parts = tuple((n, moved(p, year=year, place=place, measure=measure, old=old)) for n, p in formula.parts)
        return replace(formula, parts=parts)
    return formula


@dataclass(frozen=True)
class Reading:
    """One number and what it claims. `kind` is empty where it is no claim, and `why` says so; `why` with a kind says what
    was not understood. `inherited` names what the clause does not say itself and was taken from what precedes;
    `others` are further readings of these."""

    number: Number
    kind: str = ""
    formula: Formula | None = None
    bound: str = ""
    why: Reason | None = None
    measure: str = ""
    place: str = ""
    year: str = ""
    label: str | Reason = ""
    inherited: frozenset[Slot] = frozenset()
    others: tuple[Formula, ...] = ()
    order: tuple[str, ...] = ()
    threshold: str = ""
    paragraph: int = 0
    sentence: tuple[int, int] = (0, 0)
    note: str = ""
    extra: tuple[tuple[str, Formula], ...] = field(
        default=()
    )  # further figures of a ratio a:b:c, each with its literal
