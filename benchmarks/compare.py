"""Whether two folders hold the same tables: equal keys, texts and gaps, numbers equal to nine digits. Knows contracts, no timing.

A number close to zero may be the difference of two large ones and then keeps their rounding: it may be off by the last four bits
of the largest number of its unit in the row (of 1 for shares, rates and indices)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from jjj_pipeline import contracts
from jjj_pipeline.contracts.base import info
from jjj_pipeline.storage.parquet_store import ParquetStore

RELATIVE = 1e-9
LAST_BITS = 16 * np.finfo(float).eps


def differences(store: ParquetStore, plain: Path, tables: Iterable[str]) -> list[str]:
    """What differs between these tables of the store and those in `plain` (`<schema>.<table>.parquet`), a line a column."""
    return [
        x for t in tables for x in _differences(t, _compared(store.read(t)), pd.read_parquet(plain / f"{t}.parquet"))
    ]


def _compared(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that come from files of raw/: counts of records stand beside them in core.flow. Of texts in two languages the
    English one."""
    rows = frame[~frame["table_id"].str.startswith("records_")] if "table_id" in frame else frame
    return rows.drop(columns=[c for c in frame if c.endswith("_zh") and c.removesuffix("_zh") in frame])


def _differences(table: str, ours: pd.DataFrame, theirs: pd.DataFrame) -> list[str]:
    columns = [c for c in info(contracts.ALL[table]) if c.name in ours]
    if set(ours.columns) != set(theirs.columns):
        return [f"{table}: columns {sorted(set(ours.columns) ^ set(theirs.columns))} are in one only"]
    keys = [c.name for c in columns if c.key]
    pairs = ours.merge(theirs, on=keys, how="outer", suffixes=("", " plain"), indicator=True, validate="one_to_one")
    alone = int((pairs["_merge"] != "both").sum())
    if alone:
        return [
            f"{table}: {alone} rows are in one only, such as {pairs.loc[pairs['_merge'] != 'both', keys].iloc[0].to_dict()}"
        ]
    numbers = pd.DataFrame({c.name: pairs[c.name].abs() for c in columns if c.dtype == "number"}, index=pairs.index)
    lines = []
    for c in columns:
        if not c.key:
            same_unit = [d.name for d in columns if d.dtype == "number" and d.unit == c.unit]
            largest = numbers[same_unit].max(axis=1) if c.unit != "1" else pd.Series(1.0, index=pairs.index)
            differ = ~_equal(pairs[c.name], pairs[f"{c.name} plain"], largest if c.dtype == "number" else None)
            if differ.any():
                first = pairs[differ].iloc[0]
                lines.append(
                    f"{table}.{c.name}: {int(differ.sum())} of {len(pairs)} differ, such as "
                    f"{first[c.name]!r} and {first[f'{c.name} plain']!r} at {first[keys].to_dict()}"
                )
    return lines


def _equal(a: pd.Series, b: pd.Series, largest: pd.Series | None) -> np.ndarray:
    gaps = a.isna().to_numpy() & b.isna().to_numpy()
    if largest is not None:
        x, y = a.to_numpy(float), b.to_numpy(float)
        slack = np.maximum(RELATIVE * np.maximum(np.abs(x), np.abs(y)), LAST_BITS * largest.to_numpy(float))
        return gaps | (np.abs(x - y) <= slack)
    known = (a.notna() & b.notna()).to_numpy()
    gaps[known] = a[known].astype(object).to_numpy() == b[known].astype(object).to_numpy()
    return gaps
