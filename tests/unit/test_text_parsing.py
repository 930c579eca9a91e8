"""What a printed text says: figures, years, units, headings, the name of a table."""

from __future__ import annotations

import pytest

from jjj_pipeline.ingest import text_parsing


@pytest.mark.parametrize(
    ("text", "plain"),
    [("2233.59", "2233.59"), ("4,512.30", "4512.30"), ("１２．５", "12.5"), ("-3.1", "-3.1"), ("", ""),
     ("—", ""), ("－", ""), ("…", "…"),
     ("12①", None), ("12,34", None), ("1.2E+05", None), ("O", None), ("12 3", None), ("#N/A", None), ("约5", None),
     ("5%", "5"), ("6.73 ％", "6.73"), ("NA", ""), (".", ""),
     ("6.7e-05", "0.000067"), ("1.25e+02", "125")],
)  # fmt: skip
def test_a_figure_is_digits_and_nothing_else(text: str, plain: str | None) -> None:
    assert text_parsing.figure(text) == plain


@pytest.mark.parametrize(
    ("text", "year"),
    [("2012", 2012), ("2012年", 2012), ("2012.0", 2012), ("2012年度", 2012), ("2012年末", 2012), ("２０１２年", 2012),
     ("2012.5", None),
     ("1850", None), ("20123", None), ("年", None)],
)  # fmt: skip
def test_a_year(text: str, year: int | None) -> None:
    assert text_parsing.year(text) == year


@pytest.mark.parametrize(
    ("title", "years"),
    [("1-7 各地区…内部支出(2019年)", [2019]), ("2019年各地区…", [2019]), ("…(2011)", [2011]),
     ("2024年及2023年各地区…", [2023, 2024]),
     ("…统计(2012-2020)", []), ("2012年至2020年…", []), ("1-7 各地区…", [])],
)  # fmt: skip
def test_years_of_a_title(title: str, years: list[int]) -> None:
    assert text_parsing.years_named(title) == years


@pytest.mark.parametrize(
    ("text", "found"),
    [("单位：万元", ("万元",)), ("单位:人.人年", ("人", "人年")), ("计量单位：人，人年", ("人", "人年")), ("单位：%", ("%",)),
     ("单位：个、亿元", ("个", "亿元")), ("各地区", ()), ("单位：斤两", None)],
)  # fmt: skip
def test_units_of_a_line(text: str, found: tuple[str, ...] | None) -> None:
    assert text_parsing.units_named(text) == found


@pytest.mark.parametrize(
    ("text", "heading"),
    [("R&D人员\n\n全时当量\n\nTota1", "R&D人员全时当量"), ("基础研究\r\nBasic\r\nResearch", "基础研究"), ("Total", ""),
     ("R＆D经费", "R&D经费"), ("# 研究人员 Researchers", "#研究人员"), ("人口数 (人)", "人口数(人)")],
)  # fmt: skip
def test_the_chinese_of_a_bilingual_heading(text: str, heading: str) -> None:
    assert text_parsing.heading(text) == heading


@pytest.mark.parametrize(
    ("text", "parts"),
    [("2024年R&D经费", (2024, "R&D经费")), ("修订后2023年R&D经费投入强度", (2023, "R&D经费投入强度")),
     ("R&D经费", (None, "R&D经费")),
     ("2010年不变价生产总值", (None, "2010年不变价生产总值")), ("2024年", (None, "2024年"))],
)  # fmt: skip
def test_a_year_inside_a_heading(text: str, parts: tuple[int | None, str]) -> None:
    assert text_parsing.split_year(text) == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [("1-7  各地区研究与试验发展（R＆D）经费内部支出（2019年）", "各地区R&D经费内部支出"),
     ("中国2020年各地区规上工业企业数量情况统计", "各地区规模以上工业企业数量情况"),
     ("中国主要年份技术市场技术流向地域统计(2000-2020)(合同金额)", "8-39 技术市场技术流向地域(合同金额)"),
     ("附表2 2024年及2023年各地区研究与试验发展（R&D）经费情况", "各地区R&D经费情况"),
     ("2-26各地区规上工业企业专利情况(2023年)", "各地区规上工业企业专利")],
)  # fmt: skip
def test_two_spellings_of_one_title(one: str, other: str) -> None:
    assert text_parsing.title_key(one) == text_parsing.title_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("各地区研究与试验发展(R&D)经费内部支出", "各地区按资金来源分研究与试验发展(R&D)经费内部支出"),
     ("各地区规上工业企业R&D经费内部支出", "各地区规上工业企业R&D经费外部支出"),
     ("按行业分规上工业企业专利情况", "各地区规上工业企业专利情况"),
     ("技术市场技术流向地域(合同金额)", "技术市场技术流向地域(合同数)")],
)  # fmt: skip
def test_different_tables_keep_different_titles(one: str, other: str) -> None:
    assert text_parsing.title_key(one) != text_parsing.title_key(other)
