"""The slip behind a claim that fails, found by trying every simple one. Knows slips, not tables.

A slip of a printed figure (one digit, a power of ten, both) is called `repairs` when every identity of the figure holds
after it (all claims of the file, computed from the text or from data of the same scope, in which the figure stands) and
no other figure would explain the failure as well. A wrong formula (n ± 1 periods, 倍 against 增长倍, simple average
against CAGR) counts as a slip of the claim. What only another release, a neighbour in time or another scope suggests,
or where several figures explain the failure equally well, is `plausible`. Statements of direction are conclusions, not
identities.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.quantity import (
    EXACT,
    HOLDS,
    Book,
    DataKey,
    Key,
    Leaf,
    Node,
    Quantity,
    keys_of,
    measure,
    verdict_of_figure,
)
from jjj_pipeline.measures.printed_figure import Figure, parse


class Diagnosis(NamedTuple):
    """`repairs`, `plausible` or `rests`, and the sentence; for a figure that wants repair its key and what it should read."""

    kind: str
    text: str
    key: str = ""
    figure: Figure | None = None


NOTHING = Diagnosis("", "")


@dataclass(frozen=True)
class Identity:
    """A numeric claim computed from one side: `claim_key` should equal `quantity`."""

    claim_id: str
    kind: str
    side: str
    claim_key: str
    quantity: Quantity
    decides: bool = True

    def printed_keys(self) -> list[str]:
        return list(dict.fromkeys([self.claim_key, *(k for k in keys_of(self.quantity) if isinstance(k, str))]))

    def verdict(self, book: Book) -> str:
        return verdict_of_figure(book[self.claim_key], measure(self.quantity, book))  # type: ignore[arg-type]


class Slip(NamedTuple):
    what: str
    rank: int
    figure: Figure


class Found(NamedTuple):
    """A repair that works: the figure it changes, how many different identities hold through it (a total and a part as
    the total's remainder are one), how simple it is, how many hold by interval only, and the sentence."""

    key: str
    identities: int
    rank: int
    inexact: int
    text: str
    figure: Figure | None = None


def printed_text(figure: Figure, value: Decimal | None = None) -> str:
    """A value in the figure's printed unit, with the figure's decimals."""
    shown = (figure.value if value is None else value) / figure.scale
    step = figure.step / figure.scale
    number = f"{shown.quantize(step.normalize() if step < 1 else Decimal(1)):f}" if step else f"{shown:.6g}"
    return f"{number} {figure.printed_unit}".strip()


def slips(figure: Figure) -> Iterator[Slip]:
    """All simple misprints of a figure: the power of ten, one digit, and the power of ten with its last digit one
    off."""
    if not figure.half:
        return
    shifted = []
    for exponent in (1, -1, 2, -2, 3, -3, 4, -4):
        power = Decimal(10) ** exponent
        size = f"{10 ** abs(exponent)} times too {'small' if exponent > 0 else 'large'}"
        moved = replace(figure, value=figure.value * power, half=figure.half * power)
        shifted.append((size, moved))
        yield Slip(size, 0, moved)
    text = unicodedata.normalize("NFKC", figure.literal)
    digits = [m.start() for m in re.finditer(r"\d", text)]
    for position in digits:
        for digit in "0123456789":
            leading = position == digits[0] and text[position + 1 : position + 2].isdigit()
            if digit != text[position] and not (digit == "0" and leading):
                yield Slip("one digit", 1, parse(text[:position] + digit + text[position + 1 :]))
    for size, moved in shifted:
        for sign in (-1, 1):
            yield Slip(
                f"{size}, and one unit off in its last digit", 2, replace(moved, value=moved.value + sign * moved.step)
            )


def variants(identity: Identity) -> Iterator[tuple[str, Quantity]]:
    """Other formulas a writer may have used by mistake."""
    node = identity.quantity
    if not isinstance(node, Node):
        return
    if node.kind in ("cagr", "cagr_of_multiple", "mean_diff"):
        for years in (node.years + 1, node.years - 1):
            if years > 0:
                note = "years counted, not intervals" if years > node.years else "one interval too few"
                yield f"with {years} in place of {node.years} periods ({note})", replace(node, years=years)
    swaps = {
        "cagr": [("mean_growth", "as the simple average, total growth over the periods"), ("growth", "as the total growth"),
                 ("log_growth", "as the mean log growth")],
        "multiple": [("growth", "as 增长倍 (the multiple less one)")],
        "growth_times": [("multiple", "as the multiple: 增长到, not 增长")],
        "growth": [("multiple", "as the multiple: end over start"), ("difference", "as the difference")],
        "mean_diff": [("cagr", "as the compound rate"), ("difference", "as the total difference")],
        "difference": [("growth", "as the growth rate")],
    }  # fmt: skip
    for kind, text in swaps.get(node.kind, []):
        yield text, replace(node, kind=kind)
    if node.kind == "share_of_parts":
        yield (
            "over the other parts only",
            Node("ratio", (("numerator", node.arg("part")), ("denominator", node.arg("rest")))),
        )


class Diagnoser:
    """Searches slips over all identities of one file."""

    def __init__(self, book: Mapping[Key, Figure], identities: list[Identity], evidence: Evidence) -> None:
        self.book, self.evidence = dict(book), evidence
        self.of_key: dict[str, list[Identity]] = defaultdict(list)
        for identity in identities:
            if identity.decides:
                for key in identity.printed_keys():
                    self.of_key[key].append(identity)

    def explain(self, failed: Identity) -> Diagnosis:
        """The best explanation of a failed identity; empty where nothing simple explains it."""
        found = self._repairs(failed) if failed.decides else []
        if found:
            return self._choose(found)
        if failed.side == "external":
            return self._neighbour(failed)
        return NOTHING

    def _repairs(self, failed: Identity) -> list[Found]:
        found = []
        others = [i for i in self.of_key[failed.claim_key] if i != failed]
        for text, quantity in variants(failed):
            changed = replace(failed, quantity=quantity)
            verdict = changed.verdict(self.book)
            if verdict in HOLDS and all(i.verdict(self.book) in HOLDS for i in others):
                claim = self.book[failed.claim_key].literal
                right = measure(failed.quantity, self.book)
                assert right is not None
                due = printed_text(self.book[failed.claim_key].fraction(), right.point)
                sentence = f"{claim} holds {text}; computed as stated it is {due}"
                found.append(Found("", len(others) + 1, -1, verdict != EXACT, sentence))
        for key in failed.printed_keys():
            identities = self.of_key[key]
            for slip in slips(self.book[key]):
                book = self.book | {key: slip.figure}
                if failed.verdict(book) not in HOLDS:
                    continue
                verdicts = [i.verdict(book) for i in identities]
                if all(v in HOLDS for v in verdicts):
                    inexact = sum(v != EXACT for v in verdicts)
                    distinct = len({(i.side, frozenset(i.printed_keys())) for i in identities})
                    sentence = self._sentence(key, slip, identities, book)
                    found.append(Found(key, distinct, slip.rank, inexact, sentence, slip.figure))
        if any(f.rank < 2 for f in found):
            found = [f for f in found if f.rank < 2]
        return found

    def _sentence(self, key: str, slip: Slip, identities: list[Identity], book: Book) -> str:
        old, new = self.book[key], slip.figure
        sentence = f"{old.literal} should read {printed_text(new)} ({slip.what})"
        outside = [i for i in identities if i.side == "external" and i.claim_key == key]
        if outside:
            measured = measure(outside[0].quantity, book)
            assert measured is not None
            wide = replace(new, half=min(new.half, new.scale / 200))
            sentence += f"; the data give {printed_text(wide, measured.point)}"
            if slip.rank == 2:
                sentence += ", within one unit of the last digit printed"
        names = ", ".join(dict.fromkeys(i.claim_id for i in identities))
        return f"{sentence}; then every identity of the figure holds ({names})"

    @staticmethod
    def _choose(found: list[Found]) -> Diagnosis:
        """The repair most identities support; `repairs` only where no other figure is supported as well."""
        found = sorted(found, key=lambda f: (-f.identities, f.rank, f.inexact))
        best = found[0]
        rivals = {f.key: f for f in reversed(found) if f.key != best.key and f.identities == best.identities}
        if best.key == "" or not rivals:
            return Diagnosis("repairs", f"repairs: {best.text}", best.key, best.figure)
        others = [f for f in found if rivals.get(f.key) is f][:2]
        return Diagnosis("plausible", "plausible: " + "; or ".join([best.text, *(f.text for f in others)]))

    def _neighbour(self, failed: Identity) -> Diagnosis:
        """Another release, a neighbour in time, another scope: what the data would have to be."""
        for text, changes in self._changes(failed):
            book = {**self.book, **changes}
            if failed.verdict(book) in HOLDS:
                return Diagnosis("plausible", f"plausible: {self.book[failed.claim_key].literal} holds with {text}")
        return NOTHING

    def _changes(self, failed: Identity) -> Iterator[tuple[str, dict[Key, Figure]]]:
        keys = [k for k in dict.fromkeys(keys_of(failed.quantity)) if isinstance(k, DataKey)]
        for key in keys:
            for figure in self.evidence.releases(key):
                if figure.value != self.book[key].value:
                    yield f"{key} from another release, {figure.literal}: {printed_text(figure)}", {key: figure}
        for key in keys:
            for year in (key.year - 1, key.year + 1):
                moved = self.evidence.figure(key._replace(year=year))
                if moved is not None:
                    yield f"the figure of {year} in place of {key.year}", {key: moved}
        if not keys:
            return
        for text, model in self.evidence.other_scopes(keys[0]):
            changes: dict[Key, Figure] = {}
            for key in keys:
                same = key._replace(
                    region=model.region if key.region == keys[0].region else key.region,
                    indicator=model.indicator if key.indicator == keys[0].indicator else key.indicator,
                )
                moved = self.evidence.figure(same)
                if moved is not None:
                    changes[key] = moved
            if len(changes) == len(keys):
                yield f"another scope: {text}", changes


__all__ = ["NOTHING", "Diagnoser", "Diagnosis", "Identity", "Leaf", "printed_text", "slips"]
