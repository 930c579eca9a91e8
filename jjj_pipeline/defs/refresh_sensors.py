"""The refresh log of runs that Dagster's daemon starts: a line when a run ends, well or not. `jjj build` writes its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg

from jjj_pipeline.defs.resources import WHO
from jjj_pipeline.defs.run_events import failures_of
from jjj_pipeline.publish import refresh_log
from jjj_pipeline.settings import Settings

LAUNCHED_BY = "user"  # Dagster's own tag: what its list of runs says under "Launched by"
COMMAND = "jjj build"  # it writes the refresh log itself
SECONDS = 5
ENDS = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)


def refresh_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """A sensor for each way a run may end."""
    return [_sensor(settings, status) for status in ENDS]


def _sensor(settings: Settings, status: dg.DagsterRunStatus) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        name=f"refresh_log_{status.value.lower()}", run_status=status, minimum_interval_seconds=SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Writes a line of warehouse/refresh.jsonl when a run has published or failed.",
    )  # fmt: skip
    def sensor(context: dg.RunStatusSensorContext) -> None:
        run = context.dagster_run
        if run.tags.get(LAUNCHED_BY) == COMMAND:
            return
        record = context.instance.get_run_record_by_id(run.run_id)
        seconds = (record.end_time or 0) - (record.start_time or 0) if record and record.start_time else 0
        entries = context.instance.all_logs(run.run_id)
        failed = failures_of(e.dagster_event for e in entries if e.dagster_event)
        if status is dg.DagsterRunStatus.CANCELED:
            failed = [*failed, "the run was stopped"]
        refresh_log.log(settings, WHO, run.run_id, seconds, failed, _publication(entries))

    return sensor


def _publication(entries: Sequence[Any]) -> dict[str, Any] | None:
    """What the asset `warehouse` reported of the publication; None where the run published nothing."""
    for entry in reversed(entries):
        made = entry.asset_materialization
        if made and made.asset_key == dg.AssetKey("warehouse"):
            return {name: value.value for name, value in made.metadata.items()}
    return None
