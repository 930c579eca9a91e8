"""The chart of a mart as a picture for Dagster's pages: drawn over the store, once for each content of the table. Which figure
belongs to which mart stands in sections/*.yml (`mart`); its query reads that mart and what the mart is made of."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from jjj_pipeline.pipeline.runner import Runner, macros
from jjj_pipeline.report.answers import Rows, as_rows
from jjj_pipeline.report.labels import NAMES, Labels
from jjj_pipeline.report.model import Figure, sections
from jjj_pipeline.report.studio import Studio
from jjj_pipeline.storage.parquet_store import ParquetStore, base_tables

WIDTH, CELL = 640, 200  # pixels of a chart, and of one small multiple
FONT = "Arial, sans-serif"  # a chain of names that are not there costs more than the drawing


@cache
def figures() -> dict[str, Figure]:
    """The figures that marts carry, by table."""
    return {f.mart: f for s in sections() for f in s.figures if f.mart}


class Previews:
    """The charts of the tables of a work: drawn in the studio, and kept beside the store as long as table and figure stay as they
    are."""

    def __init__(self, work: Runner, studio: Studio) -> None:
        self.work, self.studio = work, studio
        self._begun: dict[str, Callable[[], str]] = {}

    def begin(self, table: str) -> Path | None:
        """The place of a table's chart, which is begun where it is not kept; None where the table has none."""
        figure = figures().get(table)
        if figure is None:
            return None
        cache_inputs = self.work.store.content(table) + figure.model_dump_json()
        name = f"{table}-{hashlib.sha256(cache_inputs.encode()).hexdigest()[:16]}"
        kept = self.work.settings.previews / f"{name}.svg"
        if not kept.exists() and name not in self._begun:
            self._begun[name] = self.studio.ask(picture, figure, self.work.store.folder, self.work.settings.marts)
        return kept

    def markdown(self, table: str) -> str | None:
        """The chart of a table as Markdown with the picture in it; None where there is no chart or no number in it."""
        kept = self.begin(table)
        if kept is None:
            return None
        if not kept.exists():
            drawn = self._begun[kept.stem]()
            if not drawn:
                return None
            kept.parent.mkdir(parents=True, exist_ok=True)
            for old in kept.parent.glob(f"{table}-*"):
                old.unlink()
            kept.write_text(drawn, encoding="utf-8")
        data = base64.b64encode(kept.read_bytes()).decode()
        return f"![{figures()[table].name.en}](data:image/svg+xml;base64,{data})"


def picture(figure: Figure, store: Path, marts: Path) -> str:
    """The chart over the tables of a store as SVG, in English; empty where there is no number to draw."""
    import vl_convert  # here, like what imports Altair: a second that a build without a new chart does without

    from jjj_pipeline.report import charts
    from jjj_pipeline.report.chart_style import Canvas

    ask = partial(_asked, _lake(store, marts))
    rows = ask(figure.query)
    words = Labels(
        ask,
        tuple(k for k, sql in NAMES.items() if all(t.startswith("ref.") for t in base_tables(sql))),
    )
    if not charts.is_drawn(figure, rows):
        return ""
    spec = charts.draw(Canvas(figure, rows, words, "en"), figure.name.en)
    spec["config"] = {**spec["config"], "font": FONT, "background": "white", "aria": False}
    inner = spec.get("spec", spec)
    inner["width"] = CELL if "spec" in spec else WIDTH
    return str(vl_convert.vegalite_to_svg(spec))


@cache
def _lake(folder: Path, marts: Path) -> ParquetStore:
    return ParquetStore(folder, macros(marts))


def _asked(store: ParquetStore, sql: str) -> Rows:
    return as_rows(store.query(sql, base_tables(sql)))
