"""Publishing: Parquet -> staging DuckDB -> blocking checks on staging -> os.replace. The published file is never opened
for writing.

The staging file carries the tables, the views core.preferred and core.panel as Parquet-backed tables would, macros,
comments and the Chinese views. Killing the process at any moment leaves the old file as it was.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

import duckdb

from jjj_pipeline import contracts
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.contracts.base import ColumnInfo, Contract, about, info
from jjj_pipeline.contracts.named_codes import named_codes
from jjj_pipeline.pipeline import ref_tables
from jjj_pipeline.storage.parquet_store import ParquetStore
from jjj_pipeline.storage.sql import literal

STORAGE = "v1.2.0"  # so that DuckDB 1.x clients open the file
Measures = dict[str, dict[str, str]]
VIEWS = ("core.preferred", "core.panel")  # published as their queries, so that people see how figures are picked


class NotPublished(Exception):
    """The staging file failed a check; the published file is as it was."""


def publish(
    store: ParquetStore,
    catalog: Catalog,
    target: Path,
    tables: Iterable[str],
    views: dict[str, str],
    macros: Iterable[str],
) -> Path:
    """Build the staging file from the store, check it, put it in place of `target`; where that is a link, of the file it leads
    to. Raises NotPublished."""
    published, target = target, Path(os.path.realpath(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = target.with_name(f".{target.name}.staging")  # one build at a time: what lies there is of a killed process
    try:
        names = sorted(tables)
        _build(staging, store, catalog, names, views, macros)
        _check(staging, store, names)
        # a write-ahead log left beside the target by a foreign read-write connection would make the new file unreadable
        target.with_name(target.name + ".wal").unlink(missing_ok=True)
        staging.replace(target)
    except (OSError, duckdb.Error) as error:
        raise NotPublished(
            f"{target.name}: the new file could not be written ({' '.join(str(error).split())[:200]}); "
            "the published file is as it was"
        ) from None
    finally:
        _remove(staging)
    return published


def _remove(staging: Path) -> None:
    for path in (staging, staging.with_name(staging.name + ".wal")):
        path.unlink(missing_ok=True)


def _build(
    staging: Path,
    store: ParquetStore,
    catalog: Catalog,
    tables: list[str],
    views: dict[str, str],
    macros: Iterable[str],
) -> None:
    _remove(staging)
    con = duckdb.connect(config={"threads": 1})  # for tables of this size a second thread costs more than it gives
    try:
        # the file is as small without it, and trying it on every column of text is a tenth of the work
        con.execute("set disabled_compression_methods = 'fsst'")
        con.execute(f"attach {literal(staging)} as out (storage_version '{STORAGE}')")
        con.execute("use out")
        con.execute("begin")  # one transaction: committing each of some hundred statements takes its time
        for macro in macros:
            con.execute(macro)
        for schema in sorted({t.split(".")[0] for t in tables} | {"zh"}):
            con.execute(f"create schema {schema}")
        for table in [t for t in tables if t not in views]:
            con.execute(f"create table {table} as select * from read_parquet({literal(store.path(table))})")
        for table in [t for t in VIEWS if t in views]:
            con.execute(f"create view {table} as {views[table]}")
        measures = {row["measure"]: row for row in ref_tables.measures(catalog)}
        for table in tables:
            for statement in [
                *_comments(table, "view" if table in views else "table", measures),
                *_chinese_view(table, tables, measures),
            ]:
                con.execute(statement)
        for statement in _macro_comments(con, measures):
            con.execute(statement)
        con.execute("commit")
        con.execute("use memory")
        con.execute("detach out")
    finally:
        con.close()


def _macro_comments(con: duckdb.DuckDBPyConnection, measures: Measures) -> Iterable[str]:
    """A comment on every macro that is a measure or an end of its interval."""
    rows = con.execute(
        "select distinct function_name from duckdb_functions() where function_type = 'macro' and database_name = 'out'"
    ).fetchall()
    for name in sorted(r[0] for r in rows):
        base, _, end = name.rpartition("_")
        side = {"low": "lower end of ", "high": "upper end of "}.get(end, "") if name not in measures else ""
        if m := measures.get(base if side else name):
            text = f"{side}{m['name_zh']} {m['name_en']}: {_explained(m)}"
            yield f"comment on macro {name} is {literal(text)}"


def _explained(m: dict[str, str]) -> str:
    return f"{m['formula']}. {m['convention']}. Source: {m['source']}".replace("..", ".")


def _comments(table: str, kind: str, measures: Measures) -> Iterable[str]:
    contract = contracts.ALL[table]
    meta = about(contract)
    yield f"comment on {kind} {table} is {literal(meta['zh'] + ' - ' + meta['doc'])}"
    for c in info(contract):
        yield f"comment on column {table}.{c.name} is {literal(_comment(c, measures))}"


def _comment(c: ColumnInfo, measures: Measures) -> str:
    unit = f" [{c.unit}]" if c.unit and c.unit != "1" else ""
    formula = f" = {_explained(measures[c.measure])}" if c.measure in measures else ""
    return f"{c.zh} - {c.doc}{unit}{formula}"


def _chinese_view(table: str, tables: Collection[str], measures: Measures) -> Iterable[str]:
    """The table under its Chinese name, with Chinese names beside codes, and comments."""
    contract: type[Contract] = contracts.ALL[table]
    named = named_codes(contract, tables, "zh")
    columns: list[tuple[ColumnInfo, str]] = []
    for c in info(contract):
        columns += [(c, f't."{c.name}"'), *((n.name, n.expression) for n in named if n.column == c.name)]
    view, meta = f'zh."{about(contract)["zh"]}"', about(contract)
    listed = ", ".join(f'{sql} as "{c.zh}"' for c, sql in columns)
    yield f"create view {view} as select {listed} from {table} as t {' '.join(n.join for n in named)}"
    yield f"comment on view {view} is {literal(table + ' - ' + meta['doc'])}"
    for c, _ in columns:
        yield f"""comment on column {view}."{c.zh}" is {literal(f"{c.name} - {_comment(c, measures)}")}"""


def _check(staging: Path, store: ParquetStore, tables: list[str]) -> None:
    """What must hold before people see the file: it opens, every table has the rows of its Parquet file, every
    comment is there."""
    con = duckdb.connect(str(staging), read_only=True)
    try:
        for table in tables:
            published, written = con.execute(
                f"select (select count(*) from {table}), (select count(*) from read_parquet({literal(store.path(table))}))"
            ).fetchall()[0]
            if published != written:
                raise NotPublished(
                    f"{table}: expected {written} rows in the staging file, found {published}; the published file is as it was"
                )
        bare = con.execute(
            "select schema_name || '.' || table_name || '.' || column_name from duckdb_columns() "
            "where database_name = current_database() and not internal and comment is null"
        ).fetchall()
        if bare:
            raise NotPublished(
                f"{bare[0][0]}: expected a comment on every column, found none; the published file is as it was"
            )
    finally:
        con.close()
