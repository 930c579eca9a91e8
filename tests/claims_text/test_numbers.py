"""Which numbers of a text are figures, with which unit, and which are no claims."""

from __future__ import annotations

import pytest

from jjj_pipeline.claims.text.normal import normalise
from jjj_pipeline.claims.text.numbers import find_numbers
from jjj_pipeline.claims.text.times import find_times


def figures(text: str) -> list[tuple[str, str, str]]:
    """(literal, class, as it is parsed) of what may be a claim."""
    found = find_numbers(normalise(text), text)
    return [(n.literal, n.kind, n.printed) for n in found if n.kind != "none"]


@pytest.mark.parametrize(
    ("text", "literal", "kind", "printed"),
    [
        ("达到5.69万件", "5.69万件", "qty", "5.69万件"),
        ("为3 263.29亿元", "3 263.29亿元", "qty", "3263.29亿元"),
        ("共1,234,567件", "1,234,567件", "qty", "1234567件"),
        ("为12.3‰", "12.3‰", "pct", "1.23%"),
        ("占比超过九成", "九成", "pct", "9 成"),
        ("占八成半", "八成半", "pct", "8.5 成"),
        ("约占六分之一", "六分之一", "pct", "1/6"),
        ("增长百分之十", "百分之十", "pct", "10 %"),
        ("占百分之十七点三", "百分之十七点三", "pct", "17.3 %"),
        ("提高1.5个百分点", "1.5个百分点", "points", "1.5个百分点"),
        ("三地之比为4.52:1.96:1", "4.52:1.96:1", "ratio", "4.52:1.96:1"),
        ("是上年的2.27倍", "2.27倍", "times", "2.27倍"),
        ("翻了两番", "两番", "doublings", "4"),
        ("居全国第一位", "第一位", "rank", "1 位"),
        ("居第二、三位", "三", "rank", "3 位"),
        ("占比过半", "半", "pct", "1/2"),
        ("超过千亿元的省份", "千亿元", "qty", "1000亿元"),
        ("达1500余家", "1500余家", "qty", "1500余家"),
        ("提高6.14个点", "6.14个点", "index", "6.14点"),
        ("增长１０.６％", "１０.６％", "pct", "10.6%"),
    ],
)
def test_a_figure_with_its_unit(text: str, literal: str, kind: str, printed: str) -> None:
    assert (literal, kind, printed) in figures(text)


@pytest.mark.parametrize(
    "text",
    [
        "“十四五”规划", "引入第三方评估", "第二届成果对接会", "京科发〔2023〕15号", "咨询电话:010-55550100", "办公时间9:00至17:30", "2022年8月31日",
        "一、基本情况", "(一)主要做法", "国内生产总值[1]", "“985”高校", "以2010年为100", "p<0.01", "系数在1%水平上显著", "见表2和图4", "PM2.5",
    ],
)  # fmt: skip
def test_no_figure(text: str) -> None:
    assert figures(text) == []


def test_a_full_width_comma_separates_figures_and_no_thousands() -> None:
    assert [f[0] for f in figures("分别为100，200和300件")] == ["100", "200", "300件"]


def test_offsets_are_those_of_the_text() -> None:
    text = "京津冀Ｒ＆Ｄ经费４２６０.9亿元，比上年增长７.９％"
    assert len(normalise(text)) == len(text)
    assert [text[n.start : n.end] for n in find_numbers(normalise(text), text)] == ["４２６０.9亿元", "７.９％"]


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2014年至2020年", "window", 2014, 2020),
        ("2010—2020年", "window", 2010, 2020),
        ("“十二五”期间", "window", 2010, 2015),
        ("“十三五”以来", "since", 2015, 2015),
        ("“十三五”收官之年", "year", 2020, 2020),
        ("“十三五”末", "year", 2020, 2020),
        ("2023年底", "year", 2023, 2023),
        ("2024年上半年", "part", 2024, 2024),
        ("近三年", "recent", 3, 0),
        ("同期", "same", 0, 0),
    ],
)
def test_years_and_periods(text: str, kind: str, first: int, last: int) -> None:
    (time,) = find_times(normalise(text))
    assert (time.kind, time.first, time.last) == (kind, first, last)


def test_a_year_to_itself_is_no_period() -> None:
    assert [t.kind for t in find_times(normalise("2014年至2014年"))] == ["year", "year"]
    assert [t.kind for t in find_times(normalise("2014-2015年"))] == ["window"]
