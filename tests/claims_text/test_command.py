"""jjj check: formats, exit status, refusals in one line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jjj_pipeline.cli import app
from jjj_pipeline.settings import Settings

TEXT = "2022年,京津冀R&D经费4260.9万元,比上年增长7.9%。\n"


@pytest.fixture
def run(warehouse: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    monkeypatch.setattr("jjj_pipeline.cli.check_command.default_settings", lambda: warehouse)
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    return lambda *words, text=None: (
        CliRunner().invoke(app, ["check", *(words or [str(path)])], input=text)
        if words and words[0] == "-"
        else CliRunner().invoke(app, ["check", str(path), *words])
    )


def test_csv_has_a_row_a_number(run) -> None:  # type: ignore[no-untyped-def]
    rows = list(csv.DictReader(io.StringIO(run("--format", "csv").stdout)))
    assert [(r["literal"], r["kind"], r["external"]) for r in rows] == [
        ("2022年", "", ""), ("4260.9万元", "value", "inconsistent"), ("7.9%", "growth", "exact"),
    ]  # fmt: skip
    assert TEXT[int(rows[1]["start"]) : int(rows[1]["end"])] == "4260.9万元"


def test_every_format(run) -> None:  # type: ignore[no-untyped-def]
    assert json.loads(run("--format", "json").stdout)[1]["repair"] == "4260.9 亿元"
    assert "should read 4260.9 亿元 (unit)" in run("--format", "md").stdout
    assert "2 figures: 1 confirmed, 1 contradicted, 0 open, 0 unchecked" in run("--format", "table").stdout
    assert "claim: 4260.9万元" in run("--format", "yml").stdout
    assert "<!doctype html>" in run("--format", "html").stdout


def test_standard_input_and_strict(run) -> None:  # type: ignore[no-untyped-def]
    done = run("-", "--format", "csv", "--strict", text=TEXT)
    assert done.exit_code == 3
    assert "4260.9万元" in done.stdout


def test_an_empty_text_is_refused_in_one_line(run) -> None:  # type: ignore[no-untyped-def]
    done = run("-", text="")
    assert (done.exit_code, done.stderr.strip()) == (2, "standard input: expected a text; found an empty file")
