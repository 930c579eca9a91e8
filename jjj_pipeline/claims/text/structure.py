"""From numbers and names to claims: what each number of a text says, clause by clause.

Where the text names something the catalogue does not know, or leaves a slot open that nothing before it fills, the number stays
and says why. Nothing is looked up in the warehouse here; `check` does.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from jjj_pipeline.catalog import units
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.context import Context, Rate, Subject
from jjj_pipeline.claims.text.names import Mention, Names
from jjj_pipeline.claims.text.normal import normalise
from jjj_pipeline.claims.text.numbers import Number, find_numbers
from jjj_pipeline.claims.text.reading import Constant, Derived, Formula, Level, Reading, Slot, slots
from jjj_pipeline.claims.text.skeleton import SIGNS, B, I, N, R, Skeleton, T, Token, sentences
from jjj_pipeline.claims.text.times import Time, find_times

UNKNOWN = "?"  # a place that a word like 该市 leans on and that nothing names
_PLACES_BETWEEN = re.compile(r"的[^,。;]{0,4}(?:省|省市|省份|省区|地区)[^,。;]{0,12}$")
_SAME_RATE = re.compile(r"(?:这一|该|上述|此|这个)(?:比例|比重|占比|比率|份额|指标|数字|水平)")
_AHEAD = re.compile(
    rf"^(?:省|省市|省份|省区市|地区|省级地区)?{B}?(?:省|市|区)?的?({I})(?:总量|投入)?(?:超过|高于|突破|达到|大于|超)({N})"
)
MUNICIPAL = frozenset({"110000", "120000", "310000", "500000"})
_SEPARATOR = re.compile(r"^ ?(?:、|和|与|及|以及|,|、以及|,以及) ?$")
_CLAUSE = ",;:"
_INDEX_BASE = re.compile(r"((?:19|20)\d\d) ?年? ?(?:=|为(?:基期|基准)?,? ?) ?100")


def read_text(text: str, names: Names) -> list[Reading]:
    """What every number of a text claims, in the order of the text."""
    flat = normalise(text)
    numbers, times = find_numbers(flat, text), find_times(flat)
    return Reader(flat, names).read(numbers, times)


class Reader:
    """Reads one text; holds the context while it does."""

    def __init__(self, text: str, names: Names) -> None:
        self.text, self.names = text, names
        self.c = Context()
        self.out: list[Reading] = []
        self.sentence: Skeleton = Skeleton("")
        self.paragraph = 0
        self.targets: list[int] = []
        self.skipped: set[tuple[int, int]] = set()  # thresholds that stand behind their count
        self.behind = Skeleton("")  # what stands behind the number that is read

    # the walk -----------------------------------------------------------------------------------------------------

    def read(self, numbers: Sequence[Number], times: Sequence[Time]) -> list[Reading]:
        parts = list(sentences(self.text, self.names, numbers, times))
        self._survey(parts, times)
        last_line = -1
        line_of = _lines(self.text)
        for part in parts:
            line = line_of(part.start)
            self.paragraph = line
            if line != last_line:
                self.c.open_paragraph()
                last_line = line
            else:
                self.c.open_sentence()
            self._sentence(part)
        read = {(r.number.start, r.number.end) for r in self.out}
        claimed = [(r.number.start, r.number.end) for r in self.out]
        for number in numbers:
            if (number.start, number.end) in read:
                continue
            if number.kind != "none" and any(a < number.end and number.start < b for a, b in claimed):
                continue
            self.out.append(
                Reading(number, why=number.why or "part of a name or a year", paragraph=line_of(number.start))
            )
        return sorted(self.out, key=lambda r: r.number.start)

    def _survey(self, parts: Sequence[Skeleton], times: Sequence[Time]) -> None:
        """The document's own place, group, year of publication and base of an index."""
        mentions = [t.value for p in parts for t in _all_tokens(p) if t.sign == R]
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
                for t in _all_tokens(p)
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
        """All groups of numbers of a sentence, or of a bracket (`host` is what stands before it)."""
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
        numbers, end = [_number(part.tokens[at])], at + 1
        while True:
            nxt = text.find(N, end)
            if nxt < 0 or not _SEPARATOR.match(text[end:nxt]) or ("," in text[end:nxt] and not announced):
                break
            numbers.append(_number(part.tokens[nxt]))
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
        """A bracket: read with what stands right before it; what it says is not carried on."""
        if N not in inner.text:
            return
        kept = replace(self.c, recent=list(self.c.recent), places=list(self.c.places), start=list(self.c.start))
        self._walk(inner, before if before.text.strip() else whole)
        rate = self.c.rate
        self.c = kept
        self.c.rate = self.c.rate or rate

    def _without_number(self, clause: Skeleton, part: Skeleton, position: int) -> None:
        """A clause without a number still says what the next one is about."""
        words = clause.words()
        if not words.strip():
            return
        self._scope_words(_said(clause))
        compared = re.search(rf"(?:与|同|和|较|比){T}.{{0,4}}(?:相比|比)", words)
        self._times(clause, base_only=bool(compared))
        self._places(clause, commit=True)
        measures = list(clause.of(I))
        defined = re.search(rf"{I}占(?:({R})的?)?({I})?(?:的)?(?:比重|比例|份额)$", words.rstrip())
        if defined and (defined[1] or defined[2]):
            keys = self._prefer(_keys(measures[0]))
            subject = Subject(keys, self.c.place, self.c.year, inherited=slots("place", "year"))
            places = clause.of(R)
            of = self._place(places[-1]) if defined[1] and places else ""
            whole = self._with_whole(subject, of, _keys(measures[-1]) if defined[2] else (), False, only_place=False)
            if whole.measures:
                self.c.rate, self.c.after_rate, self.c.measures = Rate(whole), True, keys
                return
        if measures:
            last = measures[-1].value
            assert isinstance(last, Mention)
            self.c.measures = last.keys
            self.c.label = ""

    # context ------------------------------------------------------------------------------------------------------

    def _scope_words(self, words: str) -> None:
        if "吸纳" in words:
            self.c.direction = "absorbed"
        if re.search(r"输出|登记|卖方", words) and words.rfind("吸纳") < max(words.rfind("输出"), words.rfind("登记")):
            self.c.direction = "output"
        if re.search(r"规模以上工业|规上工业", words):
            self.c.scope = "firm"

    def _times(self, part: Skeleton, *, base_only: bool = False) -> None:
        """Years said as the time of what follows, or as the base it is compared with."""
        words = part.text
        for position in sorted(part.tokens):
            token = part.tokens[position]
            if token.sign != T:
                continue
            time = token.value
            assert isinstance(time, Time)
            before = words[:position]
            after = words[position + 1 :]
            is_base = base_only or (
                bool(re.search(r"(?:比|较|同|与|相比于|相较于|相较|是|为|相当于|不到|接近)$", before))
                and not re.search(r"^[,]", after)
            )
            if time.kind in ("year", "part"):
                if base_only or (is_base and not re.search(r"是$|为$", before)):
                    self.c.base, self.c.base_said = time.first, "years"
                elif not is_base:
                    self.c.year = time.first if time.kind == "year" else 0
                    self.c.window = None
            elif time.kind == "window":
                if not is_base:
                    self.c.window, self.c.year = (time.first, time.last), time.last
                    self.c.last_span = self.c.window
            elif time.kind == "same" and time.literal == "同期":
                if self.c.last_span and self.c.last_span[1] == self.c.year:
                    self.c.window = self.c.last_span
            elif time.kind == "since":
                self.c.base, self.c.base_said = time.first, "years"
            elif time.kind == "before" and time.literal.startswith("去年") and self.c.published and not is_base:
                self.c.year = self.c.published - 1
            elif time.kind == "before" and (time.literal == "同比" or is_base or "年同期" in time.literal):
                self.c.base, self.c.base_said = -1, "before"
                self.c.before_seen = True

    def _place(self, token: Token) -> str:
        """The code of a place word; empty where it leans on nothing."""
        mention = token.value
        assert isinstance(mention, Mention)
        key = mention.keys[0]
        if mention.kind == "place":
            return key
        if key == "three":
            last = [p for p in self.c.places if self.names.kinds.get(p) == "province"]
            three = list(dict.fromkeys(last[::-1]))[:3][::-1]
            if mention.literal.startswith("三省") and len(three) == 3 and set(three) != set(self.names.members("JJJ")):
                return "+".join(three)
            return self.c.area if len(self.names.members(self.c.area)) == 3 else "JJJ"
        if key == "two":
            last = list(dict.fromkeys(self.c.places[::-1]))
            if last and self.names.kinds.get(last[0]) == "group" and len(self.names.members(last[0])) == 2:
                return last[0]
            two = [p for p in last if self.names.kinds.get(p) == "province"][:2][::-1]
            return "+".join(two) if len(two) == 2 else UNKNOWN
        if key == "it":
            wanted = MUNICIPAL if "市" in mention.literal else None
            for place in [self.c.place, self.c.topic, *self.c.places[::-1], self.c.home]:
                if self.names.kinds.get(place) == "province" and (wanted is None or place in wanted):
                    return place
            return UNKNOWN
        return self.c.area if key == "area" else ""

    def _places(self, part: Skeleton, *, commit: bool, skip: frozenset[int] = frozenset()) -> list[str]:
        """The places a stretch names, in order; 京津冀三地 is one."""
        runs: list[list[str]] = []
        last_end = -1
        for position in sorted(part.tokens):
            token = part.tokens[position]
            if token.sign != R or position in skip:
                continue
            mention = token.value
            assert isinstance(mention, Mention)
            code = self._place(token)
            if mention.kind == "word" and runs and last_end == position:
                members = self.names.members(runs[-1][-1])
                if mention.keys[0] in ("three", "two") and (
                    len(members) in (2, 3) or self.names.kinds.get(runs[-1][-1]) == "group"
                ):
                    last_end = position + 1
                    continue
                if mention.keys[0] in ("area", "it"):
                    last_end = position + 1
                    continue
            if code:
                if runs and _SEPARATOR.match(part.text[last_end:position].replace(B, "")):
                    runs[-1].append(code)
                else:
                    runs.append([code])
            last_end = position + 1
        self.c.places.extend(code for run in runs for code in run)
        subject = re.search(rf"^[^{R}]*{R}[^,;{N}]*?是[^,;]*{R}", part.text)
        found = [] if not runs else runs[0] if subject else runs[-1]
        if commit and found:
            listed = len(found) > 1
            if not listed:
                self.c.place = found[0]
            self.c.topic = self.c.topic or (found[0] if not listed else self._together(found))
            if listed:
                self.c.place = self._together(found)
        return found

    def _together(self, places: Sequence[str]) -> str:
        """A list of places as the group it is, else joined by +."""
        flat = [m for p in dict.fromkeys(places) for m in p.split("+")]
        for group, members in self.names.groups.items():
            if set(members) == set(flat) and len(members) == len(flat):
                return group
        return "+".join(dict.fromkeys(flat))

    # one group of numbers -----------------------------------------------------------------------------------------

    def _numbers(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None, part: Skeleton,
        at: int, end: int,
    ) -> None:  # fmt: skip
        words = before.words()
        first = numbers[0]
        if self._is_target(part, at, host):
            for number in numbers:
                self._no_claim(number, "a target, not a figure")
            self._times(before)
            return
        if any(t <= at for t in self._thresholds(part)) and at in self._thresholds(part):
            self._times(before)
            self._places(before, commit=True)
            self._keep_measure(before)
            self._no_claim(first, "the threshold of a count or of a definition")
            return
        if first.kind == "count_word" or (
            len(numbers) == 1 and first.unit in ("个", "家") and self._counted(clause, part, at)
        ):
            if self._count(first, clause, part, at):
                return
            if first.kind == "count_word":
                self._no_claim(first, "refers to what stands before")
                return
        if self._count_ahead(numbers, before, part, at, end):
            return
        if (part.start, at) in self.skipped:
            self._no_claim(first, "the threshold of a count or of a definition")
            return
        if (
            first.kind == "qty"
            and first.unit == "个"
            and re.match(r"^(?:省|直辖|城市群|方面|分项|领域|市|国家|部门|行业|类|百分)", after)
            and not re.search(r"(?:有|共|达|为)$", words)
        ):
            self._no_claim(first, "how many are spoken of")
            return
        if first.kind == "rank":
            for number in numbers:
                self._rank(number, before, clause, numbers)
            return
        if first.kind == "plain" and len(numbers) == 1 and not self._index_like(before, clause):
            self._no_claim(first, "a number without a unit")
            return
        self._scope_words(_said(before))
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

    def _thresholds(self, part: Skeleton) -> set[int]:
        """Positions of numbers that say which places or firms are counted."""
        found = set()
        for match in re.finditer(N, part.text):
            number = part.tokens[match.start()].value
            if not isinstance(number, Number) or number.kind not in ("qty", "pct"):
                continue
            before, after = part.text[: match.start()], part.text[match.end() :]
            if not g.THRESHOLD_AFTER.match(after):
                continue
            if g.THRESHOLD_BEFORE.search(before) or after.startswith(("以上", "及以上", "以下")):
                found.add(match.start())
        return found

    def _counted(self, clause: Skeleton, part: Skeleton, at: int) -> bool:
        words = clause.text
        first = min(self._thresholds(part), default=-1)
        if 0 <= first < at and _PLACES_BETWEEN.search(_bare(part.text[first:at])):
            return True
        return bool(
            (g.COUNT_PLACES.search(_bare(words)) or g.COUNT_OTHERS.search(_bare(words)))
            and (self._thresholds(part) or re.search(rf"(?:超过|高于|大于|超|低于){R}", part.text[:at]))
        )

    def _count(self, number: Number, clause: Skeleton, part: Skeleton, at: int) -> bool:
        """How many places pass a threshold."""
        thresholds = [t for t in sorted(self._thresholds(part)) if t < at]
        up_to = part.cut(0, at)
        over_place = re.search(rf"(?:超过|高于|大于|超|低于)({R})(?:的)?(?:平均水平|平均|水平)?的", up_to.text)
        if not thresholds and not over_place:
            return False
        keys = (
            self._own_measures(part.cut(0, thresholds[-1] if thresholds else over_place.start() if over_place else at))
            or self.c.measures
        )
        self._times(clause)
        said = [t.value for t in part.cut(thresholds[-1] if thresholds else 0, at).of(T)]
        own_years = [t.first for t in said if isinstance(t, Time) and t.kind == "year"]
        year = own_years[-1] if own_years else self.c.year
        below = bool(
            re.search(
                r"低于|不足|小于|少于|以下",
                up_to.text[max(0, (thresholds[-1] if thresholds else over_place.start() if over_place else 0) - 4) :],
            )
        )
        between = _bare(part.text[thresholds[-1] : at]) if thresholds else ""
        is_places = bool(g.COUNT_PLACES.search(_bare(clause.text)) or _PLACES_BETWEEN.search(between))
        count_number = replace(number, kind="count", printed=re.sub(r"\D", "", number.printed) + " 个")
        if not is_places or not keys or not year or below or len(thresholds) > 1 or "且" in up_to.text:
            keys = self._fit(keys, _number(part.tokens[thresholds[-1]]) if thresholds else None)
            self.c.recent.append(Subject(label="what is counted", place=self.c.home, year=year))
            reading = Reading(
                count_number,
                "count",
                why="counts what the warehouse does not hold",
                measure=keys[0] if keys else "",
                place=self.c.home,
                year=_text(year),
            )
            self._put(reading)
            return True
        if over_place:
            code = self._place(part.tokens[over_place.start(1)])
            keys = self._fit(keys, None)
            threshold_formula: Formula = Level(keys[0], code, year)
        else:
            limit = _number(part.tokens[thresholds[-1]])
            keys = self._fit(keys, limit)
            threshold_formula = Constant(0)
        if not keys:
            self._put(Reading(count_number, "count", why="measure not known", year=_text(year)))
            return True
        formula = Derived("count", (("of", Level(keys[0], "PROV31", year)), ("over", threshold_formula)))
        self._put(
            Reading(count_number, "count", formula, measure=keys[0], place="PROV31", year=_text(year),
                    threshold="" if over_place else _number(part.tokens[thresholds[-1]]).printed,
                    inherited=frozenset({"year"}) if not clause.of(T) else frozenset())
        )  # fmt: skip
        self.c.measures, self.c.place, self.c.topic = keys, "CN", "CN"
        self.c.whole = ("CN", "")
        return True

    def _count_ahead(self, numbers: list[Number], before: Skeleton, part: Skeleton, at: int, end: int) -> bool:
        """12个省(区、市)的研发经费超过千亿元: the threshold stands behind."""
        ahead = _AHEAD.match(part.text[end:])
        first = numbers[0]
        if ahead is None or first.unit != "个" or len(numbers) > 1:
            return False
        limit_at = end + ahead.start(2)
        limit = _number(part.tokens[limit_at])
        self._times(before)
        keys = self._fit(_keys(part.tokens[end + ahead.start(1)]), limit)
        self.skipped.add((part.start, limit_at))
        number = replace(first, kind="count", printed=re.sub(r"\D", "", first.printed) + " 个")
        if not keys or not self.c.year:
            self._put(
                Reading(
                    number,
                    "count",
                    why="measure not known" if not keys else "year not known",
                    place="PROV31",
                    year=_text(self.c.year),
                )
            )
            return True
        formula = Derived("count", (("of", Level(keys[0], "PROV31", self.c.year)), ("over", Constant(0))))
        self._put(
            Reading(
                number,
                "count",
                formula,
                measure=keys[0],
                place="PROV31",
                year=_text(self.c.year),
                threshold=limit.printed,
            )
        )
        self.c.measures, self.c.place, self.c.whole = keys, "CN", ("CN", "")
        return True

    def _keep_measure(self, before: Skeleton) -> None:
        keys = self._own_measures(before)
        if keys:
            self.c.measures = keys

    # subjects -----------------------------------------------------------------------------------------------------

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
            chosen = {
                "patent_grants": "invention_grants",
                "patent_applications": "invention_applications",
                "patents_valid": "invention_valid",
            }.get(spoken, spoken)
            return (chosen,) if chosen in fitting else ()
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
        label = ""
        keys: tuple[str, ...] = ()
        self._flow(before)
        if measure_tokens:
            position = measure_tokens[-1]
            mention = before.tokens[position].value
            assert isinstance(mention, Mention)
            front = _front(before.text, position)
            behind = _bare(before.text[position + 1 :])
            changed = g.residue(front) or g.residue(re.sub(f"[{SIGNS}]", "", behind))
            keys = mention.keys if any_unit else self._fit(mention.keys, number)
            if changed and not re.match(r"^(?:流向|输出到|转移到|在)", front):
                keys, label = (), f"{front}{mention.literal}{behind}"
            elif not keys:
                label = mention.literal
            c.measures = (keys or mention.keys) if not label else ()
            c.label = label
        else:
            rest = g.residue(_bare(before.text))
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
            sub = "其中" in before.text or before.text.lstrip().startswith(("、", "和", "及", "与"))
            if not sub:
                c.place = place
                c.topic = c.topic or place
        elif measure_tokens and (inside := self.names.place_in(_literal(before.tokens[measure_tokens[-1]]))):
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
        listed = _listed(scope.text, measures)
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
        distinct = _distinct(self.c.recent)
        listed_places = list(dict.fromkeys(s.place for s in distinct))
        if (
            len(measures) == 1
            and not places
            and len(listed_places) >= n
            and len({s.measures for s in distinct[-n:]}) == 1
        ):
            keys = base.measures if any_unit else self._fit(base.measures, numbers[0])
            return [replace(base, measures=keys, place=p) for p in listed_places[-n:]]
        if not measures and not places and len(distinct) >= n and not g.residue(_bare(before.text)):
            return [replace(s, inherited=base.inherited) for s in distinct[-n:]]
        if not measures and not base.label and not places and len(self._members(self.c.place)) == n and not derived:
            keys = base.measures if any_unit else self._fit(base.measures, numbers[0])
            return [replace(base, measures=keys, place=m) for m in self._members(self.c.place)]
        return [replace(base, measures=(), label="a list whose items are not told apart", place="") for _ in numbers]

    def _members(self, code: str) -> list[str]:
        return (
            code.split("+")
            if "+" in code
            else list(self.names.members(code))
            if self.names.kinds.get(code) == "group"
            else [code]
        )

    # kinds of numbers ---------------------------------------------------------------------------------------------

    def _quantity(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None
    ) -> None:
        words = before.words()
        c = self.c
        bare = _bare(words)
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
        opens = bool(g.FROM.search(_keep_times(words)))
        if (
            g.GROWTH.search(bare)
            and not re.search(g.LEVEL_VERB + r"(?:了|约|近|超过)*$", words)
            and not opens
            and not (R + "多" in words and False)
        ):
            return self._difference(numbers, before, clause, after)
        reversed_over = re.search(rf"(?:反超|领先|超过|超出){R}(?:约)?$", words)
        if reversed_over and not before.of(I):
            return self._difference(numbers, before, clause, after)
        if (
            "累计" in words
            and (c.window or re.search(r"来|间|以来|期间|过去", clause.words()))
            and numbers[0].unit.endswith(("元", "件", "项"))
        ):
            for number in numbers:
                self._put(
                    Reading(
                        number,
                        "sum",
                        why="a total over several years",
                        place=c.place,
                        year=_text(c.year),
                        bound=self._bound(words, after)[0],
                    )
                )
            return None
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
                why = "it is not clear what this per cent is of"
                self._put(
                    Reading(
                        number,
                        "share",
                        why=why,
                        place=subject.place,
                        year=_text(subject.year),
                        bound=self._bound(words, after)[0],
                    )
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
            subjects = [
                replace(self._previous(n), measures=(), label="what it starts from is not clear") for n in numbers
            ]
        else:
            subjects = [replace(s, year=year) for s in start]
            if start[0].year and year:
                self.c.pair = self.c.last_span = (start[0].year, year)
        words = before.words()
        self._level(numbers, subjects, words, "")
        self.c.start = []

    def _bracket_value(self, numbers: list[Number], host: Skeleton) -> None:
        """A(12.3亿元): the figure of what stands before the bracket."""
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
            subject = replace(subject, measures=(), label="what the bracket belongs to is not clear")
        self._level(numbers[:1], [subject], "", "", keep=last is not None and last.sign != T)
        for number in numbers[1:]:
            self._put(Reading(number, "value", why="a list in a bracket"))

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
                c.base, c.base_said, c.before_seen = -1, "before", True
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
        if c.base_said == "before" and c.base == -1:
            return last - 1 if last else 0, last, True
        if c.pair:
            return c.pair[0], c.pair[1], True
        if c.base and c.base > 0:
            return c.base, last, True
        if c.window:
            return c.window[0], c.window[1], True
        return last - 1 if last else 0, last, False

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
            first, last, said = self._growth_years(before, clause, subject, mean=mean)
            inherited = set(subject.inherited)
            inherited.discard("year") if said and "year" in inherited and self.c.window else None
            if not said:
                inherited.add("base")
            formula: Formula | None = None
            why = ""
            if not first or not last or first >= last:
                why = "the years it compares are not known"
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
            down = g.is_down(_bare(words)) and number.kind in ("pct", "qty", "index", "times")
            self._put(
                self._reading(number, named, replace(subject, inherited=frozenset(inherited)), words, after if number is numbers[-1] else "",
                              formula=formula, years=f"{first}-{last}" if first else str(last or ""), why=why, down=down)
            )  # fmt: skip
            if number.kind == "pct" and first:
                self.c.rate = Rate(subject, "cagr" if shown == "cagr" else "growth", first, last)
        if before.of(I) or before.of(R):
            self.c.recent.extend(replace(s, year=last or s.year) for s in subjects)

    def _percent(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None
    ) -> None:
        words, bare = before.words(), _bare(before.words())
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
                        why="what stands behind it is another part than what was spoken of",
                        place=c.place,
                        year=_text(c.year),
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
                        why="it is not clear what this per cent is of",
                        place=c.place,
                        year=_text(own_year or c.year),
                    )
                )
            for number in numbers[1:]:
                self._put(Reading(number, "share", why="a list whose items are not told apart"))
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
        opens = bool(g.FROM.search(_keep_times(words)))
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
                self._put(Reading(number, "share", why="a list whose items are not told apart"))
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
                    why="it is not clear what this per cent is of",
                    place=c.place,
                    year=_text(c.year),
                    bound=self._bound(words, after)[0],
                )
            )
        return None

    def _about_rate(self, before: Skeleton, words: str) -> bool:
        """提高4.3%, 高出全国平均水平4.29%, after a share or an intensity: about the rate, not its measure."""
        if before.of(I) or g.residue(_bare(words)) or (before.of(R) and not g.OVER_PLACE.search(before.text)):
            return False
        return bool(re.search(r"提高|上升|下降|降低|回落|高出|高于|低于|提升", words)) or bool(
            re.search(rf"(?:比|较){R}", words)
        )

    def _growth_subjects(self, numbers: list[Number], before: Skeleton, clause: Skeleton) -> list[Subject]:
        """What grows: names of the clause, else the figures just read."""
        named = before.of(I) or list(before.of(R))
        c = self.c
        {i for i in before.tokens if before.text[i] == T}
        if not named and not g.residue(_bare(before.text)):
            distinct = _distinct(
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

    def _prefer(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """One of several measures of a name, where no unit decides: what was just read, else money before numbers."""
        if len(keys) < 2:
            return self._fit(keys, None)
        for subject in reversed(self.c.recent):
            if subject.measure in keys:
                return (subject.measure,)
        return self._fit(keys, None)

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
                said = re.sub(f"[{SIGNS}]", "", match[1])
                stem = re.match(r"[a-z]+_", last.measure)
                if inner.of(I) and isinstance(inner.of(I)[-1].value, Mention):
                    per = inner.of(I)[-1].value.keys  # type: ignore[union-attr]
                elif stem:
                    word = {"主营业务收入": "principal_revenue", "营业收入": "revenue"}.get(said, "")
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
            self._put(Reading(number, "ratio", why="a list whose items are not told apart"))

    # shares -------------------------------------------------------------------------------------------------------

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
            rest = g.residue(re.sub(f"[{SIGNS}]", "", whole_text.text))
            unknown = (
                bool(rest) and not keys and not (of and re.fullmatch(r"(?:国内)?(?:总量|授权总量|总数|比)?", rest))
            )
            over = keys
            if rest and keys and g.residue(_front(whole_text.text, whole_text.text.rfind(I))):
                unknown = True
        named = part_text.of(I) or part_text.of(R) or g.residue(_bare(part_text.text))
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
            distinct = _distinct(c.recent)
            n = len(numbers)
            if n == 1 and c.pair is None and (own_year := self._own_year(part_text)) and own_year != distinct[-1].year:
                distinct.append(replace(distinct[-1], year=own_year))
            subjects = [replace(s, inherited=frozenset({"measure", "place", "year"})) for s in distinct[-n:]]
            if len(subjects) < n:
                subjects = [Subject(label="a list whose items are not told apart")] * n
            self._times(part_text)
        else:
            trimmed = _without_share_words(part_text)
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
        opens = bool(g.FROM.search(_keep_times(before.words())))
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
        if unknown or not subject.measures:
            return replace(subject, measures=(), label=subject.label or "the whole is not known")
        if over and over != measure and not (set(subject.measures) & {over}):
            if of and of != subject.place and not set(subject.place.split("+")) & {of}:
                place = subject.place
                if self.names.parents.get(measure) == over and set(self._members(subject.place)) <= set(
                    self._members_of_any(of)
                ):
                    return replace(subject, measures=(), label="part and whole differ in place and measure")
                del place
            if subject.to and not over.startswith("tech_output"):
                return replace(subject, measures=(), label="a flow over another measure")
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
                else replace(subject, measures=(), label="part and whole are one")
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
        return replace(subject, measures=(), label="the whole is not known")

    def _flow_share(self, subject: Subject, of: str) -> Subject:
        """流向津冀…占全市的: over the output of the place of origin."""
        total = {"tech_contract_turnover": "tech_output_turnover", "tech_contracts": "tech_output_contracts"}.get(
            subject.measure, ""
        )
        if of == subject.place and total:
            return replace(subject, over=total)
        return replace(subject, measures=(), label="the whole is not known")

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

    # points, times, quotients -------------------------------------------------------------------------------------

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
        if g.residue(re.sub(f"[{SIGNS}]", "", _bare(before.text))) or keys:
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
            self._put(Reading(extra, "difference", why="a list of differences"))
        compared = g.OVER_PLACE.search(before.text)
        if rate is None or not rate.subject.measures:
            label = rate.subject.label if rate else ""
            place = rate.subject.place if rate else c.place
            self._put(
                Reading(
                    number,
                    "difference",
                    why="the rate it is about is not known",
                    place=place,
                    year=_text(c.year),
                    label=label,
                )
            )
            return
        down = g.last_change(_bare(words)) == "down"
        subject = rate.subject
        if compared is not None:
            other = self._place(before.tokens[compared.start("place")])
            places = list(self._places(before, commit=False, skip=frozenset({compared.start("place")})))
            place = places[-1] if places else subject.place
            if not other or other == place or "+" in place:
                self._put(
                    Reading(
                        number,
                        "difference",
                        why="the place it is compared with is not known",
                        measure=subject.name(),
                        place=place,
                        year=_text(subject.year),
                    )
                )
                return
            left, right = rate.formula(place=other), rate.formula(place=place)
            years = f"{rate.first}-{rate.last}" if rate.kind != "level" else _text(subject.year)
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
                self._put(
                    Reading(
                        number,
                        "difference",
                        why="the rate it is compared with is not known",
                        measure=subject.name(),
                        place=subject.place,
                        year=_text(rate.last),
                    )
                )
                return
            formula = Derived("difference", (("start", earlier), ("end", rate.formula())))
            self._put(
                self._reading(
                    number, "difference", subject, words, after, formula=formula, years=years, down=down, rate=rate
                )
            )
            return
        first, last, said = self._growth_years(before, clause, subject, mean=False)
        if c.pair and not (clause.of(T)):
            first, last, said = c.pair[0], c.pair[1], True
        if not first or not last or first >= last:
            self._put(
                Reading(
                    number,
                    "difference",
                    why="the years it compares are not known",
                    measure=subject.name(),
                    place=subject.place,
                    year=_text(c.year),
                )
            )
            return
        formula = Derived(
            "difference", (("start", rate.formula(years=(first, first))), ("end", rate.formula(years=(last, last))))
        )
        inherited = subject.inherited | (slots() if said else slots("base"))
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
                                    why="" if formula else "what it is compared with is not known"))  # fmt: skip
            return
        subjects = self._difference_subjects(numbers, before, clause)
        self._change("difference", numbers, subjects, before, clause, after)

    def _difference_subjects(self, numbers: list[Number], before: Skeleton, clause: Skeleton) -> list[Subject]:
        if before.of(I) or g.residue(_bare(before.text)):
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
                                why="" if formula else "what it is compared with is not known"))  # fmt: skip
        for extra in numbers[1:]:
            self._put(Reading(extra, "ratio", why="a list of quotients"))

    def _times_of(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None
    ) -> None:
        """是2011年的2.27倍, 增长了1.6倍, 是全国平均水平的9.5倍."""
        words, bare = before.words(), _bare(before.words())
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
            kept = before.cut(0, before.text.rfind(T))
            kept = kept.cut(
                0, len(re.sub(r"(?:是|为|相当于|约为|达到|达|近|接近|不到|不足|超过|约|分别|,| )+$", "", kept.text))
            )
            subjects = (
                self._growth_subjects(numbers, kept, clause)
                if not kept.of(I)
                else self._spread(numbers, kept, clause, any_unit=True)
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
                self._put(self._reading(number, "multiple", subject, words, after, formula=formula, years=f"{first}-{last}" if first else _text(last), bound=bound[1] if bound else "",
                                        why="" if formula or not measures else "the years it compares are not known"))  # fmt: skip
            if first and self.c.year > first:
                self.c.pair = (first, self.c.year)
            if kept.of(I) or kept.of(R):
                self.c.recent.extend(replace(s, measures=self._prefer(s.measures)) for s in subjects)
            return None
        if base is not None and base["base"][0] == R and re.search(r"的[^的]{0,4}$", words):
            return self._against_place(numbers, before, after, base.start())
        if g.GROWTH.search(bare) and not re.search(g.LEVEL_VERB + "(?:了)?$", words):
            subjects = self._growth_subjects(numbers, before, clause)
            self._change("growth_times", numbers, subjects, before, clause, after)
            return None
        for number in numbers:
            self._put(
                Reading(
                    number,
                    "multiple",
                    why="what it is a multiple of is not known",
                    place=self.c.place,
                    year=_text(self.c.year),
                )
            )
        return None

    def _doublings(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None
    ) -> None:
        kept = Skeleton(before.text.replace("翻了", "").replace("翻", ""), before.tokens)
        subjects = self._growth_subjects(numbers, kept, clause)
        self._change("multiple", numbers, subjects, kept, clause, after)

    def _index_points(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None
    ) -> None:
        if g.GROWTH.search(_bare(before.words())):
            return self._difference(numbers, before, clause, after)
        self._level(numbers, self._spread(numbers, before, clause, host=host), before.words(), after)
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
                _bare(before.text),
            )
        )
        opens = bool(g.FROM.search(_keep_times(before.words())))
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
                label="" if ok else (changed or "per head"),
                inherited=frozenset(inherited),
            )
            for p in (multiple_places or [places[-1] if places else c.place or c.home] * len(numbers))
        ]
        down_word = g.GROWTH.search(_bare(before.words())) and not opens
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

    def _proportion(
        self, numbers: list[Number], before: Skeleton, after: str, clause: Skeleton, host: Skeleton | None
    ) -> None:
        """A、B和C之比为3.7:1:1.4."""
        number = numbers[0]
        terms = list(re.split(":", number.printed))
        n = len(terms)
        scope = clause
        positions = [i for i in sorted(scope.tokens) if scope.text[i] == I]
        self._times(scope)
        places = self._places(scope, commit=False)
        measures = [scope.tokens[i].value for i in positions]
        levels: list[Level] = []
        base = self._previous(None)
        place = places[-1] if len(places) == 1 else self.c.place
        words = scope.words()
        if len(measures) == n and all(isinstance(m, Mention) for m in measures):
            candidates = [m.keys for m in measures if isinstance(m, Mention)]
            unit = self.names.units.get(base.measure, "")
            shared = set.intersection(*({self.names.units[k] for k in keys} for keys in candidates))
            unit = unit if unit in shared else "亿元" if "亿元" in shared else next(iter(sorted(shared)), "")
            keys = [next((k for k in ks if self.names.units[k] == unit), "") for ks in candidates]
            levels = [Level(k, place, self.c.year) for k in keys]
        elif n == 2 and "输出" in words and "吸纳" in words:
            order = ["tech_output_turnover", "tech_absorbed_turnover"]
            order = order if words.find("输出") < words.find("吸纳") else order[::-1]
            levels = [Level(k, place, self.c.year) for k in order]
        elif len(measures) <= 1:
            key = self._own_measures(scope)
            chosen = self._prefer(key)[0] if key else base.measure
            members = (
                places
                if len(places) == n
                else self._members(places[0])
                if len(places) == 1
                else self._members(self.c.place)
            )
            if len(members) == n and chosen and not g.residue(_bare(scope.text)):
                year = self.c.year or base.year
                levels = [Level(chosen, m, year) for m in members]
        one = next((i for i, t in enumerate(terms) if t == "1"), -1)
        if not levels or one < 0 or not all(level.known for level in levels):
            self._put(
                Reading(
                    number, "ratio", why="what is compared is not known", place=self.c.place, year=_text(self.c.year)
                )
            )
            return
        extra = tuple(
            (terms[i], Derived("ratio", (("numerator", levels[i]), ("denominator", levels[one]))))
            for i in range(n)
            if i != one
        )
        names = "/".join(dict.fromkeys(level.measure for level in levels))
        where = "+".join(dict.fromkeys(level.place for level in levels))
        self._put(
            Reading(
                number,
                "ratio",
                extra[0][1],
                measure=names,
                place=where,
                year=_text(levels[0].year),
                extra=extra,
                inherited=frozenset({"year"}),
            )
        )

    def _rank(self, number: Number, before: Skeleton, clause: Skeleton, numbers: list[Number]) -> None:
        """居全国第一位, 分列第二位和第三位."""
        c = self.c
        scope = before if before.of(R) or before.of(I) else clause
        words = clause.words()
        if re.search(r"全球|世界|国际|亚洲|省会|副省级|城市群|主要城市", words):
            self._no_claim(number, "a place among others than provinces")
            return
        among = (
            "PROV31"
            if re.search(r"全国|各省|省区市", words) or any(self._place(t) == "CN" for t in clause.of(R))
            else ""
        )
        places = [p for p in self._places(scope, commit=False) if p not in ("CN", "PROV31")]
        index = numbers.index(number)
        if not places:
            places = [s.place for s in c.recent if s.place not in ("CN",)][-len(numbers) :]
        groups = [p for p in places if len(self._members(p)) > 1]
        singles = [p for p in places if len(self._members(p)) == 1]
        if not among:
            group = (
                groups[0]
                if groups
                else c.place
                if len(self._members(c.place)) > 1
                else c.topic
                if len(self._members(c.topic)) > 1
                else self.c.area
                if re.search("三地|区域", self.sentence.text)
                or "三地" in self.text[self.sentence.start : self.sentence.end]
                else ""
            )
            among = group
        if not among and "全国" in self.text[self.sentence.start : number.start]:
            among = "PROV31"
        place = singles[index] if len(singles) >= len(numbers) and len(numbers) > 1 else singles[-1] if singles else ""
        keys = self._own_measures(scope) or c.measures
        keys = self._prefer(keys) if keys else ()
        measure_known = bool(keys) and not c.label
        year = self._own_year(scope) or c.year
        if not (place and among and measure_known and year):
            self._put(
                Reading(
                    number,
                    "rank",
                    why="what is ranked, or among whom, is not known",
                    measure=keys[0] if measure_known else "",
                    place=place,
                    year=_text(year),
                )
            )
            return
        formula = Derived("position", (("of", Level(keys[0], place, year)), ("among", Level(keys[0], among, year))))
        bound = self._bound(before.words(), "")[0]
        self._put(
            Reading(
                number,
                "rank",
                formula,
                bound=bound,
                measure=keys[0],
                place=place,
                year=_text(year),
                inherited=frozenset({"measure", "year"}),
            )
        )

    # putting down -------------------------------------------------------------------------------------------------

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
        place: str = "", why: str = "", down: bool = False, bound: str = "", rate: Rate | None = None,
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
            why = (
                f"measure not known: {subject.label}" if not subject.measures and subject.label
                else "measure not known" if not subject.measures else "place not known" if not subject.place else "year not known"
            )  # fmt: skip
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
            replace(number, printed=printed), kind, formula, bound, why, name, where, years or _text(subject.year), subject.label,
            subject.inherited, others, paragraph=self.paragraph, sentence=(self.sentence.start, self.sentence.end),
        )  # fmt: skip

    def _others(self, subject: Subject, formula: Formula) -> Iterable[Formula]:
        """Other readings of what is not said in the clause."""
        from jjj_pipeline.claims.text.reading import moved

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
        self.c.after_rate = reading.number.kind in ("pct", "points") and reading.kind in (
            "share",
            "value",
            "ratio",
            "difference",
        )

    def _no_claim(self, number: Number, why: str) -> None:
        self._put(Reading(number, why=why))


