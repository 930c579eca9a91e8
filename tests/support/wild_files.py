"""Small files of third parties' formats, made at run time so that no binary is tracked: one function for each family.

The figures are few and written by hand here; the tests repeat the expected values literally."""

from __future__ import annotations

import io
import struct
from hashlib import md5
from typing import Any

# region: total, basic, applied, experimental (万元). The three parts of each row add up to the total, the members of
# each sub-total to the sub-total, and the provinces to the nation; names of the other provinces follow below.
RD = {
    "全国": ("3100.6", "310.4", "620.2", "2170.0"),
    "北京": ("1000.5", "200.3", "300.1", "500.1"),
    "天津": ("300.1", "30.1", "70.0", "200.0"),
    "河北": ("200.0", "20", "30", "150"),
    "山西": ("1600.0", "60.0", "220.1", "1319.9"),
}
SUBTOTALS = {"东部地区": ("1500.6", "250.4", "400.1", "850.1"), "中部地区": ("1600.0", "60.0", "220.1", "1319.9")}
ENGLISH = {"全国": "National Total", "北京": "Beijing", "天津": "Tianjin", "河北": "Hebei", "山西": "Shanxi",
           "东部地区": "Eastern Region", "中部地区": "Middle Region", "港澳台": "Hong Kong,", "其他": "Others"}  # fmt: skip
SPACED = {"全国": "全    国", "北京": "北    京", "天津": "天 津", "河北": "河   北", "山西": "山西"}
GDP = {"北京市": ("200.5", "100.25", ""), "天津市": ("90.0", "80", "70.1"), "河北省": ("60.3", "50.2", "40.1"),
       "内蒙古自治区": ("30.5", "20.4", "10.3")}  # fmt: skip
YEARS = ("2023年", "2022年", "2021年")


def nbs_lines(region_rows: dict[str, tuple[str, ...]] = GDP, blank_year: bool = False) -> list[list[str]]:
    head = ["地区", *(("2024年",) if blank_year else ()), *YEARS]
    return [head, *([name, *(("",) if blank_year else ()), *row] for name, row in region_rows.items())]


def nbs_gb18030(indicator: str = "地区生产总值(亿元)", newline: str = "\r\n") -> bytes:
    """Second generation: GB18030, three lines, footer with a note that runs on."""
    lines = ["数据库：分省年度数据", f"指标：{indicator}", "时间：最近3年", *(",".join(r) for r in nbs_lines())]
    lines += ["注：1.本表按当年价格计算。", "　　　2.河北为初步数。", "数据来源：国家统计局"]
    return (newline.join(lines) + newline).encode("gb18030")


def nbs_new_platform() -> bytes:
    """Third generation: UTF-8 with a mark, fields end in a tab, a blank newest year, no indicator, no last line end."""
    lines = ["数据库：分省年度数据 ", "时间：2021年-2024年 "]
    lines += ["".join(f"{field}\t," for field in row) for row in nbs_lines(blank_year=True)]
    return ("\n".join([*lines, "数据来源：国家统计局"])).encode("utf-8-sig")


def nbs_indicators(region: str = "河北省") -> bytes:
    """One region: indicators down, years across."""
    lines = [
        "数据库：分省年度数据",
        *([f"地区：{region}"] if region else []),
        "时间：最近3年",
        "指标," + ",".join(YEARS),
    ]
    lines += ["地区生产总值(亿元),60.3,50.2,40.1", "第一产业增加值(亿元),6.3,5.2,4.1", "数据来源：国家统计局"]
    return ("\n".join(lines) + "\n").encode("gb18030")


def nbs_transposed() -> bytes:
    """Years down, regions across."""
    names = list(GDP)
    lines = ["数据库：分省年度数据", "指标：地区生产总值(亿元)", "时间：最近3年", "时间," + ",".join(names)]
    lines += [",".join([year, *(GDP[n][i] for n in names)]) for i, year in enumerate(YEARS)]
    return ("\n".join([*lines, "数据来源：国家统计局"]) + "\n").encode("gb18030")


def nbs_xls() -> bytes:
    """First generation: .xls with numbers."""
    rows: list[list[Any]] = [
        ["数据库：分省年度数据"],
        ["指标：地区生产总值(亿元)"],
        ["时间：最近3年"],
        ["地区", *YEARS],
    ]
    rows += [[name, *(float(v) if v else "" for v in row)] for name, row in GDP.items()]
    return xls({"分省年度数据": [*rows, ["注：1.本表按当年价格计算。"], ["数据来源：国家统计局"]]})


