"""Whether two publications hold the same figures: `python -m scripts.compare_publications BEFORE AFTER`.

Each side is a folder of Parquet files (warehouse/parquet) or a published DuckDB file. A table is the same where both sides have
the same rows, as often, each value equal (null equals null; a double to the last bit, or to --digits). Changed names stand in
a CSV file given with --renames: `old,new` with tables (`core.latest,core.preferred`) and columns of the old table
(`core.latest.printed,literal`); an empty `new` says that the table or column is gone on purpose. Columns that AFTER alone has are
listed. Exit 1 where anything else differs.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb

from jjj_pipeline.storage.sql import identifier, literal

CHANGING = {"meta.build"}  # when and from what a publication was built


def attach(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Make the tables of a publication known as `name.schema.table`."""
    if path.is_file():
        con.execute(f"attach {literal(path)} as {name} (read_only)")
        return
    con.execute(f"attach ':memory:' as {name}")
    for file in sorted(path.glob("*/*.parquet")):
        con.execute(f"create schema if not exists {name}.{file.parent.name}")
        con.execute(f"create view {name}.{file.parent.name}.{file.stem} as from read_parquet({literal(file)})")


def columns(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, dict[str, str]]:
    """table -> column -> type of an attached publication, the Chinese views left out."""
    rows = con.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() "
        "where database_name = ? and not internal and schema_name <> 'zh' order by 1, column_index",
        [name],
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    return found


def rounded(column: str, kind: str, digits: int | None) -> str:
    """A column as it is compared: a double to so many significant digits, or as it is."""
    if digits is None or kind != "DOUBLE":
        return column
    scale = f"{digits} - 1 - floor(log10(abs(nullif({column}, 0))))::int"
    return f"case when {column} = 0 then 0 else round({column}, {scale}) end"


def differences(
    con: duckdb.DuckDBPyConnection, renames: Mapping[str, str], tables: frozenset[str], digits: int | None = None
) -> list[str]:
    """What differs between the publications `before` and `after`, a line a table; of `tables` alone where there are any."""
    old, new = columns(con, "before"), columns(con, "after")
    lines, met = [], set()
    for table in sorted(set(old) - CHANGING):
        now = renames.get(table, table)
        met.add(now)
        if not now or (tables and now not in tables):
            continue
        if now not in new:
            lines.append(f"{table}: gone")
            continue
        names = {c: renames.get(f"{table}.{c}", c) for c in old[table]}
        missing = [c for c, to in names.items() if to and to not in new[now]]
        more = [c for c in new[now] if c not in names.values()]
        both = {c: to for c, to in names.items() if to and to in new[now]}
        lines += [f"{table}: column {c} is gone" for c in missing]
        if more:
            print(f"{now}: new columns {', '.join(more)}")
        kinds = {c: "DOUBLE" if "DOUBLE" in (old[table][c], new[now][to]) else "" for c, to in both.items()}
        left = ", ".join(rounded(identifier(c), kinds[c], digits) for c in both)
        right = ", ".join(rounded(identifier(to), kinds[c], digits) for c, to in both.items())
        one, two = f"select {left} from before.{table}", f"select {right} from after.{now}"
        gone, come = (
            con.execute(f"select count(*) from ({a} except all {b})").fetchall()[0][0]
            for a, b in ((one, two), (two, one))
        )
        if gone or come:
            lines.append(
                f"{table}: {gone} rows are not in {now} as they were, {come} rows are new; {_where(con, table, now, both)}"
            )
    lines += [f"{t}: new table" for t in sorted(set(new) - met - CHANGING) if not tables or t in tables]
    return lines


def _where(con: duckdb.DuckDBPyConnection, table: str, now: str, both: Mapping[str, str]) -> str:
    """Which columns alone already differ."""
    wrong = []
    for c, to in both.items():
        one, two = f"select {identifier(c)} from before.{table}", f"select {identifier(to)} from after.{now}"
        if con.execute(f"select count(*) from ({one} except all {two})").fetchall()[0][0]:
            wrong.append(to)
    return f"columns that differ: {', '.join(wrong) or 'none alone'}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--renames", type=Path, help="CSV of old,new names of tables and columns")
    parser.add_argument("--tables", default="", help="only these tables of AFTER, separated by commas")
    parser.add_argument("--digits", type=int, help="compare doubles to so many significant digits (default: all)")
    given = parser.parse_args()
    renames: dict[str, str] = {}
    if given.renames:
        with given.renames.open(encoding="utf-8") as file:
            renames = {row["old"]: row["new"] for row in csv.DictReader(file)}
    con = duckdb.connect()
    attach(con, "before", given.before)
    attach(con, "after", given.after)
    lines = differences(con, renames, frozenset(filter(None, given.tables.split(","))), given.digits)
    print("\n".join(lines) or "the same figures")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