# helpers ------------------------------------------------------------------------------------------------------------


def _distinct(subjects: Iterable[Subject]) -> list[Subject]:
    """Each subject once, in the order they were last spoken of."""
    plain = [replace(s, inherited=frozenset()) for s in subjects]
    return list(dict.fromkeys(plain[::-1]))[::-1]


def _keys(token: Token) -> tuple[str, ...]:
    return token.value.keys if isinstance(token.value, Mention) else ()


def _literal(token: Token) -> str:
    return token.value.literal if isinstance(token.value, Mention) else ""


def _said(part: Skeleton) -> str:
    """The words of a stretch with the names of its measures."""
    return "".join(_literal(part.tokens[i]) if s == I else s for i, s in enumerate(part.text))


def _number(token: Token) -> Number:
    assert isinstance(token.value, Number)
    return token.value


def _text(year: int) -> str:
    return str(year) if year else ""


def _bare(text: str) -> str:
    return re.sub(f"[{SIGNS}\"'《》 ,、]", "", text)


def _keep_times(words: str) -> str:
    return words


def _front(text: str, position: int) -> str:
    """The words right before a measure, back to the last sign or mark."""
    match = re.search(rf"[^{SIGNS},;:、。]*$", text[:position])
    front = match[0] if match else ""
    return re.sub(r"[\"'《》 ]", "", front)


