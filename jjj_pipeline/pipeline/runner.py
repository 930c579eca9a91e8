"""Bringing one step up to date, without Dagster: it is made where it would not give what it gave before. Which steps there are
is in `plan`; what they compute in ingest/, quality and marts/.

The key of a step is a hash of everything its result depends on: files, specs, code, contract, libraries, and the content of the
tables it reads. It is stored beside each table as its fingerprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

import pyarrow as arrow

from jjj_pipeline.contracts.base import ContractBroken, description
from jjj_pipeline.pipeline import tables
from jjj_pipeline.pipeline.project import Project, code, macros
from jjj_pipeline.pipeline.steps import Query, Step
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.parquet_store import ParquetStore

LIBRARIES = ("duckdb", "networkx", "numpy", "pandas", "pint", "pyarrow", "python-calamine")  # what figures go through
WRITERS = ("contracts/base.py", "contracts/engine.py", "pipeline/slices.py", "pipeline/steps.py", "pipeline/tables.py")


@dataclass(frozen=True)
class Result:
    """What a step came to: rows by table, and whether they were cached."""

    rows: Mapping[str, int]
    cached: bool


class Runner:
    """Makes steps of a project in its store. `full` ignores what is cached."""

    def __init__(self, project: Project, *, full: bool = False) -> None:
        self.project, self.full = project, full
        self.store = store_of(project.settings)

    def is_cached(self, step: Step) -> bool:
        """Whether the tables of a step are those it would make now."""
        return self._has(step, self.key(step))

    def _has(self, step: Step, key: str) -> bool:
        return not self.full and all(self.store.has_fingerprint(t, key) for t in step.tables)

    def stale(self, steps: Sequence[Step]) -> list[Step]:
        """Those of the steps, which are in order, that are not cached or rest on one that is not."""
        stale: list[Step] = []
        waiting: set[str] = set()
        for step in steps:
            if not waiting.isdisjoint(step.upstream) or not self.is_cached(step):
                stale.append(step)
                waiting |= {*step.tables}
        return stale

    def materialize(self, step: Step) -> Result:
        """Bring the tables of a step up to date. Raises BadInput, ContractBroken; then the tables stay as they were."""
        key, rows = self.key(step), dict[str, int]()
        if self._has(step, key):
            return Result({t: self.store.rows(t) for t in step.tables}, cached=True)
        for table, made in step.make(self.project, self.store).items():
            contract = step.contract_of(table)
            try:
                if isinstance(made, Query):
                    rows[table] = tables.write_query(self.store, contract, made.sql, step.upstream, table)
                elif isinstance(made, arrow.Table):
                    rows[table] = tables.write_rows(self.store, contract, made, table)
                else:
                    rows[table] = tables.write_frame(self.store, contract, made, table)
            except ContractBroken as error:
                raise ContractBroken([f"{line}{self._files_behind(line)}" for line in error.lines]) from None
        for table in step.tables:
            self.store.set_fingerprint(table, key)
        return Result(rows, cached=False)

    def _files_behind(self, line: str) -> str:
        """The raw files of the first figure a broken contract names by indicator, region and year, as the end of the line;
        nothing where the line names its files, or no such figure."""
        catalog, words = self.project.catalog, line.partition("; found ")[2].partition(";")[0].split()
        indicator = next((w for w in words if w in catalog.indicators), "")
        region = next((w for w in words if w in catalog.region_kind), "")
        year = next((w for w in words if w.isdecimal() and len(w) == 4), "")
        if "raw/" in line or not (indicator and region and year and self.store.path("core.observation").exists()):
            return ""
        regions = [region, *(g["region_code"] for g in catalog.groups if g["group_code"] == region)]
        found = self.store.connection(("core.observation",)).execute(
            "select distinct file from core.observation "
            "where indicator = ? and year = ? and list_contains(?, region_code) order by file",
            [indicator, int(year), regions],
        )
        files = [str(file) for (file,) in found.fetchall()]
        return f" (from {', '.join(files[:3])})" if files else ""

    def key(self, step: Step) -> str:
        """The key of a step; its upstream tables are there."""
        parts = [*step.tables, *step.cache_inputs(self.project), *_engine()]
        parts += [f"{t} {self.store.content(t)}" for t in step.upstream]
        parts += [description(step.contract_of(t)) for t in step.tables]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def store_of(settings: Settings) -> ParquetStore:
    """The store of a project, with the measures as macros."""
    return ParquetStore(settings.store, macros(settings.marts), threads=settings.threads, memory=settings.memory)


@cache
def _engine() -> tuple[str, ...]:
    """What every table goes through: the code that writes it, and the libraries."""
    return (*code(*WRITERS), *(f"{name} {version(name)}" for name in LIBRARIES))
