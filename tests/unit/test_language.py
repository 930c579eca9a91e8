"""Commands in Chinese: every text of theirs is in the catalogue and nothing else is; a refusal keeps its place and figures."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import jjj_pipeline
from jjj_pipeline import contracts
from jjj_pipeline.cli import language
from jjj_pipeline.contracts.base import info, inputs
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish import diff

PACKAGE = Path(jjj_pipeline.__file__).parent
CATALOGUE = yaml.safe_load((PACKAGE / "cli" / "chinese.yml").read_text(encoding="utf-8"))
# whose refusals people meet when they ask for what is published, and when they read and add a file
SPOKEN = ("access", "publish", "cli")
REFUSING = ("BadInput", "Question", "refuse")
READING = ("ingest", "files", "pipeline", "storage")


@pytest.fixture
def chinese() -> Iterator[None]:
    language.choose("zh")
    yield
    language.choose("")


def calls(folder: str, name: str) -> Iterator[ast.Call]:
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
                yield node


def template(node: ast.expr) -> str | None:
    """A text of the code with {} for what is filled in; None for what is made elsewhere."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
    return None


def test_every_text_of_the_commands_has_its_chinese_and_the_same_places_to_fill() -> None:
    in_code = {
        str(c.args[0].value)
        for name in ("say", "language.say", "self.say")
        for folder in ("cli", "access", "publish", "quality", "defs")
        for c in calls(folder, name)
        if isinstance(c.args[0], ast.Constant)
    }
    in_code |= {"rows by table", "largest changes of figures", "{} new", "{} gone", "{} changed"}  # named in a loop
    in_code |= {"none", "not counted", "out of date", "counted", "refused"}  # states of record sets
    for contract in contracts.ALL.values():
        columns = {c.name for c in info(contract)}
        in_code |= {label.removesuffix("?") for label in inputs(contract)} - columns
    assert in_code == set(CATALOGUE["texts"])
    for kind in ("texts", "expected", "found", "hints"):
        for english, chinese_text in CATALOGUE[kind].items():
            assert str(english).count("{}") == len(re.findall(r"\{\d?\}", str(chinese_text))), english


def test_nothing_is_printed_past_the_catalogue() -> None:
    printed = [call for name in ("print", "err.print", "out.print") for call in calls("cli", name)]
    assert len(printed) > 40
    for call in printed:
        nodes = [node for given in call.args for node in ast.walk(given)]
        # a text that `say` gets is in the catalogue; one that another function gets, such as orient="records", is not printed
        given = {id(n) for c in nodes if isinstance(c, ast.Call) for n in ast.walk(c)} - {id(n) for n in call.args}
        texts = [n.value for n in nodes if isinstance(n, ast.Constant) and id(n) not in given]
        assert not [t for t in texts if isinstance(t, str) and re.search(r"[a-z]{2}", t)], ast.unparse(call)


def test_every_column_of_a_table_on_the_terminal_has_its_chinese() -> None:
    shown = {*diff.COLUMNS, "check_id", "tested", "warnings", "errors"} - {"what"}
    assert shown == set(CATALOGUE["columns"])


def test_what_a_refusal_expected_is_put_into_chinese() -> None:
    for folder in (*SPOKEN, *READING):
        for text in parts_of_refusals(folder, "expected"):
            assert any(k.fullmatch(text) for k in known("expected")), text


def test_what_to_do_about_a_file_is_put_into_chinese() -> None:
    for folder in READING:
        for part in ("hint", "evidence", "otherwise"):
            for hint in parts_of_refusals(folder, part):
                for text in hint.split("; "):
                    assert not text.strip("X") or any(k.fullmatch(text) for k in known("hints")), text


def known(kind: str) -> list[re.Pattern[str]]:
    return [re.compile("(.+)".join(map(re.escape, str(k).split("{}")))) for k in CATALOGUE[kind]]


def parts_of_refusals(folder: str, part: str) -> Iterator[str]:
    """The texts that a refusal of this package may have for a part, X for what is filled in; not what is made elsewhere."""
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] not in REFUSING:
                continue
            given = {k.arg: k.value for k in node.keywords}
            if isinstance(node.func, ast.Attribute) and node.func.attr == "refuse":  # (expected, found, …)
                given |= dict(zip(("expected", "found"), node.args, strict=False))
            text = template(given[part]) if part in given else None
            if text:
                yield text.replace("{}", "X")


def test_a_refusal_in_chinese_names_the_place_what_was_expected_and_what_to_do(chinese: None) -> None:
    error = BadInput("core.panel.csv", expected="no file of this name", found="one", hint="--force replaces it")
    assert language.refusal(error) == "core.panel.csv：应为没有同名文件；实为已有——加 --force 则替换"
    error = BadInput("a.csv", cell="C3", expected="a figure", found="'北京'")
    assert language.refusal(error) == "a.csv，单元格 C3：应为数字；实为'北京'"
    error = BadInput("a.csv", expected="words nobody translated", found="'北京'")
    assert language.refusal(error) == "a.csv：应为words nobody translated；实为'北京'"


def test_the_locale_decides_where_nothing_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert language.language() == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert language.language() == "zh"
    assert language.say("published {}", "x") == "已发布 x"
    with pytest.raises(BadInput, match="one of en, zh"):
        language.choose("fr")
