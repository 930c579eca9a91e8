"""The marts of disparity: shares, inequality among the members of a group, intensities, convergence."""

import numpy as np
import pandas as pd

from tests.oracle.core import KEY, least_certain
from tests.oracle.formulas import (
    around,
    at_end,
    group_totals,
    minus,
    parts_interval,
    put,
    quotient,
    quotient_interval,
    shares_log,
    table,
    windows,
)
from tests.oracle.spans import crossed


def make_share(series, catalog):
    """Of every member in its group, and of every region and group in the printed nation; both of one state of the accounts."""
    regions = catalog["regions"]
    figure = series[series["indicator"].map(catalog["indicators"]["additive"]) & series["place"].notna()]
    same = ["indicator", "year", "vintage"]
    whole = figure.drop(columns="place")
    inside = figure.merge(catalog["groups"], on="region_code")
    inside = inside.merge(
        whole.rename(columns={"region_code": "group_code"}), on=[*same, "group_code"], suffixes=("", "_total")
    )
    inside = inside.sort_values("place").drop_duplicates(["indicator", "group_code", "region_code", "year"])
    rest, rest_half = inside["value_total"] - inside["value"], inside["half_width_total"] - inside["half_width"]
    inside["share"] = quotient(inside["value"], inside["value"] + rest)
    mine, others = around(inside["value"], inside["half_width"]), around(rest, rest_half)
    put(inside, "share", parts_interval(mine, others, where=mine[0] + others[0] > 0))
    inside = inside.rename(columns={"group_code": "of_code"}).assign(basis="parts")

    parts = regions.loc[regions["kind"].isin(["province", "group"]), "region_code"]
    nation = whole[whole["region_code"] == "CN"].drop(columns="region_code")
    printed = figure[figure["region_code"].isin(parts)].merge(nation, on=same, suffixes=("", "_total"))
    printed = printed.sort_values("place").drop_duplicates(KEY)
    printed["share"] = quotient(printed["value"], printed["value_total"])
    ends = around(printed["value"], printed["half_width"]), around(printed["value_total"], printed["half_width_total"])
    put(printed, "share", quotient_interval(*ends))
    printed = printed.assign(of_code="CN", basis="printed")
    frame = pd.concat([inside, printed], ignore_index=True)
    frame["status"] = [least_certain(pair) for pair in zip(frame["status"], frame["status_total"], strict=True)]
    frame = frame.rename(columns={"value_total": "total", "release_total": "total_release"})
    columns = "basis value total share share_low share_high release total_release status"
    return table(frame, "indicator of_code region_code year", columns)


# ------------------------------------------------------------------------------------------------------- inequality


def make_disparity(panel, catalog):
    """A matrix of years by members for each group; Theil T of the 31 provinces taken apart by macro-region and group."""
    regions, kinds = catalog["regions"].set_index("region_code"), catalog["indicators"]["kind"]
    single = panel[panel["region_code"].map(regions["kind"]).isin(["province", "city"])]
    measured = single[single["indicator"].map(kinds).isin(["flow", "stock", "ratio"])]
    wide = measured.pivot(index=["indicator", "year"], columns="region_code", values="value")
    there = measured.assign(there=True).pivot(index=["indicator", "year"], columns="region_code", values="there")
    people = single[single["indicator"] == "population"].pivot(index="year", columns="region_code", values="value")
    provinces = catalog["groups"].query("group_code == 'PROV31'")["region_code"]
    country = wide.reindex(columns=provinces)
    whole = pd.Series(theil_t(country.to_numpy()), index=wide.index)
    frames = []
    for group, codes in catalog["groups"].groupby("group_code")["region_code"]:
        if len(codes) < 2:
            continue
        rows = there.reindex(columns=codes).notna().any(axis=1)
        values = wide.loc[rows].reindex(columns=codes)
        population = people.reindex(index=values.index.get_level_values("year"), columns=codes).to_numpy(copy=True)
        population[values.index.get_level_values("indicator").map(kinds) == "ratio"] = np.nan
        members = values.notna().sum(axis=1).to_numpy()
        measures = inequality(values.to_numpy(copy=True), population)
        if (codes.map(regions["kind"]) == "province").all():
            inside = provinces.isin(codes) if group != "PROV31" else provinces.map(regions["nbs_four_region"])
            measures |= between_and_within(country.loc[rows].to_numpy(), inside)
            measures["theil_t_whole"] = whole[rows].to_numpy()
        frame = pd.DataFrame({"n": len(codes), "members": members, **measures}, index=values.index).reset_index()
        of = measured[measured["region_code"].isin(codes)].groupby(["indicator", "year"])["status"].agg(least_certain)
        frame["status"] = of.reindex(values.index).to_numpy()
        frame.insert(1, "group_code", group)
        frames.append(frame)
    frame = pd.concat(frames)
    for missing in {"theil_t_between", "theil_t_within", "theil_t_whole"} - {*frame.columns}:
        frame[missing] = np.nan
    begun = frame.assign(region_code=frame["group_code"], year_start=frame["year"] - 1, year_end=frame["year"])
    frame["crosses_break"] = crossed(begun.reset_index(drop=True), catalog, True).to_numpy()
    return frame.sort_values(["indicator", "group_code", "year"])


