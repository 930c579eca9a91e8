"""Supply against demand: ordered lists of sections, their overlap and what chance would give; and whether what is invented
together meets what is made there."""

import numpy as np
import pandas as pd

from tests.oracle.core import least_certain
from tests.oracle.formulas import around, put, quotient, quotient_interval, remark, sentences, table

P, ITEMS = 0.9, 19
SECTIONS = [*"ABCDEFGHIJKLMNOPQRS"]


def ranked_overlap(a, b):
    """Overlap at each depth of two lists."""
    depth = min(len(a), len(b))
    return np.array([len({*a[:d]} & {*b[:d]}) / d for d in range(1, depth + 1)])


def extrapolated(overlap):
    """Rank-biased overlap, the last overlap taken to go on: (1 - p) sum p^(d-1) A_d + A_k p^k."""
    d = np.arange(1, overlap.shape[-1] + 1)
    return (1 - P) * (overlap * P ** (d - 1)).sum(axis=-1) + overlap[..., -1] * P ** d[-1]


def of_chance(depth):
    """The same of 20 000 shuffled lists of 19 against a fixed one."""
    orders = np.random.default_rng(0).permuted(np.tile(np.arange(ITEMS), (20_000, 1)), axis=1)
    return extrapolated(np.stack([(orders[:, :d] < d).mean(axis=1) for d in range(1, depth + 1)], axis=1))


def agreement(a, b):
    overlap = ranked_overlap(a, b)
    depth, rbo = len(overlap), extrapolated(overlap)
    return {
        "depth": depth, "supply_list": " ".join(a), "demand_list": " ".join(b), "shared": " ".join(sorted({*a[:3]} & {*b[:3]})),
        "top_overlap": overlap[2] if depth >= 3 else None, "average_overlap": overlap.mean(), "rbo": rbo,
        "rbo_chance": extrapolated(np.arange(1, depth + 1) / ITEMS), "rbo_p": (of_chance(depth) >= rbo - 1e-12).mean(),
    }  # fmt: skip


def make_supply_demand(ranking, similarity, observation):
    """Printed lists of supply of one place against demand of another, and structures of two provinces."""
    rows = []
    for (source, release, year), held in ranking.groupby(["source", "release", "year"]):
        lists = {k: g.sort_values("rank") for k, g in held.groupby(["indicator", "region_code"])}
        for (supply, here), a in lists.items():
            for (demand, there), b in lists.items():
                if (supply, demand) == ("innovation_supply", "innovation_demand") and here != there:
                    own, other = [*a["industry_code"]], [*b["industry_code"]]
                    alike = {*own} == {*other}
                    rho = np.corrcoef(range(len(own)), [other.index(c) for c in own])[0, 1] if alike else None
                    reason = None if alike else f"ranks below {len(own)}: the lists are not of the same industries"
                    rows.append({
                        "basis": "ranking", "supply": supply, "supply_region": here, "demand": demand, "demand_region": there,
                        "year": year, "release": f"{source}/{release}", **agreement(own, other), "spearman": rho,
                        "status": least_certain([*a["status"], *b["status"]]), "missing": reason,
                    })  # fmt: skip
    figure = observation[observation["industry_code"] != "*"].dropna(subset="value")
    figure = figure.assign(edition=figure["source"] + "/" + figure["release"])
    place = ["indicator", "edition", "year", "region_code"]
    figure = figure.drop_duplicates([*place, "industry_code"])
    sizes = dict(iter(figure[figure["indicator"].isin(similarity["indicator"])].groupby(place)))
    for pair in similarity.to_dict("records"):
        key = pair["indicator"], pair["release"], pair["year"]
        a, b = (sizes[(*key, pair[f"region_{side}"])].sort_values("industry_code") for side in ("a", "b"))
        row = {
            "basis": "structure", "supply": key[0], "supply_region": pair["region_a"], "demand": key[0],
            "demand_region": pair["region_b"], "year": key[2], "release": key[1], "depth": pair["sections"],
            **{k: pair[k] for k in ("finger_kreinin", "cosine", "krugman")},
            "status": least_certain([*a["status"], *b["status"]]),
        }  # fmt: skip
        if isinstance(pair["missing"], str):
            row["missing"] = f"section {pair['missing']}"
        else:
            lists = [[*side.sort_values("value", ascending=False, kind="stable")["industry_code"]] for side in (a, b)]
            rho = np.corrcoef(a["value"].rank(), b["value"].rank())[0, 1]
            row |= agreement(*lists) | {"spearman": rho}
        rows.append(row)
    columns = "release depth supply_list demand_list shared top_overlap average_overlap rbo rbo_chance rbo_p spearman"
    columns += " finger_kreinin cosine krugman status missing"
    frame = pd.DataFrame(rows)
    return table(frame, "basis supply supply_region demand demand_region year", columns)


