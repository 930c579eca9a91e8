"""Which table of the catalogue a file holds. The file's own words decide: titles, columns and aliases of tables.yml. Where
they do not, the values are compared with what is loaded, the candidates are named, and the person chooses; nothing is
guessed."""

from __future__ import annotations

import difflib

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.layouts.table import PrintedTable
from jjj_pipeline.ingest.matching.column_matching import (
    Fit,
    Hints,
    best_layout,
    fit,
    heading_names,
    known_targets,
    other_scope,
    target_of,
    targets,
    title_fits,
    titled_tables,
)
from jjj_pipeline.ingest.matching.diagnostics import Question, lacking, matches, question, unknown_title
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures


def match_table(
    table: PrintedTable, hints: Hints, catalog: Catalog, loaded: LoadedFigures | None, *, own: bool = False
) -> tuple[Fit, list[str]]:
    """(the table and its columns, what to report). A table of the project's `own` is explained by its entry alone.
    Raises BadInput where the file does not say what it is, says something else than the hints, or lacks a column."""
    _check_names(table, hints, catalog)
    everything = known_targets(catalog) if hints.indicator else {}
    if hints.table:
        found = fit(table, hints.table, catalog, hints, everything)
        messages = _follow_hint(table, hints, found, catalog, own=own)
    else:
        fits = [f for t in catalog.tables if (f := fit(table, t, catalog, hints, everything))]
        found, messages = _choose(table, hints, fits, catalog, loaded)
    assert found is not None
    if not own:
        _refuse_second_names(table, found, catalog)
    return found, [*messages, *_messages(table, found, hints)]


def _check_names(table: PrintedTable, hints: Hints, catalog: Catalog) -> None:
    """Hints must name what there is."""
    for given, there, what in (
        (hints.table, catalog.tables, "a table of tables.yml"),
        (hints.indicator, catalog.indicators, "an indicator of indicators.yml"),
    ):
        if given and given not in there:
            near = difflib.get_close_matches(given, list(there), n=2)
            raise table.refuse(what, repr(given), hint=f"did you mean {' or '.join(near)}?" if near else "")


# ---- without a hint of the table


def _choose(
    table: PrintedTable, hints: Hints, fits: list[Fit], catalog: Catalog, loaded: LoadedFigures | None
) -> tuple[Fit, list[str]]:
    if hints.indicator:
        fits = [f for f in fits if any(i == hints.indicator for i, _ in targets(f, catalog))]
    titled = [f for f in fits if f.titled]
    certain = best_layout(table, [f for f in titled if f.whole], catalog)
    if len(certain) == 1:
        _refuse_other_scope(table, certain[0], catalog)
        return certain[0], []
    if titled and not certain:
        raise lacking(table, titled[0])
    if table.title and not certain and not hints.indicator:
        raise unknown_title(table, fits, catalog, loaded)
    whole = certain or _that_fit(table, hints, fits, catalog)
    if len(whole) == 1 and (hints.indicator or _confirmed(table, whole[0], catalog, loaded)):
        _refuse_other_scope(table, whole[0], catalog)
        why = "the file bears no title" if not table.title else f"its title {table.title!r} is not one of it"
        return whole[0], [f"recognised by its columns as {whole[0].table_id}: {why}"]
    raise question(table, whole, fits, catalog, loaded, hints)


def _that_fit(table: PrintedTable, hints: Hints, fits: list[Fit], catalog: Catalog) -> list[Fit]:
    """The tables a file without a known title may be: those of the one indicator the person names before others."""
    whole = [f for f in fits if f.whole and (hints.indicator or not f.unknown)]
    own = [f for f in whole if hints.indicator and catalog.tables[f.table_id].indicator]
    return own if len(own) == 1 else best_layout(table, whole, catalog)