def inequality(y, people):
    """The measures of every row of a matrix; rows with a gap come out missing."""
    n = y.shape[1]
    with np.errstate(all="ignore"):
        y[np.isnan(y).any(axis=1)] = np.nan
        total, mean = y.sum(axis=1), y.mean(axis=1)
        fair = (y.min(axis=1) >= 0) & (total > 0)  # no negative figure, something to share out
        positive = y.min(axis=1) > 0
        share = np.where(fair[:, None], y / total[:, None], np.nan)
        logs = np.where(positive[:, None], np.log(y), np.nan)
        weight = np.where((people > 0).all(axis=1)[:, None], people / people.sum(axis=1, keepdims=True), np.nan)
        deviation = y.std(axis=1)
        descending = -np.sort(-share, axis=1)
        gini = np.maximum((np.sort(share, axis=1) * (2 * np.arange(1, n + 1) - n - 1)).sum(axis=1) / n, 0)
        hhi = (share**2).sum(axis=1)
        theil_l = np.maximum(np.log(mean) - logs.mean(axis=1), 0)
        next_three = descending[:, 1:4].sum(axis=1)

        order = np.argsort(share / weight, axis=1)
        sorted_share, sorted_weight = np.take_along_axis(share, order, 1), np.take_along_axis(weight, order, 1)
        lorenz = np.cumsum(sorted_share, axis=1)
        gini_weighted = 1 - ((2 * lorenz - sorted_share) * sorted_weight).sum(axis=1)
        return {
            "cv": np.where(mean != 0, deviation / mean, np.nan),
            "cv_max": np.sqrt(n - 1),
            "cv_samp": np.where(mean != 0, y.std(axis=1, ddof=1) / mean, np.nan),
            "gini": gini,
            "gini_corrected": gini * n / (n - 1),
            "gini_max": (n - 1) / n,
            "gini_weighted": np.maximum(gini_weighted, 0),
            "theil_t": theil_t(y),
            "theil_l": theil_l,
            "theil_max": np.log(n),
            "theil_t_weighted": np.maximum(missing_rows(shares_log(share, weight), share * weight), 0),
            "theil_l_weighted": np.where(
                positive, np.maximum((weight * np.log(weight / share)).sum(axis=1), 0), np.nan
            ),
            "williamson": np.sqrt(((share - weight) ** 2 / weight).sum(axis=1)),
            "hhi": hhi,
            "hhi_min": 1 / n,
            "hhi_normalised": (hhi * n - 1) / (n - 1),
            "hoover": np.abs(share - weight).sum(axis=1) / 2,
            "max_min": np.where(positive, y.max(axis=1) / y.min(axis=1), np.nan),
            "gap": y.max(axis=1) - y.min(axis=1),
            "primacy": descending[:, 0],
            "two_city": np.where(descending[:, 1] > 0, descending[:, 0] / descending[:, 1], np.nan),
            "four_city": np.where((n >= 4) & (next_three > 0), descending[:, 0] / next_three, np.nan),
            "sd_log": logs.std(axis=1),
        }


