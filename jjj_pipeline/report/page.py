"""The page: queries answered, sentences written, tables and charts laid into the templates. Figures are defined in
sections/*.yml; drawing is in `charts`, tables in `tables`."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import duckdb
from jinja2 import Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

from jjj_pipeline.report import charts
from jjj_pipeline.report.answers import Row, Rows, answer, moved
from jjj_pipeline.report.breaks import Break, breaks_of
from jjj_pipeline.report.chart_style import Canvas
from jjj_pipeline.report.drawn_charts import DrawnCharts
from jjj_pipeline.report.labels import SEMICOLON, Labels
from jjj_pipeline.report.model import LANGUAGES, ReportFigure, ReportSection, Text, sections
from jjj_pipeline.report.numbers import interval, number
from jjj_pipeline.report.page_template import render_template
from jjj_pipeline.report.tables import ReportTable, table
from jjj_pipeline.storage.parquet_store import base_tables

DERIVED = "derived"  # the source of figures that follow from printed ones
NOTHING = (UndefinedError, IndexError, ValueError, TypeError, ZeroDivisionError)  # what a sentence over no rows raises


@dataclass(frozen=True)
class Shown:
    """A figure as the template lays it out: texts in both languages, table, charts by language, where it comes from."""

    figure: ReportFigure
    title: Text
    note: Text | None
    table: ReportTable
    charts: dict[str, Any]
    sources: Text
    lost: str
    breaks: list[Break]
    footnotes: list[tuple[str, str | None]]  # as printed, and in English where that is written
    empty: bool
    titled: bool  # the title could be written


class Writer:
    """Writes the templates of the sections over the rows of the published file."""

    def __init__(self, run_query: Callable[[str, str], Rows], words: Labels, drawn: DrawnCharts) -> None:
        self.run_query, self.words, self.drawn = run_query, words, drawn
        self.environment = Environment(autoescape=True, undefined=StrictUndefined)
        self.environment.filters["lower_first"] = lower_first
        # a figure's expressions serve its title and its note, in both languages
        self.expression = cache(partial(self.environment.compile_expression, undefined_to_none=False))

    def shown(self, figure: ReportFigure, *, links: bool = False) -> Shown:
        """A figure with all that belongs to it. Without rows it has its name for a title, and no chart."""
        rows = self.run_query(figure.query, figure.id)
        pairs = self.pairs(figure, rows)
        title = {lang: self.text(figure, figure.title or figure.name, rows, lang, links) for lang in LANGUAGES}
        titled = None not in title.values()
        note = {lang: self.text(figure, figure.note, rows, lang) for lang in LANGUAGES} if figure.note else {}
        return Shown(
            figure,
            Text(**{lang: title[lang] or figure.name[lang] for lang in LANGUAGES}),
            Text(**{lang: note[lang] or "" for lang in LANGUAGES}) if note else None,
            table(figure, rows, self.words),
            self.charts(figure, rows, title) if charts.is_drawn(figure, rows) and titled else {},
            self.sources(figure, pairs),
            _years(_lost(figure, rows)),
            breaks_of(figure, rows, self.words),
            self.footnotes(figure, pairs),
            not rows,
            titled,
        )

    def text(self, figure: ReportFigure, template: Text, rows: Rows, lang: str, links: bool = False) -> str | None:
        """A template over rows, as markup; None where the rows lack what it names."""
        given: dict[str, Any] = {
            "rows": rows, "lang": lang, "moved": moved, "n": partial(numeral, figure, self.words, links),
            "unit": partial(self.words.unit, lang=lang), "years": _years,
            **{k: partial(self.words.name, k, lang=lang) for k in ("region", "indicator", "industry", "industries", "window")},
            "name": partial(self.words.name, lang=lang),
            "pair": lambda row: self.words.name("pair", f"{row.region_a}-{row.region_b}", lang),
        }  # fmt: skip
        try:
            for name, expression in figure.let.items():
                given[name] = self.expression(expression)(**given)
            return self.environment.from_string(template[lang]).render(**given)
        except NOTHING:
            return None

    def charts(self, figure: ReportFigure, rows: Rows, title: dict[str, str | None]) -> dict[str, Any]:
        """The chart in each language."""
        return {
            lang: self.drawn.spec(Canvas(figure, rows, self.words, lang), Markup(title[lang] or "").striptags())
            for lang in LANGUAGES
        }

    def pairs(self, figure: ReportFigure, rows: Rows) -> list[tuple[str, str]] | None:
        """Source and release of the printed figures behind a figure; None where it counts rows of the warehouse."""
        if figure.sources:
            rows = self.run_query(figure.sources, figure.id)
        elif not rows or not {"source", "release"} <= rows[0].keys():
            return None
        return sorted({(r["source"], r["release"]) for r in rows.given("source", "release") if r["source"] != DERIVED})

    def sources(self, figure: ReportFigure, pairs: list[tuple[str, str]] | None) -> Text:
        """Which releases a figure comes from, by source; where it counts rows of the warehouse, from which tables."""
        if pairs is None:
            tables = base_tables(figure.query)
            named = {lang: [self.words.name("table", t, lang) for t in tables] for lang in LANGUAGES}
            joined = {"zh": "、".join(named["zh"]), "en": ", ".join(named["en"])}
            return Text(**{lang: self.words.page["from_tables"][lang].format(joined[lang]) for lang in LANGUAGES})
        return Text(**{lang: SEMICOLON[lang].join(self.words.sources(pairs, lang)) for lang in LANGUAGES})

    def footnotes(self, figure: ReportFigure, pairs: list[tuple[str, str]] | None) -> list[tuple[str, str | None]]:
        """What is printed under the tables that a figure's numbers come from: of its releases, and of the indicators it names."""
        quoted = set(re.findall(r"'(\w+)'", f"{figure.query} {figure.sources or ''}"))
        named = quoted.union(*(parts for i, parts in self.words.parts_of_intensities.items() if i in quoted))
        titled = {
            note["notes"].removeprefix("注：").strip(): None
            for sources, releases in pairs or []
            for note in self.words.footnotes
            if note["source"] in sources.split(",")
            and note["release"] in releases.split(",")
            and note["indicator"] in named
        }
        return [(text, self.words.of_footnotes.get(text)) for text in titled]


