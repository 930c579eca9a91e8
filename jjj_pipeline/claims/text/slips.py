"""Whether a printed figure is a simple misprint of the figure that is due: unit, power of ten, exchanged digits, one digit, percent for
points, growth for multiple, years miscounted. Decides nothing where the two lie one unit of the last digit apart."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from jjj_pipeline.measures.printed_figure import Figure, round_half_up


class Slip(NamedTuple):
    """`kind` and what the figure should read, in its printed unit."""

    kind: str
    due: str


def shown(figure: Figure, value: Decimal) -> str:
    """A value (in the figure's base unit) with the unit and decimals of the printed figure."""
    step = figure.step / figure.scale
    number = value / figure.scale
    if not step:
        return f"{number:.4g} {figure.printed_unit}".strip()
    rounded = round_half_up(number, step)
    decimals = max(0, -int(step.normalize().as_tuple().exponent)) if step < 1 else 0
    return f"{rounded:.{decimals}f} {figure.printed_unit}".strip()


def slip_of(figure: Figure, value: Decimal) -> Slip | None:
    """`value` is what is due, in the figure's base unit (a fraction for per cent)."""
    if not figure.step or figure.bound or not value:
        return None
    if (figure.value < 0) != (value < 0):
        opposite = round_half_up(-value, figure.step)
        return Slip("direction", shown(figure, value)) if opposite == figure.value else None
    printed, due = abs(figure.value), abs(value)
    if len(_digits(printed, figure)) < 2:
        return None  # one digit fits too much
    for exponent in (4, -4, 1, -1, 2, -2, 3, -3, 8, -8):
        power = Decimal(10) ** exponent
        near = abs(printed * power - due) <= max(figure.step * power, figure.step)  # its last digit may be one off
        if near or round_half_up(due / power, figure.step) == printed:
            kind = "unit" if abs(exponent) in (4, 8) else "power of ten"
            return Slip(kind, _named(figure, value, exponent) if kind == "unit" else shown(figure, value))
    one, other = _digits(printed, figure), _digits(due, figure)
    if one == other:
        return None
    if abs(printed - round_half_up(due, figure.step)) <= figure.step:
        return None  # one unit of the last digit: another rounding, another release
    if len(one) == len(other):
        differing = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if (
            len(differing) == 2
            and differing[1] == differing[0] + 1
            and one[differing[0]] == other[differing[1]]
            and one[differing[1]] == other[differing[0]]
        ):
            return Slip("digits exchanged", shown(figure, value))
        if len(differing) == 1 and len(one) >= 2:
            return Slip("one digit", shown(figure, value))
        if len(one) >= 3 and sorted(one) == sorted(other):
            return Slip("digits exchanged", shown(figure, value))
    return None


def _named(figure: Figure, value: Decimal, exponent: int) -> str:
    names = {4: "万", 8: "亿", 12: "万亿", 0: ""}
    power = len(str(int(figure.scale))) - 1 + exponent
    if power in names and figure.unit:
        number = value / Decimal(10) ** power
        decimals = max(0, -int((figure.step / figure.scale).normalize().as_tuple().exponent))
        return f"{number:.{decimals}f} {names[power]}{figure.unit}"
    return shown(figure, value)


def _digits(value: Decimal, figure: Figure) -> str:
    count = round_half_up(value, figure.step) / figure.step
    return str(int(count))
