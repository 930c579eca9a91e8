"""Two ways to the same tables, each in an interpreter of its own that ends as `jjj` does: `python -m benchmarks.sides work|pandas
FOLDER`, where the folder is a fresh project. Nothing is measured or compared here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

PLAIN = "plain"  # where the pandas script writes, below the project's folder


def work(root: Path) -> None:
    """The steps that the tables of the pandas script need, without Dagster and without publishing."""
    from jjj_pipeline.settings import Settings, collect_seldom

    collect_seldom()  # as every build does
    from jjj_pipeline.pipeline.plan import plan
    from jjj_pipeline.pipeline.project import Project
    from jjj_pipeline.pipeline.runner import Runner
    from jjj_pipeline.pipeline.steps import Step
    from tests.oracle import TABLES

    def needed(steps: Iterable[Step], tables: Iterable[str]) -> set[str]:
        made, wanted, todo = {t: s for s in steps for t in s.tables}, set[str](), list(tables)
        while todo:
            step = made[todo.pop()]
            if step.name not in wanted:
                wanted.add(step.name)
                todo += step.upstream
        return wanted

    runner = Runner(Project(Settings(root=root)), full=True)
    steps = plan(runner.project)
    wanted = needed(steps, TABLES)
    for step in steps:
        if step.name in wanted:
            runner.materialize(step)


def pandas(root: Path) -> None:
    """The same tables by the plain pandas script."""
    from jjj_pipeline.settings import PACKAGE  # a module of paths; it imports nothing heavy
    from tests.oracle import main

    main(root / "raw", PACKAGE / "catalog", root / PLAIN)


if __name__ == "__main__":
    {"work": work, "pandas": pandas}[sys.argv[1]](Path(sys.argv[2]).resolve())
    os._exit(0)  # as the command ends: what is loaded is not taken apart
