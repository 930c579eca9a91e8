"""The bytes of one file that somebody else may have put there: a regular file, of at most a given size, whole. What the
bytes mean is for the readers; which files of raw/ there are is for `raw_files`."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from jjj_pipeline.errors import BadInput

KINDS = {
    stat.S_IFDIR: "a folder", stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}  # fmt: skip
MB = 2**20


class StillWritten(BadInput):
    """The file changed while it was read."""


def shown(name: str) -> str:
    """A file name for people and for tables: bytes that are not UTF-8, and control characters, are written as escapes."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def read(path: Path, name: str, limit: int) -> bytes:
    """The bytes of a regular file of at most `limit` bytes; `name` is what messages call it. Nothing is read of a larger file,
    and opening a pipe does not wait. Raises BadInput, StillWritten."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise _unreadable(name, error) from None
    try:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            found = KINDS.get(stat.S_IFMT(before.st_mode), "something else")
            raise BadInput(name, expected="a regular file", found=found, hint="take it away")
        if before.st_size > limit:
            raise BadInput(
                name, expected=f"a file of at most {limit // MB} MB", found=f"{before.st_size / MB:.0f} MB",
                hint="keep the sheet with the table and save it alone",
            )  # fmt: skip
        with open(handle, "rb", closefd=False) as file:
            data = file.read(before.st_size + 1)
        after = os.fstat(handle)
    except OSError as error:
        raise _unreadable(name, error) from None
    finally:
        os.close(handle)
    if len(data) != before.st_size or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise StillWritten(
            name, expected="a file that is written to its end", found="one that changed while it was read",
            hint="write it as NAME.part and rename it, or wait until it is whole",
        )  # fmt: skip
    return data


def _unreadable(name: str, error: OSError) -> BadInput:
    found = error.strerror or str(error)
    return BadInput(name, expected="a file that can be read", found=found, hint="put it back, or make it readable")
