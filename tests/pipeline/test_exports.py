"""What leaves the warehouse as files holds the warehouse's figures: a workbook that LibreOffice and openpyxl read, CSV that Excel
reads, Parquet and JSON; text that looks like a formula is none."""

from __future__ import annotations

import csv
import json
import math
import shutil
import subprocess
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as parquet
import pytest
from openpyxl.utils import get_column_letter
from pysdmx.io import get_datasets
from python_calamine import CalamineWorkbook

from jjj_pipeline.access import excel
from jjj_pipeline.access.export import FORMATS, export, export_sdmx, usual
from jjj_pipeline.access.selection import Filters, years_of
from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.contracts import ALL
from jjj_pipeline.contracts.base import about, info
from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import Settings
from tests.support.published import select_all

SHEETS = ["mart.trade_balance", "mart.flow_share", "core.flow", "mart.innovation_index_component", "ref.measure"]
HOSTILE = {
    "cstsy": "=1+1",
    "nbs": "+cmd|' /C calc'!A0",
    "csy": "@SUM(A1)",
    "eps": "-2+3",
    "zgc": "\t=1+1",
    "most": "-12.5",
}


@pytest.fixture(scope="module")
def con(warehouse: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.duckdb), read_only=True)


@pytest.fixture(scope="module")
def catalog(warehouse: Settings) -> Catalog:
    return load_catalog(warehouse.catalog)


@pytest.fixture(scope="module")
def book(con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path,) = export(con, catalog, SHEETS, "xlsx", tmp_path_factory.mktemp("book"))
    return path


