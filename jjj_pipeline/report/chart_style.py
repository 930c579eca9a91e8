"""What all charts share: colours, shapes, type, how a missing year is marked, where a label goes. No kind of chart, no query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

from jjj_pipeline.report.answers import Row, Rows
from jjj_pipeline.report.breaks import breaks_of
from jjj_pipeline.report.labels import Labels
from jjj_pipeline.report.model import ReportFigure
from jjj_pipeline.report.numbers import interval, number

Spec = dict[str, Any]
CELL = {"min": 165, "axis": 52}  # of small multiples: the least width of one in pixels, and the room its axis takes
BREAK = "#9a3412"
INK, SOFT, GRID, PAPER = "#1d2329", "#5a636d", "#e3e6ea", "#ffffff"
# Okabe and Ito's colours, the yellow left out (too light on paper) and the others dark enough to be read as text
OWN = {  # colour, shape and dash of places and verdicts, the same in all charts
    "110000": ("#0072b2", "circle", [1, 0]), "120000": ("#c04f00", "square", [6, 3]),
    "130000": ("#00805e", "triangle-up", [2, 2]), "JJJ": (INK, "diamond", [1, 0]),
    "CN": ("#6d747c", "cross", [4, 4]), "YRD": ("#a3568b", "triangle-down", [8, 3, 2, 3]),
    "exact": ("#00694d", "circle", [1, 0]), "consistent": ("#3d8bb8", "square", [1, 0]),
    "inconsistent": ("#c04f00", "diamond", [1, 0]), "untestable": ("#6d747c", "cross", [1, 0]),
}  # fmt: skip
OTHERS = ("#0072b2", "#c04f00", "#00805e", "#a3568b", "#8a6d00", "#3d7ea6")
PARTS = ("#0b3c5d", "#5b9fc4", "#e8c98a", "#b5b9be")  # of a whole, distinguished by lightness
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [10, 4])
FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "Helvetica Neue", Arial, sans-serif'
STRIPES = [  # of a hatched strip: two greys by turns, each from one edge to the next
    {"offset": (i + edge) / 44, "color": ("#d3d8de", "#f3f4f6")[i % 2]} for i in range(44) for edge in (0, 1)
]
STROKE = "M-1,1L1,-1"  # one stroke of a hatch, as a point's shape
CONFIG = {
    "font": FONT, "background": "transparent", "view": {"stroke": None}, "mark": {"aria": False}, "title": {"color": INK},
    "axis": {
        "labelColor": SOFT, "labelFontSize": 12, "titleColor": SOFT, "titleFontSize": 12, "titleFontWeight": "normal",
        "gridColor": GRID, "domain": False, "ticks": False, "labelPadding": 6, "aria": False,
    },
    "axisX": {"grid": False, "ticks": True, "tickColor": "#b9bec5", "tickSize": 4, "labelPadding": 3},
    "legend": {
        "labelColor": INK, "labelFontSize": 12, "titleColor": SOFT, "titleFontSize": 12, "titleFontWeight": "normal",
        "orient": "top", "symbolSize": 90, "aria": False, "padding": 0, "offset": 8, "labelLimit": 320, "symbolOpacity": 1,
    },
    "header": {"labelFontSize": 13, "labelFontWeight": "bold", "labelColor": INK, "title": None, "labelLimit": 320},
}  # fmt: skip


@dataclass(frozen=True)
class Canvas:
    """A figure about to be drawn in one language: its rows, and what things are called."""

    figure: ReportFigure
    rows: Rows
    words: Labels
    lang: str
    datasets: dict[str, list[Spec]] = field(default_factory=dict)

    def data(self, values: list[Spec]) -> alt.NamedData:
        """Values that a chart refers to by name: Altair copies what is in a chart at each step."""
        name = f"d{len(self.datasets)}"
        self.datasets[name] = values
        return alt.NamedData(name=name)

    @property
    def breaks(self) -> list[Spec]:
        """The breaks of definition inside the years of the chart, as rows: {at, text, facet}, `at` between the two kinds."""
        facet = self.want("facet")
        return [
            {
                "at": b.year - 0.5,
                "year": b.year,
                "text": f"{b.year}: {b.text[self.lang]}",
                "only": b.facet and self.name(facet, b.facet),
            }
            for b in breaks_of(self.figure, self.rows, self.words)
        ]

    def want(self, what: str, otherwise: Any = None) -> Any:
        """An entry of the figure's `encode`."""
        return self.figure.encode.get(what, otherwise)

    def name(self, column: str, value: Any) -> str:
        """A value of a column as people read it."""
        form = self.words.column(self.figure, column).form or "text"
        return self.words.name(form, value, self.lang)

    def shown(self, row: Row, column: str) -> str:
        """A number as the table shows it, with its interval where that is wider than the digits shown."""
        form = self.words.column(self.figure, column).form or "auto"
        bounds = interval(row.get(f"{column}_low"), row.get(f"{column}_high"), row[column], form)
        return f"{number(row[column], form)} {bounds}".strip()

    def brief(self, row: Row, column: str) -> str:
        """A number as the table shows it, without its interval."""
        return number(row[column], self.words.column(self.figure, column).form or "auto")

    def heading(self, column: str) -> str:
        """The heading of a column."""
        named = self.words.column(self.figure, column).name
        return named[self.lang] if named else column

    def series(self, column: str) -> list[Any]:
        """The codes of a column in the order in which they come."""
        return self.rows.values(column)


