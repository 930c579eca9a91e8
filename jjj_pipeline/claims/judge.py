"""Two verdicts for each claim: from the text's own printed figures, and from the warehouse. Pure functions.

`exact`, `consistent`, `inconsistent`, or `untestable` with what is missing. The warehouse's figures of the same text are never
evidence. Statements of direction are decided only where the intervals do not overlap. A claim over a break, over figures of low
reliability, or one that only another release bears out is at most consistent, and the reason says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jjj_pipeline.claims import display, release_verdict
from jjj_pipeline.claims.diagnose import NOTHING, Diagnoser, Diagnosis, Equation
from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.kinds import COUNTS
from jjj_pipeline.claims.model import Bilingual, Claim
from jjj_pipeline.claims.outcome import Outcome, outcome_of
from jjj_pipeline.claims.quantity import (
    COUNTED,
    Book,
    DataKey,
    Key,
    Leaf,
    Operation,
    Side,
    keys_of,
    plain,
)
from jjj_pipeline.claims.reasons import VERDICTS, Reason, reason
from jjj_pipeline.claims.release_choice import (
    ReleaseChoice,
    missing_keys,
    release_choices,
)
from jjj_pipeline.claims.verdict import (
    EXACT,
    HOLDS,
    INCONSISTENT,
    UNTESTABLE,
)
from jjj_pipeline.measures.printed_figure import Figure


@dataclass(frozen=True)
class Judgement:
    """A claim with its two outcomes and the explanation of a failure."""

    claim: Claim
    internal: Outcome
    external: Outcome
    diagnosis: Diagnosis
    figures: tuple[str, ...]
    evidence: tuple[DataKey, ...]


def judge_claims(claims: Sequence[Claim], book: Mapping[str, Figure], evidence: Evidence) -> list[Judgement]:
    """A judgement for each claim, in their order. `book` holds the figures of the text by key, as ClaimFile has them."""
    figures: dict[Key, Figure] = dict(book.items())
    outcomes, diagnoser = _outcomes(claims, figures, evidence)
    diagnoses: dict[str, Diagnosis] = {}
    for claim in claims:
        internal, external = outcomes[claim.id]
        diagnoses[claim.id] = diagnosis = _diagnose(claim, internal, external, diagnoser)
        outcomes[claim.id] = internal, _open_over_break(external, diagnosis)
    repaired: dict[Key, Figure] = {d.key: d.figure for d in diagnoses.values() if d.figure is not None}
    for claim in claims:
        if claim.claim_key is None and claim.printed is not None:
            rests = _rests(claim, claim.printed, figures, repaired)
            diagnoses[claim.id] = rests if rests.kind else diagnoses[claim.id]
    return [_judgement(c, outcomes[c.id], diagnoses[c.id], figures) for c in claims]


def outcomes_from_data(claims: Sequence[Claim], book: Mapping[str, Figure], evidence: Evidence) -> dict[str, Outcome]:
    """What the data say of each claim, by its id. A failure is explained only where the verdict hangs on it (across a break):
    explanations take four fifths of the time of `judge_claims`."""
    outcomes, diagnoser = _outcomes(claims, dict(book.items()), evidence)
    for claim in claims:
        internal, external = outcomes[claim.id]
        if external.verdict == INCONSISTENT and external.breaks:
            outcomes[claim.id] = internal, _open_over_break(external, _diagnose(claim, internal, external, diagnoser))
    return {name: external for name, (_, external) in outcomes.items()}


def _outcomes(
    claims: Sequence[Claim], figures: dict[Key, Figure], evidence: Evidence
) -> tuple[dict[str, tuple[Outcome, Outcome]], Diagnoser]:
    """By the id of a claim what the text and what the data say of it, and what explains failures."""
    outcomes = {c.id: (_internal(c, figures), _external(c, figures, evidence)) for c in claims}
    equations = [e for c in claims for e in _equations(c, *outcomes[c.id])]
    named = {k.region for c in claims if c.data for k in c.data.data_keys() if len(c.data.data_keys()) < 10}
    exact_outside = {
        c.claim_key for c in claims if c.claim_key and outcomes[c.id][1].verdict == EXACT and not c.other_scope.en
    }
    return outcomes, Diagnoser(figures, equations, evidence, exact_outside, named)


def _judgement(claim: Claim, outcomes: tuple[Outcome, Outcome], diagnosis: Diagnosis, book: Book) -> Judgement:
    printed = tuple(book[k].literal for k in claim.printed.all_keys()) if claim.printed else ()
    keys = [*(claim.data.data_keys() if claim.data else []), *([claim.ranking] if claim.ranking else [])]
    return Judgement(claim, *outcomes, diagnosis, printed, tuple(keys))


# one side -----------------------------------------------------------------------------------------------------------


def _internal(claim: Claim, book: Book) -> Outcome:
    if claim.printed is None:
        return Outcome(missing=reason("no_printed"))
    return outcome_of(claim, claim.printed, book)


def _external(claim: Claim, book: Book, evidence: Evidence) -> Outcome:
    if claim.ranking is not None:
        return _ranking(claim, evidence)
    if claim.data is None:
        return Outcome(missing=reason("stated", what=claim.missing) if claim.missing.en else reason("no_data"))
    side = _with_held_places(claim.data, evidence)
    found = release_choices(side, evidence)
    if not found:
        absent = missing_keys(side, evidence)
        shown = display.key_names(absent[:3], evidence.facts.names)
        more = Bilingual(f"等{len(absent)}个", f"and {len(absent) - 3} more")
        return Outcome(missing=reason("not_held", figures=(*shown, more) if len(absent) > 3 else shown))
    outcomes = [(r, _on(claim, r, book)) for r in found]
    if mismatch := _other_unit(claim, found[0], book):
        return Outcome(missing=mismatch, choice=found[0])
    outcome = (
        release_verdict.of_direction(outcomes, evidence)
        if claim.claim_key is None
        else release_verdict.of_value(outcomes, evidence)
    )
    return release_verdict.limited(outcome, evidence)


def _with_held_places(side: Side, evidence: Evidence) -> Side:
    """A count over places leaves out those without a figure, and says how many they are."""
    out = {}
    for name, quantity in side.quantities.items():
        if isinstance(quantity, Operation) and quantity.kind in COUNTED:
            own = "place" if quantity.kind == "position" else "threshold"
            held = tuple(
                (n, q)
                for n, q in quantity.args
                if n == own or all(evidence.sourced(k) for k in keys_of(q) if isinstance(k, DataKey))
            )
            unknown = len(quantity.args) - len(held)
            if unknown <= len(quantity.args) // 4:
                quantity = replace(quantity, args=held, unknown=unknown)
        out[name] = quantity
    return Side(out)


def _on(claim: Claim, choice: ReleaseChoice, book: Book) -> Outcome:
    outcome = outcome_of(claim, choice.side, {**book, **choice.figures})
    outcome.choice = choice
    return outcome


def _other_unit(claim: Claim, choice: ReleaseChoice, book: Book) -> Reason | None:
    """人 is no 人年: a level or a quotient is compared only with figures of its unit (件, 家, 个 … are all counts)."""
    quantity = choice.side.quantities.get("value")
    if claim.claim_key is None or quantity is None:
        return None
    claimed = plain(book[claim.claim_key]).unit
    if isinstance(quantity, Leaf):
        held = plain(choice.figures[quantity.key]).unit
    elif quantity.kind == "ratio" and "/" in claimed and all(isinstance(q, Leaf) for _, q in quantity.args):
        held = "/".join(plain(choice.figures[q.key]).unit for _, q in quantity.args if isinstance(q, Leaf))
    elif quantity.kind in ("difference", "sum") and isinstance(first := quantity.args[0][1], Leaf):
        held = plain(choice.figures[first.key]).unit if first.key in choice.figures else claimed
    else:
        return None
    if (
        claimed == held
        or not claimed
        or all(_alike(a, b) for a, b in zip(claimed.split("/"), held.split("/"), strict=False))
    ):
        return None
    return reason("other_unit", claimed=claimed, held=held or "%")


def _alike(one: str, other: str) -> bool:
    return one == other or {one, other} <= COUNTS


def _ranking(claim: Claim, evidence: Evidence) -> Outcome:
    assert claim.ranking is not None
    found = evidence.ranking(claim.ranking)
    if found is None:
        return Outcome(missing=reason("no_ranking", figures=display.key_name(claim.ranking, evidence.facts.names)))
    order, label = found
    same = tuple(order[: len(claim.order)]) == claim.order
    choice = ReleaseChoice(Side(), {}, labels=(label,))
    limits = [] if same else [("order", reason("order", order=" > ".join(order)))]
    return Outcome(EXACT if same else INCONSISTENT, choice=choice, limits=limits)


# failures ---------------------------------------------------------------------------------------------------------


def _equations(claim: Claim, internal: Outcome, external: Outcome) -> list[Equation]:
    if claim.claim_key is None:
        return []
    out = []
    if claim.printed is not None and internal.verdict != UNTESTABLE:
        out.append(Equation(claim.id, claim.kind, "internal", claim.claim_key, claim.printed.quantities["value"]))
    if external.choice is not None and external.verdict != UNTESTABLE:
        quantity = external.choice.side.quantities["value"]
        decides = not claim.other_scope.en
        out.append(
            Equation(claim.id, claim.kind, "external", claim.claim_key, quantity, external.choice.figures, decides)
        )
    return out


def _diagnose(claim: Claim, internal: Outcome, external: Outcome, diagnoser: Diagnoser) -> Diagnosis:
    """The first explanation found, the text's own figures before the data; else what is computed."""
    scope = Diagnosis("scope", reason("scope", scope=claim.other_scope))
    if claim.claim_key is None:
        if INCONSISTENT not in (internal.verdict, external.verdict):
            return _limit(external)
        if internal.verdict != INCONSISTENT and claim.other_scope.en:
            return scope
        return _contradicted(claim, internal, external, diagnoser.evidence)
    failed = {e.side: e for e in _equations(claim, internal, external)}
    bad = [name for name, o in (("internal", internal), ("external", external)) if o.verdict == INCONSISTENT]
    for name in bad:
        diagnosis = diagnoser.explain(failed[name])
        if diagnosis.kind:
            return diagnosis
    if bad == ["external"] and claim.other_scope.en:
        return scope
    if bad == ["external"] and external.breaks:
        return NOTHING
    for name in bad:
        if (sentence := diagnoser.differs(failed[name])) is not None:
            return Diagnosis("differs", sentence)
    return _limit(external) if _limit(external).kind else _limit(internal)


