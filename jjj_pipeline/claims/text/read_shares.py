"""Shares: the part, and the whole that is named before it, behind it or not at all."""

from __future__ import annotations

import re
from dataclasses import replace

from jjj_pipeline.claims.reasons import reason
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.context import Subject
from jjj_pipeline.claims.text.names import Mention
from jjj_pipeline.claims.text.numbers import Number
from jjj_pipeline.claims.text.read_comparisons import ComparisonReader
from jjj_pipeline.claims.text.reading import slots
from jjj_pipeline.claims.text.skeleton import SIGNS, I, R, Skeleton, T
from jjj_pipeline.claims.text.stretches import (
    distinct_subjects,
    front_words,
    without_share_words,
)
from jjj_pipeline.claims.text.times import Time


class ShareReader(ComparisonReader):
    """Shares."""

    def _share(
        self, numbers: list[Number], before: Skeleton, clause: Skeleton, after: str, host: Skeleton | None
    ) -> None:
        """X占Y的比重: X from the clause or the figures just read, Y from the clause or what precedes."""
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
        """The subject as a share: of a place, or of a measure; what is left out is taken from before, or from the catalogue."""
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
        """以百分之八的人口: the measure follows."""
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
