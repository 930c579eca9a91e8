"""The report over the whole of raw/, once for all tests that look at it: its file, its figures, a browser."""

from __future__ import annotations

import duckdb
import pytest
from lxml import html

from jjj_pipeline.report.model import ReportFigure, sections
from jjj_pipeline.settings import Settings

FIGURES = [f for s in sections() for f in s.figures]


@pytest.fixture(scope="session")
def report(warehouse: Settings) -> html.HtmlElement:
    """The page as a tree."""
    return html.parse(str(warehouse.report / "index.html")).getroot()


@pytest.fixture(scope="session")
def answers(warehouse: Settings) -> dict[str, list[dict[str, object]]]:
    """The rows of every figure's query of the published file."""
    with duckdb.connect(str(warehouse.duckdb), read_only=True) as con:
        return {f.id: rows(con, f) for f in FIGURES}


def rows(con: duckdb.DuckDBPyConnection, figure: ReportFigure) -> list[dict[str, object]]:
    found = con.execute(figure.query)
    names = [c[0] for c in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
