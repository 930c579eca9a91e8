"""The marts of what a total is made of: structure, shift-share."""

import numpy as np
import pandas as pd

from tests.oracle.core import KEY, least_certain, release_position
from tests.oracle.formulas import (
    around,
    at_end,
    corners,
    group_totals,
    minus,
    parts_interval,
    put,
    quotient,
    quotient_interval,
    ratio,
    table,
    windows,
)
from tests.oracle.spans import crossed

SECTIONS = "ABCDEFGHIJKLMNOPQRS"


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
    frame["status"] = [
        b if a != a or a is None else least_certain([a, b])
        for a, b in zip(frame["status_start"], frame["status_end"], strict=True)
    ]
    named = parts.dropna(subset="indicator").groupby("structure")["indicator"].agg(set)
    frame["crosses_break"] = crossed(frame, catalog, False, frame["structure"].map(named))
    frame.loc[
        frame["status"].isna() & frame["share_end"].isna() & (frame["window_id"] != "yearly"), "crosses_break"
    ] = None
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
        frame,
        "structure region_code component window_id year_end",
        f"{columns} release_start release_end status crosses_break needed",
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
    single = single[["structure", "component", "region_code", "year", *figures, "release", "implied", "status"]]
    also = {"release": ("release", "first"), "implied": ("implied", "max"), "status": ("status", least_certain)}
    return pd.concat([single, group_totals(single, ["structure", "component", "year"], catalog, figures, **also)])


def structure_shares(cells, parts):
    """Each component as a part of the sum of all, or of the printed total, with what the parts leave over."""
    place = ["structure", "region_code", "year"]
    figures = ["value", "low", "high"]
    cells = cells.assign(status=cells.groupby(place)["status"].transform(least_certain))
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
    columns = ["value", "value_low", "value_high", "share", "share_low", "share_high", "release", "implied", "status"]
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
    industry = industry[industry["members"] >= 0.9 * 31].reset_index()
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
    whole_country = cell["region_code"] == "PROV31"
    homothetic = r0 * ratio(i0, g0)
    gap = ratio(e1, e0) - ratio(i1, i0)
    # growth as one plus the rate, so that differences are the same
    whole, here = quotient_interval(*reversed(grand_ends)), quotient_interval(*reversed(industry_ends))
    mine = quotient_interval(around(e1, cell["half_end"]), around(e0, cell["half_start"]))
    share = quotient_interval(industry_ends[0], grand_ends[0])
    less, more = around(r0, cell["hr0"])
    others = [around((i - e).mask(whole_country, 0), (hi - h).mask(whole_country, 0)) for i, e, hi, h in (
        (i0, e0, cell["hi0"], cell["half_start"]), (i1, e1, cell["hi1"], cell["half_end"]))]  # fmt: skip
    regional = corners(
        lambda a, b, o, p: (b * o - a * p) / (a + o), own["start"], own["end"], *others,
        where=own["start"][0] + others[0][0] > 0,
    )  # fmt: skip
    terms = {
        "national_share": (e0 * (ratio(g1, g0) - 1), times(own["start"], (whole[0] - 1, whole[1] - 1))),
        "industry_mix": (e0 * (ratio(i1, i0) - ratio(g1, g0)), times(own["start"], minus(here, whole))),
        "regional_share": (e1 - e0 * ratio(i1, i0), regional),
        "esteban_regional": (homothetic * gap, times((less * share[0], more * share[1]), minus(mine, here))),
    }
    carried = ["value_start", "value_end", "status", "crosses_break"]
    frame = cell[["structure", "region_code", "component", *window[1:], "members", *carried]].copy()
    frame["homothetic"], frame["esteban_allocation"] = homothetic, (e0 - homothetic) * gap
    for name, (value, ends) in terms.items():
        frame[name] = value
        put(frame, name, ends)
    zero = [f"{n}{end}" for n in ("regional_share", "esteban_regional") for end in ("", "_low", "_high")]
    frame.loc[whole_country, [*zero, "esteban_allocation"]] = 0.0
    regional, esteban = ((frame[f"{n}_low"], frame[f"{n}_high"]) for n in ("regional_share", "esteban_regional"))
    put(frame, "esteban_allocation", minus(regional, esteban))
    key = ["structure", "region_code", *window[1:], "members"]
    texts = frame.groupby(key).agg(status=("status", least_certain), crosses_break=("crosses_break", "first"))
    added = frame.drop(columns=["component", "status", "crosses_break"]).groupby(key).sum(skipna=False)
    added = added.join(texts).reset_index().assign(component="*")
    mix = [f"industry_mix{end}" for end in ("", "_low", "_high")]
    added.loc[added["region_code"] == "PROV31", mix] = 0.0
    frame = pd.concat([frame, added], ignore_index=True).rename(columns={"members": "reference_members"})
    frame["change"] = frame["value_end"] - frame["value_start"]
    measures = " ".join(f"{n} {n}_low {n}_high" for n in ("national_share", "industry_mix", "regional_share"))
    measures += " homothetic " + " ".join(f"{n} {n}_low {n}_high" for n in ("esteban_regional", "esteban_allocation"))
    columns = f"year_start year_end value_start value_end change {measures} reference_members status crosses_break"
    return table(frame, "structure region_code component window_id", columns)


def times(a, b):
    """The product of two intervals."""
    return corners(lambda x, y: x * y, a, b, where=a[0].notna() & b[0].notna())
