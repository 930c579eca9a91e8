"""Published tables as an Excel workbook: a sheet of notes and sources, then a sheet a table. Text stays text, numbers are shown
in the format of their unit; the value in a cell is the value of the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from jjj_pipeline import contracts
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.contracts.base import ColumnInfo, info
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish import dictionary
from jjj_pipeline.publish.published_file import query, select_all

NOTES = "说明 Notes"
HEADS = 2  # rows: Chinese titles, identifiers
ROWS = 1_048_576  # of a worksheet
LETTERS = 32_767  # of a cell
NAME = 31  # letters of a sheet's name
SAMPLE = 300  # rows that decide how wide a column is
WIDEST = 44
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")

# measures that are read in percent; other pure numbers (multiples, indices of concentration, quotients) are not
PERCENT = {
    "growth", "cagr", "share_of_parts", "share_of_total", "contribution_of_parts", "points_of_parts", "nav", "primacy",
    "relative_mean_absolute_revision",
}  # fmt: skip
PERCENT_NAMES = re.compile(r"(^|_)(share|growth)(_|$)")  # printed shares, and rates named after another measure
SHOWN = {
    "%": '0.00"%"', "1": "0.0000", "year": "0", "byte": "#,##0",
    **dict.fromkeys(("件", "项", "个", "家", "户", "次", "人", "人年", "位"), "#,##0"),
    **dict.fromkeys(("亿元", "万元", "万人", "万美元", "元/人"), "#,##0.00"),
    **dict.fromkeys(("点", "指数", "上年=100", "倍"), "0.00"),
}  # fmt: skip
NO_FORMAT = "General"


def write(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, tables: Sequence[str], path: Path, report: Callable[[str], None]
) -> None:
    """Write the workbook to `path`. Raises BadInput, before anything is written, for a table with more rows than a worksheet
    holds, and for a text longer than a cell holds."""
    counts = {t: query(con, f"select count(*) as n from {t}")["n"][0] for t in tables}
    for table, rows in counts.items():
        if rows + HEADS > ROWS:
            hint = "export it as csv or parquet"
            raise BadInput(table, expected=f"at most {ROWS - HEADS:,} rows for Excel", found=f"{rows:,}", hint=hint)
    units = query(con, "select indicator, unit from ref.indicator").set_index("indicator")["unit"].to_dict()
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    try:
        styles = Styles(book)
        _notes(book.add_worksheet(NOTES), con, catalog, tables, styles)
        for table, name in zip(tables, sheet_names(tables), strict=True):
            report(table)
            _table(book.add_worksheet(name), con, table, units, styles)
    finally:
        book.close()


def sheet_names(tables: Iterable[str]) -> list[str]:
    """A name Excel takes for each table: its own where that is short enough, else cut and numbered; all different."""
    names: list[str] = []
    for table in tables:
        name, number = re.sub(r"[\[\]:*?/\\]", "_", table)[:NAME], 1
        while name.lower() in {NOTES.lower(), *(n.lower() for n in names)}:
            number += 1
            name = f"{name[: NAME - len(str(number)) - 1]}~{number}"
        names.append(name)
    return names


class Styles:
    """The cell formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bg_color": "#DDE6EE", "text_wrap": True, "valign": "top"})
        self.name = book.add_format({"italic": True, "bg_color": "#DDE6EE", "bottom": 1})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.harmless = book.add_format({"quote_prefix": True})

    def number(self, shown: str) -> Format:
        """The format that shows a number so."""
        if shown not in self._made:
            self._made[shown] = self._book.add_format({"num_format": shown})
        return self._made[shown]


def shown(column: ColumnInfo, columns: Sequence[ColumnInfo]) -> str:
    """How a number of the column is shown, by its unit and measure; the ends of an interval as what they enclose."""
    if column.dtype == "integer":
        return SHOWN.get(column.unit, "0")
    base = re.sub(r"_(low|high)$", "", column.name)
    measure = next((c.measure for c in columns if c.name == base), column.measure)
    if column.unit == "1" and (measure in PERCENT or PERCENT_NAMES.search(base)):
        return "0.00%"
    return of_unit(column.unit)


def of_unit(unit: str) -> str:
    """How a number in this unit is shown; so much of one thing per another with four decimals."""
    return SHOWN.get(unit, SHOWN["1"] if "/" in unit else NO_FORMAT)


def unit_named_by(column: ColumnInfo, names: Sequence[str]) -> str:
    """The column that says, row by row, in which unit a figure without a unit of its own is; empty where none does."""
    if column.dtype != "number" or column.unit or "half_width" in column.name:
        return ""
    stem = column.name.removesuffix("_value")
    return next((n for n in (stem, "unit", "indicator") if n in names and n != column.name), "")


