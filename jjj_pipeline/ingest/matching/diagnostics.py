"""What is said of a table that cannot be recognised: the candidates by value, the column it lacks, or the entry of tables.yml
that would make it readable."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import address
from jjj_pipeline.ingest.layouts import nbs_export
from jjj_pipeline.ingest.layouts.table import Table
from jjj_pipeline.ingest.layouts.yearbook_table import EPS
from jjj_pipeline.ingest.matching.column_matching import Fit, Heads, names, targets
from jjj_pipeline.ingest.matching.loaded_figures import Key, LoadedFigures, Match, Unnamed

SHOWN = 3  # candidates named in a message


def matches(table: Table, found: Fit, catalog: Catalog, loaded: LoadedFigures) -> list[Match]:
    """LoadedFigures tables with the values of this one through the columns of a fit, the best first."""
    named = dict(zip(found.columns, targets(found, catalog), strict=True))
    return loaded.candidates(_figures(table, {h: (found.table_id, *t) for h, t in named.items()}))


def _figures(table: Table, keys: Mapping[Heads, Key | None]) -> list[Unnamed]:
    """The figures under some headings, each with what it may be (nothing: anything)."""
    return [
        (e.region, e.year, e.plain, keys[e.heads])
        for e in table.entries
        if e.region and e.plain and e.plain != "…" and e.heads in keys
    ]


def ask(table: Table, fits: list[Fit], catalog: Catalog, loaded: LoadedFigures | None) -> BadInput:
    """A table without a title and without an answer in its headings: the candidates by value."""
    heading = ", ".join(h[0] for h in table.headings if h)
    found = f"columns {heading} without a title" if heading else "figures without the name of their indicator"
    near: list[Match] = []
    if loaded is not None and heading:
        near = [m for f in fits for m in matches(table, f, catalog, loaded)]
    elif loaded is not None:
        near = loaded.candidates(_figures(table, dict.fromkeys(table.headings)))
    near.sort(key=lambda m: (-m.share, -m.compared))
    if near:
        hint = f"candidates by value: {'; '.join(map(str, near[:SHOWN]))}; give {_option(near[0], catalog)} or another"
    elif heading and (known := _by_value(table, loaded)):
        hint = f"{known}: name these headings under aliases of that table in tables.yml, then give --table"
    elif fits and heading:
        hint = f"by its columns it may be {', '.join(f.table_id for f in fits[:5])}; give --table"
    else:
        hint = "no loaded table has such values; give --table or --indicator"
        hint += f", or add to tables.yml: {_entry(table)}" if heading else ""
    return table.refuse("a file that says what it is", found, cell=_first_cell(table), hint=hint)


def _by_value(table: Table, loaded: LoadedFigures | None) -> str:
    """What the first headings hold by their values, where a loaded table has four of five of them."""
    told: list[str] = []
    if loaded is None:
        return ""
    for heads in table.headings[:SHOWN]:
        near = loaded.candidates(_figures(table, {heads: None}))
        if near and near[0].share >= 0.8 and near[0].compared >= 10:
            told.append(f"{heads[0] if heads else 'its figures'} by value {near[0]}")
    return "; ".join(told)


def _option(match: Match, catalog: Catalog) -> str:
    """How to say that a file is what a match says: a table of that one indicator where the source has one."""
    spec = catalog.tables[match.table_id]
    if not spec.columns or match.indicator not in catalog.indicators:
        return f"--table {match.table_id}"
    own = [t for t, s in catalog.tables.items() if s.source == spec.source and s.indicator == match.indicator]
    return f"--table {own[0]}" if own else f"--table {match.table_id} --indicator {match.indicator}"


def _first_cell(table: Table) -> str:
    return address(*table.entries[0].cell) if table.entries else ""


def lacking(table: Table, found: Fit) -> BadInput:
    there = ", ".join([*found.columns.values(), *found.unknown])
    return table.refuse(
        f"column {found.missing[0]!r} of {found.table_id}", f"columns {there}", cell=table.title_cell,
        hint="the heading is damaged or shifted; another spelling of it belongs under aliases in tables.yml, a column that "
        "an edition lacks under optional",
    )  # fmt: skip


def unknown_title(table: Table, fits: list[Fit], catalog: Catalog, loaded: LoadedFigures | None) -> BadInput:
    """A table the catalogue does not know: what was recognised, and the entry that would make it readable."""
    known = {k: t for t, s in catalog.tables.items() for k in names(s)[1]}
    near = difflib.get_close_matches(text_parsing.title_key(table.title), known, n=1, cutoff=0.75)
    by_columns = [f.table_id for f in fits if f.whole and not f.unknown and any(f.columns)]
    close = f"near to {known[near[0]]}, " if near else ""
    close += f"its columns are those of {', '.join(by_columns[:2])}, give --table if it is that; " if by_columns else ""
    if known_by_value := _by_value(table, loaded):
        close += f"{known_by_value}, add its title to names of that table if it is that; "
    years = str(table.title_years[0]) if len(table.title_years) == 1 else _span(table.years)
    unit = _unit(table) or "not stated"
    headings = ", ".join(h[0] for h in table.headings if h) or "one indicator"
    return table.refuse(
        "a table of tables.yml",
        f"{table.title!r} ({years}, unit {unit}, {len(table.regions)} regions, columns {headings})",
        cell=table.title_cell,
        hint=f"{close}or add to tables.yml: {_entry(table)}",
    )


def _entry(table: Table) -> str:
    """The entry of tables.yml, in one line, that would let this table be read."""
    import yaml

    source = table.family if table.family in (nbs_export.FAMILY, EPS) else "<source>"
    unit_of = {e.heads: e.unit for e in reversed(table.entries)}
    columns = {
        f"{heads[0]}({unit_of[heads]})" if unit_of[heads] and not table.units else heads[0]: "<indicator>"
        for heads in table.headings
        if heads
    }
    series = len(table.years) > 1
    layout = (
        "region_by_indicator" if not series else "region_year_by_indicator" if len(columns) > 1 else "region_by_year"
    )
    entry: dict[str, object] = {
        "source": source,
        "title_zh": text_parsing.bare_title(table.title) or "<title>",
        "title_en": "<English>",
        "layout": layout,
    }
    if table.units or layout == "region_by_year" or not all(unit_of[h] for h in table.headings):
        entry["unit"] = _unit(table) or "<unit>"
    if source != table.family:
        entry["year_lag"] = 1
    entry |= {"indicator": "<indicator>"} if layout == "region_by_year" else {"columns": columns}
    text = yaml.safe_dump(entry, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10_000).strip()
    return f"{source}_<name>: {text}"


def _unit(table: Table) -> str:
    return "，".join(table.units) or next((e.unit for e in table.entries if e.unit), "")


def _span(years: list[int]) -> str:
    return f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0]) if years else "no year"
