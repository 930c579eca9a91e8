"""Figures as such: values and sums, from ... to, figures in brackets."""

from __future__ import annotations

import re
from dataclasses import replace

from jjj_pipeline.claims.reasons import reason
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.context import Rate, Subject
from jjj_pipeline.claims.text.numbers import Number
from jjj_pipeline.claims.text.read_subjects import SubjectReader
from jjj_pipeline.claims.text.skeleton import I, R, Skeleton, T
from jjj_pipeline.claims.text.times import Time


class LevelReader(SubjectReader):
    """Figures as such."""

    def _level(
        self,
        numbers: list[Number],
        subjects: list[Subject],
        words: str,
        after: str,
        *,
        keep: bool = True,
        kind: str = "",
    ) -> None:
        """Figures as such: values, or sums where the text adds up; `kind` where it is another for sure."""
        kind = kind or ("sum" if g.SUM.search(words) and not any(s.derived for s in subjects) else "")
        for number, subject in zip(numbers, subjects, strict=True):
            if (
                number.kind == "pct"
                and subject.measures
                and not subject.derived
                and self.names.units.get(subject.measure) != "%"
            ):
                why = reason("percent_of_what")
                self._not_understood(
                    number, "share", why, year=subject.year, place=subject.place, bound=self._bound(words, after)[0]
                )
                continue
            shown = "ratio" if subject.per else "share" if subject.of or subject.over else kind
            shown = shown or ("sum" if "+" in subject.place else "value")
            self._put(self._reading(number, shown, subject, words, after if number is numbers[-1] else ""))
            if keep:
                self.c.recent.append(subject)
            if number.kind == "pct" or subject.derived:
                self.c.rate = Rate(subject)
        if keep and subjects:
            self.c.label = subjects[-1].label if not subjects[-1].measures else ""

    def _to(self, numbers: list[Number], before: Skeleton) -> None:
        """…增加到…: the figures at the end of what began with 由."""
        own = 0
        for token in before.of(T):
            if isinstance(token.value, Time) and token.value.kind == "year":
                own = token.value.first
        start = self.c.start
        year = own or (self.c.window[1] if self.c.window else self.c.year)
        if own:
            self.c.year = own
        if len(start) != len(numbers) or (year and start[0].year and year <= start[0].year):
            subjects = [replace(self._previous(n), measures=(), label=reason("start_unknown")) for n in numbers]
        else:
            subjects = [replace(s, year=year) for s in start]
            if start[0].year and year:
                self.c.pair = self.c.last_span = (start[0].year, year)
        words = before.words()
        self._level(numbers, subjects, words, "")
        self.c.start = []

    def _bracket_value(self, numbers: list[Number], host: Skeleton) -> None:
        """A(12.3亿元): the figure of the subject before the bracket."""
        tokens = [host.tokens[i] for i in sorted(host.tokens) if host.text[i] in (R, I, T)]
        last = tokens[-1] if tokens else None
        subject = self._previous(numbers[0])
        rate = self.c.rate
        if (
            last is not None
            and last.sign == R
            and numbers[0].kind == "pct"
            and rate is not None
            and rate.kind != "level"
        ):
            place = self._place(last)
            if re.search(r"增幅|增速|增长", host.words()) and place != rate.subject.place:
                other = replace(rate.subject, place=place)
                years = f"{rate.first}-{rate.last}"
                self._put(
                    self._reading(numbers[0], rate.kind, other, "", "", formula=rate.formula(place=place), years=years)
                )
                return
        if last is not None and last.sign == R:
            mean = replace(subject, place=self._place(last), inherited=subject.inherited - {"place"})
            if self.c.rate is not None and numbers[0].kind == "pct":
                mean = replace(self.c.rate.subject, place=self._place(last), inherited=subject.inherited - {"place"})
            else:
                keys = self._own_measures(host) or self.c.measures
                if not subject.per:
                    mean = replace(mean, measures=self._fit(keys, numbers[0]), label="" if keys else self.c.label)
            subject = mean
        elif last is not None and last.sign == T and isinstance(last.value, Time) and last.value.kind == "year":
            subject = replace(subject, year=last.value.first, inherited=subject.inherited - {"year"})
        elif last is not None and last.sign == I:
            whole = self._subject(host, numbers[0])
            subject = whole
        else:
            subject = replace(subject, measures=(), label=reason("bracket_unknown"))
        self._level(numbers[:1], [subject], "", "", keep=last is not None and last.sign != T)
        for number in numbers[1:]:
            self._not_understood(number, "value", reason("bracket_list"))
