"""What a contract is: a pandera model that is the single truth about one table - columns, types, units, key,
Chinese titles, documentation. Schemas, comments, the dictionary, UI metadata and the Chinese views are generated
from it. No table is declared here."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
from pandera.errors import SchemaErrors

SHOWN = 5  # failing rows named in a message
SLACK = 1e-9  # of sums of doubles that cancel; nothing of the data


def column(zh: str, doc: str, *, unit: str = "", key: bool = False, nullable: bool = False, **checks: Any) -> Any:
    """A column: Chinese title, one sentence, unit, whether it belongs to the key, pandera's checks."""
    return pa.Field(title=zh, description=doc, nullable=nullable, metadata={"unit": unit, "key": key}, **checks)


def key(zh: str, doc: str, **checks: Any) -> Any:
    """A column of the key."""
    return column(zh, doc, key=True, **checks)


def figure(zh: str, doc: str, unit: str = "", **checks: Any) -> Any:
    """A figure carried along from core; null where it is missing."""
    return column(zh, doc, unit=unit, nullable=True, **checks)


def measure(zh: str, doc: str, unit: str = "", *, of: str = "", **checks: Any) -> Any:
    """A derived number; null where an input is missing. `of` names its measure in ref.measure where the column is
    named otherwise."""
    metadata = {"unit": unit, "key": False, "measure": of or True}
    return pa.Field(title=zh, description=doc, nullable=True, metadata=metadata, **checks)


class Interval(NamedTuple):
    """A number with the ends its printed digits allow: three columns, `name`, `name_low` and `name_high`."""

    value: Any
    ends: str


def interval(
    zh: str, doc: str, unit: str = "", *, of: str = "", derived: bool = True, ends: str = "", **checks: Any
) -> Any:
    """A derived number, or a figure (`derived=False`), and the two ends of its interval, columns `_low` and `_high` after it;
    `ends` says what is special about them. Checks are of the number itself."""
    return Interval(measure(zh, doc, unit, of=of, **checks) if derived else figure(zh, doc, unit, **checks), ends)


def _spread_intervals(contract: type) -> None:
    """Put the three columns of every interval where it is declared."""
    spread: dict[str, Any] = {}
    for name, kind in inspect.get_annotations(contract).items():
        spread[name] = kind
        declared = contract.__dict__.get(name)
        if not isinstance(declared, Interval):
            continue
        columns = {name: declared.value}
        title, unit = declared.value.title, declared.value.metadata["unit"]
        for side, zh, en in (("low", "下限", "Lower end"), ("high", "上限", "Upper end")):
            end = f"{name}_{side}"
            columns[end] = figure(f"{title}{zh}", ", ".join(filter(None, [en, declared.ends])), unit)
            spread[end] = kind
        for column_name, field in columns.items():
            setattr(contract, column_name, field)
            field.__set_name__(contract, column_name)
    contract.__annotations__ = spread


def rests_on(table: str, *same: str, when: str = "true", **other: str) -> str:
    """One of the `inputs` of a contract: the rows `i` of a table that a row `r` is made of. `same`: columns that are equal in
    both; `other`: an expression over r for a column, or `in (…)`; `when`: a further condition over both."""
    conditions = [f"i.{name} = r.{name}" for name in same]
    conditions += [f"i.{name} {e}" if e.startswith("in ") else f"i.{name} = {e}" for name, e in other.items()]
    return f"{table} as i on {' and '.join([*conditions, when])}"


def release_of(column: str) -> dict[str, str]:
    """Source and release from a column that holds both as source/release."""
    return {"source": f"split_part(r.{column}, '/', 1)", "release": f"split_part(r.{column}, '/', 2)"}


def members(group: str) -> str:
    """The members of the group that a column of the row names."""
    return f"in (select g.region_code from ref.region_group as g where g.group_code = r.{group})"


def members_of(group: str) -> str:
    """The members of a group by its code."""
    return f"in (select g.region_code from ref.region_group as g where g.group_code = '{group}')"


def one_or_members(region: str) -> str:
    """The region that a column of the row names, or its members where it is a group."""
    return f"in (select r.{region} union all {members(region).removeprefix('in (')}"


