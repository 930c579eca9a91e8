"""What people do to warehouse/ that a build has to live with: a link in place of the published file, a folder in place of the
note who is building, a clock that was set back. Nothing ends in a traceback and nothing is half published."""

from __future__ import annotations

import json
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Self

import duckdb
import pytest
from typer.testing import CliRunner

from jjj_pipeline.cli import app
from jjj_pipeline.defs import history
from jjj_pipeline.defs.run_build import build
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish import duckdb_file, publication, published_file, refresh_log, snapshots
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.build_lock import build_lock, building
from jjj_pipeline.storage.parquet_store import ParquetStore

GDP = "raw/nbs/2025-census5/gdp.csv"


def change(settings: Settings, figure: str) -> None:
    path = settings.root / GDP
    text = path.read_text(encoding="utf-8")
    assert "49670.2" in text
    path.write_text(text.replace("49670.2", figure), encoding="utf-8")


def beijing(path: Path) -> float:
    with duckdb.connect(str(path), read_only=True) as con:
        ((value,),) = con.execute(
            "select value from core.panel where indicator = 'gdp' and region_code = '110000' and year = 2024"
        ).fetchall()
    return float(value)


@pytest.mark.slow
def test_a_link_in_place_of_the_published_file_is_written_through(built_project: Settings, tmp_path: Path) -> None:
    real = tmp_path / "share" / "people open this.duckdb"
    real.parent.mkdir()
    built_project.duckdb.rename(real)
    built_project.duckdb.symlink_to(real)
    change(built_project, "49671.2")
    done = build(built_project, keep_history=False)
    assert done.published, done.failures
    assert built_project.duckdb.is_symlink()
    assert beijing(real) == beijing(built_project.duckdb) == 49671.2
    snapshots.go_back(built_project, None, publication.built_at(built_project.duckdb))
    assert built_project.duckdb.is_symlink()
    assert beijing(real) == 49670.2
    assert not [p for p in real.parent.iterdir() if p != real]


@pytest.mark.parametrize("note", ["a folder", "nonsense", "a list", "a link to nothing"])
def test_a_note_that_is_none_keeps_nobody_from_building(note: str, tmp_path: Path) -> None:
    settings = Settings(root=tmp_path)
    settings.warehouse.mkdir()
    path = settings.lock.with_suffix(".json")
    if note == "a folder":
        path.mkdir()
    elif note == "a link to nothing":
        path.symlink_to(tmp_path / "none" / "none")
    else:
        path.write_text("{" if note == "nonsense" else "[1]")
    messages: list[str] = []
    with build_lock(settings, "one", messages.append, run="r1"):
        assert building(settings) in ("", "r1")
        with (
            pytest.raises(Exception, match=r"another process still building|one .* still building"),
            build_lock(settings, "two", messages.append, wait=0.1),
        ):
            raise AssertionError("both hold it")
    assert building(settings) is None
    assert messages and messages[0].startswith("waiting: ")


@pytest.mark.parametrize("content", [b"", b"x" * 5000], ids=["empty", "nonsense"])
def test_a_published_file_that_is_none_is_said_with_what_to_do(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "jjj.duckdb"
    path.write_bytes(content)
    with pytest.raises(
        BadInput, match=r"^jjj.duckdb: expected a DuckDB file; found .*not a valid.* - `jjj build` makes it anew$"
    ):
        published_file.open_published(path)


def test_where_nothing_is_published_nothing_was_built(tmp_path: Path) -> None:
    assert publication.built_at(tmp_path / "jjj.duckdb") == ""


def test_a_column_without_a_comment_is_not_published(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "staging.duckdb")) as con:
        con.execute(
            "create schema mart; create table mart.t (a int, b int); comment on column mart.t.a is 'what it is'"
        )
    with pytest.raises(duckdb_file.NotPublished, match=r"^mart\.t\.b: expected a comment on every column, found none"):
        duckdb_file._check(tmp_path / "staging.duckdb", ParquetStore(tmp_path), [])


