"""From numbers and names to claims: the walk over sentences, clauses and brackets, and which reader a number goes to.

Where the text names something the catalogue does not know, or leaves a slot open that nothing before it fills, the number stays
and says why. Nothing is looked up in the warehouse here; `check` does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from jjj_pipeline.claims.reasons import reason
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.context import Rate, Subject
from jjj_pipeline.claims.text.names import Mention, Names
from jjj_pipeline.claims.text.normal import normalise
from jjj_pipeline.claims.text.numbers import CN, Number, find_numbers
from jjj_pipeline.claims.text.read_counts import CountReader
from jjj_pipeline.claims.text.read_places import SEPARATOR
from jjj_pipeline.claims.text.reading import Reading, slots
from jjj_pipeline.claims.text.skeleton import B, I, N, R, Skeleton, T, sentences
from jjj_pipeline.claims.text.stretches import (
    all_tokens,
    keys_of,
    line_numbers,
    number_of,
    pieces,
    text_of,
)
from jjj_pipeline.claims.text.times import Time, find_times

_CLAUSE = ",;:"
_SCORE = re.compile(r"指数|系数|得分|评分|协调度|耦合度|水平值|强度值")  # measures without a unit
_NO_FIGURE = re.compile(rf"[\d{CN}]{{60,}}|(?:\d:){{20,}}|(?:[(]\d){{20,}}")  # runs that no figure has
_INDEX_BASE = re.compile(r"((?:19|20)\d\d) ?年? ?(?:=|为(?:基期|基准)?,? ?) ?100")


def read_text(text: str, names: Names) -> list[Reading]:
    """What every number of a text claims, in the order of the text."""
    flat = _NO_FIGURE.sub(lambda m: " " * len(m[0]), normalise(text))
    numbers, times = [], []
    for start, end in pieces(flat):
        numbers += [
            replace(n, start=n.start + start, end=n.end + start) for n in find_numbers(flat[start:end], text[start:end])
        ]
        times += [replace(t, start=t.start + start, end=t.end + start) for t in find_times(flat[start:end])]
    return Reader(flat, names).read(numbers, times)


class Reader(CountReader):
    """Reads one text; holds the context while it does."""

    def read(self, numbers: Sequence[Number], times: Sequence[Time]) -> list[Reading]:
        parts = list(sentences(self.text, self.names, numbers, times))
        self._survey(parts, times)
        last_line = -1
        line_of = line_numbers(self.text)
        for part in parts:
            line = line_of(part.start)
            self.paragraph = line
            if line != last_line:
                self.c.open_paragraph()
                last_line = line
            else:
                self.c.open_sentence()
            self._sentence(part)
        taken = bytearray(len(self.text) + 1)
        for reading in self.out:
            start, end = reading.number.start, reading.number.end
            taken[start:end] = b"\1" * (end - start)
        for number in numbers:
            if not any(taken[number.start : number.end]):
                why = number.why or reason("name_or_year")
                self.out.append(Reading(number, why=why, paragraph=line_of(number.start)))
        return sorted(self.out, key=lambda r: r.number.start)

    def _survey(self, parts: Sequence[Skeleton], times: Sequence[Time]) -> None:
        """The document's own place, group, year of publication and base of an index."""
        mentions = [t.value for p in parts for t in all_tokens(p) if t.sign == R]
        codes = [m.keys[0] for m in mentions if isinstance(m, Mention) and m.kind == "place"]
        self.c.home = codes[0] if codes else ""
        groups = [c for c in codes if self.names.kinds.get(c) == "group"]
        self.c.area = "JJJ" if "JJJ" in groups or not groups else max(set(groups), key=groups.count)
        if parts:
            titled = [t.value.keys for t in parts[0].of(I) if isinstance(t.value, Mention)]
            self.c.title_measures = titled[0] if len(titled) == 1 else ()
        dates = [t for t in times if t.kind == "date"]
        self.c.published = dates[0].first if dates else 0
        if not self.c.home:
            inside = [
                self.names.place_in(t.value.literal)
                for p in parts
                for t in all_tokens(p)
                if isinstance(t.value, Mention)
            ]
            self.c.home = next((code for code in inside if code), "")

    def _sentence(self, part: Skeleton) -> None:
        self.sentence = part
        base = _INDEX_BASE.search(self.text[part.start : part.end])
        self.c.index_base = int(base[1]) if base else self.c.index_base
        target = g.TARGET.search(part.text)
        self.targets = [target.start()] if target else []
        for match in re.finditer(T, part.text):
            time = part.tokens[match.start()].value
            if (
                isinstance(time, Time)
                and time.kind == "year"
                and self.c.year
                and time.first > max(self.c.year, self.c.published)
            ):
                tail = part.text[match.end() : match.end() + 40]
                if re.search(rf"到$|至$|到{T}", part.text[: match.end()][-3:] + "") and re.search(
                    r"达到|提高到|突破|超过|保持|左右|以上|力争|建成", tail
                ):
                    self.targets.append(match.start())
        self._walk(part, None)

    def _walk(self, part: Skeleton, host: Skeleton | None) -> None:
        """All groups of numbers of a sentence, or of a bracket (`host` is what precedes it)."""
        text, at, begin = part.text, 0, 0
        while at < len(text):
            sign = text[at]
            if sign == N:
                end, numbers = self._group(part, at)
                before = part.cut(begin, at)
                after = part.text[end : end + 30]
                clause = max((text.rfind(c, 0, at) for c in _CLAUSE), default=-1) + 1
                self._numbers(numbers, before, after, part.cut(clause, at), host, part, at, end)
                at = begin = end
                continue
            if sign == B:
                inner = part.tokens[at].value
                assert isinstance(inner, Skeleton)
                self._bracket(inner, part.cut(begin, at), part.cut(0, at))
            elif sign in _CLAUSE:
                self._without_number(part.cut(begin, at), part, begin)
                begin = at + 1
            at += 1
        if begin < len(text):
            self._without_number(part.cut(begin, len(text)), part, begin)

    def _group(self, part: Skeleton, at: int) -> tuple[int, list[Number]]:
        """A list of numbers: 1.2, 3.4和5.6; a comma joins only where 分别 announces a list."""
        text = part.text
        clause = max((text.rfind(c, 0, at) for c in ",;:"), default=-1) + 1
        announced = bool(re.search(r"分别|各为|依次", text[clause:at]))
        numbers, end = [number_of(part.tokens[at])], at + 1
        while True:
            nxt = text.find(N, end)
            if nxt < 0 or not SEPARATOR.match(text[end:nxt]) or ("," in text[end:nxt] and not announced):
                break
            numbers.append(number_of(part.tokens[nxt]))
            end = nxt + 1
        shared = numbers[-1]
        if shared.kind in ("qty", "count") and shared.unit:
            numbers = [
                replace(n, kind=shared.kind, unit=shared.unit, printed=n.printed + shared.unit)
                if n.kind == "plain"
                else n
                for n in numbers
            ]
        return end, numbers

    def _bracket(self, inner: Skeleton, before: Skeleton, whole: Skeleton) -> None:
        """A bracket: read with what directly precedes it; its places and years hold inside it only."""
        if N not in inner.text:
            return
        outer = replace(self.c, recent=list(self.c.recent), places=list(self.c.places), start=list(self.c.start))
        self._walk(inner, before if before.text.strip() else whole)
        rate = self.c.rate
        self.c = outer
        self.c.rate = self.c.rate or rate

    def _without_number(self, clause: Skeleton, part: Skeleton, position: int) -> None:
        """A clause without a number still says what the next one is about."""
        words = clause.words()
        if not words.strip():
            return
        self._scope_words(text_of(clause))
        compared = re.search(rf"(?:与|同|和|较|比){T}.{{0,4}}(?:相比|比)", words)
        self._times(clause, base_only=bool(compared))
        self._places(clause, commit=True)
        measures = list(clause.of(I))
        defined = re.search(rf"{I}占(?:({R})的?)?({I})?(?:的)?(?:比重|比例|份额)$", words.rstrip())
        if defined and (defined[1] or defined[2]):
            keys = self._prefer(keys_of(measures[0]))
            subject = Subject(keys, self.c.place, self.c.year, inherited=slots("place", "year"))
            places = clause.of(R)
            of = self._place(places[-1]) if defined[1] and places else ""
            whole = self._with_whole(subject, of, keys_of(measures[-1]) if defined[2] else (), False, only_place=False)
            if whole.measures:
                self.c.rate, self.c.after_rate, self.c.measures = Rate(whole), True, keys
                return
        if measures:
            last = measures[-1].value
            assert isinstance(last, Mention)
            self.c.measures = last.keys
            self.c.label = ""

    def _numbers(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None, part: Skeleton,
        at: int, end: int,
    ) -> None:  # fmt: skip
        words = before.words()
        first = numbers[0]
        if self._is_target(part, at, host):
            for number in numbers:
                self._no_claim(number, reason("a_target"))
            self._times(before)
            return
        if any(t <= at for t in self._thresholds(part)) and at in self._thresholds(part):
            self._times(before)
            self._places(before, commit=True)
            self._keep_measure(before)
            self._no_claim(first, reason("a_threshold"))
            return
        if first.kind == "count_word" or (
            len(numbers) == 1 and first.unit in ("个", "家") and self._counted(clause, part, at)
        ):
            if self._count(first, clause, part, at):
                return
            if first.kind == "count_word":
                self._no_claim(first, reason("refers_back"))
                return
        if self._count_ahead(numbers, before, part, at, end):
            return
        if (part.start, at) in self.skipped:
            self._no_claim(first, reason("a_threshold"))
            return
        if (
            first.kind == "qty"
            and first.unit == "个"
            and re.match(r"^(?:省|直辖|城市群|方面|分项|领域|市|国家|部门|行业|类|百分)", after)
            and not re.search(r"(?:有|共|达|为)$", words)
        ):
            self._no_claim(first, reason("how_many"))
            return
        if first.kind == "rank":
            for number in numbers:
                self._rank(number, before, clause, numbers)
            return
        if first.kind == "plain" and len(numbers) == 1 and not self._index_like(before, clause):
            if (
                _SCORE.search(clause.words())
                and re.search(r"(?:为|达|达到|至|到|由|从|是|的)$", words)
                and "." in first.literal
            ):
                self._times(before)
                self._not_understood(
                    first,
                    "value",
                    reason("measure_unknown"),
                    year=self._own_year(before) or self.c.year,
                    place=self.c.place,
                )
                return
            self._no_claim(first, reason("no_unit"))
            return
        self._scope_words(text_of(before))
        self.behind = part.cut(end, len(part.text))
        reader = {
            "pct": self._percent, "points": self._points, "times": self._times_of, "doublings": self._doublings,
            "index": self._index_points, "ratio": self._proportion,
        }.get(first.kind, self._quantity)  # fmt: skip
        reader(numbers, before, after, clause, host)

    def _index_like(self, before: Skeleton, clause: Skeleton) -> bool:
        keys = self._own_measures(before) or self.c.measures
        return bool(keys) and all(self.names.units.get(k) == "指数" for k in keys)

    def _is_target(self, part: Skeleton, at: int, host: Skeleton | None) -> bool:
        return any(t <= at for t in self.targets) if host is None else bool(self.targets) and min(self.targets) == 0
