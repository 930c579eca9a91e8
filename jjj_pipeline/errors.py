"""The one error people see: a line that says where, what was expected, what was found, what to do; and how a text for people is
filled in where nobody has put it into another language. No logic here."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[..., str]  # a text with {} and what is filled in, put into the language of who reads it


def english(text: str, *given: object) -> str:
    """The text as the code has it, filled in."""
    return text.format(*given)


class BadInput(Exception):
    """Input the pipeline refuses. `str()` is one line for people; no traceback is shown for it.

    `where` is a file, `file:line` or `file!sheet`; `cell` an address like `B7`. What was found is shown up to LONGEST
    characters.
    """

    LONGEST = 1000

    def __init__(self, where: str, *, expected: str, found: str, cell: str = "", hint: str = "") -> None:
        self.where, self.cell, self.expected, self.found, self.hint = where, cell, expected, found, hint
        place = f"{where}, cell {cell}" if cell else where
        tail = f" - {hint}" if hint else ""
        found = found if len(found) <= self.LONGEST else f"{found[: self.LONGEST]}…"
        super().__init__(" ".join(f"{place}: expected {expected}; found {found}{tail}".split()))
