"""Charts of places and things side by side: shares, dots with their intervals, dumbbells, the network. A figure's rows in, a
Vega-Lite chart out; queries and texts are in sections/*.yml."""

from __future__ import annotations

from typing import Any, Literal

import altair as alt
import networkx as nx

from jjj_pipeline.report import chart_style
from jjj_pipeline.report.chart_style import INK, PAPER, SOFT, Canvas, Spec

FEW = 8  # pairs of a network that are all written out
LABEL_WIDTH = 44  # pixels that a label takes beside its mark


def stacked_rows(canvas: Canvas) -> Any:
    """One bar of 100 % for each row, its parts labelled (with `label`) where they have room; its `year` follows its
    name."""
    y, x, by, year, label = (canvas.want(k) for k in ("y", "x", "series", "year", "label"))
    codes = canvas.series(by)
    values = [
        {
            "y": f"{canvas.name(y, r[y])} {r[year]}" if year else canvas.name(y, r[y]), "x": r[x], "at": codes.index(r[by]),
            "series": canvas.name(by, r[by]), "shown": canvas.shown(r, label or x),
            "label": canvas.brief(r, label or x),
        }
        for r in canvas.rows.given(x)
    ]  # fmt: skip
    order = list(dict.fromkeys(v["y"] for v in values))
    axis = chart_style.places(canvas, 175)
    base = alt.Chart(canvas.data(values)).encode(
        y=alt.Y("y:N", sort=order, axis=axis, scale=alt.Scale(paddingInner=0.32)), order=alt.Order("at:Q")
    )
    whole: Spec = {
        "stack": "normalize",
        "axis": alt.Axis(title=None, format="~%", tickCount=5),
        "scale": alt.Scale(domain=[0, 1]),
    }
    legend = alt.Legend(title=None)
    colour = alt.Color("series:N", scale=chart_style.scales(canvas, by)["color"], legend=legend)
    tips = chart_style.tips(y=canvas.heading(y), series=canvas.heading(by), shown=canvas.heading(label or x))
    text = base.mark_text(color=PAPER, fontSize=11.5, fontWeight="bold")
    roomy = chart_style.text_where("datum.x * width > 7 * length(datum.label) + 8", "label")
    return alt.layer(
        base.mark_bar(stroke=PAPER, strokeWidth=1.5).encode(x=alt.X("x:Q", **whole), color=colour, tooltip=tips),
        text.encode(x=alt.X("x:Q", bandPosition=0.5, **whole), detail=alt.Detail("series:N"), text=roomy),
        width="container",
        height=max(36 * len(order), 80),
    )


def dots(canvas: Canvas) -> Any:
    """A dot for each series in each row with its interval as a line; small charts by `facet`; `rule` draws a level."""
    y, x, by, facet = (canvas.want(k) for k in ("y", "x", "series", "facet"))
    values = [
        {
            "y": canvas.name(y, r[y]), "x": r[x], "low": r.get(f"{x}_low"), "high": r.get(f"{x}_high"),
            "shown": canvas.shown(r, x), "series": canvas.name(by, r[by]), "facet": canvas.name(facet, r[facet]) if facet else "",
        }
        for r in canvas.rows.given(x)
    ]  # fmt: skip
    order = [canvas.name(y, code) for code in canvas.series(y)]
    scales, legend = chart_style.scales(canvas, by), alt.Legend(title=None)
    axis = chart_style.places(canvas, 190, grid=True)
    at_x = alt.X("x:Q", axis=chart_style.axis(canvas, x, grid=True), scale=alt.Scale(zero=True, nice=True))
    base = alt.Chart().encode(
        y=alt.Y("y:N", sort=order, axis=axis), color=alt.Color("series:N", scale=scales["color"], legend=legend)
    )
    tips = chart_style.tips(y=canvas.heading(y), series=canvas.heading(by), shown=canvas.heading(x))
    shape = alt.Shape("series:N", scale=scales["shape"], legend=legend)
    layers: list[Any] = [
        base.mark_rule(strokeWidth=3, opacity=0.5).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q")),
        base.mark_point(filled=True, size=80, opacity=0.95).encode(x=at_x, shape=shape, tooltip=tips),
    ]
    if (level := canvas.want("rule")) is not None:
        layers.insert(
            0, alt.Chart(canvas.data([{"x": level}])).mark_rule(color=SOFT, strokeDash=[3, 3]).encode(x=alt.X("x:Q"))
        )
    height, data = max(canvas.want("step", 30) * len(order), 60), canvas.data(values)
    if not facet:
        return alt.layer(*layers, data=data, width="container", height=height)
    names = [canvas.name(facet, f) for f in canvas.series(facet)]
    cell = {"min": 200, "axis": 20 + chart_style.text_width(order)}
    return chart_style.multiples(canvas, alt.layer(*layers, height=height, width=200), data, names, 2, cell)


