"""Dagster's history with connections kept open: the same files as Dagster's own, followed while a run goes on, sound after a
kill, and forgotten where somebody removed them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import psutil
import pytest
import yaml

from jjj_pipeline.defs.event_log import OPEN, EventLog
from jjj_pipeline.defs.history import SETTINGS
from tests.conftest import ROOT

HOME = yaml.safe_load(SETTINGS.read_text(encoding="utf-8"))
PLAIN = {k: v for k, v in HOME.items() if k != "event_log_storage"}
OURS, DAGSTERS = "EventLog", "SqliteEventLogStorage"


@dg.asset(check_specs=[dg.AssetCheckSpec("counted", asset="provinces")])
def provinces() -> dg.MaterializeResult:
    return dg.MaterializeResult(
        metadata={"rows": 31}, check_results=[dg.AssetCheckResult(passed=True, check_name="counted")]
    )


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dg.DagsterInstance]:
    """An instance of one home, with our history or Dagster's own."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))

    def instance(history: str) -> dg.DagsterInstance:
        (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(HOME if history == OURS else PLAIN))
        got = dg.DagsterInstance.get()
        assert type(got.event_log_storage).__name__ == history
        return got

    return instance


def run(instance: dg.DagsterInstance) -> str:
    done = dg.materialize([provinces], instance=instance)
    assert done.success
    return done.run_id


@pytest.mark.parametrize(("writes", "reads"), [(OURS, DAGSTERS), (DAGSTERS, OURS)])
def test_either_history_reads_what_the_other_wrote(
    opened: Callable[[str], dg.DagsterInstance], writes: str, reads: str
) -> None:
    with opened(writes) as writer:
        first = run(writer)
        with opened(reads) as reader:  # while the writer has it open
            second = run(reader)
            for run_id in (first, second):
                kinds = [e.dagster_event_type for e in reader.all_logs(run_id) if e.is_dagster_event]
                assert kinds == [e.dagster_event_type for e in writer.all_logs(run_id) if e.is_dagster_event]
                assert kinds[-1] == dg.DagsterEventType.RUN_SUCCESS
                assert dg.DagsterEventType.ASSET_CHECK_EVALUATION in kinds
            for instance in (writer, reader):
                last = instance.get_latest_materialization_event(provinces.key)
                assert last and last.run_id == second
                assert last.asset_materialization and last.asset_materialization.metadata["rows"].value == 31


def test_a_run_is_followed_while_it_writes(opened: Callable[[str], dg.DagsterInstance]) -> None:
    with opened(OURS) as writer, opened(OURS) as page:
        seen, first = [], run(writer)
        notified = threading.Event()

        def follow(event: dg.EventLogEntry, cursor: str) -> None:
            seen.append(event.message)
            notified.set()

        page.watch_event_logs(first, None, follow)
        writer.report_engine_event("a word more", writer.get_run_by_id(first))
        assert notified.wait(30), "nothing was told of an event that was written"
        page.end_watch_event_logs(first, follow)
    assert any("a word more" in m for m in seen)


def test_a_history_removed_by_somebody_else_is_begun_anew(
    opened: Callable[[str], dg.DagsterInstance], tmp_path: Path
) -> None:
    with opened(OURS) as instance:
        first = run(instance)
        for file in (tmp_path / "history" / "runs").iterdir():
            file.unlink()
        assert instance.all_logs(first) == []
        second = run(instance)
        with opened(DAGSTERS) as another:
            assert len(another.all_logs(second)) == len(instance.all_logs(second)) > 0


def test_few_databases_are_held_open_and_none_once_it_is_disposed_of(
    opened: Callable[[str], dg.DagsterInstance], tmp_path: Path
) -> None:
    def held() -> int:
        return len(
            {f.path for f in psutil.Process().open_files() if f.path.startswith(str(tmp_path)) and ".db" in f.path}
        )

    with opened(OURS) as instance:
        runs = [run(instance) for _ in range(OPEN + 2)]
        assert all(len(instance.all_logs(r)) == len(instance.all_logs(runs[0])) for r in runs)
        files = list((tmp_path / "history" / "runs").glob("*.db"))
        assert len(files) == OPEN + 3  # the index too
        assert 0 < held() <= 3 * OPEN  # with the log and the shared memory of each
    assert held() == 0


def test_what_a_killed_run_had_noted_is_there(opened: Callable[[str], dg.DagsterInstance], tmp_path: Path) -> None:
    code = (
        "import dagster as dg, os, signal\n"
        "@dg.asset\n"
        "def first(): ...\n"
        "@dg.asset(deps=[first])\n"
        "def second(): os.kill(os.getpid(), signal.SIGKILL)\n"
        "dg.materialize([first, second], instance=dg.DagsterInstance.get())\n"
    )
    with opened(OURS):
        pass
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=dict(os.environ), capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with opened(DAGSTERS) as instance:
        assert instance.get_latest_materialization_event(dg.AssetKey("first"))
        run_id = instance.get_runs()[0].run_id
        steps = [e.step_key for e in instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_START)]
        assert steps == ["first", "second"]


def test_a_home_without_settings_gets_those_of_the_checkout() -> None:
    assert yaml.safe_load((ROOT / ".dagster" / "dagster.yaml").read_text(encoding="utf-8")) == HOME


def test_the_history_lies_where_dagster_has_it(tmp_path: Path) -> None:
    log = EventLog(str(tmp_path))
    log.dispose()
    assert (tmp_path / "history" / "runs" / "index.db").exists()
