"""Verdicts on printed claims, the slips behind failures, and mistakes in a claims file."""

from __future__ import annotations

import csv
import random
import re
import time
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.claims import COLUMNS, CatalogNames, Evidence, Facts, claims_of, judge, load_claims
from jjj_pipeline.claims.quantity import DataKey, Leaf, Operation, Side, measure
from jjj_pipeline.claims.reasons import FORMULAS, TEXTS
from jjj_pipeline.claims.release_choice import RECOMPUTED, ReleaseChoice, _of_its_day
from jjj_pipeline.claims.tables import verdict_table
from jjj_pipeline.claims.verdict import EXACT, HOLDS, verdict_of_figure
from jjj_pipeline.errors import BadInput
from jjj_pipeline.measures.printed_figure import half_unit, parse, round_half_up
from jjj_pipeline.settings import PACKAGE

FIXTURE = Path(__file__).parents[1] / "fixtures" / "claims.csv"
ARTICLE = PACKAGE / "catalog" / "claims" / "jingjinji_article.yml"

CATALOG = load_catalog(PACKAGE / "catalog")
FACTS = Facts.of(CATALOG)


def panel_of(*rows):
    """(indicator, region, year, value, half_width[, source, release]) -> core.panel."""
    filled = [(*r, "nbs", "2020")[:7] if len(r) == 5 else r for r in rows]
    frame = pd.DataFrame(
        filled, columns=["indicator", "region_code", "year", "value", "half_width", "source", "release"]
    )
    return frame.assign(members=1, members_expected=1)


PANEL = panel_of(
    ("firm_rd_expenditure", "JJJ", 2011, 534.24980, 0.000015),
    ("firm_rd_expenditure", "JJJ", 2019, 937.20052, 0.000015),
    ("rd_expenditure", "JJJ", 2011, 1435.74, 0.005),
    ("rd_expenditure", "JJJ", 2019, 3263.29, 0.005),
    ("rd_expenditure_basic", "JJJ", 2011, 127.87, 0.005),
    ("rd_expenditure_basic", "JJJ", 2019, 395.01, 0.005),
    ("invention_grants", "110000", 2019, 53127, 0.5),
    ("invention_grants", "120000", 2019, 5025, 0.5),
    ("rd_personnel_fte", "JJJ", 2019, 500000, 0.5),
)


@pytest.fixture
def write(tmp_path):
    def _write(text):
        path = tmp_path / "mine.yml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


@pytest.fixture
def verdicts(write):
    """Judge a file given as text."""

    def _judge(text, panel=PANEL, **kwargs):
        claims = load_claims(write(text), FACTS.names)
        frame = judge(claims, Evidence(panel, facts=FACTS, source=claims.source, **kwargs))
        assert list(frame.columns) == COLUMNS
        return frame.set_index("claim_id")

    return _judge


# -------------------------------------------------------------------------------------------------- the worked cases


def _cases():
    with FIXTURE.open(encoding="utf-8", newline="") as handle:
        handle.readline()
        return list(csv.DictReader(handle))


def _as_claim(case):
    """A worked case in the file format."""
    values = case["inputs"].split("|")
    kind, percent = {
        "cagr_pct": ("cagr", " %"), "growth_pct": ("growth", " %"), "share_pct": ("share", " %"), "diff": ("difference", ""),
        "additivity": ("sum", ""), "growth_from_level_and_increment_pct": ("growth_from_increment", " %"),
    }.get(case["kind"], (case["kind"], ""))  # fmt: skip
    names = {"share": ("part", "total"), "growth_from_increment": ("level", "increment")}.get(kind, ("start", "end"))
    if kind == "sum":
        printed = "parts: [" + ", ".join(f'"{v}"' for v in values) + "]"
    else:
        printed = ", ".join(f'{n}: "{v}"' for n, v in zip(names, values, strict=True))
    years = f", years: {case['n']}" if case["n"] else ""
    return (
        f'  - {{id: {case["id"]}, kind: {kind}, claim: "{case["claim"]}{percent}", from_printed: {{{printed}{years}}}}}'
    )


def test_there_are_28_worked_cases():
    assert len(_cases()) == 28


@pytest.mark.parametrize("case", _cases(), ids=lambda c: c["id"])
def test_worked_case_gets_its_verdict(case, verdicts):
    row = verdicts("claims:\n" + _as_claim(case)).loc[case["id"]]
    assert row.internal == case["expected"].lower()
    assert row.external == "untestable"


