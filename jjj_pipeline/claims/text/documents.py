"""A file into the text that is read: .txt, .md, .html, .docx, .pdf with a text layer, or bytes of any of them. Figures are not
looked at here; a plain table becomes one line a row, each figure with its headings, any other table is named as not read."""

from __future__ import annotations

import io
import logging
import re
import shlex
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jjj_pipeline.claims.reasons import Reason, reason
from jjj_pipeline.errors import BadInput

LARGEST = 30_000_000  # bytes
LONGEST = 1_000_000  # characters: some twenty seconds
UNPACKED = 60_000_000  # bytes of XML in a Word document
_COMMON = frozenset(
    "的年和为在了是一中国有人万亿元北京天津河北经费增长研发投入技术合同专利占比全科地区发展同上以其市率达到個國與億萬長經費術專利區發"
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


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
        found = _pdf(data, name)
    elif data.startswith(b"PK\x03\x04"):
        found = _docx(data, name)
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
        is_html = suffix in (".html", ".htm", ".xhtml") or re.match(r"\s*(?:<!doctype html|<html)", text, re.I)
        found = (
            _html(text, name)
            if is_html
            else Document(name, _markdown_tables(text) if suffix in (".md", ".markdown") else text, notes)
        )
    if len(found.text) > LONGEST:
        raise BadInput(
            name, expected=f"at most {LONGEST:,} characters", found=f"{len(found.text):,}", hint=_parts(name, data)
        )
    if not found.text.strip():
        raise BadInput(name, expected="a text", found="nothing to read", hint="a scan has no text: run OCR first")
    return found


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


# tables -------------------------------------------------------------------------------------------------------------

_FIGURE_CELL = re.compile(r"[-+]?\d[\d,. ]*%?")
_UNIT_IN_HEADING = re.compile(r"[(（]\s*(?:单位[:：])?\s*([^()（）]{1,8}?)\s*[)）]")


def table_lines(rows: Sequence[Sequence[str]], caption: str = "") -> tuple[list[str], Reason | None]:
    """A plain table as lines `北京2022年R&D经费2843.3亿元; …`, and why it was not read, if it was not."""
    cells = [[re.sub(r"\s+", " ", c).strip() for c in row] for row in rows if any(c.strip() for c in row)]
    if len(cells) < 2 or len({len(r) for r in cells}) != 1 or len(cells[0]) < 2:
        return [], reason("uneven_rows")
    head, body = cells[0], cells[1:]
    if not all(head[1:]) or any(
        _FIGURE_CELL.fullmatch(h) and not re.fullmatch(r"(?:19|20)\d\d年?", h) for h in head[1:]
    ):
        return [], reason("no_headings")
    if len(set(head[1:])) != len(head[1:]):
        return [], reason("headings_repeat")
    if not all(
        (row[0] and not _FIGURE_CELL.fullmatch(row[0])) or re.fullmatch(r"(?:19|20)\d\d年?", row[0]) for row in body
    ):
        return [], reason("no_names")
    common = _UNIT_IN_HEADING.search(caption) or _UNIT_IN_HEADING.search(head[0])
    lines = []
    for row in body:
        parts = []
        for heading, cell in zip(head[1:], row[1:], strict=True):
            if not _FIGURE_CELL.fullmatch(cell):
                parts.append(f"{heading}: {cell}" if cell else "")
                continue
            own = _UNIT_IN_HEADING.search(heading)
            named = own or common
            unit = named[1] if named and not cell.endswith("%") else ""
            name = _UNIT_IN_HEADING.sub("", heading)
            year = f"{name}年" if re.fullmatch(r"(?:19|20)\d\d", name) else name
            first = f"{row[0]}年" if re.fullmatch(r"(?:19|20)\d\d", row[0]) else row[0]
            subject = _UNIT_IN_HEADING.sub("", caption) if re.fullmatch(r"(?:19|20)\d\d年?", name) else ""
            parts.append(f"{first}{year}{subject}{cell}{unit}")
        lines.append(";".join(p for p in parts if p))
    return lines, None


def _markdown_tables(text: str) -> str:
    """Tables in Markdown as lines; everything else stays."""
    out: list[str] = []
    block: list[list[str]] = []

    def flush() -> None:
        if block:
            lines, _why = table_lines([r for r in block if not all(re.fullmatch(r":?-+:?", c.strip()) for c in r)])
            out.extend(lines or [" | ".join(r) for r in block])
            block.clear()

    for line in text.split("\n"):
        if re.match(r"\s*\|.*\|\s*$", line):
            block.append([c.strip() for c in line.strip().strip("|").split("|")])
            continue
        flush()
        out.append(line)
    flush()
    return "\n".join(out)


# containers ---------------------------------------------------------------------------------------------------------


_UNSEEN = frozenset(["script", "style", "noscript", "template", "head", "nav", "svg", "iframe", "form"])
_BLOCKS = frozenset(["p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "section", "article", "blockquote"])


def _html(text: str, name: str) -> Document:
    """The text of a page in one walk over it, however long it is."""
    from lxml import etree, html

    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=True))
    except (etree.ParserError, ValueError) as error:  # nothing in it, or a declaration that contradicts the text
        raise BadInput(
            name, expected="a text", found="nothing to read", hint="save it again as HTML or text"
        ) from error
    out: list[str] = []
    notes: list[Reason] = []
    tables = 0
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event in ("comment", "pi"):
            out.append(element.tail or "")
            continue
        if event == "start":
            if tag in _UNSEEN:
                walk.skip_subtree()
            elif tag == "table" and element.find(".//table") is None:  # one around others is the layout of a page
                tables += 1
                lines, why = _html_table(element)
                if why:
                    notes.append(reason("table_not_read", number=tables, why=why))
                out += ["\n", "\n".join(lines)]
                walk.skip_subtree()
            else:
                out += ["\n" if tag in _BLOCKS or tag == "br" else "", element.text or ""]
            continue
        out += ["\n" if tag in _BLOCKS or tag == "table" else "", element.tail or ""]
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(out).split("\n")]
    return Document(name, re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n", tuple(notes))


def _html_table(table: Any) -> tuple[list[str], Reason | None]:
    def text_of(element: Any) -> str:
        return re.sub(r"\s+", " ", element.text_content()).strip()

    cells = [list(row.iter("td", "th")) for row in table.iter("tr")]
    if any(c.get("colspan", "1") != "1" or c.get("rowspan", "1") != "1" for row in cells for c in row):
        return [], reason("joined_cells")
    caption = table.find("caption")
    return table_lines([[text_of(c) for c in row] for row in cells], "" if caption is None else text_of(caption))


def _docx(data: bytes, name: str) -> Document:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    damaged = BadInput(
        name,
        expected="a Word document (.docx)",
        found="a damaged one, or another kind of archive",
        hint="open and save it again",
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "word/document.xml" not in archive.namelist():
                raise damaged
            if sum(i.file_size for i in archive.infolist() if not i.filename.startswith("word/media/")) > UNPACKED:
                raise BadInput(
                    name, expected="a document of ordinary size", found="an archive that unpacks to far more"
                )
        document = docx.Document(io.BytesIO(data))
    except BadInput:
        raise
    except NotImplementedError as error:  # zipfile: a compression method it does not know
        raise BadInput(
            name,
            expected="a Word document (.docx) that Word or LibreOffice wrote",
            found="parts packed by a compression method that is not read",
            hint="open it in Word or LibreOffice and save it again",
        ) from error
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, OSError, SyntaxError, EOFError) as error:
        raise damaged from error
    notes: list[Reason] = []
    lines: list[str] = []
    tables = 0
    caption = ""
    body = document.element.body
    changed = bool(body.findall(f".//{_W}ins") or body.findall(f".//{_W}del"))
    for child in body.iterchildren():
        if child.tag == f"{_W}p":
            caption = _paragraph(child)
            lines.append(caption)
        elif child.tag == f"{_W}tbl":
            tables += 1
            read, why = _word_table(child, caption)
            lines.extend(read)
            if why:
                notes.append(reason("table_not_read", number=tables, why=why))
        elif child.tag == f"{_W}sdt":
            lines.extend(_paragraph(p) for p in child.iter(f"{_W}p"))
    for part in document.part.package.iter_parts():
        if str(part.partname).endswith(("/footnotes.xml", "/endnotes.xml")):
            lines.extend(_footnotes(part.blob))
    if changed:
        notes.append(reason("tracked"))
    return Document(name, "\n".join(lines).strip() + "\n", tuple(notes))


def _paragraph(element: Any) -> str:
    """The text of a paragraph as it reads with all changes accepted."""
    parts = []
    for node in element.iter():
        if node.tag == f"{_W}t":
            if not any(a.tag in (f"{_W}del", f"{_W}moveFrom") for a in node.iterancestors()):
                parts.append(node.text or "")
        elif node.tag in (f"{_W}tab",):
            parts.append(" ")
        elif node.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
    return "".join(parts)


def _word_table(table: Any, caption: str) -> tuple[list[str], Reason | None]:
    if table.findall(f".//{_W}gridSpan") or table.findall(f".//{_W}vMerge"):
        return [], reason("joined_cells")
    rows = []
    for row in table.findall(f"{_W}tr"):
        rows.append([" ".join(_paragraph(p) for p in cell.iter(f"{_W}p")) for cell in row.findall(f"{_W}tc")])
    return table_lines(rows, caption)


def _footnotes(blob: bytes) -> Iterable[str]:
    from lxml import etree

    try:
        root = etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return
    for note in root:
        text = "".join(_paragraph(p) for p in note.iter(f"{_W}p")).strip()
        if text and note.get(f"{_W}type") is None:
            yield f"注:{text}"


def _pdf(data: bytes, name: str) -> Document:
    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadInput(name, expected="a PDF that opens without a password", found="a protected one")
        pages: list[str] = []
        length = 0
        for page in reader.pages:
            pages.append(page.extract_text() or "")
            length += len(pages[-1])
            if length > LONGEST:
                break  # refused as too long whatever follows
    except BadInput:
        raise
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
        RecursionError,
        NotImplementedError,
        AssertionError,
    ) as error:
        raise BadInput(
            name,
            expected="a PDF with a text layer",
            found=f"one that cannot be read ({type(error).__name__})",
            hint="print it to PDF again",
        ) from None
    if not "".join(pages).strip():
        raise BadInput(
            name,
            expected="a PDF with a text layer",
            found=f"{len(pages)} pages without text",
            hint="a scan: run OCR first",
        )
    return Document(name, _rejoined("\n".join(pages)), (reason("pdf_tables"),))


def _rejoined(text: str) -> str:
    """Lines that a page breaks within a sentence, joined again."""
    lines = [line.strip() for line in text.replace("\r", "\n").split("\n")]
    widest = max((len(line) for line in lines), default=0)
    out: list[str] = []
    for line in lines:
        broken = (
            bool(out)
            and out[-1]
            and line
            and not re.search(r"[。!?！？;；:：]$", out[-1])
            and len(out[-1]) >= widest * 0.6
        )
        if broken:
            out[-1] += line
        else:
            out.append(line)
    return "\n".join(out) + "\n"
