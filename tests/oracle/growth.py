"""The marts of growth: yearly and by window, at constant prices, who contributes."""

import numpy as np
import pandas as pd

from tests.oracle.core import CERTAINTY, KEY, least_certain
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
    sentences,
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
        sides.append(side[[*key, "value", "half_width", "status"]].set_axis([*key, *names, f"of_{indicator}"], axis=1))
    frame = sides[0].merge(sides[1], on=key).sort_values(key, ignore_index=True)
    frame["doubt"] = [
        CERTAINTY.find(least_certain(two)) for two in zip(frame["of_gdp"], frame["of_gdp_index"], strict=True)
    ]
    frame["run"] = frame["year"] - frame.groupby(["region_code", "release"]).cumcount()
    chain = frame.groupby(["region_code", "release", "run"])
    frame["base_year"] = chain["year"].transform("min")
    frame["status"] = [CERTAINTY[n] for n in chain["doubt"].cummax()]
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
    return table(frame, "region_code year release", f"{columns} price_level price_level_low price_level_high status")


def make_real_growth(panel, preferred, deflator, catalog):
    """Every member of a region at its own prices, by the newest release that has both years on one chain; GDP beyond it by the
    growth announced for every year."""
    groups, indicators, regions = catalog["groups"], catalog["indicators"], catalog["regions"]
    deflated = indicators.index[indicators["deflator"] == "gdp"]
    money = panel[panel["indicator"].isin(deflated)].dropna(subset="value")[[*KEY, "value", "half_width", "status"]]
    own = deflator[["region_code", "year"]].drop_duplicates()
    of_groups = own.merge(groups, on="region_code")[["group_code", "year"]].drop_duplicates()
    gdp = pd.concat([own, of_groups.rename(columns={"group_code": "region_code"})]).assign(indicator="gdp")
    other = money.loc[(money["indicator"] != "gdp") & money["year"].isin(deflator["year"]), KEY]
    reaches = pd.concat([other, gdp]), money[KEY]
    span = pd.concat([windows(years, SERIES, catalog, yearly=True) for years in reaches]).drop_duplicates()

    prices = price_changes(span[["year_start", "year_end"]].drop_duplicates(), preferred, deflator)
    alone = regions.loc[regions["kind"].isin(["nation", "province"]), ["region_code"]]
    part = pd.concat([alone.assign(member=alone["region_code"]), groups.set_axis(["region_code", "member"], axis=1)])
    member = span.merge(part, on="region_code")
    member = member.merge(
        prices.rename(columns={"region_code": "member"}), on=["member", "year_start", "year_end"], how="left"
    )
    is_gdp = member["indicator"] == "gdp"
    real = pd.concat([real_gdp(member[is_gdp], money), real_value(member[~is_gdp], money)], ignore_index=True)
    key = [*SERIES, "window_id", "year_start", "year_end"]
    n = part["region_code"].value_counts()
    there = real.groupby(key)["member"].transform("size") == real["region_code"].map(n)
    real = real[there].sort_values([*key, "member"], ignore_index=True)
    by = real.groupby(key)
    sums = ["v0", "h0", "v1", "real_end", "real_end_low", "real_end_high", "national_end", "consumer_end"]
    frame = by[sums].sum(min_count=1).where(by[sums].count().eq(by.size(), axis=0)).reset_index()
    farthest = (
        real.assign(far=real["gap"].abs()).dropna(subset="far").sort_values("far").drop_duplicates(key, keep="last")
    )
    frame = frame.merge(farthest[[*key, "gap"]], on=key, how="left")
    known = frame["real_end"].notna()
    worst_status = real.dropna(subset="status").groupby(key)["status"].agg(least_certain).rename("status")
    frame = frame.merge(worst_status.reset_index(), on=key, how="left")
    names = real.dropna(subset="release")[[*key, "release"]]
    names = names.assign(release=names["release"].str.split(",")).explode("release").drop_duplicates()
    texts = names.sort_values("release").groupby(key)["release"].agg(",".join).rename("price_release")
    frame = frame.merge(texts.reset_index(), on=key, how="left")
    frame["price_release"] = frame["price_release"].where(known)
    announced = by["announced"].max().to_numpy()
    of_gdp = np.where(
        frame["indicator"] == "gdp", "volume index of gross regional product", "deflator of gross regional product"
    )
    texts = np.where(announced, "announced growth of gross regional product", of_gdp)
    frame["prices"] = pd.Series(texts, dtype="str").where(known)
    lost = real[real["real_end"].isna()]
    blank = lost["unheld"].notna()
    years = (
        (lost["member"] + " " + lost["unheld"])[blank].groupby([lost[k] for k in key]).agg(", ".join).rename("index")
    )
    others = lost.loc[~blank, [*key, "member"]].groupby(key)["member"].agg(" ".join).rename("product")
    frame = frame.merge(years.reset_index(), on=key, how="left").merge(others.reset_index(), on=key, how="left")
    frame["missing"] = sentences("GDP index: " + frame["index"], "GDP of the release of its index: " + frame["product"])
    frame = frame.rename(columns={"v0": "value_start", "v1": "value_end"})
    frame["years"] = frame["year_end"] - frame["year_start"]
    frame["price_multiple"] = ratio(frame["value_end"], frame["real_end"])
    frame["real_multiple"] = quotient(frame["real_end"], frame["value_start"])
    ends = frame["real_end_low"], frame["real_end_high"]
    put(frame, "real_multiple", quotient_interval(ends, around(frame["value_start"], frame["h0"])))
    for end in ("", "_low", "_high"):
        frame[f"real_cagr{end}"] = annual(frame[f"real_multiple{end}"], frame["years"])
    for name in ("national", "consumer"):
        frame[f"real_cagr_{name}_prices"] = annual(quotient(frame[f"{name}_end"], frame["value_start"]), frame["years"])
    frame["deflator_gap"] = frame["gap"].where(known)
    frame["deflator_doubtful"] = (frame["deflator_gap"].abs() > 1).astype("boolean").mask(frame["deflator_gap"].isna())
    frame["crosses_break"] = crossed(frame, catalog, False)
    columns = "years value_start value_end real_end real_end_low real_end_high price_multiple real_multiple"
    columns += " real_multiple_low real_multiple_high real_cagr real_cagr_low real_cagr_high price_release prices"
    columns += " real_cagr_national_prices real_cagr_consumer_prices deflator_gap deflator_doubtful status crosses_break missing"
    return table(frame, "indicator region_code window_id year_end", f"year_start {columns}")


