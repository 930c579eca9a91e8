"""What a contract is: a pandera model that is the single truth about one table - columns, types, units, key,
Chinese titles, documentation. Schemas, comments, the dictionary, UI metadata and the Chinese views are generated
from it. No table is declared here."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, NamedTuple, cast

import duckdb
import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
from pandera.errors import SchemaErrors

SHOWN = 5  # failing rows named in a message
SLACK = 1e-9  # of sums of doubles that cancel; nothing of the data
KEY = "key is not unique"
INTERVAL = "interval does not contain its value"


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


class Rule(NamedTuple):
    """A statement about the rows of a table, in SQL, so that pandera and the engine ask the same. Without `by`, `holds` is a
    condition on a row; with it, a condition on the aggregates of each group of rows that are equal in `by`, among the rows
    `where`. A condition that comes out null counts as held."""

    error: str
    holds: str
    by: str = ""
    where: str = "true"

    def broken(self, relation: str) -> str:
        """The query of the rows of `relation` that break the rule; of a group all its rows."""
        if not self.by:
            return f"select * from {relation} where not ({self.holds})"
        groups = f"select {self.by} from {relation} where {self.where} group by {self.by} having not ({self.holds})"
        same = " and ".join(f"r.{c} is not distinct from g.{c}" for c in self.by.split(", "))
        return f"select r.* from {relation} as r semi join ({groups}) as g on {same} where {self.where}"


def rule(error: str, holds: str, *, by: str = "", where: str = "true") -> Any:
    """A check of a whole table as an attribute of its contract: `error` says what is wrong where it does not hold."""
    declared = Rule(error, holds, by, where)

    def check(cls: type[Contract], frame: pd.DataFrame) -> pd.Series:
        return _holds(declared, frame)

    check.rule = declared  # type: ignore[attr-defined]
    return pa.dataframe_check(error=error)(check)


def adds_up(*pairs: tuple[str, str]) -> str:
    """The condition of a group that each part, an expression over a row, adds up to its whole, a number or a column that is equal
    on all rows of the group. A group with a null part is passed over; the slack is a double's."""
    return " and ".join(
        f"(count({part}) < count(*) or abs(sum({part}) - any_value({whole})) <= {SLACK} * (1 + sum(abs({part}))))"
        for part, whole in pairs
    )


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """A database for rules over frames alone."""
    return duckdb.connect(config={"threads": 1})


def _holds(declared: Rule, frame: pd.DataFrame) -> pd.Series:
    """Whether each row of a frame is as the rule says."""
    numbered = frame.reset_index(drop=True).assign(_row=range(len(frame)))
    with _engine().cursor() as con:
        con.register("frame", numbered)
        wrong = con.execute(f"select _row from ({declared.broken('frame')})").fetchnumpy()["_row"]
        con.unregister("frame")
    good = np.ones(len(frame), dtype=bool)
    good[np.asarray(wrong, dtype="int64")] = False
    return pd.Series(good, index=frame.index)


