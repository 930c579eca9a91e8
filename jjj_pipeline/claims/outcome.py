"""What one side says of a claim: the verdict, the value and its interval in the claim's unit, on figures that are
given. Releases are selected elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from jjj_pipeline.claims import display
from jjj_pipeline.claims.diagnose import of_percentages
from jjj_pipeline.claims.model import Claim
from jjj_pipeline.claims.quantity import Book, Measured, Operation, Quantity, Side, measure, plain
from jjj_pipeline.claims.reasons import Reason, reason
from jjj_pipeline.claims.release_choice import ReleaseChoice
from jjj_pipeline.claims.verdict import (
    CONSISTENT,
    EXACT,
    HOLDS,
    INCONSISTENT,
    UNTESTABLE,
    far_off,
    verdict_of_figure,
    verdict_of_order,
    verdict_of_trend,
)
from jjj_pipeline.measures.printed_figure import Figure


@dataclass
class Outcome:
    """What one side says: verdict, value and interval in the claim's printed unit, both as text, what is missing, and what
    limits the verdict."""

    verdict: str = UNTESTABLE
    point: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    resolution: Decimal | None = None
    shown: str = ""
    missing: Reason | None = None
    limits: list[tuple[str, Reason]] = field(default_factory=list)
    choice: ReleaseChoice | None = None
    breaks: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        """The value alone, without its interval."""
        return self.shown.partition(" [")[0]


def outcome_of(claim: Claim, side: Side, book: Book) -> Outcome:
    """A claim against the quantities of one side, all of whose figures are in the book."""
    measured = {name: measure(q, book) for name, q in side.quantities.items()}
    if claim.claim_key is not None:
        return _numeric(claim, book[claim.claim_key], side.quantities["value"], measured["value"], book)
    if claim.kind == "trend":
        verdict = verdict_of_trend(claim.direction, measured["start"], measured["end"])
        shown = _shown(side, measured, book, ("start", "end"), " → ")
        return _decided(verdict, measured["end"], measured["start"], shown)
    if claim.kind == "compare":
        left, right = measured["left"], measured["right"]
        verdict = verdict_of_order(left, right) if claim.direction == ">" else verdict_of_order(right, left)
        sign = (
            ">"
            if left and right and left.point > right.point
            else "<"
            if left and right and left.point < right.point
            else "="
        )
        return _decided(verdict, left, right, _shown(side, measured, book, ("left", "right"), f" {sign} "))
    return _order(claim, side, measured, book)


def _numeric(claim: Claim, literal: Figure, quantity: Quantity, measured: Measured | None, book: Book) -> Outcome:
    if measured is None:
        return Outcome(missing=reason("undefined"))
    verdict = verdict_of_figure(literal, measured)
    differs = claim.kind == "difference" and isinstance(quantity, Operation) and quantity.kind == "difference"
    if differs and literal.unit == "%" and verdict in HOLDS and of_percentages(quantity, book):  # type: ignore[arg-type]
        verdict = INCONSISTENT  # a difference of percentages is in percentage points
    if isinstance(quantity, Operation) and quantity.unknown and verdict == EXACT:
        verdict = CONSISTENT
    figure = plain(literal)
    outcome = Outcome(verdict, point=measured.point / figure.scale, shown=display.computed(literal, measured))
    if measured.interval is not None:
        outcome.low, outcome.high = measured.interval.low / figure.scale, measured.interval.high / figure.scale
        outcome.resolution = measured.interval.width / figure.step if figure.step else None
    elif verdict == UNTESTABLE:
        outcome.missing = reason("few_digits")
    if verdict in HOLDS and far_off(literal, measured):
        outcome.limits.append(("far_off", reason("far_off", value=outcome.value)))
    return outcome


def _shown(side: Side, measured: Mapping[str, Measured | None], book: Book, names: Sequence[str], sign: str) -> str:
    return sign.join(display.read_as(side.quantities[n], book, measured[n]) for n in names)


def _decided(verdict: str, first: Measured | None, second: Measured | None, shown: str) -> Outcome:
    """A direction, with the difference of the two sides as its interval."""
    if first is None or second is None:
        return Outcome(missing=reason("undefined"))
    outcome = Outcome(verdict, point=first.point - second.point, shown=shown)
    if first.interval and second.interval:
        outcome.low, outcome.high = first.interval.low - second.interval.high, first.interval.high - second.interval.low
    if verdict == UNTESTABLE:
        outcome.missing = reason("overlap")
    return outcome


def _order(claim: Claim, side: Side, measured: Mapping[str, Measured | None], book: Book) -> Outcome:
    """A ranking from figures: each place above the next, the last above all that are not named."""
    order = claim.order
    rest = [m for name, m in measured.items() if name not in order]
    places = [measured.get(name) for name in order]
    verdicts = [verdict_of_order(a, b) for a, b in pairwise(places)]
    verdicts += [verdict_of_order(places[-1], other) for other in rest]
    ranked = sorted((n for n, m in measured.items() if m), key=lambda n: -measured[n].point)  # type: ignore[union-attr]
    shown = " > ".join(display.read_as(side.quantities[n], book, measured[n]) for n in ranked[: len(order) + 1])
    if INCONSISTENT in verdicts:
        return Outcome(
            INCONSISTENT, shown=shown, limits=[("order", reason("order", order=tuple(ranked[: max(5, len(order))])))]
        )
    if UNTESTABLE in verdicts:
        return Outcome(shown=shown, missing=reason("overlap"))
    return Outcome(EXACT, shown=shown)
