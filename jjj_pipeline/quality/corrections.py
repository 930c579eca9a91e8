"""The ledger of known errors of the publications, applied to observations. A misprint is an entry, never an edit:
the raw file keeps it. An entry that matches nothing, or no longer the printed value it names, stops the build."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import pandas as pd

from jjj_pipeline.catalog import units
from jjj_pipeline.catalog.model import Catalog, Correction
from jjj_pipeline.errors import BadInput
from jjj_pipeline.measures.printed_figure import half_unit

COLUMNS = [
    "correction_id", "action", "table_id", "release", "region_code", "year", "indicator", "industry_code",
    "printed", "value_before", "value_after", "identity", "reason", "source", "ledger_status", "file", "cell",
]  # fmt: skip


def apply(observations: pd.DataFrame, catalog: Catalog) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(observations with the ledger applied, one row for each entry with the cell it touched). Raises BadInput."""
    frame = observations.copy()
    drops: list[int] = []
    rows: list[dict[str, Any]] = []
    for entry in catalog.corrections:
        index = _find(frame, entry, catalog)
        before: Any = frame.at[index, "value"]
        if entry.action == "replace":
            frame.loc[index, ["value", "half_width", "status"]] = _replacement(_at(frame, index), entry, catalog)
        elif entry.action == "drop":
            drops.append(index)
        elif entry.action == "flag":
            _needed(
                entry,
                str(frame.at[index, "status"]) != entry.obs_status,
                f"the figure already carries status {entry.obs_status}",
            )
            frame.at[index, "status"] = entry.obs_status
        row = _at(frame, index)
        rows.append(_row(row, entry, before, None if entry.action == "drop" else row["value"]))
    if drops:
        frame = frame.drop(index=drops).reset_index(drop=True)
    return frame, pd.DataFrame(rows, columns=COLUMNS)


def _at(frame: pd.DataFrame, index: int) -> pd.Series:
    return cast(pd.Series, frame.loc[index])


def _find(frame: pd.DataFrame, entry: Correction, catalog: Catalog) -> int:
    region = catalog.region_names.code(entry.region)
    hit = frame.index[
        (frame["table_id"] == entry.table)
        & (frame["indicator"] == entry.indicator)
        & (frame["region_code"] == region)
        & (frame["year"] == entry.year)
        & (frame["release"] == entry.release)
        & (frame["industry_code"] == entry.industry)
    ]
    where = f"corrections.yml, {entry.id}"
    if not len(hit):
        what = f"{entry.indicator} of {entry.region} {entry.year} in {entry.table}, release {entry.release}"
        raise BadInput(
            where, expected=f"a figure for {what}", found="none", hint="delete the entry or correct its place"
        )
    if entry.printed and frame.at[hit[0], "printed"] != entry.printed:
        row = _at(frame, hit[0])
        raise BadInput(
            where,
            expected=f"the printed figure {entry.printed}",
            found=f"{row['printed']} in {row['file']} {row['cell']}",
            hint="the file changed: check whether the entry is still needed",
        )
    return int(hit[0])


def _needed(entry: Correction, needed: bool, why: str) -> None:
    if not needed:
        raise BadInput(
            f"corrections.yml, {entry.id}", expected="an entry that is needed", found=why, hint="delete the entry"
        )


def _replacement(row: pd.Series, entry: Correction, catalog: Catalog) -> list[Any]:
    _needed(entry, entry.value != row["printed"], f"{entry.value} is what is printed")
    printed, wanted = str(row["printed_unit"]), catalog.indicators[entry.indicator].unit
    factor = units.factor(printed, wanted)
    value = Decimal(entry.value)
    half = half_unit(-int(value.as_tuple().exponent))
    return [
        float(value * factor.numerator / factor.denominator + units.offset(printed, wanted)),
        float(half * factor.numerator / factor.denominator),
        "I",
    ]


def _row(row: pd.Series, entry: Correction, before: float, after: float | None) -> dict[str, Any]:
    return {
        "correction_id": entry.id, "action": entry.action, "table_id": entry.table, "release": entry.release,
        "region_code": row["region_code"], "year": entry.year, "indicator": entry.indicator, "industry_code": entry.industry,
        "printed": row["printed"], "value_before": before, "value_after": after, "identity": entry.identity or None,
        "reason": entry.reason, "source": entry.source, "ledger_status": entry.status, "file": row["file"], "cell": row["cell"],
    }  # fmt: skip
