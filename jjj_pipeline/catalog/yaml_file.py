"""A YAML file within limits: size, depth and number of nodes, with each alias counted as often as it is used. A file that
somebody else wrote can then neither fill the memory nor take minutes. What the entries mean is for the models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from jjj_pipeline.errors import BadInput
from jjj_pipeline.files import regular_file

MAX_SIZE = 2 * 2**20  # bytes
MAX_DEPTH = 40
MAX_NODES = 100_000  # scalars, lists and mappings
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlMistake(BadInput):
    """What is wrong with a file, and where: `line` counts from 1."""

    def __init__(self, name: str, line: int, expected: str, found: str) -> None:
        self.line = line
        super().__init__(f"{name}:{line}", expected=expected, found=found)


def load(path: Path, name: str = "") -> Any:
    """What the file holds, None for an empty one. Raises BadInput with its name."""
    name = name or path.name
    text = checked_text(path, name)
    try:
        return yaml.load(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise _mistake(name, error) from None
    except (ValueError, OverflowError) as error:  # a date that is none, a number of thousands of digits
        found = " ".join(str(error).split())
        raise BadInput(name, expected="values that YAML can hold", found=found, hint="write it in quotes") from None


def compose(path: Path, name: str = "") -> yaml.Node | None:
    """The nodes of the file with their lines, None for an empty one. Raises BadInput with its name."""
    name = name or path.name
    text = checked_text(path, name)
    try:
        return yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise _mistake(name, error) from None


def checked_text(path: Path, name: str) -> str:
    """The text of a file that keeps the limits. Raises BadInput."""
    data = regular_file.read(path, name, MAX_SIZE)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"a byte that is none at {error.start}"
        raise BadInput(name, expected="YAML in UTF-8", found=found, hint="save it as UTF-8") from None
    try:
        _count(text, name)
    except yaml.YAMLError as error:
        raise _mistake(name, error) from None
    return text


def _count(text: str, name: str) -> None:
    """Walks over the events, which needs no recursion, and stops at the first limit that is passed."""
    sizes: dict[str, tuple[int, int]] = {}  # of each anchor that is complete: nodes, depth
    open_nodes: list[tuple[str | None, int, int]] = []  # anchor, nodes before it, greatest depth inside it
    nodes = 0

    def met(depth: int, event: yaml.Event) -> None:
        line = _line(event)
        if depth > MAX_DEPTH:
            raise YamlMistake(name, line, f"at most {MAX_DEPTH} levels", "more")
        if nodes > MAX_NODES:
            raise YamlMistake(name, line, f"at most {MAX_NODES} entries, aliases included", "more")
        if open_nodes:
            anchor, before, deepest = open_nodes[-1]
            open_nodes[-1] = anchor, before, max(deepest, depth)

    for event in yaml.parse(text, Loader=LOADER):
        depth = len(open_nodes) + 1
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise YamlMistake(name, _line(event), "an alias of an anchor above it", f"*{event.anchor}")
            nodes += sizes[event.anchor][0]
            met(depth + sizes[event.anchor][1] - 1, event)
        elif isinstance(event, yaml.ScalarEvent):
            nodes += 1
            met(depth, event)
            if event.anchor:
                sizes[event.anchor] = 1, 1
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            met(depth, event)
            open_nodes.append((event.anchor, nodes, depth))
            nodes += 1
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            anchor, before, deepest = open_nodes.pop()
            if anchor:
                sizes[anchor] = nodes - before, deepest - len(open_nodes)
            met(deepest, event)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _mistake(name: str, error: yaml.YAMLError) -> BadInput:
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark or error.context_mark):
        return YamlMistake(name, mark.line + 1, "valid YAML", str(error.problem or error.context))
    return BadInput(name, expected="valid YAML", found=" ".join(str(error).split()))
