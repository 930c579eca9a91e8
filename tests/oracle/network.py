"""Joint patents as networks: pairs with the one that a printed total leaves over, places and their centrality. Plain formulas for
networks of three places, which all of raw/ are; larger ones are tested on published examples."""

import numpy as np
import pandas as pd

from tests.oracle.core import least_certain

NETWORK = ["table_id", "indicator", "level", "period", "release"]
ENDS = ["region_a", "region_b"]
THREE = "three places: association is 1 and Jaccard the share, whatever the figures"


def make_copatent_edge(flow, catalog):
    """Every pair of provinces or cities with its share of the region and its normalised weight."""
    kinds = catalog["regions"].set_index("region_code")["kind"]
    joint = flow[flow["indicator"].isin(["copatents", "joint_papers"]) & (flow["origin"] != flow["destination"])]
    for end in ("origin", "destination"):
        kind = joint[end].map(kinds)
        joint = joint[(kind == "province") | (kind == joint["level"])]
    pair = joint.rename(columns={"origin": "region_a", "destination": "region_b"}).assign(derived=False)
    pair = pair[[*NETWORK, *ENDS, "source", "status", "value", "half_width", "derived"]]
    total = flow[(flow["indicator"] == "copatents") & (flow["origin"] == "JJJ") & (flow["destination"] == "JJJ")]
    total = total.set_index([c for c in NETWORK if c != "level"])[["value", "half_width"]]
    region = sorted(catalog["groups"].query("group_code == 'JJJ'")["region_code"])
    wanted = [(a, b) for i, a in enumerate(region) for b in region[i + 1 :]]
    rest = []
    for key, own in total.iterrows():
        network = {**dict(zip(total.index.names, key, strict=True)), "level": "province"}
        mine = pair[(pair[[*network]] == [*network.values()]).all(axis=1)]
        mine = mine[[(a, b) in wanted for a, b in zip(mine["region_a"], mine["region_b"], strict=True)]]
        gone = [p for p in wanted if p not in set(zip(mine["region_a"], mine["region_b"], strict=True))]
        if len(gone) == 1:
            figures = {
                "value": own["value"] - mine["value"].sum(), "half_width": own["half_width"] + mine["half_width"].sum(),
                "status": least_certain([*mine["status"], "E"]), "source": mine["source"].iloc[0], "derived": True,
            }  # fmt: skip
            rest.append({**network, **dict(zip(ENDS, gone[0], strict=True)), **figures})
    pair = pd.concat([pair, pd.DataFrame(rest)], ignore_index=True)
    out = [_measured(network, total) for _, network in pair.groupby(NETWORK)]
    return pd.concat(out).sort_values([*NETWORK, *ENDS])


def _measured(pairs, total):
    """One network: sums of its places, shares, Salton; Jaccard and association say nothing of three places."""
    ends = pd.concat([pairs.assign(node=pairs[e]) for e in ENDS]).groupby("node")
    strength, half, partners = ends["value"].sum(), ends["half_width"].sum(), ends["value"].agg(lambda v: (v > 0).sum())
    n, possible = len(strength), len(strength) * (len(strength) - 1) // 2
    complete = n >= 3 and len(pairs) == possible
    assert n <= 3, "quasi-independence of larger networks is tested on published examples"
    frame = pairs.assign(nodes=n, pairs=len(pairs), complete=complete)
    value, width = frame["value"], frame["half_width"]
    low, high = (value - width).clip(lower=0), value + width
    frame = frame.assign(value_low=low, value_high=high)
    key = tuple(pairs[total.index.names].iloc[0])
    whole, half_whole = total.loc[key] if key in total.index else (np.nan, np.nan)
    frame["share_of_region"] = value / whole
    frame["share_of_region_low"] = (value - width) / (whole + half_whole)
    frame["share_of_region_high"] = (value + width) / (whole - half_whole)
    sums = {}
    for side, end in (("a", "region_a"), ("b", "region_b")):
        s, h = frame[end].map(strength), frame[end].map(half)
        rest, half_rest = s - value, h - width
        sums[side] = s, low + rest + half_rest, high + (rest - half_rest).clip(lower=0)
        frame[f"strength_{side}"] = s if complete else np.nan
    for i, (end, x) in enumerate((("", value), ("_low", low), ("_high", high))):
        salton = x / np.sqrt(sums["a"][i] * sums["b"][i])
        frame[f"salton{end}"] = salton if complete else np.nan
        frame[f"jaccard{end}"] = frame[f"association_strength{end}"] = np.nan
    frame["expected"] = np.nan
    chance = [
        (1 - value / sums[s][0]) ** (frame[e].map(partners) - 1) for s, e in (("a", "region_a"), ("b", "region_b"))
    ]
    p = np.minimum(*chance)
    frame["disparity_p"] = p if complete else np.nan
    frame["backbone"] = pd.Series(p < 0.05, index=frame.index, dtype="boolean") if complete else pd.NA
    frame["missing"] = THREE if complete else f"only {n} places: no network"
    return frame.drop(columns="half_width")


