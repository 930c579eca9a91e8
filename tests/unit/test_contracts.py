"""A contract says the same of a frame whether it is asked quickly or by pandera, which words what is wrong."""

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from jjj_pipeline import contracts
from jjj_pipeline.contracts.base import _ASKED, Contract, conform, holds, problems
from jjj_pipeline.contracts.base import column as col


class Example(Contract):
    """A table with each kind of column and each check that is asked quickly."""

    name: str = col("名称", "Its name.", key=True, str_matches="[a-z]+$")
    kind: str = col("类", "One of two.", isin=["up", "down"], nullable=True)
    rank: int = col("位", "From 1 to 9.", gt=0, le=9)
    share: float = col("份额", "A part.", ge=0, nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "mart.example", "zh": "例"}


GOOD = {"name": ["a", "b", "c"], "kind": ["up", None, "down"], "rank": [1, 9, 3], "share": [0.0, 0.5, None]}


def example(**other: list[object]) -> pd.DataFrame:
    return conform(pd.DataFrame({**GOOD, **other}), Example)


def test_what_is_as_declared_holds() -> None:
    assert holds(example(), Example)
    assert problems(example(), Example) == []
    Example.validate(example(), lazy=True)


@pytest.mark.parametrize(
    "other",
    [
        {"name": ["a", "a", "c"]}, {"name": ["a", "b", "C"]}, {"name": ["a", None, "c"]}, {"kind": ["up", "left", None]},
        {"rank": [0, 1, 2]}, {"rank": [1, 2, 10]}, {"share": [0.1, -0.1, None]},
    ],
)  # fmt: skip
def test_what_breaks_a_declaration_is_seen_and_worded(other: dict[str, list[object]]) -> None:
    frame = example(**other)
    assert not holds(frame, Example)
    assert problems(frame, Example)
    with pytest.raises(SchemaErrors):
        Example.validate(frame, lazy=True)


@pytest.mark.parametrize(
    "frame",
    [
        example().drop(columns="kind"), example().assign(more=1), example()[["kind", "name", "rank", "share"]],
        example().astype({"rank": "float64"}), example().astype({"name": "object"}),
    ],
    ids=["column missing", "column too many", "other order", "other type", "text as objects"],
)  # fmt: skip
def test_other_columns_or_types_are_refused(frame: pd.DataFrame) -> None:
    assert problems(frame, Example) != []


def test_every_check_of_every_contract_can_be_asked_quickly() -> None:
    """One that cannot is left to pandera for each frame: right, but ten times as slow."""
    declared = {
        c.name for t in contracts.ALL.values() for column in t.to_schema().columns.values() for c in column.checks
    }
    assert declared - set(_ASKED) == set()
