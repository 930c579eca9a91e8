"""From a value to the printed cells behind it. Each contract says what its rows are made of (`inputs`); this walks those
statements down to core.observation, core.flow, core.ranking and core.industry_link, where a row is a printed cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import duckdb
from rich.markup import escape
from rich.tree import Tree

from jjj_pipeline import contracts
from jjj_pipeline.contracts import table_formatting
from jjj_pipeline.contracts.base import about, info, inputs
from jjj_pipeline.contracts.named_codes import named_codes
from jjj_pipeline.errors import BadInput, Say, english
from jjj_pipeline.publish.published_file import query, tables
from jjj_pipeline.storage.sql import literal

SHOWN = 40  # rows of one input; more are counted
CHOICES = 12  # values of a key that a refusal lists
PRINTED = ("core.observation", "core.flow", "core.ranking", "core.industry_link")
# views of which every tree needs many rows: materialised once for a trace
MATERIALISED = {"core.panel": "traced_panel", "core.preferred": "traced_preferred"}
LEDGER = ("table_id", "release", "region_code", "year", "indicator", "industry_code")
Row = dict[str, Any]


@dataclass
class Node:
    """A row under the name it has in the row above: a heading, its lines, and what it is made of."""

    heading: str
    lines: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    def printed(self) -> list[Node]:
        """The printed cells at the ends of the tree."""
        here = [self] if any(t in self.heading for t in PRINTED) and self.lines else []
        return here + [leaf for child in self.children for leaf in child.printed()]


def trace(con: duckdb.DuckDBPyConnection, table: str, where: Mapping[str, str], say: Say = english) -> Node:
    """The tree behind the one row of `table` that `where` names; where `say` puts it into another language, with the Chinese
    titles of tables and columns. Raises BadInput for an unknown table or column, for no row and for more than one."""
    table = next((t for t, c in contracts.ALL.items() if about(c)["zh"] == table.removeprefix("zh.").strip('"')), table)
    if table not in contracts.ALL:
        known = ", ".join(t for t in contracts.ALL if t.startswith(("mart.", "core.")))
        raise BadInput("trace", expected="a table of the warehouse", found=table, hint=f"such as {known}")
    columns = info(contracts.ALL[table])
    names = [c.name for c in columns]
    by_title = {c.zh: c.name for c in columns} | {c.zh.removesuffix("代码"): c.name for c in columns}
    where = {by_title.get(name, name): value for name, value in where.items()}
    for name in where:
        if name not in names:
            raise BadInput(f"trace, {table}", expected=f"one of {', '.join(names)}", found=name)
    where = {name: _code(con, table, name, value) for name, value in where.items()}
    condition = " and ".join(f"cast({name} as varchar) = {literal(value)}" for name, value in where.items()) or "true"
    rows = _rows(con, f"select * from {table} where {condition} limit 2")
    if len(rows) != 1:
        ((count,),) = con.execute(f"select count(*) from {table} where {condition}").fetchall()
        free = [c.name for c in columns if c.key and c.name not in where]
        hint = _choices(con, table, condition, free) if rows else _known(con, table, where)
        raise BadInput(f"trace, {table}", expected="keys that name one row", found=f"{count} rows", hint=hint)
    return _Tracer(con, say).row(table, rows[0], frozenset())


def _code(con: duckdb.DuckDBPyConnection, table: str, column: str, value: str) -> str:
    """The code of a value that is a name, in the tables of names the column refers to; the value itself where it is none."""
    for named in named_codes(contracts.ALL[table], tables(con), "zh"):
        if named.column == column and (found := _names(named.join)):
            named_so = f"lower({literal(value)}) in (lower(name_zh), lower(name_en){found[2]})"
            rows = con.execute(f"select {found[1]} from {found[0]} where {named_so} limit 1").fetchall()
            return str(rows[0][0]) if rows else value
    return value


def _names(join: str) -> tuple[str, str, str] | None:
    """The table of names and its key in a join of `named_codes`; regions are named in brief too."""
    found = re.match(r"left join (\S+) as \S+ on \S+?\.(\w+) = ", join)
    return (found[1], found[2], ", lower(short_zh)" if found[1] == "ref.region" else "") if found else None


def _choices(con: duckdb.DuckDBPyConnection, table: str, condition: str, keys: Iterable[str]) -> str:
    """What there is to choose from: the first values of every key that has several in these rows."""
    out = []
    for key in keys:
        sql = f"select distinct {key} from {table} where {condition} order by 1 limit {CHOICES + 1}"
        values = [str(v) for (v,) in con.execute(sql).fetchall()]
        if len(values) > 1:
            out.append(f"{key}: {', '.join(values[:CHOICES])}{' …' if len(values) > CHOICES else ''}")
    return "; ".join(out)


def _known(con: duckdb.DuckDBPyConnection, table: str, where: Mapping[str, str]) -> str:
    """For every column that names no row by itself: the values there are, the nearest first."""
    out = []
    for column, value in where.items():
        values = [
            str(v)
            for (v,) in con.execute(
                f"select distinct {column} from {table} where {column} is not null order by 1"
            ).fetchall()
        ]
        if value not in values:
            near = get_close_matches(value, values, n=3, cutoff=0.5)
            out.append(f"{column} {value} is not there: {', '.join(near or values)[:160]}")
    return "; ".join(out)


class _Tracer:
    """The published file, with what every leaf shows read once."""

    def __init__(self, con: duckdb.DuckDBPyConnection, say: Say = english) -> None:
        self.con, self.say = con, say
        for view, laid in MATERIALISED.items():
            con.execute(f"create or replace temp table {laid} as from {view}")
        self.formulas = {r["measure"]: r["formula"] for r in _rows(con, "from ref.measure")}
        self.releases = {
            (r["source"], r["release"]): table_formatting.cell(r["name_zh"]) for r in _rows(con, "from ref.release")
        }
        self.titles = {
            r["file"]: f"{table_formatting.cell(r['table_no'])} {r['title']}".strip()
            for r in _rows(con, "from ref.file")
        }
        self.ledger: dict[tuple[Any, ...], list[str]] = {}
        for r in _rows(con, "from meta.correction"):
            entry = say("ledger: {} ({}): {}", r["correction_id"], r["action"], r["reason"])
            self.ledger.setdefault(tuple(r[k] for k in LEDGER), []).append(entry)

    def row(self, table: str, row: Row, above: frozenset[str]) -> Node:
        keys = [c.name for c in info(contracts.ALL[table]) if c.key]
        title = table if self.say is english else f"{about(contracts.ALL[table])['zh']} {table}"
        node = Node(f"{title} {' '.join(f'{self.title(table, k)}={table_formatting.cell(row[k])}' for k in keys)}")
        if table in PRINTED:
            node.lines = self.printed(row)
            return node
        node.lines = self.derived(table, row)
        here = " and ".join(f"{k} is not distinct from {_literal(row[k])}" for k in keys)
        for label, made in inputs(contracts.ALL[table]).items():
            if (source := made.split()[0]) not in above:
                mine = f"select * from {MATERIALISED.get(table, table)} where {here}"
                node.children += self.input_nodes(mine, self.name(table, label), source, made, above | {table})
        return node

    def title(self, table: str, column: str) -> str:
        """A column by its name, or by its title for who reads another language."""
        return column if self.say is english else next(c.zh for c in info(contracts.ALL[table]) if c.name == column)

    def name(self, table: str, label: str) -> str:
        """What an input is called in a row of a table: as a column of that table, or by its own words."""
        text, optional = label.removesuffix("?"), "?" * label.endswith("?")
        column = any(c.name == text for c in info(contracts.ALL[table]))
        return (self.title(table, text) if column else self.say(text)) + optional

    def input_nodes(self, row: str, label: str, source: str, made: str, above: frozenset[str]) -> list[Node]:
        """The rows of one input under its name; a name that ends in ? may have none."""
        name = label.removesuffix("?")
        order = ", ".join(f"i.{c.name}" for c in info(contracts.ALL[source]) if c.key)
        laid = made.replace(source, MATERIALISED.get(source, source), 1)
        rows = _rows(self.con, f"select i.* from ({row}) as r join {laid} order by {order}")
        nodes = [self.row(source, found, above) for found in rows[:SHOWN]]
        for node in nodes:
            node.heading = self.say("{}: {}", name, node.heading)
        if len(rows) > SHOWN:
            nodes.append(Node(self.say("{}: and {} more rows of {}", name, len(rows) - SHOWN, source)))
        if not rows and name == label:
            nodes.append(Node(self.say("{}: not held (no row of {})", name, source)))
        return nodes

    def derived(self, table: str, row: Row) -> list[str]:
        """Each derived number with its interval and its formula, as ref.measure or the contract words it."""
        out = []
        for c in info(contracts.ALL[table]):
            value = table_formatting.cell(row[c.name])
            if c.key or c.name.endswith(("_low", "_high")) or c.dtype != "number" or not value:
                continue
            ends = [table_formatting.cell(row[c.name + end]) for end in ("_low", "_high") if c.name + end in row]
            interval = self.say(" in [{}]", ", ".join(ends)) if ends and all(ends) else ""
            unit = f" {c.unit}" if c.unit not in ("", "1") else ""
            formula = self.formulas.get(c.name, c.doc if self.say is english else "")
            shown = f"{self.title(table, c.name)} = {value}{unit}{interval}"
            out.append(self.say("{}: {}", shown, formula) if formula else shown)
        return out

    def printed(self, row: Row) -> list[str]:
        """Where it was printed, how, in which release; and what the ledger of misprints did to it."""
        say, cell = self.say, table_formatting.cell
        shown = say("printed {} {}, ", row["printed"] or say("blank"), row["printed_unit"]) if "printed" in row else ""
        value = say("value {} ± {}, ", cell(row["value"]), cell(row["half_width"])) if "value" in row else ""
        title = f"{self.releases.get((row['source'], row['release']), '')} {self.titles.get(row['file'], '')}".strip()
        lines = [shown + value + say("status {}", row["status"]), say("{}, cell {}", row["file"], row["cell"]), title]
        return [line for line in (*lines, *self.ledger.get(tuple(row.get(k) for k in LEDGER), [])) if line]


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


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    return [{str(k): v for k, v in row.items()} for row in query(con, sql).to_dict("records")]


def _literal(value: Any) -> str:
    if table_formatting.cell(value) == "":
        return "null"
    return literal(value) if isinstance(value, str) else str(value)
