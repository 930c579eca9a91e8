"""What the text's own figures say of one of them: a total of its printed parts, a rate of its printed ends or multiple, the same
figure printed elsewhere. The warehouse is not queried."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from jjj_pipeline.claims.quantity import Leaf, Measured, Operation, measure, plain
from jjj_pipeline.claims.text.evaluate import Evaluated, Evaluator, claimed
from jjj_pipeline.claims.text.names import Names
from jjj_pipeline.claims.text.reading import Derived, Formula, Level, Reading, known
from jjj_pipeline.claims.text.sides import Side, side_of
from jjj_pipeline.claims.text.slips import slip_of
from jjj_pipeline.claims.verdict import INCONSISTENT, UNTESTABLE, verdict_of_figure
from jjj_pipeline.measures.printed_figure import Figure

FAR = Decimal("0.15")  # a difference beyond which another scope is likelier than a misprint


class TextFigures:
    """The printed figures of a text by what they are of."""

    def __init__(self, readings: list[Reading], names: Names) -> None:
        self.members = {code: list(names.members(code)) for code in names.groups}
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

    def side(self, reading: Reading, figure: Figure, doubtful: Callable[[], bool]) -> Side:
        """The verdict of the text itself; `doubtful`: whether a figure that differs may be right all the same."""
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
            nearest = min(near, key=lambda e: abs(e[0].number.start - reading.number.start))
            used.append(nearest[0].number.literal)
            return nearest[1]

        if isinstance(formula, Level):
            return self._sum_inside(reading, figure, formula, printed, used)
        result = Evaluator(printed, self.members).evaluate(formula)
        if result.measured is None and isinstance(formula, Derived):
            result = self._of_printed_multiple(formula, used)
        if result.measured is None:
            return Side()
        if reading.kind == "rank":
            return side_of(figure, result.measured, verdict_of_figure(figure, result.measured), figures=tuple(used))
        verdict = verdict_of_figure(figure, result.measured)
        if verdict == INCONSISTENT and (reading.inherited & {"base", "whole"} or doubtful()):
            verdict = UNTESTABLE
        return side_of(figure, result.measured, verdict, figures=tuple(used))

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
                return side_of(figure, result.measured, verdict, figures=tuple(used))
        for measures in self.sums.get(level.measure, ()) if not level.to else ():
            del used[:]
            whole = Derived("sum", tuple((m, replace(level, measure=m)) for m in measures))
            result = Evaluator(printed, self.members).evaluate(whole)
            if result.measured is not None:
                return side_of(figure, result.measured, verdict_of_figure(figure, result.measured), figures=tuple(used))
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
        return side_of(figure, measured, verdict, figures=tuple(used))
