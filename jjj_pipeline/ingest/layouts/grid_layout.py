"""Where a sheet keeps its figures: which rows and columns are regions, which are years, which are headings. It knows
the names of regions and the form of a year; what a heading means is for `matching`.

Layouts: regions down and years or headings across; the same turned round; leading or trailing columns that say block,
region or year of each row; one unnamed region with headings down and years across. Several bodies may be below or beside
each other."""

from __future__ import annotations

import itertools

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import Cell, Sheet, address
from jjj_pipeline.ingest.layouts import header
from jjj_pipeline.ingest.layouts.grid_body import GridBody, Mark
from jjj_pipeline.ingest.layouts.region_names import Named, Regions, settle
from jjj_pipeline.ingest.layouts.regions_down import RegionsDown

ENOUGH = 3  # so many different regions in a line make it an axis
MOST_BODIES = 200
READ_AS_FIGURES = ("province", "city")


def find(sheet: Sheet, regions: Regions, where: str) -> list[GridBody]:
    """The bodies of a sheet, none where it holds no table of regions. Raises BadInput for a table of regions that is
    damaged (an unknown name beside figures, a figure without a name)."""
    for way in ("chinese", "english", "code"):
        named = regions if way == "chinese" else regions.by(way)
        down = _axes(
            [[sheet.text(r, c) for r in range(sheet.height)] for c in range(sheet.width)], named, way, nation=True
        )
        if down:
            return [
                body
                for column, end in itertools.pairwise([*down, sheet.width])
                for body in _blocks(sheet, named, where, column, end, first=column == down[0])
            ]
        across = _axes([sheet.row(r) for r in range(sheet.height)], named, way)
        if across:
            return [
                _across(sheet, named, where, row, stop) for row, stop in itertools.pairwise([*across, sheet.height])
            ]
    return _single(sheet, where)


def _axes(lines: list[list[str]], regions: Regions, way: str, *, nation: bool = False) -> list[int]:
    """Indices of the lines that name regions: several provinces or cities, or (where `nation` may be alone) any one
    under its heading. Of two such lines side by side only the first; where one is headed as a line of regions, only those
    that are. Codes count under their heading alone, which distinguishes them from figures."""
    found: list[int] = []
    headed_lines: list[int] = []
    for index, line in enumerate(lines):
        texts = [text for text in line if text and (way == "code" or not text[0].isdigit())]
        codes = {c for text in texts if (c := regions.code(text)) and regions.kind[c] != "group"}
        some = {c for c in codes if regions.kind[c] in READ_AS_FIGURES}
        headed = any(header.is_region_head(text) or (way == "code" and header.is_code_head(text)) for text in texts)
        named = {c for c in codes if regions.kind[c] in ("nation", "total", *READ_AS_FIGURES)} if nation else some
        if ((len(some) >= ENOUGH and way != "code") or (headed and named)) and (not found or found[-1] != index - 1):
            found.append(index)
            headed_lines += [index] if headed else []
    return headed_lines or found


def _blocks(sheet: Sheet, regions: Regions, where: str, column: int, end: int, *, first: bool) -> list[GridBody]:
    """Bodies below each other whose regions are in one column; a new one begins where the column is headed again."""
    named = [r for r in range(sheet.height) if regions.code(sheet.text(r, column))]
    starts = [named[0]]
    for before, after in itertools.pairwise(named):
        if any(header.is_region_head(sheet.text(r, column)) for r in range(before + 1, after)):
            starts.append(after)
    if len(starts) > MOST_BODIES:
        raise BadInput(where, expected=f"at most {MOST_BODIES} tables below each other", found=str(len(starts)))
    bodies: list[GridBody] = []
    for start, stop in itertools.pairwise([*starts, sheet.height]):
        above = max((r + 1 for r in named if r < start), default=0)
        rows = [r for r in named if start <= r < stop]
        bodies.append(RegionsDown(sheet, regions, where, column, end, above, rows, stop, first).body())
    for body, following in itertools.pairwise(bodies):
        body.notes = [n for n in body.notes if n not in {t for t, _ in following.lines}]
    return bodies