def missing_rows(measure, inputs):
    """The measure; missing where an input of its row is."""
    return np.where(np.isnan(inputs).any(axis=1), np.nan, measure)


def shares(y):
    """Each row over its sum; missing where a figure is missing or negative or there is nothing to share out."""
    total = y.sum(axis=1, keepdims=True)
    fair = (y.min(axis=1, keepdims=True) >= 0) & (total > 0)
    return np.divide(y, total, where=fair, out=np.full_like(y, np.nan))


def theil_t(y):
    share = shares(y)
    return np.maximum(missing_rows(shares_log(share, 1 / y.shape[1]), share), 0)


def between_and_within(y, part):
    """Theil T between and within the parts that the columns of the matrix fall into."""
    share, n = shares(y), y.shape[1]
    between, within = np.zeros(len(y)), np.zeros(len(y))
    with np.errstate(all="ignore"):
        for name in part.unique():
            own = share[:, (part == name).to_numpy()]
            size, sum_ = own.shape[1], own.sum(axis=1)
            between += np.where(sum_ > 0, sum_ * np.log(sum_ * n / size), 0)
            within += np.where(sum_ > 0, sum_ * shares_log(own / sum_[:, None], 1 / size), 0)
    return {
        "theil_t_between": np.maximum(missing_rows(between, share), 0),
        "theil_t_within": missing_rows(within, share),
    }


# ------------------------------------------------------------------------------------------------------- intensity


def make_intensity(observation, panel, latest, catalog):
    """One quantity per another, for every release of the denominator."""
    kinds = pd.DataFrame.from_dict(catalog["intensities"], orient="index").rename_axis("intensity").reset_index()
    lower = observation[(observation["industry_code"] == "*") & observation["indicator"].isin(kinds["denominator"])]
    lower = lower.dropna(subset="value").sort_values("table_id").drop_duplicates([*KEY, "source", "release"])
    lower = lower.assign(denominator_release=lower["source"] + "/" + lower["release"])
    lower = lower[[*KEY, "denominator_release", "value", "half_width", "status"]]
    worst = {"status": ("status", least_certain)}
    lower = pd.concat([lower, group_totals(lower, ["indicator", "year", "denominator_release"], catalog, **worst)])
    upper = panel.dropna(subset="value")[[*KEY, "value", "half_width", "release", "status"]]
    frame = kinds.merge(upper, left_on="numerator", right_on="indicator").drop(columns="indicator")
    place = ["denominator", "region_code", "year"]
    frame = frame.merge(lower.rename(columns={"indicator": "denominator"}), on=place, suffixes=("_a", "_b"))
    spoken = panel.assign(default=panel["source"] + "/" + panel["release"]).rename(columns={"indicator": "denominator"})
    frame = frame.merge(spoken[[*place, "default"]], on=place, how="left")
    bulletin = latest.loc[latest["indicator"] == "rd_intensity", ["region_code", "year", "value", "half_width"]]
    bulletin = bulletin.rename(columns={"value": "printed_value", "half_width": "printed_half_width"})
    frame = frame.merge(bulletin.assign(printed="rd_intensity"), on=["printed", "region_code", "year"], how="left")
    low, high = quotient_interval(
        around(frame["value_a"], frame["half_width_a"]), around(frame["value_b"], frame["half_width_b"])
    )
    frame["value"] = frame["factor"] * quotient(frame["value_a"], frame["value_b"])
    put(frame, "value", (frame["factor"] * low, frame["factor"] * high))
    frame["preferred"] = frame["denominator_release"] == frame["default"]
    printed, half = frame["printed_value"], frame["printed_half_width"]
    meets = (printed - half <= frame["value_high"]) & (printed + half >= frame["value_low"])
    frame["agrees"] = meets.astype("boolean").mask(printed.isna())
    names = {"value_a": "numerator_value", "value_b": "denominator_value", "release": "numerator_release"}
    frame = frame.drop(columns="printed").rename(columns={**names, "printed_value": "printed"})
    columns = (
        "numerator denominator numerator_value denominator_value value value_low value_high unit numerator_release"
    )
    frame["status"] = [least_certain(pair) for pair in zip(frame["status_a"], frame["status_b"], strict=True)]
    columns += " preferred printed printed_half_width agrees status"
    return table(frame, "intensity region_code year denominator_release", columns)


