"""The map of the pipeline: every step, what it reads, what it writes, in which unit it runs. How a step is run or taken from
the cache stands in `runner`; `defs` wraps the steps as assets; formulas live in marts/."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pandas as pd

from jjj_pipeline import contracts, quality
from jjj_pipeline.catalog.model import TableSpec
from jjj_pipeline.contracts.base import Contract, about, info
from jjj_pipeline.contracts.core import Flow, IndustryLink, Observation, Ranking
from jjj_pipeline.contracts.meta import Check, CheckResult
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import reader
from jjj_pipeline.ingest.row_model import COLUMNS
from jjj_pipeline.pipeline import ref_tables, source_notes
from jjj_pipeline.pipeline.runner import Runner, Step, macros
from jjj_pipeline.quality import corrections
from jjj_pipeline.records import results as records
from jjj_pipeline.settings import PACKAGE
from jjj_pipeline.storage.parquet_store import base_tables

TARGETS: dict[str, type[Contract]] = {
    "observation": Observation,
    "flow": Flow,
    "ranking": Ranking,
    "link": IndustryLink,
}
# Marts that are functions on DataFrames: modules of marts/ that declare STEPS = {table: (upstream, function)}.
PYTHON_MARTS: tuple[str, ...] = ("claims", "marts.network", "marts.agreement")
RECORDS = "stage.records"  # what was counted of record sets, in the form of flows
# Printed figures, formulas and intervals: derived tables depend on these modules.
FORMULAS = ("measures",)


def plan(work: Runner) -> list[Step]:
    """All steps in an order in which each finds its inputs written. Publishing is not a step: it reads them all.
    Raises BadInput where a query does not parse, has no contract or reads a table that nobody makes."""
    # the marts in Python early: queries that come after them run meanwhile
    steps = [
        *ref_steps(),
        *stage_steps(work),
        *record_steps(),
        *core_steps(work),
        *python_marts(),
        *sql_steps(work),
        *check_steps(),
    ]
    return in_order(steps)


def ref_steps() -> Iterator[Step]:
    """The catalogue and the list of raw files as tables. What is left out of raw/ stops here where settings are strict, or where
    nothing else is there."""
    for table, build in ref_tables.TABLES.items():

        def run(work: Runner, table: str = table, build: ref_tables.Builder = build) -> dict[str, pd.DataFrame]:
            if work.found.strays and (work.settings.strict or not work.files):
                raise work.found.strays[0]
            rows = [*build(work.catalog, work.files), *records.reference_rows(work.settings, table)]
            return {table: ref_tables.frame(table, rows)}

        yield Step((table,), (), run, "ref", "ref", cache_inputs=_references)


def _references(work: Runner) -> Iterable[str | Path]:
    files = [f"{f.name} {f.table_id} {f.release} {work.sha256(f.path)}" for f in work.files]
    return [
        *files,
        *(str(s) for s in work.found.strays),
        *(work.sha256(p) for p in source_notes.paths(work.files).values() if p.is_file()),
        *records.inputs(work.settings),
        *catalogue(work),
        *code("pipeline/ref_tables.py", "records/results.py", "catalog", *FORMULAS),
    ]


def stage_steps(work: Runner) -> Iterator[Step]:
    """One step a raw table: its files parsed. All tables of a source run in one unit."""
    for table_id, spec in work.catalog.tables.items():

        def run(work: Runner, table_id: str = table_id) -> dict[str, pd.DataFrame]:
            return {f"stage.{table_id}": reader.read_files(work.files_of(table_id), table_id, work.catalog)}

        def cache_inputs(work: Runner, table_id: str = table_id, spec: TableSpec = spec) -> Iterable[str | Path]:
            files = work.files_of(table_id)
            said = [f"{f.name} {f.release} {work.sha256(f.path)}" for f in files]
            # a file as the world ships it is recognised by the whole catalogue, the project's own CSV by its entry alone
            known = [] if all(reader.is_own_file(f, spec.target) for f in files) else catalogue(work)
            return [*said, _spec(work, table_id), *known, *code("ingest", "catalog")]

        doc = f"{spec.title_zh} - {spec.title_en}: every printed figure."
        contract = TARGETS[spec.target]
        op = f"stage__{spec.source}"
        table = f"stage.{table_id}"
        yield Step((table,), (), run, "stage", op, doc, contracts={table: contract}, cache_inputs=cache_inputs)


def _spec(work: Runner, table_id: str) -> str:
    """What the catalogue says of a table: its entry, the units of its indicators, the names of regions and industries."""
    spec = work.catalog.tables[table_id]
    units = {i: work.catalog.indicators[i].unit for i, _ in spec.indicators()}
    names = [(r["region_code"], r["name_zh"], r["short_zh"], r["kind"], r["aliases"]) for r in work.catalog.regions]
    return json.dumps([spec.model_dump(), units, names, sorted(work.catalog.industry_codes)], ensure_ascii=False)


def record_steps() -> Iterator[Step]:
    """What was counted of record sets (`jjj records build`): its rows of core.flow, and the tables that tell of the sets. Nothing
    is counted here."""

    def flows(work: Runner) -> dict[str, pd.DataFrame]:
        cities = [r["region_code"] for r in work.catalog.cities if r["in_13_city_set"] == "1"]
        provinces = [r["region_code"] for r in work.catalog.regions if r["kind"] == "province"]
        counted = records.flow_rows(work.settings, {"province": provinces, "city": cities})
        frame = reader.typed(counted.reindex(columns=COLUMNS["flow"]), "flow")
        return {RECORDS: frame.sort_values([c.name for c in info(Flow) if c.key], ignore_index=True)}

    def sets(work: Runner) -> dict[str, pd.DataFrame]:
        made = {"meta.record_set": records.sets_table, "meta.records_rejected": records.rejected_table}
        return {table: ref_tables.frame(table, rows(work.settings)) for table, rows in made.items()}

    def cache_inputs(work: Runner) -> Iterable[str | Path]:
        return [*records.inputs(work.settings), *catalogue(work), *code("records/results.py")]

    doc = "Counts between places of the record sets that are counted."
    yield Step((RECORDS,), (), flows, "records", "records", doc, contracts={RECORDS: Flow}, cache_inputs=cache_inputs)
    yield Step(("meta.record_set", "meta.records_rejected"), (), sets, "records", "records", cache_inputs=cache_inputs)


def core_steps(work: Runner) -> Iterator[Step]:
    """All releases side by side, the ledger applied, the identities tested; flows, rankings and links as they are."""

    def observation(work: Runner) -> dict[str, pd.DataFrame]:
        corrected, ledger = corrections.apply(_gather(work, "observation"), work.catalog)
        found = quality.identity_findings(corrected, work.catalog)
        return {
            "core.observation": corrected,
            "meta.correction": ledger,
            **dict(zip(quality.IDENTITIES, found, strict=True)),
        }

    def cache_inputs(work: Runner) -> Iterable[str | Path]:
        return [*catalogue(work), *code("quality", "catalog")]

    yield Step(
        ("core.observation", "meta.correction", *quality.IDENTITIES), _stages(work, "observation"), observation,
        "core", "core__observation", contracts=dict(zip(quality.IDENTITIES, (Check, CheckResult), strict=True)),
        checks=_texts(quality.identity_rules(work.catalog)), findings=quality.IDENTITIES, cache_inputs=cache_inputs,
    )  # fmt: skip
    for target in ("flow", "ranking", "link"):

        def run(work: Runner, target: str = target) -> dict[str, pd.DataFrame]:
            return {about(TARGETS[target])["table"]: _gather(work, target)}

        yield Step((about(TARGETS[target])["table"],), _stages(work, target), run, "core", "core__relations")


def _texts(rules: pd.DataFrame) -> dict[str, str]:
    return {str(r["check_id"]): f"{r['name_zh']} {r['name_en']}" for r in rules.to_dict("records")}


def check_steps() -> Iterator[Step]:
    """Every rule and every finding: the identities' and those of plausibility, which also look at derived tables."""
    tables = ("meta.check", "meta.check_result")
    read = quality.plausible_tables()

    def run(work: Runner) -> dict[str, pd.DataFrame]:
        rules, found = (work.store.read(t) for t in quality.IDENTITIES)
        everything = quality.all_findings(lambda sql: work.store.query(sql, list(read)), rules, found)
        return dict(zip(tables, everything, strict=True))

    def cache_inputs(work: Runner) -> Iterable[str | Path]:
        return [*code("quality"), *sorted((PACKAGE / "quality").rglob("*.sql")), *macros(work.settings.marts)]

    yield Step(
        tables, (*quality.IDENTITIES, *read), run, "meta", "meta__check",
        checks=_texts(quality.plausible_rules()), findings=tables, cache_inputs=cache_inputs,
    )  # fmt: skip


