"""Figures of a file beside those already loaded: the share that is equal, the magnitude, the year they belong to. What is
loaded is what lies in raw/, read by the pipeline's own reader; no build is needed before."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import NamedTuple

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import reader, text_parsing
from jjj_pipeline.ingest.row_model import Reading
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.raw_files import find_files

NEAR = 3  # years around a figure whose loaded neighbours may tell its magnitude
SLIP = 5.0  # a median ratio beyond this is no growth but another unit
Key = tuple[str, str, str]  # table, indicator, industry
Unnamed = tuple[str, int | None, str, Key | None]


class LoadedObservation(NamedTuple):
    """One figure of a file or of raw/, in the order of printed.COLUMNS; `value` is null for a blank."""

    table_id: str
    indicator: str
    region: str
    industry: str
    year: int
    source: str
    release: str
    value: float
    half: float
    status: str
    printed: str
    unit: str
    file: str
    cell: str

    @property
    def key(self) -> Key:
        return self.table_id, self.indicator, self.industry


@dataclass(frozen=True)
class Match:
    """How many cells of a file equal those of a loaded table and indicator."""

    table_id: str
    indicator: str
    industry: str
    release: str
    equal: int
    compared: int
    year: int | None = None  # where the file does not say its year

    @property
    def share(self) -> float:
        return self.equal / self.compared

    def __str__(self) -> str:
        indicator = self.indicator if self.industry == "*" else f"{self.indicator}@{self.industry}"
        year = f"{self.year}, " if self.year else ""
        cells = f"{self.equal} of {self.compared} cells ({self.share:.0%})"
        return f"{self.table_id} ({indicator}, {year}release {self.release}) {cells}"


def digits(plain: str) -> tuple[float, float]:
    """(value, half a unit of its last digit) of a figure in plain digits."""
    decimals = len(plain.partition(".")[2])
    return float(plain), 0.5 * 10.0**-decimals


def agree(value: float, half: float, other: float, other_half: float) -> bool:
    """Whether two figures are equal at the coarser precision of the two."""
    return abs(value - other) <= max(half, other_half) * (1 + 1e-9) + abs(value) * 1e-12


class LoadedFigures:
    """The figures of raw/, read when first asked for. A file of raw/ that cannot be read is named in `unread`."""

    def __init__(self, settings: Settings, catalog: Catalog, without: Path | None = None) -> None:
        self._catalog = catalog
        self._files = [f for f in find_files(settings, catalog).files if f.path != without]
        self._read: dict[str, list[LoadedObservation]] = {}
        self.unread: list[str] = []

    def table(self, table_id: str) -> list[LoadedObservation]:
        """Every loaded figure of a table; blanks are left out."""
        if table_id not in self._read:
            self._read[table_id] = []
            for file in (f for f in self._files if f.table_id == table_id):
                reading = Reading(file, self._catalog.tables[table_id], self._catalog)
                try:
                    rows = reader.read_file(reading)
                except BadInput as error:
                    self.unread.append(f"{error} (not compared)")
                    continue
                self._read[table_id] += [h for r in rows if (h := LoadedObservation._make(r)).value is not None]
        return self._read[table_id]

    def of(self, indicators: Iterable[tuple[str, str]]) -> list[LoadedObservation]:
        """LoadedFigures figures of (indicator, industry) pairs, from whatever table."""
        wanted = set(indicators)
        tables = [
            t for t, s in self._catalog.tables.items() if s.target == "observation" and wanted & set(s.indicators())
        ]
        return [h for t in tables for h in self.table(t) if (h.indicator, h.industry) in wanted]

    @cached_property
    def everything(self) -> dict[tuple[str, int], list[LoadedObservation]]:
        """All loaded figures by region and year."""
        out = defaultdict(list)
        for table_id, spec in self._catalog.tables.items():
            if spec.target == "observation":
                for held in self.table(table_id):
                    out[held.region, held.year].append(held)
        return out

    def candidates(self, figures: list[Unnamed]) -> list[Match]:
        """What figures may be: loaded tables with the share of equal cells, the best first, none below one half. A figure
        is (region, year, plain digits, key): a key is the one (table, indicator, industry) it may be, no key is any.
        Where figures have no year, each loaded year is tried."""
        if any(year is None for _, year, _, _ in figures):
            years = sorted({y for _, y in self.everything})
            found = [replace(m, year=y) for y in years for m in self._equal([(r, y, p, k) for r, _, p, k in figures])]
            found = [m for m in found if m.equal > 2]
        else:
            found = self._equal(figures)
        return sorted((m for m in found if m.share >= 0.5), key=lambda m: (-m.share, -m.compared, m.table_id))

    def _equal(self, figures: list[Unnamed]) -> list[Match]:
        """Compared as printed, in the unit the loaded figure is printed in. Figures with keys count together."""
        equal: Counter[Key] = Counter()
        compared: Counter[Key] = Counter()
        releases: dict[Key, Counter[str]] = defaultdict(Counter)
        for region, year, plain, wanted in figures:
            value, half = digits(plain)
            cells: dict[Key, list[LoadedObservation]] = defaultdict(list)
            for held in self.everything.get((region, year or 0), []):
                if wanted is None or held.key == wanted:
                    cells[held.key if wanted is None else (held.table_id, "by its columns", "*")].append(held)
            for key, found in cells.items():
                compared[key] += 1
                same = [h for h in found if (p := text_parsing.figure(h.printed)) and agree(value, half, *digits(p))]
                equal[key] += bool(same)
                releases[key].update({h.release for h in same})
        return [
            Match(*key, releases[key].most_common(1)[0][0] if releases[key] else "", equal[key], n)
            for key, n in compared.items()
        ]


@dataclass(frozen=True)
class Comparison:
    """The figures of one indicator of a file beside the loaded ones."""

    compared: int
    equal: int
    ratio: float | None  # median of value over loaded value, same or nearest year
    other_year: tuple[int, int, int, int] | None  # stated year, year they equal, equal cells, compared cells
    apart: list[tuple[str, LoadedObservation]]  # (cell, loaded figure) more than SLIP times apart


def beside(rows: list[tuple[object, ...]], loaded: list[LoadedObservation]) -> Comparison:
    """Compare observations of one indicator (rows in the order of printed.COLUMNS) with loaded figures of it."""
    mine = [h for r in rows if (h := LoadedObservation._make(r)).value is not None]
    by_place: dict[tuple[str, int], list[LoadedObservation]] = defaultdict(list)
    for held in loaded:
        by_place[held.region, held.year].append(held)
    compared = equal = 0
    ratios: list[float] = []
    apart: list[tuple[str, LoadedObservation]] = []
    for m in mine:
        same = by_place.get((m.region, m.year), [])
        compared += bool(same)
        equal += any(agree(m.value, m.half, h.value, h.half) for h in same)
        near = same or next(
            (f for d in range(1, NEAR + 1) for y in (m.year - d, m.year + d) if (f := by_place.get((m.region, y)))), []
        )
        quotients = [m.value / h.value for h in near if m.value > 0 and h.value > 0]
        if quotients:
            quotient = min(quotients, key=lambda q: abs(math.log(q)))
            ratios.append(quotient)
            if same and not 1 / SLIP < quotient < SLIP:
                apart.append((m.cell, same[0]))
    return Comparison(compared, equal, median(ratios) if len(ratios) >= 3 else None, _other_year(mine, by_place), apart)


def _other_year(
    mine: list[LoadedObservation], by_place: dict[tuple[str, int], list[LoadedObservation]]
) -> tuple[int, int, int, int] | None:
    """Where the figures of a stated year are those of another year: at least ten cells, four of five equal there, and
    not one of five equal in the stated year."""
    years = {y for _, y in by_place}
    for stated in sorted({m.year for m in mine}):
        cells = [m for m in mine if m.year == stated and m.value]
        shares = {}
        for year in years:
            found = [(m, f) for m in cells if (f := by_place.get((m.region, year)))]
            hits = sum(any(agree(m.value, m.half, h.value, h.half) for h in f) for m, f in found)
            shares[year] = (hits, len(found))
        own = shares.get(stated, (0, 0))
        if own[1] and own[0] / own[1] >= 0.2:
            continue
        for year, (hits, n) in sorted(shares.items(), key=lambda s: -s[1][0]):
            if year != stated and n >= 10 and hits / n >= 0.8:
                return stated, year, hits, n
    return None
