"""A warehouse in use: one build at a time, readers all along, the refresh log, going back, disks that refuse."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.cli import app
from jjj_pipeline.defs.run_build import build
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish import refresh_log, snapshots
from jjj_pipeline.quality.freshness import due
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.build_lock import build_lock
from jjj_pipeline.storage.raw_files import RawFile
from tests.conftest import ROOT

GDP = "raw/nbs/2025-census5/gdp.csv"
HOLD = "import sys; from tests.pipeline.test_operations import hold; hold()"
READ = "import sys; from tests.pipeline.test_operations import keep_reading; keep_reading()"


def gdp(settings: Settings) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.duckdb), read_only=True) as con:
        return con.execute(
            "select region_code, value from core.panel where indicator = 'gdp' and year = 2024"
        ).fetchall()


def change(settings: Settings, gdp_of_beijing: str) -> None:
    """Another GDP of Beijing in 2024 (49,670.2 as printed)."""
    text = (ROOT / GDP).read_text(encoding="utf-8")
    assert text.count("49670.2") == 1
    (settings.root / GDP).write_text(text.replace("49670.2", gdp_of_beijing), encoding="utf-8")


@contextmanager
def other_process(code: str, settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Another process on the same project; it is ended at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "JJJ_ROOT": str(settings.root)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def hold() -> None:
    with build_lock(Settings(root=Path(os.environ["JJJ_ROOT"])), "jjj build", print):
        print("held", flush=True)
        sys.stdin.read()


def keep_reading() -> None:
    """Open, read and close until there is something to read on standard input; then say what was seen."""
    import select

    settings = Settings(root=Path(os.environ["JJJ_ROOT"]))
    seen: list[float] = []
    print("reading", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        seen.append(dict(gdp(settings))["110000"])  # type: ignore[arg-type]
    print(json.dumps([len(seen), sorted(set(seen))]), flush=True)


def test_a_second_build_says_whom_it_waits_for_and_a_killed_holder_blocks_nobody(small_project: Settings) -> None:
    with other_process(HOLD, small_project) as other:
        assert other.stdout and other.stdout.readline() == "held\n"
        messages: list[str] = []
        with pytest.raises(BadInput) as refused, build_lock(small_project, "me", messages.append, wait=0.1):
            pass
        assert len(messages) == 1
        assert messages[0].startswith(f"waiting: jjj build (process {other.pid}, since ")
        assert f"jjj build (process {other.pid}" in refused.value.found

        other.send_signal(signal.SIGKILL)
        other.wait()
        messages.clear()
        with build_lock(small_project, "me", messages.append, wait=0):
            pass
        assert messages == []


@pytest.mark.slow
def test_readers_read_all_along_and_see_one_publication_or_the_next(built_project: Settings) -> None:
    with other_process(READ, built_project) as reader:
        assert reader.stdin and reader.stdout and reader.stdout.readline() == "reading\n"
        for figure in ("49671.2", "49672.2"):
            change(built_project, figure)
            assert build(built_project, keep_history=False).published
        reader.stdin.write("enough\n")
        reader.stdin.flush()
        reads, seen = json.loads(reader.stdout.readline())
    assert reads > 10
    assert set(seen) <= {49670.2, 49671.2, 49672.2}
    assert seen[-1] == 49672.2


@pytest.mark.slow
def test_an_open_connection_keeps_what_it_opened(built_project: Settings) -> None:
    before = built_project.duckdb.stat().st_ino
    with built_project.duckdb.open("rb") as opened:  # as a reader of another process holds it
        whole = opened.read()
        change(built_project, "49671.2")
        assert build(built_project, keep_history=False).published
        assert built_project.duckdb.stat().st_ino != before
        opened.seek(0)
        assert opened.read() == whole


@pytest.mark.slow
def test_going_back_twice_goes_back_two_and_the_newest_can_be_had_again(
    small_project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JJJ_ROOT", str(small_project.root))
    figures = ["49670.2", "49671.2", "49672.2"]
    names = []
    for figure in figures:
        change(small_project, figure)
        assert build(small_project, keep_history=False).published
        with duckdb.connect(str(small_project.duckdb), read_only=True) as con:
            names += [str(con.execute("select built_at from meta.build").fetchall()[0][0])]

    def beijing() -> float:
        return float(str(dict(gdp(small_project))["110000"]))

    def rollback(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["rollback", *words])
        return done.exit_code, done.stdout + done.stderr

    parquet = small_project.parquet / "core" / "observation.parquet"
    newest = parquet.read_bytes()
    for figure in (49671.2, 49670.2):
        assert rollback()[0] == 0
        assert beijing() == figure
        assert duckdb.read_parquet(str(parquet)).filter("year = 2024 and value = " + str(figure)).fetchall()
    status, printed = rollback()
    assert (status, len(printed.splitlines())) == (2, 1)
    assert "expected an earlier publication" in printed
    assert beijing() == 49670.2
    assert rollback(names[-1].replace(":", "")[:17])[0] == 0
    assert beijing() == 49672.2
    assert parquet.read_bytes() == newest
    assert [e.get("rolled_back") is not None for e in refresh_log.last(small_project, 6)] == [False] * 3 + [True] * 3


@pytest.mark.slow
def test_what_people_keep_beside_a_publication_is_theirs(built_project: Settings) -> None:
    notes = built_project.warehouse / "my notes.csv"
    notes.write_text("mine", encoding="utf-8")
    change(built_project, "49671.2")
    assert build(built_project, keep_history=False).published
    (snapshot,) = snapshots.earlier(built_project)
    assert not (snapshot / notes.name).exists()
    snapshots.go_back(built_project, None, "")
    assert notes.read_text(encoding="utf-8") == "mine"


def test_the_last_five_publications_are_kept(small_project: Settings) -> None:
    for number in range(8):
        folder = small_project.previous / f"2026-01-0{number + 1}T000000Z"
        folder.mkdir(parents=True)
        (folder / "jjj.duckdb").touch()
    (small_project.previous / "2026-02-01T000000Z.part").mkdir()
    snapshots.forget(small_project)
    assert sorted(p.name[:10] for p in small_project.previous.iterdir()) == [f"2026-01-0{d}" for d in range(4, 9)]


@pytest.mark.slow
def test_the_refresh_log_has_what_a_refresh_brought_and_what_failed(
    built_project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build(built_project, keep_history=False).published
    change(built_project, "49680.2")
    assert build(built_project, keep_history=False).published
    (built_project.root / GDP).write_text("nothing of a table\n", encoding="utf-8")
    assert not build(built_project, keep_history=False).published
    first, same, revised, failed = refresh_log.last(built_project, 9)
    assert first["published"] and first["changed"] and "files" not in first
    assert same["published"] and not same["changed"]
    assert revised["files"] == {"new": [], "gone": [], "changed": [GDP]}
    assert revised["releases"] == []
    largest = revised["revisions"][0]
    assert (largest["indicator"], largest["region_code"], largest["year"]) == ("gdp", "110000", 2024)
    assert (largest["before"], largest["after"], largest["file_after"]) == (49670.2, 49680.2, GDP)
    assert not failed["published"] and GDP in failed["failed"][0]
    with (built_project.warehouse / refresh_log.NAME).open("a") as file:
        file.write('{"at": "2026-11-2')  # the machine went down here
    assert refresh_log.last(built_project) == [failed]
    monkeypatch.setenv("JJJ_ROOT", str(built_project.root))
    shown = CliRunner().invoke(app, ["status"]).stdout
    assert "jjj build: failed after" in shown
    assert GDP in shown


def test_a_source_is_overdue_from_the_day_after_its_day(tmp_path: Path) -> None:
    catalog = load_catalog(Settings(root=ROOT).catalog)
    held = RawFile(tmp_path, "", "cstsy_rd_by_activity", "2024")
    calendar = catalog.sources["cstsy"].calendar
    assert calendar is not None

    def found(today: date) -> tuple[int, int, bool]:
        (one,) = (d for d in due(catalog, [held], today) if d.source == "cstsy")
        return one.held, one.expected, one.overdue

    day = date(2025, calendar.month, calendar.day)
    assert found(day.replace(day=day.day - 1)) == (2024, 2024, False)
    assert found(day) == (2024, 2025, True)


BUILD = """
import resource, signal, sys
from pathlib import Path
from jjj_pipeline.defs.run_build import build
from jjj_pipeline.settings import Settings
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), -1))
done = build(Settings(root=Path(sys.argv[1])), keep_history=False)
print(done.published, *done.failures, sep="\\n")
"""


def state(settings: Settings) -> dict[str, bytes]:
    names = snapshots.files(settings, settings.warehouse)
    return {str(n): (settings.warehouse / n).read_bytes() for n in names}


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["half of the file", "half of a table"])
def test_a_disk_that_takes_no_more_is_said_and_loses_nothing(small_project: Settings, limit: str) -> None:
    """A file that may not grow refuses as a full disk does; what is published stays, and the next build succeeds."""
    assert build(small_project, keep_history=False).published
    before = state(small_project)
    largest = max(p.stat().st_size for p in small_project.parquet.glob("*/*"))
    size = small_project.duckdb.stat().st_size // 2 if limit == "half of the file" else largest // 2
    change(small_project, "49671.2")
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(small_project.root), str(size)], cwd=ROOT, capture_output=True, text=True
    )
    published, *failures = done.stdout.splitlines()
    assert published == "False", done.stderr
    assert failures and all("File too large" in f or "could not be written" in f for f in failures[:1])
    assert state(small_project) == before
    assert not list(small_project.warehouse.glob(".*.staging"))
    assert build(small_project, keep_history=False).published
    assert dict(gdp(small_project))["110000"] == 49671.2


def test_a_warehouse_that_cannot_be_written_is_said(small_project: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    small_project.warehouse.write_text("a file where the folder should be")
    monkeypatch.setenv("JJJ_ROOT", str(small_project.root))
    monkeypatch.setenv("DAGSTER_HOME", str(small_project.root / "history"))
    done = CliRunner().invoke(app, ["build"])
    assert done.exit_code == 1
    assert "warehouse/: expected a folder that can be written" in done.stderr
    assert "enabled: false" in (small_project.root / "history" / "dagster.yaml").read_text()
    assert "elemetry" not in done.output
    assert small_project.warehouse.read_text() == "a file where the folder should be"


def as_others() -> list[str]:
    """What a command is preceded by so that permissions count for it: root has to do without its right to pass over them."""
    if os.geteuid():
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root may write anywhere, and there is no setpriv (of util-linux) to do without that right")
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


@pytest.mark.slow
def test_a_read_only_warehouse_is_said(built_project: Settings) -> None:
    before = state(built_project)
    change(built_project, "49671.2")
    folders = [built_project.warehouse, *(p for p in built_project.warehouse.rglob("*") if p.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        done = subprocess.run(
            [*as_others(), sys.executable, "-m", "jjj_pipeline", "build"], cwd=ROOT, capture_output=True, text=True,
            env={**os.environ, "JJJ_ROOT": str(built_project.root), "DAGSTER_HOME": str(built_project.root / "history")},
        )  # fmt: skip
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert done.returncode == 1
    assert "expected a folder that can be written" in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert state(built_project) == before
    assert build(built_project, keep_history=False).published


@pytest.mark.slow
def test_a_build_whose_raw_files_go_away_publishes_what_it_has_read(built_project: Settings) -> None:
    before = state(built_project)
    away = built_project.root / "away"

    def report(name: str, *of: object) -> None:
        if name == "ref.region" and not away.exists():
            shutil.move(built_project.raw, away)

    figures = gdp(built_project)
    done = build(built_project, report, full=True, keep_history=False)
    assert away.exists()
    assert done.published, done.failures  # of the bytes that were read and hashed when the build began
    assert gdp(built_project) == figures
    shutil.move(away, built_project.raw)
    assert build(built_project, keep_history=False).published
    assert {k: v for k, v in state(built_project).items() if k.endswith(".parquet") and "build" not in k} == {
        k: v for k, v in before.items() if k.endswith(".parquet") and "build" not in k
    }
