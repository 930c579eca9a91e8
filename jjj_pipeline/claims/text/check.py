"""From readings to verdicts, with caution: where the text leaves a slot open, where another reading or another release holds, or
where nothing simple explains the difference, the verdict stays open.

`exact`, `consistent`, `inconsistent`, `untestable`, as for claims written by hand; a status for people beside it: confirmed,
contradicted, open, unchecked.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from jjj_pipeline.claims.claims_file import claims_of
from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.judge import judge_claims
from jjj_pipeline.claims.model import Bilingual, ClaimMistakes
from jjj_pipeline.claims.outcome import Outcome
from jjj_pipeline.claims.quantity import DataKey, Leaf, Measured, Operation, measure, plain
from jjj_pipeline.claims.reasons import Reason, reason
from jjj_pipeline.claims.text import words
from jjj_pipeline.claims.text.evaluate import Evaluated, Evaluator, claimed, from_warehouse, key_of
from jjj_pipeline.claims.text.names import Names
from jjj_pipeline.claims.text.reading import Derived, Formula, Level, Reading, known, levels, moved
from jjj_pipeline.claims.text.slips import Slip, shown, slip_of
from jjj_pipeline.claims.verdict import CONSISTENT, EXACT, HOLDS, INCONSISTENT, UNTESTABLE, verdict_of_figure
from jjj_pipeline.measures.printed_figure import Figure, round_half_up

RATES = frozenset({"growth", "cagr", "growth_from_increment"})
FAR = Decimal("0.15")  # a difference beyond which another scope is likelier than a misprint


@dataclass(frozen=True)
class Side:
    """What one side says: verdict, value and interval in the printed unit, keys, and why it is open."""

    verdict: str = UNTESTABLE
    value: str = ""
    low: float | None = None
    high: float | None = None
    keys: tuple[DataKey, ...] = ()
    figures: tuple[str, ...] = ()
    why: Reason | None = None
    repair: str = ""
    slip: str = ""
    releases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """A reading with its two verdicts."""

    reading: Reading
    internal: Side
    external: Side

    @property
    def status(self) -> str:
        """none (no claim), confirmed, contradicted, open, unchecked."""
        if not self.reading.kind:
            return "none"
        if self.external.verdict == INCONSISTENT:
            return "contradicted"
        if self.external.verdict in HOLDS:
            return "confirmed"
        if self.internal.verdict == INCONSISTENT:
            return "contradicted"
        if self.internal.verdict in HOLDS:
            return "confirmed"
        return "open" if self.external.keys and self.external.why else "unchecked"


def check_readings(readings: list[Reading], names: Names, evidence: Evidence | None) -> list[Checked]:
    """Every reading with its verdicts; without evidence only the text itself is heard."""
    judge = _Judge(readings, names, evidence)
    if evidence is not None:
        judge.judgements = judged(readings, names, evidence)
    return judge.exchanged([judge.check(r) for r in readings])


class _Judge:
    def __init__(self, readings: list[Reading], names: Names, evidence: Evidence | None) -> None:
        self.names, self.evidence = names, evidence
        self.members = {code: list(names.members(code)) for code in names.groups}
        self.judgements: dict[int, Outcome] = {}
        self.outside = from_warehouse(evidence, self.members) if evidence else None
        self.printed: dict[Level, list[tuple[Reading, Figure]]] = {}
        for reading in readings:
            figure = (
                claimed(reading) if reading.kind in ("value", "sum") and isinstance(reading.formula, Level) else None
            )
            if figure is not None and not reading.bound and reading.formula is not None:
                assert isinstance(reading.formula, Level)
                self.printed.setdefault(reading.formula, []).append((reading, figure))
        self.multiples: dict[tuple[tuple[str, Formula], ...], tuple[Reading, Figure]] = {}
        for reading in readings:
            formula = reading.formula
            if reading.kind == "multiple" and isinstance(formula, Derived) and known(formula) and not reading.bound:
                figure = claimed(reading)
                self.multiples.update({formula.parts: (reading, figure)} if figure else {})
        self.sums: dict[str, list[list[str]]] = {}
        for rule in names.catalog.identities:
            if rule.kind == "parts" and not rule.warn:
                self.sums.setdefault(rule.total, []).append(list(rule.parts))

    def check(self, reading: Reading) -> Checked:
        if not reading.kind:
            return Checked(reading, Side(), Side())
        if reading.extra and self.outside is not None:
            return Checked(reading, Side(), self._proportion(reading))
        figure = claimed(reading)
        if reading.formula is None or not known(reading.formula) or figure is None:
            return Checked(reading, Side(), Side(why=reading.why or reason("not_understood")))
        internal = self._internal(reading, figure)
        external = self._external(reading, figure, internal)
        doubted = external.verdict == UNTESTABLE and bool(external.keys) and bool(reading.inherited - {"year"})
        if internal.verdict == INCONSISTENT and doubted:
            internal = replace(internal, verdict=UNTESTABLE)  # the reading itself is in doubt
        if reading.number.printed.startswith("-") and not reading.number.literal.startswith("-"):
            internal, external = _unsigned(internal), _unsigned(external)
        return Checked(reading, internal, external)

    def exchanged(self, checked: list[Checked]) -> list[Checked]:
        """Two figures of one sentence that stand in each other's place."""
        out = list(checked)
        for i, one in enumerate(checked):
            for j in range(i + 1, min(i + 5, len(checked))):
                other = checked[j]
                if one.reading.sentence != other.reading.sentence or not (_plain_value(one) and _plain_value(other)):
                    continue
                a, b = claimed(one.reading), claimed(other.reading)
                if a and b and one.external.value == shown(a, b.value) and other.external.value == shown(b, a.value):
                    for at, this in ((i, one), (j, other)):
                        due = this.external.value
                        side = replace(
                            this.external,
                            verdict=INCONSISTENT,
                            repair=due,
                            slip="exchanged",
                            why=_should_read(due, "exchanged"),
                        )
                        out[at] = replace(this, external=side)
        return out

    # against the warehouse ----------------------------------------------------------------------------------------

    def _external(self, reading: Reading, figure: Figure, internal: Side) -> Side:
        if self.outside is None:
            return Side(why=reason("no_warehouse"))
        assert reading.formula is not None
        if reading.kind in RATES | {"growth_times", "multiple"} and self._real(reading.formula):
            return Side(why=reason("current_prices"))
        result = self.outside.evaluate(reading.formula, reading.threshold)
        if result.measured is None:
            side = self._held_elsewhere(reading, figure)
            if side is not None:
                return side
            return Side(why=self._not_held(result))
        side = self._judged(reading, figure, result)
        if reading.kind == "difference" and reading.number.kind == "pct":
            return self._percent_for_points(reading, figure, side)
        side = self._as_judged(reading, side)
        if side.verdict != INCONSISTENT:
            return side
        return self._careful(reading, figure, result, side, internal)

    def _as_judged(self, reading: Reading, side: Side) -> Side:
        """The verdict of the claims package, which chooses releases that belong together and knows breaks; a claim that it
        cannot write down keeps its own."""
        outcome = self.judgements.get(reading.number.start)
        if outcome is None or outcome.point is None:
            return side
        if outcome.verdict == UNTESTABLE and side.verdict in HOLDS:
            why = outcome.limits[0][1] if outcome.limits else outcome.missing
            return replace(side, verdict=UNTESTABLE, why=why if why is not None else reason("not_decided"))
        if outcome.verdict == UNTESTABLE:
            return side
        low, high = (None if v is None else float(v) for v in (outcome.low, outcome.high))
        return replace(side, verdict=outcome.verdict, value=outcome.value or side.value, low=low, high=high)

    def _percent_for_points(self, reading: Reading, figure: Figure, side: Side) -> Side:
        """提高16.8% said of a share: as growth of the share, or as points with a wrong unit; else it is not understood."""
        formula = reading.formula
        assert self.outside is not None
        assert isinstance(formula, Derived)
        relative = self.outside.evaluate(Derived("growth", formula.parts, 1))
        if relative.measured is not None and verdict_of_figure(figure, relative.measured) in HOLDS:
            return self._judged(reading, figure, relative)
        if side.verdict in HOLDS:
            due = side.value.replace("%", "个百分点")
            return replace(
                side,
                verdict=INCONSISTENT,
                repair=due,
                slip="percent for points",
                value=due,
                why=_should_read(due, "percent for points"),
            )
        return replace(
            side,
            verdict=UNTESTABLE,
            why=reason("points_or_percent", due=side.value.replace("%", "个百分点")),
        )

    def _real(self, formula: Formula) -> bool:
        return any(level.measure in self.names.real_growth for level in levels(formula))

    def _held_elsewhere(self, reading: Reading, figure: Figure) -> Side | None:
        """Another candidate for the measure is the one the warehouse holds: an index by its base."""
        assert self.outside is not None
        assert reading.formula is not None
        mine = {level.measure for level in levels(reading.formula)}
        for other in reading.others:
            if {level.measure for level in levels(other)} == mine or not known(other):
                continue
            result = self.outside.evaluate(other, reading.threshold)
            if result.measured is not None:
                side = self._judged(reading, figure, result)
                if side.verdict in HOLDS:
                    return side
        return None

    def _judged(self, reading: Reading, figure: Figure, result: Evaluated) -> Side:
        assert result.measured is not None
        verdict = verdict_of_figure(figure, result.measured)
        releases = tuple(
            dict.fromkeys(
                f.literal for k in result.keys if self.evidence and (f := self.evidence.figure(k)) is not None
            )
        )
        return self._side(figure, result.measured, verdict, keys=result.keys, releases=releases)

    def _side(self, figure: Figure, measured: Measured, verdict: str, *, keys: tuple[DataKey, ...] = (), releases: tuple[str, ...] = (),
              figures: tuple[str, ...] = ()) -> Side:  # fmt: skip
        base = plain(figure)
        low = high = None
        if measured.interval is not None:
            low, high = float(measured.interval.low / base.scale), float(measured.interval.high / base.scale)
        return Side(
            verdict,
            shown(base, measured.point),
            low,
            high,
            keys,
            figures,
            releases=releases,
        )

    def _careful(self, reading: Reading, figure: Figure, result: Evaluated, side: Side, internal: Side) -> Side:
        """An inconsistent verdict stays only where no other reading holds and a slip or an explicit statement speaks for it."""
        assert self.outside is not None
        assert result.measured is not None
        assert reading.formula is not None
        base, point = plain(figure), result.measured.point
        due = side.value
        sure = internal.verdict == INCONSISTENT and internal.value == side.value  # the text itself says so too
        for other in () if sure else self._readings(reading):
            again = self.outside.evaluate(other, reading.threshold)
            if again.measured is not None and verdict_of_figure(figure, again.measured) in HOLDS:
                return replace(
                    side,
                    verdict=UNTESTABLE,
                    why=reason("two_readings", due=due, other=self._describe(other)),
                )
        rounded = self._of_rounded_rates(reading, figure)
        if rounded:
            return replace(side, verdict=UNTESTABLE, why=reason("rounded_rates", due=due))
        release = self._other_release(reading, figure, result)
        if release:
            return replace(side, verdict=UNTESTABLE, why=reason("another_release", due=due, release=release))
        slip = slip_of(base, point) or self._formula_slip(reading, figure)
        if (
            slip is not None
            and slip.kind == "direction"
            and (reading.kind == "difference" or reading.inherited - {"year"})
        ):
            return replace(side, verdict=UNTESTABLE, why=reason("direction_misread", due=due))
        if slip is not None:
            due = slip.due if slip.kind == "unit" else due
            return replace(side, repair=due, slip=slip.kind, why=_should_read(due, slip.kind))
        if figure.bound:
            far = abs(point - base.value) > abs(base.value) * FAR
            if far or (reading.inherited - {"year"} and not sure):
                return replace(side, verdict=UNTESTABLE, why=reason("another_scope", due=due))
            return replace(side, repair=due, slip="bound", why=reason("other_side", due=due))
        if reading.kind in ("rank", "count"):
            if reading.kind == "rank" and abs(point - base.value) <= 3:
                return replace(
                    side, repair=due, slip="rank", why=reason("another_place", due=point, places=self._ranked(result))
                )
            return replace(side, verdict=UNTESTABLE, why=reason("places_unsure", due=point))
        gap = abs(point - base.value) / abs(point) if point else Decimal(1)
        if reading.inherited - {"year"}:
            return replace(
                side,
                verdict=UNTESTABLE,
                why=reason("maybe_misread", due=due),
            )
        if sure:
            return replace(side, repair=due, slip="value", why=reason("text_agrees", due=due))
        distant = reason("far_apart", due=due)
        close = reason("no_slip", due=due)
        return replace(side, verdict=UNTESTABLE, why=distant if gap > FAR else close)

    def _readings(self, reading: Reading) -> Iterator[Formula]:
        """Other readings: what the text leaves open, and neighbours of what was carried over."""
        formula = reading.formula
        assert formula is not None
        yield from (f for f in reading.others if known(f))
        years = sorted({level.year for level in levels(formula)})
        if "year" in reading.inherited and not reading.bound and reading.kind not in ("rank", "count"):
            for shift in (-1, 1):
                yield _shifted(formula, shift)
        if "base" in reading.inherited and isinstance(formula, Derived) and len(years) == 2:
            for first in range(years[0] - 8, years[0]):
                yield _rebased(formula, years[0], first)
        if (
            isinstance(formula, Derived)
            and reading.kind == "cagr"
            and len(years) == 2
            and years[0] in (2010, 2015, 2020)
            and years[1] - years[0] == 5
        ):
            yield _rebased(formula, years[0], years[0] + 1)
        for level in set(levels(formula)):
            if level.measure == "rd_intensity" and reading.kind not in ("rank", "count"):
                yield _replaced(
                    formula,
                    level,
                    Derived(
                        "share",
                        (("part", replace(level, measure="rd_expenditure")), ("total", replace(level, measure="gdp"))),
                    ),
                )

    def _of_rounded_rates(self, reading: Reading, figure: Figure) -> bool:
        """A difference of two rates, each rounded as the claim is printed."""
        formula = reading.formula
        if (
            reading.kind != "difference"
            or not isinstance(formula, Derived)
            or formula.kind != "difference"
            or self.outside is None
        ):
            return False
        if not isinstance(formula.part("start"), Derived):
            return False
        rates = [self.outside.evaluate(formula.part(n)).measured for n in ("start", "end")]
        if any(r is None for r in rates):
            return False
        step = plain(figure).step
        start, end = (round_half_up(r.point, step) for r in rates if r is not None)
        return end - start == plain(figure).value

    def _other_release(self, reading: Reading, figure: Figure, result: Evaluated) -> str:
        """The release on which the claim holds, all others as they are preferred."""
        assert self.evidence is not None
        assert reading.formula is not None
        for key in result.keys[:4]:
            for other in (self.evidence.as_figure(key, s) for s in self.evidence.releases(key)):
                swapped = Evaluator(self._with(key, other), self.members)
                again = swapped.evaluate(reading.formula, reading.threshold)
                if again.measured is not None and verdict_of_figure(figure, again.measured) in HOLDS:
                    return other.literal
        return ""

    def _with(self, key: DataKey, figure: Figure) -> Callable[[Level], Figure | None]:
        """The warehouse's figures with one of another release."""
        evidence = self.evidence
        assert evidence is not None
        return lambda level: figure if key_of(level) == key else evidence.figure(key_of(level))

    def _formula_slip(self, reading: Reading, figure: Figure) -> Slip | None:
        """Years miscounted, growth for multiple and the reverse, the figure of another year."""
        formula = reading.formula
        assert self.outside is not None
        if not isinstance(formula, Derived):
            return None
        due = self.outside.evaluate(formula)
        if due.measured is None:
            return None
        text = shown(plain(figure), due.measured.point)
        tries: list[tuple[str, Formula]] = []
        if formula.kind == "cagr":
            tries += [
                ("years miscounted", replace(formula, years=formula.years + d))
                for d in (1, -1)
                if formula.years + d > 0
            ]
            tries.append(("simple average", replace(formula, kind="mean_growth")))
        if formula.kind == "growth_times":
            tries.append(("增长 for 增长到", replace(formula, kind="multiple")))
        if formula.kind == "multiple":
            tries.append(("增长到 for 增长", replace(formula, kind="growth_times")))
        if formula.kind == "share":
            for shift in (-1, 1):
                total = formula.part("total")
                tries.append(
                    (
                        "the whole of another year",
                        Derived("share", (("part", formula.part("part")), ("total", _shifted(total, shift)))),
                    )
                )
        for kind, other in tries:
            again = self.outside.evaluate(other)
            if again.measured is not None and verdict_of_figure(figure, again.measured) in HOLDS:
                return Slip(kind, text)
        return None

    def _proportion(self, reading: Reading) -> Side:
        """a:b:c, every term against the one that is 1."""
        assert self.outside is not None
        from jjj_pipeline.measures.printed_figure import parse

        verdicts: list[str] = []
        values: list[str] = []
        keys: list[DataKey] = []
        for literal, formula in reading.extra:
            result = self.outside.evaluate(formula)
            if result.measured is None:
                return Side(why=self._not_held(result))
            figure = parse(literal)
            verdicts.append(verdict_of_figure(figure, result.measured))
            values.append(shown(figure, result.measured.point))
            keys += result.keys
        verdict = INCONSISTENT if INCONSISTENT in verdicts else CONSISTENT if CONSISTENT in verdicts else EXACT
        side = Side(verdict, " : ".join(values), keys=tuple(dict.fromkeys(keys)))
        return (
            replace(side, verdict=UNTESTABLE, why=reason("data_give", due=side.value))
            if verdict == INCONSISTENT
            else side
        )

    # against the text itself --------------------------------------------------------------------------------------

    def _internal(self, reading: Reading, figure: Figure) -> Side:
        formula = reading.formula
        assert formula is not None
        if reading.extra or reading.kind == "count":
            return Side()
        used: list[str] = []

        def printed(level: Level) -> Figure | None:
            found = self.printed.get(level, [])
            at = bisect.bisect_left(found, reading.number.start, key=lambda e: e[0].number.start)
            near = [e for e in found[max(0, at - 2) : at + 3] if e[0].number.start != reading.number.start]
            if not near:
                return None
            chosen = min(near, key=lambda e: abs(e[0].number.start - reading.number.start))
            used.append(chosen[0].number.literal)
            return chosen[1]

        if isinstance(formula, Level):
            return self._sum_inside(reading, figure, formula, printed, used)
        result = Evaluator(printed, self.members).evaluate(formula)
        if result.measured is None and isinstance(formula, Derived):
            result = self._of_printed_multiple(formula, used)
        if result.measured is None:
            return Side()
        if reading.kind == "rank":
            return self._side(figure, result.measured, verdict_of_figure(figure, result.measured), figures=tuple(used))
        verdict = verdict_of_figure(figure, result.measured)
        if verdict == INCONSISTENT and (
            reading.inherited & {"base", "whole"} or self._real(formula) or self._of_rounded_rates(reading, figure)
        ):
            verdict = UNTESTABLE
        return self._side(figure, result.measured, verdict, figures=tuple(used))

    def _of_printed_multiple(self, formula: Derived, used: list[str]) -> Evaluated:
        """The compound rate that a printed multiple of the same figure over the same years allows."""
        if formula.kind != "cagr" or formula.parts not in self.multiples:
            return Evaluated(None)
        reading, multiple = self.multiples[formula.parts]
        used[:] = [reading.number.literal]
        rate = Operation("cagr_of_multiple", (("multiple", Leaf("multiple")),), formula.years)
        return Evaluated(measure(rate, {"multiple": multiple}))

    def _sum_inside(self, reading: Reading, figure: Figure, level: Level, printed, used: list[str]) -> Side:  # type: ignore[no-untyped-def]
        """A total against its printed parts, places or the measures an identity of the catalogue names; a figure against the same figure printed elsewhere."""
        parts = level.place.split("+") if "+" in level.place else self.members.get(level.place, [])
        if parts and 1 < len(parts) <= 4:
            result = Evaluator(printed, self.members).evaluate(replace(level, place="+".join(parts)))
            if result.measured is not None:
                verdict = verdict_of_figure(figure, result.measured)
                return self._side(figure, result.measured, verdict, figures=tuple(used))
        for measures in self.sums.get(level.measure, ()) if not level.to else ():
            del used[:]
            whole = Derived("sum", tuple((m, replace(level, measure=m)) for m in measures))
            result = Evaluator(printed, self.members).evaluate(whole)
            if result.measured is not None:
                return self._side(
                    figure, result.measured, verdict_of_figure(figure, result.measured), figures=tuple(used)
                )
        del used[:]
        again = printed(level)
        if again is None:
            return Side()
        measured = Measured(plain(again).value, plain(again).interval)
        verdict = verdict_of_figure(figure, measured)
        near = abs(measured.point - plain(figure).value) <= abs(plain(figure).value) * FAR
        alike = near or slip_of(plain(figure), measured.point) is not None
        if verdict == INCONSISTENT and (not alike or ("measure" in reading.inherited and not reading.bound)):
            verdict = UNTESTABLE  # one name for two things is likelier than a slip
        return self._side(figure, measured, verdict, figures=tuple(used))

    # words --------------------------------------------------------------------------------------------------------

    def _name(self, level: Level) -> Bilingual:
        title = self.names.titles.get(level.measure, (level.measure, level.measure))
        made = []
        for name, places in zip(title, (self.names.place_names, self.names.place_names_en), strict=True):
            place = "+".join(places.get(p, p) for p in level.place.split("+"))
            to = f" → {places.get(level.to, level.to)}" if level.to else ""
            made.append(f"{name} {place}{to} {level.year}")
        return Bilingual(*made)

    def _describe(self, formula: Formula) -> list[Bilingual]:
        return list(dict.fromkeys(self._name(level) for level in list(levels(formula))[:2]))

    def _not_held(self, result: Evaluated) -> Reason:
        missing = [self._name(level) for level in result.missing[:3]]
        return reason("not_held", figures=missing) if missing else reason("not_defined")

    def _ranked(self, result: Evaluated) -> Bilingual:
        known = (self.names.place_names, self.names.place_names_en)
        return Bilingual(*(" > ".join(places.get(code, code) for code in result.ranked) for places in known))


