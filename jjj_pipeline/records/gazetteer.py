"""The gazetteer as look-up tables: region codes, postal prefixes and names, each with the province and the city of now.

Places of all years are mapped to the divisions of now, so that counts of different years compare. Names are keys of at most
LONGEST characters within a scope: the nation, or a province whose name stood before. A key that means more than one city is
recorded as open: it stops the search, nothing is guessed. No Ibis here; how the tables are joined is in `places`.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa

LONGEST = 7  # characters of a key; the 29 longer names differ in them
RECENT = 2000  # a name given up before is no rival of one in force
NATION = "CN"
MUNICIPALITIES = ("11", "12", "31", "50")
_KIND = re.compile(r"(特别行政区|地区|省|市|盟|州|县|区|旗)$")
# 蒙古, 哈萨克 … stand without 族 in some names; a trailing 水 or 土 is no people
_PEOPLES = re.compile(
    r"((维吾尔|蒙古|壮|回|藏|苗|彝|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌"
    r"|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|裕固|保安|独龙|鄂伦春|各)族|维吾尔|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)$"
)
# short names that are words of other meaning; beginning a text they say nothing of a place
COMMON = frozenset(
    [
        "安康",
        "白银",
        "长治",
        "朝阳",
        "大同",
        "大理",
        "东方",
        "海东",
        "海北",
        "海西",
        "海南",
        "吉安",
        "三明",
        "中山",
        "兴安",
        "红河",
        "北海",
        "来宾",
        "南平",
    ]
)


@dataclass(frozen=True)
class Division:
    code: str
    name: str
    level: str  # province, prefecture, county
    first_year: int
    last_year: int  # 9999 while in force
    province: str
    city: str  # code of now at the prefecture level, empty where the tables do not give it

    @property
    def in_force(self) -> bool:
        return self.last_year == 9999


def short_name(name: str) -> str:
    """The name without its kind and without the peoples of an autonomous unit: 恩施 of 恩施土家族苗族自治州; the name
    itself where less than two characters would be left.

    >>> short_name("徐水县"), short_name("内蒙古自治区"), short_name("唐县"), short_name("黔东南苗族侗族自治州")
    ('徐水', '内蒙古', '唐县', '黔东南')
    """
    if name == "内蒙古自治区":
        return "内蒙古"
    short = _KIND.sub("", name)
    if short.endswith("自治"):
        short = short[:-2]
        while (cut := _PEOPLES.sub("", short)) != short and len(cut) >= 2:
            short = cut
    return short if len(short) >= 2 else name


@cache
def divisions(folder: Path) -> tuple[Division, ...]:
    """All divisions of divisions.csv."""
    with (folder / "divisions.csv").open(encoding="utf-8") as f:
        return tuple(
            Division(
                r["code"], r["name"], r["level"], int(r["first_year"] or 0), int(r["last_year"] or 9999), r["province"], r["city"]
            )
            for r in csv.DictReader(f)
        )  # fmt: skip


def names_in_force(folder: Path) -> dict[str, str]:
    """Code -> name of what is in force."""
    return {d.code: d.name for d in divisions(folder) if d.in_force}


def codes(folder: Path) -> pa.Table:
    """code -> province, city: six digits as in GB/T 2260 of any year, four for the prefecture, two for the province. Codes that
    are in no list (zones of a city) are found by their first four or two digits."""
    found: dict[str, tuple[str, str]] = {}
    for d in sorted(divisions(folder), key=lambda d: (d.last_year, d.first_year)):
        found[d.code] = (d.province, d.city)
    for d in divisions(folder):
        if d.in_force and d.level == "prefecture" and d.code[:4] + "00" == d.code:
            found[d.code[:4]] = (d.province, d.city)
        if d.in_force and d.level == "province":
            whole = d.code if d.code[:2] in (*MUNICIPALITIES, "81", "82") else ""
            found[d.code[:2]] = (d.code, whole)
    return _table(("code", "province", "city"), [(k, p, c or None) for k, (p, c) in sorted(found.items())])


def postal(folder: Path) -> pa.Table:
    """prefix -> province, city: two to four digits of a postal code, the longest says most."""
    with (folder / "postal.csv").open(encoding="utf-8") as f:
        rows = [(r["prefix"], r["province"], r["city"] or None) for r in csv.DictReader(f)]
    return _table(("prefix", "province", "city"), rows)


def names(folder: Path) -> pa.Table:
    """scope, key -> province, city, form, length. `form`: full, short (without its kind) or open (more than one place has
    it); `length` is how many characters the name takes up in the text. In the scope of the nation short names are those of
    provinces and prefectures only, and none that a county elsewhere has too."""
    rows: dict[tuple[str, str], tuple[str, str | None, str, int]] = {}
    for scope, name, form, places in _claims(folder):
        key = (scope, name[:LONGEST])
        if key not in rows:  # stronger claims come first
            province, city = next(iter(places)) if len(places) == 1 else ("", "")
            rows[key] = (province, city or None, form if len(places) == 1 else "open", len(name))
    return _table(
        ("scope", "key", "province", "city", "form", "length"), [(s, k, *row) for (s, k), row in sorted(rows.items())]
    )


Places = set[tuple[str, str]]  # (province, city)
Claim = tuple[str, str, str, Places]  # scope, name, form, what it may mean
Meanings = defaultdict[tuple[str, str], Places]  # (scope, name) -> what it may mean


def _claims(folder: Path) -> Iterator[Claim]:
    """What each name may mean in each scope, stronger claims first: full before short, prefectures before counties."""
    known = [d for d in divisions(folder) if d.city or d.level == "province"]
    provinces = [d for d in known if d.level == "province" and d.in_force]
    for d in provinces:
        whole = d.code if d.code[:2] in (*MUNICIPALITIES, "81", "82") else ""
        for name, form in ((d.name, "full"), (short_name(d.name), "short")):
            yield NATION, name, form, {(d.code, whole)}
    yield NATION, "内蒙", "short", {("150000", "")}
    recent_names = {d.name for d in known if d.last_year >= RECENT}
    # 四川省重庆市: a scope is also the province that a place has left
    scoped = [(d, scope) for d in known if d.level != "province" for scope in {d.code[:2] + "0000", d.province}]
    for level in ("prefecture", "county"):
        national: Meanings = defaultdict(set)
        within: Meanings = defaultdict(set)
        for d, scope in scoped:
            if d.level == level:
                within[scope, d.name].add((d.province, d.city))
                if d.last_year >= RECENT or d.name not in recent_names:
                    national[NATION, d.name].add((d.province, d.city))
        for meanings in (within, national):
            yield from ((scope, name, "full", places) for (scope, name), places in meanings.items())
    for level in ("prefecture", "county"):
        for in_force in (True, False):
            short: Meanings = defaultdict(set)
            for d, scope in scoped:
                if d.level == level and d.in_force is in_force and d.last_year >= RECENT:
                    short[scope, short_name(d.name)].add((d.province, d.city))
            yield from ((scope, name, "short", places) for (scope, name), places in short.items())
    yield from _short_in_the_nation(known)


def _short_in_the_nation(known: list[Division]) -> Iterator[Claim]:
    """Prefectures by their short names. A county or a county-level city of the same short name leaves it open; a district is
    not called so without its city."""
    recent = [d for d in known if d.last_year >= RECENT]
    counties: Meanings = defaultdict(set)
    for d in recent:
        if d.level == "county" and not d.name.endswith("区"):
            counties[NATION, short_name(d.name)].add((d.province, d.city))
    for in_force in (True, False):
        prefectures: Meanings = defaultdict(set)
        for d in recent:
            if d.level == "prefecture" and d.in_force is in_force:
                prefectures[NATION, short_name(d.name)].add((d.province, d.city))
        for (scope, name), places in prefectures.items():
            yield scope, name, "short", set() if name in COMMON else places | counties[NATION, name]


def _table(columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> pa.Table:
    return pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))
