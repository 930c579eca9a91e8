"""Exports of the statistical office (国家数据): what their lines `数据库：`, `指标：`, `地区：`, `时间：` say.

Three generations: the .xls, the GB18030 .csv, and the .csv of the new platform, whose fields end in tabs and which does
not say its indicator. The lines may have been deleted, and rows and columns exchanged; where figures are is for
`grid_layout`."""

from __future__ import annotations

import re

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import Book, Sheet, address
from jjj_pipeline.ingest.layouts.grid_body import GridBody
from jjj_pipeline.ingest.layouts.region_names import Regions
from jjj_pipeline.ingest.layouts.table import PrintedTable, TableCell, entries

FAMILY = "nbs"
NATIONAL = "年度数据"
DATABASES = ("分省年度数据", "主要城市年度数据", NATIONAL)
_LINE = re.compile(r"^(数据库|指标|地区|时间)\s*[:：]\s*(.*)$", re.S)
_SOURCE = re.compile(r"^数据来源\s*[:：]\s*国家统计局")


def header_lines(body: GridBody) -> dict[str, tuple[str, str]]:
    """The lines above the figures: `指标` -> (text, cell)."""
    found = {}
    for text, cell in body.lines:
        if match := _LINE.match(text.strip()):
            found[match.group(1)] = (match.group(2).strip(), address(*cell))
    return found


def is_export(sheet: Sheet, body: GridBody) -> bool:
    """Whether the lines, the footer or the sheet's name are those of an export."""
    lines = header_lines(body)
    return (
        "数据库" in lines
        or sheet.name in DATABASES
        or ("指标" in lines and not body.across)
        or any(_SOURCE.match(n) for n in body.notes)
    )


def read(book: Book, sheet: Sheet, body: GridBody, regions: Regions) -> PrintedTable:
    """An export as a table. Its figures bear the indicator of its line, if it has one. Raises BadInput."""
    lines = header_lines(body)
    database, database_cell = lines.get("数据库", ("", ""))
    if any(word in f"{database} {sheet.name}" for word in ("月度", "季度")):
        raise BadInput(
            book.where(sheet), cell=database_cell, expected="yearly figures (年度数据)", found=repr(database or sheet.name),
            hint="monthly and quarterly exports are not read: export the yearly data",
        )  # fmt: skip
    indicator, cell = lines.get("指标", ("", ""))
    name, unit = text_parsing.split_unit(indicator)
    place, place_cell = lines.get("地区", ("", ""))
    region = regions.code(place) or "" if place else ""
    if place and not region:
        where, hint = book.where(sheet), regions.hint(place)
        raise BadInput(where, cell=place_cell, expected="a region of the catalogue", found=repr(place), hint=hint)
    if database == NATIONAL:
        region = region or "CN"
    found = [
        TableCell(
            e.region or region, e.year, e.heads or ((name,) if name else ()), e.unit or unit, e.text, e.plain, e.cell
        )
        for e in entries(book, sheet, body)
    ]
    return PrintedTable(
        book, sheet, FAMILY, found, title=name, title_cell=cell, database=database,
        notes=[n for n in body.notes if not _SOURCE.match(n)], body=body, text_columns=body.text_columns,
        lines_above=[(name, cell)] if name else [],
    )  # fmt: skip
