"""Reading the catalogue: YAML and CSV files in, a `Catalog` whose entries name only what there is out."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from jjj_pipeline.catalog import yaml_file
from jjj_pipeline.catalog.model import (
    Break,
    Catalog,
    Correction,
    Identity,
    Indicator,
    InnovationIndex,
    Intensity,
    Measure,
    Publications,
    Source,
    Structure,
    TableSpec,
    Window,
)  # fmt: skip
from jjj_pipeline.errors import BadInput

M = TypeVar("M", bound=BaseModel)
INDICATORS = "indicators of indicators.yml"


def read_yaml(path: Path) -> Any:
    """What a YAML file of the catalogue holds, {} for an empty one. Raises BadInput with its name."""
    if not path.exists():
        raise BadInput(path.name, expected="this catalogue file", found="none", hint=f"restore {path}")
    return yaml_file.load(path) or {}


def _entries(path: Path, model: type[M]) -> dict[str, M]:
    held = read_yaml(path)
    if not isinstance(held, dict):
        raise BadInput(path.name, expected="entries by name", found=f"a {type(held).__name__}")
    return {str(key): _entry(path, str(key), value, model) for key, value in held.items()}


def _list(path: Path, model: type[M]) -> list[M]:
    if not path.exists():
        return []
    held = read_yaml(path) or []
    if not isinstance(held, list):
        raise BadInput(path.name, expected="a list of entries", found=f"a {type(held).__name__}")
    return [_entry(path, f"entry {i + 1}", value, model) for i, value in enumerate(held)]


def _entry(path: Path, key: str, value: Any, model: type[M]) -> M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(
            f"{path.name}, {key}",
            expected=f"{where or 'a mapping'}: {first['msg']}",
            found=repr(first.get("input"))[:80],
        ) from None


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def load_publications(folder: Path) -> Publications:
    """What raw/ is looked through with, without the rest of the catalogue. Raises BadInput with file and entry."""
    return Publications(
        sources=_entries(folder / "sources.yml", Source), tables=_entries(folder / "tables.yml", TableSpec)
    )


def load_catalog(folder: Path) -> Catalog:
    """Read and cross-check the catalogue. Raises BadInput with file and entry."""
    printed = load_publications(folder)
    catalog = Catalog(
        sources=printed.sources,
        tables=printed.tables,
        folder=folder,
        indicators=_entries(folder / "indicators.yml", Indicator),
        windows=_entries(folder / "windows.yml", Window),
        identities=_list(folder / "identities.yml", Identity),
        corrections=_list(folder / "corrections.yml", Correction),
        breaks=_list(folder / "breaks.yml", Break),
        measures=_entries(folder / "measures.yml", Measure),
        intensities=_entries(folder / "intensities.yml", Intensity),
        innovation_index=_entry(
            folder / "innovation_index.yml", "all", read_yaml(folder / "innovation_index.yml"), InnovationIndex
        ),
        structures=_entries(folder / "structures.yml", Structure),
        regions=_read_csv(folder / "regions.csv"),
        groups=_read_csv(folder / "groups.csv"),
        industries=_read_csv(folder / "industries.csv"),
        cities=_read_csv(folder / "cities.csv"),
    )
    _cross_check(catalog)
    return catalog


def _cross_check(catalog: Catalog) -> None:
    """Raises BadInput at the first entry that names something the catalogue does not have."""
    codes = {r["region_code"] for r in catalog.regions}
    for table_id, spec in catalog.tables.items():
        where = f"tables.yml, {table_id}"
        if spec.source not in catalog.sources or not table_id.startswith(f"{spec.source}_"):
            expected = "an id <source>_<name> with a source of sources.yml"
            raise BadInput(where, expected=expected, found=repr(spec.source))
        _known(where, (i for i, _ in spec.indicators()), catalog.indicators, INDICATORS)
        named = [*spec.optional, *(spec.aliases.values() if spec.columns else ())]
        _known(where, named, spec.columns, f"columns of {table_id}")
        _known(where, filter(None, [spec.region]), codes, "a region_code of regions.csv")
    index = catalog.innovation_index
    for release, made in index.releases.items():
        components = (i for d in made.dimensions.values() for i in d.indicators)
        _known(f"innovation_index.yml, {release}", components, catalog.intensities, "intensities of intensities.yml")
    _known("innovation_index.yml, published", index.published, catalog.indicators, INDICATORS)
    for entry in catalog.breaks:
        where = f"breaks.yml, {entry.id}"
        fitting = {p for p in entry.indicators if any(fnmatchcase(i, p) for i in catalog.indicators)}
        _known(where, entry.indicators, fitting, INDICATORS)
        _known(where, filter(None, [entry.counterpart]), catalog.indicators, "a counterpart of indicators.yml")
        if (entry.year is None) != bool(entry.counterpart):
            raise BadInput(where, expected="a year, or a counterpart of another scope", found="both or none of them")
    parts = {rule.id for rule in catalog.identities if rule.kind == "parts"}
    for name, structure in catalog.structures.items():
        where = f"structures.yml, {name}"
        _known(where, filter(None, [structure.identity]), parts, "an identity of kind parts")
        named = [structure.sections_of, structure.total, *structure.parts, *structure.multiples]
        _known(where, filter(None, [*named, *structure.multiples.values()]), catalog.indicators, INDICATORS)
    for row in catalog.groups:
        _known("groups.csv", (row["group_code"], row["region_code"]), codes, "codes of regions.csv")


def _known(where: str, names: Iterable[str], known: Collection[str], expected: str) -> None:
    """Raises BadInput for the first of the names that is not known."""
    for name in names:
        if name not in known:
            raise BadInput(where, expected=expected, found=repr(name))
