"""A table of city pairs laid into raw/ becomes a network: from the article's three pairs today, from thirteen cities tomorrow."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from jjj_pipeline.defs.run_build import build
from jjj_pipeline.settings import Settings

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "match" / "copatents_city.csv"
BEIJING, TIANJIN, SHIJIAZHUANG, HENGSHUI = "110000", "120000", "130100", "131100"


def publish(project: Settings, text: str | None = None) -> duckdb.DuckDBPyConnection:
    target = project.raw / "cnipa" / "2024" / "copatents_city.csv"
    target.parent.mkdir(parents=True)
    if text is None:
        shutil.copyfile(FIXTURE, target)
    else:
        target.write_text(text, encoding="utf-8")
    done = build(project, keep_history=False)
    assert done.published, done.failures
    return duckdb.connect(str(project.duckdb), read_only=True)


@pytest.mark.slow
def test_thirteen_cities_become_a_network(small_project: Settings) -> None:
    """Beijing-Tianjin 30, Beijing-Shijiazhuang 20, Tianjin-Shijiazhuang 10, nine cities with Beijing 17 together, Hengshui
    with nobody: 77 joint patents, 12 of 78 pairs."""
    with publish(small_project) as con:
        nodes = con.execute(
            "select region_code, degree, strength, betweenness, betweenness_hops, core, in_giant, eigenvector is null, density "
            "from mart.copatent_node where table_id = 'cnipa_copatents_city' order by strength desc, region_code"
        ).fetchall()
        assert len(nodes) == 13
        # 54 of 66 pairs of others meet over Beijing alone; by weight Tianjin-Shijiazhuang too: 1/30 + 1/20 < 1/10
        assert nodes[0][:3] == (BEIJING, 11, 67)
        assert nodes[0][3:5] == (pytest.approx(55 / 66), pytest.approx(54 / 66))
        assert [n[:3] for n in nodes[1:3]] == [(TIANJIN, 2, 40), (SHIJIAZHUANG, 2, 30)]
        assert [n[0] for n in nodes if n[5]] == [BEIJING, TIANJIN, SHIJIAZHUANG]
        assert nodes[-1][:3] == (HENGSHUI, 0, 0)
        assert nodes[-1][6:8] == (False, True)
        assert nodes[0][8] == pytest.approx(12 / 78)
        fit = con.execute(
            "select any_value(core_fit) from mart.copatent_node where table_id = 'cnipa_copatents_city'"
        ).fetchall()[0][0]
        assert fit == pytest.approx(
            0.90567, abs=0.00001
        )  # by hand: mean 77/78, sum of squares 1451, 3 pairs inside with 60
        edge = con.execute(
            "select value, salton, jaccard, association_strength, expected, salton_low, salton_high from mart.copatent_edge "
            "where table_id = 'cnipa_copatents_city' and (region_a, region_b) = (?, ?)",
            [BEIJING, TIANJIN],
        ).fetchall()[0]
        assert edge[:3] == pytest.approx((30, 30 / (67 * 40) ** 0.5, 30 / 77))
        assert edge[3] == pytest.approx(30 / edge[4])
        # no place is joined with itself: what is expected of the pairs adds up to what was counted
        counted, expected = con.execute(
            "select sum(value), sum(expected) from mart.copatent_edge where table_id = 'cnipa_copatents_city'"
        ).fetchall()[0]
        assert (counted, expected) == (77, pytest.approx(77, abs=1e-6))
        # both rests at the other end: Beijing 37 with eleven half-units, Tianjin 10 with as many
        assert edge[5] == pytest.approx(29.5 / ((29.5 + 37 + 5.5) * (29.5 + 10 + 5.5)) ** 0.5)
        assert edge[6] == pytest.approx(30.5 / ((30.5 + 37 - 5.5) * (30.5 + 10 - 5.5)) ** 0.5)
        # fewer than five expected: no association strength; and no pair of zero is a backbone
        assert con.execute(
            "select count(*) filter (where association_strength is not null), count(*) filter (where backbone) "
            "from mart.copatent_edge where table_id = 'cnipa_copatents_city' and (expected < 5 or value = 0)"
        ).fetchall() == [(0, 0)]
        # the article's provinces are a network of their own
        assert con.execute(
            "select count(*), sum(strength) from mart.copatent_node where table_id = 'article_copatents' and level = 'province'"
        ).fetchall() == [(3, 2 * 8673)]


@pytest.mark.slow
def test_a_pair_that_is_not_listed_is_unknown_and_not_zero(small_project: Settings) -> None:
    lines = FIXTURE.read_text(encoding="utf-8").splitlines(keepends=True)
    with publish(small_project, "".join(lines[:-1])) as con:
        rows = con.execute(
            "select distinct strength, betweenness, eigenvector, core, missing from mart.copatent_node "
            "where table_id = 'cnipa_copatents_city'"
        ).fetchall()
        assert rows == [(None, None, None, None, "figures for 77 of 78 pairs of 13 places")]
        assert con.execute(
            "select sum(value), count(salton), bool_or(complete) from mart.copatent_edge where table_id = 'cnipa_copatents_city'"
        ).fetchall() == [(77, 0, False)]


@pytest.mark.slow
def test_a_pair_printed_in_both_directions_is_refused(small_project: Settings) -> None:
    target = small_project.raw / "cnipa" / "2024" / "copatents_city.csv"
    target.parent.mkdir(parents=True)
    target.write_text(FIXTURE.read_text(encoding="utf-8") + "天津,北京,2020,合作专利数,30,件,,\n", encoding="utf-8")
    done = build(small_project, keep_history=False)
    assert not done.published
    assert "one figure for copatents 110000 120000 2020" in done.failures[0]
    assert "\n" not in done.failures[0]
