"""What the UI shows of a table, generated from its contract: description, column schema, tags. Knows Dagster's
types, no data."""

from __future__ import annotations

from typing import Any

import dagster as dg

from jjj_pipeline.contracts.base import Contract, about, info

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


def spec(
    table: str,
    contract: type[Contract],
    upstream: list[dg.AssetKey],
    group: str,
    doc: str = "",
    sql: str = "",
    **more: Any,
) -> dg.AssetSpec:
    """The asset of a table."""
    text = f"**{about(contract)['zh']}** {doc or about(contract)['doc']}"
    if sql:
        text += f"\n\n```sql\n{sql.strip()}\n```"
    kinds = {"sql", "duckdb"} if sql else {"python", "pandas"}
    return dg.AssetSpec(
        key(table),
        deps=upstream,
        description=text,
        group_name=group,
        kinds=kinds,
        metadata={"dagster/column_schema": column_schema(contract)},
        **more,
    )
