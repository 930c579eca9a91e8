"""A text checked against the whole warehouse, once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.tables import EVIDENCE, evidence_of
from jjj_pipeline.claims.text import result
from jjj_pipeline.claims.text.documents import Document
from jjj_pipeline.claims.text.names import Names
from jjj_pipeline.claims.text.result import CheckedText
from jjj_pipeline.publish.published_file import open_published, query
from jjj_pipeline.settings import Settings, default_settings


@pytest.fixture(scope="session")
def names() -> Names:
    return Names(load_catalog(default_settings().catalog))


@pytest.fixture(scope="session")
def evidence(warehouse: Settings, names: Names) -> Evidence:
    with open_published(warehouse.duckdb) as con:
        return evidence_of(names.catalog, *(query(con, f"from {table}") for table in EVIDENCE))


@pytest.fixture(scope="session")
def checked(names: Names, evidence: Evidence) -> Callable[[str], CheckedText]:
    """A text with its verdicts."""

    def check(text: str) -> CheckedText:
        document = Document("text", text)
        return result.check_text(document, result.read(document, names), names, evidence)

    return check
