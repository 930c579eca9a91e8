"""The steps of the plan as assets with their checks, and the published file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg
import pandas as pd

from jjj_pipeline import contracts
from jjj_pipeline.contracts import table_formatting
from jjj_pipeline.contracts.base import ContractBroken, info, problems
from jjj_pipeline.defs import metadata
from jjj_pipeline.defs.automation import FOLLOWS
from jjj_pipeline.errors import BadInput
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import Result, Runner
from jjj_pipeline.pipeline.steps import Step
from jjj_pipeline.publish import publication
from jjj_pipeline.publish.duckdb_file import NotPublished
from jjj_pipeline.quality.freshness import due

Report = Callable[[str], None]
CONTRACT = "contract"
STAGING = "The staging file opens, holds every row, every column is documented."
PREVIEW = 5
FINDINGS = 20


def unit_asset(
    unit: str, steps: Sequence[Step], asset_of: Mapping[str, str], follows: Mapping[str, set[str]], project: Project,
    report: Report, place: int,
) -> dg.AssetsDefinition:  # fmt: skip
    """The steps of one unit as assets: bring each up to date, or say in one line why it stops. Tables that share an asset (the
    raw tables of a source) are reported together. `asset_of`: table -> name of its asset. `place` is that of the unit in the
    plan: Dagster takes the units in this order as far as they are ready."""
    assets: dict[str, list[Step]] = {}
    for step in steps:
        for name in dict.fromkeys(asset_of[t] for t in step.tables):
            assets.setdefault(name, []).append(step)
    groups = {tuple(s.name for s in mine): mine for mine in assets.values()}  # steps whose assets come together

    @dg.multi_asset(
        name=unit,
        specs=[
            _following(metadata.spec(name, mine, asset_of, follows, project), mine[0]) for name, mine in assets.items()
        ],
        check_specs=[c for name, mine in assets.items() for c in _check_specs(name, mine)],
        can_subset=True,  # so that a check can be run alone
        op_tags={"dagster/priority": str(-place)},
    )
    def asset(context: dg.AssetExecutionContext, runner: dg.ResourceParam[Runner]) -> Iterator[Any]:
        failures: list[str] = []
        selected = {*context.selected_asset_keys, *context.selected_asset_check_keys}
        for mine in groups.values():
            names = [name for name, of in assets.items() if of == mine]
            tables = {name: [t for s in mine for t in s.tables if asset_of[t] == name] for name in names}
            keys = [metadata.key(name) for name in names]
            if context.selected_asset_keys.intersection(keys):
                events = _run(mine, tables, runner, failures, report)
            elif any(check.asset_key in keys for check in context.selected_asset_check_keys):
                events = _checked(mine, tables, runner)
            else:
                continue
            yield from (event for event in events if _key_of(event) in selected)
        if failures:
            lines = list(dict.fromkeys(failures))
            more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
            raise dg.Failure(
                f"{lines[0]}{more}", metadata={"failures": dg.MetadataValue.json(lines)}, allow_retries=False
            )

    return asset


def _following(spec: dg.AssetSpec, step: Step) -> dg.AssetSpec:
    """Derived tables follow by condition; what is read from files is started by the sensor."""
    return spec if step.group in ("ref", "stage") else spec.replace_attributes(automation_condition=FOLLOWS)


def _check_specs(name: str, steps: Sequence[Step]) -> Iterator[dg.AssetCheckSpec]:
    text = f"Columns, types, units and key of {name} are as declared."
    yield dg.AssetCheckSpec(CONTRACT, asset=metadata.key(name), blocking=True, description=text)
    for step in steps:
        for check, sentence in step.checks.items() if step.name == name else ():
            yield dg.AssetCheckSpec(check, asset=metadata.key(name), blocking=True, description=sentence)


def _run(
    steps: Sequence[Step], tables: Mapping[str, Sequence[str]], runner: Runner, failures: list[str], report: Report,
) -> Iterator[Any]:  # fmt: skip
    """Bring steps up to date whose assets come together; `tables`: the tables of each asset."""
    results: list[Result] = []
    broken: list[str] = []
    for step in steps:
        try:
            results.append(runner.materialize(step))
        except ContractBroken as error:
            failures.append(str(error))
            broken += error.lines
        except (BadInput, OSError) as error:
            failures.append(str(error) if isinstance(error, BadInput) else f"{step.name}: {error}")
            broken.append(failures[-1])
        report(step.name)
    if broken:  # a failed check, so that nothing follows by condition on what is left of an earlier run
        shown = {"failures": dg.MetadataValue.md("\n".join(f"- {line}" for line in broken))}
        yield from (_result(name, CONTRACT, False, shown) for name in tables)
        return
    rows = {table: count for result in results for table, count in result.rows.items()}
    cached = {table for result in results if result.cached for table in result.rows}
    for name, mine in tables.items():
        yield from _materialised(name, {t: rows[t] for t in mine}, set(mine) <= cached, runner)
    for step in steps:
        findings = (runner.store.read(table) for table in step.findings if step.checks)
        for result in _findings(step, *findings):
            if "first" in result.metadata:
                failures.append(str(result.metadata["first"].value))
            yield result


def _key_of(event: dg.MaterializeResult | dg.AssetCheckResult) -> dg.AssetKey | dg.AssetCheckKey | None:
    if isinstance(event, dg.AssetCheckResult) and event.asset_key and event.check_name:
        return dg.AssetCheckKey(event.asset_key, event.check_name)
    return event.asset_key


def _checked(steps: Sequence[Step], tables: Mapping[str, Sequence[str]], runner: Runner) -> Iterator[Any]:
    """The checks of tables as they are in the store, nothing made anew: contracts are tested again, rules are applied again."""
    contract_of = {t: s.contract_of(t) for s in steps for t in s.tables}
    for name, mine in tables.items():
        try:
            lines = [line for t in mine for line in problems(runner.store.read(t), contract_of[t])]
            rows = sum(runner.store.rows(t) for t in mine)
        except (BadInput, OSError) as error:
            lines, rows = [f"{name}: {error}; materialise it first"], 0
        shown: dict[str, Any] = {"rows": rows}
        if lines:
            shown["failures"] = dg.MetadataValue.md("\n".join(f"- {line}" for line in lines))
        yield _result(name, CONTRACT, not lines, shown)
    for step in steps:
        if step.checks:
            made = step.make(runner.project, runner.store)
            yield from _findings(step, *(made[table] for table in step.findings))


def _newest(runner: Runner, table: str) -> pd.DataFrame:
    """Some rows of a table: of the region where it has any, of the newest years."""
    names = {c.name for c in info(contracts.ALL[table])}
    place = next((n for n in ("region_code", "group_code") if n in names), "")
    year = next((n for n in ("year", "year_end", "period") if n in names), "")
    order = [f"{place} = 'JJJ' desc"] * bool(place) + [f"{year} desc nulls last"] * bool(year)
    if not order:
        return runner.store.head(table, PREVIEW)
    return runner.store.query(f"select * from {table} order by {', '.join(order)} limit {PREVIEW}", [table])


def _materialised(
    name: str, rows: Mapping[str, int], cached: bool, runner: Runner
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """What is reported of an asset and its tables. Its data version is that of their bytes."""
    count = sum(rows.values())
    shown: dict[str, Any] = {"dagster/row_count": count, "cached": cached}
    if len(rows) > 1:
        shown["tables"] = dg.MetadataValue.md("\n".join(f"- {table}: {n} rows" for table, n in rows.items()))
    if name.startswith(("mart.", "meta.")):
        shown["preview"] = dg.MetadataValue.md(table_formatting.markdown(_newest(runner, name)))
    version = dg.DataVersion(metadata.short_hash(*(runner.store.content(table) for table in rows)))
    yield dg.MaterializeResult(asset_key=metadata.key(name), metadata=shown, data_version=version)
    yield _result(name, CONTRACT, True, {"rows": count})


def _findings(step: Step, *found: Any) -> Iterator[dg.AssetCheckResult]:
    """How the rules came out (`found`: the rules and their results, of a step that has some): findings warn; errors (material
    gaps that the ledger does not allow) stop the run."""
    if not found:
        return
    rules, results = found
    for rule in rules[rules["check_id"].isin(step.checks)].to_dict("records"):
        mine = results[results["check_id"] == rule["check_id"]]
        errors = mine[mine["severity"] == "error"]
        shown: dict[str, Any] = {
            **{k: int(rule[k]) for k in ("tested", "warnings", "errors")},
            "findings": dg.MetadataValue.md(table_formatting.markdown(mine[["message"]].head(FINDINGS))),
        }
        if len(errors):
            shown["first"] = str(errors["message"].iloc[0])
        severity = dg.AssetCheckSeverity.ERROR if len(errors) else dg.AssetCheckSeverity.WARN
        yield _result(step.name, str(rule["check_id"]), mine.empty, shown, severity)


def _result(
    table: str, check: str, passed: bool, shown: dict[str, Any],
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:  # fmt: skip
    return dg.AssetCheckResult(
        passed=passed, severity=severity, check_name=check, asset_key=metadata.key(table), metadata=shown
    )


def overdue_checks(project: Project) -> dg.AssetChecksDefinition:
    """A check for each source that has a calendar: whether its newest release is the one that is due. It warns."""
    asset = metadata.key("ref.source")
    sources = {d.source: project.catalog.sources[d.source].name_zh for d in due(project.catalog, (), date.today())}
    text = "The newest release is the one that should be out by now, by the calendar of sources.yml."

    @dg.multi_asset_check(
        name="overdue",
        specs=[dg.AssetCheckSpec(f"overdue_{s}", asset=asset, description=f"{n}: {text}") for s, n in sources.items()],
    )
    def overdue(runner: dg.ResourceParam[Runner]) -> Iterator[dg.AssetCheckResult]:
        for source in due(project.catalog, runner.project.files, date.today()):
            shown = {"newest": source.sentence(sources[source.source])}
            yield dg.AssetCheckResult(
                passed=not source.overdue, severity=dg.AssetCheckSeverity.WARN,
                check_name=f"overdue_{source.source}", asset_key=asset, metadata=shown,
            )  # fmt: skip

    return overdue


def warehouse_asset(steps: Sequence[Step], follows: Mapping[str, set[str]], report: Report) -> dg.AssetsDefinition:
    """The published file: built from all tables, checked, put in place in one move. In the graph it follows those on which no
    other rests, and through them all."""

    read = {d for deps in follows.values() for d in deps}
    deps = [metadata.key(t) for t in publication.published(steps) if t not in read]
    text = "warehouse/jjj.duckdb, what people open: all tables with comments, measures as macros, Chinese views."

    published = dg.AssetSpec("warehouse", deps=deps, group_name="warehouse", kinds={"duckdb"}, description=text)
    built = metadata.table_spec(
        publication.BUILD, contracts.ALL[publication.BUILD], [dg.AssetKey("warehouse")], "warehouse"
    )

    @dg.multi_asset(
        specs=[spec.replace_attributes(automation_condition=FOLLOWS) for spec in (published, built)],
        check_specs=[dg.AssetCheckSpec("staging", asset="warehouse", blocking=True, description=STAGING)],
    )
    def warehouse(runner: dg.ResourceParam[Runner]) -> Iterator[Any]:
        try:
            summary = publication.publish(runner, steps)
        except (NotPublished, BadInput, ContractBroken) as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        yield dg.MaterializeResult(asset_key="warehouse", metadata=summary)
        yield dg.MaterializeResult(asset_key=metadata.key(publication.BUILD), metadata={"dagster/row_count": 1})
        yield dg.AssetCheckResult(passed=True, check_name="staging", asset_key="warehouse")
        report("warehouse")

    return warehouse
