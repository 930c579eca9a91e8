"""What has been counted of record sets, for the warehouse: which sets there are, whether their counts are those of the files as
they are now, and the counts as rows of core.flow and core.flow_class. Reads small files only and needs no Ibis: this is all that
a build of printed figures does with records.

The counts of a set lie beside its files, in `raw-records/<set>/counted/`: flows.csv and summary.json with the fingerprint of
files, mapping and gazetteer they were made of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement, groupby
from pathlib import Path
from typing import Any

import pandas as pd

from jjj_pipeline.errors import BadInput
from jjj_pipeline.records import reading
from jjj_pipeline.records.mapping import RecordSet, load_sets, unnamed
from jjj_pipeline.records.reading import COUNTED, Partition
from jjj_pipeline.settings import Settings

# raised when a rule of canonical, places or counting changes: counts made before are then out of date
RULES = 3
RANK = 900  # printed figures are preferred to counted ones
PAIRS = ("pairs", "pairs_fractional")
NOT_STATED = "not stated"
TEXT = {"indicator": str, "rule": str, "level": str, "class_code": str, "origin": str, "destination": str}


@dataclass(frozen=True)
class State:
    """A set and its state: `none` (no files), `not counted`, `out of date`, `counted`, or `refused` with the line why."""

    name: str
    spec: RecordSet
    state: str
    why: str = ""


def fingerprint(settings: Settings, name: str, spec: RecordSet, parts: Iterable[Partition]) -> str:
    """What the counts of a set depend on: its files, its mapping, the gazetteer and the rules."""
    digest = hashlib.sha256(f"{RULES} {name} {spec.model_dump_json()}".encode())
    for path in sorted((settings.catalog / "gazetteer").glob("*.csv")):
        digest.update(path.read_bytes())
    for part in parts:
        digest.update(part.fingerprint.encode())
    return digest.hexdigest()


def states(settings: Settings) -> list[State]:
    """All sets of records.yml in order. Raises BadInput where the catalogue is not valid."""
    return [_state(settings, name, spec) for name, spec in load_sets(settings.catalog).items()]


def _state(settings: Settings, name: str, spec: RecordSet) -> State:
    folder = settings.raw_records / name
    if not folder.is_dir():
        return State(name, spec, "none")
    try:
        parts = reading.partitions(name, spec, folder)
        summary = read_summary(settings, name)
    except BadInput as error:
        return State(name, spec, "refused", str(error))
    if missing := unnamed(settings.catalog, spec):
        return State(name, spec, "refused", f"enter {missing[0]} in catalog/indicators.yml with names and unit")
    if summary is None:
        return State(name, spec, "not counted", f"run jjj records build {name}")
    if summary["fingerprint"] != fingerprint(settings, name, spec, parts):
        return State(
            name, spec, "out of date", f"files, mapping or gazetteer have changed: run jjj records build {name}"
        )
    return State(name, spec, "counted")


def read_summary(settings: Settings, name: str) -> dict[str, Any] | None:
    """The summary of a counted set; None where it was never counted. Raises BadInput."""
    path = settings.raw_records / name / COUNTED / "summary.json"
    if not path.exists():
        return None
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
        return dict(summary) if "fingerprint" in summary else None
    except (ValueError, OSError) as error:
        hint = f"run jjj records build {name}"
        raise BadInput(f"record set {name}, summary.json", expected="JSON", found=str(error), hint=hint) from None


def read_counts(settings: Settings, name: str) -> pd.DataFrame:
    """flows.csv of a counted set."""
    path = settings.raw_records / name / COUNTED / "flows.csv"
    return pd.read_csv(path, dtype=TEXT, keep_default_na=False)


def flow_rows(settings: Settings, places: Mapping[str, Collection[str]]) -> pd.DataFrame:
    """The counts of all sets that are up to date, as rows of core.flow; `places` are the codes of each level that the warehouse
    knows. Between places that a set covers, a pair without a record is 0."""
    made = [row for s in states(settings) if s.state == "counted" for row in _rows(settings, s, places)]
    return pd.DataFrame(made)


def _rows(settings: Settings, state: State, places: Mapping[str, Collection[str]]) -> Iterator[dict[str, Any]]:
    spec = state.spec
    counts = read_counts(settings, state.name)
    counts = counts[counts["class_code"] == "*"]
    summary = read_summary(settings, state.name) or {}
    years = list(range(summary["first_year"], summary["last_year"] + 1))
    for count in dict.fromkeys((c.indicator, c.rule) for c in spec.counts if not c.by_class):
        for level in ("province", "city"):
            one = counts[(counts["indicator"] == count[0]) & (counts["rule"] == count[1]) & (counts["level"] == level)]
            one = one[one["origin"].isin(places[level]) & one["destination"].isin(places[level])]
            for period, start, end in _periods(years):
                within = one[one["period"].between(start, end)].groupby(["origin", "destination"])["value"].sum()
                for (origin, destination), value in _filled(within, count[1], spec, one).items():
                    yield {
                        "table_id": f"records_{state.name}_{level}", "indicator": count[0],
                        "origin": origin, "destination": destination,
                        "period": period, "source": state.name, "release": spec.release, "period_start": start,
                        "period_end": end, "level": level, "value": float(value), "half_width": 0.0,
                        "status": "A" if spec.complete else "U", "printed": "", "printed_unit": "",
                        "file": f"raw-records/{state.name}", "cell": count[1],
                    }  # fmt: skip


def class_rows(settings: Settings, places: Mapping[str, Collection[str]]) -> list[dict[str, Any]]:
    """The counts by class of all sets that are up to date, as rows of core.flow_class, for the years in which there are any."""
    return [row for s in states(settings) if s.state == "counted" for row in _class_rows(settings, s, places)]


def _class_rows(settings: Settings, state: State, places: Mapping[str, Collection[str]]) -> Iterator[dict[str, Any]]:
    spec, classes = state.spec, state.spec.record.class_
    if classes is None:
        return
    counts = read_counts(settings, state.name)
    counts = counts[counts["class_code"] != "*"]
    for level, codes in places.items():
        one = counts[(counts["level"] == level) & counts["origin"].isin(codes) & counts["destination"].isin(codes)]
        for row in one.to_dict("records"):
            year = row["period"]
            yield {
                "table_id": f"records_{state.name}_{level}", "source": state.name, "release": spec.release,
                **{c: row[c] for c in ("indicator", "origin", "destination", "class_code", "level", "rule")},
                "scheme": classes.scheme, "period": str(year), "period_start": year, "period_end": year,
                "value": float(row["value"]), "status": "A" if spec.complete else "U", "file": f"raw-records/{state.name}",
            }  # fmt: skip


def _periods(years: list[int]) -> Iterator[tuple[str, int, int]]:
    yield from ((str(y), y, y) for y in years)
    if len(years) > 1:
        yield f"{years[0]}-{years[-1]}", years[0], years[-1]


def _filled(within: pd.Series, rule: str, spec: RecordSet, all_years: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Pairs of places that the set covers and that have a record in some year: 0 where none was found. Flows are not filled."""
    found: dict[tuple[str, str], float] = dict(zip(within.index.tolist(), within.tolist(), strict=True))
    if rule not in PAIRS:
        return found
    places = sorted({*all_years["origin"], *all_years["destination"]})
    covered = [p for p in places if not spec.covers or p[:2] + "0000" in spec.covers or p in spec.covers]
    return {pair: found.get(pair, 0.0) for pair in combinations_with_replacement(covered, 2)} | found


