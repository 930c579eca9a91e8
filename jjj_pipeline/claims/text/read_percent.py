"""Figures in per cent: which of them are shares, which growth, which a rate that is a measure of its own."""

from __future__ import annotations

import re
from dataclasses import replace

from jjj_pipeline.claims.reasons import reason
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.context import Rate
from jjj_pipeline.claims.text.names import Mention
from jjj_pipeline.claims.text.numbers import Number
from jjj_pipeline.claims.text.read_shares import ShareReader
from jjj_pipeline.claims.text.reading import slots
from jjj_pipeline.claims.text.skeleton import SIGNS, B, I, R, Skeleton, T
from jjj_pipeline.claims.text.stretches import bare_words

_SAME_RATE = re.compile(r"(?:这一|该|上述|此|这个)(?:比例|比重|占比|比率|份额|指标|数字|水平)")


class PercentReader(ShareReader):
    """Figures in per cent."""

    def _percent(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None
    ) -> None:
        words, bare = before.words(), bare_words(before.words())
        c = self.c
        if g.TO.match(words) and c.start and not before.of(I):
            return self._to(numbers, before)
        if re.match(
            r"^(?:以上|左右|多)?(?:的[^,。;占]{0,10})?(?:流向|来自|集中|落在|分布|转化|用于|销往|流入|投向|去向)", after
        ):
            return self._none_understood(numbers, "share", reason("another_part"), words, after)
        tail = re.match(rf"^(?:左右|以上|以下|以内)?的({R}|国内|全国)?({I})", after)
        relation = re.search(
            rf"(?:相当于|为|是|仅为|约为|不到|不足|接近|达到|只有)({R})(?:的)?(?:平均水平|平均|水平)?的?(?:约|近|不足|不到|接近)?$",
            words,
        )
        if relation and g.BOUND_BASE.search(words) is None and not g.SHARE.search(words):
            return self._against_place(numbers, before, after, relation.start(1))
        if re.search(rf"(?:不足|不到|接近|超过|约为|约)({R})(?:的)(?:约|近)?$", words) and not g.SHARE.search(words):
            position = words.rfind(R)
            return self._against_place(numbers, before, after, position)
        if (
            host is None
            and not before.of(I)
            and re.search(r"的$", words)
            and words.count(R) == 1
            and words.rstrip("的").endswith(R)
            and not g.SHARE.search(words)
        ):
            return self._against_place(numbers, before, after, words.rfind(R))
        own = self._own_measures(before)
        is_rate = bool(own) and any(self.names.units.get(k) == "%" for k in own)
        growing = bool(g.GROWTH.search(bare)) and not re.search(g.LEVEL_VERB + r"(?:了|约|近|超过)*$", words)
        if _SAME_RATE.search(words):
            own_year = self._own_year(before)
            if c.rate is not None and c.rate.kind == "level" and c.after_rate and own_year and not before.of(I):
                self._level(numbers[:1], [replace(c.rate.subject, year=own_year)], words, after)
            else:
                self._not_understood(
                    numbers[0], "share", reason("percent_of_what"), year=own_year or c.year, place=c.place
                )
            for number in numbers[1:]:
                self._not_understood(number, "share", reason("list_apart"))
            return None
        share_at = max((m.start() for m in g.SHARE.finditer(words)), default=-1)
        if (
            share_at >= 0
            and not (growing and share_at < words.rfind("占") - 20)
            and not (is_rate and before.text.rfind(I) > share_at and "占" not in words[share_at:])
        ):
            if growing and re.search(rf"(?:比重|占比|份额|比例)[^,]{{0,14}}{g.CHANGE}", words):
                return self._rate_change(numbers, before, clause, after)
            return self._share(numbers, before, clause, after, host)
        opens = bool(g.FROM.search(words))
        over = g.OVER_PLACE.search(before.text)
        if over and over.end() == len(before.text.rstrip(" 约近")) and c.rate is not None:
            return self._rate_change(numbers, before, clause, after)
        if growing or g.RATE_NOUN.search(bare) or g.CAGR.search(words):
            if (
                c.rate is not None
                and c.rate.kind == "level"
                and growing
                and c.after_rate
                and self._about_rate(before, words)
            ):
                return self._rate_change(numbers, before, clause, after)
            subjects = self._growth_subjects(numbers, before, clause)
            self._change("growth", numbers, subjects, before, clause, after)
            return None
        if is_rate or (
            c.measures and any(self.names.units.get(k) == "%" for k in c.measures) and not own and not g.residue(bare)
        ):
            if own and "rd_intensity" in own and self._other_intensity(before, clause):
                return self._intensity(numbers, before, clause, after)
            subjects = self._spread(numbers, before, clause, host=host)
            if opens:
                own_year = self._own_year(before) if before.of(T) else 0
                start = own_year or (c.window[0] if c.window else 0)
                subjects = [replace(s, year=start) for s in subjects]
                self._level(numbers, subjects, words, after)
                c.start = subjects
                return None
            self._level(numbers, subjects, words, after)
            return None
        last = self.out[-1] if self.out else None
        again = (
            last is not None
            and last.kind in ("growth", "cagr", "growth_from_increment")
            and last.sentence[0] == self.sentence.start
        )
        if (
            again
            and last is not None
            and re.match(rf"^(?:、|和|与|及|,|而|以及)?{R}(?:为|则为|达)?$", words)
            and c.rate is not None
            and c.rate.kind != "level"
        ):
            place = self._places(before, commit=False)[-1]
            subject = replace(c.rate.subject, place=place, inherited=c.rate.subject.inherited | slots("measure"))
            formula = c.rate.formula(place=place)
            self._put(
                self._reading(
                    numbers[0],
                    c.rate.kind,
                    subject,
                    words,
                    after,
                    formula=formula,
                    years=f"{c.rate.first}-{c.rate.last}",
                )
            )
            for number in numbers[1:]:
                self._not_understood(number, "growth", reason("list_apart"))
            return None
        if tail:
            return self._share_after(numbers, before, after, clause)
        if host is not None and words in ("", "约"):
            return self._bracket_value(numbers, host)
        if (
            c.rate is not None
            and re.match(rf"^(?:,|、|和|而)?{R}?(?:则|也|仅|只|约)?(?:为|是|达|达到|有)?$", words)
            and c.rate.kind == "level"
        ):
            subject = replace(c.rate.subject, inherited=c.rate.subject.inherited | slots("measure"))
            places = self._places(before, commit=False)
            if places:
                subject = replace(subject, place=places[-1])
            self._level(numbers[:1], [subject], words, after)
            for number in numbers[1:]:
                self._not_understood(number, "share", reason("list_apart"))
            return None
        if (re.search(r"(?:有|超过|超|近|约|逾|达)$", words) or numbers[0].unit in ("成", "")) and not re.match(
            r"^(?:左右|以上)?的", after
        ):
            return self._share(numbers, before, clause, after, host)
        return self._none_understood(numbers, "share", reason("percent_of_what"), words, after)

    def _about_rate(self, before: Skeleton, words: str) -> bool:
        """提高4.3%, 高出全国平均水平4.29%, after a share or an intensity: about the rate, not its measure."""
        if before.of(I) or (g.residue(words)) or (before.of(R) and not g.OVER_PLACE.search(before.text)):
            return False
        return bool(re.search(r"提高|上升|下降|降低|回落|高出|高于|低于|提升", words)) or bool(
            re.search(rf"(?:比|较){R}", words)
        )

    def _other_intensity(self, before: Skeleton, clause: Skeleton) -> bool:
        """投入强度 of something else than all R&D: its own measure, label, or a quotient in a bracket."""
        last = self.c.recent[-1] if self.c.recent else None
        if last is None:
            return False
        mention = next((t.value for t in reversed(before.of(I))), None)
        generic = isinstance(mention, Mention) and mention.literal in ("投入强度", "强度")
        return (
            generic
            and not before.of(R)
            and (not last.measures or not last.measure.startswith(("rd_expenditure", "rd_intensity")))
        )

    def _intensity(self, numbers: list[Number], before: Skeleton, clause: Skeleton, after: str) -> None:
        """投入强度(与营业收入之比): the figure just read over the measure in the bracket."""
        last = self.c.recent[-1]
        per: tuple[str, ...] = ()
        for token in clause.of(B):
            inner = token.value
            assert isinstance(inner, Skeleton)
            match = re.search(r"与(.*?)之比", inner.text)
            if match:
                term = re.sub(f"[{SIGNS}]", "", match[1])
                stem = re.match(r"[a-z]+_", last.measure)
                if inner.of(I) and isinstance(inner.of(I)[-1].value, Mention):
                    per = inner.of(I)[-1].value.keys  # type: ignore[union-attr]
                elif stem:
                    word = {"主营业务收入": "principal_revenue", "营业收入": "revenue"}.get(term, "")
                    per = (stem[0] + word,) if stem[0] + word in self.names.units else ()
        if not per and last.measure.startswith("hightech_"):
            per = ("hightech_revenue",)
        subject = replace(
            last, per=per[0] if per else "", measures=last.measures if per else (), label=last.label or "投入强度"
        )
        subject = replace(subject, inherited=subject.inherited | slots("whole"))
        for number in numbers[:1]:
            self._put(self._reading(number, "ratio", subject, before.words(), after))
            self.c.rate = Rate(subject)
        for number in numbers[1:]:
            self._not_understood(number, "ratio", reason("list_apart"))
