"""What changed between two publications is told with both files and cells."""

from __future__ import annotations

import pytest

from jjj_pipeline.defs.run_build import build
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish import snapshots
from jjj_pipeline.publish.diff import compare
from jjj_pipeline.settings import Settings

GDP = "raw/nbs/2025-census5/gdp.csv"


@pytest.mark.slow
def test_a_changed_figure_is_named_with_its_cells_and_an_equal_build_keeps_nothing(built_project: Settings) -> None:
    assert build(built_project, keep_history=False).published
    assert snapshots.earlier(built_project) == []  # nothing changed, so nothing to go back to
    path = built_project.root / GDP
    path.write_text(path.read_text(encoding="utf-8").replace("37767.0", "38767.0"), encoding="utf-8")
    assert build(built_project, keep_history=False).published
    (before,) = snapshots.earlier(built_project)
    found = compare(before / "jjj.duckdb", built_project.duckdb)
    counts = found[found["what"] == "table"].set_index("table")[["new", "gone", "changed"]]
    assert counts.loc["core.observation"].tolist() == [0, 0, 1]
    assert counts.loc["core.panel", "changed"] > 1  # Beijing and the groups it is a member of
    (change,) = found[found["what"] == "change"].to_dict("records")
    assert (change["region_code"], change["year"], change["before"], change["after"]) == (
        "110000",
        2019,
        37767.0,
        38767.0,
    )
    assert change["relative"] == pytest.approx(1000 / 37767)
    assert (change["file_before"], change["cell_before"]) == (GDP, "G4")
    assert (change["file_after"], change["release_after"]) == (GDP, "2025-census5")


@pytest.mark.slow
def test_a_new_file_shows_as_new_rows(small_project: Settings) -> None:
    path = small_project.root / "raw/nbs/2025/population.csv"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert build(small_project, keep_history=False).published
    path.write_text(text, encoding="utf-8")
    assert build(small_project, keep_history=False).published
    (before,) = snapshots.earlier(small_project)
    counts = compare(before / "jjj.duckdb", small_project.duckdb).set_index("table")
    # 31 provinces, 2011 to 2024
    assert counts.loc["core.observation", ["new", "gone", "changed"]].tolist() == [434, 0, 0]


def test_what_is_no_warehouse_is_refused_in_one_line(small_project: Settings) -> None:
    stray = small_project.root / "notes.txt"
    stray.write_text("no database")
    with pytest.raises(BadInput, match=r"notes.txt: expected a DuckDB file; found .*"):
        compare(stray, stray)
    with pytest.raises(BadInput, match="an earlier publication"):
        snapshots.earlier_publication(small_project, None, "")