def sets_table(settings: Settings) -> list[dict[str, Any]]:
    """The rows of meta.record_set."""
    rows = []
    for state in states(settings):
        if state.state != "counted":
            continue
        summary, spec = read_summary(settings, state.name) or {}, state.spec
        known = spec.of_records
        rows.append(
            {
                "record_set": state.name, "date_is": spec.record.date.is_,
                "release": spec.release, "kind": spec.kind, "complete": spec.complete, **_named(state),
                **{k: getattr(spec, k) or NOT_STATED for k in ("publisher", "terms", "limits")},
                **{k: summary[k] for k in ("first_year", "last_year", "records", "records_placed", "parties", "repeated")},
                "parties_province": summary["provinces"], "parties_city": summary["cities"], "records_known": known,
                "coverage": summary["records_placed"] / known if known else None,
                "ways": "; ".join(ways_by_role(summary["ways"])),
                "rejected": sum(r["rows"] for r in summary["rejected"]),
            }
        )  # fmt: skip
    return rows


def ways_by_role(ways: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """For each role what part of its parties was placed in which way: `licensor: address 90.0%, none 10.0%`."""
    for role, mine in groupby(
        sorted(ways, key=lambda w: (w["role"], -w["parties"], w["way"])), key=lambda w: w["role"]
    ):
        counted = [(w["way"], w["parties"]) for w in mine]
        whole = sum(n for _, n in counted)
        yield f"{role}: " + ", ".join(f"{way} {n / max(whole, 1):.1%}" for way, n in counted)


def reference_rows(settings: Settings, table: str) -> list[dict[str, Any]]:
    """The rows that counted sets add to ref.source and ref.release: a set is the source of its flows."""
    counted = [s for s in states(settings) if s.state == "counted"] if table in ("ref.source", "ref.release") else []
    named = [
        (s, {"source": s.name, "name_zh": _named(s)["title_zh"], "name_en": _named(s)["title_en"]}) for s in counted
    ]
    if table == "ref.release":
        return [{**row, "release": s.spec.release, "position": 1, "published": s.spec.release} for s, row in named]
    own = {"rank": RANK, "kind": "records", "calendar": None}
    stated = lambda s: {k: getattr(s.spec, k) or NOT_STATED for k in ("publisher", "terms")}  # noqa: E731
    return [{**row, **own, **stated(s), "chain": s.spec.limits or None} for s, row in named]


def _named(state: State) -> dict[str, str]:
    """The titles of a set; one that has none is called by its name."""
    return {"title_zh": state.spec.title_zh or state.name, "title_en": state.spec.title_en or state.name}


def rejected_table(settings: Settings) -> list[dict[str, Any]]:
    """The rows of meta.records_rejected."""
    counted = [s.name for s in states(settings) if s.state == "counted"]
    return [{"record_set": name, **r} for name in counted for r in (read_summary(settings, name) or {})["rejected"]]


def inputs(settings: Settings) -> list[str | Path]:
    """What the rows above depend on, for the cache of a build."""
    inputs: list[str | Path] = []
    for state in states(settings):
        inputs.append(f"{state.name} {state.state} {state.spec.model_dump_json()}")
        if state.state == "counted":
            folder = settings.raw_records / state.name / COUNTED
            inputs += [folder / "flows.csv", folder / "summary.json"]
    return inputs
