"""What the UI shows of a table, generated from its contract: description, column schema, kinds. Knows no data."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from jjj_pipeline.contracts.base import Contract, about, info
from jjj_pipeline.pipeline.steps import SqlStep, Step

TYPES = {"integer": "int", "number": "double", "text": "text", "boolean": "bool"}


def key(table: str) -> dg.AssetKey:
    """`core.observation` -> core/observation."""
    return dg.AssetKey(table.split("."))


def column_schema(contract: type[Contract]) -> dg.TableSchema:
    """Columns with their documentation, units and constraints."""
    columns = [
        dg.TableColumn(
            c.name, type=TYPES[c.dtype], description=f"{c.zh} - {c.doc}" + (f" [{c.unit}]" if c.unit else ""),
            constraints=dg.TableColumnConstraints(nullable=c.nullable, other=["key"] if c.key else []),
        )
        for c in info(contract)
    ]  # fmt: skip
    return dg.TableSchema(columns)


def spec(table: str, step: Step) -> dg.AssetSpec:
    """The asset of a table that a step makes."""
    staged = step.group == "stage"
    deps = [dg.AssetKey(["raw", table.removeprefix("stage.")])] if staged else [key(t) for t in step.upstream]
    return table_spec(
        table, step.contract_of(table), deps, step.group, step.doc, step.sql if isinstance(step, SqlStep) else ""
    )


def table_spec(
    table: str, contract: type[Contract], deps: Sequence[dg.AssetKey], group: str, doc: str = "", sql: str = ""
) -> dg.AssetSpec:
    """The asset of a table: what its contract says, and the query behind it."""
    text = f"{about(contract)['zh']} · {doc or about(contract)['doc']}"
    if sql:
        text += f"\n\n```sql\n{sql.strip()}\n```"
    kinds = {"sql", "duckdb"} if sql else {"python", "pandas"}
    shown = {"dagster/column_schema": column_schema(contract)}
    return dg.AssetSpec(key(table), deps=deps, description=text, group_name=group, kinds=kinds, metadata=shown)
