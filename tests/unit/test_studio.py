"""The process that draws beside a build: it gives results and errors, ends with the build, and is done without if killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from jjj_pipeline.report.studio import Studio
from tests.conftest import ROOT


def me(word: str) -> tuple[str, int]:
    return word, os.getpid()


def fall() -> None:
    raise ValueError("no ink")


def killed() -> int:
    """Ends the process it is asked in, the first time; at home it lives."""
    if os.getpid() != int(os.environ["JJJ_TEST_HOME"]):
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def test_the_work_is_done_in_another_process_and_its_errors_arrive() -> None:
    with Studio() as studio:
        first, second, wrong = studio.ask(me, "a"), studio.ask(me, "b"), studio.ask(fall)
        assert [first()[0], second()[0]] == ["a", "b"]
        assert first()[1] == second()[1] != os.getpid()
        with pytest.raises(ValueError, match="no ink"):
            wrong()


def test_where_the_process_is_killed_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JJJ_TEST_HOME", str(os.getpid()))
    with Studio() as studio:
        assert studio.ask(killed)() == os.getpid()
        assert studio.ask(me, "later")() == ("later", os.getpid())


def test_the_process_ends_with_a_build_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "build.py"  # as people write one: nothing in it says that it is not to be imported
    script.write_text(
        "import os, time\nfrom jjj_pipeline.report.studio import Studio\n"
        "with Studio() as studio:\n    print(studio.ask(os.getpid)(), flush=True)\n    time.sleep(600)\n"
    )
    build = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert build.stdout
    other = psutil.Process(int(build.stdout.readline()))
    build.kill()
    build.wait()
    psutil.wait_procs([other], timeout=20)
    assert not other.is_running() or other.status() == psutil.STATUS_ZOMBIE
