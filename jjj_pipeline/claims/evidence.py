"""Figures of the warehouse as evidence for or against a claim. Figures of the article under judgement are never evidence.

Belongs here: looking a figure up in its releases, choosing releases that belong together, breaks between two years. Not
here: verdicts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from jjj_pipeline.catalog.model import Break, Catalog, Intensity
from jjj_pipeline.claims.catalog_names import OWN, CatalogNames
from jjj_pipeline.claims.quantity import DataKey
from jjj_pipeline.measures.printed_figure import Figure, parse

# Indicators a writer may take for one another: total and invention patents, applications and grants, all and firms only.
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
DOUBTFUL = "U"  # SDMX OBS_STATUS: low reliability


class Sourced(NamedTuple):
    """A figure as the warehouse has it: value, half-width, `source/release`, OBS_STATUS."""

    value: float
    half: float
    label: str
    status: str

    @property
    def exact(self) -> tuple[Decimal, Decimal]:
        """The doubles as the decimals they were read from: thirteen digits hold any figure of the publications."""
        return Decimal(f"{self.value:.13g}"), Decimal(f"{self.half:.13g}")


@dataclass(frozen=True)
class Facts:
    """What is needed of the catalogue: units, groups, breaks, releases of one state of the accounts, official ratios."""

    units: Mapping[str, str] = field(default_factory=dict)
    additive: frozenset[str] = frozenset()
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    vintages: Mapping[str, Sequence[str]] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)  # source/release -> state of the accounts
    breaks: Sequence[Break] = ()
    ratios: Mapping[str, Intensity] = field(default_factory=dict)  # official ratio -> what it is made of
    names: CatalogNames = field(default_factory=CatalogNames)

    @classmethod
    def of(cls, catalog: Catalog) -> Facts:
        names = CatalogNames(catalog)
        return cls(
            units={name: indicator.unit for name, indicator in catalog.indicators.items()},
            additive=frozenset(name for name, indicator in catalog.indicators.items() if indicator.additive),
            groups=names.groups,
            vintages={n: i.vintages for n, i in catalog.indicators.items() if i.vintages},
            states={
                f"{name}/{release}": entry.vintage
                for name, source in catalog.sources.items()
                for release, entry in source.releases.items()
                if entry.vintage
            },
            breaks=catalog.breaks,
            ratios={i.printed: i for i in catalog.intensities.values() if i.printed},
            names=names,
        )

    def is_account(self, indicator: str) -> bool:
        """Whether an economic census revises the indicator together with GDP."""
        return indicator in self.vintages

    def broken(self, entry: Break, indicator: str, region: str) -> bool:
        """Whether a break runs through the series of a region (or of a member of the group)."""
        if entry.year is None or entry.effect == "none" or not entry.covers(indicator):
            return False
        if not entry.regions:
            return True
        places = {region, *self.groups.get(region, ())}
        if "provinces" in entry.regions and region != "CN":
            return True
        return bool(places & {self.names.region(name) for name in entry.regions if name != "provinces"})


class _Series:
    """The figures of one indicator: the preferred one of each place and year, and all releases."""

    def __init__(self) -> None:
        self.preferred: dict[DataKey, Sourced] = {}
        self.releases: dict[DataKey, list[Sourced]] = {}

    def add(self, key: DataKey, sourced: Sourced, *, preferred: bool) -> None:
        self.releases.setdefault(key, []).append(sourced)
        known = self.preferred.get(key)
        if preferred and (known is None or _edition(sourced) >= _edition(known)):
            self.preferred[key] = sourced


def _edition(sourced: Sourced) -> str:
    return sourced.label.rpartition("/")[2]


class Evidence:
    """An index over core.panel, core.flow, core.ranking and core.observation, built for an indicator on first use.

    `facts`: of the catalogue; `source`: the article's own source, whose rows are left out, as are all indicators with the
    prefix OWN."""

    def __init__(
        self,
        panel: pd.DataFrame | None = None,
        flows: pd.DataFrame | None = None,
        rankings: pd.DataFrame | None = None,
        observations: pd.DataFrame | None = None,
        *,
        facts: Facts | None = None,
        source: str = "",
    ) -> None:
        self.facts, self.source = facts or Facts(), source
        self._frames = [
            {} if frame is None else dict(iter(frame.groupby("indicator", sort=False, observed=True)))
            for frame in (panel, flows, observations, rankings)
        ]
        self._series: dict[str, _Series] = {}
        self._scales: dict[str, Figure] = {}

    # figures ----------------------------------------------------------------------------------------------------

    def _own(self, frame: pd.DataFrame) -> pd.Series:
        """Rows of the article's own source."""
        sources = frame["source"].dropna().unique()
        own = [s for s in sources if self.source and self.source in re.split(r"[^\w-]+", s)]
        return frame["source"].isin(own)

    def _usable(self, frame: pd.DataFrame | None) -> pd.DataFrame | None:
        return None if frame is None else frame[~self._own(frame) & frame["value"].notna()]

    def series(self, indicator: str) -> _Series:
        """The figures of an indicator."""
        if indicator in self._series:
            return self._series[indicator]
        made = self._series[indicator] = _Series()
        if indicator.startswith(OWN):
            return made
        panel, flows, observations = (self._usable(frames.get(indicator)) for frames in self._frames[:3])
        if panel is not None:
            if "members" in panel:
                panel = panel[~(panel["members"] < panel["members_expected"])]
            for key, sourced in _keyed(panel, "region_code", "year"):
                made.preferred[key] = sourced
        if observations is not None:
            for key, sourced in _keyed(observations, "region_code", "year", "industry_code"):
                made.add(key, sourced, preferred=key.industry != "*")
        if flows is not None:
            periods = flows["period"] if "period" in flows else flows["period_start"].astype(str)
            whole = flows.assign(industry="*", period=periods.where(flows["period_start"] != flows["period_end"], ""))[
                (periods == flows["period_end"].astype(str)) | periods.str.fullmatch(r"\d{4}-\d{4}")
            ]
            for key, sourced in _keyed(whole, "origin", "period_end", "industry", "destination", "period"):
                made.add(key, sourced, preferred=True)
        return made

    def sourced(self, key: DataKey) -> Sourced | None:
        """The figure of a key: of its release where it names one, summed over its years where it names a period."""
        if key.release:
            return next((s for s in self.releases(key._replace(release="")) if _named(s, key.release)), None)
        found = self.series(key.indicator).preferred.get(key)
        if found is None and key.period:
            return self._cumulated(key)
        if found is None and key.region in self.facts.groups:  # a total that is printed, not added up
            printed = key._replace(indicator=f"{key.region.lower()}_{key.indicator}_printed")
            return self.series(printed.indicator).preferred.get(printed)
        return found

    def _cumulated(self, key: DataKey) -> Sourced | None:
        """The sum of the years of a period where all are held."""
        first, last = map(int, key.period.split("-"))
        years = [self.sourced(key._replace(year=year, period="")) for year in range(first, last + 1)]
        return _total([s for s in years if s is not None]) if all(years) else None

    def figure(self, key: DataKey) -> Figure | None:
        """The preferred figure in its base unit; its `literal` is `source/release`."""
        sourced = self.sourced(key)
        return None if sourced is None else self.as_figure(key, sourced)

    def as_figure(self, key: DataKey, sourced: Sourced) -> Figure:
        """A figure in its base unit; its `literal` is `source/release`."""
        if key.indicator not in self._scales:
            self._scales[key.indicator] = parse(f"1 {self.facts.units.get(key.indicator, '')}".strip())
        unit, (value, half) = self._scales[key.indicator], sourced.exact
        return Figure(
            value * unit.scale, half * unit.scale, unit.unit, None, sourced.label, unit.scale, unit.printed_unit
        )

    def ranking(self, key: DataKey) -> tuple[list[str], str] | None:
        """An order printed elsewhere, first place first, and its release."""
        frame = self._frames[3].get(key.indicator)
        if frame is None:
            return None
        frame = frame[~self._own(frame) & (frame["region_code"] == key.region) & (frame["year"] == key.year)]
        if frame.empty:
            return None
        ordered = frame.sort_values("rank", kind="stable")
        return ordered["industry_code"].tolist(), f"{ordered['source'].iloc[0]}/{ordered['release'].iloc[0]}"

    def releases(self, key: DataKey) -> list[Sourced]:
        """The figure in every release; totals of groups where all members have that release or one of the same state of the
        accounts; and the total as printed."""
        series = self.series(key.indicator)
        found = list(series.releases.get(key, ()))
        members = [key._replace(region=code) for code in self.facts.groups.get(key.region, ())]
        if found or not members or key.destination:
            return found
        printed = key._replace(indicator=f"{key.region.lower()}_{key.indicator}_printed")
        as_printed = self.series(printed.indicator).releases.get(printed, [])
        if key.indicator not in self.facts.additive:
            return as_printed
        by_label = [{self.vintage(key.indicator, s): s for s in series.releases.get(m, ())} for m in members]
        for label in by_label[0]:
            parts = [d[label] for d in by_label if label in d]
            if len(parts) == len(members):
                found.append(_total(parts))
        return found + as_printed

    def vintage(self, indicator: str, sourced: Sourced) -> str:
        """What two figures must share to belong together: the state of the accounts, else the release."""
        first = sourced.label.split(",")[0]
        return self.facts.states.get(first, sourced.label) if self.facts.is_account(indicator) else sourced.label

    def preference(self, indicator: str, sourced: Sourced) -> int:
        """The place of a release among the states of the accounts that the catalogue prefers; those not named come last."""
        states = list(self.facts.vintages.get(indicator, ()))
        mine = self.vintage(indicator, sourced)
        return states.index(mine) if mine in states else len(states)

    # neighbours -------------------------------------------------------------------------------------------------

    def family(self, indicator: str) -> Iterator[str]:
        """Indicators a writer may take for this one."""
        for names in FAMILIES:
            if indicator in names:
                yield from (name for name in names if name != indicator)

    def breaks(self, keys: Iterable[DataKey], same_state: Callable[[str], bool]) -> list[Break]:
        """The breaks between the years of each series among the keys. `same_state`: whether the figures of an indicator are of
        one state of the accounts, so that a break between states is not crossed."""
        years: dict[tuple[str, str], set[int]] = {}
        for key in keys:
            span = map(int, key.period.split("-")) if key.period else [key.year]
            years.setdefault((key.indicator, key.region), set()).update(span)
        found: dict[str, Break] = {}
        for (indicator, region), when in years.items():
            if len(when) < 2:
                continue
            for entry in self._breaks_of(indicator):
                crossed = entry.year is not None and min(when) < entry.year <= max(when)
                one_state = entry.accounts and same_state(indicator)
                if crossed and not one_state and self.facts.broken(entry, indicator, region):
                    found[entry.id] = entry
        return list(found.values())

    @cached_property
    def _covering(self) -> dict[str, list[Break]]:
        return {}

    def _breaks_of(self, indicator: str) -> list[Break]:
        if indicator not in self._covering:
            self._covering[indicator] = [e for e in self.facts.breaks if e.covers(indicator)]
        return self._covering[indicator]


