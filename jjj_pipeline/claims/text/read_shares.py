"""Figures in per cent: shares with their whole, rates that are measures, growth, quotients of places."""

from __future__ import annotations

import re
from dataclasses import replace

from jjj_pipeline.claims.reasons import reason
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.context import Rate, Subject
from jjj_pipeline.claims.text.names import Mention
from jjj_pipeline.claims.text.numbers import Number
from jjj_pipeline.claims.text.read_changes import ChangeReader
from jjj_pipeline.claims.text.reading import Reading, slots
from jjj_pipeline.claims.text.skeleton import SIGNS, B, I, R, Skeleton, T
from jjj_pipeline.claims.text.stretches import (
    bare_words,
    distinct_subjects,
    front_words,
    without_share_words,
    year_text,
)
from jjj_pipeline.claims.text.times import Time

_SAME_RATE = re.compile(r"(?:这一|该|上述|此|这个)(?:比例|比重|占比|比率|份额|指标|数字|水平)")


class ShareReader(ChangeReader):
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
            for number in numbers:
                self._put(
                    Reading(
                        number,
                        "share",
                        why=reason("another_part"),
                        place=c.place,
                        year=year_text(c.year),
                        bound=self._bound(words, after)[0],
                    )
                )
            return None
        clause.words()
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
                self._put(
                    Reading(
                        numbers[0],
                        "share",
                        why=reason("percent_of_what"),
                        place=c.place,
                        year=year_text(own_year or c.year),
                    )
                )
            for number in numbers[1:]:
                self._put(Reading(number, "share", why=reason("list_apart")))
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
                self._put(Reading(number, "growth", why=reason("list_apart")))
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
                self._put(Reading(number, "share", why=reason("list_apart")))
            return None
        if (re.search(r"(?:有|超过|超|近|约|逾|达)$", words) or numbers[0].unit in ("成", "")) and not re.match(
            r"^(?:左右|以上)?的", after
        ):
            return self._share(numbers, before, clause, after, host)
        for number in numbers:
            self._put(
                Reading(
                    number,
                    "share",
                    why=reason("percent_of_what"),
                    place=c.place,
                    year=year_text(c.year),
                    bound=self._bound(words, after)[0],
                )
            )
        return None

    def _about_rate(self, before: Skeleton, words: str) -> bool:
        """提高4.3%, 高出全国平均水平4.29%, after a share or an intensity: about the rate, not its measure."""
        if before.of(I) or (g.residue(words)) or (before.of(R) and not g.OVER_PLACE.search(before.text)):
            return False
        return bool(re.search(r"提高|上升|下降|降低|回落|高出|高于|低于|提升", words)) or bool(
            re.search(rf"(?:比|较){R}", words)
        )

    def _other_intensity(self, before: Skeleton, clause: Skeleton) -> bool:
        """投入强度 of something else than all R&D: its own measure, label, or a quotient said in a bracket."""
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
            self._put(Reading(number, "ratio", why=reason("list_apart")))

    def _share(
        self, numbers: list[Number], before: Skeleton, clause: Skeleton, after: str, host: Skeleton | None
    ) -> None:
        """X占Y的比重: X from the clause or the figures just read, Y from the clause or what stands before."""
        text = before.text
        c = self.c
        zhan = [m.start() for m in re.finditer(r"占(?!据|领|用|地)", text)]
        cut = zhan[-1] if zhan else -1
        whole_text = before.cut(cut, len(text)) if cut >= 0 else None
        part_text = before.cut(0, cut) if cut >= 0 else before
        of, unknown = "", False
        over: tuple[str, ...] = ()
        inside = re.search(rf"(?:在|占)({R})(?:内|中|范围内|总量中|总量)(?:的)?(?:所)?(?:占|比重|占比|份额)", text)
        if inside and text[inside.start()] == "在":
            of = self._place(before.tokens[inside.start(1)])
            part_text = before.cut(0, inside.start())
            whole_text = None
        if whole_text is not None and not re.match(r"占比", whole_text.text):
            places = self._places(whole_text, commit=False)
            keys = self._own_measures(whole_text)
            of = places[-1] if places else ""
            beyond = re.search(rf"(?:流向|输出到)({R})", whole_text.text)
            if beyond:
                of, keys = self._place(whole_text.tokens[beyond.start(1)]), ()
            rest = g.residue(re.sub(f"[{SIGNS}]", ",", whole_text.text))
            unknown = (
                bool(rest) and not keys and not (of and re.fullmatch(r"(?:国内)?(?:总量|授权总量|总数|比)?", rest))
            )
            over = keys
            if rest and keys and g.residue(front_words(whole_text.text, whole_text.text.rfind(I))):
                unknown = True
        named = part_text.of(I) or part_text.of(R) or (g.residue(part_text.text))
        if host is not None and not named:
            own = self._places(host, commit=False)
            last = self._previous(None)
            if own:
                subjects = [
                    replace(
                        last,
                        measures=self.c.measures or last.measures,
                        place=own[-1],
                        inherited=frozenset({"measure", "year", "whole"}),
                        of="",
                        over="",
                        per="",
                    )
                ]
                of = of or self._whole_place(own[-1])
            else:
                subjects = [last]
        elif not named and c.recent:
            distinct = distinct_subjects(c.recent)
            n = len(numbers)
            if n == 1 and c.pair is None and (own_year := self._own_year(part_text)) and own_year != distinct[-1].year:
                distinct.append(replace(distinct[-1], year=own_year))
            subjects = [replace(s, inherited=frozenset({"measure", "place", "year"})) for s in distinct[-n:]]
            if len(subjects) < n:
                subjects = [Subject(label=reason("list_apart"))] * n
            self._times(part_text)
        else:
            trimmed = without_share_words(part_text)
            whole_clause = clause.cut(0, max(0, len(clause.text) - len(before.text)) + (cut if cut >= 0 else len(text)))
            subjects = self._spread(numbers, trimmed, whole_clause, any_unit=True, host=None)
            if not part_text.of(I) and c.recent and not any(s.label for s in subjects):
                known_subjects = [s for s in c.recent if s.measures]
                if known_subjects:
                    subjects = [
                        replace(
                            s,
                            measures=known_subjects[-1].measures,
                            to=s.to or known_subjects[-1].to,
                            per="",
                            of="",
                            over="",
                        )
                        for s in subjects
                    ]
            subjects = [replace(s, measures=self._prefer(s.measures)) for s in subjects]
        opens = bool(g.FROM.search(before.words()))
        found = []
        for subject in subjects:
            plain_subject = replace(subject, of="", over="", per="", scale=1)
            completed = self._with_whole(plain_subject, of, over, unknown, only_place=not part_text.of(I))
            if opens:
                own_year = 0
                for token in before.of(T):
                    if isinstance(token.value, Time) and token.value.kind == "year":
                        own_year = token.value.first
                start = own_year or (c.window[0] if c.window else c.pair[0] if c.pair else 0)
                completed = replace(
                    completed,
                    year=start,
                    inherited=completed.inherited | slots("year") if not own_year else completed.inherited,
                )
            found.append(completed)
        if of or over:
            c.whole = (of, over[0] if over else "")
        self._level(numbers, found, before.words(), after, keep=False, kind="share")
        if opens:
            c.start = found
            if c.pair and not c.window:
                c.window = c.pair
            if c.window:
                c.year = c.window[1]

    def _with_whole(
        self, subject: Subject, of: str, wholes: tuple[str, ...], unknown: bool, *, only_place: bool
    ) -> Subject:
        """The subject as a share: of a place, or of a measure; what is not said is taken from before, or from the catalogue."""
        measure = subject.measure
        unit = self.names.units.get(measure, "")
        over = next((k for k in wholes if self.names.units[k] == unit), wholes[0] if wholes else "")
        if over == "firm_count" and unit != self.names.units["firm_count"]:
            over = f"firm_{measure.partition('_')[2]}"  # 占规模以上工业企业的比重
        if over and self.names.units.get(over) != unit and not subject.to:
            unknown = True
        if unknown or not subject.measures:
            return replace(subject, measures=(), label=subject.label or reason("whole_unknown"))
        if over and over != measure and not (set(subject.measures) & {over}):
            if of and of != subject.place and not set(subject.place.split("+")) & {of}:
                place = subject.place
                if self.names.parents.get(measure) == over and set(self._members(subject.place)) <= set(
                    self._members_of_any(of)
                ):
                    return replace(subject, measures=(), label=reason("part_and_whole_differ"))
                del place
            if subject.to and not over.startswith("tech_output"):
                return replace(subject, measures=(), label=reason("flow_over_another"))
            return replace(subject, over=over)
        if of and subject.to and of == subject.place:
            return self._flow_share(subject, of)
        if of and of != subject.place:
            if subject.to:
                return replace(subject, of=of) if of == "OTHER_PROV" else self._flow_share(subject, of)
            return replace(subject, of=of)
        if of and of == subject.place and not over:
            parent = self.names.parents.get(measure, "")
            return (
                replace(subject, over=parent)
                if parent
                else replace(subject, measures=(), label=reason("part_is_whole"))
            )
        inherited = subject.inherited | slots("whole")
        last = self.c.whole
        parent = self.names.parents.get(measure, "")
        if not only_place and parent:
            return replace(subject, over=parent, inherited=inherited)
        if last and last[0] and last[0] != subject.place and subject.place in self._members_of_any(last[0]):
            return replace(subject, of=last[0], inherited=inherited)
        if last and last[1] and last[1] != measure:
            return replace(subject, over=last[1], inherited=inherited)
        if parent and any(s.measure == parent and s.place == subject.place for s in self.c.recent):
            return replace(subject, over=parent, inherited=inherited)
        whole = self._whole_place(subject.place)
        if whole:
            return replace(subject, of=whole, inherited=inherited)
        if parent:
            return replace(subject, over=parent, inherited=inherited)
        return replace(subject, measures=(), label=reason("whole_unknown"))

    def _flow_share(self, subject: Subject, of: str) -> Subject:
        """流向津冀…占全市的: over the output of the place of origin."""
        total = {"tech_contract_turnover": "tech_output_turnover", "tech_contracts": "tech_output_contracts"}.get(
            subject.measure, ""
        )
        if of == subject.place and total:
            return replace(subject, over=total)
        return replace(subject, measures=(), label=reason("whole_unknown"))

    def _members_of_any(self, code: str) -> tuple[str, ...]:
        if code == "CN":
            return tuple(k for k, kind in self.names.kinds.items() if kind in ("province", "group"))
        return (code, *self._members(code))

    def _whole_place(self, place: str) -> str:
        """The whole a place is part of, where only 占 is said: the sentence's topic if it contains the place, else the nation."""
        for candidate in (self.c.topic, self.c.place, self.c.area if self.c.topic == self.c.area else ""):
            if candidate and candidate != place and place in self._members_of_any(candidate):
                return candidate
        if self.c.recent:
            for subject in reversed(self.c.recent):
                if subject.place != place and place in self._members_of_any(subject.place):
                    return subject.place
        return "CN" if place != "CN" else ""

    def _share_after(self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton) -> None:
        """以百分之八的人口: the measure stands behind."""
        rest = self.behind
        keys: tuple[str, ...] = ()
        if rest is not None:
            token = next((t for i, t in sorted(rest.tokens.items()) if t.sign == I), None)
            if token is not None and isinstance(token.value, Mention):
                keys = token.value.keys
        self._times(before)
        self._places(before, commit=True)
        places = [p for p in self.c.places if p not in ("CN",)]
        place = self.c.place if self.c.place != "CN" else (places[-1] if places else "")
        subject = Subject(
            self._prefer(keys),
            place,
            self.c.year,
            of="CN" if place and place != "CN" else "",
            inherited=frozenset({"place", "year", "whole"}),
        )
        if not subject.of:
            subject = replace(subject, measures=())
        self._level(numbers[:1], [subject], before.words(), after, keep=False, kind="share")
