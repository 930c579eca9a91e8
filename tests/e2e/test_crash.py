"""A build that is killed at any moment: what is published opens, is one whole publication, and the next build succeeds."""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path

import duckdb
import psutil
import pytest

from jjj_pipeline.settings import Settings
from tests.conftest import ROOT, SMALL, copy_project

pytestmark = pytest.mark.e2e
GDP = "raw/nbs/2025-census5/gdp.csv"
FIGURES = ("49670.2", "49671.2")  # GDP of Beijing in 2024, as printed and another
ENDED = "ended before"
LATE = 0.25  # the share of a build in which it writes what people open


def start(settings: Settings) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "jjj_pipeline", "build"], cwd=ROOT, text=True, start_new_session=True,
        env={**os.environ, "JJJ_ROOT": str(settings.root), "DAGSTER_HOME": str(settings.root / "history")},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def worked(process: subprocess.Popen[str]) -> float:
    """Seconds of processor time a process has had: how far it is, however busy the machine."""
    try:
        times = psutil.Process(process.pid).cpu_times()
    except psutil.Error:  # it has just ended
        return 0.0
    return float(times.user + times.system)


def run_until(process: subprocess.Popen[str], moment: float) -> float:
    """Let a process run until it had `moment` seconds of processor time or ends; what it had."""
    had = 0.0
    while process.poll() is None and had < moment:
        had = max(had, worked(process))
        time.sleep(0.002)
    return had


def change(settings: Settings, figure: str) -> None:
    text = (ROOT / GDP).read_text(encoding="utf-8")
    assert text.count(FIGURES[0]) == 1
    (settings.root / GDP).write_text(text.replace(FIGURES[0], figure), encoding="utf-8")


def published(settings: Settings) -> tuple[str, str, bytes]:
    """The content the file says it has, the figure it holds, and a hash over all rows of all its tables."""
    with duckdb.connect(str(settings.duckdb), read_only=True) as con:
        ((content,),) = con.execute("select content from meta.build").fetchall()
        ((figure,),) = con.execute(
            "select value::varchar from core.panel where indicator = 'gdp' and region_code = '110000' and year = 2024"
        ).fetchall()
        names = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name <> 'meta' order by 1"
        ).fetchall()
        sums = [con.execute(f"select count(*), sum(hash(t)) from {name} as t").fetchall() for (name,) in names]
    return content, figure, repr(sums).encode()


def test_a_build_killed_at_any_moment_leaves_a_whole_publication(
    tmp_path: Path, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    times = int(request.config.getoption("--crashes"))
    seed = int(request.config.getoption("--crash-seed")) or random.randrange(10**6)
    settings = copy_project(tmp_path / "project", SMALL)
    whole, took = {}, 0.0
    for figure in FIGURES:
        change(settings, figure)
        took = run_until(start(settings), math.inf)  # of the second: a change is what the others bring, too
        whole[figure] = published(settings)
        assert whole[figure][1] == figure
    chance, before = random.Random(seed), FIGURES[-1]
    found: Counter[str] = Counter()
    for number in count():
        if found.total() - found[ENDED] == times:
            break
        figure = FIGURES[number % 2]
        change(settings, figure)
        process = start(settings)
        # every other moment in the end of a build, where files are put in place
        had = run_until(process, took * chance.uniform(1 - LATE if number % 2 else 0, 1))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        now = published(settings)
        assert now in (whole[before], whole[figure]), f"killed {number + 1} of seed {seed}"
        if process.returncode == 0:  # not a kill: the machine was slower when the whole was measured
            took = had
        found[ENDED if process.returncode == 0 else "killed, new" if now == whole[figure] else "killed, old"] += 1
        process = start(settings)
        output = process.communicate()[1]
        assert process.returncode == 0, output
        assert published(settings) == whole[figure]
        assert not list(settings.warehouse.rglob("*.part")) and not list(settings.warehouse.glob(".*.staging*"))
        before = figure
    record_property(f"{times} builds of {took:.1f} s processor time killed (seed {seed})", dict(found))


def test_two_builds_at_once_both_publish_and_the_second_says_whom_it_waits_for(tmp_path: Path) -> None:
    settings = copy_project(tmp_path / "project", SMALL)
    first = start(settings)
    note = settings.lock.with_suffix(".json")
    while not note.exists():
        assert first.poll() is None, first.communicate()
        time.sleep(0.05)
    second = start(settings)
    output = [p.communicate()[1] for p in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), output
    assert f"waiting: jjj build (process {first.pid}" in output[1]
    assert published(settings)[1] == FIGURES[0]
