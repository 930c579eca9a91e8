"""What a run is given: the work of one project, held for this run alone."""

from collections.abc import Callable, Iterator

import dagster as dg

from jjj_pipeline.errors import BadInput
from jjj_pipeline.locking import one_build
from jjj_pipeline.settings import Settings
from jjj_pipeline.work import Work


def work_resource(settings: Settings, who: str, say: Callable[[str], None] | None) -> dg.ResourceDefinition:
    """The work, with the build lock held until the run ends. `full: true` in the run's config ignores what is kept."""

    @dg.resource(config_schema={"full": dg.Field(bool, default_value=False, description="Make every table anew.")})
    def work(context: dg.InitResourceContext) -> Iterator[Work]:
        try:
            with one_build(settings, who, say or (context.log.warning if context.log else print)):
                yield Work(settings, full=context.resource_config["full"])
        except BadInput as error:
            raise dg.Failure(str(error), allow_retries=False) from None

    return work