def _table(
    sheet: Worksheet, con: duckdb.DuckDBPyConnection, table: str, units: Mapping[Any, str], styles: Styles
) -> None:
    columns = info(contracts.ALL[table])
    names = [c.name for c in columns]
    sheet.write_row(0, 0, [c.zh for c in columns], styles.head)  # row by row: a row is written out when the next begins
    sheet.write_row(1, 0, names, styles.name)
    usual = [styles.number(shown(c, columns)) for c in columns]
    speaking = [names.index(n) if (n := unit_named_by(c, names)) else -1 for c in columns]
    widths = [max(2 * len(c.zh), len(c.name)) for c in columns]
    cursor, row = con.cursor(), HEADS
    cursor.execute(select_all(table))
    while batch := cursor.fetchmany(10_000):
        for values in batch:
            for at, value in enumerate(values):
                if value is None:
                    continue
                style = usual[at]
                if speaking[at] >= 0 and (said := values[speaking[at]]) is not None:
                    style = styles.number(of_unit(units.get(said, said)))
                _cell(sheet, table, row, at, value, style, styles)
                if row < SAMPLE:
                    widths[at] = max(widths[at], _width(value))
            row += 1
    for at, width in enumerate(widths):
        sheet.set_column(at, at, min(width + 3, WIDEST))
    sheet.freeze_panes(HEADS, 0)
    sheet.ignore_errors(
        {"number_stored_as_text": f"A1:{xl_col_to_name(len(columns) - 1)}{ROWS}"}
    )  # codes and literals are text
    sheet.autofilter(HEADS - 1, 0, max(row - 1, HEADS - 1), len(columns) - 1)


def _cell(sheet: Worksheet, where: str, row: int, at: int, value: Any, style: Format, styles: Styles) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, at, value)
    elif isinstance(value, str):
        _text(sheet, where, row, at, value, styles)
    else:
        sheet.write_number(row, at, value, style)


def _text(
    sheet: Worksheet, where: str, row: int, at: int, value: str, styles: Styles, style: Format | None = None
) -> None:
    """Text as text, whatever it begins with, also after somebody has edited the cell."""
    if len(value) > LETTERS:
        found = f"{len(value):,} in row {row - HEADS + 1}"
        raise BadInput(where, expected=f"at most {LETTERS:,} letters in a cell for Excel", found=found)
    sheet.write_string(row, at, value, styles.harmless if value.startswith(RISKY) else style)


def _width(value: Any) -> int:
    if isinstance(value, str):
        return sum(1 + (ord(letter) > 0x2E80) for letter in value)
    return 12 if isinstance(value, float) else len(str(value))


def _notes(
    sheet: Worksheet, con: duckdb.DuckDBPyConnection, catalog: Catalog, tables: Sequence[str], styles: Styles
) -> None:
    """What is in the workbook, what its columns mean, whose the figures are."""
    (build,) = query(con, "from meta.build").to_dict("records")
    sheet.write_string(0, 0, "京津冀创新数据仓库 The innovation system of Beijing, Tianjin and Hebei", styles.title)
    said = (
        ("版本 version", f"jjj-pipeline {build['version']}"), ("生成 built", build["built_at"]),
        ("最新版本 newest release", build["as_of"]), ("内容 content", build["content"]), ("说明 note", build["note"]),
    )  # fmt: skip
    for row, (name, value) in enumerate(said, start=1):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, str(value))
    row = len(said) + 2
    for part in dictionary.sections(lambda sql: query(con, sql), catalog, tables):
        if part.name in ("tables", "columns", "sources"):
            row = _section(sheet, row, part, styles)
    for at, width in enumerate((30, 30, 26, 24, 12, 14, 12, 44, 60)):
        sheet.set_column(at, at, width)


def _section(sheet: Worksheet, row: int, part: dictionary.Section, styles: Styles) -> int:
    """Write a part of the dictionary from `row` on; the row after it."""
    sheet.write_string(row, 0, f"{part.zh} {part.en}", styles.title)
    sheet.write_string(row + 1, 0, part.note)
    rows: pd.DataFrame = part.rows
    for at, name in enumerate(rows.columns):
        sheet.write_string(row + 2, at, " ".join(dictionary.HEADS[name]), styles.head)
    for values in rows.itertuples(index=False):
        row += 1
        for at, value in enumerate(values):
            _text(sheet, NOTES, row + 2, at, str(value), styles, styles.wrapped)
    return row + 4
