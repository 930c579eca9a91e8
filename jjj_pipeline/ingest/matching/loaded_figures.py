"""Figures of a file compared with those already loaded: the share that is equal, the magnitude, the year they belong to. What
is loaded is what lies in raw/; the reader of its files is handed in, and no build is needed before."""

from __future__ import annotations

import gc
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import NamedTuple

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.matching.figure_index import FigureIndex, Key, Match, Unnamed
from jjj_pipeline.ingest.row_model import Reading, Row
from jjj_pipeline.storage.raw_files import RawFile

NEAR = 3  # years around a figure whose loaded neighbours may show its magnitude
SLIP = 5.0  # a median ratio beyond this is no growth but another unit


class LoadedObservation(NamedTuple):
    """One figure of a file or of raw/, in the order of row_model.COLUMNS; `value` is null for a blank."""

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


def agree(value: float, half: float, other: float, other_half: float) -> bool:
    """Whether two figures are equal at the coarser precision of the two; infinity equals nothing."""
    if not (math.isfinite(value) and math.isfinite(other)):
        return False
    return abs(value - other) <= max(half, other_half) * (1 + 1e-9) + abs(value) * 1e-12


class LoadedFigures:
    """The figures of raw/, read on first use. A file of raw/ that cannot be read is named in `unread`."""

    def __init__(self, files: Sequence[RawFile], catalog: Catalog, read: Callable[[Reading], list[Row]]) -> None:
        self._files, self._catalog, self._read_file = files, catalog, read
        self._read: dict[str, list[LoadedObservation]] = {}
        self.unread: list[str] = []

    def table(self, table_id: str) -> list[LoadedObservation]:
        """Every loaded figure of a table; blanks are left out."""
        if table_id not in self._read:
            self._read[table_id] = []
            for file in (f for f in self._files if f.table_id == table_id):
                try:
                    rows = self._read_file(Reading(file, self._catalog.tables[table_id], self._catalog))
                except BadInput as error:
                    self.unread.append(f"{error} (not compared)")
                    continue
                self._read[table_id] += [h for r in rows if (h := LoadedObservation._make(r)).value is not None]
        return self._read[table_id]

    def of(self, indicators: Iterable[tuple[str, str]]) -> list[LoadedObservation]:
        """Loaded figures of (indicator, industry) pairs, from whatever table."""
        wanted = set(indicators)
        tables = [
            t for t, s in self._catalog.tables.items() if s.target == "observation" and wanted & set(s.indicators())
        ]
        return [h for t in tables for h in self.table(t) if (h.indicator, h.industry) in wanted]

    @cached_property
    def _index(self) -> FigureIndex:
        tables = (t for t, s in self._catalog.tables.items() if s.target == "observation")
        collects = gc.isenabled()
        gc.disable()  # all that is read stays in memory: collecting garbage would take a fifth of the time
        try:
            return FigureIndex.of(
                (held.region, held.year, held.printed, held.key, held.release) for t in tables for held in self.table(t)
            )
        finally:
            if collects:
                gc.enable()

    def candidates(self, figures: list[Unnamed]) -> list[Match]:
        """What figures may be (see `FigureIndex.candidates`)."""
        return self._index.candidates(figures)


@dataclass(frozen=True)
class Comparison:
    """The figures of one indicator of a file beside the loaded ones."""

    compared: int
    equal: int
    ratio: float | None  # median of value over loaded value, same or nearest year
    other_year: tuple[int, int, int, int] | None  # stated year, year they equal, equal cells, compared cells
    apart: list[tuple[str, LoadedObservation]]  # (cell, loaded figure) more than SLIP times apart
    comparable: int = 0  # figures of a region with loaded ones of any year


def compare(rows: list[tuple[object, ...]], loaded: list[LoadedObservation]) -> Comparison:
    """Compare observations of one indicator (rows in the order of row_model.COLUMNS) with loaded figures of it."""
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
    places = {region for region, _ in by_place}
    ratio = median(ratios) if len(ratios) >= 3 else None
    return Comparison(compared, equal, ratio, _other_year(mine, by_place), apart, sum(m.region in places for m in mine))


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
