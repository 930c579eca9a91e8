"""The words around a body of figures: where its heading begins, the lines above and below it, and the stacked bilingual
headings of its columns, joined. What they mean is for `matching`."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import Cell, Sheet

LONGEST = 16  # characters of a part of a heading above the row of 地区; a longer text is a title


@dataclass(frozen=True)
class Heading:
    """The stacked heading of a column: its spellings, the fullest first, the year written into its words, unit, cells."""

    forms: tuple[str, ...]
    year: int | None
    unit: str
    at: tuple[Cell, ...]


def is_region_head(text: str) -> bool:
    """Whether a text heads the column of regions."""
    return _in(text, text_parsing.REGION_HEADS)


def is_code_head(text: str) -> bool:
    return _in(text, text_parsing.CODE_HEADS)


def is_year_head(text: str) -> bool:
    return _in(text, text_parsing.YEAR_HEADS)


@lru_cache(maxsize=20_000)
def _in(text: str, names: frozenset[str]) -> bool:
    return bool({text_parsing.squeeze(text_parsing.heading(text)).lower(), text_parsing.squeeze(text).lower()} & names)


def head_row(sheet: Sheet, column: int, above: int, first: int, figures: Collection[int]) -> int:
    """The first row of the heading: where the column of regions is headed, or the rows above it that hold parts of headings
    only; without such a head the first row with two texts. `figures` are the columns of figures."""
    for r in range(first - 1, above - 1, -1):
        if is_region_head(sheet.text(r, column)) or is_code_head(sheet.text(r, column)):
            top = sheet.merged.get((r, column), (r, column))[0]
            while top > above and _continues_heading(sheet, top - 1, column, figures):
                top -= 1
            return top
    for r in range(above, first):
        texts = [t for c in range(sheet.width) if (t := sheet.text(r, c)) and (r, c) not in sheet.merged]
        if len(texts) > 1 and not any(_is_unit_line(t) for t in texts):
            return r
    return first


def _continues_heading(sheet: Sheet, row: int, column: int, figures: Collection[int]) -> bool:
    """Whether a row above the row of 地区 holds parts of headings: short texts over columns of figures, and nothing else."""
    texts = {c: t for c in range(sheet.width) if (t := sheet.text(row, c))}
    if not texts or not set(texts) <= set(figures):
        return False
    single = [t for c, t in texts.items() if (row, c) not in sheet.merged]
    if len(single) == 1 and not text_parsing.is_chinese(single[0]) and len(texts) == 1:
        return False
    return not any(
        _is_unit_line(t)
        or len(text_parsing.squeeze(text_parsing.heading(t))) > LONGEST
        or text_parsing.split_number(t)[0]
        or text_parsing.years_named(t)
        or "续" in t
        for t in texts.values()
    )


def _is_unit_line(text: str) -> bool:
    return text_parsing.units_named(text) != () or bool(text_parsing.english_unit(text))


def lines(sheet: Sheet, start: int, stop: int) -> list[tuple[str, Cell]]:
    """The texts of rows that are no part of a table, each once, with their first cell."""
    out = []
    for r in range(start, min(stop, sheet.height)):
        cells = [(t, (r, c)) for c in range(sheet.width) if (t := sheet.text(r, c)) and (r, c) not in sheet.merged]
        out += cells
    return out


def unit_rows(sheet: Sheet, header: range, columns: Collection[int]) -> list[int]:
    """Rows of the heading that hold nothing but units over the figures (`亿元`, `(亿元)` under the names)."""
    out = []
    for r in header[1:]:
        texts = [t for c in columns if (t := text_parsing.squeeze(sheet.text(r, c)))]
        if texts and all(text_parsing.is_unit(t.strip("()")) for t in texts):
            out.append(r)
    return out


def heads(sheet: Sheet, header: range, columns: list[int]) -> dict[int, Heading]:
    """The stacked heading of each column.

    Fragments below each other in one column are one name broken over lines; a text merged over several columns is the
    parent of what is below it; `#` marks a part of the last column without it."""
    out = {}
    whole, unit_of_whole = "", ""
    of_units = unit_rows(sheet, header, columns)
    for c in columns:
        parents: list[str] = []
        own: list[str] = []
        at: list[Cell] = []
        unit_below = ""
        for r in header:
            anchor = sheet.merged.get((r, c), (r, c))
            text = sheet.text(r, c)
            if not text or anchor[0] not in header or anchor[0] != r or text_parsing.year(text):
                continue
            if r in of_units:
                unit_below = text_parsing.normal_unit(text)
                continue
            wide = anchor[1] != c or sheet.merged.get((r, c + 1)) == anchor
            if wide:
                if not (text := text_parsing.heading(text)):
                    continue
                parents.append(text)
            else:
                own.append(text)
            at.append(anchor)
        joined = text_parsing.heading("\n".join(own))
        if not joined and not parents:
            joined = text_parsing.squeeze(" ".join(own))  # a heading without a Chinese character
        name, unit = text_parsing.split_unit(joined)
        year, name = text_parsing.split_year(name)
        unit = unit or unit_below
        if not unit and parents:
            unit = text_parsing.split_unit(parents[-1])[1]
        forms = _spellings(parents, name, whole)
        if text_parsing.of_which(name):
            unit = unit or unit_of_whole
        elif name or parents:
            whole, unit_of_whole = name or text_parsing.split_unit(parents[-1])[0], unit
        out[c] = Heading(forms, year, unit, tuple(at))
    return _with_names_carried(sheet, header, columns, _with_years_behind(out))


def _with_names_carried(
    sheet: Sheet, header: range, columns: list[int], found: dict[int, Heading]
) -> dict[int, Heading]:
    """Names over the first of their years, as a text keeps a merged heading: carried over the other years, where every name
    has the same years below it."""
    for r in header[1:]:
        years = {c: text_parsing.year(sheet.text(r, c)) for c in columns}
        named = [c for c in columns if found[c].forms]
        if len(named) < 2 or named[0] != columns[0] or None in years.values() or len(named) == len(columns):
            continue
        blocks = [[c for c in columns if a <= c < b] for a, b in itertools.pairwise([*named, columns[-1] + 1])]
        if len({tuple(years[c] for c in block) for block in blocks}) == 1:
            return {c: replace(found[c], forms=found[b[0]].forms, unit=found[b[0]].unit) for b in blocks for c in b}
    return found


def _with_years_behind(found: dict[int, Heading]) -> dict[int, Heading]:
    """The headings of a wide file (`gdp_2024, gdp_2025`) as one name and its years: where names differ in the year behind
    them alone."""
    split = {
        c: text_parsing.split_year_behind(h.forms[0]) for c, h in found.items() if h.year is None and len(h.forms) == 1
    }
    years = Counter(name for name, year in {(name, year) for year, name in split.values() if year is not None})
    out = dict(found)
    for c, (year, stem) in split.items():
        if year is not None and years[stem] > 1:
            name, unit = text_parsing.split_unit(stem)
            out[c] = replace(found[c], forms=_spellings([], name, ""), year=year, unit=found[c].unit or unit)
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
