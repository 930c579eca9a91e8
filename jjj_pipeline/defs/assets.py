"""The steps of the work as assets with their checks, and the published file."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import dagster as dg
import pandas as pd

from jjj_pipeline import contracts
from jjj_pipeline.contracts import table_formatting
from jjj_pipeline.contracts.base import ContractBroken, info
from jjj_pipeline.defs import metadata
from jjj_pipeline.defs.automation import FOLLOWS
from jjj_pipeline.errors import BadInput
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import Result, Runner
from jjj_pipeline.pipeline.steps import Step
from jjj_pipeline.publish import publication
from jjj_pipeline.publish.duckdb_file import NotPublished
from jjj_pipeline.quality.freshness import due
from jjj_pipeline.report.preview import Previews

Report = Callable[[str], None]
CONTRACT = "contract"
STAGING = "The staging file opens, holds every row, every column is documented."
PREVIEW = 5
FINDINGS = 20


def op_asset(unit: str, steps: Sequence[Step], report: Report, place: int) -> dg.AssetsDefinition:
    """The steps of one unit as assets: bring each up to date, or say in one line why it stops. `place` is that of the unit in the
    plan: Dagster takes the units in this order as far as they are ready."""

    @dg.multi_asset(
        name=unit,
        specs=[_following(metadata.spec(t, s), s) for s in steps for t in s.tables],
        check_specs=[c for s in steps for c in _check_specs(s)],
        can_subset=len(steps) > 1,
        op_tags={"dagster/priority": str(-place)},
    )
    def asset(
        context: dg.AssetExecutionContext, work: dg.ResourceParam[Runner], previews: dg.ResourceParam[Previews]
    ) -> Iterator[Any]:
        failures: list[str] = []
        for step in steps:
            if metadata.key(step.name) in context.selected_asset_keys:
                yield from _run(step, work, previews, context, failures)
                report(step.name)
        if failures:
            said = list(dict.fromkeys(failures))
            work.failures += [line for line in said if line not in work.failures]
            more = f" (and {len(said) - 1} more)" if len(said) > 1 else ""
            raise dg.Failure(
                f"{said[0]}{more}", metadata={"failures": dg.MetadataValue.json(said)}, allow_retries=False
            )

    return asset


def _following(spec: dg.AssetSpec, step: Step) -> dg.AssetSpec:
    """Derived tables follow by condition; what is read from files is started by the sensor."""
    return spec if step.group in ("ref", "stage") else spec.replace_attributes(automation_condition=FOLLOWS)


def _check_specs(step: Step) -> Iterator[dg.AssetCheckSpec]:
    for table in step.tables:
        text = f"Columns, types, units and key of {table} are as declared."
        yield dg.AssetCheckSpec(CONTRACT, asset=metadata.key(table), blocking=True, description=text)
    for name, text in step.checks.items():
        yield dg.AssetCheckSpec(name, asset=metadata.key(step.name), blocking=True, description=text)


def _run(
    step: Step, work: Runner, previews: Previews, context: dg.AssetExecutionContext, failures: list[str]
) -> Iterator[Any]:
    try:
        done = work.materialize(step)
    except ContractBroken as error:
        failures.append(str(error))
        shown = {"failures": dg.MetadataValue.md("\n".join(f"- {x}" for x in error.lines))}
        for table in step.tables:
            yield _result(context, table, CONTRACT, False, shown)
        return
    except (BadInput, OSError) as error:
        said = str(error) if isinstance(error, BadInput) else f"{step.name}: {error}"
        failures.append(said)
        for table in step.tables:  # so that nothing follows by condition on what is left of an earlier run
            yield _result(context, table, CONTRACT, False, {"failures": said})
        return
    except Exception as error:  # a defect of ours: the journal names it, Dagster keeps the trace
        work.failures.append(f"{step.name}: {type(error).__name__}: {' '.join(str(error).split())[:500]}")
        raise
    if done.cached:
        context.log.info(f"{step.name}: cached; its files, specs, code and inputs are as before")
    yield from _materialised(step, work, previews, context, done)
    for result in _findings(step, work, context):
        if "first" in result.metadata:
            failures.append(str(result.metadata["first"].value))
        yield result


def _newest(work: Runner, table: str) -> pd.DataFrame:
    """Some rows of a table: of the region where it has any, of the newest years."""
    names = {c.name for c in info(contracts.ALL[table])}
    place = next((n for n in ("region_code", "group_code") if n in names), "")
    year = next((n for n in ("year", "year_end", "period") if n in names), "")
    order = [f"{place} = 'JJJ' desc"] * bool(place) + [f"{year} desc nulls last"] * bool(year)
    if not order:
        return work.store.head(table, PREVIEW)
    return work.store.query(f"select * from {table} order by {', '.join(order)} limit {PREVIEW}", [table])


def _materialised(
    step: Step, work: Runner, previews: Previews, context: dg.AssetExecutionContext, done: Result
) -> Iterator[Any]:
    for table, count in done.rows.items():
        shown: dict[str, Any] = {"dagster/row_count": count, "cached": done.cached}
        if table.startswith(("mart.", "meta.")):
            shown["preview"] = dg.MetadataValue.md(table_formatting.markdown(_newest(work, table)))
        if chart := previews.markdown(table):
            shown["chart"] = dg.MetadataValue.md(chart)
        version = dg.DataVersion(work.store.content(table)[:16])
        yield dg.MaterializeResult(asset_key=metadata.key(table), metadata=shown, data_version=version)
        yield _result(context, table, CONTRACT, True, {"rows": count})


def _findings(step: Step, work: Runner, context: dg.AssetExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """How the rules came out: findings warn; errors (material gaps that the ledger does not allow) stop the run."""
    if not step.checks:
        return
    rules, results = (work.store.read(table) for table in step.findings)
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
        yield _result(context, step.name, str(rule["check_id"]), mine.empty, shown, severity)


def _result(
    context: dg.AssetExecutionContext, table: str, check: str, passed: bool, shown: dict[str, Any],
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:  # fmt: skip
    return dg.AssetCheckResult(
        passed=passed, severity=severity, check_name=check, asset_key=metadata.key(table), metadata=shown
    )


def overdue_checks(project: Project) -> dg.AssetChecksDefinition:
    """A check for each source that has a calendar: whether its newest release is the one that is due. It warns."""
    asset = metadata.key("ref.source")
    sources = {d.source: project.catalog.sources[d.source].name_zh for d in due(project.catalog, (), date.today())}
    text = "LoadedObservation against the calendar of sources.yml: the newest release is the one that should be out by now."

    @dg.multi_asset_check(
        name="overdue",
        specs=[dg.AssetCheckSpec(f"overdue_{s}", asset=asset, description=f"{n}: {text}") for s, n in sources.items()],
    )
    def overdue(work: dg.ResourceParam[Runner]) -> Iterator[dg.AssetCheckResult]:
        for source in due(project.catalog, work.project.files, date.today()):
            shown = {"newest": source.sentence(sources[source.source])}
            yield dg.AssetCheckResult(
                passed=not source.overdue, severity=dg.AssetCheckSeverity.WARN,
                check_name=f"overdue_{source.source}", asset_key=asset, metadata=shown,
            )  # fmt: skip

    return overdue


def warehouse_asset(steps: Sequence[Step], report: Report) -> dg.AssetsDefinition:
    """The published file: built from all tables, checked, put in place in one move."""

    deps = [metadata.key(t) for t in publication.published(steps)]
    text = "warehouse/jjj.duckdb, what people open: all tables with comments, measures as macros, Chinese views."

    published = dg.AssetSpec("warehouse", deps=deps, group_name="warehouse", kinds={"duckdb"}, description=text)
    built = metadata.table_spec(publication.BUILD, contracts.ALL[publication.BUILD], deps, "meta")

    @dg.multi_asset(
        specs=[spec.replace_attributes(automation_condition=FOLLOWS) for spec in (published, built)],
        check_specs=[dg.AssetCheckSpec("staging", asset="warehouse", blocking=True, description=STAGING)],
    )
    def warehouse(context: dg.AssetExecutionContext, work: dg.ResourceParam[Runner]) -> Iterator[Any]:
        try:
            summary = publication.publish(work, steps)
            work.published = True
        except (NotPublished, BadInput, ContractBroken) as error:
            work.failures.append(str(error))
            raise dg.Failure(str(error), allow_retries=False) from None
        yield dg.MaterializeResult(asset_key="warehouse", metadata=summary)
        yield dg.MaterializeResult(asset_key=metadata.key(publication.BUILD), metadata={"dagster/row_count": 1})
        yield dg.AssetCheckResult(passed=True, check_name="staging", asset_key="warehouse")
        report("warehouse")

    return warehouse
