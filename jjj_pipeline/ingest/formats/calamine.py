"""Workbooks through calamine, in a process of its own: on damaged bytes the library may allocate gigabytes or abort,
which must cost nothing but this one file. Run as a program, this module is that process."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from jjj_pipeline.ingest.formats.sheets import Cell, Sheet

MEMORY = 700 * 2**20  # address space of the process, where the system can limit it
PROCESSOR = 5  # seconds of processor time, likewise
SECONDS = 30


class SheetDetails(Protocol):
    """What another reading of the file knows of one sheet: see `xlsx.Details`."""

    formats: dict[Cell, str]
    formulas: set[Cell]
    errors: dict[Cell, str]


def sheets(data: bytes, name: str, details: Mapping[str, SheetDetails]) -> list[Sheet]:
    """Every sheet of a workbook as printed text. The workbook is loaded once. Raises BadInput."""
    from jjj_pipeline.ingest.formats.number_format import as_seen, shown
    from jjj_pipeline.ingest.formats.sheets import MAX_SHEETS, Sheet, literal, rectangular, resolve_merges

    loaded = _load(data, name)
    if len(loaded) > MAX_SHEETS:
        raise _refuse(name, f"{len(loaded)} sheets, more than {MAX_SHEETS}")
    out = []
    for title, hidden, rows, ranges in loaded:
        details_of_sheet = details.get(title)
        texts = [[v if type(v) is str else literal(v) for v in row] for row in rows]
        for (row, column), number_format in (details_of_sheet.formats if details_of_sheet else {}).items():
            there = shown(number_format).changes and row < len(rows) and column < len(rows[row])
            if there and type(rows[row][column]) in (int, float):
                texts[row][column] = as_seen(texts[row][column], number_format)
        for (row, column), error in (details_of_sheet.errors if details_of_sheet else {}).items():
            while len(texts) <= row:
                texts.append([])
            texts[row].extend([""] * (column + 1 - len(texts[row])))
            texts[row][column] = error
        cells, merged, covered = resolve_merges(rectangular(texts), ranges)
        out.append(
            Sheet(
                title, cells, merged, covered, details_of_sheet.formats if details_of_sheet else {},
                frozenset(details_of_sheet.formulas) if details_of_sheet else frozenset(), hidden=hidden,
            )
        )  # fmt: skip
    return out


def _load(data: bytes, name: str) -> list[Any]:
    """(title, hidden, rows of values, merged ranges) of each sheet."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(__file__).resolve())], input=data, capture_output=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise _refuse(name, f"a file that takes more than {SECONDS} s") from None
    if done.returncode or not done.stdout:
        raise _refuse(name, "a damaged one, or one that takes too much time or memory")
    answer = pickle.loads(done.stdout)  # written by this module a moment ago
    if isinstance(answer, str):
        raise _refuse(name, answer)
    return list(answer)


def _refuse(name: str, found: str) -> Exception:
    from jjj_pipeline.errors import BadInput

    return BadInput(name, expected="a workbook that opens", found=found, hint="fetch it again, or save it as .xlsx")


def main() -> None:
    """Standard input: the workbook. Standard output: what `_load` returns, or the reason as text."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    except (ImportError, ValueError, OSError):
        pass
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    answer: object
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        found = []
        for index, meta in enumerate(book.sheets_metadata):
            if meta.typ == SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_index(index)
                rows = sheet.to_python(skip_empty_area=False) if sheet.height else []
                hidden = meta.visible != SheetVisibleEnum.Visible
                found.append((meta.name, hidden, rows, sheet.merged_cell_ranges or []))
        answer = found
    except CalamineError as error:
        answer = " ".join(str(error).split()) or type(error).__name__
    sys.stdout.buffer.write(pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    main()