def _listed(text: str, positions: list[int]) -> list[int]:
    """Measures that stand in one list (A、B和C), the last list of a stretch."""
    if not positions:
        return []
    runs = [[positions[0]]]
    for a, b in itertools.pairwise(positions):
        if re.fullmatch(r" ?(?:、|和|与|及|以及) ?", text[a + 1 : b]):
            runs[-1].append(b)
        else:
            runs.append([b])
    return max(runs, key=len)


def _without_share_words(part: Skeleton) -> Skeleton:
    text = re.sub(r"(?:所占比重|占比|比重|份额|所占|比例)", lambda m: " " * len(m[0]), part.text)
    return Skeleton(text, part.tokens, part.start, part.end)


def _all_tokens(part: Skeleton) -> Iterable[Token]:
    for token in part.tokens.values():
        if isinstance(token.value, Skeleton):
            yield from _all_tokens(token.value)
        else:
            yield token


def _lines(text: str):  # type: ignore[no-untyped-def]
    """A function from an offset to its paragraph's number, blank lines not counted."""
    import bisect

    starts, count, numbers = [], 0, []
    at = 0
    for line in text.split("\n"):
        count += bool(line.strip())
        starts.append(at)
        numbers.append(max(count, 1))
        at += len(line) + 1
    return lambda offset: numbers[bisect.bisect_right(starts, offset) - 1]


__all__ = ["Fraction", "Reader", "read_text"]
