"""Figures of a file compared with those already loaded: the share that is equal, the magnitude, the year they belong to. What
is loaded is what lies in raw/; the reader of its files is handed in, and no build is needed before."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.row_model import Reading, Row
from jjj_pipeline.measures.printed_figure import half_unit
from jjj_pipeline.storage.raw_files import RawFile

NEAR = 3  # years around a figure whose loaded neighbours may tell its magnitude
SLIP = 5.0  # a median ratio beyond this is no growth but another unit
Key = tuple[str, str, str]  # table, indicator, industry
Unnamed = tuple[str, int | None, str, Key | None]
BY_COLUMNS = "by its columns"


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

    @property
    def evidence(self) -> float:
        """The lower end of Wilson's 95 % interval of the share: 197 of 198 is more than 2 of 2."""
        n, z = self.compared, 1.96
        spread = z * math.sqrt(self.share * (1 - self.share) / n + z * z / (4 * n * n))
        return (self.share + z * z / (2 * n) - spread) / (1 + z * z / n)

    def __str__(self) -> str:
        indicator = self.indicator if self.industry == "*" else f"{self.indicator}@{self.industry}"
        year = f"{self.year}, " if self.year else ""
        cells = f"{self.equal} of {self.compared} cells ({self.share:.0%})"
        return f"{self.table_id} ({indicator}, {year}release {self.release}) {cells}"


def digits(plain: str) -> tuple[float, float]:
    """(value, half a unit of its last digit) of a figure in plain digits."""
    decimals = len(plain.partition(".")[2])
    return float(plain), float(half_unit(decimals))


def agree(value: float, half: float, other: float, other_half: float) -> bool:
    """Whether two figures are equal at the coarser precision of the two; infinity equals nothing."""
    if not (math.isfinite(value) and math.isfinite(other)):
        return False
    return abs(value - other) <= max(half, other_half) * (1 + 1e-9) + abs(value) * 1e-12


@dataclass(frozen=True)
class FigureIndex:
    """Loaded figures of one place as arrays of one length: value and half-unit as printed, year, number of the key."""

    values: Any
    halves: Any
    years: Any
    keys: Any
    releases: list[str]

    @classmethod
    def of(cls, entries: list[tuple[float, float, int, int, str]]) -> FigureIndex:
        values, halves, years, keys, releases = zip(*entries, strict=True)
        return cls(np.array(values), np.array(halves), np.array(years), np.array(keys), list(releases))

    def equal(self, value: float, half: float) -> Any:
        """Which of them agree with a figure (see `agree`)."""
        bound = np.maximum(self.halves, half) * (1 + 1e-9) + abs(value) * 1e-12
        return np.abs(self.values - value) <= bound


class LoadedFigures:
    """The figures of raw/, read when first asked for. A file of raw/ that cannot be read is named in `unread`."""

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
    def _index(self) -> tuple[list[Key], dict[tuple[str, int | None], FigureIndex]]:
        """(the keys by number, all loaded figures by region and year and by region alone)."""
        numbered: dict[Key, int] = {}
        gathered: dict[tuple[str, int | None], list[tuple[float, float, int, int, str]]] = defaultdict(list)
        for table_id, spec in self._catalog.tables.items():
            for held in self.table(table_id) if spec.target == "observation" else ():
                plain = text_parsing.figure(held.printed)
                if not plain or plain == "…":
                    continue
                entry = (*digits(plain), held.year, numbered.setdefault(held.key, len(numbered)), held.release)
                gathered[held.region, held.year].append(entry)
                gathered[held.region, None].append(entry)
        return list(numbered), {place: FigureIndex.of(entries) for place, entries in gathered.items()}

    def candidates(self, figures: list[Unnamed]) -> list[Match]:
        """What figures may be: loaded tables with the share of equal cells, the best evidence first, none below one half. A
        figure is (region, year, plain digits, key): a key is the one (table, indicator, industry) it may be, and such figures
        count together; no key is any. Where figures have no year, each loaded year is tried."""
        keys, index = self._index
        number = {key: n for n, key in enumerate(keys)}
        undated = any(year is None for _, year, _, _ in figures)
        equal: Counter[tuple[Key, int]] = Counter()
        compared: Counter[tuple[Key, int]] = Counter()
        releases: dict[tuple[Key, int], Counter[str]] = defaultdict(Counter)
        present: dict[tuple[str, int | None, Key | None], list[tuple[Key, int]]] = {}
        for region, year, plain, wanted in figures:
            place = index.get((region, None if undated else year))
            if place is None:
                continue
            usable = place.keys == number.get(wanted, -1) if wanted else np.ones_like(place.keys, dtype=bool)

            def groups(which: Any, wanted: Key | None = wanted, place: FigureIndex = place) -> list[tuple[Key, int]]:
                named = [(wanted[0], BY_COLUMNS, "*") if wanted else keys[n] for n in place.keys[which]]
                return list(zip(named, place.years[which].tolist() if undated else [0] * len(named), strict=True))

            where = (region, None if undated else year, wanted)
            if where not in present:
                present[where] = list(set(groups(np.flatnonzero(usable))))
            compared.update(present[where])
            same = np.flatnonzero(place.equal(*digits(plain)) & usable)
            hits: dict[tuple[Key, int], set[str]] = defaultdict(set)
            for at, group in zip(same, groups(same), strict=True):
                hits[group].add(place.releases[at])
            for group, found in hits.items():
                equal[group] += 1
                releases[group].update(found)
        matches = [
            Match(*key, _most_common(releases[key, year]), equal[key, year], n, year or None)
            for (key, year), n in compared.items()
            if equal[key, year] * 2 >= n and (not undated or equal[key, year] > 2)
        ]
        return sorted(matches, key=lambda m: (-m.evidence, m.table_id))


def _most_common(releases: Counter[str]) -> str:
    return releases.most_common(1)[0][0] if releases else ""


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
