"""All assets, checks, jobs, schedules and sensors put together: the same for the UI, the command line and tests."""

from __future__ import annotations

from typing import Any

import dagster as dg

from jjj_pipeline.defs import metadata
from jjj_pipeline.defs.assets import Report, overdue_checks, unit_asset, warehouse_asset
from jjj_pipeline.defs.automation import clean_history, follow, monthly, raw_sensor, refresh
from jjj_pipeline.defs.raw import raw_assets
from jjj_pipeline.defs.records import record_jobs
from jjj_pipeline.defs.refresh_sensors import refresh_sensors
from jjj_pipeline.defs.report import report_asset
from jjj_pipeline.defs.resources import project_resource
from jjj_pipeline.pipeline.plan import plan
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import Runner
from jjj_pipeline.pipeline.steps import Step
from jjj_pipeline.settings import Settings


def build_defs(settings: Settings) -> dg.Definitions:
    """All assets, checks and jobs for one project."""
    project = Project(settings)
    return dg.Definitions(
        assets=[*raw_assets(project), *assets(project, plan(project))],
        asset_checks=[overdue_checks(project)],
        jobs=[refresh, *record_jobs(settings)],
        schedules=[monthly],
        sensors=[raw_sensor(settings, project.catalog), follow, clean_history, *refresh_sensors(settings)],
        resources={"runner": project_resource(settings)},
        executor=dg.in_process_executor,
    )


def run_defs(runner: Runner, steps: list[Step], report: Report) -> dg.Definitions:
    """The same assets and checks for one run of a runner that is there already: without sensors and schedules. `report` is
    called with the name of each step as it ends."""
    given: Any = dg.ResourceDefinition.hardcoded_resource(runner)
    return dg.Definitions(
        assets=[*raw_assets(runner.project), *assets(runner.project, steps, report)],
        asset_checks=[overdue_checks(runner.project)],
        resources={"runner": given},
        executor=dg.in_process_executor,
    )


def assets(project: Project, steps: list[Step], report: Report = lambda name: None) -> list[dg.AssetsDefinition]:
    """The steps by units, the published file and the report."""
    units: dict[str, list[Step]] = {}
    for step in steps:
        units.setdefault(step.unit, []).append(step)
    asset_of = {table: step.asset_of(table) for step in steps for table in step.tables}
    follows = metadata.lineage(steps, asset_of)
    return [
        *(unit_asset(u, s, asset_of, follows, project, report, place) for place, (u, s) in enumerate(units.items())),
        warehouse_asset(steps, follows, report),
        report_asset(report),
    ]