def judged(readings: list[Reading], names: Names, evidence: Evidence) -> dict[int, Outcome]:
    """What the claims package says of each reading that can be written down as a claim, by the start of its number."""
    from jjj_pipeline.claims.text.claims import entries_of

    starts: dict[str, list[int]] = {}
    entries: dict[str, dict[str, Any]] = {}
    for reading in readings:
        if not reading.kind or reading.formula is None or reading.extra or not known(reading.formula):
            continue
        made = entries_of(Checked(reading, Side(), Side()), "", "", names)
        if len(made) == 1 and "missing" not in made[0]["from_data"]:
            same = repr(
                (made[0]["kind"], made[0]["claim"], made[0]["from_data"])
            )  # a claim that is repeated is judged once
            starts.setdefault(same, []).append(reading.number.start)
            entries.setdefault(same, made[0] | {"id": f"n{len(entries)}"})
    listed = list(entries.values())
    try:
        file = claims_of({"claims": listed}, evidence.facts.names)
    except ClaimMistakes:
        listed = [entry for entry in listed if _is_claim(entry, evidence)]
        file = claims_of({"claims": listed}, evidence.facts.names)
    of_id = {entry["id"]: starts[same] for same, entry in entries.items()}
    found = judge_claims(file.claims, file.book, evidence)
    return {start: j.external for j in found for start in of_id[j.claim.id]}


