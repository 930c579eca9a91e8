"""A few rows for people: as a table on the terminal, as Markdown, as CSV. No query is run here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table

if TYPE_CHECKING:
    import pandas as pd


def cell(value: object) -> str:
    """A value as people read it: missing is blank, a number has at most twelve digits."""
    if value is None or type(value).__name__ == "NAType" or value != value:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def markdown(frame: pd.DataFrame) -> str:
    """A Markdown table; text of a cell cannot break out of it."""
    lines = ["| " + " | ".join(map(str, frame.columns)) + " |", "|" + "---|" * len(frame.columns)]
    for row in frame.itertuples(index=False):
        lines.append("| " + " | ".join(cell(v).replace("|", "\\|").replace("\n", " ") for v in row) + " |")
    return "\n".join(lines)


def terminal(frame: pd.DataFrame) -> Table:
    """A table for rich; numbers to the right, markup in a cell is plain text."""
    from pandas.api.types import is_numeric_dtype

    columns = [(str(name), is_numeric_dtype(frame[name])) for name in frame.columns]
    return grid(columns, frame.itertuples(index=False))


def grid(columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[Any]]) -> Table:
    """The same of rows as tuples; `columns`: name, and whether it holds numbers."""
    table = Table(box=box.SIMPLE_HEAD)
    for name, numeric in columns:
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell(v).replace("[", "\\[") for v in row))
    return table
