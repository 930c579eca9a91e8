"""What the commands share: the two streams, how rows are printed, and that refused input is one line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from jjj_pipeline.cli import language
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
        err.print(language.refusal(error), style="red", markup=False)
        raise typer.Exit(REFUSED) from None


class Shape(StrEnum):
    """How rows are printed."""

    table = "table"
    csv = "csv"
    json = "json"
    md = "md"


def written(frame: pd.DataFrame, path: Path) -> None:
    """Rows to a file, in the form its ending says; it is in place whole or not at all. Raises BadInput."""
    texts = {
        ".csv": lambda: "\ufeff" + frame.to_csv(index=False, lineterminator="\n"),
        ".json": lambda: frame.to_json(orient="records", force_ascii=False, indent=1) + "\n",
        ".md": lambda: table_formatting.markdown(frame) + "\n",
    }
    part = path.with_name(f".{path.name}.part")
    try:
        if path.suffix == ".parquet":
            frame.to_parquet(part, index=False)
        elif path.suffix in texts:
            part.write_text(texts[path.suffix](), encoding="utf-8", newline="")
        else:
            endings = ", ".join([*texts, ".parquet"])
            raise BadInput(str(path), expected=f"a name that ends in {endings}", found=path.suffix or "no ending")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        found = error.strerror or str(error)
        raise BadInput(str(path), expected="a place that can be written to", found=found) from None


def rows(frame: pd.DataFrame, shape: Shape) -> None:
    """Rows to standard output."""
    if shape is Shape.table:
        out.print(table_formatting.terminal(frame))
        if frame.empty:
            err.print(language.say("0 rows"))
    elif shape is Shape.csv:
        frame.to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        print(
            table_formatting.markdown(frame)
            if shape is Shape.md
            else frame.to_json(orient="records", force_ascii=False, indent=1)
        )