def _confirmed(table: PrintedTable, found: Fit, catalog: Catalog, loaded: LoadedFigures | None) -> bool:
    """A table without a title that fits one table by its columns is taken as that only if its values are those loaded,
    or nothing is loaded to compare with and several columns agree."""
    if loaded is None or not any(table.headings):
        return False
    return bool(matches(table, found, catalog, loaded)) or (len(found.columns) > 1 and not loaded.table(found.table_id))


# ---- with one


def _follow_hint(table: PrintedTable, hints: Hints, found: Fit | None, catalog: Catalog, *, own: bool) -> list[str]:
    """Raises BadInput where the file contradicts the table that was named."""
    spec = catalog.tables[hints.table]
    for line, cell in table.title_lines if not own else ():
        if title_fits(line, table, spec, catalog):
            continue
        if others := titled_tables(line, table, catalog):
            wanted = f"{hints.table} ({spec.title_zh})"
            raise table.refuse(wanted, f"the title {line!r} of {others[0]}", cell=cell)
    if found is None:
        wanted = ", ".join(list(spec.columns) or [spec.indicator])
        there = ", ".join(heading_names(table.headings))
        nameless = spec.columns and not any(table.headings) and not hints.indicator
        raise Question(
            table.where,
            expected=f"columns of {hints.table}: {wanted[:120]}",
            found=there[:160],
            options=[Hints(indicator=i) for i, _ in spec.indicators()][:1] if nameless else [],
            otherwise=_no_column_hint(table, hints, catalog),
        )
    if not found.whole:
        raise lacking(table, found)
    if not own:
        _refuse_other_scope(table, found, catalog)
    if table.title and not found.titled:
        return [f"title {table.title!r} is not one of {hints.table}: read so because --table says so"]
    return []


def _no_column_hint(table: PrintedTable, hints: Hints, catalog: Catalog) -> str:
    spec = catalog.tables[hints.table]
    named = [h[0] for h in table.headings if h]
    if spec.columns and not named and not hints.indicator:
        return "write the name of the indicator above the figures"
    if len(named) > 1 and spec.indicator:
        return (
            f"it holds {spec.indicator} alone: keep that column, or add a table with {len(named)} columns to tables.yml"
        )
    if named:
        of = f"{named[0]}: <column>" if spec.columns else f'{named[0]}: ""'
        return (
            f"if the file is that table, write its heading under aliases of {hints.table} in tables.yml, as in {{{of}}}"
        )
    return "the file is another table"


def _refuse_other_scope(table: PrintedTable, found: Fit, catalog: Catalog) -> None:
    scope, line = other_scope(table, found, catalog)
    if scope:
        spec = catalog.tables[found.table_id]
        raise table.refuse(
            f"figures of the scope of {found.table_id} ({spec.title_zh})", f"{line!r}: {scope}",
            cell=next((cell for text, cell in table.title_lines if text == line), table.title_cell),
            hint="a table of another scope needs an entry of its own in tables.yml",
        )  # fmt: skip


def _refuse_second_names(table: PrintedTable, found: Fit, catalog: Catalog) -> None:
    """A column of texts beside the figures must not name another indicator than their heading does."""
    if not table.text_columns:
        return
    everything = known_targets(catalog)
    spec = catalog.tables[found.table_id]
    own = {target_of(spec, c) for c in found.columns.values()}
    for column in table.text_columns:
        for text in column.texts:
            named = everything.get(text_parsing.column_key(text), {})
            if named and not own & set(named):
                heading = next((h[0] for h in found.columns if h), found.table_id)
                raise table.refuse(
                    "one name for the figures", f"{text!r} in the column {column.heading!r} and {heading!r} as their heading",
                    cell=column.cell, hint="correct the one that is wrong, or leave the column of texts out",
                )  # fmt: skip


def _messages(table: PrintedTable, found: Fit, hints: Hints) -> list[str]:
    messages = [f"{name} is {hints.indicator}, as --indicator says" for name in heading_names(found.hinted)]
    if found.unknown:
        messages.append(f"columns not in tables.yml, not read: {', '.join(heading_names(found.unknown))}")
    return messages
