"""The reader: files to observations, flows, rankings and links. Every table, of raw/ or brought by somebody, is read by
`understand`; lists of the project's own by `list_tables`. What is not understood is refused in one line.

Nothing of what is loaded is read here unasked: who compares with loaded figures gets them handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as arrow

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import checks
from jjj_pipeline.ingest.formats import open_file
from jjj_pipeline.ingest.formats.sheets import Book
from jjj_pipeline.ingest.layouts import find_tables, list_tables
from jjj_pipeline.ingest.layouts.region_names import Regions
from jjj_pipeline.ingest.layouts.table import PrintedTable, refuse_cut
from jjj_pipeline.ingest.matching import release_inference, to_observations
from jjj_pipeline.ingest.matching.column_matching import Fit, Hints, heading_names
from jjj_pipeline.ingest.matching.diagnostics import Question, merged
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures
from jjj_pipeline.ingest.matching.table_matching import match_table
from jjj_pipeline.ingest.matching.to_observations import Understood
from jjj_pipeline.ingest.row_model import COLUMNS, KEYS, Reading, Row
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.raw_files import RawFile, find_files

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 3  # tables of a file that are reported one by one


# ---- files of raw/


def read_files(files: Iterable[RawFile], table_id: str, catalog: Catalog) -> arrow.Table:
    """All files of one table as rows of its core table, sorted by key. Raises BadInput at the first file not
    understood."""
    spec = catalog.tables[table_id]
    rows = [row for file in files for row in read_file(Reading(file, spec, catalog))]
    rows.sort(key=itemgetter(*range(len(KEYS[spec.target]))))  # the key comes first in COLUMNS
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS[spec.target])
    kinds = _kinds(spec.target)
    return arrow.table({c: arrow.array(v, kind) for v, (c, kind) in zip(columns, kinds.items(), strict=True)})


def _kinds(target: str) -> dict[str, str]:
    """The columns of a core table with their types, by names that pandas and Arrow share."""
    whole, real = ("year", "period_start", "period_end", "rank"), ("value", "half_width")
    return {c: "int64" if c in whole else "float64" if c in real else "str" for c in COLUMNS[target]}


def typed(frame: pd.DataFrame, target: str) -> pd.DataFrame:
    """The frame with the dtypes of its core table (an empty one included)."""
    kinds = _kinds(target)
    wrong = {c: kind for c, kind in kinds.items() if str(frame[c].dtype) != kind}
    return frame.astype(wrong) if wrong else frame


def read_file(reading: Reading) -> list[Row]:
    """One file of raw/ as tuples in the order of COLUMNS. Raises BadInput."""
    return observations_of(reading, reading.file.read())


def observations_of(reading: Reading, data: bytes) -> list[Row]:
    """The bytes of a file of raw/ as tuples in the order of COLUMNS. Raises BadInput."""
    if not _is_list(data, reading.spec.target):
        return in_place(reading, data).rows
    rows = list_tables.read_list(reading, data)
    _refuse_duplicates(reading, rows)
    return rows


def in_place(reading: Reading, data: bytes) -> Understood:
    """A table of raw/: its place says which table and release it must be. Raises BadInput."""
    hints = Hints(table=reading.file.table_id, release=reading.file.release)
    book = open_file.parse(data, reading.file.name)
    return understand(book, reading.file.path, hints, reading.catalog, by_path=True, own=is_own_table(data))


def notes_of(reading: Reading, data: bytes) -> list[str]:
    """The footnotes of a file, as printed. Raises BadInput."""
    if _is_list(data, reading.spec.target) or is_own_table(data):
        return list_tables.notes(data)
    return in_place(reading, data).notes


def _is_list(data: bytes, target: str) -> bool:
    """Whether the bytes are read as a list: only observations come as tables, too."""
    return target != "observation" or list_tables.is_observation_list(data)


def is_own_table(data: bytes) -> bool:
    """Whether the bytes are a table as the project writes it: a title, the line of the unit, a header that begins with 地区."""
    firsts = [line.partition(",")[0].strip() for line in list_tables.first_lines(data)]
    return firsts[1:2] != [] and firsts[1].startswith(("单位：", "单位:")) and firsts[2:3] == ["地区"]


def is_own_file(file: RawFile, target: str) -> bool:
    """Whether a file of raw/ is one of the project's own (or empty): its entry in tables.yml explains it alone."""
    data = file.read()
    return not data.strip() or _is_list(data, target) or is_own_table(data)


