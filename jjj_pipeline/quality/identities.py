"""Identities among figures: what a contract of one table cannot say. Parts against totals, provinces against the
nation, printed shares against 100 and against their own value over total. Bounds come from the printed digits,
never from taste."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from jjj_pipeline.catalog.model import Catalog, Correction, Identity
from jjj_pipeline.errors import BadInput
from jjj_pipeline.quality.findings import describe

# Between levels, a gap beyond the bound of the digits is recorded always; it blocks when it passes this part of the
# total.
MATERIAL = 0.001

_AT = ["table_id", "source", "release", "region_code", "year"]
_FIGURE = [*_AT, "indicator", "industry_code", "value", "half_width", "file", "cell"]
_CASE = ["check_id", *_AT, "indicator", "expected", "found", "bound", "file", "cell"]

NATION = Identity(
    id="provinces_to_nation", kind="members",
    zh="31个省级单位之和等于全国", en="The 31 provincial units add up to the printed nation, where the table is closed",
)  # fmt: skip


def discrepancies(observations: pd.DataFrame, catalog: Catalog) -> tuple[pd.DataFrame, dict[str, int]]:
    """(every gap beyond its bound, number of cases tested for each identity).

    severity is `error` where the gap blocks, `warning` where it is recorded only. An entry of the ledger that allows a
    gap which is not there, or is not material, raises BadInput.
    """
    rules = {rule.id: rule for rule in [*catalog.identities, NATION]}
    figures = observations[_FIGURE]
    total = figures[figures["industry_code"] == "*"]
    cases = [
        _parts(total, [rule for rule in catalog.identities if rule.kind == "parts"]),
        *(
            _CASES[r.kind](figures if r.kind == "sections" else total, r, catalog)
            for r in catalog.identities
            if r.kind in _CASES
        ),
        _provinces_to_nation(total, catalog),
    ]
    found = pd.concat(cases, ignore_index=True)
    counts = found["check_id"].value_counts()
    return _allow(_judge(found, rules), catalog), {name: int(counts.get(name, 0)) for name in rules}


def _parts(frame: pd.DataFrame, rules: list[Identity]) -> pd.DataFrame:
    """A printed total against its printed parts: all rules in one pass."""
    tables = frame["table_id"].unique()
    named = [(r.id, name, table) for r in rules for name in (r.total, *r.parts) for table in r.tables or tables]
    mine = frame.merge(pd.DataFrame(named, columns=["check_id", "indicator", "table_id"], dtype="str"))
    is_total = mine["indicator"] == mine["check_id"].map({r.id: r.total for r in rules})
    return _against(mine[is_total], mine[~is_total], ["check_id", *_AT], {r.id: len(r.parts) for r in rules})


def _sections(frame: pd.DataFrame, rule: Identity, catalog: Catalog) -> pd.DataFrame:
    mine = frame[frame["indicator"].isin(rule.indicators or [rule.indicator])]
    mine = mine[mine["table_id"].isin(rule.tables)] if rule.tables else mine
    parts = mine[mine["industry_code"].str.fullmatch("[A-T]")]
    return _against(
        mine[mine["industry_code"] == "*"].assign(check_id=rule.id), parts, [*_AT, "indicator"], {rule.id: 19}
    )


def _members(frame: pd.DataFrame, rule: Identity, catalog: Catalog) -> pd.DataFrame:
    """A printed total of a group against its printed members."""
    members = [g["region_code"] for g in catalog.groups if g["group_code"] == rule.of]
    parts = frame[(frame["indicator"] == rule.indicator) & frame["region_code"].isin(members)]
    whole = frame[(frame["indicator"] == rule.total) & (frame["region_code"] == rule.of)]
    at = ["table_id", "source", "release", "year"]
    return _against(whole.assign(check_id=rule.id), parts, at, {rule.id: len(members)})


def _provinces_to_nation(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    closed = {
        (table_id, indicator)
        for table_id, spec in catalog.tables.items()
        for indicator, _ in spec.indicators()
        if spec.closed is True or indicator in (spec.closed or [])
    }
    mine = frame[pd.MultiIndex.from_frame(frame[["table_id", "indicator"]]).isin(closed)]
    parts = mine[mine["region_code"].map(catalog.region_kind) == "province"]
    whole = mine[mine["region_code"] == "CN"].assign(check_id=NATION.id)
    return _against(whole, parts, ["table_id", "source", "release", "indicator", "year"], {NATION.id: 31})


def _against(whole: pd.DataFrame, parts: pd.DataFrame, at: list[str], needed: Mapping[str, int]) -> pd.DataFrame:
    """Printed wholes against the sums of their parts of the same place, where as many of them as the rule needs have
    a figure."""
    sums = parts.groupby(at).agg(found=("value", "sum"), filled=("value", "count"), half=("half_width", "sum"))
    both = whole.merge(sums, left_on=at, right_index=True)
    enough = both["check_id"].map(needed).astype("int64")  # of no rows at all, map leaves the texts it was given
    both = both[(both["filled"] >= enough) & both["value"].notna()]
    both = both.assign(expected=both["value"], bound=both["half_width"] + both["half"])
    return both[_CASE]


def _shares(frame: pd.DataFrame, rule: Identity, catalog: Catalog) -> pd.DataFrame:
    """Printed shares of all members against 100, and each against its own printed value over the printed total."""
    members = [g["region_code"] for g in catalog.groups if g["group_code"] == rule.of]
    shares = frame[(frame["indicator"] == rule.share) & frame["region_code"].isin(members)]
    by_year = shares.groupby(["table_id", "source", "release", "year"], as_index=False)
    sums = by_year.agg(
        found=("value", "sum"),
        n=("value", "count"),
        bound=("half_width", "sum"),
        file=("file", "first"),
        cell=("cell", "first"),
    )
    sums = sums[sums["n"] == len(members)].assign(
        check_id=rule.id, region_code=rule.of, indicator=rule.share, expected=100.0
    )
    if not rule.value:
        return sums[_CASE]
    keys = ["source", "release", "year"]
    whole = _named(frame[(frame["indicator"] == rule.total) & (frame["region_code"] == rule.of)], keys, "total")
    members_printed = (frame["indicator"] == rule.value) & frame["region_code"].isin(members)
    part = _named(frame[members_printed], [*keys, "region_code"], "part")
    own = shares.merge(part, on=[*keys, "region_code"]).merge(whole, on=keys)
    point = 100 * own["part_value"] / own["total_value"]
    low = 100 * (own["part_value"] - own["part_half_width"]) / (own["total_value"] + own["total_half_width"])
    high = 100 * (own["part_value"] + own["part_half_width"]) / (own["total_value"] - own["total_half_width"])
    reach = pd.concat([high - point, point - low], axis=1).max(axis=1)
    own = own.assign(check_id=rule.id, expected=point, found=own["value"], bound=own["half_width"] + reach)
    return pd.concat([sums[_CASE], own[_CASE]])


def _named(frame: pd.DataFrame, keys: list[str], name: str) -> pd.DataFrame:
    return frame[[*keys, "value", "half_width"]].rename(
        columns={"value": f"{name}_value", "half_width": f"{name}_half_width"}
    )


_CASES = {"sections": _sections, "shares": _shares, "members": _members}


def _judge(cases: pd.DataFrame, rules: Mapping[str, Identity]) -> pd.DataFrame:
    """The cases whose gap is beyond the bound of their digits, as findings."""
    slack = cases["expected"].abs() * 1e-12  # the last bits of a double
    beyond = cases[(cases["found"] - cases["expected"]).abs() > cases["bound"] + slack]
    found = describe(beyond.assign(severity="warning"))
    warns = found["check_id"].isin([name for name, rule in rules.items() if rule.warn])
    exact = found["check_id"].isin([name for name, rule in rules.items() if rule.kind == "shares"])
    found.loc[~warns & (exact | (found["relative_gap"].abs() > MATERIAL)), "severity"] = "error"
    return found


def _allow(found: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    for entry in (c for c in catalog.corrections if c.action == "allow"):
        hit = _allowed(found, entry, catalog.region_names.code(entry.region))
        if not hit.any():
            raise BadInput(
                f"corrections.yml, {entry.id}",
                expected=f"a material gap of {entry.identity} at {entry.region} {entry.year}",
                found="none",
                hint="delete the entry",
            )
        found.loc[hit, "allowed_by"] = entry.id
        found.loc[hit, "severity"] = "warning"
    return found


def _allowed(found: pd.DataFrame, entry: Correction, region: str) -> pd.Series:
    return (
        (found["check_id"] == entry.identity)
        & (found["table_id"] == entry.table)
        & (found["release"] == entry.release)
        & (found["region_code"] == region)
        & (found["year"] == entry.year)
        & (found["indicator"] == entry.indicator)
        & (found["severity"] == "error")
    )
