"""The marts of match and score: carriers of innovation, location quotients, alike structures, the composite index."""

import numpy as np
import pandas as pd

from tests.oracle.core import KEY, least_certain
from tests.oracle.formulas import (
    annual,
    around,
    corners,
    group_totals,
    put,
    quotient,
    quotient_interval,
    ratio,
    remark,
    sentences,
    table,
)
from tests.oracle.spans import crossed

CARRIERS = [
    "firms_with_rd_activity", "firms_with_rd_institution", "firm_rd_institutions", "hightech_enterprises", "incubators",
    "maker_spaces", "tech_intermediaries", "ip_service_firms",
]  # fmt: skip
STRUCTURES = ["legal_entities", "urban_employment"]
SECTIONS = [*"ABCDEFGHIJKLMNOPQRS"]
PLACE = ["region_code", "year"]


def make_capacity(panel, series, catalog):
    """Per 10 000 people and per GDP, growth since the year published before, distance from Beijing."""
    kinds = catalog["regions"].set_index("region_code")["kind"]
    there = panel["indicator"].isin(CARRIERS) & panel["region_code"].map(kinds).isin(["nation", "province", "group"])
    frame = panel[there].dropna(subset="value").sort_values(KEY)
    people = panel.loc[panel["indicator"] == "population", [*PLACE, "value", "half_width", "release"]]
    frame = frame.merge(
        people.set_axis([*PLACE, "people", "half_people", "population_release"], axis=1), on=PLACE, how="left"
    )
    gdp = series[(series["indicator"] == "gdp") & series["place"].notna()]
    beijing = gdp.loc[gdp["region_code"] == "110000", ["year", "vintage", "value", "half_width"]]
    gdp = gdp.merge(beijing, on=["year", "vintage"], how="left", suffixes=("", "_bj"))
    gdp = gdp.assign(alone=gdp["value_bj"].isna()).sort_values(["alone", "place"]).drop_duplicates(PLACE)
    gdp = gdp[[*PLACE, "value", "half_width", "release", "value_bj", "half_width_bj"]]
    frame = frame.merge(
        gdp.set_axis([*PLACE, "gdp", "half_gdp", "gdp_release", "gdp_bj", "half_gdp_bj"], axis=1), on=PLACE, how="left"
    )
    before = frame.groupby(["indicator", "region_code"])[["year", "value", "half_width"]].shift()
    frame["year_before"] = before["year"].astype("Int64")
    v0, years = before["value"], frame["year"] - before["year"]
    value, start = around(frame["value"], frame["half_width"]), around(v0, before["half_width"])
    put(frame, "value", value)
    multiple, multiples = quotient(frame["value"], v0), quotient_interval(value, start)
    frame["growth"], frame["cagr"] = multiple - 1, annual(multiple, years)
    put(frame, "growth", (multiples[0] - 1, multiples[1] - 1))
    put(frame, "cagr", [annual(m.where(value[0] > 0), years) for m in multiples])
    for name, rate in (("people", "per_10000_people"), ("gdp", "per_gdp")):
        frame[rate] = ratio(frame["value"], frame[name])
        put(frame, rate, quotient_interval(value, around(frame[name], frame[f"half_{name}"])))
    rates = [f"{rate}{end}" for rate in ("per_10000_people", "per_gdp") for end in ("", "_low", "_high")]
    mine = frame["region_code"] == "110000"
    own = frame.loc[mine, ["indicator", "year", "value", "half_width", "people", "half_people"]]
    frame = frame.merge(own, on=["indicator", "year"], how="left", suffixes=("", "_bj"))
    around_beijing = catalog["groups"].loc[catalog["groups"]["region_code"] == "110000", "group_code"]
    contains = frame["region_code"].isin(around_beijing) | (frame["region_code"] == "110000")
    count_bj = around(frame["value_bj"], frame["half_width_bj"])
    others = around(frame["value"] - frame["value_bj"], frame["half_width"] - frame["half_width_bj"])
    for rate, name in (("per_10000_people", "people"), ("per_gdp", "gdp")):
        size_bj = around(frame[f"{name}_bj"], frame[f"half_{name}_bj"])
        rest = around(frame[name] - frame[f"{name}_bj"], frame[f"half_{name}"] - frame[f"half_{name}_bj"])
        rate_bj = ratio(frame["value_bj"], frame[f"{name}_bj"])
        frame[f"{name}_to_beijing"] = ratio(frame[rate], rate_bj)
        frame[f"{name}_gap"] = frame[rate] - rate_bj
        low_bj, high_bj = quotient_interval(count_bj, size_bj)
        apart = ratio(frame[f"{rate}_low"], high_bj), ratio(frame[f"{rate}_high"], low_bj)
        known = (count_bj[0] > 0) & (size_bj[0] > 0)
        inside = corners(lambda c, o, d, p: (c + o) / c * d / (d + p), count_bj, others, size_bj, rest, where=known)
        put(frame, f"{name}_to_beijing", [i.where(contains, a) for i, a in zip(inside, apart, strict=True)])
    frame["missing"] = sentences(
        remark(frame["people"].isna(), "population"), remark(frame["gdp"].isna(), "GDP"),
        remark(frame["year_before"].isna(), "an earlier year"), remark(frame["value_bj"].isna(), "Beijing"),
    )  # fmt: skip
    ends = frame.assign(year_start=frame["year_before"].astype(float), year_end=frame["year"])
    frame["crosses_break"] = crossed(ends, catalog, True)
    columns = f"value value_low value_high {' '.join(rates)} year_before growth growth_low growth_high cagr cagr_low cagr_high"
    for name in ("people", "gdp"):
        columns += f" {name}_to_beijing {name}_to_beijing_low {name}_to_beijing_high {name}_gap"
    columns += " source release population_release gdp_release status crosses_break missing"
    return table(frame, "indicator region_code year", columns)


