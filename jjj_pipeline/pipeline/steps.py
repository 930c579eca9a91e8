"""The kinds of steps: what each reads, what its result depends on, what it makes. The list of steps is in `plan`;
when one is made and when it is cached, in `runner`."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as arrow

from jjj_pipeline import contracts
from jjj_pipeline.catalog.model import TableSpec
from jjj_pipeline.contracts.base import Contract, keys_of
from jjj_pipeline.contracts.core import Flow, IndustryLink, Observation, Ranking
from jjj_pipeline.contracts.meta import Check, CheckResult
from jjj_pipeline.ingest import reader
from jjj_pipeline.ingest.row_model import COLUMNS
from jjj_pipeline.pipeline import ref_tables
from jjj_pipeline.pipeline.project import Project, code
from jjj_pipeline.quality import check_tables, corrections
from jjj_pipeline.records import results as records
from jjj_pipeline.settings import PACKAGE
from jjj_pipeline.storage.parquet_store import ParquetStore

TARGETS: dict[str, type[Contract]] = {
    "observation": Observation,
    "flow": Flow,
    "ranking": Ranking,
    "link": IndustryLink,
}
FORMULAS = "measures"  # printed figures, formulas and intervals: derived tables depend on these modules


@dataclass(frozen=True)
class Query:
    """A table as the rows of a query, which stay in the engine."""

    sql: str


Made = Mapping[str, pd.DataFrame | arrow.Table | Query]


@dataclass(frozen=True)
class Step(ABC):
    """One unit of work: tables in, tables out. `upstream`: the tables of the store it reads. `unit`: the Dagster op it belongs
    to; small steps of one kind go together, because a step costs Dagster more than reading a table does."""

    tables: tuple[str, ...]
    upstream: tuple[str, ...]
    group: str
    unit: str

    @property
    def name(self) -> str:
        return self.tables[0]

    @property
    def doc(self) -> str:
        """A description of its tables beside their contracts."""
        return ""

    @property
    def checks(self) -> Mapping[str, str]:
        """Rules of quality by name with what they say, shown at the first table; their results are in `findings`."""
        return {}

    @property
    def findings(self) -> tuple[str, str]:
        """The tables of the rules with their counts, and of single findings."""
        return "", ""

    def contract_of(self, table: str) -> type[Contract]:
        """The contract of a table it makes."""
        return contracts.ALL[table]

    def asset_of(self, table: str) -> str:
        """The name under which people see a table of it: intermediate tables are shown with others."""
        return table

    def cache_inputs(self, project: Project) -> Iterable[str]:
        """What the result depends on besides the upstream tables and the contracts: texts and hashes."""
        return [*self.file_inputs(project), *self.code_inputs(project)]

    def file_inputs(self, project: Project) -> Iterable[str]:
        """What of it are the files of raw/ as they are now."""
        return ()

    @abstractmethod
    def code_inputs(self, project: Project) -> Iterable[str]:
        """What of it is code, queries and catalogue."""

    @abstractmethod
    def make(self, project: Project, store: ParquetStore) -> Made:
        """Its tables by name. Raises BadInput."""


@dataclass(frozen=True)
class RefStep(Step):
    """A table of the catalogue or of the list of raw files. What is left out of raw/ stops here where settings are strict, or
    where nothing else is there."""

    build: ref_tables.Builder

    def file_inputs(self, project: Project) -> Iterable[str]:
        yield from (f"{f.name} {f.table_id} {f.release} {f.sha256}" for f in project.files)
        yield from (str(s) for s in project.found.strays)
        yield from project.record_inputs

    def code_inputs(self, project: Project) -> Iterable[str]:
        yield from catalogue(project)
        yield from code("pipeline/ref_tables.py", "records/results.py", "catalog", "ingest", FORMULAS)

    def make(self, project: Project, store: ParquetStore) -> Made:
        if project.found.strays and (project.settings.strict or not project.files):
            raise project.found.strays[0]
        return {
            self.name: ref_tables.frame(
                self.name, [*self.rows(project), *records.reference_rows(project.settings, self.name)]
            )
        }

    def rows(self, project: Project) -> ref_tables.Rows:
        return self.build(project.catalog, project.files)


@dataclass(frozen=True)
class SourceStep(RefStep):
    """ref.source, which also says how the figures came here, from raw/<source>/source.yml."""

    def file_inputs(self, project: Project) -> Iterable[str]:
        yield from super().file_inputs(project)
        yield json.dumps(project.chains, ensure_ascii=False)

    def rows(self, project: Project) -> ref_tables.Rows:
        return ref_tables.source(project.catalog, project.files, project.chains)


@dataclass(frozen=True)
class StageStep(Step):
    """The files of one raw table parsed, with the contract of the table they go into."""

    table_id: str
    spec: TableSpec

    @property
    def doc(self) -> str:
        return f"{self.spec.title_zh} - {self.spec.title_en}: every printed figure."

    def contract_of(self, table: str) -> type[Contract]:
        return TARGETS[self.spec.target]

    def asset_of(self, table: str) -> str:
        return f"stage.{self.spec.source}"

    def file_inputs(self, project: Project) -> Iterable[str]:
        files = project.files_of(self.table_id)
        yield from (f"{f.name} {f.release} {f.sha256}" for f in files)
        # a third-party file is recognised by the whole catalogue, the project's own CSV by its entry alone
        if not all(reader.is_own_file(f, self.spec.target) for f in files):
            yield from catalogue(project)

    def code_inputs(self, project: Project) -> Iterable[str]:
        yield _entry(project, self.spec)
        yield from code("ingest", "catalog", FORMULAS)

    def make(self, project: Project, store: ParquetStore) -> Made:
        return {self.name: reader.read_files(project.files_of(self.table_id), self.table_id, project.catalog)}


def _entry(project: Project, spec: TableSpec) -> str:
    """What the catalogue says of a table: its entry, the units of its indicators, the names of regions and industries."""
    catalog = project.catalog
    units = {i: catalog.indicators[i].unit for i, _ in spec.indicators()}
    names = [(r["region_code"], r["name_zh"], r["short_zh"], r["kind"], r["aliases"]) for r in catalog.regions]
    return json.dumps([spec.model_dump(), units, names, sorted(catalog.industry_codes)], ensure_ascii=False)


@dataclass(frozen=True)
class RecordStep(Step):
    """Tables from the results of record sets that are counted (`jjj records build`). Nothing is counted here."""

    def file_inputs(self, project: Project) -> Iterable[str]:
        return project.record_inputs

    def code_inputs(self, project: Project) -> Iterable[str]:
        return [*catalogue(project), *code("records/results.py")]


@dataclass(frozen=True)
class RecordFlowStep(RecordStep):
    """Counts between places, in the form of flows."""

    @property
    def doc(self) -> str:
        return "Counts between places of the record sets that are counted."

    def contract_of(self, table: str) -> type[Contract]:
        return Flow

    def make(self, project: Project, store: ParquetStore) -> Made:
        counted = records.flow_rows(project.settings, _places(project))
        frame = reader.typed(counted.reindex(columns=COLUMNS["flow"]), "flow")
        return {self.name: frame.sort_values(keys_of(Flow), ignore_index=True)}


def _places(project: Project) -> dict[str, list[str]]:
    """The places of each level between which counts of records are published."""
    cities = [r["region_code"] for r in project.catalog.cities if r["in_13_city_set"] == "1"]
    provinces = [r["region_code"] for r in project.catalog.regions if r["kind"] == "province"]
    return {"province": provinces, "city": cities}


@dataclass(frozen=True)
class RecordClassStep(RecordStep):
    """Counts between places by class, of the record sets whose mapping asks for them."""

    def make(self, project: Project, store: ParquetStore) -> Made:
        table = self.name
        frame = ref_tables.frame(table, records.class_rows(project.settings, _places(project)))
        return {table: frame.sort_values(keys_of(self.contract_of(table)), ignore_index=True)}


@dataclass(frozen=True)
class RecordSetStep(RecordStep):
    """The tables about the record sets: what each is, and what was refused of it."""

    def make(self, project: Project, store: ParquetStore) -> Made:
        rows = (records.sets_table(project.settings), records.rejected_table(project.settings))
        return {table: ref_tables.frame(table, made) for table, made in zip(self.tables, rows, strict=True)}


@dataclass(frozen=True)
class GatherStep(Step):
    """All stage tables of one kind below each other: flows, rankings, links."""

    target: str

    def code_inputs(self, project: Project) -> Iterable[str]:
        return ()

    def make(self, project: Project, store: ParquetStore) -> Made:
        return {self.name: gathered(store, self.upstream, self.target)}


@dataclass(frozen=True)
class ObservationStep(Step):
    """All observations side by side, the ledger of corrections applied, the identities tested."""

    rules: Mapping[str, str]

    @property
    def checks(self) -> Mapping[str, str]:
        return self.rules

    @property
    def findings(self) -> tuple[str, str]:
        return check_tables.IDENTITIES

    def asset_of(self, table: str) -> str:
        return self.name if table in check_tables.IDENTITIES else table

    def contract_of(self, table: str) -> type[Contract]:
        own = dict(zip(check_tables.IDENTITIES, (Check, CheckResult), strict=True))
        return own.get(table) or super().contract_of(table)

    def code_inputs(self, project: Project) -> Iterable[str]:
        return [*catalogue(project), *code("quality", "catalog")]

    def make(self, project: Project, store: ParquetStore) -> Made:
        corrected, ledger = corrections.apply(gathered(store, self.upstream, "observation"), project.catalog)
        found = check_tables.identity_findings(corrected, project.catalog)
        return dict(zip(self.tables, (corrected, ledger, *found), strict=True))


@dataclass(frozen=True)
class CheckStep(Step):
    """Every rule and every finding: the identities' and those of plausibility, which also look at derived tables."""

    rules: Mapping[str, str]

    @property
    def checks(self) -> Mapping[str, str]:
        return self.rules

    @property
    def findings(self) -> tuple[str, str]:
        return self.tables[0], self.tables[1]

    def code_inputs(self, project: Project) -> Iterable[str]:
        queries = (p.read_text(encoding="utf-8") for p in sorted((PACKAGE / "quality").rglob("*.sql")))
        return [*code("quality"), *queries, *project.macros]

    def make(self, project: Project, store: ParquetStore) -> Made:
        read = self.upstream[len(check_tables.IDENTITIES) :]
        rules, found = (store.read(t) for t in check_tables.IDENTITIES)
        everything = check_tables.all_findings(lambda sql: store.query(sql, read), rules, found)
        return dict(zip(self.tables, everything, strict=True))


