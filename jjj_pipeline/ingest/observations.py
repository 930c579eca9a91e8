"""Raw files of one table -> printed cells -> rows of observations, flows, rankings or links.

Here stands the strict reader of the project's own CSV, laid down in plain layouts (title, unit line, header, rows,
notes); files as the world ships them go through `sheet` and `interpret`. Every figure keeps its literal, its unit and its
cell; a file that is not understood is refused with one line. No figure is changed here: corrections are a ledger of
their own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as arrow

from jjj_pipeline.catalog import units
from jjj_pipeline.catalog.model import Catalog, StatusRule, TableSpec, split_target
from jjj_pipeline.catalog.regions import UnknownRegion
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.grid import address

if TYPE_CHECKING:
    import pandas as pd

KEYS = {
    "observation": ["table_id", "indicator", "region_code", "industry_code", "year", "source", "release"],
    "flow": ["table_id", "indicator", "origin", "destination", "period", "source", "release"],
    "ranking": ["table_id", "indicator", "region_code", "year", "rank", "source", "release"],
    "link": ["table_id", "indicator", "region_a", "region_b", "industry_code", "source", "release"],
}
VALUE_COLUMNS = ["value", "half_width", "status", "printed", "printed_unit", "file", "cell"]
COLUMNS = {
    "observation": [*KEYS["observation"], *VALUE_COLUMNS],
    "flow": [*KEYS["flow"], "period_start", "period_end", "level", *VALUE_COLUMNS],
    "ranking": [*KEYS["ranking"], "industry_code", "status", "file", "cell"],
    "link": [*KEYS["link"], "status", "file", "cell"],
}
# What a list layout must have, in the words of its header.
LIST_HEADERS = {
    "observation_list": ["地区", "年份", "指标", "数值", "单位"],
    "flow_list": ["流出地", "流入地", "时期", "指标", "数值", "单位"],
    "ranking_list": ["地区", "年份", "指标", "位次", "行业"],
    "link_list": ["地区甲", "地区乙", "指标", "行业"],
}
YEAR_IN_TITLE = re.compile(r"[(（](\d{4})年[)）]\s*$")
YEAR = re.compile(r"^(\d{4})(?:年|\.0)?$")
PERIOD = re.compile(r"^(\d{4})(?:[-—](\d{4})|H[12]|Q[1-4](?:-Q[1-4])?|-\d{2}(?:\.\.\d{2})?)?$")
COLUMN_UNIT = re.compile(r"[(（]([^()（）]+)[)）]\s*$")
_HEAD = 20_000  # bytes within which a file shows what it is
NOT_SIGNIFICANT = {"…", "...", "……"}


@dataclass(frozen=True)
class RawFile:
    """One file of raw/: where it lies and which table and release it is."""

    path: Path
    name: str  # relative to the project root, for messages and core.observation.file
    table_id: str
    release: str

    def read(self) -> bytes:
        """Its bytes. Raises BadInput where they cannot be had."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            what = error.strerror or str(error)
            raise BadInput(self.name, expected="a file that can be read", found=what, hint="put it back") from None


@dataclass(frozen=True)
class Reading:
    """What a reader needs to know to understand one file."""

    file: RawFile
    spec: TableSpec
    catalog: Catalog

    def refuse(self, expected: str, found: str, cell: str = "", hint: str = "") -> BadInput:
        return BadInput(self.file.name, cell=cell, expected=expected, found=found, hint=hint)


def read_files(files: Iterable[RawFile], table_id: str, catalog: Catalog) -> pd.DataFrame:
    """All files of one table as rows of its core table, sorted by key. Raises BadInput at the first file not
    understood."""

    spec = catalog.tables[table_id]
    rows = [row for file in files for row in read_file(Reading(file, spec, catalog))]
    rows.sort(key=itemgetter(*range(len(KEYS[spec.target]))))  # the key comes first in COLUMNS
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS[spec.target])
    typed_columns = {c: arrow.array(v, kind) for v, (c, kind) in zip(columns, _kinds(spec.target).items(), strict=True)}
    return arrow.table(typed_columns).to_pandas()  # pandas would guess the type of each column first


def _kinds(target: str) -> dict[str, str]:
    """The columns of a core table with their types, by names that pandas and Arrow share."""
    whole, real = ("year", "period_start", "period_end", "rank"), ("value", "half_width")
    return {c: "int64" if c in whole else "float64" if c in real else "str" for c in COLUMNS[target]}


