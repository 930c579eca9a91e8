"""The words around a body of figures: where its heading begins, the lines above and below it, and the stacked bilingual
headings of its columns, joined. What they mean is for `table_matching`."""

from __future__ import annotations

import re

from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import Cell, Sheet


def head_row(sheet: Sheet, column: int, above: int, first: int) -> int:
    """The first row of the heading: where the column of regions is headed, else the first row with two texts."""
    for r in range(first - 1, above - 1, -1):
        if (
            text_parsing.squeeze(text_parsing.heading(sheet.text(r, column)) or sheet.text(r, column)).lower()
            in text_parsing.REGION_HEADS
        ):
            return sheet.merged.get((r, column), (r, column))[0]
    for r in range(above, first):
        texts = [t for c in range(sheet.width) if (t := sheet.text(r, c)) and (r, c) not in sheet.merged]
        if len(texts) > 1 and not any(text_parsing.units_named(t) != () or text_parsing.english_unit(t) for t in texts):
            return r
    return first


def lines(sheet: Sheet, start: int, stop: int) -> list[tuple[str, Cell]]:
    """The texts of rows that are no part of a table, each once, with their first cell."""
    out = []
    for r in range(start, min(stop, sheet.height)):
        cells = [(t, (r, c)) for c in range(sheet.width) if (t := sheet.text(r, c)) and (r, c) not in sheet.merged]
        out += cells
    return out


def heads(
    sheet: Sheet, header: range, columns: list[int]
) -> dict[int, tuple[tuple[str, ...], int | None, str, tuple[Cell, ...]]]:
    """(spellings, year, unit, cells) of the stacked heading of each column; the year is one written into its words.

    Fragments below each other in one column are one name broken over lines; a text merged over several columns is the
    parent of what stands below it; `#` marks a part of the last column without it."""
    out = {}
    whole, unit_of_whole = "", ""
    for c in columns:
        parents: list[str] = []
        own: list[str] = []
        at: list[Cell] = []
        for r in header:
            anchor = sheet.merged.get((r, c), (r, c))
            text = text_parsing.heading(sheet.text(r, c))
            if not text or anchor[0] not in header or anchor[0] != r or text_parsing.year(text):
                continue
            wide = anchor[1] != c or sheet.merged.get((r, c + 1)) == anchor
            (parents if wide else own).append(text)
            at.append(anchor)
        name, unit = text_parsing.split_unit("".join(own))
        year, name = text_parsing.split_year(name)
        if not unit and parents:
            unit = text_parsing.split_unit(parents[-1])[1]
        forms = _spellings(parents, name, whole)
        if text_parsing.of_which(name):
            unit = unit or unit_of_whole
        elif name or parents:
            whole, unit_of_whole = name or text_parsing.split_unit(parents[-1])[0], unit
        out[c] = (forms, year, unit, tuple(at))
    return out


def _spellings(parents: list[str], name: str, whole: str) -> tuple[str, ...]:
    parent = text_parsing.split_unit("".join(parents))[0]
    part = text_parsing.of_which(name)
    if part:
        forms = [f"{whole}#{part}", f"#{part}", part]
    elif parent and name:
        forms = [f"{parent}/{name}", parent + name, name]
    elif name:
        forms = [name]
    else:
        forms = [parent, text_parsing.split_unit(parents[-1])[0]] if parents else []
    short = [re.sub(r"(?:合计|总计|小计)$", "", f) for f in forms]
    return tuple(dict.fromkeys(f for f in [*forms, *short] if f))
