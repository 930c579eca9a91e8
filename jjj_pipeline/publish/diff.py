"""What changed between two published files: rows new, gone and changed by table, and the largest changes of figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd

from jjj_pipeline import contracts
from jjj_pipeline.contracts.base import info
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish.published_file import query
from jjj_pipeline.storage.sql import literal

LARGEST = 10
COLUMNS = [
    "what", "table", "new", "gone", "changed", "indicator", "region_code", "industry_code", "year",
    "before", "after", "relative", "release_before", "release_after", "file_before", "cell_before", "file_after", "cell_after",
]  # fmt: skip
_FIGURE = "indicator, region_code, industry_code, year"


def compare(before: Path, after: Path, largest: int = LARGEST) -> pd.DataFrame:
    """Rows of two kinds in the order of COLUMNS: `table` (how many rows of it are new, gone, changed; meta.build aside) and
    `change` (figures of core.preferred whose value changed, the largest relative change first). Raises BadInput."""
    with _both(before, after) as con:
        counted = [row for table in contracts.ALL if table != "meta.build" for row in _count(con, table)]
        return pd.DataFrame([*counted, *_largest(con, largest)], columns=COLUMNS).convert_dtypes()


def largest_changes(before: Path, after: Path, largest: int = LARGEST) -> list[dict[str, object]]:
    """The figures of core.preferred whose value changed, the largest relative change first. Raises BadInput."""
    with _both(before, after) as con:
        return _largest(con, largest)


@contextmanager
def _both(before: Path, after: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Both files, read-only, as databases `before` and `after`."""
    con = duckdb.connect()
    try:
        for name, path in (("before", before), ("after", after)):
            if not path.exists():
                raise BadInput(str(path), expected="a published warehouse", found="none")
            try:
                con.execute(f"attach {literal(path)} as {name} (read_only)")
            except duckdb.Error as error:
                raise BadInput(path.name, expected="a DuckDB file", found=str(error).splitlines()[0]) from None
        yield con
    finally:
        con.close()


def _columns(con: duckdb.DuckDBPyConnection, name: str, table: str) -> list[str]:
    sql = """
        select column_name from duckdb_columns()
        where database_name = ? and schema_name || '.' || table_name = ? order by column_index"""
    return [c for (c,) in con.execute(sql, [name, table]).fetchall()]


def _has(con: duckdb.DuckDBPyConnection, name: str, table: str) -> bool:
    return bool(_columns(con, name, table))


def _count(con: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, object]]:
    """One row, or none where nothing of the table changed. A table only one file has is all new or all gone."""
    old, new = (_columns(con, name, table) for name in ("before", "after"))
    if not old or not new:
        rows = [
            con.execute(f"select count(*) from {n}.{table}").fetchall()[0][0] if c else 0
            for n, c in (("before", old), ("after", new))
        ]
        found = (rows[1], rows[0], 0)
    else:
        keys = [c.name for c in info(contracts.ALL[table]) if c.key and c.name in old and c.name in new]
        rest = [c for c in new if c in old and c not in keys]
        differs = " or ".join(f'o."{c}" is distinct from n."{c}"' for c in rest) or "false"
        on = " and ".join(f'o."{k}" is not distinct from n."{k}"' for k in keys) or "true"
        sql = f"""
            select count(*) filter (where o.rowid_ is null), count(*) filter (where n.rowid_ is null),
                count(*) filter (where o.rowid_ is not null and n.rowid_ is not null and ({differs}))
            from (select *, 1 as rowid_ from before.{table}) as o
            full join (select *, 1 as rowid_ from after.{table}) as n on {on}"""
        found = con.execute(sql).fetchall()[0]
    return (
        [{"what": "table", "table": table, "new": found[0], "gone": found[1], "changed": found[2]}]
        if any(found)
        else []
    )


def _largest(con: duckdb.DuckDBPyConnection, largest: int) -> list[dict[str, object]]:
    if not (_has(con, "before", "core.preferred") and _has(con, "after", "core.preferred")):
        return []
    sides = ", ".join(
        f"{s}.{c} as {c}_{e}" for c in ("release", "file", "cell") for s, e in (("o", "before"), ("n", "after"))
    )
    sql = f"""
        select 'change' as what, 'core.preferred' as "table", {_FIGURE}, o.value as before, n.value as after,
            (n.value - o.value) / nullif(abs(o.value), 0) as relative, {sides}
        from before.core.preferred as o join after.core.preferred as n using ({_FIGURE})
        where o.value is distinct from n.value and o.value is not null and n.value is not null
        order by abs(relative) desc nulls last, {_FIGURE}
        limit {largest}"""
    return [{str(k): v for k, v in row.items()} for row in query(con, sql).to_dict("records")]
