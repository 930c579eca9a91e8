"""Judging printed claims: a file of claims in, a verdict for each out. Pure functions; nothing here opens the
warehouse.

`parse` reads a claims file, `quantity` evaluates what a claim says, `evidence` looks figures up in the warehouse's
tables, `diagnose` searches for the slip behind a failure, `judge` puts them together.
"""

from jjj_pipeline.marts.claims.evidence import Evidence
from jjj_pipeline.marts.claims.judge import COLUMNS, judge
from jjj_pipeline.marts.claims.parse import Claim, ClaimFile, ClaimMistakes, load_claims

__all__ = ["COLUMNS", "Claim", "ClaimFile", "ClaimMistakes", "Evidence", "judge", "load_claims"]
