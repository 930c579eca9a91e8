"""The marts of growth: yearly and by window, at constant prices, who contributes."""

import numpy as np
import pandas as pd

from tests.oracle.core import KEY
from tests.oracle.formulas import (
    annual,
    around,
    at_end,
    corners,
    minus,
    parts_interval,
    price_interval,
    put,
    quotient,
    quotient_interval,
    ratio,
    table,
    windows,
)
from tests.oracle.spans import SPAN, crossed

SERIES = ["indicator", "region_code"]


def make_growth_yearly(span, real):
    frame = span[span["window_id"] == "yearly"].merge(
        real[[*SPAN, "real_multiple", "real_multiple_low", "real_multiple_high"]], on=SPAN, how="left"
    )
    frame["change"] = frame["value_end"] - frame["value_start"]
    frame["growth"] = quotient(frame["value_end"], frame["value_start"]) - 1
    ends = around(frame["value_end"], frame["half_width_end"]), around(frame["value_start"], frame["half_width_start"])
    low, high = quotient_interval(*ends)
    put(frame, "growth", (low - 1, high - 1))
    for end in ("", "_low", "_high"):
        frame[f"real_growth{end}"] = frame[f"real_multiple{end}"] - 1
    names = {"year_end": "year", "value_end": "value", "value_start": "value_before"}
    frame = frame.rename(columns={**names, "release_start": "release_before", "release_end": "release"})
    columns = "value value_before change growth growth_low growth_high real_growth real_growth_low real_growth_high"
    columns += " vintage release_before release status crosses_break"
    return table(frame, "indicator region_code year", columns)


def make_growth_span(span, real):
    frame = span[span["window_id"] != "yearly"].copy()
    start = around(frame["value_start"], frame["half_width_start"])
    end = around(frame["value_end"], frame["half_width_end"])
    frame["multiple"] = quotient(frame["value_end"], frame["value_start"])
    put(frame, "multiple", quotient_interval(end, start))
    frame["cagr"] = annual(frame["multiple"], frame["years"])
    for side in ("low", "high"):
        frame[f"cagr_{side}"] = annual(frame[f"multiple_{side}"].where(end[0] > 0), frame["years"])
    measures = [f"{name}{end}" for name in ("real_multiple", "real_cagr") for end in ("", "_low", "_high")]
    key = [*SPAN, "year_start"]
    frame = frame.merge(real[[*key, *measures]], on=key, how="left")
    columns = (
        "year_start year_end years value_start value_end multiple multiple_low multiple_high cagr cagr_low cagr_high"
    )
    columns = f"{columns} {' '.join(measures)} vintage release_start release_end status crosses_break"
    return table(frame, "indicator region_code window_id", columns)


# ------------------------------------------------------------------------------------------------------- constant prices


def make_deflator(observation):
    """Nominal growth over the printed index, inside one release; every gap in the index begins a new chain."""
    printed = observation[(observation["industry_code"] == "*") & (observation["value"] > 0)]
    printed = printed.assign(release=printed["source"] + "/" + printed["release"])
    key = ["region_code", "release", "year"]
    sides = []
    for indicator, names in (("gdp", ["gdp", "gdp_half_width"]), ("gdp_index", ["gdp_index", "index_half_width"])):
        side = printed[printed["indicator"] == indicator].sort_values("table_id").drop_duplicates(key)
        sides.append(side[[*key, "value", "half_width"]].set_axis([*key, *names], axis=1))
    frame = sides[0].merge(sides[1], on=key).sort_values(key, ignore_index=True)
    frame["run"] = frame["year"] - frame.groupby(["region_code", "release"]).cumcount()
    chain = frame.groupby(["region_code", "release", "run"])
    frame["base_year"] = chain["year"].transform("min")
    index = around(frame["gdp_index"], frame["index_half_width"])
    for name, growth in (("volume", frame["gdp_index"]), ("volume_low", index[0]), ("volume_high", index[1])):
        frame[name] = np.log(growth / 100).where(frame["year"] > frame["base_year"], 0)
        frame[name] = np.exp(chain[name].cumsum())
    gdp = around(frame["gdp"], frame["gdp_half_width"])
    before = around(chain["gdp"].shift(), chain["gdp_half_width"].shift())
    frame["deflator"] = 100 * frame["gdp"] / (chain["gdp"].shift() * frame["gdp_index"] / 100)
    low, high = price_interval(before, gdp, (index[0] / 100, index[1] / 100))
    put(frame, "deflator", (100 * low, 100 * high))
    base, half_base = chain["gdp"].transform("first"), chain["gdp_half_width"].transform("first")
    frame["price_level"] = frame["gdp"] / (base * frame["volume"])
    volume = frame["volume_low"], frame["volume_high"]
    put(frame, "price_level", price_interval(around(base, half_base), gdp, volume))
    columns = "base_year gdp gdp_half_width gdp_index deflator deflator_low deflator_high volume volume_low volume_high"
    return table(frame, "region_code year release", f"{columns} price_level price_level_low price_level_high")


