"""What the explorer shows, queried from the published file: the queries of queries/*.sql packed as columns, and the names of
everything they hold in both languages. No figure is computed here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb

from jjj_pipeline.report.explorer import columns

FOLDER = Path(__file__).parent
TABLES = ("observation", "total", "share", "growth", "per_head", "intensity", "disparity", "quotient", "gap")
DIGITS = 6  # significant digits of derived numbers; of the distance to their bounds: two, rounded up
BOUNDS = re.compile(r"(?:(\w+)_)?(low|high)")
NAMES = {
    "place": "select region_code, coalesce(short_zh, name_zh), name_en, kind, parent from ref.region order by region_code",
    "industry": "select industry_code, name_zh, name_en from ref.industry order by industry_code",
    "source": "select source, name_zh, name_en, publisher from ref.source order by source",
    "release": "select source || '/' || release, name_zh, name_en, position from ref.release order by source, position",
    "group": "select group_code, list(region_code order by region_code) from ref.region_group group by all order by all",
    "indicator": "select indicator, name_zh, name_en, unit, kind, additive, price_basis, definition, definition_en"
    " from ref.indicator order by indicator",
    "intensity": "select intensity, name_zh, name_en, unit, numerator, denominator from ref.intensity order by intensity",
    "table": "select file, any_value(title), any_value(table_no), any_value(notes) from ref.file group by file order by file",
}


def query(name: str) -> str:
    """The text of queries/<name>.sql."""
    return (FOLDER / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def tables(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Every table of the explorer as packed columns."""
    return {name: columns.packed(_shortened(con, name).to_arrow_table().to_pandas()) for name in TABLES}


def _shortened(con: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyRelation:
    """The answer to a query; derived numbers with as many digits as are shown, bounds as their distance from the value."""
    answer = con.sql(query(name))
    if name == "observation":
        return answer
    expressions = []
    for column, kind in zip(answer.columns, answer.types, strict=True):
        if found := BOUNDS.fullmatch(column):
            value = f"{found[1]}_value" if found[1] else "value"
            distance = f"{value} - {column}" if found[2] == "low" else f"{column} - {value}"
            expressions.append(f"{_digits(distance, 2, 'ceil')} as {column}")
        elif str(kind) == "DOUBLE":
            expressions.append(f"{_digits(column, DIGITS, 'round')} as {column}")
        else:
            expressions.append(column)
    return con.sql(f"select {', '.join(expressions)} from answer")


def _digits(expression: str, digits: int, rounding: str) -> str:
    """SQL that rounds to significant digits; zero stays zero."""
    place = f"10.0 ** ({digits - 1} - floor(log10(abs(nullif({expression}, 0)))))"
    return f"case when ({expression}) = 0 then 0 else {rounding}(({expression}) * {place}) / {place} end"


def names(con: duckdb.DuckDBPyConnection) -> dict[str, list[list[Any]]]:
    """Codes with their names and further properties, by kind."""
    return {kind: [list(row) for row in con.execute(sql).fetchall()] for kind, sql in NAMES.items()}


def breaks(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Breaks of definition that change a level: {"year", "zh", "en", "series": {indicator: places}}. A break between two states
    of the accounts is left out where the indicator is held by state: a series shown is of one."""
    rows = con.execute("""
        select b.break_id, s.year, any_value(b.change_zh), any_value(b.change_en), s.indicator,
            list(s.region_code order by s.region_code)
        from ref.break_series as s
        join ref.break as b using (break_id)
        join ref.indicator as i using (indicator)
        where not s.accounts or i.vintages is null
        group by b.break_id, s.year, s.indicator
        order by b.break_id, s.indicator""").fetchall()
    out: dict[tuple[str, int], dict[str, Any]] = {}
    for break_id, year, zh, en, indicator, places in rows:
        entry = out.setdefault((break_id, year), {"year": year, "zh": zh, "en": en, "series": {}})
        entry["series"][indicator] = places
    return list(out.values())
