"""Which columns of a table hold codes, and where the names of those codes are: for views and exports that show names beside
codes. What a table holds is in its contract."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from jjj_pipeline.contracts.base import ColumnInfo, Contract, info

_REGIONS = (
    "region_code", "group_code", "of_code", "origin", "destination", "region_a", "region_b", "supply_region", "demand_region",
    "maker", "partner", "parent", "largest_region",
)  # fmt: skip
_INDICATORS = ("indicator", "numerator", "denominator")
_RELEASES = ("release", "release_before", "release_start", "release_end", "release_old", "release_new")
_KEYS = {  # column -> (table of names, its key)
    **dict.fromkeys(_REGIONS, ("ref.region", "region_code")),
    **dict.fromkeys(_INDICATORS, ("ref.indicator", "indicator")),
    "industry_code": ("ref.industry", "industry_code"),
    "intensity": ("ref.intensity", "intensity"),
    "window_id": ("ref.window", "window_id"),
    "source": ("ref.source", "source"),
}
LANGUAGES = ("zh", "en")


class NamedCode(NamedTuple):
    """A column with codes: the column that carries the names, and how it is made as SQL over the table `t`."""

    column: str
    name: ColumnInfo
    join: str
    expression: str


def named_codes(contract: type[Contract], tables: Collection[str], lang: str) -> list[NamedCode]:
    """The columns of a contract whose codes have names in one of `tables`. A code without a name stands for itself."""
    columns = info(contract)
    own, taken, out = contract.Config.metadata["table"], {c.zh for c in columns}, []  # type: ignore[attr-defined]
    present = {c.name for c in columns}
    for number, c in enumerate(columns):
        alias = f"n{number}"
        if c.name in _KEYS and _KEYS[c.name][0] in tables and _KEYS[c.name][0] != own:
            table, key = _KEYS[c.name]
            join = f'left join {table} as {alias} on {alias}.{key} = t."{c.name}"'
        elif c.name in _RELEASES and "ref.release" in tables and own != "ref.release" and "source" in present:
            join = f'left join ref.release as {alias} on {alias}.source = t.source and {alias}.release = t."{c.name}"'
        else:
            continue
        stem = c.zh.removesuffix("代码")
        zh = stem if stem not in taken else f"{stem}名称"
        taken.add(zh)
        doc = f"Name of {c.name}"
        named = ColumnInfo(f"{c.name}_name", zh, doc, "", key=False, nullable=True, dtype="text", measure="")
        out.append(NamedCode(c.name, named, join, f'coalesce({alias}.name_{lang}, t."{c.name}")'))
    return out


def unit_column(contract: type[Contract], tables: Collection[str]) -> NamedCode | None:
    """The unit of the indicator, for a table with figures that have none of their own."""
    columns = {c.name: c for c in info(contract)}
    bare = any(c.dtype == "number" and not c.unit for c in columns.values())
    if (
        "indicator" not in columns
        or {"unit", "printed_unit"} & columns.keys()
        or "ref.indicator" not in tables
        or not bare
    ):
        return None
    named = ColumnInfo("unit", "单位", "Unit of the indicator", "", key=False, nullable=True, dtype="text", measure="")
    return NamedCode("indicator", named, "left join ref.indicator as u on u.indicator = t.indicator", "u.unit")
