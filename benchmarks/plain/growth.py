"""The marts of growth: yearly and by window, at constant prices, who contributes, structure, shift-share."""

import numpy as np
import pandas as pd

from benchmarks.plain.core import KEY, release_position
from benchmarks.plain.formulas import (
    annual,
    around,
    at_end,
    corners,
    flows_and_stocks,
    group_totals,
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

SECTIONS = "ABCDEFGHIJKLMNOPQRS"
SERIES = ["indicator", "region_code"]


def make_growth_yearly(panel, real, catalog):
    now = flows_and_stocks(panel, catalog)
    before = now[[*KEY, "value", "half_width", "release"]].assign(year=now["year"] + 1)
    frame = now.merge(before, on=KEY, suffixes=("", "_before"))
    frame["change"] = frame["value"] - frame["value_before"]
    frame["growth"] = quotient(frame["value"], frame["value_before"]) - 1
    ends = around(frame["value"], frame["half_width"]), around(frame["value_before"], frame["half_width_before"])
    low, high = quotient_interval(*ends)
    put(frame, "growth", (low - 1, high - 1))
    real = real[real["window_id"] == "yearly"].rename(columns={"year_end": "year"})
    frame = frame.merge(real[[*KEY, "real_multiple", "real_multiple_low", "real_multiple_high"]], on=KEY, how="left")
    for end in ("", "_low", "_high"):
        frame[f"real_growth{end}"] = frame[f"real_multiple{end}"] - 1
    columns = "value value_before change growth growth_low growth_high real_growth real_growth_low real_growth_high"
    return table(frame, "indicator region_code year", f"{columns} release_before release")


def make_growth_span(panel, real, catalog):
    series = flows_and_stocks(panel, catalog)
    frame = windows(series.dropna(subset="value"), SERIES, catalog)
    figures = series[[*KEY, "value", "half_width", "release"]]
    frame = at_end(at_end(frame, figures, SERIES, "start"), figures, SERIES, "end")
    frame["years"] = frame["year_end"] - frame["year_start"]
    start = around(frame["value_start"], frame["half_width_start"])
    end = around(frame["value_end"], frame["half_width_end"])
    frame["multiple"] = quotient(frame["value_end"], frame["value_start"])
    put(frame, "multiple", quotient_interval(end, start))
    frame["cagr"] = annual(frame["multiple"], frame["years"])
    for side in ("low", "high"):
        frame[f"cagr_{side}"] = annual(frame[f"multiple_{side}"].where(end[0] > 0), frame["years"])
    measures = [f"{name}{end}" for name in ("real_multiple", "real_cagr") for end in ("", "_low", "_high")]
    key = [*SERIES, "window_id", "year_start", "year_end"]
    frame = frame.merge(real[[*key, *measures]], on=key, how="left")
    columns = (
        "year_start year_end years value_start value_end multiple multiple_low multiple_high cagr cagr_low cagr_high"
    )
    columns = f"{columns} {' '.join(measures)} release_start release_end"
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


def make_real_growth(panel, deflator, catalog):
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
    columns = "years value_start value_end real_end real_end_low real_end_high price_multiple real_multiple"
    columns += " real_multiple_low real_multiple_high real_cagr real_cagr_low real_cagr_high price_release"
    return table(frame, "indicator region_code window_id year_end", f"year_start {columns}")


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
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------- contributions


def make_growth_contribution(panel, catalog):
    """Each member's part of the change of its group."""
    groups, additive = catalog["groups"], catalog["indicators"]["additive"]
    series = flows_and_stocks(panel, catalog).dropna(subset="value")
    series = series.loc[series["indicator"].map(additive), [*KEY, "value", "half_width"]]
    totals = series[series["region_code"].isin(groups["group_code"])].rename(columns={"region_code": "group_code"})
    by = ["indicator", "group_code"]
    span = windows(totals, by, catalog, yearly=True)
    span = at_end(at_end(span, totals, by, "start"), totals, by, "end")
    frame = span.merge(groups, on="group_code")
    for end in ("start", "end"):
        part = series.rename(columns={"year": f"year_{end}", "value": f"part_{end}", "half_width": f"half_{end}"})
        frame = frame.merge(part, on=[*SERIES, f"year_{end}"])
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
    columns += " contribution_high points points_low points_high"
    return table(frame, "indicator group_code region_code window_id year_end", columns)


# ------------------------------------------------------------------------------------------------------- structure


def components(catalog):
    """The components of every structure: the parts of an identity, the sections of an indicator, or a printed total, its parts
    and the rest."""
    identities = {rule["id"]: rule for rule in catalog["identities"]}
    rows = []
    for name, s in catalog["structures"].items():
        parts = identities[s["identity"]]["parts"] if "identity" in s else s.get("parts", [])
        cells = [(p, p, "*") for p in parts]
        if "sections_of" in s:
            cells = [(letter, s["sections_of"], letter) for letter in SECTIONS]
        if "total" in s:
            cells = [("total", s["total"], "*"), *cells, ("rest", None, "*")]
        same = {"structure": name, "group_code": s.get("group"), "needed": s.get("needed"), "base": s.get("base_year")}
        for position, (component, indicator, code) in enumerate(cells):
            multiple = s.get("multiples", {}).get(indicator)
            row = {"component": component, "position": position, "indicator": indicator, "industry_code": code}
            rows.append({**same, **row, "multiple": multiple})
    return pd.DataFrame(rows)


def make_structure(observation, catalog):
    """Shares of the components at both ends of every window; all of a year from one table and release."""
    parts = components(catalog)
    shares = structure_shares(structure_cells(observation, parts, catalog), parts)
    by = ["structure", "region_code"]
    inside = at_end(windows(shares, by, catalog), shares, by, "end").rename(columns={"component_end": "component"})
    inside = at_end(inside, shares, [*by, "component"], "start")
    yearly = shares.rename(columns={c: f"{c}_end" for c in shares.columns if c not in (*by, "component")})
    yearly = yearly.assign(window_id="yearly", year_start=yearly["year_end"] - 1)
    yearly = at_end(yearly, shares, [*by, "component"], "start", how="left")
    frame = pd.concat([inside, yearly, structure_blanks(shares, parts, catalog["groups"])], ignore_index=True)
    frame["implied"] = frame["implied_start"].eq(True) | frame["implied_end"].eq(True)
    start, end = ((frame[f"share_low_{at}"], frame[f"share_high_{at}"]) for at in ("start", "end"))
    frame["change"] = frame["share_end"] - frame["share_start"]
    put(frame, "change", minus(end, start))
    place = [*by, "window_id", "year_end"]
    frame = frame.merge(moved(frame, place), on=place, how="left")
    needed = parts.groupby("structure")["needed"].first()
    frame["needed"] = frame["structure"].map(needed).where(frame["share_end"].isna())
    ends = [f"{name}_{at}" for name in ("value", "share") for at in ("start", "end")]
    frame = frame.rename(columns={f"{n}_{s}_{at}": f"{n}_{at}_{s}" for n in ("value", "share")
                                  for s in ("low", "high") for at in ("start", "end")})  # fmt: skip
    columns = " ".join(f"{e} {e}_low {e}_high" for e in ends)
    columns = f"year_start {columns} change change_low change_high nav nav_low nav_high implied"
    return table(
        frame, "structure region_code component window_id year_end", f"{columns} release_start release_end needed"
    )


def structure_cells(observation, parts, catalog):
    """The figures of the components: of the table and release that cover most regions in a year, and what follows for the base
    year from a printed multiple; then totals of groups."""
    known = observation.dropna(subset="value")
    figure = parts.dropna(subset="indicator").merge(known, on=["indicator", "industry_code"])
    from_one = ["table_id", "source", "release"]
    n = figure["structure"].map(parts.groupby("structure")["indicator"].count())
    found = figure.groupby(["structure", "region_code", "year", *from_one])["component"].transform("size")
    figure = figure[found == n]
    covered = figure.groupby(["structure", "year", *from_one])["region_code"].nunique().rename("regions").reset_index()
    covered["rank"] = covered["source"].map({name: s["rank"] for name, s in catalog["sources"].items()})
    covered["position"] = release_position(covered, catalog)
    order = ["structure", "year", "regions", "rank", "position", "table_id"]
    best = covered.sort_values(order, ascending=[True, True, False, True, False, True])
    best = best.drop_duplicates(["structure", "year"])[["structure", "year", *from_one]]
    printed = figure.merge(best, on=["structure", "year", *from_one]).assign(implied=False)
    printed["low"], printed["high"] = around(printed["value"], printed["half_width"])

    multiple = known.loc[known["industry_code"] == "*", [*KEY, "source", "release", "value", "half_width"]]
    multiple = multiple.rename(columns={"indicator": "multiple", "value": "times", "half_width": "half_times"})
    implied = printed.dropna(subset="multiple").merge(multiple, on=["multiple", *KEY[1:], "source", "release"])
    ends = quotient_interval((implied["low"], implied["high"]), around(implied["times"], implied["half_times"]))
    implied = implied.assign(
        value=ratio(implied["value"], implied["times"]), low=ends[0], high=ends[1],
        year=implied["base"].astype(int), implied=True,
    )  # fmt: skip
    place = ["structure", "region_code", "year"]
    there = pd.MultiIndex.from_frame(implied[place]).isin(pd.MultiIndex.from_frame(printed[place]))
    single = pd.concat([printed, implied[~there]], ignore_index=True)
    single["release"] = single["source"] + "/" + single["release"]
    figures = ["value", "low", "high"]
    single = single[["structure", "component", "region_code", "year", *figures, "release", "implied"]]
    also = {"release": ("release", "first"), "implied": ("implied", "max")}
    return pd.concat([single, group_totals(single, ["structure", "component", "year"], catalog, figures, **also)])


def structure_shares(cells, parts):
    """Each component as a part of the sum of all, or of the printed total, with what the parts leave over."""
    place = ["structure", "region_code", "year"]
    figures = ["value", "low", "high"]
    is_total = cells["component"] == "total"
    sums = cells[~is_total].groupby(place)[figures].sum().add_suffix("_parts")
    totals = cells[is_total].set_index(place)[figures].add_suffix("_total")
    frame = cells[~is_total].merge(sums.join(totals), on=place)
    value, part = frame["value"], (frame["low"], frame["high"])
    rest = frame["low_parts"] - frame["low"], frame["high_parts"] - frame["high"]
    total = frame["low_total"], frame["high_total"]
    closed = frame["value_total"].isna()
    of_parts = parts_interval(part, rest, where=part[0] + rest[0] > 0)
    of_total = quotient_interval(part, total)
    share = quotient(value, frame["value_parts"].where(closed, frame["value_total"]))
    frame = frame.assign(
        share=share, share_low=of_parts[0].where(closed, of_total[0]), share_high=of_parts[1].where(closed, of_total[1])
    )
    left = frame[frame["structure"].isin(parts.loc[parts["component"] == "rest", "structure"])].drop_duplicates(place)
    total, part = (left["low_total"], left["high_total"]), (left["low_parts"], left["high_parts"])
    low, high = quotient_interval(part, total)
    left = left.assign(
        component="rest", value=left["value_total"] - left["value_parts"], low=total[0] - part[1], high=total[1] - part[0],
        share=1 - quotient(left["value_parts"], left["value_total"]), share_low=1 - high, share_high=1 - low,
    )  # fmt: skip
    frame = pd.concat([frame, left], ignore_index=True).rename(columns={"low": "value_low", "high": "value_high"})
    columns = ["value", "value_low", "value_high", "share", "share_low", "share_high", "release", "implied"]
    return frame[[*place, "component", *columns]]


def structure_blanks(shares, parts, groups):
    """Members of a group that are known to be missing."""
    wanted = parts[parts["component"] != "total"].dropna(subset="group_code")
    wanted = wanted[["structure", "component", "group_code"]].merge(groups, on="group_code")
    blank = wanted.merge(shares[["structure", "year"]].drop_duplicates(), on="structure")
    place = ["structure", "region_code", "year"]
    there = pd.MultiIndex.from_frame(blank[place]).isin(pd.MultiIndex.from_frame(shares[place]))
    blank = blank[~there].rename(columns={"year": "year_end"})
    return blank.assign(window_id="yearly", year_start=blank["year_end"] - 1).drop(columns="group_code")


def moved(frame, place):
    """How much of the whole changed place between the ends of a window."""
    both = frame.dropna(subset=["value_start", "value_end"])
    by = both.groupby(place)
    sums = {at: by[f"value_{at}"].transform("sum") for at in ("start", "end")}
    lowest = {at: by[f"value_{at}"].transform("min") for at in ("start", "end")}
    distance = (both["value_end"] / sums["end"] - both["value_start"] / sums["start"]).abs()
    fair = (lowest["start"] >= 0) & (lowest["end"] >= 0) & (sums["start"] > 0) & (sums["end"] > 0)
    start, end = ((both[f"share_low_{at}"], both[f"share_high_{at}"]) for at in ("start", "end"))
    both = both.assign(
        nav=distance.where(fair) / 2, nav_low=np.maximum(end[0] - start[1], start[0] - end[1]).clip(lower=0).fillna(0) / 2,
        nav_high=np.maximum(end[1] - start[0], start[1] - end[0]) / 2,
    )  # fmt: skip
    return both.groupby(place, as_index=False)[["nav", "nav_low", "nav_high"]].sum(min_count=1)


# ------------------------------------------------------------------------------------------------------- shift-share


def make_shift_share(structure, catalog):
    """Dunn and Esteban-Marquillas against the sum of the provinces."""
    kind = catalog["regions"].set_index("region_code")["kind"]
    figure = structure[
        (structure["window_id"] != "yearly") & (structure["component"] != "rest") & ~structure["implied"]
    ]
    figure = figure.dropna(subset=["value_start", "value_end"])
    figure = figure.assign(
        half_start=figure["value_start"] - figure["value_start_low"],
        half_end=figure["value_end"] - figure["value_end_low"],
    )
    window = ["structure", "window_id", "year_start", "year_end"]
    sums = ["value_start", "half_start", "value_end", "half_end"]
    provinces = figure[figure["region_code"].map(kind) == "province"].groupby([*window, "component"])
    industry = provinces[sums].sum().set_axis(["i0", "hi0", "i1", "hi1"], axis=1)
    industry["members"] = provinces.size()
    industry = industry[industry["members"] >= 28].reset_index()
    grand = industry.groupby(window)[["i0", "hi0", "i1", "hi1"]].sum().set_axis(["g0", "hg0", "g1", "hg1"], axis=1)
    region = figure.groupby([*window, "region_code"])[["value_start", "half_start"]].sum()
    region = region.set_axis(["r0", "hr0"], axis=1)
    cell = figure[figure["region_code"].map(kind).isin(["province", "group"])]
    cell = cell.merge(industry.drop(columns="members"), on=[*window, "component"]).merge(grand, on=window)
    cell = cell.merge(industry.groupby(window)["members"].first(), on=window).merge(region, on=[*window, "region_code"])

    e0, e1, i0, i1 = cell["value_start"], cell["value_end"], cell["i0"], cell["i1"]
    g0, g1, r0 = cell["g0"], cell["g1"], cell["r0"]
    own = {at: (cell[f"value_{at}_low"], cell[f"value_{at}_high"]) for at in ("start", "end")}
    grand_ends, industry_ends = ([around(cell[f"{name}{n}"], cell[f"h{name}{n}"]) for n in "01"] for name in ("g", "i"))
    homothetic = r0 * ratio(i0, g0)
    gap = ratio(e1, e0) - ratio(i1, i0)
    # growth as one plus the rate, so that differences are the same
    whole, here = quotient_interval(*reversed(grand_ends)), quotient_interval(*reversed(industry_ends))
    mine = quotient_interval(around(e1, cell["half_end"]), around(e0, cell["half_start"]))
    share = quotient_interval(industry_ends[0], grand_ends[0])
    less, more = around(r0, cell["hr0"])
    terms = {
        "national_share": (e0 * (ratio(g1, g0) - 1), times(own["start"], (whole[0] - 1, whole[1] - 1))),
        "industry_mix": (e0 * (ratio(i1, i0) - ratio(g1, g0)), times(own["start"], minus(here, whole))),
        "regional_share": (e1 - e0 * ratio(i1, i0), minus(own["end"], times(own["start"], here))),
        "esteban_regional": (homothetic * gap, times((less * share[0], more * share[1]), minus(mine, here))),
    }
    frame = cell[["structure", "region_code", "component", *window[1:], "members", "value_start", "value_end"]].copy()
    frame["homothetic"], frame["esteban_allocation"] = homothetic, (e0 - homothetic) * gap
    for name, (value, ends) in terms.items():
        frame[name] = value
        put(frame, name, ends)
    regional, esteban = ((frame[f"{n}_low"], frame[f"{n}_high"]) for n in ("regional_share", "esteban_regional"))
    put(frame, "esteban_allocation", minus(regional, esteban))
    key = ["structure", "region_code", *window[1:], "members"]
    added = frame.drop(columns="component").groupby(key).sum(skipna=False).reset_index().assign(component="*")
    frame = pd.concat([frame, added], ignore_index=True).rename(columns={"members": "reference_members"})
    frame["change"] = frame["value_end"] - frame["value_start"]
    measures = " ".join(f"{n} {n}_low {n}_high" for n in ("national_share", "industry_mix", "regional_share"))
    measures += " homothetic " + " ".join(f"{n} {n}_low {n}_high" for n in ("esteban_regional", "esteban_allocation"))
    columns = f"year_start year_end value_start value_end change {measures} reference_members"
    return table(frame, "structure region_code component window_id", columns)


def times(a, b):
    """The product of two intervals."""
    return corners(lambda x, y: x * y, a, b, where=a[0].notna() & b[0].notna())
