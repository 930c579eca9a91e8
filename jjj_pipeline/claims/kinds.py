"""The kinds of claims and the names their entries take. Only these tables are here."""

from __future__ import annotations

# kind -> alternative sets of names in from_printed
SLOTS: dict[str, list[set[str]]] = {
    "cagr": [{"start", "end", "years"}, {"multiple", "years"}],
    "multiple": [{"start", "end"}],
    "growth": [{"start", "end"}],
    "growth_times": [{"start", "end"}],
    "share": [{"part", "total"}, {"part", "rest"}],
    "sum": [{"parts"}],
    "value": [{"value"}],
    "difference": [{"start", "end"}],
    "ratio": [{"start", "end"}, {"numerator", "denominator"}],
    "count": [{"values", "above"}, {"values", "below"}],
    "position": [{"values", "of"}],
    "rank": [{"values"}],
    "bound": [{"value"}, {"part", "total"}],
    "trend": [{"start", "end"}],
    "compare": [{"left", "right"}],
    "mean_diff": [{"start", "end", "years"}],
    "growth_from_increment": [{"end", "increment"}, {"level", "increment"}],
}
DIRECTIONS = frozenset({"trend", "compare", "rank"})
RATES = frozenset({"cagr", "growth", "growth_from_increment"})
TWO_YEARS = frozenset(
    {"cagr", "multiple", "growth", "growth_times", "difference", "mean_diff", "trend", "growth_from_increment"}
)
TWO_PLACES = frozenset({"multiple", "growth", "growth_times", "difference"})  # may also compare left with right
ONE_YEAR = frozenset({"share", "sum", "value", "ratio", "bound", "compare", "rank"})
DATA_NAMES = frozenset({
    "indicator", "flow", "region", "origin", "destination", "industry", "year", "start", "end", "period", "release", "of",
    "share_of", "per", "measure", "left", "right", "among", "above", "below", "scope", "missing",
})  # fmt: skip
CLAIM_NAMES = frozenset({"id", "place", "paraphrase", "kind", "claim", "from_printed", "from_data", "note"})
TOP_NAMES = frozenset({"article", "figures", "claims", "out_of_scope", "notes"})
COUNTS = frozenset({"件", "项", "个", "家", "户", "次"})
