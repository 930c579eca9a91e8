"""Names of regions as tables print them: which are read, which are recognised and left out. A table names its regions in
Chinese, in English (or pinyin), or by code; one of them is taken for the whole table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.ingest import text_parsing

# Sub-totals (groups), others and corps are recognised and not read; of those read only provinces are summed.
READ_KINDS = frozenset(("nation", "province", "special", "city", "abroad"))
NATION, ABROAD, HMT, OVERSEAS = "CN", "ABROAD", "HMT", "OVERSEAS"
# Rows that are no region of the catalogue. A bare total is the nation only where all provinces are beside it.
TOTAL, LOCAL, CENTRAL = "(total)", "(local)", "(central)"
_BARE = {
    **dict.fromkeys(("合计", "总计", "共计", "合計", "總計", "总和"), TOTAL),
    **dict.fromkeys(("地方合计", "地方总计", "地方小计", "地方", "各地区合计", "地方财政合计", "地方本级"), LOCAL),
    **dict.fromkeys(("中央", "中央本级", "中央合计", "中央财政", "中央小计", "中央级"), CENTRAL),
}  # fmt: skip
NAMES_ASIDE = {TOTAL: "合计", LOCAL: "地方合计", CENTRAL: "中央"}
_ENGLISH = {
    "neimenggu": "150000", "neimongol": "150000", "nmg": "150000", "xizang": "540000", "tibet": "540000", "macau": "820000",
    "hongkong": "810000", "heilongjang": "230000", "nationaltotal": NATION, "national": NATION, "nation": NATION, "china": NATION,
    "wholecountry": NATION, "quanguo": NATION, "total": TOTAL, "sum": TOTAL,
}  # fmt: skip
_ENGLISH_SUFFIX = re.compile(
    r"(?:zhuang|hui|uygh?ur|zizhiqu)?(?:province|municipality|autonomousregion|city|sar|sheng|shi|zizhiqu)$"
)
_CODE = re.compile(r"^(?:CN[-_]?)?(\d{2})(?:0000)?(?:\.0)?$")


class Regions:
    """Names of regions as tables print them."""

    def __init__(self, catalog: Catalog, way: str = "chinese") -> None:
        self._catalog = catalog
        self._read = {"chinese": self._chinese_code, "english": self._english_code, "code": self.numbered}[way]
        self._names = catalog.region_names
        self.kind = {**catalog.region_kind, **dict.fromkeys(NAMES_ASIDE, "total")}
        self.name = {r["region_code"]: r["short_zh"] or r["name_zh"] for r in catalog.regions} | NAMES_ASIDE
        self.provinces = frozenset(c for c, kind in self.kind.items() if kind == "province")
        self._english: dict[str, str] = dict(_ENGLISH)
        for row in catalog.regions:
            for part in re.split(r"[()]", row["name_en"].replace(" SAR", "")):
                if row["kind"] in ("province", "special") and part.strip():
                    self._english[_letters(part)] = row["region_code"]
        self._known: dict[str, str | None] = {}

    def by(self, way: str) -> Regions:
        """The same for tables that name regions in `chinese`, in `english` or by `code`."""
        return Regions(self._catalog, way)

    def code(self, text: str) -> str | None:
        """The code of a name printed in the way of this table."""
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def any_code(self, text: str) -> str | None:
        """The code of a name in any way."""
        return self._chinese_code(text) or self.english(text) or self.numbered(text)

    def _chinese_code(self, text: str) -> str | None:
        if not text_parsing.is_chinese(text):
            return None
        return _BARE.get(text_parsing.squeeze(text)) or self._names.get(text_parsing.plain(text))

    def _english_code(self, text: str) -> str | None:
        return None if text_parsing.is_chinese(text) else self.english(text)

    def numbered(self, text: str) -> str | None:
        """The region of a code (11, 110000)."""
        match = _CODE.match(text_parsing.squeeze(text))
        code = f"{match.group(1)}0000" if match else ""
        return code if self.kind.get(code) in ("province", "special") else None

    def english(self, text: str) -> str | None:
        letters = _letters(text)
        return self._english.get(letters) or self._english.get(_ENGLISH_SUFFIX.sub("", letters))

    def hint(self, text: str, neighbours: Iterable[str] = ()) -> str:
        """What an unknown name may have been, from its letters and from the English in `neighbours`."""
        english = next((c for t in neighbours if (c := self.english(t))), None)
        near = [self.name[english]] if english else self._names.suggest(text_parsing.squeeze(text))
        return f"did you mean {' or '.join(near)}?" if near else "see catalog/regions.csv"


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text_parsing.plain(text).lower())


@dataclass(frozen=True)
class Named:
    """A printed region of a table with the group of figures it belongs to (a year, a heading)."""

    code: str
    printed: str
    group: object = None
    english: str = ""


def settle(named: list[Named], regions: Regions) -> list[tuple[str, str]]:
    """(code, why it is not read) of each printed region of a table, in order.

    A bare total is the nation where all provinces are in its group or the English beside it says so; else it is a sum of
    the rows shown. 国外 beside 港澳台 is foreign countries only."""
    listed: dict[object, set[str]] = {}
    for n in named:
        listed.setdefault(n.group, set()).add(n.code)
    apart = any(n.code in (HMT, "710000", "810000", "820000") for n in named)
    out = []
    for n in named:
        code, why = n.code, ""
        if code == TOTAL:
            there = len(listed[n.group] & regions.provinces)
            if there == len(regions.provinces) or regions.english(n.english) == NATION:
                code = NATION
            else:
                why = f"{n.printed} of {there} of {len(regions.provinces)} provinces is not the nation"
        elif code == ABROAD and apart and text_parsing.squeeze(n.printed) in ("国外", "外国"):
            code = OVERSEAS
        elif regions.kind[code] not in READ_KINDS:
            why = regions.name[code]
        out.append((code, why))
    return out
