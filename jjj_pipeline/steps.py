"""The work, step by step, without Dagster: each step reads tables of the lake and writes others. This list is the
map of the pipeline; `defs` wraps each step as an asset, tests and the benchmark run them as they are. Formulas live
in marts/, not here."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from jjj_pipeline import contracts, figures, quality, reference
from jjj_pipeline.catalog.model import Catalog, load_catalog
from jjj_pipeline.contracts.base import Contract
from jjj_pipeline.contracts.core import Flow, Link, Observation, Ranking
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import corrections, observations
from jjj_pipeline.ingest.observations import RawFile
from jjj_pipeline.lake import Lake, base_tables
from jjj_pipeline.settings import Settings

TARGETS: dict[str, type[Contract]] = {"observation": Observation, "flow": Flow, "ranking": Ranking, "link": Link}


@dataclass(frozen=True)
class Step:
    """One unit of work: tables in, tables out. `run` returns the frames of `tables` by name."""

    tables: tuple[str, ...]
    upstream: tuple[str, ...]
    run: Callable[[Work], Mapping[str, pd.DataFrame]]
    group: str
    doc: str = ""
    sql: str = ""
    files: tuple[RawFile, ...] = field(default=(), compare=False)
    contract: type[Contract] | None = None
    checks: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        return self.tables[0]

    def contract_of(self, table: str) -> type[Contract]:
        """The contract of a table it makes; stage tables share the one of their core table."""
        return self.contract or contracts.ALL[table]


class Work:
    """What every step needs: settings, catalogue, lake, and the raw files found at the start."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.catalog: Catalog = load_catalog(settings.catalog)
        self.lake = Lake(settings.parquet, macros(settings.marts))

    @cached_property
    def files(self) -> tuple[RawFile, ...]:
        return tuple(find_files(self.settings, self.catalog))

    def write(self, step: Step) -> dict[str, int]:
        """Run a step and store what it gives; rows by table. Raises BadInput, ContractBroken."""
        return {
            t: self.lake.write(step.contract_of(t), f, t if step.contract else "") for t, f in step.run(self).items()
        }


@lru_cache(maxsize=2)
def macros(marts: Path) -> tuple[str, ...]:
    """CREATE MACRO statements: growth formulas with their intervals, then the measures over lists."""
    return (*figures.sql_macros(), (marts / "measures.sql").read_text(encoding="utf-8"))


def find_files(settings: Settings, catalog: Catalog) -> Iterator[RawFile]:
    """The files of raw/ in order of name. A file that belongs to no table of the catalogue raises BadInput."""
    if not settings.raw.is_dir():
        raise BadInput(
            "raw/", expected="a folder with the raw tables", found="none", hint="run inside the project or set JJJ_ROOT"
        )
    for path in sorted(settings.raw.glob("*/*/*")):
        if path.name.startswith(".") or path.suffix == ".part" or not path.is_file():
            continue
        source, release, table_id = path.parent.parent.name, path.parent.name, f"{path.parent.parent.name}_{path.stem}"
        name = str(path.relative_to(settings.root))
        if table_id not in catalog.tables:
            raise BadInput(
                name,
                expected=f"a table of tables.yml with source {source}",
                found=table_id,
                hint="add an entry to catalog/tables.yml or move the file",
            )
        yield RawFile(path, name, table_id, release)


def _stage_steps(work: Work) -> Iterator[Step]:
    for table_id, spec in work.catalog.tables.items():
        files = tuple(f for f in work.files if f.table_id == table_id)

        def run(work: Work, table_id: str = table_id, files: tuple[RawFile, ...] = files) -> dict[str, pd.DataFrame]:
            return {f"stage.{table_id}": observations.read_files(files, table_id, work.catalog)}

        yield Step(
            (f"stage.{table_id}",),
            (),
            run,
            "stage",
            f"{spec.title_zh} - {spec.title_en}: every printed figure of {len(files)} file(s).",
            files=files,
            contract=TARGETS[spec.target],
        )


def _gather(work: Work, target: str) -> pd.DataFrame:
    tables = [f"stage.{t}" for t, spec in work.catalog.tables.items() if spec.target == target]
    frames = [f for t in tables if len(f := work.lake.read(t))]
    keys = observations.KEYS[target]
    if not frames:
        return observations.typed(pd.DataFrame(columns=observations.COLUMNS[target]), target)
    return pd.concat(frames, ignore_index=True).sort_values(keys, kind="stable", ignore_index=True)


