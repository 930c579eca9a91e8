"""A table as printed, before it is compared with the catalogue: every figure with its region, year, heading, unit and cell, and
what the file says of itself. Here a body of figures is read cell by cell; any doubt about a cell refuses the table."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import Book, Cell, Sheet, address
from jjj_pipeline.ingest.layouts.grid_body import GridBody, TextColumn

FIRST_YEAR = 1949


class TableCell(NamedTuple):
    """One printed figure. `region` and `year` are missing where only the whole file could say them; `heads` are the
    spellings of its heading; `plain` is the figure in plain digits, empty for a blank."""

    region: str
    year: int | None
    heads: tuple[str, ...]
    unit: str
    text: str
    plain: str
    cell: Cell


@dataclass
class PrintedTable:
    """One table of a file. `family` is nbs, eps, yearbook or long; `title` and `number` as printed; `units` are those
    of a line `单位：…`; `database` that of an export; `notes` the lines below the table."""

    book: Book
    sheet: Sheet
    family: str
    entries: list[TableCell]
    title: str = ""
    title_cell: str = ""
    number: str = ""
    title_years: tuple[int, ...] = ()
    units: tuple[str, ...] = ()
    database: str = ""
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    body: GridBody | None = None
    lines_above: list[tuple[str, str]] = field(default_factory=list)  # (line, cell) that may be titles
    text_columns: list[TextColumn] = field(default_factory=list)
    continued_headings: list[tuple[str, ...]] = field(default_factory=list)  # of the other sheets of this table

    def heading_cell(self, heads: tuple[str, ...]) -> str:
        """The cell of a heading; the cell of the title where that is not known."""
        marks = (*self.body.columns.values(), *self.body.rows.values()) if self.body else ()
        return next((address(*m.at[-1]) for m in marks if m.heads == heads and m.at), self.title_cell)

    @property
    def where(self) -> str:
        return self.book.where(self.sheet)

    @property
    def rows(self) -> list[int]:
        """The rows of the sheet that hold its figures."""
        return sorted({e.cell[0] for e in self.entries})

    @property
    def title_lines(self) -> list[tuple[str, str]]:
        """(line, cell) of the title and of every other line above that may be one."""
        return self.lines_above or ([(self.title, self.title_cell)] if self.title else [])

    @property
    def is_panel(self) -> bool:
        """Whether regions and years both run down and headings across."""
        rows = self.body.rows.values() if self.body and not self.body.across else ()
        return any(m.region and m.year is not None for m in rows)

    @cached_property
    def years(self) -> list[int]:
        return sorted({e.year for e in self.entries if e.year is not None})

    @cached_property
    def regions(self) -> list[str]:
        return list(dict.fromkeys(e.region for e in self.entries if e.region))

    @cached_property
    def headings(self) -> list[tuple[str, ...]]:
        """The different headings, in the order of the table; an empty one where figures have none."""
        return list(dict.fromkeys(e.heads for e in self.entries))

    def refuse(self, expected: str, found: str, cell: str = "", hint: str = "") -> BadInput:
        return BadInput(self.where, cell=cell, expected=expected, found=found, hint=hint)


def entries(book: Book, sheet: Sheet, body: GridBody) -> list[TableCell]:
    """The figures of a body. Raises BadInput at the first cell in doubt: text or a formula in place of a figure, a
    figure merged over cells, a cut row, years out of order."""
    where = book.where(sheet)
    _check_rows(where, sheet, body)
    _check_years(where, body)
    for mark in [*body.rows.values(), *body.columns.values()]:
        for cell in mark.at:
            _check_cell(where, sheet, cell, "a heading")
    out = []
    plain_text = not (sheet.formulas or sheet.merged or sheet.covered)
    for r, row in body.rows.items():
        for c, column in body.columns.items():
            text = sheet.text(r, c)
            plain = text_parsing.figure(text)
            if plain is None:
                raise BadInput(where, cell=address(r, c), expected="a figure", found=repr(text), hint=_hint(text))
            if not plain_text:
                _check_cell(where, sheet, (r, c), "a figure", filled=bool(plain))
            heads = row.heads or column.heads
            unit = row.unit if row.heads else column.unit
            year = row.year if row.year is not None else column.year
            if plain and column.year is not None and column.year != year:
                raise BadInput(
                    where, cell=address(r, c), expected=f"figures of {column.year}, as the heading says",
                    found=f"{year} in the row", hint="two years for one figure",
                )  # fmt: skip
            if plain and (own := text_parsing.figure_unit(text)):
                if unit and not text_parsing.converts(own, unit):
                    raise BadInput(where, cell=address(r, c), expected=f"a figure in {unit}", found=repr(text))
                unit = own
            out.append(TableCell(row.region or column.region, year, heads, unit, text, plain, (r, c)))
    return out


def _hint(text: str) -> str:
    if text.upper().endswith(tuple("0123456789")) and "E" in text.upper():
        return "the digits were cut: export it again"
    return "leave the cell blank where there is no figure"


def _check_cell(where: str, sheet: Sheet, cell: Cell, what: str, *, filled: bool = False) -> None:
    if cell in sheet.formulas:
        raise BadInput(
            where, cell=address(*cell), expected=f"{what} as printed", found="a formula",
            hint="a computed value is not a printed one: paste the value if the publication prints it",
        )  # fmt: skip
    if filled and cell in sheet.merged:
        raise BadInput(
            where,
            cell=address(*cell),
            expected="a figure of its own",
            found=f"a cell merged with {address(*sheet.merged[cell])}",
        )
    if sheet.covered and (cell in sheet.covered or any(sheet.merged[at] == cell for at in sheet.covered)):
        raise BadInput(
            where,
            cell=address(*cell),
            expected="one text",
            found="another one hidden under merged cells",
            hint="unmerge them",
        )


def _check_rows(where: str, sheet: Sheet, body: GridBody) -> None:
    """Rows of a text or a page must have the fields of their heading: a field lost or gained shifts all that follow."""
    if sheet.widths:
        wanted = max(sheet.widths[r] for r in [*body.header, *body.rows] if r < len(sheet.widths))
        for r in body.rows:
            if sheet.widths[r] != wanted:
                raise BadInput(
                    where,
                    cell=address(r, 0),
                    expected=f"{wanted} fields",
                    found=f"{sheet.widths[r]}",
                    hint="the row is cut or has a comma too many",
                )
    refuse_cut(where, sheet, list(body.rows))


def ends_open(sheet: Sheet, rows: list[int]) -> bool:
    """Whether the last of the rows of figures is the end of a text without a line end: its last figure may be cut."""
    return not sheet.complete and max(rows) == sheet.height - 1


def refuse_cut(where: str, sheet: Sheet, rows: list[int], *, strict: bool = False) -> None:
    """A text that ends within its last row of figures is refused; where that row is whole to all appearance, only if
    `strict`. Raises BadInput."""
    if ends_open(sheet, rows) and (strict or not _looks_whole(sheet, rows)):
        last = next((t for t in reversed(sheet.row(sheet.height - 1)) if t), "")
        raise BadInput(
            where, cell=address(sheet.height - 1, 0), expected="a line end after the last row", found=repr(last[-20:]),
            hint="the file appears truncated; if the last row is whole, end it with a line end",
        )  # fmt: skip


def _looks_whole(sheet: Sheet, rows: list[int]) -> bool:
    """Whether the last row has all fields, and its last figure the decimals of its column."""
    last = max(rows)
    column = max((c for c in range(sheet.width) if sheet.text(last, c)), default=0)
    text = sheet.text(last, column)
    if sheet.widths and sheet.widths[last] != column + 1:
        return True  # the row ends in a blank field
    decimals = {len(t.partition(".")[2]) for r in rows if r != last and (t := sheet.text(r, column))}
    return bool(text) and (len(decimals) != 1 or len(text.partition(".")[2]) in decimals)


def _check_years(where: str, body: GridBody) -> None:
    """Years across run in one direction, and none lies in the future: a damaged digit shows."""
    across = [(m.year, m.heads, c) for c, m in body.columns.items() if m.year is not None]
    for heads in dict.fromkeys(h for _, h, _ in across):
        years = [(y, c) for y, h, c in across if h == heads]
        steps = [b - a for (a, _), (b, _) in itertools.pairwise(years)]
        for (_, c), step in zip(years[1:], steps, strict=True):
            if step == 0 or (step > 0) != (steps[0] > 0):
                raise BadInput(
                    where,
                    cell=address(body.header.start, c),
                    expected="years in order",
                    found=", ".join(str(y) for y, _ in years),
                )
    for mark in [*body.columns.values(), *body.rows.values()]:
        if mark.year is not None and not FIRST_YEAR <= mark.year <= date.today().year + 1:
            raise BadInput(where, expected="a year of the past", found=str(mark.year))
