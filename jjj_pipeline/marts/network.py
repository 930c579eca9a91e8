"""Centrality and core of networks of joint patents, from a table of pairs. networkx computes what it has by the convention of the
field; the exact search for a core is here. Pair measures (Salton, Jaccard, association, disparity filter) are macros."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from jjj_pipeline.catalog.model import Catalog

if TYPE_CHECKING:
    import networkx as nx

NETWORK = ["table_id", "indicator", "level", "period", "release"]
SEARCHED = 16  # 2^16 sets of places; beyond, an exact search is out of reach and no core is computed
COLUMNS = [
    *NETWORK, "region_code", "degree", "degree_centrality", "strength", "strength_low", "strength_high", "strength_share",
    "betweenness", "betweenness_hops", "eigenvector", "eigenvector_hops", "in_giant", "core", "core_fit", "density", "nodes",
    "status", "missing", "missing_zh",
]  # fmt: skip


def nodes(catalog: Catalog, edges: pd.DataFrame) -> pd.DataFrame:
    """One row for each place of each network of mart.copatent_edge; measures null where pairs are missing."""
    found = [_network(key, group) for key, group in edges.groupby(NETWORK, sort=True)]
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)
    return table.reindex(columns=COLUMNS).astype({"degree": "Int64", "in_giant": "boolean", "core": "boolean"})


def _network(key: Any, edges: pd.DataFrame) -> pd.DataFrame:
    import networkx as nx

    places = sorted({*edges["region_a"], *edges["region_b"]})
    frame = pd.DataFrame(dict(zip(NETWORK, key, strict=True)), index=pd.Index(places, name="region_code"))
    at = pd.concat([edges.assign(place=edges[end]) for end in ("region_a", "region_b")]).groupby("place")
    frame["status"] = at["status"].max()  # A, as printed, is the first letter
    complete = bool(edges["complete"].iloc[0])
    # what a complete network lacks, its pairs say: an association, not the measures of a place
    frame["nodes"] = len(places)
    for remark in ("missing", "missing_zh"):
        frame[remark] = None if complete else edges[remark].iloc[0]
    if not complete:
        return frame.reset_index()
    network = graph(places, zip(edges["region_a"], edges["region_b"], edges["value"], strict=True))
    frame = frame.join(centrality(network))
    frame["strength_low"], frame["strength_high"] = at["value_low"].sum(), at["value_high"].sum()
    frame["strength_share"] = frame["strength"] / (frame["strength"].sum() or np.nan)
    members, fit = core(nx.to_numpy_array(network, nodelist=places))
    frame["core"], frame["core_fit"] = members, fit
    return frame.reset_index()


def graph(places: list[str], pairs: Any) -> nx.Graph:
    """All places as nodes, (a, b, weight) above zero as edges; a place with itself is left out, it would inflate density."""
    import networkx as nx

    network = nx.Graph()
    network.add_nodes_from(places)
    network.add_weighted_edges_from((a, b, float(w)) for a, b, w in pairs if a != b and w > 0)
    return network


def centrality(network: nx.Graph) -> pd.DataFrame:
    """Degree, strength, betweenness, eigenvector and density, indexed by node. Betweenness is divided by (n-1)(n-2)/2; the
    eigenvector has length 1 and is null outside the largest component, where it would mean nothing."""
    import networkx as nx

    n = network.number_of_nodes()
    weights = [Fraction(weight) for _, _, weight in network.edges(data="weight")]
    common = math.lcm(*(w.numerator for w in weights))
    for (_, _, link), w in zip(network.edges(data=True), weights, strict=True):
        # Opsahl: 1/weight; as integers over a common denominator, so that paths of equal length are equal
        link["distance"] = common // w.numerator * w.denominator
    giant = network.subgraph(_largest(network))
    table = pd.DataFrame(index=list(network))
    table["degree"] = pd.Series(dict(network.degree()))
    table["degree_centrality"] = table["degree"] / (n - 1)
    table["strength"] = pd.Series(dict(network.degree(weight="weight")), dtype="float64")
    table["betweenness"] = pd.Series(nx.betweenness_centrality(network, weight="distance"), dtype="float64")
    table["betweenness_hops"] = pd.Series(nx.betweenness_centrality(network), dtype="float64")
    table["eigenvector"] = _eigenvector(giant, "weight")
    table["eigenvector_hops"] = _eigenvector(giant, None)
    table["in_giant"] = table.index.isin(list(giant))
    table["density"] = nx.density(network)
    return table


def _largest(network: nx.Graph) -> set[str]:
    """The largest component; of equal ones the heaviest, then the one with the first code."""
    import networkx as nx

    def size(component: set[str]) -> tuple[float, ...]:
        return (len(component), sum(w for _, w in network.degree(component, weight="weight")))

    components = sorted(nx.connected_components(network), key=lambda c: min(map(str, c)))
    return max(components, key=size)


def _eigenvector(component: nx.Graph, weight: str | None) -> pd.Series:
    """Power iteration on one component: the same digits in every run, which ARPACK does not promise."""
    import networkx as nx

    if component.number_of_edges() == 0:
        return pd.Series(dtype="float64")
    heaviest = max(w for _, _, w in component.edges(data="weight"))
    scaled = nx.Graph()  # in the order of names: a component's own order is that of a set, another in every process
    scaled.add_nodes_from(sorted(component))
    # the vector is the same; large weights would make the iteration slow
    scaled.add_weighted_edges_from(
        (*sorted((a, b)), w / heaviest) for a, b, w in sorted(component.edges(data="weight"), key=_pair)
    )
    return pd.Series(nx.eigenvector_centrality(scaled, max_iter=100_000, tol=1e-13, weight=weight), dtype="float64")


def _pair(edge: tuple[str, str, float]) -> list[str]:
    return sorted(edge[:2])


def core(weights: np.ndarray) -> tuple[np.ndarray | None, float | None]:
    """(members, fit) of the core of a symmetric matrix of weights: the set of places c for which the pattern c c' has the
    highest correlation with the weights over all pairs (Borgatti & Everett 2000). Every set is tried. Of sets that fit
    alike the smaller one, then the first. (None, None) beyond `SEARCHED` places or where all pairs weigh the same."""
    n = len(weights)
    pairs = n * (n - 1) // 2
    above = weights[np.triu_indices(n, 1)]
    if n > SEARCHED or n < 3 or np.ptp(above) == 0:
        return None, None
    sets = (np.arange(1, 2**n)[:, None] >> np.arange(n) & 1).astype(float)
    sets = sets[(sets.sum(axis=1) >= 2) & (sets.sum(axis=1) < n)]
    size = sets.sum(axis=1)
    share = size * (size - 1) / 2 / pairs  # of the pairs, inside the core
    inside = np.einsum("ij,jk,ik->i", sets, weights, sets) / 2 / pairs
    fit = (inside - above.mean() * share) / (above.std() * np.sqrt(share * (1 - share)))
    best = np.flatnonzero(fit >= fit.max() - 1e-12)
    core = min(best, key=lambda i: (size[i], [-x for x in sets[i]]))
    return sets[core].astype(bool), float(fit[core])


STEPS = {"mart.copatent_node": (("mart.copatent_edge",), nodes)}
