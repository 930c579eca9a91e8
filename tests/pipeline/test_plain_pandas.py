"""The core tables and marts against a second hand: the plain pandas script of the benchmark shares no code with the pipeline, and
comes to the same keys, texts, gaps and numbers from the same files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.compare import differences
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.parquet_store import ParquetStore
from tests import oracle
from tests.conftest import made_once


@pytest.fixture(scope="module")
def both(warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[ParquetStore, Path]:
    """The tables of the pipeline and the folder with those of the script."""
    folder = made_once("plain", lambda to: oracle.main(warehouse.raw, warehouse.catalog, to), tmp_path_factory)
    return ParquetStore(warehouse.store), folder


def test_no_table_that_is_compared_is_empty(both: tuple[ParquetStore, Path]) -> None:
    assert [t for t in oracle.TABLES if not both[0].rows(t)] == []


def test_a_plain_pandas_script_comes_to_the_same_tables(both: tuple[ParquetStore, Path]) -> None:
    assert differences(*both, oracle.TABLES) == []


def test_a_figure_that_is_off_in_the_eighth_digit_a_lost_row_and_a_lost_text_are_found(
    both: tuple[ParquetStore, Path], tmp_path: Path
) -> None:
    store, folder = both
    share = pd.read_parquet(folder / "mart.share.parquet")
    share.loc[share["share"].idxmax(), "share"] *= 1 + 1e-8
    share.to_parquet(tmp_path / "mart.share.parquet")
    pd.read_parquet(folder / "core.flow.parquet").iloc[1:].to_parquet(tmp_path / "core.flow.parquet")
    panel = pd.read_parquet(folder / "core.panel.parquet")
    panel.loc[0, "release"] = None
    panel.to_parquet(tmp_path / "core.panel.parquet")
    lines = differences(store, tmp_path, ["mart.share", "core.flow", "core.panel"])
    assert [line.split(": ")[0] for line in lines] == ["mart.share.share", "core.flow", "core.panel.release"]
    assert [line.split(": ")[1].split(" ")[0] for line in lines] == ["1", "1", "1"]
