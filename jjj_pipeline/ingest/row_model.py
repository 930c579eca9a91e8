"""What a row is, and one printed cell as a figure: its value in the indicator's unit, half a unit of its last digit, its
status. Every figure keeps its literal, its unit and its cell; none is changed here: corrections are a ledger of their own."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from jjj_pipeline.catalog import units
from jjj_pipeline.catalog.model import Catalog, StatusRule, TableSpec
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.text_parsing import NOT_SIGNIFICANT
from jjj_pipeline.measures.printed_figure import half_unit
from jjj_pipeline.storage.raw_files import RawFile

Row = tuple[object, ...]  # in the order of COLUMNS
KEYS = {
    "observation": ["table_id", "indicator", "region_code", "industry_code", "year", "source", "release"],
    "flow": ["table_id", "indicator", "origin", "destination", "period", "source", "release"],
    "ranking": ["table_id", "indicator", "region_code", "year", "rank", "source", "release"],
    "link": ["table_id", "indicator", "region_a", "region_b", "industry_code", "source", "release"],
}
VALUE_COLUMNS = ["value", "half_width", "status", "printed", "printed_unit", "file", "cell"]
COLUMNS = {
    "observation": [*KEYS["observation"], *VALUE_COLUMNS],
    "flow": [*KEYS["flow"], "period_start", "period_end", "level", *VALUE_COLUMNS],
    "ranking": [*KEYS["ranking"], "industry_code", "status", "file", "cell"],
    "link": [*KEYS["link"], "status", "file", "cell"],
}
MOST_DIGITS = 30  # significant digits of a figure; more are no measurement
SMALLEST = sys.float_info.min  # below it doubles lose digits


@dataclass(frozen=True)
class Reading:
    """What a reader needs to know to understand one file."""

    file: RawFile
    spec: TableSpec
    catalog: Catalog

    def refuse(self, expected: str, found: str, cell: str = "", hint: str = "") -> BadInput:
        return BadInput(self.file.name, cell=cell, expected=expected, found=found, hint=hint)


@lru_cache(maxsize=4096)
def _scale(printed: str, wanted: str) -> tuple[int, int, int]:
    factor = units.factor(printed, wanted)
    return factor.numerator, factor.denominator, units.offset(printed, wanted)


@lru_cache(maxsize=4096)
def _half_unit(decimals: int, over: int, under: int) -> float:
    """Half a unit of the last digit, converted."""
    return float(half_unit(decimals) * over / under)


_EMPTY: tuple[None, None, str] = (None, None, "O")


def figure(
    reading: Reading,
    printed: str,
    unit: str,
    indicator: str,
    column: str,
    cell: str,
    shown: int | None = None,
    most: int | None = None,
) -> tuple[float | None, float | None, str]:
    """(value, half width, status) of one printed cell in the indicator's unit.

    A blank cell is `O` (missing), `…` is `N` (below the smallest unit shown): both without a value, never zero. The
    decimals are those tables.yml gives (but no more than `most`, those any figure of the column has), else those the
    cell's number format shows (`shown`), else those of the literal.
    """
    text = printed.strip()
    if not text:
        return _EMPTY
    try:
        over, under, plus = _scale(unit, reading.catalog.indicators[indicator].unit)
    except (units.UnknownUnit, units.Inconvertible) as error:
        raise reading.refuse(
            f"a unit that converts to {reading.catalog.indicators[indicator].unit}",
            f"{unit or 'no unit'} for {indicator}",
            cell=cell,
            hint=str(error),
        ) from None
    decimals = reading.spec.decimals(column, reading.file.release)
    if decimals is None:
        decimals = shown
    elif most is not None:
        decimals = min(decimals, most)
    if text in NOT_SIGNIFICANT:
        return None, _half_unit(decimals or 0, over, under), "N"
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise reading.refuse(
            "a figure", repr(printed), cell=cell, hint="leave the cell blank where there is no figure"
        ) from None
    # one multiplication and one division of exact integers: the same double on every machine
    converted = float(value * over / under + plus) if value.is_finite() else math.inf
    if (
        (len(text) > MOST_DIGITS and len(value.as_tuple().digits) > MOST_DIGITS)
        or not math.isfinite(converted)
        or (value and abs(float(value)) < SMALLEST)
    ):
        found = repr(printed) if len(printed) < 60 else f"{printed[:20]!r} … ({len(printed)} signs)"
        raise reading.refuse(f"a figure of at most {MOST_DIGITS} digits that a computer can hold", found, cell=cell)
    if decimals is None:
        decimals = max(0, -int(value.as_tuple().exponent))
    return converted, _half_unit(decimals, over, under), "A"


def status_of(reading: Reading, indicator: str, region: str, year: int) -> str:
    """The OBS_STATUS tables.yml gives this figure; A where no rule covers it."""
    for rule in reading.spec.status:
        if _applies_to(rule, reading.file.release, indicator, region, year):
            return rule.status
    return "A"


def _applies_to(rule: StatusRule, release: str, indicator: str, region: str, year: int) -> bool:
    return (
        (not rule.release or rule.release == release)
        and (not rule.years or year in rule.years)
        and (not rule.regions or region in rule.regions)
        and (not rule.indicators or indicator in rule.indicators)
    )
