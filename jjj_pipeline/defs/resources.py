"""What a run is given: the runner of one project, held for this run alone, with a line in the refresh log when the run ends; and
the charts of marts."""

from collections.abc import Callable, Iterator

import dagster as dg

from jjj_pipeline.errors import BadInput
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import Runner
from jjj_pipeline.publish import refresh_log
from jjj_pipeline.report.preview import Previews
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage import raw_files
from jjj_pipeline.storage.build_lock import build_lock


def work_resource(settings: Settings, who: str, say: Callable[[str], None] | None) -> dg.ResourceDefinition:
    """The work, with the build lock held until the run ends. `full: true` in the run's config ignores what is kept."""

    @dg.resource(config_schema=CONFIG)
    def work(context: dg.InitResourceContext) -> Iterator[Runner]:
        run = context.run.run_id if context.run else ""
        if context.log and context.run and (files := context.run.tags.get(FILES)):
            context.log.info(f"files: {files}")
        try:
            with build_lock(settings, who, say or (context.log.warning if context.log else print), run=run):
                refresh = refresh_log.Refresh(settings, who, run)
                asked = context.resource_config
                made = Runner(Project(settings, leave_out=asked["leave_out"]), full=asked["full"])
                refresh.left_out = [str(stray) for stray in made.project.found.strays]
                if context.log:
                    for line in refresh.left_out:
                        context.log.warning(f"left out: {line}")
                gone = raw_files.lost(refresh.before.get("files", {}), made.project.found)
                if gone and not asked["accept_removals"]:
                    raise gone
                try:
                    yield made
                finally:
                    refresh.end(made.failures, published=made.published)
        except BadInput as error:
            refresh_log.Refresh(settings, who, run).end([str(error)], published=False)
            raise dg.Failure(str(error), allow_retries=False) from None

    return work


@dg.resource(required_resource_keys={"work"})
def previews(context: dg.InitResourceContext) -> Previews:
    """The charts of the marts."""
    return Previews(context.resources.work.store, context.resources.work.project.settings)


CONFIG = {
    "full": dg.Field(bool, default_value=False, description="Make every table anew."),
    "accept_removals": dg.Field(
        bool,
        default_value=False,
        description="Publish also where most files of raw/ went at once, or one cannot be read.",
    ),
    "leave_out": dg.Field(
        [str], default_value=[], description="Files that are still being written: publish without them."
    ),
}
FILES = "jjj/files"  # tag of a run: the raw files it was asked for