def make_copatent_node(edge):
    """Centrality and core of every place; of two places nothing but that there is no network."""
    columns = [
        "degree", "degree_centrality", "strength", "strength_low", "strength_high", "strength_share", "betweenness",
        "betweenness_hops", "eigenvector", "eigenvector_hops", "in_giant", "core", "core_fit", "density",
    ]  # fmt: skip
    rows = []
    for key, pairs in edge.groupby(NETWORK):
        ends = pd.concat([pairs.assign(node=pairs[e]) for e in ENDS])
        places = sorted(ends["node"].unique())
        status = ends.groupby("node")["status"].agg(least_certain)
        for place in places:
            row = {
                **dict(zip(NETWORK, key, strict=True)),
                "region_code": place,
                "nodes": len(places),
                "status": status[place],
            }
            if pairs["complete"].iloc[0]:
                row |= {c: v[place] for c, v in _three(pairs, places).items()}
            else:
                row |= dict.fromkeys(columns) | {"missing": pairs["missing"].iloc[0]}
            rows.append(row)
    frame = pd.DataFrame(rows)
    frame["missing"] = frame["missing"].astype(object).where(frame["missing"].notna(), None)
    types = {"degree": "Int64", "in_giant": "boolean", "core": "boolean"}
    return frame.astype(types)[[*NETWORK, "region_code", *columns, "nodes", "status", "missing"]]


def _three(pairs, places):
    """The measures of three places that all have joint patents with each other."""
    w = pd.DataFrame(0.0, index=places, columns=places)
    bounds = {end: w.copy() for end in ("low", "high")}
    for p in pairs.to_dict("records"):
        a, b = p["region_a"], p["region_b"]
        w.loc[a, b] = w.loc[b, a] = p["value"]
        for end in bounds:
            bounds[end].loc[a, b] = bounds[end].loc[b, a] = p[f"value_{end}"]
    assert len(places) == 3 and (w.to_numpy()[np.triu_indices(3, 1)] > 0).all()
    strength = w.sum()
    values, vectors = np.linalg.eigh(w.to_numpy())
    main = pd.Series(np.abs(vectors[:, values.argmax()]), index=places)
    distance = 1 / w.where(w > 0)
    between = {}
    for place in places:  # whether the way over it is shorter than the direct one of the two others
        a, b = (o for o in places if o != place)
        between[place] = float(distance.loc[a, place] + distance.loc[place, b] < distance.loc[a, b])
    above = w.to_numpy()[np.triu_indices(3, 1)]
    fits = {}
    for out in places:  # cores of two places: the pattern has one pair
        core = [p for p in places if p != out]
        pattern = np.array([{a, b} == {*core} for i, a in enumerate(places) for b in places[i + 1 :]], dtype=float)
        fits[tuple(core)] = np.corrcoef(above, pattern)[0, 1]
    core = max(fits, key=fits.get)
    same = lambda value: pd.Series(value, index=places)  # noqa: E731
    return {
        "degree": same(2), "degree_centrality": same(1.0), "strength": strength, "strength_low": bounds["low"].sum(),
        "strength_high": bounds["high"].sum(), "strength_share": strength / strength.sum(), "betweenness": pd.Series(between),
        "betweenness_hops": same(0.0), "eigenvector": main, "eigenvector_hops": same(1 / np.sqrt(3)), "in_giant": same(True),
        "core": pd.Series([p in core for p in places], index=places), "core_fit": same(fits[core]), "density": same(1.0),
    }  # fmt: skip
