"""Recognised tables as observations: the unit and the region of each, and one row for each printed figure."""

from __future__ import annotations

from dataclasses import dataclass, field

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.number_format import decimals_shown
from jjj_pipeline.ingest.formats.sheets import address
from jjj_pipeline.ingest.layouts.region_names import NAMES_ASIDE
from jjj_pipeline.ingest.layouts.table import PrintedTable, TableCell, ends_open
from jjj_pipeline.ingest.matching.column_matching import Fit, Hints, Target, target_of
from jjj_pipeline.ingest.matching.diagnostics import Question, region_candidates
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures
from jjj_pipeline.ingest.row_model import Reading, Row, figure, status_of

MANY = 10  # figures that differ between sheets


@dataclass
class Understood:
    """A file as observations (rows in the order of row_model.COLUMNS), what to report of it, and its footnotes."""

    table_id: str
    release: str
    kind: str  # of the file: csv, html, xls, xlsx, ods
    rows: list[Row]
    messages: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def observation_rows(
    reading: Reading,
    read: list[tuple[PrintedTable, Fit]],
    years: list[int],
    hints: Hints,
    loaded: LoadedFigures | None,
    messages: list[str],
) -> list[Row]:
    several = len({t.sheet.name for t, _ in read}) > 1
    seen: dict[tuple[object, ...], tuple[Row, str, str]] = {}  # key -> row, plain figure, sheet
    repeated = differing = 0
    for (table, fit), year in zip(read, years, strict=True):
        region = _region(table, fit, reading, hints, loaded)
        most = _most_decimals(table)
        unit_of = {heads: _unit(table, heads, column, reading, messages) for heads, column in fit.columns.items()}
        target = {heads: target_of(reading.spec, column) for heads, column in fit.columns.items()}
        for entry in table.entries:
            if entry.heads not in fit.columns:
                continue
            cell = f"{table.sheet.name}!{address(*entry.cell)}" if several else address(*entry.cell)
            place = entry.region or region, entry.year or year
            unit = entry.unit or unit_of[entry.heads]
            row = _observation(
                reading,
                table,
                entry,
                place,
                target[entry.heads],
                fit.columns[entry.heads],
                unit,
                most[entry.heads],
                cell,
            )
            key = row[:7]
            if key not in seen:
                seen[key] = (row, entry.plain, table.sheet.name)
            elif several and seen[key][2] != table.sheet.name:
                repeated += 1
                if seen[key][1] != entry.plain:
                    differing += 1
                    first = seen[key][0]
                    seen[key] = (*_unsure(first, seen[key][1]), seen[key][2])
                    messages.append(
                        f"{cell} prints {entry.text}, {first[13]} {first[10]}: the first is read, with status U"
                    )
            else:
                raise table.refuse(
                    f"one figure for {' '.join(str(k) for k in key[1:5])}", f"a second one; the first is in {seen[key][0][13]}",
                    cell=address(*entry.cell), hint="delete one of the rows",
                )  # fmt: skip
    if differing >= MANY and differing * 2 > repeated:
        raise read[0][0].refuse(
            "one sheet for each table and year", f"{differing} of {repeated} figures that several sheets print and that differ",
            hint="keep one sheet, or write its year into the title of each",
        )  # fmt: skip
    if repeated:
        messages.append(f"{repeated} figures are in several sheets, each is read once")
    return [row for row, _, _ in seen.values()]


def _unsure(row: Row, plain: str) -> tuple[Row, str]:
    """The row with status U where it had A: its own file contradicts it."""
    return (*row[:9], "U" if row[9] == "A" else row[9], *row[10:]), plain


def _region(table: PrintedTable, fit: Fit, reading: Reading, hints: Hints, loaded: LoadedFigures | None) -> str:
    """The region of a table that names none."""
    names = reading.catalog.region_names
    if hints.region:
        if not (code := names.get(hints.region)):
            raise table.refuse("a region of the catalogue", repr(hints.region), hint="--region 北京")
        named = {e.region for e in table.entries if e.region}
        if named and named != {code}:
            raise table.refuse(f"figures of {hints.region}, as --region says", f"figures of {len(named)} regions")
        return code
    if all(e.region for e in table.entries):
        return ""
    if reading.spec.region:
        return reading.spec.region
    near = region_candidates(table, fit, reading, loaded) if loaded is not None else []
    raise Question(
        table.where, expected="the name of its region", found="a file that names none",
        evidence=f"candidates by value: {'; '.join(text for _, text in near)}" if near else "",
        options=[Hints(region=name) for name, _ in near],
        otherwise="say which it is, as in --region 北京",
    )  # fmt: skip


