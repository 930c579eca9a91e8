"""Chinese pages beside the English ones: the queries, their answers and the commands are those of the English page.
`python -m scripts.chinese_docs` brings queries and answers of the Chinese pages up to date; the text around them is written
by hand. `differences` says what a Chinese page has that its English page has not."""

from __future__ import annotations

import re
import sys
from difflib import get_close_matches
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = {  # Chinese page -> English page
    "README.zh-CN.md": "README.md",
    "docs/cookbook.zh-CN.md": "docs/cookbook.md",
    "docs/open_it.zh-CN.md": "docs/open_it.md",
    "docs/adding.zh-CN.md": "docs/adding.md",
    "docs/check_a_text.zh-CN.md": "docs/check_a_text.md",
    "docs/records.zh-CN.md": "docs/records.md",
}
QUERY = re.compile(r"```sql\n.*?\n```\n(?:\n(?:\|[^\n]*\n)+)?", re.DOTALL)  # with the table of its answer
FENCED = re.compile(r"```\w*\n(.*?)\n```", re.DOTALL)
COMMAND = re.compile(r"^    (?=\.venv/|make |jjj |uv )(.*)$", re.MULTILINE)
COMMENT = re.compile(r"\s+# .*$")
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)", re.ASCII)
SMALL = 10  # whole numbers below are words of the text


def pages() -> list[tuple[Path, Path]]:
    """The Chinese pages that are there, each with its English page."""
    return [(ROOT / zh, ROOT / en) for zh, en in PAGES.items() if (ROOT / zh).exists() and (ROOT / en).exists()]


def updated(zh: str, en: str) -> str:
    """The Chinese page with the queries and answers of the English one, each taken for the one it is most like."""
    blocks = {_query_of(b): b for b in QUERY.findall(en)}

    def same(found: re.Match[str]) -> str:
        near = get_close_matches(_query_of(found[0]), blocks, n=1, cutoff=0.5)
        return blocks[near[0]] if near else found[0]

    return QUERY.sub(same, zh)


def differences(zh: str, en: str) -> list[str]:
    """Commands, queries, answers and figures of the Chinese page that the English page does not have."""
    known = {_query_of(b): b.strip() for b in QUERY.findall(en)}
    out = [f"query: {q[:80]}" for b in QUERY.findall(zh) if known.get(q := _query_of(b)) != b.strip()]
    out += [f"command: {c}" for c in _commands(zh) if c not in _commands(en)]
    numbers = set(map(_plain, NUMBER.findall(en)))
    out += [f"figure: {n}" for n in NUMBER.findall(zh) if _plain(n) not in numbers and float(_plain(n)) >= SMALL]
    return out


def _query_of(block: str) -> str:
    return block.split("```")[1]


def _commands(text: str) -> set[str]:
    lines = [line for block in FENCED.findall(QUERY.sub("", text)) for line in block.splitlines()]
    lines += COMMAND.findall(text)
    return {
        COMMENT.sub("", line).strip()
        for line in lines
        if COMMENT.sub("", line).strip() and not line.strip().startswith("#")
    }


def _plain(number: str) -> str:
    return number.replace(",", "")


def main() -> int:
    for zh, en in pages():
        text = zh.read_text(encoding="utf-8")
        new = updated(text, en.read_text(encoding="utf-8"))
        if new != text:
            zh.write_text(new, encoding="utf-8")
            print(f"{zh.relative_to(ROOT)}: queries and answers brought up to date")
        for line in differences(new, en.read_text(encoding="utf-8")):
            print(f"{zh.relative_to(ROOT)}: {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
