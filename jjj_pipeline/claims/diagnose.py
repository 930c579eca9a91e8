"""The slip behind a claim that fails, found by trying every simple one in the order of how plausible it is. Knows slips, not
tables.

A slip of a printed figure `repairs` only what something independent confirms: the warehouse, or another identity of the text in
which the figure stands; all identities of the figure must hold after it, and no figure that the warehouse confirms as printed is
changed. A wrong formula (n ± 1 periods, 增长 for 增长到) counts as a slip of the claim. What only suggests itself (another year,
another place of the text) is `plausible`. Where nothing is found the computed value and the difference are given."""

from __future__ import annotations

import re
from collections import ChainMap, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from jjj_pipeline.claims.display import in_unit, key_name
from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.model import Bilingual
from jjj_pipeline.claims.quantity import (
    COUNTED,
    Book,
    DataKey,
    Key,
    Leaf,
    Operation,
    Quantity,
    Side,
    keys_of,
    mapped,
    measure,
    plain,
)
from jjj_pipeline.claims.reasons import ROLES, Reason, reason
from jjj_pipeline.claims.release_choice import release_choices
from jjj_pipeline.claims.slips import DIGIT, MIN_DIGITS, TEN, TEN_LAST, Slip, significant_digits, slips, variants
from jjj_pipeline.claims.verdict import EXACT, HOLDS, verdict_of_figure
from jjj_pipeline.measures.printed_figure import Figure


class Diagnosis(NamedTuple):
    """`repairs`, `plausible`, `rests`, `scope`, `differs` …, and why; for a figure in need of repair its key and what it should
    read."""

    kind: str
    reason: Reason | None = None
    key: str = ""
    figure: Figure | None = None


NOTHING = Diagnosis("")


@dataclass(frozen=True)
class Equation:
    """A numeric claim computed from one side: `claim_key` should equal `quantity`. `data` are the figures of the warehouse it is
    computed from; `decides` is false where they are of another scope."""

    claim_id: str
    kind: str
    side: str
    claim_key: str
    quantity: Quantity
    data: Mapping[Key, Figure] = field(default_factory=dict)
    decides: bool = True

    def printed_keys(self) -> list[str]:
        return list(dict.fromkeys([self.claim_key, *(k for k in keys_of(self.quantity) if isinstance(k, str))]))

    def over(self, book: Book, changed: Mapping[Key, Figure] | None = None) -> Book:
        return ChainMap(dict(changed or {}), dict(self.data), book)  # type: ignore[arg-type]

    def verdict(self, book: Book, changed: Mapping[Key, Figure] | None = None) -> str:
        over = self.over(book, changed)
        return verdict_of_figure(over[self.claim_key], measure(self.quantity, over))


class Repair(NamedTuple):
    """A slip that makes a failed equation hold: the figure it changes, how many equations that failed hold through it, how many
    different equations hold (a total and a part as the total's remainder are one), how many by interval only, the equations,
    and whether anything independent confirms it."""

    key: str
    slip: Slip
    mended: int
    support: int
    inexact: int
    equations: list[Equation]
    confirmed: bool


