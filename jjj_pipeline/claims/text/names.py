"""Measures and places named in a text, by the catalogue's names and aliases: the longest name wins. No sentence is understood here."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ahocorasick

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.claims.text.normal import normalise

# words for places that depend on the sentence: members of a group in its order, or the place last named
PLACE_WORDS = {
    "三地": "three", "三省市": "three", "三省(市)": "three", "两地": "two", "两市": "two", "两省市": "two", "该市": "it", "全市": "it",
    "本市": "it", "该省": "it", "全省": "it", "本省": "it", "我市": "it", "我省": "it", "区域": "area", "本区域": "area", "该区域": "area", "地区": "area?",
}  # fmt: skip
_NOT_AFTER = re.compile(
    r"(?:大学|学院|银行|日报|晚报|海关|协和|地铁|机场|奥运|冬奥|证券|交易所|时间|科技统计|统计年鉴|出版社|研究院|研究所|师范|工业大学|交通|邮电|理工|"
    r"航空航天|医科|外国语|新区|自贸|自由贸易|经济技术|开发区|高新区|港|滨海|雄安|亦庄|城市副中心|协同发展战略|协同发展领导)"
)
# indicators that store a printed total, bound or rate: texts mean the measure itself
_NOT_BY_TITLE = ("_printed", "_about", "_at_least", "_cagr", "_growth", "_points")


@dataclass(frozen=True)
class Mention:
    """`[start, end)`; kind is measure (`keys`: indicators that bear the name), place (`keys`: one code) or word (`keys`:
    a word of PLACE_WORDS)."""

    start: int
    end: int
    literal: str
    kind: str
    keys: tuple[str, ...]


def expanded(pattern: str) -> Iterator[str]:
    """`[国内|]专利授权[量|数]` -> 国内专利授权量, 国内专利授权数, 专利授权量, 专利授权数."""
    parts = [p[1:-1].split("|") if p.startswith("[") else [p] for p in re.split(r"(\[[^\]]*\])", pattern) if p]
    yield from ("".join(choice) for choice in itertools.product(*parts))


class Names:
    """The dictionary of a catalogue, built once."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.units = {name: i.unit for name, i in catalog.indicators.items()}
        self.titles = {name: (i.name_zh, i.name_en) for name, i in catalog.indicators.items()}
        self.groups: dict[str, tuple[str, ...]] = {}
        for row in catalog.groups:
            self.groups[row["group_code"]] = (*self.groups.get(row["group_code"], ()), row["region_code"])
        self.place_names = {r["region_code"]: r["short_zh"] or r["name_zh"] for r in catalog.regions}
        self.place_names_en = {r["region_code"]: r["name_en"] for r in catalog.regions}
        self.kinds = catalog.region_kind
        self.parents = _parents(catalog)
        self.real_growth = frozenset(n for n in catalog.indicators if n == "gdp" or n.startswith("value_added_"))
        entries: dict[str, tuple[str, list[str]]] = {}
        for name, indicator in catalog.indicators.items():
            if name.startswith("article_"):
                continue
            own = [] if name.endswith(_NOT_BY_TITLE) else _own_names(indicator.name_zh)
            for alias in itertools.chain(own, *map(expanded, indicator.aliases)):
                kind, keys = entries.setdefault(normalise(alias), ("measure", []))
                if kind == "measure" and name not in keys:
                    keys.append(name)
        for row in catalog.regions:
            for alias in [row["name_zh"], row["short_zh"], *row["aliases"].split("|")]:
                alias = alias.strip()
                if (
                    len(alias) > 1
                    and "和" not in alias
                    and not alias.isascii()
                    and " " not in alias
                    and alias not in ("其他", "其它", "总计", "区域")
                ):
                    entries.setdefault(normalise(alias), ("place", [row["region_code"]]))
        self.place_starts = sorted(
            ((w, k[0]) for w, (kind, k) in entries.items() if kind == "place"), key=lambda e: -len(e[0])
        )
        for word, key in PLACE_WORDS.items():
            entries.setdefault(word, ("word", [key]))
        for word in ("我国", "全国", "中国"):
            entries[word] = ("place", ["CN"])
        self.automaton = ahocorasick.Automaton()
        for word, (kind, keys) in entries.items():
            self.automaton.add_word(word, (len(word), kind, tuple(keys)))
        self.automaton.make_automaton()

    def find(self, text: str) -> list[Mention]:
        """Every name of a normalised text, the longest where several begin, none inside a title in 《》."""
        titles = [(m.start(), m.end()) for m in re.finditer(r"《[^》\n]*》", text)]
        found = []
        for last, (length, kind, keys) in self.automaton.iter_long(text):
            start, end = last - length + 1, last + 1
            if any(a <= start < b for a, b in titles):
                continue
            if kind == "place" and _NOT_AFTER.match(text, end):
                continue
            if kind == "word" and keys == ("area?",):
                continue
            found.append(Mention(start, end, text[start:end], kind, keys))
        return found

    def place_in(self, literal: str) -> str:
        """The place a measure's name begins with, as 京津冀区域发展指数 does."""
        return next((code for name, code in self.place_starts if literal.startswith(name)), "")

    def members(self, code: str) -> tuple[str, ...]:
        return self.groups.get(code, (code,))


def _own_names(title: str) -> Iterable[str]:
    """The catalogue's name, without what it says in brackets."""
    plain = re.sub(r"\(.*?\)", "", normalise(title))
    return [plain] if len(plain) > 2 else []


def _parents(catalog: Catalog) -> dict[str, str]:
    """part -> total, from the rules of additivity."""
    found: dict[str, str] = {}
    for identity in catalog.identities:
        if identity.kind == "parts" and identity.total and not identity.total.startswith("article_"):
            for part in identity.parts:
                found.setdefault(part, identity.total)
    found.setdefault("rd_personnel_fte_researchers", "rd_personnel_fte")
    found.setdefault("firm_rd_expenditure", "rd_expenditure")
    return found
