"""A contract says the same of a table whether pandera tests it or the engine: for every kind of declaration, and for every rule
of every contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from jjj_pipeline import contracts
from jjj_pipeline.contracts import engine
from jjj_pipeline.contracts.base import (
    Contract,
    ContractBroken,
    adds_up,
    arrow_schema,
    conform,
    declared,
    problems,
    rule,
)
from jjj_pipeline.contracts.base import column as col
from jjj_pipeline.pipeline import tables
from jjj_pipeline.storage.parquet_store import ParquetStore


class Example(Contract):
    """A table with each kind of declaration."""

    name: str = col("名称", "Its name.", key=True, str_matches="[a-z]+$")
    kind: str = col("类", "One of two.", isin=["up", "o'clock"], nullable=True)
    rank: int = col("位", "From 1 to 9.", gt=0, le=9)
    step: int = col("步", "Below 10, at least -1.", ge=-1, lt=10)
    known: bool = col("知", "Whether it is known.")
    share: float = col("份额", "A part.", ge=0, nullable=True)
    share_low: float = col("下限", "Lower end.", nullable=True)
    share_high: float = col("上限", "Upper end.", nullable=True)

    rank_above_step = rule("rank is not above step", "rank > step")
    shares_add_up = rule("shares do not add up to 1", adds_up(("share", "1")), by="kind", where="known")

    class Config(Contract.Config):
        metadata = {"table": "mart.example", "zh": "例", "group": "example"}


GOOD: dict[str, list[Any]] = {
    "name": ["a", "b", "c", "d"], "kind": ["up", "up", "o'clock", None], "rank": [1, 9, 3, 2], "step": [0, -1, 2, 1],
    "known": [True, True, False, True], "share": [0.25, 0.75, 0.5, None], "share_low": [0.2, 0.7, None, None],
    "share_high": [0.3, 0.8, None, None],
}  # fmt: skip
BAD: list[tuple[str, dict[str, list[Any]]]] = [
    ("key is not unique", {"name": ["a", "a", "c", "d"]}),
    ("str_matches", {"name": ["a", "b", "C", "d"]}),
    ("name: not_nullable", {"name": ["a", None, "c", "d"]}),
    ("isin", {"kind": ["up", "up", "left", None]}),
    ("greater_than(0)", {"rank": [0, 9, 3, 2], "step": [-1, -1, 2, 1]}),
    ("less_than_or_equal_to(9)", {"rank": [1, 10, 3, 2]}),
    ("greater_than_or_equal_to(-1)", {"step": [0, -2, 2, 1]}),
    ("less_than(10)", {"rank": [1, 9, 9, 2], "step": [0, -1, 10, 1]}),
    ("greater_than_or_equal_to(0)", {"share": [-0.25, 1.25, 0.5, None], "share_low": [None] * 4}),
    ("interval does not contain", {"share_low": [0.26, 0.7, None, None]}),
    ("interval does not contain", {"share_high": [0.3, 0.74, None, None]}),
    ("rank is not above step", {"step": [1, -1, 2, 1]}),
    ("shares do not add up to 1", {"share": [0.25, 0.7500001, 0.5, None]}),
]


def frame(**other: list[Any]) -> pd.DataFrame:
    return conform(pd.DataFrame({**GOOD, **other}), Example)


def engine_problems(rows: pd.DataFrame, contract: type[Contract] = Example) -> list[str]:
    """What the engine says of a frame."""
    with duckdb.connect() as con:
        con.register("t", rows)
        return engine.breaches(con, "t", contract)


def test_what_is_as_declared_holds_both_ways() -> None:
    assert problems(frame(), Example) == []
    assert engine_problems(frame()) == []


@pytest.mark.parametrize(("what", "other"), BAD, ids=[f"{what} {i}" for i, (what, _) in enumerate(BAD)])
def test_what_breaks_a_declaration_is_said_both_ways_in_the_same_words(what: str, other: dict[str, list[Any]]) -> None:
    by_pandera = problems(frame(**other), Example)
    assert any(what in line for line in by_pandera), by_pandera
    by_engine = engine_problems(frame(**other))
    assert len(by_engine) == len(by_pandera)
    for line in by_pandera:
        assert any(reported.startswith(line) for reported in by_engine), (line, by_engine)


def test_a_group_with_a_null_part_and_a_group_outside_the_condition_are_passed_over() -> None:
    rows = frame(share=[0.25, None, 0.4, None], known=[True, True, False, True])
    assert engine_problems(rows) == problems(rows, Example) == []


def test_many_broken_rows_are_counted_and_a_few_named() -> None:
    many = 5000
    rows = conform(
        pd.DataFrame(
            {
                "name": ["a"] * many, "kind": "up", "rank": 0, "step": -1, "known": False, "share": None, "share_low": None,
                "share_high": None,
            }
        ),
        Example,
    )  # fmt: skip
    reported = engine_problems(rows)
    assert [line.rpartition(" (of ")[2] for line in reported] == ["5000 rows)", "5000 rows)"]
    assert all(len(line) < 300 for line in reported)


@pytest.mark.parametrize("table", sorted(contracts.ALL))
def test_every_declaration_of_every_contract_can_be_tested_by_the_engine(table: str) -> None:
    """An empty table breaks nothing, and every query binds to the table's columns and types."""
    contract = contracts.ALL[table]
    empty = arrow_schema(contract).empty_table()
    with duckdb.connect() as con:
        con.register("t", empty)
        assert engine.breaches(con, "t", contract) == []
        for declaration in engine.declarations(contract, "t"):
            assert con.execute(f"select count(*) from ({declaration.broken})").fetchall() == [(0,)]
    assert set(declared(contract)) == set(arrow_schema(contract).names)


