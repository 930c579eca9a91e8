"""A file into the text that is read: .txt, .md, .html, .docx, .pdf with a text layer, or bytes of any of them. Figures are not
looked at here; a plain table becomes one line a row, each figure with its headings, any other table is named as not read. How each
format is read is in `document_formats`."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from jjj_pipeline.claims.reasons import Reason, reason
from jjj_pipeline.claims.text import document_formats
from jjj_pipeline.claims.text.document_tables import markdown_tables
from jjj_pipeline.errors import BadInput

LARGEST = 30_000_000  # bytes
LONGEST = 1_000_000  # characters: some twenty seconds
_COMMON = frozenset(
    "的年和为在了是一中国有人万亿元北京天津河北经费增长研发投入技术合同专利占比全科地区发展同上以其市率达到個國與億萬長經費術專利區發"
)


@dataclass(frozen=True)
class Document:
    """The text with its title, and notes for people about what was not read."""

    name: str
    text: str
    notes: tuple[Reason, ...] = ()

    @property
    def title(self) -> str:
        first = next((line.strip() for line in self.text.split("\n") if line.strip()), self.name)
        return re.sub(r"^#+ *", "", first)[:80]


def open_document(path: Path) -> Document:
    """The text of a file. Raises BadInput."""
    try:
        if path.is_dir():
            raise BadInput(str(path), expected="a file", found="a folder")
        size = path.stat().st_size
        if size > LARGEST:
            with path.open("rb") as file:
                start = file.read(4)
            raise BadInput(
                path.name,
                expected=f"at most {LARGEST // 1_000_000} MB",
                found=f"{size / 1e6:.0f} MB",
                hint=_parts(path.name, start),
            )
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(str(path), expected="a readable file", found=error.strerror or str(error)) from None
    return document_of(data, path.name)


def document_of(data: bytes, name: str) -> Document:
    """The text of bytes; what they are is seen from the bytes first, then from the name. Raises BadInput."""
    suffix = Path(name).suffix.lower()
    if not data.strip():
        raise BadInput(name, expected="a text", found="an empty file")
    if data.startswith(b"%PDF"):
        found = document_formats.read_pdf(data, name, LONGEST)
    elif data.startswith(b"PK\x03\x04"):
        found = document_formats.read_docx(data, name)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput(
            name,
            expected=".docx, .txt, .md, .html or .pdf",
            found="an old Word file (.doc) or a protected one",
            hint="save it as .docx",
        )
    elif suffix in (".docx", ".pdf"):
        raise BadInput(
            name,
            expected=f"a {suffix[1:]} file",
            found="other bytes",
            hint="it is damaged, or named wrongly; save it again",
        )
    else:
        text, notes = decode(data, name)
        if suffix in (".html", ".htm", ".xhtml") or re.match(r"\s*(?:<!doctype html|<html)", text, re.I):
            found = document_formats.read_html(text, name)
        else:
            found = (markdown_tables(text) if suffix in (".md", ".markdown") else text), notes
    document = Document(name, *found)
    if len(document.text) > LONGEST:
        raise BadInput(
            name, expected=f"at most {LONGEST:,} characters", found=f"{len(document.text):,}", hint=_parts(name, data)
        )
    if not document.text.strip():
        raise BadInput(name, expected="a text", found="nothing to read", hint="a scan has no text: run OCR first")
    return document


def _parts(name: str, data: bytes) -> str:
    """How to make a text of bearable length: a command where it has lines, which every part of it then keeps whole."""
    plain = Path(name).suffix.lower() in (".txt", ".md", ".markdown") and not data.startswith((b"%PDF", b"PK\x03\x04"))
    if not plain:
        return "save it in parts, a chapter each"
    return f"make parts of it, and check each: split -C 1MB --additional-suffix=.txt {shlex.quote(name)} part-"


def decode(data: bytes, name: str) -> tuple[str, tuple[Reason, ...]]:
    """Bytes as text: UTF-8, UTF-16, GB18030 or Big5, whichever reads as Chinese. Raises BadInput."""
    text, encoding = None, ""
    for mark, known in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            encoding = known
    candidates = [encoding] if encoding else ["utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be"]
    if not encoding and b"\x00" in data[:2000]:
        candidates = ["utf-16-le", "utf-16-be"]
    best = -1.0
    for candidate in candidates:
        try:
            tried = data.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
        if candidate in ("utf-8", "utf-8-sig", "utf-16"):
            text, encoding = tried, candidate
            break
        score = sum(c in _COMMON for c in tried[:20000]) / max(1, len(tried[:20000]))
        if score > best:
            text, encoding, best = tried, candidate, score
    if text is None:
        raise BadInput(
            name,
            expected="text in UTF-8, GB18030, Big5 or UTF-16",
            found="bytes of none of them",
            hint="save it as UTF-8",
        )
    control = sum(c < " " and c not in "\n\r\t\f\v" for c in text[:20000])
    if control > len(text[:20000]) // 100:
        raise BadInput(name, expected="a text", found="binary data")
    notes = () if encoding.startswith("utf-8") else (reason("read_as", encoding=encoding),)
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes
