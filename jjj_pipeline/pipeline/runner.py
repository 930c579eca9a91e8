"""How the work is done, without Dagster: a step reads tables of the store and writes others, and is not run again where it would
give what it gave before. Which steps there are stands in `plan`; what they compute in ingest/, quality and marts/.

The content key of a step is everything its result depends on: files, specs, code, contract, and the content of the tables it
reads. It is kept beside each table. A new version of a library is no part of it: that is what a full build is for.
"""

from __future__ import annotations

import gc
import hashlib
import inspect
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path

import pandas as pd

from jjj_pipeline import contracts
from jjj_pipeline.catalog.model import Catalog, load_catalog
from jjj_pipeline.contracts import base
from jjj_pipeline.contracts.base import Contract
from jjj_pipeline.measures import formulas
from jjj_pipeline.pipeline import source_notes
from jjj_pipeline.pipeline.ahead import Ahead
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage import raw_files
from jjj_pipeline.storage.parquet_store import ParquetStore
from jjj_pipeline.storage.raw_files import RawFile

_CLASS = re.compile(r"^class (\w+).*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One unit of work: tables in, tables out.

    `run` returns the frames of `tables` by name. `op` names the unit in which Dagster runs it: small steps of one kind go
    together, because a step costs Dagster more than reading a table does. `contracts` are those of unpublished tables.
    `checks` are rules by name, shown at the first table; how they came out stands in the two tables of `findings` (rules with
    their counts, single findings). `cache_inputs` is what the result depends on besides the upstream tables: texts, and the files
    of code."""

    tables: tuple[str, ...]
    upstream: tuple[str, ...]
    run: Callable[[Runner], Mapping[str, pd.DataFrame]]
    group: str
    op: str
    doc: str = ""
    sql: str = ""
    contracts: Mapping[str, type[Contract]] = field(default_factory=dict, compare=False)
    checks: Mapping[str, str] = field(default_factory=dict, compare=False)
    findings: tuple[str, str] = ("", "")
    cache_inputs: Callable[[Runner], Iterable[str | Path]] = field(default=lambda work: (), compare=False)

    @property
    def name(self) -> str:
        return self.tables[0]

    def contract_of(self, table: str) -> type[Contract]:
        """The contract of a table it makes; those of stage tables are the ones of the tables they go into."""
        return self.contracts.get(table) or contracts.ALL[table]


@dataclass(frozen=True)
class Done:
    """What a step came to: rows by table, and whether it was run or kept."""

    rows: Mapping[str, int]
    kept: bool


class Runner:
    """What every step needs: settings, catalogue, store, and the raw files found at the start. `full` ignores what is kept;
    `leave_out` names files that are still being written."""

    def __init__(self, settings: Settings, *, full: bool = False, leave_out: Collection[str] = ()) -> None:
        self.settings, self.full, self.leave_out = settings, full, leave_out
        self.failures: list[str] = []  # what went wrong in this run, a line each
        self.published = False
        self.catalog: Catalog = load_catalog(settings.catalog)
        self.store = ParquetStore(settings.store, macros(settings.marts))
        self._hashes: dict[Path, str] = {}
        self.when_made: Callable[[str], object] = lambda table: None  # told of each table that was made anew
        self._ahead: Ahead | None = None

    @contextmanager
    def running(self, steps: Sequence[Step]) -> Iterator[None]:
        """While steps of these are done one after the other: the next are made ahead, and garbage is seldom looked for."""
        with _seldom_collecting(), Ahead(steps, self.store.open, self._begin) as self._ahead:
            try:
                yield
            finally:
                self._ahead = None

    @cached_property
    def found(self) -> raw_files.Found:
        """The files that are read, and what is left out: named, and in the way of nothing else."""
        found = raw_files.find_files(self.settings, self.catalog, self.leave_out)
        return replace(found, strays=(*found.strays, *source_notes.read(found.files)[1]))

    @property
    def files(self) -> tuple[RawFile, ...]:
        return self.found.files

    def files_of(self, table_id: str) -> tuple[RawFile, ...]:
        return tuple(f for f in self.files if f.table_id == table_id)

    def sha256(self, path: Path) -> str:
        """The hash of a file, read once in a build. Raises BadInput."""
        if path not in self._hashes:
            self._hashes[path] = raw_files.sha256(path)
        return self._hashes[path]

    def materialize(self, step: Step) -> Done:
        """Bring the tables of a step up to date. Raises BadInput, ContractBroken; then the tables stay as they were."""
        begun = (self._ahead and self._ahead.take(step)) or self._begin(step)
        rows = begun() if begun else {t: self.store.rows(t) for t in step.tables}
        if self._ahead:
            self._ahead.made(step)
        return Done(rows, kept=not begun)

    def _begin(self, step: Step) -> Callable[[], Mapping[str, int]] | None:
        """What makes a step; None where its tables are kept."""
        key = self._key(step)
        if not self.full and all(self.store.has_fingerprint(t, key) for t in step.tables):
            return None
        return partial(self._make, step, key)

    def _make(self, step: Step, key: str) -> Mapping[str, int]:
        rows = {t: self.store.write(step.contract_of(t), f, t) for t, f in step.run(self).items()}
        for table in step.tables:
            self.store.set_fingerprint(table, key)
            self.when_made(table)
        return rows

    def _key(self, step: Step) -> str:
        parts: list[str] = [*step.tables, step.sql]
        parts += [p if isinstance(p, str) else self.sha256(p) for p in step.cache_inputs(self)]
        parts += [f"{t} {self.store.content(t)}" for t in step.upstream]
        parts += [_source(step.contract_of(t)) for t in step.tables] + [self.sha256(Path(base.__file__))]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """While a build runs, what is there already is not searched for garbage, and what comes seldom: catalogue, definitions and
    libraries are a million objects that live as long as it does. A sixth of its processor time."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _source(contract: type[Contract]) -> str:
    return _classes(Path(inspect.getfile(contract)))[contract.__name__]


@cache
def _classes(path: Path) -> dict[str, str]:
    """The source of every class of a module: inspect.getsource would parse the whole module for each of them."""
    return {found[1]: found[0] for found in _CLASS.finditer(path.read_text(encoding="utf-8"))}


@lru_cache(maxsize=2)
def macros(marts: Path) -> tuple[str, ...]:
    """CREATE MACRO statements: growth formulas with their intervals, then the measures over lists."""
    return (*formulas.sql_macros(), (marts / "measures.sql").read_text(encoding="utf-8"))
