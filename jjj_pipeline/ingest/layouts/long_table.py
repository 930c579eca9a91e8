"""Long tables as authors keep them: one figure a row, with columns for region, year, unit and what it is. Which column is
which follows from its heading, in Chinese or English."""

from __future__ import annotations

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import Book, Sheet, address
from jjj_pipeline.ingest.layouts.grid_layout import Regions
from jjj_pipeline.ingest.layouts.table import Entry, Table

FAMILY = "long"


def read(book: Book, sheet: Sheet, regions: Regions) -> Table | None:
    """The sheet as a long table; None where it is none. Raises BadInput."""
    for top in range(min(sheet.height - 1, 10)):
        heads = [text_parsing.squeeze(t).lower() for t in sheet.row(top)]
        value = _one(heads, text_parsing.VALUE_HEADS)
        region = _one(heads, text_parsing.REGION_HEADS)
        year = _one(heads, text_parsing.YEAR_HEADS)
        if value is not None and region is not None and year is not None:
            break
    else:
        return None
    unit, label = _one(heads, text_parsing.UNIT_HEADS), _label(sheet, regions, top, heads, {value, region, year})
    found, left_out = [], []
    for r in range(top + 1, sheet.height):
        if not any(sheet.row(r)):
            continue
        where, name = book.where(sheet), sheet.text(r, region)
        if sheet.widths and sheet.widths[r] != sheet.widths[top]:
            raise BadInput(
                where,
                cell=address(r, 0),
                expected=f"{sheet.widths[top]} fields",
                found=str(sheet.widths[r]),
                hint="the row is cut or has a comma too many",
            )
        code, in_year = regions.code(name), text_parsing.year(sheet.text(r, year))
        plain = text_parsing.figure(sheet.text(r, value))
        if code is None:
            raise BadInput(
                where,
                cell=address(r, region),
                expected="a region of the catalogue",
                found=repr(name),
                hint=regions.hint(name),
            )
        if in_year is None:
            raise BadInput(where, cell=address(r, year), expected="a year", found=repr(sheet.text(r, year)))
        if plain is None:
            raise BadInput(where, cell=address(r, value), expected="a figure", found=repr(sheet.text(r, value)))
        if regions.kind[code] == "group":
            left_out.append(name)
            continue
        for c in (region, year, value):
            if (r, c) in sheet.formulas:
                raise BadInput(where, cell=address(r, c), expected="a printed value", found="a formula")
        text = text_parsing.heading(sheet.text(r, label)) or sheet.text(r, label) if label is not None else ""
        printed, in_brackets = text_parsing.split_unit(text)
        given = sheet.text(r, unit) if unit is not None else ""
        found.append(
            Entry(
                code,
                in_year,
                (printed,) if printed else (),
                given or in_brackets,
                sheet.text(r, value),
                plain,
                (r, value),
            )
        )
    if not found:
        return None
    above = [t for r in range(top) for t in sheet.row(r) if text_parsing.is_chinese(t)]
    return Table(book, sheet, FAMILY, found, title=above[0] if above else "", left_out=left_out)


def _one(heads: list[str], names: frozenset[str]) -> int | None:
    return next((c for c, head in enumerate(heads) if head in names), None)


def _label(sheet: Sheet, regions: Regions, top: int, heads: list[str], taken: set[int | None]) -> int | None:
    """The column that says what a figure is: headed so, else the one column of Chinese texts that are no regions and no
    units, else the one column of other texts."""
    headed = _one(heads, text_parsing.LABEL_HEADS)
    if headed is not None:
        return headed
    rows = range(top + 1, sheet.height)
    texts = {
        c: {t for r in rows if (t := sheet.text(r, c))}
        for c in range(sheet.width)
        if c not in taken and heads[c] not in text_parsing.UNIT_HEADS
    }
    named = [c for c, found in texts.items() if found and all(text_parsing.figure(t) is None for t in found)]
    chinese = [c for c in named if all(text_parsing.is_chinese(t) for t in texts[c])]
    return chinese[0] if len(chinese) == 1 else named[0] if len(named) == 1 else None
