"""Figures of the warehouse as evidence for or against a claim. Figures of the article under judgement are never
evidence.

Belongs here: looking a figure up, its unit, its release, its neighbours. Not here: verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

from jjj_pipeline.claims.quantity import DataKey
from jjj_pipeline.measures.printed_figure import Figure, parse

# Indicators a writer may take for one another: total and invention patents, applications and grants, all and firms
# only.
FAMILIES: list[tuple[str, ...]] = [
    (
        "invention_grants", "patent_grants", "invention_applications", "patent_applications", "invention_valid",
        "firm_invention_applications", "firm_patent_applications", "firm_invention_valid", "utility_model_grants",
        "design_grants",
    ),
    ("rd_expenditure", "rd_expenditure_basic", "rd_expenditure_applied", "rd_expenditure_experimental", "firm_rd_expenditure"),
    ("rd_personnel", "rd_personnel_fte", "rd_personnel_fte_researchers", "firm_rd_personnel", "firm_rd_personnel_fte"),
    ("tech_output_turnover", "tech_absorbed_turnover", "tech_contract_turnover"),
    ("tech_output_contracts", "tech_absorbed_contracts", "tech_contracts"),
]  # fmt: skip


def with_families(indicators: Iterable[str]) -> set[str]:
    """The indicators and all they may be taken for."""
    names = set(indicators)
    return names.union(*(family for family in FAMILIES if names & set(family)))


def _decimal(value: float) -> Decimal:
    """A double as the decimal it was read from: thirteen digits hold any figure of the publications."""
    return Decimal(f"{value:.13g}")


class Entry(NamedTuple):
    """A figure as the warehouse has it: value, half-width, `source release`."""

    value: float
    half: float
    release: str

    @property
    def exact(self) -> tuple[Decimal, Decimal, str]:
        return _decimal(self.value), _decimal(self.half), self.release


class Evidence:
    """An index over core.panel, core.flow, core.ranking and core.observation. Built once, read by key.

    `units`: indicator -> unit of the catalogue; `source`: the article's own source, whose rows are left out, as are all
    indicators with the prefix `article_`; `wanted`: indicators to index, with their families (default: all)."""

    def __init__(
        self,
        panel: pd.DataFrame | None = None,
        flows: pd.DataFrame | None = None,
        rankings: pd.DataFrame | None = None,
        observations: pd.DataFrame | None = None,
        *,
        units: Mapping[str, str],
        source: str = "",
        groups: Mapping[str, Sequence[str]] | None = None,
        wanted: Iterable[str] | None = None,
    ) -> None:
        self.units, self.source = units, source
        self.groups = groups or {}
        if wanted is not None:
            names = with_families(wanted)
            panel, flows, rankings, observations = (
                None if f is None else f[f["indicator"].isin(names)] for f in (panel, flows, rankings, observations)
            )
        self._figures: dict[DataKey, Entry] = {}
        self._releases: dict[DataKey, list[Entry]] = {}
        self._rankings: dict[DataKey, tuple[list[str], str]] = {}
        self._scales: dict[str, Figure] = {}
        if panel is not None:
            panel = self._usable(panel)
            incomplete = panel["members"] < panel["members_expected"] if "members" in panel else False
            self._figures |= _keyed(panel.assign(incomplete=incomplete).query("not incomplete"), "region_code", "year")
        if flows is not None:
            flows = self._usable(flows).query("period_start == period_end").assign(industry="*")
            for key, entry in _keyed(flows, "origin", "period_start", "industry", "destination"):
                self._releases.setdefault(key, []).append(entry)
                self._put(key, entry)
        if observations is not None:
            for key, entry in _keyed(self._usable(observations), "region_code", "year", "industry_code"):
                self._releases.setdefault(key, []).append(entry)
                if key.industry != "*":
                    self._put(key, entry)
        if rankings is not None:
            rankings = rankings[~self._own(rankings)].sort_values("rank", kind="stable").assign(value=0.0)
            for (key, entry), industry in zip(
                _keyed(rankings, "region_code", "year"), rankings["industry_code"], strict=True
            ):
                self._rankings.setdefault(key, ([], entry.release))[0].append(industry)
        self._regions = sorted({k.region for k in self._figures if not k.destination})

    def _own(self, frame: pd.DataFrame) -> pd.Series:
        """Rows of the article's own source and its indicators."""
        sources = frame["source"].dropna().unique()
        own = [s for s in sources if self.source and self.source in re.split(r"[^\w-]+", s)]
        return frame["indicator"].str.startswith("article_") | frame["source"].isin(own)

    def _usable(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[~self._own(frame) & frame["value"].notna()]

    def _put(self, key: DataKey, entry: Entry) -> None:
        """The newest release wins where a key comes twice (flows, industries); the panel has one row per key."""
        known = self._figures.get(key)
        if known is None or entry.release.split()[-1:] >= known.release.split()[-1:]:
            self._figures[key] = entry

    def _figure(self, key: DataKey, value: Decimal, half: Decimal, release: str) -> Figure:
        if key.indicator not in self._scales:
            self._scales[key.indicator] = parse(f"1 {self.units.get(key.indicator, '')}".strip())
        unit = self._scales[key.indicator]
        return Figure(value * unit.scale, half * unit.scale, unit.unit, None, release, unit.scale, unit.printed_unit)

    def figure(self, key: DataKey) -> Figure | None:
        """The preferred figure in its base unit; its `literal` names source and release."""
        entry = self._figures.get(key)
        return None if entry is None else self._figure(key, *entry.exact)

    def ranking(self, key: DataKey) -> tuple[list[str], str] | None:
        """An order printed elsewhere, first place first, and its release."""
        return self._rankings.get(key)

    def releases(self, key: DataKey) -> Iterator[Figure]:
        """The figure in every release; totals of groups where all members have that release."""
        if key in self._releases:
            yield from (self._figure(key, *entry.exact) for entry in self._releases[key])
            return
        members = [key._replace(region=code) for code in self.groups.get(key.region, ())]
        if not members or not all(m in self._releases for m in members):
            return
        by_release = [{e.release: e for e in self._releases[m]} for m in members]
        for release in by_release[0]:
            exact = [d[release].exact for d in by_release if release in d]
            if len(exact) == len(members):
                value, half = sum((e[0] for e in exact), Decimal(0)), sum((e[1] for e in exact), Decimal(0))
                yield self._figure(key, value, half, release)

    def other_scopes(self, key: DataKey) -> Iterator[tuple[str, DataKey]]:
        """Neighbouring regions and indicators of the same family, each with what to say of it."""
        for region in self._regions:
            if region != key.region and not key.destination:
                yield f"region {region} in place of {key.region}", key._replace(region=region)
        for family in FAMILIES:
            if key.indicator in family:
                for indicator in family:
                    if indicator != key.indicator:
                        yield f"{indicator} in place of {key.indicator}", key._replace(indicator=indicator)


def _keyed(frame: pd.DataFrame, *place: str) -> Iterator[tuple[DataKey, Entry]]:
    """The figures of a frame by indicator and place; of source and release what is missing is left out."""
    release = frame["source"].fillna("").str.cat(frame["release"].fillna(""), sep=" ").str.strip()
    halves = frame["half_width"].fillna(0.0) if "half_width" in frame else pd.Series(0.0, index=frame.index)
    keys = map(DataKey, *(frame[c].tolist() for c in ("indicator", *place)))
    return zip(keys, map(Entry, frame["value"].tolist(), halves.tolist(), release.tolist()), strict=True)
