"""What a killed process leaves half written goes with the next build; what is whole stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from jjj_pipeline.defs.resources import held
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage import atomic


def test_a_build_takes_away_what_a_killed_one_left_half_written(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path)
    (tmp_path / "raw").mkdir()
    left = [
        settings.report / ".index.html.18551.part",
        settings.store / "mart" / ".share.parquet.18551.part",
        settings.previews / ".charts.json.18551.part",
    ]
    whole = [settings.report / "index.html", settings.store / "mart" / "share.parquet", settings.warehouse / "own.part"]
    for path in (*left, *whole):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    with held(settings, "a test", lambda line: None):
        assert [p for p in left if p.exists()] == []
        assert [p for p in whole if not p.exists()] == []


def test_a_write_that_fails_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    atomic.write_text(target, "old")
    with pytest.raises(ValueError, match="half"), atomic.replacing(target) as part:
        part.write_text("ne")
        raise ValueError("half written")
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert target.read_text() == "old"
