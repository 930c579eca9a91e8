"""The dictionary as a page beside the report: what jjj_pipeline.dictionary gives, laid into a template. Nothing is
described here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import groupby

import duckdb

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.publish import dictionary
from jjj_pipeline.publish.published_file import query, tables
from jjj_pipeline.report.answers import answer
from jjj_pipeline.report.labels import Labels
from jjj_pipeline.report.model import Text
from jjj_pipeline.report.page_template import render_template

CODE = ("table", "column", "key", "measure", "formula", "used_in", "indicator", "source", "releases")


@dataclass(frozen=True)
class Grid:
    """Rows under headings; `name` is what the grid is about where a part has several, `doc` its description."""

    name: str
    zh: str
    doc: str
    columns: tuple[str, ...]
    heads: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Part:
    """A part of the dictionary."""

    id: str
    name: Text
    note: Text
    grids: tuple[Grid, ...]


def render(con: duckdb.DuckDBPyConnection, catalog: Catalog, key: str = "") -> str:
    """The page over a published file. `key` is written into its head."""
    build = answer(con, "from meta.build")
    sections = dictionary.sections(partial(query, con), catalog, tables(con))
    return render_template(
        "dictionary.html.j2", Labels(partial(answer, con), ()), build=build[0], key=key, code=CODE,
        parts_of_page=list(_parts(sections)),
    )  # fmt: skip


def _parts(sections: Iterable[dictionary.Section]) -> Iterable[Part]:
    about: dict[str, tuple[str, str]] = {}
    for section in sections:
        names = [str(c) for c in section.rows.columns]
        lines = [[str(value) for value in line] for line in section.rows.to_numpy().tolist()]
        if section.name == "tables":
            about = {line[0]: (line[names.index("name_zh")], line[names.index("doc")]) for line in lines}
        if section.name == "columns":  # the first of them names the table
            by_table = groupby(lines, key=lambda line: line[0])
            grids = tuple(_grid(names[1:], [line[1:] for line in of], table, *about[table]) for table, of in by_table)
        else:
            grids = (_grid(names, lines),)
        zh, end, en = section.note.rpartition("\u3002")  # its Chinese ends with the last full stop of Chinese
        yield Part(section.name, Text(zh=section.zh, en=section.en), Text(zh=zh + end, en=en), grids)


def _grid(names: list[str], lines: list[list[str]], name: str = "", zh: str = "", doc: str = "") -> Grid:
    """The columns that say something."""
    filled = [i for i in range(len(names)) if any(line[i] for line in lines)]
    heads = tuple(Text(zh=dictionary.HEADS[names[i]][0], en=dictionary.HEADS[names[i]][1].capitalize()) for i in filled)
    rows = tuple(tuple(line[i] for i in filled) for line in lines)
    return Grid(name, zh, doc, tuple(names[i] for i in filled), heads, rows)
