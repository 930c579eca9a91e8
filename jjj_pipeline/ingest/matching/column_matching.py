"""How a table of a file fits a table of the catalogue: its title, its source, its shape, and which column each heading is.
Nothing is decided here; `table_matching` chooses among the fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from jjj_pipeline.catalog.model import Catalog, TableSpec, split_target
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.layouts import nbs_export
from jjj_pipeline.ingest.layouts.table import Table
from jjj_pipeline.ingest.layouts.yearbook_table import EPS

Heads = tuple[str, ...]


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
    return {text_parsing.column_key(name): column for name, column in reversed(names)}


def column_index(spec: TableSpec) -> dict[str, str]:
    """Every spelling of a column of a table -> the column; one-indicator tables have the column ''."""
    if spec.columns:
        return _index((*((c, c) for c in spec.columns), *spec.aliases.items()))
    own = [t.split(" ", 1)[-1] for t in (spec.title_zh, *spec.names)]
    return _index((*((t, "") for t in own), *((a, "") for a in spec.aliases)))


def _column(heads: Heads, spec: TableSpec, known: dict[str, str], hints: Hints, catalog: Catalog) -> str | None:
    for head in heads:
        if (column := known.get(text_parsing.column_key(head))) is not None:
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
    """Editions of one year hold one year (and others named in headings, beside that of the title); tables of one indicator
    hold one heading."""
    if spec.layout == "region_by_indicator":
        one = len(table.years) <= 1 or bool(table.title_years and set(table.title_years) <= set(table.years))
        return one and table.family != nbs_export.FAMILY
    return not spec.indicator or len(table.headings) == 1


def _title_fits(table: Table, spec: TableSpec, catalog: Catalog) -> bool:
    name = text_parsing.title_key(table.title)
    if not name:
        return False
    database, own = names(spec)
    if table.database and database and table.database != database:
        return False
    bare = name.removeprefix(text_parsing.title_key(catalog.sources[spec.source].name_zh))
    return bool({name, bare} & own) or (
        table.family == nbs_export.FAMILY and text_parsing.column_key(table.title) in column_index(spec)
    )


def names(spec: TableSpec) -> tuple[str, set[str]]:
    """(the database an export must name, keys of the titles)."""
    database = next((d for d in nbs_export.DATABASES if spec.title_zh.startswith(f"{d} ")), "")
    keys = {text_parsing.title_key(t) for t in (spec.title_zh, *spec.names)}
    keys |= {text_parsing.title_key(t.removeprefix(f"{database} ")) for t in (spec.title_zh, *spec.names)}
    return database, keys - {""}


def best_layout(table: Table, fits: list[Fit], catalog: Catalog) -> list[Fit]:
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


def targets(found: Fit, catalog: Catalog) -> list[tuple[str, str]]:
    spec = catalog.tables[found.table_id]
    return [split_target(spec.columns[c] if c else spec.indicator) for c in found.columns.values()]
