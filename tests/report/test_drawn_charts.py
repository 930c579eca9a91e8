"""Charts of the build before: the page that uses them is the page that draws them, and nothing else is taken for one of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb
import pytest

from jjj_pipeline.report import charts, page
from jjj_pipeline.report.answers import Row, Rows, answer
from jjj_pipeline.report.chart_style import Canvas
from jjj_pipeline.report.drawn_charts import NAME, DrawnCharts
from jjj_pipeline.report.labels import Labels
from jjj_pipeline.report.model import ReportFigure, sections
from jjj_pipeline.settings import Settings


@pytest.fixture
def con(warehouse: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(warehouse.duckdb), read_only=True) as con:
        yield con


def test_a_page_with_kept_charts_equals_the_page_that_drew_them(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, number = page.render(con, "", "", DrawnCharts(tmp_path, "code"))
    monkeypatch.setattr(charts, "draw", lambda canvas, title: pytest.fail(f"{canvas.figure.id} is drawn again"))
    assert page.render(con, "", "", DrawnCharts(tmp_path, "code")) == (drawn, number)


def test_the_order_in_which_names_are_answered_changes_nothing(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    one, other = DrawnCharts(tmp_path, "code"), DrawnCharts(tmp_path, "code")
    words = Labels(partial(answer, con))
    one.names(words)
    words.names = {kind: dict(reversed(texts.items())) for kind, texts in reversed(words.names.items())}
    other.names(words)
    assert one.state == other.state
    words.names["region"].pop("110000")
    another = DrawnCharts(tmp_path, "code")
    another.names(words)
    assert another.state != one.state


@pytest.mark.parametrize("left", ["", "no JSON", "[]", "{}"])
def test_a_file_that_is_none_is_drawn_over(left: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(left, encoding="utf-8")
    assert DrawnCharts(tmp_path, "code").stored == {}


def test_another_figure_title_language_number_or_name_is_another_chart(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "draw", lambda canvas, title: {"drawn": title})
    words = Labels(partial(answer, con))
    figure: ReportFigure = next(f for s in sections() for f in s.figures if f.chart == "lines")
    rows = Rows([Row(year=2023, value=1.0)])
    drawn = DrawnCharts(tmp_path, "code")
    for canvas, title in (
        (Canvas(figure, rows, words, "zh"), "a"),
        (Canvas(figure, rows, words, "zh"), "a"),
        (Canvas(figure, rows, words, "en"), "a"),
        (Canvas(figure, rows, words, "zh"), "b"),
        (Canvas(figure, Rows([Row(year=2023, value=1.0000000001)]), words, "zh"), "a"),
        (Canvas(figure.model_copy(update={"id": "other"}), rows, words, "zh"), "a"),
    ):
        drawn.spec(canvas, title)
    assert len(drawn.used) == 5  # the second is the first
    drawn.save()
    assert len(json.loads((tmp_path / NAME).read_text(encoding="utf-8"))) == 5
    renamed = DrawnCharts(tmp_path, "code")
    renamed.names(words)
    renamed.spec(Canvas(figure, rows, words, "zh"), "a")
    assert not renamed.used.keys() & drawn.used.keys()
