"""What a number claims: kind, measure, place and years, read from its clause and from what stands before."""

from __future__ import annotations

import pytest

from jjj_pipeline.claims.text.names import Names, expanded
from jjj_pipeline.claims.text.normal import normalise
from jjj_pipeline.claims.text.result import kind_of
from jjj_pipeline.claims.text.structure import read_text

Row = tuple[str, str, str, str, str]


def claims(text: str, names: Names) -> list[Row]:
    """(literal, kind, measure, place, year) of every claim."""
    return [(r.number.literal, kind_of(r), r.measure, r.place, r.year) for r in read_text(text, names) if r.kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # year, place and measure are carried from clause to clause
            "2022年,京津冀R&D经费4260.9亿元,比上年增长7.9%,其中北京2843.3亿元、天津568.7亿元。",
            [
                ("4260.9亿元", "value", "rd_expenditure", "JJJ", "2022"), ("7.9%", "growth", "rd_expenditure", "JJJ", "2021-2022"),
                ("2843.3亿元", "value", "rd_expenditure", "110000", "2022"), ("568.7亿元", "value", "rd_expenditure", "120000", "2022"),
            ],
        ),
        (  # a list over places, from a year to another
            "2014年至2020年,三地发明专利授权量分别由1件、2件和3件增加至4件、5件和6件。",
            [(f"{i}件", "value", "invention_grants", p, y) for i, p, y in zip(
                range(1, 7), ["110000", "120000", "130000"] * 2, ["2014"] * 3 + ["2020"] * 3, strict=True)],
        ),
        (  # a list over measures, and their multiples and rates
            "2019年,京津冀基础研究和应用研究经费分别为395.01亿元和671.07亿元,分别是2011年的3.09倍和2.31倍。",
            [
                ("395.01亿元", "value", "rd_expenditure_basic", "JJJ", "2019"), ("671.07亿元", "value", "rd_expenditure_applied", "JJJ", "2019"),
                ("3.09倍", "multiple", "rd_expenditure_basic", "JJJ", "2011-2019"), ("2.31倍", "multiple", "rd_expenditure_applied", "JJJ", "2011-2019"),
            ],
        ),
        (  # a second-order statement
            "2021年全国R&D经费27956.3亿元,比上年增长14.6%,增速比上年加快4.4个百分点。",
            [
                ("27956.3亿元", "value", "rd_expenditure", "CN", "2021"), ("14.6%", "growth", "rd_expenditure", "CN", "2020-2021"),
                ("4.4个百分点", "difference", "rd_expenditure", "CN", "2019-2020;2020-2021"),
            ],
        ),
        (  # a share of a place, then its change
            "2022年北京有效发明专利477790件,占京津冀的82.2%,比2014年提高0.9个百分点。",
            [
                ("477790件", "value", "invention_valid", "110000", "2022"), ("82.2%", "share", "invention_valid", "110000", "2022"),
                ("0.9个百分点", "difference", "invention_valid", "110000", "2014-2022"),
            ],
        ),
        (  # a share of a measure
            "2020年河北基础研究占比仅为2.45%。",
            [("2.45%", "share", "rd_expenditure_basic/rd_expenditure", "130000", "2020")],
        ),
        (  # a bracket belongs to the name before it
            "2019年R&D经费超过千亿元的省(市)有6个,依次为广东(3098.5亿元)、江苏(2779.5亿元)。",
            [
                ("6个", "count", "rd_expenditure", "PROV31", "2019"), ("3098.5亿元", "value", "rd_expenditure", "440000", "2019"),
                ("2779.5亿元", "value", "rd_expenditure", "320000", "2019"),
            ],
        ),
        (  # a flow
            "2023年,北京流向津冀的技术合同6758项,成交额748.7亿元。",
            [
                ("6758项", "value", "flow:tech_contracts", "110000>TJHE", "2023"), ("748.7亿元", "value", "flow:tech_contract_turnover", "110000>TJHE", "2023"),
            ],
        ),
        (  # per head, and one place over another
            "2022年北京每万人口中R&D人员全时当量为171人年,是河北的8.0倍。",
            [("171人年", "ratio", "rd_personnel_fte/population", "110000", "2022"), ("8.0倍", "ratio", "rd_personnel_fte/population", "110000+130000", "2022")],
        ),
        (  # a ratio of three
            "2020年北京基础研究、应用研究、试验发展经费之比为1:1.53:3.71。",
            [("1:1.53:3.71", "ratio", "rd_expenditure_basic/rd_expenditure_applied/rd_expenditure_experimental", "110000", "2020")],
        ),
        (  # figures in words alone
            "2022年,北京R&D经费居全国首位,占京津冀的比重过半。2011年至2022年,京津冀R&D经费增长近两倍。",
            [
                ("首位", "rank", "rd_expenditure", "110000", "2022"), ("半", "bound:过/share", "rd_expenditure", "110000", "2022"),
                ("两倍", "bound:近/growth_times", "rd_expenditure", "JJJ", "2011-2022"),
            ],
        ),
        (  # doubled
            "2022年,京津冀R&D经费比2011年翻番。",
            [("翻番", "multiple", "rd_expenditure", "JJJ", "2011-2022")],
        ),
        (  # a place among all provinces, which the clause names behind the measure
            "2022年,北京R&D经费排名全国第三位。",
            [("第三位", "rank", "rd_expenditure", "110000", "2022")],
        ),
        (  # words of bound
            "2022年北京技术合同成交额近8000亿元。",
            [("8000亿元", "bound:近/value", "tech_output_turnover", "110000", "2022")],
        ),
        (  # places compared
            "2021年河北R&D经费投入强度1.85%,比全国低0.59个百分点。",
            [("1.85%", "value", "rd_intensity", "130000", "2021"), ("0.59个百分点", "difference", "rd_intensity", "130000+CN", "2021")],
        ),
        (  # a rank
            "2022年区域有效发明专利58.1万件。三地中,北京居第一位。",
            [("58.1万件", "value", "invention_valid", "JJJ", "2022"), ("第一位", "rank", "invention_valid", "110000", "2022")],
        ),
    ],
)  # fmt: skip
def test_what_a_sentence_claims(text: str, expected: list[Row], names: Names) -> None:
    assert claims(text, names) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2016年,全国装备制造业R&D经费6176.6亿元。",  # a narrower scope than the measure's name
        "2016年,各类企业经费支出12144亿元。",
        "2022年,北京滨海新区R&D经费12.3亿元。",
        "2023年,北京独角兽企业114家。",
        "2019年京津冀R&D人员为791217人。",  # heads are no full-time equivalents
    ],
)
def test_a_measure_that_is_not_known_is_not_guessed(text: str, names: Names) -> None:
    (claim,) = [r for r in read_text(text, names) if r.kind]
    assert claim.formula is None
    assert claim.why is not None
    assert claim.why.text("en").startswith("measure not known")


