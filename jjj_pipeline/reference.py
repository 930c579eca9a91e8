"""The catalogue as the tables of schema ref. Pure functions from the catalogue (and the list of raw files) to
frames."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from jjj_pipeline import figures
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import observations
from jjj_pipeline.ingest.observations import RawFile, Reading

Builder = Callable[[Catalog, Sequence[RawFile]], pd.DataFrame]


def _frame(rows: list[dict[str, Any]], columns: list[str], sort: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    return frame.replace({"": None}).sort_values(sort, ignore_index=True)


def region(catalog: Catalog, files: Sequence[RawFile]) -> pd.DataFrame:
    rows = [
        {**r, "four_region": r["nbs_four_region"], "short_zh": r["short_zh"] or r["name_zh"]} for r in catalog.regions
    ]
    return _frame(
        rows, ["region_code", "name_zh", "short_zh", "name_en", "kind", "parent", "four_region"], ["region_code"]
    )


def region_group(catalog: Catalog, files: Sequence[RawFile]) -> pd.DataFrame:
    return _frame(catalog.groups, ["group_code", "region_code"], ["group_code", "region_code"])  # type: ignore[arg-type]


def indicator(catalog: Catalog, files: Sequence[RawFile]) -> pd.DataFrame:
    rows = [
        {"indicator": k, **i.model_dump(), "preferred": ",".join(i.preferred)} for k, i in catalog.indicators.items()
    ]
    columns = [
        "indicator",
        "name_zh",
        "name_en",
        "unit",
        "additive",
        "kind",
        "price_basis",
        "definition",
        "default_release",
        "preferred",
    ]
    return _frame(rows, columns, ["indicator"])


def intensity(catalog: Catalog, files: Sequence[RawFile]) -> pd.DataFrame:
    rows = [{"intensity": k, **i.model_dump()} for k, i in catalog.intensities.items()]
    columns = ["intensity", "name_zh", "name_en", "numerator", "denominator", "factor", "unit", "matching", "printed"]
    return _frame(rows, columns, ["intensity"])


def measure(catalog: Catalog, files: Sequence[RawFile]) -> pd.DataFrame:
    rows = [{"measure": k, **m.model_dump()} for k, m in catalog.measures.items()]
    growth = figures.formula_table().rename(columns={"measure_id": "measure", "expression": "formula"})
    columns = ["measure", "name_zh", "name_en", "formula", "convention", "source"]
    return _frame([*rows, *growth.to_dict("records")], columns, ["measure"])  # type: ignore[list-item]


def industry(catalog: Catalog, files: Sequence[RawFile]) -> pd.DataFrame:
    total = {"industry_code": "*", "level": "total", "name_zh": "合计", "name_en": "All industries"}
    return _frame(
        [total, *catalog.industries], ["industry_code", "level", "parent", "name_zh", "name_en"], ["industry_code"]
    )


def source(catalog: Catalog, files: Sequence[RawFile]) -> pd.DataFrame:
    rows = [{"source": k, **s.model_dump()} for k, s in catalog.sources.items()]
    return _frame(rows, ["source", "name_zh", "name_en", "publisher", "kind", "rank", "terms"], ["source"])


def window(catalog: Catalog, files: Sequence[RawFile]) -> pd.DataFrame:
    rows = [
        {
            "window_id": k,
            "name_zh": w.name_zh,
            "name_en": w.name_en,
            "year_start": None if w.start == "first" else w.start,
            "year_end": None if w.end == "last" else w.end,
        }
        for k, w in catalog.windows.items()
    ]
    return _frame(rows, ["window_id", "name_zh", "name_en", "year_start", "year_end"], ["window_id"]).astype(
        {"year_start": "Int64", "year_end": "Int64"}
    )


def file(catalog: Catalog, files: Sequence[RawFile]) -> pd.DataFrame:
    rows = []
    for f in files:
        data = f.path.read_bytes()
        spec = catalog.tables[f.table_id]
        rows.append(
            {
                "file": f.name,
                "table_id": f.table_id,
                "source": spec.source,
                "release": f.release,
                "title": spec.title_zh,
                "sha256": hashlib.sha256(data).hexdigest(),
                "size": len(data),
                "notes": _notes(Reading(f, spec, catalog), data),
            }
        )
    return _frame(rows, ["file", "table_id", "source", "release", "title", "sha256", "size", "notes"], ["file"])


def _notes(reading: Reading, data: bytes) -> str:
    try:
        return " ".join(observations.notes_of(reading, data))
    except BadInput:
        return ""  # the asset that reads the file says what is wrong with it


TABLES: dict[str, Builder] = {
    "ref.region": region, "ref.region_group": region_group, "ref.indicator": indicator, "ref.intensity": intensity,
    "ref.measure": measure,
    "ref.industry": industry, "ref.source": source, "ref.file": file, "ref.window": window,
}  # fmt: skip