def test_the_wrong_formulas_of_the_worked_cases_are_named(verdicts):
    out = verdicts("claims:\n" + "\n".join(_as_claim(c) for c in _cases()))
    assert "7 in place of 6 periods" in out.loc["article_n7", "diagnosis"]
    assert "5 in place of 6 periods" in out.loc["article_n5", "diagnosis"]
    assert "simple average" in out.loc["article_simple", "diagnosis"]
    assert "增长到, not 增长" in out.loc["article_times_wrong", "diagnosis"]
    assert (
        out.loc[["article_n7", "article_n5", "article_simple", "article_times_wrong"], "diagnosis_kind"] == "repairs"
    ).all()
    assert out.loc[out.internal.isin(["exact", "consistent"]), "diagnosis"].eq("").all()


def test_mixed_scales_of_a_ratio_are_understood(verdicts):
    out = verdicts(
        'claims:\n  - {id: a, kind: ratio, claim: "253.2 万元", from_printed: {start: "7469.1 亿元", end: "29.5 万项"}}'
    )
    assert out.loc["a", "internal"] == "exact"


# -------------------------------------------------------------------------------------------------------- properties


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    v0=st.decimals("0.01", "1000", places=6), v1=st.decimals("0.01", "1000", places=6), years=st.integers(1, 15),
    places=st.integers(2, 4), claimed=st.integers(0, 4), kind=st.sampled_from(["cagr", "multiple", "growth", "difference"]),
)  # fmt: skip
def test_a_true_claim_from_rounded_figures_is_never_called_inconsistent(v0, v1, years, places, claimed, kind):
    def rounded(value, decimals):
        return parse(f"{round_half_up(value, half_unit(decimals) * 2):f}")

    true = {"start": parse(f"{v0:f}"), "end": parse(f"{v1:f}")}
    printed = {"start": rounded(v0, places), "end": rounded(v1, places)}
    node = Operation(kind, (("start", Leaf("start")), ("end", Leaf("end"))), years)
    exact, measured = measure(node, true), measure(node, printed)
    assert exact is not None and measured is not None
    if measured.interval is None:
        return
    claim = rounded(exact.point, claimed)
    assert verdict_of_figure(claim, measured) in HOLDS
    assert verdict_of_figure(rounded(measured.point, claimed), measured) == EXACT
    far = parse(f"{round_half_up(measured.interval.high + 3 * claim.step, claim.step):f}")
    assert verdict_of_figure(far, measured) == "inconsistent"


# --------------------------------------------------------------------------------------------------------- diagnoses

HEBEI = """
figures: {bj: 4.94 万件, tj: 0.28 万件, he: 1.47 万件, jjj: 5.69 万件}
claims:
  - {id: total, kind: sum, claim: $jjj, from_printed: {parts: [$bj, $tj, $he]}}
  - {id: share_bj, kind: share, claim: 86.82 %, from_printed: {part: $bj, total: $jjj}}
  - {id: share_tj, kind: share, claim: 4.92 %, from_printed: {part: $tj, total: $jjj}}
  - {id: share_he, kind: share, claim: 8.26 %, from_printed: {part: $he, total: $jjj}}
"""


def test_hebeis_grants_are_repaired_by_one_digit(verdicts):
    out = verdicts(HEBEI)
    assert list(out.index[out["internal"] == "inconsistent"]) == ["total", "share_he"]
    for claim in ("total", "share_he"):
        assert out.loc[claim, "diagnosis_kind"] == "repairs"
        assert "1.47 万件 should read 0.47 万件 (one digit)" in out.loc[claim, "diagnosis"]
        assert "(5.69 万件, 8.26 %)" in out.loc[claim, "diagnosis"]


def test_without_the_shares_several_figures_explain_the_gap_and_none_is_called_a_repair(verdicts):
    out = verdicts(HEBEI.split("  - {id: share_bj")[0])
    assert out.loc["total", "diagnosis_kind"] == "differs"
    assert out.loc["total", "diagnosis"] == "computed 6.69 万件; what is printed differs by -1.00 万件"


FIRMS = """
article: {source: article}
claims:
  - {id: y2011, kind: value, claim: 53.43 亿元, from_data: {indicator: firm_rd_expenditure, region: JJJ, year: 2011}}
  - {id: y2019, kind: value, claim: 93.72 亿元, from_data: {indicator: firm_rd_expenditure, region: JJJ, year: 2019}}
"""


