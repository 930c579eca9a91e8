"""Supply against demand: how far two ordered lists of industries agree, with the similarity of structures beside it. Rank
correlation is pandas' own (importing scipy for it would cost a second); overlap and rank-biased overlap are here. Shares and
their similarity are macros."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from jjj_pipeline.catalog.model import Catalog

SECTIONS = 19  # A to S of GB/T 4754: what the lists order
SHUFFLES = 20_000
PERSISTENCE = 0.9  # 86 % of the weight in the first ten ranks (Webber, Moffat & Zobel 2010)
TOP = 3
COLUMNS = [
    "basis", "supply", "supply_region", "demand", "demand_region", "year", "release", "depth", "supply_list", "demand_list",
    "shared", "top_overlap", "average_overlap", "rbo", "rbo_chance", "rbo_p",
    "spearman", "finger_kreinin", "cosine", "krugman", "status", "missing", "missing_zh",
]  # fmt: skip


def overlap(a: Sequence[str], b: Sequence[str], depth: int) -> float:
    """Part of the first `depth` entries that both lists have: |A ∩ B| / depth."""
    return len({*a[:depth]} & {*b[:depth]}) / depth


def average_overlap(a: Sequence[str], b: Sequence[str]) -> float:
    """Mean of the overlaps at depths 1 to the end of the shorter list."""
    depth = min(len(a), len(b))
    return sum(overlap(a, b, d) for d in range(1, depth + 1)) / depth


def rank_biased_overlap(a: Sequence[str], b: Sequence[str], p: float = PERSISTENCE) -> float:
    """RBO_ext to the depth both lists reach (Webber, Moffat & Zobel 2010, eq. 32 for lists of one length): top ranks weigh
    most, and the agreement seen at the last depth is taken to go on. Lists without ties or repeated entries."""
    depth = min(len(a), len(b))
    seen = sum(overlap(a, b, d) * p**d for d in range(1, depth + 1))
    return overlap(a, b, depth) * p**depth + (1 - p) / p * seen


@cache
def rbo_of_chance(depth: int, items: int = SECTIONS) -> np.ndarray:
    """RBO_ext to `depth` of random orders of `items` against a fixed one, sorted; the same numbers in every run."""
    orders = np.random.default_rng(0).permuted(np.tile(np.arange(items), (SHUFFLES, 1)), axis=1)
    agreed = np.stack([(orders[:, :d] < d).sum(axis=1) / d for d in range(1, depth + 1)])
    weights = (1 - PERSISTENCE) / PERSISTENCE * PERSISTENCE ** np.arange(1, depth + 1)
    return np.sort(weights @ agreed + agreed[-1] * PERSISTENCE**depth)


def rbo_chance(depth: int, items: int = SECTIONS) -> float:
    """Mean of RBO_ext over all orders: the overlap at depth d is d / items on average."""
    overlaps = [d / items for d in range(1, depth + 1)]
    seen = sum(o * PERSISTENCE**d for d, o in enumerate(overlaps, start=1))
    return overlaps[-1] * PERSISTENCE**depth + (1 - PERSISTENCE) / PERSISTENCE * seen


def rbo_p(rbo: float, depth: int, items: int = SECTIONS) -> float:
    """Part of the random orders that agree as much as `rbo` or more."""
    chance = rbo_of_chance(depth, items)
    return 1 - float(np.searchsorted(chance, rbo - 1e-12)) / len(chance)


def rank_correlation(a: Sequence[float] | pd.Series, b: Sequence[float] | pd.Series) -> float:
    """Spearman's rho, ties at their middle rank; NaN where one side is constant."""
    return float(pd.DataFrame({"a": a, "b": b}).corr(method="spearman").to_numpy()[0, 1])


