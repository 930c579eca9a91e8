"""What all readers of a sentence share: the text, its context, and how a reading is put down. No pattern of a sentence is known here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from jjj_pipeline.claims.reasons import Reason, reason
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.context import Context, Rate, Subject
from jjj_pipeline.claims.text.names import Names
from jjj_pipeline.claims.text.numbers import Number
from jjj_pipeline.claims.text.reading import Formula, Reading, moved
from jjj_pipeline.claims.text.skeleton import Skeleton
from jjj_pipeline.claims.text.stretches import year_text


def _unknown(subject: Subject) -> Reason:
    """What of a subject is not known."""
    if not subject.measures:
        label = subject.label
        return (
            label
            if isinstance(label, Reason)
            else reason("measure_not_held", name=label)
            if label
            else reason("measure_unknown")
        )
    return reason("year_unknown" if subject.place else "place_unknown")


class ReaderBase:
    """What all readers of a sentence share."""

    def __init__(self, text: str, names: Names) -> None:
        self.text, self.names = text, names
        self.c = Context()
        self.out: list[Reading] = []
        self.sentence: Skeleton = Skeleton("")
        self.paragraph = 0
        self.targets: list[int] = []
        self.thresholds: set[int] = set()  # of the part below, see CountReader
        self.thresholds_of: Skeleton | None = None
        self.skipped: set[tuple[int, int]] = set()  # thresholds that follow their count
        self.behind = Skeleton("")  # what follows the number that is read

    def _bound(self, words: str, after: str) -> tuple[str, str]:
        """The word of bound at a number, and how the claims file writes it."""
        match = g.BOUND_BEFORE.search(re.sub(r"[ \"']", "", words))
        if match:
            return match[1], match[1]
        follow = g.BOUND_AFTER.match(after)
        if follow:
            return follow[1], follow[1]
        return "", ""

    def _reading(
        self, number: Number, kind: str, subject: Subject, words: str, after: str, *, formula: Formula | None = None, years: str = "",
        place: str = "", why: Reason | None = None, down: bool = False, bound: str = "", rate: Rate | None = None,
    ) -> Reading:  # fmt: skip
        """A reading of a number with its subject; `down` makes the printed figure negative."""
        if (
            formula is None
            and not why
            and subject.measures
            and subject.place
            and subject.year
            and kind in ("value", "sum", "share", "ratio")
        ):
            formula = subject.formula()
        if formula is None and not why:
            why = _unknown(subject)
        if not bound:
            bound = self._bound(words, after)[0]
        if not bound and "余" in number.printed:
            bound = "多" if "多" in number.literal else "余"
        printed = number.printed
        if down and formula is not None:
            printed = f"-{printed}"
        others = tuple(self._others(subject, formula)) if formula is not None else ()
        measure = subject.name() if formula is not None or subject.measures else ""
        name = f"flow:{measure}" if subject.to and measure else measure
        where = place or (f"{subject.place}>{subject.to}" if subject.to else subject.place)
        return Reading(
            replace(number, printed=printed), kind, formula, bound, why, name, where, years or year_text(subject.year), subject.label,
            subject.inherited, others, paragraph=self.paragraph, sentence=(self.sentence.start, self.sentence.end),
        )  # fmt: skip

    def _others(self, subject: Subject, formula: Formula) -> Iterable[Formula]:
        """Other readings of what the clause leaves out."""

        for other in subject.measures[1:]:
            yield moved(formula, measure=other, old=subject.measure)
        if "place" in subject.inherited and not subject.to:
            for place in dict.fromkeys(
                [self.c.place, self.c.topic, self.c.home, self.c.area, "CN", *self.c.places[-6:]]
            ):
                if place and place != subject.place:
                    yield moved(formula, place=place, old=subject.place)
        if "whole" in subject.inherited:
            for whole in dict.fromkeys(["CN", self.c.area, self.c.topic]):
                if whole and whole not in (subject.of, subject.place) and not subject.per:
                    yield replace(subject, of=whole, over="").formula()
            parent = self.names.parents.get(subject.measure)
            if parent and parent != subject.over and not subject.per:
                yield replace(subject, of="", over=parent).formula()

    def _put(self, reading: Reading) -> None:
        if not reading.sentence[1]:
            reading = replace(reading, paragraph=self.paragraph, sentence=(self.sentence.start, self.sentence.end))
        self.out.append(reading)
        del self.c.recent[:-60]
        self.c.after_rate = reading.number.kind in ("pct", "points") and reading.kind in (
            "share",
            "value",
            "ratio",
            "difference",
        )

    def _no_claim(self, number: Number, why: Reason) -> None:
        self._put(Reading(number, why=why))

    def _not_understood(
        self, number: Number, kind: str, why: Reason, *, year: int = 0, place: str = "", measure: str = "",
        label: str | Reason = "", bound: str = "",
    ) -> None:  # fmt: skip
        """A claim that cannot be judged, and why, with the part of it that is known."""
        self._put(Reading(number, kind, None, bound, why, measure, place, year_text(year), label))

    def _none_understood(self, numbers: list[Number], kind: str, why: Reason, words: str, after: str) -> None:
        """Claims on the place and year of the context that cannot be judged, for one reason."""
        bound = self._bound(words, after)[0]
        for number in numbers:
            self._not_understood(number, kind, why, year=self.c.year, place=self.c.place, bound=bound)
