"""The sides that are timed, each in an interpreter of its own: `python -m benchmarks.sides build|trivial|work|pandas FOLDER`.

Prints one line of JSON: `seconds` of the work once everything is imported, `parts` that add up to them, and `beyond`: what of
them the other side has nothing like. The folder is a fresh project (raw/, .dagster/dagster.yaml); `trivial` is told how many
assets and checks. Nothing is compared here."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from time import perf_counter
from typing import Any

PLAIN = "plain"  # where the pandas script writes, below the project's folder
BEYOND: dict[str, float] = defaultdict(float)


def timed(owner: Any, name: str, part: str) -> None:
    """From now on the time of this function is added up in BEYOND."""
    function: Callable[..., Any] = getattr(owner, name)

    @wraps(function)
    def run(*args: Any, **options: Any) -> Any:
        start = perf_counter()
        try:
            return function(*args, **options)
        finally:
            BEYOND[part] += perf_counter() - start

    setattr(owner, name, run)


def build(root: Path, what: str = "all") -> dict[str, float]:
    """A full build through Dagster, published; `tables`: without drawing, neither the report nor the charts that marts carry."""
    from jjj_pipeline.report.studio import Studio

    from jjj_pipeline.defs import report
    from jjj_pipeline.defs import run_build as building
    from jjj_pipeline.publish import publication
    from jjj_pipeline.report import preview
    from jjj_pipeline.report.publish import Made
    from jjj_pipeline.settings import Settings

    timed(publication, "_documents", "dictionary and data package")
    timed(report, "publish", "report")
    timed(preview.Previews, "markdown", "waiting for charts of the marts")
    if what == "tables":
        report.publish = lambda settings, studio, full: Made(settings.report, 0, 0, kept=True)  # type: ignore[assignment]
        preview.figures = dict
        Studio.warm = lambda studio, kept: None  # type: ignore[method-assign]
    timed(building, "tell_versions", "versions of the raw files told to Dagster")
    start = perf_counter()
    done = building.build(Settings(root=root), full=True)
    if not done.published:
        raise RuntimeError("\n".join(done.failures))
    return {"all": perf_counter() - start}


def trivial(root: Path, assets: str, checks: str, history: str = "") -> dict[str, float]:
    """As many assets and checks that do nothing, in Dagster as it comes; `ours`: with the history that the project's settings
    name."""
    from benchmarks.trivial import run

    if history != "ours":
        (root / ".dagster" / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    start = perf_counter()
    run(int(assets), int(checks))
    return {"all": perf_counter() - start}


def work(root: Path) -> dict[str, float]:
    """The steps that the tables of the pandas script need, without Dagster and without publishing."""
    from jjj_pipeline import quality
    from jjj_pipeline.pipeline.plan import plan
    from jjj_pipeline.pipeline.runner import Runner, Step
    from jjj_pipeline.settings import Settings
    from jjj_pipeline.storage import parquet_store
    from tests.oracle import TABLES

    def needed(steps: Iterable[Step], tables: Iterable[str]) -> set[str]:
        made, wanted, todo = {t: s for s in steps for t in s.tables}, set[str](), list(tables)
        while todo:
            step = made[todo.pop()]
            if step.name not in wanted:
                wanted.add(step.name)
                todo += step.upstream
        return wanted

    timed(parquet_store, "problems", "contracts")
    timed(quality, "identity_findings", "identities")
    timed(Runner, "_key", "content keys")
    timed(parquet_store.ParquetStore, "set_fingerprint", "content keys")
    parts: dict[str, float] = defaultdict(float)
    last = perf_counter()

    def lap(part: str) -> None:
        nonlocal last
        now = perf_counter()
        parts[part] += now - last
        last = now

    work = Runner(Settings(root=root), full=True)
    steps = plan(work)
    wanted = needed(steps, TABLES)
    lap("plan")
    todo = [s for s in steps if s.name in wanted]
    with work.running(todo):
        for step in todo:
            work.materialize(step)
            lap("mart" if step.name.startswith("meta.") else step.name.split(".")[0])
    return parts


def pandas(root: Path) -> dict[str, float]:
    """The same tables by the plain pandas script."""
    from jjj_pipeline.settings import PACKAGE  # a module of paths; it imports nothing heavy
    from tests.oracle import main

    start = perf_counter()
    main(root / "raw", PACKAGE / "catalog", root / PLAIN)
    return {"all": perf_counter() - start}


SIDES = {"build": build, "trivial": trivial, "work": work, "pandas": pandas}

if __name__ == "__main__":
    parts = SIDES[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
    print(json.dumps({"seconds": sum(parts.values()), "parts": parts, "beyond": BEYOND}))
