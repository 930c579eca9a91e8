"""Values as people read them: in the claim's own unit and rounding, keys in names. No verdict is made here."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext

from jjj_pipeline.claims.catalog_names import CatalogNames
from jjj_pipeline.claims.model import Bilingual
from jjj_pipeline.claims.quantity import PERCENT, Book, DataKey, Leaf, Measured, Operation, Quantity, plain
from jjj_pipeline.measures.printed_figure import CONTEXT, Figure, half_unit


def number(value: Decimal, decimals: int) -> str:
    """A number with so many decimals, half up."""
    if value and abs(value) < half_unit(decimals):  # 0.003 is not shown as 0
        decimals = 1 - value.adjusted()
    with localcontext(CONTEXT):
        rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{rounded + 0:f}"


def decimals_of(figure: Figure) -> int:
    """Decimals of a figure in its printed unit; two for a printed fraction."""
    step = figure.step / figure.scale if figure.step else Decimal("0.01")
    return max(0, -step.normalize().as_tuple().exponent) if step < 1 else 0  # type: ignore[operator]


def in_unit(figure: Figure, value: Decimal | None = None, extra: int = 0) -> str:
    """A value in the figure's printed unit with its decimals (and `extra` ones); the value as `plain` gives it."""
    base = plain(figure)
    shown = (base.value if value is None else value) / base.scale
    return f"{number(shown, decimals_of(figure) + extra)} {figure.printed_unit}".strip()


def computed(figure: Figure, measured: Measured | None) -> str:
    """`8.56 % [8.563, 8.564]`: the point in the claim's rounding, the interval with a digit more where it is wider than that."""
    if measured is None:
        return ""
    base, places = plain(figure), decimals_of(figure)
    if not figure.half and not figure.printed_unit:  # a printed fraction
        return f"{number(measured.point * 100, 1)} %"
    point = number(measured.point / base.scale, places)
    if measured.interval is None:
        return f"{point} {figure.printed_unit}".strip()
    low, high = (number(end / base.scale, places + 1) for end in measured.interval)
    interval = "" if low == high else f" [{low}, {high}]"
    return f"{point} {figure.printed_unit}".strip() + interval


def read_as(quantity: Quantity, book: Book, measured: Measured | None) -> str:
    """A quantity without a claim: a figure in its own unit, a share or rate in per cent."""
    if measured is None:
        return ""
    if isinstance(quantity, Leaf):
        return _rounded(book[quantity.key], measured.point)
    if quantity.kind in PERCENT or (quantity.kind == "ratio" and _one_unit(quantity, book)):
        return f"{number(measured.point * 100, 2)} %"
    if quantity.kind in ("sum", "difference", "mean_diff") and isinstance(child := quantity.args[0][1], Leaf):
        return _rounded(book[child.key], measured.point)
    return f"{measured.point:.6g}"


def _rounded(figure: Figure, value: Decimal) -> str:
    """A value in the figure's unit with its decimals, at most two."""
    base = plain(figure)
    return f"{number(value / base.scale, min(2, decimals_of(figure)))} {figure.printed_unit}".strip()


def _one_unit(quantity: Operation, book: Book) -> bool:
    units = {plain(book[q.key]).unit for _, q in quantity.args if isinstance(q, Leaf)}
    return len(units) == 1 and units != {""}


def key_name(key: DataKey, names: CatalogNames) -> Bilingual:
    """`2019年北京R&D经费内部支出`, `Intramural R&D expenditure, Beijing, 2019`."""
    what, here = names.indicator_name(key.indicator), names.place_name(key.region)
    industry = "" if key.industry == "*" else f" {key.industry}"
    zh, en = here.zh, here.en
    if key.destination:
        there = names.place_name(key.destination)
        zh, en = f"{here.zh}流向{there.zh}", f"{here.en} to {there.en}"
    when = key.when.replace("-", "—")
    return Bilingual(f"{when}年{zh}{what.zh}{industry}", f"{what.en}{industry}, {en}, {key.when}")


def key_names(keys: Iterable[DataKey], names: CatalogNames) -> tuple[Bilingual, ...]:
    return tuple(key_name(key, names) for key in keys)
