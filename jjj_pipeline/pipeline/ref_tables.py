"""The catalogue as the tables of schema ref. Pure functions from the catalogue (and the list of raw files) to rows; columns,
their order and the key come from the contract of the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import pandas as pd

from jjj_pipeline import contracts
from jjj_pipeline.catalog.model import Catalog, Release, ends
from jjj_pipeline.contracts.base import info
from jjj_pipeline.contracts.core import YEARS
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import reader
from jjj_pipeline.ingest.row_model import Reading
from jjj_pipeline.measures import formulas
from jjj_pipeline.storage.raw_files import RawFile

SECTIONS = "ABCDEFGHIJKLMNOPQRS"  # of GB/T 4754; T, international organisations, has no figures by province
SERIES_YEARS = range(YEARS["ge"], YEARS["le"] + 1)  # all that a figure can be of
Rows = Iterable[Mapping[str, Any]]
Builder = Callable[[Catalog, Sequence[RawFile]], Rows]


def frame(table: str, rows: Rows) -> pd.DataFrame:
    """Rows as the frame of a table: the contract's columns (others are left out), empty text as null, sorted by key."""
    columns = info(contracts.ALL[table])
    made = pd.DataFrame(list(rows), columns=[c.name for c in columns]).replace({"": None})
    for c in columns:
        if c.dtype == "integer" and c.nullable:
            made[c.name] = made[c.name].astype("Int64")
    return made.sort_values([c.name for c in columns if c.key], ignore_index=True)