def yearbook_rows(
    title: str = "1-7  各地区研究与试验发展(R&D)经费内部支出(2019年)", numbers: bool = True
) -> list[list[Any]]:
    """Stacked bilingual heading over four rows, sub-totals, blank rows between groups."""
    rows: list[list[Any]] = [
        [title], ["Intramural Expenditure on R&D by Region (2019)"], [],
        ["单位：万元", "", "", "", "", "(10 000 yuan)"],
        ["地    区", "Region", "R&D经费"], ["", "", "内部支出", "基础研究", "应用研究", "试验发展"],
        ["", "", "Total", "Basic", "Applied", "Experimental"], ["", "", "", "Research", "Research", "Development"], [],
    ]  # fmt: skip
    for name, values in [("全国", RD["全国"]), *SUBTOTALS.items(), *((n, v) for n, v in RD.items() if n != "全国")]:
        figures = [float(v) for v in values] if numbers else list(values)
        rows.append([SPACED.get(name, name), f"  {ENGLISH[name]}", *figures])
        if name in ("全国", "中部地区"):
            rows.append([])
    return rows


def yearbook_xls(**kwargs: Any) -> bytes:
    return xls({"Sheet1": yearbook_rows(**kwargs)}, number_format="0")


def yearbook_protected_xls(key: str = "VelvetSweatshop") -> bytes:
    """Text numbers, headings with line breaks, a hidden sheet with an address, Excel's built-in key."""
    rows = [["1-7 各地区研究与试验发展(R&D)经费内部支出(2019年)"], ["Intramural Expenditure on R&D by Region (2019)"],
            ["单位:万元"], ["(10 000 yuan)"], ["地 区", "Region", "R&D经费\r\n内部支出\r\nTotal"],
            ["", "", "", "基础研究\r\nBasic\r\nResearch", "应用研究 \r\nApplied\r\nResearch",
             "试验发展\r\nExperimental\r\nDevelopment"]]  # fmt: skip
    rows += [[SPACED[n], ENGLISH[n], *v] for n, v in RD.items()]
    return xls(
        {"1": rows, "CNKI": [["http://example.org/"]]},
        key=key,
        merges={"1": [(4, 5, 0, 0), (4, 5, 2, 2)]},
        hidden="CNKI",
    )


def yearbook_xlsx(**kwargs: Any) -> bytes:
    return xlsx({"Sheet1": yearbook_rows(**kwargs)}, number_format="0")


def yearbook_ods(**kwargs: Any) -> bytes:
    return ods({"Sheet1": yearbook_rows(**kwargs)})


def yearbook_html() -> bytes:
    """A page under an .xls name: blank lines first, the unit in a table of its own, a heading over two rows."""
    head = '<tr><td rowspan="2">地区</td><td colspan="4">R&amp;D经费内部支出</td></tr>'
    head += "<tr><td>&nbsp;</td><td>基础研究</td><td>应用研究</td><td>试验发展</td></tr>"
    body = "".join(f"<tr><td>{n}</td>{''.join(f'<td>{x}</td>' for x in v)}</tr>\n" for n, v in RD.items())
    return (
        "\n\n\n<!-- page for Excel -->\n<html><head><title>Excel</title></head><body>\n"
        '<div id="tti">中国2019年各地区研究与试验发展(R&amp;D)经费内部支出统计</div>\n'
        '<table id="tab0"><tr><td>单位:万元</td></tr></table>\n'
        f'<table id="tab1">{head}\n{body}</table>\n<div>摘编自《中国科技统计年鉴2020》</div></body></html>'
    ).encode()


def page(title: str, unit: str, head: str, rows: list[tuple[str, ...]]) -> bytes:
    """A page under an .xls name with a heading of its own; `head` is the rows of the heading."""
    body = "".join(f"<tr>{''.join(f'<td>{x}</td>' for x in row)}</tr>\n" for row in rows)
    table = f"<table>{head}{body}</table>"
    unit = f"<table><tr><td>单位:{unit}</td></tr></table>" if unit else ""
    return f"\n\n<html><body><div>{title}</div>\n{unit}\n{table}</body></html>".encode()


