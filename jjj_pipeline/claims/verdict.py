"""Whether a claim holds: its printed digits, or its word of bound, against a computed value and its interval.

`exact`: the value rounds to the claim; `consistent`: the claim's digits meet the interval; `inconsistent`: they do not;
`untestable`: not decided. A word of bound is never exact. No figure is looked up here."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from jjj_pipeline.claims.quantity import Measured, plain
from jjj_pipeline.measures.printed_figure import FAR, NEAR, Figure, Interval, round_half_up

EXACT, CONSISTENT, INCONSISTENT, UNTESTABLE = "exact", "consistent", "inconsistent", "untestable"
HOLDS = frozenset({EXACT, CONSISTENT})
SLACK = Decimal("0.01")  # a bound is passed by half a unit of its last digit, but by no more than one per cent


def verdict_of_figure(claim: Figure, measured: Measured | None) -> str:
    """A printed figure against a computed value."""
    if measured is None:
        return UNTESTABLE
    figure, box = plain(claim), measured.interval
    if figure.bound:
        return _bounded(figure, box or Interval(measured.point, measured.point))
    if round_half_up(measured.point, figure.step) == figure.value:
        return EXACT
    if box is None:
        return UNTESTABLE
    return CONSISTENT if figure.interval.meets(box) else INCONSISTENT


def allowed(figure: Figure) -> Interval:
    """What a word of bound allows: 近 up to 10 % below, 约 its width, 超 and 不足 one side of the value. Of a decrease
    (下降超 10 %) the size is meant."""
    if figure.value < 0:
        size = allowed(replace(figure, value=-figure.value))
        return Interval(-size.high, -size.low)
    slack = min(figure.half, abs(figure.value) * SLACK)
    endless = Decimal("Infinity")
    if figure.bound == "about":
        return figure.interval
    if figure.bound == "above":
        return Interval(figure.value - slack, endless)
    nearest = figure.value - NEAR * abs(figure.value) if figure.bound == "near" else -endless
    return Interval(nearest, figure.value + slack)


def _bounded(figure: Figure, box: Interval) -> str:
    return CONSISTENT if allowed(figure).meets(box) else INCONSISTENT


def far_off(claim: Figure, measured: Measured | None) -> bool:
    """Whether a one-sided bound (超, 不足) holds, but by more than 10 %."""
    figure = plain(claim)
    if measured is None or figure.bound not in ("above", "below"):
        return False
    box, margin = measured.interval or Interval(measured.point, measured.point), FAR * abs(figure.value)
    if figure.value < 0:
        figure, box = replace(figure, value=-figure.value), Interval(-box.high, -box.low)
    if figure.bound == "above":
        return box.low > figure.value + margin
    return box.high < figure.value - margin


def verdict_of_order(larger: Measured | None, smaller: Measured | None) -> str:
    """Decided only where the two intervals do not overlap."""
    if larger is None or smaller is None or larger.interval is None or smaller.interval is None:
        return UNTESTABLE
    if larger.interval.low > smaller.interval.high:
        return EXACT
    return INCONSISTENT if larger.interval.high < smaller.interval.low else UNTESTABLE


def verdict_of_trend(direction: str, start: Measured | None, end: Measured | None) -> str:
    """`up` and `down` as an order of the two ends; `flat` holds where the ends do not differ within their digits."""
    if direction != "flat":
        return verdict_of_order(end, start) if direction == "up" else verdict_of_order(start, end)
    if start is None or end is None or start.interval is None or end.interval is None:
        return UNTESTABLE
    return CONSISTENT if start.interval.meets(end.interval) else INCONSISTENT
