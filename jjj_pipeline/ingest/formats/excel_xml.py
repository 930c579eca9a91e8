"""A workbook of Excel 2002-2003 saved as XML (SpreadsheetML, usually named .xls): every cell as printed text, with its
spans, formulas and number formats. Layout: XML Spreadsheet Reference, urn:schemas-microsoft-com:office:spreadsheet."""

from __future__ import annotations

import re
from typing import Any

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.formats import zipped
from jjj_pipeline.ingest.formats.number_format import as_seen
from jjj_pipeline.ingest.formats.sheets import MAX_CELLS, MAX_SHEETS, Cell, Sheet, literal, rectangular, resolve_merges

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
SS = f"{{{NAMESPACE}}}"
# Names of formats that are no format codes.
NAMED = {"Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00", "General Number": "", "General": ""}


def looks_like(text: str) -> bool:
    """Whether a text is such a workbook."""
    return NAMESPACE in text[:5000] and bool(re.search(r"<(?:\w+:)?Workbook\b", text[:5000]))


def read(text: str, name: str) -> list[Sheet]:
    """The sheets of the workbook. Raises BadInput."""
    body = text.lstrip("\ufeff \t\r\n").encode("utf-8", "surrogatepass")
    root = zipped.xml(_without_encoding(body), name)
    formats = {
        style.get(f"{SS}ID"): NAMED.get(code, code)
        for style in root.iter(f"{SS}Style")
        for number in style.iter(f"{SS}NumberFormat")
        if (code := number.get(f"{SS}Format", ""))
    }
    sheets = list(root.iter(f"{SS}Worksheet"))
    if not sheets or len(sheets) > MAX_SHEETS:
        raise BadInput(name, expected=f"1 to {MAX_SHEETS} sheets", found=str(len(sheets)))
    return [_sheet(sheet, formats, f"{name}!{sheet.get(f'{SS}Name', '')}") for sheet in sheets]


def _without_encoding(body: bytes) -> bytes:
    """The declaration names the encoding the bytes had before they were decoded."""
    return body.split(b"?>", 1)[1] if body.startswith(b"<?xml") else body


def _sheet(sheet: Any, formats: dict[str, str], where: str) -> Sheet:
    grid: dict[Cell, str] = {}
    shown: dict[Cell, str] = {}
    ranges: list[tuple[Cell, Cell]] = []
    formulas: set[Cell] = set()
    row = -1
    for line in sheet.iter(f"{SS}Row"):
        row = _number(line, "Index", row + 2) - 1
        column = -1
        for cell in line.iter(f"{SS}Cell"):
            column = _number(cell, "Index", column + 2) - 1
            text, number_format = _cell_text(cell, line, formats)
            if text:
                grid[row, column] = text
            if number_format:
                shown[row, column] = number_format
            if cell.get(f"{SS}Formula"):
                formulas.add((row, column))
            across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
            if across or down:
                ranges.append(((row, column), (row + down, column + across)))
            column += across
        row += _number(line, "Span", 0)
    height, width = max((r for r, _ in grid), default=-1) + 1, max((c for _, c in grid), default=-1) + 1
    if height * width > MAX_CELLS:
        raise BadInput(
            where, expected=f"a sheet of at most {MAX_CELLS} cells", found=f"{height} rows of {width} columns"
        )
    rows = [[grid.get((r, c), "") for c in range(width)] for r in range(height)]
    cells, merged, covered = resolve_merges(rectangular(rows), ranges)
    return Sheet(sheet.get(f"{SS}Name", ""), cells, merged, covered, shown, frozenset(formulas))


def _cell_text(cell: Any, line: Any, formats: dict[str, str]) -> tuple[str, str]:
    """(text of a cell as seen, its number format where it is a number)."""
    data = cell.find(f"{SS}Data")
    if data is None:
        return "", ""
    text = "".join(data.itertext())
    kind = data.get(f"{SS}Type", "String")
    if kind == "DateTime":
        return text.removesuffix(".000").removesuffix("T00:00:00"), ""
    if kind != "Number":
        return text, ""
    number_format = formats.get(cell.get(f"{SS}StyleID") or line.get(f"{SS}StyleID"), "")
    try:
        stored = literal(float(text))
    except ValueError:
        return text, ""
    return as_seen(stored, number_format), number_format


def _number(element: Any, attribute: str, otherwise: int) -> int:
    value = element.get(f"{SS}{attribute}", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else otherwise
