"""From a value to the printed cells behind it. Each contract says what its rows are made of (`inputs`); this walks those
statements down to core.observation, core.flow, core.ranking and core.link, where a row is a printed cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
from rich.markup import escape
from rich.tree import Tree

from jjj_pipeline import contracts, show
from jjj_pipeline.contracts.base import info, inputs
from jjj_pipeline.errors import BadInput
from jjj_pipeline.warehouse import ask

SHOWN = 40  # rows of one input; more are counted
PRINTED = ("core.observation", "core.flow", "core.ranking", "core.link")


@dataclass
class Node:
    """A row, or a group of rows under one name: a heading, what is to be said of it, and what it is made of."""

    heading: str
    lines: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)


def trace(con: duckdb.DuckDBPyConnection, table: str, where: Mapping[str, str]) -> Node:
    """The tree behind the one row of `table` that `where` names. Raises BadInput for an unknown table or column, for no row and
    for more than one."""
    if table not in contracts.ALL:
        known = ", ".join(t for t in contracts.ALL if t.startswith(("mart.", "core.")))
        raise BadInput("trace", expected="a table of the warehouse", found=table, hint=f"such as {known}")
    names = [c.name for c in info(contracts.ALL[table])]
    for name in where:
        if name not in names:
            raise BadInput(f"trace, {table}", expected=f"one of {', '.join(names)}", found=name)
    condition = " and ".join(f"cast({name} as varchar) = {_text(value)}" for name, value in where.items()) or "true"
    rows = ask(con, f"select * from {table} where {condition} limit 1000").to_dict("records")
    if len(rows) != 1:
        free = [c.name for c in info(contracts.ALL[table]) if c.key and c.name not in where]
        seen = {n: ", ".join(dict.fromkeys(str(r[n]) for r in rows[:SHOWN])) for n in free}  # type: ignore[index]
        hint = "; ".join(f"{n}: {values[:120]}" for n, values in seen.items() if rows)
        raise BadInput(f"trace, {table}", expected="keys that name one row", found=f"{len(rows)} rows", hint=hint)
    return _row(con, table, {str(k): v for k, v in rows[0].items()}, set())


def _row(con: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any], above: set[str]) -> Node:
    columns = info(contracts.ALL[table])
    keys = [c.name for c in columns if c.key]
    node = Node(f"{table} {' '.join(f'{k}={show.cell(row[k])}' for k in keys)}")
    if table in PRINTED:
        node.lines = _printed(con, table, row)
        return node
    node.lines = _derived(con, table, row)
    for label, made in inputs(contracts.ALL[table]).items():
        node.children += _input(con, table, keys, row, label, made, above | {table})
    return node


def _derived(con: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> list[str]:
    """Each derived number with its interval and its formula, as ref.measure or the contract words it."""
    measures = ask(con, "select measure, formula from ref.measure").to_dict("records")
    formulas = {str(m["measure"]): str(m["formula"]) for m in measures}
    out = []
    for c in info(contracts.ALL[table]):
        if c.key or c.name.endswith(("_low", "_high")) or c.dtype != "number" or show.cell(row[c.name]) == "":
            continue
        ends = [show.cell(row[c.name + end]) for end in ("_low", "_high") if c.name + end in row]
        interval = f" in [{', '.join(ends)}]" if all(ends) and ends else ""
        unit = f" {c.unit}" if c.unit not in ("", "1") else ""
        out.append(f"{c.name} = {show.cell(row[c.name])}{unit}{interval}: {formulas.get(c.name, c.doc)}")
    return out


def _input(
    con: duckdb.DuckDBPyConnection, table: str, keys: list[str], row: dict[str, Any], label: str, made: str, above: set[str]
) -> list[Node]:  # fmt: skip
    source = made.split()[0]
    if source in above:
        return []
    here = " and ".join(f"{k} is not distinct from {_literal(row[k])}" for k in keys)
    order = ", ".join(f"i.{c.name}" for c in info(contracts.ALL[source]) if c.key)
    sql = f"select i.* from (select * from {table} where {here}) as r join {made} order by {order}"
    rows = ask(con, sql).to_dict("records")
    nodes = [_row(con, source, {str(k): v for k, v in found.items()}, above) for found in rows[:SHOWN]]
    for node in nodes:
        node.heading = f"{label}: {node.heading}"
    more = [Node(f"{label}: and {len(rows) - SHOWN} more rows of {source}")] if len(rows) > SHOWN else []
    return nodes + more or [Node(f"{label}: no row of {source}")]


def _printed(con: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> list[str]:
    """Where it was printed, how, in which release; and what the ledger of misprints did to it."""
    shown = f"printed {row['printed'] or 'blank'} {row['printed_unit']}, " if "printed" in row else ""
    value = f"value {show.cell(row['value'])} ± {show.cell(row['half_width'])}, " if "value" in row else ""
    out = [f"{shown}{value}status {row['status']}", f"{row['file']}, cell {row['cell']}"]
    at = {k: _literal(v) for k, v in row.items()}
    titles = f"""
        select name_zh from ref.release where source = {at["source"]} and release = {at["release"]}
        union all select concat_ws(' ', table_no, title) from ref.file where file = {at["file"]}"""
    out.append(" ".join(show.cell(v) for v in ask(con, titles)["name_zh"]).strip())
    if table == "core.observation":
        keys = ("table_id", "release", "region_code", "year", "indicator", "industry_code")
        entries = f"from meta.correction where {' and '.join(f'{k} = {at[k]}' for k in keys)}"
        for entry in ask(con, entries).to_dict("records"):
            out.append(f"ledger: {entry['correction_id']} ({entry['action']}): {entry['reason']}")
    return [line for line in out if line]


def rendered(node: Node) -> Tree:
    """The tree for the terminal."""
    tree = Tree(escape(node.heading), highlight=False)
    _add(tree, node)
    return tree


def _add(tree: Tree, node: Node) -> None:
    for line in node.lines:
        tree.add(f"[dim]{escape(line)}[/dim]")
    for child in node.children:
        _add(tree.add(escape(child.heading)), child)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _literal(value: Any) -> str:
    if show.cell(value) == "":
        return "null"
    return _text(value) if isinstance(value, str) else str(value)