def make_location_quotient(observation, catalog):
    """Share of an industry in a region over its share in all 31 provinces, by the newest release that covers them."""
    kinds = catalog["regions"].set_index("region_code")["kind"]
    figure = observation[observation["indicator"].isin(STRUCTURES)].dropna(subset="value")
    figure = figure[figure["region_code"].map(kinds) == "province"]
    figure = figure.assign(edition=figure["release"], release=figure["source"] + "/" + figure["release"])
    by = ["indicator", "release", "year"]
    is_total = figure["industry_code"] == "*"
    covered = figure.groupby([*by, "edition"])["industry_code"].nunique().rename("industries").reset_index()
    covered = covered.merge(figure[is_total].groupby(by).size().rename("totals").reset_index(), on=by)
    covered = covered[(covered["totals"] == 31) & (covered["industries"] > 1)]
    selected = covered.sort_values("edition").drop_duplicates(["indicator", "year"], keep="last")[by]
    held = figure.merge(selected, on=by)[[*by, "region_code", "industry_code", "value", "half_width", "status"]]
    worst = {"status": ("status", least_certain)}
    place = pd.concat([held, group_totals(held, [*by, "industry_code"], catalog, **worst)])

    total = place["industry_code"] == "*"
    here = place[total & (place["region_code"] != "PROV31")].drop(columns="industry_code")
    here = here.rename(columns={"value": "all", "half_width": "half_all", "status": "status_all"})
    industries = held.loc[held["industry_code"] != "*", ["indicator", "industry_code"]].drop_duplicates()
    frame = here.merge(industries, on="indicator")
    frame = frame.merge(place, on=[*by, "region_code", "industry_code"], how="left")
    frame["status"] = [
        a if b != b else least_certain([a, b]) for a, b in zip(frame["status_all"], frame["status"], strict=True)
    ]
    nation = place[place["region_code"] == "PROV31"].drop(columns=["region_code", "status"])
    nation = nation.rename(columns={"value": "reference", "half_width": "half_reference"})
    frame = frame.merge(nation, on=[*by, "industry_code"], how="left")
    whole = nation[nation["industry_code"] == "*"].drop(columns="industry_code")
    whole = whole.rename(columns={"reference": "reference_all", "half_reference": "half_reference_all"})
    frame = frame.merge(whole, on=by, how="left")

    frame["share"] = quotient(frame["value"], frame["all"])
    frame["reference_share"] = quotient(frame["reference"], frame["reference_all"])
    frame["lq"] = quotient(frame["share"], frame["reference_share"])
    x, x_all = around(frame["value"], frame["half_width"]), around(frame["all"], frame["half_all"])
    share = quotient_interval(x, x_all)
    put(frame, "share", share)
    rest = around(frame["reference"] - frame["value"], frame["half_reference"] - frame["half_width"])
    rest_all = around(frame["reference_all"] - frame["all"], frame["half_reference_all"] - frame["half_all"])
    known = (x[0] + rest[0] > 0) & (x_all[0] > 0)
    put(frame, "lq", corners(lambda x, y, xt, yt: x / (x + y) * (xt + yt) / xt, x, rest, x_all, rest_all, where=known))
    blank = remark(frame["value"].isna(), "figure: not held")
    unknown = remark(frame["reference"].isna(), "reference: not held for all provinces")
    frame["missing"] = blank.fillna(unknown)
    columns = "value share share_low share_high reference_share lq lq_low lq_high release status missing"
    return table(frame, "indicator region_code industry_code year", columns)