def _is_claim(entry: dict[str, Any], evidence: Evidence) -> bool:
    try:
        claims_of({"claims": [entry]}, evidence.facts.names)
    except ClaimMistakes:
        return False
    return True


def _unsigned(side: Side) -> Side:
    """下降3.2% is printed without its sign: so is what is due."""
    if not side.value:
        return side
    bare = side.value.removeprefix("-") if side.value.startswith("-") else f"+{side.value}"
    low, high = (None, None) if side.low is None or side.high is None else (-side.high, -side.low)
    return replace(
        side,
        value=bare,
        low=low,
        high=high,
        repair=bare if side.repair else "",
        why=_with_value(side.why, side.value, bare),
    )


def _should_read(due: str, slip: str) -> Reason:
    return reason("should_read_as", due=due, slip=words.SLIPS[slip])


def _with_value(why: Reason | None, old: str, new: str) -> Reason | None:
    """A reason with one value written in another way."""
    if why is None:
        return None
    return replace(why, values={name: new if value == old else value for name, value in why.values.items()})


def _plain_value(checked: Checked) -> bool:
    """A level that the warehouse knows and that does not hold as read."""
    return (
        isinstance(checked.reading.formula, Level)
        and bool(checked.external.value)
        and checked.external.verdict not in HOLDS
        and not checked.reading.bound
    )


def _shifted(formula: Formula, by: int) -> Formula:
    if isinstance(formula, Level):
        return replace(formula, year=formula.year + by)
    if isinstance(formula, Derived):
        return replace(formula, parts=tuple((n, _shifted(p, by)) for n, p in formula.parts))
    return formula


def _rebased(formula: Derived, old: int, new: int) -> Formula:
    last = max(level.year for level in levels(formula))
    parts = tuple((n, moved(p, year=new) if n == "start" else p) for n, p in formula.parts)
    return replace(formula, parts=parts, years=last - new) if old != new else formula


def _replaced(formula: Formula, old: Level, new: Formula) -> Formula:
    if formula == old:
        return new
    if isinstance(formula, Derived):
        return replace(formula, parts=tuple((n, _replaced(p, old, new)) for n, p in formula.parts))
    return formula
