"""A refresh that dies with the machine is failed and done once more, and what waits behind it goes on."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from jjj_pipeline.settings import Settings
from tests.conftest import ROOT, SMALL, copy_project
from tests.support.server import OVER, Server, running, wait

pytestmark = pytest.mark.e2e
GDP = "raw/nbs/2025-census5/gdp.csv"
PRINTED = "49670.2"  # GDP of Beijing in 2024


def change(settings: Settings, figure: str) -> None:
    text = (ROOT / GDP).read_text(encoding="utf-8")
    assert text.count(PRINTED) == 1
    part = settings.root / f"{GDP}.part"
    part.write_text(text.replace(PRINTED, figure), encoding="utf-8")
    part.rename(settings.root / GDP)


def published(settings: Settings) -> float | None:
    if not settings.duckdb.exists():
        return None
    with duckdb.connect(str(settings.duckdb), read_only=True) as con:
        ((value,),) = con.execute(
            "select value from core.panel where indicator = 'gdp' and region_code = '110000' and year = 2024"
        ).fetchall()
    return float(value)


def in_the_middle(server: Server) -> str | None:
    """The run that is working on tables now."""
    run = server.runs()[0]
    return run["runId"] if run["status"] == "STARTED" and server.steps(run["runId"]) > 3 else None


@pytest.mark.parametrize("how", ["killed", "service stopped", "ctrl-c"])
def test_a_run_that_died_is_failed_within_a_minute_and_the_queue_goes_on(
    how: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    settings, home = copy_project(tmp_path / "project", SMALL), tmp_path / "home"
    with running(settings, home) as server:
        wait("the first run", lambda: server.ended(1), server.log)
        change(settings, "49671.2")
        died, _ = wait("a run to be under way", lambda: in_the_middle(server), server.log)
        if how == "killed":
            assert published(settings) == 49670.2
            server.kill()
        else:
            server.stop(signal.SIGTERM if how == "service stopped" else signal.SIGINT, mixed=how == "service stopped")
    with running(settings, home) as server:
        status = lambda: next(r["status"] for r in server.runs() if r["runId"] == died)  # noqa: E731
        _, took = wait("the run to be told to have ended", lambda: status() in OVER, server.log, 60)
        record_property(f"{how}: from the start until it is {status().lower()}", f"{took:.1f} s")
        _, took = wait("its figure, without another file", lambda: published(settings) == 49671.2, server.log, 60)
        record_property(f"{how}: from there to its figure published", f"{took:.1f} s")
        change(settings, "49672.2")
        _, took = wait("the figure of the next file", lambda: published(settings) == 49672.2, server.log, 60)
        record_property(f"{how}: from the next file to its figure published", f"{took:.1f} s")
