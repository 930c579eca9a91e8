"""The files of raw/: which table and release each is, what is left out and why, their hashes, and raw/manifest.lock. What stands
in a file is for `ingest` to read.

Files in raw/ are trusted with figures only: nothing outside raw/ is read, nothing but regular files of a
bounded size is opened, and a file that is left out is named and stops nothing else.
"""

from __future__ import annotations

import hashlib
import stat
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jjj_pipeline.catalog.model import Publications, wanted_release
from jjj_pipeline.errors import BadInput
from jjj_pipeline.files import regular_file
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.atomic import PART, write_text

MANIFEST = "manifest.lock"
SOURCE = "source.yml"
MAX_FILE = 50 * 2**20  # bytes
MAX_MANIFEST = 20 * 2**20
PLACE = "raw/<source>/<release>/<table>.<ending>"


@dataclass(frozen=True)
class RawFile:
    """One file of raw/: where it lies and which table and release it is."""

    path: Path
    name: str  # relative to the project root, for messages and core.observation.file
    table_id: str
    release: str

    @cached_property
    def _bytes(self) -> bytes:
        return regular_file.read(self.path, self.name, MAX_FILE)

    @cached_property
    def sha256(self) -> str:
        """The hash of its bytes. Raises BadInput where they cannot be had."""
        return hashlib.sha256(self._bytes).hexdigest()

    def read(self) -> bytes:
        """Its bytes, read once: what is parsed is what was hashed. Raises BadInput where they cannot be had, are too many, or
        are still being written."""
        return self._bytes


@dataclass(frozen=True)
class Found:
    """What lies in raw/: files of tables the catalogue knows, in order of name, and what is left out."""

    files: tuple[RawFile, ...]
    strays: tuple[BadInput, ...] = ()


def ignored(path: Path) -> bool:
    """Hidden files and files still being written are not there yet."""
    return path.name.startswith(".") or path.suffix == PART or not path.is_file()


def find_files(settings: Settings, catalog: Publications, leave_out: Collection[str] = ()) -> Found:
    """raw/<source>/<release>/<stem>.<ext> is a file of the table <source>_<stem>. A missing raw/ is a stray, not an error,
    so that the pipeline can be shown before it can run. `leave_out` names files that are still being written."""
    if not settings.raw.is_dir():
        hint = "run inside the project or set JJJ_ROOT"
        return Found((), (BadInput("raw/", expected="a folder with the raw tables", found="none", hint=hint),))
    files: list[RawFile] = []
    strays: list[BadInput] = []
    for file in scan(settings):
        if isinstance(file, BadInput):
            strays.append(file)
        elif file.name in leave_out:
            strays.append(
                regular_file.StillWritten(file.name, expected="a file that is whole", found="one still written")
            )
        elif file.table_id not in catalog.tables:
            wanted = f"a table of tables.yml with source {file.path.parent.parent.name}"
            hint = "add an entry to catalog/tables.yml or move the file"
            strays.append(BadInput(file.name, expected=wanted, found=file.table_id, hint=hint))
        else:
            files.append(file)
    return Found(tuple(files), tuple(strays))


def all_files(settings: Settings) -> Iterator[RawFile]:
    """Every file of raw/<source>/<release>/ that may be read, in order of name, of a table the catalogue knows or not."""
    return (file for file in scan(settings) if isinstance(file, RawFile))


def scan(settings: Settings) -> Iterator[RawFile | BadInput]:
    """What lies below raw/, in order of name: files that may be read, and why anything else may not. Nothing is opened."""
    for path in _entries(settings.raw):
        if path.name == MANIFEST:
            continue
        if not _folder(path):
            yield _misplaced(settings, path)
            continue
        for inner in _entries(path):
            if inner.name == SOURCE:
                continue
            if not _folder(inner):
                yield _misplaced(settings, inner)
                continue
            yield from (_judged(settings, file) for file in _entries(inner))


