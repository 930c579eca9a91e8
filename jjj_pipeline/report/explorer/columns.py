"""Tables packed as columns for a browser: each column in the form that compresses best, all of it as JSON, gzip and base64.
What the columns mean is defined by the query; assets/store.js unpacks them."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import numpy as np
import pandas as pd

RUNS = 0.5  # a column of which at most this part are changes is packed as runs
DISTINCT = 0.5  # texts of which more than this part differ are packed as they are


def packed(rows: pd.DataFrame) -> dict[str, Any]:
    """A table as columns: {"n": number of rows, "columns": {name: packed column}}."""
    return {"n": len(rows), "columns": {str(name): column(rows[name]) for name in rows.columns}}


def column(values: pd.Series) -> dict[str, list[Any]]:
    """One column: texts as a list of words and codes, few changes as runs (value, length, value, length ...),
    numbers as they are. A missing text has the code -1, a missing number is null.

    >>> column(pd.Series(["a", "a", "b"]))
    {'words': ['a', 'b'], 'codes': [0, 0, 1]}
    >>> column(pd.Series([1.5, 1.5, 1.5, 1.5, 2.0, None]))
    {'runs': [1.5, 4, 2, 1, None, 1]}
    """
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        return _runs(numbers) or {"values": _plain(numbers)}
    codes, words = pd.factorize(values)
    if len(words) > DISTINCT * len(values):
        return {"values": [None if v is pd.NA or v != v else str(v) for v in values]}
    return {"words": [str(w) for w in words], **(_runs(codes) or {"codes": codes.tolist()})}


def _runs(values: np.ndarray[Any, Any]) -> dict[str, list[Any]] | None:
    """Equal neighbours as value and length; None where that is no shorter."""
    if not len(values):
        return {"runs": []}
    with np.errstate(invalid="ignore"):
        same = (values[1:] == values[:-1]) | ((values[1:] != values[1:]) & (values[:-1] != values[:-1]))
    starts = np.concatenate(([0], np.flatnonzero(~same) + 1))
    if len(starts) > RUNS * len(values):
        return None
    lengths = np.diff(np.append(starts, len(values)))
    pairs = zip(_plain(values[starts]), lengths.tolist(), strict=True)
    return {"runs": [n for pair in pairs for n in pair]}


def _plain(values: np.ndarray[Any, Any]) -> list[float | int | None]:
    """Numbers for JSON: whole ones without `.0`, missing ones as null."""
    return [None if v != v else int(v) if v == int(v) else v for v in values.tolist()]


def blob(content: Any) -> str:
    """JSON as base64 of gzip; equal content gives equal text."""
    return compressed(json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def compressed(text: str) -> str:
    """A text as base64 of gzip."""
    return base64.b64encode(gzip.compress(text.encode(), 5, mtime=0)).decode()
