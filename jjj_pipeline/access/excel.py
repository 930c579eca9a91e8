"""Published tables as an Excel workbook: a sheet of notes and sources, then a sheet a table. Text stays text, numbers are shown
in the format of their unit; the value in a cell is the value of the table."""

from __future__ import annotations

import math
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

from jjj_pipeline.access.selection import INDICATORS, REGIONS, Selection
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.contracts.base import ColumnInfo
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish import dictionary
from jjj_pipeline.publish.published_file import query
from jjj_pipeline.storage.sql import literal

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
NOTE_WIDTHS = (30, 30, 26, 24, 12, 14, 12, 44, 60)
LINE, LINES = 15, 26  # height of a line in points; Excel shows no row higher than 409
LISTS = (  # of the codes in the workbook: title, heading of the code, its columns, names
    (("指标", "Indicators"), "indicator", INDICATORS,
     "select indicator as code, name_zh, name_en, unit, definition from ref.indicator union all"
     " select intensity, name_zh, name_en, unit, null from ref.intensity"),
    (("地区", "Regions"), "region", REGIONS, "select region_code as code, name_zh, name_en, kind from ref.region"),
)  # fmt: skip


def write(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    selections: Sequence[Selection],
    path: Path,
    report: Callable[[str], None],
) -> None:
    """Write the workbook to `path`. Raises BadInput, before anything is written, for a table with more rows than a worksheet
    holds, and for a text longer than a cell holds."""
    tables = [one.table for one in selections]
    counts = {one.table: query(con, f"select count(*) as n from ({one.sql})")["n"][0] for one in selections}
    for table, rows in counts.items():
        if rows + HEADS > ROWS:
            hint = "export it as csv or parquet"
            raise BadInput(table, expected=f"at most {ROWS - HEADS:,} rows for Excel", found=f"{rows:,}", hint=hint)
    units = query(con, "select indicator, unit from ref.indicator").set_index("indicator")["unit"].to_dict()
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    try:
        styles = Styles(book)
        _notes(book.add_worksheet(NOTES), con, catalog, selections, styles)
        for one, name in zip(selections, sheet_names(tables), strict=True):
            report(one.table)
            _table(book.add_worksheet(name), con, one, units, styles)
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
    sheet: Worksheet, con: duckdb.DuckDBPyConnection, selection: Selection, units: Mapping[Any, str], styles: Styles
) -> None:
    table, columns = selection.table, selection.columns
    names = [c.name for c in columns]
    sheet.write_row(0, 0, [c.zh for c in columns], styles.head)  # row by row: a row is written out when the next begins
    sheet.write_row(1, 0, names, styles.name)
    usual = [styles.number(shown(c, columns)) for c in columns]
    speaking = [names.index(n) if (n := unit_named_by(c, names)) else -1 for c in columns]
    widths = [max(2 * len(c.zh), len(c.name)) for c in columns]
    cursor, row = con.cursor(), HEADS
    cursor.execute(selection.sql)
    while batch := cursor.fetchmany(10_000):
        for values in batch:
            for at, value in enumerate(values):
                if value is None:
                    continue
                style = usual[at]
                if speaking[at] >= 0 and (named := values[speaking[at]]) is not None:
                    style = styles.number(of_unit(units.get(named, named)))
                _cell(sheet, table, row, at, value, style, styles)
                if row < SAMPLE:
                    widths[at] = max(widths[at], _width(value))
            row += 1
    for at, width in enumerate(widths):
        sheet.set_column(at, at, min(width + 3, WIDEST))
    sheet.freeze_panes(HEADS, 0)
    _paper(sheet, HEADS)
    sheet.ignore_errors(
        {"number_stored_as_text": f"A1:{xl_col_to_name(len(columns) - 1)}{ROWS}"}
    )  # codes and literals are text
    sheet.autofilter(HEADS - 1, 0, max(row - 1, HEADS - 1), len(columns) - 1)


def _cell(sheet: Worksheet, where: str, row: int, at: int, value: Any, style: Format, styles: Styles) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, at, value)
    elif isinstance(value, str):
        _write_text(sheet, where, row, at, value, styles)
    else:
        sheet.write_number(row, at, value, style)


def _write_text(
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
    sheet: Worksheet, con: duckdb.DuckDBPyConnection, catalog: Catalog, selections: Sequence[Selection], styles: Styles
) -> None:
    """What is in the workbook, what its columns mean, whose the figures are."""
    (build,) = query(con, "from meta.build").to_dict("records")
    sheet.write_string(0, 0, "京津冀创新数据仓库 The innovation system of Beijing, Tianjin and Hebei", styles.title)
    notes = (
        ("版本 version", f"jjj-pipeline {build['version']}"), ("生成 built", build["built_at"]),
        ("最新版本 newest release", build["as_of"]), ("内容 content", build["content"]), ("说明 note", build["note"]),
    )  # fmt: skip
    for row, (name, value) in enumerate(notes, start=1):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, str(value))
    row = len(notes) + 2
    for at, width in enumerate(NOTE_WIDTHS):
        sheet.set_column(at, at, width)
    _paper(sheet, 0)
    for part in dictionary.sections(lambda sql: query(con, sql), catalog, [one.table for one in selections]):
        if part.name in ("tables", "columns", "sources"):
            row = _section(sheet, row, part, styles)
    for title, kind, columns, sql in LISTS:
        used = sorted({code for one in selections for code in _codes(con, one, columns)})
        if not used:
            continue
        listed = ", ".join(map(literal, used))
        rows = query(con, f"select * from ({sql}) where code in ({listed}) order by code")
        row = _section(sheet, row, dictionary.Section(kind, *title, "", rows.rename(columns={"code": kind})), styles)


def _codes(con: duckdb.DuckDBPyConnection, selection: Selection, columns: Sequence[str]) -> set[str]:
    """The codes in these columns of a table."""
    present = [c.name for c in selection.columns if c.name in columns]
    return {
        str(code)
        for name in present
        for (code,) in con.execute(f'select distinct "{name}" from ({selection.sql})').fetchall()
        if code is not None
    }


def _paper(sheet: Worksheet, heads: int) -> None:
    """A4 across, as wide as one page, the headings on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")
    if heads:
        sheet.repeat_rows(0, heads - 1)


def _section(sheet: Worksheet, row: int, part: dictionary.Section, styles: Styles) -> int:
    """Write a part of the dictionary from `row` on; the row after it. The last column takes the room to the right edge."""
    sheet.write_string(row, 0, f"{part.zh} {part.en}", styles.title)
    sheet.write_string(row + 1, 0, part.note)
    rows: pd.DataFrame = part.rows
    last = len(rows.columns) - 1
    widths = [*NOTE_WIDTHS[:last], sum(NOTE_WIDTHS[last:])]
    sheet.set_row(row + 2, 2 * LINE)
    for at, name in enumerate(rows.columns):
        sheet.write_string(row + 2, at, " ".join(dictionary.HEADS[name]), styles.head)
    for values in rows.itertuples(index=False):
        row += 1
        texts = ["" if pd.isna(v) else str(v) for v in values]
        lines = [math.ceil(_width(text) / (width - 1)) for text, width in zip(texts, widths, strict=True)]
        sheet.set_row(row + 2, LINE * min(max([1, *lines]), LINES))  # LibreOffice and WPS keep the height of the file
        if last < len(NOTE_WIDTHS) - 1:
            sheet.merge_range(row + 2, last, row + 2, len(NOTE_WIDTHS) - 1, "", styles.wrapped)
        for at, text in enumerate(texts):
            _write_text(sheet, NOTES, row + 2, at, text, styles, styles.wrapped)
    return row + 4
