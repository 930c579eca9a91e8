"""The core tables: observations with the ledger applied, flows, rankings, links; preferred and panel."""

import numpy as np
import pandas as pd

from tests.oracle.raw import figures, places, scale

OBSERVATION = ["table_id", "indicator", "region_code", "industry_code", "year", "source", "release"]
FLOW = ["table_id", "indicator", "origin", "destination", "period", "source", "release"]
FIGURE = ["value", "half_width", "status", "printed", "printed_unit", "file", "cell"]
KEY = ["indicator", "region_code", "year"]


def make_observation(long, catalog):
    long = figures(long, catalog)
    long["region_code"] = places(long["地区"], catalog)
    long["year"] = long["year"].fillna(long["年份"].str[:4]).astype(int) if "年份" in long else long["year"].astype(int)
    long["industry_code"] = long["industry_code"].fillna("*")
    if "行业" in long:
        long["industry_code"] = long["industry_code"].mask(long["行业"].fillna("") != "", long["行业"])
    ruled = pd.Series(False, index=long.index)
    for table_id, spec in catalog["tables"].items():
        for rule in spec.get("status", []):
            hit = (long["table_id"] == table_id) & (long["status"] == "A") & ~ruled
            for column, key in (("year", "years"), ("region_code", "regions"), ("indicator", "indicators")):
                if key in rule:
                    hit &= long[column].isin(rule[key])
            if "release" in rule:
                hit &= long["release"] == rule["release"]
            long.loc[hit, "status"] = rule["status"]
            ruled |= hit
    return correct(long.sort_values(OBSERVATION, ignore_index=True), catalog)[[*OBSERVATION, *FIGURE]]


def correct(observation, catalog):
    """The ledger of known misprints applied."""
    for entry in catalog["corrections"]:
        hit = (
            (observation["table_id"] == entry["table"])
            & (observation["release"] == entry["release"])
            & (observation["region_code"] == catalog["names"][entry["region"]])
            & (observation["year"] == entry["year"])
            & (observation["indicator"] == entry["indicator"])
            & (observation["industry_code"] == entry.get("industry", "*"))
        )
        if entry["action"] == "replace":
            shift = scale(observation.loc[hit, "printed_unit"].iloc[0])
            shift -= scale(catalog["indicators"].at[entry["indicator"], "unit"])
            half = 0.5 * 10.0 ** (shift - len(entry["value"].partition(".")[2]))
            observation.loc[hit, ["value", "half_width"]] = [float(f"{entry['value']}e{shift}"), half]
            observation.loc[hit, "status"] = "I"
        elif entry["action"] == "flag":
            observation.loc[hit, "status"] = entry["obs_status"]
        elif entry["action"] == "drop":
            observation = observation[~hit]
    return observation


def make_flow(long, catalog):
    long = figures(long, catalog)
    long["origin"], long["destination"] = places(long["流出地"], catalog), places(long["流入地"], catalog)
    long["period"] = long["时期"]
    years = long["period"].str.extract(r"^(\d{4})(?:-(\d{4})$)?")
    long["period_start"] = years[0].astype(int)
    long["period_end"] = years[1].fillna(years[0]).astype(int)
    cities = catalog["regions"].loc[catalog["regions"]["kind"] == "city", "region_code"]
    is_city = long["origin"].isin(cities) | long["destination"].isin(cities)
    long["level"] = np.where(is_city, "city", "province")
    return long.sort_values(FLOW, ignore_index=True)[[*FLOW, "period_start", "period_end", "level", *FIGURE]]


def make_ranking(long, catalog):
    long["indicator"], long["region_code"] = long["target"], places(long["地区"], catalog)
    long["year"], long["rank"] = long["年份"].astype(int), long["位次"].astype(int)
    long["industry_code"], long["status"] = long["行业"], "A"
    key = ["table_id", "indicator", "region_code", "year", "rank", "source", "release"]
    return long.sort_values(key, ignore_index=True)[[*key, "industry_code", "status", "file", "cell"]]


def make_link(long, catalog):
    pair = pd.concat([places(long["地区甲"], catalog), places(long["地区乙"], catalog)], axis=1)
    long["region_a"], long["region_b"] = pair.min(axis=1), pair.max(axis=1)
    long["indicator"], long["industry_code"], long["status"] = long["target"], long["行业"], "A"
    key = ["table_id", "indicator", "region_a", "region_b", "industry_code", "source", "release"]
    return long.sort_values(key, ignore_index=True)[[*key, "status", "file", "cell"]]


