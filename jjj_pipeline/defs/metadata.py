"""What the UI shows of a table, generated from its contract: description, column schema, kinds. Knows no data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache

import dagster as dg

from jjj_pipeline.contracts.base import Contract, about, description, info
from jjj_pipeline.defs.chart_files import image
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.steps import SqlStep, StageStep, Step

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


def short_hash(*parts: str) -> str:
    """One hash of several texts, short enough to be read."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def lineage(steps: Sequence[Step], asset_of: Mapping[str, str]) -> dict[str, set[str]]:
    """What each asset follows, by name. A reference table that one of the others rests on already is left out, so that a graph
    shows where figures come from; it is followed all the same, through that other."""
    direct: dict[str, set[str]] = {}
    own: dict[str, set[str]] = {}
    for step in steps:
        for table in step.tables:
            direct.setdefault(asset_of[table], set()).update(asset_of[t] for t in step.upstream)
            own.setdefault(asset_of[table], set()).update(asset_of[t] for t in step.tables)
    direct = {name: deps - own[name] for name, deps in direct.items()}

    @cache
    def behind(name: str) -> frozenset[str]:
        deps = direct.get(name, set())
        return frozenset(deps).union(*(behind(d) for d in deps))

    return {
        name: {d for d in deps if not (d.startswith("ref.") and any(d in behind(o) for o in deps))}
        for name, deps in direct.items()
    }


def spec(
    name: str, steps: Sequence[Step], asset_of: Mapping[str, str], follows: Mapping[str, set[str]], project: Project
) -> dg.AssetSpec:
    """The asset of the tables that these steps make under this name; `follows`: see `lineage`."""
    first, own = steps[0], {asset_of[t] for s in steps for t in s.tables}
    deps = {d for o in own for d in follows[o]} - own
    keys = [key(d) for d in sorted(deps)]
    keys += [dg.AssetKey(["raw", s.table_id]) for s in steps if isinstance(s, StageStep)]
    table = name if name in first.tables else first.name
    doc = first.doc
    if isinstance(first, StageStep):
        doc = "Every printed figure of " + "; ".join(s.spec.title_zh for s in steps if isinstance(s, StageStep))
    made = table_spec(name, first.contract_of(table), keys, first.group, doc, sql=isinstance(first, SqlStep))
    version = short_hash(
        *(text for s in steps for text in [s.name, *s.code_inputs(project), description(s.contract_of(s.name))])
    )
    shown = dict(made.metadata)
    if isinstance(first, SqlStep):
        shown |= {
            "query": dg.MetadataValue.md(f"```sql\n{first.sql.strip()}\n```"),
            "file": dg.MetadataValue.path(first.path),
        }
    return made.replace_attributes(code_version=version, metadata=shown)


def table_spec(
    name: str, contract: type[Contract], deps: Sequence[dg.AssetKey], group: str, doc: str = "", *, sql: bool = False
) -> dg.AssetSpec:
    """The asset of a table: what its contract says."""
    text = f"{about(contract)['zh']} · {doc or about(contract)['doc']}"
    if chart := image(name):
        text += f"\n\n{chart}"
    kinds = {"sql", "duckdb"} if sql else {"python", "pandas"}
    shown = {"dagster/column_schema": column_schema(contract)}
    return dg.AssetSpec(key(name), deps=deps, description=text, group_name=group, kinds=kinds, metadata=shown)
