"""`jjj read` and `jjj add`: streams, exit codes, what is shown, where the bytes go, and that a refusal changes nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from jjj_pipeline.cli import app
from jjj_pipeline.defs.run_build import build
from jjj_pipeline.ingest.preview import SHOWN
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.raw_files import manifest_differences
from tests.conftest import ROOT, copy_project
from tests.support import wild_files
from tests.support.reader_inputs import PROVINCES

TITLE = "1-7 各地区研究与试验发展(R&D)经费内部支出(2019年)"
HEAD = ["地区", "R&D经费内部支出", "基础研究", "应用研究", "试验发展"]
# 2023 as the export of the fifth census prints it, 2024 a little above it, 2025 new
GDP = [["数据库：分省年度数据"], ["指标：地区生产总值(亿元)"], ["时间：最近3年"], ["地区", "2025年", "2024年", "2023年"],
       ["北京市", "52000.1", "49843.9", "47353.7"], ["天津市", "18600.0", "18024.9", "17211.8"],
       ["河北省", "48000", "47527.9", "45660.0"], ["数据来源：国家统计局"]]  # fmt: skip


def lines(rows: list[list[str]]) -> bytes:
    return ("\n".join(",".join(row) for row in rows) + "\n").encode("gb18030")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A project with a few real files; the commands work in it."""
    settings = copy_project(
        tmp_path / "project", ["cstsy/2020/rd_by_activity.csv", "cstsy/2022/rd_by_activity.csv", "nbs/*/gdp.csv"]
    )
    monkeypatch.setenv("JJJ_ROOT", str(settings.root))
    return settings


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def tree(settings: Settings) -> dict[str, str]:
    """Every file and folder of raw/ with its content."""
    return {
        str(p.relative_to(settings.raw)): hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else ""
        for p in settings.raw.rglob("*")
    }


