"""The breaks of definition that a chart over years runs through, from ref.break: what is drawn in it and written beside it. No
drawing here."""

from __future__ import annotations

from dataclasses import dataclass

from jjj_pipeline.report.answers import Rows
from jjj_pipeline.report.labels import Labels
from jjj_pipeline.report.model import ReportFigure, Text

DRAWN = ("lines", "columns", "stacked_years")  # kinds of charts with an axis of years


@dataclass(frozen=True)
class Break:
    """An entry of the ledger: the first year of the new kind, what changed, and the small multiple it concerns (empty: all)."""

    year: int
    text: Text
    facet: str = ""


def breaks_of(figure: ReportFigure, rows: Rows, words: Labels) -> list[Break]:
    """The breaks between the first and the last year of a chart, of the indicators in its rows and of those it names in `breaks`
    (for the small multiple given there). A break between two states of the accounts counts where it is named: the rows of a
    state do not cross it."""
    x, y = str(figure.encode.get("x")), str(figure.encode.get("y"))
    if figure.chart not in DRAWN or not rows or x not in rows[0] or y not in rows[0]:
        return []
    given = rows.given(y)
    if not given:
        return []
    first, last = min(r[x] for r in given), max(r[x] for r in given)
    places = set(rows.values("region_code")) if "region_code" in rows[0] else {"JJJ"}
    mine = dict.fromkeys(rows.values("indicator") if "indicator" in rows[0] else [], "")
    found = {
        Break(entry["year"], Text(zh=entry["change_zh"], en=entry["change_en"]), facet)
        for named, of in ((False, mine), (True, figure.breaks))
        for indicator, facet in of.items()
        for entry in words.breaks.get(indicator, [])
        if first < entry["year"] <= last and places & set(entry["places"].split()) and (named or not entry["accounts"])
    }
    return sorted(found, key=lambda b: (b.year, b.text.en, b.facet))
