"""What the documents print is what a build answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from jjj_pipeline.settings import Settings
from tests.doc_queries import MARKED, PAIR, ROOT, differences, documents
from tests.tour import TOUR, executed, said, stored


@pytest.mark.parametrize("path", documents(), ids=lambda p: p.name)
def test_every_query_of_a_document_answers_as_printed(warehouse: Settings, path: Path) -> None:
    assert PAIR.findall(path.read_text(encoding="utf-8"))
    assert differences(path, warehouse.duckdb) == []


def test_the_cookbook_has_fifteen_questions_and_ten_of_them_are_in_the_readme() -> None:
    cookbook, readme = ((ROOT / name).read_text(encoding="utf-8") for name in ("docs/cookbook.md", "README.md"))
    assert len(PAIR.findall(cookbook)) == cookbook.count("\n### ") == 15
    assert len(MARKED.findall(cookbook)) == readme.count("<details><summary>") == 10


def test_the_notebook_runs_and_gives_what_is_stored_in_it(warehouse: Settings) -> None:
    assert said(executed(warehouse.duckdb)) == said(stored())
    assert TOUR.stat().st_size < 150_000
