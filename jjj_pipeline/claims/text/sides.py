"""What is known of one figure: by the warehouse on one side, by the text itself on the other, and the status of both for people.
No verdict is made here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jjj_pipeline.claims.quantity import DataKey, Measured, plain
from jjj_pipeline.claims.reasons import Reason
from jjj_pipeline.claims.text.reading import Reading
from jjj_pipeline.claims.text.slips import shown
from jjj_pipeline.claims.verdict import HOLDS, INCONSISTENT, UNTESTABLE
from jjj_pipeline.measures.printed_figure import Figure


@dataclass(frozen=True)
class Side:
    """What one side says: verdict, value and interval in the printed unit, keys, and why it is open."""

    verdict: str = UNTESTABLE
    value: str = ""
    low: float | None = None
    high: float | None = None
    keys: tuple[DataKey, ...] = ()
    figures: tuple[str, ...] = ()
    why: Reason | None = None
    repair: str = ""
    slip: str = ""


@dataclass(frozen=True)
class Checked:
    """A reading with its two verdicts."""

    reading: Reading
    internal: Side
    external: Side

    @property
    def status(self) -> str:
        """none (no claim), confirmed, contradicted, open, unchecked."""
        if not self.reading.kind:
            return "none"
        if self.external.verdict == INCONSISTENT:
            return "contradicted"
        if self.external.verdict in HOLDS:
            return "confirmed"
        if self.internal.verdict == INCONSISTENT:
            return "contradicted"
        if self.internal.verdict in HOLDS:
            return "confirmed"
        return "open" if self.external.keys and self.external.why else "unchecked"


def side_of(figure: Figure, measured: Measured, verdict: str, *, keys: tuple[DataKey, ...] = (),
          figures: tuple[str, ...] = ()) -> Side:  # fmt: skip
    """A verdict with the value it was made of, in the unit of the printed figure."""
    base = plain(figure)
    low = high = None
    if measured.interval is not None:
        low, high = float(measured.interval.low / base.scale), float(measured.interval.high / base.scale)
    return Side(verdict, shown(base, measured.point), low, high, keys, figures)


def unsigned(side: Side) -> Side:
    """下降3.2% is printed without its sign: so is what is due."""
    if not side.value:
        return side
    bare = side.value.removeprefix("-") if side.value.startswith("-") else f"+{side.value}"
    low, high = (None, None) if side.low is None or side.high is None else (-side.high, -side.low)
    return replace(
        side,
        value=bare,
        low=low,
        high=high,
        repair=bare if side.repair else "",
        why=_with_value(side.why, side.value, bare),
    )


def _with_value(why: Reason | None, old: str, new: str) -> Reason | None:
    """A reason with one value written in another way."""
    if why is None:
        return None
    return replace(why, values={name: new if value == old else value for name, value in why.values.items()})
