"""What the documents print is what a build answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from jjj_pipeline.settings import Settings
from tests.doc_queries import PAIR, differences, documents


@pytest.mark.parametrize("path", documents(), ids=lambda p: p.name)
def test_every_query_of_a_document_answers_as_printed(warehouse: Settings, path: Path) -> None:
    assert PAIR.findall(path.read_text(encoding="utf-8"))
    assert differences(path, warehouse.duckdb) == []
