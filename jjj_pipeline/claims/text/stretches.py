"""Stretches of a skeleton: their bare words, lists, first and last tokens. No meaning is given here."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from jjj_pipeline.claims.text.context import Subject
from jjj_pipeline.claims.text.names import Mention
from jjj_pipeline.claims.text.numbers import Number
from jjj_pipeline.claims.text.skeleton import SIGNS, I, Skeleton, Token


def distinct_subjects(subjects: Iterable[Subject]) -> list[Subject]:
    """Each subject once, in the order they were last named."""
    plain = [replace(s, inherited=frozenset()) for s in subjects]
    return list(dict.fromkeys(plain[::-1]))[::-1]


def keys_of(token: Token) -> tuple[str, ...]:
    return token.value.keys if isinstance(token.value, Mention) else ()


def literal_of(token: Token) -> str:
    return token.value.literal if isinstance(token.value, Mention) else ""


def text_of(part: Skeleton) -> str:
    """The words of a stretch with the names of its measures."""
    return "".join(literal_of(part.tokens[i]) if s == I else s for i, s in enumerate(part.text))


def number_of(token: Token) -> Number:
    assert isinstance(token.value, Number)
    return token.value


def year_text(year: int) -> str:
    return str(year) if year else ""


def bare_words(text: str) -> str:
    return re.sub(f"[{SIGNS}\"'《》 ,、]", "", text)


def front_words(text: str, position: int) -> str:
    """The words right before a measure, back to the last sign or mark."""
    match = re.search(rf"[^{SIGNS},;:、。]*$", text[:position])
    front = match[0] if match else ""
    return re.sub(r"[\"'《》 ]", "", front)


def listed_measures(text: str, positions: list[int]) -> list[int]:
    """Measures that are in one list (A、B和C), the last list of a stretch."""
    if not positions:
        return []
    runs = [[positions[0]]]
    for a, b in itertools.pairwise(positions):
        if re.fullmatch(r" ?(?:、|和|与|及|以及) ?", text[a + 1 : b]):
            runs[-1].append(b)
        else:
            runs.append([b])
    return max(runs, key=len)


def without_share_words(part: Skeleton) -> Skeleton:
    text = re.sub(r"(?:所占比重|占比|比重|份额|所占|比例)", lambda m: " " * len(m[0]), part.text)
    return Skeleton(text, part.tokens, part.start, part.end)


def all_tokens(part: Skeleton) -> Iterable[Token]:
    for token in part.tokens.values():
        if isinstance(token.value, Skeleton):
            yield from all_tokens(token.value)
        else:
            yield token


def line_numbers(text: str):  # type: ignore[no-untyped-def]
    """A function from an offset to its paragraph's number, blank lines not counted."""
    import bisect

    starts, count, numbers = [], 0, []
    at = 0
    for line in text.split("\n"):
        count += bool(line.strip())
        starts.append(at)
        numbers.append(max(count, 1))
        at += len(line) + 1
    return lambda offset: numbers[bisect.bisect_right(starts, offset) - 1]


def pieces(text: str, size: int = 2000) -> Iterator[tuple[int, int]]:
    """A text in pieces of at most `size` characters, cut after a line, a sentence or a clause: patterns then take linear time."""
    start = 0
    while start < len(text):
        end = min(start + size, len(text))
        if end < len(text):
            cut = next(
                (c for mark in ("\n", "。", ",") if (c := text.rfind(mark, start + size // 4, end)) > 0), end - 1
            )
            end = cut + 1
        yield start, end
        start = end