TYPES = dict(
    zip(GOOD, ["VARCHAR", "VARCHAR", "BIGINT", "BIGINT", "BOOLEAN", "DOUBLE", "DOUBLE", "DOUBLE"], strict=True)
)


@pytest.mark.parametrize(
    ("column", "found", "declared_as"),
    [("rank", "INTEGER", "integer"), ("rank", "DOUBLE", "integer"), ("known", "BIGINT", "boolean"), ("name", "BIGINT", "text"),
     ("share", "DECIMAL(18,3)", "number"), ("share", "VARCHAR", "number")],
)  # fmt: skip
def test_another_type_than_declared_is_named(column: str, found: str, declared_as: str) -> None:
    (line,) = engine.type_problems(Example, {**TYPES, column: found})
    assert line.startswith(f"mart.example: expected {column}: {declared_as} (")
    assert line.endswith(f"found {found}: cast it in the query")


def test_other_columns_or_another_order_are_refused() -> None:
    without = {k: v for k, v in TYPES.items() if k != "kind"}
    for types in (without, {**TYPES, "more": "BIGINT"}, dict(reversed(TYPES.items()))):
        (line,) = engine.type_problems(Example, types)
        assert line.startswith("mart.example: expected the columns name, kind, rank") and line.endswith(
            ", ".join(types)
        )
    assert engine.type_problems(Example, TYPES) == []


def query(**other: str) -> str:
    """A query of one good row, with other expressions for some columns; an empty one leaves the column out."""
    row = {
        "name": "'a'", "kind": "'up'", "rank": "2::bigint", "step": "1::bigint", "known": "true", "share": "1.0::double",
        "share_low": "0.5::double", "share_high": "1.5::double",
    }  # fmt: skip
    return "select " + ", ".join(f"{value} as {name}" for name, value in {**row, **other}.items() if value)


@pytest.mark.parametrize(
    ("other", "line"),
    [
        ({"share": "'a'"}, r"expected share: number \(DOUBLE\); found VARCHAR"),
        ({"share": "'1'"}, r"expected share: number \(DOUBLE\); found VARCHAR"),
        ({"rank": "2"}, r"expected rank: integer \(BIGINT\); found INTEGER"),
        ({"share": ""}, r"expected the columns .*; found name, kind, rank, step, known, share_low, share_high"),
        ({"more": "1"}, r"expected the columns .*; found name, .*, more$"),
    ],
)
def test_a_query_of_other_columns_is_refused_and_nothing_is_written(
    tmp_path: Path, other: dict[str, str], line: str
) -> None:
    store = ParquetStore(tmp_path)
    with pytest.raises(ContractBroken, match=rf"mart\.example: {line}"):
        tables.write_query(store, Example, query(**other), (), "mart.example")
    assert not store.path("mart.example").exists()


def test_not_a_number_is_stored_as_null(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    unknown = dict.fromkeys(("share", "share_low", "share_high"), "'nan'::double")
    assert tables.write_query(store, Example, query(known="false", **unknown), (), "mart.example") == 1
    assert store.read("mart.example")[[*unknown]].isna().all(axis=None)
