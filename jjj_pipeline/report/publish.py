"""The page put in place: warehouse/report/index.html, made anew where the published tables or the report itself have changed.
What stands on it is made in `page`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from jjj_pipeline.report.answers import answer
from jjj_pipeline.report.model import FOLDER
from jjj_pipeline.settings import Settings
from jjj_pipeline.warehouse import open_published

HEAD = 2000  # bytes of a page in which its key stands


@dataclass(frozen=True)
class Made:
    """The page that is in place now; `kept`: it was there already."""

    path: Path
    size: int
    charts: int
    kept: bool


def publish(settings: Settings, *, full: bool = False) -> Made:
    """Bring the page up to date with the published file; `full` makes it anew in any case. The old page stays until the new one
    is whole. Raises BadInput where nothing is published."""
    target = settings.report / "index.html"
    with open_published(settings.duckdb) as con:
        key = _key(str(answer(con, "select content from meta.build")[0].content))
        if not full and target.exists() and key.encode() in target.read_bytes()[:HEAD]:
            return Made(target, target.stat().st_size, target.read_bytes().count(b'class="chart ') // 2, kept=True)
        from jjj_pipeline.report import page  # here: importing Altair takes a second that a kept page does without

        html, charts = page.render(con, settings.previews, key)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.write_text(html, encoding="utf-8")
    part.replace(target)
    return Made(target, target.stat().st_size, charts, kept=False)


def _key(content: str) -> str:
    """Everything the page depends on: the content of the published tables, and the files of the report."""
    digest = hashlib.sha256(content.encode())
    for path in sorted(p for p in FOLDER.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        digest.update(path.read_bytes())
    return digest.hexdigest()
