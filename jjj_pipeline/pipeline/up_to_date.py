"""Whether a build would do anything: every input as it was at the last whole build, against what is there now. Nothing is
imported but the standard library and paths, no table is read: a build with nothing to do costs the start of Python.

What is compared is more than any table depends on (all code of the package, say): a difference only means that the build looks
for itself. What the last build left is compared by size and time of change.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from jjj_pipeline.settings import PACKAGE, Settings
from jjj_pipeline.storage import atomic

NAME = ".build.json"
LIBRARIES = (
    "altair", "duckdb", "networkx", "numpy", "pandas", "pandera", "pint", "pyarrow", "python-calamine", "vl-convert-python",
)  # fmt: skip
MAX_FILE = 50 * 2**20  # bytes: a larger file of raw/ is left out by every build


def inputs(settings: Settings) -> dict[str, Any]:
    """Everything a build may depend on, by name: hashes of files, versions, settings."""
    found: dict[str, Any] = {"python": sys.version, "settings": [str(settings.root), settings.strict, settings.threads]}
    found |= {f"library {name}": _version(name) for name in LIBRARIES}
    for place, folder in (
        ("raw", settings.raw),
        ("catalog", settings.catalog),
        ("marts", settings.marts),
        ("code", PACKAGE),
    ):
        found |= {f"{place}/{name}": _hash(path) for name, path in _files(folder)}
    # record sets may be of any size: they are counted by another command, which leaves small files
    found |= {f"records/{name}": _state(path) for name, path in _files(settings.root / "raw-records")}
    return found


def remember(settings: Settings, before: Mapping[str, Any], outcome: Mapping[str, Any]) -> None:
    """Keep the inputs as they were before a whole build, and its outcome; where that cannot be written, the next build runs."""
    state = {"inputs": before, "outputs": _outputs(settings), "outcome": outcome}
    try:
        atomic.write_text(settings.warehouse / NAME, json.dumps(state, default=str))
    except OSError:
        with suppress(OSError):  # a folder of that name, a disk that is read only: no note either
            (settings.warehouse / NAME).unlink(missing_ok=True)


def unchanged(settings: Settings) -> dict[str, Any] | None:
    """The outcome of the last whole build, where the next would have the same; None where something changed."""
    try:
        state = json.loads((settings.warehouse / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    same = state.get("outputs") == _outputs(settings) and state.get("inputs") == inputs(settings)
    return dict(state["outcome"]) if same else None


def _outputs(settings: Settings) -> dict[str, Any]:
    """The files of the publication and of the store with size and time of change."""
    found: dict[str, Any] = {}
    for path in (*settings.publication, settings.store):
        files = [(path.name, path)] if path.is_file() else [(f"{path.name}/{n}", p) for n, p in _files(path)]
        found |= {name: _state(file) for name, file in files}
    return found


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below a folder by its name there, but hidden ones and compiled code."""
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "__pycache__")
        for name in sorted(names):
            if not name.startswith(".") and not name.endswith(atomic.PART):
                path = Path(at, name)
                yield path.relative_to(folder).as_posix(), path


def _hash(path: Path) -> str:
    """The hash of a regular file; of anything else what it is."""
    try:
        if not path.is_file():
            return "no file"
        if path.stat().st_size > MAX_FILE:
            return str(_state(path))
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return str(error)


def _state(path: Path) -> list[int]:
    try:
        state = path.stat()
    except OSError:
        return []
    return [state.st_size, state.st_mtime_ns]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
