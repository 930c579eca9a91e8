"""Comparisons: differences in time and between places, points, multiples."""

from __future__ import annotations

import re
from dataclasses import replace

from jjj_pipeline.claims.reasons import reason
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.context import Rate, Subject
from jjj_pipeline.claims.text.numbers import Number
from jjj_pipeline.claims.text.read_changes import ChangeReader
from jjj_pipeline.claims.text.reading import Derived, Formula, slots
from jjj_pipeline.claims.text.skeleton import SIGNS, I, R, Skeleton, T
from jjj_pipeline.claims.text.stretches import (
    bare_words,
    year_text,
)
from jjj_pipeline.claims.text.times import Time


class ComparisonReader(ChangeReader):
    """Comparisons."""

    def _points(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None
    ) -> None:
        self._rate_change(numbers, before, clause, after)

    def _rate_for(self, before: Skeleton, clause: Skeleton) -> Rate | None:
        """The rate that a difference in points is about: named in the clause, else the one just read."""
        c = self.c
        words = clause.words()
        keys = self._own_measures(before) or self._own_measures(clause)
        if keys and any(self.names.units.get(k) == "%" for k in keys):
            subject = self._subject(
                before if before.of(I) else clause, None, any_unit=True, skip=self._compared(before)
            )
            subject = replace(subject, measures=tuple(k for k in keys if self.names.units.get(k) == "%"))
            return Rate(subject)
        if g.GROWTH_NOUN.search(words):
            return c.rate if c.rate and c.rate.kind != "level" else None
        if c.rate is None:
            return None
        if g.residue(re.sub(f"[{SIGNS}]", ",", bare_words(before.text))) or keys:
            return None
        return c.rate

    def _compared(self, before: Skeleton) -> frozenset[int]:
        match = g.OVER_PLACE.search(before.text)
        return frozenset({match.start("place")}) if match else frozenset()

    def _rate_change(self, numbers: list[Number], before: Skeleton, clause: Skeleton, after: str) -> None:
        """提高0.05个百分点, 高于全国4.29个百分点: a difference of two rates."""
        words = before.words()
        c = self.c
        rate = self._rate_for(before, clause)
        number = numbers[0]
        for extra in numbers[1:]:
            self._not_understood(extra, "difference", reason("differences_list"))
        compared = g.OVER_PLACE.search(before.text)
        if rate is None or not rate.subject.measures:
            label = rate.subject.label if rate else ""
            place = rate.subject.place if rate else c.place
            self._not_understood(number, "difference", reason("rate_unknown"), year=c.year, place=place, label=label)
            return
        down = g.last_change(bare_words(words)) == "down"
        subject = rate.subject
        if compared is not None:
            other = self._place(before.tokens[compared.start("place")])
            places = list(self._places(before, commit=False, skip=frozenset({compared.start("place")})))
            place = places[-1] if places else subject.place
            if not other or other == place or "+" in place:
                self._not_understood(
                    number,
                    "difference",
                    reason("place_compared_unknown"),
                    year=subject.year,
                    place=place,
                    measure=subject.name(),
                )
                return
            left, right = rate.formula(place=other), rate.formula(place=place)
            years = f"{rate.first}-{rate.last}" if rate.kind != "level" else year_text(subject.year)
            formula = Derived("difference", (("start", left), ("end", right)))
            self._put(
                self._reading(
                    number,
                    "difference",
                    subject,
                    words,
                    after,
                    formula=formula,
                    years=years,
                    place=f"{place}+{other}",
                    down=down,
                    rate=rate,
                )
            )
            return
        own_window = next(
            (
                t.value
                for t in clause.of(T)
                if isinstance(t.value, Time) and t.value.kind == "window" and re.search(r"比|较", clause.text)
            ),
            None,
        )
        if rate.kind in ("growth", "cagr"):
            if own_window is not None and (own_window.first, own_window.last) != (rate.first, rate.last):
                earlier = rate.formula(years=(own_window.first, own_window.last))
                years = f"{own_window.first}-{own_window.last};{rate.first}-{rate.last}"
            elif rate.kind == "growth" and rate.last - rate.first == 1:
                earlier = rate.formula(shift=-1)
                years = f"{rate.first - 1}-{rate.first};{rate.first}-{rate.last}"
            else:
                self._not_understood(
                    number,
                    "difference",
                    reason("rate_compared_unknown"),
                    year=rate.last,
                    place=subject.place,
                    measure=subject.name(),
                )
                return
            formula = Derived("difference", (("start", earlier), ("end", rate.formula())))
            self._put(
                self._reading(
                    number, "difference", subject, words, after, formula=formula, years=years, down=down, rate=rate
                )
            )
            return
        first, last, stated = self._growth_years(before, clause, subject, mean=False)
        if c.pair and not (clause.of(T)):
            first, last, stated = c.pair[0], c.pair[1], True
        if not first or not last or first >= last:
            self._not_understood(
                number, "difference", reason("years_unknown"), year=c.year, place=subject.place, measure=subject.name()
            )
            return
        formula = Derived(
            "difference", (("start", rate.formula(years=(first, first))), ("end", rate.formula(years=(last, last))))
        )
        inherited = subject.inherited | (slots() if stated else slots("base"))
        self._put(
            self._reading(
                number,
                "difference",
                replace(subject, inherited=inherited),
                words,
                after,
                formula=formula,
                years=f"{first}-{last}",
                down=down,
                rate=rate,
            )
        )

    def _difference(self, numbers: list[Number], before: Skeleton, clause: Skeleton, after: str) -> None:
        """比上年增加1506.9亿元, 比广东少33.9亿元."""
        words = before.words()
        compared = g.OVER_PLACE.search(before.text)
        if compared is not None and len(numbers) == 1:
            other = self._place(before.tokens[compared.start("place")])
            skip = frozenset({compared.start("place")})
            subject = self._subject(before, numbers[0], skip=skip) if before.of(I) else self._previous(numbers[0])
            places = self._places(before, commit=False, skip=skip)
            if places:
                subject = replace(subject, place=places[-1])
            elif not before.of(I) and self.c.recent:
                subject = replace(subject, place=self.c.recent[-1].place)
            down = bool(re.search(r"(?:少|低|落后|慢)[^\ue004]*$", words))
            formula: Formula | None = None
            if subject.measures and other and subject.place and other != subject.place and subject.year:
                formula = Derived(
                    "difference", (("start", replace(subject, place=other).formula()), ("end", subject.formula()))
                )
            self._put(self._reading(numbers[0], "difference", subject, words, after, formula=formula, place=f"{subject.place}+{other}", down=down,
                                    why=None if formula else reason("compared_with_unknown")))  # fmt: skip
            return
        subjects = self._difference_subjects(numbers, before, clause)
        self._change("difference", numbers, subjects, before, clause, after)

    def _difference_subjects(self, numbers: list[Number], before: Skeleton, clause: Skeleton) -> list[Subject]:
        if before.of(I) or (g.residue(before.text)):
            return self._spread(numbers, before, clause)
        subjects = self._growth_subjects(numbers, before, clause)
        checked = []
        for subject, number in zip(subjects, numbers, strict=True):
            if subject.per or not subject.measures:
                checked.append(subject)
                continue
            keys = self._fit(subject.measures, number)
            checked.append(subject if subject.measure in keys else replace(subject, measures=keys))
        return checked

    def _against_place(self, numbers: list[Number], before: Skeleton, after: str, position: int) -> None:
        """为长三角的46.8%, 不到北京的四分之一, 是全国平均水平的9.5倍: one place over another."""
        words = before.words()
        positions = [i for i, s in enumerate(before.text) if s == R]
        wanted = words[: position + 1].count(R) - 1
        at = positions[wanted] if 0 <= wanted < len(positions) else positions[-1]
        other = self._place(before.tokens[at])
        front = before.cut(0, at)
        number = numbers[0]
        if front.of(I):
            subject = self._subject(front, None, any_unit=True)
            subject = replace(subject, measures=self._prefer(subject.measures))
        else:
            subject = self._previous(None)
            rate = self.c.rate
            recent = self.c.recent[-1] if self.c.recent else None
            if recent is not None:
                outer = [s for s in self.c.recent if s.place != other]
                subject = replace(outer[-1] if outer else recent, inherited=frozenset({"measure", "place", "year"}))
            if (
                rate is not None
                and rate.kind == "level"
                and rate.subject.derived
                and self.c.after_rate
                and not subject.per
            ):
                subject = rate.subject if rate.subject.place != other else replace(rate.subject)
            places = self._places(front, commit=False)
            if places:
                subject = replace(subject, place=places[-1])
        formula: Formula | None = None
        if subject.measures and other and other != subject.place and subject.year:
            formula = Derived(
                "ratio", (("numerator", subject.formula()), ("denominator", replace(subject, place=other).formula()))
            )
        bound = g.BOUND_BASE.search(before.text)
        self._put(self._reading(number, "ratio", subject, words, after, formula=formula, place=f"{subject.place}+{other}", bound=bound[1] if bound else "",
                                why=None if formula else reason("compared_with_unknown")))  # fmt: skip
        for extra in numbers[1:]:
            self._not_understood(extra, "ratio", reason("quotients_list"))

    def _times_of(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None
    ) -> None:
        """是2011年的2.27倍, 增长了1.6倍, 是全国平均水平的9.5倍."""
        words, bare = before.words(), bare_words(before.words())
        base = re.search(
            rf"(?P<base>[{T}{R}])(?:末|底|平均水平|平均值|平均|水平|总量)*(?:的|之)(?:约|近|不足|不到|超过|逾|超|接近|将近|大约|整整)*$",
            words,
        )
        if base is not None and base["base"][0] == T and re.search(r"(?:的|之)[^的]{0,4}$", words):
            time = next((t.value for t in reversed(before.of(T)) if isinstance(t.value, Time)), None)
            first = (
                time.first
                if time is not None and time.kind == "year"
                else (self.c.year - 1 if time is not None and time.kind == "before" and self.c.year else 0)
            )
            subject_part = before.cut(0, before.text.rfind(T))
            subject_part = subject_part.cut(
                0,
                len(
                    re.sub(r"(?:是|为|相当于|约为|达到|达|近|接近|不到|不足|超过|约|分别|,| )+$", "", subject_part.text)
                ),
            )
            subjects = (
                self._growth_subjects(numbers, subject_part, clause)
                if not subject_part.of(I)
                else self._spread(numbers, subject_part, clause, any_unit=True)
            )
            bound = g.BOUND_BASE.search(before.text)
            for number, subject in zip(numbers, subjects, strict=True):
                measures = self._prefer(subject.measures)
                subject = replace(subject, measures=measures)
                last = subject.year if subject.year > first else self.c.year
                formula = (
                    Derived(
                        "multiple", (("start", subject.formula(first)), ("end", subject.formula(last))), last - first
                    )
                    if measures and first and last > first
                    else None
                )
                self._put(self._reading(number, "multiple", subject, words, after, formula=formula, years=f"{first}-{last}" if first else year_text(last), bound=bound[1] if bound else "",
                                        why=None if formula or not measures else reason("years_unknown")))  # fmt: skip
            if first and self.c.year > first:
                self.c.pair = (first, self.c.year)
            if subject_part.of(I) or subject_part.of(R):
                self.c.recent.extend(replace(s, measures=self._prefer(s.measures)) for s in subjects)
            return None
        if base is not None and base["base"][0] == R and re.search(r"的[^的]{0,4}$", words):
            return self._against_place(numbers, before, after, base.start())
        if g.GROWTH.search(bare) and not re.search(g.LEVEL_VERB + "(?:了)?$", words):
            subjects = self._growth_subjects(numbers, before, clause)
            self._change("growth_times", numbers, subjects, before, clause, after)
            return None
        for number in numbers:
            self._not_understood(number, "multiple", reason("multiple_unknown"), year=self.c.year, place=self.c.place)
        return None

    def _doublings(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None
    ) -> None:
        without_verb = Skeleton(before.text.replace("翻了", "").replace("翻", ""), before.tokens)
        subjects = self._growth_subjects(numbers, without_verb, clause)
        self._change("multiple", numbers, subjects, without_verb, clause, after)

    def _index_points(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None
    ) -> None:
        if g.GROWTH.search(bare_words(before.words())):
            return self._difference(numbers, before, clause, after)
        self._level(numbers, self._spread(numbers, before, clause, host=host), before.words(), after)
        return None
