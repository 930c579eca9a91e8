"""Damage as files meet it: bytes flipped, rows dropped, encodings mixed, ends cut. Every change follows from a seed."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable


def flipped(data: bytes, rng: random.Random) -> bytes:
    """One to four bytes changed."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(out))
        out[at] = rng.choice((out[at] ^ (1 << rng.randrange(8)), rng.randrange(256)))
    return bytes(out)


def cut(data: bytes, rng: random.Random) -> bytes:
    """The end is missing."""
    return data[: rng.randrange(len(data))]


def mixed(data: bytes, rng: random.Random) -> bytes:
    """A part of a text in another encoding; of another file, a part overwritten with text in another encoding."""
    at = rng.randrange(len(data))
    for mine, other in (("utf-8", "gb18030"), ("gb18030", "utf-8")):
        try:
            text = data.decode(mine)
        except UnicodeDecodeError:
            continue
        at = rng.randrange(len(text))
        end = rng.choice((len(text), min(len(text), at + rng.randrange(1, 40))))
        return text[:at].encode(mine) + text[at:end].encode(other, "replace") + text[end:].encode(mine)
    return data[:at] + "河北省".encode(rng.choice(("utf-8", "gb18030", "utf-16-le"))) + data[at + 6 :]


def dropped(data: bytes, rng: random.Random) -> bytes:
    """One to three rows are missing: lines of a text, rows of a page, rows of a sheet."""
    times = rng.choice((1, 1, 1, 2, 3))
    if data.startswith(b"PK"):
        return _in_zip(
            data, lambda part: _drop(part, rb"<(?:table:table-)?row\b.*?</(?:table:table-)?row>", rng, times)
        )
    if data.startswith(b"\xd0\xcf"):
        return flipped(data, rng)
    if b"<tr" in data:
        return _drop(data, rb"<tr\b.*?</tr>", rng, times)
    return _drop(data, rb"[^\n]*\n", rng, times)


def inside(data: bytes, rng: random.Random) -> bytes:
    """A change inside a zipped part, with the archive made anew: its checksum no longer tells."""
    return _in_zip(data, lambda part: flipped(part, rng)) if data.startswith(b"PK") else flipped(data, rng)


def _drop(data: bytes, pattern: bytes, rng: random.Random, times: int) -> bytes:
    for _ in range(times):
        rows = list(re.finditer(pattern, data, re.S))
        if rows:
            row = rng.choice(rows)
            data = data[: row.start()] + data[row.end() :]
    return data


def _in_zip(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(data))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            part = source.read(info)
            wanted = re.search(r"worksheets/sheet\d+\.xml$|^content\.xml$|sharedStrings\.xml$", info.filename)
            target.writestr(info.filename, change(part) if wanted and part else part)
    return out.getvalue()


MUTATIONS = {"flipped": flipped, "cut": cut, "mixed": mixed, "dropped": dropped, "inside": inside}
