"""Judging printed claims: files of claims in, a verdict for each claim out. Pure functions; nothing here opens the warehouse.

`parse` reads a claims file, `quantity` evaluates what a claim says, `evidence` looks figures up in the warehouse's
tables, `diagnose` searches for the slip behind a failure, `judge` puts them together.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.judge import COLUMNS, judge
from jjj_pipeline.claims.parse import Claim, ClaimFile, ClaimMistakes, load_claims
from jjj_pipeline.contracts import table_formatting

__all__ = [
    "COLUMNS",
    "EVIDENCE",
    "Claim",
    "ClaimFile",
    "ClaimMistakes",
    "Evidence",
    "claim_check",
    "document",
    "judge",
    "judge_file",
]

EVIDENCE = ("core.panel", "core.flow", "core.ranking", "core.observation")  # what claims are held against


def judge_file(path: Path, catalog: Catalog, *tables: pd.DataFrame | None) -> tuple[ClaimFile, pd.DataFrame]:
    """One file of claims and its verdicts; `tables` are those of EVIDENCE (none: only the text itself is heard).
    Raises ClaimMistakes."""
    claims = load_claims(path, catalog.region_names, catalog.indicators)
    groups: dict[str, list[str]] = {}
    for row in catalog.groups:
        groups.setdefault(row["group_code"], []).append(row["region_code"])
    units = {name: indicator.unit for name, indicator in catalog.indicators.items()}
    return claims, judge(claims, *(tables or (None,) * len(EVIDENCE)), units=units, groups=groups)


def claim_check(catalog: Catalog, *tables: pd.DataFrame) -> pd.DataFrame:
    """Every claim of every file in catalog/claims with its verdicts."""
    frames = []
    for path in sorted((catalog.folder / "claims").glob("*.yml")):
        _, verdicts = judge_file(path, catalog, *tables)
        verdicts.insert(0, "claim_file", path.stem)
        frames.append(verdicts)
    empty = pd.DataFrame(columns=["claim_file", *COLUMNS])
    found = pd.concat(frames, ignore_index=True) if frames else empty
    text = [c for c in found.columns if found[c].dtype != "float64"]
    return found.assign(**{c: found[c].replace({"": None}) for c in text})


FIRST = ["claim_id", "internal", "external", "low", "high", "diagnosis"]


def verdict_table(verdicts: pd.DataFrame, *, brief: bool) -> pd.DataFrame:
    """The verdicts as they are printed, `FIRST` first; brief: what a reader needs beside the claim, numbers to six digits."""
    if not brief:
        return verdicts[[*FIRST, *(c for c in verdicts.columns if c not in FIRST)]]
    found = verdicts.assign(**{c: verdicts[c].map(lambda x: "" if pd.isna(x) else f"{x:.6g}") for c in ("low", "high")})
    why = found["diagnosis"].where(
        found["diagnosis"] != "", found["missing"].map(lambda text: f"missing: {text}" if text else "")
    )
    return found.assign(why=why)[["claim_id", "claim", "internal", "external", "low", "high", "why"]]


def document(claims: ClaimFile, verdicts: pd.DataFrame) -> str:
    """The verdicts as a page: what was judged and how it came out, what wants repair, every claim, what is out of scope."""
    article = claims.article
    head = f"{article.get('title', claims.path)}" + (f", {article['publisher']}" if article.get("publisher") else "")
    counts = verdicts.groupby(["internal", "external"], sort=True).size().rename("claims").reset_index()
    wrong = verdicts[(verdicts["internal"] == "inconsistent") | (verdicts["external"] == "inconsistent")]
    parts = [
        f"# Judged: {head}",
        f"{len(verdicts)} claims. *internal*: against the text's own printed figures; *external*: against the warehouse, never "
        "against figures of the same text. *exact*: the computed value rounds to the claim; *consistent*: the claim meets the "
        "interval the printed digits allow; *untestable*: something is missing, and is named.",
        table_formatting.markdown(counts),
        "## What does not hold",
        table_formatting.markdown(wrong[["claim_id", "claim", "internal", "external", "diagnosis"]]),
        "## Every claim",
        table_formatting.markdown(verdict_table(verdicts, brief=True).assign(paraphrase=verdicts["paraphrase"])),
    ]
    if claims.out_of_scope:
        listed = "\n".join(f"- paragraphs {entry['places']}: {entry['what']}" for entry in claims.out_of_scope)
        parts += ["## Out of scope", listed]
    return "\n\n".join(parts)


STEPS = {"mart.claim_check": (EVIDENCE, claim_check)}
