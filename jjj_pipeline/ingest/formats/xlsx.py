"""An .xlsx workbook: values and merged ranges through calamine, and what calamine does not give (number formats,
formulas, error values, how far a sheet reaches) from the parts themselves."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import join, normpath

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.formats import calamine, zipped
from jjj_pipeline.ingest.formats.sheets import MAX_CELLS, Cell, Sheet

# every tag that says something of a cell, in one pass: what is never closed costs no second look
_TAG = re.compile(rb"<(?:\w+:)?(row|c|f|v)((?:[\s/][^<>]*)?)>([^<]{0,40})")
_ATTRIBUTE = re.compile(rb"\s(r|s|t)\s*=\s*[\"']([^\"']*)[\"']")
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\s+ref\s*=\s*[\"']([^\"'<>]*)[\"']\s*/>")
_RANGE = re.compile(rb"^\$?[A-Z]{1,3}\$?[1-9]\d{0,6}(?::\$?[A-Z]{1,3}\$?[1-9]\d{0,6})?$")
_REFERENCE = re.compile(rb"^([A-Z]{1,3})(\d{1,7})$")
BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0", 39: "#,##0.00",
            40: "#,##0.00"}  # fmt: skip


@dataclass
class Details:
    """What calamine does not give of one sheet."""

    formats: dict[Cell, str] = field(default_factory=dict)
    formulas: set[Cell] = field(default_factory=set)
    errors: dict[Cell, str] = field(default_factory=dict)


def read(data: bytes, name: str) -> list[Sheet]:
    """The sheets of an .xlsx. Raises BadInput."""
    parts = zipped.members(data, name)
    sheet_parts = _sheet_parts(parts, name)
    details = {title: _details(parts, part, f"{name}!{title}") for title, part in sheet_parts}
    return calamine.sheets(_without_bad_dimensions(data, parts, [p for _, p in sheet_parts]), name, details)


def _without_bad_dimensions(data: bytes, parts: dict[str, bytes], sheets: list[str]) -> bytes:
    """The workbook without a stated range that is none (`A0`): Excel ignores it, calamine stops at it."""
    bad = {}
    for part in sheets:
        match = _DIMENSION.search(parts[part][:4000])
        if match and not _RANGE.match(match.group(1)):
            bad[part] = parts[part][: match.start()] + parts[part][match.end() :]
    if not bad:
        return data
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, bad.get(part, content))
    return out.getvalue()


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
    out = Details()
    row = column = top = right = -1
    kind_of_value = b"n"
    for match in _TAG.finditer(content):
        kind, attributes, inside = match.groups()
        if kind == b"f":
            out.formulas.add((row, column))
        elif kind == b"v":
            if kind_of_value == b"e":
                out.errors[row, column] = inside.decode("ascii", "replace") if inside.startswith(b"#") else "#ERROR"
            elif kind_of_value == b"s" and inside.isdigit() and _small(inside) >= strings:
                raise BadInput(where, expected=f"a text below number {strings}", found=inside.decode())
        else:
            given = dict(_ATTRIBUTE.findall(attributes))
            if kind == b"row":
                row, column = _small(given[b"r"]) - 1 if given.get(b"r", b"").isdigit() else row + 1, -1
                continue
            row, column = _position(given.get(b"r", b""), row, column, where)
            kind_of_value = given.get(b"t", b"n")
            if attributes.endswith(b"/"):
                continue
            top, right = max(top, row), max(right, column)
            if kind_of_value == b"e":
                out.errors[row, column] = "#ERROR"
            elif (
                kind_of_value == b"n"
                and (style := given.get(b"s", b"0")).isdigit()
                and (shown := styles.get(_small(style)))
            ):
                out.formats[row, column] = shown
    if (top + 1) * (right + 1) > MAX_CELLS:
        raise BadInput(
            where, expected=f"a sheet of at most {MAX_CELLS} cells", found=f"{top + 1} rows of {right + 1} columns",
            hint="delete stray cells far from the table",
        )  # fmt: skip
    return out


def _small(digits: bytes) -> int:
    """A number of some digits; one that is longer than any sheet needs is cut."""
    return int(digits[:9])


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
        shown = own.get(number) or (BUILT_IN.get(int(number)) if number.isascii() and number.isdigit() else None)
        if shown and shown != "General":
            out[index] = shown
    return out
