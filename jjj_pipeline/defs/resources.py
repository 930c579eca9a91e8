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
from jjj_pipeline.storage.build_lock import build_lock


def work_resource(
    settings: Settings, steps: Sequence[Step], who: str, say: Callable[[str], None] | None
) -> dg.ResourceDefinition:
    """The work, with the build lock held until the run ends. `full: true` in the run's config ignores what is kept."""

    @dg.resource(config_schema={"full": dg.Field(bool, default_value=False, description="Make every table anew.")})
    def work(context: dg.InitResourceContext) -> Iterator[Runner]:
        run = context.run.run_id if context.run else ""
        if context.log and context.run and (files := context.run.tags.get(FILES)):
            context.log.info(f"files: {files}")
        try:
            with build_lock(settings, who, say or (context.log.warning if context.log else print), run=run):
                refresh = refresh_log.Refresh(settings, who, run)
                made = Runner(settings, full=context.resource_config["full"])
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


FILES = "jjj/files"  # tag of a run: the raw files it was asked for
