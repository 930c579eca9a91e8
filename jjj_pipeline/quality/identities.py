"""Identities among figures: what a contract of one table cannot say. Parts against totals, provinces against the
nation, printed shares against 100 and against their own value over total. Bounds come from the printed digits,
never from taste."""

from __future__ import annotations

from typing import Any

import pandas as pd

from jjj_pipeline.catalog.model import Catalog, Correction, Identity
from jjj_pipeline.errors import BadInput
from jjj_pipeline.quality.findings import COLUMNS, describe

# Between levels, a gap beyond the bound of the digits is recorded always; it blocks when it passes this part of the
# total.
MATERIAL = 0.001

_AT = ["table_id", "source", "release", "region_code", "year"]


NATION = Identity(
    id="provinces_to_nation", kind="members",
    zh="31个省级单位之和等于全国", en="The 31 provincial units add up to the printed nation, where the table is closed",
)  # fmt: skip


def discrepancies(observations: pd.DataFrame, catalog: Catalog) -> tuple[pd.DataFrame, dict[str, int]]:
    """(every gap beyond its bound, number of cases tested for each identity).

    severity is `error` where the gap blocks, `warning` where it is recorded only. An entry of the ledger that allows a
    gap which is not there, or is not material, raises BadInput.
    """
    frames, counts = [], {}
    total = observations[observations["industry_code"] == "*"]
    for rule in catalog.identities:
        cases = _CASES[rule.kind](observations if rule.kind == "sections" else total, rule, catalog)
        counts[rule.id] = len(cases)
        frames.append(_judge(cases, rule.id, exact=rule.kind == "shares", warn=rule.warn))
    nation = _provinces_to_nation(total, catalog)
    counts[NATION.id] = len(nation)
    frames.append(_judge(nation, NATION.id, exact=False, warn=False))
    found = (
        pd.concat([f for f in frames if len(f)], ignore_index=True)
        if any(len(f) for f in frames)
        else pd.DataFrame(columns=COLUMNS)
    )
    return _allow(found, catalog), counts


def _parts(frame: pd.DataFrame, rule: Identity, catalog: Catalog) -> pd.DataFrame:
    mine = frame[frame["indicator"].isin([rule.total, *rule.parts])]
    if rule.tables:
        mine = mine[mine["table_id"].isin(rule.tables)]
    wide: Any = mine.pivot_table(
        index=_AT, columns="indicator", values=["value", "half_width", "file", "cell"], aggfunc="first"
    )
    needed = [("value", name) for name in [rule.total, *rule.parts]]
    if not len(wide) or not all(c in wide.columns for c in needed):
        return _cases()
    wide = wide.dropna(subset=needed)
    parts = list(rule.parts)
    return _cases(
        wide.index, rule.total,
        expected=wide[("value", rule.total)], found=wide["value"][parts].sum(axis=1),
        bound=wide["half_width"][[rule.total, *parts]].sum(axis=1),
        file=wide[("file", rule.total)], cell=wide[("cell", rule.total)],
    )  # fmt: skip


def _sections(frame: pd.DataFrame, rule: Identity, catalog: Catalog) -> pd.DataFrame:
    out = []
    for indicator in rule.indicators or [rule.indicator]:
        mine = frame[(frame["indicator"] == indicator) & (frame["table_id"].isin(rule.tables) if rule.tables else True)]
        parts = (
            mine[mine["industry_code"].str.fullmatch("[A-T]")]
            .groupby(_AT)
            .agg(found=("value", "sum"), filled=("value", "count"), half=("half_width", "sum"))
        )
        whole = mine[mine["industry_code"] == "*"].set_index(_AT)
        both = whole.join(parts, how="inner")
        both = both[(both["filled"] >= 19) & both["value"].notna()]
        out.append(
            _cases(
                both.index,
                indicator,
                expected=both["value"],
                found=both["found"],
                bound=both["half_width"] + both["half"],
                file=both["file"],
                cell=both["cell"],
            )
        )
    return pd.concat(out) if out else _cases()


def _members(frame: pd.DataFrame, rule: Identity, catalog: Catalog) -> pd.DataFrame:
    """A printed total of a group against its printed members."""
    members = [g["region_code"] for g in catalog.groups if g["group_code"] == rule.of]
    mine = frame[(frame["indicator"] == rule.indicator) & frame["value"].notna()]
    at = ["table_id", "source", "release", "year"]
    parts = (
        mine[mine["region_code"].isin(members)]
        .groupby(at)
        .agg(found=("value", "sum"), filled=("value", "count"), half=("half_width", "sum"))
    )
    whole = frame[(frame["indicator"] == rule.total) & (frame["region_code"] == rule.of) & frame["value"].notna()]
    both = whole.set_index(at).join(parts, how="inner")
    both = both[both["filled"] == len(members)].reset_index()
    return _cases(
        pd.MultiIndex.from_frame(both[_AT]),
        rule.total,
        expected=both["value"],
        found=both["found"],
        bound=both["half_width"] + both["half"],
        file=both["file"],
        cell=both["cell"],
    )


