"""`jjj read`: one file as observations, with what is reported of it, as CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from jjj_pipeline.catalog.model import Catalog, wanted_release
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import checks, reader
from jjj_pipeline.ingest.formats import open_file
from jjj_pipeline.ingest.layouts import list_tables
from jjj_pipeline.ingest.matching.column_matching import Hints
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures
from jjj_pipeline.ingest.matching.to_observations import Understood
from jjj_pipeline.ingest.row_model import Reading
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.raw_files import RawFile

# What is printed of an observation, and where it is in a row of row_model.COLUMNS.
SHOWN = {
    "table_id": 0, "release": 6, "indicator": 1, "region_code": 2, "year": 4, "value": 7, "unit": None, "printed": 10,
    "printed_unit": 11, "status": 9, "cell": 13,
}  # fmt: skip


def read(path: Path, hints: Hints, settings: Settings, catalog: Catalog) -> Understood:
    """A file anywhere as observations, compared with what lies in raw/. Raises BadInput."""
    data = open_file.read_bytes(path)
    loaded = reader.loaded_figures(settings, catalog, without=path.resolve())
    if list_tables.is_observation_list(data):
        return _own_list(path, data, hints, catalog, loaded)
    return reader.understand(open_file.parse(data, path.name), path, hints, catalog, loaded)


def _own_list(path: Path, data: bytes, hints: Hints, catalog: Catalog, loaded: LoadedFigures) -> Understood:
    """A list of observations in the project's own layout: its first line is a title of tables.yml; the release is given."""
    title = data.decode("utf-8-sig", "replace").split("\n", 1)[0].strip().strip('"')
    named = [t for t, s in catalog.tables.items() if s.layout == "observation_list" and title in (s.title_zh, *s.names)]
    table_id = hints.table or (named[0] if len(named) == 1 else "")
    if table_id not in catalog.tables:
        raise BadInput(path.name, cell="A1", expected="a title of tables.yml", found=repr(title), hint="give --table")
    if not hints.release:
        raise BadInput(path.name, expected="--release, since a list states none", found=repr(hints.release))
    if expected := wanted_release(hints.release):
        raise BadInput(path.name, expected=expected, found=repr(hints.release))
    reading = Reading(RawFile(path, path.name, table_id, hints.release), catalog.tables[table_id], catalog)
    rows = reader.observations_of(reading, data)
    messages = [f"{table_id}, release {hints.release}: {len(rows)} figures from {title!r}"]
    checks.refuse_strangers(reading, rows, loaded, messages)
    return Understood(table_id, hints.release, "csv", rows, messages)


def records(understood: Understood, catalog: Catalog) -> Iterator[dict[str, object]]:
    """Observations as people see them: the value in the catalogue's unit, the literal in the printed one. An industry
    other than the total is shown behind the indicator, as in tables.yml."""
    for row in understood.rows:
        record = {name: row[at] for name, at in SHOWN.items() if at is not None}
        record["unit"] = catalog.indicators[str(row[1])].unit
        if row[3] != "*":
            record["indicator"] = f"{row[1]}@{row[3]}"
        yield {name: record[name] for name in SHOWN}


def as_text(understood: Understood, catalog: Catalog, form: str) -> str:
    """The observations as `csv` or `json`. Raises BadInput for another form."""
    rows = list(records(understood, catalog))
    if form == "json":
        return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    if form != "csv":
        raise BadInput("--format", expected="csv or json", found=repr(form))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SHOWN)
    writer.writerows(["" if v is None else v for v in record.values()] for record in rows)
    return out.getvalue()
