"""Which provinces have a figure, and how releases differ."""

import numpy as np
import pandas as pd

from tests.oracle.core import KEY, release_position
from tests.oracle.formulas import ratio, table

PLACE = ["indicator", "region_code", "industry_code", "year"]
RELEASES = "source_old release_old source_new release_new"


def make_coverage(latest, catalog):
    """Which provinces have a figure, for each indicator and year."""
    total = latest[latest["industry_code"] == "*"]
    regions = catalog["regions"]
    provinces = regions.loc[regions["kind"] == "province", ["region_code", "short_zh"]]
    spine = total[["indicator", "year"]].drop_duplicates().merge(provinces, how="cross")
    spine = spine.merge(total[[*KEY, "value", "source"]], on=KEY, how="left").sort_values(KEY)
    by, there = ["indicator", "year"], spine["value"].notna()
    frame = spine.groupby(by).agg(provinces=("value", "count"), expected=("region_code", "size"))
    frame["jjj"] = (
        (there & spine["region_code"].isin(["110000", "120000", "130000"])).groupby([spine[c] for c in by]).sum()
    )
    nation = total[(total["region_code"] == "CN") & total["value"].notna()]
    frame["nation"] = frame.index.isin(pd.MultiIndex.from_frame(nation[by]))
    gaps = frame["expected"] - frame["provinces"]
    frame["missing"] = spine[~there].groupby(by)["short_zh"].agg(" ".join)
    frame["missing"] = frame["missing"].where(gaps.between(1, 8))
    sources = spine.loc[there, [*by, "source"]].drop_duplicates().sort_values("source")
    frame["source"] = sources.groupby(by)["source"].agg(" ".join)
    return frame.reset_index()[[*by, "provinces", "jjj", "nation", "missing", "source"]]


def make_reasons(preferred, panel, catalog):
    """What is held of every indicator, province, nation and group in every year of its span, and why the rest is not."""
    kinds, groups = catalog["regions"].set_index("region_code")["kind"], catalog["groups"]
    total = preferred[preferred["industry_code"] == "*"][[*KEY, "value", "status", "source", "release"]]
    total = total.assign(kind=total["region_code"].map(kinds))
    span = total.groupby("indicator")["year"].agg(["min", "max"]).reset_index()
    span["year"] = [range(a, b + 1) for a, b in zip(span["min"], span["max"], strict=True)]
    span = span[["indicator", "year"]].explode("year").astype({"year": int})
    single = total[total["kind"].isin(["province", "nation"])]
    where = single[["indicator", "kind"]].drop_duplicates()
    additive = catalog["indicators"].index[catalog["indicators"]["additive"]]
    summed = where[(where["kind"] == "province") & where["indicator"].isin(additive)].assign(kind="group")
    places = pd.DataFrame({"region_code": kinds.index, "kind": kinds.to_numpy()})
    places = places[(places["kind"] != "group") | places["region_code"].isin(groups["group_code"])]
    frame = span.merge(pd.concat([where, summed]), on="indicator").merge(places, on="kind")
    frame = frame.merge(total.drop(columns="kind").assign(listed=True), on=KEY, how="left")
    of = ["value", "status", "source", "release"]
    sums = panel[panel["region_code"].map(kinds) == "group"]
    sums = sums[[*KEY, *of, "members", "members_expected"]]
    frame = frame.merge(sums.rename(columns={c: f"{c}_of_group" for c in of}), on=KEY, how="left")
    for c in of:
        frame[c] = frame[c].where(frame[c].notna(), frame[f"{c}_of_group"])
    editions = pd.MultiIndex.from_frame(total[["indicator", "year"]].drop_duplicates())
    edition = pd.MultiIndex.from_frame(frame[["indicator", "year"]]).isin(editions)
    frame["held"] = frame["value"].notna()
    group, listed = frame["kind"] == "group", frame["listed"].eq(True)
    reasons = [~edition, group, ~listed, frame["status"] == "N", frame["status"] == "M"]
    labels = ["release missing", "member missing", "not collected", "below unit", "not published per source"]
    reason = np.select(reasons, labels, "blank in print")
    frame["reason"] = pd.Series(reason, index=frame.index, dtype="str").mask(frame["held"])
    frame["status"] = frame["status"].where(frame["held"])
    for c in ("members", "members_expected"):
        frame[c] = frame[c].where(group & edition).astype("Int64")
    return table(frame, "indicator region_code year", "held reason status source release members members_expected")


def make_revision(observation, catalog):
    """Every figure that stands in more than one release, each earlier one against each later one."""
    figure = observation.dropna(subset="value").sort_values("table_id")
    figure = figure.drop_duplicates([*PLACE, "source", "release"])
    figure["position"] = release_position(figure, catalog)
    figure["rank"] = figure["source"].map({name: s["rank"] for name, s in catalog["sources"].items()})
    columns = ["source", "release", "position", "rank", "value", "half_width", "printed", "file", "cell"]
    figure = figure[[*PLACE, *columns]]
    pair = figure.merge(figure, on=PLACE, suffixes=("_old", "_new"))
    year_old, year_new = pair["release_old"].str[:4], pair["release_new"].str[:4]
    same = pair["source_old"] == pair["source_new"]
    preferred = (pair["rank_old"] > pair["rank_new"]) | (
        (pair["rank_old"] == pair["rank_new"]) & (pair["source_old"] > pair["source_new"])
    )
    earlier = (year_old < year_new) | ((year_old == year_new) & preferred)
    pair = pair[earlier.where(~same, pair["position_old"] < pair["position_new"])]
    pair = pair.assign(same_source=same, difference=pair["value_new"] - pair["value_old"])
    pair["relative"] = ratio(pair["difference"], pair["value_old"])
    pair["bound"] = pair["half_width_old"] + pair["half_width_new"]
    slack = 1e-12 * pair["value_old"].abs()  # the last bits of a double
    pair["rounding_explains"] = pair["difference"].abs() <= pair["bound"] + slack
    columns = "same_source value_old value_new difference relative bound rounding_explains printed_old printed_new"
    columns += " file_old cell_old file_new cell_new"
    return table(pair, f"{' '.join(PLACE)} {RELEASES}", columns)


def make_revision_summary(revision):
    """How two releases of an indicator differ over all figures they share."""
    key = ["indicator", *RELEASES.split()]
    frame = revision.sort_values(["region_code", "year"]).reset_index(drop=True)
    frame = frame.assign(
        absolute=frame["difference"].abs(), size=frame["value_new"].abs(), relative_size=frame["relative"].abs()
    )
    by = frame.groupby(key)
    out = by.agg(
        same_source=("same_source", "first"), figures=("difference", "size"), explained=("rounding_explains", "sum"),
        mean_revision=("difference", "mean"), mean_absolute_revision=("absolute", "mean"),
        absolute=("absolute", "sum"), size=("size", "sum"),
    )  # fmt: skip
    out["relative_mean_absolute_revision"] = ratio(out["absolute"], out["size"])
    largest = frame.loc[frame.dropna(subset="relative").groupby(key)["relative_size"].idxmax()].set_index(key)
    names = {"relative": "largest_relative", "region_code": "largest_region", "year": "largest_year"}
    out = out.join(largest[[*names]].rename(columns=names)).reset_index().astype({"largest_year": "Int64"})
    columns = "same_source figures explained mean_revision mean_absolute_revision relative_mean_absolute_revision"
    return table(out, " ".join(key), f"{columns} {' '.join(names.values())}")
