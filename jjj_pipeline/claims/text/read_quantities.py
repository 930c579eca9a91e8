"""Figures with a unit: levels, differences, one measure per another."""

from __future__ import annotations

import re
from dataclasses import replace

from jjj_pipeline.claims.reasons import reason
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.context import Subject
from jjj_pipeline.claims.text.names import Mention
from jjj_pipeline.claims.text.numbers import Number
from jjj_pipeline.claims.text.read_percent import PercentReader
from jjj_pipeline.claims.text.reading import Slot
from jjj_pipeline.claims.text.skeleton import SIGNS, I, R, Skeleton, T
from jjj_pipeline.claims.text.stretches import (
    bare_words,
)


class QuantityReader(PercentReader):
    """Figures with a unit."""

    def _quantity(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None
    ) -> None:
        words = before.words()
        c = self.c
        bare = bare_words(words)
        if host is not None and words in ("", "约", "为"):
            return self._bracket_value(numbers, host)
        if g.PER.search(clause.words()) and (g.PER.search(words) or not before.of(I)):
            return self._per_head(numbers, before, clause)
        if c.start and g.TO.match(words) and not before.of(I) and not (before.of(R)):
            return self._to(numbers, before)
        base_value = re.search(rf"(?:比|较|与|同|相比于|相较于){T}(?:末|底)?的$", words)
        if base_value and len(numbers) == 1:
            self._times(before, base_only=True)
            subject = self._previous(numbers[0])
            self._level(
                [numbers[0]],
                [replace(subject, year=c.base or 0, inherited=subject.inherited - {"year"})],
                words,
                after,
                keep=False,
            )
            return None
        opens = bool(g.FROM.search(words))
        if g.GROWTH.search(bare) and not re.search(g.LEVEL_VERB + r"(?:了|约|近|超过)*$", words) and not opens:
            return self._difference(numbers, before, clause, after)
        reversed_over = re.search(rf"(?:反超|领先|超过|超出){R}(?:约)?$", words)
        if reversed_over and not before.of(I):
            return self._difference(numbers, before, clause, after)
        if (
            "累计" in words
            and (c.window or re.search(r"来|间|以来|期间|过去", clause.words()))
            and numbers[0].unit.endswith(("元", "件", "项"))
        ):
            return self._none_understood(numbers, "sum", reason("several_years"), words, after)
        subjects = self._spread(numbers, before, clause, host=host)
        if opens:
            window = c.window
            own = self._own_year(before) if before.of(T) else 0
            start = own or (window[0] if window else c.base if c.base and c.base > 0 else 0)
            subjects = [
                replace(s, year=start, inherited=s.inherited - {"year"} if own else s.inherited) for s in subjects
            ]
            self._level(numbers, subjects, words, after)
            c.start = subjects
            if window:
                c.window, c.year = window, window[1]
            return None
        self._level(numbers, subjects, words, after)
        return None

    def _per_head(self, numbers: list[Number], before: Skeleton, clause: Skeleton) -> None:
        """每万人口…, 人均…, 户均…, 平均每项合同…: one measure over another."""
        c = self.c
        number = numbers[0]
        words = before.words() if g.PER.search(before.words()) else clause.words()
        scope = before if g.PER.search(before.words()) else clause
        scale, per, own_measures = 1, "", [t.value for t in scope.of(I) if isinstance(t.value, Mention)]
        keys: tuple[str, ...] = own_measures[-1].keys if own_measures else ()
        match = g.PER_UNIT.search(scope.text)
        if "人均" in words and own_measures and own_measures[-1].literal.startswith("人均"):
            subjects = self._spread(numbers, before, clause)
            if all(s.measures for s in subjects):
                names = [s.place for s in subjects]
                subjects = (
                    [replace(s, measures=("gdp",), per="population") for s in subjects]
                    if any(self.names.kinds.get(n) == "group" for n in names)
                    else subjects
                )
            return self._level(numbers, subjects, before.words(), "")
        if "户均" in words:
            firms = bool(c.recent) and c.recent[-1].measure.startswith("firm_")
            per = "firm_count" if c.scope == "firm" or firms else ""
            keys = tuple(f"firm_{k}" if f"firm_{k}" in self.names.units else k for k in keys)
        elif "人均" in words:
            per = "population"
            described = re.search(rf"按({I})", self.sentence.text)
            if described:
                mention = self.sentence.tokens[described.start(1)].value
                assert isinstance(mention, Mention)
                per = mention.keys[0]
            keys = tuple(k for m in own_measures for k in m.keys if k != per) or c.measures
            if re.search(r"人均(?:R&D)?经费", words) or (not keys and described):
                keys = ("rd_expenditure",)
        elif match:
            scale = {"百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "亿": 10**8}.get(
                match["scale"] or "", 1
            )
            unit = match["unit"] or ""
            people = [m for m in own_measures if "population" in m.keys]
            if (match["own"] and unit not in ("人", "人口", "名")) or (unit == "元" and own_measures):
                first = own_measures[0]
                per = (
                    self._prefer(tuple(k for k in first.keys if unit != "元" or self.names.units[k].endswith("元")))[0]
                    if first.keys
                    else ""
                )
                keys = own_measures[-1].keys if len(own_measures) > 1 else ()
                if unit in ("项", "件"):
                    per = next((k for k in first.keys if self.names.units[k] == unit), "")
                    if not per:
                        money = self._fit(first.keys, number)
                        pair = money[0].replace("turnover", "contracts") if money else ""
                        per = pair if pair in self.names.units and pair != money[0] else ""
                    keys = tuple(k for m in own_measures for k in m.keys if k != per) or ()
            elif unit in ("人", "人口", "名") and (people or match["word"] in ("居民", "常住居民", None)):
                per = "population"
                keys = tuple(k for m in own_measures for k in m.keys if k != "population")
            elif unit in ("人", "名") and match["word"] == "研究人员":
                per = "rd_personnel_fte_researchers"
        if not own_measures and not keys and c.per is None and c.recent and c.recent[-1].per:
            keys, per, scale = c.recent[-1].measures, c.recent[-1].per, c.recent[-1].scale
        fitted = self._fit(keys, number)
        places = self._places(before if before.of(R) else clause, commit=True)
        year = self._own_year(before) or self._own_year(clause) or c.year
        changed = g.residue(
            re.sub(
                f"[{SIGNS}]|人口|人|名|居民|企业|常住|家|户|项|件|元|位|个|亿|万|千|百|每|合同|用|机构|经费|支出",
                "",
                bare_words(before.text),
            )
        )
        opens = bool(g.FROM.search(before.words()))
        if opens and c.window:
            year = c.window[0]
        elif opens and c.base and c.base > 0:
            year = c.base
        multiple_places = (
            places
            if len(places) == len(numbers)
            else self._members(places[0])
            if len(places) == 1 and len(self._members(places[0])) == len(numbers)
            else []
        )
        ok = bool(fitted and per and not changed)
        inherited: set[Slot] = set() if places else {"place"}
        subjects = [
            Subject(
                fitted if ok else (),
                p,
                year,
                per=per if ok else "",
                scale=scale,
                label="" if ok else (changed or reason("per_head_unknown")),
                inherited=frozenset(inherited),
            )
            for p in (multiple_places or [places[-1] if places else c.place or c.home] * len(numbers))
        ]
        down_word = g.GROWTH.search(bare_words(before.words())) and not opens
        if down_word:
            return self._change("difference", numbers, subjects, before, clause, "")
        if opens:
            pair_year = c.pair
            if pair_year and not c.window:
                subjects = [replace(s, year=pair_year[0]) for s in subjects]
                c.window = pair_year
            self._level(numbers, subjects, before.words(), "", kind="ratio")
            c.start = subjects
            return None
        return self._level(numbers, subjects, before.words(), "", kind="ratio")