def make_real_growth(panel, preferred, deflator, catalog):
    """Every member of a region at its own prices, by the newest release that has both years on one chain."""
    groups, indicators, regions = catalog["groups"], catalog["indicators"], catalog["regions"]
    deflated = indicators.index[(indicators["deflator"] == "gdp") & (indicators.index != "gdp")]
    series = panel[panel["indicator"].isin(deflated)].dropna(subset="value")[[*KEY, "value", "half_width"]]
    own = deflator[["region_code", "year"]].drop_duplicates()
    of_groups = own.merge(groups, on="region_code")[["group_code", "year"]].drop_duplicates()
    gdp = pd.concat([own, of_groups.rename(columns={"group_code": "region_code"})]).assign(indicator="gdp")
    years = pd.concat([series[KEY], gdp])
    span = windows(years[years["year"].isin(deflator["year"])], SERIES, catalog, yearly=True)

    volumes = ["gdp", "gdp_half_width", "volume", "volume_low", "volume_high"]
    chain = ["region_code", "release", "base_year"]
    prices = span[["year_start", "year_end"]].drop_duplicates()
    for end in ("start", "end"):
        side = deflator[[*chain, "year", *volumes]].rename(columns={c: f"{c}_{end}" for c in ("year", *volumes)})
        prices = prices.merge(side, on=[f"year_{end}"] if end == "start" else [*chain, "year_end"])
    prices = prices.sort_values("release").drop_duplicates(["region_code", "year_start", "year_end"], keep="last")
    for name in ("volume", "volume_low", "volume_high"):
        prices[name] = prices[f"{name}_end"] / prices[f"{name}_start"]

    prices = prices.merge(published_prices(preferred, prices), on=["region_code", "year_start", "year_end"], how="left")
    prices["implied"] = prices["gdp_end"] / (prices["gdp_start"] * prices["volume"])
    nation = prices.loc[prices["region_code"] == "CN", ["year_start", "year_end", "implied"]]
    prices = prices.merge(nation, on=["year_start", "year_end"], how="left", suffixes=("", "_nation"))
    band = prices[["consumer", "investment"]]
    outside = (prices["implied"] < band.min(axis=1)) | (prices["implied"] > band.max(axis=1))
    prices["doubtful"] = outside.astype("boolean").mask(band.isna().any(axis=1))

    alone = regions.loc[regions["kind"].isin(["nation", "province"]), ["region_code"]]
    part = pd.concat([alone.assign(member=alone["region_code"]), groups.set_axis(["region_code", "member"], axis=1)])
    member = span.merge(part, on="region_code")
    member = member.merge(prices.rename(columns={"region_code": "member"}), on=["member", "year_start", "year_end"])
    is_gdp = member["indicator"] == "gdp"
    real = pd.concat([real_gdp(member[is_gdp]), real_value(member[~is_gdp], series)])
    key = [*SERIES, "window_id", "year_start", "year_end"]
    summed = real.groupby(key).agg(
        v0=("v0", "sum"), h0=("h0", "sum"), v1=("v1", "sum"), real_end=("real_end", "sum"),
        real_end_low=("real_end_low", "sum"), real_end_high=("real_end_high", "sum"), found=("real_end", "count"),
        lows=("real_end_low", "count"), highs=("real_end_high", "count"),
        national=("national_end", "sum"), nationals=("national_end", "count"),
        consumer=("consumer_end", "sum"), consumers=("consumer_end", "count"), doubtful=("doubtful", "max"),
    ).reset_index()  # fmt: skip
    releases = real[[*key, "release"]].drop_duplicates().sort_values("release").groupby(key)["release"].agg(",".join)
    summed["price_release"] = releases.to_numpy()
    n = summed["region_code"].map(part["region_code"].value_counts())
    summed["real_end_low"] = summed["real_end_low"].where(summed["lows"] == n)
    summed["real_end_high"] = summed["real_end_high"].where(summed["highs"] == n)
    frame = summed[summed["found"] == n].rename(columns={"v0": "value_start", "v1": "value_end"})
    frame["years"] = frame["year_end"] - frame["year_start"]
    frame["price_multiple"] = ratio(frame["value_end"], frame["real_end"])
    frame["real_multiple"] = quotient(frame["real_end"], frame["value_start"])
    ends = frame["real_end_low"], frame["real_end_high"]
    put(frame, "real_multiple", quotient_interval(ends, around(frame["value_start"], frame["h0"])))
    for end in ("", "_low", "_high"):
        frame[f"real_cagr{end}"] = annual(frame[f"real_multiple{end}"], frame["years"])
    for name, count in (("national", "nationals"), ("consumer", "consumers")):
        multiple = quotient(frame[name], frame["value_start"]).where(frame[count] == n.reindex(frame.index))
        frame[f"real_cagr_{name}_prices"] = annual(multiple, frame["years"])
    frame["deflator_doubtful"] = frame["doubtful"].astype("boolean")
    of_gdp = {True: "volume index of gross regional product", False: "deflator of gross regional product"}
    frame["prices"] = frame["indicator"].eq("gdp").map(of_gdp)
    frame["crosses_break"] = crossed(frame, catalog, False)
    columns = "years value_start value_end real_end real_end_low real_end_high price_multiple real_multiple"
    columns += " real_multiple_low real_multiple_high real_cagr real_cagr_low real_cagr_high price_release prices"
    columns += " real_cagr_national_prices real_cagr_consumer_prices deflator_doubtful crosses_break"
    return table(frame, "indicator region_code window_id year_end", f"year_start {columns}")


