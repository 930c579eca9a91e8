"""Expressions that mean the same on DuckDB and on Spark. Each stands for a way of writing that gives other rows on one of the
two without an error; REFUSED lists those, and a test looks for them in this package.

What is not here and not in REFUSED may be written as Ibis has it.
"""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _
from ibis.expr import types as ir

# method -> why it is not called outside this module
REFUSED = {
    "strip": "dear on DuckDB: use portable.strip",
    "split": "Spark reads the separator as a regular expression: use portable.split",
    "re_split": "use portable.split",
    "re_extract": "no match is '' on one engine and null on the other: use portable.extract",
    "re_replace": "groups in the replacement are other text on Spark: use portable.remove",
    "distinct_on": "the row that remains differs",
    "argmax": "ties differ, and so do rows whose key is null: use portable.first_of",
    "argmin": "ties differ, and so do rows whose key is null: use portable.first_of",
    "first": "order is lost: use portable.first_of",
    "last": "order is lost: use portable.first_of",
    "hash": "other values on other engines",
    "group_concat": "refused by Spark with an order, unordered without: collect and sort",
    "arbitrary": "another row on another engine",
    "mode": "not on Spark",
    "isnan": "null on one engine, false on the other",
    "delta": "years and months are counted differently: count days",
    "try_cast": "'1.7' becomes 2 or null: use portable.number",
    "log": "of zero an error or null",
    "order_by_in_aggregate": "Spark ignores it",
}
KEPT_SEPARATOR = ";"


def split(text: ir.StringValue, separators: str) -> ir.ArrayValue:
    """The parts of a cell, trimmed, empty ones left out; `separators` are single characters, each of which separates."""
    for separator in separators:
        if separator != KEPT_SEPARATOR:
            text = text.replace(separator, KEPT_SEPARATOR)
    # ";" is no sign of regular expressions, so that splitting means the same on both
    parts = text.split(KEPT_SEPARATOR)
    spaced = text.re_search(r"\s").fill_null(False)
    return spaced.ifelse(parts.map(lambda part: part.strip()), parts).filter(lambda part: part != "")


def strip(text: ir.StringValue) -> ir.StringValue:
    """The text without spaces at its ends. Asked before it is done: most texts have none, and asking is cheap."""
    return text.re_search(r"^\s|\s$").fill_null(False).ifelse(text.strip(), text)


def extract(text: ir.StringValue, pattern: str, group: int = 0) -> ir.StringValue:
    """The first match of a pattern, or one of its groups; null where there is none or it is empty."""
    return text.re_extract(pattern, group).nullif("")


def remove(text: ir.StringValue, pattern: str) -> ir.StringValue:
    """The text without what the pattern matches."""
    return text.re_replace(pattern, "")


def number(text: ir.StringValue) -> ir.FloatingValue:
    """A plain number with digits, at most one point and a sign; null for all else, `1e5` and `1.7.2` included."""
    plain = remove(text, r"[,，\s]")
    return plain.re_search(r"^[+-]?\d{1,15}(\.\d{1,9})?$").fill_null(False).ifelse(plain, None).cast("float64")


def whole(text: ir.StringValue) -> ir.IntegerValue:
    """Digits as an integer; null for all else."""
    return text.re_search(r"^\d{1,9}$").fill_null(False).ifelse(text, None).cast("int64")


def count_of(condition: ir.BooleanValue) -> ir.IntegerScalar:
    """How many rows hold, 0 where none or where all are null."""
    return condition.fill_null(False).ifelse(1, 0).sum().fill_null(0).cast("int64")


def first_of(table: ir.Table, by: list[str], order: list[Any]) -> ir.Table:
    """One row for each key: the first in an order that must be total, so that there are no ties to break."""
    ordered = ibis.row_number().over(group_by=by, order_by=order)
    return table.mutate(_place=ordered).filter(_._place == 0).drop("_place")


def numbered(table: ir.Table, column: str, at: str) -> ir.Table:
    """A row for each element of an array column, with its position from 0 in `at`."""
    # Ibis's own offset is a lateral join on DuckDB, ten times the time of this
    pairs = table[column].zip(ibis.range(0, table[column].length().cast("int64")))
    table = table.mutate(_pair=pairs).drop(column).unnest("_pair")
    return table.mutate(**{column: table._pair["f1"], at: table._pair["f2"].cast("int64")}).drop("_pair")


def codes(text: ir.StringValue) -> ir.ArrayValue:
    """The parts of a text that was joined with commas; no cell of a file."""
    return text.split(",")
