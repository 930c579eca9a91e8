"""Which table a file is, or why it is refused: titles, columns, hints, values beside what is loaded, and the traps."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import reader
from jjj_pipeline.ingest.formats import open_file
from jjj_pipeline.ingest.matching.column_matching import Hints
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures
from jjj_pipeline.ingest.matching.to_observations import Understood
from jjj_pipeline.settings import PACKAGE, Settings
from tests.conftest import ROOT
from tests.support import wild_files
from tests.support.proposals import follow

TITLE = "1-7 各地区研究与试验发展(R&D)经费内部支出(2019年)"
HEAD = ["地区", "R&D经费内部支出", "基础研究", "应用研究", "试验发展"]


def tidy(name: str, skip: int = 3) -> list[list[Any]]:
    """Rows of a file of raw/ below its head, the figures as numbers."""
    with (ROOT / "raw" / name).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))[skip:]
    return [[row[0], *(float(v) if v else "" for v in row[1:])] for row in rows]


@pytest.fixture
def rd() -> list[list[Any]]:
    """The real table of 2019: nation, 31 provinces; 万元."""
    rows = tidy("cstsy/2020/rd_by_activity.csv")
    assert rows[1] == ["北京", 22335870.0, 3554523.0, 5638952.0, 13142395.0]
    return rows


def workbook(
    rows: list[list[Any]], title: str = TITLE, unit: str = "单位：万元", head: list[str] | None = None
) -> bytes:
    return wild_files.xlsx({"1": [[title], [unit], head or HEAD, *rows]})


def read(data: bytes, catalog: Catalog, loaded: LoadedFigures | None, name: str = "f.xlsx", **hints: str) -> Understood:
    return reader.understand(open_file.parse(data, name), Path(name), Hints(**hints), catalog, loaded)


def refusal(data: bytes, catalog: Catalog, loaded: LoadedFigures | None, name: str = "f.xlsx", **hints: str) -> str:
    with pytest.raises(BadInput) as error:
        read(data, catalog, loaded, name, **hints)
    message = str(error.value)
    assert "\n" not in message
    follow(message, Hints(**hints), lambda more: read(data, catalog, loaded, name, **vars(more)))
    return message


def changed(rows: list[list[Any]], region: str, column: int, value: object) -> list[list[Any]]:
    return [[*row[:column], value, *row[column + 1 :]] if row[0] == region else row for row in rows]


# ---- what it is


def test_a_file_that_says_what_it_is_needs_no_hint(
    rd: list[list[Any]], catalog: Catalog, loaded: LoadedFigures
) -> None:
    found = read(workbook(rd), catalog, loaded)
    assert (found.table_id, found.release, len(found.rows)) == ("cstsy_rd_by_activity", "2020", 128)
    assert "128 figures compared with loaded ones, 128 equal" in found.messages


@pytest.mark.parametrize(
    "title",
    ["1-7  各地区研究与试验发展（R＆D）经费内部支出（2019年）", "表1-7 各地区研究与试验发展(R&D)经费内部支出 (2019)",
     "2019年各地区研究与试验发展(R&D)经费内部支出", "1—7 各地区R&D经费内部支出（2019年）",
     "中国2019年各地区研究与试验发展(R&D)经费内部支出统计"],
)  # fmt: skip
def test_spellings_of_a_title(title: str, rd: list[list[Any]], catalog: Catalog) -> None:
    found = read(workbook(rd, title), catalog, None)
    assert (found.table_id, found.release) == ("cstsy_rd_by_activity", "2020")


@pytest.mark.parametrize(
    "head",
    [["地  区", "R＆D经费\n内部支出\nTotal", "基础研究\nBasic Research", "应用研究", "试验发展 Experimental Development"],
     ["省份", "研究与试验发展(R&D)经费内部支出(万元)", "#基础研究", "#应用研究", "#试验发展"],
     ["Region", "合计", "1.基础研究", "2.应用研究", "3.试验发展"]],
)  # fmt: skip
def test_spellings_of_columns(head: list[str], rd: list[list[Any]], catalog: Catalog) -> None:
    found = read(workbook(rd, head=head), catalog, None)
    assert {r[1] for r in found.rows if r[13] == "D5"} == {"rd_expenditure_applied"}


def test_an_edition_of_another_year_needs_nothing(rd: list[list[Any]], catalog: Catalog, loaded: LoadedFigures) -> None:
    rows = [[row[0], *(round(v * 1.5) for v in row[1:])] for row in rd]
    found = read(workbook(rows, TITLE.replace("2019", "2026")), catalog, loaded)
    assert (found.table_id, found.release) == ("cstsy_rd_by_activity", "2027")
    assert "release 2027: the edition after the data year 2026" in found.messages


def test_where_the_file_does_not_say_the_values_name_candidates(catalog: Catalog, loaded: LoadedFigures) -> None:
    rows = tidy("nbs/2025-census5/gdp.csv")
    years = (ROOT / "raw/nbs/2025-census5/gdp.csv").read_text(encoding="utf-8").splitlines()[2].split(",")
    lines = ["数据库：分省年度数据 ", "时间：2011年-2024年 ", "\t,".join(years) + "\t,"]
    lines += ["\t,".join(map(str, row)) + "\t," for row in rows]
    data = "\n".join(lines).encode("utf-8-sig")
    message = refusal(data, catalog, loaded, "gdp.csv")
    assert (
        "gdp.csv, cell B4: expected a file that says what it is; found figures without the name of their indicator"
        in message
    )
    assert "candidates by value: nbs_gdp (gdp, release 2025-census5) " in message
    assert "(100%)" in message
    assert message.endswith("give --table nbs_gdp")
    assert read(data, catalog, loaded, "gdp.csv", table="nbs_gdp").table_id == "nbs_gdp"
    assert read(data, catalog, loaded, "gdp.csv", indicator="gdp").table_id == "nbs_gdp"


def test_values_that_nothing_loaded_has_are_not_guessed(catalog: Catalog, loaded: LoadedFigures) -> None:
    data = "地区,2023年\n北京市,1.11\n天津市,2.22\n河北省,3.33\n".encode()
    assert "no loaded table has such values; say what the figures are: --table or --indicator" in refusal(
        data, catalog, loaded, "x.csv"
    )


def test_a_region_that_is_not_named_is_asked_for(catalog: Catalog, loaded: LoadedFigures) -> None:
    rows = [["数据库：分省年度数据"], ["时间：最近2年"], ["指标", "2019年", "2018年"], ["地区生产总值(亿元)", 35104.5, 32494.6],
            ["第一产业增加值(亿元)", 3518.4, 3338.6]]  # fmt: skip
    data = wild_files.xls({"分省年度数据": rows})
    message = refusal(data, catalog, loaded, "h.xls")
    assert "expected the name of its region; found a file that names none" in message
    assert "give --region" in message
    found = read(data, catalog, loaded, "h.xls", region="河北")
    assert {r[2] for r in found.rows} == {"130000"}
    assert "expected a region of the catalogue; found '火星'" in refusal(data, catalog, loaded, "h.xls", region="火星")


def test_headings_no_one_knows_are_told_by_their_values(
    rd: list[list[Any]], catalog: Catalog, loaded: LoadedFigures
) -> None:
    rows = [["province", "year", "item", "value"], *([row[0], "2019", "甲项", row[1]] for row in rd)]
    message = refusal(wild_files.xlsx({"s": rows}), catalog, loaded)
    assert "found columns 甲项 without a title" in message
    assert "甲项 by value cstsy_rd_by_activity (rd_expenditure, release 2020) 32 of 32 cells (100%)" in message
    assert "name these headings under aliases of that table in tables.yml" in message


# ---- hints that do not fit


@pytest.mark.parametrize(
    ("hints", "words"),
    [({"table": "cstsy_rd_by_activty"}, ["expected a table of tables.yml", "did you mean cstsy_rd_by_activity"]),
     ({"table": "cstsy_rd_personnel_fte"}, ["各地区研究与试验发展(R&D)人员全时当量", "of cstsy_rd_by_activity"]),
     ({"release": "2021"}, ["cell A1", "figures of 2020 in release 2021", "figures of 2019", "right release folder"]),
     ({"release": "../../etc"}, ["a release of digits 0-9", "'../../etc'"]),
     ({"region": "北京"}, ["figures of 北京, as --region says", "figures of 32 regions"]),
     ({"indicator": "gdp"}, ["expected a column that is gdp", "keep the column of that indicator alone"])],
)  # fmt: skip
def test_a_hint_that_contradicts_the_file_is_refused(
    hints: dict[str, str], words: list[str], rd: list[list[Any]], catalog: Catalog, loaded: LoadedFigures
) -> None:
    message = refusal(workbook(rd), catalog, loaded, **hints)
    for word in words:
        assert word in message


# ---- a table the catalogue does not know


UNKNOWN = "1-9 各地区按执行部门分研究与试验发展(R&D)经费内部支出(2019年)"
PARTS = ["地区", "合计", "研究机构", "高等学校", "企业"]


def test_an_unknown_table_is_told_with_the_entry_it_needs(rd: list[list[Any]], catalog: Catalog) -> None:
    message = refusal(workbook(rd, UNKNOWN, head=PARTS), catalog, None)
    assert message.startswith(
        f"f.xlsx!1, cell A1: expected a table of tables.yml; found {UNKNOWN!r} (2019, unit 万元, "
    )
    assert "32 regions, columns 合计, 研究机构, 高等学校, 企业)" in message
    assert (
        "add to tables.yml: <source>_<name>: {source: <source>, title_zh: 各地区按执行部门分研究与试验发展(R&D)经费内部支出, "
        "title_en: <English>, layout: region_by_indicator, unit: 万元, year_lag: 1, columns: {合计: <indicator>, "
        "研究机构: <indicator>, 高等学校: <indicator>, 企业: <indicator>}}"
    ) in message


def test_the_entry_a_refusal_names_makes_the_table_readable(
    rd: list[list[Any]], catalog: Catalog, tmp_path: Path
) -> None:
    data = workbook(rd, UNKNOWN, head=PARTS)
    entry = refusal(data, catalog, None).split("add to tables.yml: ", 1)[1]
    for before, after in {
        "<source>_<name>": "cstsy_rd_by_performer", "source: <source>": "source: cstsy", "<English>": "By performer",
        "合计: <indicator>": "合计: rd_expenditure", "研究机构: <indicator>": "研究机构: rd_expenditure_basic",
        "高等学校: <indicator>": "高等学校: rd_expenditure_applied", "企业: <indicator>": "企业: rd_expenditure_experimental",
    }.items():  # fmt: skip
        assert before in entry
        entry = entry.replace(before, after)
    more = load_catalog(with_entry(tmp_path, entry))
    found = read(data, more, None)
    assert (found.table_id, found.release, len(found.rows)) == ("cstsy_rd_by_performer", "2020", 128)
    assert {(r[1], r[10]) for r in found.rows if r[13] == "C5"} == {("rd_expenditure_basic", "3554523")}


def test_the_example_of_the_documentation(catalog: Catalog, tmp_path: Path) -> None:
    """docs/adding.md: the refusal it quotes, and the entry that makes the table readable."""
    guide = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
    title = "分地区规模以上工业企业研究与试验发展(R&D)活动及专利情况"
    rows = [[f"20-4 {title}(2019年)"], ["地  区", "R&D人员全时当量(人年)", "R&D经费(万元)", "专利申请数(件)", "#发明专利",
             "有效发明专利数(件)"], ["北  京", 44241.0, 2851859.0, 22552.0, 11543.0, 48656.0],
            ["天  津", 45685.0, 2134320.0, 15634.0, 4676.0, 20856.0],
            ["河  北", 76096.0, 4385826.0, 21570.0, 8431.0, 21487.0]]  # fmt: skip
    data = wild_files.xls({"20-4": rows})
    entry = refusal(data, catalog, None, "20-4.xls").split("add to tables.yml: ", 1)[1]
    quoted = " ".join(guide.split())
    assert entry[: entry.index("专利申请数(件)")].rstrip() in quoted
    more = load_catalog(with_entry(tmp_path, guide.split("```yaml")[1].split("```")[0]))
    found = read(data, more, None, "20-4.xls")
    assert (found.table_id, found.release) == ("csy_firm_rd_and_patents", "2020")
    assert {r[1]: (r[7], r[10], r[11]) for r in found.rows if r[2] == "130000"} == {
        "firm_rd_personnel_fte": (76096.0, "76096", "人年"), "firm_rd_expenditure": (438.5826, "4385826", "万元"),
        "firm_patent_applications": (21570.0, "21570", "件"), "firm_invention_applications": (8431.0, "8431", "件"),
        "firm_invention_valid": (21487.0, "21487", "件"),
    }  # fmt: skip


def with_entry(folder: Path, entry: str) -> Path:
    """A copy of the catalogue with one more entry in tables.yml."""
    import shutil

    shutil.copytree(PACKAGE / "catalog", folder / "catalog")
    with (folder / "catalog" / "tables.yml").open("a", encoding="utf-8") as handle:
        handle.write(yaml.safe_dump(yaml.safe_load(entry), allow_unicode=True))
    return folder / "catalog"


# ---- wrong content under a right name


def test_a_table_by_industry_under_the_name_of_the_one_by_region(catalog: Catalog) -> None:
    rows = [
        ["采矿业", 288.1, 1.0, 2.0, 3.0],
        ["煤炭开采和洗选业", 109.2, 1.0, 2.0, 3.0],
        ["制造业", 1.5, 1.0, 2.0, 3.0],
    ]
    message = refusal(workbook(rows), catalog, None)
    assert "cell A1: expected a table with a column or a row of region names" in message
    assert "rows by industry" in message


def test_another_year_under_the_title(rd: list[list[Any]], catalog: Catalog, loaded: LoadedFigures) -> None:
    message = refusal(workbook(rd, TITLE.replace("2019", "2018")), catalog, loaded)
    assert "expected figures of rd_expenditure of 2018; found the loaded figures of 2019 in 32 of 32 cells" in message


def test_another_year_under_the_name_of_the_file(rd: list[list[Any]], catalog: Catalog, loaded: LoadedFigures) -> None:
    message = refusal(workbook(rd), catalog, loaded, "rd_2018.xlsx")
    assert "expected figures of 2018, as the file's name says; found figures of 2019" in message
    assert read(workbook(rd), catalog, loaded, "rd_2020.xlsx").release == "2020"  # named after its edition
    assert read(workbook(rd), catalog, loaded, "rd_2018.xlsx", release="2020").release == "2020"


def test_no_year_at_all(rd: list[list[Any]], catalog: Catalog, loaded: LoadedFigures) -> None:
    data = workbook(rd, TITLE.removesuffix("(2019年)"))
    message = refusal(data, catalog, loaded)
    assert "expected a title with the year, like (2019年)" in message
    assert "128 of 128 cells (100%); give --release 2020" in message
    assert {r[4] for r in read(data, catalog, loaded, release="2020").rows} == {2019}
    assert "cell B4: expected figures of rd_expenditure of 2018" in refusal(data, catalog, loaded, release="2019")


def test_a_column_of_provinces_that_was_dropped(rd: list[list[Any]], catalog: Catalog) -> None:
    message = refusal(workbook([row[1:] for row in rd], head=HEAD[1:]), catalog, None)
    assert "found 128 figures without names of regions" in message
    assert "is its column of regions still there?" in message


@pytest.mark.parametrize(
    "head",
    [["地区", "基础研究", "应用研究", "试验发展", "R&D经费内部支出"], ["地区", "基础研究", "应用研究", "试验发展", ""],
     ["地区", "", "R&D经费内部支出", "基础研究", "应用研究", "试验发展"]],
    ids=["rotated", "to the left", "to the right"],
)  # fmt: skip
def test_a_header_shifted_by_one_column(head: list[str], rd: list[list[Any]], catalog: Catalog) -> None:
    message = refusal(workbook(rd, head=head), catalog, None)
    assert "shifted" in message or "without a heading" in message


def test_names_and_figures_shifted_by_one_row(rd: list[list[Any]], catalog: Catalog) -> None:
    rows = [[a[0], *b[1:]] for a, b in zip(rd, [*rd[1:], rd[0]], strict=True)]
    message = refusal(workbook(rows), catalog, None)
    assert "expected sub-totals that add up" in message
    assert "names and figures seem shifted against each other" in message


# ---- units


@pytest.mark.parametrize(("unit", "times"), [("单位：万元", 1e-4), ("单位：亿元", 1.0)])
def test_a_unit_that_does_not_fit_the_magnitude(
    unit: str, times: float, rd: list[list[Any]], catalog: Catalog, loaded: LoadedFigures
) -> None:
    rows = [[row[0], *(v * times for v in row[1:])] for row in rd]
    message = refusal(workbook(rows, unit=unit), catalog, loaded)
    assert f"cell B4: expected rd_expenditure in {unit[3:]}, of the magnitude of the loaded figures" in message
    assert f"the figures seem to be in {'亿元' if times < 1 else '万元'}" in message


def test_a_name_that_says_another_unit_than_the_figures(catalog: Catalog, loaded: LoadedFigures) -> None:
    """A file named 万元 that holds 亿元: caught by magnitude, not believed."""
    years = (ROOT / "raw/eps/2025/firm_rd_expenditure.csv").read_text(encoding="utf-8").splitlines()[2].split(",")
    rows = tidy("eps/2025/firm_rd_expenditure.csv")
    data = wild_files.xlsx({"Sheet1": [["地区", *(y.removesuffix("年") for y in years[1:])], *rows]})
    message = refusal(data, catalog, loaded, "研发经费(万元).xlsx", table="eps_firm_rd_expenditure")
    assert "expected firm_rd_expenditure in 万元" in message
    assert "the figures seem to be in 亿元" in message
    assert read(data, catalog, loaded, "研发经费.xlsx", table="eps_firm_rd_expenditure").rows[0][11] == "亿元"


def test_a_unit_that_does_not_convert(rd: list[list[Any]], catalog: Catalog) -> None:
    message = refusal(workbook(rd, unit="单位：人年"), catalog, None)
    assert "converts to 亿元; found 人年" in message


# ---- single cells


@pytest.mark.parametrize(
    ("value", "words"),
    [("12x", ["found '12x'"]), ("#N/A", ["found '#N/A'"]), ("=1+2", ["found a formula", "paste the value"]), ("1.2.3", ["1.2.3"]),
     ("12,34", ["12,34"]), ("1E+05", ["1E+05"]), ("约5", ["约5"])],
)  # fmt: skip
def test_a_cell_that_is_no_figure(value: str, words: list[str], rd: list[list[Any]], catalog: Catalog) -> None:
    message = refusal(workbook(changed(rd, "天津", 1, value)), catalog, None)
    for word in ["f.xlsx!1, cell B6: expected a figure", *words]:
        assert word in message


@pytest.mark.parametrize(("value", "status"), [("", "O"), ("-", "O"), ("－", "O"), ("…", "N")])
def test_a_cell_without_a_figure_is_no_zero(value: str, status: str, rd: list[list[Any]], catalog: Catalog) -> None:
    found = read(workbook(changed(rd, "天津", 2, value)), catalog, None)
    (cell,) = [r for r in found.rows if r[13] == "C6"]
    assert (cell[7], cell[9]) == (None, status)


def test_damaged_names_are_suggested_and_not_accepted(rd: list[list[Any]], catalog: Catalog) -> None:
    wrong = {"内蒙古": "内蒙占", "山西": "山两", "浙江": "浙汀"}
    message = refusal(workbook([[wrong.get(row[0], row[0]), *row[1:]] for row in rd]), catalog, None)
    assert "cell A8: expected a region of the catalogue; found '山两', and 2 more such rows" in message
    assert "A8: did you mean 山西 or 山东?; A9: did you mean 内蒙古?; A15: did you mean 浙江?" in message


def test_a_region_twice(rd: list[list[Any]], catalog: Catalog) -> None:
    message = refusal(workbook([*rd, rd[3]]), catalog, None)
    assert "cell B36" in message
    assert "a second one; the first is in B7" in message


def test_a_chinese_and_an_english_name_that_differ(catalog: Catalog) -> None:
    rows = [[("天津" if c == "北    京" else c) for c in row] for row in wild_files.yearbook_rows()]
    message = refusal(wild_files.xls({"s": rows}), catalog, None)
    assert "expected 北京 beside Beijing; found '天津'" in message


def test_missing_provinces_are_told(rd: list[list[Any]], catalog: Catalog) -> None:
    found = read(workbook([row for row in rd if row[0] not in ("西藏", "青海")]), catalog, None)
    assert "29 of 31 provinces: no figure for 西藏, 青海" in found.messages


def test_a_column_that_is_not_in_the_catalogue_is_told(rd: list[list[Any]], catalog: Catalog) -> None:
    found = read(workbook([[*row, 1.0] for row in rd], head=[*HEAD, "人均经费"]), catalog, None)
    assert "columns not in tables.yml, not read: 人均经费" in found.messages
    assert len(found.rows) == 128


# ---- the project's own files through the same door


def test_tables_of_raw_say_what_they_are(catalog: Catalog) -> None:
    """Every table of raw/ with regions gives the same rows without its place being known: nothing but the release is said."""
    from jjj_pipeline.ingest.row_model import Reading
    from jjj_pipeline.storage.raw_files import all_files

    read_equal: dict[str, int] = {}
    for file in all_files(Settings(root=ROOT)):
        spec = catalog.tables[file.table_id]
        if spec.target != "observation" or spec.layout == "observation_list":
            continue
        by_place = reader.read_file(Reading(file, spec, catalog))
        data = file.path.read_bytes()
        found = reader.understand(open_file.parse(data, file.name), file.path, Hints(release=file.release), catalog)
        assert found.table_id == file.table_id
        assert sorted(map(repr, found.rows)) == sorted(map(repr, by_place)), file.name
        read_equal[spec.layout] = read_equal.get(spec.layout, 0) + 1
    assert sum(read_equal.values()) > 200
    assert set(read_equal) == {"region_by_indicator", "region_by_year", "region_year_by_indicator"}