def make_intensity_span(observation, panel, series, catalog):
    """Intensities at the ends of windows, the denominator of both from the newest state or release that holds both."""
    kinds = pd.DataFrame.from_dict(catalog["intensities"], orient="index").rename_axis("intensity").reset_index()
    kinds = kinds[["intensity", "numerator", "denominator", "factor", "unit"]]
    revised = catalog["indicators"]["vintages"].dropna().index
    figure = observation[(observation["industry_code"] == "*") & observation["indicator"].isin(kinds["denominator"])]
    figure = figure[~figure["indicator"].isin(revised)].dropna(subset="value").sort_values("table_id")
    figure = figure.drop_duplicates([*KEY, "source", "release"])
    figure = figure.assign(state=figure["source"] + "/" + figure["release"])
    rank = figure["source"].map({name: s["rank"] for name, s in catalog["sources"].items()})
    listed = {
        f"{source}/{release}": i
        for source, s in catalog["sources"].items()
        for i, release in enumerate(s.get("releases", {}), 1)
    }
    figure["place"] = rank + 1 / (2.0 + figure["state"].map(listed).fillna(0))
    figure = figure[[*KEY, "state", "value", "half_width", "status", "place"]]
    by = ["indicator", "year", "state", "place"]
    totals = group_totals(figure, by, catalog, status=("status", least_certain))
    single = pd.concat([figure, totals], ignore_index=True)
    single["release"], single["spliced"] = single["state"].str.split("/").str[1], False
    states = series[series["indicator"].isin(kinds["denominator"]) & series["place"].notna()].dropna(subset="value")
    states = states.rename(columns={"vintage": "state"}).assign(spliced=lambda f: f["state"] == "preferred")
    lower = pd.concat([states, single], ignore_index=True).rename(columns={"indicator": "denominator"})
    lower = lower[
        ["denominator", "region_code", "year", "state", "value", "half_width", "status", "release", "place", "spliced"]
    ]
    lower["place"] = lower["place"].astype(float)

    upper = panel.dropna(subset="value")[[*KEY, "value", "half_width", "status"]].rename(
        columns={"indicator": "numerator"}
    )
    upper = kinds.merge(upper, on="numerator")
    there = upper.merge(lower[["denominator", "region_code", "year"]].drop_duplicates())
    key = ["intensity", "region_code"]
    frame = windows(there, key, catalog).merge(kinds, on="intensity")
    above = upper[[*key, "year", "value", "half_width", "status"]]
    below = lower.rename(
        columns={c: f"{c}_b" for c in ("value", "half_width", "status", "release", "place", "spliced")}
    )
    for end in ("start", "end"):
        frame = at_end(frame, above, key, end)
        side = below.rename(
            columns={c: f"{c}_{end}" for c in below.columns if c not in ("denominator", "region_code", "state")}
        )
        frame = frame.merge(
            side, on=["denominator", "region_code", f"year_{end}", *(["state"] if end == "end" else [])]
        )
    frame = frame.sort_values(["place_b_start", "state"]).drop_duplicates([*key, "window_id"])
    figures = {}
    for end in ("start", "end"):
        a, b = (around(frame[f"value{s}_{end}"], frame[f"half_width{s}_{end}"]) for s in ("", "_b"))
        low, high = quotient_interval(a, b)
        figures[end] = frame["factor"] * low, frame["factor"] * high
        figures[f"{end} itself"] = frame["factor"] * quotient(frame[f"value_{end}"], frame[f"value_b_{end}"])
    for end in ("start", "end"):
        frame[f"value_{end}"] = figures[f"{end} itself"]
        put(frame, f"value_{end}", figures[end])
    frame["change"] = frame["value_end"] - frame["value_start"]
    put(frame, "change", minus(figures["end"], figures["start"]))
    four = zip(*(frame[f"status{s}_{end}"] for s in ("", "_b") for end in ("start", "end")), strict=True)
    frame["status"] = [least_certain(f) for f in four]
    frame = frame.reset_index(drop=True)
    above, below = ([{n} for n in frame[side]] for side in ("numerator", "denominator"))
    spliced = frame["spliced_b_start"].astype(bool)
    of_upper = crossed(frame, catalog, False, pd.Series(above))
    of_lower = crossed(frame, catalog, spliced, pd.Series(below))
    plain = crossed(frame, catalog, False, pd.Series(below))
    both = (of_upper.fillna("") + " " + of_lower.fillna("")).map(lambda t: " ".join(sorted({*t.split()})))
    frame["crosses_break"] = both.where(both != "", None)
    start, end = (frame[f"release_b_{e}"] for e in ("start", "end"))
    two = spliced & (start != end) & (frame["denominator"].isin(revised) | (of_lower.fillna("") != plain.fillna("")))
    reason = "the two ends rest on different " + frame["denominator"] + ": " + start + " and " + end
    frame["differs"] = reason.where(two)
    frame = frame.rename(columns={f"release_b_{e}": f"denominator_release_{e}" for e in ("start", "end")})
    columns = (
        "year_start year_end numerator denominator value_start value_start_low value_start_high value_end value_end_low"
    )
    columns += (
        " value_end_high change change_low change_high unit denominator_release_start denominator_release_end differs"
    )
    return table(frame, "intensity region_code window_id", f"{columns} status crosses_break")


