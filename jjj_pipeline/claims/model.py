"""A claim and a file of claims, as typed objects. Nothing is read or judged here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from jjj_pipeline.claims.quantity import DataKey, Side
from jjj_pipeline.errors import BadInput
from jjj_pipeline.measures.printed_figure import Figure


class Bilingual(NamedTuple):
    """A text in Chinese and English."""

    zh: str = ""
    en: str = ""


BLANK = Bilingual()


class ClaimMistakes(BadInput):
    """All mistakes of one file; `str()` has one line for each."""

    def __init__(self, mistakes: list[BadInput]) -> None:
        self.mistakes = mistakes
        first = mistakes[0]
        super().__init__(first.where, expected=first.expected, found=first.found, hint=first.hint)

    def __str__(self) -> str:
        return "\n".join(str(m) for m in self.mistakes)


@dataclass(frozen=True)
class Claim:
    """One claim: what is printed and, if given, what it can be computed from on either side.

    `claim` is the literal, or the statement in codes; `claim_key` the figure's key in the book (None for a direction or a
    ranking); `order` the sides of a comparison or the places of a ranking; `named` what a comparison calls its sides."""

    id: str
    kind: str
    claim: str
    line: int
    place: str = ""
    paraphrase: Bilingual = BLANK
    note: str = ""
    claim_key: str | None = None
    direction: str = ""
    order: tuple[str, ...] = ()
    named: Bilingual = BLANK
    printed: Side | None = None
    data: Side | None = None
    ranking: DataKey | None = None
    other_scope: Bilingual = BLANK
    missing: Bilingual = BLANK


@dataclass(frozen=True)
class ClaimFile:
    """A parsed file; `book` holds every printed figure by key ($name, or claim id and slot)."""

    path: str
    article: dict[str, Any]
    book: dict[str, Figure]
    claims: list[Claim]
    out_of_scope: list[Any] = field(default_factory=list)
    notes: Any = None

    @property
    def source(self) -> str:
        """The source key of the article itself, whose figures are no outside evidence."""
        return str(self.article.get("source", ""))
