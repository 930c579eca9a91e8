"""The answers of the published file as rows that templates can ask: `rows.of(region_code='JJJ').last`. No words, no layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import pandas as pd

from jjj_pipeline.publish.published_file import query


class Row(dict[str, Any]):
    """One row of a figure; it knows its figure and its place, so that a number can point to its row."""

    figure: str = ""
    at: int = 0

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Rows(list[Row]):
    """Rows in the order of the query. What is not there is None; `last` of nothing raises IndexError."""

    def of(self, **equal: Any) -> Rows:
        """The rows whose columns have these values."""
        return Rows(r for r in self if all(r[k] == v for k, v in equal.items()))

    def among(self, column: str, values: Sequence[Any]) -> Rows:
        """The rows whose column has one of the values, in the order of the values."""
        return Rows(r for v in values for r in self if r[column] == v)

    def without(self, **equal: Any) -> Rows:
        """The rows whose columns do not have these values."""
        return Rows(r for r in self if all(r[k] != v for k, v in equal.items()))

    def given(self, *columns: str) -> Rows:
        """The rows in which these columns have a value."""
        return Rows(r for r in self if all(r[c] is not None for c in columns))

    @property
    def first(self) -> Row:
        return self[0]

    @property
    def last(self) -> Row:
        return self[-1]

    def most(self, column: str) -> Row:
        """The row with the largest value."""
        return max(self.given(column), key=lambda r: r[column])

    def least(self, column: str) -> Row:
        """The row with the smallest value."""
        return min(self.given(column), key=lambda r: r[column])

    def values(self, column: str) -> list[Any]:
        """The different values of a column, in the order in which they come."""
        return list(dict.fromkeys(r[column] for r in self if r[column] is not None))


def answer(con: duckdb.DuckDBPyConnection, sql: str, figure: str = "") -> Rows:
    """The rows of a query over the published file."""
    return as_rows(query(con, sql), figure)


def as_rows(frame: pd.DataFrame, figure: str = "") -> Rows:
    """A frame as rows; missing is None."""
    columns = [[_plain(v) for v in frame[c]] for c in frame.columns]
    return Rows(
        _row(zip(frame.columns, values, strict=True), figure, i) for i, values in enumerate(zip(*columns, strict=True))
    )


def _row(pairs: Iterable[tuple[str, Any]], figure: str, at: int) -> Row:
    row = Row(pairs)
    row.figure, row.at = figure, at
    return row


def _plain(value: Any) -> Any:
    return None if value is None or value is pd.NA or value != value else value


def moved(old: Row, new: Row, column: str) -> str:
    """`up` or `down` where the intervals of the two rows lie apart (or, without intervals, the values differ by more than a
    thousandth of the larger); else `same`."""
    a, b = old[column], new[column]
    if column + "_low" in new and new[column + "_low"] is not None and old.get(column + "_high") is not None:
        if new[column + "_low"] > old[column + "_high"]:
            return "up"
        return "down" if new[column + "_high"] < old[column + "_low"] else "same"
    if abs(b - a) <= max(abs(a), abs(b)) / 1000:
        return "same"
    return "up" if b > a else "down"
