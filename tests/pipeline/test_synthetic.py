"""A complete panel of made-up figures passes the contract, and with it the identities, of every mart."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.marts import computed, fill
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import Runner
from jjj_pipeline.settings import Settings


@pytest.mark.slow
def test_every_mart_takes_a_full_panel_of_provinces_and_cities(tmp_path: Path) -> None:
    runner = Runner(Project(Settings(root=tmp_path)))
    assert fill(runner, cities=62, years=40, indicators=24) == 93 * 40 * 24 + 2 * 31 * 40 * 19
    rows = {table: n for step in computed(runner) for table, n in runner.materialize(step).rows.items()}
    assert rows["core.panel"] > 93 * 40 * 24
    # series that begin before 1990 have windows too
    composition = runner.store.read("mart.composition")
    assert {"first-last", "2014-2020", "since-2014"} <= set(composition["window_id"])
    assert rows["mart.shift_share"] > 31 * 19 * 2
    # every window and every year has its contributions; cities are groups of their own
    groups = runner.store.read("mart.growth_contribution")
    assert {"PROV31", "JJJ", "CITIES_110000"} <= set(groups["group_code"])
    assert runner.store.read("mart.disparity").query("group_code == 'PROV31'")["theil_t_between"].notna().all()
