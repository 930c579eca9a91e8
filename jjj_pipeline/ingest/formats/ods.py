"""An OpenDocument sheet (.ods): the text each cell shows, its spans, repeats and formulas, read from content.xml."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.formats import zipped
from jjj_pipeline.ingest.formats.number_format import moved
from jjj_pipeline.ingest.formats.sheets import MAX_CELLS, MAX_SHEETS, Cell, Sheet, literal, rectangular, resolve_merges
from jjj_pipeline.measures.printed_figure import half_unit

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def read(data: bytes, name: str) -> list[Sheet]:
    """The sheets of an .ods. A stored number gives its literal, other cells the text they show. Raises BadInput."""
    parts = zipped.members(data, name)
    if "content.xml" not in parts:
        raise BadInput(name, expected="content.xml in the archive", found="none", hint="fetch it again")
    root = zipped.xml(parts["content.xml"], name)
    tables = list(root.iter(f"{TABLE}table"))
    if not tables or len(tables) > MAX_SHEETS:
        raise BadInput(name, expected=f"1 to {MAX_SHEETS} sheets", found=str(len(tables)))
    return [_sheet(t, name) for t in tables]


def _sheet(table: Any, name: str) -> Sheet:
    title = table.get(f"{TABLE}name", "")
    grid: dict[Cell, str] = {}
    ranges: list[tuple[Cell, Cell]] = []
    formulas: set[Cell] = set()
    row = 0
    for line in table.iter(f"{TABLE}table-row"):
        times = _count(line, "number-rows-repeated")
        filled = _row(line, row, ranges, formulas)
        if (filled and (row + times) * (max(filled) + 1) > MAX_CELLS) or len(grid) + times * len(filled) > MAX_CELLS:
            raise BadInput(
                f"{name}!{title}",
                expected=f"a sheet of at most {MAX_CELLS} cells",
                found=f"{row + times} rows with repeats",
                hint="delete stray cells far from the table",
            )
        for again in range(times if filled else 0):
            grid.update({(row + again, column): text for column, text in filled.items()})
        row += times
    height = max((r for r, _ in grid), default=-1) + 1
    width = max((c for _, c in grid), default=-1) + 1
    rows = [[grid.get((r, c), "") for c in range(width)] for r in range(height)]
    cells, merged, covered = resolve_merges(rectangular(rows), ranges)
    return Sheet(title, cells, merged, covered, formulas=frozenset(formulas))


def _row(line: Any, row: int, ranges: list[tuple[Cell, Cell]], formulas: set[Cell]) -> dict[int, str]:
    """Column -> text of the cells of one row that are not blank."""
    filled: dict[int, str] = {}
    column = 0
    for cell in line:
        if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        times = _count(cell, "number-columns-repeated")
        text = _shown(cell)
        if text and column + times <= MAX_CELLS:
            filled.update(dict.fromkeys(range(column, column + times), text))
        if cell.get(f"{TABLE}formula"):
            formulas.update((row, c) for c in range(column, column + min(times, 100)))
        down, across = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if down > 1 or across > 1:
            ranges.append(((row, column), (row + down - 1, column + across - 1)))
        column += times
    return filled


def _count(element: Any, attribute: str) -> int:
    value = element.get(f"{TABLE}{attribute}", "1")
    return max(int(value), 1) if value.isascii() and value.isdigit() and len(value) < 9 else 1


def _shown(cell: Any) -> str:
    kind = cell.get(f"{OFFICE}value-type")
    if kind in ("float", "currency", "percentage"):
        try:
            stored = literal(float(cell.get(f"{OFFICE}value", "")))
        except ValueError:
            pass
        else:
            return f"{moved(stored, -2)}%" if kind == "percentage" else _scaled(stored, cell)
    return "\n".join(_paragraph(p) for p in cell.findall(f"{TEXT}p")).strip("\n")


def _scaled(stored: str, cell: Any) -> str:
    """The stored number, moved by tens of thousands or thousands where the text the cell shows is that much smaller."""
    text = "".join(_paragraph(p) for p in cell.findall(f"{TEXT}p")).replace(",", "").strip()
    try:
        seen, number = Decimal(text), Decimal(stored)
    except InvalidOperation:
        return stored
    half = half_unit(-int(seen.as_tuple().exponent))
    if abs(number - seen) <= half or not number.is_finite():
        return stored
    return next((moved(stored, p) for p in (3, 4, 6, 8) if abs(number.scaleb(-p) - seen) <= half and seen), stored)


def _paragraph(paragraph: Any) -> str:
    parts = [paragraph.text or ""]
    for element in paragraph:
        if element.tag == f"{TEXT}s":
            parts.append(" " * min(_spaces(element), 100))
        elif element.tag == f"{TEXT}line-break":
            parts.append("\n")
        else:
            parts.append("".join(element.itertext()))
        parts.append(element.tail or "")
    return "".join(parts)


def _spaces(element: Any) -> int:
    value = element.get(f"{TEXT}c", "1")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 1
