"""What did not change is kept, and what comes out equals a build of everything."""

from __future__ import annotations

import inspect
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from jjj_pipeline import contracts
from jjj_pipeline.contracts.base import Contract, key, measure
from jjj_pipeline.defs.run_build import build
from jjj_pipeline.pipeline import project as pipeline
from jjj_pipeline.pipeline.plan import plan
from jjj_pipeline.pipeline.runner import Runner
from jjj_pipeline.pipeline.steps import SqlStep
from jjj_pipeline.publish import publication
from jjj_pipeline.settings import PACKAGE, Settings
from tests.conftest import ROOT, clone, made_once


@dataclass
class Project:
    """A project whose catalogue and marts may be edited, too."""

    settings: Settings

    def path(self, name: str) -> Path:
        first, _, rest = name.partition("/")
        return {"catalog": self.settings.catalog, "marts": self.settings.marts}.get(
            first, self.settings.root / first
        ) / rest

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.path(name)
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def make(self, *, full: bool = False, publish: bool = False) -> set[str]:
        """Bring everything up to date; the tables that were made anew."""
        work = Runner(pipeline.Project(self.settings), full=full)
        steps = plan(work.project)
        made = {t for step in steps for t in step.tables if not work.materialize(step).cached}
        if publish:
            publication.publish(work, steps)
        return made

    def tables(self) -> dict[str, bytes]:
        store = self.settings.store
        return {
            str(p.relative_to(store)): p.read_bytes()
            for p in sorted(store.glob("*/*.parquet"))
            if p.name != "build.parquet"
        }

    def published(self) -> set[str]:
        return {f"{p.parent.name}.{p.stem}" for p in self.settings.parquet.glob("*/*.parquet")}


def project_in(folder: Path) -> Project:
    return Project(Settings(root=folder / "project", catalog=folder / "catalog", marts=folder / "marts"))


