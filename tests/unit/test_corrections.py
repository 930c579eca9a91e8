"""The ledger of known misprints: what each action does to the figure, and that an entry which is not needed is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.catalog.model import Catalog, Correction
from jjj_pipeline.errors import BadInput
from jjj_pipeline.quality import corrections
from jjj_pipeline.quality.check_tables import identity_findings
from jjj_pipeline.settings import PACKAGE

CATALOG = load_catalog(PACKAGE / "catalog")
ENTRY = {
    "id": "e", "action": "replace", "table": "cstsy_rd_by_activity", "release": "2020", "region": "河北", "year": 2019,
    "indicator": "rd_expenditure", "printed": "566.7", "value": "566.8", "reason": "r", "source": "s", "status": "confirmed",
}  # fmt: skip


def ledger(**changes: Any) -> Catalog:
    return replace(CATALOG, corrections=[Correction.model_validate(ENTRY | changes)])


def figures(**parts: float) -> pd.DataFrame:
    """R&D of Hebei 2019 with its activities, in 亿元 with one decimal."""
    values = {"": 566.7, "_basic": 13.0, "_applied": 64.7, "_experimental": 489.0} | parts
    return pd.DataFrame([
        {
            "table_id": "cstsy_rd_by_activity", "indicator": f"rd_expenditure{part}",
            "region_code": "130000", "industry_code": "*",
            "year": 2019, "source": "cstsy", "release": "2020", "value": value, "half_width": 0.05, "status": "A",
            "printed": str(value), "printed_unit": "亿元", "file": "raw/cstsy/2020/rd_by_activity.csv", "cell": f"{cell}6",
        }
        for cell, (part, value) in zip("BCDE", values.items(), strict=True)
    ])  # fmt: skip


def test_replace_changes_the_value_and_keeps_what_was_printed() -> None:
    frame, rows = corrections.apply(figures(), ledger(value="566.80"))
    first = frame.iloc[0]
    assert (first["value"], first["half_width"], first["status"], first["printed"]) == (566.8, 0.005, "I", "566.7")
    (row,) = rows.to_dict("records")
    assert (row["value_before"], row["value_after"], row["file"], row["cell"]) == (566.7, 566.8, first["file"], "B6")


def test_drop_takes_the_figure_out_and_says_so() -> None:
    frame, rows = corrections.apply(figures(), ledger(action="drop", value=""))
    assert "rd_expenditure" not in set(frame["indicator"])
    assert len(frame) == 3
    assert rows["value_after"].isna().all()


def test_flag_changes_the_status_alone() -> None:
    frame, _ = corrections.apply(figures(), ledger(action="flag", value="", obs_status="U"))
    assert (frame.iloc[0]["status"], frame.iloc[0]["value"]) == ("U", 566.7)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"year": 2018}, ["e", "expected a figure for rd_expenditure of 河北 2018", "found none", "delete the entry"]),
        ({"printed": "566.9"}, ["expected the printed figure 566.9", "found 566.7", "rd_by_activity.csv B6"]),
        ({"value": "566.7"}, ["an entry that is needed", "566.7 is what is printed"]),
        ({"action": "flag", "obs_status": "A", "value": ""}, ["an entry that is needed", "already carries status A"]),
    ],
    ids=["matches nothing", "other figure printed", "nothing to replace", "flag already there"],
)
def test_an_entry_that_is_not_needed_is_refused(changes: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(BadInput) as refused:
        corrections.apply(figures(), ledger(**changes))
    for word in words:
        assert word in str(refused.value)


def test_allow_lets_a_material_gap_pass_and_a_superfluous_one_does_not() -> None:
    allow = ledger(action="allow", value="", identity="rd_by_activity")
    _, found = identity_findings(figures(_basic=14.0), allow)  # 567.7 against 566.7: 0.18 % of the total
    (row,) = found.to_dict("records")
    assert (row["severity"], row["allowed_by"]) == ("warning", "e")
    _, found = identity_findings(figures(_basic=14.0), replace(CATALOG, corrections=[]))
    assert found["severity"].tolist() == ["error"]
    with pytest.raises(
        BadInput, match=r"e: expected a material gap of rd_by_activity at 河北 2019; found none - delete"
    ):
        identity_findings(figures(), allow)


def test_the_ledger_says_what_was_done_to_which_figure_and_why() -> None:
    _, rows = corrections.apply(figures(), ledger(identity="rd_by_activity"))
    (row,) = rows.to_dict("records")
    assert row == {
        "correction_id": "e", "action": "replace", "table_id": "cstsy_rd_by_activity", "release": "2020", "region_code": "130000",
        "year": 2019, "indicator": "rd_expenditure", "industry_code": "*", "printed": "566.7", "value_before": 566.7,
        "value_after": 566.8, "identity": "rd_by_activity", "reason": "r", "source": "s", "ledger_status": "confirmed",
        "file": "raw/cstsy/2020/rd_by_activity.csv", "cell": "B6",
    }  # fmt: skip
    _, rows = corrections.apply(figures(), ledger())
    assert rows.loc[0, "identity"] is None or pd.isna(rows.loc[0, "identity"])


@pytest.mark.parametrize(
    "elsewhere",
    [{"table": "x"}, {"year": 2018}, {"release": "2021"}, {"region": "北京"}, {"indicator": "gdp"}, {"industry": "A"}],
)
def test_an_entry_for_a_figure_that_is_not_there_names_itself(elsewhere: dict[str, Any]) -> None:
    with pytest.raises(
        BadInput, match=r"^corrections\.yml, e: expected a figure for .*; found none - delete the entry"
    ):
        corrections.apply(figures(), ledger(**elsewhere))
