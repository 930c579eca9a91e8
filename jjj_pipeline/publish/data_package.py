"""The Frictionless Data Package (version 2) of the published Parquet files: schemas from the contracts, sources and terms from
the catalogue. It says nothing that they do not say."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from jjj_pipeline import contracts
from jjj_pipeline.contracts import table_formatting
from jjj_pipeline.contracts.base import Contract, about, info

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# An empty text is a blank as printed and not a missing value; frictionless reads Parquet by way of pandas, where a missing whole
# number becomes nan.
MISSING = ["nan"]
PARQUET = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
TYPES = {"text": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
# table and key -> the columns that describe its rows, wherever they hold a single value of it
REFERENCES = {
    (
        "ref.region",
        "region_code",
    ): "region_code origin destination region_a region_b group_code of_code supply_region demand_region maker partner",
    ("ref.indicator", "indicator"): "indicator",
    ("ref.industry", "industry_code"): "industry_code section",
    ("ref.intensity", "intensity"): "intensity",
    ("ref.source", "source"): "source_old source_new",
    ("ref.file", "file"): "file file_old file_new",
    ("meta.check", "check_id"): "check_id",
}
# counts of record sets are in these too: their files and releases are in meta.record_set, not in ref
COUNTED = ("core.flow", "core.flow_class")
RELEASES = (
    "core.observation",
    "core.ranking",
    "core.industry_link",
    "core.preferred",
    "ref.file",
)  # one release a row


def descriptor(files: dict[str, tuple[str, str]], sources: pd.DataFrame, build: Mapping[Any, Any]) -> dict[str, Any]:
    """The descriptor. `files`: table -> (path beside the descriptor, SHA-256); `sources`: ref.source; `build`: the row of
    meta.build."""
    return {
        "$schema": PROFILE,
        "name": "jjj-pipeline",
        "title": "京津冀创新数据仓库 The innovation system of Beijing, Tianjin and Hebei",
        "description": f"{build['note']} Newest release inside: {build['as_of']}. Columns are described in dictionary.md.",
        "version": build["version"],
        "created": build["built_at"],
        "keywords": ["京津冀", "Beijing-Tianjin-Hebei", "innovation", "R&D", "patents", "technology market"],
        "sources": [_source(s) for s in sources.to_dict("records")],
        "licenses": [_terms(terms, rows) for terms, rows in sources.groupby("terms", sort=True)],
        "resources": [_resource(t, *files[t], tables=files) for t in contracts.ALL if t in files],
    }


def text(package: dict[str, Any]) -> str:
    """The descriptor as it is written."""
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _source(row: dict[Any, Any]) -> dict[str, str]:
    entry = {"name": row["source"], "title": f"{row['name_zh']} {row['name_en']}", "publisher": row["publisher"]}
    return {**entry, "kind": row["kind"], "terms": row["terms"], "chain": table_formatting.cell(row["chain"])}


def _terms(terms: Any, rows: pd.DataFrame) -> dict[str, Any]:
    """Printed figures are facts and carry no licence of their own: the terms of their sources are here, by source."""
    return {"path": "dictionary.md", "title": str(terms), "sources": sorted(rows["source"])}


def _resource(table: str, path: str, sha256: str, tables: Collection[str]) -> dict[str, Any]:
    meta = about(contracts.ALL[table])
    return {
        "name": table, "type": "table", "path": path, **PARQUET, "title": meta["zh"], "description": meta["doc"],
        "sha256": sha256, "schema": schema(table, tables),
    }  # fmt: skip


def schema(table: str, tables: Collection[str]) -> dict[str, Any]:
    """The Table Schema of a table; foreign keys go to those of `tables`."""
    contract = contracts.ALL[table]
    columns = info(contract)
    entry: dict[str, Any] = {"fields": [_field(contract, c) for c in columns], "missingValues": MISSING}
    if keys := [c.name for c in columns if c.key]:
        entry["primaryKey"] = keys
    names = [c.name for c in columns]
    found = [
        _reference([name], to, [key])
        for (to, key), speaking in REFERENCES.items()
        if to != table and to in tables and not (table in COUNTED and to == "ref.file")
        for name in names
        if name in speaking.split()
    ]
    if table in RELEASES and "ref.release" in tables:
        found.append(_reference(["source", "release"], "ref.release", ["source", "release"]))
    return {**entry, "foreignKeys": found} if found else entry


def _reference(fields: list[str], table: str, keys: list[str]) -> dict[str, Any]:
    return {"fields": fields, "reference": {"resource": table, "fields": keys}}


def _field(contract: type[Contract], column: Any) -> dict[str, Any]:
    entry = {
        "name": column.name, "type": TYPES[column.dtype], "title": column.zh, "description": column.doc,
        "unit": column.unit, "measure": column.measure, "constraints": constraints(contract)[column.name],
    }  # fmt: skip
    return {k: v for k, v in entry.items() if v}


def constraints(contract: type[Contract]) -> dict[str, dict[str, Any]]:
    """What the contract's checks ask of each column, in the words of Table Schema."""
    out: dict[str, dict[str, Any]] = {}
    for name, column in contract.to_schema().columns.items():
        rules: dict[str, Any] = {} if column.nullable else {"required": True}
        for check in column.checks:
            known = check.statistics or {}
            match check.name:
                case "isin":
                    rules["enum"] = list(known["allowed_values"])
                case "greater_than_or_equal_to":
                    rules["minimum"] = known["min_value"]
                case "less_than_or_equal_to":
                    rules["maximum"] = known["max_value"]
                case "greater_than":
                    rules["exclusiveMinimum"] = known["min_value"]
                case "less_than":
                    rules["exclusiveMaximum"] = known["max_value"]
                case "str_matches":
                    rules["pattern"] = known["pattern"]
        out[str(name)] = rules
    return out