# ------------------------------------------------------------------------------------------------------- convergence


def make_convergence(panel, catalog):
    """sigma: the spread of logarithms, by year and its trend in a window; beta: growth against the logarithm of the start."""
    kinds, regions = catalog["indicators"]["kind"], catalog["regions"].set_index("region_code")["kind"]
    size = catalog["groups"]["group_code"].value_counts().loc[lambda n: n >= 3]
    kind = panel["indicator"].map(kinds)
    usable = kind.isin(["flow", "stock", "ratio"]) & panel["region_code"].map(regions).isin(["province", "city"])
    level = panel.loc[usable & (panel["value"] > 0), [*KEY, "value", "status"]].assign(basis="level")
    people = level[level["indicator"] == "population"].rename(columns={"value": "people", "status": "counted"})
    head = level[(level["indicator"].map(kinds) != "ratio") & (level["indicator"] != "population")]
    head = head.merge(people[["region_code", "year", "people", "counted"]], on=["region_code", "year"])
    head["status"] = [least_certain(pair) for pair in zip(head["status"], head["counted"], strict=True)]
    head = head.assign(value=head["value"] / head["people"], basis="per_head").drop(columns=["people", "counted"])
    value = pd.concat([level, head], ignore_index=True)
    value["log"] = np.log(value["value"])

    by = ["indicator", "basis", "group_code"]
    groups = catalog["groups"][catalog["groups"]["group_code"].isin(size.index)]
    member = value[["indicator", "basis", "region_code", "year", "log", "status"]].merge(groups, on="region_code")
    members = member.groupby([*by, "year"])
    logs, worst = members["log"], members["status"].agg(least_certain)
    sigma = pd.DataFrame({"n": logs.size(), "sigma": logs.std(ddof=0), "status": worst}).reset_index()
    sigma = sigma[sigma["n"] == sigma["group_code"].map(size)]
    points, doubts = sigma[[*by, "year", "sigma"]], sigma[[*by, "year", "status"]]
    span = windows(sigma, by, catalog)
    ends = at_end(at_end(span, points, by, "start"), points, by, "end")
    case = [*by, "window_id"]

    inside = ends[[*case, "year_start", "year_end"]].merge(points, on=by)
    inside = inside[inside["year"].between(inside["year_start"], inside["year_end"])]
    trend = lines(inside.rename(columns={"year": "x", "sigma": "y"}), case)[["n", "slope", "error"]]
    trend = trend.set_axis(["sigma_years", "sigma_trend", "sigma_trend_se"], axis=1)
    trend["status"] = inside.merge(doubts, on=[*by, "year"]).groupby(case)["status"].agg(least_certain)

    start = ends[[*case, "year_start", "year_end"]].merge(
        member.drop(columns="status").rename(columns={"year": "year_start"}), on=[*by, "year_start"]
    )
    end = value[["indicator", "basis", "region_code", "year", "log"]].rename(columns={"year": "year_end"})
    both = start.merge(end, on=["indicator", "basis", "region_code", "year_end"], suffixes=("_start", "_end"))
    growth = (both["log_end"] - both["log_start"]) / (both["year_end"] - both["year_start"])
    beta = lines(both.assign(x=both["log_start"], y=growth), case)[["slope", "intercept", "error", "r2"]]
    beta = beta.set_axis(["beta", "intercept", "beta_se", "r2"], axis=1)

    frame = ends.merge(trend.reset_index(), on=case).merge(beta.reset_index(), on=case)
    frame["years"], frame["n"] = frame["year_end"] - frame["year_start"], frame["group_code"].map(size)
    errors = ["sigma_trend_se", "beta_se"]
    frame[errors] = frame[errors].where(frame["n"] >= 10)  # three provinces describe themselves, no more
    left = 1 + frame["beta"] * frame["years"]
    frame["speed"] = -np.log(left.where(left > 0)) / frame["years"]
    frame["half_life"] = np.log(2) / frame["speed"].where(frame["speed"] > 0)

    yearly = sigma.rename(columns={"year": "year_end", "sigma": "sigma_end"})
    yearly = yearly.assign(window_id="yearly", year_start=yearly["year_end"] - 1, years=1)
    yearly = at_end(yearly, points, by, "start", how="left")
    yearly["sigma_years"] = 1 + yearly["sigma_start"].notna()
    before = at_end(yearly[[*by, "year_start"]], doubts, by, "start", how="left")["status_start"]
    yearly["status"] = [b if a != a else least_certain([a, b]) for a, b in zip(before, yearly["status"], strict=True)]
    frame = pd.concat([frame, yearly], ignore_index=True)
    counted = [
        {i, "population"} if b == "per_head" else {i} for i, b in zip(frame["indicator"], frame["basis"], strict=True)
    ]
    groups = frame.assign(region_code=frame["group_code"])
    frame["crosses_break"] = crossed(groups, catalog, True, pd.Series(counted, index=frame.index))
    columns = (
        "year_start years n sigma_start sigma_end sigma_years sigma_trend sigma_trend_se intercept beta beta_se r2"
    )
    return table(
        frame, "indicator basis group_code window_id year_end", f"{columns} speed half_life status crosses_break"
    )


def lines(points, by):
    """Ordinary least squares of y on x in every group of points: slope, intercept, standard error of the slope, R2."""
    groups = points.groupby(by)
    means = groups[["x", "y"]].transform("mean")
    x, y = points["x"] - means["x"], points["y"] - means["y"]
    sums = points[by].assign(sxx=x * x, syy=y * y, sxy=x * y).groupby(by)[["sxx", "syy", "sxy"]].sum()
    frame = groups.agg(n=("x", "size"), x=("x", "mean"), y=("y", "mean")).join(sums)
    frame["slope"] = frame["sxy"] / frame["sxx"].where(frame["sxx"] > 0)
    frame["intercept"] = frame["y"] - frame["slope"] * frame["x"]
    rest = (frame["syy"] - frame["slope"] * frame["sxy"]).clip(lower=0)
    frame["error"] = np.sqrt(rest / (frame["n"] - 2).where(frame["n"] > 2) / frame["sxx"])
    frame["r2"] = frame["slope"] * frame["sxy"] / frame["syy"]
    return frame
