"""Which table of the catalogue a file holds. The file's own words decide: titles, columns and aliases of tables.yml. Where
they do not, the values are compared with what is loaded, the candidates are named, and the reader asks; nothing is
guessed."""

from __future__ import annotations

import difflib

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.ingest.layouts.table import Table
from jjj_pipeline.ingest.matching.column_matching import Fit, Hints, best_layout, fit, targets
from jjj_pipeline.ingest.matching.diagnostics import ask, lacking, matches, unknown_title
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures


def recognise(table: Table, hints: Hints, catalog: Catalog, loaded: LoadedFigures | None) -> tuple[Fit, list[str]]:
    """(the table and its columns, what to tell the person). Raises BadInput where the file does not say what it is, says
    something else than the hints, or lacks a column."""
    fits = [f for t in catalog.tables if (f := fit(table, t, catalog, hints))]
    if hints.table:
        return _hinted(table, hints, fits, catalog)
    if hints.indicator:
        fits = [f for f in fits if any(i == hints.indicator for i, _ in targets(f, catalog))]
    titled = [f for f in fits if f.titled]
    certain = best_layout(table, [f for f in titled if f.whole], catalog)
    if len(certain) == 1:
        return certain[0], _untold(certain[0])
    if titled and not certain:
        raise lacking(table, titled[0])
    if table.title and not certain and not hints.indicator:
        raise unknown_title(table, fits, catalog, loaded)
    whole = certain or best_layout(table, [f for f in fits if f.whole and not f.unknown], catalog)
    if len(whole) == 1 and (hints.indicator or _confirmed(table, whole[0], catalog, loaded)):
        return whole[0], [
            f"recognised by its columns as {whole[0].table_id}: the file bears no title",
            *_untold(whole[0]),
        ]
    raise ask(table, whole, catalog, loaded)


def _confirmed(table: Table, found: Fit, catalog: Catalog, loaded: LoadedFigures | None) -> bool:
    """A table without a title that fits one table by its columns is taken as that only if its values are those loaded,
    or nothing is loaded to compare with and several columns agree."""
    if loaded is None or not any(table.headings):
        return False
    return bool(matches(table, found, catalog, loaded)) or (len(found.columns) > 1 and not loaded.table(found.table_id))


def _untold(found: Fit) -> list[str]:
    return [f"columns not in tables.yml, not read: {', '.join(found.unknown)}"] if found.unknown else []


def _hinted(table: Table, hints: Hints, fits: list[Fit], catalog: Catalog) -> tuple[Fit, list[str]]:
    if hints.table not in catalog.tables:
        near = difflib.get_close_matches(hints.table, catalog.tables, n=2)
        raise table.refuse(
            "a table of tables.yml", repr(hints.table), hint=f"did you mean {' or '.join(near)}?" if near else ""
        )
    found = next((f for f in fits if f.table_id == hints.table), None)
    others = [f.table_id for f in fits if f.titled and f.table_id != hints.table]
    titled = bool(found and found.titled)
    if others and not titled:
        wanted = f"{hints.table} ({catalog.tables[hints.table].title_zh})"
        raise table.refuse(wanted, f"the title {table.title!r} of {others[0]}", cell=table.title_cell)
    if found is None:
        spec = catalog.tables[hints.table]
        own = ", ".join(list(spec.columns) or [spec.indicator])
        there = ", ".join(h[0] for h in table.headings if h) or "figures without a heading"
        hint = "give --indicator" if spec.columns and not any(table.headings) else "or the file is another table"
        raise table.refuse(f"columns of {hints.table}: {own[:120]}", there[:160], hint=hint)
    if not found.whole:
        raise lacking(table, found)
    said = (
        [f"title {table.title!r} is not one of {hints.table}: read so because --table says so"]
        if table.title and not titled
        else []
    )
    return found, [*said, *_untold(found)]
