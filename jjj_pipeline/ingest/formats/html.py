"""Tables of an HTML page, under whatever name it was saved: each table that holds no other one is a sheet, with the
lines of the page above and below it. A table of one row (a line with the unit) counts as such a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.formats.sheets import MAX_SHEETS, Cell, Sheet, cut, rectangular

_BLOCKS = frozenset((
    "address", "article", "blockquote", "body", "br", "caption", "center", "dd", "div", "dl", "dt",
    "fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "li",
    "main", "nav", "ol", "option", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead",
    "title", "tr", "ul",
))  # fmt: skip
_SKIPPED = frozenset(("script", "style", "noscript"))
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_HIDES = re.compile(r"<!--|<(script|style)\b")
_FORMULA = re.compile(r"(?:^|:)fmla$")
AROUND = 8  # lines around a table that may describe it
_VALUE = r"=\s*+(?:\"[^\"]*\"|'[^']*'|[^\s>]*+)"
_TAG = re.compile(rf"<[a-z](?:[^>=]++|{_VALUE})*+")  # to its end, in one pass
_BETWEEN = re.compile(r"[\s/]+")
MAX_SPAN = 1000
MAX_ATTRIBUTES = 2000  # of one tag: with their number the time grows in square
MAX_PAGE_CELLS = 100_000  # a page of a yearbook holds a few thousand


def looks_like(text: str) -> bool:
    """Whether the text is an HTML page or a bare table."""
    head = text[:20_000].lstrip("\ufeff \t\r\n").lower()
    return head.startswith("<") and bool(re.search(r"<(!doctype html|html|table|body|div)\b", head))


def has_table(text: str) -> bool:
    return "<table" in text.lower()


def read(text: str, name: str) -> list[Sheet]:
    """The tables of a page in order. Raises BadInput where the page is cut, too large or no page."""
    import lxml.html

    lower = text.lower()
    if (cells := lower.count("<td") + lower.count("<th")) > MAX_PAGE_CELLS:
        raise BadInput(name, expected=f"a page of at most {MAX_PAGE_CELLS} cells", found=str(cells))
    _refuse_cut(_visible(lower), name)
    if any(len(tag) > MAX_ATTRIBUTES and _attributes(tag) > MAX_ATTRIBUTES for tag in _TAG.findall(lower)):
        raise BadInput(name, expected=f"tags of at most {MAX_ATTRIBUTES} attributes", found="more")
    parser = lxml.html.HTMLParser(encoding="utf-8")
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "surrogatepass"), parser=parser)
    except (lxml.etree.ParserError, ValueError) as error:
        raise BadInput(name, expected="an HTML page", found=str(error)) from None
    return _sheets(root, name)


def _attributes(tag: str) -> int:
    """How many attributes a tag may have; values do not count, whatever is in them."""
    return len(_BETWEEN.findall(re.sub(_VALUE, "= ", tag)))


def _visible(text: str) -> str:
    """The text without comments and scripts, in one pass: what is never closed stays."""
    parts, at = [], 0
    while (start := _HIDES.search(text, at)) is not None:
        closing = f"</{start.group(1)}" if start.group(1) else "-->"
        end = text.find(closing, start.end())
        if end < 0:
            break
        parts.append(text[at : start.start()])
        at = end + len(closing)
    return "".join([*parts, text[at:]])


def _refuse_cut(text: str, name: str) -> None:
    """A page that ends inside a table is cut; pages that forget to close an outer table are common."""
    if max(text.rfind("<td"), text.rfind("<th"), text.rfind("<tr")) > text.rfind("</table"):
        raise BadInput(
            name, expected="the end of the table", found="the end of the page", hint="it is cut: save it again"
        )


def _sheets(root: Any, name: str) -> list[Sheet]:
    """Walk the page in order: lines of text, and tables in their places."""
    found: list[tuple[int, Any]] = []  # (number of lines before it, table)
    lines: list[str] = []
    for piece in _flow(root):
        if isinstance(piece, str):
            lines.append(piece)
        elif len(flat := [c for row in _rows(piece) for c in row]) <= 3 and len(_rows(piece)) == 1:
            lines.extend(t for t in (_inner(c) for c in flat) if t)
        else:
            found.append((len(lines), piece))
    if len(found) > MAX_SHEETS:
        raise BadInput(name, expected=f"at most {MAX_SHEETS} tables", found=f"{len(found)}")
    ends = [0, *(at for at, _ in found), len(lines)]
    return [
        _sheet(f"table {i + 1}", table, lines[ends[i] : at][-AROUND:], lines[at : ends[i + 2]][:AROUND], name)
        for i, (at, table) in enumerate(found)
    ]


def _flow(root: Any) -> Iterator[Any]:
    """Lines of text and innermost tables, in the order of the page."""
    line: list[str] = []

    def visit(element: Any) -> Iterator[Any]:
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag == "table" and next(element.iterdescendants("table"), None) is None:
            yield from flush()
            yield element
        elif tag and tag not in _SKIPPED:
            if tag in _BLOCKS:
                yield from flush()
            line.append(element.text or "")
            for child in element:
                yield from visit(child)
                line.append(child.tail or "")
            if tag in _BLOCKS:
                yield from flush()

    def flush() -> Iterator[str]:
        text = cut(_SPACE.sub(" ", "".join(line)).strip())
        line.clear()
        if text:
            yield text

    yield from visit(root)
    yield from flush()


def _rows(table: Any) -> list[list[Any]]:
    return [[c for c in row if c.tag in ("td", "th")] for row in table.iter("tr")]


def _inner(cell: Any) -> str:
    """Text of a cell; a line break or a paragraph inside it is a new line."""
    if not len(cell):
        return _SPACE.sub(" ", cell.text or "").strip()
    parts: list[str] = []
    for element in cell.iter():
        if element is not cell and element.tag in ("br", "p", "div"):
            parts.append("\n")
        if isinstance(element.tag, str) and element.tag not in _SKIPPED:
            parts.append(_SPACE.sub(" ", element.text or ""))
        if element is not cell:
            if element.tag in ("p", "div"):
                parts.append("\n")
            parts.append(_SPACE.sub(" ", element.tail or ""))
    return "\n".join(t for t in (line.strip() for line in "".join(parts).split("\n")) if t)


def _span(cell: Any, what: str) -> int:
    value = str(cell.get(what, "1")).strip()
    return min(max(int(value), 1), MAX_SPAN) if value.isascii() and value.isdigit() and len(value) < 10 else 1


def _sheet(title: str, table: Any, above: list[str], below: list[str], name: str) -> Sheet:
    grid: dict[Cell, str] = {}
    merged: dict[Cell, Cell] = {}
    formulas: set[Cell] = set()
    widths: list[int] = []
    for r, row in enumerate(_rows(table)):
        c = 0
        for cell in row:
            while (r, c) in grid:
                c += 1
            text = _inner(cell)
            height, width = _span(cell, "rowspan"), _span(cell, "colspan")
            if len(grid) + height * width > 2 * MAX_PAGE_CELLS:
                raise BadInput(
                    f"{name}!{title}", expected=f"at most {2 * MAX_PAGE_CELLS} cells with their spans", found="more"
                )
            if any(_FORMULA.search(str(k)) for k in cell.attrib):
                formulas.add((r, c))
            for dr in range(height):
                for dc in range(width):
                    grid[r + dr, c + dc] = text
                    if dr or dc:
                        merged[r + dr, c + dc] = (r, c)
            c += width
        while (r, c) in grid:
            c += 1
        widths.append(c)
    height = len(widths)
    width = max((column + 1 for _, column in grid), default=0)
    cells = rectangular([[grid.get((r, c), "") for c in range(width)] for r in range(height)])
    return Sheet(
        title, cells, merged=merged, formulas=frozenset(formulas), widths=tuple(widths)[: len(cells)],
        above=tuple(above), below=tuple(below),
    )  # fmt: skip
