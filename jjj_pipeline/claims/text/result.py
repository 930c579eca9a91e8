"""A checked text as rows: for CSV and JSON every number, for people the claims. No verdict is made here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.model import Bilingual
from jjj_pipeline.claims.reasons import Language, Reason, reason, rendered
from jjj_pipeline.claims.text import words
from jjj_pipeline.claims.text.check import check_readings
from jjj_pipeline.claims.text.documents import Document
from jjj_pipeline.claims.text.names import Names
from jjj_pipeline.claims.text.reading import Reading, levels
from jjj_pipeline.claims.text.sides import Checked
from jjj_pipeline.claims.text.structure import read_text
from jjj_pipeline.errors import BadInput

COLUMNS = [
    "start", "end", "literal", "kind", "indicator", "region", "year", "internal", "external", "status", "verdict", "value", "low", "high", "repair", "slip", "why", "evidence",
    "figures", "paragraph",
]  # fmt: skip
FIGURES = 60_000  # that claim something; they take a minute at worst
STATUSES = tuple(words.STATUSES)
SIGNS = {"confirmed": "✓", "contradicted": "✗", "open": "?", "unchecked": "·"}


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
    """The measures a text mentions: what has to be read from the warehouse."""
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
    """What each number of a document claims. Raises BadInput for more than can be judged while somebody waits."""
    readings = read_text(document.text, names)
    figures = sum(bool(r.kind) for r in readings)
    if figures > FIGURES:
        hint = "save it in parts, a chapter each"
        raise BadInput(document.name, expected=f"at most {FIGURES:,} figures", found=f"{figures:,}", hint=hint)
    return readings


def kind_of(reading: Reading) -> str:
    """value, share …; bound:超/value with a word of bound; empty where the number is no claim."""
    return f"bound:{reading.bound}/{reading.kind}" if reading.bound and reading.kind else reading.kind


def rows(text: CheckedText, lang: Language = "en") -> list[dict[str, Any]]:
    """One row a number of the text; the words of `verdict` and `why` in one language, all else codes and figures."""
    out = []
    for one in text.checked:
        r, side = one.reading, one.external
        known = bool(r.kind) and r.formula is not None
        out.append({
            "start": r.number.start, "end": r.number.end, "literal": r.number.literal, "kind": kind_of(r),
            "indicator": r.measure if known else "", "region": r.place, "year": r.year, "internal": one.internal.verdict if r.kind else "",
            "external": side.verdict if r.kind else "", "status": one.status if r.kind else "",
            "verdict": rendered(words.STATUSES[one.status], lang) if r.kind else "", "value": side.value or one.internal.value,
            "low": side.low if side.low is not None else one.internal.low, "high": side.high if side.high is not None else one.internal.high,
            "repair": side.repair or one.internal.repair, "slip": side.slip, "why": reason_text(r.why or side.why, lang),
            "evidence": "; ".join(k.short() for k in side.keys[:8]), "figures": "; ".join(one.internal.figures), "paragraph": r.paragraph,
        })  # fmt: skip
    return out


def reason_text(why: Reason | None, lang: Language) -> str:
    return why.text(lang) if why else ""


def why_of(one: Checked) -> Reason | None:
    """The explanation of a figure: what was not understood, what the data give, or what the text's own figures give."""
    if one.reading.why or one.external.why:
        return one.reading.why or one.external.why
    if one.status == "contradicted" and one.external.verdict != "inconsistent":
        return reason("text_gives", due=one.internal.value)
    return None


def measure_name(reading: Reading, names: Names) -> Bilingual:
    """The measure a reading is about: a name, or two for a quotient."""
    parts = [names.titles.get(m, (m, m)) for m in reading.measure.removeprefix("flow:").split("/") if m]
    return Bilingual(*(" / ".join(part[i] for part in parts) for i in (0, 1)))


def place_name(code: str, names: Names) -> Bilingual:
    """The places of a reading: one, several, or from one to another."""
    made = []
    for known, comma in ((names.place_names, "、"), (names.place_names_en, ", ")):
        parts = re.split(r"([+>])", code)
        made.append("".join({"+": comma, ">": " → "}.get(part) or known.get(part, part) for part in parts))
    return Bilingual(*made)


def kind_name(reading: Reading) -> Bilingual:
    """The kind of a claim, with its word of bound."""
    kind = words.KINDS.get(reading.kind, Bilingual(reading.kind, reading.kind))
    if not reading.bound:
        return kind
    return Bilingual(f"{kind.zh}（“{reading.bound}”）", f"{kind.en} (bound: {reading.bound})")


def table(text: CheckedText, names: Names, lang: Language = "en") -> list[dict[str, Any]]:
    """The claims, for a terminal: where, figure, verdict, what it should read or why it is open. In English measures and places
    are the codes people query by, in Chinese their names."""
    out = []
    for one in text.claims:
        r, side = one.reading, one.external
        named = (r.measure, r.place) if lang == "en" else (measure_name(r, names).zh, place_name(r.place, names).zh)
        about = " ".join(p for p in (*named, r.year) if p) or rendered(r.label, lang)
        confirmed = one.status == "confirmed" and side.value
        gives = reason("text_gives", due=one.internal.value) if one.internal.value else None
        shown = side.value if confirmed else reason_text(r.why or side.why or gives, lang)
        bound = r.bound if r.bound and r.bound not in r.number.literal else ""
        kind = r.kind if lang == "en" else words.KINDS.get(r.kind, Bilingual(r.kind)).zh
        cells = (SIGNS[one.status], f"{r.paragraph}:{r.number.start}", f"{bound}{r.number.literal}", kind, about, shown)
        out.append({rendered(h, lang): cell for h, cell in zip(words.HEADINGS, cells, strict=True)})
    return out


def summary(text: CheckedText, lang: Language = "en") -> str:
    """One line."""
    counts = text.counts()
    listed = [
        f"{counts[s]} {words.STATUSES[s].en}" if lang == "en" else f"{words.STATUSES[s].zh}{counts[s]}个"
        for s in STATUSES
    ]
    return reason("summary", total=len(text.claims), counts=[Bilingual(c, c) for c in listed]).text(lang)


def markdown(text: CheckedText, names: Names, lang: Language = "en") -> str:
    """A page: the summary, what is contradicted, every figure."""
    parts = [f"# {text.document.title}", summary(text, lang) + ("." if lang == "en" else "。")]
    parts += [f"- {note.text(lang)}" for note in text.document.notes]
    wrong = [one for one in text.claims if one.status == "contradicted"]
    if wrong:
        parts.append(f"## {rendered(words.CONTRADICTED, lang)}")
        for one in wrong:
            line = text.document.text[one.reading.sentence[0] : one.reading.sentence[1]].strip().replace("\n", " ")
            side = one.external if one.external.verdict == "inconsistent" else one.internal
            why = one.external.why or reason("text_gives_from", due=side.value, figures="; ".join(side.figures))
            parts.append(f"- **{one.reading.number.literal}** {why.text(lang)}  \n  {_escaped(line)}")
    parts.append(f"## {rendered(words.EVERY_FIGURE, lang)}")
    listed = table(text, names, lang)
    if listed:
        head = list(listed[0])
        parts.append("\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
                                *("| " + " | ".join(_escaped(str(row[n])) for n in head) + " |" for row in listed)]))  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
