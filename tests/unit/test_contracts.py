"""What a contract refuses of a frame: other columns, another order, other types."""

import pandas as pd
import pytest

from jjj_pipeline.contracts.base import Contract, conform, problems
from jjj_pipeline.contracts.base import column as col


class Example(Contract):
    """A table with each kind of column."""

    name: str = col("名称", "Its name.", key=True, str_matches="[a-z]+$")
    kind: str = col("类", "One of two.", isin=["up", "down"], nullable=True)
    rank: int = col("位", "From 1 to 9.", gt=0, le=9)
    share: float = col("份额", "A part.", ge=0, nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "mart.example", "zh": "例"}


GOOD = {"name": ["a", "b", "c"], "kind": ["up", None, "down"], "rank": [1, 9, 3], "share": [0.0, 0.5, None]}


def example(**other: list[object]) -> pd.DataFrame:
    return conform(pd.DataFrame({**GOOD, **other}), Example)


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
