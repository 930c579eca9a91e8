"""Tables of a yearbook, a bulletin or a data platform: what the lines around them say. Title, number, year and unit are
read from the file; Chinese and English must agree where both are there. Stacked headings are joined in `grid_layout`."""

from __future__ import annotations

import re

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import Book, Sheet, address
from jjj_pipeline.ingest.layouts.grid_body import GridBody
from jjj_pipeline.ingest.layouts.table import PrintedTable, TableCell, entries
from jjj_pipeline.ingest.text_parsing import is_chinese

FAMILY, EPS = "yearbook", "eps"
_TAG = re.compile(r"</?[a-z][^>]*>", re.I)
_CONTINUED = re.compile(r"续\s*表|continued", re.I)
_ONLY_YEAR = re.compile(r"^[(]?((?:19|20)\d\d)年?(?:度)?[)]?$")
_DATE_OF_ISSUE = re.compile(r"发布|更新|印发|公布|下载|导出|日期")
_NOTE = re.compile(r"^(注|附注|Note|说明|资料来源|数据来源|来源|摘编自|由EPS)", re.I)


def read(book: Book, sheet: Sheet, body: GridBody, before: PrintedTable | None = None) -> PrintedTable:
    """A body with what is around it. `before` is the table above it or on the sheet before, whose title it continues.
    Raises BadInput."""
    where = book.where(sheet)
    lines = [(t, address(*c)) for t, c in body.lines] or [(t, "") for t in sheet.above]
    if body.lines and sheet.above and not any(is_chinese(t) and text_parsing.units_named(t) == () for t, _ in lines):
        lines = [*((t, "") for t in sheet.above), *lines]
    on_page = not body.lines or lines[0][1] == ""
    above = _title_lines(lines)
    title, cell = _title(above, nearest=on_page or (before is not None and before.sheet is sheet))
    units, unit_cell = _units(where, lines)
    if before is not None and (not title or _CONTINUED.search(title)):
        title, cell = before.title, before.title_cell
        above = before.lines_above
        units = units or before.units
    _refuse_part_of_year(where, lines, title, cell)
    number, _ = text_parsing.split_number(title)
    years = tuple(text_parsing.years_named(title)) or _year_line(lines)
    _agree_in_english(where, lines, years, units, cell, unit_cell)
    notes = [_TAG.sub("", n) for n in [*body.notes, *sheet.below[:3]] if _NOTE.match(_TAG.sub("", n))]
    eps = any("EPS" in n for n in [*body.notes, *(t for t, _ in lines)])
    return PrintedTable(
        book, sheet, EPS if eps else FAMILY, _tidy(entries(book, sheet, body)), title=title, title_cell=cell, number=number,
        title_years=years, units=units, notes=notes, body=body, lines_above=above, text_columns=body.text_columns,
    )  # fmt: skip


def is_continued(table: PrintedTable) -> bool:
    """Whether a table says that it continues another (续表)."""
    lines = table.body.lines if table.body else []
    return any(_CONTINUED.search(t) for t, _ in lines)


def _tidy(found: list[TableCell]) -> list[TableCell]:
    return [
        e
        if not any("<" in h for h in e.heads)
        else TableCell(e.region, e.year, tuple(_TAG.sub("", h) for h in e.heads), *_rest(e))
        for e in found
    ]


def _rest(e: TableCell) -> tuple[str, str, str, tuple[int, int]]:
    return e.unit, e.text, e.plain, e.cell


def _title_lines(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The lines in Chinese that are no unit, no note and no year alone, without what follows on the unit."""
    return [
        (" ".join(re.sub(r"\s*单位\s*[:：].*$", "", text, flags=re.S).split()), cell)
        for text, cell in lines
        if is_chinese(text)
        and len(text) < 120
        and not _NOTE.match(text)
        and not _only_unit(text)
        and not _ONLY_YEAR.match(text_parsing.squeeze(text))
    ]


def _title(lines: list[tuple[str, str]], *, nearest: bool) -> tuple[str, str]:
    """The title among the lines above: the numbered one nearest to the table, else the first that names no chapter and no
    book; on a page the nearest."""
    if not lines:
        return "", ""
    numbered = [line for line in lines if text_parsing.split_number(line[0])[0]]
    if numbered:
        return numbered[-1]
    plain = [x for x in lines if not text_parsing.is_chapter(x[0]) and not text_parsing.is_book(x[0])] or lines
    return plain[-1] if nearest else plain[0]


def _year_line(lines: list[tuple[str, str]]) -> tuple[int, ...]:
    """The year of a line that holds nothing else: `(2019年)`."""
    found = {year for t, _ in lines if (year := text_parsing.year(text_parsing.squeeze(t).strip("()")))}
    return tuple(found) if len(found) == 1 else ()


def _refuse_part_of_year(where: str, lines: list[tuple[str, str]], title: str, title_cell: str) -> None:
    """Figures of a part of a year are no figures of the year, whatever the options say. Raises BadInput."""
    for text, cell in [(title, title_cell), *((t, c) for t, c in lines if len(text_parsing.squeeze(t)) < 20)]:
        if (part := text_parsing.part_of_year(text)) and not _NOTE.match(text) and not _DATE_OF_ISSUE.search(text):
            raise BadInput(
                where, cell=cell, expected="figures of a whole year", found=repr(part),
                hint="figures of a part of a year are not read: take the table of the year",
            )  # fmt: skip


def _only_unit(text: str) -> bool:
    return text_parsing.squeeze(text).lstrip("(").startswith(("单位", "计量单位"))


def _units(where: str, lines: list[tuple[str, str]]) -> tuple[tuple[str, ...], str]:
    for text, cell in reversed(lines):
        units = text_parsing.units_named(text)
        if units is None:
            raise BadInput(
                where, cell=cell, expected="a unit the catalogue knows", found=repr(text), hint="see catalog/units.py"
            )
        if units:
            return units, cell
    return (), ""


def _agree_in_english(
    where: str,
    lines: list[tuple[str, str]],
    years: tuple[int, ...],
    units: tuple[str, ...],
    title_cell: str,
    unit_cell: str,
) -> None:
    """A year or a unit that the English line contradicts is a damaged one."""
    for text, cell in lines:
        if is_chinese(text):
            continue
        english = tuple(text_parsing.years_named(text))
        if len(years) == 1 and len(english) == 1 and years != english:
            raise BadInput(
                where,
                cell=title_cell,
                expected=f"one year in both titles ({english[0]} in {cell})",
                found=str(years[0]),
            )
        unit = text_parsing.english_unit(text)
        if unit and len(units) == 1 and units[0] != unit and {unit, units[0]} & {"万元", "亿元"}:
            raise BadInput(
                where, cell=unit_cell, expected=f"one unit in both languages ({unit} in {cell})", found=units[0]
            )