def typed(frame: pd.DataFrame, target: str) -> pd.DataFrame:
    """The frame with the dtypes of its core table (an empty one included)."""
    kinds = _kinds(target)
    wrong = {c: kind for c, kind in kinds.items() if str(frame[c].dtype) != kind}
    return frame.astype(wrong) if wrong else frame


def read_file(reading: Reading) -> list[tuple[object, ...]]:
    """One file as tuples in the order of COLUMNS. Raises BadInput."""
    return rows_of(reading, reading.file.read())


def rows_of(reading: Reading, data: bytes) -> list[tuple[object, ...]]:
    """The bytes of a file as tuples in the order of COLUMNS: the project's own CSV strictly, any other file as the
    world ships it. The content decides. Raises BadInput."""
    if not _is_own(data, reading.spec.target):
        from jjj_pipeline.ingest.reading import in_place

        return in_place(reading, data).rows
    rows = list(_LAYOUTS[reading.spec.layout](reading, _grid(reading, data)))
    _refuse_duplicates(reading, rows)
    return rows


def notes_of(reading: Reading, data: bytes) -> list[str]:
    """The footnotes of a file, as printed. Raises BadInput."""
    if _is_own(data, reading.spec.target):
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline=""))
        return [row[0].strip() for row in rows if row and row[0].startswith("注：")]
    from jjj_pipeline.ingest.reading import in_place

    return in_place(reading, data).notes


def _is_own(data: bytes, target: str) -> bool:
    """Whether the strict reader reads the bytes: a CSV of the project's own with title, unit line, then a header that
    begins with 地区 (or, for lists, title and header). Only observations come in another shape; nothing is no table."""
    if target != "observation" or not data.strip():
        return True
    firsts = [line.partition(",")[0].strip() for line in _head(data)]
    plain = firsts[1:2] != [] and firsts[1].startswith(("单位：", "单位:")) and firsts[2:3] == ["地区"]
    return plain or is_own_list(data)


def is_own_file(file: RawFile, target: str) -> bool:
    """Whether the strict reader reads a file of raw/ for this core table."""
    return _is_own(file.read(), target)


def is_own_list(data: bytes) -> bool:
    """Whether the bytes are a list of observations of the project's own: one figure a row, under its header."""
    return any(set(LIST_HEADERS["observation_list"]) <= set(line.strip().split(",")) for line in _head(data))


def _head(data: bytes) -> list[str]:
    return data[:_HEAD].decode("utf-8-sig", "replace").split("\n", 4)


def _grid(reading: Reading, data: bytes) -> list[list[str]]:
    if not data.strip():
        raise reading.refuse("a table", "an empty file", hint="delete it or put the table back")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise reading.refuse(
            "UTF-8", f"byte 0x{data[error.start]:02x} at offset {error.start}", hint="save it as UTF-8"
        ) from None
    if not text.endswith("\n"):
        last = text.count("\n")
        raise reading.refuse(
            "a line end after the last row",
            f"{text.rsplit(chr(10), 1)[-1][-30:]!r}",
            cell=address(last, 0),
            hint="the file seems cut",
        )
    return list(csv.reader(io.StringIO(text, newline="")))


@dataclass(frozen=True)
class Body:
    """A grid taken apart: title, unit line, header and the rows with their numbers."""

    title: str
    unit: str
    header: list[str]
    header_row: int
    rows: list[tuple[int, list[str]]]


def _body(reading: Reading, grid: list[list[str]], first: str) -> Body:
    title = grid[0][0] if grid and grid[0] else ""
    unit = reading.spec.unit
    for index, row in enumerate(grid):
        head = row[0].strip() if row else ""
        if head.startswith(("单位：", "单位:")):
            unit = units.normalise(head[3:])
        if head == first:
            header = [c.strip() for c in row]
            rows = []
            for number, line in enumerate(grid[index + 1 :], start=index + 1):
                if not any(c.strip() for c in line) or line[0].startswith("注："):
                    continue
                if len(line) != len(header):
                    raise reading.refuse(
                        f"{len(header)} fields",
                        f"{len(line)}",
                        cell=address(number, 0),
                        hint="the row is cut or has a comma too many",
                    )
                rows.append((number, line))
            if not rows:
                raise reading.refuse("rows under the header", "none", cell=address(index, 0))
            doubled = next((c for c in header if header.count(c) > 1), None)
            if doubled:
                raise reading.refuse("each column once", f"column {doubled!r} twice", cell=address(index, 0))
            return Body(title, unit, header, index, rows)
    raise reading.refuse(f"a header that begins with {first}", "none", hint=f"layout {reading.spec.layout}")