def test_the_slip_by_ten_is_found_from_outside_figures(verdicts):
    out = verdicts(FIRMS)
    assert (out["external"] == "inconsistent").all() and (out["diagnosis_kind"] == "repairs").all()
    assert (
        "93.72 亿元 should read 937.2 亿元 (10 times too small); the data give 937.20 亿元"
        in out.loc["y2019", "diagnosis"]
    )
    assert "10 times too small" in out.loc["y2011", "diagnosis"]
    assert "the data give 534.25 亿元, within one unit of the last digit" in out.loc["y2011", "diagnosis"]
    assert out.loc["y2019", "releases"] == "nbs/2020"


def test_figures_of_the_same_text_are_no_evidence(verdicts):
    own = panel_of(("firm_rd_expenditure", "JJJ", 2019, 93.72, 0.005, "article", "2022"))
    out = verdicts(FIRMS, panel=own)
    assert out.loc["y2019", "external"] == "untestable"
    assert "not held: R&D expenditure of industrial enterprises" in out.loc["y2019", "missing"]
    prefixed = FIRMS.replace("indicator: firm", "indicator: article_firm")
    own = panel_of(("article_firm_rd_expenditure", "JJJ", 2019, 93.72, 0.005, "elsewhere", "2022"))
    assert verdicts(prefixed, panel=own).loc["y2019", "external"] == "untestable"


def test_a_total_with_a_missing_member_is_no_evidence(verdicts):
    out = verdicts(FIRMS, panel=PANEL.assign(members=2, members_expected=3))
    assert (out["external"] == "untestable").all()


def test_another_release_is_a_vintage_and_another_scope_is_only_plausible(verdicts):
    text = """
claims:
  - {id: release, kind: value, claim: 3261.4 亿元, from_data: {indicator: rd_expenditure, region: JJJ, year: 2019}}
  - {id: scope, kind: value, claim: 13000 件, from_data: {indicator: invention_grants, region: "110000", year: 2019}}
"""
    other = panel_of(("patent_grants", "110000", 2019, 13000, 0.5))
    observations = pd.DataFrame(
        [("rd_expenditure", "JJJ", "*", 2019, 3261.4, 0.05, "rd_bulletin", "2020")],
        columns=["indicator", "region_code", "industry_code", "year", "value", "half_width", "source", "release"],
    )
    out = verdicts(text, panel=pd.concat([PANEL, other]), observations=observations)
    assert (out.loc["release", "external"], out.loc["release", "diagnosis_kind"]) == ("consistent", "vintage")
    assert "“Communiqué on 2019, published 2020” (3261.4 亿元); on" in out.loc["release", "diagnosis"]
    assert (out.loc["scope", "external"], out.loc["scope", "diagnosis_kind"]) == ("inconsistent", "plausible")
    assert "it is the figure of Domestic patents granted, Beijing, 2019" in out.loc["scope", "diagnosis"]


def test_a_wrong_place_is_answered_with_the_order_and_a_wrong_count_with_those_that_count(verdicts):
    """Invention patents granted in 2019: Beijing 53127, Hebei 5130, Tianjin 5025."""
    text = """
claims:
  - {id: place, kind: position, claim: 2, from_data: {indicator: invention_grants, region: "110000", year: 2019, among: JJJ}}
  - {id: count, kind: count, claim: 2 个, from_data: {indicator: invention_grants, year: 2019, among: JJJ, above: 6000 件}}
"""
    out = verdicts(text, panel=pd.concat([PANEL, panel_of(("invention_grants", "130000", 2019, 5130, 0.5))]))
    assert out["external"].to_dict() == {"place": "inconsistent", "count": "inconsistent"}
    assert "Beijing > Hebei > Tianjin" in out.loc["place", "diagnosis"]
    assert "Beijing" in out.loc["count", "diagnosis"]
    assert "Hebei" not in out.loc["count", "diagnosis"]


def test_a_paraphrase_has_one_language_or_both(write):
    text = """
claims:
  - {id: both, kind: value, claim: 1 件, paraphrase: {zh: 授权量, en: grants}}
  - {id: one, kind: value, claim: 1 件, paraphrase: {en: grants}}
"""
    claims = load_claims(write(text), CatalogNames(CATALOG)).claims
    assert [tuple(c.paraphrase) for c in claims] == [("授权量", "grants"), ("grants", "grants")]


