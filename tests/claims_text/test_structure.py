"""What a number claims: kind, measure, place and years, read from its clause and from what stands before."""

from __future__ import annotations

import pytest

from jjj_pipeline.claims.text.names import Names, expanded
from jjj_pipeline.claims.text.normal import normalise
from jjj_pipeline.claims.text.reading import Reading, levels
from jjj_pipeline.claims.text.result import kind_of
from jjj_pipeline.claims.text.structure import read_text

Row = tuple[str, str, str, str, str]


def of(literal: str, text: str, names: Names) -> Reading:
    """What the figure printed so claims."""
    (found,) = [r for r in read_text(text, names) if r.number.literal == literal]
    return found


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
    ("text", "literal", "figures"),
    [
        (  # a place compared with another; the one that is named last before it counts
            "2022年,京津冀R&D经费4260.9亿元,河北比天津多280.2亿元。", "280.2亿元",
            "rd_expenditure 120000 2022; rd_expenditure 130000 2022",
        ),
        (  # an increment whose base nobody names is over the year before
            "2022年,北京R&D经费增加214.0亿元。", "214.0亿元", "rd_expenditure 110000 2021; rd_expenditure 110000 2022",
        ),
        ("2022年,北京R&D经费居各省区市第二位。", "第二位", "rd_expenditure 110000 2022; rd_expenditure PROV31 2022"),
        (  # a rate against the rate of an earlier period
            "2015年至2020年,京津冀R&D经费年均增长9.0%,比2010年至2015年回落4.3个百分点。", "4.3个百分点",
            "rd_expenditure JJJ 2010; rd_expenditure JJJ 2015; rd_expenditure JJJ 2015; rd_expenditure JJJ 2020",
        ),
        ("2022年,北京R&D经费比上年增长8.1%,河北为14.0%。", "14.0%", "rd_expenditure 130000 2021; rd_expenditure 130000 2022"),
        ("2022年,北京R&D经费投入强度从2011年的5.63%提高到6.83%。", "5.63%", "rd_intensity 110000 2011"),
        ("2011年至2022年,北京R&D经费投入强度由5.63%提高到6.83%。", "5.63%", "rd_intensity 110000 2011"),
        (  # two cities: those just read, those named right before, or a group that has a name
            "2022年,北京R&D经费2843.3亿元,天津568.7亿元。两市合计3412.0亿元。", "3412.0亿元", "rd_expenditure 110000+120000 2022",
        ),
        (
            "2022年,河北R&D经费848.9亿元。北京和天津两市R&D经费3412.0亿元。", "3412.0亿元", "rd_expenditure BJTJ 2022",
        ),
        ("2022年,津冀两地R&D经费1417.6亿元。", "1417.6亿元", "rd_expenditure TJHE 2022"),
        (  # the whole of a share: the region the sentence is about, the nation beside a list of provinces
            "2022年,京津冀新产品销售收入30000亿元,河北占41.7%。", "41.7%",
            "firm_new_product_sales 130000 2022; firm_new_product_sales JJJ 2022",
        ),
        (
            "2022年,R&D经费较多的省为广东(4411.9亿元,占14.3%)、江苏(3835.4亿元,占12.5%)。", "14.3%",
            "rd_expenditure 440000 2022; rd_expenditure CN 2022",
        ),
        (  # the measure behind the figure, the place before it
            "2022年,北京R&D经费2843.3亿元。河北以5.3%的人口完成R&D经费848.9亿元。", "5.3%",
            "population 130000 2022; population CN 2022",
        ),
        ("2022年,京津冀R&D经费4260.9亿。", "4260.9亿", "rd_expenditure JJJ 2022"),  # 元 left out
        (  # the unit says whether contracts or their value are meant
            "2022年,三地输出技术分别为7947.5亿元、1650.9亿元和1003.8亿元。", "1650.9亿元", "tech_output_turnover 120000 2022",
        ),
        (  # the members of the place, in order, where nobody names them
            "2022年,京津冀R&D经费4260.9亿元,分别为2843.3亿元、568.7亿元和848.9亿元。", "848.9亿元", "rd_expenditure 130000 2022",
        ),
    ],
)  # fmt: skip
def test_the_figures_a_claim_rests_on(text: str, literal: str, figures: str, names: Names) -> None:
    formula = of(literal, text, names).formula
    assert formula is not None
    assert "; ".join(f"{v.measure} {v.place} {v.year}" for v in levels(formula)) == figures


@pytest.mark.parametrize(
    ("text", "literal", "printed"),
    [
        ("2022年,天津R&D经费比河北少280.2亿元。", "280.2亿元", "-280.2亿元"),
        ("2022年,河北R&D经费比天津多280.2亿元。", "280.2亿元", "280.2亿元"),
        ("2022年,天津R&D经费比上年下降1.0%。", "1.0%", "-1.0%"),
    ],
)
def test_what_is_less_than_its_base_is_negative(text: str, literal: str, printed: str, names: Names) -> None:
    assert of(literal, text, names).number.printed == printed


@pytest.mark.parametrize(
    ("text", "literal", "carried"),
    [
        ("2021年全国R&D经费投入强度2.43%,比上年提高0.04个百分点。", "0.04个百分点", set()),
        ("2021年全国R&D经费投入强度2.43%,提高0.04个百分点。", "0.04个百分点", {"base"}),
        ("2022年,北京基础研究经费占R&D经费的比重,为15.9%。", "15.9%", {"measure", "place", "year"}),
    ],
)
def test_what_is_not_said_beside_a_figure_is_known_to_be_carried_over(
    text: str, literal: str, carried: set[str], names: Names
) -> None:
    assert of(literal, text, names).inherited == carried


def test_places_over_a_threshold_that_stands_behind_their_number(names: Names) -> None:
    found = of("6个", "2019年,全国有6个省(市)的R&D经费超过千亿元。", names)
    assert (found.number.kind, found.number.printed, found.measure, found.threshold) == (
        "count",
        "6 个",
        "rd_expenditure",
        "1000亿元",
    )


def test_a_threshold_of_a_change_counts_no_figures(names: Names) -> None:
    """Six provinces grew by more than ten points: their expenditure is over no such threshold."""
    text = "2022年R&D经费增速超过10个百分点的省份有6个。"
    assert [r.kind for r in read_text(text, names) if r.kind == "count" or r.threshold] == []


def test_a_rate_that_nothing_names_stays_open(names: Names) -> None:
    assert claims("这一比例为56.2%。", names) == [("56.2%", "share", "", "", "")]


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
