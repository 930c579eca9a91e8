"""From a printed region name to its code. Knows spellings, not figures; a name that is merely close is suggested,
never taken."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_SPACE = re.compile(r"[\s\u3000\u00a0]+")


class UnknownRegion(ValueError):
    """No region has this name; `suggestions` are the nearest names."""

    def __init__(self, name: str, suggestions: list[str]) -> None:
        self.name, self.suggestions = name, suggestions
        hint = f"; did you mean {' or '.join(suggestions)}?" if suggestions else ""
        super().__init__(f"region {name!r} is not known{hint}")


class RegionNames:
    """Names of regions, full, short and alternative, to codes."""

    def __init__(self, rows: Iterable[dict[str, str]]) -> None:
        self._codes: dict[str, str] = {}
        for row in rows:
            names = [row["name_zh"], row.get("short_zh", ""), row["region_code"], *row.get("aliases", "").split("|")]
            for name in names:
                if name:
                    self._codes.setdefault(_SPACE.sub("", name), row["region_code"])

    def code(self, printed: str) -> str:
        """The code of a printed name (spaces inside are ignored). Raises UnknownRegion."""
        name = _SPACE.sub("", printed)
        try:
            return self._codes[name]
        except KeyError:
            raise UnknownRegion(printed.strip(), self.suggest(name)) from None

    def get(self, printed: str) -> str | None:
        """The code, or None where the name is unknown."""
        return self._codes.get(_SPACE.sub("", printed))

    def suggest(self, name: str) -> list[str]:
        """Up to two names near to an unknown one, for the message."""
        same_length = [
            n for n in self._codes if len(n) == len(name) and sum(a != b for a, b in zip(n, name, strict=True)) == 1
        ]
        return (same_length or difflib.get_close_matches(name, self._codes, n=2, cutoff=0.6))[:2]
