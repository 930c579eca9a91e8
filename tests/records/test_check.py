"""What `jjj records check` tells of a mapping that does not fit its file, so that the next try does. Small files made here."""

from __future__ import annotations

import pytest

from jjj_pipeline.errors import BadInput
from jjj_pipeline.records import build as building
from jjj_pipeline.records import check, results
from jjj_pipeline.records.engine import EngineSettings
from jjj_pipeline.records.mapping import load_sets
from jjj_pipeline.settings import Settings

ENTRY = """
  deals:
    kind: contract
    release: "2025"
    {more}
    record:
      id: 号
      date: {{column: 日期}}
      {record}
    parties:
      - {{role: seller, name: 卖方, {split} place: [{{by: address, column: 卖方地址}}]}}
      - {{role: buyer, name: 买方, {split} place: [{{by: address, column: 买方地址}}, {{by: name}}]}}
    counts:
      - {{indicator: tech_contracts, rule: flows, from: seller, to: buyer}}
"""
HEAD = ["号", "日期", "状态", "数额", "卖方", "卖方地址", "买方", "买方地址"]
ROWS = [
    ["1", "2020-01-01", "有效", "5", "北京甲公司", "北京市海淀区", "保定乙公司/保定丙公司", "河北省保定市"],
    ["2", "2020-01-02", "有效", "6", "北京甲公司", "北京市海淀区", "天津丁公司/天津戊公司", "天津市南开区"],
    ["3", "2020-01-03", "注销", "7", "北京甲公司", "北京市海淀区", "天津己公司", ""],
]


def deals(project: Settings, *, record: str = "", split: str = "", more: str = "", separator: str = ",") -> Settings:
    path = project.catalog / "records.yml"
    entry = ENTRY.format(record=record, split=split, more=more)
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    folder = project.raw_records / "deals"
    folder.mkdir()
    text = "\n".join(separator.join(row) for row in [HEAD, *ROWS]) + "\n"
    (folder / "deals.csv").write_text(text, encoding="utf-8")
    return project


def test_a_sign_between_organisations_is_proposed_as_its_separator(project: Settings) -> None:
    (line,) = check.look(deals(project), "deals").hints
    assert line == (
        "buyer: 2 of 3 cells of 买方 have '/' between organisations: if it separates parties, say split: \"；;、|/\""
    )


def test_a_sign_that_is_declared_is_not_proposed(project: Settings) -> None:
    seen = check.look(deals(project, split='split: "/",'), "deals")
    assert seen.hints == []
    assert seen.parties == 8  # three sellers, five buyers


def test_the_values_of_a_status_are_told_where_the_mapping_does_not_say_which_count(project: Settings) -> None:
    (line,) = check.look(deals(project, record="status: 状态", split='split: "/",'), "deals").hints
    assert line == "status 状态: 有效 2, 注销 1; all of them count: keep: [有效] would say which do"


def test_a_value_to_keep_that_no_row_has_is_told_with_those_there_are(project: Settings) -> None:
    made = deals(project, record="status: 状态\n      keep: [已登记, 有效]", split='split: "/",')
    (line,) = check.look(made, "deals").hints
    assert line == "status 状态: no row looked at has 已登记; there are: 有效 2, 注销 1"


def test_values_to_keep_without_a_column_are_not_passed_over(project: Settings) -> None:
    (line,) = check.look(deals(project, record="keep: [有效]", split='split: "/",'), "deals").hints
    assert line == "keep: 有效 is not looked at: say record.status, the column it is about"


def test_an_unknown_unit_is_refused_with_the_units_there_are(project: Settings) -> None:
    with pytest.raises(BadInput, match=r"unit '万圆' is not known; there are 元, 美元, .*万.* before it \(万元\)"):
        load_sets(deals(project, record="amount: {column: 数额, unit: 万圆}").catalog)


def test_amounts_that_are_no_money_keep_their_unit_and_a_price_among_them_is_no_amount(project: Settings) -> None:
    made = deals(project, record="amount: {column: 数额, unit: 万件, to: 件}", split='split: "/",')
    path = made.raw_records / "deals" / "deals.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("有效,6,", "有效,6元,"), encoding="utf-8")
    seen = check.look(made, "deals")
    assert seen.left_out == {"amount that is no number": 1}
    assert seen.records == 2


def test_a_head_that_is_one_cell_names_the_separator_that_makes_it_the_columns(project: Settings) -> None:
    with pytest.raises(BadInput, match=r'say `separator: "\|"` in the mapping of deals'):
        check.look(deals(project, separator="|"), "deals")


def test_the_ways_to_places_are_told_of_each_role_alone(project: Settings) -> None:
    """All three sellers by their address; four of five buyers by theirs, one by its name."""
    building.build(deals(project, split='split: "/",'), "deals", EngineSettings(memory="500MB", threads=1))
    (row,) = [r for r in results.sets_table(project) if r["record_set"] == "deals"]
    assert row["ways"] == "buyer: address 80.0%, name 20.0%; seller: address 100.0%"
