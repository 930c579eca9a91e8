"""What the documents print is what a build answers."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jjj_pipeline import cli
from jjj_pipeline.contracts import ALL
from jjj_pipeline.settings import Settings
from scripts.doc_queries import MARKED, PAIR, ROOT, differences, documents
from scripts.tour import TOUR, executed, printed_cells, stored

COMMAND = re.compile(r"^ *\.venv/bin/jjj (.+?)(?: +#.*)?(?: > \S+)?$", re.MULTILINE)
OF_THE_READER = {"FILE", "my_text.yml"}  # files only a reader has


def commands() -> list[Any]:
    """Every call of jjj that README and docs/open_it.md show; the one that exports all marts takes a minute and is left out, one
    of whole marts takes ten seconds."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/open_it.md")]
    shown = dict.fromkeys(command for text in texts for command in COMMAND.findall(text))
    before = [command for command in shown if command != "export" and not OF_THE_READER & set(shlex.split(command))]
    return [pytest.param(c, marks=pytest.mark.slow) if c.startswith("export mart.") else c for c in before]


@pytest.mark.parametrize("path", documents(), ids=lambda p: p.name)
def test_every_query_of_a_document_answers_as_printed(warehouse: Settings, path: Path) -> None:
    assert PAIR.findall(path.read_text(encoding="utf-8"))
    assert differences(path, warehouse.duckdb) == []


def test_the_cookbook_has_nineteen_questions_and_ten_of_them_are_in_the_readme() -> None:
    cookbook, readme = ((ROOT / name).read_text(encoding="utf-8") for name in ("docs/cookbook.md", "README.md"))
    assert len(PAIR.findall(cookbook)) == cookbook.count("\n### ") == 19
    assert len(MARKED.findall(cookbook)) == readme.count("<details><summary>") == 10


def test_the_readme_names_every_table_of_the_marts() -> None:
    inside = (ROOT / "README.md").read_text(encoding="utf-8").split("## What is inside")[1].split("\n## ")[0]
    named = {
        f"mart.{name}"
        for line in inside.splitlines()
        if line.startswith("| `mart`")
        for name in re.findall(r"`(\w+)`", line)
    }
    assert named - {"mart.mart"} == {table for table in ALL if table.startswith("mart.")}


def test_the_notebook_runs_and_gives_what_is_stored_in_it(warehouse: Settings) -> None:
    assert printed_cells(executed(warehouse.duckdb)) == printed_cells(stored())
    assert TOUR.stat().st_size < 150_000


@pytest.mark.parametrize("command", commands())
def test_the_commands_that_the_documents_show_work(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("JJJ_ROOT", str(warehouse.root))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli.app, shlex.split(command))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout
    assert command.startswith("export") == any(tmp_path.glob("export/*"))


def test_the_python_that_the_documents_show_works(warehouse: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(warehouse.root)
    shown = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "open_it.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    for code in shown:
        exec(code, names)
    assert len(names["growth"]) == 9  # the windows of the catalogue
    assert len(names["share"]) > 100_000
