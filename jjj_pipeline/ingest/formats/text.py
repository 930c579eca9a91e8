"""Plain text: its encoding, and comma or tab separated values as one sheet."""

from __future__ import annotations

import csv
import io

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.formats.sheets import MAX_CELLS, MAX_COLUMNS, Sheet, address, rectangular

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode(data: bytes, name: str) -> str:
    """The text: a byte order mark decides, then UTF-8, then GB18030, each without a single wrong byte. Raises
    BadInput."""
    encodings = [e for mark, e in _BOMS if data.startswith(mark)] or _likely(data)
    failed: UnicodeDecodeError | None = None
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            failed = failed or error
    assert failed is not None
    line = data.count(b"\n", 0, failed.start)
    raise BadInput(
        name,
        cell=address(line, 0),
        expected=" or ".join(e.upper().removesuffix("-SIG") for e in encodings),
        found=f"byte 0x{data[failed.start]:02x} at offset {failed.start}",
        hint="two encodings in one file, or a damaged byte: export it again",
    )


def _likely(data: bytes) -> list[str]:
    """UTF-16 without a mark shows as a zero in every other byte of ASCII text."""
    head = data[:2000]
    if head.count(0) > len(head) // 8:
        return ["utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"]
    return ["utf-8", "gb18030"]


def read(text: str, name: str) -> Sheet:
    """Separated values as a sheet without a name. Raises BadInput."""
    if "\0" in text:
        raise BadInput(name, expected="text", found="zero bytes", hint="the file is damaged or of another kind")
    delimiter = _delimiter(text)
    if text.count(delimiter) + text.count("\n") > MAX_CELLS:
        raise BadInput(
            name, expected=f"a table of at most {MAX_CELLS} cells", found=f"{text.count(delimiter)} and more"
        )
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise BadInput(name, expected="comma separated values", found=str(error)) from None
    width = max((len(r) for r in rows), default=0)
    if len(rows) * width > MAX_CELLS or width > MAX_COLUMNS:
        raise BadInput(name, expected=f"at most {MAX_CELLS} cells", found=f"{len(rows)} rows of up to {width} fields")
    cells = rectangular(rows)
    return Sheet("", cells, widths=tuple(map(len, rows))[: len(cells)], complete=text.endswith(("\n", "\r")))


def _delimiter(text: str) -> str:
    head = text[:20_000]
    counts = {d: head.count(d) for d in (",", "\t", ";")}
    return "," if counts[","] * 2 >= max(counts.values()) else max(counts, key=lambda d: counts[d])
