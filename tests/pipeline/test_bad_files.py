"""A raw file with a bad figure stops the build with one line that names file, cell, expected and found; what is
published stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from jjj_pipeline.defs.run_build import build
from jjj_pipeline.errors import BadInput
from jjj_pipeline.pipeline.plan import plan
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import Runner
from jjj_pipeline.settings import Settings

RD = "raw/cstsy/2020/rd_by_activity.csv"
TABLE = "cstsy_rd_by_activity"
PATENTS = "raw/article/2022/patents.csv"


def edit(settings: Settings, name: str, old: str, new: str) -> None:
    path = settings.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(settings: Settings) -> list[str]:
    """The messages of a build that must not publish, one line each."""
    before = settings.duckdb.read_bytes()
    done = build(settings, keep_history=False)
    assert not done.published
    assert settings.duckdb.read_bytes() == before
    assert not any("\n" in line for line in done.failures)
    return done.failures


def refused_step(settings: Settings) -> str:
    """The message of the step of RD, which must not write its table."""
    project = Project(settings)
    table = f"stage.{TABLE}"
    (step,) = [step for step in plan(project) if step.tables == (table,)]
    runner = Runner(project)
    before = runner.store.path(table).read_bytes()
    with pytest.raises(BadInput) as error:
        runner.materialize(step)
    assert runner.store.path(table).read_bytes() == before
    assert "\n" not in str(error.value)
    return str(error.value)


CASES = {
    "unknown province": (RD, "\n北京,", "\n北亰,", ["cell A5", "北亰", "北京"]),
    "inconvertible unit": (RD, "单位：万元", "单位：人年", ["cell B4", "亿元", "人年"]),
    "duplicate row": (RD, "\n天津,", "\n北京,", ["cell B6", "a second one", "B5"]),
    "missing column": (RD, ",试验发展\n", ",试验\n", ["cell E3", "试验", "试验发展"]),
    "text where a figure stands": (RD, "3554523", "35545z3", ["cell C5", "35545z3"]),
    "edition and year differ": (RD, "(2019年)", "(2018年)", ["cell A1", "2019", "2018"]),
    "printed share beyond the bound": (PATENTS, "86.82", "86.28", ["cell E11", "article_invention_grants_share"]),
}


BUILT = ["unknown province", "printed share beyond the bound"]  # found by a step of a source, found by a check
BY_STEP = [kind for kind, (name, *_) in CASES.items() if name == RD]


@pytest.mark.parametrize(
    "kind", [*BUILT, *(pytest.param(kind, marks=pytest.mark.slow) for kind in CASES if kind not in BUILT)]
)
def test_an_edited_file_is_refused(built_project: Settings, kind: str) -> None:
    name, old, new, words = CASES[kind]
    edit(built_project, name, old, new)
    (message,) = refused(built_project)
    for word in [name, "expected", "found", *words]:
        assert word in message


@pytest.mark.parametrize("kind", BY_STEP)
def test_the_step_of_an_edited_file_is_refused(built_project: Settings, kind: str) -> None:
    name, old, new, words = CASES[kind]
    edit(built_project, name, old, new)
    message = refused_step(built_project)
    for word in [name, "expected", "found", *words]:
        assert word in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["empty"]),
        ("标题(2019年)\n单位：万元\n".encode() + b"\xff\xff\n", ["cell A3", "UTF-8 or GB18030"]),
        (None, ["cut"]),
    ],
    ids=["empty", "no encoding", "cut in the middle"],
)
def test_a_damaged_file_is_refused(built_project: Settings, content: bytes | None, words: list[str]) -> None:
    path = built_project.root / RD
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    message = refused_step(built_project)
    for word in [RD, "expected", *words]:
        assert word in message


@pytest.mark.slow
def test_a_file_that_no_table_knows_is_named_and_left_out(built_project: Settings) -> None:
    stray = built_project.raw / "cstsy" / "2020" / "no_such_table.csv"
    stray.write_text("x\n")
    done = build(built_project, keep_history=False)
    assert done.published, done.failures
    (message,) = done.left_out
    for word in ["raw/cstsy/2020/no_such_table.csv", "tables.yml", "cstsy_no_such_table", "add an entry"]:
        assert word in message


@pytest.mark.slow
def test_a_build_that_fails_over_a_derived_table_names_the_files(built_project: Settings) -> None:
    """境外 in one edition, its members in another: the key of core.panel is not unique."""
    title = "8-39 技术市场技术流向地域(合同金额)\n单位：万元\n"
    editions = {
        "2026": "地区,2025\n北京,1\n天津,2\n河北,3\n港澳台,5\n其他(国外),7\n",
        "2027": "地区,2025,2026\n北京,1,1\n天津,2,2\n河北,3,3\n境外,12,13\n",
    }
    for release, rows in editions.items():
        path = built_project.raw / "cstsy" / release / "tech_absorbed_by_year.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(title + rows, encoding="utf-8")
    (message,) = refused(built_project)
    assert "core.panel: expected" in message
    assert "ABROAD 2025" in message
    assert "(from raw/cstsy/2026/tech_absorbed_by_year.csv, raw/cstsy/2027/tech_absorbed_by_year.csv)" in message


@pytest.mark.parametrize(
    "entry",
    [
        "article_hebei_invention_grants_2020",
        pytest.param("shanghai_rd_by_activity_2021", marks=pytest.mark.slow),
        pytest.param("sichuan_rd_fte_by_activity_2011", marks=pytest.mark.slow),
    ],
)
def test_the_build_is_red_without_each_correction(built_project: Settings, tmp_path: Path, entry: str) -> None:
    messages = refused(without(built_project, tmp_path, entry))
    assert messages
    for message in messages:
        assert "raw/" in message
        assert "expected" in message


def without(settings: Settings, folder: Path, entry: str) -> Settings:
    """The same project with a catalogue that lacks one entry of the ledger."""
    import shutil

    import yaml

    catalog = folder / "catalog"
    shutil.copytree(settings.catalog, catalog)
    ledger = catalog / "corrections.yml"
    entries = yaml.safe_load(ledger.read_text(encoding="utf-8"))
    ledger.write_text(yaml.safe_dump([e for e in entries if e["id"] != entry], allow_unicode=True), encoding="utf-8")
    return Settings(root=settings.root, catalog=catalog)
