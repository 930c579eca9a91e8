"""The map of the pipeline: every step, what it reads, what it writes, in which unit it runs. The kinds of steps are in
`steps`; what brings one up to date is in `runner`; `defs` wraps the steps as assets; formulas are in marts/."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pandas as pd

from jjj_pipeline import contracts
from jjj_pipeline.errors import BadInput
from jjj_pipeline.pipeline import ref_tables
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.steps import (
    CheckStep,
    GatherStep,
    ObservationStep,
    PythonStep,
    RecordClassStep,
    RecordFlowStep,
    RecordSetStep,
    RefStep,
    SourceStep,
    SqlStep,
    StageStep,
    Step,
)  # fmt: skip
from jjj_pipeline.quality import check_tables, plausible
from jjj_pipeline.settings import PACKAGE
from jjj_pipeline.storage.parquet_store import base_tables

# Marts that are functions on DataFrames: modules that declare STEPS = {table: (upstream, function)}.
PYTHON_MARTS: tuple[str, ...] = ("claims", "marts.network", "marts.agreement")
RECORDS = "stage.records"  # what was counted of record sets, in the form of flows


def plan(project: Project) -> list[Step]:
    """All steps in an order in which each finds its inputs written. Publishing is not a step: it reads them all.
    Raises BadInput where a query does not parse, has no contract or reads a table that no step makes."""
    kinds = (
        ref_steps(), stage_steps(project), record_steps(), core_steps(project), python_marts(), sql_marts(project), check_steps(),
    )  # fmt: skip
    return in_order([step for steps in kinds for step in steps])


def ref_steps() -> Iterator[Step]:
    """The catalogue and the list of raw files as tables."""
    for table, build in ref_tables.TABLES.items():
        yield (SourceStep if table == "ref.source" else RefStep)((table,), (), "ref", "ref", build)


def stage_steps(project: Project) -> Iterator[Step]:
    """One step a raw table. All tables of a source run in one unit."""
    for table_id, spec in project.catalog.tables.items():
        yield StageStep((f"stage.{table_id}",), (), "stage", f"stage__{spec.source}", table_id, spec)


def record_steps() -> Iterator[Step]:
    """What was counted of record sets, as flows, and the tables about the sets."""
    yield RecordFlowStep((RECORDS,), (), "records", "records")
    yield RecordSetStep(("meta.record_set", "meta.records_rejected"), (), "records", "records")


def core_steps(project: Project) -> Iterator[Step]:
    """All releases side by side, the ledger applied, the identities tested; flows, rankings and links as they are."""
    rules = _texts(check_tables.identity_rules(project.catalog))
    tables = ("core.observation", "meta.correction", *check_tables.IDENTITIES)
    yield ObservationStep(tables, _stages(project, "observation"), "core", "core__observation", rules)
    for table, target in (("core.flow", "flow"), ("core.ranking", "ranking"), ("core.industry_link", "link")):
        yield GatherStep((table,), _stages(project, target), "core", "core__relations", target)
    yield RecordClassStep(("core.flow_class",), (), "core", "core__relations")


def check_steps() -> Iterator[Step]:
    """Every rule and every finding, those on derived tables included."""
    upstream = (*check_tables.IDENTITIES, *plausible.tables())
    rules = _texts(check_tables.plausible_rules())
    yield CheckStep(("meta.check", "meta.check_result"), upstream, "meta", "meta__check", rules)


def python_marts() -> Iterator[Step]:
    """The marts that are functions on DataFrames."""
    for name in PYTHON_MARTS:
        place = name.replace(".", "/")
        place = place if (PACKAGE / place).is_dir() else f"{place}.py"
        for table, (upstream, function) in importlib.import_module(f"jjj_pipeline.{name}").STEPS.items():
            yield PythonStep((table,), tuple(upstream), contracts.about_group(table), _unit(table), function, place)


def sql_marts(project: Project) -> Iterator[Step]:
    """Every marts/<folder>/<name>.sql: its tables come from the query, its contract by name."""
    for path in sorted(project.settings.marts.glob("*/*.sql")):
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
        yield SqlStep((table,), upstream, contracts.about_group(table), _unit(table), sql, path)


def _unit(table: str) -> str:
    return table.replace(".", "__")


def _texts(rules: pd.DataFrame) -> dict[str, str]:
    return {str(r["check_id"]): f"{r['name_zh']} {r['name_en']}" for r in rules.to_dict("records")}


def _stages(project: Project, target: str) -> tuple[str, ...]:
    stages = tuple(f"stage.{t}" for t, spec in project.catalog.tables.items() if spec.target == target)
    return (*stages, RECORDS) if target == "flow" else stages


def in_order(steps: list[Step]) -> list[Step]:
    """Topological order, stable in the order given. Raises BadInput where a query reads a table that no step makes."""
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