@pytest.mark.parametrize(
    ("indicator", "one_state", "crossed"),
    [
        ("firm_rd_expenditure", True, "above_scale_2011"),  # the threshold of size, whatever the accounts
        ("gdp", False, "gdp_census5_2011"),
        ("gdp", True, None),  # one state of the accounts: no break within it
    ],
)
def test_a_break_between_states_of_the_accounts_is_crossed_only_from_one_to_another(indicator, one_state, crossed):
    keys = [DataKey(indicator, "110000", year) for year in (2010, 2012)]
    found = {b.id for b in Evidence(PANEL, facts=FACTS).breaks(keys, lambda name: one_state)}
    accounts = {b.id for b in CATALOG.breaks if b.accounts}
    assert crossed in found if crossed else not found & accounts


@pytest.mark.parametrize(
    ("census", "year", "known"),
    [("census3", 2013, False), ("census3", 2014, True), ("census4", 2018, False), ("census4", 2019, True)],
)
def test_a_census_is_known_to_the_bulletin_on_the_year_after_it(census, year, known):
    side = Side({"value": Leaf(DataKey("rd_intensity", "CN", year))})
    choice = ReleaseChoice(side, {}, basis=RECOMPUTED, vintage=census)
    assert _of_its_day(choice, {"rd_intensity": FACTS.ratios["rd_intensity"]}) == known


def test_verdicts_for_a_reader_have_headings_in_one_language(verdicts):
    judged = verdicts("claims:\n  - {id: a, kind: value, claim: 1 件}").reset_index()
    assert list(verdict_table(judged, brief=True, lang="zh").columns) == [
        "编号",
        "所印",
        "文内",
        "数据",
        "算得",
        "原因",
    ]


def test_a_place_without_a_name_is_called_by_its_code_in_both_languages():
    assert tuple(CatalogNames(CATALOG).called("999999")) == ("999999", "999999")


# ------------------------------------------------------------------------------------------------- all kinds of claims


def test_every_kind_is_judged_from_data(verdicts):
    rankings = pd.DataFrame(
        {"indicator": "innovation_supply", "region_code": "110000", "year": 2020, "rank": [2, 1], "industry_code": ["C", "M"],
         "source": "survey", "release": "2021"}
    )  # fmt: skip
    flows = pd.DataFrame(
        [("tech_contract_turnover", "110000", "TJHE", 2019, 2019, 282.8, 0.05, "bj", "2020"),
         ("tech_contract_turnover", "110000", "OTHER_PROV", 2019, 2019, 2868.0, 0.05, "bj", "2020")],
        columns=["indicator", "origin", "destination", "period_start", "period_end", "value", "half_width", "source", "release"],
    )  # fmt: skip
    out = verdicts(
        """
claims:
  - {id: cagr, kind: cagr, claim: 10.81 %, from_data: {indicator: rd_expenditure, region: JJJ, start: 2011, end: 2019}}
  - {id: multiple, kind: multiple, claim: 2.27 倍, from_data: {indicator: rd_expenditure, region: JJJ, start: 2011, end: 2019}}
  - {id: share, kind: share, claim: 12.10 %, from_data: {indicator: rd_expenditure_basic, share_of: rd_expenditure,
     region: JJJ, year: 2019}}
  - {id: tilt, kind: trend, claim: up, from_data: {indicator: rd_expenditure_basic, share_of: rd_expenditure,
     region: JJJ, start: 2011, end: 2019}}
  - {id: fall, kind: trend, claim: down, from_data: {indicator: rd_expenditure, region: JJJ, start: 2011, end: 2019}}
  - {id: compare, kind: compare, claim: 110000 > 120000, from_data: {indicator: invention_grants, year: 2019}}
  - {id: rank, kind: rank, claim: [M, C], from_data: {indicator: innovation_supply, region: "110000", year: 2020}}
  - {id: order, kind: rank, claim: ["120000", "110000"], from_data: {indicator: invention_grants, year: 2019, 
     among: ["110000", "120000"]}}
  - {id: flow, kind: share, claim: 9.86 %, from_data: {flow: tech_contract_turnover, origin: "110000", destination: TJHE, 
     of: OTHER_PROV, year: 2019}}
  - {id: heads, kind: value, claim: 500000 人, from_data: {indicator: rd_personnel_fte, region: JJJ, year: 2019}}
""",
        flows=flows,
        rankings=rankings,
    )
    expected = {
        "cagr": "exact", "multiple": "exact", "share": "exact", "tilt": "exact", "fall": "inconsistent",
        "compare": "exact", "rank": "exact", "order": "inconsistent", "flow": "exact", "heads": "untestable",
    }  # fmt: skip
    assert out["external"].to_dict() == expected
    assert "人年" in out.loc["heads", "missing"]


