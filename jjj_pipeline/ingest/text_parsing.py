"""What a printed text says: a figure, a year, a unit, a heading, the name of a table. Only reading of single texts;
where they are is for `grid_layout`, what they mean in the catalogue for `table_matching`."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal
from functools import lru_cache

from jjj_pipeline.catalog import units

NOT_SIGNIFICANT = frozenset(("…", "...", "......", "……"))
# Printed or written where a table has no figure: dashes, and what statistical programs write.
BLANKS = frozenset((
    "-", "—", "–", "－", "―", "--", "——", "---", ".", "..", "na", "n/a", "nan", "null", "none", "nil", "<na>", "缺失",
))  # fmt: skip
REGION_HEADS = frozenset((
    "地区", "省份", "省市", "省区", "省区市", "省(市)", "省(区、市)", "地区名称", "省份名称", "城市", "城市名称", "区域", "省",
    "area", "city", "province", "region", "prov", "province_name", "provincename", "prov_name", "region_name",
))  # fmt: skip
CODE_HEADS = frozenset((
    "地区代码", "省份代码", "行政区划代码", "行政区划", "行政代码", "代码", "省代码", "区划代码", "地区编码", "code",
    "adcode", "region_code",
    "province_code", "provincecode", "prov_code", "area_code", "provcd", "prov_id", "gb_code",
))  # fmt: skip
YEAR_HEADS = frozenset(
    [
        "年份",
        "年",
        "年度",
        "时间",
        "日期",
        "统计年份",
        "统计年度",
        "会计年度",
        "数据年份",
        "数据年度",
        "报告期",
        "year",
        "years",
        "date",
        "time",
        "period",
    ]
)
VALUE_HEADS = frozenset(["数值", "值", "数据", "指标值", "value", "values", "obs_value"])
UNIT_HEADS = frozenset(["单位", "计量单位", "unit", "units"])
LABEL_HEADS = frozenset(
    ["指标", "指标名称", "项目", "变量", "指标名", "indicator", "item", "variable", "indicator_name"]
)
PART_HEADS = frozenset(["季度", "季", "月份", "月", "半年", "quarter", "month", "qtr"])
COUNTER_HEADS = frozenset(["", "序号", "编号", "no", "no.", "id", "index", "unnamed:0", "num", "number"])

# Full-width letters, digits and signs only: a full normal form would turn `12①` into 121.
_FULL_WIDTH: dict[int, int | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULL_WIDTH |= {0x3000: 0x20, 0xA0: 0x20, 0x2212: 0x2D}
_FULL_WIDTH |= dict.fromkeys((*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0xAD))  # signs of no width
_CIRCLED = re.compile(r"[\u2460-\u2473\u2776-\u277f\u00b9\u00b2\u00b3]")
_SPACE = re.compile(r"\s+")
_CJK = re.compile(r"[\u3400-\u9fff]")
_FIGURE = re.compile(r"^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$")
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_EXPONENT = re.compile(r"^[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,3}$")
_PERCENT = re.compile(r"^(?P<figure>.*\d)\s*(?P<unit>[%‰])$")
_YEAR = re.compile(r"^X?((?:19|20)\d\d)(?:年|年度|年末|年底|\.0)?$")  # R writes X before a name that is a number
_YEAR_END = re.compile(r"^((?:19|20)\d\d)(?:([-/.])12\2|年12月|12(?=31))31日?(?:[T ]?00:00(?::00(?:\.0+)?)?)?$")
_PART_OF_YEAR = re.compile(
    r"(?P<span>(?<!\d)(?P<from>\d{1,2})\s*月?\s*[-—–~～至到]\s*(?P<to>\d{1,2})\s*月)|[上下]半年|前[一二三两]个?季度|"
    r"第?[一二三四1-4]\s*季度|(?<!\d)(?:19|20)\d\d\s*年\s*(?P<month>\d{1,2})\s*月(?!\s*31\s*日)|"
    r"(?<![A-Za-z\d])(?:19|20)\d\d\s*[-_/]?\s*(?:[Hh][12]|[Qq][1-4])(?!\d)"
)
_MONTH = re.compile(r"^((?:19|20)\d\d)[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:0?[1-9]|[12]\d|3[01]))?(?:[T ]00:00(?::00)?)?$")
_YEARS_IN_TEXT = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\s*年|\s*[)）]|\s*$)|(?<=[(（])((?:19|20)\d\d)(?!\d)")
_SPAN_IN_TEXT = re.compile(r"(?<!\d)(?:19|20)\d\d\s*年?\s*[-—–~至到]+\s*(?:19|20)\d\d")
_UNIT = re.compile(r"(?:计量)?单位\s*[:：]\s*([^()（）]*(?:[(（][^()（）]*[)）])?[^()（）]*)")
_BRACKETS = re.compile(r"\([^()]*\)")
_IN_BRACKETS = re.compile(r"[(（]([^()（）]+)[)）]$")
_LARGE_UNIT = re.compile(r"(?:百万|万亿|[千万亿])(?:美元|人年|人次|[元人件项个家户吨])")
_NUMBER = re.compile(
    r"^(?:续?表\s*)?(?:(\d{1,2}\s*[-—－–]\s*\d{1,3})(?!\d|\s*月)|((?:附|续)?表)\s*(\d{1,2}(?!\d)|[一二三四五六七八九十]{0,2}(?=\s|[:：])|))[\s、.:：]*"
)
_CHAPTER = re.compile(
    r"^(?:第\s*[一二三四五六七八九十百\d]+\s*(?:章|篇|部分|节|编)|[一二三四五六七八九十]{1,3}\s*、|[（(][一二三四五六七八九十]{1,3}[)）])"
)
_YEAR_PHRASE = re.compile(
    r"[(（]?(?:19|20)\d\d[-/.]12[-/.]31[)）]?"
    r"|[(（](?:19|20)\d\d\s*年(?:末|底|12\s*月\s*31\s*日)[)）]"
    r"|[(（]?(?:19|20)\d\d\s*年?(?:\s*[-—–~至到及和、]+\s*(?:19|20)\d\d)?\s*(?:年度|年)?[)）]?"
)
_DATED = re.compile(r"^(?:修订后|调整后)?((?:19|20)\d\d)年度?(?!不变价|可比价|价格)([^\d年].*)$")
_YEAR_BEHIND = re.compile(r"^(.*[^\d_.\-])[_.\-]?((?:19|20)\d\d)年?$")
_OF_WHICH = re.compile(r"^(?:#|其中:?)(?=.)")
_ITEM = re.compile(r"^(?:\d{1,2}[.、](?!\d)|[一二三四五六七八九十]+、|\((?:\d{1,2}|[一二三四五六七八九十]+)\))(?=.)")
_MARKS = re.compile(r"[①-⑳*]+$|\[\d+\]$")
# Words of a title that narrow what is counted. A table is read as one of the same scope only.
WHOLE_SOCIETY = "全社会"
_SCOPES = {
    "规上": r"规上|规模以上", "大中型": r"大中型", "高技术": r"高技术", "地方": r"地方", "中央": r"中央",
    WHOLE_SOCIETY: r"全社会", "登记注册类型": r"登记注册|注册类型", "国有": r"国有", "外商": r"外商|外资", "私营": r"私营|民营",
    "高等学校": r"高等学校|高等院校|高校",
    "研究机构": r"研究(?:与开发)?机构|科研机构|研究院所", "行业": r"分行业|按行业|行业分", "城镇": r"城镇", "农村": r"农村|乡村",
    "高新区": r"高新区|开发区", "高新技术企业": r"高新技术企业", "小微": r"小微|小型|微型",
}  # fmt: skip
_SCOPE_WORDS = {name: re.compile(pattern) for name, pattern in _SCOPES.items()}
OF_FIRMS = frozenset(("规上", "大中型", "高技术"))
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
    """A printed figure as plain digits, without the % behind it, empty for a blank or what stands for one, `…` as it stands;
    None where it is no figure.

    An exponent is a figure where all digits down to the unit are there: 6.7e-05 and 1.25e+02, not 1E+05.
    """
    digits = plain(text).strip()
    if not digits or digits.lower() in BLANKS:
        return ""
    if digits in NOT_SIGNIFICANT:
        return "…"
    if match := _PERCENT.match(digits):
        digits = match["figure"].strip()
    if _GROUPED.match(digits):
        digits = digits.replace(",", "")
    if _FIGURE.match(digits):
        return digits
    return _without_exponent(digits) if _EXPONENT.match(digits) else None


def _without_exponent(digits: str) -> str | None:
    number = Decimal(digits)
    exponent = int(number.as_tuple().exponent)
    return f"{number:f}" if -400 < exponent <= 0 else None


def figure_unit(text: str) -> str:
    """`%` or `‰` where a figure bears it, else nothing."""
    if text[-1:].isdigit():
        return ""
    match = _PERCENT.match(plain(text).strip())
    return match["unit"] if match and figure(match["figure"]) else ""


@lru_cache(maxsize=50_000)
def year(text: str) -> int | None:
    """2012 from `2012`, `2012年`, `2012.0` and from the last day of it (`2012-12-31`); None for anything else."""
    squeezed = squeeze(text)
    match = _YEAR.match(squeezed) or _YEAR_END.match(squeezed)
    return int(match.group(1)) if match else None


def part_of_year(text: str) -> str:
    """The words that say a part of a year (`2025年1-6月`, `上半年`, `2025Q1`, `2025-06`), nothing where there are none."""
    squeezed = squeeze(text)
    if year(text) is None and _MONTH.match(squeezed):
        return squeezed
    for match in _PART_OF_YEAR.finditer(squeezed):
        if not (match["span"] and int(match["from"]) == 1 and int(match["to"]) == 12):
            return match.group()
    return ""


@lru_cache(maxsize=20_000)
def scopes(text: str) -> frozenset[str]:
    """The words of a text that narrow what is counted: 规上, 地方, 登记注册类型."""
    squeezed = squeeze(text)
    return frozenset(name for name, word in _SCOPE_WORDS.items() if word.search(squeezed))


def years_named(text: str) -> list[int]:
    """The single years a title names (`(2020年)`, `2020年…`, `(2011)`), none where it names a span."""
    title = plain(text)
    if _SPAN_IN_TEXT.search(title):
        return []
    return sorted({int(a or b) for a, b in _YEARS_IN_TEXT.findall(title)})


def units_named(text: str) -> tuple[str, ...] | None:
    """The units of `单位：万元` or `单位:人.人年`; empty where there are no such words, None where the unit is unknown."""
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


def is_unit(text: str) -> bool:
    """Whether a text is a unit and nothing else."""
    return units.is_unit(text)


def converts(unit: str, wanted: str) -> bool:
    """Whether figures in one unit can be given in another."""
    try:
        units.factor(unit, wanted)
    except (units.UnknownUnit, units.Inconvertible):
        return False
    return True


def normal_unit(text: str) -> str:
    """A unit in its usual spelling, without brackets around it."""
    return units.normalise(squeeze(text).strip("()"))


def units_in_name(text: str) -> list[str]:
    """Units such as 万元 or 亿元 in the name of a file or a sheet; plain 人 or 件 may be parts of other words."""
    return sorted({u for u in _LARGE_UNIT.findall(plain(text)) if units.is_unit(u)})


def english_unit(text: str) -> str:
    """The unit `(10 000 yuan)` stands for, or nothing."""
    return ENGLISH_UNITS.get(squeeze(text).strip("()").lower(), "")


@lru_cache(maxsize=20_000)
def heading(text: str) -> str:
    """The Chinese of a bilingual heading: lines and words without a Chinese character go, but for R&D, # and units. A line of
    R&D alone stays where the Chinese goes on in the next line (`R&D`, `经费`); before English it is English."""
    parts: list[str] = []
    lines = [line for line in _CIRCLED.sub("", plain(text)).splitlines() if line.strip()]
    for line, following in itertools.pairwise([*lines, ""]):
        words = line.split()
        own = [w for w in words if is_chinese(w) or w.upper() in ("R&D", "RD", "GDP", "#") or _is_unit(w)]
        if is_chinese(line) or (len(own) == len(words) and not _goes_on_in_english(line, following, bool(parts))):
            parts.append("".join(own))
    return "".join(parts)


def _goes_on_in_english(line: str, following: str, begun: bool) -> bool:
    """Whether a line of R&D or GDP is the beginning of an English name."""
    if any(_is_unit(w) for w in line.split()) or line.strip() == "#":
        return False
    return not is_chinese(following) and (begun or bool(following))


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


def split_year_behind(name: str) -> tuple[int | None, str]:
    """(2024, `gdp`) of `gdp_2024` and `gdp2024`, as a wide file of a program has it; one such name alone may say a base."""
    match = _YEAR_BEHIND.match(name)
    return (int(match.group(2)), match.group(1)) if match else (None, name)


def of_which(name: str) -> str:
    """The name without the mark of an of-which column (`#研究人员`, `其中：研究人员`); empty where it has none."""
    match = _OF_WHICH.match(name)
    return name[match.end() :] if match else ""


@lru_cache(maxsize=20_000)
def column_key(text: str) -> str:
    """A heading in the form two spellings of it share: no number of an item, no unit, no marks, usual short forms."""
    name = split_unit(_MARKS.sub("", _ITEM.sub("", squeeze(text))))[0]
    key = _short_forms(_MARKS.sub("", name)).replace("的", "")
    return key.lower() if key.isascii() else key


@lru_cache(maxsize=20_000)
def title_key(text: str) -> str:
    """The name of a table in the form two spellings share: no number, no year, no words that only say `by region`."""
    name = _short_forms(_YEAR_PHRASE.sub("", squeeze(split_number(text)[1])))
    name = re.sub(r"续表\d*|^续|附[表录]\d*", "", name)
    name = _BRACKETS.sub(lambda m: "" if units.is_unit(m.group().strip("()")) else m.group(), name)
    name = re.sub(r"^中国", "", name)
    name = re.sub(r"按地区分布|按地区分组|按地区分|分地区|各地区|各省市|各地|历年|主要年份", "", name)
    name = re.sub(r"(?:统计|情况|基本情况|数据)+(?=$|\()", "", name)
    return re.sub(r"[()\[\]、，,·:\-—.]|的", "", name)


def bare_title(title: str) -> str:
    """The name of a table as an entry of tables.yml gives it: without number, year, 中国 before it and 统计 behind it."""
    name = _YEAR_PHRASE.sub("", split_number(title)[1]).strip()
    return re.sub(r"统计(?=$|[(（])", "", re.sub(r"^中国(?!.{0,4}年鉴)", "", name))


def is_chapter(line: str) -> bool:
    """Whether a line names a chapter (`五、高技术产业`, `第五章 …`), not a table."""
    return bool(_CHAPTER.match(plain(line).strip())) and not split_number(line)[0]


def is_book(line: str) -> bool:
    """Whether a line is the name of a book (`中国科技统计年鉴 2026`, `2026中国统计年鉴`), not of a table."""
    return bool(
        re.fullmatch(
            r"《?(?:(?:19|20)\d\d年?)?[\u3400-\u9fff]{2,14}年鉴》?[-—(（]?(?:(?:19|20)\d\d)?年?[)）]?", squeeze(line)
        )
    )


def _short_forms(name: str) -> str:
    name = re.sub(r"(?<![A-Za-z])R&?D(?![A-Za-z])", "R&D", name)
    name = re.sub(r"(?:科学)?研究(?:与|和)试验发展(?:\(R&D\)|R&D)?", "R&D", name)
    return name.replace("规模以上", "规上")


def split_number(title: str) -> tuple[str, str]:
    """(`1-7`, the title without it) of `1-7  各地区…`."""
    whole = plain(title).strip()
    match = _NUMBER.match(whole)
    if not match or (match.group(2) == "表" and not match.group(3)):
        return "", whole
    number = squeeze(match.group(1) or f"{match.group(2)}{match.group(3)}")
    return re.sub("[—–]", "-", number), whole[match.end() :].strip()
