"""The entry of tables.yml that would let a table be read, in one line: every heading with its indicator where the catalogue or
the values know it. The messages for a table that cannot be recognised are for `diagnostics`."""

from __future__ import annotations

from collections.abc import Mapping

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.layouts import nbs_export
from jjj_pipeline.ingest.layouts.table import PrintedTable
from jjj_pipeline.ingest.layouts.yearbook_table import EPS
from jjj_pipeline.ingest.matching.column_matching import Heads, Known, known_targets
from jjj_pipeline.ingest.matching.figure_index import Key, Match, Unnamed
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures


def figures_under(table: PrintedTable, keys: Mapping[Heads, Key | None]) -> list[Unnamed]:
    """The figures under some headings, each with what it may be (nothing: anything)."""
    return [
        (e.region, e.year, e.plain, keys[e.heads])
        for e in table.entries
        if e.region and e.plain and e.plain != "…" and e.heads in keys
    ]


def nearest(table: PrintedTable, heads: Heads, loaded: LoadedFigures | None) -> Match | None:
    if loaded is None:
        return None
    near = loaded.candidates(figures_under(table, {heads: None}))
    return near[0] if near and near[0].share >= 0.8 and near[0].compared >= 10 else None


def entry_for(table: PrintedTable, catalog: Catalog, loaded: LoadedFigures | None, indicator: str = "") -> str:
    """The entry of tables.yml, in one line, that would let this table be read: every heading with its indicator, where
    the catalogue or the values know it."""
    import yaml

    source = table.family if table.family in (nbs_export.FAMILY, EPS) else "<source>"
    unit_of = {e.heads: e.unit for e in reversed(table.entries)}
    everything = known_targets(catalog)
    columns: dict[str, str] = {}
    taken: set[str] = set()
    for heads in table.headings:
        target = indicator or _target(table, heads, everything, catalog, loaded)
        named = (
            f"{heads[0]}({unit_of[heads]})"
            if heads and unit_of[heads] and not table.units
            else heads[0]
            if heads
            else ""
        )
        columns[named] = target if target and target not in taken else "<indicator>"
        taken.add(target)
    layout = layout_of(table)
    entry: dict[str, object] = {
        "source": source,
        "title_zh": text_parsing.bare_title(table.title) or "<title>",
        "title_en": "<English>",
        "layout": layout,
    }
    if table.units or layout == "region_by_year" or not all(unit_of[h] for h in table.headings):
        entry["unit"] = unit_in(table) or "<unit>"
    if source != table.family and table.title:
        entry["year_lag"] = 1
    single = layout == "region_by_year"
    if single and (heading := next((h[0] for h in table.headings if h), "")):
        entry |= {"names": [heading]} if not table.title else {}
    entry |= {"indicator": next(iter(columns.values()), "<indicator>")} if single else {"columns": columns}
    text = yaml.safe_dump(entry, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10_000).strip()
    return f"{source}_<name>: {text}"


def _target(
    table: PrintedTable, heads: Heads, everything: Known, catalog: Catalog, loaded: LoadedFigures | None
) -> str:
    """The indicator a heading is known as in tables of the scope of the title, else what its values are; nothing where
    neither is certain."""
    scopes = text_parsing.scopes(table.title)
    for head in heads:
        named = everything.get(text_parsing.column_key(head), {})
        fitting = [t for t, of in named.items() if of and text_parsing.scopes(catalog.tables[of].title_zh) == scopes]
        for certain in (fitting, list(named)):
            if len(certain) == 1:
                indicator, industry = certain[0]
                return indicator if industry == "*" else f"{indicator}@{industry}"
    near = nearest(table, heads, loaded)
    return near.indicator if near and near.industry == "*" else ""


def layout_of(table: PrintedTable) -> str:
    if len(table.years) <= 1 and (table.title or not table.years):
        return "region_by_indicator"
    return "region_year_by_indicator" if len(table.headings) > 1 else "region_by_year"


def unit_in(table: PrintedTable) -> str:
    return "，".join(table.units) or next((e.unit for e in table.entries if e.unit), "")


def span_of(years: list[int]) -> str:
    return f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0]) if years else "no year"
