"""The rows of a query in one piece, or, where it reads more than fits well into memory, a few indicators at a time. Which
queries may be cut so is said here; how rows become a table of the store is in `tables`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate, groupby

import duckdb
import pyarrow as arrow

from jjj_pipeline.storage.parquet_store import ParquetStore
from jjj_pipeline.storage.sql import literal

# Tables whose rows of an indicator rest only on rows of the same indicator, and on those of the named ones; and on reference
# tables, which are always read whole. Each is sorted by indicator first.
BY_INDICATOR: Mapping[str, Sequence[str]] = {
    "core.preferred": (),
    "core.panel": (),
    "core.series": (),
    "core.span": (),
    "mart.share": (),
    "mart.disparity": ("population",),
    "mart.convergence": ("population",),
    "mart.growth_contribution": (),
    "mart.growth_span": (),
    "mart.growth_yearly": (),
}
SLICE = 1_500_000  # rows of the largest table read, up to which a query is run in one piece: it takes less than 2 GB
BATCH = 200_000  # rows handed over at a time


@contextmanager
def relation(store: ParquetStore, table: str, rows: str, upstream: Sequence[str]) -> Iterator[str]:
    """What to copy for the table that is made of `rows`, a query over the tables `upstream`: the query, or a stream of the
    results of its slices, in the same order. What fails in a slice is raised as it is."""
    cut = [t for t in upstream if table in BY_INDICATOR and not t.startswith("ref.")]
    largest = max(cut, key=store.rows, default="")
    if not largest or store.rows(largest) <= SLICE:
        yield rows
        return
    con, failed = store.connection(), list[Exception]()
    slices = _slices(con, largest)
    within = "indicator between getvariable('slice_first') and getvariable('slice_last')"
    read = within
    if beside := ", ".join(literal(i) for i in BY_INDICATOR[table]):
        read, rows = f"{within} or indicator in ({beside})", f"from ({rows}) where {within}"
    with store.filtered(cut, read):
        stream = _stream(con.cursor(), rows, slices, failed)
        con.register("_slices", stream)
        try:
            yield "from _slices"
        except duckdb.Error as error:
            raise (failed or [error])[0] from None  # the stream words it as an error of its own
        finally:
            con.unregister("_slices")


def _stream(
    cursor: duckdb.DuckDBPyConnection, rows: str, slices: Sequence[tuple[str, str]], failed: list[Exception]
) -> arrow.RecordBatchReader:
    """The rows of one slice after the other; each is computed when it is read."""

    def run(first: str, last: str) -> arrow.RecordBatchReader:
        cursor.execute(f"set variable slice_first = {literal(first)}")
        cursor.execute(f"set variable slice_last = {literal(last)}")
        return cursor.sql(rows).to_arrow_reader(BATCH)

    def batches() -> Iterator[arrow.RecordBatch]:
        try:
            for first, last in slices:
                yield from run(first, last)
        except Exception as error:
            failed.append(error)
            raise

    return arrow.RecordBatchReader.from_batches(run("", "").schema, batches())


def _slices(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    """Ranges of indicators, in order, each of about SLICE rows of the table; an indicator is never cut."""
    counts = con.execute(f"select indicator, count(*) from {table} group by indicator order by indicator").fetchall()
    before = accumulate((n for _, n in counts), initial=0)
    numbered = zip((i for i, _ in counts), (rows // SLICE for rows in before), strict=False)
    slices = ([i for i, _ in group] for _, group in groupby(numbered, key=lambda pair: pair[1]))
    return [(indicators[0], indicators[-1]) for indicators in slices]
