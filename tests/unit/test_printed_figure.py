"""What a printed literal means, and what rounding allows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jjj_pipeline.measures import printed_figure
from jjj_pipeline.measures.printed_figure import parse


@pytest.mark.parametrize(
    ("literal", "value", "half", "unit", "bound"),
    [
        ("2.05 万件", "20500", "50", "件", None),
        ("282.80", "282.80", "0.005", "", None),
        ("18.55 %", "18.55", "0.005", "%", None),
        ("１８．５５％", "18.55", "0.005", "%", None),
        ("2.27 倍", "2.27", "0.005", "倍", None),
        ("7.71 个百分点", "7.71", "0.005", "个百分点", None),
        ("93.72 亿元", "9372000000", "500000", "元", None),
        ("1,090 家", "1090", "0.5", "家", None),
        ("-0.09", "-0.09", "0.005", "", None),
        ("近 50 %", "50", "0.5", "%", "near"),
        ("不足 3 成", "30", "5", "%", "below"),
        ("逾 8000 件", "8000", "0.5", "件", "above"),
        ("突破1.5万亿元", "1500000000000", "50000000000", "元", "above"),
        ("90% 以上", "90", "0.5", "%", "above"),
        ("3000 余家", "3000", "0.5", "家", "above"),
        ("约 3.0 万人年", "30000", "600", "人年", "about"),  # 2 %
        ("约 1100 件", "1100", "50", "件", "about"),  # half a unit of the second digit
        ("翻一番", "2", "0.02", "倍", "above"),
        ("翻了近两番", "4", "0.04", "倍", "near"),
        ("63.1 人年/万人", "0.00631", "0.000005", "人年/人", None),
        ("40.4 万元/人年", "404000", "500", "元/人年", None),
        ("近四成", "40", "5", "%", "near"),
        ("近一半", "0.5", "0", "", "near"),
        ("近半数", "0.5", "0", "", "near"),
        ("百分之十五", "15", "0.5", "%", None),
        ("百分之15.5", "15.5", "0.05", "%", None),
        (f"1/1{'0' * 29}", "1e-29", "0", "", None),  # thirty digits are not too many
        ("增长 3.9 倍", "3.9", "0.05", "倍", None),
        ("下降 3.2 %", "-3.2", "0.05", "%", None),
        ("年均增长超 10 %", "10", "0.5", "%", "above"),
    ],
)
def test_a_literal_says_value_precision_unit_and_bound(literal, value, half, unit, bound):
    figure = parse(literal)
    assert (figure.value, figure.half) == (Decimal(value), Decimal(half))
    assert (figure.unit, figure.bound, figure.literal) == (unit, bound, literal)


def test_a_third_is_exact_however_it_is_written():
    assert parse("1/3").value == parse("三分之一").value
    assert parse("1/3").half == 0
    assert abs(parse("1/3").value * 3 - 1) < Decimal("1e-39")


@pytest.mark.parametrize(
    "literal", ["", "abc", "1,09", "2.05.3", "1/0", "2.05-3", "万件", "3 至 5 家", "增长到 3.9 倍", 2.05, None]
)
def test_what_is_no_figure_is_refused_in_one_line(literal):
    with pytest.raises(ValueError, match="is not a printed figure") as caught:
        parse(literal)
    assert "\n" not in str(caught.value)


def test_a_percentage_as_a_number_keeps_the_unit_of_its_last_digit():
    """约 50 %: wider than its digits (half a unit of the second of them), its last digit is still one per cent."""
    share = parse("约 50 %").fraction()
    assert (share.value, share.half, share.step) == (Decimal("0.5"), Decimal("0.01"), Decimal("0.01"))


def test_rounding_is_half_up_in_decimal():
    assert printed_figure.round_half_up(Decimal("0.285"), Decimal("0.01")) == Decimal("0.29")
    assert printed_figure.round_half_up(Decimal("2.5"), Decimal(1)) == 3
    assert printed_figure.round_half_up(Decimal("-2.5"), Decimal(1)) == -3
    assert [printed_figure.half_unit(d) for d in (0, 2, -1)] == [Decimal("0.5"), Decimal("0.005"), Decimal(5)]
