"""Files of claims that are meant to hurt: one line each, in little time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from jjj_pipeline.claims.claims_file import load_claims
from jjj_pipeline.errors import BadInput
from tests.unit.test_yaml_file import BOMB

CLAIM = (
    "article: {{title: x, source: none}}\nclaims:\n"
    "- {{id: a, place: p, kind: sum, claim: {claim}, from_printed: {{parts: [{parts}]}}}}\n"
)
HOSTILE = {
    "an alias bomb": (BOMB, "aliases included"), "a recursive alias": ("claims: &c\n- *c\n", "an alias of an anchor above it"),
    "3,000 levels": ("claims: " + "[" * 3000 + "]" * 3000, "at most 40 levels"),
    "20,000 parts": (CLAIM.format(claim="5 万元", parts=", ".join(["1 万元"] * 20_000)), "at most"),
    "500 digits": (CLAIM.format(claim="9" * 500, parts="1, 2"), "at most 30 digits"),
    "500 digits of a denominator": (CLAIM.format(claim=f"1/{'9' * 500}", parts="1, 2"), "at most 30 digits"),
    "31 digits after the point": (CLAIM.format(claim=f"1.{'1' * 31}", parts="1, 2"), "at most 30 digits"),
    "no mapping": ("- a\n", "a mapping"), "empty": ("", "a mapping"), "a scalar": ("x\n", "a mapping"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_refused_in_one_line_and_little_time(what: str, tmp_path: Path) -> None:
    text, expected_text = HOSTILE[what]
    path = tmp_path / "claims.yml"
    path.write_text(text, encoding="utf-8")
    started = time.process_time()
    with pytest.raises(BadInput) as refused:
        load_claims(path)
    assert time.process_time() - started < 5
    lines = str(refused.value).splitlines()
    assert expected_text in lines[0] and lines[0].startswith("claims.yml")
    assert all(len(line) < 1500 for line in lines)
