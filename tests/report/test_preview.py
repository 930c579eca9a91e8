"""The charts that marts carry in Dagster: each over its mart and what that is made of, drawn where there is a number."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from jjj_pipeline import contracts
from jjj_pipeline.defs import webserver
from jjj_pipeline.pipeline import plan
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import store_of
from jjj_pipeline.pipeline.tables import write_frame
from jjj_pipeline.report import preview
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.parquet_store import base_tables

KEY = (
    "growth_span",
    "disparity",
    "intensity",
    "flow_share",
    "trade_balance",
    "copatent_edge",
    "innovation_index",
    "claim_check",
)
SVG = "{http://www.w3.org/2000/svg}"


def test_the_key_marts_have_a_chart() -> None:
    assert {f"mart.{name}" for name in KEY} <= set(preview.figures())


def drawn_of(settings: Settings, folder: Path, table: str) -> bytes:
    return preview.chart(store_of(settings), folder, table)


@pytest.mark.parametrize("table", preview.figures())
def test_a_chart_is_a_picture_with_marks(table: str, warehouse: Settings, tmp_path: Path) -> None:
    drawn = etree.fromstring(drawn_of(warehouse, tmp_path, table))
    assert drawn.tag == f"{SVG}svg"
    assert len(list(drawn.iter(f"{SVG}path"))) > 5


def test_a_chart_in_dagster_draws_the_breaks_it_runs_through(warehouse: Settings, tmp_path: Path) -> None:
    drawn = etree.fromstring(drawn_of(warehouse, tmp_path, "mart.intensity"))
    letters = [t.text for t in drawn.iter(f"{SVG}text") if t.text == "B"]
    rules = [line for line in drawn.iter(f"{SVG}line") if line.get("stroke-dasharray") == "3,3"]
    assert (len(letters), len(rules)) == (1, 1)
    assert "B 2011: from 2011 on as revised after the fifth economic census" in " ".join(drawn.itertext())


@pytest.mark.parametrize("table", preview.figures())
def test_a_chart_asks_for_nothing_that_is_made_after_its_mart(table: str, small_project: Settings) -> None:
    upstream = {t: set(step.upstream) for step in plan.plan(Project(small_project)) for t in step.tables}
    ready, waiting = {table}, [table]
    while waiting:
        new = upstream.get(waiting.pop(), set()) - ready
        ready |= new
        waiting += new
    assert set(base_tables(preview.figures()[table].query)) <= ready


def test_a_chart_without_a_number_is_empty(small_built: Settings, tmp_path: Path) -> None:
    # no contracts between the three by year in its files
    assert drawn_of(small_built, tmp_path, "mart.trade_balance") == b""
    assert drawn_of(small_built, tmp_path, "mart.growth_span").startswith(b"<svg")
    assert drawn_of(small_built, tmp_path, "mart.growth_yearly") == b""  # no figure of the report is of this mart


def test_a_chart_is_drawn_once_for_each_content(
    built_project: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, folder = store_of(built_project), tmp_path / "charts"
    first = preview.chart(store, folder, "mart.growth_span")
    assert [p.read_bytes() for p in folder.iterdir()] == [first]
    with monkeypatch.context() as patch:
        patch.setattr(preview, "picture", lambda *given: pytest.fail("drawn again"))
        assert preview.chart(store, folder, "mart.growth_span") == first
    fewer = store.read("mart.growth_span").query("region_code == '110000'")
    assert write_frame(store, contracts.ALL["mart.growth_span"], fewer, "mart.growth_span") == len(fewer) > 0
    second = preview.chart(store, folder, "mart.growth_span")
    assert second != first
    assert [p.read_bytes() for p in folder.iterdir()] == [second]


def test_a_chart_is_shown_also_where_it_cannot_be_kept(small_built: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert drawn_of(small_built, tmp_path / "file", "mart.growth_span").startswith(b"<svg")


def test_of_a_project_that_is_not_built_there_is_no_chart(
    small_project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JJJ_ROOT", str(small_project.root))
    assert webserver.drawn("mart.growth_span") == b""
