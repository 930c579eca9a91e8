"""What somebody with write access to raw/ alone can do: little. A file that is none of a table is named and left out, the rest is
published; nothing outside raw/ is read, no large file is opened, no pipe is waited for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.cli import app
from jjj_pipeline.defs.run_build import build
from jjj_pipeline.errors import BadInput
from jjj_pipeline.files import regular_file
from jjj_pipeline.publish import refresh_log
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage import raw_files
from tests.unit.test_yaml_file import BOMB

GDP = "nbs/2025-census5/gdp.csv"


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(6 * 2**30)


def link_out(path: Path) -> None:
    outside = path.parents[3] / "outside.csv"
    outside.write_text("secret\n")
    path.symlink_to(outside)


def folder_out(path: Path) -> None:
    outside = path.parents[3] / "outside"
    outside.mkdir()
    (outside / "gdp.csv").write_text("secret\n")
    path.parent.rmdir()
    path.parent.symlink_to(outside)


def text(content: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_text(content, encoding="utf-8")

    return write


HOSTILE: dict[str, tuple[str | bytes, Callable[[Path], None], str]] = {
    "a large sparse file": ("nbs/2027/gdp.csv", sparse, "expected a file of at most 50 MB; found 6144 MB"),
    "a link out of raw": ("nbs/2027/gdp.csv", link_out, "expected a file of raw/; found a link that leads out of it"),
    "a folder that is a link": ("nbs/2027/gdp.csv", folder_out, "raw/nbs/2027: expected a folder or a file; found a link"),
    "a link to itself": ("nbs/2027/gdp.csv", lambda p: p.symlink_to(p), "raw/nbs/2027/gdp.csv: expected a file"),
    "a link to nothing": ("nbs/2027/gdp.csv", lambda p: p.symlink_to("none"), "raw/nbs/2027/gdp.csv: expected a file"),
    "a pipe": ("nbs/2027/gdp.csv", lambda p: os.mkfifo(p), "expected a regular file; found a named pipe"),
    "a name that is no UTF-8": (b"nbs/2027/gdp\xff.csv", text("x"), "gdp\\xff.csv: expected a name in UTF-8"),
    "a name with a line break": ("nbs/2027/gdp\n.csv", text("x"), "gdp\\n.csv: expected a name in UTF-8 without control"),
    "a stray file": ("nbs/2027/holiday.csv", text("x"), "expected a table of tables.yml with source nbs; found nbs_holiday"),
    "a file too high": ("nbs/gdp.csv", text("x"), "raw/nbs/gdp.csv: expected raw/<source>/<release>/<table>.<ending>"),
    "a file higher still": ("gdp.csv", text("x"), "raw/gdp.csv: expected raw/<source>/<release>/<table>.<ending>"),
    "a file too deep": ("nbs/2027/more/gdp.csv", text("x"), "raw/nbs/2027/more/: expected raw/<source>/<release>/<table>"),
    "a release far ahead": ("nbs/9999/gdp.csv", text("x"), "expected a release between 1900 and "),
    "a release that is no day": ("nbs/2024-02-30/gdp.csv", text("x"), "expected a release that is a month or a day"),
    "a release in full-width digits": ("nbs/２０３０/gdp.csv", text("x"), "expected a release of digits 0-9"),
    "a release that is none": ("nbs/new/gdp.csv", text("x"), "found 'new'"),
}  # fmt: skip


def place(settings: Settings, name: str | bytes) -> Path:
    path = settings.raw / os.fsdecode(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_named_in_one_line_and_nothing_is_opened(
    what: str, small_project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, make, expected_text = HOSTILE[what]
    catalog = load_catalog(small_project.catalog)
    before = raw_files.find_files(small_project, catalog)
    make(place(small_project, name))
    monkeypatch.setattr(os, "open", None)  # whoever opens a file here fails
    started = time.process_time()
    found = raw_files.find_files(small_project, catalog)
    assert time.process_time() - started < 1
    assert found.files == before.files
    (stray,) = found.strays
    assert expected_text in str(stray) and "\n" not in str(stray)
    str(stray).encode("utf-8")


@pytest.mark.slow
def test_all_of_it_at_once_is_told_and_the_rest_is_published(
    built_project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, (name, make, _) in enumerate(HOSTILE.values()):
        part = os.fsencode(name).replace(b"2027", b"%d" % (1927 + number))
        make(place(built_project, part))
    figure = built_project.raw / GDP
    figure.write_text(figure.read_text(encoding="utf-8").replace("49670.2", "49671.2"), encoding="utf-8")
    done = build(built_project, keep_history=False)
    assert done.published, done.failures
    with duckdb.connect(str(built_project.duckdb), read_only=True) as con:
        ((value,),) = con.execute(
            "select value from core.panel where indicator = 'gdp' and region_code = '110000' and year = 2024"
        ).fetchall()
    assert value == 49671.2
    assert len(done.left_out) == len(HOSTILE)
    assert refresh_log.last(built_project)[0]["left_out"] == done.left_out
    monkeypatch.setenv("JJJ_ROOT", str(built_project.root))
    status = CliRunner().invoke(app, ["status"])
    assert status.exit_code == 0, status.output
    assert [line for line in status.stdout.splitlines() if line.startswith("left out: ")] == [
        f"left out: {line}" for line in done.left_out
    ]
    strict = Settings(root=built_project.root, strict=True)
    refused = build(strict, full=True, keep_history=False)
    assert not refused.published
    assert done.left_out[0] in refused.failures


NOTES = {
    "an alias bomb": (BOMB, "at most 100000 entries"), "empty": ("", "found an empty file"), "a list": ("- a\n", "found a list"),
    "a scalar": ("x\n", "found a str"), "no chain": ("source: nbs\n", "`chain`: a text"), 
    "a chain of parts": ("chain: [a]\n", "found a list"),
    "a chain that commands terminals": ('chain: "x\\e[2J"\n', "a text without control characters; found '\\x1b'"),
}  # fmt: skip


@pytest.mark.parametrize("what", NOTES)
def test_a_note_that_is_none_is_left_out(what: str, small_project: Settings) -> None:
    content, expected_text = NOTES[what]
    (small_project.raw / "nbs" / "source.yml").write_text(content, encoding="utf-8")
    started = time.process_time()
    from jjj_pipeline.pipeline.project import Project

    (stray,) = Project(small_project).found.strays
    assert str(stray).startswith("raw/nbs/source.yml") and expected_text in str(stray)
    assert time.process_time() - started < 5


MANIFESTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no lines of a manifest": (text("one\n"), "raw/manifest.lock:1: expected a hash, a size and a path; found 'one'"),
    "no UTF-8": (lambda p: p.write_bytes(b"\xff 1 x\nno\n"), "raw/manifest.lock:2: expected a hash"),
    "a folder": (lambda p: p.mkdir(), "raw/manifest.lock: expected a regular file; found a folder"),
    "a pipe": (lambda p: os.mkfifo(p), "raw/manifest.lock: expected a regular file; found a named pipe"),
    "a large sparse file": (sparse, "raw/manifest.lock: expected a file of at most 20 MB; found 6144 MB"),
    "a link to nothing": (lambda p: p.symlink_to("none"), "raw/manifest.lock: expected a file that can be read"),
}


@pytest.mark.parametrize("what", MANIFESTS)
def test_a_manifest_that_is_none_is_said_in_one_line(what: str, tmp_path: Path) -> None:
    make, expected_text = MANIFESTS[what]
    settings = Settings(root=tmp_path)
    settings.raw.mkdir()
    make(settings.raw / raw_files.MANIFEST)
    with pytest.raises(BadInput) as refused:
        raw_files.manifest_differences(settings)
    assert expected_text in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.slow
def test_a_note_reaches_what_is_published_and_a_bad_one_takes_nothing_else_away(built_project: Settings) -> None:
    def chain() -> str | None:
        with duckdb.connect(str(built_project.duckdb), read_only=True) as con:
            return con.execute("select chain from ref.source where source = 'nbs'").fetchall()[0][0]  # type: ignore[no-any-return]

    note = built_project.raw / "nbs" / "source.yml"
    for content, notice in (
        ("chain: copied by hand\n", "copied by hand"),
        ("chain: [\n", None),
        ("chain: again\n", "again"),
    ):
        note.write_text(content, encoding="utf-8")
        done = build(built_project, keep_history=False)
        assert done.published, done.failures
        assert chain() == notice
        assert len(done.left_out) == (notice is None)


@pytest.mark.slow
def test_most_files_gone_at_once_ask_for_confirmation(
    built_project: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = built_project.duckdb.read_bytes()
    built_project.raw.rename(tmp_path / "away")
    built_project.raw.mkdir()
    done = build(built_project, keep_history=False)
    assert not done.published
    (failure,) = done.failures
    assert "of them gone at once" in failure and "--accept-removals" in failure
    assert built_project.duckdb.read_bytes() == before
    monkeypatch.setenv("JJJ_ROOT", str(built_project.root))
    assert "waits for you: raw/: expected the" in CliRunner().invoke(app, ["status"]).stdout
    built_project.raw.rmdir()
    (tmp_path / "away").rename(built_project.raw)
    assert build(built_project, keep_history=False).published

    files = sorted(p for p in built_project.raw.glob("nbs/*/gdp.csv") if "census5" not in str(p))
    files[0].unlink()  # a few may go without a word
    assert build(built_project, keep_history=False).published


@pytest.mark.slow
def test_a_published_file_that_becomes_unreadable_does_not_silently_go(built_project: Settings) -> None:
    path = built_project.raw / GDP
    path.unlink()
    path.symlink_to("/etc/hostname")
    done = build(built_project, keep_history=False)
    assert not done.published
    (failure,) = done.failures
    assert failure.startswith(f"raw/{GDP}: expected a file of raw/") and "its figures are published" in failure
    assert build(built_project, accept_removals=True, keep_history=False).published


def test_links_within_raw_and_names_of_other_systems_are_read(small_project: Settings) -> None:
    path = small_project.raw / GDP
    (path.parents[1] / "2027-01").mkdir()
    (path.parents[1] / "2027-01" / "gdp.csv").symlink_to(path)
    found = raw_files.find_files(small_project, load_catalog(small_project.catalog))
    assert f"raw/{GDP.replace('2025-census5', '2027-01')}" in {f.name for f in found.files}
    decomposed = small_project.raw / "nbs" / "2027-02" / "e\u0301.csv"  # é as macOS writes it
    decomposed.parent.mkdir()
    decomposed.write_text("x")
    (file,) = (f for f in raw_files.all_files(small_project) if f.release == "2027-02")
    assert file.table_id == "nbs_\u00e9"


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "growing.csv"
    path.write_text("a\n")
    real = os.fstat
    calls: list[int] = []

    def grows(handle: int) -> os.stat_result:
        calls.append(handle)
        if len(calls) == 2:
            with path.open("a") as file:
                file.write("b\n")
        return real(handle)

    monkeypatch.setattr(os, "fstat", grows)
    with pytest.raises(regular_file.StillWritten, match="changed while it was read"):
        regular_file.read(path, path.name, 100)


def test_a_file_that_is_exchanged_in_one_move_is_read_whole(tmp_path: Path) -> None:
    path, other = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text("old\n")
    other.write_text("new and longer\n")
    other.rename(path)
    assert regular_file.read(path, path.name, 100) == b"new and longer\n"
    with pytest.raises(BadInput, match="at most 0 MB"):
        regular_file.read(path, path.name, 5)
