"""Lists of the project's own: one figure, flow, rank or link a row, each with its region, period, indicator and unit, under
a title and a fixed header. Tables are for `grid_layout` and `long_table`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jjj_pipeline.catalog.model import split_target
from jjj_pipeline.catalog.regions import UnknownRegion
from jjj_pipeline.ingest.formats.sheets import address
from jjj_pipeline.ingest.row_model import Reading, figure, status_of

# What a list layout must have, in the words of its header.
OBSERVATION_LIST = ["地区", "年份", "指标", "数值", "单位"]
LIST_HEADERS = {
    "observation_list": OBSERVATION_LIST,
    "flow_list": ["流出地", "流入地", "时期", "指标", "数值", "单位"],
    "ranking_list": ["地区", "年份", "指标", "位次", "行业"],
    "link_list": ["地区甲", "地区乙", "指标", "行业"],
}
_HEAD = 20_000  # bytes within which a file shows what it is
YEAR = re.compile(r"^(\d{4})(?:年|\.0)?$")
PERIOD = re.compile(r"^(\d{4})(?:[-—](\d{4})|H[12]|Q[1-4](?:-Q[1-4])?|-\d{2}(?:\.\.\d{2})?)?$")


def is_observation_list(data: bytes) -> bool:
    """Whether the bytes are a list of observations: one figure a row, under its header."""
    return any(set(OBSERVATION_LIST) <= set(line.strip().split(",")) for line in first_lines(data))


def first_lines(data: bytes) -> list[str]:
    """The lines within which a file shows what it is."""
    return data[:_HEAD].decode("utf-8-sig", "replace").split("\n", 4)


def notes(data: bytes) -> list[str]:
    """The footnotes of a CSV, as printed."""
    lines = csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline=""))
    return [line[0].strip() for line in lines if line and line[0].startswith("注：")]


def read_list(reading: Reading, data: bytes) -> list[tuple[object, ...]]:
    """The rows of a list in the order of row_model.COLUMNS. Raises BadInput."""
    return list(LAYOUTS[reading.spec.layout](reading, _fields(reading, data)))


def _fields(reading: Reading, data: bytes) -> list[list[str]]:
    """The fields of a CSV in UTF-8 that ends with a line end. Raises BadInput."""
    if not data.strip():
        raise reading.refuse("a table", "an empty file", hint="delete it or put the table back")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte 0x{data[error.start]:02x} at offset {error.start}"
        raise reading.refuse("UTF-8", found, hint="save it as UTF-8") from None
    if not text.endswith("\n"):
        found, last = f"{text.rsplit(chr(10), 1)[-1][-30:]!r}", address(text.count("\n"), 0)
        raise reading.refuse("a line end after the last row", found, cell=last, hint="the file appears truncated")
    return list(csv.reader(io.StringIO(text, newline="")))


@dataclass(frozen=True)
class ListBody:
    """A list taken apart: its header and the rows with their numbers."""

    header: list[str]
    header_row: int
    rows: list[tuple[int, list[str]]]


def _body(reading: Reading, fields: list[list[str]], first: str) -> ListBody:
    """The list below the header that begins with `first`. Raises BadInput."""
    for index, row in enumerate(fields):
        if not row or row[0].strip() != first:
            continue
        header = [c.strip() for c in row]
        rows = []
        for number, line in enumerate(fields[index + 1 :], start=index + 1):
            if not any(c.strip() for c in line) or line[0].startswith("注："):
                continue
            if len(line) != len(header):
                hint = "the row is cut or has a comma too many"
                raise reading.refuse(f"{len(header)} fields", f"{len(line)}", cell=address(number, 0), hint=hint)
            rows.append((number, line))
        if not rows:
            raise reading.refuse("rows under the header", "none", cell=address(index, 0))
        if doubled := next((c for c in header if header.count(c) > 1), None):
            raise reading.refuse("each column once", f"column {doubled!r} twice", cell=address(index, 0))
        return ListBody(header, index, rows)
    raise reading.refuse(f"a header that begins with {first}", "none", hint=f"layout {reading.spec.layout}")


def _region_code(reading: Reading, printed: str, cell: str) -> str:
    """The code of a printed region. Raises BadInput with what may be meant."""
    try:
        return reading.catalog.region_names.code(printed)
    except UnknownRegion as error:
        hint = f"did you mean {' or '.join(error.suggestions)}?" if error.suggestions else "see catalog/regions.csv"
        raise reading.refuse("a region of the catalogue", repr(printed), cell=cell, hint=hint) from None


def _year(reading: Reading, printed: str, cell: str) -> int:
    """A printed year (2019, 2019年). Raises BadInput."""
    match = YEAR.match(printed.strip())
    if not match:
        raise reading.refuse("a year", repr(printed), cell=cell)
    return int(match.group(1))


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
        region = _region_code(reading, record["地区"], address(number, at["地区"]))
        year = _year(reading, record["年份"], address(number, at["年份"]))
        indicator, industry = _listed_indicator(reading, record, address(number, at["指标"]))
        if record.get("行业"):
            industry = _listed_industry(reading, record, address(number, at["行业"]))
        cell = address(number, at["数值"])
        value, half, status = figure(reading, record["数值"], record["单位"], indicator, record["指标"], cell)
        if status == "A":
            status = record.get("状态", "") or status_of(reading, indicator, region, year)
        file = reading.file
        yield (
            file.table_id, indicator, region, industry, year, reading.spec.source, file.release, value, half, status,
            record["数值"], record["单位"], file.name, cell,
        )  # fmt: skip


def _flow_list(reading: Reading, grid: list[list[str]]) -> Iterator[tuple[object, ...]]:
    kinds = reading.catalog.region_kind
    for number, record, at in _records(reading, grid):
        origin = _region_code(reading, record["流出地"], address(number, at["流出地"]))
        destination = _region_code(reading, record["流入地"], address(number, at["流入地"]))
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
        region = _region_code(reading, record["地区"], address(number, at["地区"]))
        year = _year(reading, record["年份"], address(number, at["年份"]))
        indicator, _ = _listed_indicator(reading, record, address(number, at["指标"]))
        if not (record["位次"].isascii() and record["位次"].isdigit()):
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
        pair = sorted(_region_code(reading, record[c], address(number, at[c])) for c in ("地区甲", "地区乙"))
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


LAYOUTS = {
    "observation_list": _observation_list,
    "flow_list": _flow_list,
    "ranking_list": _ranking_list,
    "link_list": _link_list,
}
