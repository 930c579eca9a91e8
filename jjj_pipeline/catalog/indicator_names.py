"""From a printed name of an indicator to its identifier: identifiers, Chinese and English names, aliases of the
catalogue. A name that is merely close is suggested, never taken."""

from __future__ import annotations

import difflib
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jjj_pipeline.catalog.model import Indicator

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_REMARK = re.compile(r"[(（][^()（）]*[)）]$")


class UnknownIndicator(ValueError):
    """No indicator has this name, or several have it; `suggestions` are identifiers."""

    def __init__(self, name: str, suggestions: list[str], *, several: bool = False) -> None:
        self.name, self.suggestions = name, suggestions
        nearest = " or ".join(suggestions)
        hint = f"; it may be {nearest}" if several else f"; did you mean {nearest}?" if suggestions else ""
        super().__init__(f"indicator {name!r} is {'not one' if several else 'not known'}{hint}")


def expanded(alias: str) -> Iterator[str]:
    """The spellings of an alias: `R&D[经费|]投入` is R&D经费投入 and R&D投入."""
    parts = _CHOICE.split(alias)
    choices = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    return map("".join, itertools.product(*choices))


def plain_name(text: str) -> str:
    """A name for comparison: full-width signs narrowed, no spaces, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


class IndicatorNames:
    """Names of indicators to identifiers."""

    def __init__(self, indicators: Mapping[str, Indicator]) -> None:
        self._units = {name: indicator.unit for name, indicator in indicators.items()}
        self._own: dict[str, list[str]] = {}
        self._aliases: dict[str, list[str]] = {}
        for name, indicator in indicators.items():
            for own in (indicator.name_zh, _REMARK.sub("", indicator.name_zh), indicator.name_en):
                _add(self._own, plain_name(own), name)
            for alias in itertools.chain.from_iterable(map(expanded, indicator.aliases)):
                _add(self._aliases, plain_name(alias), name)

    def code(self, printed: str, unit: str = "") -> str:
        """The identifier; where several share a name, the one whose unit is `unit`, or that the others extend.

        Raises UnknownIndicator."""
        if printed in self._units:
            return printed
        name = plain_name(printed)
        for names in (self._own, self._aliases):
            found = names.get(name, [])
            if len(found) > 1:
                found = [f for f in found if unit and self._units[f].lstrip("万亿") == unit.lstrip("万亿")] or found
            shortest = min(found, key=len, default="")
            if found and all(f.startswith(shortest) for f in found):  # x, and x_at_least, x_about
                return shortest
            if found:
                raise UnknownIndicator(printed, found[:3], several=True)
        raise UnknownIndicator(printed, self._near(name))

    def _near(self, name: str) -> list[str]:
        everything = {**{plain_name(n): [n] for n in self._units}, **self._aliases, **self._own}
        close = difflib.get_close_matches(name, everything, n=3, cutoff=0.6)
        return list(dict.fromkeys(everything[c][0] for c in close))[:2]


def _add(names: dict[str, list[str]], name: str, code: str) -> None:
    known = names.setdefault(name, [])
    if code not in known:
        known.append(code)
