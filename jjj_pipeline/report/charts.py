"""The kinds of charts by name, and the specification of one, through Altair and without any address. Kinds are drawn in
`over_time` and `side_by_side`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from altair.utils.schemapi import debug_mode

from jjj_pipeline.report import drawing, over_time, side_by_side
from jjj_pipeline.report.answers import Rows
from jjj_pipeline.report.drawing import Canvas, Spec
from jjj_pipeline.report.model import Figure

KINDS: dict[str, tuple[Callable[[Canvas], Any], str]] = {  # what draws it, and the entry of `encode` with the numbers it shows
    "lines": (over_time.lines, "y"), "columns": (over_time.columns, "y"), "stacked_years": (over_time.stacked_years, "y"),
    "slope": (over_time.slope, "ends"), "heat": (over_time.heat, "value"), "stacked_rows": (side_by_side.stacked_rows, "x"),
    "dots": (side_by_side.dots, "x"), "dumbbell": (side_by_side.dumbbell, "ends"), "network": (side_by_side.network, "weight"),
}  # fmt: skip


def is_drawn(figure: Figure, rows: Rows) -> bool:
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
    spec |= {"config": drawing.CONFIG, "description": title, "datasets": canvas.datasets}
    return spec
