"""Ways in which files arrive and go under a running Dagster: exchanged in one move, renamed with their folder, a thousand at
once, added by the command while a refresh is under way. Each change is one run, and in the end what lies in raw/ is published."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from jjj_pipeline.settings import Settings
from tests.conftest import ROOT, SMALL, copy_project
from tests.support.server import OVER, Server, running, wait

pytestmark = pytest.mark.e2e
GDP = "raw/nbs/2025-census5/gdp.csv"
EDITION = "cstsy/2021/rd_by_activity.csv"


def held(settings: Settings) -> set[str]:
    """The files behind what is published."""
    with duckdb.connect(str(settings.duckdb), read_only=True) as con:
        return {name for (name,) in con.execute("select file from ref.file").fetchall()}


def lying(settings: Settings) -> set[str]:
    return {str(p.relative_to(settings.root)) for p in settings.raw.glob("*/*/*")}


def beijing(settings: Settings) -> float:
    with duckdb.connect(str(settings.duckdb), read_only=True) as con:
        query = "select value from core.panel where indicator = 'gdp' and region_code = '110000' and year = 2024"
        return float(con.execute(query).fetchall()[0][0])


def done(server: Server, count: int) -> bool:
    """The sensor has asked for exactly so many runs, and all have succeeded."""
    runs = server.started("raw_files")
    return (
        len(runs) == count
        and all(r["status"] == "SUCCESS" for r in runs)
        and all(r["status"] in OVER for r in server.runs())
    )


def test_each_change_is_one_run(tmp_path: Path) -> None:
    settings = copy_project(tmp_path / "project", SMALL)
    with running(settings, tmp_path / "home") as server:
        wait("the first run", lambda: done(server, 1), server.log)

        text = (ROOT / GDP).read_text(encoding="utf-8")
        other = settings.raw / "nbs" / "2025-census5" / ".gdp.csv"
        other.write_text(text.replace("49670.2", "49671.2"), encoding="utf-8")
        other.rename(settings.root / GDP)  # in one move
        wait("the run of the exchanged file", lambda: done(server, 2), server.log)
        assert beijing(settings) == 49671.2

        (settings.raw / "nbs" / "2025-census5").rename(settings.raw / "nbs" / "2025-census6")
        wait("the run of the renamed folder", lambda: done(server, 3), server.log)
        assert held(settings) == lying(settings)

        for number in range(1000):  # of no table: named and left out
            target = settings.raw / "nbs" / f"2024-x{number}" / "holiday.csv"
            target.parent.mkdir()
            target.write_text("x\n")
        wait("the run of a thousand files", lambda: done(server, 4), server.log)
        for folder in settings.raw.glob("nbs/2024-x*"):
            shutil.rmtree(folder)
        wait("the run without them", lambda: done(server, 5), server.log)
        assert held(settings) == lying(settings)


def test_a_file_added_by_the_command_while_a_refresh_is_under_way_is_published_next(tmp_path: Path) -> None:
    settings = copy_project(tmp_path / "project", SMALL)
    file = tmp_path / "rd_by_activity.csv"
    shutil.copyfile(ROOT / "raw" / EDITION, file)
    with running(settings, tmp_path / "home") as server:
        wait(
            "the first run to be under way",
            lambda: server.runs() and server.runs()[0]["status"] == "STARTED",
            server.log,
        )
        words = ["add", str(file), "--table", "cstsy_rd_by_activity", "--release", "2021"]
        added = subprocess.run(
            [sys.executable, "-m", "jjj_pipeline", *words], cwd=ROOT, capture_output=True, text=True,
            env={**os.environ, "JJJ_ROOT": str(settings.root)},
        )  # fmt: skip
        assert added.returncode == 0, added.stderr
        wait(
            "the new file to be published",
            lambda: settings.duckdb.exists() and f"raw/{EDITION}" in held(settings),
            server.log,
        )
        wait("quiet", lambda: all(r["status"] in OVER for r in server.runs()), server.log)
        assert held(settings) == lying(settings)
        assert {r["status"] for r in server.runs()} == {"SUCCESS"}
