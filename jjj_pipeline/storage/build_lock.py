"""One build at a time: a lock that the operating system takes back when its holder dies, and a note who holds it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import Settings

WAIT = 600.0  # seconds a second build waits for the first


@contextmanager
def build_lock(settings: Settings, who: str, say: Callable[[str], None], wait: float = WAIT) -> Iterator[None]:
    """Hold the warehouse for one build; `who` is what others are told. Says whom it waits for. Raises BadInput where the
    folder cannot be written or the other build does not end in time."""
    try:
        settings.warehouse.mkdir(parents=True, exist_ok=True)
        lock = FileLock(settings.lock)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            say(f"waiting: {_holder(settings)} is building")
            lock.acquire(timeout=wait)
    except Timeout:
        wanted = f"the other build to end within {wait:.0f} seconds"
        raise BadInput("warehouse/", expected=wanted, found=f"{_holder(settings)} still building") from None
    except OSError as error:
        hint = "make it writable for this user"
        found = f"{error.strerror or error}"
        raise BadInput("warehouse/", expected="a folder that can be written", found=found, hint=hint) from None
    try:
        _may_write(settings)
        _note(settings, who)
        yield
    finally:
        lock.release()


def _may_write(settings: Settings) -> None:
    """Asked before anything is made: otherwise each table says for itself that it could not be written. Raises BadInput."""
    for folder in (
        settings.warehouse,
        *sorted(settings.warehouse.glob("*/")),
        *sorted(settings.warehouse.glob("*/*/")),
    ):
        if not os.access(folder, os.W_OK | os.X_OK):
            where = f"{folder.relative_to(settings.root).as_posix()}/"
            raise BadInput(
                where,
                expected="a folder that can be written",
                found="no permission to write",
                hint="make it writable for this user",
            )


def _note(settings: Settings, who: str) -> None:
    note = {"who": who, "pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
    _note_path(settings).write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")


def _holder(settings: Settings) -> str:
    try:
        note = json.loads(_note_path(settings).read_text(encoding="utf-8"))
        return f"{note['who']} (process {note['pid']}, since {note['since']})"
    except (OSError, ValueError, KeyError):
        return "another process"


def _note_path(settings: Settings) -> Path:
    return settings.lock.with_suffix(".json")