def test_directions_are_decided_only_where_intervals_do_not_overlap(verdicts):
    out = verdicts("""
claims:
  - {id: near, kind: trend, claim: up, from_printed: {start: "2.1", end: "2.3"}}
  - {id: touching, kind: trend, claim: up, from_printed: {start: "2", end: "2.3"}}
  - {id: opposite, kind: compare, claim: a < b, from_printed: {left: "3", right: "1"}}
  - {id: flat, kind: trend, claim: flat, from_printed: {start: "2", end: "2.3"}}
""")
    assert out["internal"].to_dict() == {
        "near": "exact", "touching": "untestable", "opposite": "inconsistent", "flat": "consistent"
    }  # fmt: skip
    assert "overlap" in out.loc["touching", "missing"]


@pytest.mark.parametrize(
    ("claim", "value", "verdict"),
    [
        ("近 50 %", "48.2 %", "consistent"),
        ("近 50 %", "50.3 %", "consistent"),  # within half a unit of its last digit
        ("近 50 %", "52 %", "inconsistent"),
        ("近 90 %", "10 %", "inconsistent"),  # 近 is a little below: at most 10 %
        ("近 90 %", "81.1 %", "consistent"),
        ("近 90 %", "80.5 %", "inconsistent"),
        ("近一半", "0.48", "consistent"),
        ("近一半", "0.44", "inconsistent"),
        ("接近六分之一", "15.9 %", "consistent"),
        ("超 8000 件", "8673 件", "consistent"),
        ("超 8000 件", "12000 件", "consistent"),
        ("8000 件以上", "7000 件", "inconsistent"),
        ("不足 30 %", "29.2 %", "consistent"),
        ("不到 30 %", "31 %", "inconsistent"),
        ("约 90 %", "90.14 %", "consistent"),
        ("约 90 %", "91.8 %", "consistent"),  # 2 %
        ("约 90 %", "92.2 %", "inconsistent"),
        ("约 1100 件", "1149 件", "consistent"),  # half a unit of the second digit
        ("约 1100 件", "1152 件", "inconsistent"),
        ("下降超 10 %", "-12.0 %", "consistent"),
        ("下降超 10 %", "-8.0 %", "inconsistent"),
    ],
)
def test_words_of_bound(claim, value, verdict, verdicts):
    out = verdicts(f'claims:\n  - {{id: a, kind: bound, claim: "{claim}", from_printed: {{value: "{value}"}}}}')
    assert out.loc["a", "internal"] == verdict


def test_resolution_says_what_the_digits_justify(verdicts):
    row = verdicts(
        "claims:\n  - {id: a, kind: cagr, claim: 18.55 %, from_printed: {start: 2.05 万件, end: 5.69 万件, years: 6}}"
    ).loc["a"]
    assert (round(row.low, 3), round(row.high, 3)) == (18.482, 18.613)
    assert round(row.resolution) == 13
    assert row.point == pytest.approx(float(Decimal("18.5477")), abs=1e-4)


