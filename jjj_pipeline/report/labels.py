"""What things are called on the page, in both languages: names of the catalogue's tables and the labels of labels.yml.
No sentence is made here."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

from jjj_pipeline.catalog.load import read_yaml
from jjj_pipeline.report.answers import Row, Rows
from jjj_pipeline.report.model import FOLDER, Column, ReportFigure, Text

NAMES = {  # kind -> code, Chinese, English
    "region": "select region_code, short_zh, name_en from ref.region",
    "indicator": "select indicator, name_zh, name_en from ref.indicator",
    "intensity": "select intensity, name_zh, name_en from ref.intensity",
    "industry": "select industry_code, name_zh, name_en from ref.industry",
    "window": "select window_id, name_zh, name_en from ref.window",
    "source": "select source, name_zh, name_en from ref.source",
    "release": "select source || '/' || release, name_zh, name_en from ref.release",
    "check": "select check_id, name_zh, name_en from meta.check",
    "table": """select schema_name || '.' || name, split_part(comment, ' - ', 1), replace(name, '_', ' ')
        from (select schema_name, table_name as name, comment from duckdb_tables()
            union all select schema_name, view_name, comment from duckdb_views() where not internal)
        where schema_name <> 'zh'""",
}
BREAKS = """select s.indicator, s.year, s.accounts and i.vintages is not null as accounts,
        string_agg(distinct s.region_code, ' ' order by s.region_code) as places, b.change_zh, b.change_en
    from ref.break_series as s join ref.break as b using (break_id) join ref.indicator as i using (indicator)
    group by all order by s.year, s.indicator, b.change_en"""
FOOTNOTES = """select distinct f.notes, f.source, f.release, o.indicator
    from ref.file as f
    join (select distinct file, indicator from core.observation union select distinct file, indicator from core.flow) as o
        using (file)
    where f.notes is not null order by all"""
COLON, SEMICOLON = {"zh": "：", "en": ": "}, {"zh": "；", "en": "; "}
SPAN = re.compile(r"\d{4}-\d{4}")
BRIEF = ("indicator", "industry")  # kinds of which charts and titles take a brief name
MANY = 4  # releases of one source that a source line lists one by one


class Labels:
    """Names by kind and code. `run_query` runs a query over the published file, or over the store."""

    def __init__(self, run_query: Callable[[str], Rows], kinds: tuple[str, ...] = tuple(NAMES)) -> None:
        self.run_query = run_query
        self.names: dict[str, dict[str, Text]] = {}
        for kind in kinds:
            rows = [list(r.values()) for r in run_query(NAMES[kind])]
            self.names[kind] = {str(c): Text(zh=zh or str(c), en=en or zh or str(c)) for c, zh, en in rows}
        words = read_yaml(FOLDER / "labels.yml")
        texts = {k: _texts(words[k]) for k in ("short", "brief", "codes", "page", "measures")}
        self.short, self.brief, self.codes, self.page, self.measures = texts.values()
        self.of_footnotes: dict[str, str] = words["footnotes"]
        self.units: dict[str, str] = words["units"]
        self.columns = {name: Column.model_validate(c) for name, c in words["columns"].items()}
        self.names["measure"] = self.measures
        self.names["status"] = self.codes
        self.names["edition"] = self.names.get("release", {})

    def name(self, kind: str, code: Any, lang: str, *, whole: bool = False) -> str:
        """The name of a code, `whole` or the brief one of charts and titles; the code itself where it has no name."""
        key = str(code)
        if kind in MADE:
            return MADE[kind](self, key, lang)
        if kind == "window" and not whole and SPAN.fullmatch(key):
            return key.replace("-", "\u2013")
        own = self.short if kind == "region" else self.brief if kind in BRIEF and not whole else {}
        found = own.get(key) or self.names.get(kind, {}).get(key) or self.codes.get(key)
        return found[lang] if found else key

    def release(self, code: str, lang: str) -> str:
        """`cstsy/2024` as the source with its release."""
        source, _, release = code.partition("/")
        return self.sources([(source, release)], lang)[0] if release else code

    def sources(self, pairs: list[tuple[str, str]], lang: str) -> list[str]:
        """Sources with their releases: `Yearbook …: 2011 (data of 2010) … 2024 (data of 2023), 14 releases`."""
        grouped: dict[str, set[str]] = {}
        for sources, releases in pairs:  # a total of a group names those of its members
            for source in sources.split(","):
                known = self.names.get("release", {})
                here = {r for r in releases.split(",") if f"{source}/{r}" in known}
                grouped.setdefault(source, set()).update(here or releases.split(","))
        out = []
        for source, codes in sorted(grouped.items()):
            name = self.name("source", source, lang)
            named = [self.name("release", f"{source}/{r}", lang).removeprefix(name).strip() for r in sorted(codes)]
            if len(named) > MANY:
                text = f"{named[0]} \u2026 {named[-1]}" + self.page["in_all"][lang].format(len(named))
            else:
                text = {"zh": "、", "en": ", "}[lang].join(named)
            text = text.replace(f"{source}/", "")
            out.append(f"{name}{COLON[lang]}{text}" if text else name)
        return out

    def unit(self, unit: str, lang: str) -> str:
        """A unit as it is printed; in English `a/b` is read as "a per b"."""
        if lang == "zh" or not unit:
            return unit
        if unit in self.units:
            return self.units[unit]
        above, sign, below = unit.partition("/")
        return f"{self.units.get(above, above)} per {self.units.get(below, below)}" if sign else unit

    def column(self, figure: ReportFigure, name: str) -> Column:
        """How a column is headed and shown: what the figure says of it, else labels.yml, else its own name."""
        own, common = figure.columns.get(name, Column()), self.columns.get(name, Column())
        return Column(
            name=own.name or common.name or Text(zh=name, en=name),
            form=own.form or common.form or "text",
            optional=own.optional,
            wide=own.wide or common.wide,
            upto=own.upto,
        )

    @cached_property
    def breaks(self) -> dict[str, list[Row]]:
        """The entries of ref.break by indicator."""
        out: dict[str, list[Row]] = {}
        for row in self.run_query(BREAKS):
            out.setdefault(row["indicator"], []).append(row)
        return out

    @cached_property
    def footnotes(self) -> list[Row]:
        """What is printed under raw tables, by source, release and indicator of their figures."""
        return self.run_query(FOOTNOTES)

    @cached_property
    def parts_of_intensities(self) -> dict[str, list[str]]:
        """The two indicators of each intensity."""
        rows = self.run_query("select intensity, numerator, denominator from ref.intensity")
        return {r["intensity"]: [r["numerator"], r["denominator"]] for r in rows}


def _texts(words: dict[str, dict[str, str]]) -> dict[str, Text]:
    return {str(code): Text.model_validate(entry) for code, entry in words.items()}


def _pair(words: Labels, code: str, lang: str) -> str:
    """`110000-120000`."""
    return "\u2013".join(words.name("region", c, lang) for c in code.split("-"))


def _chain(words: Labels, code: str, lang: str) -> str:
    """`110000-120000:120000`, the last the one that makes what is invented."""
    pair, _, maker = code.partition(":")
    made = {"zh": "{}\n{}制造", "en": "{}\nmade in {}"}[lang]
    return made.format(_pair(words, pair, lang), words.name("region", maker, lang))


def _industries(words: Labels, code: str, lang: str) -> str:
    """`C F L`."""
    return {"zh": "、", "en": ", "}[lang].join(words.name("industry", c, lang) for c in code.split())


# kinds of names that are made of others
MADE: dict[str, Callable[[Labels, str, str], str]] = {"pair": _pair, "chain": _chain, "industries": _industries}
