"""Identities (material gaps stop a publication) and rules of plausibility (they warn), as rules and findings for meta.check and
meta.check_result. The rules are in `identities` and `plausible`."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.quality import identities, plausible
from jjj_pipeline.quality.findings import numbered, summary

_RULE = ["check_id", "kind", "name_zh", "name_en"]
# what the first half of the work leaves for the second: rules and findings of the identities
IDENTITIES = ("stage.identity_rule", "stage.identity_finding")


def identity_rules(catalog: Catalog) -> pd.DataFrame:
    """Every identity with what it says: check_id, kind, name_zh, name_en."""
    rules = [*catalog.identities, identities.NATION]
    return pd.DataFrame([(r.id, "identity", r.zh, r.en) for r in rules], columns=_RULE)


def plausible_rules() -> pd.DataFrame:
    """Every rule of plausibility with what it says."""
    return pd.DataFrame([(r.id, "plausibility", r.zh, r.en) for r in plausible.rules()], columns=_RULE)


def identity_findings(observations: pd.DataFrame, catalog: Catalog) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rules with their counts, findings) of the identities. Raises BadInput where the ledger allows what is not there."""
    found, counts = identities.discrepancies(observations, catalog)
    return summary(identity_rules(catalog), found, counts), numbered(found)


def all_findings(
    query: Callable[[str], pd.DataFrame], rules: pd.DataFrame, found: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(meta.check, meta.check_result): those of the identities with those of plausibility; `query` runs SQL over
    plausible.tables()."""
    implausible, counts = plausible.implausible(query)
    checks = pd.concat([rules, summary(plausible_rules(), implausible, counts)], ignore_index=True)
    parts = [f for f in (found.drop(columns="result_id"), implausible) if len(f)]
    together = pd.concat(parts, ignore_index=True) if parts else implausible
    return checks.sort_values("check_id", ignore_index=True), numbered(together)