def make_chain_match(link, quotients, panel, catalog):
    """Sections in which two provinces invent together, each of the two as the maker: what the maker has of the section, and how
    the partner's invention goes with it on the scale of all provinces and years."""
    link = link[link["indicator"] == "joint_invention"].assign(section=link["industry_code"].map(catalog["parents"]))
    by = ["indicator", "source", "region_a", "region_b", "section"]
    named = link.groupby(by).agg(
        industries=("industry_code", lambda c: " ".join(sorted({*c}))), status=("status", least_certain)
    )
    named = named.reset_index()
    chain = pd.concat([
        named.assign(maker=named["region_a"], partner=named["region_b"]),
        named.assign(maker=named["region_b"], partner=named["region_a"]),
    ])  # fmt: skip
    kinds = catalog["regions"].set_index("region_code")["kind"]
    mine = quotients[quotients["region_code"].map(kinds) == "province"]
    mine = mine[mine["industry_code"].isin(named["section"])].rename(columns={"industry_code": "section"})
    key = ["region_code", "year", "section"]
    sides = []
    for indicator in ("legal_entities", "urban_employment"):
        side = mine[mine["indicator"] == indicator][[*key, "lq", "lq_low", "lq_high"]]
        sides.append(side.set_axis([*key, *(f"lq_{indicator}{end}" for end in ("", "_low", "_high"))], axis=1))
    special = sides[0].merge(sides[1], on=key, how="outer")
    place = ["region_code", "year"]
    figure = panel.set_index([*place])
    of = {i: figure[figure["indicator"] == i] for i in ("hightech_revenue", "hightech_principal_revenue", "gdp")}
    years = {*special["year"]}
    for i in ("hightech_revenue", "hightech_principal_revenue"):
        years |= {*of[i].dropna(subset="value").index.get_level_values("year")}
    chain = chain.merge(pd.DataFrame({"year": sorted(years)}), how="cross")
    frame = chain.merge(special.rename(columns={"region_code": "maker"}), on=["maker", "year", "section"], how="left")
    at = pd.MultiIndex.from_arrays([frame["maker"], frame["year"]])

    def pick(indicator, column):
        return pd.Series(of[indicator][column].reindex(at).to_numpy(), index=frame.index)

    gdp = around(pick("gdp", "value"), pick("gdp", "half_width"))
    for name in ("hightech_revenue", "hightech_principal_revenue"):
        value, half = pick(name, "value"), pick(name, "half_width")
        frame[f"{name}_per_gdp"] = 100 * quotient(value, pick("gdp", "value"))
        put(frame, f"{name}_per_gdp", [100 * end for end in quotient_interval(around(value, half), gdp)])
    heads = {i: panel[panel["indicator"] == i].set_index(place)["value"] for i in ("invention_grants", "population")}
    rate = (heads["invention_grants"] / heads["population"]).dropna().rename("invention").reset_index()
    system = special.dropna(subset="lq_legal_entities").merge(rate, on=place)
    span = system.groupby("section")
    for name, column in (("u_invention", "invention"), ("u_making", "lq_legal_entities")):
        low, high = (span[column].transform(end) for end in ("min", "max"))
        system[name] = (system[column] - low) / (high - low)
    inventing = system.rename(columns={"region_code": "partner"})[
        ["partner", "year", "section", "invention", "u_invention"]
    ]
    making = system.rename(columns={"region_code": "maker"})[["maker", "year", "section", "u_making"]]
    frame = frame.merge(inventing, on=["partner", "year", "section"], how="left")
    frame = frame.merge(making, on=["maker", "year", "section"], how="left")
    u, v = frame["u_invention"], frame["u_making"]
    frame["coupling"] = 2 * np.sqrt(u * v) / (u + v)
    frame["coupling_modified"] = np.sqrt((1 - (u - v).abs()) * np.minimum(u, v) / np.maximum(u, v))
    for end in ("", "_modified"):
        frame[f"coordination{end}"] = np.sqrt(frame[f"coupling{end}"] * (u + v) / 2)
    rates = frame[["hightech_revenue_per_gdp", "hightech_principal_revenue_per_gdp"]].isna().all(axis=1)
    blank = [frame[f"lq_{i}"].isna() for i in ("legal_entities", "urban_employment")]
    frame["missing"] = sentences(
        remark(blank[0], "legal entities by section"), remark(blank[1], "urban employment by section"),
        remark(rates, "high-tech manufacturing per GDP"),
    )  # fmt: skip
    frame = frame[~(rates & blank[0] & blank[1])].assign(counted=np.nan)
    measures = [
        "lq_legal_entities",
        "lq_urban_employment",
        "hightech_revenue_per_gdp",
        "hightech_principal_revenue_per_gdp",
    ]
    columns = " ".join(f"{m} {m}_low {m}_high" for m in measures)
    columns = (
        f"partner industries counted {columns} invention u_invention u_making coupling coordination coupling_modified"
    )
    keys = "indicator source region_a region_b section maker year"
    return table(frame, keys, f"{columns} coordination_modified status missing")
