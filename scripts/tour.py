"""The notebook docs/tour.ipynb, run from its first cell to its last against a built file.

It is kept with what it printed and drew, so that it can be read without running it. `python -m scripts.tour` runs it against
warehouse/jjj.duckdb and says which cells came out otherwise (exit 1); `--write` keeps what came out now."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from jjj_pipeline.settings import default_settings

PICTURE = "image/svg+xml"
TOUR = Path(__file__).resolve().parents[1] / "docs" / "tour.ipynb"


def stored() -> Any:
    return nbformat.read(TOUR, as_version=4)


def executed(duckdb_file: Path) -> Any:
    """The notebook with fresh outputs. Raises CellExecutionError where a cell fails."""
    notebook = stored()
    client = NotebookClient(notebook, timeout=120, kernel_name="python3")
    client.execute(cwd=str(TOUR.parent), env={**os.environ, "JJJ_FILE": str(duckdb_file)})
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # the times of day of this run
    notebook.metadata.pop("language_info", None)  # the version of this Python
    return notebook


def printed_cells(notebook: Any) -> list[tuple[str, list[str]]]:
    """Each code cell with the text of what it gave, a picture by its kind."""
    return [
        (cell.source, [_text(output) for output in cell.outputs]) for cell in notebook.cells if cell.cell_type == "code"
    ]


def _text(output: Any) -> str:
    if output.output_type == "stream":
        return str(output.text)
    return PICTURE if PICTURE in output.data else str(output.data["text/plain"])


if __name__ == "__main__":
    fresh = executed(default_settings().duckdb)
    if "--write" in sys.argv:
        nbformat.write(fresh, TOUR)
    changed = [
        source
        for (source, now), (_, before) in zip(printed_cells(fresh), printed_cells(stored()), strict=True)
        if now != before
    ]
    print(
        "\n\n".join(["otherwise than stored:", *changed])
        if changed
        else "every cell of docs/tour.ipynb gives what is stored"
    )
    sys.exit(bool(changed))
