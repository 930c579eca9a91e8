"""An .xls workbook (BIFF in an OLE container): values through calamine, and what calamine does not give (Excel's
built-in protection, number formats, formulas, error values, a cut or damaged stream) from its records.

Record numbers and layouts: [MS-XLS] 2.3 and 2.4.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.formats import calamine
from jjj_pipeline.ingest.formats.sheets import MAX_CELLS, Sheet, address
from jjj_pipeline.ingest.formats.xlsx import BUILT_IN, Details
from jjj_pipeline.ingest.formats.zipped import brief

BUILT_IN_KEY = "VelvetSweatshop"  # what Excel uses for a protected workbook that opens without a prompt
_FILEPASS, _BOF, _EOF, _BOUNDSHEET, _FORMAT, _XF = 0x2F, 0x809, 0x0A, 0x85, 0x41E, 0xE0
_SST, _CONTINUE, _DIMENSIONS = 0xFC, 0x3C, 0x200
_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _RSTRING, _BOOLERR, _FORMULA = (
    0x203,
    0x27E,
    0xBD,
    0xFD,
    0x204,
    0xD6,
    0x205,
    0x06,
)
_VALUES = frozenset((_NUMBER, _RK, _LABELSST, _LABEL, _RSTRING, _BOOLERR, _FORMULA))
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def read(data: bytes, name: str) -> list[Sheet]:
    """The sheets of an .xls, opened with Excel's built-in key where it is protected. Raises BadInput."""
    stream = _workbook(data, name)
    if stream is None or any(kind == _FILEPASS for kind, _ in _substream(stream, 0, name)):
        data = _unlocked(data, name)
        if data.startswith(b"PK"):
            from jjj_pipeline.ingest.formats import xlsx

            return xlsx.read(data, name)
        stream = _workbook(data, name) or b""
    return calamine.sheets(data, name, _details(stream, name))


