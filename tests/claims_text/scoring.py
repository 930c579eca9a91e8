"""How well the figures of a text were read, against a gold standard of tests/fixtures/texts (see the README there)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

Row = Mapping[str, str]


@dataclass
class Score:
    """Counts over one text or several. `verdicts` are claims whose verdict is known from outside and that were found."""

    claims: int = 0
    found: int = 0
    understood: int = 0
    others: int = 0
    false_claims: int = 0
    verdicts: int = 0
    right: int = 0
    open: int = 0
    false_alarms: int = 0
    missed_errors: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def columns(self) -> tuple[int, ...]:
        """As the pages for editors list a text."""
        return (
            self.claims, self.found, self.understood, self.verdicts, self.open, self.false_alarms, self.missed_errors,
        )  # fmt: skip

    def line(self) -> str:
        n = max(self.claims, 1)
        return (
            f"found {self.found / n:.0%} understood {self.understood / n:.0%} of {self.claims}; "
            f"false claims {self.false_claims} of {self.others}; "
            f"verdicts right {self.right}, open {self.open} of {self.verdicts}; false alarms {self.false_alarms}; "
            f"missed errors {self.missed_errors}"
        )


def read_gold(path: Path) -> dict[str, list[dict[str, str]]]:
    """The gold rows of each text."""
    texts: dict[str, list[dict[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            texts.setdefault(row["text"], []).append(row)
    return texts


def _kind(text: str) -> str:
    return text.split("/")[0].split(":")[0]


def _parts(text: str) -> set[str]:
    return {p for p in text.replace(">", "+").replace("/", "+").split("+") if p}


def _years(text: str) -> set[str]:
    return {p.strip() for p in text.replace(";", "-").replace("/", "-").split("-") if p.strip()}


def is_understood(gold: Row, row: Row) -> bool:
    """Kind, measure, place and years as in the gold standard; a measure the warehouse lacks must be left empty."""
    if _kind(gold["relation"]) != _kind(row["kind"]):
        return False
    if gold["indicator"].startswith("unknown"):
        return row["indicator"] in ("", "unknown")
    wanted, got = _parts(gold["indicator"].removeprefix("flow:")), _parts(row["indicator"].removeprefix("flow:"))
    if wanted and (not got or (not wanted <= got and not got <= wanted)):
        return False
    if gold["region"] and not _parts(gold["region"]) & _parts(row["region"]):
        return False
    years = _years(gold["year"])
    return not years or (bool(years & _years(row["year"])) and max(years) == max(_years(row["year"])))


def overlapping(gold: Row, rows: Iterable[Row]) -> list[Row]:
    start, end = int(gold["char_start"]), int(gold["char_end"])
    return [r for r in rows if r["kind"] and int(r["start"]) < end and int(r["end"]) > start]


def score(gold: Iterable[Row], rows: list[Row]) -> Score:
    """One text: its gold rows against the rows of `jjj check --format csv`."""
    s = Score()
    for g in gold:
        hits = overlapping(g, rows)
        if g["is_claim"] != "yes":
            s.others += 1
            s.false_claims += bool(hits)
            continue
        s.claims += 1
        s.found += bool(hits)
        s.understood += any(is_understood(g, r) for r in hits)
        if g["expected_external"] in ("exact", "consistent", "inconsistent") and hits:
            s.verdicts += 1
            given = {r["external"] for r in hits} - {"", "untestable", "open"}
            wrong = g["expected_external"] == "inconsistent"
            s.open += not given
            s.right += bool(given) and ("inconsistent" in given) == wrong
            s.false_alarms += not wrong and "inconsistent" in given
            s.missed_errors += wrong and bool(given) and "inconsistent" not in given
    return s
