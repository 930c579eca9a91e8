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
import pyarrow.parquet as parquet
import pytest
from python_calamine import CalamineWorkbook

from jjj_pipeline.access import excel
from jjj_pipeline.access.export import FORMATS, export, usual
from jjj_pipeline.catalog.model import Catalog, load_catalog
from jjj_pipeline.contracts import ALL
from jjj_pipeline.contracts.base import info
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish.published_file import select_all
from jjj_pipeline.settings import Settings

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
    """A cell of LibreOffice's CSV as the kind of value it stands for."""
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


def test_numbers_carry_the_format_of_their_unit_and_the_head_stays_in_view(book: Path) -> None:
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == [excel.NOTES, *SHEETS]
    sheet = sheets["mart.flow_share"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A3", f"A2:V{sheet.max_row}")
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
    assert formats["tech_contract_turnover_share_of_outflow"] == '0.00"%"'


def test_the_sheet_of_notes_says_what_the_columns_mean_and_whose_the_figures_are(book: Path) -> None:
    rows = list(openpyxl.load_workbook(book)[excel.NOTES].iter_rows(values_only=True))
    cells = {cell for row in rows for cell in row}
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


def test_csv_begins_with_a_byte_order_mark_and_has_chinese_headings_where_asked(
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
    assert len(tables) == 28
    assert FORMATS == ("xlsx", "csv", "parquet", "json")


def test_names_of_sheets_are_short_and_different() -> None:
    long = "mart." + "x" * 40
    names = excel.sheet_names([long, f"{long}y", "mart.a", "MART.A", "mart.b[1]"])
    assert [len(n) <= 31 for n in names] == [True] * 5
    assert len({n.lower() for n in names}) == 5
    assert names[2:] == ["mart.a", "MART.A~2", "mart.b_1_"]
