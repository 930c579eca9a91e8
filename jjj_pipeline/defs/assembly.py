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
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.steps import Step
from jjj_pipeline.settings import Settings


def build_defs(
    settings: Settings,
    report: Report = lambda name: None,
    who: str = "a run of Dagster",
    say: Callable[[str], None] | None = None,
) -> dg.Definitions:
    """All assets, checks and jobs for one project. `report` is told the name of each step as it ends; `who` is what another
    build hears that has to wait for this one; `say` is told that this one waits (default: the run's log)."""
    project = Project(settings)
    units: dict[str, list[Step]] = {}
    steps = plan(project)
    for step in steps:
        units.setdefault(step.unit, []).append(step)
    return dg.Definitions(
        assets=[
            *raw_assets(project),
            *(op_asset(unit, s, report, place) for place, (unit, s) in enumerate(units.items())),
            warehouse_asset(steps, report),
            report_asset(report),
        ],
        asset_checks=[overdue_checks(project)],
        jobs=[refresh],
        schedules=[monthly],
        sensors=[raw_sensor(settings, project.catalog), follow, clean_history],
        resources={"work": work_resource(settings, who, say), "previews": previews},
        executor=dg.in_process_executor,
    )
