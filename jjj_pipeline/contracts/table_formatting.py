"""A few rows for people: as a table on the terminal, as Markdown, as CSV. No query is run here."""

from __future__ import annotations

import pandas as pd
from rich import box
from rich.table import Table


def cell(value: object) -> str:
    """A value as people read it: missing is blank, a number has at most twelve digits."""
    if value is None or value is pd.NA or value != value:
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
    table = Table(box=box.SIMPLE_HEAD)
    for name in frame.columns:
        numeric = pd.api.types.is_numeric_dtype(frame[name])
        table.add_column(str(name), justify="right" if numeric else "left", overflow="fold")
    for row in frame.itertuples(index=False):
        table.add_row(*(cell(v).replace("[", "\\[") for v in row))
    return table