def _refuse_duplicates(reading: Reading, rows: list[Row]) -> None:
    width = len(KEYS[reading.spec.target])
    seen: dict[Row, object] = {}
    for row in rows:
        key = row[:width]
        if key in seen:
            what = " ".join(str(k) for k in key[1:5])
            found = f"a second one; the first is in {seen[key]}"
            raise reading.refuse(f"one figure for {what}", found, cell=str(row[-1]), hint="delete one of the rows")
        seen[key] = row[-1]


def loaded_figures(settings: Settings, catalog: Catalog, without: Path | None = None) -> LoadedFigures:
    """The figures of raw/, but for one file, read on first use."""
    files = [f for f in find_files(settings, catalog).files if f.path != without]
    return LoadedFigures(files, catalog, read_file)


# ---- any file


def understand(
    book: Book, path: Path, hints: Hints, catalog: Catalog, loaded: LoadedFigures | None = None,
    *, by_path: bool = False, own: bool = False,
) -> Understood:  # fmt: skip
    """A file as observations, compared with what is loaded where that is given. `by_path`: the hints are those of its place
    in raw/; `own`: it is a table as the project writes it, of which every column is known. Raises BadInput."""

    def read_with(given: Hints) -> Understood:
        return _understand(book, path, given, catalog, loaded, by_path=by_path, own=own)

    try:
        return read_with(hints)
    except Question as question:
        if by_path:
            raise
        raise question.settled(lambda option: _answer(merged(hints, option), hints, read_with)) from None


def _answer(given: Hints, before: Hints, read_with: Callable[[Hints], Understood], depth: int = 3) -> Hints | None:
    """The options with which the file can be read, those given and what they lead on to; None where they do not help."""
    if given == before or not depth:
        return None
    try:
        read_with(given)
    except Question as question:
        answers = (_answer(merged(given, option), given, read_with, depth - 1) for option in question.options)
        return next((answer for answer in answers if answer), None)
    except BadInput:
        return None
    return given


def _understand(
    book: Book, path: Path, hints: Hints, catalog: Catalog, loaded: LoadedFigures | None, *, by_path: bool, own: bool
) -> Understood:
    found, messages = find_tables.find(book, Regions(catalog), catalog)
    read: list[tuple[PrintedTable, Fit]] = []
    failed: list[BadInput] = []
    for table in found:
        try:
            fit, more = match_table(table, hints, catalog, loaded, own=own)
        except BadInput as error:
            failed.append(error)
            continue
        messages += more
        read.append((table, fit))
    if not read:
        raise failed[0]
    messages += [f"not read: {error}" for error in failed[:SHOWN]]
    if len(failed) > SHOWN:
        messages.append(f"not read: {len(failed) - SHOWN} more tables")
    table_id = _one_table(book, read)
    spec = catalog.tables[table_id]
    years = release_inference.years(read, catalog, hints, loaded, messages)
    release = release_inference.release(read, spec, hints, years, path, messages)
    reading = Reading(RawFile(path, book.name, table_id, release), spec, catalog)
    if own:
        _refuse_unknown_columns(read)
    for table, _ in read if by_path else ():
        refuse_cut(table.where, table.sheet, table.rows, strict=True)
    rows = to_observations.observation_rows(reading, read, years, hints, loaded, messages)
    if not own:  # those of the project's own are summed by the identities of the build
        checks.refuse_sums(reading, read, rows, messages)
    if not by_path:
        to_observations.summarise(reading, read, rows, messages)
        checks.refuse_strangers(reading, rows, loaded, messages, read[0][0].where)
    notes = list(dict.fromkeys(n for table, _ in read for n in table.notes))
    return Understood(table_id, release, book.kind, rows, list(dict.fromkeys(messages)), notes)


def _one_table(book: Book, read: list[tuple[PrintedTable, Fit]]) -> str:
    ids = list(dict.fromkeys(fit.table_id for _, fit in read))
    if len(ids) > 1:
        found, options = " and ".join(ids), [Hints(table=t) for t in ids]
        raise Question(
            book.name, expected="figures of one table", found=found, options=options, otherwise="keep the sheets apart"
        )
    return ids[0]


def _refuse_unknown_columns(read: list[tuple[PrintedTable, Fit]]) -> None:
    for table, fit in read:
        if fit.unknown:
            (name,), cell = heading_names(fit.unknown[:1]), table.heading_cell(fit.unknown[0])
            raise table.refuse(f"a column of {fit.table_id}", repr(name), cell=cell, hint="not in tables.yml")
