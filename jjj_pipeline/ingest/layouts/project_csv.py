"""The strict reader of the project's own CSV: tables in plain layouts (title, unit line, header, rows, notes). Lists are in
`list_tables`; files as the world ships them go through `open_file` and `to_observations`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jjj_pipeline.catalog import units
from jjj_pipeline.catalog.model import split_target
from jjj_pipeline.catalog.regions import UnknownRegion
from jjj_pipeline.ingest.formats.sheets import address
from jjj_pipeline.ingest.row_model import Reading, figure, status_of

# What a list of observations has, in the words of its header.
OBSERVATION_LIST = ["地区", "年份", "指标", "数值", "单位"]
YEAR_IN_TITLE = re.compile(r"[(（](\d{4})年[)）]\s*$")
YEAR = re.compile(r"^(\d{4})(?:年|\.0)?$")
COLUMN_UNIT = re.compile(r"[(（]([^()（）]+)[)）]\s*$")
_HEAD = 20_000  # bytes within which a file shows what it is


def is_own(data: bytes, target: str) -> bool:
    """Whether the strict reader reads the bytes: a CSV of the project's own with title, unit line, then a header that
    begins with 地区 (or, for lists, title and header). Only observations come in another shape; nothing is no table."""
    if target != "observation" or not data.strip():
        return True
    firsts = [line.partition(",")[0].strip() for line in _head(data)]
    plain = firsts[1:2] != [] and firsts[1].startswith(("单位：", "单位:")) and firsts[2:3] == ["地区"]
    return plain or is_own_list(data)


def is_own_list(data: bytes) -> bool:
    """Whether the bytes are a list of observations of the project's own: one figure a row, under its header."""
    return any(set(OBSERVATION_LIST) <= set(line.strip().split(",")) for line in _head(data))


def notes(data: bytes) -> list[str]:
    """The footnotes of a file, as printed."""
    lines = csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline=""))
    return [line[0].strip() for line in lines if line and line[0].startswith("注：")]


def _head(data: bytes) -> list[str]:
    return data[:_HEAD].decode("utf-8-sig", "replace").split("\n", 4)


def grid_of(reading: Reading, data: bytes) -> list[list[str]]:
    """The fields of a CSV in UTF-8 that ends with a line end. Raises BadInput."""
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


def body_of(reading: Reading, grid: list[list[str]], first: str) -> Body:
    """The grid taken apart at the header that begins with `first`. Raises BadInput."""
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


def region_code(reading: Reading, printed: str, cell: str) -> str:
    """The code of a printed region. Raises BadInput with what may be meant."""
    try:
        return reading.catalog.region_names.code(printed)
    except UnknownRegion as error:
        hint = f"did you mean {' or '.join(error.suggestions)}?" if error.suggestions else "see catalog/regions.csv"
        raise reading.refuse("a region of the catalogue", repr(printed), cell=cell, hint=hint) from None


def year_of(reading: Reading, printed: str, cell: str) -> int:
    """A printed year (2019, 2019年). Raises BadInput."""
    match = YEAR.match(printed.strip())
    if not match:
        raise reading.refuse("a year", repr(printed), cell=cell)
    return int(match.group(1))


def observation(
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
    """One row of core.observation, in the order of COLUMNS. Raises BadInput."""
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
    body = body_of(reading, grid, "地区")
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
        region = region_code(reading, line[0], address(number, 0))
        for index, name, indicator, industry, unit in columns:
            yield observation(
                reading, indicator, region, industry, year, line[index], unit, name, address(number, index)
            )


def _region_by_year(reading: Reading, grid: list[list[str]]) -> Iterator[tuple[object, ...]]:
    body = body_of(reading, grid, "地区")
    years = [(i, year_of(reading, name, address(body.header_row, i)), name) for i, name in enumerate(body.header) if i]
    indicator, industry = split_target(reading.spec.indicator)
    for number, line in body.rows:
        region = region_code(reading, line[0], address(number, 0))
        for index, year, name in years:
            yield observation(
                reading, indicator, region, industry, year, line[index], body.unit, name, address(number, index)
            )


def _region_year_by_indicator(reading: Reading, grid: list[list[str]]) -> Iterator[tuple[object, ...]]:
    body = body_of(reading, grid, "地区")
    if body.header[1:2] != ["年份"]:
        raise reading.refuse("年份 as the second column", repr(body.header[1:2]), cell=address(body.header_row, 1))
    columns = _columns(reading, body, 2)
    _check_missing(reading, body)
    for number, line in body.rows:
        region = region_code(reading, line[0], address(number, 0))
        year = year_of(reading, line[1], address(number, 1))
        for index, name, indicator, industry, unit in columns:
            yield observation(
                reading, indicator, region, industry, year, line[index], unit, name, address(number, index)
            )


LAYOUTS = {
    "region_by_indicator": _region_by_indicator,
    "region_by_year": _region_by_year,
    "region_year_by_indicator": _region_year_by_indicator,
}
