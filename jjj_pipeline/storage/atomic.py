"""A file is written beside its place and renamed into it: readers see the old file or the new one, never half of one. The only
place that knows how; what is written is the caller's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PART = ".part"  # suffix of files that are still being written


def part_of(target: Path) -> Path:
    """Where this process writes what will become `target`."""
    return target.with_name(f".{target.name}.{os.getpid()}{PART}")


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path to write to. It becomes `target` in one move when the block ends well; else it goes and `target` stays as it was.
    A block that removes the path leaves `target` as it was, too."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(target)
    part.unlink(missing_ok=True)
    try:
        yield part
        if part.exists():
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def clear(folder: Path) -> None:
    """Take away what killed processes left half written in a folder and below. For a caller that alone may write there."""
    for left in folder.rglob(f".*{PART}"):
        if left.is_file():
            left.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> None:
    """Write a text in one move, UTF-8."""
    with replacing(target) as part:
        part.write_text(text, encoding="utf-8")
