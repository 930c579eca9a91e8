"""Files of the kinds that were once read wrong or refused wrongly, made at run time: two for each kind beside the small files
in `fixtures/reader`, in another layout and another format. Their figures are few and follow from one rule, so that a test
can state them: the i-th province (北京 is 1) has the figures 10 i, i, 2 i and 7 i (total, basic, applied, experimental)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

PROVINCES = [
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
]
ENGLISH = [
    "Beijing",
    "Tianjin",
    "Hebei",
    "Shanxi",
    "Inner\xa0Mongolia",
    "Liaoning",
    "Jilin",
    "Heilongjiang",
    "Shanghai",
    "Jiangsu",
    "Zhejiang",
    "Anhui",
    "Fujian",
    "Jiangxi",
    "Shandong",
    "Henan",
    "Hubei",
    "Hunan",
    "Guangdong",
    "Guangxi",
    "Hainan",
    "Chongqing",
    "Sichuan",
    "Guizhou",
    "Yunnan",
    "Tibet",
    "Shaanxi",
    "Gansu",
    "Qinghai",
    "Ningxia",
    "Xinjiang",
]
CODES = (
    11,
    12,
    13,
    14,
    15,
    21,
    22,
    23,
    31,
    32,
    33,
    34,
    35,
    36,
    37,
    41,
    42,
    43,
    44,
    45,
    46,
    50,
    51,
    52,
    53,
    54,
    61,
    62,
    63,
    64,
    65,
)
RD_TITLE = "1-7 各地区研究与试验发展(R&D)经费内部支出(2025年)"
RD_HEAD = ["R&D经费内部支出", "基础研究", "应用研究", "试验发展"]
SECTORS = ["地区生产总值", "第一产业增加值", "第二产业增加值", "第三产业增加值"]
SUM = 496  # 1 + 2 + ... + 31
Rows = list[list[Any]]


def figures(i: int) -> list[float]:
    return [10.0 * i, 1.0 * i, 2.0 * i, 7.0 * i]


def rd(names: list[str] = PROVINCES) -> Rows:
    """A row for each province: total and three parts."""
    return [[name, *figures(PROVINCES.index(name) + 1)] for name in names]


def panel(years: tuple[int, ...] = (2024, 2025)) -> list[tuple[str, int, list[float]]]:
    """(province, year, total and parts); a year later every figure is one tenth larger."""
    return [
        (name, year, [v * (1 + (year - years[0]) / 10) for v in figures(i)])
        for i, name in enumerate(PROVINCES, 1)
        for year in years
    ]


def csv(rows: Rows, *, encoding: str = "utf-8", newline: str = "\n", end: bool = True, separator: str = ",") -> bytes:
    text = newline.join(separator.join(_plain(v) for v in row) for row in rows)
    return (text + (newline if end else "")).encode(encoding)


def _plain(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def html(rows: Rows, before: str = "", head_rows: int = 1) -> bytes:
    lines = "".join(f"<tr>{''.join(f'<td>{_plain(v)}</td>' for v in row)}</tr>\n" for row in rows)
    return f"<html><body>{before}<table>{lines}</table></body></html>".encode()


def xlsx_with_format(rows: Rows, formats: dict[int, str]) -> bytes:
    """A workbook whose numbers of a column bear a number format."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for line in sheet.iter_rows():
        for cell in line:
            if isinstance(cell.value, float) and (shown := formats.get(cell.column - 1)):
                cell.number_format = shown
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods_percent() -> bytes:
    """Cells of the kind percentage: stored 0.05, shown 5.00%."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="s")
    for row in [["附表2 2025年各地区研究与试验发展(R&D)经费情况"], ["地区", "R&D经费(亿元)", "R&D经费投入强度(%)"]]:
        line = TableRow()
        for text in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    for i, name in enumerate(PROVINCES, 1):
        line = TableRow()
        first = TableCell(valuetype="string")
        first.addElement(P(text=name))
        line.addElement(first)
        number = TableCell(valuetype="float", value=str(10 * i))
        number.addElement(P(text=str(10 * i)))
        line.addElement(number)
        percent = TableCell(valuetype="percentage", value=str(i / 1000))
        percent.addElement(P(text=f"{i / 10:.2f}%"))
        line.addElement(percent)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()


def without_dimension(data: bytes, reference: str = "A0") -> bytes:
    """A workbook that states a range that is none."""
    source, out = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{reference}"'.encode(), part)
            target.writestr(name, part)
    return out.getvalue()


def excel_xml(rows: Rows) -> bytes:
    """SpreadsheetML with a cell index, a merged heading and a style of percent."""
    lines = []
    for row in rows:
        cells = ""
        skipped = False
        for c, value in enumerate(row, 1):
            if value == "":
                skipped = True
                continue
            index = f' ss:Index="{c}"' if skipped else ""
            skipped = False
            kind = "Number" if isinstance(value, float) else "String"
            style = ' ss:StyleID="p"' if isinstance(value, float) and value < 1 else ""
            text = str(value).replace("&", "&amp;")
            cells += f'<Cell{index}{style}><Data ss:Type="{kind}">{text}</Data></Cell>'
        lines.append(f"<Row>{cells}</Row>")
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        (
            f'<?xml version="1.0" encoding="utf-8"?>\n<?mso-application progid="Excel.Sheet"?>\n<ss:Workbook xmlns="{namespace}" '
            f'xmlns:ss="{namespace}"><Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style></Styles>'
            f'<Worksheet ss:Name="表"><Table>{"".join(lines)}</Table></Worksheet></ss:Workbook>'
        )
        .replace("<Styles>", "<ss:Styles>")
        .replace("</Styles>", "</ss:Styles>")
        .encode()
    )


def mhtml(page: bytes, encoding: str = "base64") -> bytes:
    """A web archive of two parts: a picture and the page."""
    import base64
    import quopri

    body = base64.encodebytes(page) if encoding == "base64" else quopri.encodestring(page)
    return (
        b'From: <Saved by Excel>\r\nSubject: t\r\nMIME-Version: 1.0\r\n'
        b'Content-Type: multipart/related;\r\n\tboundary="----=_b"\r\n\r\n'
        b"------=_b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n------=_b\r\n"
        b'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: ' + encoding.encode() + b"\r\n\r\n"
    ) + body.replace(b"\n", b"\r\n") + b"\r\n------=_b--\r\n"  # fmt: skip


def gdp_lines(region_rows: Rows, indicator: str = "地区生产总值(亿元)") -> Rows:
    lines = ("数据库：分省年度数据", f"指标：{indicator}", "时间：最近2年")
    return [*([line] for line in lines), *region_rows, ["数据来源：国家统计局"]]


def two_years(names: list[str] = PROVINCES) -> Rows:
    """地区, 2025, 2024 with 10 i and 9 i."""
    return [[n, 10.0 * (PROVINCES.index(n) + 1), 9.0 * (PROVINCES.index(n) + 1)] for n in names]


FEW = ["北京", "上海", "江苏", "浙江"]  # 10, 90, 100, 110


def old_belts() -> Rows:
    """Three belts as the high-technology tables had them up to 2012; the figures of a belt are the sums of its members."""
    east = ["北京", "天津", "河北", "辽宁", "上海", "江苏", "浙江", "福建", "山东", "广东", "广西", "海南"]
    centre = ["山西", "内蒙古", "吉林", "黑龙江", "安徽", "江西", "河南", "湖北", "湖南"]
    west = [p for p in PROVINCES if p not in (*east, *centre)]
    rows: Rows = [["全国", *(float(SUM * k) for k in (10, 1, 2, 7))]]
    for name, members in (("东部地区", east), ("中部地区", centre), ("西部地区", west)):
        total = sum(PROVINCES.index(m) + 1 for m in members)
        rows.append([name, *(float(total * k) for k in (10, 1, 2, 7))])
    return [*rows, *rd()]


def rd_sheet(rows: Rows, title: str = RD_TITLE, unit: str = "单位：万元", head: list[str] | None = None) -> Rows:
    return [[title], [unit], ["地区", *(head or RD_HEAD)], *rows]


def wide_panel(
    head: list[str], row: Callable[[str, int, list[float]], list[Any]], years: tuple[int, ...] = (2024, 2025)
) -> Rows:  # fmt: skip
    return [head, *(row(name, year, values) for name, year, values in panel(years))]


def flow_rows(*, with_hmt: bool = True) -> Rows:
    rows: Rows = [["全国", 560.0, 600.0], *([n, 1.0 * i, 2.0 * i] for i, n in enumerate(PROVINCES, 1))]
    return [*rows, *([["港澳台", 5.0, 6.0]] if with_hmt else []), ["国外", 7.0, 8.0]]


def transposed(rows: Rows) -> Rows:
    return [list(column) for column in zip(*rows, strict=True)]


def long_made_up_years() -> bytes:
    """31 provinces x 25 years across a workbook, figures without the name of their indicator; no publication prints them."""
    from tests.support import wild_files

    rows = [[n, *(float(1000003 + 7919 * i + 104729 * k) for k in range(25))] for i, n in enumerate(PROVINCES, 1)]
    return wild_files.xlsx({"Sheet1": [["地区", *(str(2000 + k) for k in range(25))], *rows]})


def many_unnamed_columns() -> bytes:
    """31 provinces with 25 columns of small whole numbers that nobody names, without a year, as a page: each column may be
    anything of any year."""
    rows = [[n, *((i * k) % 37 + 1 for k in range(1, 26))] for i, n in enumerate(PROVINCES, 1)]
    return html([["地区", *(f"x{k}" for k in range(1, 26))], *rows])
