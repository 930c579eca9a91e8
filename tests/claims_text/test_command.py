"""jjj check: formats, exit status, refusals in one line."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import time
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from jjj_pipeline.claims.text.result import CheckedText, rows
from jjj_pipeline.cli import app
from jjj_pipeline.settings import Settings
from tests.conftest import ROOT

Check = Callable[[str], CheckedText]
TEXT = "2022年,京津冀R&D经费4260.9万元,比上年增长7.9%。\n"


@pytest.fixture
def run(warehouse: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for module in ("check_command", "claim_commands"):
        monkeypatch.setattr(f"jjj_pipeline.cli.{module}.default_settings", lambda: warehouse)
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
    assert "2 figures: 1 confirmed, 1 contradicted, 0 open, 0 not checkable" in run("--format", "table").stdout
    assert "claim: 4260.9万元" in run("--format", "yml").stdout
    assert "<!doctype html>" in run("--format", "html").stdout


def test_terminal_csv_and_markdown_in_chinese(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """By --lang and by the locale; what programs read (kind, status, indicator, codes) stays."""
    shown = run("--lang", "zh").stdout
    assert "应为4260.9 亿元（单位）" in shown
    assert "2个数字：相符1个、不符1个、存疑0个、无法核对0个" in shown
    assert "R&D经费内部支出 京津冀 2021-2022" in shown
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert (
        "| ✗ | 1:14 | 4260.9万元 | 数值 | R&D经费内部支出 京津冀 2022 | 应为4260.9 亿元（单位） |"
        in run("--format", "md").stdout
    )
    rows = list(csv.DictReader(io.StringIO(run("--format", "csv").stdout)))
    assert [(r["kind"], r["status"], r["verdict"], r["why"]) for r in rows] == [
        ("", "", "", "年份"), ("value", "contradicted", "不符", "应为4260.9 亿元（单位）"), ("growth", "confirmed", "相符", ""),
    ]  # fmt: skip
    assert run("-", text="").stderr.strip() == "standard input：应为文稿；实为空文件"
    assert run("--lang", "en").stdout.rstrip().endswith("0 open, 0 not checkable")


def test_every_sentence_of_the_own_texts_has_its_chinese(checked: Check) -> None:
    texts = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "tests" / "fixtures" / "texts").glob("*.txt"))]
    both = [zip(rows(checked(t), "en"), rows(checked(t), "zh"), strict=True) for t in texts]
    reasons = {(str(e["why"]), str(z["why"])) for pairs in both for e, z in pairs if e["why"]}
    assert len(reasons) > 20
    assert [pair for pair in reasons if pair[0] == pair[1] or not re.search(r"[\u4e00-\u9fff]", pair[1])] == []


@pytest.mark.parametrize("name", ["README.md", "docs/check_a_text.md", "docs/check_a_text.zh-CN.md"])
def test_the_example_of_a_document_is_what_the_command_prints(run, name: str) -> None:  # type: ignore[no-untyped-def]
    document = (ROOT / name).read_text(encoding="utf-8")
    (text, printed) = re.search(r"```text\n([^`]*R&D[^`]*)```\n\n((?:\|[^\n]*\n)+)", document).groups()  # type: ignore[union-attr]
    lang = "zh" if "zh-CN" in name else "en"
    assert run("-", "--format", "md", "--lang", lang, text=text).stdout.endswith(printed)


@pytest.mark.parametrize(
    "name", ["docs/check_a_text.md", pytest.param("docs/check_a_text.zh-CN.md", marks=pytest.mark.slow)]
)
def test_the_commands_of_the_page_for_editors_work_one_after_another(
    run, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    """article.docx and article.txt hold the example of the page; every command of the page is given in its order."""
    page = (ROOT / name).read_text(encoding="utf-8")
    text = re.search(r"```text\n(.*?)```", page, re.DOTALL)[1]  # type: ignore[index]
    monkeypatch.chdir(tmp_path)
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save("article.docx")
    Path("article.txt").write_text(text, encoding="utf-8")
    commands = re.findall(r"^    (.*?)(?: +#.*)?$", page, re.MULTILINE)
    assert len(commands) == 6
    for command in commands:
        source, _, jjj = command.rpartition("| ")
        given = Path(source.split()[1]).read_text(encoding="utf-8") if source else None
        done = CliRunner().invoke(app, shlex.split(jjj)[1:], input=given)
        assert (done.exit_code, done.stderr) == (0, ""), command
    assert "<!doctype html>" in Path("article.html").read_text(encoding="utf-8")
    lines = [line for line in done.stdout.splitlines() if re.match(r"n\d", line)]
    outside = [re.findall("inconsistent|exact|untestable", line)[1] for line in lines]
    assert outside == [
        "inconsistent", "exact", "exact", "inconsistent", "exact", "inconsistent", "inconsistent", "exact", "untestable",
    ]  # fmt: skip


def test_a_page_of_a_hundred_figures_takes_under_two_seconds(
    run, record_property: Callable[[str, object], None]
) -> None:  # type: ignore[no-untyped-def]
    """Processor time of the command from the text to the page, without the start of the program: it has run once before."""
    texts = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "tests" / "fixtures" / "texts").glob("*.txt"))]
    page = "\n".join(texts[:4])
    assert len(run("-", "--format", "csv", text=page).stdout.splitlines()) > 100
    began = time.process_time()
    done = run("-", "--format", "html", text=page)
    spent = time.process_time() - began
    figures = int(re.search(r"<b>(\d+)</b>", done.stdout)[1])  # type: ignore[index]
    record_property(f"a page of {figures} figures", f"{spent:.2f} s of processor time")
    assert figures >= 100
    assert spent < 2


def test_standard_input_and_strict(run) -> None:  # type: ignore[no-untyped-def]
    done = run("-", "--format", "csv", "--strict", text=TEXT)
    assert done.exit_code == 3
    assert "4260.9万元" in done.stdout


def test_an_empty_text_is_refused_in_one_line(run) -> None:  # type: ignore[no-untyped-def]
    done = run("-", text="")
    assert (done.exit_code, done.stderr.strip()) == (2, "standard input: expected a text; found an empty file")
