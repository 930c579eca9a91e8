"""What a finding is: the columns of meta.check_result, the sentence people read, and the summary of meta.check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

COLUMNS = [
    "check_id", "severity", "table_id", "release", "indicator", "region_code", "year", "expected", "found", "gap", "bound",
    "relative_gap", "allowed_by", "message", "file", "cell",
]  # fmt: skip
ORDER = ["severity", "check_id", "table_id", "release", "indicator", "region_code", "year"]


def describe(found: pd.DataFrame) -> pd.DataFrame:
    """Findings with expected, found, bound and a place, completed to COLUMNS: gap, relative gap and the sentence."""
    gap = found["found"].astype(float) - found["expected"].astype(float)
    relative = (gap / found["expected"].where(found["expected"] != 0).abs()).astype(float)
    out = found.assign(gap=gap, relative_gap=relative, allowed_by=None)
    out["message"] = [_sentence(row) for row in out.to_dict("records")]
    return out.reindex(columns=COLUMNS)


def _sentence(row: Mapping[Any, Any]) -> str:
    place = [str(row[k]) for k in ("indicator", "region_code", "year") if not pd.isna(row[k])]
    where = ", cell ".join(str(row[k]) for k in ("file", "cell") if not pd.isna(row[k])) or "computed"
    rule = f"{row['check_id']} of {' '.join(place)}"
    return (
        f"{where}: expected {rule} to give {row['expected']:.10g} within {row['bound']:.4g}; found {row['found']:.10g}"
    )


def summary(rules: pd.DataFrame, found: pd.DataFrame, counts: Mapping[str, int]) -> pd.DataFrame:
    """The rules (check_id, kind, name_zh, name_en) with how often each was tested and what it found."""
    out = rules.assign(tested=rules["check_id"].map(counts))
    for severity in ("warning", "error"):
        hits = found.loc[found["severity"] == severity, "check_id"].value_counts()
        out[f"{severity}s"] = out["check_id"].map(hits).fillna(0).astype("int64")
    return out


def numbered(found: pd.DataFrame) -> pd.DataFrame:
    """Findings in a fixed order with their number."""
    out = found.sort_values(ORDER, ignore_index=True)
    out.insert(0, "result_id", range(1, len(out) + 1))
    return out