def region(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    for r in catalog.regions:
        yield {**r, "four_region": r["nbs_four_region"], "short_zh": r["short_zh"] or r["name_zh"]}


def region_group(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    members = Counter(g["group_code"] for g in catalog.groups)
    yield from ({**g, "members": members[g["group_code"]]} for g in catalog.groups)


def indicator(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    for name, i in catalog.indicators.items():
        lists = {"preferred": ",".join(i.preferred), "vintages": ",".join(i.vintages)}
        yield {"indicator": name, **i.model_dump(), **lists, **ends(i.range)}


def intensity(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    for name, i in catalog.intensities.items():
        yield {"intensity": name, **i.model_dump(), **ends(i.range)}


def structure(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    """The components of each structure in order: its printed total and what is left over beside its parts, or its sections."""
    identities = {rule.id: rule for rule in catalog.identities}
    for name, s in catalog.structures.items():
        parts = identities[s.identity].parts if s.identity else s.parts
        cells = [(p, p, "*") for p in parts] + [(a, s.sections_of, a) for a in SECTIONS if s.sections_of]
        if s.total:
            cells = [("total", s.total, "*"), *cells, ("rest", "", "*")]
        for position, (component, measured, code) in enumerate(cells):
            yield {
                **s.model_dump(), "structure": name, "component": component, "position": position, "indicator": measured,
                "industry_code": code, "multiple": s.multiples.get(measured, ""), "group_code": s.group,
                "base_year": s.base_year if measured in s.multiples else None,
            }  # fmt: skip


def index_component(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    """All components of a dimension weigh the same, and so do all dimensions of a release."""
    for name, made in catalog.innovation_index.releases.items():
        for dimension, part in made.dimensions.items():
            for component in part.indicators:
                weight = 1 / len(part.indicators)
                yield {
                    "release": name, "intensity": component, "dimension": dimension, "dimension_zh": part.name_zh,
                    "dimension_en": part.name_en, "first_year": made.first_year, "last_year": made.last_year,
                    "weight_in_dimension": weight, "weight": weight / len(made.dimensions),
                }  # fmt: skip


def index_published(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    for name, entry in catalog.innovation_index.published.items():
        yield {"index_id": name, **entry.model_dump()}


def measure(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    return measures(catalog)


def measures(catalog: Catalog) -> list[dict[str, str]]:
    """Every measure: the formulas over printed figures, then those of measures.yml."""
    table = formulas.formula_table().rename(columns={"measure_id": "measure", "expression": "formula"})
    rows: list[dict[Any, Any]] = table.to_dict("records")
    rows += [{"measure": name, **m.model_dump(), "convention": m.convention} for name, m in catalog.measures.items()]
    return [{str(k): str(v) for k, v in row.items()} for row in rows]


def industry(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    yield {"industry_code": "*", "level": "total", "name_zh": "合计", "name_en": "All industries"}
    yield from catalog.industries


def source(catalog: Catalog, files: Sequence[RawFile], chains: Mapping[str, str] | None = None) -> Rows:
    """`chains`: how the figures of a source came here, as its source.yml says."""
    for name, entry in catalog.sources.items():
        yield {"source": name, **entry.model_dump(), "chain": (chains or {}).get(name)}


def release(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    """Every release that has a file, in the order of the catalogue; what it does not list comes after, by name."""
    for name, entry in catalog.sources.items():
        seen = {f.release for f in files if catalog.tables[f.table_id].source == name}
        listed = [r for r in entry.releases if r in seen]
        for position, key in enumerate([*listed, *sorted(seen - set(listed))], start=1):
            named = entry.releases.get(key, Release())
            yield {"source": name, "release": key, "position": position, **named.model_dump()}


def window(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    for name, w in catalog.windows.items():
        years = {"year_start": None if w.start == "first" else w.start, "year_end": None if w.end == "last" else w.end}
        yield {"window_id": name, **w.model_dump(), **years}


def window_span(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    """Every window in every possible reach of a series."""
    for first, last in combinations(SERIES_YEARS, 2):
        for name, w in catalog.windows.items():
            start = first if w.start == "first" else w.start
            end = min(last, w.until or last) if w.end == "last" else w.end
            if first <= start < end <= last:
                yield {"first_year": first, "last_year": last, "window_id": name, "year_start": start, "year_end": end}


def breaks(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    for entry in catalog.breaks:
        yield {
            "break_id": entry.id, **entry.model_dump(),
            "indicators": " ".join(entry.indicators), "regions": " ".join(entry.regions),
        }  # fmt: skip


def break_series(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    """Every indicator and region a break runs through, and the groups of those regions."""
    provinces = [code for code, kind in catalog.region_kind.items() if kind == "province"]
    everywhere = [
        code for code, kind in catalog.region_kind.items() if kind in ("nation", "province", "city", "special")
    ]
    for entry in (e for e in catalog.breaks if e.year is not None and e.effect != "none"):
        named = [catalog.region_names.code(r) for r in entry.regions if r != "provinces"]
        single = [*named, *(provinces if "provinces" in entry.regions else [])] if entry.regions else everywhere
        groups = {g["group_code"] for g in catalog.groups if g["region_code"] in single}
        for name in filter(entry.covers, catalog.indicators):
            for region_code in [*single, *groups]:
                yield {
                    "break_id": entry.id, "indicator": name, "region_code": region_code,
                    "year": entry.year, "accounts": entry.accounts,
                }  # fmt: skip


def file(catalog: Catalog, files: Sequence[RawFile]) -> Rows:
    for f in files:
        data, spec = f.read(), catalog.tables[f.table_id]
        yield {
            "file": f.name, "table_id": f.table_id, "source": spec.source, "release": f.release, "title": spec.title_zh,
            "table_no": spec.table_no, "sha256": f.sha256, "size": len(data),
            "notes": _notes(Reading(f, spec, catalog), data),
        }  # fmt: skip


def _notes(reading: Reading, data: bytes) -> str:
    try:
        return " ".join(reader.notes_of(reading, data))
    except BadInput:
        return ""  # the asset that reads the file says what is wrong with it


BUILDERS: tuple[Builder, ...] = (
    region, region_group, indicator, intensity, structure, index_component, index_published, measure, industry,
    source, release, file, window, window_span, break_series,
)  # fmt: skip
TABLES: dict[str, Builder] = {**{f"ref.{build.__name__}": build for build in BUILDERS}, "ref.break": breaks}
