"""The article judged on the real figures. The expected verdicts were worked out by hand from the printed digits."""

from __future__ import annotations

import pandas as pd
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from jjj_pipeline.cli import app
from jjj_pipeline.publish.published_file import open_published, query
from jjj_pipeline.settings import Settings
from tests.conftest import ROOT

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def verdicts(warehouse: Settings) -> pd.DataFrame:
    with open_published(warehouse.duckdb) as con:
        return query(con, "from mart.claim_check where claim_file = 'jingjinji_article'").set_index("claim_id")


@pytest.fixture
def jjj(warehouse: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JJJ_ROOT", str(warehouse.root))
    return lambda *words: RUNNER.invoke(app, ["claims", *map(str, words)])


RATES = {  # from the text's own figures, from the yearbooks
    "grants_cagr": ("exact", "inconsistent"), "rd_cagr": ("consistent", "exact"), "rd_basic_cagr": ("exact", "exact"),
    "rd_applied_cagr": ("consistent", "exact"), "rd_experimental_cagr": ("consistent", "exact"),
    "doctors_cagr": ("consistent", "untestable"), "masters_cagr": ("consistent", "untestable"),
    "bachelors_cagr": ("consistent", "untestable"),
}  # fmt: skip


@pytest.mark.parametrize("claim", RATES)
def test_the_rates_are_judged_from_both_sides(verdicts: pd.DataFrame, claim: str) -> None:
    assert tuple(verdicts.loc[claim, ["internal", "external"]]) == RATES[claim]


def test_no_claim_is_without_a_row_and_none_is_judged_by_the_text_itself(verdicts: pd.DataFrame) -> None:
    assert len(verdicts) >= 70
    assert not verdicts["releases"].fillna("").str.contains("article").any()


def test_the_misprint_of_hebei_is_found_and_repaired(verdicts: pd.DataFrame) -> None:
    for claim in ("grants_2020", "share_hebei", "grants_2020_hebei"):
        assert verdicts.loc[claim, "diagnosis_kind"] == "repairs"
        assert "1.47 万件 should read 0.47 万件" in verdicts.loc[claim, "diagnosis"]


def test_the_slips_by_ten_are_found_from_the_yearbooks(verdicts: pd.DataFrame) -> None:
    assert "10 times too small" in verdicts.loc["firm_rd_2019", "diagnosis"]
    assert "937.20" in verdicts.loc["firm_rd_2019", "diagnosis"]
    assert "534.25" in verdicts.loc["firm_rd_2011", "diagnosis"]
    assert "within one unit of the last digit" in verdicts.loc["firm_rd_2011", "diagnosis"]
    assert set(verdicts.loc[["firm_rd_2011", "firm_rd_2019"], "diagnosis_kind"]) == {"repairs"}


def test_hebeis_strong_growth_is_said_to_rest_on_the_misprint(verdicts: pd.DataFrame) -> None:
    row = verdicts.loc["hebei_strong"]
    assert (row["internal"], row["diagnosis_kind"]) == ("exact", "rests")
    # as printed 1.47/0.15 is 46 % a year, with 0.47 21 %, Beijing 19.6: a lead of 26 points shrinks to 0.4 to 2.4
    assert (round(row["low"], 2), round(row["high"], 2)) == (0.26, 0.28)
    assert "difference 0.44 to 2.37 points" in row["diagnosis"]


def test_the_page_of_the_documents_is_what_the_command_prints(jjj) -> None:
    printed = jjj("--format", "md")
    assert printed.exit_code == 0
    assert (ROOT / "docs" / "article.md").read_text(encoding="utf-8") == printed.stdout


def test_the_table_fits_a_terminal_in_both_languages(jjj) -> None:
    for lang, word in (("en", "should read 0.47"), ("zh", "应为0.47")):
        printed = jjj("--lang", lang)
        assert printed.exit_code == 0
        assert max(map(cell_len, printed.stdout.splitlines())) <= 120
        assert word in printed.stdout
    assert "无从检验" in printed.stdout


def test_strict_fails_where_a_claim_does_not_hold_but_not_for_another_scope(jjj, tmp_path) -> None:
    assert jjj("--strict").exit_code == 3
    mine = tmp_path / "mine.yml"
    data = "indicator: invention_grants, region: 北京, of: 京津冀, year: 2020"
    mine.write_text(f"claims:\n  - {{id: a, kind: share, claim: 86.82 %, from_data: {{{data}, scope: 全部授权}}}}\n",
                    encoding="utf-8")  # fmt: skip
    assert jjj(mine, "--strict").exit_code == 0
    mine.write_text(f"claims:\n  - {{id: a, kind: share, claim: 86.82 %, from_data: {{{data}}}}}\n", encoding="utf-8")
    assert jjj(mine, "--strict").exit_code == 3


def test_csv_begins_with_the_promised_columns_and_mistakes_have_their_line(jjj, tmp_path) -> None:
    mine = tmp_path / "mine.yml"
    mine.write_text("claims:\n  - {id: a, kind: value, claim: 937.2 亿元, from_data: {indicator: firm_rd_expenditure, "
                    "region: 京津冀, year: 2019}}\n", encoding="utf-8")  # fmt: skip
    lines = jjj(mine, "--format", "csv").stdout.splitlines()
    assert lines[0].startswith("claim_id,internal,external,low,high,diagnosis,")
    assert lines[1].startswith("a,untestable,exact,")
    mine.write_text("claims:\n  - {id: a, kind: value, claim: 937.2 亿元, from_data: {indicator: gdp, region: 京津翼, "
                    "year: 2019}}\n", encoding="utf-8")  # fmt: skip
    refused = jjj(mine)
    assert refused.exit_code == 2
    assert "mine.yml:2: expected a region of the catalogue" in refused.stderr
    assert "京津冀" in refused.stderr
