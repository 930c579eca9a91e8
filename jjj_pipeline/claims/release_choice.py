"""The figures a claim can be read on: releases that belong together first, then every other release as a vintage of its own.

A ratio or a growth rate takes its figures from one state of the accounts. An official ratio (R&D intensity) rests on the GDP of
its day; the same ratio recomputed on a later GDP is another figure. Choosing is done here; verdicts are in `judge`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jjj_pipeline.catalog.model import Intensity
from jjj_pipeline.claims.evidence import DOUBTFUL, Evidence, Sourced
from jjj_pipeline.claims.quantity import DataKey, Key, Leaf, Operation, Quantity, Side, keys_of, mapped
from jjj_pipeline.measures.printed_figure import Figure

OFFICIAL, RECOMPUTED, RELEASE, REAL = "official", "recomputed", "release", "real"


@dataclass(frozen=True)
class ReleaseChoice:
    """A side of a claim on certain releases.

    `basis`: official (a printed ratio), recomputed (from numerator and denominator), real (growth at constant prices, from
    the index of volume), or release; `vintage`: what distinguishes this
    choice from the others; `mixed`: one comparison mixes accounts of two states; `doubtful`: figures of low reliability."""

    side: Side
    figures: Mapping[Key, Figure]
    vintage: str = ""
    basis: str = RELEASE
    mixed: bool = False
    doubtful: tuple[DataKey, ...] = ()
    labels: tuple[str, ...] = field(default=())

    def of_one_state(self, evidence: Evidence, indicator: str) -> bool:
        """Whether the figures of an indicator are of one state of the accounts."""
        states = {
            evidence.facts.states.get(figure.literal, figure.literal)
            for key, figure in self.figures.items()
            if isinstance(key, DataKey) and key.indicator == indicator
        }
        return len(states) == 1


def release_choices(side: Side, evidence: Evidence) -> list[ReleaseChoice]:
    """All release_choices of a side, the one that comes first first; empty where a figure is not held."""
    found: list[ReleaseChoice] = []
    official = {str(name): ratio for name, ratio in evidence.facts.ratios.items()}
    for form, basis in _forms(side, official, evidence):
        found += [r for r in _on_releases(form, basis, evidence) if _of_its_day(r, official)]
    found += _real(side, evidence) if found else []
    seen: set[tuple[object, ...]] = set()
    out = []
    for choice in found:
        shape = (
            tuple(choice.side.quantities.items()),
            tuple(sorted((k, f.value) for k, f in choice.figures.items())),
        )  # type: ignore[type-var]
        if shape not in seen:
            seen.add(shape)
            out.append(choice)
    return out


def missing_keys(side: Side, evidence: Evidence) -> list[DataKey]:
    """Keys of a side of which no figure is held."""
    return [key for key in side.data_keys() if evidence.sourced(key) is None]


# an official ratio and what it is made of -------------------------------------------------------------------------


def _forms(side: Side, official: Mapping[str, Intensity], evidence: Evidence) -> Iterator[tuple[Side, str]]:
    """The side as it stands, then with official ratios recomputed, or recomputed ratios taken as printed; of two ends also
    with the start alone recomputed: a bulletin compares with the year before on the revised GDP."""
    has_official = any(k.indicator in official for k in side.data_keys())
    yield side, OFFICIAL if has_official else RELEASE
    for turn, basis in ((_recomputed, RECOMPUTED), (_printed, OFFICIAL)):
        every = {name: turn(q, official, evidence) for name, q in side.quantities.items()}
        if every != dict(side.quantities):
            yield Side(every), basis
    if has_official:
        for name, quantity in side.quantities.items():
            if isinstance(quantity, Operation) and {n for n, _ in quantity.args} == {"start", "end"}:
                args = tuple((n, _recomputed(q, official, evidence) if n == "start" else q) for n, q in quantity.args)
                yield Side({**side.quantities, name: replace(quantity, args=args)}), RECOMPUTED


def _of_its_day(choice: ReleaseChoice, official: Mapping[str, Intensity]) -> bool:
    """Whether a base recomputed beside an official ratio can have been known when that was printed: the census of 2013 in the
    bulletin on 2014, that of 2018 in the bulletin on 2019, that of 2023 in the bulletin on 2024."""
    known = {"census3": 2014, "census4": 2019, "census5": 2024}
    printed = [key.year for key in choice.side.data_keys() if key.indicator in official]
    half = choice.basis == RECOMPUTED and bool(printed)
    return not half or known.get(choice.vintage.partition("-")[0], 0) <= max(printed)


def _recomputed(quantity: Quantity, official: Mapping[str, Intensity], evidence: Evidence) -> Quantity:
    if isinstance(quantity, Leaf):
        key = quantity.key
        if not isinstance(key, DataKey) or key.indicator not in official or key.release:
            return quantity
        made = official[key.indicator]
        parts = (("numerator", made.numerator), ("denominator", made.denominator))
        args = tuple((name, Leaf(key._replace(indicator=indicator))) for name, indicator in parts)
        return Operation("ratio", args)
    return replace(quantity, args=tuple((n, _recomputed(q, official, evidence)) for n, q in quantity.args))


def _printed(quantity: Quantity, official: Mapping[str, Intensity], evidence: Evidence) -> Quantity:
    if isinstance(quantity, Leaf):
        return quantity
    if quantity.kind == "ratio" and all(isinstance(q, Leaf) and isinstance(q.key, DataKey) for _, q in quantity.args):
        above, below = (q.key for _, q in quantity.args if isinstance(q, Leaf) and isinstance(q.key, DataKey))
        for name, made in official.items():
            same = above._replace(indicator="") == below._replace(indicator="")
            if same and (above.indicator, below.indicator) == (made.numerator, made.denominator) and not above.release:
                key = above._replace(indicator=name)
                if evidence.sourced(key) is not None:
                    return Leaf(key)
    return replace(quantity, args=tuple((n, _printed(q, official, evidence)) for n, q in quantity.args))


# growth at constant prices ----------------------------------------------------------------------------------------


def grows_in_accounts(side: Side, evidence: Evidence) -> Operation | None:
    """The growth of an account between two years (价值量指标 grow at constant prices in communiqués), if the side is one."""
    quantity = side.quantities.get("value")
    if not isinstance(quantity, Operation) or quantity.kind not in ("growth", "cagr"):
        return None
    ends = [q.key for _, q in quantity.args if isinstance(q, Leaf) and isinstance(q.key, DataKey)]
    one_place = len(ends) == 2 and len({(k.indicator, k.region) for k in ends}) == 1
    return quantity if one_place and evidence.facts.is_account(ends[0].indicator) else None


def _volume_index(indicator: str) -> str:
    """The index of volume that belongs to an account."""
    return "gdp_index" + indicator.removeprefix("gdp").removeprefix("value_added").replace("__", "_")


def _real(side: Side, evidence: Evidence) -> list[ReleaseChoice]:
    """The same growth from the index of volume (previous year = 100), chained over the years."""
    quantity = grows_in_accounts(side, evidence)
    if quantity is None:
        return []
    start, end = (q.key for q in (quantity.arg("start"), quantity.arg("end")) if isinstance(q, Leaf))
    assert isinstance(start, DataKey)
    assert isinstance(end, DataKey)
    keys = [
        end._replace(indicator=_volume_index(end.indicator), year=year, release="")
        for year in range(start.year + 1, end.year + 1)
    ]
    held = [(key, sourced) for key in keys if (sourced := evidence.sourced(key)) is not None]
    if not keys or len(held) < len(keys):
        return []
    low = point = high = Decimal(100)
    for _, sourced in held:
        value, half = sourced.exact
        low, point, high = low * (value - half) / 100, point * value / 100, high * (value + half) / 100
    base = Figure(Decimal(100), Decimal(0), "", None, held[0][1].label)
    last = Figure(point, (high - low) / 2, "", None, held[-1][1].label)
    figures: dict[Key, Figure] = {start._replace(indicator=keys[0].indicator): base, keys[-1]: last}
    real = mapped(quantity, {start: start._replace(indicator=keys[0].indicator), end: keys[-1]})
    labels = tuple(dict.fromkeys(sourced.label for _, sourced in held))
    return [ReleaseChoice(Side({"value": real}), figures, "", REAL, labels=labels)]


# releases ---------------------------------------------------------------------------------------------------------


def _on_releases(side: Side, basis: str, evidence: Evidence) -> list[ReleaseChoice]:
    """The side on the preferred releases, made to belong together, then on each other one."""
    keys = side.data_keys()
    if any(evidence.sourced(key) is None for key in keys):
        return []
    accounts = [k for k in keys if evidence.facts.is_account(k.indicator)]
    others = [k for k in keys if not evidence.facts.is_account(k.indicator)]
    defaults: dict[DataKey, Sourced] = {k: s for k in others if (s := evidence.sourced(k)) is not None}
    states, mixed = _states(accounts, evidence)
    out = []
    for n, (state, picked) in enumerate(states):
        out.append(_choice(side, {**defaults, **picked}, state, basis, evidence, mixed=mixed and n == 0))
    for key, sourced in _alternatives(others, defaults, evidence):
        first = states[0][1] if states else {}
        out.append(_choice(side, {**defaults, **first, key: sourced}, sourced.label, basis, evidence, mixed=mixed))
    for label, picked in _common(others, defaults, evidence):
        first = states[0][1] if states else {}
        out.append(_choice(side, {**defaults, **first, **picked}, label, basis, evidence, mixed=mixed))
    return out


def _states(keys: list[DataKey], evidence: Evidence) -> tuple[list[tuple[str, dict[DataKey, Sourced]]], bool]:
    """Each state of the accounts in which all keys are held, the default one first. Where there is none the preferred figures,
    and that two states are mixed."""
    if not keys:
        return [("", {})], False
    held: list[dict[str, Sourced]] = []
    for key in keys:
        if key.release or key.period:
            sourced = evidence.sourced(key)
            assert sourced is not None
            listed = [sourced]
        else:
            listed = evidence.releases(key) or [s for s in [evidence.sourced(key)] if s is not None]
        by_state: dict[str, Sourced] = {}
        for sourced in listed:  # the last release of a state wins
            by_state[evidence.vintage(key.indicator, sourced)] = sourced
        held.append(by_state)
    common = [state for state in held[0] if all(state in by_state for by_state in held)]
    if not common:
        preferred = {k: s for k in keys if (s := evidence.sourced(k)) is not None}
        return [("", preferred)], True
    usual = [evidence.sourced(key) for key in keys]

    def order(state: str) -> tuple[int, int]:
        default = min(evidence.preference("gdp", by_state[state]) for by_state in held)
        pairs = zip(keys, usual, strict=True)
        return default, -sum(s is not None and evidence.vintage(k.indicator, s) == state for k, s in pairs)

    ordered = sorted(common, key=order)
    return [(state, {k: by_state[state] for k, by_state in zip(keys, held, strict=True)}) for state in ordered], False


def _alternatives(
    keys: Iterable[DataKey], defaults: Mapping[DataKey, Sourced], evidence: Evidence
) -> Iterator[tuple[DataKey, Sourced]]:
    """One figure from another release, where it differs; not of one of two places compared in one year."""
    keys = list(keys)
    for key in keys:
        alike = [k for k in keys if (k.indicator, k.year) == (key.indicator, key.year)]
        if key.release or key.period or len(alike) > 1:
            continue
        for sourced in evidence.releases(key):
            if sourced.value != defaults[key].value:
                yield key, sourced


def _common(
    keys: list[DataKey], defaults: Mapping[DataKey, Sourced], evidence: Evidence
) -> Iterator[tuple[str, dict[DataKey, Sourced]]]:
    """All figures of one indicator from one other release."""
    for _, grouped in itertools.groupby(sorted(keys), key=lambda k: k.indicator):
        same = [k for k in grouped if not (k.release or k.period)]
        if len(same) < 2 or len(same) > 8:
            continue
        held = [{s.label: s for s in evidence.releases(k)} for k in same]
        for label in held[0]:
            picked = {k: by_label[label] for k, by_label in zip(same, held, strict=True) if label in by_label}
            if len(picked) == len(same) and any(picked[k].value != defaults[k].value for k in same):
                yield label, picked


def _choice(
    side: Side, picked: Mapping[DataKey, Sourced], vintage: str, basis: str, evidence: Evidence, *, mixed: bool
) -> ReleaseChoice:
    figures: dict[Key, Figure] = {key: evidence.as_figure(key, sourced) for key, sourced in picked.items()}
    doubtful = tuple(key for key, sourced in picked.items() if sourced.status == DOUBTFUL)
    labels = tuple(dict.fromkeys(figures[k].literal for k in side.data_keys()))
    return ReleaseChoice(side, figures, vintage, basis, mixed, doubtful, labels)


__all__ = ["OFFICIAL", "RECOMPUTED", "RELEASE", "ReleaseChoice", "keys_of", "mapped", "missing_keys", "release_choices"]