def _columns(reading: Reading, body: Body, fixed: int) -> list[tuple[int, str, str, str, str]]:
    """(index, header, indicator, industry, unit) of the columns with figures. Every column of the spec must be
    there and no other."""
    known = reading.spec.columns
    out = []
    for index, name in enumerate(body.header[fixed:], start=fixed):
        if name not in known:
            wanted = [c for c in known if c not in body.header]
            raise reading.refuse(
                f"a column of {reading.file.table_id}",
                repr(name),
                cell=address(body.header_row, index),
                hint=f"missing: {', '.join(wanted)}" if wanted else "not in tables.yml",
            )
        in_brackets = COLUMN_UNIT.search(name)
        unit = in_brackets.group(1) if in_brackets and units.is_unit(in_brackets.group(1)) else body.unit
        out.append((index, name, *split_target(known[name]), unit))
    return out


def _check_missing(reading: Reading, body: Body) -> None:
    optional = set(reading.spec.optional)
    missing = [c for c in reading.spec.columns if c not in body.header and c not in optional]
    if missing:
        raise reading.refuse(
            f"column {missing[0]!r}",
            f"columns {', '.join(body.header)}",
            cell=address(body.header_row, 0),
            hint="the column is missing",
        )


def _region(reading: Reading, printed: str, cell: str) -> str:
    try:
        return reading.catalog.region_names.code(printed)
    except UnknownRegion as error:
        hint = f"did you mean {' or '.join(error.suggestions)}?" if error.suggestions else "see catalog/regions.csv"
        raise reading.refuse("a region of the catalogue", repr(printed), cell=cell, hint=hint) from None


def _year(reading: Reading, printed: str, cell: str) -> int:
    match = YEAR.match(printed.strip())
    if not match:
        raise reading.refuse("a year", repr(printed), cell=cell)
    return int(match.group(1))


@lru_cache(maxsize=4096)
def _scale(printed: str, wanted: str) -> tuple[int, int]:
    factor = units.factor(printed, wanted)
    return factor.numerator, factor.denominator


@lru_cache(maxsize=4096)
def _half_unit(decimals: int, over: int, under: int) -> float:
    """Half a unit of the last digit, converted."""
    return float(Decimal(5).scaleb(-decimals - 1) * over / under)


_EMPTY: tuple[None, None, str] = (None, None, "O")


def figure(
    reading: Reading,
    printed: str,
    unit: str,
    indicator: str,
    column: str,
    cell: str,
    shown: int | None = None,
    most: int | None = None,
) -> tuple[float | None, float | None, str]:
    """(value, half width, status) of one printed cell in the indicator's unit.

    A blank cell is `O` (missing), `…` is `N` (below the smallest unit shown): both without a value, never zero. The
    decimals are those tables.yml gives (but no more than `most`, those any figure of the column has), else those the
    cell's number format shows (`shown`), else those of the literal.
    """
    text = printed.strip()
    if not text:
        return _EMPTY
    try:
        over, under = _scale(unit, reading.catalog.indicators[indicator].unit)
    except (units.UnknownUnit, units.Inconvertible) as error:
        raise reading.refuse(
            f"a unit that converts to {reading.catalog.indicators[indicator].unit}",
            f"{unit or 'no unit'} for {indicator}",
            cell=cell,
            hint=str(error),
        ) from None
    decimals = reading.spec.decimals(column, reading.file.release)
    if decimals is None:
        decimals = shown
    elif most is not None:
        decimals = min(decimals, most)
    if text in NOT_SIGNIFICANT:
        return None, 0.5 * 10.0 ** -(decimals or 0) * over / under, "N"
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise reading.refuse("a figure", repr(printed), cell=cell, hint="blank means not published") from None
    if not value.is_finite():
        raise reading.refuse("a figure", repr(printed), cell=cell)
    if decimals is None:
        decimals = max(0, -int(value.as_tuple().exponent))
    # one multiplication and one division of exact integers: the same double on every machine
    return float(value * over / under), _half_unit(decimals, over, under), "A"


def status_of(reading: Reading, indicator: str, region: str, year: int) -> str:
    """The OBS_STATUS tables.yml gives this figure; A where no rule speaks of it."""
    for rule in reading.spec.status:
        if _speaks_of(rule, reading.file.release, indicator, region, year):
            return rule.status
    return "A"


