"""Dagster's history: thrown away in time, by the same figures everywhere; damaged, it is named in one line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import yaml
from typer.testing import CliRunner

from jjj_pipeline.cli import app
from jjj_pipeline.defs import history
from jjj_pipeline.settings import Settings
from tests.conftest import ROOT


@dg.asset
def provinces() -> int:
    return 31


@dg.asset
def rare() -> int:
    return 1


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    return history.prepare(Settings(root=tmp_path))


def runs(instance: dg.DagsterInstance, count: int) -> list[str]:
    return [dg.materialize([provinces], instance=instance).run_id for _ in range(count)]


def test_the_newest_runs_stay_and_the_one_that_made_a_table_last(home: Path) -> None:
    with dg.DagsterInstance.get() as instance:
        made_rarely = dg.materialize([rare], instance=instance).run_id
        done = runs(instance, 6)
        (home / "storage" / done[0]).mkdir(parents=True, exist_ok=True)
        cleaned = history.clean(instance, home, runs=3)
        left = {r.run_id for r in instance.get_runs()}
        assert left == {made_rarely, *done[3:]}
        assert cleaned.runs == 3
        assert {p.stem for p in (home / "history" / "runs").glob("*-*.db")} == left
        assert not (home / "storage" / done[0]).exists()
        assert instance.get_latest_materialization_event(dg.AssetKey("rare")) is not None
        assert history.clean(instance, home, runs=3).runs == 0


def test_fewer_runs_stay_where_the_folder_is_large(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with dg.DagsterInstance.get() as instance:
        done = runs(instance, 8)
        monkeypatch.setattr(history, "KEEP_MB", 10_000)
        assert history.clean(instance, home, runs=8).runs == 0
        monkeypatch.setattr(history, "KEEP_MB", 0)
        assert history.clean(instance, home, runs=8).runs == 7
        assert [r.run_id for r in instance.get_runs()] == done[-1:]


def test_what_is_older_than_the_days_goes_and_a_run_under_way_stays(home: Path) -> None:
    with dg.DagsterInstance.get() as instance:
        _, last = runs(instance, 2)
        waiting = instance.create_run_for_job(
            dg.Definitions(assets=[provinces]).resolve_implicit_global_asset_job_def()
        ).run_id
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        assert history.clean(instance, home, days=2, now=tomorrow).runs == 0
        assert history.clean(instance, home, days=0, now=tomorrow).runs == 1
        assert {r.run_id for r in instance.get_runs()} == {last, waiting}


def test_evaluations_and_looks_go_with_the_runs_and_the_room_is_given_back(home: Path) -> None:
    from dagster._core.definitions.run_request import InstigatorType
    from dagster._core.remote_origin import InProcessCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
    from dagster._core.scheduler.instigation import (
        InstigatorState,
        InstigatorStatus,
        SensorInstigatorData,
        TickData,
        TickStatus,
    )
    from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

    with dg.DagsterInstance.get() as instance:
        place = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name="x"))
        origin = RemoteInstigatorOrigin(repository_origin=RemoteRepositoryOrigin(place, "r"), instigator_name="s")
        instance.add_instigator_state(
            InstigatorState(origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING, SensorInstigatorData())
        )
        old = (datetime.now(UTC) - timedelta(days=40)).timestamp()
        for at in (old, datetime.now(UTC).timestamp()):
            tick = TickData(
                origin.get_id(), "s", InstigatorType.SENSOR, TickStatus.SUCCESS, at, run_ids=[], run_keys=[],
                selector_id=origin.get_selector().get_id(),
            )  # fmt: skip
            instance.create_tick(tick)
        database = home / "schedules" / "schedules.db"
        with closing(sqlite3.connect(database)) as con, con:
            con.executemany(
                "insert into asset_daemon_asset_evaluations (evaluation_id, asset_key, asset_evaluation_body, create_timestamp) "
                "values (?, '[\"a\"]', ?, '2020-01-01 00:00:00')", [(n, "x" * 10_000) for n in range(1000)],
            )  # fmt: skip
        before = database.stat().st_size
        history.clean(instance, home)
        with closing(sqlite3.connect(database)) as con:
            counts = [
                con.execute(f"select count(*) from {t}").fetchone()[0]
                for t in ("asset_daemon_asset_evaluations", "job_ticks")
            ]
        assert counts == [0, 1]
        assert database.stat().st_size < before / 10


def test_the_settings_and_the_command_keep_the_same_days(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = yaml.safe_load((ROOT / ".dagster" / "dagster.yaml").read_text(encoding="utf-8"))
    days = held["retention"]["sensor"]["purge_after_days"]
    assert {days[k] for k in ("started", "success", "failure")} == {history.KEEP_DAYS}
    help_ = " ".join(CliRunner().invoke(app, ["clean-history", "--help"], env={"COLUMNS": "200"}).stdout.split())
    assert f"without it {history.KEEP_DAYS} days" in help_ and f"without it {history.KEEP_RUNS}" in help_
    with dg.DagsterInstance.get() as instance:
        runs(instance, 2)
    monkeypatch.setenv("JJJ_ROOT", str(home.parent))
    done = CliRunner().invoke(app, ["clean-history", "--runs", "1"])
    assert done.exit_code == 0, done.output
    assert "1 runs deleted" in done.stdout.replace("\n", " ")


@pytest.mark.parametrize("name", ["history/runs.db", "history/runs/index.db", "schedules/schedules.db"])
@pytest.mark.parametrize("damage", ["no database", "its middle is gone"])
def test_a_damaged_database_is_one_line_that_says_what_to_delete(
    name: str, damage: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dg.DagsterInstance.get() as instance:
        runs(instance, 1)
    path = home / name
    content = path.read_bytes()
    path.write_bytes(
        b"x" * len(content) if damage == "no database" else content[:1024] + b"\xff" * (len(content) - 1024)
    )
    monkeypatch.setenv("JJJ_ROOT", str(home.parent))
    for command in (["build"], ["ui", "--port", "1"], ["clean-history"]):
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 2, (command, done.output)
        (line,) = filter(None, done.stderr.splitlines())  # a progress bar that ends leaves an empty one
        assert name in line and "no figure is lost" in line and str(home / "schedules") in line