def price_changes(pairs, preferred, deflator):
    """For each region and pair of years: GDP and volume of one release, else the growth announced for every year; the implied
    deflator and how far it lies from consumer and investment prices; years without an index."""
    volumes = ["gdp", "gdp_half_width", "volume", "volume_low", "volume_high"]
    chain = ["region_code", "release", "base_year"]
    place = ["region_code", "year_start", "year_end"]
    prices = pairs
    for end in ("start", "end"):
        of = [*volumes, "status"] if end == "end" else volumes
        side = deflator[[*chain, "year", *of]].rename(columns={c: f"{c}_{end}" for c in ("year", *volumes)})
        prices = prices.merge(side, on=[f"year_{end}"] if end == "start" else [*chain, "year_end"])
    prices = prices.sort_values("release").drop_duplicates(place, keep="last")
    for name in ("volume", "volume_low", "volume_high"):
        prices[name] = prices[f"{name}_end"] / prices[f"{name}_start"]
    prices["implied"] = prices["gdp_end"] / (prices["gdp_start"] * prices["volume"])

    printed = preferred[(preferred["indicator"] == "gdp_index") & (preferred["industry_code"] == "*")]
    printed = printed[printed["value"] > 0].assign(release=printed["source"] + "/" + printed["release"])
    regions = preferred.loc[preferred["indicator"] == "gdp", ["region_code"]].drop_duplicates()
    spans = pairs.merge(regions, how="cross")
    each = spans.assign(year=[range(a + 1, b + 1) for a, b in zip(spans["year_start"], spans["year_end"], strict=True)])
    each = each.explode("year").astype({"year": int})
    each = each.merge(printed[["region_code", "year", "value", "half_width", "status", "release"]], how="left")
    gone = each[each["value"].isna()].groupby(place)["year"].agg(lambda y: " ".join(map(str, y))).rename("unheld")
    steps = each.assign(
        announced_volume=each["value"] / 100, announced_low=(each["value"] - each["half_width"]) / 100,
        announced_high=(each["value"] + each["half_width"]) / 100,
    ).dropna(subset="value")  # fmt: skip
    by = steps.groupby(place)
    product = by[["announced_volume", "announced_low", "announced_high"]].prod()
    product["announced_status"] = by["status"].agg(least_certain)
    product["announced_release"] = by["release"].agg(lambda r: ",".join(sorted({*r})))
    out = spans.merge(prices, on=place, how="left").merge(gone.reset_index(), on=place, how="left")
    out = out.merge(product.reset_index(), on=place, how="left")
    columns = [*product.columns]
    out[columns] = out[columns].where(out["unheld"].isna() & out["volume"].isna())

    out = out.merge(published_prices(preferred, out), on=place, how="left")
    nation = out.loc[out["region_code"] == "CN", ["year_start", "year_end", "implied"]]
    out = out.merge(nation, on=["year_start", "year_end"], how="left", suffixes=("", "_nation"))
    years = out["year_end"] - out["year_start"]
    rate = {name: 100 * annual(out[name], years) for name in ("implied", "consumer", "investment")}
    band = pd.DataFrame({name: rate[name] for name in ("consumer", "investment")})
    above = (rate["implied"] - band.max(axis=1)).clip(lower=0)
    below = (rate["implied"] - band.min(axis=1)).clip(upper=0)
    out["gap"] = (above + below).mask(band.isna().any(axis=1))
    return out


