"""Long tables as authors keep them: one figure a row, with columns for region, year, unit and what it is. Which column is
which follows from its heading, in Chinese or English."""

from __future__ import annotations

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import Book, Sheet, address
from jjj_pipeline.ingest.layouts import header
from jjj_pipeline.ingest.layouts.grid_body import TextColumn
from jjj_pipeline.ingest.layouts.region_names import Named, Regions, settle
from jjj_pipeline.ingest.layouts.table import PrintedTable, TableCell, refuse_cut

FAMILY = "long"


def read(book: Book, sheet: Sheet, regions: Regions) -> PrintedTable | None:
    """The sheet as a long table; None where it is none. Raises BadInput."""
    for top in range(min(sheet.height - 1, 10)):
        heads = [text_parsing.squeeze(t).lower() for t in sheet.row(top)]
        value = _one(heads, text_parsing.VALUE_HEADS)
        region = _one(heads, text_parsing.REGION_HEADS)
        region = _one(heads, text_parsing.CODE_HEADS) if region is None else region
        year = _one(heads, text_parsing.YEAR_HEADS)
        if value is not None and region is not None and year is not None:
            break
    else:
        return None
    where, rows = book.where(sheet), [r for r in range(top + 1, sheet.height) if any(sheet.row(r))]
    if (part := _one(heads, text_parsing.PART_HEADS)) is not None:
        raise BadInput(
            where, cell=address(top, part), expected="figures of whole years", found=f"a column {heads[part]!r}",
            hint="monthly and quarterly figures are not read: take the annual table",
        )  # fmt: skip
    named = [_named(sheet, where, r, region, year, regions) for r in rows]
    unit = _one(heads, text_parsing.UNIT_HEADS)
    label = _label(sheet, regions, rows, heads, {value, region, year}, region)
    _refuse_shifted(sheet, where, rows, top)
    refuse_cut(where, sheet, rows)
    found, left_out = [], []
    texts = [_label_text(sheet, r, label) for r in rows]
    grouped = [Named(n.code, n.printed, (n.group, text), n.english) for n, text in zip(named, texts, strict=True)]
    for r, n, text, (code, why) in zip(rows, named, texts, settle(grouped, regions), strict=True):
        if why:
            left_out.append(why if " is not " in why else n.printed)
            continue
        shown = sheet.text(r, value)
        plain = text_parsing.figure(shown)
        if plain is None:
            raise BadInput(where, cell=address(r, value), expected="a figure", found=repr(shown))
        for c in (region, year, value):
            if (r, c) in sheet.formulas:
                raise BadInput(where, cell=address(r, c), expected="a printed value", found="a formula")
        printed, in_brackets = text_parsing.split_unit(text)
        given = (sheet.text(r, unit) if unit is not None else "") or in_brackets
        own = text_parsing.figure_unit(shown)
        if own and given and not text_parsing.converts(own, given):
            raise BadInput(where, cell=address(r, value), expected=f"a figure in {given}", found=repr(shown))
        found.append(
            TableCell(code, n.group, (printed,) if printed else (), own or given, shown, plain, (r, value))  # type: ignore[arg-type]
        )
    if not found:
        return None
    above = [(t, address(r, c)) for r in range(top) for c, t in enumerate(sheet.row(r)) if text_parsing.is_chinese(t)]
    title, cell = above[0] if above else ("", "")
    return PrintedTable(
        book, sheet, FAMILY, found, title=title, title_cell=cell, left_out=left_out, lines_above=above,
        title_years=tuple(text_parsing.years_named(title)),
        text_columns=_texts(sheet, rows, heads, {value, region, year, unit, label}),
    )  # fmt: skip


def _one(heads: list[str], names: frozenset[str]) -> int | None:
    return next((c for c, head in enumerate(heads) if head in names), None)


def _named(sheet: Sheet, where: str, r: int, region: int, year: int, regions: Regions) -> Named:
    """The region and the year (as its group) of a row. Raises BadInput."""
    name, messages = sheet.text(r, region), sheet.text(r, year)
    code = regions.any_code(name)
    if code is None:
        raise BadInput(
            where,
            cell=address(r, region),
            expected="a region of the catalogue",
            found=repr(name),
            hint=regions.hint(name),
        )
    if part := text_parsing.part_of_year(messages):
        raise BadInput(
            where, cell=address(r, year), expected="whole years", found=repr(part),
            hint="figures of a part of a year are not read; a year as a date is its last day (2025-12-31), or 2025",
        )  # fmt: skip
    if (in_year := text_parsing.year(messages)) is None:
        raise BadInput(where, cell=address(r, year), expected="a year", found=repr(messages))
    return Named(code, name, in_year)


def _refuse_shifted(sheet: Sheet, where: str, rows: list[int], top: int) -> None:
    for r in rows if sheet.widths else ():
        if sheet.widths[r] != sheet.widths[top]:
            raise BadInput(
                where,
                cell=address(r, 0),
                expected=f"{sheet.widths[top]} fields",
                found=str(sheet.widths[r]),
                hint="the row is cut or has a comma too many",
            )


def _label_text(sheet: Sheet, r: int, label: int | None) -> str:
    return text_parsing.heading(sheet.text(r, label)) or sheet.text(r, label) if label is not None else ""


def _columns_of_text(sheet: Sheet, rows: list[int], aside: set[int | None]) -> dict[int, set[str]]:
    texts = {c: {t for r in rows if (t := sheet.text(r, c))} for c in range(sheet.width) if c not in aside}
    return {c: found for c, found in texts.items() if found and all(text_parsing.figure(t) is None for t in found)}


def _label(
    sheet: Sheet, regions: Regions, rows: list[int], heads: list[str], taken: set[int | None], region: int
) -> int | None:
    """The column that says what a figure is: headed so, else the one column of Chinese texts, else the one column of other
    texts. What only repeats the region (its zone, its capital) or names it is no such column."""
    if (headed := _one(heads, text_parsing.LABEL_HEADS)) is not None:
        return headed
    aside = {
        *taken,
        *(c for c, head in enumerate(heads) if head in text_parsing.UNIT_HEADS or header.is_code_head(head)),
    }
    named = {
        c: texts
        for c, texts in _columns_of_text(sheet, rows, aside).items()
        if not all(regions.any_code(t) for t in texts) and (len(texts) == 1 or not _follows(sheet, rows, region, c))
    }
    chinese = [c for c, texts in named.items() if all(text_parsing.is_chinese(t) for t in texts)]
    return chinese[0] if len(chinese) == 1 else next(iter(named)) if len(named) == 1 else None


def _follows(sheet: Sheet, rows: list[int], region: int, column: int) -> bool:
    """Whether a column says the same in every row of a region."""
    messages: dict[str, str] = {}
    repeated = len({sheet.text(r, region) for r in rows}) < len(rows)
    return repeated and all(
        messages.setdefault(sheet.text(r, region), sheet.text(r, column)) == sheet.text(r, column) for r in rows
    )


def _texts(sheet: Sheet, rows: list[int], heads: list[str], aside: set[int | None]) -> list[TextColumn]:
    return [
        TextColumn(heads[c], address(rows[0], c), tuple(sorted(texts)))
        for c, texts in _columns_of_text(sheet, rows, aside).items()
    ]