def published_prices(preferred, spans):
    """Consumer and investment prices at the end of each span over those at its start; missing over a gap."""
    wanted = {"cpi": "consumer", "fixed_investment_price_index": "investment"}
    mine = preferred[
        preferred["indicator"].isin(wanted) & (preferred["industry_code"] == "*") & (preferred["value"] > 0)
    ]
    mine = mine.sort_values(["region_code", "indicator", "year"])
    of = mine.groupby(["indicator", "region_code"])
    mine = mine.assign(run=mine["year"] - of.cumcount(), level=np.log(mine["value"] / 100))
    mine["level"] = mine.groupby(["indicator", "region_code"])["level"].cumsum()
    mine = mine[["indicator", "region_code", "year", "run", "level"]]
    out = spans[["region_code", "year_start", "year_end"]].drop_duplicates()
    for indicator, name in wanted.items():
        one = mine[mine["indicator"] == indicator].drop(columns="indicator")
        both = out.merge(one, left_on=["region_code", "year_start"], right_on=["region_code", "year"])
        both = both.merge(
            one,
            left_on=["region_code", "year_end", "run"],
            right_on=["region_code", "year", "run"],
            suffixes=("", "_e"),
        )
        both[name] = np.exp(both["level_e"] - both["level"])
        out = out.merge(both[["region_code", "year_start", "year_end", name]], how="left")
    return out