def _named(sourced: Sourced, release: str) -> bool:
    source, _, edition = sourced.label.partition("/")
    return release in (sourced.label, source, edition)


def _total(parts: Sequence[Sourced]) -> Sourced:
    """The sum of figures, its half-width the sum of theirs, under the releases of all of them."""
    value, half = (sum((p.exact[i] for p in parts), Decimal(0)) for i in (0, 1))
    labels = ",".join(dict.fromkeys(p.label for p in parts))
    return Sourced(float(value), float(half), labels, DOUBTFUL if any(p.status == DOUBTFUL for p in parts) else "A")


def _keyed(frame: pd.DataFrame, *place: str) -> Iterator[tuple[DataKey, Sourced]]:
    """The figures of a frame by indicator and place."""
    label = frame["source"].fillna("").str.cat(frame["release"].fillna(""), sep="/").str.strip("/")
    halves = frame["half_width"].fillna(0.0) if "half_width" in frame else pd.Series(0.0, index=frame.index)
    status = frame["status"].fillna("A") if "status" in frame else pd.Series("A", index=frame.index)
    keys = map(DataKey, *(frame[c].tolist() for c in ("indicator", *place)))
    figures = map(Sourced, frame["value"].tolist(), halves.tolist(), label.tolist(), status.tolist())
    return zip(keys, figures, strict=True)