def intensity_xls() -> bytes:
    """Years as numbers in the heading, figures with more digits than the page shows."""
    rows: list[list[Any]] = [
        ["1-8  各地区研究与试验发展(R&D)经费投入强度"], ["The R&D Expenditure Input Intensity by Region "], [],
        ["单位：%", "", "", "(%)"], ["地    区", "Region", 2018.0, 2019.0], [],
        ["全    国", "  National Total", 2.140578041906877, 2.24],
        ["北    京", "  Beijing", 5.650849030387241, 6.301539564001795],
        ["天    津", "  Tianjin", 3.684826646910476, 3.293881754473338],
        ["河    北", "  Hebei", 1.5379217469979627, 1.6202132732585066], [], ["注：全国数已修订。"],
    ]  # fmt: skip
    return xls({"Sheet1": rows}, number_format="0.00")


def eps_xlsx() -> bytes:
    """Blocks of regions and years under a merged indicator, text with five decimals, HTML in the footer."""
    rows: list[list[Any]] = [["", "", "2021", "2022"]]
    for label, base in (("地区生产总值（当年价）（亿元）", 1.0), ("铁路营业里程（公里）", 100.0)):
        for i, name in enumerate(("北京", "天津", "河北")):
            rows.append([label if i == 0 else "", name, f"{base + i:.5f}", f"{base + i + 0.5:.5f}"])
    rows += [[], ["数据来源：<p>中国统计年鉴</p>"], ["由EPS DATA整理"]]
    return xlsx({"中国宏观经济数据库": rows}, merges=["A2:A4", "A5:A7"])


def blocks_xlsx() -> bytes:
    """An author's workbook: blocks of years with regions across, and the same again by year."""
    names = ["北京", "天津", "河北"]
    rows: list[list[Any]] = [["", "", *names]]
    for label in ("研发经费", "研发人员全时当量"):
        rows += [[label if y == 2012 else "", str(y), *(y - 2000 + i / 4 for i in range(3))] for y in (2012, 2013)]
    by_year = [["", "研发经费"], ["", 2012.0], *([n, 12 + i / 4] for i, n in enumerate(names))]
    return xlsx({"Sheet1": rows, "Sheet2": by_year})


def bulletin_html() -> bytes:
    """A page with a table by industry and a table by region, each under its caption."""
    industries = "".join(
        f"<tr><td>{n}</td><td>{v}</td></tr>"
        for n, v in (("采矿业", "288.1"), ("煤炭开采和洗选业", "109.2"), ("制造业", "1.5"))
    )
    figures = [
        ("全　国", "22143.6", "2.23"),
        ("北　京", "2233.6", "6.31"),
        ("天　津", "463.0", "3.28"),
        ("河　北", "566.7", "1.61"),
    ]
    regions = "".join(f"<tr><td>{n}</td><td>{a}</td><td>{b}</td></tr>" for n, a, b in figures)
    return (
        "<!DOCTYPE html><html><head><title>2019年全国科技经费投入统计公报</title></head><body><p>正文。</p>"
        "<p><b>附表<span>1</span>　<span>2019</span>年分行业规模以上工业企业"
        "研究与试验发展（<span>R&amp;D</span>）经费情况</b></p>"
        f"<table><tr><td>行业</td><td>R&amp;D<br/>经费<br/>（亿元）</td></tr>{industries}</table>"
        "<p><b>附表<span>2</span>　<span>2019</span>年各地区研究与试验发展（<span>R&amp;D</span>）经费情况</b></p>"
        "<table><tr><td>地　区</td><td><p>R&amp;D</p><p>经费</p><p>（亿元）</p></td><td>R&amp;D经费投入强度（%）</td></tr>"
        f"{regions}</table><p>附注：指标解释。</p></body></html>"
    ).encode()


def long_xlsx() -> bytes:
    """An author's long table: English headings, the year as text, no title."""
    labels = ("合计", "基础研究", "应用研究", "试验发展")
    rows: list[list[Any]] = [["province", "year", "chn_block4", "value", "units", "variables"]]
    rows += [
        [n, "2019", label, float(v[i]), "万元", f"v4_zh_{i}"] for i, label in enumerate(labels) for n, v in RD.items()
    ]
    return xlsx({"Sheet 1": rows})


