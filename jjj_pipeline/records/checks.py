"""Whether records are what their contracts say, tested in the engine. A large table is tested in one aggregate; where people look
at few rows, pandera's own Ibis schema made from the same contract is used, which names the failing values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jjj_pipeline.contracts.base import Contract, ContractBroken, about, info
from jjj_pipeline.records import portable

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandera.ibis as pi


def _breaks(values: Any, check: Any) -> Any:
    """What breaks a declared check, nulls left out."""
    statistics = check.statistics
    return {
        "greater_than_or_equal_to": lambda: values < statistics["min_value"],
        "less_than_or_equal_to": lambda: values > statistics["max_value"],
        "isin": lambda: ~values.isin(list(statistics["allowed_values"])),
        "str_matches": lambda: (
            ~values.re_search(str(getattr(statistics.get("pattern"), "pattern", statistics.get("pattern"))))
        ),
    }[check.name]()


def demand(table: ir.Table, contract: type[Contract], arrow: Any) -> int:
    """The number of rows of a table that keeps its contract, in one aggregate: columns, nulls, declared checks; that keys are
    unique is seen where duplicates are looked for. Raises ContractBroken, a line for each check with how many rows break it."""
    name = about(contract)["table"]
    wanted = [c.name for c in info(contract)]
    if list(table.columns) != wanted:
        raise ContractBroken([f"{name}: expected the columns {', '.join(wanted)}; found {', '.join(table.columns)}"])
    schema = contract.to_schema()
    rules: dict[str, Any] = {}
    for c in info(contract):
        if not c.nullable:
            rules[f"{c.name}: not null"] = table[c.name].isnull()
        for check in schema.columns[c.name].checks:
            rules[f"{c.name}: {check.error or check.name}"] = _breaks(table[c.name], check)
    counted = {f"rule{i}": portable.count_of(broken) for i, broken in enumerate(rules.values())}
    found = arrow(table.aggregate(n=table.count(), **counted)).to_pylist()[0]
    lines = [
        f"{name}: expected {rule}; found {found[f'rule{i}']} rows that are not" for i, rule in enumerate(rules)
        if found[f"rule{i}"]
    ]  # fmt: skip
    if lines:
        raise ContractBroken(lines)
    return int(found["n"])


def schema_of(contract: type[Contract]) -> pi.DataFrameSchema:
    """pandera's Ibis schema of a contract: types, nulls, declared checks."""
    import pandera.ibis as pi  # a second, and it imports all engines there are
    from ibis.expr import datatypes as dt

    types = {"text": dt.String, "integer": dt.Int64, "number": dt.Float64, "boolean": dt.Boolean}
    checks = contract.to_schema().columns
    columns = {
        c.name: pi.Column(types[c.dtype], checks=checks[c.name].checks, nullable=c.nullable, description=c.doc)
        for c in info(contract)
    }
    return pi.DataFrameSchema(columns, strict=True, name=about(contract)["table"])


def shown(table: ir.Table, contract: type[Contract]) -> list[str]:
    """What is wrong with few rows, in pandera's words; empty if nothing is. A failing set is cut to five cases, since pandera
    would bring every failing row here."""
    from pandera.errors import SchemaErrors

    schema = schema_of(contract)
    for c in schema.columns.values():
        for check in c.checks:
            check.n_failure_cases = 5
    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as error:
        return [" ".join(str(e.args[0]).split())[:300] for e in error.schema_errors]
    return []
