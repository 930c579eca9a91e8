"""Lists of the project's own: one figure, flow, rank or link a row, each with its region, period, indicator and unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jjj_pipeline.catalog.model import split_target
from jjj_pipeline.ingest.formats.sheets import address
from jjj_pipeline.ingest.layouts.project_csv import OBSERVATION_LIST, body_of, observation, region_code, year_of
from jjj_pipeline.ingest.row_model import Reading, figure

# What a list layout must have, in the words of its header.
LIST_HEADERS = {
    "observation_list": OBSERVATION_LIST,
    "flow_list": ["流出地", "流入地", "时期", "指标", "数值", "单位"],
    "ranking_list": ["地区", "年份", "指标", "位次", "行业"],
    "link_list": ["地区甲", "地区乙", "指标", "行业"],
}
PERIOD = re.compile(r"^(\d{4})(?:[-—](\d{4})|H[12]|Q[1-4](?:-Q[1-4])?|-\d{2}(?:\.\.\d{2})?)?$")


def _records(reading: Reading, grid: list[list[str]]) -> Iterator[tuple[int, dict[str, str], dict[str, int]]]:
    wanted = LIST_HEADERS[reading.spec.layout]
    body = body_of(reading, grid, wanted[0])
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
        region = region_code(reading, record["地区"], address(number, at["地区"]))
        year = year_of(reading, record["年份"], address(number, at["年份"]))
        indicator, industry = _listed_indicator(reading, record, address(number, at["指标"]))
        if record.get("行业"):
            industry = _listed_industry(reading, record, address(number, at["行业"]))
        yield observation(
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
        origin = region_code(reading, record["流出地"], address(number, at["流出地"]))
        destination = region_code(reading, record["流入地"], address(number, at["流入地"]))
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
        region = region_code(reading, record["地区"], address(number, at["地区"]))
        year = year_of(reading, record["年份"], address(number, at["年份"]))
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
        pair = sorted(region_code(reading, record[c], address(number, at[c])) for c in ("地区甲", "地区乙"))
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