def _shares(frame: pd.DataFrame, rule: Identity, catalog: Catalog) -> pd.DataFrame:
    members = [g["region_code"] for g in catalog.groups if g["group_code"] == rule.of]
    shares = frame[(frame["indicator"] == rule.share) & frame["region_code"].isin(members)]
    by_year = shares.groupby(["table_id", "source", "release", "year"])
    sums = by_year.agg(
        found=("value", "sum"),
        n=("value", "count"),
        bound=("half_width", "sum"),
        file=("file", "first"),
        cell=("cell", "first"),
    )
    sums = (
        sums[sums["n"] == len(members)]
        .assign(region_code=rule.of)
        .set_index("region_code", append=True)
        .reorder_levels(_AT)
    )
    to_100 = _cases(
        sums.index,
        rule.share,
        expected=pd.Series(100.0, index=sums.index),
        found=sums["found"],
        bound=sums["bound"],
        file=sums["file"],
        cell=sums["cell"],
    )
    if not rule.value:
        return to_100
    keys = ["source", "release", "year"]
    whole = _named(frame[(frame["indicator"] == rule.total) & (frame["region_code"] == rule.of)], keys, "total")
    members_printed = (frame["indicator"] == rule.value) & frame["region_code"].isin(members)
    part = _named(frame[members_printed], [*keys, "region_code"], "part")
    own = shares.merge(part, on=[*keys, "region_code"]).merge(whole, on=keys).set_index(_AT)
    point = 100 * own["part_value"] / own["total_value"]
    low = 100 * (own["part_value"] - own["part_half_width"]) / (own["total_value"] + own["total_half_width"])
    high = 100 * (own["part_value"] + own["part_half_width"]) / (own["total_value"] - own["total_half_width"])
    reach = pd.concat([high - point, point - low], axis=1).max(axis=1)
    of_total = _cases(
        own.index,
        rule.share,
        expected=point,
        found=own["value"],
        bound=own["half_width"] + reach,
        file=own["file"],
        cell=own["cell"],
    )
    return pd.concat([to_100, of_total])


def _named(frame: pd.DataFrame, keys: list[str], name: str) -> pd.DataFrame:
    return frame[[*keys, "value", "half_width"]].rename(
        columns={"value": f"{name}_value", "half_width": f"{name}_half_width"}
    )


def _provinces_to_nation(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    closed = {
        (table_id, indicator)
        for table_id, spec in catalog.tables.items()
        for indicator, _ in spec.indicators()
        if spec.closed is True or indicator in (spec.closed or [])
    }
    mine = frame[pd.MultiIndex.from_frame(frame[["table_id", "indicator"]]).isin(closed)]
    at = ["table_id", "source", "release", "indicator", "year"]
    province = mine[mine["region_code"].map(catalog.region_kind) == "province"]
    parts = province.groupby(at).agg(found=("value", "sum"), filled=("value", "count"), half=("half_width", "sum"))
    both = mine[mine["region_code"] == "CN"].set_index(at).join(parts, how="inner")
    both = both[(both["filled"] == 31) & both["value"].notna()].reset_index()
    return _cases(
        pd.MultiIndex.from_frame(both[_AT]), both["indicator"].tolist(), expected=both["value"], found=both["found"],
        bound=both["half_width"] + both["half"], file=both["file"], cell=both["cell"],
    )  # fmt: skip


def _cases(index: pd.Index | None = None, indicator: str | list[str] = "", **columns: pd.Series) -> pd.DataFrame:
    if index is None:
        return pd.DataFrame(columns=[*_AT, "indicator", "expected", "found", "bound", "file", "cell"])
    frame = pd.DataFrame({k: v.to_numpy() for k, v in columns.items()}, index=index).reset_index()
    return frame.assign(indicator=indicator)


_CASES = {"parts": _parts, "sections": _sections, "shares": _shares, "members": _members}


def _judge(cases: pd.DataFrame, check: str, *, exact: bool, warn: bool) -> pd.DataFrame:
    if not len(cases):
        return pd.DataFrame(columns=COLUMNS)
    slack = cases["expected"].abs() * 1e-12  # the last bits of a double
    beyond = cases[(cases["found"] - cases["expected"]).astype(float).abs() > cases["bound"] + slack]
    out = describe(beyond.assign(check_id=check, severity="warning"))
    blocks = pd.Series(True, index=out.index) if exact else out["relative_gap"].abs() > MATERIAL
    if not warn:
        out.loc[blocks, "severity"] = "error"
    return out


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