def release_vintage(frame, catalog):
    """The state of the accounts of every figure's release; missing where the catalogue names none."""
    vintage = {
        (source, release): about["vintage"]
        for source, spec in catalog["sources"].items()
        for release, about in spec.get("releases", {}).items()
        if "vintage" in about
    }
    return pd.MultiIndex.from_frame(frame[["source", "release"]]).map(vintage)


def release_position(frame, catalog):
    """How late a release of its source is: in the order of the catalogue, then by name."""
    position = {}
    for source, releases in frame.groupby("source")["release"].unique().items():
        listed = list(catalog["sources"][source].get("releases", {}))
        known = sorted(releases, key=lambda r, listed=listed: (listed.index(r) if r in listed else len(listed), r))
        position |= {(source, r): i for i, r in enumerate(known)}
    return pd.MultiIndex.from_frame(frame[["source", "release"]]).map(position)


CERTAINTY = "ABIDEFPNOLMVU"  # from the most certain OBS_STATUS to the least


def least_certain(statuses):
    """The status of what is made of several figures."""
    return max(statuses, key=CERTAINTY.find)


def make_preferred(observation, catalog):
    """One figure an indicator, region, industry and year: state of the accounts, preferred source, newest release."""
    indicators = catalog["indicators"]
    vintages = indicators["vintages"].dropna()
    order = {(i, v): n for i, names in vintages.items() for n, v in enumerate(names)}
    frame = observation.assign(vintage=release_vintage(observation, catalog))
    frame["vintage_place"] = pd.MultiIndex.from_frame(frame[["indicator", "vintage"]]).map(order)
    frame = frame[~frame["indicator"].isin(vintages.index) | frame["vintage_place"].notna()].copy()
    preferred = indicators["preferred"].dropna().explode().rename("source").reset_index()
    preferred["preference"] = preferred.groupby("indicator").cumcount()
    frame = frame.merge(preferred, on=["indicator", "source"], how="left")
    rank = frame["source"].map({name: 100 + s["rank"] for name, s in catalog["sources"].items()})
    frame["preference"] = frame["preference"].fillna(rank)
    frame["blank"], frame["position"] = frame["value"].isna(), release_position(frame, catalog)
    key = ["indicator", "region_code", "industry_code", "year"]
    frame = frame.sort_values(
        [*key, "blank", "vintage_place", "preference", "position", "table_id"],
        ascending=[True] * 7 + [False, True],
        ignore_index=True,
    ).drop_duplicates(key, ignore_index=True)
    columns = ["value", "half_width", "status", "source", "release", "table_id", "printed", "file", "cell"]
    return frame[[*key, *columns]]


def make_panel(preferred, catalog):
    """Single regions, and totals of groups for indicators that may be summed."""
    single = preferred.loc[
        preferred["industry_code"] == "*", [*KEY, "value", "half_width", "source", "release", "status"]
    ]
    single = single.assign(members=single["value"].notna().astype(int), members_expected=1)
    groups = catalog["groups"]
    additive = catalog["indicators"].index[catalog["indicators"]["additive"]]
    member = single[single["indicator"].isin(additive)].merge(groups, on="region_code")
    key = ["indicator", "group_code", "year"]
    by = member.groupby(key)
    total = by.agg(value=("value", "sum"), half_width=("half_width", "sum"), members=("value", "count")).reset_index()
    total["members_expected"] = total["group_code"].map(groups["group_code"].value_counts())
    complete = total["members"] == total["members_expected"]
    total[["value", "half_width"]] = total[["value", "half_width"]].where(complete)
    for column in ("source", "release"):
        texts = member[[*key, column]].drop_duplicates().sort_values(column).groupby(key)[column].agg(",".join)
        total[column] = texts.to_numpy()
    total["status"] = member.groupby(key)["status"].agg(least_certain).to_numpy()
    panel = pd.concat([single, total.rename(columns={"group_code": "region_code"})], ignore_index=True)
    columns = ["value", "half_width", "members", "members_expected", "source", "release", "status"]
    return panel.sort_values(KEY, ignore_index=True)[[*KEY, *columns]]
