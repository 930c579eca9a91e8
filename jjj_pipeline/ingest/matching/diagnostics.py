"""Messages about a table that cannot be recognised: the candidates by value, the column it lacks, or the entry of tables.yml
that would make it readable. An option that is proposed was tried before (see `Question`)."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import address
from jjj_pipeline.ingest.layouts.table import PrintedTable
from jjj_pipeline.ingest.matching.column_matching import (
    Fit,
    Hints,
    heading_names,
    known_targets,
    names,
    target_of,
    targets,
)
from jjj_pipeline.ingest.matching.figure_index import Match, digits
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures, LoadedObservation, agree
from jjj_pipeline.ingest.matching.proposed_entry import entry_for, figures_under, layout_of, nearest, span_of, unit_in
from jjj_pipeline.ingest.row_model import Reading

SHOWN = 3  # candidates named in a message


class Question(BadInput):
    """A refusal that an option of the command line may answer. `options` are tried in their order by who knows how to read
    on, and the first that works is proposed; where none does, `otherwise` says what to do."""

    def __init__(
        self, where: str, *, expected: str, found: str, cell: str = "", evidence: str = "", options: list[Hints] | None = None,
        otherwise: str = "",
    ) -> None:  # fmt: skip
        self.evidence, self.options, self.otherwise = evidence, options or [], otherwise
        super().__init__(
            where, expected=expected, found=found, cell=cell, hint="; ".join(filter(None, (evidence, otherwise)))
        )

    def settled(self, works: Callable[[Hints], Hints | None]) -> BadInput:
        """The refusal with the option that works: `works` gives the options a reading needs in all, or None."""
        for option in self.options:
            if answer := works(option):
                more = " or another" if len(self.options) > 1 else ""
                hint = "; ".join(filter(None, (self.evidence, f"give {answer}{more}")))
                return BadInput(self.where, expected=self.expected, found=self.found, cell=self.cell, hint=hint)
        return self


def merged(hints: Hints, option: Hints) -> Hints:
    """The hints with those of an option, which win."""
    return replace(hints, **{name: value for name, value in vars(option).items() if value})


def matches(table: PrintedTable, found: Fit, catalog: Catalog, loaded: LoadedFigures) -> list[Match]:
    """Loaded tables with the values of this one through the columns of a fit, the best first."""
    named = dict(zip(found.columns, targets(found, catalog), strict=True))
    return loaded.candidates(figures_under(table, {h: (found.table_id, *t) for h, t in named.items()}))


def question(
    table: PrintedTable, whole: list[Fit], fits: list[Fit], catalog: Catalog, loaded: LoadedFigures | None, hints: Hints
) -> BadInput:
    """A table without a title and without an answer in its headings: the candidates by value."""
    heading = ", ".join(h[0] for h in table.headings if h)
    expected, cell = "a file that says what it is", _first_cell(table)
    found = f"columns {heading} without a title" if heading else "figures without the name of their indicator"
    if hints.indicator and not whole:
        return _no_table_of(table, hints.indicator, heading, catalog, loaded)
    near: list[Match] = []
    if loaded is not None and heading:
        near = [m for f in whole for m in matches(table, f, catalog, loaded)]
    elif loaded is not None:
        near = loaded.candidates(figures_under(table, dict.fromkeys(table.headings)))
    near.sort(key=lambda m: -m.evidence)
    options: list[Hints] = []
    if near:
        evidence = f"candidates by value: {'; '.join(map(str, near[:SHOWN]))}"
        options = [o for m in near[: 2 * SHOWN] for o in _options(m, catalog)]
        otherwise = f"none of them has this layout: add to tables.yml: {entry_for(table, catalog, loaded)}"
    elif heading and (evidence := _by_value(table, loaded)):
        options = _single_options(table, catalog, loaded)
        otherwise = (
            f"name these headings under aliases of that table in tables.yml, then give --table; or add to tables.yml: "
            f"{entry_for(table, catalog, loaded)}"
        )
    elif whole and heading:
        evidence = f"by its columns it may be {', '.join(f.table_id for f in whole[:5])}"
        options = [Hints(table=f.table_id) for f in whole]
        otherwise = f"or add to tables.yml: {entry_for(table, catalog, loaded)}"
    else:
        partly = sorted((f for f in fits if f.whole), key=lambda f: -len(f.columns))
        evidence = "no loaded table has such values"
        if partly and heading:
            evidence += f", some of its columns are those of {', '.join(f.table_id for f in partly[:2])}"
            options = [Hints(table=f.table_id) for f in partly[:5]]
        options_left = [o for o, given in (("--table", hints.table), ("--indicator", hints.indicator)) if not given]
        otherwise = f"say what the figures are: {' or '.join(options_left)}"
        otherwise += f", or add to tables.yml: {entry_for(table, catalog, loaded)}" if heading else ""
    return Question(
        table.where, expected=expected, found=found, cell=cell, evidence=evidence, options=options, otherwise=otherwise
    )


def _no_table_of(
    table: PrintedTable, indicator: str, heading: str, catalog: Catalog, loaded: LoadedFigures | None
) -> BadInput:
    """The indicator is given and no table can be read as one of it."""
    everything = known_targets(catalog)
    named = {h: everything.get(text_parsing.column_key(h[0]), {}) for h in table.headings if h}
    if len(table.headings) == 1 and any(named.values()) and all((indicator, "*") not in t for t in named.values()):
        return table.refuse(
            f"figures of {indicator}, as --indicator says", f"the heading {heading!r}", cell=_first_cell(table)
        )
    if len(table.headings) > 1:
        return table.refuse(
            f"a column that is {indicator}", f"columns {heading}", cell=_first_cell(table),
            hint="keep the column of that indicator alone, or add a table with all of them to tables.yml: "
            + entry_for(table, catalog, loaded),
        )  # fmt: skip
    return table.refuse(
        f"a table of tables.yml that holds {indicator} in this layout ({layout_of(table)})", "none", cell=_first_cell(table),
        hint=f"add to tables.yml: {entry_for(table, catalog, loaded, indicator)}",
    )  # fmt: skip


def _by_value(table: PrintedTable, loaded: LoadedFigures | None) -> str:
    """What the first headings hold by their values, where a loaded table has four of five of them."""
    found_by_value: list[str] = []
    for heads in table.headings[:SHOWN]:
        if near := nearest(table, heads, loaded):
            found_by_value.append(f"{heads[0] if heads else 'its figures'} by value {near}")
    return "; ".join(found_by_value)


def _single_options(table: PrintedTable, catalog: Catalog, loaded: LoadedFigures | None) -> list[Hints]:
    """Options for a table with one unknown heading: its indicator by value."""
    if len(table.headings) != 1 or not (near := nearest(table, table.headings[0], loaded)):
        return []
    return [
        *(Hints(indicator=near.indicator) for _ in range(near.indicator in catalog.indicators)),
        *_options(near, catalog),
    ]


def _options(match: Match, catalog: Catalog) -> list[Hints]:
    """How to say that a file is what a match says: a table of that one indicator where the source has one."""
    spec = catalog.tables[match.table_id]
    if not spec.columns or match.indicator not in catalog.indicators:
        return [Hints(table=match.table_id)]
    own = [t for t, s in catalog.tables.items() if s.source == spec.source and s.indicator == match.indicator]
    with_indicator = Hints(table=match.table_id, indicator=match.indicator)
    return [*(Hints(table=t) for t in own), with_indicator, Hints(indicator=match.indicator)]


def _first_cell(table: PrintedTable) -> str:
    return address(*table.entries[0].cell) if table.entries else ""


def lacking(table: PrintedTable, found: Fit) -> BadInput:
    if found.doubled:
        heads, first = found.doubled
        two = " and ".join(h[0] for h in (heads, first) if h)
        return table.refuse(
            "each column once", f"{found.columns[first]!r} of {found.table_id} twice", cell=table.heading_cell(heads),
            hint=f"headings {two}",
        )  # fmt: skip
    there = ", ".join([*found.columns.values(), *heading_names(found.unknown)])
    cell = table.heading_cell(found.unknown[0]) if found.unknown else table.title_cell
    return table.refuse(
        f"column {found.missing[0]!r} of {found.table_id}", f"columns {there}", cell=cell,
        hint="the heading is damaged or shifted; another spelling of it belongs under aliases in tables.yml, a column that "
        "an edition lacks under optional",
    )  # fmt: skip


def unknown_title(table: PrintedTable, fits: list[Fit], catalog: Catalog, loaded: LoadedFigures | None) -> BadInput:
    """A table the catalogue does not know: what was recognised, and the entry that would make it readable."""
    known = {k: t for t, s in catalog.tables.items() for k in names(s)[1]}
    near = difflib.get_close_matches(text_parsing.title_key(table.title), known, n=1, cutoff=0.75)
    by_columns = [f.table_id for f in fits if f.whole and not f.unknown and any(f.columns)]
    close = [f"near to {known[near[0]]}"] if near else []
    if by_columns:
        close.append(f"its columns are those of {', '.join(by_columns[:2])}")
    if known_by_value := _by_value(table, loaded):
        close.append(f"{known_by_value}, add its title to names of that table if it is that")
    years = str(table.title_years[0]) if len(table.title_years) == 1 else span_of(table.years)
    unit = unit_in(table) or "not stated"
    headings = ", ".join(h[0] for h in table.headings if h) or "one indicator"
    entry = f"add to tables.yml: {entry_for(table, catalog, loaded)}"
    return Question(
        table.where,
        expected="a table of tables.yml",
        found=f"{table.title!r} ({years}, unit {unit}, {len(table.regions)} regions, columns {headings})",
        cell=table.title_cell,
        evidence=", ".join(close),
        options=[Hints(table=t) for t in by_columns[:SHOWN]],
        otherwise=f"{'or ' if close else ''}{entry}",
    )


def region_candidates(table: PrintedTable, fit: Fit, reading: Reading, loaded: LoadedFigures) -> list[tuple[str, str]]:
    """(name, evidence) of the provinces the figures of a table without a region may be of, by the share of equal cells."""
    named = {heads: target_of(reading.spec, column) for heads, column in fit.columns.items()}
    places: dict[tuple[str, str, int], list[LoadedObservation]] = defaultdict(list)
    for held in loaded.of(named.values()):
        places[held.indicator, held.region, held.year].append(held)
    out = []
    for region, kind in reading.catalog.region_kind.items():
        compared = equal = 0
        for e in table.entries if kind in ("province", "nation") else ():
            if not e.plain or e.plain == "…" or e.heads not in named or e.year is None:
                continue
            found = places.get((named[e.heads][0], region, e.year), [])
            compared += bool(found)
            equal += any(
                (plain := text_parsing.figure(h.printed)) and agree(*digits(e.plain), *digits(plain)) for h in found
            )
        if compared and equal * 2 >= compared:
            name = _name(reading.catalog, region)
            out.append((equal / compared, compared, name, f"{name} {equal} of {compared} cells"))
    return [(name, text) for _, _, name, text in sorted(out, reverse=True)[:SHOWN]]


def _name(catalog: Catalog, code: str) -> str:
    return next(r["short_zh"] or r["name_zh"] for r in catalog.regions if r["region_code"] == code)