@pytest.mark.parametrize("place", ["增速居三地首位", "居三地第一位"])
def test_a_place_behind_a_rate_ranks_the_growth_and_is_not_taken_for_the_figure(place: str, names: Names) -> None:
    (growth, rank) = [r for r in read_text(f"2023年河北技术合同成交额增长77.6%,{place}。", names) if r.kind]
    assert (growth.kind, rank.kind, rank.formula) == ("growth", "rank", None)


@pytest.mark.parametrize(
    "text",
    [
        "争取到2030年技术合同成交额突破2万亿元。",
        "到2025年基础研究经费占比力争达到17%左右。",
        "建议到2025年,投入强度达到4.5%以上,成交额突破1.5万亿元。",
    ],
)
def test_a_target_is_no_claim(text: str, names: Names) -> None:
    assert claims(text, names) == []


def test_traditional_characters_read_the_same(names: Names) -> None:
    simplified = claims("2022年,京津冀R&D经费4260.9亿元,比上年增长7.9%,占全国的13.8%。", names)
    assert [c[1:] for c in claims("2022年,京津冀R&D經費4260.9億元,比上年增長7.9%,佔全國的13.8%。", names)] == [
        c[1:] for c in simplified
    ]


def test_half_a_year_is_no_year(names: Names) -> None:
    (value, _) = [r for r in read_text("2024年上半年,京津冀地区生产总值5.4万亿元,同比增长4.8%。", names) if r.kind]
    assert value.formula is None


def test_the_longest_name_wins_and_a_university_is_no_place(names: Names) -> None:
    found = names.find(normalise("北京大学与天津:规模以上工业企业R&D经费投入"))
    assert [(m.literal, m.keys[0]) for m in found] == [
        ("天津", "120000"),
        ("规模以上工业企业R&D经费投入", "firm_rd_expenditure"),
    ]
    assert sorted(expanded("[国内|]专利授权[量|数]")) == sorted(
        ["国内专利授权量", "国内专利授权数", "专利授权量", "专利授权数"]
    )
