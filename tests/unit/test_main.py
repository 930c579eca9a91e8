"""The command as a process: what it printed is all there when it ends, and its exit code says how it went."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jjj_pipeline.settings import Settings
from tests.conftest import ROOT

BUFFERED = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}  # as with people, where the last lines wait


def jjj(folder: Path, *words: str, to: Path) -> int:
    with to.open("w") as out:
        return subprocess.run(
            [sys.executable, "-m", "jjj_pipeline", *words], cwd=ROOT, stdout=out, stderr=subprocess.DEVNULL,
            env={**BUFFERED, "JJJ_ROOT": str(folder)},
        ).returncode  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "printed"),
    [
        (("manifest", "--check"), 0, "raw/manifest.lock is up to date\n"),
        (("claims", "absent.yml"), 2, ""),
        (("absent",), 2, ""),
    ],
)
def test_all_that_was_printed_is_there_and_the_code_is_that_of_the_command(
    tmp_path: Path, words: tuple[str, ...], code: int, printed: str
) -> None:
    assert jjj(tmp_path, *words, to=tmp_path / "out") == code
    assert (tmp_path / "out").read_text() == printed


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_could_not_be_written_is_no_success(tmp_path: Path) -> None:
    assert jjj(tmp_path, "manifest", "--check", to=Path("/dev/full")) != 0


@pytest.mark.slow
def test_a_build_that_went_well_says_so_and_nothing_else(small_project: Settings) -> None:
    """What Python and its libraries do while the process ends may not be told to people either."""
    done = subprocess.run(
        [sys.executable, "-m", "jjj_pipeline", "build"], cwd=ROOT, capture_output=True, text=True,
        env={**BUFFERED, "JJJ_ROOT": str(small_project.root), "DAGSTER_HOME": str(small_project.root / "history")},
    )  # fmt: skip
    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert f"published {small_project.duckdb}" in done.stdout