def _speaks_of(rule: StatusRule, release: str, indicator: str, region: str, year: int) -> bool:
    return (
        (not rule.release or rule.release == release)
        and (not rule.years or year in rule.years)
        and (not rule.regions or region in rule.regions)
        and (not rule.indicators or indicator in rule.indicators)
    )


def _observation(
    reading: Reading,
    indicator: str,
    region: str,
    industry: str,
    year: int,
    printed: str,
    unit: str,
    column: str,
    cell: str,
    given: str = "",
) -> tuple[object, ...]:
    value, half, status = figure(reading, printed, unit, indicator, column, cell)
    if status == "A":
        status = given or (status_of(reading, indicator, region, year) if reading.spec.status else "A")
    file = reading.file
    return (
        file.table_id,
        indicator,
        region,
        industry,
        year,
        reading.spec.source,
        file.release,
        value,
        half,
        status,
        printed.strip(),
        unit,
        file.name,
        cell,
    )


def _region_by_indicator(reading: Reading, grid: list[list[str]]) -> Iterator[tuple[object, ...]]:
    body = _body(reading, grid, "地区")
    match = YEAR_IN_TITLE.search(body.title)
    if not match:
        raise reading.refuse("a title that ends with the year, like (2019年)", repr(body.title), cell="A1")
    year = int(match.group(1))
    lag = reading.spec.year_lag
    if lag is not None and year + lag != int(reading.file.release[:4]):
        raise reading.refuse(
            f"figures of {int(reading.file.release[:4]) - lag} in edition {reading.file.release}",
            f"a title with {year}",
            cell="A1",
            hint="is the file in the right release folder?",
        )
    columns = _columns(reading, body, 1)
    _check_missing(reading, body)
    for number, line in body.rows:
        region = _region(reading, line[0], address(number, 0))
        for index, name, indicator, industry, unit in columns:
            yield _observation(
                reading, indicator, region, industry, year, line[index], unit, name, address(number, index)
            )


def _region_by_year(reading: Reading, grid: list[list[str]]) -> Iterator[tuple[object, ...]]:
    body = _body(reading, grid, "地区")
    years = [(i, _year(reading, name, address(body.header_row, i)), name) for i, name in enumerate(body.header) if i]
    indicator, industry = split_target(reading.spec.indicator)
    for number, line in body.rows:
        region = _region(reading, line[0], address(number, 0))
        for index, year, name in years:
            yield _observation(
                reading, indicator, region, industry, year, line[index], body.unit, name, address(number, index)
            )


def _region_year_by_indicator(reading: Reading, grid: list[list[str]]) -> Iterator[tuple[object, ...]]:
    body = _body(reading, grid, "地区")
    if body.header[1:2] != ["年份"]:
        raise reading.refuse("年份 as the second column", repr(body.header[1:2]), cell=address(body.header_row, 1))
    columns = _columns(reading, body, 2)
    _check_missing(reading, body)
    for number, line in body.rows:
        region = _region(reading, line[0], address(number, 0))
        year = _year(reading, line[1], address(number, 1))
        for index, name, indicator, industry, unit in columns:
            yield _observation(
                reading, indicator, region, industry, year, line[index], unit, name, address(number, index)
            )


def _records(reading: Reading, grid: list[list[str]]) -> Iterator[tuple[int, dict[str, str], dict[str, int]]]:
    wanted = LIST_HEADERS[reading.spec.layout]
    body = _body(reading, grid, wanted[0])
    missing = [c for c in wanted if c not in body.header]
    if missing:
        raise reading.refuse(
            f"column {missing[0]!r}",
            f"columns {', '.join(body.header)}",
            cell=address(body.header_row, 0),
            hint="the column is missing",
        )
    position = {name: i for i, name in enumerate(body.header)}
    for number, line in body.rows:
        yield number, {name: line[i].strip() for name, i in position.items()}, position


def _listed_indicator(reading: Reading, record: dict[str, str], cell: str) -> tuple[str, str]:
    name = record["指标"]
    if name not in reading.spec.columns:
        raise reading.refuse(
            f"an indicator of {reading.file.table_id}",
            repr(name),
            cell=cell,
            hint=f"known: {', '.join(list(reading.spec.columns)[:6])}",
        )
    return split_target(reading.spec.columns[name])


def _listed_industry(reading: Reading, record: dict[str, str], cell: str) -> str:
    code = record.get("行业", "") or "*"
    if code != "*" and code not in reading.catalog.industry_codes:
        raise reading.refuse("a code of GB/T 4754 (industries.csv)", repr(code), cell=cell)
    return code


