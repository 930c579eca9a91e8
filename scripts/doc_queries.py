"""The queries of the documents and their printed output, held against a built file.

A document shows a query as a ```sql block and its answer as the Markdown table that follows; a ```yaml block of claims and
their verdicts, and a ```text block and what `jjj check` says of it, likewise. `python -m scripts.doc_queries` compares every
such pair with warehouse/jjj.duckdb (exit 1 where one differs); `--write` puts in what the file answers. The cookbook of the
README is made of the questions that docs/cookbook.md marks with `<!-- readme -->`."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.claims import EVIDENCE, evidence_of, judge_file, verdict_table
from jjj_pipeline.claims.reasons import Language
from jjj_pipeline.claims.text import names as text_names
from jjj_pipeline.claims.text import result
from jjj_pipeline.claims.text.documents import Document
from jjj_pipeline.contracts import table_formatting
from jjj_pipeline.publish.published_file import open_published, query
from jjj_pipeline.settings import default_settings

ROOT = Path(__file__).resolve().parents[1]
COOKBOOK = "docs/cookbook.md"
DOCUMENTS = [COOKBOOK, "README.md", "docs/claims.md", "docs/check_a_text.md", "docs/check_a_text.zh-CN.md"]
PAIR = re.compile(r"```(?P<language>sql|yaml|text)\n(?P<query>.*?)\n```\n\n(?P<answer>(?:\|[^\n]*\n)*)", re.DOTALL)

MARKED = re.compile(
    r"^### (?P<question>[^\n]*)\n<!-- readme -->\n\n(?P<recipe>.*?)(?=^##|\Z)", re.DOTALL | re.MULTILINE
)
SHELF = re.compile(r"(?<=<!-- from docs/cookbook.md -->\n).*(?=<!-- to here -->)", re.DOTALL)


def documents() -> list[Path]:
    return [ROOT / name for name in DOCUMENTS if (ROOT / name).exists()]


def answers(text: str, duckdb_file: Path, lang: Language = "en") -> Iterator[tuple[re.Match[str], str]]:
    """Each query of a document with what the file answers now."""
    with open_published(duckdb_file) as con:
        for pair in PAIR.finditer(text):
            answered = {"sql": query, "yaml": verdicts, "text": partial(checked, lang=lang)}[pair["language"]]
            rows = answered(con, pair["query"])
            yield pair, table_formatting.markdown(rows) + "\n"


def language_of(path: Path) -> Language:
    return "zh" if ".zh-CN" in path.name else "en"


def verdicts(con: duckdb.DuckDBPyConnection, claims: str) -> pd.DataFrame:
    """What `jjj claims` says of a text of claims."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.yml"
        path.write_text(claims, encoding="utf-8")
        catalog = load_catalog(default_settings().catalog)
        _, found = judge_file(path, catalog, *(query(con, f"from {table}") for table in EVIDENCE))
    return verdict_table(found, brief=True)


def checked(con: duckdb.DuckDBPyConnection, text: str, lang: Language) -> pd.DataFrame:
    """What `jjj check` says of a text."""
    names, document = text_names.Names(load_catalog(default_settings().catalog)), Document("text", text)
    evidence = evidence_of(names.catalog, *(query(con, f"from {table}") for table in EVIDENCE))
    read = result.check_text(document, result.read(document, names), names, evidence)
    return pd.DataFrame(result.table(read, names, lang))


def with_cookbook(text: str) -> str:
    """The text with the marked questions of the cookbook where it has a place for them."""
    cookbook = (ROOT / COOKBOOK).read_text(encoding="utf-8")
    entries = [
        f"\n<details><summary>{entry['question']}</summary>\n\n{entry['recipe'].strip()}\n\n</details>\n"
        for entry in MARKED.finditer(cookbook)
    ]
    shelf = re.sub(r"\]\((?!http)", f"]({Path(COOKBOOK).parent}/", "".join(entries)) + "\n"
    return SHELF.sub(lambda _: shelf, text)


def differences(path: Path, duckdb_file: Path) -> list[str]:
    """One message for each query whose printed answer is not what the file says."""
    text = path.read_text(encoding="utf-8")
    stale = (
        []
        if text == with_cookbook(text)
        else [f"{path.name}: expected the marked questions of {COOKBOOK}; found others"]
    )
    return stale + [
        f"{path.name}, line {text.count(chr(10), 0, pair.start()) + 1}: expected\n{pair['answer']}found\n{now}"
        for pair, now in answers(text, duckdb_file, language_of(path))
        if pair["answer"] != now
    ]


def write(path: Path, duckdb_file: Path) -> None:
    """Put the file's answers into the document."""
    text, done, at = path.read_text(encoding="utf-8"), "", 0
    for pair, now in answers(text, duckdb_file, language_of(path)):
        done += text[at : pair.start("answer")] + now
        at = pair.end("answer")
        done += "" if pair["answer"] else "\n"
    path.write_text(with_cookbook(done + text[at:]), encoding="utf-8")


if __name__ == "__main__":
    target = default_settings().duckdb
    if "--write" in sys.argv:
        for document in documents():
            write(document, target)
    found = [line for document in documents() for line in differences(document, target)]
    print("\n".join(found) or f"all queries of {', '.join(d.name for d in documents())} answer as printed")
    sys.exit(bool(found))