# ---- workbooks


def xls(
    sheets: dict[str, list[list[Any]]], number_format: str = "General", key: str = "",
    merges: dict[str, list[tuple[int, int, int, int]]] | None = None, hidden: str = "",
) -> bytes:  # fmt: skip
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    style = xlwt.easyxf(num_format_str=number_format)
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                merge = next((m for m in (merges or {}).get(name, []) if (m[0], m[2]) == (r, c)), None)
                if merge:
                    sheet.write_merge(*merge, value)
                elif value != "":
                    sheet.write(r, c, value, style)
        if name == hidden:
            sheet.visibility = 1
    if key:
        return _protected(book.get_biff_data(), key)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _protected(stream: bytes, key: str) -> bytes:
    """The workbook stream under 40-bit RC4 ([MS-XLS] 2.2.10, [MS-OFFCRYPTO] 2.3.6), in a container of its own."""
    import xlwt.CompoundDoc
    from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
    from cryptography.hazmat.primitives.ciphers import Cipher
    from msoffcrypto.method.rc4 import DocumentRC4, _makekey

    salt, verifier = bytes(range(16)), bytes(range(100, 116))
    encryptor = Cipher(ARC4(_makekey(key, salt, 0)), mode=None).encryptor()
    proof = encryptor.update(verifier) + encryptor.update(md5(verifier).digest())
    filepass = struct.pack("<HHHHH", 0x2F, 54, 1, 1, 1) + salt + proof
    records, at = [], 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        content = stream[at + 4 : at + 4 + size]
        if kind == 0x85:  # a sheet's place moves by the new record
            content = struct.pack("<I", struct.unpack_from("<I", content)[0] + len(filepass)) + content[4:]
        records.append((kind, content))
        at += 4 + size
        if at == 4 + size:
            records.append((0x2F, filepass[4:]))
    clear, hidden = bytearray(), bytearray()
    for kind, content in records:
        plain = len(content) if kind in (0x809, 0x2F, 0xE1) else 4 if kind == 0x85 else 0
        clear += struct.pack("<HH", kind, len(content)) + content
        hidden += b"\x00" * (4 + plain) + content[plain:]
    secret = DocumentRC4.decrypt(key, salt, io.BytesIO(bytes(hidden)), blocksize=1024).read()
    out, at = bytearray(clear), 0
    for kind, content in records:
        plain = len(content) if kind in (0x809, 0x2F, 0xE1) else 4 if kind == 0x85 else 0
        out[at + 4 + plain : at + 4 + len(content)] = secret[at + 4 + plain : at + 4 + len(content)]
        at += 4 + len(content)
    file = io.BytesIO()
    # the container fills up with zeros, which must be whole records
    xlwt.CompoundDoc.XlsDoc().save(file, bytes(out) + struct.pack("<HH", 0, -len(out) % 4) + b"\x00" * (-len(out) % 4))
    return file.getvalue()


def xlsx(sheets: dict[str, list[list[Any]]], number_format: str = "General", merges: list[str] | None = None) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                if value != "":
                    sheet.cell(r, c, value).number_format = number_format if isinstance(value, float) else "General"
        for merge in merges or []:
            sheet.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(sheets: dict[str, list[list[Any]]]) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for value in row:
                number = isinstance(value, float)
                cell = TableCell(valuetype="float", value=repr(value)) if number else TableCell(valuetype="string")
                cell.addElement(P(text=f"{value:.0f}" if number else value))
                line.addElement(cell)
            table.addElement(line)
        document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()


FAMILIES = {
    "nbs_gb18030.csv": nbs_gb18030, "nbs_new_platform.csv": nbs_new_platform, "nbs_indicators.csv": nbs_indicators,
    "nbs_transposed.csv": nbs_transposed, "nbs.xls": nbs_xls, "yearbook.xls": yearbook_xls,
    "protected.xls": yearbook_protected_xls, "yearbook.xlsx": yearbook_xlsx, "yearbook.ods": yearbook_ods,
    "page.xls": yearbook_html, "intensity.xls": intensity_xls, "eps.xlsx": eps_xlsx, "blocks.xlsx": blocks_xlsx,
    "bulletin.html": bulletin_html, "long.xlsx": long_xlsx,
}  # fmt: skip
