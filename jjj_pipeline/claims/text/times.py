"""Years and periods in a text: 2014年至2020年, "十二五"期间, 上年, 同期, 近三年. Knows the calendar of a sentence, not what a figure says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jjj_pipeline.claims.text.numbers import CN, YEAR, arabic

PLANS = {"一": 2010, "二": 2015, "三": 2020, "四": 2025, "五": 2030}  # last year of 十一五, 十二五 ...


@dataclass(frozen=True)
class Time:
    """`[start, end)` and what it says. Kinds: year (`first` = `last`), window (`first` to `last`), before (the year before the
    one named), same (that year or window), span (a length of `first` years), recent (the last `first` years), part (less
    than a year), date (a day: a date of publication)."""

    start: int
    end: int
    literal: str
    kind: str
    first: int = 0
    last: int = 0
    plan: bool = False


_Y = rf"({YEAR})"
_PATTERNS: list[tuple[str, re.Pattern[str]]] = [
    ("date", re.compile(rf"(?<!\d){_Y} ?年 ?\d{{1,2}} ?月 ?\d{{1,2}} ?日")),
    ("part", re.compile(rf"(?<!\d){_Y} ?年? ?(?:上半年|下半年|前三季度|[一二三四1-4]季度|第[一二三四1-4]季度|1-\d{{1,2}} ?月份?|前?\d{{1,2}} ?个?月份?|前[一二三四五六七八九十]+个?月)")),
    ("window", re.compile(rf"(?<![\d.]){_Y} ?年?(?:末|底|初)? ?(?:-+|至|到) ?{_Y}(?: ?年)?(?:末|底|间|期间|的?[{CN}\d]+年间)?(?![\d.])")),
    ("since", re.compile(rf"(?<!\d)(?:自|从)?{_Y} ?年?(?:末|底|初)?(?:以来|起)")),
    ("year", re.compile(rf"(?<![\d.]){_Y} ?年(?:末|底|年末|年底|全年|度)?")),
    ("bare", re.compile(rf"(?<=[(,、-]){_Y}(?=[),、-])")),
    ("plan", re.compile(r'"?十([一二三四五])五"?(?:规划)?(?:时期|期间|期末|末期|末|收官之年|以来|初期|初|前[一二三四]年|前半期|中期)?')),
    ("before", re.compile(r"上年(?:末|底|同期)?|上一年(?:末|底)?|去年(?:末|底|同期)?|前一年|同比|年同期")),
    ("same", re.compile(r"同期|当年|同年|本年|全年|今年|期间|这一时期|该时期")),
    ("recent", re.compile(rf"(?:近|过去|最近)([{CN}\d]+)年(?:来|间|以来)?")),
    ("span", re.compile(rf"(?<![{CN}\d第])([{CN}]+|\d{{1,2}}) ?年(?:间|来|内|时间|期间|以来)|(?<![{CN}\d第])([{CN}]+|\d{{1,2}})年(?=增长|翻|年均|净增|增加|累计|提高)")),
    ("month", re.compile(r"(?<!\d)(?:1-)?\d{1,2}月(?:末|底|份)?")),
]  # fmt: skip


def find_times(text: str) -> list[Time]:
    """All years and periods of a normalised text, in order, without overlaps."""
    taken = bytearray(len(text))
    found = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            time = _time(kind, match)
            if time is not None:
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found.append(time)
    return sorted(found, key=lambda t: t.start)


def _time(kind: str, match: re.Match[str]) -> Time | None:
    here = (match.start(), match.end(), match[0])
    if kind == "window":
        first, last = int(match[1]), int(match[2])
        return Time(*here, "window", first, last) if first < last else None
    if kind in ("year", "bare", "since"):
        return Time(*here, "since" if kind == "since" else "year", int(match[1]), int(match[1]))
    if kind == "date":
        return Time(*here, "date", int(match[1]), int(match[1]))
    if kind == "part":
        return Time(*here, "part", int(match[1]), int(match[1]))
    if kind == "plan":
        last = PLANS[match[1]]
        if match[0].endswith(("末", "收官之年")):
            return Time(*here, "year", last, last, plan=True)
        if match[0].endswith("以来"):
            return Time(*here, "since", last - 5, last - 5, plan=True)
        if match[0].endswith(("时期", "期间")):
            return Time(*here, "window", last - 5, last, plan=True)
        return Time(*here, "other")
    if kind in ("recent", "span"):
        digits = match[1] or match[2]
        length = float(digits) if digits.isdigit() else arabic(digits)
        return Time(*here, kind, int(length)) if length else None
    if kind == "month":
        return Time(*here, "other")
    return Time(*here, kind)