def supply_demand(
    catalog: Catalog, ranking: pd.DataFrame, similarity: pd.DataFrame, observation: pd.DataFrame
) -> pd.DataFrame:
    """Rows of mart.supply_demand: printed lists of supply against printed lists of demand, and the structures of two
    provinces by section."""
    rows = [*_printed(ranking), *_structures(similarity, observation)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(COLUMNS[:7], ignore_index=True).astype({"depth": "int64", "year": "int64"})


def _agreement(a: Sequence[str], b: Sequence[str]) -> dict[str, Any]:
    return {
        "depth": min(len(a), len(b)),
        "supply_list": " ".join(a),
        "demand_list": " ".join(b),
        "shared": " ".join(sorted({*a[:TOP]} & {*b[:TOP]})),
        "top_overlap": overlap(a, b, TOP) if min(len(a), len(b)) >= TOP else None,
        "average_overlap": average_overlap(a, b),
        "rbo": rank_biased_overlap(a, b),
        "rbo_chance": rbo_chance(min(len(a), len(b))),
        "rbo_p": rbo_p(rank_biased_overlap(a, b), min(len(a), len(b))),
    }


def _printed(ranking: pd.DataFrame) -> list[dict[str, Any]]:
    """Every list of supply of one province against every list of demand of another, of one year and release."""
    keys = ["source", "release", "year", "indicator", "region_code"]
    lists = {
        key: (group.sort_values("rank")["industry_code"].tolist(), max(group["status"]))
        for key, group in ranking.groupby(keys)
    }
    rows = []
    for (source, release, year, supply, here), (ranked, status) in lists.items():
        for (*same, demand, there), (wanted, other) in lists.items():
            if (source, release, year) != tuple(same) or here == there:
                continue
            if (supply, demand) != ("innovation_supply", "innovation_demand"):
                continue
            full = {*ranked} == {*wanted}
            places = range(len(ranked))
            rho = rank_correlation(places, [wanted.index(c) for c in ranked]) if full else None
            rows.append(
                {
                    "basis": "ranking", "supply": supply, "supply_region": here, "demand": demand, "demand_region": there,
                    "year": year, "release": f"{source}/{release}", **_agreement(ranked, wanted), "spearman": rho,
                    "status": max(status, other),
                    "missing": None if full else f"ranks below {len(ranked)}: the lists are not of the same industries",
                    "missing_zh": None if full else f"第{len(ranked)}位以下：两份清单的行业不同",
                }
            )  # fmt: skip
    return rows


def _structures(similarity: pd.DataFrame, observation: pd.DataFrame) -> list[dict[str, Any]]:
    """Sections of two provinces ordered by size, with the similarity of their shares."""
    keys = ["indicator", "edition", "year", "region_code"]
    wanted = observation[
        observation["indicator"].isin(similarity["indicator"])
        & observation["region_code"].isin([*similarity["region_a"], *similarity["region_b"]])
        & (observation["industry_code"] != "*")
    ]
    wanted = wanted.assign(edition=wanted["source"] + "/" + wanted["release"]).dropna(subset=["value"])
    wanted = wanted.drop_duplicates([*keys, "industry_code"])
    sizes: Any = wanted.set_index([*keys, "industry_code"])["value"].unstack()
    worst = wanted.groupby(keys)["status"].max().to_dict()
    rows = []
    for pair in similarity.to_dict("records"):
        sides = [
            (pair["indicator"], pair["release"], pair["year"], region)
            for region in (pair["region_a"], pair["region_b"])
        ]
        row = {
            "basis": "structure", "supply": pair["indicator"], "supply_region": pair["region_a"], "demand": pair["indicator"],
            "demand_region": pair["region_b"], "depth": pair["sections"], "status": max(worst[side] for side in sides),
            **{k: pair[k] for k in ("year", "release", "finger_kreinin", "cosine", "krugman")},
        }  # fmt: skip
        if pd.isna(pair["missing"]):
            a, b = (sizes.loc[side] for side in sides)
            ordered = [s.sort_values(ascending=False, kind="stable").index.tolist() for s in (a, b)]
            row |= _agreement(*ordered) | {"spearman": rank_correlation(a, b)}
        else:
            row |= {"missing": f"section {pair['missing']}", "missing_zh": f"{pair['missing']}门类"}
        rows.append(row)
    return rows


STEPS = {
    "mart.supply_demand": (("core.ranking", "mart.structure_similarity", "core.observation"), supply_demand),
}