def make_structure_similarity(observation, catalog):
    """Finger-Kreinin, cosine and Krugman of two provinces' shares by section, where one release has every section of both."""
    region = catalog["groups"].query("group_code == 'JJJ'")["region_code"]
    mine = observation["indicator"].isin(STRUCTURES) & observation["region_code"].isin(region)
    figure = observation[mine & observation["industry_code"].isin(SECTIONS)]
    figure = figure.assign(edition=figure["release"], release=figure["source"] + "/" + figure["release"])
    by = ["indicator", "year", "release", "edition"]
    wide = figure.pivot(index=[*by, "region_code"], columns="industry_code", values="value").reindex(columns=SECTIONS)
    filled = wide.notna().sum(axis=1).rename("filled").reset_index()
    pair = filled.merge(filled, on=by, suffixes=("_a", "_b"))
    pair = pair[pair["region_code_a"] < pair["region_code_b"]]
    pair["fewest"] = pair[["filled_a", "filled_b"]].min(axis=1)
    key = ["indicator", "region_code_a", "region_code_b", "year"]
    pair = pair.sort_values([*key, "fewest", "edition", "release"], ascending=[True] * 4 + [False, False, True])
    pair = pair.drop_duplicates(key, ignore_index=True)
    worst_status = figure.dropna(subset="value").groupby([*by, "region_code"])["status"].agg(least_certain)
    ends = (
        [
            worst_status.get((*key[:4], key[4]))
            for key in zip(*(pair[c] for c in by), pair[f"region_code_{e}"], strict=True)
        ]
        for e in "ab"
    )
    pair["status"] = [least_certain([s for s in two if s]) if any(two) else None for two in zip(*ends, strict=True)]
    a, b = (wide.loc[pd.MultiIndex.from_frame(pair[[*by, f"region_code_{end}"]])].to_numpy() for end in ("a", "b"))
    known = ~np.isnan(a) & ~np.isnan(b)
    a, b = a / a.sum(axis=1, keepdims=True), b / b.sum(axis=1, keepdims=True)
    pair["finger_kreinin"], pair["krugman"] = np.minimum(a, b).sum(axis=1), np.abs(a - b).sum(axis=1)
    pair["cosine"] = (a * b).sum(axis=1) / np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    pair["sections"] = known.sum(axis=1)
    pair["missing"] = [
        " ".join(s for s, there in zip(SECTIONS, row, strict=True) if not there) or None for row in known
    ]
    pair = pair[pair["sections"] > 0].rename(columns={"region_code_a": "region_a", "region_code_b": "region_b"})
    columns = "finger_kreinin cosine krugman sections release status missing"
    return table(pair, "indicator region_a region_b year", columns)


# ------------------------------------------------------------------------------------------------------- composite index


def make_index_component(panel, catalog):
    """Intensities of provinces and groups, and their place on the scale of all provinces and years."""
    kinds = catalog["regions"].set_index("region_code")["kind"]
    figure = panel[panel["region_code"].map(kinds).isin(["province", "group"])]
    figure = figure[[*KEY, "value", "half_width", "status"]]
    frames = []
    for part in index_parts(catalog).to_dict("records"):
        intensity = catalog["intensities"][part["intensity"]]
        upper = figure[(figure["indicator"] == intensity["numerator"])]
        upper = upper[upper["year"].between(part["first_year"], part["last_year"])]
        lower = figure[figure["indicator"] == intensity["denominator"]].drop(columns="indicator")
        frame = upper.merge(lower, on=PLACE, how="left", suffixes=("", "_b"))
        low, high = quotient_interval(
            around(frame["value"], frame["half_width"]), around(frame["value_b"], frame["half_width_b"])
        )
        factor = intensity["factor"]
        frame["value"] = factor * ratio(frame["value"], frame["value_b"])
        frame["status"] = [
            a if b != b else least_certain([a, b]) for a, b in zip(frame["status"], frame["status_b"], strict=True)
        ]
        put(frame, "value", (factor * low, factor * high))
        scale = frame.loc[frame["region_code"].map(kinds) == "province", "value"]
        frame["scaled"] = (frame["value"] - scale.min()) / (scale.max() - scale.min())
        frames.append(frame.assign(release=part["release"], intensity=part["intensity"], dimension=part["dimension"]))
    columns = "dimension value value_low value_high scaled status"
    return table(pd.concat(frames), "release intensity region_code year", columns)


