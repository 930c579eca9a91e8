"""YAML files of other people: the limits hold, in little time and memory, and each refusal is one line."""

from __future__ import annotations

import os
import time
import tracemalloc
from pathlib import Path

import pytest
import yaml

from jjj_pipeline.catalog import yaml_file
from jjj_pipeline.errors import BadInput
from tests.conftest import ROOT

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
REFUSED = {
    "an alias bomb": (BOMB, "at most 100000 entries, aliases included"),
    "merged mappings": (
        "a: &a {p: 1, q: 2}\nb: &b {<<: [" + ", ".join(["*a"] * 1000) + "]}\n"
        "c: &c {<<: [" + ", ".join(["*b"] * 1000) + "]}\n",
        "at most 100000 entries, aliases included",
    ),
    "an alias of itself": ("claims: &c\n- *c\n", "an alias of an anchor above it"),
    "an alias of nothing": ("a: *b\n", "an alias of an anchor above it"),
    "3,000 levels": ("[" * 3000 + "]" * 3000, "at most 40 levels"),
    "100,000 levels, never closed": ("[" * 100_000, "at most 40 levels"),
    "3,000 levels by dashes": ("- " * 3000 + "x\n", "at most 40 levels"),
    "levels hidden in aliases": (
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 60)),
        "at most 40 levels",
    ),
    "20,000 parts a hundred times": (
        f"a: &a [{', '.join(['1'] * 20_000)}]\nb: [{', '.join(['*a'] * 100)}]\n",
        "aliases",
    ),
    "too large": ("# " + "x" * yaml_file.MAX_SIZE, "a file of at most 2 MB"),
    "no YAML": ("a: [1, 2\nb: 3\n", "valid YAML"),
    "a day that is none": ("a: 2020-13-45\n", "values that YAML can hold"),
    "a number of 5,000 digits": ("a: " + "9" * 5000 + "\n", "values that YAML can hold"),
    "a control character": ("a: \x01\n", "valid YAML"),
    "an object of Python": ("a: !!python/object/apply:os.getcwd []\n", "valid YAML"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_over_a_limit_is_refused_in_one_line_and_little_time(what: str, tmp_path: Path) -> None:
    text, expected_text = REFUSED[what]
    path = tmp_path / "source.yml"
    path.write_text(text, encoding="utf-8")
    tracemalloc.start()
    started = time.process_time()
    with pytest.raises(BadInput) as refused:
        yaml_file.load(path)
    took, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert str(refused.value).startswith("source.yml")
    assert expected_text in str(refused.value)
    assert "\n" not in str(refused.value)
    assert took < 5 and peak < 100 * 2**20


def test_bytes_that_are_no_text_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.yml").write_bytes(b"a: \xe9\n")
    (tmp_path / "folder.yml").mkdir()
    os.mkfifo(tmp_path / "pipe.yml")
    for name, expected_text in (
        ("latin", "UTF-8"),
        ("folder", "found a folder"),
        ("pipe", "found a named pipe"),
        ("none", "No such file"),
    ):
        with pytest.raises(BadInput, match=expected_text):
            yaml_file.load(tmp_path / f"{name}.yml")


def test_what_keeps_the_limits_is_read_as_the_library_reads_it(tmp_path: Path) -> None:
    texts = {
        "aliases": "a: &a {p: [1, 2]}\nb: *a\nc: {<<: *a, q: 3}\n", "empty": "", "scalar": "x\n", "mark": "\ufeffa: 1\n",
        "forty levels": "[" * 40 + "]" * 40, "sum": f"parts: [{', '.join(['1.5'] * 20_000)}]\n",
    }  # fmt: skip
    for name, text in texts.items():
        path = tmp_path / f"{name}.yml"
        path.write_text(text, encoding="utf-8")
        assert yaml_file.load(path) == yaml.safe_load(text), name
    for path in [*ROOT.glob("raw/*/source.yml"), *ROOT.glob("jjj_pipeline/**/*.yml")]:
        assert yaml_file.load(path) == yaml.safe_load(path.read_text(encoding="utf-8")), path


def test_a_mistake_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "claims.yml"
    path.write_text("a: 1\nb: 2\nc: *d\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"^claims\.yml:3: expected an alias of an anchor above it; found \*d$"):
        yaml_file.load(path)
