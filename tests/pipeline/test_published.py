"""What the published file says about the real figures. Expected values are those printed by the publications and
the article."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from jjj_pipeline import contracts
from jjj_pipeline.contracts.base import info
from jjj_pipeline.defs.run_build import build
from jjj_pipeline.pipeline.plan import plan
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import Runner, store_of
from jjj_pipeline.settings import Settings
from tests.conftest import copy_project


@pytest.fixture(scope="module")
def con(warehouse: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.duckdb), read_only=True)


@pytest.mark.parametrize(
    ("indicator", "printed", "multiple", "rate"),
    [
        ("rd_expenditure", 3263.29, "2.27", "10.81"),
        ("rd_expenditure_basic", 395.01, "3.09", "15.14"),
        ("rd_expenditure_applied", 671.07, "2.31", "11.01"),
        ("rd_expenditure_experimental", 2197.21, "2.16", "10.11"),
    ],
)
def test_rd_of_the_region_2019_is_what_the_article_prints(
    con: duckdb.DuckDBPyConnection, indicator: str, printed: float, multiple: str, rate: str
) -> None:
    value = con.execute(
        "select value from core.panel where indicator = ? and region_code = 'JJJ' and year = 2019", [indicator]
    ).fetchall()[0][0]
    assert abs(value - printed) <= 0.005
    m, g = con.execute(
        "select multiple, 100 * cagr from mart.growth_span "
        "where indicator = ? and region_code = 'JJJ' and window_id = '2011-2019'",
        [indicator],
    ).fetchall()[0]
    assert (f"{m:.2f}", f"{g:.2f}") == (multiple, rate)


def test_totals_have_the_same_digits_at_every_time(con: duckdb.DuckDBPyConnection, warehouse: Settings) -> None:
    """core.panel is published as its query: two threads meet the rows in another order each time."""
    con.execute("set threads = 2")
    first, *others = (con.execute("from core.panel").fetchall() for _ in range(4))
    stored = store_of(warehouse).connection(["core.panel"]).execute("from core.panel").fetchall()
    assert len(first) > 50_000
    assert all(rows == first for rows in [*others, stored])


def test_a_remark_says_the_same_in_both_languages(con: duckdb.DuckDBPyConnection) -> None:
    """Both or neither, in as many parts, with the same numbers; of Latin letters the Chinese one has names and codes only."""
    tables = con.execute(
        "select schema_name || '.' || table_name, column_name from duckdb_columns() "
        "where column_name in ('missing_zh', 'inputs_zh')"
    ).fetchall()
    assert len(tables) == 11
    for table, chinese in tables:
        english = chinese.removesuffix("_zh")
        remarks = con.execute(f"select distinct {english}, {chinese} from {table} where {english} <> ''").fetchall()
        assert remarks, table
        assert con.execute(
            f"select count(*) from {table} where ({english} is null) <> ({chinese} is null)"
        ).fetchall() == [(0,)]
        for en, zh in remarks:
            assert zh.count("；") == en.count("; ")
            assert set(re.findall(r"\d+", zh)) >= set(re.findall(r"\b\d{4}\b", en)), (en, zh)
            assert re.findall(r"[a-z]{2,}", zh) in ([], ["accard"]), zh


def test_all_provinces_have_rd_expenditure_every_year(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select year, provinces from meta.coverage_year "
        "where indicator = 'rd_expenditure' and year between 2010 and 2023 order by year"
    ).fetchall()
    assert rows == [(year, 31) for year in range(2010, 2024)]


def test_technology_market_covers_all_provinces_and_the_blank_of_tibet_stays(con: duckdb.DuckDBPyConnection) -> None:
    years = [2010, *range(2012, 2024)]
    sql = "select year, provinces, missing from meta.coverage_year where indicator = ? and list_contains(?, year) order by year"
    absorbed = con.execute(sql, ["tech_absorbed_turnover", years]).fetchall()
    assert [(y, n) for y, n, _ in absorbed] == [(y, 31) for y in years]
    output = con.execute(
        "select year, count(value) from core.observation where table_id = 'cstsy_tech_output' "
        "and indicator = 'tech_output_turnover' and region_code <> 'CN' and list_contains(?, year) group by year order by year",
        [years],
    ).fetchall()
    assert output == [(y, 30 if y <= 2016 else 31) for y in years]
    tibet = con.execute(
        "select distinct status, value from core.observation where table_id = 'cstsy_tech_output' "
        "and indicator = 'tech_output_turnover' and region_code = '540000' and (year = 2010 or year between 2012 and 2016)"
    ).fetchall()
    assert tibet == [("O", None)]


def test_three_releases_of_the_gdp_of_beijing_2019_stand_side_by_side(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select distinct printed::double from core.observation "
        "where indicator = 'gdp' and region_code = '110000' and year = 2019 order by 1"
    ).fetchall()
    assert [r[0] for r in rows] == [35371.28, 35445.1, 37767.0]
    assert con.execute(
        "select value from core.panel where indicator = 'gdp' and region_code = '110000' and year = 2019"
    ).fetchall() == [(37767.0,)]


def test_the_misprint_is_kept_as_printed_and_replaced_in_the_value(con: duckdb.DuckDBPyConnection) -> None:
    row = con.execute(
        "select printed, value, status from core.observation "
        "where indicator = 'article_invention_grants' and region_code = '130000' and year = 2020"
    ).fetchall()
    assert row == [("1.47", 4700.0, "I")]
    assert con.execute(
        "select value_before from meta.correction where correction_id = 'article_hebei_invention_grants_2020'"
    ).fetchall() == [(14700.0,)]


def test_provincial_shares_of_2020_add_up_to_100(con: duckdb.DuckDBPyConnection) -> None:
    bad = con.execute(
        "select indicator, of_code, year, sum(share) from mart.share where basis = 'parts' group by all "
        "having count(share) = count(*) and abs(sum(share) - 1) > 1e-12"
    ).fetchall()
    assert bad == []


def test_the_figures_that_the_bulletin_contradicts_are_the_two_known_years(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select year from mart.intensity where intensity = 'rd_expenditure_per_gdp' and not agrees "
        "and denominator_release = 'nbs/2024-first' and length(region_code) = 6 group by year having count(*) > 10 order by year"
    ).fetchall()
    assert [r[0] for r in rows] == [2013, 2016]


def test_hebeis_technology_market_jumps_in_2018_and_beijings_never(con: duckdb.DuckDBPyConnection) -> None:
    # 88.92 to 275.98: threefold in a year; Beijing never moves by more than 16 %
    flagged = con.execute(
        "select region_code, year, found from meta.check_result where check_id = 'jump' "
        "and indicator = 'tech_output_turnover' and region_code in ('110000', '130000') and year >= 2010"
    ).fetchall()
    assert [(r, y, round(v, 2)) for r, y, v in flagged] == [("130000", 2018, 275.98)]


def test_the_revisions_of_gdp_are_known_for_all_provinces(con: duckdb.DuckDBPyConnection) -> None:
    pairs = con.execute(
        "select release_old, release_new, count(distinct region_code) from mart.revision where indicator = 'gdp' "
        "and region_code <> 'CN' and release_old in ('2024-first', '2024-census4') and release_new like '2024-c%' "
        "or indicator = 'gdp' and release_new = '2025-census5' and release_old like '2024-%' group by all order by all"
    ).fetchall()
    assert pairs == [
        ("2024-census4", "2025-census5", 31),
        ("2024-first", "2024-census4", 31),
        ("2024-first", "2025-census5", 31),
    ]
    # Tianjin 2018: 18809.64 as first published, 13362.9 after the fourth census
    tianjin = con.execute(
        "select printed_old, printed_new, relative, file_old, cell_old, file_new, cell_new from mart.revision where indicator = "
        "'gdp' and region_code = '120000' and year = 2018 and release_old = '2024-first' and release_new = '2024-census4'"
    ).fetchall()[0]
    assert tianjin[:2] == ("18809.64", "13362.9")
    assert round(tianjin[2], 4) == -0.2896
    assert all(tianjin[3:])


def test_every_column_of_every_table_is_described_in_two_languages(con: duckdb.DuckDBPyConnection) -> None:
    for table, contract in contracts.ALL.items():
        columns = con.execute(
            "select column_name, comment from duckdb_columns() where schema_name || '.' || table_name = ? order by column_index",
            [table],
        ).fetchall()
        assert [c for c, _ in columns] == [c.name for c in info(contract)]
        assert all(text.startswith(c.zh + " - ") for (_, text), c in zip(columns, info(contract), strict=True))
    assert con.execute(
        'select "数值" from zh."面板" where "指标" = \'rd_expenditure\' and "地区代码" = \'JJJ\' and "年份" = 2019'
    ).fetchall()[0][0] == pytest.approx(3263.2865)


def test_macros_of_the_file_are_the_formulas_of_the_marts(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute(
        "select round(100 * cagr(2.05, 5.69, 6), 2), gini([1, 1, 1]), round(theil_t([0, 0, 0, 10, 10, 10]), 9)"
    ).fetchall() == [(18.55, 0.0, 0.693147181)]


SHARED_NAMES = {
    "firm_patent_applications_invention": "firm_invention_applications",
    "firm_patents_valid_invention": "firm_invention_valid",
    "firm_rd_intramural": "firm_rd_expenditure",
    "firm_rd_intramural_large_medium_only": "firm_rd_expenditure_large_medium",
    "gdp_as_first_published": "gdp",
    "gdp_revised_4th_census": "gdp",
    "gdp_revised_5th_census": "gdp",
    "patent_applications_all": "patent_applications",
    "patent_applications_invention": "invention_applications",
    "patent_grants_all": "patent_grants",
    "patent_grants_invention": "invention_grants",
    "patents_valid_invention": "invention_valid",
    "population_resident_yearend": "population",
    "rd_expenditure_bulletin": "rd_expenditure",
    "rd_intensity_bulletin": "rd_intensity",
    "rd_intramural_applied": "rd_expenditure_applied",
    "rd_intramural_basic": "rd_expenditure_basic",
    "rd_intramural_experimental": "rd_expenditure_experimental",
    "rd_intramural_total": "rd_expenditure",
    "tech_market_turnover_absorbed": "tech_absorbed_turnover",
    "tech_market_turnover_exported": "tech_output_turnover",
    "tech_market_turnover_nbs": "tech_output_turnover",
}


def test_every_yearbook_figure_is_found_with_its_digits(con: duckdb.DuckDBPyConnection, shared: Path) -> None:
    with (shared / "data" / "yearbook_observations.csv").open(encoding="utf-8-sig", newline="") as handle:
        wanted = [
            (SHARED_NAMES.get(r["indicator"], r["indicator"]), r["region"], int(r["year"]), r["printed"], r["unit"])
            for r in csv.DictReader(handle)
        ]
    held = set(
        con.execute(
            "select o.indicator, r.short_zh, o.year, o.printed, o.printed_unit "
            "from core.observation o join ref.region r using (region_code)"
        ).fetchall()
    )
    assert len(wanted) > 14_000
    assert [w for w in wanted if w not in held] == []


def test_every_figure_of_the_offices_panel_is_found(con: duckdb.DuckDBPyConnection, shared: Path) -> None:
    with (shared / "data" / "nbs_province_2000_2019.csv").open(encoding="utf-8-sig", newline="") as handle:
        wanted = [(r["region_code"], int(r["year"]), r["industry"], r["stored"]) for r in csv.DictReader(handle)]
    held = set(
        con.execute(
            "select case region_code when 'CN' then '000000' else region_code end, year, industry_code, printed "
            "from core.observation where release like '202%'"
        ).fetchall()
    )
    held |= {("CN", *h[1:]) for h in held if h[0] == "000000"} | {("", *h[1:]) for h in held if h[0] == "000000"}
    assert [w for w in wanted if w not in held][:3] == []


READER = """
import duckdb, sys
con = duckdb.connect(sys.argv[1], read_only=True)
rows = "select count(*) from core.panel"
gdp = "select value from core.panel where indicator = 'gdp' and region_code = '110000' and year = 2019"
print(con.execute(rows).fetchall()[0][0], flush=True)
sys.stdin.readline()
print(con.execute(rows).fetchall()[0][0], con.execute(gdp).fetchall()[0][0], flush=True)
"""


@pytest.mark.slow
def test_a_reader_and_a_build_do_not_disturb_each_other(small_project: Settings) -> None:
    assert build(small_project, keep_history=False).published
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(small_project.duckdb)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert reader.stdout and reader.stdin
        before = int(reader.stdout.readline())
        path = small_project.raw / "nbs" / "2025-census5" / "gdp.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("37767.0", "37768.0"), encoding="utf-8")
        assert build(small_project, keep_history=False).published
        reader.stdin.write("go\n")
        reader.stdin.flush()
        assert reader.stdout.readline().split() == [str(before), "37767.0"]
    finally:
        reader.communicate(timeout=30)
    with duckdb.connect(str(small_project.duckdb), read_only=True) as con:
        assert con.execute(
            "select value from core.panel where indicator = 'gdp' and region_code = '110000' and year = 2019"
        ).fetchall() == [(37768.0,)]


def run_steps(settings: Settings) -> dict[str, bytes]:
    """All steps without Dagster; the bytes of every Parquet file."""
    runner = Runner(Project(settings))
    for step in plan(runner.project):
        runner.materialize(step)
    return {str(p.relative_to(settings.store)): p.read_bytes() for p in sorted(settings.store.rglob("*.parquet"))}


@pytest.mark.slow
def test_two_builds_give_the_same_bytes_and_shuffled_rows_change_only_cells(
    small_project: Settings, tmp_path: Path
) -> None:
    first = run_steps(small_project)
    again = run_steps(
        copy_project(
            tmp_path / "again", [str(p.relative_to(small_project.raw)) for p in sorted(small_project.raw.glob("*/*/*"))]
        )
    )
    assert first == again
    tables = {name: store_of(small_project).read(name.removesuffix(".parquet").replace("/", ".")) for name in first}
    for path in sorted(small_project.raw.glob("*/*/*.csv")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        head = next(i for i, line in enumerate(lines) if line.startswith(("地区", "流出地"))) + 1
        notes = [line for line in lines[head:] if line.startswith("注：")]
        body = [line for line in lines[head:] if not line.startswith("注：")]
        path.write_text("".join([*lines[:head], *reversed(body), *notes]), encoding="utf-8")
    run_steps(small_project)
    for name, before in tables.items():
        after = store_of(small_project).read(name.removesuffix(".parquet").replace("/", "."))
        moving = ["sha256", "size", "message", *(c for c in before.columns if c.startswith("cell"))]
        same = before.drop(columns=moving, errors="ignore").equals(after.drop(columns=moving, errors="ignore"))
        assert same, name


@pytest.mark.slow
def test_the_checks_that_ran_are_the_declared_ones(small_project: Settings) -> None:
    import dagster as dg

    from jjj_pipeline.defs.assembly import build_defs

    job = build_defs(small_project).resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.ephemeral() as instance:
        names = {c.check_name for c in job.execute_in_process(instance=instance).get_asset_check_evaluations()}
    assert names >= {
        "contract",
        "staging",
        "rd_by_activity",
        "rd_fte_by_activity",
        "provinces_to_nation",
        "article_invention_grants_shares",
        "article_invention_grants_members",
    }