def real_gdp(member):
    """The volume index itself; the start of a single region cancels out, members of a group weigh by it."""
    start, half = member["gdp_start"], member["gdp_half_width_start"]
    half = half.where(member["region_code"] != member["member"], 0)
    return member.assign(
        v0=start, h0=half, v1=member["gdp_end"], real_end=start * member["volume"],
        real_end_low=(start - half) * member["volume_low"], real_end_high=(start + half) * member["volume_high"],
    )  # fmt: skip


def real_value(member, series):
    """The value at the end divided by the change of prices."""
    figures = series.rename(columns={"region_code": "member"})
    member = at_end(at_end(member, figures, ["indicator", "member"], "start"), figures, ["indicator", "member"], "end")
    price = member["gdp_end"] / (member["gdp_start"] * member["volume"])
    gdp = [around(member[f"gdp_{end}"], member[f"gdp_half_width_{end}"]) for end in ("start", "end")]
    prices = price_interval(*gdp, (member["volume_low"], member["volume_high"]))
    low, high = quotient_interval(around(member["value_end"], member["half_width_end"]), prices)
    return member.assign(
        v0=member["value_start"], h0=member["half_width_start"], v1=member["value_end"],
        real_end=ratio(member["value_end"], price), real_end_low=low, real_end_high=high,
        national_end=ratio(member["value_end"], member["implied_nation"]),
        consumer_end=ratio(member["value_end"], member["consumer"]),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------- contributions


def make_growth_contribution(series, span, catalog):
    """Each member's part of the change of its group."""
    groups, additive = catalog["groups"], catalog["indicators"]["additive"]
    frame = span[span["indicator"].map(additive)].dropna(subset=["value_start", "value_end"])
    frame = frame.rename(columns={"region_code": "group_code"}).merge(groups, on="group_code")
    by = ["indicator", "group_code"]
    figure = series[[*KEY, "vintage", "value", "half_width"]]
    for end in ("start", "end"):
        part = figure.rename(columns={"year": f"year_{end}", "value": f"part_{end}", "half_width": f"half_{end}"})
        frame = frame.merge(part, on=[*SERIES, "vintage", f"year_{end}"])
    part = {end: around(frame[f"part_{end}"], frame[f"half_{end}"]) for end in ("start", "end")}
    rest = {
        end: around(frame[f"value_{end}"] - frame[f"part_{end}"], frame[f"half_width_{end}"] - frame[f"half_{end}"])
        for end in ("start", "end")
    }
    frame["change"] = frame["part_end"] - frame["part_start"]
    frame["group_change"] = frame["value_end"] - frame["value_start"]
    frame["group_growth"] = quotient(frame["value_end"], frame["value_start"]) - 1

    case = frame.groupby([*by, "window_id", "year_end"])["change"]
    one_sign = (case.transform("min") >= 0) | (case.transform("max") <= 0)
    frame["contribution"] = ratio(frame["change"], frame["group_change"]).where(one_sign)
    mine, others = minus(part["end"], part["start"]), minus(rest["end"], rest["start"])
    sure = (mine[0] + others[0] > 0) | (mine[1] + others[1] < 0)
    put(frame, "contribution", parts_interval(mine, others, where=sure & one_sign))

    frame["points"] = quotient(frame["change"], frame["value_start"])
    known = part["start"][0] + rest["start"][0] > 0
    ends = part["start"], part["end"], rest["start"]
    put(frame, "points", corners(lambda p0, p1, r0: (p1 - p0) / (p0 + r0), *ends, where=known))
    frame = frame.drop(columns=["value_start", "value_end"])
    frame = frame.rename(columns={"part_start": "value_start", "part_end": "value_end"})
    columns = "year_start value_start value_end change group_change group_growth contribution contribution_low"
    columns += " contribution_high points points_low points_high status crosses_break"
    return table(frame, "indicator group_code region_code window_id year_end", columns)


# ------------------------------------------------------------------------------------------------------- structure