def _core_steps(work: Work) -> Iterator[Step]:
    def observation(work: Work) -> dict[str, pd.DataFrame]:
        corrected, ledger = corrections.apply(_gather(work, "observation"), work.catalog)
        return {"core.observation": corrected, "meta.correction": ledger}

    def stages(target: str) -> tuple[str, ...]:
        return tuple(f"stage.{t}" for t, spec in work.catalog.tables.items() if spec.target == target)

    checks = {name: quality.describe(name, work.catalog) for name in quality.tested(work.catalog)}
    yield Step(("core.observation", "meta.correction"), stages("observation"), observation, "core", checks=checks)
    for target in ("flow", "ranking", "link"):

        def run(work: Work, target: str = target) -> dict[str, pd.DataFrame]:
            return {f"core.{target}": _gather(work, target)}

        yield Step((f"core.{target}",), stages(target), run, "core")


def _ref_steps(work: Work) -> Iterator[Step]:
    for table, build in reference.TABLES.items():

        def run(work: Work, table: str = table, build: reference.Builder = build) -> dict[str, pd.DataFrame]:
            return {table: build(work.catalog, work.files)}

        yield Step((table,), (), run, "ref")


def _sql_steps(work: Work) -> Iterator[Step]:
    """Every marts/<group>/<name>.sql: its tables come from the query, its contract by name."""
    for path in sorted(work.settings.marts.glob("*/*.sql")):
        schema = path.parent.name if path.parent.name in ("core", "meta") else "mart"
        table, sql = f"{schema}.{path.stem}", path.read_text(encoding="utf-8")
        try:
            upstream = tuple(base_tables(sql))
        except ValueError as error:
            raise BadInput(
                f"marts/{path.parent.name}/{path.name}", expected="one SELECT that DuckDB parses", found=str(error)
            ) from None
        if table not in contracts.ALL:
            raise BadInput(
                f"marts/{path.parent.name}/{path.name}",
                expected=f"a contract for {table}",
                found="none",
                hint="declare it in jjj_pipeline/contracts",
            )

        def run(
            work: Work, table: str = table, sql: str = sql, upstream: tuple[str, ...] = upstream
        ) -> dict[str, pd.DataFrame]:
            return {table: work.lake.query(sql, list(upstream))}

        yield Step((table,), upstream, run, path.parent.name, sql=sql)


def _check_step() -> Step:
    def run(work: Work) -> dict[str, pd.DataFrame]:
        found, _ = quality.discrepancies(work.lake.read("core.observation"), work.catalog)
        found = found.sort_values(
            ["severity", "check_id", "table_id", "release", "indicator", "region_code", "year"], ignore_index=True
        )
        found.insert(0, "result_id", range(1, len(found) + 1))
        return {"meta.check_result": found}

    return Step(("meta.check_result",), ("core.observation",), run, "meta")


def plan(work: Work) -> list[Step]:
    """All steps in an order in which each finds its inputs written. Publishing is not a step: it reads them all."""
    steps = [
        *_ref_steps(work),
        *_stage_steps(work),
        *_core_steps(work),
        *_sql_steps(work),
        _check_step(),
        *python_marts(work),
    ]
    return in_order(steps)


def python_marts(work: Work) -> Iterator[Step]:
    """Marts that are functions on DataFrames: modules of marts/ that declare STEPS = {table: (upstream, function)}."""
    for name in PYTHON_MARTS:
        module = importlib.import_module(f"jjj_pipeline.marts.{name}")
        for table, (upstream, function) in module.STEPS.items():

            def run(
                work: Work,
                table: str = table,
                function: Callable[..., pd.DataFrame] = function,
                upstream: tuple[str, ...] = upstream,
            ) -> dict[str, pd.DataFrame]:
                return {table: function(work.catalog, *[work.lake.read(t) for t in upstream])}

            yield Step(
                (table,), tuple(upstream), run, contracts.about_group(table), doc=(function.__doc__ or "").strip()
            )


PYTHON_MARTS: tuple[str, ...] = ()


def in_order(steps: list[Step]) -> list[Step]:
    """Topological order, stable in the order given. Raises BadInput where a query reads a table that nobody makes."""
    made = {t: s for s in steps for t in s.tables}
    for step in steps:
        for table in step.upstream:
            if table not in made:
                raise BadInput(step.name, expected="tables that exist in its query", found=table)
    done: dict[str, Step] = {}

    def visit(step: Step, path: tuple[str, ...] = ()) -> None:
        if step.name in done:
            return
        if step.name in path:
            raise BadInput(step.name, expected="queries without a circle", found=" -> ".join([*path, step.name]))
        for table in step.upstream:
            visit(made[table], (*path, step.name))
        done[step.name] = step

    for step in steps:
        visit(step)
    return list(done.values())


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
