"""What every file becomes before it is understood: sheets of printed text with addresses. No file is opened here and
no table is recognised; `formats` makes these grids, `open_file` chooses the format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from jjj_pipeline.storage.raw_files import MAX_FILE as MAX_FILE

# A workbook of the yearbook holds a few thousand cells. Beyond these limits a file is not a table, or is meant to hurt.
MAX_TEXT = 16 * 2**20  # bytes of a CSV or a page, which nothing compresses
MAX_UNPACKED = 150 * 2**20  # bytes a zipped workbook may unfold to
MAX_CELLS = 2_000_000  # rows times columns of one sheet
MAX_COLUMNS = 16_384  # of a text, as of a workbook
MAX_SHEETS = 500
MAX_LENGTH = 5000  # characters of one cell that are read

Cell = tuple[int, int]  # zero-based row and column


def address(row: int, column: int) -> str:
    """Zero-based row and column -> `B7`."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return f"{name}{row + 1}"


def literal(value: object) -> str:
    """A stored value as text: a number at Excel's 15 significant digits and without an exponent, text as it stands."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        text = f"{value:.15g}"
        if "e" in text:
            from decimal import Decimal

            text = f"{Decimal(text):f}"
        return "0" if text == "-0" else text
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Sheet:
    """One grid. `cells` is rectangular, its texts without space around them; a merged range repeats its first cell.

    `merged` leads from every other cell of a merged range to its first one, `covered` holds texts such a range hides.
    `formats` are number formats of stored numbers, `formulas` the cells a formula fills, `widths` how many fields each
    row was given (text and HTML only), `above` and `below` the lines of a page around its table.
    """

    name: str
    cells: list[list[str]]
    merged: Mapping[Cell, Cell] = field(default_factory=dict)
    covered: Mapping[Cell, str] = field(default_factory=dict)
    formats: Mapping[Cell, str] = field(default_factory=dict)
    formulas: frozenset[Cell] = frozenset()
    widths: tuple[int, ...] = ()
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    hidden: bool = False
    complete: bool = True  # a text whose last line ends

    @property
    def height(self) -> int:
        return len(self.cells)

    @property
    def width(self) -> int:
        return len(self.cells[0]) if self.cells else 0

    def text(self, row: int, column: int) -> str:
        """The text of a cell; empty outside the grid."""
        try:
            return self.cells[row][column]
        except IndexError:
            return ""

    def row(self, row: int) -> list[str]:
        return self.cells[row]


@dataclass(frozen=True)
class Book:
    """One file as sheets. `kind` is what its content is: csv, html, xls, xlsx or ods."""

    name: str
    kind: str
    sheets: tuple[Sheet, ...]

    def where(self, sheet: Sheet) -> str:
        """File and sheet, for messages."""
        return f"{self.name}!{sheet.name}" if sheet.name else self.name


def cut(text: str) -> str:
    """A text no longer than is read; `…` marks it, so that it is no figure."""
    return text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}…"


def rectangular(rows: list[list[str]]) -> list[list[str]]:
    """Rows padded to one width, without space around the texts and without the blank rows and columns at the end."""
    rows = [[cut(text.strip()) for text in row] for row in rows]
    width = max((i + 1 for row in rows for i, text in enumerate(row) if text), default=0)
    while rows and not any(rows[-1]):
        rows.pop()
    return [[*row[:width], *[""] * (width - len(row))] for row in rows]


def resolve_merges(
    cells: list[list[str]], ranges: list[tuple[Cell, Cell]]
) -> tuple[list[list[str]], dict[Cell, Cell], dict[Cell, str]]:
    """(cells with every merged range filled with the text of its first cell, other cell -> first cell, texts the
    ranges hide). Ranges reaching beyond the grid are cut to it."""
    merged: dict[Cell, Cell] = {}
    covered: dict[Cell, str] = {}
    height, width = len(cells), len(cells[0]) if cells else 0
    for (top, left), (bottom, right) in ranges:
        if top >= height or left >= width:
            continue
        text = cells[top][left]
        for row in range(top, min(bottom, height - 1) + 1):
            for column in range(left, min(right, width - 1) + 1):
                if (row, column) == (top, left):
                    continue
                if cells[row][column] not in ("", text):
                    covered[row, column] = cells[row][column]
                cells[row][column] = text
                merged[row, column] = (top, left)
    return cells, merged, covered
