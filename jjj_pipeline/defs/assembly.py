"""All assets, checks, jobs, schedules and sensors put together: the same for the UI, the command line and tests."""

from __future__ import annotations

from collections.abc import Callable

import dagster as dg

from jjj_pipeline.defs.assets import Report, op_asset, overdue_checks, warehouse_asset
from jjj_pipeline.defs.automation import clean_history, follow, monthly, raw_sensor, refresh
from jjj_pipeline.defs.raw import raw_assets
from jjj_pipeline.defs.report import report_asset
from jjj_pipeline.defs.resources import previews, work_resource
from jjj_pipeline.pipeline.plan import plan
from jjj_pipeline.pipeline.runner import Runner, Step
from jjj_pipeline.settings import Settings


def build_defs(
    settings: Settings,
    report: Report = lambda name: None,
    who: str = "a run of Dagster",
    say: Callable[[str], None] | None = None,
) -> dg.Definitions:
    """All assets, checks and jobs for one project. `report` is told the name of each step as it ends; `who` is what another
    build hears that has to wait for this one; `say` is told that this one waits (default: the run's log)."""
    work = Runner(settings)
    ops: dict[str, list[Step]] = {}
    steps = plan(work)
    for step in steps:
        ops.setdefault(step.op, []).append(step)
    return dg.Definitions(
        assets=[
            *raw_assets(work),
            *(op_asset(op, s, report, place) for place, (op, s) in enumerate(ops.items())),
            warehouse_asset(steps, report),
            report_asset(report),
        ],
        asset_checks=[overdue_checks(work)],
        jobs=[refresh],
        schedules=[monthly],
        sensors=[raw_sensor(settings, work.catalog), follow, clean_history],
        resources={"work": work_resource(settings, steps, who, say), "previews": previews},
        executor=dg.in_process_executor,
    )
