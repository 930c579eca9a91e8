"""What a printed text says: a figure, a year, a unit, a heading, the name of a table. Only reading of single texts;
where they stand is for `grid_layout`, what they mean in the catalogue for `table_matching`."""

from __future__ import annotations

import re
from functools import lru_cache

from jjj_pipeline.catalog import units

NOT_SIGNIFICANT = frozenset(("…", "...", "......", "……"))
DASHES = frozenset("-—–－―")  # printed where a table has no figure
REGION_HEADS = frozenset((
    "地区", "省份", "省市", "省区", "省区市", "省(市)", "省(区、市)", "地区名称", "省份名称", "城市", "城市名称", "区域",
    "area", "city", "province", "region",
))  # fmt: skip
YEAR_HEADS = frozenset(["年份", "年", "年度", "时间", "year", "years"])
VALUE_HEADS = frozenset(["数值", "值", "数据", "指标值", "value", "values", "obs_value"])
UNIT_HEADS = frozenset(["单位", "计量单位", "unit", "units"])
LABEL_HEADS = frozenset(["指标", "指标名称", "项目", "变量", "indicator", "item", "variable"])

# Full-width letters, digits and signs only: a full normal form would turn `12①` into 121.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_CIRCLED = re.compile(r"[\u2460-\u2473\u2776-\u277f\u00b9\u00b2\u00b3]")
_SPACE = re.compile(r"\s+")
_CJK = re.compile(r"[\u3400-\u9fff]")
_FIGURE = re.compile(r"^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$")
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_YEAR = re.compile(r"^((?:19|20)\d\d)(?:年|年度|年末|年底|\.0)?$")
_YEARS_IN_TEXT = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\s*年|\s*[)）]|\s*$)|(?<=[(（])((?:19|20)\d\d)(?!\d)")
_SPAN_IN_TEXT = re.compile(r"(?<!\d)(?:19|20)\d\d\s*年?\s*[-—–~至到]+\s*(?:19|20)\d\d")
_UNIT = re.compile(r"(?:计量)?单位\s*[:：]\s*([^()（）]*(?:[(（][^()（）]*[)）])?[^()（）]*)")
_BRACKETS = re.compile(r"\([^()]*\)")
_IN_BRACKETS = re.compile(r"[(（]([^()（）]+)[)）]$")
_LARGE_UNIT = re.compile(r"(?:百万|万亿|[千万亿])(?:美元|人年|人次|[元人件项个家户吨])")
_NUMBER = re.compile(r"^(?:表\s*)?(?:(\d{1,2}\s*[-—－–]\s*\d{1,3})|(附表)\s*(\d*))[\s、.]*")
_YEAR_PHRASE = re.compile(r"[(（]?(?:19|20)\d\d\s*年?(?:\s*[-—–~至到及和、]+\s*(?:19|20)\d\d)?\s*(?:年度|年)?[)）]?")
_DATED = re.compile(r"^(?:修订后|调整后)?((?:19|20)\d\d)年度?(?!不变价|可比价|价格)([^\d年].*)$")
_OF_WHICH = re.compile(r"^(?:#|其中:?)(?=.)")
_ITEM = re.compile(r"^(?:\d{1,2}[.、](?!\d)|[一二三四五六七八九十]+、|\((?:\d{1,2}|[一二三四五六七八九十]+)\))(?=.)")
_MARKS = re.compile(r"[①-⑳*]+$|\[\d+\]$")
ENGLISH_UNITS = {"10000yuan": "万元", "100millionyuan": "亿元", "man-year": "人年", "person-year": "人年", "%": "%"}


def plain(text: str) -> str:
    """The text with full-width letters, digits, brackets and spaces made plain."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


@lru_cache(maxsize=50_000)
def squeeze(text: str) -> str:
    """The text made plain and without any space."""
    return _SPACE.sub("", plain(text))


def is_chinese(text: str) -> bool:
    return bool(_CJK.search(text))


@lru_cache(maxsize=50_000)
def figure(text: str) -> str | None:
    """A printed figure as plain digits, empty for a blank or a dash, `…` as it stands; None where it is no figure.

    An exponent is no figure: digits were lost before.
    """
    digits = plain(text).strip()
    if not digits or digits in DASHES:
        return ""
    if digits in NOT_SIGNIFICANT:
        return "…"
    if _GROUPED.match(digits):
        digits = digits.replace(",", "")
    return digits if _FIGURE.match(digits) else None


def year(text: str) -> int | None:
    """2012 from `2012`, `2012年`, `2012.0`; None for anything else."""
    match = _YEAR.match(squeeze(text))
    return int(match.group(1)) if match else None


def years_named(text: str) -> list[int]:
    """The single years a title speaks of (`(2020年)`, `2020年…`, `(2011)`), none where it names a span."""
    title = plain(text)
    if _SPAN_IN_TEXT.search(title):
        return []
    return sorted({int(a or b) for a, b in _YEARS_IN_TEXT.findall(title)})


def units_named(text: str) -> tuple[str, ...] | None:
    """The units of `单位：万元` or `单位:人.人年`; empty where no such words stand, None where the unit is unknown."""
    match = _UNIT.search(plain(text))
    if not match:
        return ()
    return split_units(match.group(1)) or split_units(_BRACKETS.sub("", match.group(1)))


def split_units(text: str) -> tuple[str, ...] | None:
    """`万元` -> (万元,), `人，人年` -> (人, 人年); None where a part is no unit."""
    for separators in ("", ",、;，；和", ",、;，；和./·"):
        parts = [p for p in (re.split(f"[{separators}]", text) if separators else [text]) if p.strip()]
        if parts and all(units.is_unit(p) for p in parts):
            return tuple(units.normalise(p) for p in parts)
    return None


def units_in_name(text: str) -> list[str]:
    """Units such as 万元 or 亿元 in the name of a file or a sheet; plain 人 or 件 may be parts of other words."""
    return sorted({u for u in _LARGE_UNIT.findall(plain(text)) if units.is_unit(u)})


def english_unit(text: str) -> str:
    """The unit `(10 000 yuan)` stands for, or nothing."""
    return ENGLISH_UNITS.get(squeeze(text).strip("()").lower(), "")


@lru_cache(maxsize=20_000)
def heading(text: str) -> str:
    """The Chinese of a bilingual heading: lines and words without a Chinese character go, but for R&D, # and units."""
    kept = []
    for line in _CIRCLED.sub("", plain(text)).splitlines():
        words = line.split()
        own = [w for w in words if is_chinese(w) or w.upper() in ("R&D", "RD", "GDP", "#") or _is_unit(w)]
        if len(own) == len(words) or is_chinese(line):
            kept.append("".join(own))
    return "".join(kept)


def _is_unit(word: str) -> bool:
    return (bool(_IN_BRACKETS.match(word)) and units.is_unit(word.strip("()"))) or word == "%"


def split_unit(text: str) -> tuple[str, str]:
    """(`人口数(人口抽样调查)`, `人`) of `人口数(人口抽样调查)(人)`: the last brackets, where they hold a unit."""
    name = squeeze(text)
    match = _IN_BRACKETS.search(name)
    if match and units.is_unit(match.group(1)):
        return name[: match.start()], units.normalise(match.group(1))
    return name, ""


def split_year(name: str) -> tuple[int | None, str]:
    """(2024, `R&D经费`) of `2024年R&D经费` and of `修订后2024年R&D经费`; the year of constant prices is no year of a figure."""
    match = _DATED.match(name)
    return (int(match.group(1)), match.group(2)) if match else (None, name)


def of_which(name: str) -> str:
    """The name without the mark of an of-which column (`#研究人员`, `其中：研究人员`); empty where it has none."""
    match = _OF_WHICH.match(name)
    return name[match.end() :] if match else ""


@lru_cache(maxsize=20_000)
def column_key(text: str) -> str:
    """A heading in the form two spellings of it share: no number of an item, no unit, no marks, usual short forms."""
    name = split_unit(_MARKS.sub("", _ITEM.sub("", squeeze(text))))[0]
    return _short_forms(_MARKS.sub("", name)).replace("的", "")


@lru_cache(maxsize=20_000)
def title_key(text: str) -> str:
    """The name of a table in the form two spellings share: no number, no year, no words that only say `by region`."""
    name = _short_forms(_YEAR_PHRASE.sub("", squeeze(split_number(text)[1])))
    name = re.sub(r"附[表录]\d*", "", name)
    name = _BRACKETS.sub(lambda m: "" if units.is_unit(m.group().strip("()")) else m.group(), name)
    name = re.sub(r"^中国", "", name)
    name = re.sub(r"按地区分布|按地区分组|按地区分|分地区|各地区|各省市|各地|历年|主要年份", "", name)
    name = re.sub(r"(?:统计|情况|基本情况|数据)+(?=$|\()", "", name)
    return re.sub(r"[()\[\]、，,·:\-—.]|的", "", name)


def bare_title(title: str) -> str:
    """The name of a table as an entry of tables.yml gives it: without number, year, 中国 before it and 统计 behind it."""
    name = _YEAR_PHRASE.sub("", split_number(title)[1]).strip()
    return re.sub(r"统计(?=$|[(（])", "", re.sub(r"^中国(?!.{0,4}年鉴)", "", name))


def _short_forms(name: str) -> str:
    name = re.sub(r"(?<![A-Za-z])R&?D(?![A-Za-z])", "R&D", name)
    name = re.sub(r"(?:科学)?研究(?:与|和)试验发展(?:\(R&D\)|R&D)?", "R&D", name)
    return name.replace("规模以上", "规上")


def split_number(title: str) -> tuple[str, str]:
    """(`1-7`, the title without it) of `1-7  各地区…`."""
    whole = plain(title).strip()
    match = _NUMBER.match(whole)
    if not match:
        return "", whole
    number = squeeze(match.group(1) or f"{match.group(2)}{match.group(3)}")
    return re.sub("[—–]", "-", number), whole[match.end() :].strip()
