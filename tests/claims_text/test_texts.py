"""Whole texts against their gold standard: those of tests/fixtures/texts, the frozen ones apart, and where they are present the practice
texts and the article the project started from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from pathlib import Path

import pytest

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.claims import EVIDENCE, judge_file
from jjj_pipeline.claims.text import result
from jjj_pipeline.claims.text.result import CheckedText
from jjj_pipeline.publish.published_file import open_published, query
from jjj_pipeline.settings import Settings, default_settings
from tests.claims_text.scoring import Score, read_gold, score
from tests.conftest import ROOT

TEXTS = ROOT / "tests" / "fixtures" / "texts"
Check = Callable[[str], CheckedText]


def scored(folder: Path, check: Check, record: Callable[[str, object], None]) -> Score:
    total = Score()
    listed: list[str] = []
    for name, gold in read_gold(folder / "gold.csv").items():
        rows = [
            {k: str(v) for k, v in row.items()}
            for row in result.rows(check((folder / f"{name}.txt").read_text(encoding="utf-8")))
        ]
        found = score(gold, rows)
        record(name, found.line())
        if folder.name == "frozen":
            listed.append(f"| `{name}` | {' | '.join(map(str, found.columns()))} |")
        total = total + found
    record(f"{folder.name}, together", total.line())
    for page in ("check_a_text.md", "check_a_text.zh-CN.md"):
        printed = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
        assert [line for line in listed if line not in printed] == []  # what the pages for editors state
    return total


def within_limits(total: Score) -> None:
    """The limits set for texts that were not tuned to."""
    assert total.found >= 0.85 * total.claims
    assert total.understood >= 0.65 * total.claims
    assert total.false_claims <= 0.05 * total.others
    assert total.false_alarms <= 0.01 * total.verdicts
    assert total.missed_errors <= 0.02 * total.verdicts


def test_the_gold_standard_names_what_stands_in_the_texts() -> None:
    for folder in (TEXTS, TEXTS / "frozen"):
        for name, gold in read_gold(folder / "gold.csv").items():
            text = (folder / f"{name}.txt").read_text(encoding="utf-8")
            assert [g["literal"] for g in gold] == [text[int(g["char_start"]) : int(g["char_end"])] for g in gold]


def test_own_texts(checked: Check, record_property: Callable[[str, object], None]) -> None:
    total = scored(TEXTS, checked, record_property)
    within_limits(total)
    assert (total.false_alarms, total.missed_errors) == (0, 0)


def test_frozen_texts(checked: Check, record_property: Callable[[str, object], None]) -> None:
    within_limits(scored(TEXTS / "frozen", checked, record_property))


def test_practice_texts(checked: Check, shared: Path, record_property: Callable[[str, object], None]) -> None:
    if not (shared / "texts").is_dir():
        pytest.skip("the practice texts are not here")
    total = scored(shared / "texts", checked, record_property)
    within_limits(total)


def test_the_article_against_its_claims_written_by_hand(
    checked: Check, warehouse: Settings, shared: Path, record_property: Callable[[str, object], None]
) -> None:
    """Each printed figure of the claims of the catalogue: found in its paragraph, understood as the same kind of the same
    figures of the warehouse, given the same two verdicts. Claims without a figure (trends, orders, comparisons) are not looked
    for. Figures that the warehouse has from the article itself confirm a text; the file by hand leaves them out."""
    text = checked((shared / "seed" / "article.txt").read_text(encoding="utf-8"))
    catalog = load_catalog(default_settings().catalog)
    with open_published(warehouse.duckdb) as con:
        tables = [query(con, f"from {table}") for table in EVIDENCE]
        own = {
            r[0]
            for r in con.execute(
                "select indicator from core.preferred where source = 'article' union select indicator from core.flow where source = 'article'"
            ).fetchall()
        }
    _, verdicts = judge_file(catalog.folder / "claims" / "jingjinji_article.yml", catalog, *tables)
    rows: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in result.rows(text):
        if row["kind"]:
            rows.setdefault((str(row["paragraph"]), _bare(str(row["literal"]))), []).append(row)
    claims = verdicts[~verdicts["kind"].isin(["trend", "compare", "rank"]) & (verdicts["claim_id"] != "shares_add_up")]
    counts: Counter[str] = Counter()
    apart: list[str] = []
    for claim in claims.to_dict("records"):
        found = rows.get((str(claim["place"]), _bare(str(claim["claim"]))), [])
        counts["printed"] += 1
        counts["found"] += bool(found)
        same = [r for r in found if _same_claim(claim, r)]
        counts["understood"] += bool(same)
        judged = [r for r in same if (r["internal"], r["external"]) == (claim["internal"], claim["external"])]
        counts["judged the same"] += bool(judged)
        if same and not judged:
            from_article = any(str(r["indicator"]).removeprefix("flow:") in own for r in same)
            counts[OWN] += from_article
            careful = any(
                "inconsistent" in (claim["external"], claim["internal"]) and r["status"] != "contradicted" for r in same
            )
            counts["left open"] += careful and not from_article
            apart.append(str(claim["claim_id"]))
    record_property("claims of the article", f"{dict(counts)}; apart: {' '.join(apart)}")
    assert counts["found"] >= 0.95 * counts["printed"]
    assert counts["understood"] >= 0.85 * counts["printed"]
    assert counts["judged the same"] + counts[OWN] >= 0.75 * counts["printed"]


OWN = "confirmed by the article's own figures in the warehouse"


def _bare(literal: str) -> str:
    return literal.replace(" ", "").replace("倍", "").removeprefix("近").replace("1/3", "三分之一")


def _same_claim(claim: dict[Hashable, object], row: dict[str, object]) -> bool:
    """The same kind, and the same figures of the warehouse where both name some."""
    plain = {"sum": "value", "difference": "value", "bound": "share"}
    kinds = [plain.get(k, k) for k in (str(claim["kind"]), str(row["kind"]).rpartition("/")[2])]
    mine, theirs = ({e for e in str(x["evidence"]).split("; ") if e} for x in (claim, row))
    return kinds[0] == kinds[1] and (not mine or not theirs or mine == theirs)


def test_the_article(checked: Check, shared: Path) -> None:
    """The two misprints that are known: firm R&D ten times too small in 2011 and 2019; and 1.47 for Hebei makes the sum wrong."""
    text = checked((shared / "seed" / "article.txt").read_text(encoding="utf-8"))
    contradicted = {c.reading.number.literal for c in text.claims if c.status == "contradicted"}
    assert {"53.43亿元", "93.72亿元", "5.69万件"} <= contradicted <= {"53.43亿元", "93.72亿元", "5.69万件", "1.47万件"}
    exact = {c.reading.number.literal for c in text.claims if c.external.verdict == "exact"}
    assert {"3263.29亿元", "2.27倍", "10.81%", "15.14%", "13163件", "24650件", "2804家"} <= exact
