"""The catalogue as typed objects, one immutable `Catalog`. It knows no raw file and no table of the warehouse beyond their names;
what changes in publications is edited in the data files beside this module. How they are read and checked is in `load`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from jjj_pipeline.catalog import units
from jjj_pipeline.catalog.regions import RegionNames

Layout = Literal[
    "region_by_indicator", "region_by_year", "region_year_by_indicator", "indicator_by_year",
    "observation_list", "flow_list", "ranking_list", "link_list",
]  # fmt: skip
TARGET = {"flow_list": "flow", "ranking_list": "ranking", "link_list": "link"}
STATUS_CODES = frozenset("ABDEFGIKWOMLQNPUVSHJ")
_RELEASE = re.compile(r"(?P<date>[0-9]{4}(-[0-9]{2}){0,2})(-(?![0-9]+\Z)[a-z0-9]+)?")
_WRITTEN = 2026  # a clock set back refuses no release that was known when this was written


def wanted_release(release: str) -> str:
    """What is expected where a text is no release; nothing for one: a year, month or day of the calendar, an edition of next year
    at the latest (a later one would be taken for the newest for ever), and a word."""
    found = _RELEASE.fullmatch(release)
    if found is None:
        return "a release of digits 0-9 such as 2024, 2024-05-17 or 2024-census5"
    year, month, day = (int(part) for part in f"{found['date']}-01-01".split("-")[:3])
    last = max(date.today().year, _WRITTEN) + 1
    if not 1900 <= year <= last:
        return f"a release between 1900 and {last}"
    try:
        date(year, month, day)
    except ValueError:
        return "a release that is a month or a day of the calendar, such as 2024-05 or 2024-05-17"
    return ""


class Entry(BaseModel):
    """A catalogue entry: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Release(Entry):
    """A release of a source. `vintage` names the state of the accounts it gives: releases of one vintage belong together."""

    vintage: str = ""
    published: str = ""
    name_zh: str = ""
    name_en: str = ""


class Calendar(Entry):
    """When a source usually publishes: month and day of the year `lag_years` after the data year."""

    month: int
    day: int = 28
    lag_years: int = 1


class Source(Entry):
    name_zh: str
    name_en: str
    publisher: str
    rank: int
    kind: str
    terms: str
    calendar: Calendar | None = None
    releases: dict[str, Release] = {}


class Indicator(Entry):
    """An indicator. `aliases` are the names texts use for it; `[a|b|]` in one stands for a, b or nothing. Two indicators may
    share a name where the unit or the sentence decides."""

    name_zh: str
    name_en: str
    aliases: list[str] = []
    unit: str
    additive: bool = False
    kind: str = "flow"
    price_basis: str = "none"
    deflator: Literal["", "gdp"] = ""
    definition: str = ""
    definition_en: str = ""
    dimension_note: str = ""
    vintages: list[str] = []
    preferred: list[str] = []
    range: tuple[float, float] | None = None
    inflow: str = ""

    @field_validator("unit")
    @classmethod
    def _known(cls, unit: str) -> str:
        units.quantity(unit)
        return unit

    @model_validator(mode="after")
    def _defined_in_both_languages(self) -> Self:
        if bool(self.definition) != bool(self.definition_en):
            raise ValueError("definition and definition_en: both or neither")
        return self


class StatusRule(Entry):
    """Figures of a table that carry an OBS_STATUS other than A, and why."""

    release: str = ""
    years: list[int] = []
    regions: list[str] = []
    indicators: list[str] = []
    status: str
    reason: str

    @field_validator("status")
    @classmethod
    def _code(cls, status: str) -> str:
        if status not in STATUS_CODES:
            raise ValueError(f"status {status!r} is not an SDMX OBS_STATUS")
        return status


class TableSpec(Entry):
    """One table of a publication: what it prints and how its files say so.

    `names` are other titles it bears in other editions or exports, `aliases` other spellings of its columns (or, with
    one indicator, of that indicator), `optional` the columns some editions lack, `region` the region of files that name
    none. Of a flow_list: `undirected` pairs are stored once, codes in order; `level` says what its nodes are, where the
    kinds of the places do not (Beijing among cities).
    """

    source: str
    title_zh: str
    title_en: str
    layout: Layout
    table_no: str = ""
    unit: str = ""
    printed_decimals: int | dict[str, int] | None = None
    decimals_by_column: dict[str, int | dict[str, int]] = {}
    year_lag: int | None = None
    closed: bool | list[str] = False
    indicator: str = ""
    columns: dict[str, str] = {}
    names: list[str] = []
    aliases: dict[str, str] = {}
    undirected: bool = False
    level: Literal["", "province", "city"] = ""
    optional: list[str] = []
    region: str = ""
    status: list[StatusRule] = []
    note: str = ""

    @property
    def target(self) -> str:
        """The core table its rows go to."""
        return TARGET.get(self.layout, "observation")

    def decimals(self, column: str, release: str) -> int | None:
        """Decimals the publication shows in this column of this release; None means the digits of the literal."""
        rule = self.decimals_by_column.get(column, self.printed_decimals)
        if isinstance(rule, dict):
            return rule.get(release, rule.get("default"))
        return rule

    def indicators(self) -> list[tuple[str, str]]:
        """(indicator, industry_code) of every column."""
        return [split_target(t) for t in (self.columns.values() if self.columns else [self.indicator])]