class ColumnInfo(NamedTuple):
    name: str
    zh: str
    doc: str
    unit: str
    key: bool
    nullable: bool
    dtype: str  # text, integer, number, boolean
    measure: str  # its name in ref.measure; empty for figures carried along and for ends of intervals


class Contract(pa.DataFrameModel):
    """Base of all contracts. A subclass's `Config.metadata` names `table` (schema.table), `zh` and `inputs`; its
    docstring is the table's documentation."""

    class Config:
        strict = True
        ordered = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        _spread_intervals(cls)
        super().__init_subclass__(**kwargs)

    @pa.dataframe_check(error="key is not unique")
    def key_is_unique(cls, frame: pd.DataFrame) -> pd.Series:
        keys = [c.name for c in info(cls) if c.key]
        return ~frame.duplicated(keys, keep=False) if keys else pd.Series(True, index=frame.index)

    @pa.dataframe_check(error="interval does not contain its value")
    def value_lies_in_its_interval(cls, frame: pd.DataFrame) -> pd.Series:
        good = pd.Series(True, index=frame.index)
        for name in frame.columns:
            if name + "_low" in frame.columns:
                value, low, high = frame[name], frame[name + "_low"], frame[name + "_high"]
                slack = value.abs() * 1e-12 + 1e-12  # the last bits of a double, nothing of the data
                good &= ~((low > value + slack) | (high < value - slack))
        return good


def adds_up(frame: pd.DataFrame, by: list[str], *rules: tuple[str, str | float]) -> pd.Series:
    """Whether, in each group of rows, every (part, whole) of `rules` holds: the parts add up to the whole, a number or a
    column that is equal on all rows of the group. Groups with a null part are left out; the slack is a double's."""
    groups = frame.groupby(by, sort=False, observed=True).ngroup().to_numpy()
    good = np.ones(len(frame), dtype=bool)
    for part, whole in rules:
        values = frame[part].to_numpy(dtype="float64")
        expected = frame[whole].to_numpy(dtype="float64") if isinstance(whole, str) else whole
        total = np.bincount(groups, values)[groups] if len(frame) else values
        size = np.bincount(groups, np.abs(values))[groups] if len(frame) else values
        good &= ~(np.abs(total - expected) > SLACK * (1 + size))  # null compares as false
    return pd.Series(good, index=frame.index)


_KINDS = {"int64": "integer", "Int64": "integer", "float64": "number", "bool": "boolean", "boolean": "boolean"}
_ARROW = {"integer": arrow.int64(), "number": arrow.float64(), "boolean": arrow.bool_(), "text": arrow.string()}
_PANDAS = {"number": "float64", "text": "str"}


@cache
def _schema(contract: type[Contract]) -> pa.DataFrameSchema:
    """What the contract declares. The type of text columns is left to `_text_problems`: pandera takes any object for text."""
    schema = contract.to_schema()
    for column_schema in schema.columns.values():
        if _KINDS.get(str(column_schema.dtype), "text") == "text":
            column_schema.dtype = None
    return schema


@cache
def info(contract: type[Contract]) -> tuple[ColumnInfo, ...]:
    """The columns of a contract in order."""
    schema = _schema(contract)
    out = []
    for name, col in schema.columns.items():
        meta = cast(dict[str, Any], col.metadata or {})
        kind = _KINDS.get(str(col.dtype), "text")
        of = str(name) if meta.get("measure") is True else meta.get("measure", "")
        out.append(
            ColumnInfo(
                str(name),
                col.title or "",
                col.description or "",
                meta.get("unit", ""),
                meta.get("key", False),
                col.nullable,
                kind,
                of,
            )
        )
    return tuple(out)


@cache
def about(contract: type[Contract]) -> dict[str, str]:
    """`table`, `zh`, `group` (the module it is declared in) and `doc` of a contract."""
    meta = {k: v for k, v in contract.Config.metadata.items() if k != "inputs"}  # type: ignore[attr-defined]
    return {**meta, "group": contract.__module__.rpartition(".")[2], "doc": " ".join((contract.__doc__ or "").split())}


def inputs(contract: type[Contract]) -> dict[str, str]:
    """What a row is made of: a name -> `schema.table as i on …`, where `r` is the row and `i` the rows it rests on."""
    return dict(contract.Config.metadata.get("inputs", {}))  # type: ignore[attr-defined]


