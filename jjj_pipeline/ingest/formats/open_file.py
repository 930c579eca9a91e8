"""Any file -> sheets of printed text with addresses. The content decides what a file is, not the ending of its name:
CSV (UTF-8, UTF-8 with a mark, GB18030, UTF-16), .xls (protected ones too), .xlsx, .ods, workbooks saved as XML, and HTML
tables and web archives under any name.

A file that is no table at all, is cut, is damaged or is too large is refused in one line. What the text means is for
others: `nbs_export`, `yearbook_table`, `table_matching`."""

from __future__ import annotations

from pathlib import Path

from jjj_pipeline.errors import BadInput
from jjj_pipeline.files import regular_file
from jjj_pipeline.ingest.formats import excel_xml, html, mhtml, ods, text, xls, xlsx
from jjj_pipeline.ingest.formats.sheets import MAX_FILE, MAX_TEXT, Book, Sheet

_OTHERS = {
    b"%PDF": "a PDF", b"\x1f\x8b": "a gzip archive", b"Rar!": "a RAR archive", b"7z\xbc\xaf": "a 7z archive",
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"{\\rtf": "an RTF text", b"SQLite": "a database",
}  # fmt: skip
SUPPORTED = "an .xlsx, .xls, .ods, CSV or HTML table"


def read_bytes(path: Path, name: str = "") -> bytes:
    """The bytes of a file that is there and not too large. `name` is what messages call it. Raises BadInput."""
    return regular_file.read(path, name or path.name, MAX_FILE)


def parse(data: bytes, name: str) -> Book:
    """The bytes of a file as sheets. Raises BadInput."""
    if not data.strip():
        raise BadInput(name, expected="a table", found="an empty file", hint="fetch it again")
    for mark, what in _OTHERS.items():
        if data.startswith(mark):
            raise BadInput(name, expected=SUPPORTED, found=what)
    if data.startswith(b"PK"):
        kind, sheets = ("ods", ods.read(data, name)) if _is_ods(data) else ("xlsx", xlsx.read(data, name))
    elif data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        kind, sheets = "xls", xls.read(data, name)
    elif mhtml.looks_like(data):
        _refuse_long(data, name)
        kind, sheets = "mhtml", mhtml.read(data, name)
    else:
        kind, sheets = _read_text(data, name)
    filled = tuple(s for s in sheets if s.cells)
    if not filled:
        raise BadInput(name, expected="a table", found="sheets without text", hint="fetch it again")
    return Book(name, kind, filled)


def _is_ods(data: bytes) -> bool:
    return b"application/vnd.oasis.opendocument.spreadsheet" in data[:200] or b"content.xml" in data[-70_000:]


def _refuse_long(data: bytes, name: str) -> None:
    if len(data) > MAX_TEXT:
        size = f"{len(data) / 2**20:.0f} MB"
        raise BadInput(name, expected=f"a text or page of at most {MAX_TEXT // 2**20} MB", found=size)


def _read_text(data: bytes, name: str) -> tuple[str, list[Sheet]]:
    """A page, a workbook saved as XML, or separated values."""
    _refuse_long(data, name)
    plain = text.decode(data, name)
    if excel_xml.looks_like(plain):
        return "xml", excel_xml.read(plain, name)
    if plain.lstrip("\ufeff \t\r\n").startswith("<?xml") and not html.looks_like(plain):
        raise BadInput(name, expected=SUPPORTED, found="an XML file", hint="open it in Excel and save it as .xlsx")
    return ("html", html.read(plain, name)) if html.looks_like(plain) else ("csv", [text.read(plain, name)])
