"""From readings to verdicts, with caution: where the text leaves a slot open, where another reading or another release holds, or
where nothing simple explains the difference, the verdict stays open. What the text itself says is found by `inside`, other readings by `alternatives`.

`exact`, `consistent`, `inconsistent`, `untestable`, as for claims written by hand; a status for people beside it: confirmed,
contradicted, open, unchecked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from jjj_pipeline.claims.claims_file import claims_of
from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.judge import outcomes_from_data
from jjj_pipeline.claims.model import Bilingual, ClaimMistakes
from jjj_pipeline.claims.outcome import Outcome
from jjj_pipeline.claims.quantity import DataKey, plain
from jjj_pipeline.claims.reasons import Reason, reason
from jjj_pipeline.claims.text import words
from jjj_pipeline.claims.text.alternatives import other_readings, slips_of_computing
from jjj_pipeline.claims.text.claims import entries_of
from jjj_pipeline.claims.text.evaluate import Evaluated, Evaluator, claimed, from_warehouse, key_of
from jjj_pipeline.claims.text.inside import FAR, TextFigures
from jjj_pipeline.claims.text.names import Names
from jjj_pipeline.claims.text.reading import Derived, Formula, Level, Reading, known, levels
from jjj_pipeline.claims.text.sides import Checked, Side, side_of, unsigned
from jjj_pipeline.claims.text.slips import Slip, shown, slip_of
from jjj_pipeline.claims.verdict import CONSISTENT, EXACT, HOLDS, INCONSISTENT, UNTESTABLE, verdict_of_figure
from jjj_pipeline.measures.printed_figure import Figure, round_half_up

RATES = frozenset({"growth", "cagr", "growth_from_increment"})


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
        self.inside = TextFigures(readings, names)

    def check(self, reading: Reading) -> Checked:
        if not reading.kind:
            return Checked(reading, Side(), Side())
        if reading.extra and self.outside is not None:
            return Checked(reading, Side(), self._proportion(reading))
        figure = claimed(reading)
        if reading.formula is None or not known(reading.formula) or figure is None:
            return Checked(reading, Side(), Side(why=reading.why or reason("not_understood")))
        formula = reading.formula
        internal = self.inside.side(
            reading, figure, lambda: self._real(formula) or self._of_rounded_rates(reading, figure)
        )
        external = self._external(reading, figure, internal)
        doubted = external.verdict == UNTESTABLE and bool(external.keys) and bool(reading.inherited - {"year"})
        if internal.verdict == INCONSISTENT and doubted:
            internal = replace(internal, verdict=UNTESTABLE)  # the reading itself is in doubt
        if reading.number.printed.startswith("-") and not reading.number.literal.startswith("-"):
            internal, external = unsigned(internal), unsigned(external)
        return Checked(reading, internal, external)

    def exchanged(self, checked: list[Checked]) -> list[Checked]:
        """Two figures of one sentence that are exchanged."""
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
        """提高16.8% of a share: as growth of the share, or as points with a wrong unit; else it is not understood."""
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
        return side_of(figure, result.measured, verdict, keys=result.keys)

    def _careful(self, reading: Reading, figure: Figure, result: Evaluated, side: Side, internal: Side) -> Side:
        """An inconsistent verdict stays only where no other reading holds and a slip or an explicit statement supports it."""
        assert self.outside is not None
        assert result.measured is not None
        assert reading.formula is not None
        base, point = plain(figure), result.measured.point
        due = side.value
        sure = internal.verdict == INCONSISTENT and internal.value == side.value  # the text itself says so too
        for other in () if sure else other_readings(reading):
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
        """The slip of computing by which the figure follows."""
        formula = reading.formula
        assert self.outside is not None
        assert formula is not None
        due = self.outside.evaluate(formula)
        if due.measured is None:
            return None
        for kind, other in slips_of_computing(formula):
            again = self.outside.evaluate(other)
            if again.measured is not None and verdict_of_figure(figure, again.measured) in HOLDS:
                return Slip(kind, shown(plain(figure), due.measured.point))
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
    found = outcomes_from_data(file.claims, file.book, evidence)
    return {start: outcome for name, outcome in found.items() for start in of_id[name]}


def _is_claim(entry: dict[str, Any], evidence: Evidence) -> bool:
    try:
        claims_of({"claims": [entry]}, evidence.facts.names)
    except ClaimMistakes:
        return False
    return True


def _should_read(due: str, slip: str) -> Reason:
    return reason("should_read_as", due=due, slip=words.SLIPS[slip])


def _plain_value(checked: Checked) -> bool:
    """A level that the warehouse knows and that does not hold as read."""
    return (
        isinstance(checked.reading.formula, Level)
        and bool(checked.external.value)
        and checked.external.verdict not in HOLDS
        and not checked.reading.bound
    )
