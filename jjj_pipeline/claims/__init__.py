"""Judging printed claims: files of claims in, a verdict for each claim out. Pure functions; nothing here opens the warehouse.

`claims_file` reads a file (its parts are `lines`, `kinds`, `printed_inputs`, `data_inputs`, `catalog_names`; out come the types
of `model`), `quantity` evaluates what a claim says, `evidence` looks figures up in the warehouse's tables, `release_choice`
chooses releases that belong together, `verdict`, `outcome`, `release_verdict` and `judge` decide, `slips` and `diagnose` search
for the slip behind a failure, `reasons` and `display` put it into words, `tables` makes rows and pages of it. `text` finds
claims in a text.
"""

from __future__ import annotations

from jjj_pipeline.claims.catalog_names import CatalogNames
from jjj_pipeline.claims.claims_file import claims_of, load_claims
from jjj_pipeline.claims.evidence import Evidence, Facts
from jjj_pipeline.claims.judge import Judgement, judge_claims
from jjj_pipeline.claims.model import Bilingual, Claim, ClaimFile, ClaimMistakes
from jjj_pipeline.claims.tables import (
    COLUMNS,
    EVIDENCE,
    as_frame,
    claim_check,
    document,
    evidence_of,
    failing,
    judge,
    judge_file,
    verdict_table,
)

__all__ = [
    "COLUMNS",
    "EVIDENCE",
    "Bilingual",
    "CatalogNames",
    "Claim",
    "ClaimFile",
    "ClaimMistakes",
    "Evidence",
    "Facts",
    "Judgement",
    "as_frame",
    "claim_check",
    "claims_of",
    "document",
    "evidence_of",
    "failing",
    "judge",
    "judge_claims",
    "judge_file",
    "load_claims",
    "verdict_table",
]

STEPS = {"mart.claim_check": (EVIDENCE, claim_check)}
