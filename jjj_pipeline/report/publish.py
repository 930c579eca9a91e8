"""The pages put in place: warehouse/report/index.html, with explore.html and dictionary.html beside it, made anew where the
published tables or the report itself have changed. What is on them is made in `page`, `explorer` and `dictionary_page`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from jjj_pipeline import contracts
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.publish import dictionary
from jjj_pipeline.publish.published_file import open_published
from jjj_pipeline.report import runtime
from jjj_pipeline.report.answers import answer
from jjj_pipeline.report.model import FOLDER
from jjj_pipeline.storage.atomic import write_text

HEAD = 2000  # bytes at the beginning of a page that hold its key


@dataclass(frozen=True)
class Made:
    """The page that is in place now; `cached`: it was there already."""

    path: Path
    size: int
    charts: int
    cached: bool


def publish(project: Project, *, full: bool = False) -> Made:
    """Bring the pages up to date with the published file; `full` makes them anew in any case. An old page stays until the new
    one is whole. Raises BadInput where nothing is published, OSError where they cannot be written."""
    settings = project.settings
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
            return Made(target, target.stat().st_size, target.read_bytes().count(b'class="chart ') // 2, cached=True)
        # here: a cached page does without what writes one
        from jjj_pipeline.report import dictionary_page, page
        from jjj_pipeline.report.drawn_charts import DrawnCharts
        from jjj_pipeline.report.explorer import page as explorer

        script = runtime.script(settings.previews)
        pages = {dictionary_target: dictionary_page.render(con, project.catalog, key)}
        pages[explorer_target] = explorer.render(con, script, key)
        drawn = DrawnCharts(settings.previews, _key("", settings.catalog), anew=full)
        pages[target], charts = page.render(con, script, key, drawn)
    for path, text in pages.items():  # the report last: its key says that all are there
        write_text(path, text)
    return Made(target, target.stat().st_size, charts, cached=False)


def _key(content: str, catalog: Path) -> str:
    """Everything the pages depend on: the content of the published tables, and the files that say how they are shown."""
    digest = hashlib.sha256(content.encode())
    files = [
        Path(dictionary.__file__),
        *(p for f in (FOLDER, catalog, Path(contracts.__file__).parent) for p in f.rglob("*")),
    ]
    for path in sorted(p for p in files if p.is_file() and "__pycache__" not in p.parts):
        digest.update(path.read_bytes())
    return digest.hexdigest()