def _observation_list(reading: Reading, grid: list[list[str]]) -> Iterator[tuple[object, ...]]:
    for number, record, at in _records(reading, grid):
        region = _region(reading, record["地区"], address(number, at["地区"]))
        year = _year(reading, record["年份"], address(number, at["年份"]))
        indicator, industry = _listed_indicator(reading, record, address(number, at["指标"]))
        if record.get("行业"):
            industry = _listed_industry(reading, record, address(number, at["行业"]))
        yield _observation(
            reading,
            indicator,
            region,
            industry,
            year,
            record["数值"],
            record["单位"],
            record["指标"],
            address(number, at["数值"]),
            record.get("状态", ""),
        )


def _flow_list(reading: Reading, grid: list[list[str]]) -> Iterator[tuple[object, ...]]:
    kinds = reading.catalog.region_kind
    for number, record, at in _records(reading, grid):
        origin = _region(reading, record["流出地"], address(number, at["流出地"]))
        destination = _region(reading, record["流入地"], address(number, at["流入地"]))
        if reading.spec.undirected:
            origin, destination = sorted((origin, destination))
        period = record["时期"]
        match = PERIOD.match(period)
        if not match:
            raise reading.refuse(
                "a period such as 2019, 2014-2020, 2024H1", repr(period), cell=address(number, at["时期"])
            )
        indicator, _ = _listed_indicator(reading, record, address(number, at["指标"]))
        cell = address(number, at["数值"])
        value, half, status = figure(reading, record["数值"], record["单位"], indicator, record["指标"], cell)
        status = record.get("状态", "") or status if status == "A" else status
        seen = "city" if "city" in (kinds.get(origin), kinds.get(destination)) else "province"
        level = reading.spec.level or seen
        file = reading.file
        key = (file.table_id, indicator, origin, destination, period, reading.spec.source, file.release)
        yield (
            *key,
            int(match.group(1)),
            int(match.group(2) or match.group(1)),
            level,
            value,
            half,
            status,
            record["数值"],
            record["单位"],
            file.name,
            cell,
        )


def _ranking_list(reading: Reading, grid: list[list[str]]) -> Iterator[tuple[object, ...]]:
    for number, record, at in _records(reading, grid):
        region = _region(reading, record["地区"], address(number, at["地区"]))
        year = _year(reading, record["年份"], address(number, at["年份"]))
        indicator, _ = _listed_indicator(reading, record, address(number, at["指标"]))
        if not record["位次"].isdigit():
            raise reading.refuse("a rank 1, 2, 3 …", repr(record["位次"]), cell=address(number, at["位次"]))
        industry = _listed_industry(reading, record, address(number, at["行业"]))
        file = reading.file
        yield (
            file.table_id,
            indicator,
            region,
            year,
            int(record["位次"]),
            reading.spec.source,
            file.release,
            industry,
            record.get("状态") or "A",
            file.name,
            address(number, at["行业"]),
        )


def _link_list(reading: Reading, grid: list[list[str]]) -> Iterator[tuple[object, ...]]:
    for number, record, at in _records(reading, grid):
        pair = sorted(_region(reading, record[c], address(number, at[c])) for c in ("地区甲", "地区乙"))
        indicator, _ = _listed_indicator(reading, record, address(number, at["指标"]))
        industry = _listed_industry(reading, record, address(number, at["行业"]))
        file = reading.file
        yield (
            file.table_id,
            indicator,
            *pair,
            industry,
            reading.spec.source,
            file.release,
            record.get("状态") or "A",
            file.name,
            address(number, at["行业"]),
        )


def _refuse_duplicates(reading: Reading, rows: list[tuple[object, ...]]) -> None:
    width = len(KEYS[reading.spec.target])
    seen: dict[tuple[object, ...], object] = {}
    for row in rows:
        key = row[:width]
        if key in seen:
            what = " ".join(str(k) for k in key[1:5])
            raise reading.refuse(
                f"one figure for {what}",
                f"a second one; the first is in {seen[key]}",
                cell=str(row[-1]),
                hint="delete one of the rows",
            )
        seen[key] = row[-1]


_LAYOUTS = {
    "region_by_indicator": _region_by_indicator,
    "region_by_year": _region_by_year,
    "region_year_by_indicator": _region_year_by_indicator,
    "observation_list": _observation_list,
    "flow_list": _flow_list,
    "ranking_list": _ranking_list,
    "link_list": _link_list,
}
