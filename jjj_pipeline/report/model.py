"""What a section of the report is: figures with their queries, titles as templates, columns, chart; and the loader of
sections/*.yml. Nothing is queried and nothing drawn here."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from pydantic import BaseModel, ConfigDict

from jjj_pipeline.catalog.load import read_yaml

FOLDER = Path(__file__).parent
SECTIONS = ("glance", "growth", "disparity", "flow", "match", "article", "findings", "trust")
LANGUAGES = ("zh", "en")


class ReportEntry(BaseModel):
    """Base of what is in the files: unknown words are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(ReportEntry):
    """A template (Jinja) or a plain text, in both languages."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return str(getattr(self, lang))


class Column(ReportEntry):
    """How a column of a query is named and shown; what is left out is taken from labels.yml. `optional`: no
    number is no gap; `wide`: its texts need room; `upto`: the column with the other end of a span."""

    name: Text | None = None
    form: str | None = None
    optional: bool = False
    wide: bool = False
    upto: str | None = None


class Pivot(ReportEntry):
    """A table laid crosswise: `down` are the columns that name a row, `across` the one that names the columns, `cell` what is
    shown; `aside` are listed after the cells, each value once."""

    down: tuple[str, ...]
    across: str
    cell: str
    aside: tuple[str, ...] = ()


class ReportFigure(ReportEntry):
    """One query, what it says, and how it is shown. `params` are values of $name in the query. `let` names what title and note
    use, as Jinja expressions over `rows`; `chart` names a kind of `charts`, `encode` what it draws; `mart` is the mart that
    carries the chart in Dagster; `sources` is a query for source and release where the rows do not name them; `claims` are
    those of the article that a sentence restates; `breaks` are further indicators whose breaks of definition the chart draws,
    each with the small multiple it concerns (empty: all); `explore` is the address of the figure's view in the explorer."""

    id: str
    name: Text
    data: str
    params: dict[str, str] = {}
    let: dict[str, str] = {}
    title: Text | None = None
    note: Text | None = None
    unit: Text | None = None
    chart: str | None = None
    encode: dict[str, Any] = {}
    columns: dict[str, Column] = {}
    show: tuple[str, ...] = ()
    pivot: Pivot | None = None
    sources: str | None = None
    mart: str | None = None
    collapsed: bool = False
    claims: tuple[str, ...] = ()
    explore: str = ""
    breaks: dict[str, str] = {}

    @property
    def query(self) -> str:
        """The query as it is run and shown."""
        return Template(self.data).substitute(self.params).strip() if self.params else self.data.strip()


class ReportSection(ReportEntry):
    """A part of the page, `short` its name in the bar. Figures of a section with `sentences` are written as sentences, one after
    the other."""

    id: str
    name: Text
    short: Text | None = None
    lead: Text
    sentences: bool = False
    figures: tuple[ReportFigure, ...]


@cache
def sections() -> tuple[ReportSection, ...]:
    """The sections in the order of the page."""
    return tuple(
        ReportSection.model_validate({"id": name, **read_yaml(FOLDER / "sections" / f"{name}.yml")})
        for name in SECTIONS
    )