def make_editable(built: Settings, folder: Path) -> None:
    """The small project as Dagster built it, with a catalogue and marts of its own."""
    clone(built.root, folder / "project")
    for part in ("catalog", "marts"):
        shutil.copytree(PACKAGE / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    assert project_in(folder).make() == set()  # nothing changed: nothing is made


@pytest.fixture
def project(small_built: Settings, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    editable = made_once("editable", lambda folder: make_editable(small_built, folder), tmp_path_factory)
    clone(editable, tmp_path / "own")
    return project_in(tmp_path / "own")


def add_a_file(project: Project) -> set[str]:
    target = project.path("raw/cstsy/2021/rd_by_activity.csv")
    target.parent.mkdir()
    shutil.copyfile(ROOT / "raw/cstsy/2021/rd_by_activity.csv", target)
    return {"stage.cstsy_rd_by_activity"}


def change_a_file(project: Project) -> set[str]:
    project.edit("raw/nbs/2025-census5/gdp.csv", "37767.0", "37768.0")
    return {"stage.nbs_gdp"}


def remove_a_file(project: Project) -> set[str]:
    project.path("raw/nbs/2025/population.csv").unlink()
    return {"stage.nbs_population"}


def add_a_spec(project: Project) -> set[str]:
    with project.path("catalog/tables.yml").open("a", encoding="utf-8") as file:
        file.write("\nnbs_households: {source: nbs, title_zh: 户数, title_en: Households, layout: region_by_year, "
                   "unit: 万人, indicator: population_urban}\n")  # fmt: skip
    text = project.path("raw/nbs/2025/population.csv").read_text(encoding="utf-8")
    project.path("raw/nbs/2025/households.csv").write_text(text, encoding="utf-8")
    return {"stage.nbs_households"}


def change_a_spec(project: Project) -> set[str]:
    project.edit(
        "catalog/tables.yml", 'printed_decimals: {default: 0, "2011": 1,', 'printed_decimals: {default: 1, "2011": 1,'
    )
    return {"stage.cstsy_rd_by_activity"}


def remove_a_spec(project: Project) -> set[str]:
    path = project.path("catalog/tables.yml")
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^nbs_population:\n(?:  .*\n)+", "", text, flags=re.MULTILINE), encoding="utf-8")
    project.path("raw/nbs/2025/population.csv").unlink()
    return set()


def change_a_note(project: Project) -> set[str]:
    path = project.path("raw/nbs/source.yml")
    path.write_text("chain: another way\n", encoding="utf-8")
    return set()


def change_a_query(project: Project) -> set[str]:
    project.edit(
        "marts/verification/revision.sql", "old.half_width + new.half_width as bound", "old.half_width as bound"
    )
    return set()


def change_a_macro(project: Project) -> set[str]:
    with project.path("marts/measures.sql").open("a", encoding="utf-8") as file:
        file.write("\n-- a remark\n")
    return set()


SOME = [change_a_file]  # before each commit; of the others, which tables are made again is looked at below
OTHERS = [
    change_a_macro,
    change_a_query,
    remove_a_spec,
    change_a_note,
    add_a_file,
    remove_a_file,
    add_a_spec,
    change_a_spec,
]


@pytest.mark.parametrize(
    "change", [*SOME, *(pytest.param(f, marks=pytest.mark.slow) for f in OTHERS)], ids=lambda f: f.__name__
)
def test_only_what_changed_is_parsed_and_all_equals_a_full_build(project: Project, change) -> None:
    parsed = change(project)
    made = project.make()
    assert {
        t
        for t in made
        if t.startswith("stage.") and t not in ("stage.identity_rule", "stage.identity_finding", "stage.records")
    } == parsed
    assert made > parsed
    partial = project.tables()
    project.make(full=True)
    assert partial == project.tables()


def test_a_changed_query_makes_its_table_and_what_rests_on_it(project: Project) -> None:
    # what reads the table is made again; what reads that is not, where it came out as it was
    change_a_query(project)
    assert project.make() == {"mart.revision", "mart.revision_summary", "meta.check"}


def test_a_changed_macro_makes_the_queries_again_and_parses_nothing(project: Project) -> None:
    change_a_macro(project)
    work = Runner(pipeline.Project(project.settings))
    steps = plan(work.project)
    anew = {t for step in steps if not work.is_cached(step) for t in step.tables}
    assert {t for step in steps if isinstance(step, SqlStep) for t in step.tables} <= anew
    assert not any(t.startswith("stage.") for t in anew)


def test_a_comment_in_a_query_stops_at_its_own_table(project: Project) -> None:
    with project.path("marts/verification/revision.sql").open("a", encoding="utf-8") as file:
        file.write("-- a remark\n")
    assert project.make() == {"mart.revision"}


class Tall(Contract):
    """Provinces with more than a hundred million people."""

    region_code: str = key("地区代码", "Region")
    people: float = measure("人口", "Largest population", "万人", of="gap")

    class Config(Contract.Config):
        metadata = {"table": "mart.tall", "zh": "人口大省"}


@pytest.mark.slow
def test_a_mart_is_added_and_removed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert inspect.getsource(Tall)
    monkeypatch.setitem(contracts.ALL, "mart.tall", Tall)
    path = project.path("marts/growth/tall.sql")
    path.write_text("select region_code, max(value) as people from core.panel where indicator = 'population' "
                    "group by region_code having max(value) > 10000 order by region_code", encoding="utf-8")  # fmt: skip
    assert project.make(publish=True) == {"mart.tall"}
    assert "mart.tall" in project.published()
    path.unlink()
    assert project.make(publish=True) == set()
    assert "mart.tall" not in project.published()
    partial = project.tables()
    assert "mart/tall.parquet" not in partial
    project.make(full=True)
    assert partial == project.tables()


def test_a_store_that_was_tampered_with_is_made_good(project: Project) -> None:
    whole = project.tables()
    path = project.settings.store / "mart" / "share.parquet"
    cut = path.read_bytes()[:-7]
    path.unlink()  # the bytes are linked from the build that other tests read
    path.write_bytes(cut)
    (project.settings.store / "stage" / "nbs_gdp.parquet").unlink()
    assert project.make() == {"mart.share", "stage.nbs_gdp"}
    assert project.tables() == whole


@pytest.mark.slow
def test_what_a_run_skipped_stands_in_its_log(project: Project, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):  # the second time the report is there too
        done = build(project.settings, keep_history=False)
        assert done.published
        assert done.cached == int(str(done.summary["tables"])) - 1  # meta.build says when
