"""Two verdicts for each claim of a file: from the text's own printed figures, and from the warehouse. Pure function.

`exact`, `consistent`, `inconsistent`, or `untestable` with what is missing. The warehouse's figures of the same text
are never evidence. Statements of direction are decided only where the intervals do not overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pandas as pd

from jjj_pipeline.claims.diagnose import NOTHING, Diagnoser, Diagnosis, Identity, printed_text
from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.parse import COUNTS, Claim, ClaimFile
from jjj_pipeline.claims.quantity import (
    EXACT,
    INCONSISTENT,
    UNTESTABLE,
    DataKey,
    Key,
    Leaf,
    Measured,
    Side,
    measure,
    plain,
    verdict_of_figure,
    verdict_of_order,
    verdict_of_trend,
)
from jjj_pipeline.measures.printed_figure import Figure

COLUMNS = [
    "claim_id", "place", "paraphrase", "kind", "claim", "internal", "external", "low", "high", "low_external", "high_external",
    "point", "resolution", "figures", "evidence", "releases", "diagnosis", "diagnosis_kind", "missing", "note",
]  # fmt: skip
NUMBERS = ["low", "high", "low_external", "high_external", "point", "resolution"]


@dataclass
class _Outcome:
    """What one side says: verdict, value and interval in the claim's printed unit, and what is missing."""

    verdict: str = UNTESTABLE
    point: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    resolution: Decimal | None = None
    missing: str = ""
    releases: list[str] = field(default_factory=list)


