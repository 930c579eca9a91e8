"""Charts over the years: lines, columns, shares, slopes, heat maps. A figure's rows in, a Vega-Lite chart out; queries
and texts are in sections/*.yml."""

from __future__ import annotations

import json
from typing import Any

import altair as alt

from jjj_pipeline.report import chart_style
from jjj_pipeline.report.chart_style import CELL, INK, PAPER, Canvas, Spec

HEIGHT, LOW, TALL = 300, 150, 380
LABEL_WIDTH = 44  # pixels that the label of a column takes


def lines(canvas: Canvas) -> Any:
    """A line for each series over the years, its interval as a band, broken where a year is missing. `windows` are marked above,
    `facet` makes small multiples."""
    x, y, by, facet = (canvas.want(k) for k in ("x", "y", "series", "facet"))
    low, high = canvas.want("low", f"{y}_low"), canvas.want("high", f"{y}_high")
    values = [
        {
            "x": r[x], "y": r[y], "low": r.get(low), "high": r.get(high), "series": canvas.name(by, r[by]),
            "shown": canvas.shown(r, y), "facet": canvas.name(facet, r[facet]) if facet else "",
        }
        for r in canvas.rows.given(y)
    ]  # fmt: skip
    years = [v["x"] for v in values]
    legend = alt.Legend(title=None) if facet else None
    scales = chart_style.scales(canvas, by)
    at_x = chart_style.years(years)
    at_y = alt.Y("y:Q", axis=chart_style.axis(canvas, y, labelFlush=False), scale=alt.Scale(zero=True, nice=True))
    colour = alt.Color("series:N", scale=scales["color"], legend=legend)
    shape = alt.Shape("series:N", scale=scales["shape"], legend=legend)
    dash = alt.StrokeDash("series:N", scale=scales["dash"], legend=legend)
    tips = chart_style.tips(series=canvas.heading(by), x=canvas.heading(x), shown=canvas.heading(y))
    base = alt.Chart().encode(x=at_x, color=colour)
    layers = [
        base.mark_line(strokeWidth=2).encode(y=at_y, strokeDash=dash),
        base.mark_point(filled=True, size=34, opacity=1).encode(y=at_y, shape=shape, tooltip=tips),
    ]
    if any(v["low"] is not None for v in values):
        layers.insert(0, base.mark_area(opacity=0.2).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q")))
    if facet:
        names = [canvas.name(facet, f) for f in canvas.series(facet)]
        data = canvas.data([*_with_gaps(values), *_in_facets(canvas, names)])
        layers = [*_broken_facets(canvas, alt.X("at:Q", scale=chart_style.span(years))), *layers]
        return chart_style.multiples(canvas, alt.layer(*layers, height=LOW, width=200), data, names, 3, CELL)
    data = canvas.data(_with_gaps(values))
    windows = _windows(canvas, min(years), max(years))
    layers = [
        *chart_style.hatched(canvas, chart_style.missing_years(years, years), chart_style.span(years)),
        *chart_style.broken(canvas, alt.X("at:Q", scale=chart_style.span(years))),
        *layers,
        _end_labels(canvas, values, scales["color"], at_x),
    ]
    return alt.layer(*layers, *chart_style.brackets(canvas, windows), data=data, width="container", height=HEIGHT)


def _with_gaps(values: list[Spec]) -> list[Spec]:
    """The values with an empty point for each year a series has no row for, so that its line breaks there."""
    out = list(values)
    for series, facet in dict.fromkeys((v["series"], v["facet"]) for v in values):
        known = {v["x"] for v in values if (v["series"], v["facet"]) == (series, facet)}
        lost = [year for year in range(min(known), max(known) + 1) if year not in known]
        empty = {"y": None, "low": None, "high": None, "shown": ""}
        out += [{"x": year, "series": series, "facet": facet, **empty} for year in lost]
    return out


def _in_facets(canvas: Canvas, names: list[str]) -> list[Spec]:
    """The breaks as rows of the small multiples they concern."""
    return [{**b, "facet": n} for b in canvas.breaks for n in names if b["only"] in ("", n)]


def _broken_facets(canvas: Canvas, x: alt.X) -> list[Any]:
    """A dashed rule in each small multiple before a year in which a definition changes; the rows are those of the chart."""
    if not canvas.breaks:
        return []
    tip = alt.Tooltip("text:N", title=canvas.words.page["break"][canvas.lang])
    base = alt.Chart().transform_filter("isValid(datum.text)").encode(x=x, tooltip=tip)
    mark = base.mark_text(color=chart_style.BREAK, fontSize=11, fontWeight="bold", align="left", dx=3, dy=6)
    return [
        base.mark_rule(color=chart_style.BREAK, strokeDash=[3, 3], strokeWidth=1.3),
        mark.encode(y=alt.YValue(0), text=alt.TextValue("B")),
    ]


def _end_labels(canvas: Canvas, given: list[Spec], scale: alt.Scale, x: alt.X) -> Any:
    """The name of each series behind its last point, moved apart where two are near."""
    last = {v["series"]: v for v in sorted(given, key=lambda v: v["x"])}
    newest = max(v["x"] for v in last.values())
    gap = max(v["y"] for v in given) * 16 / HEIGHT
    places = chart_style.spread([v["y"] for v in last.values()], gap)
    labels = [{"x": newest, "y": p, "series": s} for s, p in zip(last, places, strict=True)]
    text = alt.Chart(canvas.data(labels)).mark_text(align="left", dx=12, fontSize=12, fontWeight="bold")
    return text.encode(
        x=x, y=alt.Y("y:Q"), text=alt.Text("series:N"), color=alt.Color("series:N", scale=scale, legend=None)
    )


def _windows(canvas: Canvas, first: int, last: int) -> list[tuple[str, float, float]]:
    """The windows of the figure that lie in its years."""
    spans = [[int(year) for year in str(w).split("-")] for w in canvas.want("windows", [])]
    return [(f"{start}\u2013{end}", start, end) for start, end in spans if first <= start and end <= last]


def columns(canvas: Canvas) -> Any:
    """A column for each year, hatched where nothing was published, pale where the figure is not validated."""
    x, y = canvas.want("x"), canvas.want("y")
    values = [
        {
            "x": r[x], "from": r[x] - 0.36, "to": r[x] + 0.36, "y": r[y], "sure": r["status"] == "A", "zero": 0,
            "text": canvas.brief(r, y) + ("" if r["status"] == "A" else f" {r['status']}"), "shown": canvas.shown(r, y),
        }
        for r in canvas.rows.given(y)
    ]  # fmt: skip
    years = [r[x] for r in canvas.rows]
    lost = chart_style.missing_years(years, [v["x"] for v in values])
    at_x, scale = chart_style.years(years), chart_style.span(years)
    at_y = alt.Y("y:Q", axis=chart_style.axis(canvas, y, labelFlush=False))
    base = alt.Chart(canvas.data(values))
    bars = base.mark_rect(color="#0072b2").encode(
        x=alt.X("from:Q", scale=scale), x2=alt.X2("to:Q"), y=at_y, y2=alt.Y2("zero:Q"),
        tooltip=chart_style.tips(x=canvas.heading(x), shown=canvas.heading(y)),
        opacity=alt.OpacityValue(0.5, condition=alt.ConditionalPredicateValueDefnumber(test="datum.sure", value=1)),
    )  # fmt: skip
    roomy = chart_style.text_where(f"width > {LABEL_WIDTH * len(years)}", "text")
    text = base.mark_text(dy=-8, fontSize=11.5, color=INK).encode(x=at_x, y=at_y, text=roomy)
    broken = chart_style.broken(canvas, alt.X("at:Q", scale=scale))
    hatched = chart_style.hatched(canvas, lost, scale)
    return alt.layer(*hatched, bars, *broken, text, width="container", height=260)


def stacked_years(canvas: Canvas) -> Any:
    """Shares of a whole, one column a year, a small chart for each facet."""
    x, y, by, facet = (canvas.want(k) for k in ("x", "y", "series", "facet"))
    codes = canvas.series(by)
    names, facets = [canvas.name(by, c) for c in codes], [canvas.name(facet, f) for f in canvas.series(facet)]
    values = [
        {
            "x": r[x], "y": r[y], "series": canvas.name(by, r[by]), "at": -codes.index(r[by]), "shown": canvas.shown(r, y),
            "facet": canvas.name(facet, r[facet]),
        }
        for r in canvas.rows.given(y)
    ]  # fmt: skip
    years = [v["x"] for v in values]
    parts = alt.Scale(domain=names, range=list(chart_style.PARTS[: len(names)]))
    spell = alt.Axis(title=None, labelAngle=0, labelOverlap="greedy", labelSeparation=6)
    span = alt.Scale(domain=list(range(min(years), max(years) + 1)), paddingInner=0.12)
    bars: Any = alt.Chart().mark_bar(stroke=PAPER, strokeWidth=0.6).encode(
        x=alt.X("x:O", axis=spell, scale=span),
        y=alt.Y("y:Q", stack="normalize", axis=alt.Axis(title=None, format="~%", tickCount=4)), order=alt.Order("at:Q"),
        color=alt.Color("series:N", scale=parts, legend=alt.Legend(title=None)),
        tooltip=chart_style.tips(x=canvas.heading(x), series=canvas.heading(by), shown=canvas.heading(y)),
    )  # fmt: skip
    if canvas.breaks:
        rules = _broken_facets(canvas, alt.X("year:O", scale=span, bandPosition=0))
        bars = alt.layer(bars.transform_filter("isValid(datum.y)"), *rules)
    data = canvas.data([*values, *_in_facets(canvas, facets)])
    return chart_style.multiples(canvas, bars.properties(height=170, width=200), data, facets, 4, CELL)


def slope(canvas: Canvas) -> Any:
    """A line for each row between two (or three) years, the values written at their ends."""
    y, ends, years = (canvas.want(k) for k in ("y", "ends", "years"))
    values = [
        {
            "x": r[year], "y": r[end], "series": canvas.name(y, r[y]), "shown": canvas.shown(r, end),
            "text": canvas.brief(r, end),
        }
        for r in canvas.rows for end, year in zip(ends, years, strict=True) if r[end] is not None
    ]  # fmt: skip
    scales = chart_style.scales(canvas, y)
    steps = sorted({v["x"] for v in values})
    spell = alt.Axis(title=None, labelAngle=0, labelFontSize=13, grid=True, domain=False)
    at_x = alt.X("x:O", scale=alt.Scale(domain=steps, padding=0.12), axis=spell)
    at_y = alt.Y("y:Q", axis=None, scale=alt.Scale(zero=True, nice=False))
    colour = alt.Color("series:N", scale=scales["color"], legend=None)
    base = alt.Chart().encode(x=at_x, y=at_y, color=colour)
    layers = [
        base.mark_line(strokeWidth=2).encode(strokeDash=alt.StrokeDash("series:N", scale=scales["dash"], legend=None)),
        base.mark_point(filled=True, size=70, opacity=1).encode(
            shape=alt.Shape("series:N", scale=scales["shape"], legend=None),
            tooltip=chart_style.tips(series=canvas.heading(y), x=" ", shown=" "),
        ),
    ]
    for step in steps:
        labels, mark = _ends_of_slope([v for v in values if v["x"] == step], step == steps[0], step == steps[-1])
        base = alt.Chart(canvas.data(labels)).encode(x=at_x, y=alt.Y("at:Q", axis=None), text=alt.Text("text:N"))
        halo = base.mark_text(fontSize=12, stroke=PAPER, strokeWidth=4, strokeJoin="round", **mark)
        layers += [halo, base.mark_text(fontSize=12, **mark).encode(color=colour)]
    room = {"left": 42, "right": 12, "top": 8, "bottom": 5}  # Vega does not reckon with labels left of the plot
    return alt.layer(*layers, data=canvas.data(values), width="container", height=TALL, padding=room)


def _ends_of_slope(values: list[Spec], first: bool, last: bool) -> tuple[list[Spec], Spec]:
    """The labels of one year, moved apart, and how they are set: names behind the last year alone."""
    places = chart_style.spread([v["y"] for v in values], max(v["y"] for v in values) * 17 / TALL)
    labels = [
        {"x": v["x"], "at": at, "series": v["series"], "text": f"{v['text']} {v['series']}" if last else v["text"]}
        for v, at in zip(values, places, strict=True)
    ]
    if last:
        return labels, {"align": "left", "dx": 10, "fontWeight": "bold"}
    return labels, {"align": "right", "dx": -10} if first else {"align": "center", "dy": -11}


def heat(canvas: Canvas) -> Any:
    """A cell for each row and year; what is not held is struck through. `scale` makes the colours, `steps` where there are
    few values; `marked` rows are in bold type."""
    x, y, value = (canvas.want(k) for k in ("x", "y", "value"))
    nothing = canvas.words.page["not_published"][canvas.lang]
    values = [
        {
            "x": r[x], "y": canvas.name(y, r[y]), "value": r[value],
            "shown": nothing if r[value] is None else canvas.shown(r, value),
        }
        for r in canvas.rows
    ]  # fmt: skip
    order = list(dict.fromkeys(v["y"] for v in values))
    years = [v["x"] for v in values]
    marked = [canvas.name(y, c) for c in canvas.want("marked", [])]
    weight = alt.condition(f"indexof({json.dumps(marked)}, datum.label) >= 0", alt.value("bold"), alt.value("normal"))
    above = alt.Axis(title=None, labelAngle=0, labelOverlap="greedy", labelSeparation=6, orient="top")
    axis = chart_style.places(canvas, 130, labelFontWeight=weight, labelFontSize=11.5, labelOverlap=False)
    base = alt.Chart(canvas.data(values)).encode(
        x=alt.X("x:O", scale=alt.Scale(domain=list(range(min(years), max(years) + 1))), axis=above),
        y=alt.Y("y:N", sort=order, axis=axis),
        tooltip=chart_style.tips(y=canvas.heading(y), x=canvas.heading(x), shown=canvas.heading(value)),
    )
    form = canvas.words.column(canvas.figure, value).form or ""
    steps = bool(canvas.want("steps"))
    more: Spec = (
        {} if steps else {"format": "~%" if "pct" in form else ",~f", "gradientLength": 200, "direction": "horizontal"}
    )
    legend = alt.Legend(title=canvas.heading(value), orient="bottom", titleLimit=340, **more)
    colour = alt.Color(
        f"value:{'O' if steps else 'Q'}", scale=alt.Scale(**canvas.want("scale", {"scheme": "blues"})), legend=legend
    )
    lost = base.transform_filter("datum.value == null")
    return alt.layer(
        base.transform_filter("datum.value != null").mark_rect(stroke=PAPER, strokeWidth=0.8).encode(color=colour),
        lost.mark_rect(color="#eef0f2", stroke=PAPER, strokeWidth=0.8),
        lost.mark_point(shape=chart_style.STROKE, size=70, color="#9aa1a9", strokeWidth=1),
        width="container",
        height=canvas.want("step", 17) * len(order),
    )
