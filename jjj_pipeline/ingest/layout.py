"""Where a sheet keeps its figures: which rows and columns are regions, which are years, which are headings. It knows
the names of regions and the form of a year; what a heading means is for `recognise`.

Layouts: regions down and years or headings across; the same turned round; two leading columns (block and region, region
and year, block and year); one unnamed region with headings down and years across. Several bodies may stand below or
beside each other."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import words
from jjj_pipeline.ingest.grid import Cell, Sheet, address

READ_KINDS = frozenset(("nation", "province", "special", "city"))
ENOUGH = 3  # so many different regions in a line make it an axis


@dataclass(frozen=True)
class Mark:
    """What a row or a column says of the figures in it; `heads` are spellings of its heading, the fullest first."""

    region: str = ""
    year: int | None = None
    heads: tuple[str, ...] = ()
    unit: str = ""
    at: tuple[Cell, ...] = ()


@dataclass
class Body:
    """One block of figures: marks of its rows and columns, the lines above it and below it, and the rows that are
    recognised but hold no figure of a region (sub-totals, others)."""

    rows: dict[int, Mark]
    columns: dict[int, Mark]
    lines: list[tuple[str, Cell]]
    notes: list[str] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)  # row or column -> region code
    across: bool = False
    header: range = range(0)
    ignored: list[str] = field(default_factory=list)  # columns of text, blank years
    blank_years: list[int] = field(default_factory=list)


class Regions:
    """Names of regions as tables print them, Chinese and English."""

    def __init__(self, catalog: Catalog) -> None:
        self._names, self.kind = catalog.region_names, catalog.region_kind
        self.name = {r["region_code"]: r["short_zh"] or r["name_zh"] for r in catalog.regions}
        self._english: dict[str, str] = {}
        for row in catalog.regions:
            for part in re.split(r"[()]", row["name_en"].replace(" SAR", "")):
                if row["kind"] in ("province", "special") and part.strip():
                    self._english[_letters(part)] = row["region_code"]
        self._known: dict[str, str | None] = {}

    def code(self, text: str) -> str | None:
        """The code of a printed name; codes themselves are no names here."""
        if text not in self._known:
            self._known[text] = self._names.get(words.plain(text)) if words.is_chinese(text) else None
        return self._known[text]

    def english(self, text: str) -> str | None:
        return self._english.get(_letters(text))

    def hint(self, text: str, beside: Iterable[str] = ()) -> str:
        """What an unknown name may have been, from its letters and from the English beside it."""
        english = next((c for t in beside if (c := self.english(t))), None)
        near = [self.name[english]] if english else self._names.suggest(words.squeeze(text))
        return f"did you mean {' or '.join(near)}?" if near else "see catalog/regions.csv"


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def find(sheet: Sheet, regions: Regions, where: str) -> list[Body]:
    """The bodies of a sheet, none where it holds no table of regions. Raises BadInput for a table of regions that is
    damaged (an unknown name beside figures, a figure without a name)."""
    down = _axes([[sheet.text(r, c) for r in range(sheet.height)] for c in range(sheet.width)], regions)
    if down:
        bodies = []
        for index, column in enumerate(down):
            end = down[index + 1] if index + 1 < len(down) else sheet.width
            bodies += _blocks(sheet, regions, where, column, end, first=index == 0)
        return bodies
    across = _axes([sheet.row(r) for r in range(sheet.height)], regions)
    if across:
        return [
            _across(sheet, regions, row, across[i + 1] if i + 1 < len(across) else sheet.height)
            for i, row in enumerate(across)
        ]
    return _single(sheet)


def _axes(lines: list[list[str]], regions: Regions) -> list[int]:
    """Indices of the lines that name regions; of two such lines side by side only the first."""
    found: list[int] = []
    for index, line in enumerate(lines):
        named = {c for text in line if text and (c := regions.code(text)) and regions.kind[c] in READ_KINDS}
        codes = {c for c in named if regions.kind[c] in ("province", "city")}
        headed = any(words.squeeze(text).lower() in words.REGION_HEADS for text in line)
        if (len(codes) >= ENOUGH or (headed and named)) and (not found or found[-1] != index - 1):
            found.append(index)
    return found


def _blocks(sheet: Sheet, regions: Regions, where: str, column: int, end: int, *, first: bool) -> list[Body]:
    """Bodies below each other whose regions stand in one column."""
    named = [r for r in range(sheet.height) if regions.code(sheet.text(r, column))]
    starts = [named[0]]
    for before, after in itertools.pairwise(named):
        if any(words.squeeze(sheet.text(r, column)).lower() in words.REGION_HEADS for r in range(before + 1, after)):
            starts.append(after)
    bodies: list[Body] = []
    for index, start in enumerate(starts):
        after = starts[index + 1] if index + 1 < len(starts) else sheet.height
        rows = [r for r in named if start <= r < after]
        above = bodies[-1].header.stop if bodies else 0
        above = max(above, max((r + 1 for r in named if r < start), default=0))
        bodies.append(_down(sheet, regions, where, column, end, above, rows, after, first=first))
    for body, following in itertools.pairwise(bodies):
        body.notes = [n for n in body.notes if n not in {t for t, _ in following.lines}]
    return bodies


def _down(
    sheet: Sheet,
    regions: Regions,
    where: str,
    column: int,
    end: int,
    above: int,
    rows: list[int],
    after: int,
    *,
    first: bool,
) -> Body:
    """Regions in a column: rows[0] is the first row with a region, `above` the first row of its heading."""
    top = _head_row(sheet, column, above, rows[0])
    filled = {c: [t for r in rows if (t := sheet.text(r, c))] for c in range(column + 1, end)}
    figures = {c for c, texts in filled.items() if any(words.figure(t) for t in texts)}
    year_key = _year_key(sheet, regions, column, rows, sorted(figures), top)
    year_cells = {c: (r, c) for c in filled for r in range(top, rows[0]) if words.year(sheet.text(r, c))}
    years = {c: words.year(sheet.text(*cell)) for c, cell in year_cells.items()}
    data = [c for c in sorted(figures) if c != year_key]
    blank = [c for c in filled if not filled[c] and c in years]
    beside = [c for c in filled if c not in figures and filled[c]]
    label_key = _label_key(sheet, regions, column, rows, beside) if first else None

    body = Body({}, {}, _lines(sheet, above, top), header=range(top, rows[0]))
    heads = _heads(sheet, range(top, rows[0]), data)
    for c in data:
        names, unit, cells = heads[c]
        cells = (*cells, year_cells[c]) if c in year_cells else cells
        body.columns[c] = Mark(year=years.get(c), heads=names, unit=unit, at=cells)
    _refuse_unnamed(sheet, regions, where, column, data, top, rows, after, year_key, beside)
    label, label_at, region, region_at = "", (0, 0), "", (0, 0)
    for r in range(rows[0], rows[-1] + 1 if year_key is None else after):
        if code := regions.code(sheet.text(r, column)):
            region, region_at = code, (r, column)
            _agree_in_english(sheet, regions, where, r, column, beside, code)
        elif year_key is None or words.year(sheet.text(r, year_key)) is None:
            continue
        if label_key is not None and sheet.text(r, label_key):
            label, label_at = sheet.text(r, label_key), (r, label_key)
        if regions.kind[region] not in READ_KINDS:
            body.left_out[r] = region
            continue
        name, unit = words.split_unit(words.heading(label)) if label else ("", "")
        at: tuple[Cell, ...] = (region_at, label_at) if label else (region_at,)
        year = words.year(sheet.text(r, year_key)) if year_key is not None else None
        body.rows[r] = Mark(region, year, (name,) if name else (), unit, at)
    body.notes = [t for t, _ in _lines(sheet, rows[-1] + 1 if year_key is None else max(body.rows) + 1, after)]
    body.ignored = [f"{address(top, c)} {years[c]} is blank" for c in blank]
    body.blank_years = [y for c in blank if (y := years[c])]
    body.ignored += [
        f"{address(top, c)} {text!r} holds text"
        for c in beside
        if c != label_key and (text := words.heading(sheet.text(top, c)))
    ]
    return body


def _head_row(sheet: Sheet, column: int, above: int, first: int) -> int:
    """The first row of the heading: where the column of regions is headed, else the first row with two texts."""
    for r in range(first - 1, above - 1, -1):
        if words.squeeze(words.heading(sheet.text(r, column)) or sheet.text(r, column)).lower() in words.REGION_HEADS:
            return sheet.merged.get((r, column), (r, column))[0]
    for r in range(above, first):
        texts = [t for c in range(sheet.width) if (t := sheet.text(r, c)) and (r, c) not in sheet.merged]
        if len(texts) > 1 and not any(words.units_named(t) != () or words.english_unit(t) for t in texts):
            return r
    return first


def _year_key(sheet: Sheet, regions: Regions, column: int, rows: list[int], figures: list[int], top: int) -> int | None:
    """The column that gives each row its year: next to the regions, all years, and headed so or with regions repeated."""
    if not figures:
        return None
    c = figures[0]
    texts = [sheet.text(r, c) for r in rows]
    if not all(words.year(t) for t in texts if t) or not any(texts):
        return None
    headed = any(words.squeeze(sheet.text(r, c)).lower() in words.YEAR_HEADS for r in range(top, rows[0]))
    codes = [regions.code(sheet.text(r, column)) for r in rows]
    return c if headed or len(codes) > len(set(codes)) else None


def _label_key(sheet: Sheet, regions: Regions, column: int, rows: list[int], beside: list[int]) -> int | None:
    """A column with the heading of each block: left of the regions, or right of them where regions are repeated."""
    for c in range(column - 1, -1, -1):
        texts = [t for r in rows if (t := sheet.text(r, c))]
        if texts and not any(words.figure(t) is not None or regions.code(t) for t in texts):
            return c
    codes = [regions.code(sheet.text(r, column)) for r in rows]
    if len(codes) > len(set(codes)):
        return next((c for c in beside if all(words.is_chinese(sheet.text(r, c)) for r in rows)), None)
    return None


def _refuse_unnamed(
    sheet: Sheet, regions: Regions, where: str, column: int, data: list[int], top: int, rows: list[int], after: int,
    year_key: int | None, beside: list[int],
) -> None:  # fmt: skip
    """A row with figures must bear a known name: a damaged name must not lose its figures."""
    bad = []
    for r in range(top, after):
        name = sheet.text(r, column)
        figures = [c for c in data if words.figure(sheet.text(r, c))]
        if not figures or regions.code(name) or words.squeeze(name).lower() in words.REGION_HEADS:
            continue
        if all(words.year(sheet.text(r, c)) for c in figures) and r < rows[0]:
            continue
        if year_key is not None and not name and words.year(sheet.text(r, year_key)) and r > rows[0]:
            continue
        bad.append(r)
    if not bad:
        return
    r = bad[0]
    name = sheet.text(r, column)
    others = f", and {len(bad) - 1} more such rows" if len(bad) > 1 else ""
    if not name:
        raise BadInput(
            where, cell=address(r, column), expected="the name of a region beside figures", found=f"none{others}"
        )
    hint = regions.hint(name, [sheet.text(r, c) for c in beside])
    raise BadInput(
        where, cell=address(r, column), expected="a region of the catalogue", found=f"{name!r}{others}", hint=hint
    )


def _agree_in_english(
    sheet: Sheet, regions: Regions, where: str, row: int, column: int, beside: list[int], code: str
) -> None:
    for c in beside:
        english = regions.english(sheet.text(row, c))
        if english and english != code and regions.kind[code] in ("province", "special"):
            raise BadInput(
                where,
                cell=address(row, column),
                expected=f"{regions.name[english]} beside {sheet.text(row, c)}",
                found=repr(sheet.text(row, column)),
                hint="one of the two names is wrong",
            )


def _lines(sheet: Sheet, start: int, stop: int) -> list[tuple[str, Cell]]:
    """The texts of rows that are no part of a table, each once, with their first cell."""
    out = []
    for r in range(start, min(stop, sheet.height)):
        cells = [(t, (r, c)) for c in range(sheet.width) if (t := sheet.text(r, c)) and (r, c) not in sheet.merged]
        out += cells
    return out


def _heads(sheet: Sheet, header: range, columns: list[int]) -> dict[int, tuple[tuple[str, ...], str, tuple[Cell, ...]]]:
    """(spellings, unit, cells) of the stacked heading of each column.

    Fragments below each other in one column are one name broken over lines; a text merged over several columns is the
    parent of what stands below it; `#` marks a part of the last column without it."""
    out = {}
    whole = ""
    for c in columns:
        parents: list[str] = []
        own: list[str] = []
        at: list[Cell] = []
        for r in header:
            anchor = sheet.merged.get((r, c), (r, c))
            text = words.heading(sheet.text(r, c))
            if not text or anchor[0] not in header or anchor[0] != r or words.year(text):
                continue
            wide = anchor[1] != c or sheet.merged.get((r, c + 1)) == anchor
            (parents if wide else own).append(text)
            at.append(anchor)
        name, unit = words.split_unit("".join(own))
        if not unit and parents:
            unit = words.split_unit(parents[-1])[1]
        forms = _spellings(parents, name, whole)
        if name and not words.of_which(name):
            whole = name
        elif not name and parents:
            whole = words.split_unit(parents[-1])[0]
        out[c] = (forms, unit, tuple(at))
    return out


def _spellings(parents: list[str], name: str, whole: str) -> tuple[str, ...]:
    parent = words.split_unit("".join(parents))[0]
    part = words.of_which(name)
    if part:
        forms = [f"{whole}#{part}", f"#{part}", part]
    elif parent and name:
        forms = [f"{parent}/{name}", parent + name, name]
    else:
        forms = [name or parent]
    short = [re.sub(r"(?:合计|总计|小计)$", "", f) for f in forms]
    return tuple(dict.fromkeys(f for f in [*forms, *short] if f))


def _across(sheet: Sheet, regions: Regions, row: int, after: int) -> Body:
    """Regions in a row; below it each row is a year, a heading, or a heading with years."""
    columns = {c: code for c in range(sheet.width) if (code := regions.code(sheet.text(row, c)))}
    left = range(min(columns))
    rows = [r for r in range(row + 1, after) if any(words.figure(sheet.text(r, c)) for c in columns)]
    body = Body({}, {}, _lines(sheet, 0, row), across=True, header=range(row, rows[0] if rows else row + 1))
    year_key = next((c for c in left if rows and all(words.year(sheet.text(r, c)) for r in rows)), None)
    keys = [c for c in left if c != year_key and any(words.heading(sheet.text(r, c)) for r in rows)]
    label, at = "", (0, 0)
    for r in rows:
        for c in keys:
            if sheet.text(r, c):
                label, at = words.heading(sheet.text(r, c)), (r, c)
        name, unit = words.split_unit(label)
        year = words.year(sheet.text(r, year_key)) if year_key is not None else None
        marks = (*((at,) if label else ()), *(((r, year_key),) if year_key is not None else ()))
        body.rows[r] = Mark(year=year, heads=(name,) if name else (), unit=unit, at=marks)
    for c, code in columns.items():
        if regions.kind[code] in READ_KINDS:
            body.columns[c] = Mark(region=code, at=((row, c),))
        else:
            body.left_out[c] = code
    body.notes = [t for t, _ in _lines(sheet, (rows[-1] if rows else row) + 1, after)]
    return body


def _single(sheet: Sheet) -> list[Body]:
    """Headings in the first column and years across: one region, which the lines above may name."""
    for top in range(min(sheet.height, 40)):
        years = {c: y for c in range(1, sheet.width) if (y := words.year(sheet.text(top, c)))}
        if not years or words.squeeze(sheet.text(top, 0)).lower() not in words.LABEL_HEADS:
            continue
        body = Body({}, {}, _lines(sheet, 0, top), header=range(top, top + 1))
        for r in range(top + 1, sheet.height):
            name, unit = words.split_unit(words.heading(sheet.text(r, 0)))
            if name and any(words.figure(sheet.text(r, c)) for c in years):
                body.rows[r] = Mark(heads=(name,), unit=unit, at=((r, 0),))
        body.columns = {c: Mark(year=y, at=((top, c),)) for c, y in years.items()}
        last = max(body.rows, default=top)
        body.notes = [t for t, _ in _lines(sheet, last + 1, sheet.height)]
        return [body] if body.rows else []
    return []
