"""Each family of files, small and made here: which table it is, and every kind of figure with its address and unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.ingest import reader
from jjj_pipeline.ingest.formats import open_file
from jjj_pipeline.ingest.matching.column_matching import Hints
from jjj_pipeline.ingest.matching.to_observations import Understood
from tests.support import wild_files


def read(data: bytes, catalog: Catalog, hints: Hints | None = None, name: str = "file") -> Understood:
    return reader.understand(open_file.parse(data, name), Path(name), hints or Hints(), catalog)


def figures(read: Understood) -> dict[str, tuple[object, ...]]:
    """cell -> indicator, region, year, value, printed, printed unit."""
    return {str(r[13]): (r[1], r[2], r[4], r[7], r[10], r[11]) for r in read.rows}


@pytest.mark.parametrize(
    ("family", "first", "hints"),
    [("nbs_gb18030.csv", "B5", None), ("nbs_new_platform.csv", "C4", Hints(table="nbs_gdp")), ("nbs_transposed.csv", "B5", None),
     ("nbs.xls", "B5", None)],
)  # fmt: skip
def test_three_generations_of_exports_hold_the_same_figures(
    family: str, first: str, hints: Hints | None, catalog: Catalog
) -> None:
    found = read(wild_files.FAMILIES[family](), catalog, hints)
    assert (found.table_id, found.release) == ("nbs_gdp", "2024")
    assert (
        "the file states no release: 2024 taken, the year after its newest figures (2023); --release says otherwise"
        in (found.messages)
    )
    values = {(r[2], r[4]): r[7] for r in found.rows}
    assert values == {
        ("110000", 2023): 200.5, ("110000", 2022): 100.25, ("110000", 2021): None, ("120000", 2023): 90.0,
        ("120000", 2022): 80.0, ("120000", 2021): 70.1, ("130000", 2023): 60.3, ("130000", 2022): 50.2,
        ("130000", 2021): 40.1, ("150000", 2023): 30.5, ("150000", 2022): 20.4, ("150000", 2021): 10.3,
    }  # fmt: skip
    assert figures(found)[first] == ("gdp", "110000", 2023, 200.5, "200.5", "亿元")


def test_a_blank_newest_year_gives_no_figures_and_is_the_release_where_it_is_later(catalog: Catalog) -> None:
    found = read(
        wild_files.nbs_new_platform().replace("2024年".encode(), "2026年".encode()), catalog, Hints(table="nbs_gdp")
    )
    assert found.release == "2026"
    assert {r[4] for r in found.rows} == {2021, 2022, 2023}


def test_an_export_without_head_and_footer_is_read_with_its_table_named(catalog: Catalog) -> None:
    data = "地区,2023年,2022年\n北京市,2,1\n天津市,4,3\n河北省,6,5\n".encode()
    found = read(data, catalog, Hints(table="nbs_gdp"))
    assert figures(found)["C4"] == ("gdp", "130000", 2022, 5.0, "5", "亿元")


def test_an_export_of_one_region_has_several_indicators(catalog: Catalog) -> None:
    found = read(wild_files.nbs_indicators(), catalog)
    assert found.table_id == "nbs_gdp_by_sector"
    assert figures(found)["B5"] == ("gdp", "130000", 2023, 60.3, "60.3", "亿元")
    assert figures(found)["D6"] == ("value_added_primary", "130000", 2021, 4.1, "4.1", "亿元")


def test_a_footnote_that_runs_on_is_kept_whole(catalog: Catalog) -> None:
    assert read(wild_files.nbs_gb18030(), catalog).notes == ["注：1.本表按当年价格计算。", "2.河北为初步数。"]


@pytest.mark.parametrize(
    ("family", "corner", "printed", "end"),
    [("yearbook.xls", "C10", "2170", "F18"), ("yearbook.xlsx", "C10", "2170", "F18"), ("yearbook.ods", "C10", "2170", "F18"),
     ("protected.xls", "C7", "2170.0", "F11"), ("page.xls", "B3", "2170.0", "E7"), ("long.xlsx", "D2", "2170", "D21")],
)  # fmt: skip
def test_a_yearbook_table_in_six_guises(family: str, corner: str, printed: str, end: str, catalog: Catalog) -> None:
    hints = Hints(table="cstsy_rd_by_activity") if family == "long.xlsx" else None
    found = read(wild_files.FAMILIES[family](), catalog, hints)
    assert (found.table_id, found.release) == ("cstsy_rd_by_activity", "2020")
    assert figures(found)[corner] == ("rd_expenditure", "CN", 2019, 0.31006, "3100.6", "万元")
    assert figures(found)[end] == ("rd_expenditure_experimental", "140000", 2019, 0.13199, "1319.9", "万元")
    values = {(r[1], r[2]): (r[7], r[10]) for r in found.rows}
    assert len(values) == len(found.rows) == 20
    assert values["rd_expenditure_experimental", "CN"] == (0.217, printed)
    assert values["rd_expenditure_basic", "120000"] == (0.00301, "30.1")
    assert values["rd_expenditure_applied", "130000"][0] == 0.003


def test_subtotals_are_recognised_and_kept_out(catalog: Catalog) -> None:
    found = read(wild_files.yearbook_xls(), catalog)
    assert {r[2] for r in found.rows} == {"CN", "110000", "120000", "130000", "140000"}
    assert "recognised and not read: 东部, 中部" in found.messages


def test_hong_kong_macao_taiwan_stand_outside_the_nation(catalog: Catalog) -> None:
    title = "8-39  技术市场技术流向地域(合同金额)"
    rows = [[title], ["单位：万元"], ["地区", 2018.0, 2019.0], ["全国", 60.0, 66.0], ["北京", 10.0, 11.0], ["天津", 20.0, 22.0],
            ["河北", 30.0, 33.0], ["港澳台", 5.0, 6.0], ["其他", 7.0, 8.0]]  # fmt: skip
    found = read(wild_files.xls({"s": rows}), catalog)
    assert found.table_id == "cstsy_tech_absorbed_by_year"
    assert {r[2]: r[10] for r in found.rows if r[4] == 2019} == {
        "CN": "66", "110000": "11", "120000": "22", "130000": "33", "HMT": "6",
    }  # fmt: skip
    assert "recognised and not read: 其他" in found.messages
    assert not any(line.startswith("does not add up") for line in found.messages)


def test_years_as_numbers_and_more_digits_than_the_page_shows(catalog: Catalog) -> None:
    found = read(wild_files.intensity_xls(), catalog)
    assert (found.table_id, found.release) == ("cstsy_rd_intensity", "2020")
    assert figures(found)["D8"] == ("rd_intensity", "110000", 2019, 6.30153956400179, "6.30153956400179", "%")
    assert {r[8] for r in found.rows} == {0.005}  # the page shows two decimals
    assert found.notes == ["注：全国数已修订。"]


def test_an_eps_export_under_merged_indicators(catalog: Catalog) -> None:
    found = read(wild_files.eps_xlsx(), catalog)
    assert (found.table_id, found.release) == ("eps_macro", "2023")
    assert figures(found)["D4"] == ("gdp", "130000", 2022, 3.5, "3.50000", "亿元")
    assert figures(found)["C5"] == ("railway_length", "110000", 2021, 100.0, "100.00000", "公里")
    assert found.notes == ["数据来源：中国统计年鉴", "由EPS DATA整理"]


def test_blocks_of_years_with_regions_across(catalog: Catalog) -> None:
    found = read(wild_files.blocks_xlsx(), catalog, Hints(table="eps_industrial"))
    assert figures(found)["E3"] == ("firm_rd_expenditure", "130000", 2013, 13.5, "13.5", "亿元")
    assert figures(found)["D4"] == ("firm_rd_personnel_fte", "120000", 2012, 122500.0, "12.25", "万人年")


def test_a_bulletin_page_gives_its_table_by_region(catalog: Catalog) -> None:
    found = read(wild_files.bulletin_html(), catalog)
    assert (found.table_id, found.release) == ("rd_bulletin_rd_by_region", "2020")
    assert figures(found) == {
        "B2": ("rd_expenditure", "CN", 2019, 22143.6, "22143.6", "亿元"),
        "C2": ("rd_intensity", "CN", 2019, 2.23, "2.23", "%"),
        "B3": ("rd_expenditure", "110000", 2019, 2233.6, "2233.6", "亿元"),
        "C3": ("rd_intensity", "110000", 2019, 6.31, "6.31", "%"),
        "B4": ("rd_expenditure", "120000", 2019, 463.0, "463.0", "亿元"),
        "C4": ("rd_intensity", "120000", 2019, 3.28, "3.28", "%"),
        "B5": ("rd_expenditure", "130000", 2019, 566.7, "566.7", "亿元"),
        "C5": ("rd_intensity", "130000", 2019, 1.61, "1.61", "%"),
    }  # fmt: skip
    assert "table 1: rows by industry: 采矿业, 煤炭开采和洗选业, 制造业 …, not read" in found.messages


def test_of_which_columns_belong_to_the_column_before(catalog: Catalog) -> None:
    rows = [["1-4 各地区研究与试验发展(R&D)人员全时当量(2019年)"], ["单位：人年"],
            ["地区", "R&D人员全时当量", "", "基础研究", "应用研究", "试验发展"], ["", "", "#研究人员"],
            ["全国", 66.0, 33.0, 6.0, 12.0, 48.0], ["北京", 10.0, 5.0, 1.0, 2.0, 7.0], ["天津", 22.0, 11.0, 2.0, 4.0, 16.0],
            ["河北", 34.0, 17.0, 3.0, 6.0, 25.0]]  # fmt: skip
    found = read(wild_files.xls({"s": rows}), catalog)
    assert found.table_id == "cstsy_rd_personnel_fte"
    assert figures(found)["B6"] == ("rd_personnel_fte", "110000", 2019, 10.0, "10", "人年")
    assert figures(found)["C6"] == ("rd_personnel_fte_researchers", "110000", 2019, 5.0, "5", "人年")


def test_regions_and_years_in_two_columns(catalog: Catalog) -> None:
    rows = [["省份", "年份", "合计", "基础研究", "应用研究", "试验发展"], ["北京", "2018", 6.0, 1.0, 2.0, 3.0],
            ["", "2019", 60.0, 10.0, 20.0, 30.0], ["天津", "2018", 15.0, 4.0, 5.0, 6.0], ["", "2019", 7.0, 1.0, 2.0, 4.0],
            ["河北", "2018", 9.0, 2.0, 3.0, 4.0], ["", "2019", 12.0, 3.0, 4.0, 5.0]]  # fmt: skip
    from jjj_pipeline.ingest.layouts.find_tables import find
    from jjj_pipeline.ingest.layouts.region_names import Regions

    (table,), _ = find(open_file.parse(wild_files.xlsx({"s": rows}), "file"), Regions(catalog), catalog)
    read_as = {(e.region, e.year, e.heads[0]): e.plain for e in table.entries}
    assert read_as["110000", 2019, "试验发展"] == "30"
    assert read_as["130000", 2018, "合计"] == "9"
    assert len(read_as) == 24


def test_the_line_with_the_unit_wins_over_the_catalogue(catalog: Catalog) -> None:
    rows = wild_files.yearbook_rows()
    rows[3][0], rows[3][5] = "单位：亿元", ""
    found = read(wild_files.xls({"s": rows}), catalog)
    assert figures(found)["C10"] == ("rd_expenditure", "CN", 2019, 3100.6, "3100.6", "亿元")


def test_two_totals_with_parts_and_two_units(catalog: Catalog) -> None:
    """Each blank cell below a merged one is its total; 人.人年 are the units of the two."""
    head = (
        '<tr><td rowspan="2">地区</td><td colspan="2">R&amp;D人员</td><td colspan="2">R&amp;D人员折合全时当量</td></tr>'
    )
    head += "<tr><td>&nbsp;</td><td>女性</td><td>&nbsp;</td><td>研究人员</td></tr>"
    rows = [("北京", "65486", "18118", "44241", "20667"), ("天津", "66307", "15999", "45685", "16286"),
            ("河北", "116854", "21557", "76096", "22947")]  # fmt: skip
    found = read(wild_files.page("中国2019年各地区规上工业企业R&amp;D人员统计", "人.人年", head, rows), catalog)
    assert (found.table_id, found.release) == ("cstsy_firm_rd_personnel", "2020")
    assert figures(found)["B4"] == ("firm_rd_personnel", "120000", 2019, 66307.0, "66307", "人")
    assert figures(found)["D4"] == ("firm_rd_personnel_fte", "120000", 2019, 45685.0, "45685", "人年")
    assert len(found.rows) == 6


def test_a_heading_over_three_rows(catalog: Catalog) -> None:
    head = '<tr><td rowspan="3">地区</td><td colspan="6">R&amp;D经费内部支出</td></tr><tr><td rowspan="2">&nbsp;</td>'
    head += '<td rowspan="2">试验发展支出</td><td colspan="2">日常性支出</td><td rowspan="2">政府资金</td>'
    head += '<td rowspan="2">境外资金</td></tr><tr><td>&nbsp;</td><td>人员劳务费</td></tr>'
    rows = [("北京", "2974157", "2757212", "2793186", "1231144", "236620", "26810"),
            ("天津", "2287717", "2235698", "2057363", "681089", "37977", "12349"),
            ("黑龙江", "774634", "731702", "740518", "239640", "68949", "&nbsp;")]  # fmt: skip
    found = read(wild_files.page("中国2020年各地区规上工业企业R&amp;D经费内部支出统计", "万元", head, rows), catalog)
    assert (found.table_id, found.release) == ("cstsy_firm_rd_expenditure", "2021")
    assert {r[1]: r[10] for r in found.rows if r[2] == "230000"} == {
        "firm_rd_expenditure": "774634", "firm_rd_expenditure_experimental": "731702", "firm_rd_expenditure_routine": "740518",
        "firm_rd_expenditure_labour": "239640", "firm_rd_expenditure_government": "68949", "firm_rd_expenditure_abroad": "",
    }  # fmt: skip
    # this edition is known with a decimal; a page of integers is no more precise than it shows
    assert {r[8] for r in found.rows if r[8] is not None} == {0.5 / 10_000}


def test_units_in_headings_without_a_line_of_units(catalog: Catalog) -> None:
    head = '<tr><td rowspan="2">地区</td><td rowspan="2">机构数(个)</td><td colspan="2">机构人员(人)</td>'
    head += '<td rowspan="2">机构经费支出(万元)</td></tr><tr><td>&nbsp;</td><td>博士和硕士</td></tr>'
    rows = [("北京", "538", "46521", "15511", "2591586"), ("天津", "601", "38771", "7399", "1209042"),
            ("河北", "2555", "102583", "10143", "4105470")]  # fmt: skip
    found = read(wild_files.page("中国2020年各地区规上工业企业办研发机构情况统计", "", head, rows), catalog)
    assert figures(found)["B3"] == ("firm_rd_institutions", "110000", 2020, 538.0, "538", "个")
    assert figures(found)["D3"] == ("firm_rd_institution_doctor_and_master", "110000", 2020, 15511.0, "15511", "人")
    assert figures(found)["E5"] == ("firm_rd_institution_expenditure", "130000", 2020, 410.547, "4105470", "万元")


@pytest.mark.parametrize(
    ("title", "table"),
    [("中国历年各地区研究与试验发展(R&amp;D)经费投入强度统计(2019-2020)", "cstsy_rd_intensity"),
     ("1-8  各地区研究与试验发展(R&amp;D)经费投入强度", "cstsy_rd_intensity")],
)  # fmt: skip
def test_a_title_with_a_span_of_years(title: str, table: str, catalog: Catalog) -> None:
    head = "<tr><td>地区</td><td>2019</td><td>2020</td></tr>"
    rows = [("北京", "6.3", "6.44"), ("天津", "3.29", "3.44"), ("河北", "1.62", "1.75")]
    found = read(wild_files.page(title, "%", head, rows), catalog)
    assert (found.table_id, found.release) == (table, "2021")
    assert figures(found)["B2"] == ("rd_intensity", "110000", 2019, 6.3, "6.3", "%")


def test_a_communique_with_revised_figures_of_the_year_before(catalog: Catalog) -> None:
    """After a census the heading names the year of each column."""
    head = "<tr><td>地　区</td><td><p>2024年R&amp;D经费</p><p>（亿元）</p></td>"
    head += "<td><p>2024年R&amp;D</p><p>经费投入强度</p><p>（%）</p></td>"
    head += "<td><p>修订后2023年</p><p>R&amp;D经费投入强度</p><p>（%）</p></td></tr>"
    rows = [("　全　国", "36326.8", "2.69", "2.58"), ("　北　京", "3278.4", "6.58", "6.22"),
            ("　天　津", "620.6", "3.44", "3.48"), ("　河　北", "967.8", "2.04", "2.00")]  # fmt: skip
    title = "附表2　2024年及2023年各地区研究与试验发展（R&amp;D）经费情况"
    found = read(wild_files.page(title, "", head, rows), catalog)
    assert (found.table_id, found.release) == ("rd_bulletin_rd_by_region", "2025")
    assert {(r[1], r[4]): (r[10], r[11]) for r in found.rows if r[2] == "130000"} == {
        ("rd_expenditure", 2024): ("967.8", "亿元"), ("rd_intensity", 2024): ("2.04", "%"), ("rd_intensity", 2023): ("2.00", "%"),
    }  # fmt: skip
