"""The tables by region of a file: each sheet is classified, and what is left out is reported."""

from __future__ import annotations

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import Book, Sheet, address
from jjj_pipeline.ingest.layouts import grid_layout, long_table, nbs_export, yearbook_table
from jjj_pipeline.ingest.layouts.region_names import Regions
from jjj_pipeline.ingest.layouts.table import PrintedTable


def find(book: Book, regions: Regions, catalog: Catalog) -> tuple[list[PrintedTable], list[str]]:
    """(the tables by region of a file, what was left aside). Raises BadInput where there is none."""
    tables: list[PrintedTable] = []
    aside: list[str] = []
    for sheet in book.sheets:
        if sheet.hidden:
            aside.append(f"sheet {sheet.name} is hidden, not read")
            continue
        here = _tables(book, sheet, regions, tables[-1] if tables else None)
        tables += here
        if not here:
            aside.append(f"{sheet.name or 'the file'}: {_what_else(sheet, catalog)}, not read")
    if tables:
        return tables, aside
    sheet = max((s for s in book.sheets if not s.hidden), key=lambda s: s.height * s.width, default=book.sheets[0])
    title = next((t for r in range(min(3, sheet.height)) for t in sheet.row(r) if text_parsing.is_chinese(t)), "")
    raise BadInput(
        book.where(sheet),
        cell=_first_text(sheet),
        expected="a table with a column or a row of region names",
        found=f"{_what_else(sheet, catalog)}{f' ({title[:60]!r})' if title else ''}",
        hint="is it the right table, and is its column of regions still there?",
    )


def _tables(book: Book, sheet: Sheet, regions: Regions, last: PrintedTable | None) -> list[PrintedTable]:
    """The tables of a sheet; `last` is that of the sheet before, which the first may continue (续表)."""
    if table := long_table.read(book, sheet, regions):
        return [table]
    out: list[PrintedTable] = []
    for body in grid_layout.find(sheet, regions, book.where(sheet)):
        if not body.rows or not body.columns:
            continue
        if nbs_export.is_export(sheet, body):
            out.append(nbs_export.read(book, sheet, body, regions))
            continue
        table = yearbook_table.read(book, sheet, body, out[-1] if out else None)
        if not out and last is not None and yearbook_table.is_continued(table):
            table = yearbook_table.read(book, sheet, body, last)
            _join(last, table)
        elif out and table.title == out[-1].title:
            _join(out[-1], table)
        out.append(table)
    return [t for t in out if any(e.plain for e in t.entries)]


def _join(first: PrintedTable, following: PrintedTable) -> None:
    """Parts of one table know the headings of each other: they share one list of them."""
    if not first.continued_headings:
        first.continued_headings += first.headings
    first.continued_headings += following.headings
    following.continued_headings = first.continued_headings


def _what_else(sheet: Sheet, catalog: Catalog) -> str:
    names = {text_parsing.column_key(r["name_zh"]) for r in catalog.industries}
    texts = [sheet.text(r, 0) for r in range(sheet.height)]
    industries = [t for t in texts if text_parsing.column_key(t) in names]
    if len(industries) >= grid_layout.ENOUGH:
        return f"rows by industry: {', '.join(industries[:3])} …"
    figures = sum(1 for r in range(sheet.height) for t in sheet.row(r) if text_parsing.figure(t))
    if figures >= 20:
        return f"{figures} figures without names of regions"
    return f"no table ({sheet.height} rows of {sheet.width} cells)"


def _first_text(sheet: Sheet) -> str:
    return next((address(r, c) for r in range(sheet.height) for c in range(sheet.width) if sheet.text(r, c)), "")
