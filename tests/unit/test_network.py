"""Networks with published answers, through the functions of the mart."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jjj_pipeline.marts import network

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "match"


def published(name: str) -> pd.DataFrame:
    """Centralities of a published network."""
    with (FIXTURES / name).open(newline="") as handle:
        pairs = [(r["u"], r["v"], float(r["weight"])) for r in csv.DictReader(handle)]
    return network.centrality(network.graph(sorted({p for pair in pairs for p in pair[:2]}), pairs))


def test_the_kite() -> None:
    kite = published("krackhardt_kite_edges.csv")
    assert kite["betweenness"].round(3).to_dict() == {
        "0": 0.023, "1": 0.023, "2": 0.0, "3": 0.102, "4": 0.0, "5": 0.231, "6": 0.231, "7": 0.389, "8": 0.222, "9": 0.0,
    }  # fmt: skip
    assert kite["degree_centrality"].round(3).to_dict() == {
        "0": 0.444, "1": 0.444, "2": 0.333, "3": 0.667, "4": 0.333, "5": 0.556, "6": 0.556, "7": 0.333, "8": 0.222, "9": 0.111,
    }  # fmt: skip


def test_the_medici_stand_between_the_families_of_florence() -> None:
    assert published("florentine_edges.csv")["betweenness"].round(3).to_dict() == {
        "Acciaiuoli": 0.0, "Albizzi": 0.212, "Barbadori": 0.093, "Bischeri": 0.104, "Castellani": 0.055, "Ginori": 0.0,
        "Guadagni": 0.255, "Lamberteschi": 0.0, "Medici": 0.522, "Pazzi": 0.0, "Peruzzi": 0.022, "Ridolfi": 0.114,
        "Salviati": 0.143, "Strozzi": 0.103, "Tornabuoni": 0.092,
    }  # fmt: skip


def test_the_karate_club() -> None:
    club = published("karate_edges.csv")
    assert club.loc[["0", "33", "32", "2"], "degree"].tolist() == [16, 17, 12, 10]
    assert club.loc[["0", "33", "32", "2"], "strength"].tolist() == [42, 48, 38, 33]
    hops = {"0": 0.43763528, "33": 0.30407498, "32": 0.14524711, "2": 0.14365681, "31": 0.13827561, "8": 0.05592683}
    assert club["betweenness_hops"].round(8).loc[list(hops)].to_dict() == hops
    vector = {"33": 0.37336347, "0": 0.35549144, "2": 0.3171925, "32": 0.30864422, "1": 0.26595992}
    assert club["eigenvector_hops"].round(8).loc[list(vector)].to_dict() == vector
    weighted = {"33": 0.36409688, "0": 0.31235123, "2": 0.36058862, "32": 0.33226141, "1": 0.30175117}
    assert club["eigenvector"].round(8).loc[list(weighted)].to_dict() == weighted
    assert round(club["density"].iloc[0], 9) == 0.139037433


def test_a_heavy_detour_is_nearer_than_a_light_link() -> None:
    """Distance is 1/weight: a-c weighs 1 (distance 1), a-b-c weighs 10 each (distance 0.2)."""
    table = network.centrality(network.graph(list("abc"), [("a", "b", 10), ("b", "c", 10), ("a", "c", 1)]))
    assert table["betweenness"].to_dict() == {"a": 0.0, "b": 1.0, "c": 0.0}
    assert table["betweenness_hops"].to_dict() == {"a": 0.0, "b": 0.0, "c": 0.0}


def test_paths_of_equal_length_share_the_betweenness() -> None:
    """1/3 + 1/6 is 1/2, which sums of floating-point distances may miss: a-b-d equals a-d."""
    table = network.centrality(network.graph(list("abd"), [("a", "b", 3), ("b", "d", 6), ("a", "d", 2)]))
    assert table["betweenness"].to_dict() == {"a": 0.0, "b": 0.5, "d": 0.0}


def test_a_place_apart_is_counted_but_has_no_eigenvector() -> None:
    pairs = [("a", "b", 1), ("b", "c", 1), ("d", "e", 100), ("a", "a", 50)]
    table = network.centrality(network.graph(list("abcdef"), pairs))
    assert table["in_giant"].tolist() == [True, True, True, False, False, False]
    assert table["eigenvector"].round(4).tolist()[:3] == [0.5, 0.7071, 0.5]
    assert table["eigenvector"].isna().tolist()[3:] == [True, True, True]
    assert table["degree"].tolist() == [1, 2, 1, 1, 1, 0]  # the loop of a is no partner
    assert table["density"].iloc[0] == pytest.approx(3 / 15)


def blocks(inner: list[int], n: int) -> np.ndarray:
    weights = np.zeros((n, n))
    weights[np.ix_(inner, inner)] = 7
    np.fill_diagonal(weights, 0)
    return weights


def test_a_core_that_is_there_is_found_and_fits_perfectly() -> None:
    members, fit = network.core(blocks([0, 3, 4], 6))
    assert members is not None
    assert members.nonzero()[0].tolist() == [0, 3, 4]
    assert fit == pytest.approx(1)


def test_no_other_set_of_places_fits_better() -> None:
    """Against the correlation of every pattern with the weights, computed pair by pair."""
    weights = np.random.default_rng(7).integers(0, 30, (7, 7)).astype(float)
    weights = np.triu(weights, 1) + np.triu(weights, 1).T
    at = np.triu_indices(7, 1)
    fits = {}
    for size in range(2, 7):
        for core_places in itertools.combinations(range(7), size):
            inside = np.isin(np.arange(7), core_places)
            fits[core_places] = np.corrcoef(weights[at], np.outer(inside, inside)[at])[0, 1]
    members, fit = network.core(weights)
    assert members is not None
    assert tuple(members.nonzero()[0].tolist()) == max(fits, key=lambda k: fits[k])
    assert fit == pytest.approx(max(fits.values()))


@pytest.mark.parametrize("weights", [np.ones((5, 5)), np.zeros((2, 2)), blocks([0, 1], 17)])
def test_no_core_where_none_can_be_told(weights: np.ndarray) -> None:
    assert network.core(weights) == (None, None)
