"""What the commands share: the two streams, how rows are printed, and that refused input is one line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from jjj_pipeline.contracts import table_formatting
from jjj_pipeline.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

out = Console(highlight=False, width=4096)
err = Console(stderr=True, highlight=False, soft_wrap=True)
REFUSED = 2


@contextmanager
def refusing() -> Iterator[None]:
    """Input that is refused is one line on standard error and exit status 2, never a traceback."""
    try:
        yield
    except BadInput as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(REFUSED) from None


class Shape(StrEnum):
    """How rows are printed."""

    table = "table"
    csv = "csv"
    json = "json"
    md = "md"


def rows(frame: pd.DataFrame, shape: Shape) -> None:
    """Rows to standard output."""
    if shape is Shape.table:
        out.print(table_formatting.terminal(frame))
    elif shape is Shape.csv:
        frame.to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        print(
            table_formatting.markdown(frame)
            if shape is Shape.md
            else frame.to_json(orient="records", force_ascii=False, indent=1)
        )
