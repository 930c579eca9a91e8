"""Kinds of files that were read wrong, or refused without need: the small files of `fixtures/reader`, and two more of each kind
in another layout and format (`support/reader_inputs`). What each holds is stated here by hand."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import reader
from jjj_pipeline.ingest.formats import open_file
from jjj_pipeline.ingest.matching.column_matching import Hints
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures
from jjj_pipeline.ingest.matching.to_observations import Understood
from tests.conftest import ROOT
from tests.support import reader_inputs as made
from tests.support import wild_files as wild
from tests.support.proposals import follow

FIXTURES = ROOT / "tests" / "fixtures" / "reader"
PROVINCES, FEW, SUM = made.PROVINCES, made.FEW, made.SUM
Cell = tuple[str, str, int, float | None, str]  # indicator, region, year, value, printed


@dataclass
class Read:
    """What a file gives: table, release, number of cells, some of them, regions that must not occur, words to be told."""

    table: str
    release: str
    cells: int
    some: dict[str, Cell] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass
class Refused:
    words: tuple[str, ...]
    without: tuple[str, ...] = ()


@dataclass
class Case:
    """A file (below `fixtures/reader`, or made), what is said of it, and what is expected."""

    file: str
    expected: Read | Refused
    make: Callable[[], bytes] | None = None
    hints: Hints = field(default_factory=Hints)

    def data(self) -> bytes:
        return self.make() if self.make else (FIXTURES / self.file).read_bytes()


def read(data: bytes, name: str, hints: Hints, catalog: Catalog, loaded: LoadedFigures | None) -> Understood:
    return reader.understand(open_file.parse(data, name), Path(name), hints, catalog, loaded)


def rd_read(cells: int = 124, **more: object) -> Read:
    """The table of R&D by activity, from the rule of `reader_inputs`."""
    return Read("cstsy_rd_by_activity", "2026", cells, **more)  # type: ignore[arg-type]


RD, SECTORS, GDP = Hints(table="cstsy_rd_by_activity"), Hints(table="nbs_gdp_by_sector"), Hints(table="nbs_gdp")
PANEL = Read("nbs_gdp_by_sector", "2026", 248)
FIXED = [
    Case(
        "01-total-of-few-read-as-nation/population_three_and_total.csv",
        Read(
            "nbs_population",
            "2027",
            6,
            {"B5": ("population", "110000", 2026, 2187.0, "2187")},
            ("CN",),
            ("A8 合计 of 3 of 31 provinces is not the nation: left out",),
        ),
    ),
    Case(
        "01-total-of-few-read-as-nation/rd_three_and_total.xlsx",
        rd_read(
            12,
            some={"B5": ("rd_expenditure", "110000", 2025, 3094.4269, "30944269")},
            without=("CN",),
            notices=("A4 合计",),
        ),
    ),
    Case(
        "02-chapter-line-hides-title/chapter_then_title.xlsx",
        Read("cstsy_hightech_operation", "2026", 93, {"D7": ("hightech_profit", "130000", 2025, 228.7, "228.7")}),
    ),
    Case(
        "02-chapter-line-hides-title/chapter_wrong_table.xlsx",
        Refused(("cell A2", "国内三种专利申请受理数", "cstsy_patent_applications")),
        hints=Hints(table="cstsy_patent_grants", release="2026"),
    ),
    Case(
        "02-chapter-line-hides-title/chapter_wrong_release.xlsx",
        Refused(("figures of 2023 in release 2024", "figures of 2025")),
        hints=Hints(table="cstsy_hightech_operation", release="2024"),
    ),
    Case(
        "03-percent-format-cells/all_percent_format.xlsx",
        Read("rd_bulletin_rd_by_region", "2026", 62, {"C4": ("rd_intensity", "110000", 2025, 6.73, "6.73%")}),
    ),
    Case(
        "03-percent-format-cells/mixed_percent_format.xlsx",
        Read(
            "rd_bulletin_rd_by_region",
            "2026",
            62,
            {
                "C4": ("rd_intensity", "110000", 2025, 6.73, "6.73%"),
                "C5": ("rd_intensity", "120000", 2025, 3.58, "3.58"),
            },
        ),
    ),
    Case(
        "04-text-column-in-panel/panel_with_zone_column.csv",
        Read(
            "nbs_gdp_by_sector",
            "2027",
            248,
            {"E2": ("value_added_primary", "110000", 2025, 2558.0, "2558.0")},
            notices=("'所属区域' holds text",),
        ),
        hints=SECTORS,
    ),
    Case(
        "04-text-column-in-panel/label_overrides_heading.csv",
        Refused(("one name for the figures", "第一产业增加值", "地区生产总值")),
        hints=SECTORS,
    ),
    Case(
        "05-english-RD-left-in-heading/heading_rd_personnel.xlsx",
        Read("cstsy_firm_rd_personnel", "2026", 62, {"C4": ("firm_rd_personnel", "110000", 2025, 85182.0, "85182")}),
    ),
    Case(
        "06-heading-above-row-of-地区/total_one_row_higher.xlsx",
        Read(
            "cstsy_patent_applications",
            "2026",
            124,
            {"C8": ("patent_applications", "110000", 2025, 306235.0, "306235")},
        ),
    ),
    Case(
        "07-heading-words-split-over-rows/letters_spaced_over_rows.xlsx",
        Read("cstsy_hightech_operation", "2026", 93, {"E10": ("hightech_profit", "110000", 2025, 476.9, "476.9")}),
    ),
    *(
        Case(
            f"08-bulletin-titles/{name}.xlsx",
            Read("rd_bulletin_rd_by_region", "2026", 62, {"B3": ("rd_expenditure", "110000", 2025, 3094.4, "3094.4")}),
        )
        for name in ("control_futable2", "futable_without_number", "table1")
    ),
    Case(
        "09-abroad-beside-HMT/output_by_year_with_abroad.xlsx",
        Read("cstsy_tech_output_by_year", "2026", 66, without=("ABROAD",)),
    ),
    Case(
        "10-three-belts-with-guangxi/hightech_three_belts.xlsx",
        Read("cstsy_hightech_operation", "2026", 96, {"B3": ("hightech_enterprises", "CN", 2025, 54462.0, "54462")}),
    ),
    Case(
        "11-no-final-newline/panel_no_newline.csv",
        Read("nbs_gdp_by_sector", "2027", 248, notices=("without a line end", "10861.0")),
        hints=SECTORS,
    ),
    Case(
        "12-panel-forms/codes_only.csv",
        Read("nbs_gdp_by_sector", "2027", 248, {"C2": ("gdp", "110000", 2025, 45191.6, "45191.6")}),
        hints=SECTORS,
    ),
    Case(
        "12-panel-forms/na.csv",
        Read("nbs_gdp_by_sector", "2027", 248, {"D8": ("value_added_primary", "140000", 2025, None, "NA")}),
        hints=SECTORS,
    ),
    Case(
        "12-panel-forms/small_number.csv",
        Read(
            "nbs_gdp_by_sector",
            "2027",
            248,
            {"D52": ("value_added_primary", "540000", 2025, 6.735015472008555e-05, "6.735015472008555e-05")},
        ),
        hints=SECTORS,
    ),
    Case(
        "12-panel-forms/unit_row.csv",
        Read("nbs_gdp_by_sector", "2027", 248, {"C3": ("gdp", "110000", 2025, 45191.6, "45191.6")}),
        hints=SECTORS,
    ),
    Case("13-hint-that-leads-nowhere/gdp_heading.csv", Refused(("by its columns it may be",), ("--indicator",))),
    *(
        Case(
            f"13-hint-that-leads-nowhere/{name}.csv",
            Read("nbs_gdp", "2027", 62, {"C2": ("gdp", "110000", 2025, 51160.3, "51160.3")}),
            hints=Hints(indicator="gdp"),
        )
        for name in ("gdp_heading", "long_with_own_value_heading")
    ),
    Case("13-hint-that-leads-nowhere/gdp_heading.csv", Read("nbs_gdp", "2027", 62), hints=GDP),
    Case(
        "15-old-web-formats/mhtml.xls",
        Read("nbs_population", "2027", 62, {"B5": ("population", "110000", 2026, 2187.0, "2187")}),
    ),
    Case(
        "15-old-web-formats/spreadsheetml_2003.xls",
        Read("nbs_population", "2027", 62, {"B5": ("population", "110000", 2026, 2187.0, "2187")}),
    ),
    Case(
        "16-difang-heji/fiscal_difang_heji.xlsx",
        Read(
            "nbs_fiscal_expenditure",
            "2026",
            62,
            {"B5": ("local_fiscal_expenditure", "110000", 2025, 7630.4, "7630.4")},
            ("CN",),
            ("地方合计",),
        ),
        hints=Hints(table="nbs_fiscal_expenditure"),
    ),
    Case(
        "17-stray-zero-in-spacer-row/stray_zero.xlsx",
        Read(
            "cstsy_firm_patents",
            "2026",
            93,
            {"B10": ("firm_patent_applications", "210000", 2025, 20194.0, "20194")},
            notices=("row 9 has no name and no figure but 0",),
        ),
    ),
    Case("20-half-year-under-table-hint/half_year.xlsx", Refused(("a whole year", "1-6月"), ("give --table",))),
    Case("20-half-year-under-table-hint/half_year.xlsx", Refused(("a whole year", "1-6月")), hints=RD),
    *(
        Case(
            f"21-year-column-not-beside-region/year_{side}_one_year.csv",
            Refused(("release 2024", "figures of 2025")),
            hints=Hints(table="cstsy_rd_by_activity", release="2024"),
        )
        for side in ("left", "right")
    ),
    *(
        Case(f"21-year-column-not-beside-region/{name}.csv", Read("nbs_gdp_by_sector", "2027", 248), hints=SECTORS)
        for name in ("panel_code_between", "panel_year_last", "panel_year_left")
    ),
]


def long(name: str, year: int, values: list[float]) -> list[object]:
    return [name, year, *values]


def ods_rows(rows: made.Rows) -> bytes:
    return wild.ods({"s": rows})


HIGH_TITLE = "5-2 各地区高技术产业生产经营情况(2025年)"
FURTHER = [
    # 01: a total above the rows it sums; a total below; all provinces are the nation
    Case(
        "01a.ods",
        Read(
            "nbs_gdp", "2026", 8, {"B6": ("gdp", "110000", 2025, 10.0, "10")}, ("CN",), ("总计 of 4 of 31 provinces",)
        ),
        lambda: ods_rows(made.gdp_lines([["地区", "2025年", "2024年"], ["总计", 310.0, 279.0], *made.two_years(FEW)])),
    ),
    Case(
        "01b.html",
        rd_read(16, some={"E4": ("rd_expenditure_experimental", "320000", 2025, 0.007, "70")}, without=("CN",)),
        lambda: made.html(
            [["地区", *made.RD_HEAD], *made.rd(FEW), ["合  计", 310, 31, 62, 217]],
            f"<p>{made.RD_TITLE}</p><p>单位：万元</p>",
        ),
    ),
    Case(
        "01c.xls",
        rd_read(128, some={"B35": ("rd_expenditure", "CN", 2025, 0.496, "4960")}),
        lambda: wild.xls({"s": made.rd_sheet([*made.rd(), ["合计", *(float(SUM * k) for k in (10, 1, 2, 7))]])}),
    ),
    # 02: a chapter and a book above the title; a book alone and a year of another release
    Case(
        "02a.html",
        rd_read(124),
        lambda: made.html(
            [["地区", *made.RD_HEAD], *made.rd()], f"<p>第一章 综合</p><p>{made.RD_TITLE}</p><p>单位：万元</p>"
        ),
    ),
    Case(
        "02b.xls",
        Refused(("figures of 2022 in release 2023", "figures of 2025")),
        lambda: wild.xls({"s": [["中国科技统计年鉴 2026"], ["（一）投入"], *made.rd_sheet(made.rd())]}),
        Hints(table="cstsy_rd_by_activity", release="2023"),
    ),
    # 03: percent cells of an .ods; formats of percent, thousands and a unit in one workbook
    Case(
        "03a.ods",
        Read(
            "rd_bulletin_rd_by_region",
            "2026",
            62,
            {
                "C3": ("rd_intensity", "110000", 2025, 0.1, "0.1%"),
                "C33": ("rd_intensity", "650000", 2025, 3.1, "3.1%"),
                "B4": ("rd_expenditure", "120000", 2025, 20.0, "20"),
            },
        ),
        made.ods_percent,
    ),
    Case(
        "03b.xlsx",
        Read(
            "rd_bulletin_rd_by_region",
            "2026",
            62,
            {"B3": ("rd_expenditure", "110000", 2025, 1.5, "1.5"), "C3": ("rd_intensity", "110000", 2025, 0.4, "4‰")},
        ),
        lambda: made.xlsx_with_format(
            [
                ["附表2 2025年各地区研究与试验发展(R&D)经费情况"],
                ["地区", "R&D经费(亿元)", "R&D经费投入强度"],
                *([n, 1500.0 * i, 4.0 * i] for i, n in enumerate(PROVINCES, 1)),
            ],
            {1: "0.0,", 2: '0.0"‰"'},
        ),
    ),
    Case(
        "03c.csv",
        Read("rd_bulletin_rd_by_region", "2026", 62, {"C4": ("rd_intensity", "120000", 2025, 0.2, "0.2%")}),
        lambda: made.csv(
            [
                ["附表2 2025年各地区研究与试验发展(R&D)经费情况"],
                ["地区", "R&D经费(亿元)", "R&D经费投入强度"],
                *([n, 10 * i, f"{i / 10:.1f}%"] for i, n in enumerate(PROVINCES, 1)),
            ]
        ),
    ),
    # 04: a zone to the left of the regions, the capital to their right; a zone in a long table
    Case(
        "04a.xlsx",
        Read(
            "nbs_gdp_by_sector",
            "2026",
            248,
            {"G2": ("value_added_tertiary", "110000", 2024, 7.0, "7")},
            notices=("holds text",),
        ),
        lambda: wild.xlsx(
            {
                "s": made.wide_panel(
                    ["区域", "省份", "年份", *(f"{s}(亿元)" for s in made.SECTORS)],
                    lambda n, y, v: ["东部" if n in FEW else "其余", n, str(y), *v],
                )
            }
        ),
        SECTORS,
    ),
    Case(
        "04b.csv",
        Read("nbs_gdp", "2026", 62, {"E2": ("gdp", "110000", 2024, 10.0, "10")}),
        lambda: made.csv(
            made.wide_panel(
                ["省份", "年份", "所属区域", "指标", "数值"],
                lambda n, y, v: [n, y, "东部" if n in FEW else "其余", "gdp", v[0]],
            )
        ),
        GDP,
    ),
    # 05: English of a heading in rows of its own; R&D and 经费 in two lines stay one name
    Case(
        "05a.xls",
        Read("cstsy_firm_rd_personnel", "2026", 62, {"C9": ("firm_rd_personnel", "120000", 2025, 20.0, "20")}),
        lambda: wild.xls(
            {
                "s": [
                    ["2-11 各地区规上工业企业R&D人员(2025年)"],
                    ["地区", "Region", "R&D人员", "R&D人员折合"],
                    ["", "", "(人)", "全时当量"],
                    ["", "", "R&D", "(人年)"],
                    ["", "", "Personnel", "FTE of R&D"],
                    ["", "", "(person)", "Personnel"],
                    [],
                    *(
                        [n, e, 10.0 * i, 1.0 * i]
                        for i, (n, e) in enumerate(zip(PROVINCES, made.ENGLISH, strict=True), 1)
                    ),
                ]
            }
        ),
    ),
    Case(
        "05b.html",
        Read("rd_bulletin_rd_by_region", "2026", 62, {"B3": ("rd_expenditure", "120000", 2025, 20.0, "20")}),
        lambda: made.html(
            [
                [
                    "地区",
                    "R&amp;D<br>经费<br>（亿元）<br>R&amp;D<br>Expenditure",
                    "R&amp;D经费投入强度（%）<br>R&amp;D Intensity",
                ],
                *([n, 10 * i, f"{i / 10:.1f}"] for i, n in enumerate(PROVINCES, 1)),
            ],
            "<p>附表2 2025年各地区研究与试验发展(R&amp;D)经费情况</p>",
        ),
    ),
    # 06: two parts of a heading above the row of 地区; the same on a page
    Case(
        "06a.xls",
        rd_read(124, some={"C6": ("rd_expenditure_basic", "120000", 2025, 0.0002, "2")}),
        lambda: wild.xls(
            {
                "s": [
                    [made.RD_TITLE],
                    ["单位：万元"],
                    ["", "R&D经费", "基础", "应用", "试验"],
                    ["地区", "内部支出", "研究", "研究", "发展"],
                    *made.rd(),
                ]
            }
        ),
    ),
    Case(
        "06b.html",
        rd_read(124),
        lambda: made.html(
            [["", "R&amp;D经费内部支出", "", "", ""], ["地区", "", "基础研究", "应用研究", "试验发展"], *made.rd()],
            f"<p>{made.RD_TITLE}</p><p>单位：万元</p>",
        ),
    ),
    # 07: letters of a heading spread over rows and spaces
    Case(
        "07a.ods",
        Read("cstsy_hightech_operation", "2026", 93, {"C6": ("hightech_revenue", "110000", 2025, 1.0, "1")}),
        lambda: ods_rows(
            [
                [HIGH_TITLE],
                ["单位：个，亿元"],
                ["地  区", "企 业", "营 业", "利 润"],
                ["", "数", "收", "总"],
                ["", "(个)", "入", "额"],
                *([n, *made.figures(i)[:3]] for i, n in enumerate(PROVINCES, 1)),
            ]
        ),
    ),
    Case(
        "07b.csv",
        rd_read(124),
        lambda: made.csv(
            [
                [made.RD_TITLE, "", "", "", ""],
                ["单位：万元", "", "", "", ""],
                ["", "R&D经费", "基 础", "应 用", "试 验"],
                ["地 区", "内部支出", "研 究", "研 究", "发 展"],
                *made.rd(),
            ]
        ),
    ),
    # 08: titles of the communiqué on a page and in a text
    *(
        Case(
            f"08{i}.html",
            Read("rd_bulletin_rd_by_region", "2026", 62),
            lambda title=title: made.html(
                [
                    ["地区", "R&amp;D经费（亿元）", "R&amp;D经费投入强度（%）"],
                    *([n, 10 * i, f"{i / 10:.1f}"] for i, n in enumerate(PROVINCES, 1)),
                ],
                f"<p>{title}</p>",
            ),
        )
        for i, title in enumerate(
            (
                "附表　2025年各地区研究与试验发展（R&amp;D）经费情况",
                "表 2  2025年各地区研究与试验发展（R&amp;D）经费情况",
                "表二：2025年各地区研究与试验发展（R&amp;D）经费情况",
            )
        )
    ),
    # 09: 国外 beside 港澳台 down a page and across a text; without 港澳台 it is all abroad
    Case(
        "09a.html",
        Read(
            "cstsy_tech_absorbed_by_year",
            "2026",
            68,
            {
                "C34": ("tech_absorbed_turnover", "HMT", 2025, 0.0006, "6"),
                "C35": ("tech_absorbed_turnover", "OVERSEAS", 2025, 0.0008, "8"),
            },
        ),
        lambda: made.html(
            [["地区", "2024", "2025"], *made.flow_rows()], "<p>8-39 技术市场技术流向地域(合同金额)</p><p>单位：万元</p>"
        ),
    ),
    Case(
        "09b.csv",
        Read(
            "cstsy_tech_absorbed_by_year",
            "2026",
            68,
            {"AI3": ("tech_absorbed_turnover", "OVERSEAS", 2024, 0.0007, "7")},
        ),
        lambda: made.csv(
            [
                ["8-39 技术市场技术流向地域(合同金额)", "单位：万元", *[""] * 33],
                *made.transposed([["地区", "2024", "2025"], *made.flow_rows()]),
            ]
        ),
    ),
    # 10: belts of before 2013 in another table; a shift of names is still seen
    Case(
        "10a.xls",
        rd_read(128, some={"B4": ("rd_expenditure", "CN", 2025, 0.496, "4960")}),
        lambda: wild.xls({"s": made.rd_sheet(made.old_belts())}),
    ),
    Case(
        "10b.csv",
        Refused(("sub-totals that add up", "shifted against each other")),
        lambda: made.csv(
            made.rd_sheet(
                [
                    [a[0], *b[1:]]
                    for a, b in zip(made.old_belts(), [*made.old_belts()[1:], made.old_belts()[0]], strict=True)
                ]
            )
        ),
    ),
    # 11: no last line end, other encodings; a last figure that lost a digit is seen
    Case(
        "11a.csv",
        Read("nbs_gdp_by_sector", "2026", 248, notices=("without a line end",)),
        lambda: made.csv(
            made.wide_panel(["省份", "年份", *made.SECTORS], long), encoding="gb18030", newline="\r\n", end=False
        ),
        SECTORS,
    ),
    Case(
        "11b.csv",
        Refused(("a line end after the last row", "truncated")),
        lambda: made.csv(
            made.wide_panel(["省份", "年份", *made.SECTORS], lambda n, y, v: [n, y, *(f"{x:.2f}" for x in v)]),
            end=False,
        )[:-2],
        SECTORS,
    ),
    Case(
        "11c.txt",
        Read("nbs_gdp_by_sector", "2026", 248, notices=("without a line end",)),
        lambda: made.csv(made.wide_panel(["省份", "年份", *made.SECTORS], long), separator="\t", end=False),
        SECTORS,
    ),
    # 12: forms of panels
    Case(
        "12a.xlsx",
        PANEL,
        lambda: wild.xlsx(
            {
                "s": made.wide_panel(
                    ["province", "year", *made.SECTORS], lambda n, y, v: [made.ENGLISH[PROVINCES.index(n)], y, *v]
                )
            }
        ),
        SECTORS,
    ),
    Case(
        "12b.csv",
        PANEL,
        lambda: made.csv(
            made.wide_panel(
                ["\u200b省份", "年\u200b份", *made.SECTORS], lambda n, y, v: [f"\u200b{n}", f"\ufeff{y}", *v]
            )
        ),
        SECTORS,
    ),
    Case(
        "12c.csv",
        PANEL,
        lambda: made.csv(
            made.wide_panel(
                ["日期", "province", *made.SECTORS],
                lambda n, y, v: [f"{y}-12-31", made.ENGLISH[PROVINCES.index(n)].upper(), *v],
            )
        ),
        SECTORS,
    ),
    Case(
        "12d.csv",
        PANEL,
        lambda: made.csv(
            made.wide_panel(["code", *made.SECTORS, "year"], lambda n, y, v: [made.CODES[PROVINCES.index(n)], *v, y])
        ),
        SECTORS,
    ),
    Case(
        "12e.csv",
        Read("nbs_gdp_by_sector", "2026", 248, {"F3": ("value_added_tertiary", "110000", 2024, None, ".")}),
        lambda: made.csv(
            [
                ["省份", "年份", *made.SECTORS],
                ["", "", *(["(亿元)"] * 4)],
                *made.wide_panel([], lambda n, y, v: [n, y, *v[:3], "." if n == "北京" else v[3]])[1:],
            ]
        ),
        SECTORS,
    ),
    Case(
        "12f.csv",
        PANEL,
        lambda: made.csv(
            made.wide_panel(
                ["省份", "年份", *made.SECTORS],
                lambda n, y, v: [n, y, *(f"{x:g}".translate({48 + d: 0xFF10 + d for d in range(10)}) for x in v)],
            )
        ),
        SECTORS,
    ),
    Case(
        "12g.csv",
        Read("nbs_gdp", "2026", 62, {"D2": ("gdp", "110000", 2024, 10.0, "10")}),
        lambda: made.csv(
            made.wide_panel(
                ["province", "year", "variable", "value"],
                lambda n, y, v: [made.ENGLISH[PROVINCES.index(n)], f"{y}-12-31", "gdp", v[0]],
            )
        ),
        GDP,
    ),
    # wide files of programs: the year behind the name, or alone with the X of R; pinyin
    Case(
        "12j.csv",
        Read(
            "nbs_gdp_by_sector",
            "2026",
            124,
            {"C3": ("gdp", "120000", 2025, 20.0, "20"), "E3": ("value_added_primary", "120000", 2025, 2.0, "2")},
        ),
        lambda: made.csv(
            [
                ["province", "gdp_2024", "gdp_2025", "第一产业增加值2024", "第一产业增加值2025"],
                *([made.ENGLISH[i - 1].lower(), 9 * i, 10 * i, 0.9 * i, 1 * i] for i in range(1, 32)),
            ]
        ),
        SECTORS,
    ),
    Case(
        "12k.csv",
        Read(
            "nbs_gdp",
            "2026",
            62,
            {"B3": ("gdp", "120000", 2025, None, "NA"), "B4": ("gdp", "130000", 2025, 30.0, "30")},
        ),
        lambda: made.csv(
            [
                ["province", "X2025", "X2024"],
                *([n, "NA" if n == "天津" else 10 * i, 9 * i] for i, n in enumerate(PROVINCES, 1)),
            ]
        ),
        GDP,
    ),
    # one name with a year behind it may say the base of its prices, and contradicts the year of the row
    Case(
        "12l.csv",
        Refused(("columns of nbs_gdp",)),
        lambda: made.csv(
            made.wide_panel(["province", "year", "gdp_2010", "wage_2010"], lambda n, y, v: [n, y, *v[:2]])
        ),
        GDP,
    ),
    Case(
        "12h.csv",
        Refused(("whole years", "2024-06-30")),
        lambda: made.csv(made.wide_panel(["省份", "date", *made.SECTORS], lambda n, y, v: [n, f"{y}-06-30", *v])),
        SECTORS,
    ),
    Case(
        "12i.csv",
        Refused(("expected 天津 beside 120000", "北京")),
        lambda: made.csv(
            made.wide_panel(["省份", "地区代码", "年份", *made.SECTORS], lambda n, y, v: [n, 120000, y, *v])
        ),
        SECTORS,
    ),
    # 13: years that are dates, an unknown heading with its indicator named, unknown columns beside known ones
    Case(
        "13a.xlsx",
        Read("nbs_gdp", "2026", 62, {"B2": ("gdp", "110000", 2025, 10.0, "10")}),
        lambda: wild.xlsx({"s": [["省份", "2025-12-31", "2024-12-31"], *made.two_years()]}),
        Hints(indicator="gdp", release="2026"),
    ),
    Case(
        "13b.csv",
        Read("nbs_gdp", "2026", 62, notices=("y1 is gdp, as --indicator says",)),
        lambda: made.csv(made.wide_panel(["prov", "year", "y1"], lambda n, y, v: [n, y, v[0]])),
        Hints(indicator="gdp"),
    ),
    Case(
        "13c.csv",
        Refused(("figures of gdp, as --indicator says", "第一产业增加值"), ("give --",)),
        lambda: made.csv(made.wide_panel(["prov", "year", "第一产业增加值"], lambda n, y, v: [n, y, v[0]])),
        Hints(indicator="gdp"),
    ),
    Case(
        "13d.csv",
        Refused(("a column that is gdp", "x1, x2"), ("give --indicator",)),
        lambda: made.csv(made.wide_panel(["prov", "year", "x1", "x2"], lambda n, y, v: [n, y, *v[:2]])),
        Hints(indicator="gdp"),
    ),
    Case(
        "13e.csv",
        Read("nbs_gdp_by_sector", "2026", 124, notices=("columns not in tables.yml, not read: lnpgdp, treat",)),
        lambda: made.csv(
            made.wide_panel(
                ["id", "省份", "年份", "gdp", "lnpgdp", "第一产业增加值", "treat"],
                lambda n, y, v: [PROVINCES.index(n) + 1, n, y, v[0], v[3], v[1], 1],
            )
        ),
        SECTORS,
    ),
    # 15: a stated range that is none, an archive in base64, a workbook saved as XML with gaps
    Case("15a.xlsx", rd_read(124), lambda: made.without_dimension(wild.xlsx({"s": made.rd_sheet(made.rd())}))),
    *(
        Case(
            f"15b_{way}.mht",
            rd_read(124),
            lambda way=way: made.mhtml(
                made.html([["地区", *made.RD_HEAD], *made.rd()], f"<p>{made.RD_TITLE}</p><p>单位：万元</p>"), way
            ),
        )
        for way in ("base64", "quoted-printable")
    ),
    Case(
        "15c.xls",
        Read("rd_bulletin_rd_by_region", "2026", 62, {"D4": ("rd_intensity", "120000", 2025, 0.2, "0.2%")}),
        lambda: made.excel_xml(
            [
                ["附表2 2025年各地区研究与试验发展(R&D)经费情况"],
                ["地区", "", "R&D经费(亿元)", "R&D经费投入强度(%)"],
                *([n, "", 10.0 * i, i / 1000] for i, n in enumerate(PROVINCES, 1)),
            ]
        ),
    ),
    # 16: the nation, the central government and all localities beside each other; localities in a panel
    Case(
        "16a.xls",
        Read(
            "nbs_fiscal_expenditure",
            "2026",
            64,
            {"B4": ("local_fiscal_expenditure", "CN", 2025, 6000.0, "6000")},
            notices=("中央, 地方合计",),
        ),
        lambda: wild.xls(
            {
                "s": [
                    ["7-6 分地区一般公共预算支出(2025年)"],
                    ["单位：亿元"],
                    ["地区", "地方财政一般预算支出", "地方财政科学技术支出"],
                    ["全  国", 6000.0, 600.0],
                    ["中  央", 1040.0, 104.0],
                    ["地方合计", 4960.0, 496.0],
                    *([n, *made.figures(i)[:2]] for i, n in enumerate(PROVINCES, 1)),
                ]
            }
        ),
        Hints(table="nbs_fiscal_expenditure"),
    ),
    Case(
        "16b.csv",
        Read("nbs_fiscal_expenditure", "2026", 124, without=("CN",)),
        lambda: made.csv(
            [
                *made.wide_panel(
                    ["地区", "年份", "地方财政一般预算支出", "地方财政科学技术支出"], lambda n, y, v: [n, y, *v[:2]]
                ),
                ["地方合计", 2024, 4960, 496],
                ["地方合计", 2025, 5456, 545.6],
            ]
        ),
        Hints(table="nbs_fiscal_expenditure"),
    ),
    # 17: spacer rows with zeros in every column; a nameless row with a figure is still refused
    Case(
        "17a.html",
        rd_read(124, notices=("row 6 has no name and no figure but 0",)),
        lambda: made.html(
            [["地区", *made.RD_HEAD], *made.rd()[:4], ["", 0, "0.0", 0, ""], *made.rd()[4:]],
            f"<p>{made.RD_TITLE}</p><p>单位：万元</p>",
        ),
    ),
    Case(
        "17b.xls",
        Refused(("the name of a region beside figures", "cell A8")),
        lambda: wild.xls({"s": made.rd_sheet([*made.rd()[:4], ["", 0.0, 3.0, 0.0, 0.0], *made.rd()[4:]])}),
    ),
    # 20: parts of a year in a title, a line, a heading and an export
    Case(
        "20a.html",
        Refused(("a whole year", "前三季度")),
        lambda: made.html(
            [["地区", *made.RD_HEAD], *made.rd()],
            "<p>2025年前三季度各地区研究与试验发展(R&amp;D)经费内部支出</p><p>单位：万元</p>",
        ),
        RD,
    ),
    Case(
        "20b.xls",
        Refused(("a whole year", "上半年")),
        lambda: wild.xls(
            {"s": [["1-7 各地区研究与试验发展(R&D)经费内部支出"], ["(2025年上半年)"], *made.rd_sheet(made.rd())[1:]]}
        ),
        Hints(table="cstsy_rd_by_activity", release="2026"),
    ),
    Case(
        "20c.csv",
        Refused(("whole years", "2025年1-6月")),
        lambda: made.csv(made.gdp_lines([["地区", "2025年1-6月", "2024年1-6月"], *made.two_years()])),
        GDP,
    ),
    Case(
        "20d.csv",
        Refused(("monthly and quarterly",)),
        lambda: made.csv(
            [
                ["数据库：分省季度数据"],
                ["指标：地区生产总值(亿元)"],
                ["时间：最近2个季度"],
                ["地区", "2025年第二季度", "2025年第一季度"],
                *made.two_years(),
                ["数据来源：国家统计局"],
            ]
        ),
        GDP,
    ),
    # 21: the year of each row at the far right of a workbook, between codes, as the only year and without a head
    Case(
        "21a.xls",
        PANEL,
        lambda: wild.xls(
            {
                "s": made.wide_panel(
                    ["序号", "地区代码", "地区", *made.SECTORS, "年份"],
                    lambda n, y, v: [1.0, made.CODES[PROVINCES.index(n)] * 10000.0, n, *v, float(y)],
                )
            }
        ),
        SECTORS,
    ),
    Case(
        "21b.csv",
        Refused(("release 2024", "figures of 2025")),
        lambda: made.csv(
            [["地区", "", *(f"{h}(万元)" for h in made.RD_HEAD)], *([r[0], 2025, *r[1:]] for r in made.rd())]
        ),
        Hints(table="cstsy_rd_by_activity", release="2024"),
    ),
    Case(
        "21c.csv",
        Refused(("the year of B2, 2025", "2024")),
        lambda: made.csv([["地区", "年份", *made.SECTORS, "year"], *([r[0], 2025, *r[1:], 2024] for r in made.rd())]),
        SECTORS,
    ),
]
SCOPES = [
    Case(
        "s1.xls",
        Refused(("scope", "规上")),
        lambda: wild.xls(
            {"s": made.rd_sheet(made.rd(), "2-9 各地区规模以上工业企业按活动类型分R&D经费内部支出(2025年)")}
        ),
        RD,
    ),
    Case(
        "s2.html",
        Refused(("scope", "登记注册类型")),
        lambda: made.html(
            [["地区", "R&amp;D人员", "R&amp;D人员折合全时当量"], *(r[:3] for r in made.rd())],
            "<p>2-12 分登记注册类型规上工业企业R&amp;D人员(2025年)</p><p>单位：人，人年</p>",
        ),
        Hints(table="cstsy_firm_rd_personnel"),
    ),
    Case(
        "s3.csv",
        Refused(("scope", "全社会")),
        lambda: made.csv(
            [
                ["全社会R&D人员情况(2025年)", "", ""],
                ["地区", "R&D人员(人)", "R&D人员折合全时当量(人年)"],
                *(r[:3] for r in made.rd()),
            ]
        ),
        Hints(table="cstsy_firm_rd_personnel"),
    ),
    Case(
        "s4.xls",
        Refused(("columns of rd_bulletin_rd_by_region",)),
        lambda: wild.xls(
            {
                "s": [
                    ["R&D经费(2025年)"],
                    ["地区", "规上工业企业", ""],
                    ["", "R&D经费(亿元)", "R&D经费投入强度(%)"],
                    *(r[:3] for r in made.rd()),
                ]
            },
            merges={"s": [(1, 1, 1, 2)]},
        ),
        Hints(table="rd_bulletin_rd_by_region"),
    ),
    # the scope stands in a line of its own, in the chapter, in the name of the book
    *(
        Case(
            f"s5{i}.xls",
            Refused(("scope", scope, f"cell A{1 + (above == 0)}")),
            lambda line=line, above=above: wild.xls(
                {
                    "s": [[line], *made.rd_sheet(made.rd())]
                    if above
                    else [[made.RD_TITLE], [line], *made.rd_sheet(made.rd())[1:]]
                }
            ),
        )
        for i, (line, above, scope) in enumerate(
            (
                ("（规模以上工业企业）", 0, "规上"),
                ("二、大中型工业企业", 1, "大中型"),
                ("中国高技术产业统计年鉴 2026", 1, "高技术"),
            )
        )
    ),
    Case(
        "s6.xls",
        Refused(("figures of 2024, as the heading says", "2025 in the row")),
        lambda: wild.xls(
            {
                "s": [
                    ["地区", "年份", *(f"2024年{x}(亿元)" for x in made.SECTORS)],
                    *([r[0], 2025.0, *r[1:]] for r in made.rd()),
                ]
            }
        ),
        SECTORS,
    ),
]
FAMILIES = [
    # the same year under every heading; aliases of yearbooks
    Case(
        "f1.xls",
        Read("cstsy_hightech_operation", "2026", 93, {"D5": ("hightech_profit", "110000", 2025, 2.0, "2")}),
        lambda: wild.xls(
            {
                "s": [
                    ["5-2 各地区高技术产业生产经营情况"],
                    ["单位：亿元"],
                    ["地区", "企业数(个)", "营业收入", "利润"],
                    ["", 2025.0, 2025.0, 2025.0],
                    *([n, *made.figures(i)[:3]] for i, n in enumerate(PROVINCES, 1)),
                ]
            }
        ),
    ),
    Case(
        "f2.xls",
        Read("cstsy_maker_spaces", "2026", 62),
        lambda: wild.xls(
            {
                "s": [
                    ["9-14 各地区众创空间主要指标(2025年)"],
                    ["地区", "众创空间数量", "服务的初创企业和创业团队数"],
                    *(r[:3] for r in made.rd()),
                ]
            }
        ),
    ),
    # sheets of one table belong together
    Case(
        "f3.xls",
        rd_read(
            124,
            some={
                "Sheet1!B4": ("rd_expenditure", "110000", 2025, 0.001, "10"),
                "Sheet2!C4": ("rd_expenditure_experimental", "110000", 2025, 0.0007, "7"),
            },
        ),
        lambda: wild.xls(
            {
                "Sheet1": made.rd_sheet([r[:3] for r in made.rd()], head=made.RD_HEAD[:2]),
                "Sheet2": made.rd_sheet([[r[0], *r[3:]] for r in made.rd()], "1-7 续表", head=made.RD_HEAD[2:]),
            }
        ),
    ),
    # the nation by year, several indicators; cities without 市
    Case(
        "f4.csv",
        Read(
            "nbs_national",
            "2026",
            4,
            {"B5": ("gdp", "CN", 2025, 1350000.1, "1350000.1"), "C6": ("population", "CN", 2024, 140828.0, "140828")},
        ),
        lambda: made.csv(
            [
                ["数据库：年度数据"],
                ["时间：最近2年"],
                ["指标", "2025年", "2024年"],
                [],
                ["国内生产总值(亿元)", "1350000.1", "1349083.5"],
                ["年末总人口(万人)", "140500", "140828"],
                ["数据来源：国家统计局"],
            ]
        ),
    ),
    Case(
        "f5.csv",
        Read(
            "nbs_city_gdp",
            "2026",
            6,
            {"B5": ("city_gdp", "130100", 2025, 8203.4, "8203.4")},
            notices=("2 cities not in regions.csv",),
        ),
        lambda: made.csv(
            [
                ["数据库：主要城市年度数据"],
                ["指标：地区生产总值(亿元)"],
                ["时间：最近2年"],
                ["地区", "2025年", "2024年"],
                ["石家庄", "8203.4", "7534.2"],
                ["太原", "5573.7", "5571.2"],
                ["唐山", "9133.3", "8900.7"],
                ["呼和浩特", "3801.6", "3329.1"],
                ["广州", "30355.7", "28839.0"],
                ["数据来源：国家统计局"],
            ]
        ),
    ),
    Case(
        "f6.csv",
        Refused(("monthly and quarterly",)),
        lambda: made.csv(
            [
                ["数据库：月度数据"],
                ["时间：最近2月"],
                ["指标", "2025年6月", "2025年5月"],
                ["居民消费价格指数(上年同月=100)", "100.1", "99.9"],
                ["数据来源：国家统计局"],
            ]
        ),
    ),
    # names of a database above Chinese names and units; years merged over two columns, as a text writes them; a mean beside years
    Case(
        "f7.csv",
        Read("nbs_gdp_by_sector", "2026", 124, {"C4": ("gdp", "110000", 2024, 10.0, "10")}),
        lambda: made.csv(
            [
                ["Prvcnm", "Sgnyea", "Gdp01", "Gdp02"],
                ["省份名称", "统计年度", "地区生产总值", "第一产业增加值"],
                ["没有单位", "没有单位", "亿元", "亿元"],
                *made.wide_panel([], lambda n, y, v: [n, y, *v[:2]])[1:],
            ]
        ),
        SECTORS,
    ),
    Case(
        "f8.csv",
        Read(
            "nbs_gdp_by_sector",
            "2026",
            124,
            {
                "C3": ("value_added_primary", "110000", 2024, 1.0, "1"),
                "D4": ("gdp", "120000", 2025, 40.0, "40"),
                "E4": ("value_added_primary", "120000", 2025, 4.0, "4"),
            },
        ),
        lambda: made.csv(
            [
                ["地区", "2024年", "", "2025年", ""],
                ["", *(["地区生产总值(亿元)", "第一产业增加值(亿元)"] * 2)],
                *([n, 10 * i, i, 20 * i, 2 * i] for i, n in enumerate(PROVINCES, 1)),
            ]
        ),
        SECTORS,
    ),
    # names over the first of their years, as a text keeps a merged heading; where the years below differ, what has
    # no name is told and not read
    Case(
        "f8b.csv",
        Read(
            "nbs_gdp_by_sector",
            "2026",
            124,
            {
                "C3": ("gdp", "110000", 2025, 20.0, "20"),
                "E4": ("value_added_primary", "120000", 2025, 4.0, "4"),
            },
        ),
        lambda: made.csv(
            [
                ["地区", "地区生产总值(亿元)", "", "第一产业增加值(亿元)", ""],
                ["", "2024年", "2025年", "2024年", "2025年"],
                *([n, 10 * i, 20 * i, i, 2 * i] for i, n in enumerate(PROVINCES, 1)),
            ]
        ),
        SECTORS,
    ),
    Case(
        "f8c.csv",
        Read(
            "nbs_gdp_by_sector",
            "2026",
            62,
            {"D3": ("value_added_primary", "110000", 2025, 1.0, "1")},
            notices=("not read: figures without a heading",),
        ),
        lambda: made.csv(
            [
                ["地区", "地区生产总值(亿元)", "", "第一产业增加值(亿元)", ""],
                ["", "2024年", "2025年", "2025年", "2024年"],
                *([n, 10 * i, 20 * i, i, 2 * i] for i, n in enumerate(PROVINCES, 1)),
            ]
        ),
        SECTORS,
    ),
    Case(
        "f9.csv",
        Read("nbs_gdp", "2026", 62, {"C2": ("gdp", "110000", 2024, 9.0, "9")}, notices=("not read: 年均增速",)),
        lambda: made.csv([["地区", "2025", "2024", "年均增速"], *([*r, 5.5] for r in made.two_years())]),
        GDP,
    ),
    # a table continued below itself; the date of a line; a column of quarters
    Case(
        "f10.xls",
        rd_read(124, some={"C39": ("rd_expenditure_experimental", "110000", 2025, 0.0007, "7")}),
        lambda: wild.xls(
            {
                "s": [
                    *made.rd_sheet([r[:3] for r in made.rd()], head=made.RD_HEAD[:2]),
                    [],
                    ["续表"],
                    [],
                    ["地区", *made.RD_HEAD[2:]],
                    *([r[0], *r[3:]] for r in made.rd()),
                ]
            }
        ),
    ),
    Case(
        "f11.xls",
        Refused(("figures of 2022 in release 2023", "figures of 2025")),
        lambda: wild.xls(
            {"s": [["1-7 各地区R&D经费内部支出"], ["2025-12-31"], ["单位：万元"], ["地区", *made.RD_HEAD], *made.rd()]}
        ),
        Hints(table="cstsy_rd_by_activity", release="2023"),
    ),
    Case(
        "f12.csv",
        Refused(("whole years", "季度")),
        lambda: made.csv(made.wide_panel(["省份", "年份", "季度", *made.SECTORS], lambda n, y, v: [n, y, 1, *v])),
        SECTORS,
    ),
    # a sheet for each year, and no year in the titles
    Case(
        "f13.xls",
        Refused(("one sheet for each table and year", "124 of 124 figures")),
        lambda: wild.xls(
            {
                year: made.rd_sheet(
                    [[r[0], *(v * k for v in r[1:])] for r in made.rd()], made.RD_TITLE.replace("(2025年)", "")
                )
                for year, k in (("2024", 1.0), ("2025", 1.1))
            }
        ),
        Hints(table="cstsy_rd_by_activity", release="2026"),
    ),
]


def ids(cases: list[Case]) -> list[str]:
    return [f"{c.file.rpartition('/')[2]} {c.hints}".strip() for c in cases]


def check(case: Case, catalog: Catalog, loaded: LoadedFigures | None) -> None:
    name, data = case.file.rpartition("/")[2], case.data()
    if isinstance(case.expected, Refused):
        with pytest.raises(BadInput) as refused:
            read(data, name, case.hints, catalog, loaded)
        message = str(refused.value)
        assert "\n" not in message
        assert [w for w in case.expected.words if w not in message] == [], message
        assert [w for w in case.expected.without if w in message] == [], message
        follow(message, case.hints, lambda hints: read(data, name, hints, catalog, loaded))
        return
    found = read(data, name, case.hints, catalog, loaded)
    assert (found.table_id, found.release, len(found.rows)) == (
        case.expected.table,
        case.expected.release,
        case.expected.cells,
    )
    at = {str(r[13]): (r[1], r[2], r[4], r[7], r[10]) for r in found.rows}
    for cell, (indicator, region, year, value, printed) in case.expected.some.items():
        assert at[cell] == (
            indicator,
            region,
            year,
            value if value is None else pytest.approx(value, rel=1e-12),
            printed,
        ), cell
    assert not {r[2] for r in found.rows} & set(case.expected.without)
    assert [w for w in case.expected.notices if not any(w in line for line in found.messages)] == [], found.messages


def test_every_kind_has_two_further_files_of_another_layout_or_format(
    record_property: Callable[[str, object], None],
) -> None:
    kinds = {folder.name[:2]: folder for folder in FIXTURES.iterdir()}
    further = Counter(case.file[:2] for case in FURTHER) + Counter({"14": len(SLOW) - 1})
    record_property(f"{len(kinds)} kinds", f"{sum(further[k] for k in kinds)} further files")
    assert {kind: further[kind] for kind in kinds if further[kind] < 2} == {}
    for kind, folder in kinds.items():
        formats = {Path(c.file).suffix for c in FURTHER if c.file[:2] == kind}
        assert kind == "14" or len(formats | {p.suffix for p in folder.iterdir()}) > 1, kind


def test_a_proposal_that_does_not_work_is_found() -> None:
    """What makes every refusal of the tests show: the options are taken from its words and given."""

    def refuses(hints: Hints) -> Understood:
        raise BadInput("a.csv", expected="a table", found=hints.table)

    assert not follow("a.csv: expected a year; found none - write it into the title", Hints(), refuses)
    with pytest.raises(BadInput, match="found nbs_gdp"):
        follow("a.csv: expected a table; found none - give --table nbs_gdp", Hints(), refuses)
    with pytest.raises(AssertionError):
        follow("a.csv: expected a table; found none - give --release 2026", Hints(table="nbs_gdp"), refuses)


@pytest.mark.parametrize("case", FIXED, ids=ids(FIXED))
def test_files_of_known_kinds_beside_what_is_loaded(case: Case, catalog: Catalog, loaded: LoadedFigures) -> None:
    check(case, catalog, loaded)


@pytest.mark.parametrize("case", [*FURTHER, *SCOPES, *FAMILIES], ids=ids([*FURTHER, *SCOPES, *FAMILIES]))
def test_further_files_of_each_kind(case: Case, catalog: Catalog) -> None:
    check(case, catalog, None)


SLOW: dict[str, Callable[[], bytes]] = {  # kind 14: files whose figures may be anything
    "long.csv": lambda: (FIXTURES / "14-slow-candidates" / "long_775_rows.csv").read_bytes(),
    "wide.xlsx": made.long_made_up_years,
    "unnamed.html": made.many_unnamed_columns,
}


@pytest.mark.parametrize(
    ("command", "name"), [*(("read", name) for name in SLOW), ("add", "long.csv")], ids=lambda value: str(value)
)
def test_refusing_a_long_file_takes_the_whole_command_under_two_seconds(
    command: str, name: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """From the start of the process: all of raw/ is read, and every figure compared with it. Processor time, since the tests
    share the machine."""
    file = tmp_path / name
    file.write_bytes(SLOW[name]())
    assert 5_000 < file.stat().st_size < 40_000
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "jjj_pipeline", command, str(file)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    printed_error = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall, spent = time.perf_counter() - began, used.ru_utime + used.ru_stime
    record_property(f"jjj {command} {name}", f"refused in {spent:.2f} s of processor time, {wall:.2f} s on the clock")
    assert (process.returncode, printed_error.count("\n")) == (2, 1), printed_error
    assert "no loaded table has such values" in printed_error
    assert spent < 2