# ----------------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("line", "text", "words"),
    [
        (2, "claims:\n  - {id: a, kind: cagrr, claim: 1 %}", "cagrr"),
        (2, "claims:\n  - {id: a, kind: cagr}", "`claim`"),
        (3, "claims:\n  - {id: a, kind: cagr, claim: 1 %,\n     from_printed: {start: 1 件, end: 2 件}}", "years"),
        (
            3,
            "claims:\n  - {id: a, kind: cagr, claim: 1 %,\n     from_printed: {start: 1 件, end: x, years: 2}}",
            "not a printed figure",
        ),
        (
            3,
            "claims:\n  - {id: a, kind: cagr, claim: 1 %,\n     from_printed: {start: 1 件, end: 2 亿元, years: 2}}",
            "one unit",
        ),
        (2, "claims:\n  - {id: a, kind: cagr, claim: 10.81}", "per cent"),
        (2, "claims:\n  - {id: a, kind: value, claim: $nobody}", "$nobody"),
        (3, "claims:\n  - {id: a, kind: value, claim: 1 件}\n  - {id: a, kind: value, claim: 2 件}", "each id once"),
        (
            3,
            "claims:\n  - {id: a, kind: value, claim: 1 件,\n     from_data: {indicator: gdp, region: 北宁, year: 2019}}",
            "北宁",
        ),
        (
            3,
            "claims:\n  - {id: a, kind: value, claim: 1 件,\n     from_data: {indicator: gpd, region: 北京, year: 2019}}",
            "gpd",
        ),
        (3, "claims:\n  - {id: a, kind: value, claim: 1 件,\n     from_data: {indicator: gdp, region: 北京}}", "year"),
        (
            3,
            "claims:\n  - {id: a, kind: value, claim: 1 件,\n     from_data: {indicator: gdp, year: 2019}}",
            "`region` in",
        ),
        (
            3,
            "claims:\n  - {id: a, kind: value, claim: 1 件,\n     from_data: {indicator: gdp, region: 北京, period: 14-20}}",
            "a period such as 2014-2020; found '14-20'",
        ),
        (
            3,
            "claims:\n  - {id: a, kind: rank, claim: [上海],\n     from_data: {indicator: gdp, year: 2019, among: [北京]}}",
            "every place of the ranking in `among`",
        ),
        (2, "claims:\n  - {id: a, kind: trend, claim: upwards}", "up, down or flat"),
        (2, "claims:\n  - {id: a, kind: value, claim: 1 件, form_data: {}}", "form_data"),
        (3, "claims:\n  - {id: a, kind: value, claim: 1 件}\n  - [broken", "valid YAML"),
        (1, "article: {title: x}", "claims"),
    ],
)
def test_a_mistake_is_reported_with_its_line(line, text, words, write):
    with pytest.raises(BadInput) as caught:
        load_claims(write(text), CatalogNames(CATALOG))
    (message,) = str(caught.value).splitlines()
    assert words in message
    # an unclosed bracket shows at the end of the file, one line further
    assert message.startswith(f"mine.yml:{line}:") or (
        words == "valid YAML" and message.startswith(f"mine.yml:{line + 1}:")
    )


def test_all_mistakes_are_reported_at_once(write):
    with pytest.raises(BadInput) as caught:
        load_claims(write("claims:\n  - {id: a, kind: nope, claim: 1}\n  - {id: b, kind: cagr, claim: 2}\n"))
    assert [m.split(":")[1] for m in str(caught.value).splitlines()] == ["2", "3"]


@pytest.mark.parametrize(
    ("line", "text", "words"),
    [
        (2, "claims:\n  - {id: a, kind: value, claim: " + "9" * 500 + " 件}", "at most 30 digits"),
        (
            3,
            "claims:\n  - {id: a, kind: sum, claim: 1 件,\n     from_printed: {parts: ["
            + ", ".join(["1 件"] * 20_000)
            + "]}}",
            "at most 1000 figures",
        ),
        (
            3,
            "claims:\n  - {id: a, kind: cagr, claim: 1 %,\n     from_printed: {start: 1 件, end: 2 件, years: 9999}}",
            "500",
        ),
        (
            2,
            "claims:\n  - {id: a, kind: sum, claim: 1 件, from_printed: "
            + "{parts: [{kind: sum, parts: [" * 12
            + "1 件"
            + "]}]}" * 12
            + "}",
            "levels",
        ),
    ],
)
def test_absurd_sizes_are_refused_in_one_line(line, text, words, write):
    with pytest.raises(BadInput) as caught:
        load_claims(write(text), FACTS.names)
    (message,) = str(caught.value).splitlines()
    assert words in message
    assert message.startswith(f"mine.yml:{line}:")
    assert len(message) < 250


@pytest.mark.parametrize(
    ("name", "code"),
    [("rd_expenditure", "rd_expenditure"), ("R&D经费内部支出", "rd_expenditure"), ("研发经费", "rd_expenditure"),
     ("Ｒ＆Ｄ 经费", "rd_expenditure"), ("R&D经费投入强度", "rd_intensity"), ("地区生产总值", "gdp"),
     ("技术合同成交额", "tech_contract_turnover")],
)  # fmt: skip
def test_an_indicator_goes_by_its_identifier_its_name_or_an_alias(name, code):
    claims = claims_of(
        {"claims": [{"id": "a", "kind": "value", "claim": "1 亿元",
                     "from_data": {"indicator": name, "region": "北京", "year": 2019}}]}, FACTS.names
    )  # fmt: skip
    assert claims.claims[0].data.data_keys()[0].indicator == code


