"""What a run is given: the runner of one project, with the warehouse held for this run alone."""

import logging
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import dagster as dg

from jjj_pipeline.errors import BadInput
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import Runner
from jjj_pipeline.publish.refresh_log import published_state
from jjj_pipeline.settings import Settings, collect_seldom
from jjj_pipeline.storage import atomic, raw_files
from jjj_pipeline.storage.build_lock import build_lock

FILES = "files"  # tag of a run: the sources whose files started it
WHO = "a run of Dagster"


@contextmanager
def held(
    settings: Settings, who: str, say: Callable[[str], None], run: str = "", *, full: bool = False,
    accept_removals: bool = False, leave_out: Sequence[str] = (),
) -> Iterator[Runner]:  # fmt: skip
    """The runner of a project whose warehouse is held until the block ends. `who` is named to other builds that have to wait,
    `say` is called with a line where this one waits. Raises BadInput where the warehouse cannot be had, or most of raw/ went at
    once."""
    collect_seldom()
    with build_lock(settings, who, say, run=run):
        for folder in (settings.store, settings.parquet, settings.report, settings.previews):
            atomic.clear(folder)
        project = Project(settings, leave_out)
        gone = raw_files.lost(published_state(settings).get("files", {}), project.found)
        if gone and not accept_removals:
            raise gone
        yield Runner(project, full=full)


class ProjectResource(dg.ConfigurableResource[Runner]):
    """The runner of a project, with the build lock held until the run ends. The fields are what a launch may configure."""

    full: bool = False  # make every table anew
    accept_removals: bool = False  # publish also where most files of raw/ went at once, or one cannot be read
    files: str = ""  # which files started the run, for its log
    leave_out: list[str] = []  # files that are still being written: publish without them

    @property
    @abstractmethod
    def settings(self) -> Settings:
        """The settings of the project; `project_resource` gives them."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Runner]:  # type: ignore[override]  # the runner
        log: logging.Logger | logging.LoggerAdapter = context.log or logging.getLogger(__name__)  # type: ignore[type-arg]
        run = context.run.run_id if context.run else ""
        if self.files:
            log.info(f"files: {self.files}")
        try:
            with held(
                self.settings, WHO, log.warning, run, full=self.full, accept_removals=self.accept_removals,
                leave_out=self.leave_out,
            ) as runner:  # fmt: skip
                for stray in runner.project.found.strays:
                    log.warning(f"left out: {stray}")
                yield runner
        except BadInput as error:
            raise dg.Failure(str(error), allow_retries=False) from None


def project_resource(settings: Settings) -> ProjectResource:
    """The resource of one project. Its settings are no config: what a launch configures replaces all a resource was given."""

    class OfProject(ProjectResource):
        @property
        def settings(self) -> Settings:
            return settings

    return OfProject()
