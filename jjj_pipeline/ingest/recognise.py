"""Which table of the catalogue a file holds, and which column each heading is. The file's own words decide: titles, columns
and aliases of tables.yml. Where they do not, the values are compared with what is loaded, the candidates are named, and the
reader asks; nothing is guessed."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from functools import lru_cache

from jjj_pipeline.catalog.model import Catalog, TableSpec, split_target
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import nbs_export, words
from jjj_pipeline.ingest.compare import Loaded, Match
from jjj_pipeline.ingest.table import Table
from jjj_pipeline.ingest.yearbook_table import EPS

Heads = tuple[str, ...]
SHOWN = 3  # candidates named in a message


@dataclass(frozen=True)
class Hints:
    """What the person (or the path in raw/) says of a file."""

    table: str = ""
    indicator: str = ""
    release: str = ""
    region: str = ""


@dataclass
class Fit:
    """How a table of the file fits one of the catalogue: heading -> column, what is missing, what is unknown."""

    table_id: str
    columns: dict[Heads, str]
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    titled: bool = False

    @property
    def whole(self) -> bool:
        return bool(self.columns) and not self.missing


def recognise(table: Table, hints: Hints, catalog: Catalog, loaded: Loaded | None) -> tuple[Fit, list[str]]:
    """(the table and its columns, what to tell the person). Raises BadInput where the file does not say what it is, says
    something else than the hints, or lacks a column."""
    fits = [f for t in catalog.tables if (f := fit(table, t, catalog, hints))]
    if hints.table:
        return _hinted(table, hints, fits, catalog)
    if hints.indicator:
        fits = [f for f in fits if any(i == hints.indicator for i, _ in _targets(f, catalog))]
    titled = [f for f in fits if f.titled]
    certain = _best_layout(table, [f for f in titled if f.whole], catalog)
    if len(certain) == 1:
        return certain[0], _untold(certain[0])
    if titled and not certain:
        raise _lacking(table, titled[0])
    if table.title and not certain and not hints.indicator:
        raise _unknown_title(table, fits, catalog)
    whole = certain or _best_layout(table, [f for f in fits if f.whole and not f.unknown], catalog)
    if len(whole) == 1 and (hints.indicator or _confirmed(table, whole[0], catalog, loaded)):
        return whole[0], [
            f"recognised by its columns as {whole[0].table_id}: the file bears no title",
            *_untold(whole[0]),
        ]
    raise _ask(table, whole, catalog, loaded)


# ---- how a table fits


def fit(table: Table, table_id: str, catalog: Catalog, hints: Hints) -> Fit | None:
    """How the headings fit the columns of a table; None where nothing fits or the table is of another kind."""
    spec = catalog.tables[table_id]
    if spec.target != "observation" or not _source_fits(table, spec) or not _shape_fits(table, spec):
        return None
    known = column_index(spec)
    found = Fit(table_id, {}, titled=_title_fits(table, spec, catalog))
    for heads in table.headings:
        column = _column(heads, spec, known, hints, catalog)
        if column is None:
            found.unknown.append(heads[0] if heads else "figures without a heading")
        elif column in found.columns.values() and spec.columns:
            raise table.refuse(
                "each column once",
                f"{column!r} twice",
                hint=f"headings {' and '.join(h[0] for h in (heads, *found.columns) if h)}",
            )
        else:
            found.columns[heads] = column
    if table.family in (nbs_export.FAMILY, EPS) and not table.title:
        found.titled = any(found.columns)  # each heading of an export is the name of an indicator
    elif spec.columns and spec.layout == "region_by_indicator":
        needed = [c for c in spec.columns if c not in spec.optional]
        found.missing = [c for c in needed if c not in found.columns.values()]
    return found if found.columns else None


@lru_cache(maxsize=512)
def _index(names: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {words.column_key(name): column for name, column in reversed(names)}


def column_index(spec: TableSpec) -> dict[str, str]:
    """Every spelling of a column of a table -> the column; one-indicator tables have the column ''."""
    if spec.columns:
        return _index((*((c, c) for c in spec.columns), *spec.aliases.items()))
    own = [t.split(" ", 1)[-1] for t in (spec.title_zh, *spec.names)]
    return _index((*((t, "") for t in own), *((a, "") for a in spec.aliases)))


def _column(heads: Heads, spec: TableSpec, known: dict[str, str], hints: Hints, catalog: Catalog) -> str | None:
    for head in heads:
        if (column := known.get(words.column_key(head))) is not None:
            return column
    if heads:
        return None
    if spec.indicator:
        return "" if not hints.indicator or hints.indicator == split_target(spec.indicator)[0] else None
    return next(
        (c for c, t in spec.columns.items() if hints.indicator and split_target(t) == (hints.indicator, "*")), None
    )


def _source_fits(table: Table, spec: TableSpec) -> bool:
    if table.family in (nbs_export.FAMILY, EPS):
        return spec.source == table.family
    return True


def _shape_fits(table: Table, spec: TableSpec) -> bool:
    """Editions of one year hold one year; tables of one indicator hold one heading."""
    if spec.layout == "region_by_indicator":
        return len(table.years) <= 1 and table.family != nbs_export.FAMILY
    return not spec.indicator or len(table.headings) == 1


def _title_fits(table: Table, spec: TableSpec, catalog: Catalog) -> bool:
    name = words.title_key(table.title)
    if not name:
        return False
    database, own = _names(spec)
    if table.database and database and table.database != database:
        return False
    bare = name.removeprefix(words.title_key(catalog.sources[spec.source].name_zh))
    return bool({name, bare} & own) or (
        table.family == nbs_export.FAMILY and words.column_key(table.title) in column_index(spec)
    )


def _names(spec: TableSpec) -> tuple[str, set[str]]:
    """(the database an export must name, keys of the titles)."""
    database = next((d for d in nbs_export.DATABASES if spec.title_zh.startswith(f"{d} ")), "")
    keys = {words.title_key(t) for t in (spec.title_zh, *spec.names)}
    keys |= {words.title_key(t.removeprefix(f"{database} ")) for t in (spec.title_zh, *spec.names)}
    return database, keys - {""}


def _best_layout(table: Table, fits: list[Fit], catalog: Catalog) -> list[Fit]:
    """Of several the ones whose layout is that of the file: a series of one indicator before a panel."""
    one = len(table.headings) == 1
    order = ["region_by_indicator"]
    if table.is_panel:
        order = []
    elif one and table.years:
        order = ["region_by_year", "region_by_indicator"]
    for layout in [*order, "region_year_by_indicator", "region_by_indicator", "region_by_year", "observation_list"]:
        if best := [f for f in fits if catalog.tables[f.table_id].layout == layout]:
            most = max(len(f.columns) for f in best)
            return [f for f in best if len(f.columns) == most]
    return fits


def _targets(found: Fit, catalog: Catalog) -> list[tuple[str, str]]:
    spec = catalog.tables[found.table_id]
    return [split_target(spec.columns[c] if c else spec.indicator) for c in found.columns.values()]


def _untold(found: Fit) -> list[str]:
    return [f"columns not in tables.yml, not read: {', '.join(found.unknown)}"] if found.unknown else []


# ---- what a hint says


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
        raise _lacking(table, found)
    said = (
        [f"title {table.title!r} is not one of {hints.table}: read so because --table says so"]
        if table.title and not titled
        else []
    )
    return found, [*said, *_untold(found)]


# ---- where the file does not say


def _confirmed(table: Table, found: Fit, catalog: Catalog, loaded: Loaded | None) -> bool:
    """A table without a title that fits one table by its columns is taken as that only if its values are those loaded,
    or nothing is loaded to compare with and several columns agree."""
    if loaded is None or not any(table.headings):
        return False
    return bool(matches(table, found, catalog, loaded)) or (len(found.columns) > 1 and not loaded.table(found.table_id))


def matches(table: Table, found: Fit | None, catalog: Catalog, loaded: Loaded) -> list[Match]:
    """Loaded tables with the values of this one, the best first: through the columns of a fit, or any table at all."""
    named: dict[Heads, tuple[str, str]] = {}
    if found is not None:
        named = dict(zip(found.columns, _targets(found, catalog), strict=True))
    figures = [
        (e.region, e.year, e.plain, (found.table_id, *named[e.heads]) if found and e.heads in named else None)
        for e in table.entries
        if e.region and e.plain and e.plain != "…" and (found is None or e.heads in named)
    ]
    return loaded.candidates(figures) if figures else []


def _ask(table: Table, fits: list[Fit], catalog: Catalog, loaded: Loaded | None) -> BadInput:
    near: list[Match] = []
    if loaded is not None:
        near = (
            [m for f in fits for m in matches(table, f, catalog, loaded)]
            if any(table.headings)
            else matches(table, None, catalog, loaded)
        )
        near.sort(key=lambda m: (-m.share, -m.compared))
    heading = ", ".join(h[0] for h in table.headings if h)
    found = f"columns {heading} without a title" if heading else "figures without the name of their indicator"
    if near:
        hint = f"candidates by value: {'; '.join(map(str, near[:SHOWN]))}; give {_option(near[0], catalog)} or another"
    elif fits and heading:
        hint = f"by its columns it may be {', '.join(f.table_id for f in fits[:5])}; give --table"
    else:
        hint = "no loaded table has such values; give --table or --indicator"
    return table.refuse("a file that says what it is", found, cell=_first_cell(table), hint=hint)


def _option(match: Match, catalog: Catalog) -> str:
    """How to say that a file is what a match says: a table of that one indicator where the source has one."""
    spec = catalog.tables[match.table_id]
    if not spec.columns or match.indicator not in catalog.indicators:
        return f"--table {match.table_id}"
    own = [t for t, s in catalog.tables.items() if s.source == spec.source and s.indicator == match.indicator]
    return f"--table {own[0]}" if own else f"--table {match.table_id} --indicator {match.indicator}"


def _first_cell(table: Table) -> str:
    from jjj_pipeline.ingest.grid import address

    return address(*table.entries[0].cell) if table.entries else ""


def _lacking(table: Table, found: Fit) -> BadInput:
    there = ", ".join([*found.columns.values(), *found.unknown])
    return table.refuse(
        f"column {found.missing[0]!r} of {found.table_id}", f"columns {there}", cell=table.title_cell,
        hint="the heading is damaged or shifted, or an edition without it: then name it under optional in tables.yml",
    )  # fmt: skip


def _unknown_title(table: Table, fits: list[Fit], catalog: Catalog) -> BadInput:
    """A table the catalogue does not know: what was recognised, and the entry that would make it readable."""
    known = {k: t for t, s in catalog.tables.items() for k in _names(s)[1]}
    near = difflib.get_close_matches(words.title_key(table.title), known, n=1, cutoff=0.75)
    by_columns = [f.table_id for f in fits if f.whole and not f.unknown and any(f.columns)]
    close = f"near to {known[near[0]]}, " if near else ""
    close += f"its columns are those of {', '.join(by_columns[:2])}, give --table if it is that; " if by_columns else ""
    years = str(table.title_years[0]) if len(table.title_years) == 1 else _span(table.years)
    unit = "，".join(table.units) or next((e.unit for e in table.entries if e.unit), "")
    headings = ", ".join(h[0] for h in table.headings if h) or "one indicator"
    return table.refuse(
        "a table of tables.yml",
        f"{table.title!r} ({years}, unit {unit or 'not stated'}, {len(table.regions)} regions, columns {headings})",
        cell=table.title_cell,
        hint=f"{close}or add to tables.yml: {_entry(table, unit)}",
    )


def _entry(table: Table, unit: str) -> str:
    """The entry of tables.yml, in one line, that would let this table be read."""
    name = re.sub(r"\s*[(（]?(?:19|20)\d\d年?[)）]?\s*$", "", words.split_number(table.title)[1])
    layout, what = (
        "region_by_indicator",
        "columns: {" + ", ".join(f"{h[0]}: <indicator>" for h in table.headings if h) + "}",
    )
    if len(table.years) > 1:
        layout = "region_year_by_indicator"
        if len(table.headings) == 1:
            layout, what = "region_by_year", "indicator: <indicator>"
    return (
        f"<source>_<name>: {{source: <source>, title_zh: {name}, title_en: <English>, layout: {layout}, "
        f"unit: {unit or '<unit>'}, {what}}}"
    )


def _span(years: list[int]) -> str:
    return f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0]) if years else "no year"