def published_prices(preferred, spans):
    """Consumer and investment prices from the first year of each span to the last; missing over a gap."""
    wanted = {"cpi": "consumer", "fixed_investment_price_index": "investment"}
    out = spans[["region_code", "year_start", "year_end"]].drop_duplicates()
    for indicator, name in wanted.items():
        mine = preferred[(preferred["indicator"] == indicator) & (preferred["industry_code"] == "*")]
        index = mine[mine["value"] > 0].set_index(["region_code", "year"])["value"]
        out[name] = [
            np.prod([index.get((region, year), np.nan) / 100 for year in range(start + 1, end + 1)])
            for region, start, end in out[["region_code", "year_start", "year_end"]].itertuples(index=False)
        ]
    return out


def real_gdp(member, money):
    """The volume index itself, or the growth announced; the start of a single region cancels out, members of a group weigh by
    it."""
    panel = money.loc[money["indicator"] == "gdp", ["region_code", "year", "value", "half_width", "status"]]
    panel = panel.set_axis(["member", "year_start", "panel", "half_panel", "panel_status"], axis=1)
    member = member.merge(panel, on=["member", "year_start"], how="left")
    start = member["gdp_start"].fillna(member["panel"])
    half = member["gdp_half_width_start"].fillna(member["half_panel"])
    half = half.where(member["region_code"] != member["member"], 0)
    volume = {
        end: member[f"volume{end}"].fillna(member[f"announced{end or '_volume'}"]) for end in ("", "_low", "_high")
    }
    printed = member["volume"].notna()
    worse = [worst_of(two) for two in zip(member["panel_status"], member["announced_status"], strict=True)]
    return member.assign(
        v0=start, h0=half, v1=member["gdp_end"], real_end=start * volume[""],
        real_end_low=(start - half) * volume["_low"], real_end_high=(start + half) * volume["_high"],
        release=member["release"].fillna(member["announced_release"]), announced=member["announced_volume"].notna(),
        status=member["status"].where(printed, worse), national_end=np.nan, consumer_end=np.nan,
        gap=member["gap"].where(printed),
    ).dropna(subset="v0")  # fmt: skip


def worst_of(statuses):
    """The least certain of those that are given; missing where none is."""
    given = [s for s in statuses if isinstance(s, str)]
    return least_certain(given) if given else None


def real_value(member, money):
    """The value at the end divided by the change of prices."""
    figures = money.rename(columns={"region_code": "member"})
    member = member.rename(columns={"status": "price_status"})
    member = at_end(at_end(member, figures, ["indicator", "member"], "start"), figures, ["indicator", "member"], "end")
    price = member["gdp_end"] / (member["gdp_start"] * member["volume"])
    gdp = [around(member[f"gdp_{end}"], member[f"gdp_half_width_{end}"]) for end in ("start", "end")]
    prices = price_interval(*gdp, (member["volume_low"], member["volume_high"]))
    low, high = quotient_interval(around(member["value_end"], member["half_width_end"]), prices)
    three = zip(member["status_start"], member["status_end"], member["price_status"], strict=True)
    return member.assign(
        v0=member["value_start"], h0=member["half_width_start"], v1=member["value_end"],
        real_end=ratio(member["value_end"], price), real_end_low=low, real_end_high=high,
        national_end=ratio(member["value_end"], member["implied_nation"]).where(price.notna()),
        consumer_end=ratio(member["value_end"], member["consumer"]), announced=False,
        status=[worst_of(s) for s in three],
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
