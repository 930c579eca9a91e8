"""A query that is run a few indicators at a time gives what it gives in one piece: of every table that may be made so."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pytest

from jjj_pipeline import contracts
from jjj_pipeline.contracts.base import ContractBroken, keys_of
from jjj_pipeline.pipeline import slices, tables
from jjj_pipeline.pipeline.plan import plan
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import Runner
from jjj_pipeline.pipeline.steps import SqlStep
from jjj_pipeline.settings import Settings

SMALL_SLICE = 20_000  # rows: core.observation falls into four slices
# regressions depend on the order of adding, which is the engine's: some of the last of 16 digits
ADDED_UP = {"mart.convergence"}


@pytest.fixture
def runner(warehouse: Settings, monkeypatch: pytest.MonkeyPatch) -> Runner:
    monkeypatch.setattr(slices, "SLICE", SMALL_SLICE)
    return Runner(Project(warehouse))


def step_of(runner: Runner, table: str) -> SqlStep:
    return next(s for s in plan(runner.project) if isinstance(s, SqlStep) and s.name == table)


def both(runner: Runner, table: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of a query in their order: in one piece, and by slices."""
    step = step_of(runner, table)
    con = runner.store.connection(step.upstream)
    rows = f"from ({step.sql.strip().removesuffix(';')}\n)"
    whole = con.sql(rows).to_arrow_table().to_pandas()
    with slices.relation(runner.store, table, rows, step.upstream) as relation:
        assert relation != rows
        return whole, con.sql(relation).to_arrow_table().to_pandas()


@pytest.mark.parametrize("table", slices.BY_INDICATOR)
def test_slices_give_the_rows_of_the_whole_in_their_order(runner: Runner, table: str) -> None:
    whole, sliced = both(runner, table)
    assert keys_of(contracts.ALL[table])[0] == "indicator"
    close: Any = {"rtol": 1e-9} if table in ADDED_UP else {"check_exact": True}
    pd.testing.assert_frame_equal(sliced, whole, **close)


def test_one_indicator_alone_is_not_cut(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices hold whole indicators also where one has more rows than a slice is meant to have."""
    monkeypatch.setattr(slices, "SLICE", 1)
    whole, sliced = both(runner, "mart.growth_span")
    pd.testing.assert_frame_equal(sliced, whole, check_exact=True)


def test_a_table_that_is_made_by_slices_passes_its_contract(
    built_project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = Runner(Project(built_project), full=True)
    before = runner.store.read("mart.share")
    monkeypatch.setattr(slices, "SLICE", 100)
    assert runner.materialize(step_of(runner, "mart.share")).rows == {"mart.share": len(before)}
    assert runner.store.read("mart.share").equals(before)


def test_what_fails_in_a_slice_is_named_as_it_is(runner: Runner) -> None:
    step = step_of(runner, "mart.share")
    con = runner.store.connection(step.upstream)
    rows = "select error('no such share') as indicator from core.series"
    with (
        pytest.raises(duckdb.InvalidInputException, match=r"^Invalid Input Error: no such share$"),
        slices.relation(runner.store, "mart.share", rows, step.upstream) as relation,
    ):
        con.execute(relation).fetchall()
    indicators = con.execute("select count(distinct indicator) from core.series").fetchall()[0][0]
    assert indicators > 100  # the tables are whole again


def test_a_query_of_other_columns_is_refused_also_by_slices(
    built_project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = Runner(Project(built_project))
    monkeypatch.setattr(slices, "SLICE", 100)
    for sql, found in (
        ("select indicator from core.series", "indicator$"),
        ("select *, 1 as more from mart.share", "more$"),
    ):
        with pytest.raises(ContractBroken, match=rf"mart\.share: expected the columns indicator, .*; found .*{found}"):
            tables.write_query(
                runner.store, contracts.ALL["mart.share"], sql, ("core.series", "mart.share"), "mart.share"
            )


def test_too_little_memory_is_one_line_that_says_what_to_do(warehouse: Settings) -> None:
    settings = Settings(root=warehouse.root, memory="8MB")
    runner = Runner(Project(settings))
    step = step_of(runner, "mart.disparity")
    with pytest.raises(OSError, match=r"mart\.disparity needs more memory.*set JJJ_MEMORY to more"):
        tables.write_query(runner.store, contracts.ALL["mart.disparity"], step.sql, step.upstream, "mart.disparity")
