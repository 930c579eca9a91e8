"""What a contract of one table cannot say: `identities` among printed figures. Pure functions from core.observation and the
catalogue to meta.check (which rules there are, how often each was tested) and meta.check_result (every finding)."""

from __future__ import annotations

import pandas as pd

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.quality import identities
from jjj_pipeline.quality.identities import COLUMNS, NATION

__all__ = ["findings", "rules"]


def rules(catalog: Catalog) -> pd.DataFrame:
    """Every rule with its kind and what it says: check_id, kind, name_zh, name_en."""
    rows = [(r.id, "identity", r.zh, r.en) for r in catalog.identities] + [
        (NATION.id, "identity", NATION.zh, NATION.en)
    ]
    return pd.DataFrame(rows, columns=["check_id", "kind", "name_zh", "name_en"])


def findings(observations: pd.DataFrame, catalog: Catalog) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(meta.check, meta.check_result) of all rules. Raises BadInput where the ledger allows what is not there."""
    found, counts = identities.discrepancies(observations, catalog)
    order = ["severity", "check_id", "table_id", "release", "indicator", "region_code", "year"]
    found = found.reindex(columns=COLUMNS).sort_values(order, ignore_index=True)
    found.insert(0, "result_id", range(1, len(found) + 1))
    checks = rules(catalog)
    checks["tested"] = checks["check_id"].map(counts)
    for severity in ("warning", "error"):
        hits = found.loc[found["severity"] == severity, "check_id"].value_counts()
        checks[f"{severity}s"] = checks["check_id"].map(hits).fillna(0).astype("int64")
    return checks, found
