"""The files of raw/: which table and release each is, their hashes, and raw/manifest.lock. What stands in a file is for
`ingest` to read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import Settings

MANIFEST = "manifest.lock"
BESIDE = frozenset({"source.yml", MANIFEST})  # what people write beside the figures


@dataclass(frozen=True)
class RawFile:
    """One file of raw/: where it lies and which table and release it is."""

    path: Path
    name: str  # relative to the project root, for messages and core.observation.file
    table_id: str
    release: str

    def read(self) -> bytes:
        """Its bytes. Raises BadInput where they cannot be had."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            what = error.strerror or str(error)
            raise BadInput(self.name, expected="a file that can be read", found=what, hint="put it back") from None


@dataclass(frozen=True)
class Found:
    """What lies in raw/: files of tables the catalogue knows, in order of name, and what is wrong with the others."""

    files: tuple[RawFile, ...]
    strays: tuple[BadInput, ...] = ()


def ignored(path: Path) -> bool:
    """Hidden files and files still being written are not there yet."""
    return path.name.startswith(".") or path.suffix == ".part" or not path.is_file()


def find_files(settings: Settings, catalog: Catalog) -> Found:
    """raw/<source>/<release>/<stem>.<ext> is a file of the table <source>_<stem>. A missing raw/ is a stray, not an error,
    so that the pipeline can be shown before it can run."""
    if not settings.raw.is_dir():
        hint = "run inside the project or set JJJ_ROOT"
        return Found((), (BadInput("raw/", expected="a folder with the raw tables", found="none", hint=hint),))
    files, strays = [], []
    for file in all_files(settings):
        if file.table_id in catalog.tables:
            files.append(file)
        else:
            wanted = f"a table of tables.yml with source {file.path.parent.parent.name}"
            hint = "add an entry to catalog/tables.yml or move the file"
            strays.append(BadInput(file.name, expected=wanted, found=file.table_id, hint=hint))
    return Found(tuple(files), tuple(strays))


def all_files(settings: Settings) -> Iterator[RawFile]:
    """Every file of raw/<source>/<release>/, in order of name, of a table the catalogue knows or not."""
    for path in sorted(settings.raw.glob("*/*/*")):
        if not ignored(path):
            table_id, name = f"{path.parent.parent.name}_{path.stem}", str(path.relative_to(settings.root))
            yield RawFile(path, name, table_id, path.parent.name)


def sha256(path: Path) -> str:
    """The hash of a file's bytes. Raises BadInput where the file is gone or cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        what = f"{error.strerror or error}"
        raise BadInput(path.name, expected="a file that can be read", found=what, hint="put it back") from None


def manifest_text(settings: Settings) -> str:
    """raw/manifest.lock as it should read: one line a file, `sha256  size  path below raw/`, in order of path."""
    paths = [p for p in sorted(settings.raw.glob("*/**/*")) if not ignored(p) and p.name not in BESIDE]
    return "".join(f"{sha256(p)}  {p.stat().st_size:>8}  {p.relative_to(settings.raw).as_posix()}\n" for p in paths)


def manifest_differences(settings: Settings) -> list[str]:
    """Files that are new, gone or changed against raw/manifest.lock, one line each."""
    path = settings.raw / MANIFEST
    locked = _by_name(path.read_text(encoding="utf-8").splitlines() if path.exists() else [])
    present = _by_name(manifest_text(settings).splitlines())
    lines = []
    for name in sorted({*locked, *present}):
        if locked.get(name) != present.get(name):
            kind = "new" if name not in locked else "gone" if name not in present else "changed"
            lines.append(f"raw/{name}: {kind}")
    return lines


def _by_name(lines: Iterable[str]) -> dict[str, tuple[str, str]]:
    split = [line.split(maxsplit=2) for line in lines]
    return {name: (digest, size) for digest, size, name in split}


def write_manifest(settings: Settings) -> None:
    """Bring raw/manifest.lock up to date; equal text leaves the file untouched."""
    path, text = settings.raw / MANIFEST, manifest_text(settings)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    part = path.with_name(f".{MANIFEST}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
