"""A table of a text as lines, one a row, each figure with its headings; where its form is not plain, why it is not read. Where
tables are found is for `documents` and `document_formats`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jjj_pipeline.claims.reasons import Reason, reason

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


def markdown_tables(text: str) -> str:
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
