"""What a contract is: a pandera model that is the single truth about one table - columns, types, units, key,
Chinese titles, documentation. Schemas, comments, the dictionary, UI metadata and the Chinese views are generated
from it. No table is declared here."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple, cast

import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
from pandera.errors import SchemaErrors

SHOWN = 5  # failing rows named in a message


def column(zh: str, doc: str, *, unit: str = "", key: bool = False, nullable: bool = False, **checks: Any) -> Any:
    """A column: Chinese title, one sentence, unit, whether it belongs to the key, pandera's checks."""
    return pa.Field(title=zh, description=doc, nullable=nullable, metadata={"unit": unit, "key": key}, **checks)


def key(zh: str, doc: str, **checks: Any) -> Any:
    """A column of the key."""
    return column(zh, doc, key=True, **checks)


def measure(zh: str, doc: str, unit: str = "", **checks: Any) -> Any:
    """A derived number; null where an input is missing."""
    return column(zh, doc, unit=unit, nullable=True, **checks)


class ColumnInfo(NamedTuple):
    name: str
    zh: str
    doc: str
    unit: str
    key: bool
    nullable: bool
    dtype: str  # text, integer, number, boolean


class Contract(pa.DataFrameModel):
    """Base of all contracts. A subclass's `Config.metadata` names `table` (schema.table), `zh` and `group`; its
    docstring is the table's documentation."""

    class Config:
        strict = True
        ordered = True

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


_KINDS = {"int64": "integer", "Int64": "integer", "float64": "number", "bool": "boolean", "boolean": "boolean"}
_ARROW = {"integer": arrow.int64(), "number": arrow.float64(), "boolean": arrow.bool_(), "text": arrow.string()}
_PANDAS = {"number": "float64", "text": "str"}


@cache
def info(contract: type[Contract]) -> tuple[ColumnInfo, ...]:
    """The columns of a contract in order."""
    schema = contract.to_schema()
    out = []
    for name, col in schema.columns.items():
        meta = cast(dict[str, Any], col.metadata or {})
        kind = _KINDS.get(str(col.dtype), "text")
        out.append(
            ColumnInfo(
                str(name),
                col.title or "",
                col.description or "",
                meta.get("unit", ""),
                meta.get("key", False),
                col.nullable,
                kind,
            )
        )
    return tuple(out)


@cache
def about(contract: type[Contract]) -> dict[str, str]:
    """`table`, `zh`, `group` and `doc` of a contract."""
    meta = dict(contract.Config.metadata)  # type: ignore[attr-defined]
    return {**meta, "doc": " ".join((contract.__doc__ or "").split())}


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


@cache
def _validator(contract: type[Contract]) -> pa.DataFrameSchema:
    """The contract's schema. Text columns are compared by dtype here and not by pandera 0.35, which writes a message for each
    of them also where all is well: half the time of a small table."""
    schema = contract.to_schema()
    for column_schema in schema.columns.values():
        if _KINDS.get(str(column_schema.dtype), "text") == "text":
            column_schema.dtype = None
    return schema


def _text_problems(frame: pd.DataFrame, contract: type[Contract]) -> list[str]:
    text = [c.name for c in info(contract) if c.dtype == "text" and c.name in frame.columns]
    wrong = [c for c in text if str(frame[c].dtype) != "str"]
    return [f"{about(contract)['table']}: expected {c}: text; found {frame[c].dtype}" for c in wrong]


def problems(frame: pd.DataFrame, contract: type[Contract]) -> list[str]:
    """What is wrong with a frame, one line per kind of failure, with the rows that show it; empty if nothing is."""
    found = _text_problems(frame, contract)
    try:
        _validator(contract).validate(frame, lazy=True)
    except SchemaErrors as error:
        found += _lines(frame, contract, error)
    return found


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
