"""What figures say about each other: sub-totals and totals against their members, columns against their parts, and the
whole against what is loaded. A gap is reported; where most cases fail the table is not what it seems and is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from jjj_pipeline.catalog import units
from jjj_pipeline.catalog.model import split_target
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import text_parsing
from jjj_pipeline.ingest.formats.sheets import address
from jjj_pipeline.ingest.layouts.grid_body import GridBody
from jjj_pipeline.ingest.layouts.region_names import LOCAL
from jjj_pipeline.ingest.layouts.table import PrintedTable
from jjj_pipeline.ingest.matching.column_matching import Fit
from jjj_pipeline.ingest.matching.figure_index import digits
from jjj_pipeline.ingest.matching.loaded_figures import SLIP, Comparison, LoadedFigures, LoadedObservation, compare
from jjj_pipeline.ingest.row_model import Reading, Row

MATERIAL = 0.001  # as in quality.py: smaller gaps are common, the yearbooks add up unrounded figures
SHOWN = 3
# How the provinces are divided where a table has no row of the north-east: three belts, and the belts of the high-technology
# tables up to 2012, with Guangxi in the east and Inner Mongolia in the centre. (group -> more members, fewer members)
Division = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
FOUR_REGIONS: Division = {}
THREE_BELTS: Division = {"EAST": (("210000",), ()), "CENTRAL": (("220000", "230000"), ())}
OLD_BELTS: Division = {
    "EAST": (("210000", "450000"), ()), "CENTRAL": (("150000", "220000", "230000"), ()), "WEST": ((), ("150000", "450000")),
}  # fmt: skip


def refuse_sums(reading: Reading, read: list[tuple[PrintedTable, Fit]], rows: list[Row], messages: list[str]) -> None:
    """Sub-totals and parts must add up; missing provinces are reported. Raises BadInput where more than half of the cases
    fail: names or headings are shifted."""
    for table, fit in read:
        cases = _best_division(table, fit, reading)
        _judge(table, cases, "sub-totals that add up", "names and figures seem shifted against each other", messages)
    held = [h for r in rows if (h := LoadedObservation._make(r)).value is not None]
    _judge_parts(read[0][0], list(_parts(held, reading)), messages)
    _tell_missing([t for t, _ in read], held, reading, messages)


def _judge(table: PrintedTable, cases: list[tuple[bool, str]], expected: str, hint: str, messages: list[str]) -> None:
    bad = [text for fails, text in cases if fails]
    if len(bad) >= 3 and len(bad) * 2 > len(cases):
        raise table.refuse(expected, f"{len(bad)} of {len(cases)} that do not: {bad[0]}", hint=hint)
    messages += [f"does not add up: {text}" for text in bad[:SHOWN]]
    if len(bad) > SHOWN:
        messages.append(f"does not add up: {len(bad) - SHOWN} more")


def _judge_parts(table: PrintedTable, cases: list[tuple[bool, bool, str]], messages: list[str]) -> None:
    """Parts that do not add up are reported; a part beyond its total, in most cases, is a heading that was shifted."""
    beyond = [text for _, larger, text in cases if larger]
    if len(beyond) >= 3 and len(beyond) * 2 > len(cases):
        raise table.refuse(
            "parts that are no larger than their total", f"{len(beyond)} of {len(cases)} that are: {beyond[0]}",
            hint="the headings seem shifted",
        )  # fmt: skip
    bad = [text for fails, _, text in cases if fails]
    messages += [f"does not add up: {text}" for text in bad[:SHOWN]]
    if len(bad) > SHOWN:
        messages.append(f"does not add up: {len(bad) - SHOWN} more of {len(cases)}")


def _best_division(table: PrintedTable, fit: Fit, reading: Reading) -> list[tuple[bool, str]]:
    """The cases of `_subtotals` under the division of the provinces under which most of them hold."""
    left_out = table.body.left_out.values() if table.body else ()
    divisions = [FOUR_REGIONS] if "NORTHEAST" in left_out else [THREE_BELTS, OLD_BELTS, FOUR_REGIONS]
    tried = [list(_subtotals(table, fit, reading, division)) for division in divisions]
    return min(tried, key=lambda cases: sum(fails for fails, _ in cases))


def _subtotals(table: PrintedTable, fit: Fit, reading: Reading, division: Division) -> Iterable[tuple[bool, str]]:
    """(fails, what) for each printed sub-total of regions, and the nation of a closed table, against its members."""
    body = table.body
    if body is None or body.across:
        return
    at = {mark.region: r for r, mark in body.rows.items() if not mark.heads and mark.year is None}
    for r, members in _totals(body, at, reading, division):
        if not all(m in at for m in members):
            continue
        for c, mark in body.columns.items():
            column = fit.columns.get(mark.heads)
            if column is None or not _adds_up(reading, column, nation=r == at.get("CN")):
                continue
            total = text_parsing.figure(table.sheet.text(r, c))
            parts = [p for m in members if (p := text_parsing.figure(table.sheet.text(at[m], c))) and p != "…"]
            if not total or total == "…" or not parts:
                continue
            value, half = digits(total)
            found = sum(float(p) for p in parts)
            bound = half + sum(digits(p)[1] for p in parts) + (len(members) - len(parts)) * half
            yield (
                abs(value - found) > max(bound, MATERIAL * abs(value)),
                f"{table.sheet.text(r, 0)} in {address(r, c)} prints {total}, its members give {found:.10g}",
            )


def _totals(
    body: GridBody, at: dict[str, int], reading: Reading, division: Division
) -> Iterable[tuple[int, list[str]]]:
    """(row, member regions) of the nation and of each sub-total."""
    provinces = [r for r, kind in reading.catalog.region_kind.items() if kind == "province"]
    if "CN" in at:
        yield at["CN"], provinces
    for r, code in body.left_out.items():
        members = [g["region_code"] for g in reading.catalog.groups if g["group_code"] == code]
        more, fewer = division.get(code, ((), ()))
        if members:
            yield r, [m for m in (*members, *more) if m not in fewer]
        elif code == LOCAL:
            yield r, provinces


def _adds_up(reading: Reading, column: str, *, nation: bool) -> bool:
    """Whether regions of this column may be summed, up to the nation where the table is closed for it."""
    indicator = split_target(reading.spec.columns[column] if column else reading.spec.indicator)[0]
    closed = reading.spec.closed
    return reading.catalog.indicators[indicator].additive and (
        not nation or closed is True or (isinstance(closed, list) and indicator in closed)
    )


def _parts(held: list[LoadedObservation], reading: Reading) -> Iterable[tuple[bool, bool, str]]:
    """(fails, a part is larger, what) for each total of identities.yml that this table prints with all its parts."""
    cells: dict[tuple[str, int, str], dict[str, LoadedObservation]] = defaultdict(dict)
    for h in held:
        cells[h.region, h.year, h.industry][h.indicator] = h
    for rule in reading.catalog.identities:
        if rule.kind != "parts" or (rule.tables and reading.file.table_id not in rule.tables):
            continue
        for place, figures in cells.items():
            if not all(i in figures for i in (rule.total, *rule.parts)):
                continue
            total, parts = figures[rule.total], [figures[p] for p in rule.parts]
            found = sum(p.value for p in parts)
            bound = total.half + sum(p.half for p in parts)
            yield (
                abs(total.value - found) > max(bound, MATERIAL * abs(total.value)),
                any(p.value - p.half > total.value + total.half for p in parts),
                f"{rule.total} of {place[0]} {place[1]} in {total.cell} is {total.value:.10g}, its parts give {found:.10g}",
            )


def _tell_missing(
    tables: list[PrintedTable], held: list[LoadedObservation], reading: Reading, messages: list[str]
) -> None:
    """Provinces without a figure, the nation where such a source prints it, cells the rectangle of the table lacks, gaps
    between the years of an export."""
    catalog = reading.catalog
    names = {r["region_code"]: r["short_zh"] or r["name_zh"] for r in catalog.regions}
    provinces = [r for r, kind in catalog.region_kind.items() if kind == "province"]
    there = {h.region for h in held}
    by_region = any(m.region for t in tables if t.body for m in (*t.body.rows.values(), *t.body.columns.values()))
    by_region = by_region or any(t.body is None for t in tables)
    missing = [names[p] for p in provinces if p not in there] if by_region and there & set(provinces) else []
    if missing:
        messages.append(
            f"{len(provinces) - len(missing)} of {len(provinces)} provinces: no figure for {_some(missing)}"
        )
    kind = catalog.sources[reading.spec.source].kind
    if kind in ("yearbook", "bulletin") and by_region and there & set(provinces) and "CN" not in there:
        messages.append("no row of the nation")
    figures = {(h.indicator, h.industry, h.year) for h in held}
    cells = {(h.indicator, h.industry, h.year, h.region) for h in held}
    blank = {(e.year, e.region, *e.cell) for t in tables for e in t.entries if not e.plain}
    lost = [(i, y, r) for i, industry, y in sorted(figures) for r in sorted(there) if (i, industry, y, r) not in cells]
    if len(lost) > len(blank):
        messages.append(f"{len(lost)} cells without a figure: {_some([f'{i} {names[r]} {y}' for i, y, r in lost], 3)}")
    years = sorted({h.year for h in held})
    if kind == "export" and years and years[-1] - years[0] + 1 != len(years):
        messages.append(f"years missing between {years[0]} and {years[-1]}")


def _some(names: list[str], most: int = 6) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def refuse_strangers(
    reading: Reading, rows: list[Row], loaded: LoadedFigures | None, messages: list[str], sheet: str = ""
) -> None:
    """Compared with what is loaded: figures of another year, or in another unit, are refused; the rest is reported. `sheet` is
    file and sheet, for messages. Raises BadInput."""
    if loaded is None:
        return
    by_indicator: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_indicator[str(row[1]), str(row[3])].append(row)
    compared = equal = 0
    where = sheet or reading.file.name
    compared_with = {key: compare(mine, loaded.of([key])) for key, mine in by_indicator.items()}
    _refuse_year(where, by_indicator, compared_with, messages)
    for (indicator, industry), mine in by_indicator.items():
        found = compared_with[indicator, industry]
        compared, equal = compared + found.compared, equal + found.equal
        _refuse_magnitude(where, indicator, mine, found)
        for cell, held in found.apart[:SHOWN]:
            messages.append(
                f"{cell} is more than {SLIP:.0f} times apart from {held.printed} {held.unit} in {held.file} {held.cell}"
            )
        if len(found.apart) > SHOWN:
            messages.append(f"{len(found.apart) - SHOWN} more figures of {indicator} are as far apart")
    messages += loaded.unread
    messages.append(
        f"{compared} figures compared with loaded ones, {equal} equal" if compared else "nothing loaded to compare with"
    )


def _refuse_year(
    where: str, rows: dict[tuple[str, str], list[Row]], found: dict[tuple[str, str], Comparison], messages: list[str]
) -> None:
    """Figures that are those of another year are refused where most of the file is so; a single column is reported."""
    other = {key: c.other_year for key, c in found.items() if c.other_year}
    comparable = sum(c.comparable for c in found.values())
    for (indicator, industry), (stated, year, hits, n) in other.items():
        cell = next(str(r[13]) for r in rows[indicator, industry] if r[4] == stated)
        if sum(h for s, y, h, _ in other.values() if (s, y) == (stated, year)) > 0.6 * comparable:
            raise BadInput(
                where,
                cell=cell,
                expected=f"figures of {indicator} of {stated}",
                found=f"the loaded figures of {year} in {hits} of {n} cells",
                hint="a table of another year under this title, heading or release",
            )
        messages.append(f"{cell}: {hits} of {n} figures of {indicator} of {stated} are the loaded ones of {year}")


def _refuse_magnitude(where: str, indicator: str, mine: list[Row], found: Comparison) -> None:
    if found.ratio is None or 1 / SLIP < found.ratio < SLIP:
        return
    unit = str(mine[0][11])
    fitting = [u for u in _multiples(unit) if 0.5 < found.ratio * float(units.factor(u, unit)) < 2]
    raise BadInput(
        where,
        cell=str(mine[0][13]),
        expected=f"{indicator} in {unit}, of the magnitude of the loaded figures",
        found=f"figures about {found.ratio:.3g} times as large",
        hint=f"the figures seem to be in {' or '.join(fitting)}" if fitting else "is it this indicator?",
    )


def _multiples(unit: str) -> list[str]:
    base = units.normalise(unit).lstrip("百千万亿")
    return [p + base for p in ("", "千", "万", "百万", "亿", "万亿") if units.is_unit(p + base) and p + base != unit]
