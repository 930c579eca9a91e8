"""One verdict from the outcomes on several releases, and what keeps it from being exact: breaks, mixed states of the
accounts, figures of low reliability."""

from __future__ import annotations

from dataclasses import replace

from jjj_pipeline.claims import display
from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.model import Bilingual
from jjj_pipeline.claims.outcome import Outcome
from jjj_pipeline.claims.quantity import DataKey
from jjj_pipeline.claims.reasons import reason
from jjj_pipeline.claims.release_choice import OFFICIAL, REAL, RELEASE, ReleaseChoice, grows_in_accounts
from jjj_pipeline.claims.verdict import (
    CONSISTENT,
    EXACT,
    HOLDS,
    INCONSISTENT,
    UNTESTABLE,
)


def _coherent(choice: ReleaseChoice, evidence: Evidence) -> bool:
    """A choice on one state of the accounts, or on official ratios; not one figure exchanged for another release's."""
    return choice.vintage == "" or choice.vintage in set(evidence.facts.states.values())


def of_direction(outcomes: list[tuple[ReleaseChoice, Outcome]], evidence: Evidence) -> Outcome:
    """A direction is decided where no two releases contradict each other."""
    listed = [(r, o) for r, o in outcomes if _coherent(r, evidence)]
    if not listed:
        return Outcome(missing=reason("no_data"))
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


def of_value(outcomes: list[tuple[ReleaseChoice, Outcome]], evidence: Evidence) -> Outcome:
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


def limited(outcome: Outcome, evidence: Evidence) -> Outcome:
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
