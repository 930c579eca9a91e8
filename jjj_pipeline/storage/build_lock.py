"""One build at a time: a lock that the operating system takes back when its holder dies, and a note who holds it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import Settings

WAIT = 600.0  # seconds a second build waits for the first


@contextmanager
def build_lock(
    settings: Settings, who: str, say: Callable[[str], None], wait: float = WAIT, run: str = ""
) -> Iterator[None]:
    """Hold the warehouse for one build; `who` is named to others that wait, `run` the run of Dagster it is. Says whom it waits
    for. Raises BadInput where the folder cannot be written or the other build does not end in time."""
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
        _note(settings, who, run)
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


def building(settings: Settings) -> str | None:
    """The run of Dagster that holds the build lock, empty where the holder is no run or does not say; None where it is free."""
    lock = FileLock(settings.lock)
    try:
        if not settings.lock.exists():
            return None
        with lock.acquire(timeout=0):
            return None
    except Timeout:
        return str(_noted(settings).get("run", ""))
    except OSError:
        return None


def _note(settings: Settings, who: str, run: str) -> None:
    """For people and for run monitoring; a build does not depend on it."""
    since = datetime.now(UTC).isoformat(timespec="seconds")
    note = {"who": who, "run": run, "pid": os.getpid(), "since": since}
    try:
        _note_path(settings).write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
    except OSError:
        return


def _noted(settings: Settings) -> dict[str, Any]:
    try:
        note = json.loads(_note_path(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _holder(settings: Settings) -> str:
    note = _noted(settings)
    if not {"who", "pid", "since"} <= set(note):
        return "another process"
    return f"{note['who']} (process {note['pid']}, since {note['since']})"


def _note_path(settings: Settings) -> Path:
    return settings.lock.with_suffix(".json")