def judge(
    claims: ClaimFile,
    panel: pd.DataFrame | None = None,
    flows: pd.DataFrame | None = None,
    rankings: pd.DataFrame | None = None,
    observations: pd.DataFrame | None = None,
    *,
    units: Mapping[str, str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """One row per claim, in the file's order.

    `panel`, `flows`, `rankings`, `observations` are core.panel, core.flow, core.ranking and core.observation (all
    releases); `units` maps indicators to the catalogue's units, `groups` group codes to their members."""
    keys = [
        k for c in claims.claims for k in [*(c.data.all_keys() if c.data else []), c.ranking] if isinstance(k, DataKey)
    ]
    evidence = Evidence(
        panel, flows, rankings, observations,
        units=units or {}, source=claims.source, groups=groups, wanted={k.indicator for k in keys},
    )  # fmt: skip
    book: dict[Key, Figure] = {key: figure for key, figure in claims.book.items()}  # noqa: C416
    for claim in claims.claims:
        for key in claim.data.all_keys() if claim.data else []:
            figure = evidence.figure(key) if isinstance(key, DataKey) else None
            if figure is not None:
                book[key] = figure
    outcomes = {c.id: (_internal(c, book), _external(c, book, evidence)) for c in claims.claims}
    diagnoser = Diagnoser(book, _identities(claims, outcomes), evidence)
    diagnoses = {c.id: _diagnose(c, *outcomes[c.id], diagnoser) for c in claims.claims}
    repairs: dict[Key, Figure] = {d.key: d.figure for d in diagnoses.values() if d.figure is not None}
    for claim in claims.claims:
        if claim.claim_key is None and claim.printed is not None:
            diagnoses[claim.id] = _rests(claim, claim.printed, book, repairs)
    return _frame([_row(c, *outcomes[c.id], diagnoses[c.id], _rests_on(c, book)) for c in claims.claims])


def _rests_on(claim: Claim, book: Mapping[Key, Figure]) -> dict[str, str]:
    """The figures of the text and the keys of the warehouse that a claim is computed from."""
    printed = [book[k].literal for k in claim.printed.all_keys()] if claim.printed else []
    keys = [k for k in [*(claim.data.all_keys() if claim.data else []), claim.ranking] if isinstance(k, DataKey)]
    return {"figures": "; ".join(printed), "evidence": "; ".join(k.short() for k in keys)}


def _rests(claim: Claim, side: Side, book: Mapping[Key, Figure], repairs: Mapping[Key, Figure]) -> Diagnosis:
    """A statement of direction that rests on figures which want repair: what it comes to with them repaired."""
    wrong = [key for key in side.all_keys() if key in repairs]
    if not wrong:
        return NOTHING
    names = " and ".join(f"{book[k].literal}, which should read {printed_text(repairs[k])}" for k in wrong)
    after = _verdict(claim, side, {**book, **repairs})
    rates = after.low is not None and after.high is not None and abs(after.high) < 1
    span = f" (difference {100 * after.low:.2f} to {100 * after.high:.2f} points)" if rates else ""  # type: ignore[operator]
    return Diagnosis("rests", f"rests on {names}; with that the verdict is {after.verdict}{span}")


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype(dict.fromkeys(NUMBERS, "float64"))


def _row(
    claim: Claim, internal: _Outcome, external: _Outcome, diagnosis: Diagnosis, rests_on: Mapping[str, str]
) -> dict[str, Any]:
    shown = internal if internal.low is not None else external
    missing = [
        f"{name}: {side.missing}" for name, side in (("internal", internal), ("external", external)) if side.missing
    ]
    return {
        "claim_id": claim.id, "place": claim.place, "paraphrase": claim.paraphrase, "kind": claim.kind, "claim": claim.claim,
        "internal": internal.verdict, "external": external.verdict, "low": shown.low, "high": shown.high,
        "low_external": external.low, "high_external": external.high, "point": shown.point, "resolution": shown.resolution,
        "releases": "; ".join(dict.fromkeys(external.releases)), "diagnosis": diagnosis.text, "diagnosis_kind": diagnosis.kind,
        "missing": "; ".join(missing), "note": claim.note, **rests_on,
    }  # fmt: skip


def _internal(claim: Claim, book: Mapping[Key, Figure]) -> _Outcome:
    if claim.printed is None:
        return _Outcome(missing="the text prints no figures it follows from")
    return _verdict(claim, claim.printed, book)


def _external(claim: Claim, book: Mapping[Key, Figure], evidence: Evidence) -> _Outcome:
    if claim.ranking is not None:
        return _ranking(claim, evidence)
    if claim.data is None:
        return _Outcome(missing=claim.missing or "no outside figure of this scope is known")
    keys = [k for k in claim.data.all_keys() if isinstance(k, DataKey)]
    absent = [str(k) for k in keys if k not in book]
    if absent:
        return _Outcome(missing="no figure of " + ", ".join(absent))
    outcome = _wrong_unit(claim, book) or _verdict(claim, claim.data, book)
    outcome.releases = [book[k].literal for k in keys]
    return outcome


def _wrong_unit(claim: Claim, book: Mapping[Key, Figure]) -> _Outcome | None:
    """人 is no 人年: a level is compared only with figures of its unit (件, 家, 个 … are all counts)."""
    quantity = claim.data.quantities.get("value") if claim.data else None
    if claim.claim_key is None or not isinstance(quantity, Leaf):
        return None
    printed, found = plain(book[claim.claim_key]).unit, plain(book[quantity.key]).unit
    if printed == found or not printed or {printed, found} <= COUNTS:
        return None
    return _Outcome(missing=f"a figure in {printed}: {quantity.key} is in {found}")


def _ranking(claim: Claim, evidence: Evidence) -> _Outcome:
    assert claim.ranking is not None
    found = evidence.ranking(claim.ranking)
    if found is None:
        return _Outcome(missing=f"no ranking of {claim.ranking}")
    same = tuple(found[0][: len(claim.order)]) == claim.order
    return _Outcome(EXACT if same else INCONSISTENT, releases=[found[1]])


def _verdict(claim: Claim, side: Side, book: Mapping[Key, Figure]) -> _Outcome:
    measured = {name: measure(q, book) for name, q in side.quantities.items()}
    if claim.claim_key is not None:
        return _numeric(claim, book[claim.claim_key], measured["value"])
    if claim.kind == "trend":
        verdict = verdict_of_trend(claim.direction, measured["start"], measured["end"])
        return _decided(verdict, measured["end"], measured["start"])
    if claim.kind == "compare":
        left, right = measured["left"], measured["right"]
        return _decided(
            verdict_of_order(left, right) if claim.direction == ">" else verdict_of_order(right, left), left, right
        )
    return _order(claim.order, measured)


def _numeric(claim: Claim, literal: Figure, measured: Measured | None) -> _Outcome:
    verdict = verdict_of_figure(literal, measured)
    if measured is None:
        return _Outcome(missing="the quantity is not defined for these figures")
    figure = plain(literal)
    outcome = _Outcome(verdict, point=measured.point / figure.scale)
    if measured.interval is not None:
        outcome.low, outcome.high = measured.interval.low / figure.scale, measured.interval.high / figure.scale
        outcome.resolution = measured.interval.width / figure.step if figure.step else None
    elif verdict == UNTESTABLE:
        outcome.missing = "the digits are too few for an interval"
    return outcome


def _decided(verdict: str, first: Measured | None, second: Measured | None) -> _Outcome:
    """A direction, with the difference of the two sides as its interval."""
    outcome = _Outcome(verdict)
    if first is None or second is None:
        outcome.missing = "the quantity is not defined for these figures"
        return outcome
    outcome.point = first.point - second.point
    if first.interval and second.interval:
        outcome.low, outcome.high = first.interval.low - second.interval.high, first.interval.high - second.interval.low
    if verdict == UNTESTABLE:
        outcome.missing = "more digits: the intervals overlap, so the direction is not decided"
    return outcome


def _order(order: tuple[str, ...], measured: Mapping[str, Measured | None]) -> _Outcome:
    """A ranking from figures: each place above the next, the last above all that are not named."""
    rest = [m for name, m in measured.items() if name not in order]
    places = [measured.get(name) for name in order]
    verdicts = [verdict_of_order(a, b) for a, b in pairwise(places)]
    verdicts += [verdict_of_order(places[-1], other) for other in rest]
    if INCONSISTENT in verdicts:
        return _Outcome(INCONSISTENT)
    if UNTESTABLE in verdicts:
        return _Outcome(missing="more digits: the intervals overlap, so the order is not decided")
    return _Outcome(EXACT)


def _identities(claims: ClaimFile, outcomes: Mapping[str, tuple[_Outcome, _Outcome]]) -> list[Identity]:
    out = []
    for claim in claims.claims:
        if claim.claim_key is None:
            continue
        sides = (("internal", claim.printed, True), ("external", claim.data, not claim.other_scope))
        for (name, side, decides), outcome in zip(sides, outcomes[claim.id], strict=True):
            if side is not None and outcome.verdict != UNTESTABLE:
                out.append(Identity(claim.id, claim.kind, name, claim.claim_key, side.quantities["value"], decides))
    return out


def _diagnose(claim: Claim, internal: _Outcome, external: _Outcome, diagnoser: Diagnoser) -> Diagnosis:
    """The first explanation found, the text's own figures before the data."""
    if claim.claim_key is None:
        return NOTHING
    for name, side, outcome in (("internal", claim.printed, internal), ("external", claim.data, external)):
        if side is None or outcome.verdict != INCONSISTENT:
            continue
        decides = name == "internal" or not claim.other_scope
        failed = Identity(claim.id, claim.kind, name, claim.claim_key, side.quantities["value"], decides)
        diagnosis = diagnoser.explain(failed)
        if diagnosis.kind:
            return diagnosis
        if not decides:
            return Diagnosis("plausible", f"plausible: the data are of another scope ({claim.other_scope})")
    return NOTHING
