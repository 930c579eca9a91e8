"""Counts over a threshold, places in a ranking, ratios of several terms."""

from __future__ import annotations

import re
from dataclasses import replace

from jjj_pipeline.claims.reasons import reason
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.context import Subject
from jjj_pipeline.claims.text.names import Mention
from jjj_pipeline.claims.text.numbers import Number
from jjj_pipeline.claims.text.read_quantities import QuantityReader
from jjj_pipeline.claims.text.reading import Constant, Derived, Formula, Level, Reading
from jjj_pipeline.claims.text.skeleton import B, I, N, R, Skeleton, T
from jjj_pipeline.claims.text.stretches import (
    bare_words,
    keys_of,
    number_of,
    year_text,
)
from jjj_pipeline.claims.text.times import Time

_PLACES_BETWEEN = re.compile(r"的[^,。;]{0,4}(?:省|省市|省份|省区|地区)[^,。;]{0,12}$")
_AHEAD = re.compile(
    rf"^(?:省|省市|省份|省区市|地区|省级地区)?{B}?(?:省|市|区)?的?({I})(?:总量|投入)?(?:超过|高于|突破|达到|大于|超)({N})"
)


class CountReader(QuantityReader):
    """Counts over a threshold, places in a ranking, ratios of several terms.."""

    def _thresholds(self, part: Skeleton) -> set[int]:
        """Positions of numbers that say which places or firms are counted; found once a part, and used for each number."""
        if self.thresholds_of is not part:
            self.thresholds_of, self.thresholds = part, self._found_thresholds(part)
        return self.thresholds

    def _found_thresholds(self, part: Skeleton) -> set[int]:
        found = set()
        for match in re.finditer(N, part.text):
            if number_of(part.tokens[match.start()]).kind not in ("qty", "pct"):
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
        if 0 <= first < at and _PLACES_BETWEEN.search(bare_words(part.text[first:at])):
            return True
        return bool(
            (g.COUNT_PLACES.search(bare_words(words)) or g.COUNT_OTHERS.search(bare_words(words)))
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
        named_times = [t.value for t in part.cut(thresholds[-1] if thresholds else 0, at).of(T)]
        own_years = [t.first for t in named_times if isinstance(t, Time) and t.kind == "year"]
        year = own_years[-1] if own_years else self.c.year
        below = bool(
            re.search(
                r"低于|不足|小于|少于|以下",
                up_to.text[max(0, (thresholds[-1] if thresholds else over_place.start() if over_place else 0) - 4) :],
            )
        )
        between = bare_words(part.text[thresholds[-1] : at]) if thresholds else ""
        is_places = bool(g.COUNT_PLACES.search(bare_words(clause.text)) or _PLACES_BETWEEN.search(between))
        count_number = replace(number, kind="count", printed=re.sub(r"\D", "", number.printed) + " 个")
        if not is_places or not keys or not year or below or len(thresholds) > 1 or "且" in up_to.text:
            keys = self._fit(keys, number_of(part.tokens[thresholds[-1]]) if thresholds else None)
            self.c.recent.append(Subject(label=reason("counted_unknown"), place=self.c.home, year=year))
            measure = keys[0] if keys else ""
            self._not_understood(
                count_number, "count", reason("count_not_held"), year=year, place=self.c.home, measure=measure
            )
            return True
        if over_place:
            code = self._place(part.tokens[over_place.start(1)])
            keys = self._fit(keys, None)
            threshold_formula: Formula = Level(keys[0], code, year)
        else:
            limit = number_of(part.tokens[thresholds[-1]])
            keys = self._fit(keys, limit)
            threshold_formula = Constant(0)
        if not keys:
            self._not_understood(count_number, "count", reason("measure_unknown"), year=year)
            return True
        formula = Derived("count", (("of", Level(keys[0], "PROV31", year)), ("over", threshold_formula)))
        self._put(
            Reading(count_number, "count", formula, measure=keys[0], place="PROV31", year=year_text(year),
                    threshold="" if over_place else number_of(part.tokens[thresholds[-1]]).printed,
                    inherited=frozenset({"year"}) if not clause.of(T) else frozenset())
        )  # fmt: skip
        self.c.measures, self.c.place, self.c.topic = keys, "CN", "CN"
        self.c.whole = ("CN", "")
        return True

    def _count_ahead(self, numbers: list[Number], before: Skeleton, part: Skeleton, at: int, end: int) -> bool:
        """12个省(区、市)的研发经费超过千亿元: the threshold follows."""
        ahead = _AHEAD.match(part.text[end:])
        first = numbers[0]
        if ahead is None or first.unit != "个" or len(numbers) > 1:
            return False
        limit_at = end + ahead.start(2)
        limit = number_of(part.tokens[limit_at])
        self._times(before)
        keys = self._fit(keys_of(part.tokens[end + ahead.start(1)]), limit)
        self.skipped.add((part.start, limit_at))
        number = replace(first, kind="count", printed=re.sub(r"\D", "", first.printed) + " 个")
        if not keys or not self.c.year:
            self._not_understood(
                number,
                "count",
                reason("measure_unknown") if not keys else reason("year_unknown"),
                year=self.c.year,
                place="PROV31",
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
                year=year_text(self.c.year),
                threshold=limit.printed,
            )
        )
        self.c.measures, self.c.place, self.c.whole = keys, "CN", ("CN", "")
        return True

    def _keep_measure(self, before: Skeleton) -> None:
        keys = self._own_measures(before)
        if keys:
            self.c.measures = keys

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
            measure = self._prefer(key)[0] if key else base.measure
            members = (
                places
                if len(places) == n
                else self._members(places[0])
                if len(places) == 1
                else self._members(self.c.place)
            )
            if len(members) == n and measure and not (g.residue(scope.text)):
                year = self.c.year or base.year
                levels = [Level(measure, m, year) for m in members]
        one = next((i for i, t in enumerate(terms) if t == "1"), -1)
        if not levels or one < 0 or not all(level.known for level in levels):
            self._not_understood(number, "ratio", reason("compared_unknown"), year=self.c.year, place=self.c.place)
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
                year=year_text(levels[0].year),
                extra=extra,
                inherited=frozenset({"year"}),
            )
        )

    def _ranks_growth(self, before: Skeleton, scope: Skeleton) -> bool:
        """增速居首位, or a place right behind a rate whose measure is not named again: growth is ranked, not the figure."""
        if re.search(r"增速|增幅|增长率|增长速度|涨幅|降幅", before.words()):
            return True
        last = self.out[-1] if self.out else None
        return bool(last and last.kind in ("growth", "cagr", "growth_times") and not self._own_measures(scope))

    def _rank(self, number: Number, before: Skeleton, clause: Skeleton, numbers: list[Number]) -> None:
        """居全国第一位, 分列第二位和第三位."""
        c = self.c
        scope = before if before.of(R) or before.of(I) else clause
        words = clause.words()
        if re.search(r"全球|世界|国际|亚洲|省会|副省级|城市群|主要城市", words):
            self._no_claim(number, reason("other_places"))
            return
        if len(numbers) == 1 and re.search(r"分列|分居|分别", words):
            self._not_understood(number, "rank", reason("ranked_unknown"), year=c.year)
            return
        among = (
            "PROV31"
            if re.search(r"全国|各省|省区市", words) or any(self._place(t) == "CN" for t in clause.of(R))
            else ""
        )
        places = [p for p in self._places(scope, commit=False) if p not in ("CN", "PROV31")]
        index = numbers.index(number)
        if not places:
            named = (self._place(t) for t in before.of(R) if isinstance(t.value, Mention))
            places = [p for p in named if p and p not in ("CN", "PROV31", "?")]
        if not places:
            places = [s.place for s in c.recent if s.place not in ("CN",)][-len(numbers) :]
        groups = [p for p in places if len(self._members(p)) > 1]
        singles = [p for p in places if len(self._members(p)) == 1]
        if not among and groups and groups[0] in self.names.groups:
            among = groups[0]
        if not among and "全国" in self.text[self.sentence.start : number.start]:
            among = "PROV31"
        if not among:
            near = self.c.area if re.search("三地|区域", self.text[self.sentence.start : self.sentence.end]) else ""
            among = next((p for p in (near, c.place, c.topic) if p in self.names.groups), "")
        place = singles[index] if len(singles) >= len(numbers) and len(numbers) > 1 else singles[-1] if singles else ""
        keys = self._own_measures(scope) or c.measures
        keys = self._prefer(keys) if keys else ()
        measure_known = bool(keys) and not c.label and not self._ranks_growth(before, scope)
        year = self._own_year(scope) or c.year
        if not (place and among and measure_known and year):
            self._not_understood(
                number,
                "rank",
                reason("ranked_unknown"),
                year=year,
                place=place,
                measure=keys[0] if measure_known else "",
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
                year=year_text(year),
                inherited=frozenset({"measure", "year"}),
            )
        )