def axis(canvas: Canvas, column: str, **more: Any) -> alt.Axis:
    """An axis of numbers, in per cent where the column is a share."""
    form = canvas.words.column(canvas.figure, column).form or ""
    return alt.Axis(title=None, format="~%" if "pct" in form else ",~f", **{"tickCount": 5, "labelFlush": True, **more})


def places(canvas: Canvas, room: int, **more: Any) -> alt.Axis:
    """An axis of names, each in as many lines as it has; on a narrow page they take no more than four ninths of it."""
    limit = {"expr": f"min({canvas.want('room', room)}, containerSize()[0] * 0.44)"}
    return alt.Axis(title=None, labelColor=INK, labelLimit=limit, labelExpr="split(datum.label, '\\n')", **more)


def span(given: Sequence[int]) -> alt.Scale:
    """The scale of years, with half a year of room on both sides."""
    return alt.Scale(domain=[min(given) - 0.5, max(given) + 0.5], nice=False, zero=False)


def years(given: Sequence[int]) -> alt.X:
    """The axis of years."""
    return alt.X(
        "x:Q",
        scale=span(given),
        axis=alt.Axis(
            format="d", tickMinStep=1, title=None, labelFlush=False, labelOverlap="greedy", labelSeparation=4
        ),
    )


def multiples(
    canvas: Canvas, chart: Any, data: alt.NamedData, names: list[str], columns: int, cell: dict[str, int]
) -> Any:
    """A chart as small multiples by `facet`, in the order of `names`: plots in line, with room for their axes between them."""
    scale = alt.ScaleResolveMap(y="independent" if canvas.want("independent") else "shared")
    return chart.facet(
        facet=alt.Facet("facet:N", sort=names, title=None),
        columns=columns,
        data=data,
        bounds="flush",
        spacing={"row": 58, "column": cell["axis"]},
        resolve=alt.Resolve(scale=scale, axis=alt.AxisResolveMap(x="independent", y="independent")),
        usermeta=cell,
    )


def tips(**fields: str) -> list[alt.Tooltip]:
    """What a tooltip shows of a mark: field=heading; years as they are."""
    return [alt.Tooltip(f"{f}:{'O' if f == 'x' else 'N'}", title=heading) for f, heading in fields.items()]


def text_where(test: str, column: str) -> alt.TextValue:
    """The text of a column where an expression of Vega holds, otherwise none."""
    return alt.TextValue("", condition={"test": test, "field": column, "type": "nominal"})


