"""Values and names as parts of an SQL text. Nothing else puts quotes around them."""

from __future__ import annotations


def literal(value: object) -> str:
    """A value as an SQL text literal, quotes included: paths, comments, keys."""
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """The name of a column or view in quotes."""
    return '"' + name.replace('"', '""') + '"'
