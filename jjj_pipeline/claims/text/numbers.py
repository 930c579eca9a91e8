"""Figures in a text with their offsets: digits, Chinese numerals, fractions, ratios, places of a ranking; and what is no claim.

Belongs here: where a number is, its unit, and why it is no claim where that can be seen from the number and its
neighbours. Not here: what it says (`structure`), years (`times`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cn2an

from jjj_pipeline.claims.reasons import Reason, reason

CN = "零〇一二两三四五六七八九十百千"
_SCALE = "万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百"
# units of claims, the longest first; a unit after these is no claim (届, 号, 条, 楼 ...)
_UNITS = (
    "微克/立方米|毫克/升|元/平方米|元/人|元/吨|万元/人|人年/万人|件/万人|件/亿元|人/平方公里|个百分点|百分点|个点|人年|人次|项次|件次|美元|欧元|日元|元|平方公里|平方千米|"
    "平方米|立方米|公里|千米|公顷|亩|吨标准煤|吨|千瓦时|件|项|个|家|户|人|名|位|所|座|支|条|篇|册|台|套|辆|只|张|株|部|款|笔|起|倍|番|成|分|点|次"
)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d{1,3}(?: \d{3})+(?:\.\d+)?(?![\d.])|\d+(?:\.\d+)?)"
_FIGURE = re.compile(
    rf"(?P<number>{_NUMBER})(?P<more>余|多)?(?P<gap> ?)(?:(?P<scale>{_SCALE})(?P<more2>余|多)?)?(?P<unit>[%‰]|{_UNITS})?"
)
_RATIO = re.compile(r"(?<![\d:.])\d+(?:\.\d+)?(?: ?: ?\d+(?:\.\d+)?){1,4}(?![\d:])")
_OF_HUNDRED = re.compile(rf"(?P<base>百|千|万)分之(?P<n>[{CN}]+(?:点[{CN}]+)?|\d+(?:\.\d+)?)(?!点|\d)")
_FRACTION = re.compile(rf"(?P<d>[{CN}]+)分之(?P<n>[{CN}]+)")
_TENTHS = re.compile(
    r"(?P<n>[一二两三四五六七八九]|\d(?:\.\d)?)成(?P<half>半|[一二三四五六七八九](?!是|大))?(?![立为效果长都员本熟功套分交品就千年渝了绩人体因形])"
)
_HALF = re.compile(r"(?<=[近超过约逾占的])一半(?!以?上?[^\w,。;以])|半数")
_OVER_HALF = re.compile(r"(?<=过)半(?![数年天个月径圆价])")
_DOUBLED = re.compile(r"翻番(?!目标|计划|任务)")
_FIRST = re.compile(r"(?<!占)(?:首位|榜首|之首)")
_TIMES_TWO = re.compile(r"翻(?:了)?(?:近|约|超)?(?P<n>[一二两三四五六]|\d)番")
_CHINESE = re.compile(
    rf"(?P<number>(?:[{CN}]+(?:点[{CN}]+)?)?)(?P<scale>万亿|亿|万)?(?P<more>余|多)?(?P<unit>个百分点|百分点|倍|亿?元|亿?美元|%|人年|件|项|家|户|人|个)"
)
_BARE_SCALE = re.compile(r"(?P<scale>[千百十万]?亿|[千百十]?万)(?P<unit>元|美元|件|人|户|吨)")
_RANK = re.compile(rf"第 ?(?P<n>[{CN}]+|\d+)(?P<unit>位|名)?")
_RANKS = re.compile(rf"第 ?(?:[{CN}]|\d{{1,2}})(?:[、和与及](?:[{CN}]|\d{{1,2}}))+(?:位|名)")
_RANK_VERB = re.compile(
    r"(居|保持|蝉联|处于|列|位|排|排名|占据|名列|稳居|跃居|跃升|升至|升到|分列|分居|均居|排在|高居|仍居|上升到|上升至)[^,。;:]{0,18}$"
)

YEAR = r"(?:19|20)\d\d"
_NO_CLAIM: list[tuple[str, re.Pattern[str]]] = [
    ("a_date", re.compile(rf"{YEAR} ?年 ?\d{{1,2}} ?月(?: ?\d{{1,2}} ?日)?|{YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|(?<!\d)\d{{1,2}}月\d{{1,2}}日|(?<!\d)\d{{1,2}}月份?")),
    ("document_number", re.compile(rf"[〔\[(]{YEAR}[〕\])] ?第? ?\d+ ?号|第? ?\d+ ?号|[〔]{YEAR}[〕]")),
    ("telephone", re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)|(?:电话|热线|传真|邮编|邮政编码|手机)[^\d,。;]{0,6}\d[\d-]{3,}")),
    ("address", re.compile(r"(?:https?://|www\.)[\w./?=&%#-]+|[\w.-]+@[\w.-]+|(?:公众号|微信)[^\d,。;]{0,4}[\w]+")),
    ("footnote_mark", re.compile(r"[\[\u3014]\d{1,3}(?:[-,]\d{1,3})*[\]\u3015]|[①-⑳]|[¹²³⁴-⁹]+")),
    ("plan_period", re.compile(r'"?十[一二三四五六]五"?')),
    ("ordinal", re.compile(rf"第 ?(?:[{CN}]+|\d+) ?[条章款项期次届批方季步阶编篇卷节部轮代版场天日周个类组大者]")),
    ("list_number", re.compile(rf"(?:(?<=\n)|(?<=[;。:])|^) *[(]?(?:[{CN}]{{1,3}}|\d{{1,2}}(?:\.\d{{1,2}}){{0,2}})[)、.](?!\d)|[(](?:[{CN}]{{1,3}}|\d{{1,2}})[)]|(?:(?<=\n)|^) *#* *\d{{1,2}}(?:\.\d{{1,2}})* +(?=[^\d\s%])")),
    ("table_number", re.compile(r"(?:附?表|图|式|附件|附录|专栏|公式|图表) ?[(]?\d+(?:[-.]\d+)*[)]?")),
    ("statistic", re.compile(r"[A-Za-zα-ωΑ-Ω]\w{0,3}[²2]? ?[=<>≤≥≈] ?-?\d+(?:\.\d+)?%?")),
    ("statistic", re.compile(r"\d+(?:\.\d+)?% ?(?:的)?(?:显著性?|置信)?(?:水平|区间|置信度|置信水平)(?:上|下)?(?:显著|的)?")),
    ("time_of_day", re.compile(r"(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:.])(?: ?[-至到] ?(?:[01]?\d|2[0-3]):[0-5]\d)?")),
    ("index_base", re.compile(rf"(?:以 ?{YEAR} ?年?(?:末|底)?为(?:基期|基准|基数)?,? ?(?:基期值?为)? ?100|{YEAR} ?年? ?= ?100|上年 ?= ?100|基期(?:值|指数)?为? ?100)")),
    ("a_name", re.compile(r'"(?:985|211|863|973|\d{1,4})(?:工程|计划)?"|(?<![\w.])(?:985|211|863|973)(?:工程|计划|高校|院校|大学)|PM ?(?:2\.5|10)|CO2|[45]G(?!\w)|R&D\d|[A-Za-z]+-?\d+(?:\.\d+)?(?![\d.%]|亿|万)|\d+(?:\.\d+)?[A-Z]\w*')),
    ("page_number", re.compile(r"\d+ ?[(]\d+[)] ?: ?\d+(?:-\d+)?|(?:pp?\.|页) ?\d+(?:-\d+)?")),
]  # fmt: skip
_OTHER_UNITS = re.compile(
    r" ?(?:年级|年|月|日|天|小时|分钟|秒|周|季度|届|号|条|款项|章|节|层|楼|岁|版|期|页|批|场|度|级|点钟|时|英寸|期刊|折|孔|维|阶)"
)


@dataclass(frozen=True)
class Number:
    """A number of the text: `[start, end)`, its literal, its class and why it is no claim, if that is known.

    Classes: qty (a unit), pct (a part of something), points (百分点), times (倍), doublings (番), index (点), plain (no
    unit), ratio (a:b), rank (第N位), count (N个), none."""

    start: int
    end: int
    literal: str
    kind: str
    unit: str = ""
    printed: str = ""  # as printed_figure.parse reads it
    why: Reason | None = None


def arabic(text: str) -> float | None:
    """A Chinese numeral, such as 十七点三; None where it is none."""
    try:
        return float(cn2an.cn2an(text.replace("两", "二").replace("〇", "零"), "smart"))
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def _plain(value: float) -> str:
    return f"{value:.10g}"


def find_numbers(text: str, original: str | None = None) -> list[Number]:
    """All numbers of a normalised text, in order. `original` is the text before: a full-width comma separates no
    thousands. Years and periods are found here only as what is no claim; `times` reads them."""
    original = text if original is None else original
    found: list[Number] = []
    taken = bytearray(len(text))

    def add(number: Number) -> None:
        if not any(taken[number.start : number.end]):
            taken[number.start : number.end] = b"\1" * (number.end - number.start)
            found.append(number)

    for match in re.finditer(
        rf"(?<![\d.])(?:{YEAR})(?: ?年)?(?:末|底|初)? ?(?:-+|至|到) ?{YEAR}(?: ?年)?(?![\d.])", text
    ):
        add(_none(match, "years_span"))
    ratios = [m for m in _RATIO.finditer(text) if not _time_of_day(text, m)]
    for match in ratios:
        add(Number(match.start(), match.end(), match[0], "ratio", "", match[0].replace(" ", "")))
    for why, pattern in _NO_CLAIM:
        for match in pattern.finditer(text):
            if match.end() > match.start():
                trimmed = len(match[0]) - len(match[0].lstrip(" \n"))
                add(Number(match.start() + trimmed, match.end(), match[0].strip(), "none", why=reason(why)))
    for match in re.finditer(rf"(?<![\d.]){YEAR}(?: ?年(?:末|底|初)?|(?= ?[)、,-])(?![\d.%]))", text):
        if match[0].endswith(("年", "末", "底", "初")) or _bare_year(text, match):
            add(_none(match, "a_year"))
    for match in re.finditer(r"[一二三四五六七八九十〇零]{4}年", text):
        add(_none(match, "a_year"))
    for number in _fractions(text):
        add(number)
    for match in _RANKS.finditer(text):
        for part in re.finditer(rf"[{CN}]+|\d+", match[0]):
            value = float(part[0]) if part[0].isdigit() else arabic(part[0])
            if value is not None:
                add(
                    Number(
                        match.start() + part.start(),
                        match.start() + part.end(),
                        part[0],
                        "rank",
                        "位",
                        f"{_plain(value)} 位",
                    )
                )
    for match in _RANK.finditer(text):
        before = text[max(0, match.start() - 24) : match.start()]
        listed = re.search(
            r"第(?:[一二三四五六七八九十]+|\d+)(?:位|名)?(?:、|和|与|及|以及)$", before
        ) and _RANK_VERB.search(before)
        if match["unit"] or _RANK_VERB.search(before) or listed:
            value = arabic(match["n"]) if not match["n"].isdigit() else float(match["n"])
            if value is not None:
                add(Number(match.start(), match.end(), match[0], "rank", "位", f"{_plain(value)} 位"))
        else:
            add(_none(match, "ordinal"))
    for match in _FIRST.finditer(text):
        if _RANK_VERB.search(text[max(0, match.start() - 24) : match.start()]):
            add(Number(match.start(), match.end(), match[0], "rank", "位", "1 位"))
    apart = "".join("，" if o == "，" else t for t, o in zip(text, original, strict=True))  # separates figures
    for match in _FIGURE.finditer(apart):
        add(_figure(apart, match))
    for number in _chinese(text):
        add(number)
    return [replace(n, literal=original[n.start : n.end]) for n in sorted(found, key=lambda n: n.start)]


def _none(match: re.Match[str], why: str) -> Number:
    return Number(match.start(), match.end(), match[0], "none", why=reason(why))


def _time_of_day(text: str, match: re.Match[str]) -> bool:
    clock = re.fullmatch(r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?", match[0])
    return bool(clock) and "比" not in text[max(0, match.start() - 8) : match.start()]


def _bare_year(text: str, match: re.Match[str]) -> bool:
    """A year without 年: in brackets, or before a comma after a name (as papers cite)."""
    before = text[: match.start()]
    return bool(re.search(r"[(,、-] ?$", before)) or bool(re.match(r" ?-", text[match.end() :]))


def _fractions(text: str) -> Iterator[Number]:
    for match in _OF_HUNDRED.finditer(text):
        value = arabic(match["n"]) if not match["n"][0].isdigit() else float(match["n"])
        if value is not None:
            power = {"百": 1.0, "千": 10.0, "万": 100.0}[match["base"]]
            digits = match["n"] if match["n"][0].isdigit() else _plain(value)
            shown = digits if power == 1 else _plain(value / power)
            yield Number(match.start(), match.end(), match[0], "pct", "%", f"{shown} %")
    for match in _FRACTION.finditer(text):
        top, bottom = arabic(match["n"]), arabic(match["d"])
        if top and bottom:
            yield Number(match.start(), match.end(), match[0], "pct", "", f"{_plain(top)}/{_plain(bottom)}")
    for match in _TENTHS.finditer(text):
        if text[match.start() - 1 : match.start()] in ("十", "百", "第", "完", "形", "构", "分"):
            continue
        value = arabic(match["n"]) if not match["n"][0].isdigit() else float(match["n"])
        if value is not None:
            more = 0.5 if match["half"] == "半" else (arabic(match["half"]) or 0) / 10 if match["half"] else 0
            yield Number(match.start(), match.end(), match[0], "pct", "成", f"{_plain(value + more)} 成")
    for match in _HALF.finditer(text):
        yield Number(match.start(), match.end(), match[0], "pct", "", "1/2")
    for match in _OVER_HALF.finditer(text):
        yield Number(match.start(), match.end(), match[0], "pct", "", "1/2")
    for match in _DOUBLED.finditer(text):
        yield Number(match.start(), match.end(), match[0], "doublings", "番", "2")
    for match in _TIMES_TWO.finditer(text):
        value = arabic(match["n"]) if not match["n"].isdigit() else float(match["n"])
        if value is not None:
            yield Number(
                match.start("n"), match.end(), text[match.start("n") : match.end()], "doublings", "番", _plain(2**value)
            )


_POINTS = frozenset({"个百分点", "百分点"})
_INDEX = frozenset({"点", "个点"})


def _figure(text: str, match: re.Match[str]) -> Number:
    number, unit, scale = match["number"], match["unit"] or "", match["scale"] or ""
    start, end = match.start(), match.end()
    if not unit and not scale and match["gap"]:
        end -= 1
    literal = text[start:end]
    value = number.replace(",", "").replace(" ", "")
    more = "余" if match["more"] or match["more2"] else ""
    kind = _class(unit, scale)
    printed = f"{value}{more}{scale}{unit}" if not more else f"{value}余{scale}{unit}"
    if unit == "‰":
        printed = (
            f"{_plain(float(value) / 10)}%"
            if "." not in value
            else f"{float(value) / 10:.{len(value.split('.')[1]) + 1}f}%"
        )
    if unit in _INDEX:
        printed = f"{value}点"
    why: Reason | None = None
    if kind == "plain":
        if _OTHER_UNITS.match(text, end):
            kind, why = "none", reason("no_measure", unit=(_OTHER_UNITS.match(text, end) or match)[0].strip())
        elif len(value) > 9 and "." not in value:
            kind, why = "none", reason("a_code")
    if unit == "次" and "." not in value and not scale and float(value) < 100:
        kind, why = "none", reason("how_often")
    if start and (text[start - 1].isascii() and text[start - 1].isalpha()) and kind == "plain":
        kind, why = "none", reason("part_of_a_name")
    number_found = Number(start, end, literal, kind, f"{scale}{unit}", printed, why)
    return replace(number_found, printed="") if kind == "none" else number_found


def _class(unit: str, scale: str) -> str:
    if unit in ("%", "‰", "成"):
        return "pct"
    if unit in _POINTS:
        return "points"
    if unit in _INDEX:
        return "index"
    if unit == "倍":
        return "times"
    if unit == "番":
        return "doublings"
    if unit or scale:
        return "qty"
    return "plain"


def _chinese(text: str) -> Iterator[Number]:
    for match in _CHINESE.finditer(text):
        digits, unit, scale = match["number"], match["unit"], match["scale"] or ""
        if not digits:
            continue
        value = arabic(digits)
        if (
            value is None
            or digits[0] in "百千"
            or (text[match.start() - 1 : match.start()] in "第几数上近每" and not scale and unit != "倍")
            or (text[match.start() - 1 : match.start()] in "第几数" and unit == "倍")
        ):
            continue
        if unit in ("件", "项", "家", "户", "人", "个", "人年") and not scale and value < 10:
            if unit in ("个", "家") and value >= 2:
                yield Number(match.start(), match.end(), match[0], "count_word", unit, f"{_plain(value)}{unit}")
            continue
        more = "余" if match["more"] else ""
        yield Number(
            match.start(),
            match.end(),
            match[0],
            _class(unit, scale),
            f"{scale}{unit}",
            f"{_plain(value)}{more}{scale}{unit}",
        )
    for match in _BARE_SCALE.finditer(text):
        if text[match.start() - 1 : match.start()] not in "0123456789几数每" + CN:
            power = {"亿": 8, "万": 4}[match["scale"][-1]] + {"千": 3, "百": 2, "十": 1, "万": 4}.get(
                match["scale"][0], 0
            ) * (len(match["scale"]) > 1)
            base = {"亿": "亿", "万": "万"}[match["scale"][-1]]
            value = 10 ** (power - {"亿": 8, "万": 4}[base])
            yield Number(
                match.start(), match.end(), match[0], "qty", base + match["unit"], f"{value}{base}{match['unit']}"
            )
