"""Where and when: places and years that a stretch names, words that refer to what precedes, groups and their members."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jjj_pipeline.claims.text.names import Mention
from jjj_pipeline.claims.text.read_base import ReaderBase
from jjj_pipeline.claims.text.skeleton import B, N, R, Skeleton, T, Token
from jjj_pipeline.claims.text.times import Time

UNKNOWN = "?"  # a place that a word like 该市 refers to and that nothing names
MUNICIPAL = frozenset({"110000", "120000", "310000", "500000"})
SEPARATOR = re.compile(r"^ ?(?:、|和|与|及|以及|,|、以及|,以及) ?$")


class PlaceReader(ReaderBase):
    """Places and years."""

    def _scope_words(self, words: str) -> None:
        if "其中" in words and (self.c.topic or self.c.main):
            self.c.within = True
        if "吸纳" in words:
            self.c.direction = "absorbed"
        if re.search(r"输出|登记|卖方", words) and words.rfind("吸纳") < max(words.rfind("输出"), words.rfind("登记")):
            self.c.direction = "output"
        if re.search(r"规模以上工业|规上工业", words):
            self.c.scope = "firm"

    def _times(self, part: Skeleton, *, base_only: bool = False) -> None:
        """Years named as the time of what follows, or as the base it is compared with."""
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
                    self.c.base, self.c.base_rests_on = time.first, "years"
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
                self.c.base, self.c.base_rests_on = time.first, "years"
            elif time.kind == "before" and time.literal.startswith("去年") and self.c.published and not is_base:
                self.c.year = self.c.published - 1
            elif time.kind == "before" and (time.literal == "同比" or is_base or "年同期" in time.literal):
                self.c.base, self.c.base_rests_on = -1, "before"

    def _place(self, token: Token) -> str:
        """The code of a place word; empty where it refers to nothing."""
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
                size = {"two": 2, "three": 3}.get(mention.keys[0], 0)
                if size and (
                    len(runs[-1]) == size  # 北京和天津两市
                    or len(members) in (2, 3)
                    or self.names.kinds.get(runs[-1][-1]) == "group"
                ):
                    last_end = position + 1
                    continue
                if mention.keys[0] in ("area", "it"):
                    last_end = position + 1
                    continue
            if code:
                if runs and SEPARATOR.match(part.text[last_end:position].replace(B, "")):
                    runs[-1].append(code)
                else:
                    runs.append([code])
            last_end = position + 1
        self.c.places.extend(code for run in runs for code in run)
        del self.c.places[:-40]
        subject = re.search(rf"^[^{R}]*{R}[^,;{N}]*?是[^,;]*{R}", part.text)
        found = [] if not runs else runs[0] if subject else runs[-1]
        if commit and found and not self.c.within:
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

    def _members(self, code: str) -> list[str]:
        return (
            code.split("+")
            if "+" in code
            else list(self.names.members(code))
            if self.names.kinds.get(code) == "group"
            else [code]
        )
