"""The charts that marts carry in Dagster: each over its mart and what that is made of, drawn where there is a number."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from jjj_pipeline.pipeline import plan
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import store_of
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


@pytest.mark.parametrize("table", preview.figures())
def test_a_chart_is_a_picture_with_marks(table: str, warehouse: Settings) -> None:
    drawn = etree.fromstring(preview.newest(warehouse.previews, table))
    assert drawn.tag == f"{SVG}svg"
    assert len(list(drawn.iter(f"{SVG}path"))) > 5


def test_a_chart_in_dagster_draws_the_breaks_it_runs_through(warehouse: Settings) -> None:
    drawn = etree.fromstring(preview.newest(warehouse.previews, "mart.intensity"))
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


@pytest.mark.slow
def test_a_chart_without_a_number_is_left_out(small_project: Settings) -> None:
    from jjj_pipeline.defs.run_build import build

    assert build(small_project, keep_history=False).published  # no joint patents, no technology contracts by year in it
    assert preview.newest(small_project.previews, "mart.trade_balance") == b""
    assert preview.newest(small_project.previews, "mart.growth_span").startswith(b"<svg")


def test_a_chart_is_drawn_once_for_each_content(warehouse: Settings, tmp_path: Path) -> None:
    preview.draw(store_of(warehouse), tmp_path)
    drawn = {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    assert drawn.keys() == {p.name for p in warehouse.previews.glob("mart.*")}
    (tmp_path / "mart.share-0123456789abcdef.svg").write_text("of other figures", encoding="utf-8")
    preview.draw(store_of(warehouse), tmp_path)
    assert {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()} == drawn