def _unit(table: PrintedTable, heads: tuple[str, ...], column: str, reading: Reading, messages: list[str]) -> str:
    """The unit of one heading: what is printed with it, else what the line `单位：` or the title says, else the name of the
    sheet or the file, else tables.yml. The last two are reported."""
    spec = reading.spec
    indicator = reading.catalog.indicators[target_of(spec, column)[0]]
    printed = next((e.unit for e in table.entries if e.heads == heads and e.unit), "")
    if printed:
        return printed
    in_column = text_parsing.split_unit(column)[1]
    own = in_column or spec.unit
    stated_units = table.units or tuple(u for u in [text_parsing.split_unit(table.title)[1]] if u)
    stated = [u for u in stated_units if text_parsing.converts(u, indicator.unit)]
    if len(stated) == 1:
        return stated[0]
    if len(stated) > 1 and own in stated:
        return own
    if stated or (stated_units and not in_column):
        raise table.refuse(
            f"one unit for {heads[0] if heads else indicator.name_zh} that converts to {indicator.unit}",
            ", ".join(stated_units),
            cell=next((address(*e.cell) for e in table.entries if e.heads == heads), ""),
        )
    for name in (table.sheet.name, reading.file.path.name):
        if len(named := [u for u in text_parsing.units_in_name(name) if text_parsing.converts(u, indicator.unit)]) == 1:
            messages.append(f"the unit of {column or indicator.name_zh} is that of the name {name!r} alone: {named[0]}")
            return named[0]
    if not own:
        raise table.refuse(
            f"a unit for {heads[0] if heads else indicator.name_zh}", "none", hint="add unit to tables.yml"
        )
    what = column or (heads[0] if heads else indicator.name_zh)
    messages.append(f"the file states no unit for {what}: {own} from tables.yml")
    return own


def _observation(
    reading: Reading,
    table: PrintedTable,
    entry: TableCell,
    place: tuple[str, int],
    target: Target,
    column: str,
    unit: str,
    most: int,
    cell: str,
) -> Row:
    (region, year), (indicator, industry) = place, target
    label = column or f"{year}年"
    shown = decimals_shown(table.sheet.formats.get(entry.cell, "")) if table.sheet.formats else None
    try:
        value, half, status = figure(reading, entry.plain, unit, indicator, label, cell, shown, most)
    except BadInput as error:
        raise table.refuse(error.expected, error.found, cell=address(*entry.cell), hint=error.hint) from None
    if status == "A" and reading.spec.status:
        status = status_of(reading, indicator, region, year)
    file = reading.file
    return (
        file.table_id, indicator, region, industry, year, reading.spec.source, file.release, value, half, status,
        entry.text.strip(), unit, file.name, cell,
    )  # fmt: skip


def _most_decimals(table: PrintedTable) -> dict[tuple[str, ...], int]:
    """The most decimals any figure of a heading shows: a table of integers was not printed with the decimals of others."""
    most: dict[tuple[str, ...], int] = {}
    formats = table.sheet.formats
    for entry in table.entries:
        shown = decimals_shown(formats.get(entry.cell, "")) if formats else None
        own = len(entry.plain.partition(".")[2]) if shown is None else shown
        most[entry.heads] = max(own, most.get(entry.heads, 0))
    return most


def summarise(reading: Reading, read: list[tuple[PrintedTable, Fit]], rows: list[Row], messages: list[str]) -> None:
    """One line that says what was read, and lines for what was not."""
    table = read[0][0]
    years = sorted({int(str(r[4])) for r in rows})
    columns = (
        ", ".join(dict.fromkeys(c for _, fit in read for c in fit.columns.values() if c)) or reading.spec.indicator
    )
    printed = ", ".join(dict.fromkeys(str(r[11]) for r in rows))
    figures = sum(r[7] is not None for r in rows)
    messages.insert(0, (
        f"{reading.file.table_id}, release {reading.file.release}: {figures} figures of {_spans(years)} in {printed} ({columns})"
        + (f" from {table.title!r}" if table.title else "")
    ))  # fmt: skip
    for table, _ in read:
        if ignored := [*table.ignored, *(table.body.ignored if table.body else ())]:
            messages.append(f"{table.sheet.name or 'columns'} not read: {'; '.join(ignored)}")
        if ends_open(table.sheet, table.rows):
            last = table.sheet.row(table.sheet.height - 1)
            messages.append(
                f"the file ends without a line end: was it cut? Its last figure is {next((t for t in reversed(last) if t), '')}"
            )
        names = {r["region_code"]: r["short_zh"] or r["name_zh"] for r in reading.catalog.regions}
        aside = [
            *table.left_out,
            *(NAMES_ASIDE.get(c) or names[c] for c in (table.body.left_out.values() if table.body else ())),
        ]
        if aside:
            messages.append(f"recognised and not read: {', '.join(dict.fromkeys(aside))}")


def _spans(years: list[int]) -> str:
    """[2011, 2012, 2013, 2015] -> `2011-2013, 2015`."""
    spans: list[list[int]] = []
    for year in years:
        if spans and spans[-1][-1] == year - 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(s[0]) if len(s) == 1 else f"{s[0]}-{s[-1]}" for s in spans)
