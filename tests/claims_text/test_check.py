"""Verdicts on texts: a slip is found and repaired; where two readings, releases or scopes are possible, the verdict stays open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from jjj_pipeline.claims.claims_file import claims_of
from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.judge import judge_claims
from jjj_pipeline.claims.quantity import plain
from jjj_pipeline.claims.text import result, words
from jjj_pipeline.claims.text.alternatives import other_readings, slips_of_computing
from jjj_pipeline.claims.text.check import judged
from jjj_pipeline.claims.text.claims import as_yaml, claims_file, entries_of
from jjj_pipeline.claims.text.documents import Document
from jjj_pipeline.claims.text.names import Names
from jjj_pipeline.claims.text.numbers import find_numbers
from jjj_pipeline.claims.text.reading import Formula, Reading, levels, moved
from jjj_pipeline.claims.text.result import CheckedText
from jjj_pipeline.claims.text.sides import Checked, Side
from jjj_pipeline.claims.text.slips import slip_of
from jjj_pipeline.claims.text.structure import read_text
from jjj_pipeline.measures.printed_figure import parse

Check = Callable[[str], CheckedText]


def one(check: Check, text: str, literal: str) -> tuple[str, str]:
    """(status, what it should read) of a figure."""
    (found,) = [c for c in check(text).claims if c.reading.number.literal == literal]
    return found.status, found.external.repair


@pytest.mark.parametrize(
    ("printed", "due", "kind", "should_read"),
    [
        ("4260.9万元", "426090390000", "unit", "4260.9 亿元"),
        ("5227.8亿元", "52278400000", "power of ten", "522.8 亿元"),
        ("51612件", "51162", "digits exchanged", "51162 件"),
        ("21.9件", "19.2", "digits exchanged", "19.2 件"),
        ("18.5%", "0.195", "one digit", "19.5 %"),
        ("0.4亿元", "39500000000", None, ""),
        ("2843.4亿元", "284334000000", None, ""),  # one unit of the last digit: another rounding
        ("近900亿元", "84890000000", None, ""),  # a bound has no digits to repair
        ("3.2%", "-0.032", "direction", "-3.2 %"),
        ("3.2%", "-0.023", None, ""),
    ],
)
def test_slips(printed: str, due: str, kind: str | None, should_read: str) -> None:
    slip = slip_of(plain(parse(printed)), Decimal(due))
    assert (slip.kind, slip.due) == (kind, should_read) if slip else kind is None


@pytest.mark.parametrize(
    ("text", "literal", "expected"),
    [
        ("2022年,京津冀R&D经费4260.9亿元。", "4260.9亿元", ("confirmed", "")),
        ("2022年,京津冀R&D经费4260.9万元。", "4260.9万元", ("contradicted", "4260.9 亿元")),
        ("2022年天津有效发明专利51612件。", "51612件", ("contradicted", "51162 件")),
        ("2022年北京R&D经费投入强度6.83%,高出全国平均水平4.29%。", "4.29%", ("contradicted", "4.29 个百分点")),
        ("2011年至2022年,京津冀R&D经费年均增长9.5%。", "9.5%", ("contradicted", "10.4 %")),
        ("2022年京津冀基础研究经费是2011年的4.09倍,即11年间增长了4.09倍。", "4.09倍", None),
        ("2022年京津冀技术市场输出技术成交额占全国的28.4%。", "28.4%", ("contradicted", "22.2 %")),
        ("2019年北京技术合同成交额为5695.3亿元,广东为2223.1亿元。", "2223.1亿元", ("confirmed", "")),
        ("2022年,其中北京568.7亿元。", "568.7亿元", ("unchecked", "")),
        # Tianjin: 574.33 in 2021, 568.66 in 2022
        ("2022年,天津R&D经费比上年下降1.0%。", "1.0%", ("confirmed", "")),
        ("2022年,天津R&D经费比上年下降9.8%。", "9.8%", ("contradicted", "1.0 %")),
        ("2022年,京津冀R&D经费超过4300亿元。", "4300亿元", ("contradicted", "4261 亿元")),
        ("2022年,京津冀R&D经费近9000亿元。", "9000亿元", ("open", "")),  # too far: something else is meant
        # no slip leads from 4150.3 to 4260.9, but the parts beside it add up to that: 2843.3 + 568.7 + 848.9
        (
            "2022年,京津冀R&D经费4150.3亿元,其中北京2843.3亿元、天津568.7亿元、河北848.9亿元。", "4150.3亿元",
            ("contradicted", "4260.9 亿元"),
        ),
        # 6.53 % in 2021, 6.83 % in 2022
        ("2022年,北京R&D经费投入强度6.83%,比上年提高0.80个百分点。", "0.80个百分点", ("contradicted", "0.30 个百分点")),
    ],
)  # fmt: skip
def test_a_verdict(checked: Check, text: str, literal: str, expected: tuple[str, str] | None) -> None:
    if expected is None:
        assert [c.status for c in checked(text).claims] == ["confirmed", "contradicted"]
        return
    assert one(checked, text, literal) == expected


@pytest.mark.parametrize(
    ("text", "literal", "said"),
    [
        ("2019年京津冀R&D经费内部支出为3150亿元。", "3150亿元", "3263 亿元"),
        # of 3949.1 in 2021 Beijing spent 66.58 %, of 4260.9 in 2022 66.73 %
        ("2022年,北京R&D经费占京津冀的66.7%,占比比上年提高16.8%。", "16.8%", "0.2 个百分点"),
        ("2022年,京津冀R&D经费4150.3亿元,其中北京2843.3亿元、天津568.7亿元、河北848.9亿元。", "4150.3亿元", "4260.9 亿元"),
    ],
)  # fmt: skip
def test_a_reason_says_what_the_data_give(checked: Check, text: str, literal: str, said: str) -> None:
    (found,) = [c for c in checked(text).claims if c.reading.number.literal == literal]
    assert found.external.why is not None
    assert said in found.external.why.text("zh")


def test_a_base_that_the_text_does_not_say_may_be_another_and_one_it_says_may_not(names: Names) -> None:
    def bases(text: str) -> set[int]:
        read = read_text(text, names)[-1]
        growth = replace(read, others=(), inherited=read.inherited - {"year"})
        return {min(level.year for level in levels(f)) for f in other_readings(growth)}

    assert bases("2020年京津冀R&D经费3446.3亿元,增长9.3%。") == set(range(2011, 2019))
    assert bases("2020年京津冀R&D经费3446.3亿元,比2018年增长9.3%。") == set()


def test_every_slip_of_computing_has_its_words(names: Names) -> None:
    texts = ("增长2.97倍", "是2011年的1.97倍", "年均增长9.5%", "占全国的14.0%")
    kinds = {
        kind for t in texts for kind, _ in slips_of_computing(_formula(f"2022年,京津冀R&D经费比2011年{t}。", names))
    }
    assert kinds == {
        "增长 for 增长到", "增长到 for 增长", "years miscounted", "simple average", "the whole of another year",
    }  # fmt: skip
    assert kinds <= set(words.SLIPS)


def _formula(text: str, names: Names) -> Formula:
    formula = read_text(text, names)[-1].formula
    assert formula is not None
    return formula


def test_a_claim_that_a_file_refuses_takes_no_other_with_it(names: Names, evidence: Evidence) -> None:
    good, bad = [r for r in read_text("2022年,京津冀R&D经费4260.9亿元,比上年增长7.9%。", names) if r.kind]
    refused = replace(bad, formula=moved(_known(bad), measure="no_such_measure"))
    assert set(judged([good, refused], names, evidence)) == {good.number.start}


def _known(reading: Reading) -> Formula:
    assert reading.formula is not None
    return reading.formula


def test_a_figure_of_which_nothing_is_known_is_written_down_as_not_understood(names: Names) -> None:
    (number,) = find_numbers("4260.9亿元")
    (entry,) = entries_of(Checked(Reading(number, "value"), Side(), Side()), "n1", "4260.9亿元", names)
    assert entry["from_data"] == {"missing": "not understood"}


@pytest.mark.parametrize(
    "text",
    [
        "2018年全国R&D经费投入强度为2.14%。",  # revised by the census of 2018: 2.19 was printed then
        "2020年京津冀新增授权专利中发明专利7.9万件。",  # a scope nobody names
        "2019年京津冀R&D经费内部支出为3150亿元。",  # no simple slip leads from 3263.29
        "2023年北京GDP比上年增长5.2%。",  # growth of GDP is printed at constant prices
        "2022年粤港澳大湾区R&D经费4411.9亿元。",  # held for Guangdong only
    ],
)
def test_no_false_alarm(checked: Check, text: str) -> None:
    assert [c.status for c in checked(text).claims if c.status == "contradicted"] == []


def test_figures_in_each_others_place(checked: Check) -> None:
    text = checked("2022年,三地R&D经费:北京2843.3亿元、天津848.9亿元、河北568.7亿元。")
    assert [(c.status, c.external.slip) for c in text.claims] == [
        ("confirmed", ""),
        ("contradicted", "exchanged"),
        ("contradicted", "exchanged"),
    ]


def test_a_difference_of_rounded_rates_is_left_open(checked: Check) -> None:
    """2016: 10.6 % less 8.9 % is 1.7; unrounded it is 1.77."""
    text = checked("2016年全国R&D经费15676.7亿元,比上年增长10.6%,增速比上年提高1.7个百分点。")
    assert [c.status for c in text.claims] == ["confirmed", "confirmed", "open"]


def test_the_text_itself_is_evidence(checked: Check) -> None:
    """Of a measure that the warehouse lacks nothing is said; of a total its parts decide."""
    text = checked("2022年,三地输出技术成交额分别为7947.5亿元、1650.9亿元和1003.8亿元,合计10620.2亿元。")
    total = text.claims[-1]
    assert (total.internal.verdict, total.internal.value, total.external.repair) == (
        "inconsistent",
        "10602.2 亿元",
        "10602.2 亿元",
    )


def test_a_rate_follows_from_the_multiple_printed_beside_it_and_a_total_from_its_activities(checked: Check) -> None:
    """No figure of 2011 is printed: 1.52 to the power of 1/8 is 1.0537, and 1.52 may be 1.515 to 1.525, so 5.33 % to 5.42 %;
    395.0 + 671.1 + 2197.2 is 3263.3."""
    text = checked(
        "2019年,京津冀R&D经费3263.3亿元,是2011年的2.27倍,年均增长10.81%。其中,基础研究、应用研究和试验发展经费分别为395.0亿元、"
        "671.1亿元和2197.2亿元。"
    )
    inside = {c.reading.number.literal: c.internal for c in text.claims}
    assert (inside["10.81%"].verdict, inside["10.81%"].figures) == ("consistent", ("2.27倍",))
    assert (inside["3263.3亿元"].verdict, inside["3263.3亿元"].figures) == (
        "exact",
        ("395.0亿元", "671.1亿元", "2197.2亿元"),
    )


def test_a_total_that_its_printed_activities_do_not_give_is_seen_in_the_text_alone(names: Names) -> None:
    text = Document(
        "text",
        "2019年,京津冀R&D经费3362.3亿元。其中,基础研究、应用研究和试验发展经费分别为395.0亿元、671.1亿元和2197.2亿元。",
    )
    total = result.check_text(text, result.read(text, names), names, None).claims[0]
    assert (total.status, total.internal.value) == ("contradicted", "3263.3 亿元")


def test_a_file_of_claims_is_judged_the_same(checked: Check, names: Names, evidence: Evidence) -> None:
    """What is written out with --format yml gives the same verdicts, except where the text's verdict was left open."""
    text = checked(
        "2022年,京津冀R&D经费4260.9亿元,比上年增长7.9%,其中北京2843.3亿元,占66.7%。2022年北京每万人口中R&D人员全时当量为171人年,是河北的8.0倍。"
        "2021年R&D经费超过千亿元的省(市)有11个。2022年天津有效发明专利51612件。2021年河北投入强度1.85%,比全国低0.59个百分点。"
    )
    entries = claims_file(text.document, text.checked, names)
    assert as_yaml(entries).count("  - {id: ") == len(text.claims) == 10
    file = claims_of(entries, evidence.facts.names)
    verdicts = [j.external.verdict for j in judge_claims(file.claims, file.book, evidence)]
    assert verdicts == [c.external.verdict for c in text.claims]
    assert verdicts.count("inconsistent") == 1