def _workbook(data: bytes, name: str) -> bytes | None:
    """The workbook stream; None where the container holds an encrypted package instead."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            for title in ("Workbook", "Book"):
                if container.exists(title):
                    return bytes(container.openstream(title).read())
            if container.exists("EncryptedPackage"):
                return None
            found = ", ".join("/".join(s) for s in container.listdir()[:4]) or "nothing"
    except Exception as error:  # whatever damaged bytes make of the container
        found = f"a damaged or cut one ({brief(error)})"
    raise BadInput(name, expected="a workbook in the container", found=found, hint="fetch it again")


def _unlocked(data: bytes, name: str) -> bytes:
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    out = io.BytesIO()
    try:
        workbook = msoffcrypto.OfficeFile(io.BytesIO(data))
        workbook.load_key(password=BUILT_IN_KEY)
        workbook.decrypt(out)
    except (InvalidKeyError, DecryptionError):
        raise BadInput(
            name,
            expected="a workbook that opens without a password",
            found="one with a password of its own",
            hint="open it and save it without a password",
        ) from None
    except (ParseError, FileFormatError, Exception) as error:
        raise BadInput(name, expected="a whole protected workbook", found=f"a damaged one ({brief(error)})") from None
    return out.getvalue()


def _substream(stream: bytes, start: int, name: str) -> Iterator[tuple[int, bytes]]:
    """(record number, content) from BOF to its EOF, embedded charts left out. Raises BadInput where it is cut."""
    at, depth = start, 0
    while True:
        if at + 4 > len(stream):
            raise BadInput(
                name, expected="the end of the sheet", found="the end of the file", hint="it is cut: fetch it again"
            )
        kind, size = struct.unpack_from("<HH", stream, at)
        if at + 4 + size > len(stream):
            raise BadInput(
                name,
                expected=f"a record of {size} bytes at {at}",
                found=f"{len(stream) - at - 4}",
                hint="it is cut or damaged",
            )
        if at == start and kind != _BOF:
            raise BadInput(
                name, expected="the beginning of a sheet", found=f"record 0x{kind:x} at {at}", hint="it is damaged"
            )
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size
        if depth == 0:
            return


def _details(stream: bytes, name: str) -> dict[str, Details]:
    formats: dict[int, str] = dict(BUILT_IN)
    styles: list[int] = []
    places: list[tuple[str, int]] = []
    strings: list[bytes] = []
    for kind, content in _substream(stream, 0, name):
        if kind == _FORMAT and len(content) > 5:
            formats[struct.unpack_from("<H", content)[0]] = _short_string(content[2:], 2)
        elif kind == _XF and len(content) >= 4:
            styles.append(struct.unpack_from("<H", content, 2)[0])
        elif kind == _BOUNDSHEET and len(content) > 8 and content[5] == 0:
            places.append((_short_string(content[6:], 1), struct.unpack_from("<I", content)[0]))
        elif kind == _SST or (kind == _CONTINUE and strings):
            strings.append(content)
        elif strings:
            _check_strings(strings, name)
            strings = []
    if not places:
        raise BadInput(name, expected="at least one sheet", found="none", hint="it is damaged")
    return {title: _sheet(stream, at, styles, formats, f"{name}!{title}") for title, at in places}


def _short_string(content: bytes, length_bytes: int) -> str:
    """A short string: its length, a flag for two-byte characters, the characters."""
    count = int.from_bytes(content[:length_bytes], "little")
    wide = content[length_bytes : length_bytes + 1] == b"\x01"
    body = content[length_bytes + 1 : length_bytes + 1 + count * (2 if wide else 1)]
    return body.decode("utf-16-le" if wide else "latin-1", "replace")


def _check_strings(parts: list[bytes], name: str) -> None:
    """The table of texts must hold as many as it says and end where it ends: a damaged length would give later cells
    the texts of others. Raises BadInput."""
    try:
        whole = _walk_strings(parts)
    except (IndexError, struct.error):
        whole = False
    if not whole:
        raise BadInput(
            name, expected="the texts of the workbook", found="a damaged list of them", hint="fetch it again"
        )


def _walk_strings(parts: list[bytes]) -> bool:
    """Step over every text of the SST and its CONTINUE records; whether the last one ends with the last record."""
    part, at = 0, 8
    for _ in range(struct.unpack_from("<I", parts[0], 4)[0]):
        if at >= len(parts[part]):
            part, at = part + 1, 0
        count, flags = struct.unpack_from("<HB", parts[part], at)
        at += 3
        rest = 0  # formatting runs and phonetic text behind the characters
        if flags & 8:
            rest += 4 * int(struct.unpack_from("<H", parts[part], at)[0])
            at += 2
        if flags & 4:
            rest += int(struct.unpack_from("<I", parts[part], at)[0])
            at += 4
        width = 2 if flags & 1 else 1
        while count > (fits := (len(parts[part]) - at) // width):
            part, at, count = part + 1, 1, count - fits
            width = 2 if parts[part][0] & 1 else 1  # the next record repeats the flag
        at += count * width
        while rest > len(parts[part]) - at:
            rest -= len(parts[part]) - at
            part, at = part + 1, 0
        at += rest
    return part == len(parts) - 1 and at == len(parts[part])


def _sheet(stream: bytes, start: int, styles: list[int], formats: dict[int, str], where: str) -> Details:
    out = Details()
    seen: set[tuple[int, int]] = set()
    top = right = -1
    for kind, content in _substream(stream, start, where):
        if kind in _VALUES and len(content) >= 8:
            row, column, style = struct.unpack_from("<HHH", content)
            cells = [(column, style)]
        elif kind == _MULRK and len(content) >= 12:
            row, column = struct.unpack_from("<HH", content)
            count, rest = divmod(len(content) - 6, 6)
            last = struct.unpack_from("<H", content, len(content) - 2)[0]
            if rest or last - column + 1 != count:
                raise BadInput(
                    where, cell=address(row, column), expected=f"{count} figures", found=f"{last - column + 1}"
                )
            cells = [(column + i, struct.unpack_from("<H", content, 4 + 6 * i)[0]) for i in range(count)]
        else:
            continue
        for column, style in cells:
            if (row, column) in seen:
                raise BadInput(
                    where, cell=address(row, column), expected="one value", found="a second one", hint="it is damaged"
                )
            seen.add((row, column))
            top, right = max(top, row), max(right, column)
            shown = formats.get(styles[style]) if style < len(styles) else None
            if shown and shown != "General" and kind in (_NUMBER, _RK, _MULRK):
                out.formats[row, column] = shown
        if kind == _FORMULA:
            out.formulas.add((row, column))
            if content[12:14] == b"\xff\xff" and content[6] == 2:
                out.errors[row, column] = _ERRORS.get(content[8], "#ERROR")
        elif kind == _BOOLERR and content[7]:
            out.errors[row, column] = _ERRORS.get(content[6], "#ERROR")
    if (top + 1) * (right + 1) > MAX_CELLS:
        raise BadInput(
            where, expected=f"a sheet of at most {MAX_CELLS} cells", found=f"{top + 1} rows of {right + 1} columns"
        )
    return out