@pytest.fixture(scope="module")
def sheets(book: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(book)


@pytest.fixture
def hostile(warehouse: Settings, tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A published file in which names of sources are formulas to a spreadsheet."""
    path = tmp_path / "hostile.duckdb"
    shutil.copyfile(warehouse.duckdb, path)
    con = duckdb.connect(str(path))
    for source, text in HOSTILE.items():
        con.execute("update ref.source set name_zh = ? where source = ?", [text, source])
    return con


def test_libreoffice_reads_the_same_figures_out_of_the_workbook(
    con: duckdb.DuckDBPyConnection, book: Path, tmp_path: Path
) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("no LibreOffice to open the workbook with (on Debian: apt-get install libreoffice-calc)")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(book)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    sheets = CalamineWorkbook.from_path(
        tmp_path / "jjj.ods"
    )  # what LibreOffice made of the workbook, with types and all digits
    assert sheets.sheet_names == [excel.NOTES, *SHEETS]
    for table in SHEETS:
        titles, names, *rows = sheets.get_sheet_by_name(table).to_python()
        assert (titles, names) == ([c.zh for c in info(ALL[table])], [c.name for c in info(ALL[table])])
        expected = [tuple("" if v is None else v for v in row) for row in con.execute(select_all(table)).fetchall()]
        for found, row in zip(rows, expected, strict=True):
            assert [(name, *pair) for name, *pair in zip(names, found, row, strict=True) if not _same(*pair)] == []


def _read(cell: str, like: object) -> object:
    """A cell of a CSV file as the kind of value it stands for."""
    if cell == "":
        return None
    if isinstance(like, bool):
        return cell == "TRUE"
    return type(like)(cell) if isinstance(like, int | float) else cell


def _same(found: object, expected: object) -> bool:
    """Whether a cell holds the value as far as LibreOffice writes it: fifteen digits and twenty decimals, the last of them give
    or take one."""
    if isinstance(expected, float):
        return isinstance(found, float) and math.isclose(found, expected, rel_tol=1e-14, abs_tol=1e-20)
    return found == expected


def test_numbers_carry_the_format_of_their_unit_and_the_head_stays_in_view(sheets: openpyxl.Workbook) -> None:
    assert sheets.sheetnames == [excel.NOTES, *SHEETS]
    sheet = sheets["mart.flow_share"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == (
        "A3",
        f"A2:{get_column_letter(sheet.max_column)}{sheet.max_row}",
    )
    column = {cell.value: cell.column - 1 for cell in sheet[2]}
    (row,) = [
        r
        for r in sheet.iter_rows(min_row=3)
        if (r[0].value, r[2].value, r[3].value) == ("tech_contract_turnover", "TJHE", 2019)
    ]
    shown = {name: (row[at].value, row[at].number_format) for name, at in column.items()}
    assert shown["value"] == (282.8, "#,##0.00")
    assert shown["printed_share"] == (pytest.approx(0.0986), "0.00%")
    assert shown["year"] == (2019, "0")
    flow = sheets["core.flow"]
    formats = {r[1].value: r[10].number_format for r in flow.iter_rows(min_row=3)}
    assert formats["tech_contract_turnover"] == "#,##0.00"
    assert formats["copatents"] == "#,##0"
    # as wide as its widest text and three more; a Chinese letter counts twice
    for at in (1, 2):
        texts = [str(row[at - 1].value or "") for row in sheet.iter_rows(min_row=1)]
        assert sheet.column_dimensions[get_column_letter(at)].width >= min(20, max(len(t) for t in texts[1:]))
    assert formats["tech_contract_turnover_share_of_outflow"] == '0.00"%"'


def test_the_sheet_of_notes_says_what_the_columns_mean_and_whose_the_figures_are(sheets: openpyxl.Workbook) -> None:
    rows = list(sheets[excel.NOTES].iter_rows(values_only=True))
    cells = {cell for row in rows for cell in row}
    assert sheets[excel.NOTES]["A1"].font.bold
    assert {"中国科技统计年鉴", "国家统计局社会科技和文化产业统计司、科学技术部 编，中国统计出版社"} <= cells
    described = [row[:2] for row in rows if row[0] in SHEETS and row[1] in {c.name for c in info(ALL[str(row[0])])}]
    assert described == [(t, c.name) for t in ALL if t in SHEETS for c in info(ALL[t])]
    cstsy = next(row for row in rows if row[0] == "cstsy")
    assert "2019, 2020, 2021" in str(cstsy)
    assert "数字为公开的官方统计，属事实；引用时注明原出版物。" in cstsy


def test_text_that_looks_like_a_formula_stays_text_in_a_workbook(
    hostile: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path
) -> None:
    (path,) = export(hostile, catalog, ["ref.source"], "xlsx", tmp_path)
    assert path.name == "ref.source.xlsx"
    for sheet in openpyxl.load_workbook(path):
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value in HOSTILE.values()]
        assert sorted(c.value for c in cells) == sorted(HOSTILE.values())
        assert {(c.data_type, c.quotePrefix) for c in cells} == {("s", True)}


def test_text_that_looks_like_a_formula_is_disarmed_in_csv_and_numbers_are_left_alone(
    hostile: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path
) -> None:
    (path,) = export(hostile, catalog, ["ref.source"], "csv", tmp_path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        written = {row["source"]: row["name_zh"] for row in csv.DictReader(file)}
    assert {s: written[s] for s in HOSTILE} == {s: text if s == "most" else f"'{text}" for s, text in HOSTILE.items()}
    openings = ["\r", "\n", "＝", "＋", "－", "＠", "="]
    sources = [source for source in written if source not in HOSTILE][: len(openings)]
    for source, opening in zip(sources, openings, strict=True):
        hostile.execute("update ref.source set name_zh = ? where source = ?", [f"{opening}1+1", source])
    (path,) = export(hostile, catalog, ["ref.source"], "csv", tmp_path, force=True)
    with path.open(encoding="utf-8-sig", newline="") as file:
        written = {row["source"]: row["name_zh"] for row in csv.DictReader(file)}
    assert [written[source] for source in sources] == [f"'{opening}1+1" for opening in openings]
    (flows,) = export(hostile, catalog, ["mart.trade_balance"], "csv", tmp_path)
    with flows.open(encoding="utf-8-sig", newline="") as file:
        balances = [row["balance"] for row in csv.DictReader(file)]
    assert any(b.startswith("-") for b in balances)


def test_csv_begins_with_a_byte_order_mark_and_has_chinese_headings_with_the_option(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path
) -> None:
    (path,) = export(con, catalog, ["ref.window"], "csv", tmp_path, chinese=True)
    assert path.read_bytes()[:3] == b"\xef\xbb\xbf"
    head, first = path.read_text(encoding="utf-8-sig").splitlines()[:2]
    assert head.split(",")[:2] == ['"时段"', '"时段名称"']
    assert first.startswith('"2010-2019"')


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_every_figure_survives_the_other_formats_to_the_last_bit(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path, form: str
) -> None:
    table = "mart.growth_span"
    (path,) = export(con, catalog, [table], form, tmp_path)
    expected = con.execute(select_all(table)).fetchall()
    names = [c.name for c in info(ALL[table])]
    if form == "parquet":
        found = [tuple(row.values()) for row in parquet.read_table(path).to_pylist()]
    elif form == "json":
        whole = json.loads(path.read_text(encoding="utf-8"))
        assert [f["name"] for f in whole["schema"]["fields"]] == names
        found = [tuple(row[n] for n in names) for row in whole["rows"]]
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        found = [
            tuple(_read(r[n], v) for n, v in zip(names, e, strict=True)) for r, e in zip(rows, expected, strict=True)
        ]
    assert found == expected


def test_what_is_refused_is_one_line_and_nothing_is_written(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=r"found mart\.shar - did you mean mart\.share\?"):
        export(con, catalog, ["mart.shar"], "csv", tmp_path)
    with pytest.raises(BadInput, match="found ods"):
        export(con, catalog, ["mart.share"], "ods", tmp_path)
    export(con, catalog, ["ref.window"], "csv", tmp_path)
    before = (tmp_path / "ref.window.csv").stat().st_mtime_ns
    with pytest.raises(BadInput, match="--force replaces it"):
        export(con, catalog, ["ref.source", "ref.window"], "csv", tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["ref.window.csv"]
    export(con, catalog, ["ref.window"], "csv", tmp_path, force=True)
    assert (tmp_path / "ref.window.csv").stat().st_mtime_ns > before
    with pytest.raises(BadInput, match="a folder that can be written to"):
        export(con, catalog, ["ref.window"], "csv", tmp_path / "ref.window.csv" / "below")


def test_a_failure_half_way_leaves_no_file(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def report(table: str) -> None:
        if table == "ref.source":
            raise OSError("no space left on device")

    with pytest.raises(BadInput, match="no space left on device"):
        export(con, catalog, ["ref.window", "ref.source"], "json", tmp_path, report=report)
    assert list(tmp_path.iterdir()) == []


def test_a_table_longer_than_a_worksheet_and_a_text_longer_than_a_cell_are_refused(
    hostile: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path
) -> None:
    hostile.execute("update ref.source set chain = repeat('长', 32768) where source = 'nbs'")
    with pytest.raises(BadInput, match="at most 32,767 letters"):
        export(hostile, catalog, ["ref.source"], "xlsx", tmp_path / "out")
    hostile.execute("insert into core.ranking select r.* from core.ranking as r, range(200000)")
    with pytest.raises(BadInput, match=r"core\.ranking: expected at most 1,048,574 rows for Excel; found 1,200,006"):
        export(hostile, catalog, ["core.ranking"], "xlsx", tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_without_a_name_the_marts_and_the_panel_are_meant(con: duckdb.DuckDBPyConnection) -> None:
    tables = usual(con)
    assert tables == [t for t in ALL if t.startswith("mart.") or t == "core.panel"]
    assert len(tables) > 25
    assert FORMATS == ("xlsx", "csv", "parquet", "json", "dta")


def test_names_of_sheets_are_short_and_different() -> None:
    long = "mart." + "x" * 40
    names = excel.sheet_names([long, f"{long}y", "mart.a", "MART.A", "mart.b[1]"])
    assert [len(n) <= 31 for n in names] == [True] * 5
    assert len({n.lower() for n in names}) == 5
    assert names[2:] == ["mart.a", "MART.A~2", "mart.b_1_"]
    assert excel.sheet_names(["说明 NOTES"]) == ["说明 NOTES~2"]  # the sheet of notes is there first


def test_a_number_is_shown_as_its_unit_asks() -> None:
    assert [excel.of_unit(unit) for unit in ("件", "人年/万人", "吨")] == ["#,##0", "0.0000", "General"]
    (low,) = (c for c in info(ALL["mart.growth_span"]) if c.name == "cagr_low")
    assert excel.shown(low, info(ALL["mart.growth_span"])) == "0.00%"
    assert excel.shown(low._replace(measure="cagr"), [low]) == "0.00%"  # its middle was not asked for


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_are_chosen_by_names_in_either_language_and_carry_names_and_units(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path
) -> None:
    filters = Filters(("R&D经费内部支出",), ("北京", "Tianjin"), (2018, 2019))
    (path,) = export(con, catalog, ["core.panel"], "csv", tmp_path, filters=filters, names="zh")
    found = [
        (
            r["indicator"],
            r["indicator_name"],
            r["unit"],
            r["region_code"],
            r["region_code_name"],
            r["year"],
            r["members"],
        )
        for r in csv_rows(path)
    ]
    assert found == [
        ("rd_expenditure", "R&D经费内部支出", "亿元", code, name, year, "1")
        for code, name in (("110000", "北京市"), ("120000", "天津市"))
        for year in ("2018", "2019")
    ]


def test_a_condition_and_years_as_columns(con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path) -> None:
    """Researchers are counted in whole person-years: no decimals; the figure of the wide table is that of the long one."""
    filters = Filters(("rd_expenditure",), ("110000",), where="year >= 2018 and year < 2020")
    (path,) = export(con, catalog, ["core.panel"], "csv", tmp_path, filters=filters, wide="year")
    assert csv_rows(path) == [
        {"indicator": "rd_expenditure", "region_code": "110000", "2018": "1870.77008", "2019": "2233.587"}
    ]
    (path,) = export(con, catalog, ["core.panel"], "csv", tmp_path / "zh", filters=filters, wide="year", chinese=True)
    assert list(csv_rows(path)[0])[-2:] == ["2018年", "2019年"]
    filters = Filters(("article_firm_invention_applications",), where="year = 2011")
    (path,) = export(con, catalog, ["core.preferred"], "csv", tmp_path, filters=filters)
    assert [(r["value"], r["half_width"]) for r in csv_rows(path)] == [("13163", "0.5")]


def test_an_unknown_value_of_a_filter_says_so_and_suggests(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path
) -> None:
    for filters, message in (
        (
            Filters(("rd_expenditur",)),
            r"--indicator: expected a code or a name.*found rd_expenditur - did you mean rd_expenditure",
        ),
        (Filters(regions=("北京是",)), r"--region: .*found 北京是 - did you mean 北京"),
        (Filters(where="yeer = 2019"), r"--where: expected a condition over core\.panel; found .*yeer"),
    ):
        with pytest.raises(BadInput, match=message):
            export(con, catalog, ["core.panel"], "csv", tmp_path, filters=filters)
    with pytest.raises(BadInput, match=r"--indicator: expected a table with indicator or intensity; found ref\.window"):
        export(con, catalog, ["ref.window"], "csv", tmp_path, filters=Filters(("gdp",)))
    assert years_of("2014–2020") == years_of("2014—2020") == years_of("２０１４-2020") == (2014, 2020)
    for odd in ("zwanzig", "²", "201²", "20200", "9" * 400, "2014-²"):
        with pytest.raises(BadInput, match="--years: expected a year or a span"):
            years_of(odd)
    assert list(tmp_path.iterdir()) == []


def test_a_choice_of_nothing_is_told(con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path) -> None:
    empty_tables: list[str] = []
    export(
        con, catalog, ["core.panel"], "csv", tmp_path, filters=Filters(years=(1890, 1890)), empty=empty_tables.append
    )
    assert empty_tables == ["core.panel"]


def test_a_workbook_lists_the_indicators_and_regions_that_are_in_it(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path
) -> None:
    filters = Filters(("rd_expenditure",), ("110000", "JJJ"), (2019, 2019))
    (path,) = export(con, catalog, ["core.panel"], "xlsx", tmp_path, filters=filters, names="zh")
    book = openpyxl.load_workbook(path)
    notes = [row[:3] for row in book[excel.NOTES].iter_rows(values_only=True)]
    assert ("rd_expenditure", "R&D经费内部支出", "Intramural R&D expenditure") in notes
    assert [n[0] for n in notes if n[0] in ("110000", "120000", "JJJ")] == ["110000", "JJJ"]
    sheet = book["core.panel"]
    assert [c.value for c in sheet[3]][:6] == ["rd_expenditure", "R&D经费内部支出", "亿元", "110000", "北京市", 2019]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$2"


def test_stata_reads_the_figures_with_their_labels(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path
) -> None:
    filters = Filters(("gdp",), ("110000",), (2019, 2019))
    (path,) = export(con, catalog, ["core.panel"], "dta", tmp_path, filters=filters, names="zh")
    with pd.read_stata(path, iterator=True) as reader:
        labels = reader.variable_labels()
        (row,) = reader.read().to_dict("records")
    assert (row["indicator"], row["region_code_name"], row["year"], row["value"]) == ("gdp", "北京市", 2019, 37767.0)
    assert labels["value"].startswith("数值 ")


def test_stata_has_whole_numbers_truth_and_gaps_as_the_warehouse(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path
) -> None:
    (path,) = export(con, catalog, ["mart.copatent_edge"], "dta", tmp_path)
    found = pd.read_stata(path).to_dict("list")
    expected = con.execute(select_all("mart.copatent_edge")).fetchall()
    columns = info(ALL["mart.copatent_edge"])
    assert {"boolean", "integer", "number"} <= {c.dtype for c in columns}
    for at, c in enumerate(columns):
        read_back = ["" if v is None else v for v in found[c.name]]
        held = [row[at] for row in expected]
        if c.dtype == "text":
            assert read_back == ["" if v is None else v for v in held], c.name
        else:
            assert [None if v != v else float(v) for v in read_back] == [
                None if v is None else float(v) for v in held
            ], c.name


@pytest.mark.parametrize("named", ["ref.window", "{zh}", "zh.{zh}", 'zh."{zh}"'])
def test_a_table_is_named_in_either_language_with_or_without_its_schema(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path, named: str
) -> None:
    (path,) = export(con, catalog, [named.format(zh=about(ALL["ref.window"])["zh"])], "csv", tmp_path)
    assert path.name == "ref.window.csv"


def test_json_is_read_by_people_too(con: duckdb.DuckDBPyConnection, catalog: Catalog, tmp_path: Path) -> None:
    (path,) = export(con, catalog, ["ref.region"], "json", tmp_path)
    text = path.read_text(encoding="utf-8")
    assert '"北京' in text
    assert '"title": "地区' in text


def test_sdmx_is_valid_by_its_own_reader_with_status_and_decimals(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Beijing 2019, printed 22335870 in units of ten thousand yuan: four decimals in hundreds of millions."""
    data, structure = export_sdmx(con, Filters(("rd_expenditure",), ("北京",)), tmp_path)
    assert [data.name, structure.name] == ["jjj_sdmx.csv", "jjj_sdmx_structure.json"]
    (found,) = get_datasets(data, structure)
    meta = json.loads(structure.read_text(encoding="utf-8"))["meta"]
    ((built,),) = con.execute("select built_at from meta.build").fetchall()
    assert (meta["id"], meta["sender"]["id"], meta["prepared"][:16]) == ("JJJ", "JJJ", built[:16])
    rows = {r["TIME_PERIOD"]: r for r in found.data.to_dict("records")}
    assert found.structure.id == "DF_JJJ"
    assert {k: str(rows["2019"][k]) for k in ("REF_AREA", "OBS_VALUE", "OBS_STATUS", "DECIMALS")} == {
        "REF_AREA": "110000", "OBS_VALUE": "2233.587", "OBS_STATUS": "A", "DECIMALS": "4",
    }  # fmt: skip
    assert {r["PRINTED"] for r in csv_rows(data) if r["TIME_PERIOD"] == "2019"} == {"22335870"}
    with pytest.raises(BadInput, match="found 0 rows"):
        export_sdmx(con, Filters(("rd_expenditure",), years=(1890, 1890)), tmp_path / "none")


def test_chinese_views_have_names_beside_codes_and_comments_on_every_column(con: duckdb.DuckDBPyConnection) -> None:
    row = con.execute("""select "指标名称", "地区", "版本名称" from zh."首选值" where "指标" = 'rd_expenditure'
        and "地区代码" = '110000' and "年份" = 2019""").fetchone()
    assert row == ("R&D经费内部支出", "北京市", "中国科技统计年鉴2020(2019年数据)")
    bare = "select count(*) from duckdb_columns() where schema_name = 'zh' and comment is null"
    assert con.execute(bare).fetchone() == (0,)
    for schema, table in con.execute(
        "select schema_name, view_name from duckdb_views() where schema_name = 'zh'"
    ).fetchall():
        con.execute(f'select * from {schema}."{table}" limit 1')
