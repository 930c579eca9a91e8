"""What a run is given: the work of one project, held for this run alone, with a line in the journal when the run ends; and the
charts that are drawn beside it."""

from collections.abc import Callable, Iterator, Sequence

import dagster as dg

from jjj_pipeline.errors import BadInput
from jjj_pipeline.pipeline.runner import Runner, Step
from jjj_pipeline.publish import refresh_log
from jjj_pipeline.report.preview import Previews
from jjj_pipeline.report.studio import Studio
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage import raw_files
from jjj_pipeline.storage.build_lock import build_lock


def work_resource(
    settings: Settings, steps: Sequence[Step], who: str, say: Callable[[str], None] | None
) -> dg.ResourceDefinition:
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
                made = Runner(settings, full=asked["full"], leave_out=asked["leave_out"])
                refresh.left_out = [str(stray) for stray in made.found.strays]
                if context.log:
                    for line in refresh.left_out:
                        context.log.warning(f"left out: {line}")
                gone = raw_files.lost(refresh.before.get("files", {}), made.found)
                if gone and not asked["accept_removals"]:
                    raise gone
                try:
                    with made.running(steps):
                        yield made
                finally:
                    refresh.end(made.failures, published=made.published)
        except BadInput as error:
            refresh_log.Refresh(settings, who, run).end([str(error)], published=False)
            raise dg.Failure(str(error), allow_retries=False) from None

    return work


@dg.resource(required_resource_keys={"work"})
def previews(context: dg.InitResourceContext) -> Iterator[Previews]:
    """The charts of the work's tables, begun as soon as a table is made, and the studio in which they are drawn."""
    work: Runner = context.resources.work
    with Studio() as studio:
        made = Previews(work, studio)
        work.when_made = made.begin
        yield made


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
