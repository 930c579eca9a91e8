"""What a build works on: settings, the catalogue, and the files of raw/ as they are on first use. Every input is read
once, and what is hashed is what was read. No table is made here."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from pathlib import Path

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.measures import formulas
from jjj_pipeline.pipeline import source_notes
from jjj_pipeline.records import results as records
from jjj_pipeline.settings import PACKAGE, Settings
from jjj_pipeline.storage import raw_files
from jjj_pipeline.storage.raw_files import RawFile

DATA = (".yml", ".csv")  # suffixes of the catalogue's files


class Project:
    """Settings, catalogue and raw files of one project. The catalogue is loaded with it; raw/ is looked at on first use, without
    the files `leave_out` names, which are still being written."""

    def __init__(self, settings: Settings, leave_out: Collection[str] = ()) -> None:
        self.settings, self.leave_out = settings, leave_out
        self.catalog, self.catalog_hashes = _stable_catalog(settings.catalog)

    @cached_property
    def _raw(self) -> tuple[raw_files.Found, dict[str, str]]:
        found = raw_files.find_files(self.settings, self.catalog, self.leave_out)
        chains, wrong = source_notes.read(found.files)
        return replace(found, strays=(*found.strays, *wrong)), chains

    @property
    def found(self) -> raw_files.Found:
        """The files that are read, and what is left out: named, and in the way of nothing else."""
        return self._raw[0]

    @property
    def chains(self) -> dict[str, str]:
        """How the figures of each source came here, as raw/<source>/source.yml says."""
        return self._raw[1]

    @property
    def files(self) -> tuple[RawFile, ...]:
        return self.found.files

    def files_of(self, table_id: str) -> tuple[RawFile, ...]:
        return tuple(f for f in self.files if f.table_id == table_id)

    @cached_property
    def record_inputs(self) -> tuple[str, ...]:
        """What the tables of counted records depend on: texts, and files by their hashes."""
        inputs = records.inputs(self.settings)
        return tuple(i if isinstance(i, str) else f"{i.name} {raw_files.sha256(i)}" for i in inputs)

    @cached_property
    def macros(self) -> tuple[str, ...]:
        return macros(self.settings.marts)


def _stable_catalog(folder: Path) -> tuple[Catalog, dict[str, str]]:
    """The catalogue and the hashes of its files; loaded again where a file was changed meanwhile. Raises BadInput."""
    before = catalog_hashes(folder)
    for _ in range(5):
        catalog = _catalog(folder, tuple(before.items()))
        after = catalog_hashes(folder)
        if after == before:
            return catalog, before
        _catalog.cache_clear()  # it may be half of the one and half of the other
        before = after
    raise BadInput(folder.name, expected="a catalogue that is not being edited", found="other files at each look")


@lru_cache(maxsize=2)
def _catalog(folder: Path, hashes: tuple[tuple[str, str], ...]) -> Catalog:
    """The catalogue of these files, loaded once by a process."""
    return load_catalog(folder)


def catalog_hashes(folder: Path) -> dict[str, str]:
    """The hash of every data file of the catalogue, by its name below the folder."""
    paths = (p for p in sorted(folder.rglob("*")) if p.suffix in DATA)
    return {p.relative_to(folder).as_posix(): raw_files.sha256(p) for p in paths}


@cache
def code_hash(path: Path) -> str:
    """The hash of a module."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def code(*places: str) -> tuple[str, ...]:
    """The hashes of the modules of the package at these places, with their names, as they were when this process first asked:
    what runs is what was imported."""
    paths = [p for place in places for p in sorted((PACKAGE / place).rglob("*.py")) or [PACKAGE / place]]
    return tuple(f"{path.relative_to(PACKAGE).as_posix()} {code_hash(path)}" for path in paths)


@cache
def _formula_macros() -> tuple[str, ...]:
    return tuple(formulas.sql_macros())


def macros(marts: Path) -> tuple[str, ...]:
    """CREATE MACRO statements: growth formulas with their intervals, then the measures over lists."""
    return (*_formula_macros(), (marts / "measures.sql").read_text(encoding="utf-8"))
