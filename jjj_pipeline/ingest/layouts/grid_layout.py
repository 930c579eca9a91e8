"""Where a sheet keeps its figures: which rows and columns are regions, which are years, which are headings. It knows
the names of regions and the form of a year; what a heading means is for `table_matching`.

Layouts: regions down and years or headings across; the same turned round; two leading columns (block and region, region
and year, block and year); one unnamed region with headings down and years across. Several bodies may stand below or
beside each other."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import Cell, Sheet, address
from jjj_pipeline.ingest.layouts import header
from jjj_pipeline.ingest.layouts.region_names import READ_KINDS, Regions

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


def find(sheet: Sheet, regions: Regions, where: str) -> list[Body]:
    """The bodies of a sheet, none where it holds no table of regions. Raises BadInput for a table of regions that is
    damaged (an unknown name beside figures, a figure without a name)."""
    down = _axes([[sheet.text(r, c) for r in range(sheet.height)] for c in range(sheet.width)], regions, nation=True)
    if down:
        return [
            body
            for column, end in itertools.pairwise([*down, sheet.width])
            for body in _blocks(sheet, regions, where, column, end, first=column == down[0])
        ]
    across = _axes([sheet.row(r) for r in range(sheet.height)], regions)
    if across:
        return [_across(sheet, regions, where, row, stop) for row, stop in itertools.pairwise([*across, sheet.height])]
    return _single(sheet, where)


def _axes(lines: list[list[str]], regions: Regions, *, nation: bool = False) -> list[int]:
    """Indices of the lines that name regions: several provinces or cities, or (where `nation` may stand alone) any one
    under its heading. Of two such lines side by side only the first."""
    found: list[int] = []
    for index, line in enumerate(lines):
        texts = [text for text in line if text and not text[0].isdigit()]
        named = {c for text in texts if (c := regions.code(text)) and regions.kind[c] in READ_KINDS}
        codes = {c for c in named if regions.kind[c] in ("province", "city")}
        headed = any(text_parsing.squeeze(text).lower() in text_parsing.REGION_HEADS for text in texts)
        if (len(codes) >= ENOUGH or (headed and (named if nation else codes))) and (
            not found or found[-1] != index - 1
        ):
            found.append(index)
    return found


def _blocks(sheet: Sheet, regions: Regions, where: str, column: int, end: int, *, first: bool) -> list[Body]:
    """Bodies below each other whose regions stand in one column; a new one begins where the column is headed again."""
    named = [r for r in range(sheet.height) if regions.code(sheet.text(r, column))]
    starts = [named[0]]
    for before, after in itertools.pairwise(named):
        if any(
            text_parsing.squeeze(sheet.text(r, column)).lower() in text_parsing.REGION_HEADS
            for r in range(before + 1, after)
        ):
            starts.append(after)
    bodies: list[Body] = []
    for start, stop in itertools.pairwise([*starts, sheet.height]):
        above = max((r + 1 for r in named if r < start), default=0)
        rows = [r for r in named if start <= r < stop]
        bodies.append(_Down(sheet, regions, where, column, end, above, rows, stop, first).body())
    for body, following in itertools.pairwise(bodies):
        body.notes = [n for n in body.notes if n not in {t for t, _ in following.lines}]
    return bodies


@dataclass
class _Down:
    """Regions in a column: `rows` are those with a region, `above` is the first row that may belong to their heading,
    `stop` the first row behind them, `end` the first column behind them."""

    sheet: Sheet
    regions: Regions
    where: str
    column: int
    end: int
    above: int
    rows: list[int]
    stop: int
    first: bool

    def __post_init__(self) -> None:
        self.top = header.head_row(self.sheet, self.column, self.above, self.rows[0])
        self.filled = {
            c: [t for r in self.rows if (t := self.sheet.text(r, c))] for c in range(self.column + 1, self.end)
        }
        figures = [c for c, texts in self.filled.items() if any(text_parsing.figure(t) for t in texts)]
        self.beside = [c for c, texts in self.filled.items() if texts and c not in figures]  # English names, remarks
        codes = [self.regions.code(self.sheet.text(r, self.column)) for r in self.rows]
        self.repeated = len(codes) > len(set(codes))
        self.year_key = self._year_key(figures[0]) if figures else None
        self.label_key = self._label_key() if self.first else None
        self.data = [c for c in figures if c != self.year_key]

    def body(self) -> Body:
        """The body, its names checked. Raises BadInput."""
        sheet, head_rows = self.sheet, range(self.top, self.rows[0])
        body = Body({}, {}, header.lines(sheet, self.above, self.top), header=head_rows)
        years = {c: (r, c) for c in self.filled for r in head_rows if text_parsing.year(sheet.text(r, c))}
        for c, (names, year, unit, cells) in header.heads(sheet, head_rows, self.data).items():
            if c in years:
                year, cells = text_parsing.year(sheet.text(*years[c])), (*cells, years[c])
            body.columns[c] = Mark(year=year, heads=names, unit=unit, at=cells)
        self._refuse_unnamed(body)
        self._mark_rows(body)
        last = max([self.rows[-1], *body.rows])
        body.notes = [t for t, _ in header.lines(sheet, last + 1, self.stop)]
        for c, cell in years.items():
            if not self.filled[c] and (year := text_parsing.year(sheet.text(*cell))):
                body.blank_years.append(year)
                body.ignored.append(f"{address(*cell)} {year} is blank")
        for c in self.beside:
            if c != self.label_key and (text := text_parsing.heading(sheet.text(self.top, c))):
                body.ignored.append(f"{address(self.top, c)} {text!r} holds text")
        return body

    def _mark_rows(self, body: Body) -> None:
        """Region, year and heading of each row; a blank region or heading is that of the row above."""
        label, region = "", ""
        label_at = region_at = (0, 0)
        for r in range(self.rows[0], self.stop if self.year_key is not None else self.rows[-1] + 1):
            if code := self.regions.code(self.sheet.text(r, self.column)):
                region, region_at = code, (r, self.column)
                self._agree_in_english(r, code)
            elif self.year_key is None or text_parsing.year(self.sheet.text(r, self.year_key)) is None:
                continue
            if self.label_key is not None and self.sheet.text(r, self.label_key):
                label, label_at = self.sheet.text(r, self.label_key), (r, self.label_key)
            if self.regions.kind[region] not in READ_KINDS:
                body.left_out[r] = region
                continue
            name, unit = text_parsing.split_unit(text_parsing.heading(label))
            year = text_parsing.year(self.sheet.text(r, self.year_key)) if self.year_key is not None else None
            body.rows[r] = Mark(
                region, year, (name,) if name else (), unit, (region_at, label_at) if label else (region_at,)
            )

    def _year_key(self, c: int) -> int | None:
        """The column of figures next to the regions, where it gives each row its year: all years, and headed so or with
        regions repeated."""
        texts = [self.sheet.text(r, c) for r in self.rows]
        if not all(text_parsing.year(t) for t in texts if t):
            return None
        headed = any(
            text_parsing.squeeze(self.sheet.text(r, c)).lower() in text_parsing.YEAR_HEADS
            for r in range(self.top, self.rows[0])
        )
        return c if headed or self.repeated else None

    def _label_key(self) -> int | None:
        """A column with the heading of each block: left of the regions, or right of them where regions are repeated."""
        for c in range(self.column - 1, -1, -1):
            texts = [t for r in self.rows if (t := self.sheet.text(r, c))]
            if texts and not any(text_parsing.figure(t) is not None or self.regions.code(t) for t in texts):
                return c
        chinese = (c for c in self.beside if all(text_parsing.is_chinese(self.sheet.text(r, c)) for r in self.rows))
        return next(chinese, None) if self.repeated else None

    def _refuse_unnamed(self, body: Body) -> None:
        """A row with figures must bear a known name: a damaged name must not lose its figures. Of an export by city the
        cities the catalogue does not know are told instead."""
        bad = [r for r in range(self.top, self.stop) if self._is_unnamed(r)]
        if any("主要城市" in t for t, _ in body.lines):
            cities = [self.sheet.text(r, self.column) for r in bad if self.sheet.text(r, self.column).endswith("市")]
            bad = [r for r in bad if not self.sheet.text(r, self.column).endswith("市")]
            if cities:
                body.ignored.append(f"{len(cities)} cities not in regions.csv ({', '.join(cities[:3])} …)")
        if not bad:
            return
        name = self.sheet.text(bad[0], self.column)
        names = [(r, n) for r in bad if (n := self.sheet.text(r, self.column))]
        hints = [(self.regions.hint(n, [self.sheet.text(r, c) for c in self.beside]), r) for r, n in names[:4]]
        raise BadInput(
            self.where,
            cell=address(bad[0], self.column),
            expected="a region of the catalogue" if name else "the name of a region beside figures",
            found=(repr(name) if name else "none") + (f", and {len(bad) - 1} more such rows" if len(bad) > 1 else ""),
            hint="; ".join(f"{address(r, self.column)}: {hint}" if len(hints) > 1 else hint for hint, r in hints),
        )

    def _is_unnamed(self, r: int) -> bool:
        name = self.sheet.text(r, self.column)
        if self.regions.code(name) or text_parsing.squeeze(name).lower() in text_parsing.REGION_HEADS:
            return False
        figures = [c for c in self.data if text_parsing.figure(self.sheet.text(r, c))]
        if not figures:
            return False
        if r < self.rows[0]:
            return not all(text_parsing.year(self.sheet.text(r, c)) for c in figures)
        return bool(name) or self.year_key is None or not text_parsing.year(self.sheet.text(r, self.year_key))

    def _agree_in_english(self, row: int, code: str) -> None:
        for c in self.beside:
            english = self.regions.english(self.sheet.text(row, c))
            if english and english != code and self.regions.kind[code] in ("province", "special"):
                raise BadInput(
                    self.where,
                    cell=address(row, self.column),
                    expected=f"{self.regions.name[english]} beside {self.sheet.text(row, c)}",
                    found=repr(self.sheet.text(row, self.column)),
                    hint="one of the two names is wrong",
                )


def _across(sheet: Sheet, regions: Regions, where: str, row: int, stop: int) -> Body:
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
    body = Body({}, {}, header.lines(sheet, 0, row), across=True, header=range(row, rows[0] if rows else row + 1))
    year_key = next((c for c in left if rows and all(text_parsing.year(sheet.text(r, c)) for r in rows)), None)
    keys = [c for c in left if c != year_key and any(text_parsing.heading(sheet.text(r, c)) for r in rows)]
    label, at = "", (0, 0)
    for r in rows:
        for c in keys:
            if sheet.text(r, c):
                label, at = text_parsing.heading(sheet.text(r, c)), (r, c)
        name, unit = text_parsing.split_unit(label)
        year = text_parsing.year(sheet.text(r, year_key)) if year_key is not None else None
        marks = (*((at,) if label else ()), *(((r, year_key),) if year_key is not None else ()))
        body.rows[r] = Mark(year=year, heads=(name,) if name else (), unit=unit, at=marks)
    for c, code in columns.items():
        if regions.kind[code] in READ_KINDS:
            body.columns[c] = Mark(region=code, at=((row, c),))
        else:
            body.left_out[c] = code
    body.notes = [t for t, _ in header.lines(sheet, (rows[-1] if rows else row) + 1, stop)]
    return body


def _single(sheet: Sheet, where: str) -> list[Body]:
    """Headings in the first column and years across: one region, which the lines above may name."""
    for top in range(min(sheet.height, 40)):
        years = {c: y for c in range(1, sheet.width) if (y := text_parsing.year(sheet.text(top, c)))}
        if not years or text_parsing.squeeze(sheet.text(top, 0)).lower() not in text_parsing.LABEL_HEADS:
            continue
        body = Body({}, {}, header.lines(sheet, 0, top), header=range(top, top + 1))
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
