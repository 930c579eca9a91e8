"""DuckDB and a Spark of two workers give the same: every expression, and every record set of the fixtures and the bundled one.
`make e2e-spark` runs these."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from jjj_pipeline.errors import BadInput
from jjj_pipeline.records import build as building
from jjj_pipeline.records import results
from jjj_pipeline.records.engine import Engine, EngineSettings, connected
from jjj_pipeline.records.places import Lookups
from jjj_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.records.conftest import make_project
from tests.records.expressions import CASES, rows
from tests.support.server import wait
from tests.support.spark import executors, free_port, spark_connect

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="module")
def remote(server_folder: Path) -> Iterator[str]:
    with spark_connect(Path(os.environ["SPARK_HOME"]), server_folder) as address:
        yield address


@pytest.fixture(scope="module")
def engines(remote: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[Engine, Lookups]]]:
    work = tmp_path_factory.mktemp("engines")
    settings = Settings(root=ROOT)
    with (
        connected(EngineSettings(), work / "duckdb") as duckdb,
        connected(EngineSettings("spark", remote=remote), work / "spark") as spark,
    ):
        yield [(e, building.lookups(settings, e)) for e in (duckdb, spark)]


@pytest.mark.parametrize("case", CASES)
def test_an_expression_is_the_same_on_both(engines: list[tuple[Engine, Lookups]], case: str) -> None:
    duckdb, spark = (rows(engine, CASES[case](engine, look)) for engine, look in engines)
    assert duckdb
    assert spark == duckdb


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = make_project(tmp_path_factory.mktemp("project") / "root")
    bundled = settings.raw_records / "chinaxiv"
    bundled.mkdir()
    shutil.copyfile(ROOT / "raw-records/chinaxiv/chinaxiv_affiliations.csv", bundled / "chinaxiv_affiliations.csv")
    return settings


@pytest.mark.parametrize("name", ["patents", "papers", "firms", "contracts", "chinaxiv"])
def test_a_record_set_is_counted_the_same_on_both(project: Settings, remote: str, name: str) -> None:
    building.build(project, name, EngineSettings())
    duckdb, summary = results.read_counts(project, name), results.read_summary(project, name)
    building.build(project, name, EngineSettings("spark", remote=remote), full=True)
    spark = results.read_counts(project, name)
    exact = ["value"]
    pd.testing.assert_frame_equal(spark.drop(columns=exact), duckdb.drop(columns=exact))
    pd.testing.assert_series_equal(spark["value"], duckdb["value"], rtol=1e-9, check_exact=False)
    assert results.read_summary(project, name) == summary


def test_the_known_answers_come_out_on_spark(project: Settings) -> None:
    found = results.read_counts(project, "chinaxiv")
    found = found[found["indicator"] == "joint_papers"].groupby(["level", "origin", "destination"])["value"].sum()
    assert found["province", "110000", "120000"] == 36
    assert found["province", "110000", "130000"] == 74
    assert found["province", "120000", "130000"] == 8
    assert [found["city", "110000", c] for c in ("130100", "130400", "130600")] == [37, 16, 10]


def test_a_server_that_is_not_there_is_one_line(project: Settings) -> None:
    before = results.read_counts(project, "papers")
    nowhere = EngineSettings("spark", remote=f"sc://127.0.0.1:{free_port()}")
    with pytest.raises(BadInput, match="expected a Spark Connect server") as error:
        building.build(project, "papers", nowhere, full=True)
    assert "\n" not in str(error.value)
    pd.testing.assert_frame_equal(results.read_counts(project, "papers"), before)


@pytest.mark.parametrize("at", ["rows", "party"])
def test_a_worker_that_dies_as_its_query_begins_changes_no_count(
    project: Settings, remote: str, server_folder: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spark, which does not know yet, gives it work, and does that again on another one; if it cannot, the counts stay as they
    were, and the refusal is one line."""
    building.build(project, "chinaxiv", EngineSettings())
    before = results.read_counts(project, "chinaxiv")
    killed: list[int] = []
    write = Engine.write

    def watched(self: Engine, table: object, folder: Path) -> None:
        if folder.name == at and not killed:
            wait("a worker", lambda: executors(server_folder))
            victim = executors(server_folder)[0]
            victim.kill()
            killed.append(victim.pid)
        write(self, table, folder)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "write", watched)
    try:
        building.build(project, "chinaxiv", EngineSettings("spark", remote=remote), full=True)
    except BadInput as refused:
        assert "\n" not in str(refused)
    assert killed
    pd.testing.assert_frame_equal(results.read_counts(project, "chinaxiv"), before, rtol=1e-9, check_exact=False)
    assert not list((project.records / "chinaxiv").rglob("*.part"))
