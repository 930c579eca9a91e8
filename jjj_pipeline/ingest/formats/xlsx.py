"""An .xlsx workbook: values and merged ranges through calamine, and what calamine does not tell (number formats,
formulas, error values, how far a sheet reaches) from the parts themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import join, normpath

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.formats import calamine, zipped
from jjj_pipeline.ingest.formats.sheets import MAX_CELLS, Cell, Sheet

_TAG = re.compile(rb"<(?:\w+:)?(row|c)((?:\s[^>]*?)?)(/?)>")
_ATTRIBUTE = re.compile(rb"\s(r|s|t)\s*=\s*[\"']([^\"']*)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_ERROR = re.compile(rb"<(?:\w+:)?v>(#[^<]{1,12})</")
_INDEX = re.compile(rb"<(?:\w+:)?v>(\d+)</")
_REFERENCE = re.compile(rb"^([A-Z]{1,3})(\d{1,7})$")
BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0", 39: "#,##0.00",
            40: "#,##0.00"}  # fmt: skip


@dataclass
class Details:
    """What calamine does not tell of one sheet."""

    formats: dict[Cell, str] = field(default_factory=dict)
    formulas: set[Cell] = field(default_factory=set)
    errors: dict[Cell, str] = field(default_factory=dict)


def read(data: bytes, name: str) -> list[Sheet]:
    """The sheets of an .xlsx. Raises BadInput."""
    parts = zipped.members(data, name)
    details = {title: _details(parts, part, f"{name}!{title}") for title, part in _sheet_parts(parts, name)}
    return calamine.sheets(data, name, details)


def _sheet_parts(parts: dict[str, bytes], name: str) -> list[tuple[str, str]]:
    """(title, part) of each sheet, through the relations of the workbook."""
    main = next((p for p in ("xl/workbook.xml", "xl/workbook.bin") if p in parts), "")
    relations = f"xl/_rels/{main.removeprefix('xl/')}.rels"
    if main.endswith(".bin"):
        raise BadInput(
            name, expected="an .xlsx, .xls, .ods, CSV or HTML table", found="an .xlsb workbook", hint="save it as .xlsx"
        )
    if not main or relations not in parts:
        raise BadInput(name, expected="a workbook", found="a zip archive without one", hint="unpack it first")
    targets = {
        r.get("Id"): normpath(join("xl", (r.get("Target") or "").lstrip("/").removeprefix("xl/")))
        for r in zipped.xml(parts[relations], name)
    }
    sheets = [e for e in zipped.xml(parts[main], name).iter() if str(e.tag).endswith("}sheet")]
    out = []
    for sheet in sheets:
        identity = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        part = targets.get(identity, "")
        if part not in parts:
            raise BadInput(name, expected=f"the part of sheet {sheet.get('name')}", found="none", hint="fetch it again")
        out.append((sheet.get("name") or "", part))
    return out


def _details(parts: dict[str, bytes], part: str, where: str) -> Details:
    content = parts[part]
    styles = _number_formats(parts.get("xl/styles.xml", b""), where)
    strings = len(re.findall(rb"<(?:\w+:)?si[\s>/]", parts.get("xl/sharedStrings.xml", b"")))
    has_formulas = bool(_FORMULA.search(content))
    out = Details()
    row = column = top = right = -1
    for match in _TAG.finditer(content):
        kind, attributes, closed = match.groups()
        given = dict(_ATTRIBUTE.findall(attributes))
        if kind == b"row":
            row = int(given[b"r"]) - 1 if given.get(b"r", b"").isdigit() else row + 1
            column = -1
            continue
        row, column = _position(given.get(b"r", b""), row, column, where)
        if closed:
            continue
        top, right = max(top, row), max(right, column)
        kind_of_value = given.get(b"t", b"n")
        inside = content[match.end() : content.find(b"</", match.end()) + 64] if kind_of_value in (b"s", b"e") else b""
        if kind_of_value == b"n":
            style = given.get(b"s", b"0")
            if style.isdigit() and (shown := styles.get(int(style))):
                out.formats[row, column] = shown
        elif kind_of_value == b"e":
            error = _ERROR.search(inside)
            out.errors[row, column] = error.group(1).decode("ascii", "replace") if error else "#ERROR"
        elif kind_of_value == b"s" and (index := _INDEX.search(inside)) and int(index.group(1)) >= strings:
            raise BadInput(where, expected=f"a text below number {strings}", found=index.group(1).decode())
        if has_formulas and _FORMULA.search(_cell(content, match.end())):
            out.formulas.add((row, column))
    if (top + 1) * (right + 1) > MAX_CELLS:
        raise BadInput(
            where, expected=f"a sheet of at most {MAX_CELLS} cells", found=f"{top + 1} rows of {right + 1} columns",
            hint="delete stray cells far from the table",
        )  # fmt: skip
    return out


def _cell(content: bytes, start: int) -> bytes:
    """From a cell's start tag to its end tag."""
    end = content.find(b"</c>", start)
    if end < 0:
        found = re.compile(rb"</\w+:c>").search(content, start)
        end = found.start() if found else start
    return content[start:end]


def _position(reference: bytes, row: int, column: int, where: str) -> Cell:
    if not reference:
        return row, column + 1
    match = _REFERENCE.match(reference)
    if not match or int(match.group(2)) == 0:
        raise BadInput(where, expected="a cell address", found=repr(reference[:20]))
    return int(match.group(2)) - 1, _column(match.group(1))


@lru_cache(maxsize=20_000)
def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _number_formats(styles: bytes, where: str) -> dict[int, str]:
    """Cell style -> number format, where it is one that shows digits."""
    if not styles:
        return {}
    root = zipped.xml(styles, where)
    own = {e.get("numFmtId"): e.get("formatCode", "") for e in root.iter() if str(e.tag).endswith("}numFmt")}
    used = next((e for e in root if str(e.tag).endswith("}cellXfs")), None)
    out = {}
    for index, style in enumerate(used if used is not None else ()):
        number = style.get("numFmtId", "0")
        shown = own.get(number) or (BUILT_IN.get(int(number)) if number.isdigit() else None)
        if shown and shown != "General":
            out[index] = shown
    return out
