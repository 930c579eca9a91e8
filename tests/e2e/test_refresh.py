"""People add a file and go home: the running Dagster notices, refreshes, and never publishes something wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from jjj_pipeline.cli import app
from jjj_pipeline.publish import refresh_log
from jjj_pipeline.settings import Settings
from tests.conftest import ROOT, SMALL, copy_project
from tests.support.server import OVER, Server, running, wait

pytestmark = pytest.mark.e2e
EDITION = "cstsy/{}/rd_by_activity.csv"


def growth_of_beijing(settings: Settings, year: int) -> float | None:
    """Growth of Beijing's R&D expenditure in the published mart, if it is there."""
    if not settings.duckdb.exists():
        return None
    with duckdb.connect(str(settings.duckdb), read_only=True) as con:
        rows = con.execute(
            "select growth from mart.growth_yearly where indicator = 'rd_expenditure' and region_code = '110000' and year = ?",
            [year],
        ).fetchall()
    return float(rows[0][0]) if rows else None


def drop(settings: Settings, edition: int, text: str) -> None:
    """Put a file into raw/ as a careful person does: written beside, then renamed."""
    target = settings.raw / EDITION.format(edition)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".csv.part")
    part.write_text(text, encoding="utf-8")
    part.rename(target)


def logged(settings: Settings) -> list[dict[str, Any]]:
    """The entries of the refresh log that tell of a change or a failure."""
    return [e for e in refresh_log.last(settings, 20) if e["failed"] or e["changed"]]


def under_way(server: Server, count: int) -> bool:
    """Whether the sensor's run of that number is being worked on: runs come one at a time, so all before it have ended."""
    started = server.started("raw_files")
    return len(started) >= count and started[0]["status"] in ("STARTED", *OVER)


def test_a_dropped_file_is_published_a_bad_one_is_not_and_a_repaired_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    settings = copy_project(tmp_path / "project", SMALL)
    good = {year: (ROOT / "raw" / EDITION.format(year)).read_text(encoding="utf-8") for year in (2021, 2023)}
    took = {}
    with running(settings, tmp_path / "home") as server:
        # edition 2020 holds 2019, edition 2022 holds 2021: no two years in a row yet
        _, took["first publication"] = wait("the first publication", lambda: settings.duckdb.exists(), server.log)
        wait("the first run to end", lambda: server.ended(1), server.log)
        assert growth_of_beijing(settings, 2020) is None

        drop(settings, 2021, good[2021])
        growth, took["dropped file to published mart"] = wait(
            "growth of 2020 in the published mart", lambda: growth_of_beijing(settings, 2020), server.log
        )
        assert growth == pytest.approx(23265793 / 22335870 - 1)  # 万元, as the editions 2021 and 2020 print it
        run, _ = wait("the second run to end", lambda: server.ended(2), server.log)
        assert {"key": "files", "value": "cstsy"} in run["tags"]

        drop(settings, 2023, good[2023].replace("\n北京,", "\n北亰,"))
        _, waited = wait("the third run to start", lambda: under_way(server, 3), server.log)
        before = settings.duckdb.read_bytes()
        run, ran = wait("the third run to end", lambda: server.ended(3), server.log)
        took["bad file to failed run"] = waited + ran
        assert run["status"] == "FAILURE", server.runs()
        assert settings.duckdb.read_bytes() == before
        assert "北亰" in server.messages(run["runId"])
        monkeypatch.setenv("JJJ_ROOT", str(settings.root))
        wait("the failed run in the log", lambda: "北亰" in CliRunner().invoke(app, ["status"]).stdout, server.log)

        drop(settings, 2023, good[2023])
        growth, took["repaired file to published mart"] = wait(
            "growth of 2022 in the published mart", lambda: growth_of_beijing(settings, 2022), server.log
        )
        assert growth == pytest.approx(28433394 / 26293208 - 1)
        wait("the fourth run to end", lambda: server.ended(4), server.log)
        assert settings.duckdb.read_bytes() != before

        # put back to an earlier content: the same state of raw/ as before, and yet a run
        shutil.move(settings.raw / EDITION.format(2023), tmp_path / "put away.csv")
        _, took["removed file to published mart"] = wait(
            "growth of 2022 to go", lambda: growth_of_beijing(settings, 2022) is None, server.log
        )
        wait("the fifth run to end", lambda: server.ended(5), server.log)
        wait("all runs in the log", lambda: len(logged(settings)) == 5, server.log)
    entries = logged(settings)
    assert [e["published"] for e in entries] == [True, True, False, True, True]
    assert entries[1]["files"]["new"] == ["raw/" + EDITION.format(2021)]
    assert entries[1]["releases"] == ["cstsy/2021"]
    assert "北亰" in entries[2]["failed"][0]
    for what, seconds in took.items():
        record_property(what, f"{seconds:.1f} s")
