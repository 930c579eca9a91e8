"""A sentence with its names, years and numbers replaced by one sign each, so that patterns can be written over it.

`北京2020年R&D经费为2326.6亿元` becomes `RTI为N`. Nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from jjj_pipeline.claims.text.names import Mention, Names
from jjj_pipeline.claims.text.numbers import Number
from jjj_pipeline.claims.text.times import Time

R, I, T, N, B = "\ue001\ue002\ue003\ue004\ue005"  # noqa: E741  place, measure, time, number, bracket
SIGNS = R + I + T + N + B
_END = re.compile(r"[。!?\n]|$")
LONGEST = 1500  # characters of a sentence


@dataclass(frozen=True)
class Token:
    """What a sign stands for, at `[start, end)` of the text."""

    sign: str
    start: int
    end: int
    value: Mention | Time | Number | Skeleton


@dataclass
class Skeleton:
    """A sentence or the content of a bracket: its signs and words, and the token of each sign."""

    text: str
    tokens: dict[int, Token] = field(default_factory=dict)
    start: int = 0
    end: int = 0

    def cut(self, a: int, b: int) -> Skeleton:
        if b - a < len(self.tokens):  # a sentence may hold hundreds
            tokens = {i - a: self.tokens[i] for i in range(a, b) if i in self.tokens}
        else:
            tokens = {i - a: t for i, t in self.tokens.items() if a <= i < b}
        return Skeleton(self.text[a:b], tokens, self.start, self.end)

    def of(self, sign: str) -> list[Token]:
        return [self.tokens[i] for i in sorted(self.tokens) if self.text[i] == sign]

    def words(self) -> str:
        """Its text without brackets, quotation marks and spaces."""
        return re.sub(f"[{B}\"'《》 ]", "", self.text)


def sentences(text: str, names: Names, numbers: Iterable[Number], times: Iterable[Time]) -> Iterator[Skeleton]:
    """The sentences of a normalised text in order; brackets are sub-skeletons."""
    tokens = _tokens(names.find(text), times, numbers)
    at, last = 0, 0
    bounds = [*_bounds(text), len(text)]
    for bound in bounds:
        here = []
        while at < len(tokens) and tokens[at].start < bound:
            if tokens[at].start >= last:
                here.append(tokens[at])
            at += 1
        if text[last:bound].strip():
            flat = _flat(text, last, bound, here)
            yield _with_brackets(flat)
        last = bound + 1


def _bounds(text: str) -> Iterator[int]:
    """Where sentences end; a text without full stops is cut at a comma, so that no sentence is without end."""
    last = 0
    for match in _END.finditer(text):
        while match.start() - last > LONGEST:
            comma = text.find(",", last + LONGEST, match.start())
            last = comma if comma >= 0 else last + LONGEST
            yield last
        yield match.start()
        last = match.start()


def _tokens(names: Iterable[Mention], times: Iterable[Time], numbers: Iterable[Number]) -> list[Token]:
    """Without overlaps: a measure before a year, a year before a number, a number before a place."""
    found: list[Token] = []
    taken: set[int] = set()
    ranked = [
        *(Token(T, t.start, t.end, t) for t in times if t.kind == "date"),
        *(Token(I, m.start, m.end, m) for m in names if m.kind == "measure"),
        *(Token(T, t.start, t.end, t) for t in times if t.kind != "date"),
        *(Token(N, n.start, n.end, n) for n in numbers),
        *(Token(R, m.start, m.end, m) for m in names if m.kind != "measure"),
    ]
    for token in ranked:
        span = range(token.start, token.end)
        if not taken.intersection(span):
            taken.update(span)
            found.append(token)
    return sorted(found, key=lambda t: t.start)


def _flat(text: str, start: int, end: int, tokens: list[Token]) -> Skeleton:
    parts, places, at, size = [], {}, start, 0
    for token in tokens:
        between = text[at : token.start]
        parts.append(between)
        size += len(between)
        removed = isinstance(token.value, Number) and token.value.kind == "none"
        if not removed:
            parts.append(token.sign)
            places[size] = token
            size += 1
        at = token.end
    parts.append(text[at:end])
    return Skeleton("".join(parts), places, start, end)


def _with_brackets(flat: Skeleton) -> Skeleton:
    """Brackets become a sign each; one that does not close is left as it is."""
    while (match := re.search(r"\(([^()]*)\)", flat.text)) is not None:
        a, b = match.start(), match.end()
        inner = flat.cut(a + 1, b - 1)
        spans = list(inner.tokens.values())
        first = min((t.start for t in spans), default=flat.start)
        last = max((t.end for t in spans), default=first)
        tokens = {i: t for i, t in flat.tokens.items() if i < a}
        if spans or re.search(r"[\u4e00-\u9fff]", inner.text):
            tokens[a] = Token(B, first, last, inner)
            mark = B
        else:
            mark = ""
        shift = (b - a) - len(mark)
        tokens |= {i - shift: t for i, t in flat.tokens.items() if i >= b}
        flat = Skeleton(flat.text[:a] + mark + flat.text[b:], tokens, flat.start, flat.end)
    return flat