def dumbbell(canvas: Canvas) -> Any:
    """Two values of each row joined by a line, each with its own shape; intervals as thick pale lines."""
    y, ends, named = (canvas.want(k) for k in ("y", "ends", "names"))
    steps = [n[canvas.lang] for n in named]
    values: list[Spec] = []
    spans: list[Spec] = []
    for r in canvas.rows:
        row, known = canvas.name(y, r[y]), [r[e] for e in ends if r[e] is not None]
        spans.append({"y": row, "from": min(known, default=None), "to": max(known, default=None)})
        for step, end in zip(steps, ends, strict=True):
            if r[end] is not None:
                side = "left" if r[end] == spans[-1]["from"] and len(known) > 1 else "right"
                values.append({
                    "y": row, "x": r[end], "low": r.get(f"{end}_low"), "high": r.get(f"{end}_high"), "step": step, "side": side,
                    "shown": canvas.shown(r, end), "text": canvas.brief(r, end),
                })  # fmt: skip
    order = [s["y"] for s in spans]
    axis = chart_style.places(canvas, 190)
    at_y = alt.Y("y:N", sort=order, axis=axis)
    least, top = min(v["x"] for v in values), max(v["x"] for v in values)
    start = min(least, 0) - 0.08 * top
    at_x = alt.X(
        "x:Q", axis=chart_style.axis(canvas, ends[0], grid=True), scale=alt.Scale(domain=[start, top], nice=False)
    )
    roomy = f"datum.side == 'right' || (datum.x - {start}) / {top - start} * width > {LABEL_WIDTH}"
    colour = alt.Color(
        "step:N", scale=alt.Scale(domain=steps, range=["#6d747c", "#0072b2"]), legend=alt.Legend(title=None)
    )
    shape = alt.Shape(
        "step:N", scale=alt.Scale(domain=steps, range=["circle", "square"]), legend=alt.Legend(title=None)
    )
    tips = chart_style.tips(y=canvas.heading(y), step=" ", shown=" ")
    base, join = alt.Chart(canvas.data(values)).encode(y=at_y), alt.Chart(canvas.data(spans)).encode(y=at_y)
    sides: tuple[tuple[str, int, Literal["left", "right"]], ...] = (("left", -10, "right"), ("right", 10, "left"))
    labels = [
        base.transform_filter(f"datum.side == '{side}'")
        .mark_text(fontSize=12, dx=dx, align=align, color=INK)
        .encode(x=at_x, text=chart_style.text_where(roomy, "text"))
        for side, dx, align in sides
    ]
    layers = [join.mark_rule(color="#b9bec5", strokeWidth=3).encode(x=alt.X("from:Q"), x2=alt.X2("to:Q"))]
    if any(v["low"] is not None for v in values):
        layers.append(
            base.mark_rule(strokeWidth=9, opacity=0.3).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), color=colour)
        )
    layers.append(
        base.mark_point(filled=True, size=110, opacity=1).encode(x=at_x, color=colour, shape=shape, tooltip=tips)
    )
    return alt.layer(*layers, *labels, width="container", height=max(40 * len(order), 90))


def network(canvas: Canvas) -> Any:
    """Places as nodes, what they have in common as lines: the stronger the thicker, dashed where the figure is inferred."""
    a, b, weight = (canvas.want(k) for k in ("a", "b", "weight"))
    rows = canvas.rows.given(weight)
    graph = nx.Graph()
    graph.add_weighted_edges_from((r[a], r[b], r[weight]) for r in rows)
    spots = {
        n: (round(float(p[1]), 6), round(float(p[0]), 6)) for n, p in nx.circular_layout(sorted(graph)).items()
    }  # the first node on top
    nodes = [
        {"x": spots[n][0], "y": spots[n][1], "name": canvas.name(a, n), "size": strength, "low": spots[n][1] < -0.5}
        for n, strength in graph.degree(weight="weight")
    ]
    edges = []
    for r in rows:
        (x, y), (x2, y2) = spots[r[a]], spots[r[b]]
        edges.append({
            "x": x, "y": y, "x2": x2, "y2": y2, "mx": (x + x2) / 2, "my": (y + y2) / 2, "weight": r[weight],
            "sure": "yes" if r["status"] == "A" else "no", "pair": f"{canvas.name(a, r[a])} \u2013 {canvas.name(b, r[b])}",
            "shown": canvas.brief(r, weight) + ("" if r["status"] == "A" else f" ({r['status']})"),
        })  # fmt: skip
    flat = alt.Scale(domain=[-1.35, 1.35], nice=False)
    at_x, at_y = alt.X("x:Q", scale=flat, axis=None), alt.Y("y:Q", scale=flat, axis=None)
    dash = alt.StrokeDash("sure:N", scale=alt.Scale(domain=["yes", "no"], range=[[1, 0], [7, 5]]), legend=None)
    thick = alt.Scale(domain=[0, max(e["weight"] for e in edges)], range=[1, 18])
    large = alt.Scale(domain=[0, max(n["size"] for n in nodes)], range=[200, 1500])
    line, node = alt.Chart(canvas.data(edges)), alt.Chart(canvas.data(nodes))
    text: Spec = {"fontSize": 13, "fontWeight": "bold"}
    halo: Spec = {"stroke": PAPER, "strokeWidth": 5, "strokeJoin": "round"}
    # of many pairs only the strong ones are written out; all are shown where one points at them
    least = 0 if len(edges) <= FEW else max(e["weight"] for e in edges) / 5
    written = line.transform_filter(f"datum.weight >= {least}")
    middle = {
        "x": alt.X("mx:Q", scale=flat, axis=None),
        "y": alt.Y("my:Q", scale=flat, axis=None),
        "text": alt.Text("shown:N"),
    }
    return alt.layer(
        line.mark_rule(color="#7fb2d1").encode(
            x=at_x, y=at_y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"), strokeDash=dash,
            strokeWidth=alt.StrokeWidth("weight:Q", scale=thick, legend=None),
            tooltip=chart_style.tips(pair=" ", shown=canvas.heading(weight)),
        ),
        node.mark_circle(color="#0b3c5d", opacity=1).encode(
            x=at_x, y=at_y, size=alt.Size("size:Q", scale=large, legend=None)
        ),
        written.mark_text(**halo, **text).encode(**middle), written.mark_text(color=INK, **text).encode(**middle),
        *(
            node.transform_filter(f"datum.low == {low}").mark_text(dy=dy, **look, **text)
            .encode(x=at_x, y=at_y, text=alt.Text("name:N"))
            for low, dy in (("false", -28), ("true", 32)) for look in (halo, {"color": INK})
        ),
        width="container", height=360,
    )  # fmt: skip
