"""The pages put in place: warehouse/report/index.html, with explore.html and dictionary.html beside it, made anew where the
published tables or the report itself have changed. What stands on them is made in `page`, `explorer` and `dictionary_page`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from jjj_pipeline import contracts
from jjj_pipeline.catalog.model import load_catalog
from jjj_pipeline.publish import dictionary
from jjj_pipeline.publish.published_file import open_published
from jjj_pipeline.report import runtime
from jjj_pipeline.report.answers import answer
from jjj_pipeline.report.model import FOLDER
from jjj_pipeline.report.studio import Studio
from jjj_pipeline.settings import Settings

HEAD = 2000  # bytes of a page in which its key stands


@dataclass(frozen=True)
class Made:
    """The page that is in place now; `kept`: it was there already."""

    path: Path
    size: int
    charts: int
    kept: bool


def publish(settings: Settings, studio: Studio, *, full: bool = False) -> Made:
    """Bring the pages up to date with the published file; `full` makes them anew in any case. An old page stays until the new
    one is whole; the one with charts is made in the studio. Raises BadInput where nothing is published, OSError where
    they cannot be written."""
    target, dictionary_target, explorer_target = (
        settings.report / f"{name}.html" for name in ("index", "dictionary", "explore")
    )
    with open_published(settings.duckdb) as con:
        key = _key(str(answer(con, "select content from meta.build")[0].content), settings.catalog)
        if (
            not full
            and all(p.exists() for p in (target, dictionary_target, explorer_target))
            and key.encode() in target.read_bytes()[:HEAD]
        ):
            return Made(target, target.stat().st_size, target.read_bytes().count(b'class="chart ') // 2, kept=True)
        drawn = studio.ask(_page, settings.duckdb, settings.previews, key)
        explored = studio.ask(_explorer, settings.duckdb, settings.previews, key)
        # here: a kept page does without what writes one
        from jjj_pipeline.report import dictionary_page

        other = dictionary_page.render(con, load_catalog(settings.catalog), key)
        html, charts = drawn()
        pages = {dictionary_target: other, explorer_target: explored(), target: html}
    settings.report.mkdir(parents=True, exist_ok=True)
    for path, text in pages.items():  # the report last: its key says that all are there
        part = path.with_name(f".{path.name}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return Made(target, target.stat().st_size, charts, kept=False)


def _page(published: Path, kept: Path, key: str) -> tuple[str, int]:
    """The report over a published file, and the number of its charts."""
    from jjj_pipeline.report import page

    with open_published(published) as con:
        return page.render(con, runtime.script(kept), key)


def _explorer(published: Path, kept: Path, key: str) -> str:
    """The explorer over a published file."""
    from jjj_pipeline.report.explorer import page

    with open_published(published) as con:
        return page.render(con, runtime.script(kept), key)


def _key(content: str, catalog: Path) -> str:
    """Everything the pages depend on: the content of the published tables, and the files that say how they are told."""
    digest = hashlib.sha256(content.encode())
    told = [
        Path(dictionary.__file__),
        *(p for f in (FOLDER, catalog, Path(contracts.__file__).parent) for p in f.rglob("*")),
    ]
    for path in sorted(p for p in told if p.is_file() and "__pycache__" not in p.parts):
        digest.update(path.read_bytes())
    return digest.hexdigest()
