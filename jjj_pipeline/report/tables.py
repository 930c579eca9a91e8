"""The rows of a figure as a table for people: long or laid crosswise, each number with the row and column it came from, its
interval and its status. No query and no HTML."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from jjj_pipeline.report.answers import Row, Rows
from jjj_pipeline.report.labels import SEMICOLON, Labels
from jjj_pipeline.report.model import LANGUAGES, ReportFigure, Text
from jjj_pipeline.report.numbers import FORMS, FREE, interval, number

DASH, DASH_SPAN = "\u2014", " \u2013 "


@dataclass(frozen=True)
class Cell:
    """One field. A number names its row and column (`at`, `column`), its digits (`form`), what goes with it."""

    text: Text
    kind: str = "text"  # text, long, number, missing, code, verdict
    at: int | None = None
    column: str = ""
    form: str = ""
    value: float | None = None
    interval: str = ""
    flag: str = ""
    span: int = 1  # rows it spans; 0: the field above spans this one


@dataclass(frozen=True)
class ReportTable:
    """Headings, rows of fields; the first `heads` fields of a row are its name."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heads: int
    numeric: tuple[bool, ...]
    anchors: tuple[int, ...] = field(default=())

    @property
    def flags(self) -> list[str]:
        """The statuses of its numbers."""
        return sorted({flag for row in self.rows for cell in row for flag in cell.flag})


def table(figure: ReportFigure, rows: Rows, words: Labels) -> ReportTable:
    """The table of a figure: crosswise where it says so, else one row a row of the query."""
    return _crosswise(figure, rows, words) if figure.pivot else _long(figure, rows, words)


def _long(figure: ReportFigure, rows: Rows, words: Labels) -> ReportTable:
    names = list(figure.show or (rows[0] if rows else ()))
    own = [n for n in names if not n.endswith(("_low", "_high"))]
    body = tuple(tuple(field_of(figure, r, n, words) for n in own) for r in rows)
    numeric = tuple(_is_number(figure, n, words) for n in own)
    return ReportTable(tuple(_heading(figure, n, words) for n in own), body, 1, numeric, tuple(r.at for r in rows))


def _crosswise(figure: ReportFigure, rows: Rows, words: Labels) -> ReportTable:
    pivot = figure.pivot
    assert pivot is not None
    across = rows.values(pivot.across)
    if _form(figure, pivot.across, words) == "year":
        across = sorted(across)
    groups: dict[tuple[Any, ...], dict[Any, Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[d] for d in pivot.down), {})[row[pivot.across]] = row
    body = []
    for line in groups.values():
        first = next(iter(line.values()))
        fields = [field_of(figure, first, d, words) for d in pivot.down]
        fields += [field_of(figure, line[a], pivot.cell, words) if a in line else missing() for a in across]
        fields += [_aside(figure, list(line.values()), name, words) for name in pivot.aside]
        body.append(tuple(fields))
    body = _without_repeats(body) if len(pivot.down) > 1 else body
    heads = [_heading(figure, d, words) for d in pivot.down]
    cells = [_named(figure, pivot.across, a, words).text for a in across]
    asides = [_heading(figure, a, words) for a in pivot.aside]
    numeric = (*(_is_number(figure, d, words) for d in pivot.down), *[True] * len(cells), *[False] * len(asides))
    return ReportTable((*heads, *cells, *asides), tuple(body), len(heads), numeric)


def _without_repeats(body: list[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """The rows with the first field of a run of equal ones standing for all of them."""
    out: list[tuple[Cell, ...]] = []
    for _, run in groupby(body, key=lambda fields: fields[0].text):
        rows = list(run)
        for i, fields in enumerate(rows):
            out.append((replace(fields[0], span=0 if i else len(rows)), *fields[1:]))
    return out


def field_of(figure: ReportFigure, row: Row, column: str, words: Labels) -> Cell:
    """One field: a number with interval and status, a name in both languages, a text."""
    value, form = row[column], _form(figure, column, words)
    if value is None:
        expected = _is_number(figure, column, words) and not words.column(figure, column).optional
        return missing() if expected else Cell(_both(""))
    if form not in FORMS and form not in FREE:
        return _named(figure, column, value, words)
    bounds = interval(row.get(f"{column}_low"), row.get(f"{column}_high"), value, form)
    other = words.column(figure, column).upto
    text = number(value, form) + (f"{DASH_SPAN}{number(row[other], form)}" if other else "")
    status = row.get("status")
    flag = str(status) if status not in (None, "A") and "status" not in figure.show and form != "year" else ""
    return Cell(_both(text), "number", row.at, column, form, value, bounds, flag)


def missing() -> Cell:
    """What is not held."""
    return Cell(_both(DASH), "missing")


def _aside(figure: ReportFigure, rows: list[Row], column: str, words: Labels) -> Cell:
    if column == "release":
        pairs = [(str(r["source"]), str(r["release"])) for r in rows]
        return Cell(Text(**{lang: SEMICOLON[lang].join(words.sources(pairs, lang)) for lang in LANGUAGES}), "long")
    values = list(dict.fromkeys(r[column] for r in rows if r[column] is not None))
    named = [_named(figure, column, v, words).text for v in values]
    return Cell(Text(**{lang: ", ".join(n[lang] for n in named) for lang in LANGUAGES}))


def _named(figure: ReportFigure, column: str, value: Any, words: Labels) -> Cell:
    cell = _written(figure, column, value, words)
    return replace(cell, kind="long") if cell.kind == "text" and words.column(figure, column).wide else cell


def _written(figure: ReportFigure, column: str, value: Any, words: Labels) -> Cell:
    form = _form(figure, column, words)
    if form in FORMS or form in FREE:
        return Cell(_both(number(value, form)))
    if form in ("code_text", "file"):
        return Cell(_both(str(value)), "code")
    if form == "verdict":
        return Cell(words.codes[str(value)], f"verdict {value}")
    if form == "bilingual":  # {zh: …, en: …}
        return Cell(Text(zh=str(value["zh"] or ""), en=str(value["en"] or "")))
    if form == "mixed":  # `Chinese (English)`
        zh, _, en = str(value).partition(" (")
        return Cell(Text(zh=zh, en=en.removesuffix(")") or zh))
    name = {"unit": words.unit, "release": words.release, "text": lambda text, lang: text}.get(form)
    if name:
        return Cell(Text(**{lang: name(str(value), lang) for lang in LANGUAGES}))
    return Cell(Text(**{lang: words.name(form, value, lang, whole=True) for lang in LANGUAGES}))


def _form(figure: ReportFigure, column: str, words: Labels) -> str:
    return words.column(figure, column).form or "text"


def _is_number(figure: ReportFigure, column: str, words: Labels) -> bool:
    form = _form(figure, column, words)
    return form in FREE or form in FORMS


def _heading(figure: ReportFigure, column: str, words: Labels) -> Text:
    return words.column(figure, column).name or _both(column)


def _both(text: str) -> Text:
    return Text(zh=text, en=text)