def _across(sheet: Sheet, regions: Regions, where: str, row: int, stop: int) -> GridBody:
    """Regions in a row; below it each row is a year, a heading, or a heading with years."""
    columns = {c: code for c in range(sheet.width) if (code := regions.code(sheet.text(row, c)))}
    left = range(min(columns))
    rows = [r for r in range(row + 1, stop) if any(text_parsing.figure(sheet.text(r, c)) for c in columns)]
    for c in range(min(columns), sheet.width):
        if c not in columns and any(text_parsing.figure(sheet.text(r, c)) for r in rows):
            name = sheet.text(row, c)
            raise BadInput(
                where,
                cell=address(row, c),
                expected="a region of the catalogue",
                found=repr(name),
                hint=regions.hint(name),
            )
    body = GridBody({}, {}, header.lines(sheet, 0, row), across=True, header=range(row, rows[0] if rows else row + 1))
    year_key = next((c for c in left if rows and all(text_parsing.year(sheet.text(r, c)) for r in rows)), None)
    keys = [c for c in left if c != year_key and any(text_parsing.heading(sheet.text(r, c)) for r in rows)]
    _refuse_parts(sheet, where, [(r, c) for c in left for r in rows])
    label, at = "", (0, 0)
    for r in rows:
        for c in keys:
            if sheet.text(r, c):
                label, at = text_parsing.heading(sheet.text(r, c)), (r, c)
        name, unit = text_parsing.split_unit(label)
        year = text_parsing.year(sheet.text(r, year_key)) if year_key is not None else None
        marks = (*((at,) if label else ()), *(((r, year_key),) if year_key is not None else ()))
        body.rows[r] = Mark(year=year, heads=(name,) if name else (), unit=unit, at=marks)
    settled = settle([Named(code, sheet.text(row, c)) for c, code in columns.items()], regions)
    for (c, printed), (code, why) in zip(columns.items(), settled, strict=True):
        if not why:
            body.columns[c] = Mark(region=code, at=((row, c),))
            continue
        body.left_out[c] = printed
        if " is not " in why:
            body.ignored.append(f"{address(row, c)} {why}: left out")
    body.notes = [t for t, _ in header.lines(sheet, (rows[-1] if rows else row) + 1, stop)]
    return body


def _refuse_parts(sheet: Sheet, where: str, cells: list[Cell]) -> None:
    for cell in cells:
        if text_parsing.part_of_year(text := sheet.text(*cell)):
            raise BadInput(
                where, cell=address(*cell), expected="figures of whole years", found=repr(text),
                hint="monthly and quarterly figures are not read: take the annual table or export",
            )  # fmt: skip


def _single(sheet: Sheet, where: str) -> list[GridBody]:
    """Headings in the first column and years across: one region, which the lines above may name."""
    for top in range(min(sheet.height, 40)):
        if text_parsing.squeeze(sheet.text(top, 0)).lower() not in text_parsing.LABEL_HEADS:
            continue
        _refuse_parts(sheet, where, [(top, c) for c in range(1, sheet.width)])
        years = {c: y for c in range(1, sheet.width) if (y := text_parsing.year(sheet.text(top, c)))}
        if not years:
            continue
        body = GridBody({}, {}, header.lines(sheet, 0, top), header=range(top, top + 1))
        for r in range(top + 1, sheet.height):
            name, unit = text_parsing.split_unit(text_parsing.heading(sheet.text(r, 0)))
            filled = [c for c in range(1, sheet.width) if text_parsing.figure(sheet.text(r, c))]
            if filled and not name:
                raise BadInput(
                    where, cell=address(r, 0), expected="the name of an indicator", found=repr(sheet.text(r, 0))
                )
            if filled:
                body.rows[r] = Mark(heads=(name,), unit=unit, at=((r, 0),))
            if stray := [c for c in filled if c not in years]:
                found = repr(sheet.text(top, stray[0]))
                raise BadInput(where, cell=address(top, stray[0]), expected="a year above figures", found=found)
        body.columns = {c: Mark(year=y, at=((top, c),)) for c, y in years.items()}
        last = max(body.rows, default=top)
        body.notes = [t for t, _ in header.lines(sheet, last + 1, sheet.height)]
        return [body] if body.rows else []
    return []
