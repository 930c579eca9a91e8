"""One build from start to end through Dagster, in this process: what `jjj build`, the tests and the benchmark call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import dagster as dg

from jjj_pipeline.defs import raw
from jjj_pipeline.defs.assembly import build_defs
from jjj_pipeline.defs.history import prepare
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.settings import Settings


@dataclass
class Outcome:
    """What a build came to: published or not, and what failed: before it, or in the report after it."""

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
    report: Callable[[str], None] = lambda name: None,
    say: Callable[[str], None] | None = None,
    *,
    full: bool = False,
    accept_removals: bool = False,
    keep_history: bool = True,
) -> Outcome:
    """Bring everything up to date and publish; `full` makes every table anew, `accept_removals` publishes also where most files
    went. History goes to the project's DAGSTER_HOME so that the UI shows it. `report` and `say` as in `build_defs`.
    Raises BadInput."""
    defs = build_defs(settings, report, "jjj build", say)
    job = defs.resolve_implicit_global_asset_job_def()
    config = {
        # people read the closing lines, not Dagster's event log; the events themselves are kept in its history
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        "resources": {"work": {"config": {"full": full, "accept_removals": accept_removals}}},
    }
    if keep_history:
        prepare(settings)
    project = Project(settings)
    with dg.DagsterInstance.get() if keep_history else dg.DagsterInstance.ephemeral() as instance:
        if keep_history:
            tell_versions(project, instance)
        done = outcome(job.execute_in_process(run_config=config, instance=instance, raise_on_error=False))
    return replace(done, left_out=[str(stray) for stray in project.found.strays])


def tell_versions(project: Project, instance: dg.DagsterInstance) -> None:
    """The versions of the raw files as they are now, so that the UI knows what the run was made of."""
    for event in raw.told(instance, raw.versions(project.found)):
        instance.report_runless_asset_event(event)


def outcome(result: dg.ExecuteInProcessResult) -> Outcome:
    """The events of a run as an Outcome."""
    checks = result.get_asset_check_evaluations()
    made = {e.asset_key: e.materialization.metadata for e in result.get_asset_materialization_events()}
    passed = sum(c.passed for c in checks)
    warned = sum(not c.passed and c.severity is dg.AssetCheckSeverity.WARN for c in checks)
    summary = made.get(dg.AssetKey("warehouse"), {})
    return Outcome(
        published=dg.AssetKey("warehouse") in made,
        failures=list(dict.fromkeys(_failures(result))),
        passed=passed,
        warned=warned,
        failed=len(checks) - passed - warned,
        cached=sum(bool(m["cached"].value) for m in made.values() if "cached" in m),
        summary={k: v.value for k, v in summary.items() if k in ("path", "tables", "observations", "files")},
        report=str(page["path"].value) if (page := made.get(dg.AssetKey("report"))) else None,
    )


def _failures(result: dg.ExecuteInProcessResult) -> list[str]:
    """What each failed step says, one line each; of a run that did not start, the last line of its error."""
    said: list[str] = []
    for event in result.all_events:
        if event.event_type == dg.DagsterEventType.STEP_FAILURE:
            data = event.step_failure_data
            ours = data.user_failure_data
            listed: Any = ours.metadata["failures"].value if ours and "failures" in ours.metadata else None
            said += listed or [ours.description if ours and ours.description else _last_line(data.error)]
        elif event.event_type == dg.DagsterEventType.PIPELINE_FAILURE and not said:
            said.append(_last_line(getattr(event.event_specific_data, "error", None)) or str(event.message))
    return said


def _last_line(error: Any) -> str:
    """What went wrong at the bottom of an unforeseen error."""
    while error is not None and error.cause is not None:
        error = error.cause
    said = " ".join(str(error.message).split()) if error else ""
    return said.removeprefix(f"{dg.Failure.__module__}.{dg.Failure.__qualname__}: ")
