"""Two verdicts for each claim: from the text's own printed figures, and from the warehouse. Pure functions.

`exact`, `consistent`, `inconsistent`, or `untestable` with what is missing. The warehouse's figures of the same text are never
evidence. Statements of direction are decided only where the intervals do not overlap. A claim over a break, over figures of low
reliability, or one that only another release bears out is at most consistent, and the reason says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from jjj_pipeline.claims import display
from jjj_pipeline.claims.diagnose import NOTHING, Diagnoser, Diagnosis, Equation, of_percentages
from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.kinds import COUNTS
from jjj_pipeline.claims.model import Bilingual, Claim
from jjj_pipeline.claims.quantity import (
    COUNTED,
    Book,
    DataKey,
    Key,
    Leaf,
    Measured,
    Operation,
    Quantity,
    Side,
    keys_of,
    measure,
    plain,
)
from jjj_pipeline.claims.reasons import VERDICTS, Reason, reason
from jjj_pipeline.claims.release_choice import (
    OFFICIAL,
    REAL,
    RELEASE,
    ReleaseChoice,
    grows_in_accounts,
    missing_keys,
    release_choices,
)
from jjj_pipeline.claims.verdict import (
    CONSISTENT,
    EXACT,
    HOLDS,
    INCONSISTENT,
    UNTESTABLE,
    far_off,
    verdict_of_figure,
    verdict_of_order,
    verdict_of_trend,
)
from jjj_pipeline.measures.printed_figure import Figure


@dataclass
class Outcome:
    """What one side says: verdict, value and interval in the claim's printed unit, both as text, what is missing, and what
    limits the verdict."""

    verdict: str = UNTESTABLE
    point: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    resolution: Decimal | None = None
    shown: str = ""
    missing: Reason | None = None
    limits: list[tuple[str, Reason]] = field(default_factory=list)
    choice: ReleaseChoice | None = None
    breaks: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        """The value alone, without its interval."""
        return self.shown.partition(" [")[0]


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
    outcomes = {c.id: (_internal(c, figures), _external(c, figures, evidence)) for c in claims}
    equations = [e for c in claims for e in _equations(c, *outcomes[c.id])]
    named = {k.region for c in claims if c.data for k in c.data.data_keys() if len(c.data.data_keys()) < 10}
    exact_outside = {
        c.claim_key for c in claims if c.claim_key and outcomes[c.id][1].verdict == EXACT and not c.other_scope.en
    }
    diagnoser = Diagnoser(figures, equations, evidence, exact_outside, named)
    diagnoses = {c.id: _diagnose(c, *outcomes[c.id], diagnoser) for c in claims}
    repaired: dict[Key, Figure] = {d.key: d.figure for d in diagnoses.values() if d.figure is not None}
    for claim in claims:
        if claim.claim_key is None and claim.printed is not None:
            rests = _rests(claim, claim.printed, figures, repaired)
            diagnoses[claim.id] = rests if rests.kind else diagnoses[claim.id]
    return [_judgement(c, outcomes[c.id], diagnoses[c.id], figures) for c in claims]


def _judgement(claim: Claim, outcomes: tuple[Outcome, Outcome], diagnosis: Diagnosis, book: Book) -> Judgement:
    printed = tuple(book[k].literal for k in claim.printed.all_keys()) if claim.printed else ()
    keys = [*(claim.data.data_keys() if claim.data else []), *([claim.ranking] if claim.ranking else [])]
    return Judgement(claim, *outcomes, diagnosis, printed, tuple(keys))


# one side -----------------------------------------------------------------------------------------------------------


def _internal(claim: Claim, book: Book) -> Outcome:
    if claim.printed is None:
        return Outcome(missing=reason("no_printed"))
    return _verdict(claim, claim.printed, book)


def _external(claim: Claim, book: Book, evidence: Evidence) -> Outcome:
    if claim.ranking is not None:
        return _ranking(claim, evidence)
    if claim.data is None:
        return Outcome(missing=reason("said", what=claim.missing) if claim.missing.en else reason("no_data"))
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
    outcome = _direction(outcomes, evidence) if claim.claim_key is None else _value(outcomes, evidence)
    return _limited(outcome, evidence)


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
    outcome = _verdict(claim, choice.side, {**book, **choice.figures})
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


# several release_choices -------------------------------------------------------------------------------------------------


def _coherent(choice: ReleaseChoice, evidence: Evidence) -> bool:
    """A choice on one state of the accounts, or on official ratios; not one figure exchanged for another release's."""
    return choice.vintage == "" or choice.vintage in set(evidence.facts.states.values())


def _direction(outcomes: list[tuple[ReleaseChoice, Outcome]], evidence: Evidence) -> Outcome:
    """A direction is decided where no two releases contradict each other."""
    listed = [(r, o) for r, o in outcomes if _coherent(r, evidence)]
    decided = {o.verdict for _, o in listed if o.verdict in (EXACT, INCONSISTENT)}
    first = listed[0][1]
    if len(decided) < 2:
        return first
    values = tuple(
        reason("on_release", release=_vintage_name(r, evidence), value=o.value) for r, o in _one_of_each(listed)
    )
    return replace(first, verdict=UNTESTABLE, missing=reason("releases_disagree", values=values))


