"""From any value to the printed cells behind it."""

from __future__ import annotations

import re

import duckdb
import pytest
from typer.testing import CliRunner

from jjj_pipeline import contracts
from jjj_pipeline.access import lineage
from jjj_pipeline.access.lineage import PRINTED, trace
from jjj_pipeline.cli import app
from jjj_pipeline.contracts.base import info, inputs
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish.published_file import query
from jjj_pipeline.settings import Settings

EMPTY = {"mart.counted_flow", "core.flow_class"}  # until a set of patents or contracts is counted
DERIVED = [t for t in contracts.ALL if t.startswith(("core.", "mart.")) and t not in {*PRINTED, *EMPTY}]


@pytest.fixture(scope="module")
def con(warehouse: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.duckdb), read_only=True)


@pytest.fixture(scope="module")
def tracer(con: duckdb.DuckDBPyConnection) -> lineage._Tracer:
    return lineage._Tracer(con)


@pytest.mark.parametrize("table", DERIVED)
def test_a_row_of_every_table_leads_to_printed_cells(
    con: duckdb.DuckDBPyConnection, tracer: lineage._Tracer, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lineage, "_Tracer", lambda *_: tracer)  # what it reads once, it reads once for all tables
    assert inputs(contracts.ALL[table])
    keys = [c.name for c in info(contracts.ALL[table]) if c.key]
    numbers = [c.name for c in info(contracts.ALL[table]) if c.dtype == "number" and not c.name.startswith("h")]
    filled = f"coalesce({', '.join(numbers)}) is not null" if numbers else "true"
    row = query(con, f"select * from {table} where {filled} order by {', '.join(keys)} limit 1").to_dict("records")[0]
    cells = trace(con, table, {k: str(row[k]) for k in keys}).printed()
    assert cells
    assert all(re.search(r"raw/.+, cell [A-Z]+\d+", " ".join(c.lines)) for c in cells)


def test_growth_of_the_region_rests_on_six_printed_figures(con: duckdb.DuckDBPyConnection) -> None:
    keys = {"indicator": "rd_expenditure", "region_code": "JJJ", "window_id": "2011-2019"}
    tree = trace(con, "mart.growth_span", keys)
    assert any(line.startswith("multiple = 2.2728958") and "v1 / v0" in line for line in tree.lines)
    printed = [cell.lines[0] for cell in tree.printed()][:6]  # what follows is the GDP deflator behind real growth
    # edition 2012 in 万元 with one decimal, edition 2020 without
    figures = ["9366438.8", "2977580.2", "2013376.9", "22335870", "4629716", "5667279"]
    assert [p.split()[1] for p in printed] == figures
    assert "raw/cstsy/2012/rd_by_activity.csv, cell B5" in tree.printed()[0].lines


def test_a_ratio_printed_for_the_region_is_found_behind_a_claim(con: duckdb.DuckDBPyConnection) -> None:
    """A claim of 4.27 % names its evidence `rd_intensity JJJ 2023`; the figure is the region's own, as printed."""
    row = "select 'rd_intensity JJJ 2023' as evidence, 'jjj_index_nbs/2025-01' as releases"
    found = con.execute(
        f"select i.indicator, i.year, i.value from ({row}) as r join {inputs(contracts.ALL['mart.claim_check'])['as printed?']}"
    ).fetchall()
    assert found == [("jjj_rd_intensity_printed", 2023, 4.27)]


def test_the_ledger_is_named_at_the_cell_it_changed(con: duckdb.DuckDBPyConnection) -> None:
    keys = {"indicator": "article_invention_grants", "of_code": "JJJ", "region_code": "130000", "year": "2020"}
    first = trace(con, "mart.share", keys).printed()[0]
    assert "printed 1.47 万件, value 4700 ± 50, status I" in first.lines
    assert any("article_hebei_invention_grants_2020 (replace)" in line for line in first.lines)


@pytest.mark.parametrize(
    ("words", "expected_text"),
    [
        (["mart.nope"], "expected a table of the warehouse; found mart.nope"),
        (["mart.share", "foo=1"], "found foo"),
        (["mart.share", "foo"], "expected key=value; found foo"),
        (["mart.growth_span", "indicator=rd_expenditure", "region_code=JJJ"], "window_id: 2010-2019, 2011-2019"),
        (["mart.growth_span", "indicator=no'such"], "found 0 rows"),
        (["mart.share", "year=2020", "indicator=gdp", "of_code=CN"], "320000, 330000, 340000 …"),
    ],
)
def test_what_names_no_row_is_refused_in_one_line(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch, words: list[str], expected_text: str
) -> None:
    monkeypatch.setenv("JJJ_ROOT", str(warehouse.root))
    done = CliRunner().invoke(app, ["trace", *words])
    assert done.exit_code == 2
    assert expected_text in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_key_is_text_and_never_sql(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(BadInput, match="found 0 rows"):
        trace(con, "core.panel", {"indicator": "x' or '1'='1"})


def test_a_trace_takes_chinese_names_of_table_columns_and_values(con: duckdb.DuckDBPyConnection) -> None:
    where = {"indicator": "rd_expenditure", "region_code": "JJJ", "window_id": "2011-2019"}
    chinese = {"指标": "R&D经费内部支出", "地区": "京津冀", "时段": "2011—2019年"}
    assert trace(con, "时段增长", chinese).heading == trace(con, "mart.growth_span", where).heading


def test_a_trace_of_an_unknown_window_lists_those_there_are(con: duckdb.DuckDBPyConnection) -> None:
    where = {"indicator": "rd_expenditure", "region_code": "JJJ", "window_id": "2011-2020"}
    with pytest.raises(BadInput, match=r"found 0 rows - window_id 2011-2020 is not there: .*2011-2019"):
        trace(con, "mart.growth_span", where)


def test_a_trace_in_chinese_says_everything_but_codes_in_chinese(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JJJ_ROOT", str(warehouse.root))
    words = ["trace", "时段增长", "指标=rd_expenditure", "地区=京津冀", "时段=2011-2019"]
    shown = CliRunner().invoke(app, ["--lang", "zh", *words], env={"COLUMNS": "200"}).stdout
    assert shown.startswith(
        "时段增长 mart.growth_span 指标=rd_expenditure 地区代码=JJJ 时段=2011-2019\n├── 起始值 = 1435.7"
    )
    assert "所印 9366438.8 万元，数值 936.64388 ± 5e-06，状态 A" in shown
    assert "raw/cstsy/2012/rd_by_activity.csv，单元格 B5" in shown
    assert not re.search(r"printed|value \d|status|cell |Value of|: ", shown)
