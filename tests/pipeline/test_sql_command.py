"""`jjj sql` reads the published file and nothing else, and writes only where it is told to."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import Result
from typer.testing import CliRunner

from jjj_pipeline.cli import app
from jjj_pipeline.settings import Settings

REFUSED = [
    "copy (select 1) to '{out}'", "from read_csv('/etc/passwd')", "from '/etc/passwd'", "from read_text('/etc/passwd')",
    "from read_blob('/etc/passwd')", "from glob('/etc/*')", "from sniff_csv('/etc/passwd')", "install httpfs", "load httpfs",
    "attach '{out}'", "export database '{out}'", "import database '{out}'", "from read_parquet('https://example.org/x.parquet')",
    "set enable_external_access = true", "reset enable_external_access", "set lock_configuration = false",
    "select 1; copy (select 1) to '{out}'", "from query('from read_csv(''/etc/passwd'')')", "create table t as select 1",
    "create persistent secret s (type s3)", "from frame", "from con",
]  # fmt: skip


@pytest.fixture
def run_query(built_project: Settings, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("JJJ_ROOT", str(built_project.root))
    return lambda *words: CliRunner().invoke(app, ["sql", *words])


def test_a_query_reaches_no_file_no_network_and_no_setting(run_query, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for query in REFUSED:
        target = tmp_path / "out"
        done: Result = run_query(query.format(out=target))
        assert done.exit_code == 2, (query, done.output)
        assert len(done.stderr.splitlines()) == 1, (query, done.stderr)
        assert "root:" not in done.output
        assert not target.exists(), query
    assert "--allow-files" in run_query("from read_csv('/etc/passwd')").stderr


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "json", "dta"])
def test_the_condition_of_an_export_reaches_no_file_either(run_query, form: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    words = ["export", "ref.region", "--format", form, "--out", str(tmp_path / "out"), "--where"]
    done = CliRunner().invoke(app, [*words, "exists (from read_text('/etc/passwd'))"])
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.output
    assert "--where: expected a condition over ref.region" in done.stderr
    assert not (tmp_path / "out").exists()
    assert CliRunner().invoke(app, [*words, "region_code = '110000'"]).exit_code == 0
    assert [p.name for p in (tmp_path / "out").iterdir()] == [f"ref.region.{form}"]


def test_who_wants_more_says_so(run_query, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "mine.csv").write_text("region_code,note\n110000,ours\n")
    query = f"select name_en, note from ref.region join read_csv('{tmp_path}/mine.csv', all_varchar=true) using (region_code)"
    assert "Beijing" in run_query(query, "--allow-files", "--csv").stdout


def test_a_table_on_the_terminal_is_bounded_and_says_how_to_have_all(run_query) -> None:  # type: ignore[no-untyped-def]
    """A thousand million rows are neither computed nor laid out; those that are shown are the first in the order asked for."""
    done = run_query("select range as number from range(1000000000)")
    assert done.stdout.split()[-1] == "1999"
    assert done.stderr == "the first 2,000 rows; --csv prints all, --output FILE writes them\n"
    done = run_query("from range(2000) order by 1 desc")
    assert (done.stdout.split()[-2:], done.stderr) == (["1", "0"], "")
    assert len(run_query("from range(3000)", "--csv").stdout.splitlines()) == 3001


@pytest.mark.parametrize("query", ["describe ref.region", "show all tables", "explain select 1", "select 1; select 2"])
def test_what_is_no_select_is_shown_too(query: str, run_query) -> None:  # type: ignore[no-untyped-def]
    done = run_query(query)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_the_rows_are_written_whole_or_not_at_all(run_query, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    query = "select region_code, name_zh from ref.region where region_code in ('110000', '120000') order by all"
    for ending in ("csv", "json", "parquet", "md"):
        target = tmp_path / f"rows.{ending}"
        assert run_query(query, "--output", str(target)).exit_code == 0
    assert (tmp_path / "rows.csv").read_text(
        encoding="utf-8-sig"
    ) == "region_code,name_zh\n110000,北京市\n120000,天津市\n"
    assert json.loads((tmp_path / "rows.json").read_text())[1] == {"region_code": "120000", "name_zh": "天津市"}
    assert duckdb.read_parquet(str(tmp_path / "rows.parquet")).fetchall() == [
        ("110000", "北京市"),
        ("120000", "天津市"),
    ]
    for name, expected_text in (
        ("rows.exe", "expected a name that ends in"),
        ("none/rows.csv", "a place that can be written to"),
    ):
        done = run_query(query, "--output", str(tmp_path / name))
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
        assert expected_text in done.stderr
    assert sorted(p.name for p in tmp_path.glob("*rows*")) == ["rows.csv", "rows.json", "rows.md", "rows.parquet"]
