"""The one entry point: the same wiring for the UI, the command line and tests. Logic is in `steps` and what it
calls."""

from __future__ import annotations

import dagster as dg

from jjj_pipeline import publication
from jjj_pipeline.defs.assets import Report, raw_assets, step_asset, warehouse_asset
from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import Settings, default_settings
from jjj_pipeline.steps import Work, plan


def build_defs(settings: Settings, report: Report = lambda name: None) -> dg.Definitions:
    """All assets, checks and jobs for one project. `report` is told the name of each step as it ends."""
    work = Work(settings)
    steps = plan(work)
    tables = [t for s in steps for t in s.tables if not t.startswith("stage.") and t != publication.BUILD]
    return dg.Definitions(
        assets=[*raw_assets(work), *(step_asset(s, report) for s in steps), warehouse_asset(tables, report)],
        resources={"work": work},
        executor=dg.in_process_executor,
    )


def __getattr__(name: str) -> dg.Definitions:
    """`defs` is made when Dagster asks for it, so that importing this module reads no file."""
    if name != "defs":
        raise AttributeError(name)
    try:
        return build_defs(default_settings())
    except BadInput as error:
        raise dg.DagsterInvalidDefinitionError(str(error)) from None
