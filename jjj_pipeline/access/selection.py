"""What of a published table is wanted: rows by indicator, region, years or a condition, names and units beside codes, years as
columns. Gives the query and its columns; how they are written is for `export` and `excel`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import duckdb

from jjj_pipeline import contracts
from jjj_pipeline.contracts.base import ColumnInfo, info
from jjj_pipeline.contracts.named_codes import named_codes, unit_column
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish.published_file import tables as published_tables
from jjj_pipeline.storage.sql import identifier, literal

INDICATORS = ("indicator", "intensity", "numerator", "structure")
REGIONS = (
    "region_code",
    "group_code",
    "origin",
    "destination",
    "region_a",
    "region_b",
    "supply_region",
    "demand_region",
)
NAMES_OF = {
    "indicator": "select indicator, name_zh, name_en from ref.indicator"
    " union all select intensity, name_zh, name_en from ref.intensity",
    "region": "select region_code, name_zh, name_en from ref.region"
    " union all select region_code, short_zh, name_en from ref.region",
}  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """Rows that are wanted: codes or names of indicators and regions, the first and the last year, a condition in SQL."""

    indicators: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    where: str = ""

    def __bool__(self) -> bool:
        return bool(self.indicators or self.regions or self.years or self.where)


NO_FILTERS = Filters()


@dataclass(frozen=True)
class Selection:
    """A table as it is exported: the query, and what its columns are."""

    table: str
    sql: str
    columns: tuple[ColumnInfo, ...]


def listed(text: str) -> tuple[str, ...]:
    """The parts of a text between commas."""
    return tuple(part.strip() for part in text.replace("，", ",").split(",") if part.strip())


def years_of(text: str) -> tuple[int, int] | None:
    """`2014-2020` or `2019` as first and last year; nothing as None. Raises BadInput."""
    if not text:
        return None
    first, _, last = text.replace("—", "-").replace("–", "-").partition("-")
    if not all(year.isdecimal() and len(year) == 4 for year in (first, last or first)):
        raise BadInput("--years", expected="a year or a span such as 2014-2020", found=text)
    return int(first), int(last or first)


def codes_of(con: duckdb.DuckDBPyConnection, kind: str, wanted: Sequence[str]) -> tuple[str, ...]:
    """Codes for codes or names in either language. Raises BadInput for an unknown one, with the nearest."""
    rows = con.execute(NAMES_OF[kind]).fetchall()
    by_name = {str(name).lower(): str(row[0]) for row in rows for name in row if name}
    out = []
    for word in wanted:
        code = by_name.get(word.strip().lower())
        if code is None:
            near = (
                get_close_matches(word.lower(), by_name, n=3, cutoff=0.4)
                or [n for n in by_name if word.lower() in n][:3]
            )
            hint = f"did you mean {', '.join(near)}?" if near else f"ref.{kind} lists them"
            raise BadInput(f"--{kind}", expected=f"a code or a name of ref.{kind}", found=word, hint=hint)
        out.append(code)
    return tuple(dict.fromkeys(out))


def select(
    con: duckdb.DuckDBPyConnection, table: str, filters: Filters = NO_FILTERS, *, names: str = "", wide: str = ""
) -> Selection:
    """The rows of a table in the order of its key. `names`: zh or en for names and units beside codes. `wide`: the column whose
    values become columns (year). Raises BadInput for a filter the table has no column for, or a condition that is no SQL."""
    contract = contracts.ALL[table]
    own = info(contract)
    published = set(published_tables(con))
    named = named_codes(contract, published, names) if names else []
    unit = unit_column(contract, published) if names else None
    picked: list[tuple[ColumnInfo, str]] = []
    for c in own:
        picked.append((c, f't."{c.name}"'))
        picked += [(n.name, n.expression) for n in named if n.column == c.name]
        if unit and unit.column == c.name:
            picked.append((unit.name, unit.expression))
    joins = " ".join([*(n.join for n in named), *([unit.join] if unit else [])])
    condition = _condition(con, table, own, filters)
    listed = ", ".join(f'{sql} as "{c.name}"' for c, sql in picked)
    order = ", ".join(f't."{c.name}"' for c in own if c.key)
    sql = f"select {listed} from {table} as t {joins} where {condition}" + (f" order by {order}" if order else "")
    selection = Selection(table, sql, tuple(c for c, _ in picked))
    try:
        con.execute(f"explain {sql}")
    except duckdb.Error as error:
        raise BadInput("--where", expected=f"a condition over {table}", found=str(error).splitlines()[0]) from None
    return _widened(con, selection, wide) if wide else selection


def _condition(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[ColumnInfo], filters: Filters) -> str:
    names = [c.name for c in columns]
    parts = []
    if filters.indicators:
        parts.append(_among(table, names, INDICATORS, codes_of(con, "indicator", filters.indicators), "--indicator"))
    if filters.regions:
        parts.append(_among(table, names, REGIONS, codes_of(con, "region", filters.regions), "--region"))
    if filters.years:
        first, last = filters.years
        span = next(((a, b) for a, b in (("year", "year"), ("year_start", "year_end"), ("period_start", "period_end"))
                     if a in names and b in names), None)  # fmt: skip
        if span is None:
            raise BadInput(
                "--years", expected="a table with years", found=table, hint="leave the table out, or the option"
            )
        parts.append(f"t.{span[0]} >= {first} and t.{span[1]} <= {last}")
    if filters.where:
        parts.append(f"({filters.where})")
    return " and ".join(parts) or "true"


def _among(table: str, names: Sequence[str], known: Sequence[str], codes: Sequence[str], option: str) -> str:
    columns = [n for n in known if n in names]
    if not columns:
        raise BadInput(
            option,
            expected=f"a table with {' or '.join(known[:2])}",
            found=table,
            hint="leave the table out, or the option",
        )
    listed = ", ".join(map(literal, codes))
    return "(" + " or ".join(f"t.{column} in ({listed})" for column in columns) + ")"


def _widened(con: duckdb.DuckDBPyConnection, selection: Selection, wide: str) -> Selection:
    """Years as columns: one row for every other key, the figure `value` (or the first measure) in the cells."""
    by_name = {c.name: c for c in selection.columns}
    if wide not in by_name:
        raise BadInput("--wide", expected=f"a column of {selection.table}", found=wide, hint="year is the usual one")
    figures = [c for c in selection.columns if c.dtype == "number" and not c.key]
    if not figures:
        raise BadInput("--wide", expected="a table with figures", found=selection.table)
    figure = next((c for c in figures if c.name == "value"), figures[0])
    names = {f"{c.name}_name" for c in selection.columns if c.key}
    columns = [c for c in selection.columns if c.name != wide and (c.key or c.name in names or c.name == "unit")]
    values = [
        v
        for (v,) in con.execute(f"select distinct {identifier(wide)} from ({selection.sql}) order by 1").fetchall()
        if v is not None
    ]
    keys = ", ".join(identifier(c.name) for c in columns)
    by, value = identifier(wide), identifier(figure.name)
    cells = ", ".join(f"max({value}) filter (where {by} = {_literal(v)}) as {identifier(str(v))}" for v in values)
    order = ", ".join(identifier(c.name) for c in columns if c.key)
    sql = f"select {', '.join(filter(None, [keys, cells]))} from ({selection.sql}) group by {keys} order by {order}"
    spread = tuple(figure._replace(name=str(v), zh=f"{v}{'年' if wide == 'year' else ''}", key=False) for v in values)
    return Selection(selection.table, sql, (*columns, *spread))


def _literal(value: object) -> str:
    return str(value) if isinstance(value, int | float) else literal(value)