def index_parts(catalog):
    """The components of every release with their weights."""
    rows = []
    for release, made in catalog["index"]["releases"].items():
        for dimension, part in made["dimensions"].items():
            for intensity in part["indicators"]:
                weight = 1 / len(part["indicators"]) / len(made["dimensions"])
                years = {"first_year": made["first_year"], "last_year": made["last_year"]}
                named = {"release": release, "dimension": dimension, "intensity": intensity}
                rows.append({**named, **years, "weight": weight})
    return pd.DataFrame(rows)


def make_index_weight(component, catalog):
    """Entropy over the provinces and years that have every indicator."""
    kinds = catalog["regions"].set_index("region_code")["kind"]
    parts = index_parts(catalog)
    province = component[component["region_code"].map(kinds) == "province"]
    key = ["release", "intensity"]
    scale = province.groupby(key)["value"].agg(lowest="min", highest="max")
    filled = province.groupby(["release", *PLACE])["scaled"].transform("count")
    complete = province[filled == province["release"].map(parts["release"].value_counts())]
    share = complete["scaled"] / complete.groupby(key)["scaled"].transform("sum")
    entropies = complete.assign(entropy=-share * np.log(share.where(share > 0, 1))).groupby(key)
    weight = entropies["entropy"].agg(rows="size", entropy="sum")
    weight["evenness"] = weight["entropy"] / np.log(weight["rows"])
    useful = (1 - weight["evenness"]).clip(lower=0)
    weight["weight_entropy"] = useful / useful.groupby("release").transform("sum")
    frame = parts.merge(scale.reset_index(), on=key, how="left").merge(weight.reset_index(), on=key, how="left")
    frame["rows"] = frame["rows"].fillna(0).astype(int)
    return table(frame, "release intensity", "dimension lowest highest rows evenness weight weight_entropy")


def make_innovation_index(component, weight, observation, catalog):
    """The composite by dimension and in total, missing where an indicator is; the published indices beside it."""
    kinds = catalog["regions"].set_index("region_code")["kind"]
    where = ["release", *PLACE]
    spine = (
        component[where]
        .drop_duplicates()
        .merge(weight[["release", "intensity", "dimension", "weight", "weight_entropy"]])
    )
    piece = spine.merge(component[[*where, "intensity", "scaled", "status"]], on=[*where, "intensity"], how="left")
    piece = pd.concat([piece, piece.assign(dimension="total")], ignore_index=True).sort_values("intensity")
    key = [*where, "dimension"]
    blank = piece["scaled"].isna()
    made = {}
    for score, by in (("score", "weight"), ("score_entropy", "weight_entropy")):
        sums = piece.assign(product=piece[by] * piece["scaled"]).groupby(key)
        made[score] = sums["product"].sum(skipna=False) / sums[by].sum()
    worst_status = piece[~blank].groupby(key)["status"].agg(least_certain)
    gaps = piece[blank].groupby(key)["intensity"].agg(" ".join).rename("missing")
    frame = pd.DataFrame(made).join(worst_status).join(gaps).reset_index()
    province = frame["region_code"].map(kinds) == "province"
    for score, rank in (("score", "rank"), ("score_entropy", "rank_entropy")):
        place = frame[province].groupby(["release", "year", "dimension"])[score].rank(method="min", ascending=False)
        frame[rank] = place.reindex(frame.index).astype("Int64")
    frame = frame.assign(index_id="composite", base="min-max over provinces and years of the release")

    indices = observation[observation["indicator"].map(catalog["indicators"]["kind"]) == "index"]
    published = []
    for index_id, about in catalog["index"]["published"].items():
        mine = indices[(indices["indicator"] == index_id) | indices["indicator"].str.startswith(f"{index_id}_")]
        dimension = mine["indicator"].str.removeprefix(index_id).str.removeprefix("_").replace("", "total")
        published.append(mine.assign(index_id=index_id, dimension=dimension, base=about["base"] or None))
    other = pd.concat(published)
    other = other[~other["dimension"].isin(["points", "cagr"])].rename(columns={"value": "score"})
    other["release"] = other["source"] + "/" + other["release"]
    put(other, "score", around(other["score"], other["half_width"]))
    columns = "score score_low score_high score_entropy rank rank_entropy base status missing"
    return table(pd.concat([frame, other]), "index_id release region_code year dimension", columns)
