"""Which files lie in raw/ and what their paths say of them: raw/<source>/<release>/<table>.<ext>. No file is opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import Settings


@dataclass(frozen=True)
class RawFile:
    """One file of raw/: where it lies and which table and release it is."""

    path: Path
    name: str  # relative to the project root, for messages and core.observation.file
    table_id: str
    release: str


def all_files(settings: Settings) -> Iterator[RawFile]:
    """Every file of raw/ that is no hidden and no half-written one, in order of name, known table or not."""
    for path in sorted(settings.raw.glob("*/*/*")):
        if path.name.startswith(".") or path.suffix == ".part" or not path.is_file():
            continue
        source, release = path.parent.parent.name, path.parent.name
        yield RawFile(path, str(path.relative_to(settings.root)), f"{source}_{path.stem}", release)


def find_files(settings: Settings, catalog: Catalog) -> Iterator[RawFile]:
    """The files of raw/ in order of name. A file that belongs to no table of the catalogue raises BadInput."""
    if not settings.raw.is_dir():
        raise BadInput(
            "raw/", expected="a folder with the raw tables", found="none", hint="run inside the project or set JJJ_ROOT"
        )
    for file in all_files(settings):
        if file.table_id not in catalog.tables:
            raise BadInput(
                file.name,
                expected=f"a table of tables.yml with source {file.path.parent.parent.name}",
                found=file.table_id,
                hint="add an entry to catalog/tables.yml or move the file",
            )
        yield file
