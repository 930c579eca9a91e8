"""The report as an asset."""

import dagster as dg

from jjj_pipeline.defs.assets import Report
from jjj_pipeline.defs.automation import FOLLOWS
from jjj_pipeline.errors import BadInput
from jjj_pipeline.pipeline.runner import Runner
from jjj_pipeline.report.publish import publish

TEXT = "warehouse/report/index.html, what people read: charts, tables, findings, Chinese and English; the explorer beside it."


def report_asset(ended: Report) -> dg.AssetsDefinition:
    """The pages, made from the published file."""

    @dg.asset(
        name="report",
        deps=["warehouse"],
        group_name="report",
        kinds={"html"},
        description=TEXT,
        automation_condition=FOLLOWS,
    )
    def report(runner: dg.ResourceParam[Runner]) -> dg.MaterializeResult:
        try:
            made = publish(runner.project, full=runner.full)
        except (BadInput, OSError) as error:
            message = str(error) if isinstance(error, BadInput) else f"report: {error}; the page is as it was"
            raise dg.Failure(message, allow_retries=False) from None
        ended("report")
        shown: dict[str, dg.MetadataValue | int | bool] = {
            "path": dg.MetadataValue.path(made.path),
            "size": made.size,
            "charts": made.charts,
            "cached": made.cached,
        }
        return dg.MaterializeResult(metadata=shown)

    return report
