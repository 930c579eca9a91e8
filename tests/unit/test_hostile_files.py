"""Files made to hurt: each ends in one line within five seconds of processor time and without much memory."""

from __future__ import annotations

import io
import math
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import reader
from jjj_pipeline.ingest.formats import open_file
from jjj_pipeline.ingest.matching.column_matching import Hints
from jjj_pipeline.ingest.matching.loaded_figures import agree
from tests.support import wild_files as wild

SECONDS = 5.0


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A small workbook with one part changed."""
    source = zipfile.ZipFile(io.BytesIO(wild.xlsx({"s": [["地区", "2025"], ["北京", 1.0], ["天津", 2.0]]})))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            content = source.read(part)
            target.writestr(part, change(content) if name in part else content)
    return out.getvalue()


def page(body: str) -> bytes:
    return f"<html><body>{body}</body></html>".encode()


def panel(figure: str) -> bytes:
    return f"地区,2025\n北京,{figure}\n天津,2\n河北,3\n".encode()


XML = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table>'
)
MIME = b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="0"\r\n\r\n'
FILES: dict[str, Callable[[], bytes]] = {
    "cells never closed": lambda: with_part(
        "sheet1", lambda d: d.replace(b"<sheetData>", b'<sheetData><row r="1">' + b'<c r="A1" t="n">' * 400_000)
    ),
    "tags never ended": lambda: with_part("sheet1", lambda d: b"<worksheet><sheetData><row>" + b"<c " * 1_000_000),
    "formulas never closed": lambda: with_part(
        "sheet1", lambda d: b"<worksheet><sheetData><row>" + b'<c r="A1"><f>' * 200_000
    ),
    "a page of 800,000 cells": lambda: page(f"<table>{('<tr>' + '<td>1</td>' * 20 + '</tr>') * 40_000}</table>"),
    "spans without end": lambda: page(
        "<table><tr>" + '<td rowspan="1000" colspan="1000">a</td>' * 5_000 + "</tr></table>"
    ),
    "tables in tables": lambda: page("<table><tr><td>" * 20_000 + "x" + "</td></tr></table>" * 20_000),
    "a tag of 200,000 attributes": lambda: page(
        f"<table><tr><td {' '.join(f'a{n}' for n in range(200_000))}>1</td></tr></table>"
    ),
    "attributes without blanks": lambda: page(
        f"<table><tr><td {''.join(f'a{n}=x/' for n in range(200_000))} {'b/' * 200_000}>1</td></tr></table>"
    ),
    "comments never closed": lambda: page("<!--" * 500_000 + "<table><tr><td>x</td></tr></table>"),
    "elements of XML in elements": lambda: (XML + "<a>" * 3_000).encode(),
    "a cell far away": lambda: (
        XML + '<Row ss:Index="9999999"><Cell ss:Index="9999999"><Data ss:Type="Number">1</Data></Cell></Row>'
        "</Table></Worksheet></Workbook>"
    ).encode(),
    "parts in parts of an archive": lambda: (
        MIME
        + b"".join(b'--%d\r\nContent-Type: multipart/mixed; boundary="%d"\r\n\r\n' % (i, i + 1) for i in range(3_000))
    ),
    "ten thousand tables": lambda: "地区,2025\n北京,1\n天津,2\n河北,3\n".encode() * 10_000,
    "too many columns": lambda: ("地区" + ",2025" * 20_000 + "\n").encode(),
    "400 digits": lambda: panel("9" * 400),
    "31 digits": lambda: panel("1." + "3" * 30),
    "below the doubles": lambda: panel("1e-320"),
    "infinity": lambda: panel("inf"),
    "a million rows of a name": lambda: "地区,2025\n".encode() + "北京,1\n天津,2\n河北,3\n".encode() * 30_000,
}


@pytest.mark.parametrize("kind", FILES)
def test_it_ends_in_one_line_and_soon(kind: str, catalog: Catalog) -> None:
    data = FILES[kind]()
    began = time.process_time()
    with pytest.raises(BadInput) as refused:
        reader.understand(open_file.parse(data, "f"), Path("f"), Hints(table="nbs_gdp"), catalog)
    assert time.process_time() - began < SECONDS
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 2000


def test_a_picture_in_a_page_is_no_row_of_attributes() -> None:
    picture = f'style="background: url(data:image/png;base64,{"ab/c " * 20_000})"'
    book = open_file.parse(
        page(f"<table><tr><td {picture}>北京</td><td>1</td></tr><tr><td>天津</td><td>2</td></tr></table>"), "f"
    )
    assert book.sheets[0].cells == [["北京", "1"], ["天津", "2"]]


@pytest.mark.parametrize("kind", ["400 digits", "31 digits", "below the doubles", "infinity"])
def test_a_figure_that_is_no_number_is_refused_at_its_cell(kind: str, catalog: Catalog) -> None:
    with pytest.raises(BadInput, match="cell B2: expected a figure"):
        reader.understand(open_file.parse(FILES[kind](), "f"), Path("f"), Hints(table="nbs_gdp"), catalog)


def test_missing_as_programs_write_it_is_a_blank(catalog: Catalog) -> None:
    read = reader.understand(open_file.parse(panel("NaN"), "f"), Path("f"), Hints(table="nbs_gdp"), catalog)
    assert [r[7] for r in read.rows] == [None, 2.0, 3.0]


def test_infinity_equals_nothing() -> None:
    assert not agree(math.inf, 0.5, math.inf, 0.5)
    assert not agree(math.inf, math.inf, 3.0, 0.5)
    assert not agree(3.0, 0.5, math.inf, 0.5)
    assert agree(3.0, 0.5, 3.4, 0.05)


@pytest.mark.parametrize("span", ["²", "٣", "1e3", "-2", ""])
def test_a_span_that_is_no_number_is_one(span: str, catalog: Catalog) -> None:
    rows = "".join(f"<tr><td>{n}</td><td>{i}</td></tr>" for i, n in enumerate(("北京", "天津", "河北"), 1))
    data = page(f'<table><tr><td rowspan="{span}" colspan="{span}">地区</td><td>2025</td></tr>{rows}</table>')
    read = reader.understand(open_file.parse(data, "f"), Path("f"), Hints(table="nbs_gdp"), catalog)
    assert [r[7] for r in read.rows] == [1.0, 2.0, 3.0]


def test_a_number_format_that_is_no_number_is_none(catalog: Catalog) -> None:
    data = with_part("styles", lambda d: d.replace(b'numFmtId="0"', 'numFmtId="²"'.encode()))
    assert open_file.parse(data, "f").sheets[0].text(1, 1) == "1"
