"""Plausibility: what looks wrong though it adds up. One query a rule in plausibility/; each gives every case it tests, with
`beyond` where the figure needs review. Findings warn, they never stop a publication."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from jjj_pipeline.quality.findings import describe
from jjj_pipeline.storage.parquet_store import base_tables

FOLDER = Path(__file__).parent / "plausibility"
_HEAD = re.compile(r"-- zh: (?P<zh>.+)\n-- en: (?P<en>.+)\n")


class Rule(NamedTuple):
    id: str
    zh: str
    en: str
    sql: str


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in order of name."""
    found = []
    for path in sorted(FOLDER.glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        head = _HEAD.match(sql)
        assert head, f"{path.name} begins with two lines: -- zh: …, -- en: …"
        found.append(Rule(path.stem, head["zh"], head["en"], sql))
    return tuple(found)


@cache
def tables() -> tuple[str, ...]:
    """The tables the rules read."""
    return tuple(sorted({t for rule in rules() for t in base_tables(rule.sql)}))


def implausible(query: Callable[[str], pd.DataFrame]) -> tuple[pd.DataFrame, dict[str, int]]:
    """(every figure needing review, number of cases tested by each rule); `query` runs SQL over `tables()`."""
    frames, counts = [], {}
    for rule in rules():
        cases = query(rule.sql)
        counts[rule.id] = len(cases)
        found = cases[cases["beyond"].eq(True)].drop(columns="beyond")
        frames.append(describe(found.assign(check_id=rule.id, severity="warning")))
    return pd.concat(frames, ignore_index=True), counts
