"""Of what a figure is: measures and flows that a stretch names, what is carried on, and lists spread over their figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from jjj_pipeline.catalog import units
from jjj_pipeline.claims.reasons import Reason, reason
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.context import Subject
from jjj_pipeline.claims.text.names import Mention
from jjj_pipeline.claims.text.numbers import Number
from jjj_pipeline.claims.text.read_places import UNKNOWN, PlaceReader
from jjj_pipeline.claims.text.reading import Slot
from jjj_pipeline.claims.text.skeleton import SIGNS, I, R, Skeleton, T
from jjj_pipeline.claims.text.stretches import (
    bare_words,
    distinct_subjects,
    front_words,
    listed_measures,
    literal_of,
)
from jjj_pipeline.claims.text.times import Time


class SubjectReader(PlaceReader):
    """Of what a figure is."""

    def _own_measures(self, part: Skeleton) -> tuple[str, ...]:
        tokens = part.of(I)
        if not tokens:
            return ()
        mention = tokens[-1].value
        assert isinstance(mention, Mention)
        return mention.keys

    def _fit(self, keys: Sequence[str], number: Number | None) -> tuple[str, ...]:
        """The candidates whose unit the number can have, the sentence's direction, scope and base preferred."""
        fitting = [k for k in keys if number is None or self._has_unit(k, number)]
        if len(fitting) > 1 and all(k.startswith("invention_") for k in fitting):
            spoken = self.c.measures[0] if self.c.measures else ""
            invention = {
                "patent_grants": "invention_grants",
                "patent_applications": "invention_applications",
                "patents_valid": "invention_valid",
            }.get(spoken, spoken)
            return (invention,) if invention in fitting else ()
        if len(fitting) > 1:
            flows = [k for k in fitting if k in ("tech_contract_turnover", "tech_contracts", "zgc_branches")]
            if self.c.flow:
                fitting = flows or fitting
            else:
                fitting = [k for k in fitting if k not in flows] or fitting
                if self.c.direction == "absorbed":
                    fitting = [k for k in fitting if "absorbed" in k] or fitting
                elif any("output" in k for k in fitting):
                    fitting = [k for k in fitting if "output" in k]
        if len(fitting) > 1 and self.c.measures:
            stems = [m for m in self.c.measures if any(k.startswith(m) for k in fitting)]
            stems += [m.rsplit("_", 1)[0] for m in self.c.measures if m.startswith("nbs_")]
            fitting = [k for k in fitting if any(k.startswith(s) for s in stems)] or fitting
        if len(fitting) > 1 and self.c.index_base:
            fitting = [k for k in fitting if f"b{self.c.index_base}" in k] or fitting
        if self.c.scope == "firm":
            firm = [f"firm_{k}" for k in fitting if f"firm_{k}" in self.names.units and not k.startswith("firm_")]
            fitting = firm or fitting
        return tuple(fitting)

    def _has_unit(self, key: str, number: Number) -> bool:
        unit = self.names.units.get(key, "")
        if number.kind in ("plain", "index"):
            return unit in ("指数", "点")
        if number.kind == "pct":
            return unit == "%"
        if number.kind != "qty":
            return True
        if unit in ("%", "指数", "上年=100", "点"):
            return False
        try:
            printed, held = units.quantity(number.unit or "")[1], units.quantity(unit)[1]
            if held == "yuan/person":
                return printed == "yuan"
        except units.UnknownUnit:
            return number.unit.lstrip("万亿千百十") == ""
        return printed == held

    def _subject(self, before: Skeleton, number: Number | None, *, skip: frozenset[int] = frozenset(), host: Skeleton | None = None,
                 any_unit: bool = False) -> Subject:  # fmt: skip
        """What one number is of: its clause's own names, else what is carried."""
        c, inherited = self.c, set[Slot]()
        measure_tokens = [i for i in sorted(before.tokens) if before.text[i] == I and i not in skip]
        places = self._places(before, commit=False, skip=skip)
        label: str | Reason = ""
        keys: tuple[str, ...] = ()
        self._flow(before)
        if measure_tokens:
            position = measure_tokens[-1]
            mention = before.tokens[position].value
            assert isinstance(mention, Mention)
            front = front_words(before.text, position)
            behind = bare_words(before.text[position + 1 :])
            changed = g.residue(front) or g.residue(re.sub(f"[{SIGNS}]", ",", behind))
            keys = mention.keys if any_unit else self._fit(mention.keys, number)
            if changed and not re.match(r"^(?:流向|输出到|转移到|在)", front):
                keys, label = (), f"{front}{mention.literal}{behind}"
            elif not keys:
                label = mention.literal
            c.measures = (keys or mention.keys) if not label else ()
            c.label = label
        else:
            rest = g.residue(before.text)
            last = c.recent[-1] if c.recent else None
            if (
                not rest
                and last is not None
                and last.per
                and last.measures
                and number is not None
                and number.kind == "qty"
                and self._has_unit(last.measure, number)
            ):
                places = places or [last.place]
                return replace(
                    last, place=places[-1], year=self._own_year(before) or last.year, inherited=frozenset({"measure"})
                )
            if rest:
                label = rest
            elif (c.label and not places) or c.label:
                label = c.label
            else:
                keys = c.measures if any_unit else self._fit(c.measures, number)
                if not keys and not c.measures and not c.recent:
                    keys = c.title_measures if any_unit else self._fit(c.title_measures, number)
                if not keys and c.recent and c.recent[-1].measures:
                    keys = c.recent[-1].measures if any_unit else self._fit(c.recent[-1].measures, number)
            inherited.add("measure")
            if rest:
                c.label = ""
        if places:
            place = places[-1] if len(places) == 1 else self._together(places)
            sub = c.within or "其中" in before.text or before.text.lstrip().startswith(("、", "和", "及", "与"))
            if not sub:
                c.place = place
                c.topic = c.topic or place
        elif measure_tokens and (inside := self.names.place_in(literal_of(before.tokens[measure_tokens[-1]]))):
            place = inside
        else:
            place = c.place or c.home
            inherited.add("place")
            if host is not None:
                own = self._places(host, commit=False)
                if own:
                    place = own[-1]
                    inherited.discard("place")
        year = self._own_year(before)
        if not year:
            year = c.year
            inherited.add("year")
        to = ""
        if c.flow and any(k in ("tech_contract_turnover", "tech_contracts", "zgc_branches") for k in keys):
            place, to = c.flow
            if keys and keys[0] == "zgc_branches" and places:
                to = places[-1]
            inherited.discard("place")
        elif c.flow and keys and not any(k.startswith("tech_contract") for k in keys):
            pass
        if keys and keys[0] == "copatents" and place.count("+") == 1:
            place, to = place.split("+")
        if keys and keys[0] == "gdp_per_capita" and self.names.kinds.get(place) == "group":
            return Subject(("gdp",), place, year, per="population", label=label, inherited=frozenset(inherited))
        if UNKNOWN in place:
            place = ""
        return Subject(keys, place, year, to=to, label=label, inherited=frozenset(inherited))

    def _own_year(self, part: Skeleton) -> int:
        """The year a stretch gives its own figure; sets the context."""
        self._times(part)
        for position in sorted(part.tokens, reverse=True):
            time = part.tokens[position].value
            if not isinstance(time, Time):
                continue
            if time.kind == "year" and not re.search(r"(?:比|较|同|与|是|为|相当于)$", part.text[:position]):
                return time.first
            if time.kind == "window":
                return time.last
            if (
                time.kind == "before"
                and not time.literal.startswith(("去年", "同比"))
                and not re.search(r"(?:比|较|同|与)$", part.text[:position])
            ):
                return self.c.year - 1 if self.c.year else 0
            if time.kind == "before" and time.literal.startswith("去年") and self.c.published:
                return self.c.published - 1
            if time.kind == "part":
                return 0
        return 0

    def _flow(self, part: Skeleton) -> None:
        """北京流向津冀的…: origin and destination."""
        match = re.search(rf"({R})?[^,。;{R}]{{0,4}}(?:流向|输出到|转移到|辐射到|落地)({R})", part.text)
        if match:
            to = self._place(part.tokens[match.start(2)])
            origin = self._place(part.tokens[match.start(1)]) if match[1] else ""
            if not origin:
                near = [p for p in [self.c.place, self.c.topic, self.c.home] if self.names.kinds.get(p) == "province"]
                origin = near[0] if near else ""
            self.c.flow = (origin, to) if origin and to and origin != to else None
            if self.c.flow:
                self.c.topic = self.c.topic or origin
            return
        match = re.search(rf"({R})({I})到({R})的", part.text)
        if match and literal_of(part.tokens[match.start(2)]) == "输出":
            ends = (self._place(part.tokens[match.start(1)]), self._place(part.tokens[match.start(3)]))
            self.c.flow = ends if all(ends) and ends[0] != ends[1] else None
            self.c.topic = self.c.topic or ends[0]
            return
        match = re.search(rf"({R})({I})({R})(?:的)?{I}", part.text)
        if match and literal_of(part.tokens[match.start(2)]) == "吸纳":  # 河北吸纳京津技术合同成交额
            ends = (self._place(part.tokens[match.start(3)]), self._place(part.tokens[match.start(1)]))
            self.c.flow = ends if all(ends) and ends[0] != ends[1] else None
            return
        match = re.search(rf"({R})[^,。;]{{0,4}}在({R})", part.text)
        if match:
            origin, to = self._place(part.tokens[match.start(1)]), self._place(part.tokens[match.start(2)])
            if origin == "ZGC":
                self.c.flow = (origin, to)

    def _spread(self, numbers: list[Number], before: Skeleton, clause: Skeleton, *, skip: frozenset[int] = frozenset(),
                host: Skeleton | None = None, any_unit: bool = False, derived: bool = False) -> list[Subject]:  # fmt: skip
        """One subject for each number of a list: over measures, places or years named, or over the figures just read."""
        n = len(numbers)
        if n == 1:
            return [self._subject(before, numbers[0], skip=skip, host=host, any_unit=any_unit)]
        scope = clause if len(clause.text) > len(before.text) else before
        offset = len(scope.text) - len(before.text)
        skipped = frozenset(i + offset for i in skip)
        measures = [i for i in sorted(scope.tokens) if scope.text[i] == I and i not in skipped]
        base = self._subject(before, numbers[0], skip=skip, host=host, any_unit=True)
        places = self._places(scope, commit=False, skip=skipped)
        times = [t.value for t in scope.of(T) if isinstance(t.value, Time) and t.value.kind == "year"]
        listed = listed_measures(scope.text, measures)
        if len(listed) == n:
            found = []
            for i, number in zip(listed, numbers, strict=True):
                mention = scope.tokens[i].value
                assert isinstance(mention, Mention)
                keys = mention.keys if any_unit else self._fit(mention.keys, number)
                found.append(replace(base, measures=keys, label="" if keys else mention.literal))
            self.c.measures = found[-1].measures
            return found
        members: list[str] = []
        if len(places) == n:
            members = places
        elif len(places) == 1 and len(self._members(places[0])) == n and not base.label:
            members = self._members(places[0])
        if members:
            keys = base.measures if any_unit else self._fit(base.measures, numbers[0])
            inherited = base.inherited - {"place"}
            if base.to:
                return [replace(base, measures=keys, to=m, inherited=inherited) for m in members]
            return [replace(base, measures=keys, place=m, inherited=inherited) for m in members]
        if len(times) == n:
            keys = base.measures if any_unit else self._fit(base.measures, numbers[0])
            return [replace(base, measures=keys, year=t.first, inherited=base.inherited - {"year"}) for t in times]
        distinct = distinct_subjects(self.c.recent)
        listed_places = list(dict.fromkeys(s.place for s in distinct))
        if (
            len(measures) == 1
            and not places
            and len(listed_places) >= n
            and len({s.measures for s in distinct[-n:]}) == 1
        ):
            keys = base.measures if any_unit else self._fit(base.measures, numbers[0])
            return [replace(base, measures=keys, place=p) for p in listed_places[-n:]]
        if not measures and not places and len(distinct) >= n and not (g.residue(before.text)):
            own = base.year if "year" not in base.inherited else 0
            return [replace(s, year=own or s.year, inherited=base.inherited) for s in distinct[-n:]]
        if not measures and not base.label and not places and len(self._members(self.c.place)) == n and not derived:
            keys = base.measures if any_unit else self._fit(base.measures, numbers[0])
            return [replace(base, measures=keys, place=m) for m in self._members(self.c.place)]
        return [replace(base, measures=(), label=reason("list_apart"), place="") for _ in numbers]

    def _previous(self, number: Number | None) -> Subject:
        """The figure last read, else what the context gives."""
        if self.c.recent:
            last = self.c.recent[-1]
            return replace(last, inherited=last.inherited | {"measure", "place", "year"})
        keys = self._fit(self.c.measures, number)
        return Subject(
            keys,
            self.c.place or self.c.home,
            self.c.year,
            label=self.c.label,
            inherited=frozenset({"measure", "place", "year"}),
        )

    def _prefer(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """One of several measures of a name, where no unit decides: what was just read, else money before numbers."""
        if len(keys) < 2:
            return self._fit(keys, None)
        for subject in reversed(self.c.recent):
            if subject.measure in keys:
                return (subject.measure,)
        return self._fit(keys, None)
