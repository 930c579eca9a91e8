"""Claims judged on the real figures: releases that belong together, breaks, bounds, slips. Expected values were worked out by
hand from the printed figures (yearbooks, communiqués, National Data)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.claims import EVIDENCE, Evidence, claims_of, evidence_of, failing, judge, load_claims
from jjj_pipeline.publish.published_file import open_published, query
from jjj_pipeline.settings import Settings
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def evidence(warehouse: Settings) -> Evidence:
    with open_published(warehouse.duckdb) as con:
        return evidence_of(load_catalog(warehouse.catalog), *(query(con, f"from {table}") for table in EVIDENCE))


@pytest.fixture
def judged(evidence: Evidence):
    """Judge claims given as (kind, claim, from_data), by id."""

    def _judge(**claims: tuple[str, Any, dict[str, Any]]) -> pd.DataFrame:
        entries = [{"id": i, "kind": k, "claim": c, "from_data": data} for i, (k, c, data) in claims.items()]
        return judge(claims_of({"claims": entries}, evidence.facts.names), evidence).set_index("claim_id")

    return _judge


def rd(region: str, **when: Any) -> dict[str, Any]:
    return {"indicator": "rd_expenditure", "region": region, **when}


# ------------------------------------------------------------------------------------- releases that belong together

TERTIARY = {"indicator": "value_added_tertiary", "share_of": "gdp", "region": "JJJ", "year": 2019}


@pytest.mark.parametrize(
    ("claim", "data", "verdict"),
    [
        ("8.563 %", {"indicator": "gdp", "region": "京津冀", "of": "全国", "year": 2019}, "exact"),
        ("8.285 %", {"indicator": "gdp", "region": "京津冀", "of": "全国", "year": 2023}, "exact"),
        # provinces after the fifth census over the nation after the fourth
        ("8.868 %", {"indicator": "gdp", "region": "京津冀", "of": "全国", "year": 2019}, "inconsistent"),
        ("8.744 %", {"indicator": "gdp", "region": "京津冀", "of": "全国", "year": 2023}, "inconsistent"),
        ("67.06 %", TERTIARY, "exact"),
        ("64.76 %", TERTIARY, "inconsistent"),
    ],
)
def test_part_and_whole_are_of_one_state_of_the_accounts(judged, claim, data, verdict) -> None:
    assert judged(a=("share", claim, data)).loc["a", "external"] == verdict


def test_an_official_intensity_is_found_by_its_ordinary_name(judged) -> None:
    out = judged(
        printed=("value", "4.27 %", {"indicator": "R&D经费投入强度", "region": "京津冀", "year": 2023}),
        recomputed=("ratio", "4.27 %", rd("JJJ", per="gdp", year=2023)),
        later=("ratio", "4.04 %", rd("JJJ", per="gdp", year=2023)),
    )
    assert out["external"].to_dict() == {"printed": "exact", "recomputed": "consistent", "later": "consistent"}
    assert (out.loc[["recomputed", "later"], "diagnosis_kind"] == "vintage").all()
    assert "“revised after the fourth economic census” (4.27 %)" in out.loc["recomputed", "diagnosis"]
    assert "4.27 % on “Beijing-Tianjin-Hebei regional" in out.loc["later", "diagnosis"]
    assert "第五次全国经济普查后修订数" in out.loc["later", "diagnosis_zh"]


def test_the_official_and_the_recomputed_intensity_do_not_contradict_each_other_about_tianjin(judged) -> None:
    # printed 2.96 -> 3.28; on the GDP after the fifth census 4.32 -> 3.28
    ends = {"region": "天津", "start": 2014, "end": 2019}
    claims = {f"{way}_{i}": ("trend", way, data) for way in ("up", "down") for i, data in enumerate(
        ({"indicator": "rd_intensity", **ends}, {"indicator": "rd_expenditure", "per": "gdp", **ends}))}  # fmt: skip
    out = judged(**claims)
    assert set(out["external"]) == {"untestable"}
    assert out["missing"].str.contains("4.32 % → 3.28 % on “revised after the fifth economic census”").all()
    assert out["missing_zh"].str.contains("各版本的方向不同").all()


def test_a_vintage_is_not_a_misprint(judged) -> None:
    # 2019: 2.23 % printed; 2018: 2.19 % printed, 2.14 % on the GDP after the fourth census
    change = {"indicator": "rd_intensity", "region": "CN", "start": 2018, "end": 2019}
    out = judged(
        day=("difference", "0.09 个百分点", change),
        printed=("difference", "0.04 个百分点", change),
        wrong=("difference", "0.15 个百分点", change),
        first=("value", "35371.3 亿元", {"indicator": "gdp", "region": "北京", "year": 2019}),
        named=(
            "value",
            "35371.3 亿元",
            {"indicator": "gdp", "region": "北京", "year": 2019, "release": "nbs/2024-first"},
        ),
    )
    assert out["external"].to_dict() == {
        "day": "consistent", "printed": "consistent", "wrong": "untestable", "first": "consistent", "named": "exact"
    }  # fmt: skip
    assert (
        "holds on the release “Communiqué on 2019, published 2020, revised after the fourth"
        in out.loc["day", "diagnosis"]
    )
    assert "0.10 个百分点 on “revised after the fourth economic census”" in out.loc["printed", "diagnosis"]
    assert "“as first published” (35371.3 亿元)" in out.loc["first", "diagnosis"]


def test_growth_of_gdp_is_read_at_constant_prices(judged) -> None:
    # Beijing 2019: index 106.1; at current prices 35371.3 / 33106.0 and, revised, 7.4 %
    out = judged(
        real=("growth", "6.1 %", {"indicator": "gdp", "region": "北京", "start": 2018, "end": 2019}),
        held=("growth", "9.9 %", {"indicator": "gdp", "region": "北京", "start": 2018, "end": 2019}),
        none=("growth", "5.1 %", {"indicator": "gdp", "region": "京津冀", "start": 2022, "end": 2023}),
    )
    assert out["external"].to_dict() == {"real": "exact", "held": "inconsistent", "none": "untestable"}
    assert "constant prices" in out.loc["real", "diagnosis"]
    assert "no index is held" in out.loc["none", "missing"]


# -------------------------------------------------------------------------------------------------------------- breaks


def test_a_claim_over_a_break_is_at_best_consistent_and_names_it(judged) -> None:
    firms = {"indicator": "hightech_enterprises", "region": "JJJ", "end": 2015}
    out = judged(
        over=("cagr", "-2.96 %", {**firms, "start": 2010}),
        after=("cagr", "6.1 %", {**firms, "start": 2011}),
        comparable=("cagr", "5.2 %", {**firms, "start": 2010}),  # perhaps on a comparable basis: open, not wrong
    )
    assert out["external"].to_dict() == {"over": "consistent", "after": "exact", "comparable": "untestable"}
    assert out.loc["over", "crosses_break"].startswith("hightech_above_scale_2011")
    assert "crosses a break (2011)" in out.loc["over", "diagnosis"]
    assert "跨越口径变动（2011年）" in out.loc["over", "diagnosis_zh"]
    assert "crosses a break" in out.loc["comparable", "missing"]


def test_a_doubtful_figure_confirms_nothing_exactly(judged) -> None:
    flow = {"flow": "tech_contract_turnover", "origin": "北京", "destination": "津冀", "year": 2017}
    row = judged(a=("value", "152.2 亿元", flow)).loc["a"]
    assert (row["external"], row["diagnosis_kind"]) == ("consistent", "doubtful")
    assert "low reliability: Technology contract turnover, Beijing to Tianjin and Hebei, 2017" in row["diagnosis"]


# --------------------------------------------------------------------------------------------------------------- slips

SLIPS: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    # the region spent 4260.9039 亿元 on R&D in 2022, 1435.74 in 2011; basic research 522.78 and 127.87
    "unit": ("value", "4260.9 万元", rd("JJJ", year=2022), "unit: 亿元, not 万元", "单位应为亿元，不是万元"),
    "ten": ("value", "5227.8 亿元", {"indicator": "rd_expenditure_basic", "region": "JJJ", "year": 2022},
            "5227.8 亿元 should read 522.78 亿元 (10 times too large)", "大了10倍"),
    "transposed": ("value", "51612 件", {"indicator": "invention_valid", "region": "天津", "year": 2022},
                   "51612 件 should read 51162 件 (transposed digits); the data give 51162 件", "数字颠倒"),
    "digit": ("value", "3263.92 亿元", rd("JJJ", year=2019), "3263.92 亿元 should read 3263.29 亿元 (transposed digits)", ""),
    "points": ("difference", "4.29 %", {"indicator": "rd_intensity", "year": 2022, "left": {"region": "北京"},
                                        "right": {"region": "全国"}}, "unit: 个百分点, not %", "单位应为个百分点"),
    "times": ("growth_times", "4.09 倍", {"indicator": "rd_expenditure_basic", "region": "JJJ", "start": 2011, "end": 2022},
              "holds as the multiple: 增长到, not 增长; computed as stated it is 3.09 倍", "按“增长到”"),
    "years": ("cagr", "9.5 %", rd("JJJ", start=2011, end=2022), "with 12 in place of 11 periods", "按12期"),
    "year": ("value", "3949.1 亿元", rd("JJJ", year=2022), "3949.1 亿元 holds with the figures of 2021, not 2022", "2021年"),
    "operand": ("share", "28.4 %", {"indicator": "tech_output_turnover", "region": "JJJ", "of": "CN", "year": 2022},
                "holds with Technology contract turnover, output of 2021 in its denominator alone", "分母差一年"),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_the_slip_is_named(judged, slip: str) -> None:
    kind, claim, data, english, chinese = SLIPS[slip]
    row = judged(a=(kind, claim, data)).loc["a"]
    assert row["external"] == "inconsistent"
    assert english in row["diagnosis"]
    assert chinese in row["diagnosis_zh"]


def test_swapped_places_are_named_only_where_the_text_names_both(judged) -> None:
    tianjin, hebei = ("value", "848.9 亿元", rd("天津", year=2022)), ("value", "568.7 亿元", rd("河北", year=2022))
    both = judged(tj=tianjin, he=hebei)
    assert both.loc["tj", "diagnosis"] == "this is the figure of Hebei: the two are swapped in the text"
    assert both.loc["he", "diagnosis_zh"] == "这是天津的数字：与文中天津互换"
    alone = judged(tj=tianjin)
    assert alone.loc["tj", "diagnosis"] == "computed 568.7 亿元; what is printed differs by +280.2 亿元"


def test_no_digit_of_a_bound_is_repaired(judged) -> None:
    out = judged(
        wrong=("bound", "超 8000 亿元", {"indicator": "tech_output_turnover", "region": "北京", "year": 2022}),
        near=("bound", "近 8000 亿元", {"indicator": "tech_output_turnover", "region": "北京", "year": 2022}),
        far=("bound", "超 5000 亿元", {"indicator": "tech_output_turnover", "region": "北京", "year": 2022}),
    )  # 7947.5
    assert out["external"].to_dict() == {"wrong": "inconsistent", "near": "consistent", "far": "consistent"}
    assert out.loc["wrong", "diagnosis"] == "computed 7948 亿元, which is not 超 8000 亿元"
    assert (out.loc["near", "diagnosis"], out.loc["far", "diagnosis"]) == ("", "holds, but is far off: 7948 亿元")


# ------------------------------------------------------------------------------------------------- what can be written


PER_HEAD = {"indicator": "rd_personnel_fte", "per": "population", "region": "JJJ", "year": 2023}


@pytest.mark.parametrize(
    ("kind", "claim", "data", "verdict"),
    [
        ("ratio", "63.1 人年/万人", PER_HEAD, "exact"),
        ("ratio", "63.1 人/万人", PER_HEAD, "untestable"),  # headcounts are not full-time equivalents
        ("ratio", "27.1 件/万人", {**PER_HEAD, "indicator": "invention_valid", "year": 2018}, "exact"),
        # 31.6 on the population after the census of 2020, 30.8 on that before it
        ("ratio", "30.8 件/万人", {**PER_HEAD, "indicator": "invention_valid", "year": 2019}, "consistent"),
        ("multiple", "翻一番", rd("JJJ", start=2011, end=2019), "consistent"),  # 3263.29 / 1435.74 = 2.27
        ("multiple", "翻一番", rd("JJJ", start=2012, end=2019), "inconsistent"),  # 3263.29 / 1670.0 = 1.95
        ("multiple", "翻了近一番", rd("JJJ", start=2012, end=2019), "consistent"),
        ("value", "1410 亿元", {"flow": "tech_contract_turnover", "origin": "北京", "destination": "津冀", "period": "2014-2020"},
         "exact"),
        ("value", "2308.7 亿元", {"flow": "tech_contract_turnover", "origin": "北京", "destination": "TJHE",
                                  "period": "2021—2024"}, "exact"),
        # 2405.33 + 2490.41 + 2862.91 + 3263.29 + 3445.96
        ("value", "14467.9 亿元", rd("JJJ", period="2016-2020"), "exact"),
        ("count", "6 个", {"indicator": "rd_expenditure", "year": 2016, "above": "1000 亿元"}, "exact"),
        ("count", "7 个", {"indicator": "rd_expenditure", "year": 2016, "above": "1000 亿元"}, "inconsistent"),
        ("position", "首位", rd("广东", year=2022), "exact"),
        ("position", "第二位", {"indicator": "invention_valid", "region": "天津", "year": 2022, "among": "京津冀"},
         "inconsistent"),
        ("value", "3263.29 亿元", {"indicator": "研发经费", "region": "京津冀", "year": 2019}, "exact"),
    ],
)  # fmt: skip
def test_all_forms_are_judged(judged, kind, claim, data, verdict) -> None:
    assert judged(a=(kind, claim, data)).loc["a", "external"] == verdict


def test_a_failed_count_and_a_failed_rank_show_the_places(judged) -> None:
    valid = {"indicator": "invention_valid", "year": 2022, "among": "京津冀"}
    out = judged(
        count=("count", "7 个", {"indicator": "rd_expenditure", "year": 2016, "above": "1000 亿元"}),
        rank=("rank", ["北京", "天津", "河北"], valid),
        place=("position", "第二位", {**valid, "region": "天津"}),
    )
    assert out.loc["count", "diagnosis_zh"] == "算得6 个：广东、江苏、山东、北京、浙江、上海"
    assert out.loc["rank", "diagnosis"] == "the order is Beijing > Hebei > Tianjin"
    assert out.loc["place", "diagnosis"] == "computed 3 位: Beijing > Hebei > Tianjin"


def test_scope_is_no_failure(warehouse: Settings) -> None:
    with open_published(warehouse.duckdb) as con:
        verdicts = query(con, "from mart.claim_check where claim_file = 'jingjinji_article'").set_index("claim_id")
    wrong = set(verdicts.index[failing(verdicts)])
    assert wrong == {"grants_2020", "grants_2020_hebei", "share_hebei", "firm_rd_2011", "firm_rd_2019"}
    assert (verdicts.loc[["share_beijing", "share_tianjin", "grants_cagr"], "diagnosis_kind"] == "scope").all()
    assert verdicts.loc["people_up", "external"] == "untestable"  # heads are not judged on full-time equivalents


def test_no_right_claim_fails_and_no_wrong_one_passes(evidence: Evidence) -> None:
    claims = load_claims(ROOT / "tests" / "fixtures" / "claims_of_known_truth.yml", evidence.facts.names)
    verdicts = judge(claims, evidence)
    right = verdicts["note"] == "right"
    assert (right.sum(), (~right).sum()) == (30, 30)
    assert set(verdicts.loc[right, "external"]) <= {"exact", "consistent"}
    assert set(verdicts.loc[~right, "external"]) == {"inconsistent"}
    named = [note in text for note, text in zip(verdicts["note"][~right], verdicts["diagnosis"][~right], strict=True)]
    assert all(named), verdicts[~right][[not n for n in named]][["claim_id", "note", "diagnosis"]].to_dict("records")
    bounds = verdicts["kind"] == "bound"
    assert "exact" not in set(verdicts.loc[bounds, "external"])
