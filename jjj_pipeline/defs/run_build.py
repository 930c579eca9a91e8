"""One build from start to end through Dagster, in this process: what `jjj build`, the tests and the benchmark call."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import uuid4

import dagster as dg

from jjj_pipeline.defs import metadata, raw
from jjj_pipeline.defs.assembly import run_defs
from jjj_pipeline.defs.history import prepare
from jjj_pipeline.defs.refresh_sensors import COMMAND, LAUNCHED_BY
from jjj_pipeline.defs.resources import held
from jjj_pipeline.defs.run_events import failures_of
from jjj_pipeline.errors import BadInput
from jjj_pipeline.pipeline import up_to_date
from jjj_pipeline.pipeline.plan import plan
from jjj_pipeline.pipeline.runner import Runner
from jjj_pipeline.pipeline.steps import Step
from jjj_pipeline.publish import publication, refresh_log
from jjj_pipeline.settings import Settings

ALWAYS = (dg.AssetKey("warehouse"), metadata.key(publication.BUILD), dg.AssetKey("report"))


@dataclass
class Outcome:
    """What a build came to: published or not, and what failed: before it, or in the report after it. `tables` counts the checks
    of the tables that were made; `cached` those published that were not: they were checked when they were made."""

    published: bool
    failures: list[str] = field(default_factory=list)
    passed: int = 0
    warned: int = 0
    failed: int = 0
    cached: int = 0
    summary: Mapping[str, object] = field(default_factory=dict)
    report: str | None = None
    left_out: list[str] = field(default_factory=list)


def build(
    settings: Settings,
    report: Callable[[str, int], None] = lambda name, total: None,
    say: Callable[[str], None] = lambda line: None,
    *,
    full: bool = False,
    accept_removals: bool = False,
    keep_history: bool = True,
) -> Outcome:
    """Bring everything up to date and publish; `full` makes every table anew, `accept_removals` publishes also where most files
    went. History goes to the project's DAGSTER_HOME so that the UI shows it. `report` is called with the name of each step as
    it ends and how many there are, `say` with a line where this build waits for another. Raises BadInput."""
    if keep_history:
        prepare(settings)
    run, started, before = str(uuid4()), time.monotonic(), up_to_date.inputs(settings)
    try:
        with held(settings, COMMAND, say, run, full=full, accept_removals=accept_removals) as runner:
            done = _run(runner, run, report, keep_history=keep_history)
    except BadInput as error:
        done = Outcome(published=False, failures=[str(error)])
    publication_summary = done.summary if done.published else None
    refresh_log.log(
        settings, COMMAND, run, time.monotonic() - started, done.failures, publication_summary, done.left_out
    )
    if done.published and done.report and not done.failures:
        up_to_date.remember(settings, before, asdict(done))
    return done


def _run(runner: Runner, run: str, report: Callable[[str, int], None], *, keep_history: bool) -> Outcome:
    """One run of Dagster over the steps that are not cached, and what follows of them: the published file and the report."""
    steps = plan(runner.project)
    stale = runner.stale(steps)
    selection = _selection(steps, stale)
    total = len(stale) + 2
    job = run_defs(runner, steps, lambda name: report(name, total)).resolve_implicit_global_asset_job_def()
    config = {
        # people read the closing lines, not Dagster's event log; the events themselves are kept in its history
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
    with dg.DagsterInstance.get() if keep_history else dg.DagsterInstance.ephemeral() as instance:
        if keep_history:
            for event in raw.observed(instance, raw.versions(runner.project.found)):
                instance.report_runless_asset_event(event)
        result = job.execute_in_process(
            run_config=config, instance=instance, raise_on_error=False, run_id=run, tags={LAUNCHED_BY: COMMAND},
            asset_selection=sorted(selection),
        )  # fmt: skip
    done = outcome(result)
    done.cached += len({*publication.published(steps)}.difference(*(s.tables for s in stale)))
    done.left_out = [str(stray) for stray in runner.project.found.strays]
    return done


def _selection(steps: list[Step], stale: list[Step]) -> set[dg.AssetKey]:
    """The assets of the steps that are run, and what is published of them. Steps that share an asset run together."""
    names = {step.asset_of(table) for step in stale for table in step.tables}
    both = [s for s in steps if names & {s.asset_of(t) for t in s.tables}]
    return {*ALWAYS, *(metadata.key(s.asset_of(t)) for s in both for t in s.tables)}


def outcome(result: dg.ExecuteInProcessResult) -> Outcome:
    """The events of a run as an Outcome."""
    checks = result.get_asset_check_evaluations()
    made = {e.asset_key: e.materialization.metadata for e in result.get_asset_materialization_events()}
    passed = sum(c.passed for c in checks)
    warned = sum(not c.passed and c.severity is dg.AssetCheckSeverity.WARN for c in checks)
    summary: Mapping[str, Any] = made.get(dg.AssetKey("warehouse"), {})
    return Outcome(
        published=dg.AssetKey("warehouse") in made,
        failures=failures_of(result.all_events),
        passed=passed,
        warned=warned,
        failed=len(checks) - passed - warned,
        cached=sum(bool(m["cached"].value) for k, m in made.items() if k and _is_published(k) and "cached" in m),
        summary={k: v.value for k, v in summary.items()},
        report=str(page["path"].value) if (page := made.get(dg.AssetKey("report"))) else None,
    )


def _is_published(asset: dg.AssetKey) -> bool:
    """Whether an asset is a table that goes out: not the report, and not what is only on its way."""
    return len(asset.path) == 2 and asset.path[0] != "stage"
