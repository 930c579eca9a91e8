"""Changes in time: growth, annual growth, increments."""

from __future__ import annotations

import re
from dataclasses import replace

from jjj_pipeline.claims.reasons import reason
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.context import Rate, Subject
from jjj_pipeline.claims.text.numbers import Number
from jjj_pipeline.claims.text.read_levels import LevelReader
from jjj_pipeline.claims.text.reading import Derived, Formula
from jjj_pipeline.claims.text.skeleton import I, R, Skeleton, T
from jjj_pipeline.claims.text.stretches import (
    bare_words,
    distinct_subjects,
)
from jjj_pipeline.claims.text.times import Time


class ChangeReader(LevelReader):
    """Changes in time."""

    def _growth_years(
        self, before: Skeleton, clause: Skeleton, subject: Subject, *, mean: bool
    ) -> tuple[int, int, bool]:
        """First and last year of a rate, and whether the sentence says the first one."""
        c = self.c
        words = clause.text
        own_base = 0
        for position in sorted(clause.tokens):
            time = clause.tokens[position].value
            if not isinstance(time, Time):
                continue
            lead = words[:position]
            if (
                time.kind == "year" and re.search(r"(?:比|较|同|与|相比于|相较于|自|从)$", lead)
            ) or time.kind == "since":
                own_base = time.first
            elif time.kind == "span" and (subject.year or c.year):
                own_base = (subject.year or c.year) - time.first
            elif time.kind == "before" and (
                time.literal == "同比" or re.search(r"(?:比|较|同|与)$", lead) or "年同期" in time.literal
            ):
                c.base, c.base_rests_on = -1, "before"
        last = subject.year or c.year
        if own_base:
            return own_base, last, True
        if mean:
            if c.window:
                return c.window[0], c.window[1], True
            if c.pair:
                return c.pair[0], c.pair[1], True
            if c.base and c.base > 0:
                return c.base, last, True
            return 0, last, False
        if c.base_rests_on == "before" and c.base == -1:
            return last - 1 if last else 0, last, True
        if c.pair:
            return c.pair[0], c.pair[1], True
        if c.base and c.base > 0:
            return c.base, last, True
        if c.window:
            return c.window[0], c.window[1], True
        return last - 1 if last else 0, last, False

    def _growth_subjects(self, numbers: list[Number], before: Skeleton, clause: Skeleton) -> list[Subject]:
        """What grows: names of the clause, else the figures just read."""
        named = before.of(I) or list(before.of(R))
        c = self.c
        {i for i in before.tokens if before.text[i] == T}
        if not named and not (g.residue(before.text)):
            distinct = distinct_subjects(
                s for s in c.recent if not (s.of or s.over) and (not s.per or numbers[0].kind == "qty")
            )
            n = len(numbers)
            if n == 1 and distinct:
                self._times(before)
                last = distinct[-1]
                own = self._own_year(before)
                if own and own != last.year:
                    last = replace(last, year=own)
                elif c.year and c.year > last.year and c.pair is None and before.of(T):
                    last = replace(last, year=c.year)
                return [replace(last, inherited=frozenset({"measure", "place", "year"}))]
            if n > 1 and len(distinct) >= n:
                self._times(before)
                return [replace(s, inherited=frozenset({"measure", "place", "year"})) for s in distinct[-n:]]
        subjects = self._spread(numbers, before, clause, any_unit=True)
        if not before.of(I) and c.recent and not any(s.label for s in subjects):
            known = [s for s in c.recent if s.measures]
            if known:
                keys = known[-1].measures
                subjects = [replace(s, measures=keys, to=known[-1].to) if not s.to else s for s in subjects]
        elif before.of(I):
            subjects = [replace(s, measures=self._prefer(s.measures)) for s in subjects]
        return subjects

    def _change(
        self, kind: str, numbers: list[Number], subjects: list[Subject], before: Skeleton, clause: Skeleton, after: str
    ) -> None:
        """Rates of growth, multiples, differences over time."""
        words = before.words()
        mean = bool(g.CAGR.search(clause.words())) and kind == "growth"
        shown = "cagr" if mean else kind
        if mean and numbers[0].kind == "qty":
            shown = "mean_diff"
        for number, subject in zip(numbers, subjects, strict=True):
            first, last, stated = self._growth_years(before, clause, subject, mean=mean)
            inherited = set(subject.inherited)
            inherited.discard("year") if stated and "year" in inherited and self.c.window else None
            if not stated:
                inherited.add("base")
            formula: Formula | None = None
            why = None
            if not first or not last or first >= last:
                why = reason("years_unknown")
            elif subject.measures:
                parts = (("start", subject.formula(first)), ("end", subject.formula(last)))
                formula = Derived(shown, parts, last - first)
            last_read, named = self.out[-1] if self.out else None, shown
            if (
                shown == "growth"
                and last_read is not None
                and last_read.kind == "difference"
                and last_read.year == f"{first}-{last}"
            ):
                same = last_read.number.kind == "qty" and last_read.measure == (
                    f"flow:{subject.name()}" if subject.to else subject.name()
                )
                named = "growth_from_increment" if same and last_read.place == subject.place else shown
            down = g.is_down(bare_words(words)) and number.kind in ("pct", "qty", "index", "times")
            self._put(
                self._reading(number, named, replace(subject, inherited=frozenset(inherited)), words, after if number is numbers[-1] else "",
                              formula=formula, years=f"{first}-{last}" if first else str(last or ""), why=why, down=down)
            )  # fmt: skip
            if number.kind == "pct" and first:
                self.c.rate = Rate(subject, "cagr" if shown == "cagr" else "growth", first, last)
        if stated and first and last - first > 1 and self.c.pair is None and not mean:
            self.c.pair = (first, last)
        if before.of(I) or before.of(R):
            self.c.recent.extend(replace(s, year=last or s.year) for s in subjects)
