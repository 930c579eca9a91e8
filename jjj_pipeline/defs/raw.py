"""The raw files as external assets: made by people, not by us. Their data version is the hash of their bytes, so that the UI
shows what is stale; what a file holds is for `ingest` to say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import dagster as dg

from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.storage.raw_files import Found

VERSION = "dagster/data_version"


def key(table_id: str) -> dg.AssetKey:
    return dg.AssetKey(["raw", table_id])


def raw_assets(project: Project) -> list[dg.AssetSpec]:
    """One asset a raw table, with its files, publisher and terms."""
    out = []
    for table_id, spec in project.catalog.tables.items():
        source = project.catalog.sources[spec.source]
        text = f"{spec.title_zh} · {spec.title_en}. {source.name_zh} ({source.publisher}). {spec.note}"
        files = project.files_of(table_id)
        listed, kinds = "\n".join(f"- `{f.name}`" for f in files), {f.path.suffix[1:] for f in files}
        shown = {"files": dg.MetadataValue.md(listed), "terms": source.terms}
        out.append(dg.AssetSpec(key(table_id), description=text, group_name="raw", kinds=kinds, metadata=shown))
    return out


def versions(found: Found, hashes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Table -> data version: the sha256 of its file, or of the list of names and sha256 where there are several. `hashes` are
    known ones by name of file. Raises BadInput for a file that cannot be read."""
    files: dict[str, list[tuple[str, str]]] = {}
    for file in found.files:
        digest = (hashes or {}).get(file.name) or file.sha256
        files.setdefault(file.table_id, []).append((file.name, digest))
    return {
        table: listed[0][1] if len(listed) == 1 else hashlib.sha256(repr(sorted(listed)).encode()).hexdigest()
        for table, listed in files.items()
    }


def observed(instance: dg.DagsterInstance, wanted: Mapping[str, str]) -> Iterator[dg.AssetMaterialization]:
    """Events for the tables whose version is another than the one last reported to the instance. Materializations, not
    observations: Dagster's open storage keeps the last one of each asset at hand, and asking for a hundred observations takes
    half a second."""
    known = {}
    for record in instance.get_asset_records([key(table) for table in wanted]):
        last = record.asset_entry.last_materialization
        tags = last.asset_materialization.tags if last and last.asset_materialization else None
        known[record.asset_entry.asset_key] = (tags or {}).get(VERSION)
    for table, version in sorted(wanted.items()):
        if known.get(key(table)) != version:
            yield dg.AssetMaterialization(key(table), tags={VERSION: version})
