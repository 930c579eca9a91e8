"""A contract tested on a table inside DuckDB: one aggregate query counts what breaks each declaration. Only rows that break one
are taken out of the engine and handed to pandera, which words the failure. What is declared is in the contracts; how a table
is written is in `pipeline`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import duckdb

from jjj_pipeline.contracts.base import (
    KEY,
    Contract,
    about,
    conform,
    declared,
    failures,
    info,
    keys_of,
    rules,
)
from jjj_pipeline.storage.sql import identifier, literal

ROWS = 1000  # broken rows of one declaration that are worded; the count is that of all
_TYPES = {"integer": "BIGINT", "number": "DOUBLE", "text": "VARCHAR", "boolean": "BOOLEAN"}
# pandera's checks of a column, by name, as SQL over the column; nulls are not tested
_CONDITIONS: dict[str, Callable[..., str]] = {
    "greater_than_or_equal_to": lambda column, min_value: f"{column} >= {min_value!r}",
    "greater_than": lambda column, min_value: f"{column} > {min_value!r}",
    "less_than_or_equal_to": lambda column, max_value: f"{column} <= {max_value!r}",
    "less_than": lambda column, max_value: f"{column} < {max_value!r}",
    "isin": lambda column, allowed_values: f"{column} in ({', '.join(map(literal, allowed_values))})",
    # pandera matches at the start of the text, as Python's re.match does
    "str_matches": lambda column, pattern: f"regexp_matches({column}, {literal(f'^(?:{_pattern_source(pattern)})')})",
}


class Declaration(NamedTuple):
    """One declaration of a contract as the engine tests it: the column it concerns (empty for the table) and pandera's name of
    the check; `counted`, an expression over the relation `t` that is 0 where all is well; `broken`, the query of the rows that
    break it."""

    column: str
    check: str
    counted: str
    broken: str


@cache
def declarations(contract: type[Contract], relation: str = "t") -> tuple[Declaration, ...]:
    """Everything a contract says of the rows of `relation`, which has the contract's columns and types."""
    return tuple(_declarations(contract, relation))


def _declarations(contract: type[Contract], relation: str) -> Iterator[Declaration]:
    def where(column: str, check: str, wrong: str) -> Declaration:
        return Declaration(column, check, f"count_if({wrong})", f"select * from {relation} where {wrong}")

    for name, (nullable, checks) in declared(contract).items():
        column = identifier(name)
        if not nullable:
            yield where(name, "not_nullable", f"{column} is null")
        for check in checks:
            condition = _CONDITIONS[str(check.name)](column, **(check.statistics or {}))
            yield where(name, str(check.error), f"not ({condition})")
    if keys := ", ".join(map(identifier, keys_of(contract))):
        groups = f"select {keys} from {relation} group by {keys} having count(*) > 1"
        same = " and ".join(f"r.{k} is not distinct from g.{k}" for k in map(identifier, keys_of(contract)))
        # different hashes are different keys; equal hashes are looked at again, exactly
        many = f"count(*) - count(distinct hash({keys}))"
        yield Declaration("", KEY, many, f"select r.* from {relation} as r semi join ({groups}) as g on {same}")
    for rule in rules(contract):
        broken = rule.broken(relation)
        if rule.by:
            yield Declaration("", rule.error, f"(select count(*) from ({broken}))", broken)
        else:
            yield where("", rule.error, f"not ({rule.holds})")


def projection(contract: type[Contract]) -> str:
    """What to select of a query so that not-a-number is null in columns of numbers: no measure of a region is that."""
    numbers = [identifier(c.name) for c in info(contract) if c.dtype == "number"]
    converted = ", ".join(f"nullif({column}, 'nan'::double) as {column}" for column in numbers)
    return f"* replace ({converted})" if numbers else "*"


def type_problems(contract: type[Contract], types: Mapping[str, str]) -> list[str]:
    """What is wrong with the columns of a query (`types`: name -> DuckDB's type, in order), one line each, in the form of
    `problems`; empty if nothing is. No type is converted: a number that is read from text, or loses its fraction, is a slip."""
    table, columns = about(contract)["table"], info(contract)
    wrong = [
        f"{table}: expected {c.name}: {c.dtype} ({_TYPES[c.dtype]}); found {types[c.name]}: cast it in the query"
        for c in columns
        if types.get(c.name, _TYPES[c.dtype]) != _TYPES[c.dtype]
    ]
    if [c.name for c in columns] != list(types):
        names = ", ".join(c.name for c in columns)
        wrong.insert(0, f"{table}: expected the columns {names}; found {', '.join(types)}")
    return wrong


def breaches(con: duckdb.DuckDBPyConnection, relation: str, contract: type[Contract]) -> list[str]:
    """What is wrong with a relation that has the contract's columns and types, one line per kind of failure with the rows that
    show it; empty if nothing is."""
    declared = declarations(contract, relation)
    counts = (
        con.execute(f"select {', '.join(d.counted for d in declared)} from {relation}").fetchall()[0]
        if declared
        else ()
    )
    return [line for d, count in zip(declared, counts, strict=True) if count for line in _worded(con, d, contract)]


def _worded(con: duckdb.DuckDBPyConnection, broken: Declaration, contract: type[Contract]) -> Iterator[str]:
    """The line of one broken declaration in pandera's words."""
    total = con.execute(f"select count(*) from ({broken.broken})").fetchall()[0][0]
    if not total:
        return  # equal hashes of different keys
    rows = con.sql(f"from ({broken.broken}) limit {ROWS}").to_arrow_table().to_pandas(integer_object_nulls=False)
    worded = [line for of, line in failures(conform(rows, contract), contract) if of == (broken.column, broken.check)]
    what = f"{broken.column}: {broken.check}" if broken.column else broken.check
    line = worded[0] if worded else f"{about(contract)['table']}: expected {what}; found {total} rows"
    more = f" (of {total} rows)" if total > 1 else ""
    yield f"{line}{more}"


def _pattern_source(pattern: Any) -> str:
    """A regular expression's source."""
    return str(getattr(pattern, "pattern", pattern))