def numeral(figure: ReportFigure, words: Labels, links: bool, row: Row, column: str, form: str = "") -> Markup:
    """A number in a sentence, with its row and column; as a link to that row, and with
    its interval, where sentences link."""
    form = form or words.column(figure, column).form or "auto"
    texts = {"f": figure.id, "r": row.at, "c": column, "m": form, "t": number(row[column], form)}
    if not links:
        return Markup(
            '<span class="n" data-figure="{f}" data-row="{r}" data-column="{c}" data-form="{m}">{t}</span>'
        ).format(**texts)
    bounds = interval(row.get(f"{column}_low"), row.get(f"{column}_high"), row[column], form)
    link = '<a class="n" href="#{f}-r{r}" data-figure="{f}" data-row="{r}" data-column="{c}" data-form="{m}">{t}</a>'
    return Markup(link + " <small>{b}</small>" if bounds else link).format(**texts, b=bounds)


def lower_first(text: str) -> str:
    """`Technology market` as it stands inside a sentence; `R&D` stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _lost(figure: ReportFigure, rows: Rows) -> list[int]:
    """The years between the first and the last of a chart for which no row has a value."""
    x, y = figure.encode.get("x"), figure.encode.get("y")
    if not rows or x != "year" or y not in rows[0] or figure.chart not in ("lines", "columns"):
        return []
    given = {r[x] for r in rows.given(str(y))}
    years = [r[x] for r in rows] if figure.chart == "columns" else sorted(given)
    return [year for year in range(min(years), max(years) + 1) if year not in given] if years else []


def _years(years: list[int]) -> str:
    return ", ".join(map(str, years))


def render(con: duckdb.DuckDBPyConnection, runtime: str, key: str, drawn: DrawnCharts) -> tuple[str, int]:
    """The page over a published file, and the number of its charts. `runtime` is the script that draws them, `key` is
    written into the head, `drawn` has the charts of the build before."""
    with ThreadPoolExecutor(1) as aside:  # DuckDB answers while others draw
        figures = [f for s in sections() for f in s.figures]
        queries = {(q, f.id): None for f in figures for q in (f.query, f.sources) if q}
        answers = {(q, name): aside.submit(answer, con.cursor(), q, name) for q, name in queries}
        return _rendered(con, lambda query, name: answers[query, name].result(), runtime, key, drawn)


# the four questions of the article, and the figures whose titles answer them
FOUR = {"q_grow": "rd_multiples", "q_gap": "gaps", "q_flow": "contracts", "q_match": "chain"}


def _four(parts: list[tuple[ReportSection, list[Shown]]], words: Labels) -> list[tuple[Text, Shown]]:
    """The four questions with the figures that answer them, as far as there are rows."""
    by_id = {shown.figure.id: shown for _, all_shown in parts for shown in all_shown}
    return [(words.page[q], by_id[f]) for q, f in FOUR.items() if f in by_id and not by_id[f].empty and by_id[f].titled]


def _rendered(
    con: duckdb.DuckDBPyConnection, run_query: Callable[[str, str], Rows], runtime: str, key: str, drawn: DrawnCharts
) -> tuple[str, int]:
    words = Labels(partial(answer, con))
    drawn.names(words)
    writer = Writer(run_query, words, drawn)
    parts: list[tuple[ReportSection, list[Shown]]] = [
        (s, [writer.shown(f, links=s.sentences) for f in s.figures]) for s in sections()
    ]
    build = answer(con, "from meta.build")
    claims = {
        r.claim_id: r for s in sections() for f in s.figures if f.id == "claims" for r in run_query(f.query, f.id)
    }
    html = render_template(
        "index.html.j2", writer.words, parts_of_page=parts, four=_four(parts, writer.words),
        build=build[0] if build else {}, runtime=Markup(runtime), claims=claims, key=key,
    )  # fmt: skip
    drawn.save()
    return html, sum(bool(shown.charts) for _, all_shown in parts for shown in all_shown)