def test_an_unknown_indicator_comes_with_a_suggestion():
    entry = {
        "id": "a",
        "kind": "value",
        "claim": "1 亿元",
        "from_data": {"indicator": "研发经费投", "region": "北京", "year": 2019},
    }
    with pytest.raises(BadInput, match="did you mean rd_expenditure"):
        claims_of({"claims": [entry]}, FACTS.names)


def test_claims_in_memory_are_judged_as_those_of_a_file(verdicts):
    entries = {"figures": {"bj": "4.94 万件", "tj": "0.28 万件"}, "claims": [
        {"id": "a", "kind": "share", "claim": "94.6 %", "from_printed": {"part": "$bj", "rest": ["$tj"]}},
        {"id": "b", "kind": "value", "claim": "3263.29 亿元", "from_data": {"indicator": "rd_expenditure", "region": "JJJ",
                                                                           "year": 2019}}]}  # fmt: skip
    frame = judge(claims_of(entries, FACTS.names), Evidence(PANEL, facts=FACTS)).set_index("claim_id")
    assert frame["internal"].to_dict() == {"a": "exact", "b": "untestable"}
    assert frame["external"].to_dict() == {"a": "untestable", "b": "exact"}


@pytest.mark.parametrize("code", [*TEXTS, *FORMULAS])
def test_both_languages_of_a_reason_take_the_same_parameters(code):
    text = TEXTS.get(code) or FORMULAS[code]
    fields = [{name for _, name, _, _ in Formatter().parse(form) if name} for form in text]
    assert fields[0] <= fields[1] if code in FORMULAS else fields[0] == fields[1]
    assert not re.search("[\u4e00-\u9fff]", text.en.replace("增长到, not 增长", "").replace("增长倍", ""))


# ------------------------------------------------------------------------------------------------------------- repairs


def test_two_digits_of_a_percentage_are_no_ground_for_a_misprint(verdicts):
    out = verdicts("claims:\n  - {id: a, kind: share, claim: 35 %, from_printed: {part: 15 件, total: 100 件}}")
    assert out.loc["a", "diagnosis"] == "computed 15 %; what is printed differs by +20 个百分点"


def test_a_figure_that_the_warehouse_confirms_is_never_repaired(verdicts):
    out = verdicts("""
figures: {end: 3263.29 亿元}
claims:
  - {id: level, kind: value, claim: $end, from_data: {indicator: rd_expenditure, region: JJJ, year: 2019}}
  - {id: sum, kind: sum, claim: 3763.29 亿元, from_printed: {parts: [$end, 0.00 亿元]}}
  - {id: same, kind: sum, claim: 3763.29 亿元, from_printed: {parts: [$end]}}
""")
    assert out.loc["level", "external"] == "exact"
    for claim in ("sum", "same"):
        assert "3263.29 亿元 should read" not in out.loc[claim, "diagnosis"]
    assert "3763.29 亿元 should read 3263.29 亿元" in out.loc["same", "diagnosis"]


def test_per_cent_of_a_difference_of_percentages_is_a_slip_but_a_rest_is_not(verdicts):
    out = verdicts("""
claims:
  - {id: points, kind: difference, claim: 4.29 %, from_printed: {start: 2.54 %, end: 6.83 %}}
  - {id: rest, kind: difference, claim: 90.14 %, from_printed: {start: 9.86 %, end: 1/1}}
""")
    assert out["internal"].to_dict() == {"points": "inconsistent", "rest": "exact"}
    assert out.loc["points", "diagnosis"] == "unit: 个百分点, not %: it should read 4.29 个百分点"


# -------------------------------------------------------------------------------------------------------- the article


@pytest.fixture(scope="module")
def article():
    claims = load_claims(ARTICLE, FACTS.names)
    started = time.perf_counter()
    frame = judge(claims, Evidence(PANEL, facts=FACTS, source=claims.source)).set_index("claim_id")
    return claims, frame, time.perf_counter() - started


def test_every_claim_of_the_article_has_a_row_quickly(article):
    claims, frame, seconds = article
    assert list(frame.index) == [c.id for c in claims.claims]
    assert all(c.place and c.paraphrase for c in claims.claims)
    assert claims.out_of_scope and claims.notes and claims.source == "article"
    assert seconds < 1