def _stages(work: Runner, target: str) -> tuple[str, ...]:
    stages = tuple(f"stage.{t}" for t, spec in work.catalog.tables.items() if spec.target == target)
    return (*stages, RECORDS) if target == "flow" else stages


def _gather(work: Runner, target: str) -> pd.DataFrame:
    stages = _stages(work, target)
    if not stages:
        return reader.typed(pd.DataFrame(columns=COLUMNS[target]), target)
    return work.store.read(*sorted(stages))  # each is sorted by its key, which begins with the table


def sql_steps(work: Runner) -> Iterator[Step]:
    """Every marts/<group>/<name>.sql: its tables come from the query, its contract by name."""
    for path in sorted(work.settings.marts.glob("*/*.sql")):
        schema = path.parent.name if path.parent.name in ("core", "meta") else "mart"
        table, sql = f"{schema}.{path.stem}", path.read_text(encoding="utf-8")
        where = f"marts/{path.parent.name}/{path.name}"
        try:
            upstream = tuple(base_tables(sql))
        except ValueError as error:
            raise BadInput(where, expected="one SELECT that DuckDB parses", found=str(error)) from None
        if table not in contracts.ALL:
            hint = "declare it in jjj_pipeline/contracts"
            raise BadInput(where, expected=f"a contract for {table}", found="none", hint=hint)

        def run(
            work: Runner, table: str = table, sql: str = sql, upstream: tuple[str, ...] = upstream
        ) -> dict[str, pd.DataFrame]:
            return {table: work.store.query(sql, list(upstream))}

        cache_inputs: Callable[[Runner], Iterable[str | Path]] = lambda work: macros(work.settings.marts)  # noqa: E731
        group = contracts.about_group(table)
        yield Step((table,), upstream, run, group, table.replace(".", "__"), sql=sql, cache_inputs=cache_inputs)


