"""Raw files of one table -> rows of observations, flows, rankings or links. A CSV file of the project's own
layout is read by `project_csv` and `list_tables`, a third-party file by `preview`. What is not understood is refused."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import TYPE_CHECKING

import pyarrow as arrow

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.ingest.layouts import list_tables, project_csv
from jjj_pipeline.ingest.row_model import COLUMNS, KEYS, Reading
from jjj_pipeline.storage.raw_files import RawFile

if TYPE_CHECKING:
    import pandas as pd

LAYOUTS = {**project_csv.LAYOUTS, **list_tables.LAYOUTS}


def read_files(files: Iterable[RawFile], table_id: str, catalog: Catalog) -> pd.DataFrame:
    """All files of one table as rows of its core table, sorted by key. Raises BadInput at the first file not
    understood."""

    spec = catalog.tables[table_id]
    rows = [row for file in files for row in read_file(Reading(file, spec, catalog))]
    rows.sort(key=itemgetter(*range(len(KEYS[spec.target]))))  # the key comes first in COLUMNS
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS[spec.target])
    typed_columns = {c: arrow.array(v, kind) for v, (c, kind) in zip(columns, _kinds(spec.target).items(), strict=True)}
    return arrow.table(typed_columns).to_pandas()  # pandas would guess the type of each column first


def _kinds(target: str) -> dict[str, str]:
    """The columns of a core table with their types, by names that pandas and Arrow share."""
    whole, real = ("year", "period_start", "period_end", "rank"), ("value", "half_width")
    return {c: "int64" if c in whole else "float64" if c in real else "str" for c in COLUMNS[target]}


def typed(frame: pd.DataFrame, target: str) -> pd.DataFrame:
    """The frame with the dtypes of its core table (an empty one included)."""
    kinds = _kinds(target)
    wrong = {c: kind for c, kind in kinds.items() if str(frame[c].dtype) != kind}
    return frame.astype(wrong) if wrong else frame


def read_file(reading: Reading) -> list[tuple[object, ...]]:
    """One file as tuples in the order of COLUMNS. Raises BadInput."""
    return select_all(reading, reading.file.read())


def select_all(reading: Reading, data: bytes) -> list[tuple[object, ...]]:
    """The bytes of a file as tuples in the order of COLUMNS: the project's own CSV strictly, any other file as the
    world ships it. The content decides. Raises BadInput."""
    if not project_csv.is_own(data, reading.spec.target):
        from jjj_pipeline.ingest.preview import in_place

        return in_place(reading, data).rows
    rows = list(LAYOUTS[reading.spec.layout](reading, project_csv.grid_of(reading, data)))
    _refuse_duplicates(reading, rows)
    return rows


def notes_of(reading: Reading, data: bytes) -> list[str]:
    """The footnotes of a file, as printed. Raises BadInput."""
    if project_csv.is_own(data, reading.spec.target):
        return project_csv.notes(data)
    from jjj_pipeline.ingest.preview import in_place

    return in_place(reading, data).notes


def is_own_file(file: RawFile, target: str) -> bool:
    """Whether the strict reader reads a file of raw/ for this core table."""
    return project_csv.is_own(file.read(), target)


def _refuse_duplicates(reading: Reading, rows: list[tuple[object, ...]]) -> None:
    width = len(KEYS[reading.spec.target])
    seen: dict[tuple[object, ...], object] = {}
    for row in rows:
        key = row[:width]
        if key in seen:
            what = " ".join(str(k) for k in key[1:5])
            raise reading.refuse(
                f"one figure for {what}",
                f"a second one; the first is in {seen[key]}",
                cell=str(row[-1]),
                hint="delete one of the rows",
            )
        seen[key] = row[-1]
