"""Columns as the explorer's page gets them: what is packed is what comes out, in every form of packing."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pandas as pd
import pytest

from jjj_pipeline.report.explorer import columns


def unpacked(column: dict[str, list[Any]]) -> list[Any]:
    """A packed column as a list, by the description of the format."""
    if "values" in column:
        return column["values"]
    codes = column.get("codes") or [
        v for v, n in zip(column["runs"][::2], column["runs"][1::2], strict=True) for _ in range(n)
    ]
    return [None if code < 0 else column["words"][code] for code in codes] if "words" in column else codes


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("words codes", ["a", "b", "a", None, "b", "a", "b"]),
        ("words runs", ["a"] * 6 + ["b"] * 6 + [None] * 3),
        ("values", ["12", "7.50", "3", None]),
        ("values", [1.5, 2.0, None, 4.25]),
        ("runs", [0.05] * 8 + [None] * 8 + [3.0]),
    ],
)
def test_a_column_comes_out_as_it_went_in(form: str, values: list[Any]) -> None:
    packed = columns.column(pd.Series(values))
    assert " ".join(packed) == form
    assert unpacked(json.loads(json.dumps(packed))) == values


def test_a_printed_literal_keeps_its_zeros() -> None:
    assert columns.column(pd.Series(["7.50", "7.5", "7.500"]))["values"] == ["7.50", "7.5", "7.500"]


def test_equal_content_gives_equal_bytes() -> None:
    content = {"n": 1, "columns": {"地区": {"values": ["北京"]}}}
    assert columns.blob(content) == columns.blob(content)
    assert json.loads(gzip.decompress(base64.b64decode(columns.blob(content)))) == content
