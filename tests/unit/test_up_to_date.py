"""A build has nothing to do only where every input and every output is as the last whole build left it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jjj_pipeline.pipeline import up_to_date
from jjj_pipeline.settings import PACKAGE, Settings
from tests.conftest import copy_project

SAID = {"published": True, "cached": 3}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A project that was built, as far as the comparison looks: inputs, and files of a publication."""
    copied = copy_project(tmp_path / "project", ["nbs/2025/population.csv"])
    (copied.raw / "nbs" / "source.yml").write_text("chain: a copy\n")
    for part in ("catalog", "marts"):
        shutil.copytree(PACKAGE / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    made = Settings(root=copied.root, catalog=tmp_path / "catalog", marts=tmp_path / "marts")
    for path in (made.duckdb, made.parquet / "core" / "panel.parquet", made.store / "core" / "panel.parquet", made.dictionary,
                 made.datapackage, made.report / "index.html"):  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    up_to_date.remember(made, up_to_date.inputs(made), SAID)
    return made


def test_nothing_changed_says_what_the_last_build_said(settings: Settings) -> None:
    assert up_to_date.unchanged(settings) == SAID


def test_where_the_note_cannot_be_written_the_next_build_runs(settings: Settings) -> None:
    note = settings.warehouse / up_to_date.NAME
    note.unlink()
    note.mkdir()
    up_to_date.remember(settings, up_to_date.inputs(settings), SAID)
    assert up_to_date.unchanged(settings) is None


EDITS: dict[str, Callable[[Settings], object]] = {
    "a raw file": lambda s: (s.raw / "nbs/2025/population.csv").write_text("x"),
    "a new raw file": lambda s: (s.raw / "nbs/2025/gdp.csv").write_text("x"),
    "a stray file": lambda s: (s.raw / "notes.txt").write_text("x"),
    "a raw file that goes": lambda s: (s.raw / "nbs/2025/population.csv").unlink(),
    "source.yml": lambda s: (s.raw / "nbs/source.yml").write_text("chain: another\n"),
    "the catalogue": lambda s: (s.catalog / "windows.yml").write_text("{}"),
    "a correction": lambda s: (s.catalog / "corrections.yml").write_text("[]"),
    "a claim": lambda s: (s.catalog / "claims" / "more.yml").write_text("{}"),
    "a mart": lambda s: (s.marts / "growth" / "growth_span.sql").write_text("select 1"),
    "the macros": lambda s: (s.marts / "measures.sql").write_text(""),
    "a record set": lambda s: [(s.root / "raw-records").mkdir(), (s.root / "raw-records" / "set.yml").write_text("x")],
    "the published file": lambda s: s.duckdb.write_text("other"),
    "a published table that goes": lambda s: (s.parquet / "core" / "panel.parquet").unlink(),
    "a table of the store": lambda s: (s.store / "core" / "panel.parquet").write_text("other"),
    "the report that goes": lambda s: (s.report / "index.html").unlink(),
}


@pytest.mark.parametrize("what", EDITS)
def test_a_change_of_any_input_or_output_is_something_to_do(settings: Settings, what: str) -> None:
    EDITS[what](settings)
    assert up_to_date.unchanged(settings) is None


@pytest.mark.parametrize("what", ["strict", "threads"])
def test_other_settings_are_something_to_do(settings: Settings, what: str) -> None:
    from dataclasses import replace

    assert up_to_date.unchanged(replace(settings, **{what: 2})) is None  # type: ignore[arg-type]


def test_code_and_libraries_are_inputs(settings: Settings) -> None:
    found = up_to_date.inputs(settings)
    assert "code/pipeline/steps.py" in found and "code/contracts/core.py" in found
    assert found["library duckdb"] and found["python"] == sys.version


def test_files_that_are_being_written_or_hidden_change_nothing(settings: Settings) -> None:
    (settings.raw / "nbs/2025/population.csv.part").write_text("x")
    (settings.raw / "nbs/.DS_Store").write_text("x")
    assert up_to_date.unchanged(settings) == SAID


def test_looking_imports_neither_dagster_nor_pandas_nor_duckdb() -> None:
    heavy = "[m for m in ('dagster', 'pandas', 'pandera', 'duckdb', 'pyarrow', 'numpy') if m in sys.modules]"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; from jjj_pipeline.pipeline import up_to_date; print({heavy})"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
