"""The queries of the documents and their printed output, held against a built file.

A document shows a query as a ```sql block and its answer as the Markdown table that follows. `python -m tests.doc_queries`
compares every such pair with warehouse/jjj.duckdb (exit 1 where one differs); `--write` puts in what the file answers."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from jjj_pipeline import show
from jjj_pipeline.settings import default_settings
from jjj_pipeline.warehouse import ask, open_published

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ["README.md", "docs/cookbook.md"]
PAIR = re.compile(r"```sql\n(?P<query>.*?)\n```\n\n(?P<answer>(?:\|[^\n]*\n)*)", re.DOTALL)


def documents() -> list[Path]:
    return [ROOT / name for name in DOCUMENTS if (ROOT / name).exists()]


def answers(text: str, duckdb_file: Path) -> Iterator[tuple[re.Match[str], str]]:
    """Each query of a document with what the file answers now."""
    with open_published(duckdb_file) as con:
        for pair in PAIR.finditer(text):
            yield pair, show.markdown(ask(con, pair["query"])) + "\n"


def differences(path: Path, duckdb_file: Path) -> list[str]:
    """One message for each query whose printed answer is not what the file says."""
    text = path.read_text(encoding="utf-8")
    return [
        f"{path.name}, line {text.count(chr(10), 0, pair.start()) + 1}: expected\n{pair['answer']}found\n{now}"
        for pair, now in answers(text, duckdb_file)
        if pair["answer"] != now
    ]


def write(path: Path, duckdb_file: Path) -> None:
    """Put the file's answers into the document."""
    text, done, at = path.read_text(encoding="utf-8"), "", 0
    for pair, now in answers(text, duckdb_file):
        done += text[at : pair.start("answer")] + now
        at = pair.end("answer")
        done += "" if pair["answer"] else "\n"
    path.write_text(done + text[at:], encoding="utf-8")


if __name__ == "__main__":
    target = default_settings().duckdb
    if "--write" in sys.argv:
        for document in documents():
            write(document, target)
    found = [line for document in documents() for line in differences(document, target)]
    print("\n".join(found) or f"all queries of {', '.join(d.name for d in documents())} answer as printed")
    sys.exit(bool(found))
