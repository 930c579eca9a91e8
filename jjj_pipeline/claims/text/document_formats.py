"""Web pages, Word documents and PDF as text, each with notes for people about what was not read. What a file is, and how bytes of
plain text are decoded, is for `documents`."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterable
from typing import Any

from jjj_pipeline.claims.reasons import Reason, reason
from jjj_pipeline.claims.text.document_tables import table_lines
from jjj_pipeline.errors import BadInput

Text = tuple[str, tuple[Reason, ...]]  # a text, and notes about it
UNPACKED = 60_000_000  # bytes of XML in a Word document
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_UNSEEN = frozenset(["script", "style", "noscript", "template", "head", "nav", "svg", "iframe", "form"])
_BLOCKS = frozenset(["p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "section", "article", "blockquote"])


def read_html(text: str, name: str) -> Text:
    """The text of a page in one walk over it, however long it is. Raises BadInput."""
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
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n", tuple(notes)


def _html_table(table: Any) -> tuple[list[str], Reason | None]:
    def text_of(element: Any) -> str:
        return re.sub(r"\s+", " ", element.text_content()).strip()

    cells = [list(row.iter("td", "th")) for row in table.iter("tr")]
    if any(c.get("colspan", "1") != "1" or c.get("rowspan", "1") != "1" for row in cells for c in row):
        return [], reason("joined_cells")
    caption = table.find("caption")
    return table_lines([[text_of(c) for c in row] for row in cells], "" if caption is None else text_of(caption))


def read_docx(data: bytes, name: str) -> Text:
    """The text of a Word document with all its changes accepted, then its footnotes. Raises BadInput."""
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
    return "\n".join(lines).strip() + "\n", tuple(notes)


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


def read_pdf(data: bytes, name: str, longest: int) -> Text:
    """The text layer of the pages, up to somewhat more than `longest` characters. Raises BadInput."""
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
            if length > longest:
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
    return _rejoined("\n".join(pages)), (reason("pdf_tables"),)


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