def _one_of_each(listed: list[tuple[ReleaseChoice, Outcome]]) -> list[tuple[ReleaseChoice, Outcome]]:
    """The first choice of each verdict."""
    return list({o.verdict: (r, o) for r, o in reversed(listed) if o.verdict != UNTESTABLE}.values())[::-1]


def _value(outcomes: list[tuple[ReleaseChoice, Outcome]], evidence: Evidence) -> Outcome:
    """A value holds on the releases that come first, or on another one: a vintage is not a misprint."""
    first, outcome = outcomes[0]
    if outcome.verdict in HOLDS:
        contrary = _contrary(outcomes, evidence)
        if contrary is not None:
            pair = ((first, outcome), contrary)
            values = tuple(reason("on_release", release=_vintage_name(r, evidence), value=o.value) for r, o in pair)
            outcome.limits.append(("vintage", reason("official_differs", values=values)))
        return outcome
    if outcome.verdict != INCONSISTENT:
        return outcome
    usual = _vintage_name(first, evidence)
    for wanted in (EXACT, CONSISTENT):
        for choice, other in sorted(outcomes[1:], key=lambda pair: pair[0].basis != REAL):
            if other.verdict == wanted:
                if choice.basis == REAL:
                    other.limits.append(("real", reason("real", value=other.value, due=outcome.value)))
                    return other
                sentence = reason(
                    "vintage",
                    release=_vintage_name(choice, evidence),
                    value=other.value,
                    usual=usual,
                    due=outcome.value,
                )
                other.limits.append(("vintage", sentence))
                return other
    if grows_in_accounts(first.side, evidence) is not None and not any(r.basis == REAL for r, _ in outcomes):
        return replace(outcome, verdict=UNTESTABLE, missing=reason("real_missing", due=outcome.value))
    return outcome


def _contrary(
    outcomes: list[tuple[ReleaseChoice, Outcome]], evidence: Evidence
) -> tuple[ReleaseChoice, Outcome] | None:
    """A choice that contradicts the first one: over two years any official or recomputed ratio, of one year the official one."""
    first = outcomes[0][0]
    years = {k.year for k in first.side.data_keys()}
    for choice, other in outcomes[1:]:
        comparable = (
            choice.basis not in (RELEASE, REAL)
            and _coherent(choice, evidence)
            and not _half_recomputed(choice, evidence)
        )
        if other.verdict == INCONSISTENT and comparable and (len(years) > 1 or choice.basis == OFFICIAL):
            return choice, other
    return None


def _half_recomputed(choice: ReleaseChoice, evidence: Evidence) -> bool:
    official = {k.indicator in evidence.facts.ratios for k in choice.side.data_keys()}
    return len(official) > 1


def _vintage_name(choice: ReleaseChoice, evidence: Evidence) -> Bilingual:
    """The releases a choice rests on: of accounts and official ratios where there are any, else all."""
    facts = evidence.facts
    telling = [
        figure.literal.split(",")[0]
        for key, figure in choice.figures.items()
        if isinstance(key, DataKey)
        and (facts.states.get(figure.literal.split(",")[0]) or key.indicator in facts.ratios)
    ]
    labels = [choice.vintage] if "/" in choice.vintage else telling or list(choice.labels)
    named = [facts.names.release_name(label) for label in dict.fromkeys(labels)]
    return Bilingual("、".join(n.zh for n in named), ", ".join(n.en for n in named))


def _limited(outcome: Outcome, evidence: Evidence) -> Outcome:
    """What keeps a verdict from being exact."""
    choice = outcome.choice
    if choice is None or outcome.verdict == UNTESTABLE:
        return outcome
    crossed = evidence.breaks(choice.side.data_keys(), lambda i: choice.of_one_state(evidence, i))
    outcome.breaks = tuple(entry.id for entry in crossed)
    for entry in crossed:
        change = Bilingual(entry.change_zh, entry.change_en)
        outcome.limits.append(("break", reason("break", year=str(entry.year), change=change)))
    if choice.mixed:
        outcome.limits.append(("vintage", reason("mixed")))
    if choice.doubtful:
        shown = display.key_names(choice.doubtful[:3], evidence.facts.names)
        outcome.limits.append(("doubtful", reason("doubtful", figures=shown)))
    if outcome.verdict == EXACT and any(kind != "real" for kind, _ in outcome.limits):
        outcome.verdict = CONSISTENT
    return outcome


# one choice ------------------------------------------------------------------------------------------------------