class ContractBroken(Exception):
    """A table is not what its contract says; `lines` names each kind of failure with rows that show it."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__(lines[0] if len(lines) == 1 else f"{lines[0]} (and {len(lines) - 1} more)")


class Contract(pa.DataFrameModel):
    """Base of all contracts. A subclass's `Config.metadata` names `table` (schema.table), `zh` and `inputs`; its docstring is the
    table's documentation; its rules are attributes made by `rule`. The rules that every table has, unique keys and values inside
    their intervals, come from its columns."""

    class Config:
        strict = True
        ordered = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        _spread_intervals(cls)
        super().__init_subclass__(**kwargs)

    @pa.dataframe_check(error=KEY)
    def key_is_unique(cls, frame: pd.DataFrame) -> pd.Series:
        keys = keys_of(cls)  # type: ignore[arg-type]  # pandera hands the class
        return ~frame.duplicated(keys, keep=False) if keys else pd.Series(True, index=frame.index)

    @pa.dataframe_check(error=INTERVAL)
    def value_lies_in_its_interval(cls, frame: pd.DataFrame) -> pd.Series:
        found = _interval_rule(cls)  # type: ignore[arg-type]  # pandera hands the class
        return _holds(found, frame) if found else pd.Series(True, index=frame.index)


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


def has_columns(frame: pd.DataFrame, contract: type[Contract]) -> bool:
    """Whether a frame has the columns of the contract in their order, each of its type."""
    if list(frame.columns) != [c.name for c in info(contract)]:
        return False
    kinds = {**_KINDS, "str": "text"}
    return all(kinds.get(str(frame[c.name].dtype)) == c.dtype for c in info(contract))


def _text_problems(frame: pd.DataFrame, contract: type[Contract]) -> list[tuple[str, str]]:
    text = [c.name for c in info(contract) if c.dtype == "text" and c.name in frame.columns]
    wrong = [c for c in text if str(frame[c].dtype) != "str"]
    return [(c, f"{about(contract)['table']}: expected {c}: text; found {frame[c].dtype}") for c in wrong]


def problems(frame: pd.DataFrame, contract: type[Contract]) -> list[str]:
    """What is wrong with a frame, one line per kind of failure, with the rows that show it; empty if nothing is."""
    return [line for _, line in failures(frame, contract)]


def failures(frame: pd.DataFrame, contract: type[Contract]) -> list[tuple[tuple[str, str], str]]:
    """`problems`, each with the column it concerns (empty for the table) and the check that failed."""
    found = [((column, "type"), line) for column, line in _text_problems(frame, contract)]
    try:
        _schema(contract).validate(frame, lazy=True)
    except SchemaErrors as error:
        found += _lines(frame, contract, error)
    return found


def keys_of(contract: type[Contract]) -> list[str]:
    """The columns of the key."""
    return [c.name for c in info(contract) if c.key]


def _interval_rule(contract: type[Contract]) -> Rule | None:
    """That every value lies between its `_low` and `_high`; None where no column has these. The slack is the last bits of a
    double, nothing of the data."""
    names = {c.name for c in info(contract)}
    wrong = [
        f"({n}_low > {n} + {slack} or {n}_high < {n} - {slack})"
        for n in (c.name for c in info(contract) if f"{c.name}_low" in names)
        for slack in [f"(abs({n}) * 1e-12 + 1e-12)"]
    ]
    return Rule(INTERVAL, f"not coalesce({' or '.join(wrong)}, false)") if wrong else None


def declared(contract: type[Contract]) -> dict[str, tuple[bool, list[pa.Check]]]:
    """What a contract says of each column: whether it may be null, and pandera's checks."""
    return {str(name): (bool(c.nullable), list(c.checks)) for name, c in _schema(contract).columns.items()}


@cache
def rules(contract: type[Contract]) -> tuple[Rule, ...]:
    """What a contract says of its rows beside the single columns and the key."""
    declared: dict[str, Rule] = {}
    for base in reversed(contract.__mro__):
        for name, attribute in vars(base).items():
            made = getattr(getattr(attribute, "__wrapped__", attribute), "rule", None)
            if isinstance(made, Rule):
                declared[name] = made
    own = _interval_rule(contract)
    return (*([own] if own else []), *declared.values())


@cache
def description(contract: type[Contract]) -> str:
    """Everything a contract says of the rows of its table, as a text: two contracts with the same text accept the same tables."""
    kinds = {c.name: c.dtype for c in info(contract)}
    columns = [
        f"{name} {kinds[name]} {nullable} {[(c.error, sorted((c.statistics or {}).items())) for c in checks]}"
        for name, (nullable, checks) in declared(contract).items()
    ]
    return "\n".join([*columns, f"key {keys_of(contract)}", *(repr(r) for r in rules(contract))])


def _lines(frame: pd.DataFrame, contract: type[Contract], error: SchemaErrors) -> list[tuple[tuple[str, str], str]]:
    table = about(contract)["table"]
    of_the_table = {KEY, INTERVAL, *(r.error for r in rules(contract))}
    shown = [c.name for c in info(contract) if c.key or c.name in ("value", "printed", "file", "cell")]
    cases = error.failure_cases.copy()
    # pandera repeats a row that fails a check of the table for each of its cells
    cases["column"] = ["" if c in of_the_table or pd.isna(w) or w == contract.__name__ else str(w)
                       for w, c in zip(cases["column"], cases["check"], strict=True)]  # fmt: skip
    lines = []
    for (where, check), failed in cases.groupby(["column", "check"], sort=False):
        rows = pd.unique(failed["index"].dropna())[:SHOWN]
        seen = (
            frame.loc[[int(r) for r in rows], [c for c in shown if c in frame.columns]].to_dict("records")
            if len(rows)
            else []
        )
        found = "; ".join(" ".join(str(v) for v in r.values()) for r in seen) or ", ".join(
            map(str, failed["failure_case"].head(SHOWN))
        )
        what = f"{where}: {check}" if where else check
        lines.append(((where, str(check)), f"{table}: expected {what}; found {found}"))
    return lines