def test_every_named_figure_of_the_article_stands_in_a_claim(article):
    claims, _, _ = article
    used = {c.claim_key for c in claims.claims} | {k for c in claims.claims if c.printed for k in c.printed.all_keys()}
    named = {k for k in claims.book if "." not in k}
    assert named <= used


def test_the_articles_own_figures_agree_but_for_hebeis_grants(article):
    _, frame, _ = article
    failing = frame.index[frame["internal"] == "inconsistent"]
    assert list(failing) == ["grants_2020", "grants_2020_hebei", "share_hebei"]
    assert frame.loc[failing, "diagnosis"].str.contains("1.47 万件 should read 0.47 万件").all()
    rates = ["grants_cagr", "rd_cagr", "rd_basic_cagr", "rd_applied_cagr", "rd_experimental_cagr", "doctors_cagr",
             "masters_cagr", "bachelors_cagr"]  # fmt: skip
    assert frame.loc[rates, "internal"].isin(HOLDS).all()


def test_untestable_claims_say_what_is_missing(article):
    _, frame, _ = article
    untestable = (frame["internal"] == "untestable") | (frame["external"] == "untestable")
    assert (frame.loc[untestable, "missing"] != "").all()


# ------------------------------------------------------------------------------------------ slips in texts of known truth


def _with_slip(literal: str, rng: random.Random) -> str:
    """The literal with one digit changed, two digits exchanged, or the power of ten off."""
    number, unit = literal.split(" ")
    digits = [m.start() for m in re.finditer(r"\d", number)]
    way = rng.choice(("digit", "exchange", "ten"))
    if way == "ten":
        return f"{Decimal(number) * 10:.1f} {unit}"
    at = rng.choice(digits[1:-1])
    if way == "exchange":
        other = digits[digits.index(at) + 1]
        low, high = sorted((at, other))
        return f"{number[:low]}{number[high]}{number[low + 1 : high]}{number[low]}{number[high + 1 :]} {unit}"
    return f"{number[:at]}{(int(number[at]) + rng.randint(1, 9)) % 10}{number[at + 1 :]} {unit}"


@pytest.mark.parametrize("seed", range(40))
def test_a_repair_that_is_offered_is_the_right_one(seed):
    rng = random.Random(seed)
    a, b, c = (rng.uniform(20, 900) for _ in range(3))
    start, total = a / rng.uniform(1.1, 4), a + b + c
    values = {"a": a, "b": b, "c": c, "total": total, "start": start}
    figures = {name: f"{value:.2f} 亿元" for name, value in values.items()}
    entries = [
        ("sum", "$total", {"parts": ["$a", "$b", "$c"]}),
        ("share", f"{a / total * 100:.1f} %", {"part": "$a", "total": "$total"}),
        ("share", f"{b / total * 100:.1f} %", {"part": "$b", "total": "$total"}),
        ("growth", f"{(a / start - 1) * 100:.1f} %", {"start": "$start", "end": "$a"}),
        ("multiple", f"{a / start:.2f} 倍", {"start": "$start", "end": "$a"}),
    ]
    claims = [{"id": f"c{i}", "kind": k, "claim": c, "from_printed": p} for i, (k, c, p) in enumerate(entries)]

    def judged(printed: dict[str, str]) -> pd.DataFrame:
        return judge(claims_of({"figures": printed, "claims": claims}, FACTS.names), Evidence(facts=FACTS))

    assert set(judged(figures)["internal"]) <= HOLDS
    name = rng.choice(list(figures))
    wrong = _with_slip(figures[name], rng)
    repaired = judged(figures | {name: wrong}).query("diagnosis_kind == 'repairs'")
    for sentence in repaired["diagnosis"]:
        assert sentence.startswith(f"{wrong} should read {Decimal(figures[name].split()[0])}")


def test_a_year_off_that_makes_both_ends_one_is_no_growth(verdicts):
    out = verdicts(
        "claims:\n  - {id: a, kind: growth, claim: 27.3 %, from_data: {indicator: gdp, region: CN, start: 2018, end: 2019}}",
        panel=panel_of(("gdp", "CN", 2018, 919281.1, 0.05), ("gdp", "CN", 2019, 986515.2, 0.05),
                       ("gdp_index", "CN", 2019, 106.0, 0.05)),
    )  # fmt: skip
    assert out.loc["a", "external"] == "inconsistent"
