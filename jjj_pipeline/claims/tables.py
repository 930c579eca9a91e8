"""Judgements as rows of mart.claim_check, as a short table for people, and as a page. No verdict is made here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.claims.catalog_names import CatalogNames
from jjj_pipeline.claims.claims_file import load_claims
from jjj_pipeline.claims.evidence import Evidence, Facts
from jjj_pipeline.claims.judge import Judgement, judge_claims
from jjj_pipeline.claims.model import Bilingual, Claim, ClaimFile
from jjj_pipeline.claims.reasons import VERDICTS, Language, Reason, joined, reason, rendered
from jjj_pipeline.contracts import table_formatting

EVIDENCE = ("core.panel", "core.flow", "core.ranking", "core.observation")  # what claims are held against
COLUMNS = [
    "claim_id", "place", "paraphrase", "paraphrase_zh", "kind", "claim", "claim_en", "claim_zh", "internal", "external",
    "computed", "low", "high", "low_external", "high_external", "point", "resolution", "figures", "evidence", "releases",
    "crosses_break", "diagnosis", "diagnosis_zh", "diagnosis_kind", "missing", "missing_zh", "note",
]  # fmt: skip
NUMBERS = ["low", "high", "low_external", "high_external", "point", "resolution"]
FIRST = ["claim_id", "internal", "external", "low", "high", "diagnosis"]
DIRECTIONS = {"up": "上升", "down": "下降", "flat": "持平"}


def evidence_of(catalog: Catalog, *tables: pd.DataFrame | None, source: str = "") -> Evidence:
    """The evidence in the tables of EVIDENCE (none: only the text itself is judged)."""
    return Evidence(*tables, facts=Facts.of(catalog), source=source)


def judge(claims: ClaimFile, evidence: Evidence) -> pd.DataFrame:
    """One row per claim, in the file's order: the columns of COLUMNS."""
    return as_frame(judge_claims(claims.claims, claims.book, evidence), evidence.facts.names)


def judge_file(path: Path, catalog: Catalog, *tables: pd.DataFrame | None) -> tuple[ClaimFile, pd.DataFrame]:
    """One file of claims and its verdicts; `tables` are those of EVIDENCE. Raises ClaimMistakes."""
    claims = load_claims(path, CatalogNames(catalog))
    return claims, judge(claims, evidence_of(catalog, *tables, source=claims.source))


def claim_check(catalog: Catalog, *tables: pd.DataFrame) -> pd.DataFrame:
    """Every claim of every file in catalog/claims with its verdicts."""
    frames = []
    for path in sorted((catalog.folder / "claims").glob("*.yml")):
        _, verdicts = judge_file(path, catalog, *tables)
        verdicts.insert(0, "claim_file", path.stem)
        frames.append(verdicts)
    empty = pd.DataFrame(columns=["claim_file", *COLUMNS])
    found = pd.concat(frames, ignore_index=True) if frames else empty
    text = [c for c in found.columns if found[c].dtype != "float64"]
    return found.assign(**{c: found[c].replace({"": None}) for c in text})


# rows -------------------------------------------------------------------------------------------------------------


def as_frame(judgements: Sequence[Judgement], names: CatalogNames) -> pd.DataFrame:
    """Judgements as rows, missing texts as ''."""
    frame = pd.DataFrame([_row(j, names) for j in judgements], columns=COLUMNS)
    return frame.astype(dict.fromkeys(NUMBERS, "float64"))


def _row(judgement: Judgement, names: CatalogNames) -> dict[str, Any]:
    claim, internal, external, diagnosis = (
        judgement.claim, judgement.internal, judgement.external, judgement.diagnosis,
    )  # fmt: skip
    shown = internal if internal.low is not None else external
    named = claim_text(claim, names)
    sides = {n: s.missing for n, s in (("internal", internal), ("external", external)) if s.missing is not None}
    if len(sides) == 2 and sides["internal"].code == "no_printed":
        del sides["internal"]
    missing = [reason("side", side=VERDICTS[name], reason=what) for name, what in sides.items()]
    labels = external.choice.labels if external.choice else ()
    return {
        "claim_id": claim.id, "place": claim.place, "paraphrase": claim.paraphrase.en, "paraphrase_zh": claim.paraphrase.zh,
        "kind": claim.kind, "claim": claim.claim, "claim_en": named.en, "claim_zh": named.zh, "internal": internal.verdict,
        "external": external.verdict, "computed": computed(judgement), "low": shown.low, "high": shown.high,
        "low_external": external.low, "high_external": external.high, "point": shown.point, "resolution": shown.resolution,
        "figures": "; ".join(judgement.figures), "evidence": "; ".join(k.short() for k in judgement.evidence),
        "releases": "; ".join(dict.fromkeys(labels)), "crosses_break": "; ".join(external.breaks),
        "diagnosis": _in_language(diagnosis.reason, "en"), "diagnosis_zh": _in_language(diagnosis.reason, "zh"),
        "diagnosis_kind": diagnosis.kind, "missing": joined(missing, "en"), "missing_zh": joined(missing, "zh"),
        "note": claim.note,
    }  # fmt: skip


def _in_language(sentence: Reason | None, lang: Language) -> str:
    return sentence.text(lang) if sentence else ""


def computed(judgement: Judgement) -> str:
    """The value that the claim is held against, in its unit: the failing side's, else the warehouse's, else the text's own."""
    internal, external = judgement.internal, judgement.external
    if internal.verdict == "inconsistent":
        return internal.shown
    return external.shown or internal.shown


