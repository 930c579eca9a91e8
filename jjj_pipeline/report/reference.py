"""The dictionary as a page beside the report: what jjj_pipeline.dictionary gives, laid into a template. Nothing is
described here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import duckdb
import pandas as pd

from jjj_pipeline import dictionary
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.report.answers import answer
from jjj_pipeline.report.model import Text
from jjj_pipeline.report.page import laid_out
from jjj_pipeline.report.words import Words
from jjj_pipeline.warehouse import ask, tables

CODE = ("table", "column", "key", "measure", "formula", "used_in", "indicator", "source", "releases")


@dataclass(frozen=True)
class Grid:
    """Rows under headings; `name` is what the grid is about where a part has several, `doc` what is said of it."""

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
    sections = dictionary.sections(partial(ask, con), catalog, tables(con))
    return laid_out(
        "dictionary.html.j2", Words(partial(answer, con), ()), build=build[0], key=key, code=CODE,
        parts_of_page=list(_parts(sections)),
    )  # fmt: skip


def _parts(sections: Iterable[dictionary.Section]) -> Iterable[Part]:
    about: dict[str, tuple[str, str]] = {}
    for section in sections:
        rows = section.rows
        if section.name == "tables":
            about = {str(r["table"]): (str(r["name_zh"]), str(r["doc"])) for r in rows.to_dict("records")}
        if section.name == "columns":
            grids = tuple(
                _grid(of.drop(columns="table"), str(name), *about[str(name)])
                for name, of in rows.groupby("table", sort=False)
            )
        else:
            grids = (_grid(rows),)
        zh, end, en = section.note.rpartition("\u3002")  # its Chinese ends with the last full stop of Chinese
        yield Part(section.name, Text(zh=section.zh, en=section.en), Text(zh=zh + end, en=en), grids)


def _grid(rows: pd.DataFrame, name: str = "", zh: str = "", doc: str = "") -> Grid:
    """The columns that say something."""
    filled = rows.loc[:, (rows != "").any()]
    heads = tuple(Text(zh=dictionary.HEADS[c][0], en=dictionary.HEADS[c][1].capitalize()) for c in filled.columns)
    cells = tuple(tuple(map(str, row)) for row in filled.itertuples(index=False))
    return Grid(name, zh, doc, tuple(filled.columns), heads, cells)