def test_the_log_compares_a_changed_publication_with_the_one_it_replaced_and_an_unchanged_one_with_none(
    built_project: Settings,
) -> None:
    """The kept publication is made to have had no warnings: all there are now are new."""
    built_at = publication.built_at(built_project.duckdb)
    snapshots.keep(built_project, built_at)
    with duckdb.connect(str(snapshots.folder_of(built_project, built_at) / "jjj.duckdb")) as con:
        now = dict(con.execute("select check_id, warnings from meta.check where warnings > 0").fetchall())
        con.execute("update meta.check set warnings = 0")
    assert now
    refresh_log.log(built_project, "me", "r1", 1.0, [], {"changed": True, "replaced": built_at})
    refresh_log.log(built_project, "me", "r2", 1.0, [], {"changed": False, "replaced": built_at})
    changed, unchanged = refresh_log.last(built_project, 2)
    assert changed["new_warnings"] == now
    assert (changed["files"], changed["revisions"]) == ({"new": [], "gone": [], "changed": []}, [])
    assert "new_warnings" not in unchanged
    assert unchanged["warnings"] == now


def test_going_back_puts_the_file_that_people_open_back_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who opens it then finds the documents and tables of the same publication beside it."""
    settings = Settings(root=tmp_path)
    snapshot = settings.previous / "2026-01-01T000000Z"
    for name in ("jjj.duckdb", "parquet/core/flow.parquet", "dictionary.md", "datapackage.json"):
        (snapshot / name).parent.mkdir(parents=True, exist_ok=True)
        (snapshot / name).write_text(name)
    newer = settings.parquet / "core" / "link.parquet"
    newer.parent.mkdir(parents=True)
    newer.write_text("a table that the earlier publication has not")
    order: list[str] = []
    replace_with = snapshots.replace_with

    def replaced(source: Path, target: Path) -> None:
        order.append(target.name)
        replace_with(source, target)

    monkeypatch.setattr(snapshots, "replace_with", replaced)
    snapshots.put_back(settings, snapshot)
    assert sorted(order) == ["datapackage.json", "dictionary.md", "flow.parquet", "jjj.duckdb"]
    assert order[-1] == "jjj.duckdb"
    assert settings.duckdb.read_text() == "jjj.duckdb"
    assert not newer.exists()


def test_a_file_among_the_kept_publications_stops_nothing(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path)
    settings.previous.mkdir(parents=True)
    (settings.previous / "note.txt").write_text("x")
    (settings.previous / "2026-01-01T000000Z.part").mkdir()
    snapshots.forget(settings)
    assert [p.name for p in settings.previous.iterdir()] == ["note.txt"]


def test_lines_of_the_refresh_log_that_are_no_entries_are_passed_over(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path)
    settings.warehouse.mkdir()
    whole = {"at": "2026-01-01", "who": "jjj build", "published": False, "seconds": 3.0, "failed": ["a"]}
    odd = [None, 1, [], {}, {"at": 1}, {**whole, "published": True}, {k: v for k, v in whole.items() if k != "seconds"}]
    lines = [*map(json.dumps, odd), "[" * 100_000, json.dumps(whole), '{"at": "2026']
    (settings.warehouse / refresh_log.NAME).write_text("\n".join(lines))
    assert refresh_log.last(settings, 20) == [whole]
    assert refresh_log.sentence(whole) == "2026-01-01 jjj build: failed after 3.0 s: a"


@pytest.mark.parametrize("sign", ["%20", "?"])
def test_a_folder_that_dagster_cannot_address_is_said(
    sign: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / f"a{sign}b"))
    with pytest.raises(BadInput, match=r"history without \? and %20 in its path"):
        history.prepare(Settings(root=tmp_path))
    assert not list(tmp_path.iterdir())


class Past(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls(2020, 1, 1, tzinfo=tz or UTC)


@pytest.mark.slow
def test_with_the_clock_set_back_builds_publish_and_earlier_ones_can_be_named(
    built_project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publication.built_at(built_project.duckdb)
    monkeypatch.setattr(publication, "datetime", Past)
    monkeypatch.setattr(refresh_log, "datetime", Past)
    change(built_project, "49671.2")
    done = build(built_project, keep_history=False)
    assert done.published, done.failures
    assert beijing(built_project.duckdb) == 49671.2
    assert publication.built_at(built_project.duckdb).startswith("2020-01-01")
    snapshot = snapshots.folder_of(built_project, first).name
    monkeypatch.setenv("JJJ_ROOT", str(built_project.root))
    refused = CliRunner().invoke(app, ["rollback"])
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (2, 1)
    assert snapshot in refused.stderr
    assert CliRunner().invoke(app, ["rollback", snapshot]).exit_code == 0
    assert beijing(built_project.duckdb) == 49670.2
