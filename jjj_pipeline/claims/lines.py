"""YAML with the lines of its values, so that a mistake can be named with its line. No claim is known here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml


class Mistake(Exception):
    """Something in the file that cannot be read as meant."""

    def __init__(self, line: int, expected: str, found: str, hint: str = "") -> None:
        super().__init__(expected)
        self.line, self.expected, self.found, self.hint = line, expected, found, hint


class LinedMapping(dict[str, Any]):
    """A mapping of the file with its line and the lines of its values."""

    line: int
    lines: dict[str, int]


class LinedList(list[Any]):
    """A list of the file with its line and the lines of its entries."""

    line: int
    lines: list[int]


def with_lines(node: yaml.Node, problem: Callable[[int, str, str], None]) -> Any:
    """Scalars as their text, mappings and lists with their lines. A name given twice is reported to `problem`."""
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping = LinedMapping()
        mapping.line, mapping.lines = line, {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in mapping:
                problem(key_node.start_mark.line + 1, "each name once", f"{key!r} twice")
            mapping[key] = with_lines(value_node, problem)
            mapping.lines[key] = value_node.start_mark.line + 1
        return mapping
    if isinstance(node, yaml.SequenceNode):
        items = LinedList(with_lines(child, problem) for child in node.value)
        items.line, items.lines = line, [child.start_mark.line + 1 for child in node.value]
        return items
    return None if node.tag.endswith(":null") else str(node.value)


def without_lines(value: Any, line: int = 0) -> Any:
    """The same for objects in memory: every value is given one line."""
    if isinstance(value, Mapping):
        mapping = LinedMapping({str(k): without_lines(v, line) for k, v in value.items()})
        mapping.line, mapping.lines = line, dict.fromkeys(mapping, line)
        return mapping
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = LinedList(without_lines(v, line) for v in value)
        items.line, items.lines = line, [line] * len(items)
        return items
    return None if value is None else str(value)


def less(node: LinedMapping, *, without: str, extra: LinedMapping | None = None) -> LinedMapping:
    """A copy of a mapping less some names, with others on top."""
    out = LinedMapping({k: v for k, v in node.items() if k not in without.split()} | (extra or {}))
    out.line = node.line
    out.lines = node.lines | (extra.lines if extra else {})
    return out