def _verdict(claim: Claim, side: Side, book: Book) -> Outcome:
    measured = {name: measure(q, book) for name, q in side.quantities.items()}
    if claim.claim_key is not None:
        return _numeric(claim, book[claim.claim_key], side.quantities["value"], measured["value"], book)
    if claim.kind == "trend":
        verdict = verdict_of_trend(claim.direction, measured["start"], measured["end"])
        shown = _shown(side, measured, book, ("start", "end"), " → ")
        return _decided(verdict, measured["end"], measured["start"], shown)
    if claim.kind == "compare":
        left, right = measured["left"], measured["right"]
        verdict = verdict_of_order(left, right) if claim.direction == ">" else verdict_of_order(right, left)
        sign = (
            ">"
            if left and right and left.point > right.point
            else "<"
            if left and right and left.point < right.point
            else "="
        )
        return _decided(verdict, left, right, _shown(side, measured, book, ("left", "right"), f" {sign} "))
    return _order(claim, side, measured, book)


def _numeric(claim: Claim, literal: Figure, quantity: Quantity, measured: Measured | None, book: Book) -> Outcome:
    if measured is None:
        return Outcome(missing=reason("undefined"))
    verdict = verdict_of_figure(literal, measured)
    differs = claim.kind == "difference" and isinstance(quantity, Operation) and quantity.kind == "difference"
    if differs and literal.unit == "%" and verdict in HOLDS and of_percentages(quantity, book):  # type: ignore[arg-type]
        verdict = INCONSISTENT  # a difference of percentages is in percentage points
    if isinstance(quantity, Operation) and quantity.unknown and verdict == EXACT:
        verdict = CONSISTENT
    figure = plain(literal)
    outcome = Outcome(verdict, point=measured.point / figure.scale, shown=display.computed(literal, measured))
    if measured.interval is not None:
        outcome.low, outcome.high = measured.interval.low / figure.scale, measured.interval.high / figure.scale
        outcome.resolution = measured.interval.width / figure.step if figure.step else None
    elif verdict == UNTESTABLE:
        outcome.missing = reason("few_digits")
    if verdict in HOLDS and far_off(literal, measured):
        outcome.limits.append(("far_off", reason("far_off", value=outcome.value)))
    return outcome


def _shown(side: Side, measured: Mapping[str, Measured | None], book: Book, names: Sequence[str], sign: str) -> str:
    return sign.join(display.read_as(side.quantities[n], book, measured[n]) for n in names)


def _decided(verdict: str, first: Measured | None, second: Measured | None, shown: str) -> Outcome:
    """A direction, with the difference of the two sides as its interval."""
    if first is None or second is None:
        return Outcome(missing=reason("undefined"))
    outcome = Outcome(verdict, point=first.point - second.point, shown=shown)
    if first.interval and second.interval:
        outcome.low, outcome.high = first.interval.low - second.interval.high, first.interval.high - second.interval.low
    if verdict == UNTESTABLE:
        outcome.missing = reason("overlap")
    return outcome


def _order(claim: Claim, side: Side, measured: Mapping[str, Measured | None], book: Book) -> Outcome:
    """A ranking from figures: each place above the next, the last above all that are not named."""
    order = claim.order
    rest = [m for name, m in measured.items() if name not in order]
    places = [measured.get(name) for name in order]
    verdicts = [verdict_of_order(a, b) for a, b in pairwise(places)]
    verdicts += [verdict_of_order(places[-1], other) for other in rest]
    ranked = sorted((n for n, m in measured.items() if m), key=lambda n: -measured[n].point)  # type: ignore[union-attr]
    shown = " > ".join(display.read_as(side.quantities[n], book, measured[n]) for n in ranked[: len(order) + 1])
    if INCONSISTENT in verdicts:
        return Outcome(
            INCONSISTENT, shown=shown, limits=[("order", reason("order", order=tuple(ranked[: max(5, len(order))])))]
        )
    if UNTESTABLE in verdicts:
        return Outcome(shown=shown, missing=reason("overlap"))
    return Outcome(EXACT, shown=shown)


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
        return _open_over_break(external)
    for name in bad:
        if (sentence := diagnoser.differs(failed[name])) is not None:
            return Diagnosis("differs", sentence)
    return _limit(external) if _limit(external).kind else _limit(internal)


def _open_over_break(external: Outcome) -> Diagnosis:
    """A rate across a break may be on a comparable basis: it is not called wrong."""
    external.verdict = UNTESTABLE
    external.missing = next(r for kind, r in external.limits if kind == "break")
    return NOTHING


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
    """A statement of direction that rests on figures which want repair: what it comes to with them repaired."""
    wrong = [key for key in side.all_keys() if key in repaired]
    if not wrong:
        return NOTHING
    figures = tuple(reason("should_read", old=book[k].literal, new=display.in_unit(repaired[k])) for k in wrong)
    after = _verdict(claim, side, {**book, **repaired})
    values: dict[str, object] = {"figures": figures, "verdict": VERDICTS[after.verdict]}
    if after.low is not None and after.high is not None and abs(after.high) < 1:
        ends = {"low": f"{100 * after.low:.2f}", "high": f"{100 * after.high:.2f}"}
        return Diagnosis("rests", Reason("rests_span", values | ends))
    return Diagnosis("rests", Reason("rests", values))