def claim_text(claim: Claim, names: CatalogNames) -> Bilingual:
    """A claim with names of places for codes, and a direction in words."""
    if claim.kind == "trend":
        return Bilingual(DIRECTIONS[claim.claim], claim.claim)
    if claim.kind in ("compare", "rank") and not claim.named.zh.isdigit():
        sign = f" {claim.direction} " if claim.kind == "compare" else " > "
        if claim.named.zh != claim.named.en:
            return claim.named
        parts = [names.called(part) for part in claim.order]
        return Bilingual(sign.join(p.zh for p in parts), sign.join(p.en for p in parts))
    return Bilingual(claim.claim, claim.claim)


# for people -------------------------------------------------------------------------------------------------------

HEADINGS: dict[str, Bilingual] = {
    "claim_id": Bilingual("编号", "claim_id"),
    "claim": Bilingual("所印", "claim"),
    "internal": Bilingual("文内", "internal"),
    "external": Bilingual("数据", "external"),
    "computed": Bilingual("算得", "computed"),
    "why": Bilingual("原因", "why"),
    "paraphrase": Bilingual("内容", "paraphrase"),
    "claims": Bilingual("条数", "claims"),
}


def failing(verdicts: pd.DataFrame) -> pd.Series:
    """Claims that do not hold; a difference of scope is not a failure."""
    bad = (verdicts["internal"] == "inconsistent") | (verdicts["external"] == "inconsistent")
    return bad & (verdicts["diagnosis_kind"].fillna("") != "scope")


def verdict_table(verdicts: pd.DataFrame, *, brief: bool, lang: Language = "en") -> pd.DataFrame:
    """The verdicts as they are printed, `FIRST` first; brief: what a reader needs beside the claim, in one language."""
    if not brief:
        return verdicts[[*FIRST, *(c for c in verdicts.columns if c not in FIRST)]]
    suffix = "_zh" if lang == "zh" else ""
    open_both = (verdicts["internal"] == "untestable") & (verdicts["external"] == "untestable")
    why = verdicts[f"diagnosis{suffix}"].fillna("")
    why = why.where((why != "") | ~open_both, verdicts[f"missing{suffix}"].fillna(""))
    found = pd.DataFrame({
        "claim_id": verdicts["claim_id"], "claim": verdicts["claim_zh" if lang == "zh" else "claim_en"],
        "internal": verdicts["internal"].map(lambda v: rendered(VERDICTS[v], lang)),
        "external": verdicts["external"].map(lambda v: rendered(VERDICTS[v], lang)),
        "computed": verdicts["computed"].fillna(""), "why": why,
    })  # fmt: skip
    return found.rename(columns=_headings(lang))


def _headings(lang: Language) -> dict[str, str]:
    return {name: rendered(text, lang) for name, text in HEADINGS.items()}


PAGE: dict[str, Bilingual] = {
    "judged": Bilingual("核对：", "Judged: "),
    "about": Bilingual(
        "{n}条论断。*文内*：与文章自己所印数字对照；*数据*：与数据库对照，从不用同一文章的数字。*相符*：算出的值四舍五入后等于所印；"
        "*相容*：所印落在数位容许的区间之内，或有界限词、口径变动、版本之别；*不符*：都不合；*无从检验*：缺少数字，并注明缺什么。",
        "{n} claims. *internal*: against the text's own printed figures; *external*: against the warehouse, never against "
        "figures of the same text. *exact*: the computed value rounds to the claim; *consistent*: the claim meets the interval "
        "the printed digits allow, or is a bound, crosses a break or holds on one release only; *inconsistent*: it does not "
        "hold; *untestable*: something is missing, and is named.",
    ),
    "fails": Bilingual("不成立的", "What does not hold"),
    "scope": Bilingual("口径不同，不作判断", "Of another scope, not judged"),
    "every": Bilingual("全部论断", "Every claim"),
    "out": Bilingual("不在范围内", "Out of scope"),
    "paragraphs": Bilingual("第{places}段：{what}", "paragraphs {places}: {what}"),
}


def document(claims: ClaimFile, verdicts: pd.DataFrame, lang: Language = "en") -> str:
    """The verdicts as a page: what was judged and how it came out, what does not hold, every claim, what is out of scope."""
    article, labels = claims.article, {name: rendered(text, lang) for name, text in PAGE.items()}
    head = f"{article.get('title', claims.path)}" + (f", {article['publisher']}" if article.get("publisher") else "")
    counts = verdicts.groupby(["internal", "external"], sort=True).size().rename("claims").reset_index()
    for column in ("internal", "external"):
        counts[column] = counts[column].map(lambda v: rendered(VERDICTS[v], lang))
    brief = verdict_table(verdicts, brief=True, lang=lang)
    other_scope = verdicts["diagnosis_kind"].fillna("") == "scope"
    paraphrase = verdicts["paraphrase_zh" if lang == "zh" else "paraphrase"].fillna("")
    parts = [
        f"# {labels['judged']}{head}",
        labels["about"].format(n=len(verdicts)),
        table_formatting.markdown(counts.rename(columns=_headings(lang))),
        f"## {labels['fails']}",
        table_formatting.markdown(brief[failing(verdicts)]),
    ]
    if other_scope.any():
        parts += [f"## {labels['scope']}", table_formatting.markdown(brief[other_scope])]
    parts += [
        f"## {labels['every']}",
        table_formatting.markdown(brief.assign(**{_headings(lang)["paraphrase"]: paraphrase})),
    ]
    if claims.out_of_scope:
        listed = "\n".join(f"- {labels['paragraphs'].format(**entry)}" for entry in claims.out_of_scope)
        parts += [f"## {labels['out']}", listed]
    return "\n\n".join(parts)
