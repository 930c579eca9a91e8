"""One build from start to end through Dagster, in this process: what `jjj build`, the tests and the benchmark call."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import dagster as dg

from jjj_pipeline.definitions import build_defs
from jjj_pipeline.settings import Settings

# people read the closing lines, not Dagster's event log; the events themselves are kept in its history
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass
class Outcome:
    """What a build came to: published or not, and why not."""

    published: bool
    failures: list[str] = field(default_factory=list)
    passed: int = 0
    warned: int = 0
    failed: int = 0
    summary: Mapping[str, object] = field(default_factory=dict)


def build(
    settings: Settings, report: Callable[[str], None] = lambda name: None, *, keep_history: bool = True
) -> Outcome:
    """Materialise everything. History goes to the project's DAGSTER_HOME so that the UI shows it. Raises BadInput."""
    defs = build_defs(settings, report)
    job = defs.resolve_implicit_global_asset_job_def()
    if not keep_history:
        with dg.DagsterInstance.ephemeral() as instance:
            return outcome(job.execute_in_process(run_config=QUIET, instance=instance, raise_on_error=False))
    os.environ.setdefault("DAGSTER_HOME", str(settings.dagster_home))
    with dg.DagsterInstance.get() as instance:
        return outcome(job.execute_in_process(run_config=QUIET, instance=instance, raise_on_error=False))


def outcome(result: dg.ExecuteInProcessResult) -> Outcome:
    """The events of a run as an Outcome."""
    checks = result.get_asset_check_evaluations()
    failures = []
    for event in result.all_events:
        if event.event_type == dg.DagsterEventType.STEP_FAILURE:
            data = event.step_failure_data
            said = data.user_failure_data.description if data.user_failure_data else None
            failures.append(said or (data.error.message.strip().splitlines()[-1] if data.error else "a step failed"))
    found = [
        m
        for e in result.get_asset_materialization_events()
        if e.asset_key == dg.AssetKey("warehouse")
        for m in [e.materialization.metadata]
    ]
    summary = (
        {k: v.value for k, v in found[-1].items() if k in ("path", "tables", "observations", "files")} if found else {}
    )
    warned = sum(
        bool(c.metadata.get("beyond_the_digits") and c.metadata["beyond_the_digits"].value) for c in checks if c.passed
    )
    passed = sum(c.passed for c in checks)
    return Outcome(result.success, failures, passed - warned, warned, len(checks) - passed, summary)
