"""The kinds of charts by name, and the specification of one, through Altair and without any address. Kinds are drawn in
`time_charts` and `category_charts`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from altair.utils.schemapi import debug_mode

from jjj_pipeline.report import category_charts, chart_style, time_charts
from jjj_pipeline.report.answers import Rows
from jjj_pipeline.report.chart_style import Canvas, Spec
from jjj_pipeline.report.model import ReportFigure

KINDS: dict[
    str, tuple[Callable[[Canvas], Any], str]
] = {  # what draws it, and the entry of `encode` with the numbers it shows
    "lines": (time_charts.lines, "y"),
    "columns": (time_charts.columns, "y"),
    "stacked_years": (time_charts.stacked_years, "y"),
    "slope": (time_charts.slope, "ends"),
    "heat": (time_charts.heat, "value"),
    "stacked_rows": (category_charts.stacked_rows, "x"),
    "dots": (category_charts.dots, "x"),
    "dumbbell": (category_charts.dumbbell, "ends"),
    "network": (category_charts.network, "weight"),
}


def is_drawn(figure: ReportFigure, rows: Rows) -> bool:
    """Whether a figure has a chart and its rows a number to draw."""
    if figure.chart is None:
        return False
    columns = figure.encode[KINDS[figure.chart][1]]
    return any(row[c] is not None for row in rows for c in ([columns] if isinstance(columns, str) else columns))


def draw(canvas: Canvas, title: str) -> Spec:
    """The chart of a figure as a Vega-Lite specification; it takes the width of its place. `title` is what is read out for it."""
    with debug_mode(False):  # a test has Altair check every chart; checking takes half the time
        kind, _ = KINDS[str(canvas.figure.chart)]
        spec: Spec = kind(canvas).to_dict(validate=False)
    spec.pop("$schema", None)
    spec |= {"config": chart_style.CONFIG, "description": title, "datasets": canvas.datasets}
    return spec
