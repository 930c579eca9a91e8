"""Which loaded figures a file's figures equal: all loaded figures of a region in arrays, compared at once. Where figures come
from, and what a match leads to, is for others."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np

from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.measures.printed_figure import half_unit

Key = tuple[str, str, str]  # table, indicator, industry
Unnamed = tuple[str, int | None, str, Key | None]
BY_COLUMNS = "by its columns"
CHUNK = 256  # figures compared with those of their region at once: bounds the memory


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
    return float(plain), _half(len(plain.partition(".")[2]))


@cache
def _half(decimals: int) -> float:
    return float(half_unit(decimals))


@dataclass(frozen=True)
class RegionFigures:
    """Loaded figures of one region as arrays of one length, sorted by group: value and half-unit as printed, year, number of
    the key, of its group (the key and the year), and of the release."""

    values: Any
    halves: Any
    years: Any
    keys: Any
    groups: Any
    releases: Any

    def of_key(self, key: int) -> RegionFigures:
        """Those of one key."""
        rows = self.keys == key
        return RegionFigures(*(getattr(self, f.name)[rows] for f in fields(self)))

    def equal(self, values: Any, halves: Any) -> Any:
        """Which of them (rows) agree with which of the figures (columns), as `agree` of loaded_figures says."""
        bound = np.maximum(self.halves[:, None], halves) * (1 + 1e-9) + np.abs(values) * 1e-12
        return np.abs(self.values[:, None] - values) <= bound


class Counts:
    """For each group: the figures that have a loaded one beside them, those that equal it, and in which releases."""

    def __init__(self, groups: int, releases: int) -> None:
        self.compared, self.equal = np.zeros(groups, dtype=int), np.zeros(groups, dtype=int)
        self.releases = np.zeros((groups, releases), dtype=int)

    def add(self, place: RegionFigures, group: Any, there: Any, same: Any) -> None:
        """`group` of each loaded figure; which figures have it beside them, and which equal it."""
        start = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
        self.compared[group[start]] += np.logical_or.reduceat(there, start).sum(axis=1)
        self.equal[group[start]] += np.logical_or.reduceat(same, start).sum(axis=1)
        hits = same.sum(axis=1)
        (hit,) = np.nonzero(hits)
        np.add.at(self.releases, (group[hit], place.releases[hit]), hits[hit])


@dataclass(frozen=True)
class FigureIndex:
    """All loaded figures by region; keys, groups (key and year) and releases by number."""

    keys: list[Key]
    groups: list[tuple[Key, int]]
    releases: list[str]
    regions: dict[str, RegionFigures]

    @classmethod
    def of(cls, figures: Iterable[tuple[str, int, str, Key, str]]) -> FigureIndex:
        """Of (region, year, printed, key, release); what has no digits is left out."""
        keys: dict[Key, int] = {}
        groups: dict[tuple[Key, int], int] = {}
        releases: dict[str, int] = {}
        gathered: dict[str, list[tuple[float, float, int, int, int, int]]] = defaultdict(list)
        for region, year, printed, key, release in figures:
            plain = text_parsing.figure(printed)
            if plain and plain != "…":
                number, group = keys.setdefault(key, len(keys)), groups.setdefault((key, year), len(groups))
                release_number = releases.setdefault(release, len(releases))
                gathered[region].append((*digits(plain), year, number, group, release_number))
        regions = {}
        for region, entries in gathered.items():
            entries.sort(key=lambda e: (e[3], e[4]))  # what is of one key, and of one group of it, comes together
            regions[region] = RegionFigures(*(np.array(column) for column in zip(*entries, strict=True)))
        return cls(list(keys), list(groups), list(releases), regions)

    def candidates(self, figures: list[Unnamed]) -> list[Match]:
        """What figures may be: loaded tables with the share of equal cells, the best evidence first, none below one half. A
        figure is (region, year, plain digits, key): a key is the one (table, indicator, industry) it may be, and such figures
        count together; no key is any. Where figures have no year, each loaded year is tried."""
        undated = any(year is None for _, year, _, _ in figures)
        size = len(self.groups) if undated else len(self.keys)
        anything, named = Counts(size, len(self.releases)), Counts(size, len(self.releases))
        for place, wanted, given in self._batches(figures):
            values, halves = (np.array(column) for column in zip(*(digits(plain) for plain, _ in given), strict=True))
            there = np.ones((len(place.values), len(given)), dtype=bool)
            if not undated:
                there = place.years[:, None] == np.array([year for _, year in given])
            counts = named if wanted else anything
            counts.add(place, place.groups if undated else place.keys, there, place.equal(values, halves) & there)
        return sorted(
            [*self._matches(anything, undated=undated), *self._together(named, undated=undated)],
            key=lambda m: (-m.evidence, m.table_id),
        )

    def _batches(
        self, figures: list[Unnamed]
    ) -> Iterator[tuple[RegionFigures, Key | None, list[tuple[str, int | None]]]]:
        """The loaded figures of a region with the (digits, year) to compare them with, for each region and key."""
        gathered: dict[tuple[str, Key | None], list[tuple[str, int | None]]] = defaultdict(list)
        for region, year, plain, wanted in figures:
            if region in self.regions:
                gathered[region, wanted].append((plain, year))
        number = {key: n for n, key in enumerate(self.keys)}
        for (region, wanted), given in gathered.items():
            place = self.regions[region]
            if wanted:
                place = place.of_key(number.get(wanted, -1))
            for at in range(0, len(given) if len(place.values) else 0, CHUNK):
                yield place, wanted, given[at : at + CHUNK]

    def _matches(self, counts: Counts, *, undated: bool) -> Iterator[Match]:
        enough = counts.equal * 2 >= np.maximum(counts.compared, 5 if undated else 1)
        for n in np.flatnonzero(enough).tolist():
            key, year = self.groups[n] if undated else (self.keys[n], None)
            yield Match(
                *key, self._most_common(counts.releases[n]), int(counts.equal[n]), int(counts.compared[n]), year
            )

    def _together(self, counts: Counts, *, undated: bool) -> Iterator[Match]:
        """The keys of one table as one match, which is by its columns."""
        members: dict[tuple[str, int | None], list[int]] = defaultdict(list)
        for n in np.flatnonzero(counts.compared).tolist():
            key, year = self.groups[n] if undated else (self.keys[n], None)
            members[key[0], year].append(n)
        for (table_id, year), ns in members.items():
            equal, compared = int(counts.equal[ns].sum()), int(counts.compared[ns].sum())
            if equal * 2 >= compared and (not undated or equal > 2):
                release = self._most_common(counts.releases[ns].sum(axis=0))
                yield Match(table_id, BY_COLUMNS, "*", release, equal, compared, year)

    def _most_common(self, counts: Any) -> str:
        return self.releases[int(counts.argmax())] if counts.any() else ""