@dataclass(frozen=True)
class SqlStep(Step):
    """A mart that is one SELECT, in the file `path`; its tables come from the query. The rows never leave the engine."""

    sql: str
    path: Path

    def code_inputs(self, project: Project) -> Iterable[str]:
        return (self.sql, *project.macros)

    def make(self, project: Project, store: ParquetStore) -> Made:
        return {self.name: Query(self.sql)}


@dataclass(frozen=True)
class PythonStep(Step):
    """A mart that is a function on DataFrames: function(catalog, *upstream frames) -> frame. `place`: its module or package."""

    function: Callable[..., pd.DataFrame]
    place: str

    @property
    def doc(self) -> str:
        return (self.function.__doc__ or "").strip()

    def code_inputs(self, project: Project) -> Iterable[str]:
        return [*catalogue(project), *code(self.place, "quality", "catalog", FORMULAS), *project.macros]

    def make(self, project: Project, store: ParquetStore) -> Made:
        return {self.name: self.function(project.catalog, *[store.read(t) for t in self.upstream])}


def gathered(store: ParquetStore, stages: tuple[str, ...], target: str) -> pd.DataFrame:
    """The stage tables below each other; each is sorted by its key, which begins with the table."""
    if not stages:
        return reader.typed(pd.DataFrame(columns=COLUMNS[target]), target)
    return store.read(*sorted(stages))


def catalogue(project: Project) -> Iterable[str]:
    """The data files of the catalogue with their hashes."""
    return (f"{name} {digest}" for name, digest in project.catalog_hashes.items())
