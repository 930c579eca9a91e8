"""Figures of the warehouse as evidence for or against a claim. Figures of the article under judgement are never
evidence.

Belongs here: looking a figure up, its unit, its release, its neighbours. Not here: verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from jjj_pipeline.figures import Figure, parse
from jjj_pipeline.marts.claims.quantity import DataKey

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


def _decimal(value: Any) -> Decimal:
    """A double as the decimal it was read from: thirteen digits hold any figure of the publications."""
    return Decimal(f"{float(value):.13g}")


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
        self._figures: dict[DataKey, tuple[Decimal, Decimal, str]] = {}
        self._releases: dict[DataKey, list[tuple[Decimal, Decimal, str]]] = {}
        self._rankings: dict[DataKey, tuple[list[str], str]] = {}
        self._scales: dict[str, Figure] = {}
        for row in _rows(panel, "indicator region_code year value half_width source release members members_expected"):
            if self._usable(row) and not _incomplete(row):
                self._put(self._figures, DataKey(row["indicator"], row["region_code"], int(row["year"])), row)
        for row in _rows(flows, "indicator origin destination period_start period_end value half_width source release"):
            if self._usable(row) and row["period_start"] == row["period_end"]:
                year = int(row["period_start"])
                key = DataKey(row["indicator"], row["origin"], year, "*", row["destination"])
                self._releases.setdefault(key, []).append(self._entry(row))
                self._put(self._figures, key, row)
        for row in _rows(observations, "indicator region_code industry_code year value half_width source release"):
            if self._usable(row):
                industry = row["industry_code"] or "*"
                key = DataKey(row["indicator"], row["region_code"], int(row["year"]), industry)
                self._releases.setdefault(key, []).append(self._entry(row))
                if industry != "*":
                    self._put(self._figures, key, row)
        ordered = sorted(
            _rows(rankings, "indicator region_code year rank industry_code source release"),
            key=lambda r: int(r["rank"]),
        )
        for row in ordered:
            if not self._own(row):
                key = DataKey(row["indicator"], row["region_code"], int(row["year"]))
                self._rankings.setdefault(key, ([], _release(row)))[0].append(row["industry_code"])
        self._regions = sorted({k.region for k in self._figures if not k.destination})

    def _own(self, row: Mapping[str, Any]) -> bool:
        if str(row["indicator"]).startswith("article_"):
            return True
        return bool(self.source) and self.source in re.split(r"[^\w-]+", str(row.get("source") or ""))

    def _usable(self, row: Mapping[str, Any]) -> bool:
        return not self._own(row) and not pd.isna(row["value"])

    @staticmethod
    def _entry(row: Mapping[str, Any]) -> tuple[Decimal, Decimal, str]:
        half = row.get("half_width")
        return _decimal(row["value"]), Decimal(0) if half is None or pd.isna(half) else _decimal(half), _release(row)

    def _put(self, index: dict[DataKey, tuple[Decimal, Decimal, str]], key: DataKey, row: Mapping[str, Any]) -> None:
        """The newest release wins where a key comes twice (flows, industries); the panel has one row per key."""
        entry = self._entry(row)
        if key not in index or entry[2].split()[-1:] >= index[key][2].split()[-1:]:
            index[key] = entry

    def _figure(self, key: DataKey, entry: tuple[Decimal, Decimal, str]) -> Figure:
        if key.indicator not in self._scales:
            self._scales[key.indicator] = parse(f"1 {self.units.get(key.indicator, '')}".strip())
        unit = self._scales[key.indicator]
        value, half, release = entry
        return Figure(value * unit.scale, half * unit.scale, unit.unit, None, release, unit.scale, unit.printed_unit)

    def figure(self, key: DataKey) -> Figure | None:
        """The preferred figure in its base unit; its `literal` names source and release."""
        entry = self._figures.get(key)
        return None if entry is None else self._figure(key, entry)

    def ranking(self, key: DataKey) -> tuple[list[str], str] | None:
        """An order printed elsewhere, first place first, and its release."""
        return self._rankings.get(key)

    def releases(self, key: DataKey) -> Iterator[Figure]:
        """The figure in every release; totals of groups where all members have that release."""
        if key in self._releases:
            yield from (self._figure(key, entry) for entry in self._releases[key])
            return
        members = [key._replace(region=code) for code in self.groups.get(key.region, ())]
        if not members or not all(m in self._releases for m in members):
            return
        by_release = [{e[2]: e for e in self._releases[m]} for m in members]
        for release in by_release[0]:
            entries = [d[release] for d in by_release if release in d]
            if len(entries) == len(members):
                value, half = sum((e[0] for e in entries), Decimal(0)), sum((e[1] for e in entries), Decimal(0))
                yield self._figure(key, (value, half, release))

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


def _release(row: Mapping[str, Any]) -> str:
    return " ".join(str(row[n]) for n in ("source", "release") if row.get(n) is not None and not pd.isna(row[n]))


def _incomplete(row: Mapping[str, Any]) -> bool:
    expected, members = row.get("members_expected"), row.get("members")
    return expected is not None and members is not None and not pd.isna(expected) and members < expected


def _rows(frame: pd.DataFrame | None, columns: str) -> list[dict[str, Any]]:
    """Rows as dicts of the columns that are there."""
    if frame is None:
        return []
    present = [c for c in columns.split() if c in frame.columns]
    return [
        dict(zip(present, values, strict=True)) for values in zip(*(frame[c].tolist() for c in present), strict=True)
    ]