class Window(Entry):
    """A span of years that growth is measured over; `first` / `last` stand for the ends of each series, the last not beyond
    `until`."""

    name_zh: str
    name_en: str
    start: int | Literal["first"]
    end: int | Literal["last"]
    until: int | None = None


class Identity(Entry):
    """A rule of additivity among figures of one table and release."""

    id: str
    kind: Literal["parts", "sections", "shares", "members"]
    zh: str = ""
    en: str = ""
    total: str = ""
    parts: list[str] = []
    indicator: str = ""
    indicators: list[str] = []
    share: str = ""
    value: str = ""
    of: str = ""
    tables: list[str] = []
    warn: bool = False
    note: str = ""


class Structure(Entry):
    """What a total is made of: the parts of an identity, the sections of an indicator, or listed parts and a rest."""

    name_zh: str
    name_en: str
    identity: str = ""
    sections_of: str = ""
    total: str = ""
    parts: list[str] = []
    base_year: int | None = None
    multiples: dict[str, str] = {}
    group: str = ""
    needed: str = ""


class Correction(Entry):
    """One entry of the ledger of known errors of the publications."""

    id: str
    action: Literal["replace", "drop", "flag", "allow"]
    table: str
    release: str
    region: str
    year: int
    indicator: str
    printed: str = ""
    value: str = ""
    identity: str = ""
    industry: str = "*"
    obs_status: str = ""
    reason: str
    source: str
    status: Literal["confirmed", "inferred", "reported"]


class Break(Entry):
    """Where a series changes its definition, threshold, scope or base; without a year the whole series is of another scope
    than its `counterpart`."""

    id: str
    indicators: list[str]
    regions: list[str] = []
    year: int | None = None
    effect: Literal["none", "levels", "coverage"]
    accounts: bool = False
    counterpart: str = ""
    change_zh: str
    change_en: str
    source: str
    basis: Literal["cited", "presumed"]

    def covers(self, indicator: str) -> bool:
        """Whether the indicator is one of those listed, or begins as a pattern does."""
        return any(fnmatchcase(indicator, pattern) for pattern in self.indicators)


def ends(span: tuple[float, float] | None) -> dict[str, float | None]:
    """A range as two columns."""
    return {"lowest": span[0], "highest": span[1]} if span else {"lowest": None, "highest": None}


class Intensity(Entry):
    """One quantity per another: factor * numerator / denominator."""

    name_zh: str
    name_en: str
    numerator: str
    denominator: str
    factor: float
    unit: str
    printed: str = ""
    range: tuple[float, float] | None = None


class IndexDimension(Entry):
    """A dimension of the composite index: intensities, all of one weight."""

    name_zh: str
    name_en: str
    indicators: list[str]


class IndexRelease(Entry):
    """One release of the composite index: its dimensions and the years its scales and weights are taken over."""

    name_zh: str
    name_en: str
    first_year: int
    last_year: int
    dimensions: dict[str, IndexDimension]


class PublishedIndex(Entry):
    """An index somebody publishes; `base` as far as it is stated."""

    name_zh: str
    name_en: str
    base: str = ""


class InnovationIndex(Entry):
    """What the composite index is made of, and the published indices beside it."""

    releases: dict[str, IndexRelease] = {}
    published: dict[str, PublishedIndex] = {}


class Measure(Entry):
    """A derived measure: formula, convention and source, for ref.measure and the comments."""

    name_zh: str
    name_en: str
    formula: str
    log: Literal["", "natural"] = ""
    ddof: Literal[0, 1, 2] | None = None
    weights: Literal["", "none", "population"] = ""
    zeros: str = ""
    nulls: str = ""
    note: str = ""
    source: str

    @property
    def convention(self) -> str:
        """The conventions in one sentence."""
        divisor = {None: "", 0: "variance divides by n", 1: "variance divides by n - 1", 2: "variance divides by n - 2"}
        sentences = [
            "natural logarithm" if self.log else "",
            divisor[self.ddof],
            {"": "", "none": "unweighted over regions", "population": "weighted by population"}[self.weights],
            f"zeros: {self.zeros}" if self.zeros else "",
            f"null: {self.nulls}" if self.nulls else "",
            self.note,
        ]
        return "; ".join(filter(None, sentences))


def split_target(target: str) -> tuple[str, str]:
    """`legal_entities@A` -> ('legal_entities', 'A'); without `@` the industry is `*`, the total."""
    indicator, _, industry = target.partition("@")
    return indicator, industry or "*"


@dataclass(frozen=True)
class Publications:
    """The sources, and the tables they print."""

    sources: dict[str, Source]
    tables: dict[str, TableSpec]


@dataclass(frozen=True)
class Catalog(Publications):
    """Everything the pipeline knows about the data before it reads them."""

    folder: Path
    indicators: dict[str, Indicator]
    windows: dict[str, Window]
    identities: list[Identity]
    corrections: list[Correction]
    breaks: list[Break]
    measures: dict[str, Measure]
    intensities: dict[str, Intensity]
    innovation_index: InnovationIndex
    structures: dict[str, Structure]
    regions: list[dict[str, str]]
    groups: list[dict[str, str]]
    industries: list[dict[str, str]]
    cities: list[dict[str, str]] = field(default_factory=list)

    @cached_property
    def region_names(self) -> RegionNames:
        return RegionNames(self.regions)

    @cached_property
    def region_kind(self) -> dict[str, str]:
        return {r["region_code"]: r["kind"] for r in self.regions}

    @cached_property
    def industry_codes(self) -> frozenset[str]:
        return frozenset(r["industry_code"] for r in self.industries)
