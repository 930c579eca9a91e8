"""How a table of a file fits a table of the catalogue: its title, its source, its shape, and which column each heading is.
Nothing is decided here; `table_matching` chooses among the fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from jjj_pipeline.catalog.model import Catalog, TableSpec, split_target
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.layouts import nbs_export
from jjj_pipeline.ingest.layouts.table import PrintedTable
from jjj_pipeline.ingest.layouts.yearbook_table import EPS

LONGEST_LINE = 60  # characters of a line above a table that may narrow its scope
Heads = tuple[str, ...]
Target = tuple[str, str]  # indicator, industry
Known = dict[str, dict[Target, str]]  # spelling -> what it may be -> a table that calls it so


@dataclass(frozen=True)
class Hints:
    """What the person (or the path in raw/) says of a file."""

    table: str = ""
    indicator: str = ""
    release: str = ""
    region: str = ""

    def __str__(self) -> str:
        """As options of the command line."""
        return " ".join(f"--{name} {value}" for name, value in vars(self).items() if value)


@dataclass
class Fit:
    """How a table of the file fits one of the catalogue: heading -> column, what is missing, what is unknown, two headings
    of one column, and headings that are a column because the person says so."""

    table_id: str
    columns: dict[Heads, str]
    missing: list[str] = field(default_factory=list)
    unknown: list[Heads] = field(default_factory=list)
    doubled: tuple[Heads, Heads] | None = None
    titled: bool = False
    hinted: list[Heads] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return bool(self.columns) and not self.missing and self.doubled is None


def fit(
    table: PrintedTable, table_id: str, catalog: Catalog, hints: Hints, everything: Known | None = None
) -> Fit | None:
    """How the headings fit the columns of a table; None where nothing fits or the table is of another kind. `everything` are
    the `known_targets`, needed where the hints name an indicator."""
    spec = catalog.tables[table_id]
    if spec.target != "observation" or not _source_fits(table, spec) or not _shape_fits(table, spec):
        return None
    known = column_index(spec)
    found = Fit(table_id, {}, titled=title_fits(table.title, table, spec, catalog))
    for heads in table.headings:
        column = _column(heads, spec, known)
        if column is None and (column := _hinted_column(heads, table, spec, everything, hints)) is not None:
            found.hinted.append(heads)
        if column is None:
            found.unknown.append(heads)
        elif column in found.columns.values() and spec.columns:
            found.doubled = found.doubled or (heads, next(h for h, c in found.columns.items() if c == column))
        else:
            found.columns[heads] = column
    if table.family in (nbs_export.FAMILY, EPS) and not table.title:
        found.titled = any(found.columns)  # each heading of an export is the name of an indicator
    elif spec.columns and spec.layout == "region_by_indicator":
        there = {_column(heads, spec, known) for heads in table.continued_headings} | set(found.columns.values())
        found.missing = [c for c in spec.columns if c not in spec.optional and c not in there]
    return found if found.columns else None


def heading_names(headings: Iterable[Heads]) -> list[str]:
    return [heads[0] if heads else "figures without a heading" for heads in headings]


# ---- columns


@lru_cache(maxsize=512)
def _index(names: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {text_parsing.column_key(name): column for name, column in reversed(names)}


def column_index(spec: TableSpec) -> dict[str, str]:
    """Every spelling of a column of a table -> the column; one-indicator tables have the column ''. The identifier of an
    indicator is a spelling, too."""
    if spec.columns:
        identifiers = ((split_target(t)[0], c) for c, t in spec.columns.items() if "@" not in t)
        return _index((*((c, c) for c in spec.columns), *spec.aliases.items(), *identifiers))
    own = [t.split(" ", 1)[-1] for t in (spec.title_zh, *spec.names)]
    return _index((*((t, "") for t in own), *((a, "") for a in spec.aliases), (spec.indicator, "")))


def target_of(spec: TableSpec, column: str) -> Target:
    """(indicator, industry) of a column."""
    return split_target(spec.columns[column] if column else spec.indicator)


def known_targets(catalog: Catalog) -> Known:
    """Every spelling of a column of any table -> what it may be, with the first table that calls it so."""
    out: Known = {}
    for table_id, spec in catalog.tables.items():
        if spec.target == "observation" and spec.layout != "observation_list":
            for key, column in column_index(spec).items():
                out.setdefault(key, {}).setdefault(target_of(spec, column), table_id)
    for name, indicator in catalog.indicators.items():
        out.setdefault(text_parsing.column_key(indicator.name_zh), {}).setdefault((name, "*"), "")
    return out


def _column(heads: Heads, spec: TableSpec, known: dict[str, str]) -> str | None:
    for head in heads:
        if (column := known.get(text_parsing.column_key(head))) is not None:
            # a shorter spelling leaves out what is above the heading: that must not narrow its scope
            if head != heads[0] and text_parsing.scopes(heads[0]) - _scopes(spec) - text_parsing.scopes(column):
                return None
            return column
    return "" if not heads and spec.indicator else None


def _hinted_column(
    heads: Heads, table: PrintedTable, spec: TableSpec, everything: Known | None, hints: Hints
) -> str | None:
    """The column of the indicator the person names, for the only heading of a table: an unknown one, or none."""
    if not hints.indicator or len(table.headings) != 1:
        return None
    if any(known_as_another(head, hints.indicator, everything or {}) for head in heads):
        return None
    if spec.indicator:
        return "" if split_target(spec.indicator) == (hints.indicator, "*") else None
    return next((c for c, t in spec.columns.items() if split_target(t) == (hints.indicator, "*")), None)


def known_as_another(head: str, indicator: str, everything: Known) -> bool:
    """Whether a heading is a known name, and not of this indicator."""
    named = everything.get(text_parsing.column_key(head), {})
    return bool(named) and all(i != indicator for i, _ in named)


# ---- source, shape, title


def _source_fits(table: PrintedTable, spec: TableSpec) -> bool:
    if table.family in (nbs_export.FAMILY, EPS):
        return spec.source == table.family
    return True


def _shape_fits(table: PrintedTable, spec: TableSpec) -> bool:
    """Editions of one year hold one year (and others named in headings, beside that of the title); tables of one indicator
    hold one heading that is it."""
    if spec.layout == "region_by_indicator":
        one = len(table.years) <= 1 or bool(table.title_years and set(table.title_years) <= set(table.years))
        return one and table.family != nbs_export.FAMILY
    own = [h for h in table.headings if _column(h, spec, column_index(spec)) is not None]
    return not spec.indicator or len(table.headings) == 1 or len(own) == 1


def title_fits(title: str, table: PrintedTable, spec: TableSpec, catalog: Catalog) -> bool:
    """Whether a line above a table is a title of a table of the catalogue."""
    name = text_parsing.title_key(title)
    if not name:
        return False
    database, own = names(spec)
    if table.database and database and table.database != database:
        return False
    bare = name.removeprefix(text_parsing.title_key(catalog.sources[spec.source].name_zh))
    return bool({name, bare} & own) or (
        table.family == nbs_export.FAMILY and text_parsing.column_key(title) in column_index(spec)
    )


def names(spec: TableSpec) -> tuple[str, frozenset[str]]:
    """(the database an export must name, keys of the titles)."""
    return _names(spec.title_zh, *spec.names)


@lru_cache(maxsize=512)
def _names(first: str, *others: str) -> tuple[str, frozenset[str]]:
    database = next((d for d in nbs_export.DATABASES if first.startswith(f"{d} ")), "")
    keys = {text_parsing.title_key(t) for t in (first, *others)}
    keys |= {text_parsing.title_key(t.removeprefix(f"{database} ")) for t in (first, *others)}
    return database, frozenset(keys - {""})


def titled_tables(title: str, table: PrintedTable, catalog: Catalog) -> list[str]:
    """The tables of the catalogue that bear a title."""
    return [
        t for t, spec in catalog.tables.items()
        if spec.target == "observation" and _source_fits(table, spec) and title_fits(title, table, spec, catalog)
    ]  # fmt: skip


def other_scope(table: PrintedTable, found: Fit, catalog: Catalog) -> tuple[str, str]:
    """(scope, line) that a line above the figures names and a table of the catalogue does not have: 规上工业 against all, 地方
    against the nation. Its title, the chapter and the book count; the text of a page does not."""
    spec = catalog.tables[found.table_id]
    own = _scopes(spec)
    for column in found.columns.values():
        own = own | text_parsing.scopes(catalog.indicators[target_of(spec, column)[0]].name_zh)
    in_sheet = table.body is not None and bool(table.body.lines)
    lines = [line for line, _ in table.title_lines if len(line) < LONGEST_LINE] if in_sheet else [table.title]
    for line in lines:
        if found.titled and title_fits(line, table, spec, catalog):
            continue
        named = text_parsing.scopes(line)
        strange = sorted(named - own - {text_parsing.WHOLE_SOCIETY})
        if text_parsing.WHOLE_SOCIETY in named and own & text_parsing.OF_FIRMS:
            strange.append(text_parsing.WHOLE_SOCIETY)
        if strange:
            return "、".join(strange), line
    return "", ""


def _scopes(spec: TableSpec) -> frozenset[str]:
    return _scopes_of((spec.title_zh, *spec.names, *spec.columns, *spec.aliases))


@lru_cache(maxsize=512)
def _scopes_of(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*(text_parsing.scopes(t) for t in texts))


# ---- choice


def best_layout(table: PrintedTable, fits: list[Fit], catalog: Catalog) -> list[Fit]:
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


def targets(found: Fit, catalog: Catalog) -> list[Target]:
    spec = catalog.tables[found.table_id]
    return [target_of(spec, c) for c in found.columns.values()]