def python_marts() -> Iterator[Step]:
    """The marts that are functions on DataFrames: function(catalog, *upstream frames) -> frame."""
    for name in PYTHON_MARTS:
        module = importlib.import_module(f"jjj_pipeline.{name}")
        for table, (upstream, function) in module.STEPS.items():

            def run(
                work: Runner,
                table: str = table,
                function: Callable[..., pd.DataFrame] = function,
                upstream: tuple[str, ...] = upstream,
            ) -> dict[str, pd.DataFrame]:
                return {table: function(work.catalog, *[work.store.read(t) for t in upstream])}

            def cache_inputs(work: Runner, name: str = name) -> Iterable[str | Path]:
                path = name.replace(".", "/")
                where = path if (PACKAGE / path).is_dir() else f"{path}.py"
                return [*catalogue(work), *code(where, *FORMULAS, "catalog"), *macros(work.settings.marts)]

            group, op = contracts.about_group(table), table.replace(".", "__")
            doc = (function.__doc__ or "").strip()
            yield Step((table,), tuple(upstream), run, group, op, doc=doc, cache_inputs=cache_inputs)


def code(*places: str) -> list[Path]:
    """The modules of the package at these places."""
    return [p for place in places for p in (sorted((PACKAGE / place).rglob("*.py")) or [PACKAGE / place])]


def catalogue(work: Runner) -> list[Path]:
    """The data files of the catalogue."""
    return [p for p in sorted(work.settings.catalog.rglob("*")) if p.suffix in (".yml", ".csv")]


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