class Diagnoser:
    """Searches slips over all equations of one file. `exact_outside`: printed figures that the warehouse confirms."""

    def __init__(
        self, book: Book, equations: list[Equation], evidence: Evidence, exact_outside: set[str], named: set[str]
    ) -> None:
        self.book, self.evidence = book, evidence
        self.exact_outside, self.named = exact_outside, named
        self.of_key: dict[str, list[Equation]] = defaultdict(list)
        self.outside: list[Equation] = []
        for equation in equations:
            if equation.decides:
                for key in equation.printed_keys():
                    self.of_key[key].append(equation)
            if equation.side == "external":
                self.outside.append(equation)

    def explain(self, failed: Equation) -> Diagnosis:
        """The most plausible explanation of a failed equation; empty where nothing simple explains it."""
        steps: list[Callable[[Equation], Diagnosis]] = [self._points, self._times, self._misprint, self._year]
        steps += [self._formula, self._swapped, self._family]
        for step in steps:
            found = step(failed)
            if found.kind:
                return found
        return NOTHING

    def differs(self, failed: Equation) -> Reason | None:
        """The computed value and how far the print is from it."""
        claim, measured = self.book[failed.claim_key], measure(failed.quantity, failed.over(self.book))
        if measured is None:
            return None
        value = in_unit(claim, measured.point)
        if isinstance(failed.quantity, Operation) and failed.quantity.kind in COUNTED:
            return self._counted(failed.quantity, failed.over(self.book), value)
        if claim.bound:
            return reason("bound_fails", value=value, old=claim.literal)
        points = replace(claim, printed_unit="个百分点") if claim.unit == "%" else claim
        difference = in_unit(points, plain(claim).value - measured.point)
        return reason("differs", value=value, difference=difference if difference.startswith("-") else f"+{difference}")

    def _counted(self, quantity: Operation, over: Book, value: str) -> Reason:
        """The places that pass a threshold, or the order of the places."""
        names = self.evidence.facts.names
        sizes: list[tuple[Decimal, str]] = []
        for name, child in quantity.args:
            if name != "threshold" and (measured := measure(child, over)) is not None:
                region = next((k.region for k in keys_of(child) if isinstance(k, DataKey)), name)
                sizes.append((measured.point, region))
        sizes.sort(reverse=quantity.kind != "count_below")
        shown = int(measure(quantity, over).point)  # type: ignore[union-attr]
        listed = [
            names.place_name(region) for _, region in sizes[: max(shown, 3 if quantity.kind == "position" else 0)]
        ]
        sign = " > " if quantity.kind == "position" else ", "
        places = Bilingual(sign.join(p.zh for p in listed).replace(", ", "、"), sign.join(p.en for p in listed))
        return reason("places", value=value, places=places)

    def _others_hold(self, failed: Equation, changed: Mapping[Key, Figure] | None = None) -> bool:
        others = [e for e in self.of_key[failed.claim_key] if e != failed]
        return all(e.verdict(self.book, changed) in HOLDS for e in others)

    # percentages and percentage points ----------------------------------------------------------------------------

    def _points(self, failed: Equation) -> Diagnosis:
        """Per cent for percentage points and the reverse."""
        claim, quantity = self.book[failed.claim_key], failed.quantity
        if claim.unit not in ("%", "个百分点") or not isinstance(quantity, Operation) or claim.bound:
            return NOTHING
        to_points = claim.unit == "%"
        kinds = {("growth", True): "difference", ("difference", True): "difference", ("difference", False): "growth"}
        kind = kinds.get((quantity.kind, to_points))
        if kind is None or not of_percentages(quantity, failed.over(self.book)):
            return NOTHING
        other = replace(failed, quantity=replace(quantity, kind=kind))
        if other.verdict(self.book) != EXACT:
            return NOTHING
        right, wrong = ("个百分点", "%") if to_points else ("%", "个百分点")
        new = claim.literal.replace(claim.printed_unit, right)
        return Diagnosis("repairs", reason("points", right=right, wrong=wrong, new=new))

    def _times(self, failed: Equation) -> Diagnosis:
        """增长 X 倍 for 增长到 X 倍: before a digit, since the two always differ by one."""
        if failed.kind not in ("multiple", "growth_times"):
            return NOTHING
        return self._formula(failed, only_times=True)

    # misprints ----------------------------------------------------------------------------------------------------

    def _misprint(self, failed: Equation) -> Diagnosis:
        if not failed.decides:
            return NOTHING
        found = [r for key in failed.printed_keys() for r in self._repairs(failed, key)]
        if any(r.slip.rank != TEN_LAST for r in found):
            found = [r for r in found if r.slip.rank != TEN_LAST]
        confirmed = [r for r in found if r.confirmed]
        if not confirmed:
            return NOTHING
        ranks = {TEN_LAST: DIGIT + 1}
        confirmed.sort(key=lambda r: (-r.mended, ranks.get(r.slip.rank, r.slip.rank), -r.support, r.inexact))
        best = confirmed[0]
        rivals = [r for r in found if r.mended >= best.mended and r.slip.figure.value != best.slip.figure.value]
        same = (best.slip.rank, best.inexact)
        if any(best.slip.rank > TEN or r.slip.rank <= TEN for r in rivals if r.key != best.key):
            return NOTHING  # two figures explain it as well as one another
        if any((r.slip.rank, r.inexact) == same for r in rivals if r.key == best.key):
            return NOTHING  # two readings of the figure do
        sentence = reason(
            best.slip.code, old=self.book[best.key].literal, new=in_unit(best.slip.figure), **best.slip.values
        )
        return Diagnosis("repairs", self._confirmed(best, sentence), best.key, best.slip.figure)

    def _repairs(self, failed: Equation, key: str) -> Iterator[Repair]:
        if key in self.exact_outside or self.book[key].bound:
            return
        equations = self.of_key[key]
        for slip in slips(self.book[key]):
            changed: dict[Key, Figure] = {key: slip.figure}
            verdict = failed.verdict(self.book, changed)
            if verdict not in HOLDS or (slip.rank >= DIGIT and verdict != EXACT and failed.side == "external"):
                continue
            verdicts = [e.verdict(self.book, changed) for e in equations]
            if not all(v in HOLDS for v in verdicts):
                continue
            mended = sum(e.verdict(self.book) not in HOLDS for e in equations)
            support = len({(e.side, frozenset(e.printed_keys())) for e in equations})
            confirmed = support > 1 or failed.side == "external" or self._operands_confirmed(failed, key)
            yield Repair(key, slip, mended, support, sum(v != EXACT for v in verdicts), equations, confirmed)

    def _operands_confirmed(self, failed: Equation, key: str) -> bool:
        """Whether everything else in the equation is confirmed by the warehouse."""
        others = [k for k in failed.printed_keys() if k != key]
        return bool(others) and all(k in self.exact_outside for k in others)

    def _confirmed(self, repair: Repair, sentence: Reason) -> Reason:
        """What confirms a repair: the warehouse's figure, else the claims that hold with it."""
        outside = [e for e in repair.equations if e.side == "external" and e.claim_key == repair.key]
        if outside:
            measured = measure(outside[0].quantity, outside[0].over(self.book))
            assert measured is not None
            new = repair.slip.figure
            wide = replace(new, half=min(new.half, new.scale / 200)) if new.scale > 1 else new
            code = "by_data_last" if repair.slip.rank == TEN_LAST else "by_data"
            return reason(code, repair=sentence, value=in_unit(wide, measured.point))
        printed = tuple(dict.fromkeys(self.book[e.claim_key].literal for e in repair.equations))
        return reason("by_text", repair=sentence, claims=printed)

    # formulas -----------------------------------------------------------------------------------------------------

    def _formula(self, failed: Equation, *, only_times: bool = False) -> Diagnosis:
        claim = self.book[failed.claim_key]
        needed = 2 if only_times or failed.kind == "cagr" else MIN_DIGITS
        if significant_digits(claim) < needed:
            return NOTHING
        if claim.bound or not self._others_hold(failed):
            return NOTHING
        for variant in variants(failed.quantity):
            if only_times and not variant.code.startswith("times"):
                continue
            changed = replace(failed, quantity=variant.quantity)
            if changed.verdict(self.book) != EXACT:
                continue
            measured = measure(failed.quantity, failed.over(self.book))
            if measured is None:
                return NOTHING
            what = Reason(f"formula:{variant.code}", variant.values)
            return Diagnosis(
                "repairs", reason("formula", old=claim.literal, what=what, due=in_unit(claim, measured.point))
            )
        return NOTHING

    # another year, place or indicator -----------------------------------------------------------------------------

    def _year(self, failed: Equation) -> Diagnosis:
        """The figures of a year before or after, of the whole or of one operand."""
        keys = self._external_keys(failed)
        if not keys or significant_digits(self.book[failed.claim_key]) < MIN_DIGITS:
            return NOTHING
        claim = self.book[failed.claim_key]
        for step in (-1, 1):
            change = {k: k._replace(year=k.year + step) for k in keys}
            if not any(k.period for k in keys) and self._holds_with(failed, change):
                wrong = sorted({k.year for k in keys})
                now = "-".join(str(y + step) for y in wrong)
                was = "-".join(map(str, wrong))
                return Diagnosis("plausible", reason("year", old=claim.literal, year=now, wrong=was))
        if len(keys) < 2 or not isinstance(failed.quantity, Operation):
            return NOTHING
        for role, child in failed.quantity.args:
            inside = [k for k in keys_of(child) if isinstance(k, DataKey) and not k.period]
            for step in (-1, 1):
                if inside and self._holds_with(failed, {k: k._replace(year=k.year + step) for k in inside}, role):
                    what = self.evidence.facts.names.indicator_name(inside[0].indicator)
                    named = ROLES.get(role, Bilingual(role, role))
                    year = str(inside[0].year + step)
                    return Diagnosis(
                        "plausible", reason("year_operand", old=claim.literal, what=what, year=year, role=named)
                    )
        return NOTHING

    def _external_keys(self, failed: Equation) -> list[DataKey]:
        keys = [k for k in dict.fromkeys(keys_of(failed.quantity)) if isinstance(k, DataKey)]
        return keys if failed.side == "external" and failed.decides and not self.book[failed.claim_key].bound else []

    def _holds_with(self, failed: Equation, change: Mapping[DataKey, DataKey], role: str = "") -> bool:
        """Whether the claim is exact with other keys of the warehouse, on releases that belong together."""
        quantity = failed.quantity
        if role and isinstance(quantity, Operation):  # one operand alone: the other may have the same key
            args = tuple((n, mapped(q, change) if n == role else q) for n, q in quantity.args)  # type: ignore[arg-type]
            quantity = replace(quantity, args=args)
        else:
            quantity = mapped(quantity, change)  # type: ignore[arg-type]
        found = release_choices(Side({"value": quantity}), self.evidence)
        if not found:
            return False
        first = found[0]
        changed = replace(failed, quantity=first.side.quantities["value"], data=first.figures)
        return changed.verdict(self.book) == EXACT

    def _swapped(self, failed: Equation) -> Diagnosis:
        """The figure of another place that the text names; swapped where that place's claim holds for this one."""
        keys = self._external_keys(failed)
        claim = self.book[failed.claim_key]
        if not keys or significant_digits(claim) < MIN_DIGITS or any(k.destination for k in keys):
            return NOTHING
        here = keys[0].region
        names = self.evidence.facts.names
        for there in sorted(self.named - {here}):
            change = {k: k._replace(region=there) for k in keys if k.region == here}
            if not self._holds_with(failed, change):
                continue
            other = names.place_name(there)
            for twin in self.outside:
                twins = [k for k in keys_of(twin.quantity) if isinstance(k, DataKey)]
                same = (
                    twins and twins[0]._replace(region="") == keys[0]._replace(region="") and twins[0].region == there
                )
                back = {k: k._replace(region=here) for k in twins if k.region == there}
                if same and twin.verdict(self.book) not in HOLDS and self._holds_with(twin, back):
                    return Diagnosis("repairs", reason("swapped", other=other))
            return Diagnosis("plausible", reason("place", other=other))
        return NOTHING

    def _family(self, failed: Equation) -> Diagnosis:
        """Another indicator that a writer may take for this one, where many digits agree."""
        keys = self._external_keys(failed)
        if (
            len(keys) != 1
            or not isinstance(failed.quantity, Leaf)
            or significant_digits(self.book[failed.claim_key]) < 4
        ):
            return NOTHING
        for indicator in self.evidence.family(keys[0].indicator):
            other = keys[0]._replace(indicator=indicator)
            if self._holds_with(failed, {keys[0]: other}):
                return Diagnosis("plausible", reason("indicator", other=key_name(other, self.evidence.facts.names)))
        return NOTHING


def of_percentages(quantity: Operation, book: Book) -> bool:
    """Whether both ends of a difference are percentages or shares that vary, not a whole of 100 %."""
    ends = [q for n, q in quantity.args if n in ("start", "end")]
    return len(ends) == 2 and all(_is_percentage(q, book) for q in ends)


def _is_percentage(quantity: Quantity, book: Book) -> bool:
    if isinstance(quantity, Leaf):
        figure = book[quantity.key]
        return (
            figure.unit in ("%", "个百分点") and figure.value != Decimal(100) and not re.match(r"1/1\b", figure.literal)
        )
    if quantity.kind == "ratio":
        units = {plain(book[q.key]).unit for _, q in quantity.args if isinstance(q, Leaf)}
        return len(units) == 1
    return quantity.kind in ("share", "share_of_parts", "growth", "cagr")