def refused(result: Result) -> str:
    """The one line of a refusal."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    return result.stderr


def saved(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def real_rows(year: int = 2019) -> list[list[Any]]:
    with (ROOT / f"raw/cstsy/{year + 1}/rd_by_activity.csv").open(encoding="utf-8", newline="") as handle:
        return [[row[0], *map(float, row[1:])] for row in list(csv.reader(handle))[3:]]


# ---- read


def test_read_prints_observations_and_says_the_rest_on_the_other_stream(project: Settings, tmp_path: Path) -> None:
    (project.raw / "cstsy/2020/rd_by_activity.csv").unlink()  # the figures of the small file are not those of 2019
    (project.raw / "cstsy/2022/rd_by_activity.csv").unlink()
    result = run("read", saved(tmp_path, "a.xls", wild_files.yearbook_protected_xls()))
    assert result.exit_code == 0
    rows = list(csv.reader(io.StringIO(result.stdout)))
    assert (
        ",".join(rows[0]) == "table_id,release,indicator,region_code,year,value,unit,printed,printed_unit,status,cell"
    )
    assert rows[1] == [
        "cstsy_rd_by_activity",
        "2020",
        "rd_expenditure",
        "CN",
        "2019",
        "0.31006",
        "亿元",
        "3100.6",
        "万元",
        "A",
        "C7",
    ]
    assert len(rows) == 21
    stderr_lines = result.stderr.splitlines()
    assert stderr_lines[0].startswith("cstsy_rd_by_activity, release 2020: 20 figures of 2019 in 万元")
    assert "sheet CNKI is hidden, not read" in stderr_lines


def test_read_as_json(project: Settings, tmp_path: Path) -> None:
    result = run("read", saved(tmp_path, "g.csv", lines(GDP)), "--format", "json")
    rows = json.loads(result.stdout)
    assert list(rows[0]) == list(SHOWN)
    assert rows[0] == {
        "table_id": "nbs_gdp", "release": "2026", "indicator": "gdp", "region_code": "110000", "year": 2025, "value": 52000.1,
        "unit": "亿元", "printed": "52000.1", "printed_unit": "亿元", "status": "A", "cell": "B5",
    }  # fmt: skip


def test_a_blank_is_printed_as_a_blank(project: Settings, tmp_path: Path) -> None:
    rows = [[("" if text == "17211.8" else text) for text in row] for row in GDP]
    result = run("read", saved(tmp_path, "g.csv", lines(rows)))
    row = next(r for r in csv.DictReader(io.StringIO(result.stdout)) if r["cell"] == "D6")
    assert (row["value"], row["printed"], row["status"]) == ("", "", "O")


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [(b"", [], ["an empty file"]), (lines(GDP)[:60], [], ["g.csv"]), (lines(GDP), ["--format", "xml"], ["expected csv or json"]),
     (lines(GDP), ["--table", "nbs_gpd"], ["did you mean nbs_gdp"]), (b"%PDF-1.4", [], ["found a PDF"])],
)  # fmt: skip
def test_read_refuses_in_one_line(
    data: bytes, options: list[str], words: list[str], project: Settings, tmp_path: Path
) -> None:
    message = refused(run("read", saved(tmp_path, "g.csv", data), *options))
    for word in ["expected", "found", *words]:
        assert word in message


def test_a_file_that_is_not_there_is_refused(project: Settings, tmp_path: Path) -> None:
    assert "none.csv" in refused(run("read", tmp_path / "none.csv"))
    assert "none.csv" in refused(run("add", tmp_path / "none.csv"))


def test_a_fresh_clone_without_a_build_has_everything_to_compare(project: Settings, tmp_path: Path) -> None:
    assert not project.duckdb.exists()
    data = wild_files.xlsx({"1": [[TITLE], ["单位：万元"], HEAD, *real_rows()]})
    assert "128 figures compared with loaded ones, 128 equal" in run("read", saved(tmp_path, "a.xlsx", data)).stderr


def test_a_broken_file_of_raw_is_named_and_does_not_stop_reading(project: Settings, tmp_path: Path) -> None:
    (project.raw / "cstsy/2020/rd_by_activity.csv").write_bytes(b"")
    data = wild_files.xlsx({"1": [[TITLE], ["单位：万元"], HEAD, *real_rows()]})
    result = run("read", saved(tmp_path, "a.xlsx", data))
    assert result.exit_code == 0
    assert "raw/cstsy/2020/rd_by_activity.csv: expected a table; found an empty file" in result.stderr
    assert "(not compared)" in result.stderr


# ---- add


def test_add_shows_new_repeated_and_revised_figures_and_copies_the_bytes(project: Settings, tmp_path: Path) -> None:
    data = lines(GDP)
    before = tree(project)
    result = run("add", saved(tmp_path, "export.txt", data))
    assert result.exit_code == 0, result.stderr
    shown = result.stdout.splitlines()
    assert shown[0] == "nbs_gdp, release 2026: 9 cells"
    assert shown[1] == "3 new, 3 repeated, 3 revised"
    assert shown[2] == "revises gdp 北京 2024: 49670.2 亿元 (release 2025-census5) -> 49843.9 亿元"
    assert shown[-1] == "copied to raw/nbs/2026/gdp.txt"
    added = {k: v for k, v in tree(project).items() if k not in before and k != "manifest.lock"}
    assert added == {"nbs/2026": "", "nbs/2026/gdp.txt": hashlib.sha256(data).hexdigest()}
    assert manifest_differences(project) == []


def test_a_dry_run_writes_nothing(project: Settings, tmp_path: Path) -> None:
    before = tree(project)
    result = run("add", saved(tmp_path, "g.csv", lines(GDP)), "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "would be copied to raw/nbs/2026/gdp.csv"
    assert tree(project) == before


def test_the_same_bytes_twice_change_nothing(project: Settings, tmp_path: Path) -> None:
    path = saved(tmp_path, "g.csv", lines(GDP))
    assert run("add", path).exit_code == 0
    before = tree(project)
    result = run("add", saved(tmp_path, "other name.csv", lines(GDP)))
    assert result.exit_code == 0
    assert result.stdout == "the same bytes are already in raw/nbs/2026/gdp.csv: nothing changed\n"
    assert tree(project) == before


@pytest.mark.parametrize("ending", ["csv", "xls"])
def test_nothing_is_overwritten(ending: str, project: Settings, tmp_path: Path) -> None:
    """Whatever the ending: two files of one table and release would double every figure."""
    rows = real_rows()
    data = wild_files.xls({"1": [[TITLE], ["单位：万元"], HEAD, *rows]}) if ending == "xls" else None
    if data is None:
        text = [[TITLE], ["单位：万元"], HEAD, *([r[0], *(f"{v:.0f}" for v in r[1:])] for r in rows)]
        data = ("\r\n".join(",".join(row) for row in text) + "\r\n").encode("gb18030")
    before = tree(project)
    message = refused(run("add", saved(tmp_path, f"a.{ending}", data)))
    assert "expected an unused path; found 2020/rd_by_activity.csv with other bytes; 128 of 128 figures" in message
    assert "nothing is overwritten" in message
    assert tree(project) == before


@pytest.mark.parametrize("release", ["../2026", "/etc", "2026/../../..", "..", "2026\n", "20 26", ""])
def test_a_release_is_no_path(release: str, project: Settings, tmp_path: Path) -> None:
    before = tree(project)
    result = run("add", saved(tmp_path, "g.csv", lines(GDP)), "--release", release)
    if release:
        assert "expected a release of digits 0-9" in refused(result)
        assert tree(project) == before
    assert not (tmp_path / "2026").exists()


def test_a_link_out_of_raw_is_refused(project: Settings, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (project.raw / "nbs" / "2026").symlink_to(outside)
    message = refused(run("add", saved(tmp_path, "g.csv", lines(GDP))))
    assert "expected a place inside raw/" in message
    assert list(outside.iterdir()) == []


def test_an_interrupted_copy_leaves_nothing(project: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: object) -> None:
        raise OSError(28, "No space left on device")

    before = tree(project)
    monkeypatch.setattr(Path, "replace", full)
    message = refused(run("add", saved(tmp_path, "g.csv", lines(GDP))))
    assert "raw/nbs/2026/gdp.csv: expected a place that can be written; found No space left on device" in message
    assert tree(project) == before


def bad(kind: str) -> bytes:
    """The table of 2019 with one fault."""
    rows = [list(row) for row in real_rows()]
    title = TITLE
    if kind == "unknown region":
        rows[2][0] = "天律"
    elif kind == "duplicate":
        rows.append(rows[3])
    elif kind == "text":
        rows[5][2] = "12O4"
    elif kind == "formula":
        rows[5][2] = "=SUM(1,2)"
    elif kind == "unit":
        rows = [[row[0], *(v / 1e4 for v in row[1:])] for row in rows]
    elif kind == "industries":
        rows = [[f"{name}制造业", 1.0, 2.0, 3.0, 4.0] for name in "甲乙丙丁"]
    elif kind == "sum":
        rows[1] = [rows[1][0], rows[1][1], rows[1][2] * 2, *rows[1][3:]]
    else:
        title = TITLE.replace("2019", "2016")  # of another year than its title says
    return wild_files.xlsx({"1": [[title], ["单位：万元"], HEAD, *rows]})


@pytest.mark.parametrize(
    "kind", ["unknown region", "duplicate", "text", "formula", "unit", "industries", "year", "sum"]
)
def test_what_the_build_would_refuse_is_not_added(kind: str, project: Settings, tmp_path: Path) -> None:
    if kind != "year":  # its place is free, and the years around it are there to compare with
        (project.raw / "cstsy/2020/rd_by_activity.csv").unlink()
    before = tree(project)
    refused(run("add", saved(tmp_path, "a.xlsx", bad(kind))))
    assert tree(project) == before


def test_an_indicator_that_its_place_does_not_explain_is_not_added(project: Settings, tmp_path: Path) -> None:
    """raw/ keeps no options: what needs --region to be read cannot lie there."""
    rows = [["数据库：分省年度数据"], ["时间：最近2年"], ["指标", "2019年", "2018年"], ["地区生产总值(亿元)", 35104.5, 32494.6],
            ["第一产业增加值(亿元)", 3518.4, 3338.6]]  # fmt: skip
    path = saved(tmp_path, "h.xls", wild_files.xls({"分省年度数据": rows}))
    assert run("read", path, "--region", "河北").exit_code == 0
    assert "raw/ keeps no --indicator and no --region" in refused(run("add", path, "--region", "河北"))


@pytest.mark.slow
def test_what_was_added_is_built_through_the_same_path(project: Settings, tmp_path: Path) -> None:
    """A protected workbook and a page lie in raw/ as they came; the build reads them, with footnotes and cells."""
    import duckdb

    rows = [["1-8  各地区研究与试验发展(R&D)经费投入强度"], ["单位：%"], ["地区", "Region", 2018.0, 2019.0],
            ["全    国", "National Total", 2.14, 2.24], ["北    京", "Beijing", 5.65, 6.301539564001795],
            ["天    津", "Tianjin", 3.68, 3.29], ["河    北", "Hebei", 1.54, 1.62], ["注：全国数已修订。"]]  # fmt: skip
    settings = copy_project(project.root, ["cstsy/2012/*.csv", "article/2022/*.csv", "nbs/2025/population.csv"])
    for name, data in (
        ("i.xls", wild_files.xls({"1": rows}, key="VelvetSweatshop")),
        ("b.html", wild_files.bulletin_html()),
    ):
        result = run("add", saved(tmp_path, name, data))
        assert result.exit_code == 0, result.stderr
    done = build(settings, keep_history=False)
    assert done.published, done.failures
    with duckdb.connect(str(settings.duckdb), read_only=True) as db:
        found = db.sql(
            "select indicator, region_code, year, value, printed, file, cell from core.observation "
            "where file in ('raw/cstsy/2020/rd_intensity.xls', 'raw/rd_bulletin/2020/rd_by_region.html') "
            "and region_code = '110000' and year = 2019 order by all"
        ).fetchall()
        notes = db.sql("select notes from ref.file where file = 'raw/cstsy/2020/rd_intensity.xls'").fetchall()
    assert found == [
        ("rd_expenditure", "110000", 2019, 2233.6, "2233.6", "raw/rd_bulletin/2020/rd_by_region.html", "B3"),
        ("rd_intensity", "110000", 2019, 6.30153956400179, "6.30153956400179", "raw/cstsy/2020/rd_intensity.xls", "D5"),
        ("rd_intensity", "110000", 2019, 6.31, "6.31", "raw/rd_bulletin/2020/rd_by_region.html", "C3"),
    ]
    assert notes == [("注：全国数已修订。",)]


# ---- what the build refuses, and what to do


def flows(last: str, first: int = 2024) -> bytes:
    """Contracts by destination: all provinces, then one row for abroad."""
    rows = [["8-39 技术市场技术流向地域(合同金额)"], ["单位：万元"], ["地区", str(first), str(first + 1)]]
    rows += [[name, str(i * 10), str(i * 11)] for i, name in enumerate(PROVINCES, 1)]
    return lines([*rows, *([r, "70", "80"] for r in last.split())])


def test_a_row_that_doubles_a_total_of_the_panel_is_refused_with_its_cell(project: Settings, tmp_path: Path) -> None:
    """境外 printed in one edition, 港澳台 and 国外 in another: the panel would have the sum and the printed figure."""
    assert run("add", saved(tmp_path, "a.csv", flows("港澳台 国外"))).exit_code == 0
    before = tree(project)
    message = refused(run("add", saved(tmp_path, "b.csv", flows("境外", 2025)), "--release", "2027"))
    assert "raw/cstsy/2027/tech_absorbed_by_year.csv, cell B35: expected figures with which core.panel keeps" in message
    assert "key is not unique; found tech_absorbed_turnover ABROAD 2025" in message
    assert tree(project) == before


def test_foreign_countries_beside_hong_kong_are_added_and_summed(project: Settings, tmp_path: Path) -> None:
    result = run("add", saved(tmp_path, "a.csv", flows("港澳台 国外")))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[0] == "cstsy_tech_absorbed_by_year, release 2026: 66 cells"


def test_figures_of_a_new_year_under_an_old_title_are_told_what_to_correct(project: Settings, tmp_path: Path) -> None:
    rows = [[r[0], *(round(v * 1.3) for v in r[1:])] for r in real_rows()]
    data = wild_files.xlsx({"1": [[TITLE], ["单位：万元"], HEAD, *rows]})
    message = refused(run("add", saved(tmp_path, "a.xlsx", data)))
    assert "0 of 128 figures are there already" in message
    assert "if they are of another year, correct the year in the title of the file and add it again" in message
    again = wild_files.xlsx({"1": [[TITLE.replace("2019", "2024")], ["单位：万元"], HEAD, *rows]})
    assert run("add", saved(tmp_path, "b.xlsx", again)).exit_code == 0


def test_another_export_of_the_same_date_is_told_to_name_its_date(project: Settings, tmp_path: Path) -> None:
    assert run("add", saved(tmp_path, "a.csv", lines(GDP))).exit_code == 0
    other = saved(tmp_path, "b.csv", lines([[t.replace("52000.1", "52000.2") for t in row] for row in GDP]))
    assert "as in --release 2026-11" in refused(run("add", other))
    assert run("add", other, "--release", "2026-11").exit_code == 0


def test_a_last_row_without_a_line_end_is_read_and_not_added(project: Settings, tmp_path: Path) -> None:
    path = saved(tmp_path, "a.csv", flows("港澳台 国外")[:-1])
    assert "without a line end" in run("read", path).stderr
    assert "a line end after the last row" in refused(run("add", path))


# ---- the cost


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_workbook_of_1_mb_is_read_in_under_two_seconds(kind: str, tmp_path: Path) -> None:
    """Processor time of the whole command less that of starting Python with the commands imported."""
    rng = random.Random(1)
    names = [row[0] for row in real_rows() if row[0] != "全国"]
    rows: list[list[Any]] = [["", "", *(str(y) for y in range(1990, 2025))]]
    for i in range(55 if kind == "xls" else 90):
        label = "地区生产总值（当年价）（亿元）" if i == 0 else f"指标{i}（亿元）"
        rows += [
            [label if r == 0 else "", name, *(rng.random() * 1e4 for _ in range(35))] for r, name in enumerate(names)
        ]
    data = (wild_files.xls if kind == "xls" else wild_files.xlsx)(
        {"中国宏观经济数据库": [*rows, [], ["由EPS DATA整理"]]}
    )
    assert len(data) > 2**20
    path = saved(tmp_path, f"one.{kind}", data)
    spent = cost("-m", "jjj_pipeline", "read", str(path)) - cost("-m", "jjj_pipeline", "--help")
    assert spent < 2, spent


def cost(*arguments: str) -> float:
    before, began = os.times(), time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used or time.perf_counter() - began