@cache
def arrow_schema(contract: type[Contract]) -> arrow.Schema:
    """The Parquet schema; types come from the contract, so that an empty or all-null column keeps its type."""
    return arrow.schema([(c.name, _ARROW[c.dtype]) for c in info(contract)])


def conform(frame: pd.DataFrame, contract: type[Contract]) -> pd.DataFrame:
    """The frame with the contract's dtypes where that loses nothing (an all-null column read as object, int32 for
    int64). Columns are neither added nor dropped: a wrong set of columns is for the contract to refuse."""
    kinds = {}
    for c in info(contract):
        if c.name not in frame.columns:
            continue
        if c.dtype in ("integer", "boolean"):
            narrow, wide = ("int64", "Int64") if c.dtype == "integer" else ("bool", "boolean")
            kinds[c.name] = wide if c.nullable else narrow
        else:
            kinds[c.name] = _PANDAS[c.dtype]
    wrong = {k: v for k, v in kinds.items() if str(frame[k].dtype) != v}
    return frame.astype(wrong) if wrong else frame  # astype copies also where it has nothing to do


def _text_problems(frame: pd.DataFrame, contract: type[Contract]) -> list[str]:
    text = [c.name for c in info(contract) if c.dtype == "text" and c.name in frame.columns]
    wrong = [c for c in text if str(frame[c].dtype) != "str"]
    return [f"{about(contract)['table']}: expected {c}: text; found {frame[c].dtype}" for c in wrong]


def problems(frame: pd.DataFrame, contract: type[Contract]) -> list[str]:
    """What is wrong with a frame, one line per kind of failure, with the rows that show it; empty if nothing is."""
    found = _text_problems(frame, contract)
    if not found and holds(frame, contract):
        return []
    try:
        _schema(contract).validate(frame, lazy=True)
    except SchemaErrors as error:
        found += _lines(frame, contract, error)
    return found


# pandera's checks of a column by their names; nulls are not asked. What is not listed here is left to pandera.
_ASKED: dict[str, Callable[..., bool]] = {
    "greater_than_or_equal_to": lambda values, min_value: not (values < min_value).any(),
    "greater_than": lambda values, min_value: not (values <= min_value).any(),
    "less_than_or_equal_to": lambda values, max_value: not (values > max_value).any(),
    "isin": lambda values, allowed_values: set(values.dropna().unique()) <= {*allowed_values},
    "str_matches": lambda values, pattern: all(re.match(pattern, v) for v in values.dropna().unique()),
}


def holds(frame: pd.DataFrame, contract: type[Contract]) -> bool:
    """Whether all that a contract declares is seen to hold; where not, pandera judges and words it. Asked of pandas: pandera
    copies the frame and writes a report for each declaration also where all is well, ten times the time."""
    schema = _schema(contract)
    if list(frame.columns) != list(schema.columns):
        return False
    for name, column in schema.columns.items():
        values = frame[name]
        typed = column.dtype is None or str(values.dtype) == str(column.dtype)
        if not typed or (not column.nullable and values.hasnans):
            return False
        if not all(c.name in _ASKED and _ASKED[c.name](values, **c.statistics) for c in column.checks):
            return False
    return all(getattr(contract, check.name)(frame).all() for check in schema.checks)


def _lines(frame: pd.DataFrame, contract: type[Contract], error: SchemaErrors) -> list[str]:
    table = about(contract)["table"]
    shown = [c.name for c in info(contract) if c.key or c.name in ("value", "printed", "file", "cell")]
    lines = []
    for (where, check), cases in error.failure_cases.groupby(["column", "check"], sort=False, dropna=False):
        rows = pd.unique(cases["index"].dropna())[:SHOWN]
        seen = (
            frame.loc[[int(r) for r in rows], [c for c in shown if c in frame.columns]].to_dict("records")
            if len(rows)
            else []
        )
        found = "; ".join(" ".join(str(v) for v in r.values()) for r in seen) or ", ".join(
            map(str, cases["failure_case"].head(SHOWN))
        )
        what = (
            check
            if where in (None, about(contract)["table"]) or pd.isna(where) or where == contract.__name__
            else f"{where}: {check}"
        )
        lines.append(f"{table}: expected {what}; found {found}")
    return lines