def _open_over_break(external: Outcome, diagnosis: Diagnosis) -> Outcome:
    """What the data say, once a failure has its diagnosis. A rate across a break that fails without one may be on a comparable
    basis: it is not called wrong."""
    if diagnosis.kind or external.verdict != INCONSISTENT or not external.breaks:
        return external
    return replace(external, verdict=UNTESTABLE, missing=next(r for kind, r in external.limits if kind == "break"))


def _limit(outcome: Outcome) -> Diagnosis:
    """What limits a verdict that holds."""
    if outcome.verdict not in HOLDS or not outcome.limits:
        return NOTHING
    kind, sentence = outcome.limits[0]
    return Diagnosis(kind, sentence)


def _contradicted(claim: Claim, internal: Outcome, external: Outcome, evidence: Evidence) -> Diagnosis:
    """What a statement of direction or order is contradicted by."""
    outcome = internal if internal.verdict == INCONSISTENT else external
    for kind, sentence in outcome.limits:
        if kind == "order":
            order = sentence.values["order"]
            if isinstance(order, tuple):
                names = evidence.facts.names
                named = [names.called(str(code)) for code in order]
                order = Bilingual(" > ".join(n.zh for n in named), " > ".join(n.en for n in named))
            return Diagnosis("order", reason("order", order=order))
    return Diagnosis("differs", reason("opposite", values=outcome.shown))


def _rests(claim: Claim, side: Side, book: Book, repaired: Mapping[Key, Figure]) -> Diagnosis:
    """A statement of direction that rests on figures in need of repair: its verdict with them repaired."""
    wrong = [key for key in side.all_keys() if key in repaired]
    if not wrong:
        return NOTHING
    figures = tuple(reason("should_read", old=book[k].literal, new=display.in_unit(repaired[k])) for k in wrong)
    after = outcome_of(claim, side, {**book, **repaired})
    values: dict[str, object] = {"figures": figures, "verdict": VERDICTS[after.verdict]}
    if after.low is not None and after.high is not None and abs(after.high) < 1:
        ends = {"low": f"{100 * after.low:.2f}", "high": f"{100 * after.high:.2f}"}
        return Diagnosis("rests", Reason("rests_span", values | ends))
    return Diagnosis("rests", Reason("rests", values))