def lost(before: Collection[str], found: Found) -> BadInput | None:
    """Why files that are behind what is published may not simply go: more than half of them went at once, as where a share is
    not mounted, or one is there but cannot be read. None where nothing is wrong."""
    gone = sorted(set(before) - {f.name for f in found.files})
    for stray in found.strays:
        if stray.where in gone:
            return BadInput(
                stray.where, expected=stray.expected, found=f"{stray.found}, and its figures are published",
                hint=f"{stray.hint}; or take it away and run `jjj build --accept-removals`",
            )  # fmt: skip
    if len(gone) * 2 <= len(set(before)):
        return None
    return BadInput(
        "raw/", expected=f"the {len(set(before))} files behind what is published, or most of them",
        found=f"{len(gone)} of them gone at once, such as {gone[0]}",
        hint="mount the share or put them back; `jjj build --accept-removals` publishes without them",
    )  # fmt: skip


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder by name, but for hidden files and files still being written; none where it cannot be listed."""
    try:
        listed = sorted(folder.iterdir())
    except OSError:
        return []
    return [p for p in listed if not p.name.startswith(".") and p.suffix != PART]


def _folder(path: Path) -> bool:
    """A folder that is really there: a link to one elsewhere is judged like a file."""
    return path.is_dir() and not path.is_symlink()


def _named(settings: Settings, path: Path) -> str:
    return regular_file.shown(str(path.relative_to(settings.root)))


def _misplaced(settings: Settings, path: Path) -> BadInput:
    """A file at another depth than tables have, or a link in place of a folder."""
    if path.is_symlink():
        found = "a link"
        return BadInput(
            _named(settings, path), expected="a folder or a file", found=found, hint="put the files here themselves"
        )
    return BadInput(_named(settings, path), expected=PLACE, found="a file at another depth", hint="move it")


def _judged(settings: Settings, path: Path) -> RawFile | BadInput:
    name = _named(settings, path)
    if name != str(path.relative_to(settings.root)):
        return BadInput(name, expected="a name in UTF-8 without control characters", found="another", hint="rename it")
    try:
        state = path.stat()
        inside = not path.is_symlink() or path.resolve().is_relative_to(settings.raw.resolve())
    except OSError as error:
        found = error.strerror or str(error)
        return BadInput(name, expected="a file that can be read", found=found, hint="put it back or take it away")
    if not inside:
        return BadInput(
            name, expected="a file of raw/", found="a link that leads out of it", hint="put the file here itself"
        )
    if stat.S_ISDIR(state.st_mode):
        return BadInput(f"{name}/", expected=PLACE, found="a folder at the depth of files", hint="move its files up")
    if not stat.S_ISREG(state.st_mode):
        found = regular_file.KINDS.get(stat.S_IFMT(state.st_mode), "something else")
        return BadInput(name, expected="a regular file", found=found, hint="take it away")
    if state.st_size > MAX_FILE:
        expected, found = f"a file of at most {MAX_FILE // 2**20} MB", f"{state.st_size / 2**20:.0f} MB"
        return BadInput(name, expected=expected, found=found, hint="keep the sheet with the table and save it alone")
    release = path.parent.name
    if expected := wanted_release(release):
        return BadInput(name, expected=expected, found=repr(release), hint="rename the folder")
    stem = unicodedata.normalize("NFC", path.stem)  # other systems write the same name in other bytes
    return RawFile(path, name, f"{path.parent.parent.name}_{stem}", release)


def sha256(path: Path, name: str = "") -> str:
    """The hash of a file's bytes. Raises BadInput where the file is gone, cannot be read or is too large."""
    return hashlib.sha256(regular_file.read(path, name or path.name, MAX_FILE)).hexdigest()


def signature(path: Path) -> list[int]:
    """What changes when a file's content may have: size, time of change, time the entry changed (which no program can put back),
    number of the file. Raises OSError."""
    state = path.stat()
    return [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]


def manifest_text(settings: Settings) -> str:
    """raw/manifest.lock as it should read: one line a file, `sha256  size  path below raw/`, in order of path."""
    lines = []
    for file in sorted(all_files(settings), key=lambda f: f.path):
        data = file.read()
        digest = hashlib.sha256(data).hexdigest()
        lines.append(f"{digest}  {len(data):>8}  {file.path.relative_to(settings.raw).as_posix()}\n")
    return "".join(lines)


def manifest_differences(settings: Settings) -> list[str]:
    """Files that are new, gone or changed against raw/manifest.lock, one line each. Raises BadInput where that is none."""
    before, present = _by_name(locked(settings)), _by_name(manifest_text(settings))
    lines = []
    for name in sorted({*before, *present}):
        if before.get(name) != present.get(name):
            kind = "new" if name not in before else "gone" if name not in present else "changed"
            lines.append(f"raw/{name}: {kind}")
    return lines


def locked(settings: Settings) -> str:
    """What raw/manifest.lock holds; nothing where there is none. Raises BadInput where what lies there is no file of its size."""
    path = settings.raw / MANIFEST
    if not path.exists() and not path.is_symlink():
        return ""
    return regular_file.read(path, f"raw/{MANIFEST}", MAX_MANIFEST).decode("utf-8", "replace")


def _by_name(text: str) -> dict[str, tuple[str, str]]:
    files: dict[str, tuple[str, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split(maxsplit=2)
        if len(words) != 3:
            raise BadInput(
                f"raw/{MANIFEST}:{number}", expected="a hash, a size and a path", found=repr(line[:80]),
                hint="delete the file: `jjj manifest` writes it anew",
            )  # fmt: skip
        files[words[2]] = words[0], words[1]
    return files


def write_manifest(settings: Settings) -> None:
    """Bring raw/manifest.lock up to date; equal text leaves the file untouched. Raises BadInput where what lies there is no file
    of its kind."""
    text = manifest_text(settings)
    if locked(settings) != text:
        write_text(settings.raw / MANIFEST, text)
