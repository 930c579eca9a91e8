"""A checked text as rows: for CSV and JSON every number, for people the claims. No verdict is made here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.text.check import Checked, check_readings
from jjj_pipeline.claims.text.documents import Document
from jjj_pipeline.claims.text.names import Names
from jjj_pipeline.claims.text.reading import Reading, levels
from jjj_pipeline.claims.text.structure import read_text

COLUMNS = [
    "start", "end", "literal", "kind", "indicator", "region", "year", "internal", "external", "status", "value", "low", "high", "repair", "slip", "why", "evidence",
    "figures", "paragraph",
]  # fmt: skip
STATUSES = ("confirmed", "contradicted", "open", "unchecked")


@dataclass(frozen=True)
class CheckedText:
    """A document and each of its numbers, in order."""

    document: Document
    checked: list[Checked]

    @property
    def claims(self) -> list[Checked]:
        return [c for c in self.checked if c.reading.kind]

    def counts(self) -> dict[str, int]:
        """Claims by status."""
        found = dict.fromkeys(STATUSES, 0)
        for one in self.claims:
            found[one.status] += 1
        return found


def measures_of(readings: Iterable[Reading]) -> set[str]:
    """The measures a text speaks of: what has to be read from the warehouse."""
    found = set()
    for reading in readings:
        for formula in [*([reading.formula] if reading.formula else []), *reading.others]:
            found |= {level.measure for level in levels(formula)}
    if "rd_intensity" in found:
        found |= {"rd_expenditure", "gdp"}
    return found - {""}


def check_text(document: Document, readings: list[Reading], names: Names, evidence: Evidence | None) -> CheckedText:
    """A document's readings judged."""
    return CheckedText(document, check_readings(readings, names, evidence))


def read(document: Document, names: Names) -> list[Reading]:
    """What each number of a document claims."""
    return read_text(document.text, names)


def kind_of(reading: Reading) -> str:
    """value, share …; bound:超/value with a word of bound; empty where the number is no claim."""
    return f"bound:{reading.bound}/{reading.kind}" if reading.bound and reading.kind else reading.kind


def rows(text: CheckedText) -> list[dict[str, Any]]:
    """One row a number of the text."""
    out = []
    for one in text.checked:
        r, side = one.reading, one.external
        known = bool(r.kind) and r.formula is not None
        out.append({
            "start": r.number.start, "end": r.number.end, "literal": r.number.literal, "kind": kind_of(r),
            "indicator": r.measure if known else "", "region": r.place, "year": r.year, "internal": one.internal.verdict if r.kind else "",
            "external": side.verdict if r.kind else "", "status": one.status if r.kind else "", "value": side.value or one.internal.value,
            "low": side.low if side.low is not None else one.internal.low, "high": side.high if side.high is not None else one.internal.high,
            "repair": side.repair or one.internal.repair, "slip": side.slip, "why": r.why or side.why, "evidence": "; ".join(k.short() for k in side.keys[:8]),
            "figures": "; ".join(one.internal.figures), "paragraph": r.paragraph,
        })  # fmt: skip
    return out


def table(text: CheckedText) -> list[dict[str, Any]]:
    """The claims, for a terminal: where, figure, verdict, what it should read or why it is open."""
    signs = {"confirmed": "✓", "contradicted": "✗", "open": "?", "unchecked": "·"}
    out = []
    for one in text.claims:
        r, side = one.reading, one.external
        about = " ".join(p for p in (r.measure, r.place, r.year) if p) or r.label
        said = (
            side.value
            if one.status == "confirmed" and side.value
            else (
                r.why or side.why or ("the text's own figures give " + one.internal.value if one.internal.value else "")
            )
        )
        out.append({"verdict": signs[one.status], "at": f"{r.paragraph}:{r.number.start}", "figure": f"{r.bound if r.bound and r.bound not in r.number.literal else ''}{r.number.literal}",
                    "kind": r.kind, "about": about, "data": said})  # fmt: skip
    return out


def summary(text: CheckedText) -> str:
    """One line."""
    counts = text.counts()
    return f"{len(text.claims)} figures: " + ", ".join(f"{counts[s]} {s}" for s in STATUSES)


def markdown(text: CheckedText) -> str:
    """A page: the summary, what is contradicted, every figure."""
    parts = [f"# {text.document.title}", summary(text) + "."]
    parts += [f"- {note}" for note in text.document.notes]
    wrong = [one for one in text.claims if one.status == "contradicted"]
    if wrong:
        parts.append("## Contradicted")
        for one in wrong:
            line = text.document.text[one.reading.sentence[0] : one.reading.sentence[1]].strip().replace("\n", " ")
            side = one.external if one.external.verdict == "inconsistent" else one.internal
            said = one.external.why or f"the text's own figures give {side.value}: {'; '.join(side.figures)}"
            parts.append(f"- **{one.reading.number.literal}** {said}  \n  {_escaped(line)}")
    parts.append("## Every figure")
    listed = table(text)
    if listed:
        names = list(listed[0])
        parts.append("\n".join(["| " + " | ".join(names) + " |", "|" + "---|" * len(names),
                                *("| " + " | ".join(_escaped(str(row[n])) for n in names) + " |" for row in listed)]))  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
