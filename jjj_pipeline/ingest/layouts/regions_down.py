"""A block whose regions are in one column: which columns hold years, figures, codes, headings or texts, and what each row says.
Raises BadInput for a row with figures and no known name, two years of one row, or parts of a year."""

from __future__ import annotations

from dataclasses import dataclass

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import Cell, Sheet, address
from jjj_pipeline.ingest.layouts import header
from jjj_pipeline.ingest.layouts.grid_body import GridBody, Mark, TextColumn
from jjj_pipeline.ingest.layouts.region_names import Named, Regions, settle

ENOUGH = 3  # so many rows with one year make a column of years without a head


@dataclass
class RegionsDown:
    """Regions in a column: `rows` are those with a region, `above` is the first row that may belong to their heading,
    `stop` the first row behind them, `end` the first column behind them. The `first` of several beside each other has the
    columns to its left, too."""

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
        sheet = self.sheet
        columns = [c for c in range(0 if self.first else self.column + 1, self.end) if c != self.column]
        self.filled = {c: [t for r in self.rows if (t := sheet.text(r, c))] for c in columns}
        numbers = [c for c, texts in self.filled.items() if any(text_parsing.figure(t) for t in texts)]
        self.top = header.head_row(
            sheet, self.column, self.above, self.rows[0], [c for c in numbers if c > self.column]
        )
        self.header = range(self.top, self.rows[0])
        self.head = {c: self._head(c) for c in columns}
        codes = [self.regions.code(sheet.text(r, self.column)) for r in self.rows]
        self.repeated = len(codes) > len(set(codes))
        dates = [c for c, texts in self.filled.items() if c not in numbers and texts and all(_dated(t) for t in texts)]
        self.year_key = self._year_key([*numbers, *dates])
        numbered = [c for c in numbers if c != self.year_key and self._is_numbering(c)]
        self.data = [c for c in numbers if c != self.year_key and c not in numbered]
        aside = (*numbers, *([] if self.year_key is None else [self.year_key]))
        self.side_columns = [c for c, texts in self.filled.items() if texts and c not in aside]
        coded = [c for c in columns if header.is_code_head(self.head[c])]
        self.witnesses = [*((c, True) for c in coded), *((c, False) for c in self.side_columns if c not in coded)]
        self.headings = header.heads(sheet, self.header, self.data)
        self.label_key = self._label_key() if self.first else None

    def _head(self, c: int) -> str:
        """The heading of a column as one text, for what it says of the column itself."""
        texts = (self.sheet.text(r, c) for r in self.header if (r, c) not in self.sheet.merged)
        return text_parsing.squeeze("".join(texts)).lower()

    def body(self) -> GridBody:
        """The body, its names checked. Raises BadInput."""
        sheet = self.sheet
        self._refuse_parts_of_year()
        body = GridBody({}, {}, header.lines(sheet, self.above, self.top), header=self.header)
        years = {c: at for r in self.header for c, at in self._years_above(r).items()}
        for c, heading in self.headings.items():
            year, cells = heading.year, heading.at
            if c in years:
                year, cells = text_parsing.year(sheet.text(*years[c])), (*cells, years[c])
            body.columns[c] = Mark(year=year, heads=heading.forms, unit=heading.unit, at=cells)
        self._refuse_unnamed(body)
        self._mark_rows(body)
        last = max([self.rows[-1], *body.rows])
        body.notes = [t for t, _ in header.lines(sheet, last + 1, self.stop)]
        for c, cell in years.items():
            if not self.filled[c] and (year := text_parsing.year(sheet.text(*cell))):
                body.blank_years.append(year)
                body.ignored.append(f"{address(*cell)} {year} is blank")
        self._tell_texts(body)
        return body

    def _years_above(self, r: int) -> dict[int, Cell]:
        """Column -> the cell of a row of the heading that gives its year. Where a row holds years alone, each over as many
        columns, a blank field has the year to its left: so a text writes a year that was merged over its columns."""
        own = {c: (r, c) for c in self.filled if text_parsing.year(self.sheet.text(r, c))}
        texts = [c for c in self.data if self.sheet.text(r, c)]
        starts = [c for c in texts if c in own]
        if not self.sheet.widths or len(starts) < 2 or texts != starts or self.data[0] != starts[0]:
            return own
        ends = [*starts[1:], self.data[-1] + 1]
        if len({b - a for a, b in zip(starts, ends, strict=True)}) != 1:
            return own
        return own | {c: (r, max(s for s in starts if s <= c)) for c in self.data}

    def _tell_texts(self, body: GridBody) -> None:
        for c in self.side_columns:
            if c == self.label_key:
                continue
            text = text_parsing.heading(self.sheet.text(self.top, c)) or self.sheet.text(self.top, c)
            texts = tuple(dict.fromkeys(self.filled[c]))
            english = sum(self.regions.english(t) is not None for t in texts) * 2 >= len(texts)
            if english or all(self.regions.numbered(t) for t in texts):
                continue
            body.text_columns.append(TextColumn(text, address(self.rows[0], c), texts))
            if text:
                body.ignored.append(f"{address(self.top, c)} {text!r} holds text")

    def _mark_rows(self, body: GridBody) -> None:
        """Region, year and heading of each row; a blank region or heading is that of the row above."""
        sheet, marks = self.sheet, {}
        label, region, printed = "", "", ""
        label_at = region_at = (0, 0)
        year: int | None = None
        for r in range(self.rows[0], self.stop if self.year_key is not None else self.rows[-1] + 1):
            if code := self.regions.code(sheet.text(r, self.column)):
                region, region_at, printed = code, (r, self.column), sheet.text(r, self.column)
                self._agree(r, code)
            elif self.year_key is None or self._year(r) is None:
                continue
            if self.label_key is not None and sheet.text(r, self.label_key):
                label, label_at = sheet.text(r, self.label_key), (r, self.label_key)
            name, unit = text_parsing.split_unit(text_parsing.heading(label) or label)
            if self.year_key is not None:
                year = self._year(r) or (year if self.year_key < self.column else None)
                if year is None and any(text_parsing.figure(sheet.text(r, c)) for c in self.data):
                    raise BadInput(
                        self.where, cell=address(r, self.year_key), expected="the year of the row",
                        found=repr(sheet.text(r, self.year_key)) if sheet.text(r, self.year_key) else "none",
                    )  # fmt: skip
            at = (region_at, label_at) if label else (region_at,)
            english = next((t for c in self.side_columns if (t := sheet.text(r, c)) and self.regions.english(t)), "")
            marks[r] = (
                Mark(region, year, (name,) if name else (), unit, at),
                Named(region, printed, (name, year), english),
            )
        settled = settle([named for _, named in marks.values()], self.regions)
        for (r, (mark, named)), (code, why) in zip(marks.items(), settled, strict=True):
            if not why:
                body.rows[r] = Mark(code, mark.year, mark.heads, mark.unit, mark.at)
                continue
            body.left_out[r] = named.code
            if " is not " in why:
                body.ignored.append(f"{address(r, self.column)} {why}: left out")

    def _year(self, r: int) -> int | None:
        return text_parsing.year(self.sheet.text(r, self.year_key)) if self.year_key is not None else None

    def _year_key(self, candidates: list[int]) -> int | None:
        """The column that gives each row its year, wherever it is: all of it years, and headed so; without such a head
        where the regions are repeated, or where it says one year all the way down. Raises BadInput where it says parts of
        a year, or where two such columns differ."""
        headed = [c for c in self.filled if self.filled[c] and header.is_year_head(self.head[c])]
        for c in headed:
            part = next((t for t in self.filled[c] if text_parsing.part_of_year(t)), "")
            if part:
                cell = next(address(r, c) for r in self.rows if self.sheet.text(r, c) == part)
                raise BadInput(
                    self.where, cell=cell, expected="whole years", found=repr(part),
                    hint="figures of a part of a year are not read; a year as a date is its last day (2025-12-31), or 2025",
                )  # fmt: skip
        years = [c for c in candidates if all(text_parsing.year(t) for t in self.filled[c])]
        certain = [c for c in years if c in headed]
        if certain:
            for other in certain[1:]:
                for r in self.rows:
                    mine, theirs = (text_parsing.year(self.sheet.text(r, c)) for c in (certain[0], other))
                    if mine and theirs and mine != theirs:
                        raise BadInput(
                            self.where, cell=address(r, other), expected=f"the year of {address(r, certain[0])}, {mine}",
                            found=str(theirs), hint="two columns of years",
                        )  # fmt: skip
            return certain[0]
        named = [c for c in years if not self.head[c] or "年" in self.head[c] or "year" in self.head[c]]
        if self.repeated:
            return named[0] if named else None
        constant = [c for c in named if len({text_parsing.year(t) for t in self.filled[c]}) == 1]
        return constant[0] if constant and len(self.rows) >= ENOUGH else None

    def _is_numbering(self, c: int) -> bool:
        """Whether a column of whole numbers numbers the rows or the regions: codes under their head, a counter."""
        texts = self.filled[c]
        if header.is_code_head(self.head[c]) or (
            not self.head[c] and len(texts) > 1 and all(map(self.regions.numbered, texts))
        ):
            return True
        if self.head[c] not in text_parsing.COUNTER_HEADS or (not self.head[c] and c > self.column):
            return False
        return all(t.isascii() and t.isdigit() for t in texts)

    def _label_key(self) -> int | None:
        """A column with the heading of each row, where the columns of figures bear no name of their own: left of the regions,
        or right of them where regions are repeated. Elsewhere a column of texts is text."""
        names = {f for h in self.headings.values() for f in h.forms[:1]}
        if any(text_parsing.squeeze(n).lower() not in text_parsing.VALUE_HEADS for n in names):
            return None
        for c in range(self.column - 1, -1, -1):
            texts = self.filled[c]
            if texts and not any(text_parsing.figure(t) is not None or self.regions.code(t) for t in texts):
                return c
        right = [c for c in self.side_columns if c > self.column]
        chinese = (c for c in right if all(text_parsing.is_chinese(self.sheet.text(r, c)) for r in self.rows))
        return next(chinese, None) if self.repeated else None

    def _refuse_parts_of_year(self) -> None:
        """Neither a column of quarters or months nor a heading of one makes figures of a year. Raises BadInput."""
        for c, texts in self.filled.items():
            if texts and self.head[c] in text_parsing.PART_HEADS:
                raise BadInput(
                    self.where, cell=address(self.top, c), expected="figures of whole years", found=f"a column {self.head[c]!r}",
                    hint="monthly and quarterly figures are not read: take the annual table or export",
                )  # fmt: skip
        for r in self.header:
            for c in self.data:
                if text_parsing.part_of_year(text := self.sheet.text(r, c)):
                    raise BadInput(
                        self.where, cell=address(r, c), expected="figures of whole years", found=repr(text),
                        hint="monthly and quarterly figures are not read: take the annual table or export",
                    )  # fmt: skip

    def _refuse_unnamed(self, body: GridBody) -> None:
        """A row with figures must bear a known name: a damaged name must not lose its figures. Of an export by city the
        cities the catalogue does not know are reported instead, and so is a nameless row of zeros."""
        bad = [r for r in range(self.top, self.stop) if self._is_unnamed(r)]
        empty = [r for r in bad if not self.sheet.text(r, self.column) and self._is_zero(r)]
        body.ignored += [f"row {r + 1} has no name and no figure but 0" for r in empty]
        bad = [r for r in bad if r not in empty]
        if any("主要城市" in t for t, _ in body.lines):
            cities = [t for r in bad if text_parsing.is_chinese(t := self.sheet.text(r, self.column))]
            bad = [r for r in bad if self.sheet.text(r, self.column) not in cities]
            if cities:
                body.ignored.append(f"{len(cities)} cities not in regions.csv ({', '.join(cities[:3])} …)")
        if not bad:
            return
        name = self.sheet.text(bad[0], self.column)
        names = [(r, n) for r in bad if (n := self.sheet.text(r, self.column))]
        hints = [(self.regions.hint(n, [self.sheet.text(r, c) for c in self.side_columns]), r) for r, n in names[:4]]
        raise BadInput(
            self.where,
            cell=address(bad[0], self.column),
            expected="a region of the catalogue" if name else "the name of a region beside figures",
            found=(repr(name) if name else "none") + (f", and {len(bad) - 1} more such rows" if len(bad) > 1 else ""),
            hint="; ".join(f"{address(r, self.column)}: {hint}" if len(hints) > 1 else hint for hint, r in hints),
        )

    def _is_zero(self, r: int) -> bool:
        figures = [f for c in self.data if (f := text_parsing.figure(self.sheet.text(r, c)))]
        return all(f != "…" and float(f) == 0 for f in figures)

    def _is_unnamed(self, r: int) -> bool:
        name = self.sheet.text(r, self.column)
        if self.regions.code(name) or header.is_region_head(name) or header.is_code_head(name):
            return False
        figures = [c for c in self.data if text_parsing.figure(self.sheet.text(r, c))]
        if not figures:
            return False
        if r < self.rows[0]:
            return not all(text_parsing.year(self.sheet.text(r, c)) for c in figures)
        return bool(name) or self.year_key is None or not self._year(r)

    def _agree(self, row: int, code: str) -> None:
        """A name must agree with the English or the code beside it. Raises BadInput."""
        if self.regions.kind[code] not in ("province", "special"):
            return
        for c, coded in self.witnesses:
            text = self.sheet.text(row, c)
            other = self.regions.numbered(text) if coded else self.regions.english(text)
            if other and other != code and self.regions.kind[other] in ("province", "special"):
                raise BadInput(
                    self.where,
                    cell=address(row, self.column),
                    expected=f"{self.regions.name[other]} beside {text}",
                    found=repr(self.sheet.text(row, self.column)),
                    hint="one of the two is wrong" if coded else "one of the two names is wrong",
                )


def _dated(text: str) -> bool:
    return text_parsing.year(text) is not None