def scales(canvas: Canvas, column: str) -> dict[str, alt.Scale]:
    """Colour, shape and dash of the series in a column, by name: places have their own, others take the next."""
    codes = canvas.series(column)
    names = [canvas.name(column, code) for code in codes]
    spare = zip(OTHERS, SHAPES, DASHES, strict=True)
    looks = [OWN.get(str(code)) or next(spare, (SOFT, "circle", [1, 0])) for code in codes]
    return {
        kind: alt.Scale(domain=names, range=list(of))
        for kind, of in zip(("color", "shape", "dash"), zip(*looks, strict=True), strict=True)
    }


def spread(values: Sequence[float], gap: float) -> list[float]:
    """The values moved apart so that no two are nearer than `gap`, each as little as possible, in their order."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    blocks: list[list[float]] = []  # [sum of where each would start, number of labels]
    for rank, i in enumerate(order):
        blocks.append([values[i] - rank * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    starts = [total / count for total, count in blocks for _ in range(int(count))]
    placed = [0.0] * len(values)
    for rank, i in enumerate(order):
        placed[i] = starts[rank] + rank * gap
    return placed


def text_width(texts: Iterable[str]) -> int:
    """Room in pixels for the longest of some labels of 12 pixels."""
    return max((round(sum(13 if ord(c) > 0x2E7F else 6.9 for c in t)) for t in texts), default=0)


def missing_years(years: Sequence[int], given: Iterable[int]) -> list[int]:
    """The years between the first and the last of `years` without a figure."""
    known = set(given)
    return [y for y in range(min(years), max(years) + 1) if y not in known] if years else []


def hatched(canvas: Canvas, lost: Sequence[int], scale: alt.Scale) -> list[Any]:
    """A hatched strip over each year that is not held."""
    if not lost:
        return []
    note = canvas.words.page["not_published"][canvas.lang]
    data = canvas.data([{"from": y - 0.5, "to": y + 0.5, "tip": f"{y}: {note}"} for y in lost])
    stripes = alt.LinearGradient(gradient="linear", stops=STRIPES, x1=0, y1=0, x2=0.36, y2=1.2)
    x, x2 = alt.X("from:Q", scale=scale), alt.X2("to:Q")
    return [
        alt.Chart(data)
        .mark_rect(color=stripes, opacity=0.8)
        .encode(x=x, x2=x2, tooltip=alt.Tooltip("tip:N", title=" "))
    ]


def broken(canvas: Canvas, x: alt.X) -> list[Any]:
    """A dashed rule with the letter B before each year in which a definition changes, shown in full where one points at it."""
    if not canvas.breaks:
        return []
    base = alt.Chart(canvas.data(canvas.breaks)).encode(
        x=x, tooltip=alt.Tooltip("text:N", title=canvas.words.page["break"][canvas.lang])
    )
    return [
        base.mark_rule(color=BREAK, strokeDash=[3, 3], strokeWidth=1.3),
        base.mark_text(color=BREAK, fontSize=11, fontWeight="bold", align="left", dx=4, dy=6).encode(
            y=alt.YValue(0), text=alt.TextValue("B")
        ),
    ]


def brackets(canvas: Canvas, spans: Sequence[tuple[str, float, float]]) -> list[Any]:
    """Windows marked above the plot, one below the other, each as a line with ends and its name."""
    layers: list[Any] = []
    for i, (name, start, end) in enumerate(spans):
        level = -8 - 16 * (len(spans) - 1 - i)
        base = alt.Chart(canvas.data([{"from": start, "to": end, "mid": (start + end) / 2, "name": name}]))
        x, y = alt.X("from:Q"), alt.YValue(level)
        layers.append(base.mark_rule(color=SOFT, strokeWidth=1.2).encode(x=x, x2=alt.X2("to:Q"), y=y))
        layers += [
            base.mark_tick(color=SOFT, orient="vertical", size=7).encode(x=alt.X(f"{e}:Q"), y=y) for e in ("from", "to")
        ]
        text = base.mark_text(color=SOFT, fontSize=11, stroke=PAPER, strokeWidth=5, strokeJoin="round")
        layers += [text.encode(x=alt.X("mid:Q"), y=y, text=alt.Text("name:N"))]
        layers.append(base.mark_text(color=SOFT, fontSize=11).encode(x=alt.X("mid:Q"), y=y, text=alt.Text("name:N")))
    return layers
