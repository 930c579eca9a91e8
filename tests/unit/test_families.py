"""Each family of files, small and made here: which table it is, and every kind of figure with its address and unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from jjj_pipeline.catalog.model import Catalog, load_catalog
from jjj_pipeline.ingest import interpret, sheet
from jjj_pipeline.ingest.interpret import Understood
from jjj_pipeline.ingest.recognise import Hints
from jjj_pipeline.settings import PACKAGE
from tests import wild


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(PACKAGE / "catalog")


def read(data: bytes, catalog: Catalog, hints: Hints | None = None, name: str = "file") -> Understood:
    return interpret.understand(sheet.parse(data, name), Path(name), hints or Hints(), catalog)


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
    found = read(wild.FAMILIES[family](), catalog, hints)
    assert (found.table_id, found.release) == ("nbs_gdp", "2024")
    assert (
        "the file states no release: 2024 taken, the year after its newest figures (2023); --release says otherwise"
        in (found.said)
    )
    values = {(r[2], r[4]): r[7] for r in found.rows}
    assert values == {
        ("110000", 2023): 200.5, ("110000", 2022): 100.25, ("110000", 2021): None, ("120000", 2023): 90.0,
        ("120000", 2022): 80.0, ("120000", 2021): 70.1, ("130000", 2023): 60.3, ("130000", 2022): 50.2,
        ("130000", 2021): 40.1, ("150000", 2023): 30.5, ("150000", 2022): 20.4, ("150000", 2021): 10.3,
    }  # fmt: skip
    assert figures(found)[first] == ("gdp", "110000", 2023, 200.5, "200.5", "亿元")


def test_a_blank_newest_year_gives_no_figures_and_is_the_release_where_it_is_later(catalog: Catalog) -> None:
    found = read(wild.nbs_new_platform().replace("2024年".encode(), "2026年".encode()), catalog, Hints(table="nbs_gdp"))
    assert found.release == "2026"
    assert {r[4] for r in found.rows} == {2021, 2022, 2023}


def test_an_export_without_head_and_footer_is_read_with_its_table_named(catalog: Catalog) -> None:
    data = "地区,2023年,2022年\n北京市,2,1\n天津市,4,3\n河北省,6,5\n".encode()
    found = read(data, catalog, Hints(table="nbs_gdp"))
    assert figures(found)["C4"] == ("gdp", "130000", 2022, 5.0, "5", "亿元")


def test_an_export_of_one_region_has_several_indicators(catalog: Catalog) -> None:
    found = read(wild.nbs_indicators(), catalog)
    assert found.table_id == "nbs_gdp_by_sector"
    assert figures(found)["B5"] == ("gdp", "130000", 2023, 60.3, "60.3", "亿元")
    assert figures(found)["D6"] == ("value_added_primary", "130000", 2021, 4.1, "4.1", "亿元")


def test_a_footnote_that_runs_on_is_kept_whole(catalog: Catalog) -> None:
    assert read(wild.nbs_gb18030(), catalog).notes == ["注：1.本表按当年价格计算。", "2.河北为初步数。"]


@pytest.mark.parametrize(
    ("family", "corner", "printed", "end"),
    [("yearbook.xls", "C10", "2170", "F18"), ("yearbook.xlsx", "C10", "2170", "F18"), ("yearbook.ods", "C10", "2170", "F18"),
     ("protected.xls", "C7", "2170.0", "F11"), ("page.xls", "B3", "2170.0", "E7"), ("long.xlsx", "D2", "2170", "D21")],
)  # fmt: skip
def test_a_yearbook_table_in_six_guises(family: str, corner: str, printed: str, end: str, catalog: Catalog) -> None:
    hints = Hints(table="cstsy_rd_by_activity") if family == "long.xlsx" else None
    found = read(wild.FAMILIES[family](), catalog, hints)
    assert (found.table_id, found.release) == ("cstsy_rd_by_activity", "2020")
    assert figures(found)[corner] == ("rd_expenditure", "CN", 2019, 0.31006, "3100.6", "万元")
    assert figures(found)[end] == ("rd_expenditure_experimental", "140000", 2019, 0.13199, "1319.9", "万元")
    values = {(r[1], r[2]): (r[7], r[10]) for r in found.rows}
    assert len(values) == len(found.rows) == 20
    assert values["rd_expenditure_experimental", "CN"] == (0.217, printed)
    assert values["rd_expenditure_basic", "120000"] == (0.00301, "30.1")
    assert values["rd_expenditure_applied", "130000"][0] == 0.003


def test_subtotals_are_recognised_and_kept_out(catalog: Catalog) -> None:
    found = read(wild.yearbook_xls(), catalog)
    assert {r[2] for r in found.rows} == {"CN", "110000", "120000", "130000", "140000"}
    assert "recognised and not read: 东部, 中部" in found.said


def test_hong_kong_macao_taiwan_stand_outside_the_nation(catalog: Catalog) -> None:
    title = "8-39  技术市场技术流向地域(合同金额)"
    rows = [[title], ["单位：万元"], ["地区", 2018.0, 2019.0], ["全国", 60.0, 66.0], ["北京", 10.0, 11.0], ["天津", 20.0, 22.0],
            ["河北", 30.0, 33.0], ["港澳台", 5.0, 6.0], ["其他", 7.0, 8.0]]  # fmt: skip
    found = read(wild.xls({"s": rows}), catalog)
    assert found.table_id == "cstsy_tech_absorbed_by_year"
    assert {r[2]: r[10] for r in found.rows if r[4] == 2019} == {
        "CN": "66", "110000": "11", "120000": "22", "130000": "33", "HMT": "6",
    }  # fmt: skip
    assert "recognised and not read: 其他" in found.said
    assert not any(line.startswith("does not add up") for line in found.said)


def test_years_as_numbers_and_more_digits_than_the_page_shows(catalog: Catalog) -> None:
    found = read(wild.intensity_xls(), catalog)
    assert (found.table_id, found.release) == ("cstsy_rd_intensity", "2020")
    assert figures(found)["D8"] == ("rd_intensity", "110000", 2019, 6.30153956400179, "6.30153956400179", "%")
    assert {r[8] for r in found.rows} == {0.005}  # the page shows two decimals
    assert found.notes == ["注：全国数已修订。"]


def test_an_eps_export_under_merged_indicators(catalog: Catalog) -> None:
    found = read(wild.eps_xlsx(), catalog)
    assert (found.table_id, found.release) == ("eps_macro", "2023")
    assert figures(found)["D4"] == ("gdp", "130000", 2022, 3.5, "3.50000", "亿元")
    assert figures(found)["C5"] == ("railway_length", "110000", 2021, 100.0, "100.00000", "公里")
    assert found.notes == ["数据来源：中国统计年鉴", "由EPS DATA整理"]


def test_blocks_of_years_with_regions_across(catalog: Catalog) -> None:
    found = read(wild.blocks_xlsx(), catalog, Hints(table="eps_industrial"))
    assert figures(found)["E3"] == ("firm_rd_expenditure", "130000", 2013, 13.5, "13.5", "亿元")
    assert figures(found)["D4"] == ("firm_rd_personnel_fte", "120000", 2012, 122500.0, "12.25", "万人年")


def test_a_bulletin_page_gives_its_table_by_region(catalog: Catalog) -> None:
    found = read(wild.bulletin_html(), catalog)
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
    assert "table 1: rows by industry: 采矿业, 煤炭开采和洗选业, 制造业 …, not read" in found.said


def test_of_which_columns_belong_to_the_column_before(catalog: Catalog) -> None:
    rows = [["1-4 各地区研究与试验发展(R&D)人员全时当量(2019年)"], ["单位：人年"],
            ["地区", "R&D人员全时当量", "", "基础研究", "应用研究", "试验发展"], ["", "", "#研究人员"],
            ["全国", 66.0, 33.0, 6.0, 12.0, 48.0], ["北京", 10.0, 5.0, 1.0, 2.0, 7.0], ["天津", 22.0, 11.0, 2.0, 4.0, 16.0],
            ["河北", 34.0, 17.0, 3.0, 6.0, 25.0]]  # fmt: skip
    found = read(wild.xls({"s": rows}), catalog)
    assert found.table_id == "cstsy_rd_personnel_fte"
    assert figures(found)["B6"] == ("rd_personnel_fte", "110000", 2019, 10.0, "10", "人年")
    assert figures(found)["C6"] == ("rd_personnel_fte_researchers", "110000", 2019, 5.0, "5", "人年")


def test_regions_and_years_in_two_columns(catalog: Catalog) -> None:
    rows = [["省份", "年份", "合计", "基础研究", "应用研究", "试验发展"], ["北京", "2018", 6.0, 1.0, 2.0, 3.0],
            ["", "2019", 60.0, 10.0, 20.0, 30.0], ["天津", "2018", 15.0, 4.0, 5.0, 6.0], ["", "2019", 7.0, 1.0, 2.0, 4.0],
            ["河北", "2018", 9.0, 2.0, 3.0, 4.0], ["", "2019", 12.0, 3.0, 4.0, 5.0]]  # fmt: skip
    from jjj_pipeline.ingest.places import Regions
    from jjj_pipeline.ingest.tables import find

    (table,), _ = find(sheet.parse(wild.xlsx({"s": rows}), "file"), Regions(catalog), catalog)
    read_as = {(e.region, e.year, e.heads[0]): e.plain for e in table.entries}
    assert read_as["110000", 2019, "试验发展"] == "30"
    assert read_as["130000", 2018, "合计"] == "9"
    assert len(read_as) == 24


def test_the_line_with_the_unit_wins_over_the_catalogue(catalog: Catalog) -> None:
    rows = wild.yearbook_rows()
    rows[3][0], rows[3][5] = "单位：亿元", ""
    found = read(wild.xls({"s": rows}), catalog)
    assert figures(found)["C10"] == ("rd_expenditure", "CN", 2019, 3100.6, "3100.6", "亿元")
