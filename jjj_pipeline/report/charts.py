"""The kinds of charts by name, and the specification of one, through Altair and without any address. Kinds are drawn in
`over_time` and `side_by_side`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from altair.utils.schemapi import debug_mode

from jjj_pipeline.report import drawing, over_time, side_by_side
from jjj_pipeline.report.drawing import Canvas, Spec

KINDS: dict[str, Callable[[Canvas], Any]] = {
    "lines": over_time.lines, "columns": over_time.columns, "stacked_years": over_time.stacked_years, "slope": over_time.slope,
    "heat": over_time.heat, "stacked_rows": side_by_side.stacked_rows, "dots": side_by_side.dots,
    "dumbbell": side_by_side.dumbbell, "network": side_by_side.network,
}  # fmt: skip


def draw(canvas: Canvas, title: str) -> Spec:
    """The chart of a figure as a Vega-Lite specification; it takes the width of its place. `title` is what is read out for it."""
    with debug_mode(False):  # a test has Altair check every chart; checking takes half the time
        spec: Spec = KINDS[str(canvas.figure.chart)](canvas).to_dict(validate=False)
    spec.pop("$schema", None)
    spec |= {"config": drawing.CONFIG, "description": title, "datasets": canvas.datasets}
    return spec
