"""Other formulas a figure may follow: what its clause leaves open, neighbours of what was carried over, and the usual slips of those
who compute. Which of them holds is for `check`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jjj_pipeline.claims.text.reading import Derived, Formula, Level, Reading, known, levels, moved


def other_readings(reading: Reading) -> Iterator[Formula]:
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


def slips_of_computing(formula: Formula) -> Iterator[tuple[str, Formula]]:
    """(slip, what is computed by it): years miscounted, growth for multiple and the reverse, the whole of another year."""
    if not isinstance(formula, Derived):
        return
    if formula.kind == "cagr":
        for more in (1, -1):
            if formula.years + more > 0:
                yield "years miscounted", replace(formula, years=formula.years + more)
        yield "simple average", replace(formula, kind="mean_growth")
    if formula.kind == "growth_times":
        yield "增长 for 增长到", replace(formula, kind="multiple")
    if formula.kind == "multiple":
        yield "增长到 for 增长", replace(formula, kind="growth_times")
    if formula.kind == "share":
        for shift in (-1, 1):
            total = _shifted(formula.part("total"), shift)
            yield "the whole of another year", Derived("share", (("part", formula.part("part")), ("total", total)))


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
