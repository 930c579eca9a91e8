"""The chart of a mart as a picture for Dagster's pages: drawn over the store when a page asks for it, once for each content of
its tables. Which figure belongs to which mart is in sections/*.yml (`mart`); its query reads that mart and what it is made of."""

from __future__ import annotations

import hashlib
import textwrap
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

from jjj_pipeline.report.answers import Rows, as_rows
from jjj_pipeline.report.labels import NAMES, Labels
from jjj_pipeline.report.model import ReportFigure, sections
from jjj_pipeline.storage.atomic import write_text
from jjj_pipeline.storage.parquet_store import ParquetStore, base_tables

WIDTH, CELL = 640, 200  # pixels of a chart, and of one small multiple
LINE = 110  # letters
FONT = "Arial, sans-serif"  # a chain of names that are not there costs more than the drawing


@cache
def figures() -> dict[str, ReportFigure]:
    """The figures that marts carry, by table."""
    return {f.mart: f for s in sections() for f in s.figures if f.mart}


def chart(store: ParquetStore, folder: Path, table: str) -> bytes:
    """The chart of a table as SVG, and the same in the folder of charts until its figure or a table that it reads changes; empty
    where it has no chart, or no number to draw. Raises OSError where a table is not there."""
    figure = figures().get(table)
    if figure is None:
        return b""
    inputs = [figure.model_dump_json(), *(store.content(t) for t in base_tables(figure.query))]
    path = folder / f"{table}-{hashlib.sha256(''.join(inputs).encode()).hexdigest()[:16]}.svg"
    with suppress(OSError):
        return path.read_bytes()
    drawn = picture(figure, store)
    with suppress(OSError):  # who shows pages may not be allowed to write: it is drawn again when asked for again
        write_text(path, drawn)
        for old in set(folder.glob(f"{table}-*")) - {path}:
            old.unlink()
    return drawn.encode()


def picture(figure: ReportFigure, store: ParquetStore) -> str:
    """The chart over the tables of a store as SVG, in English; empty where there is no number to draw."""
    import vl_convert  # here, like what imports Altair: a second that a build without a new chart does without

    from jjj_pipeline.report import charts
    from jjj_pipeline.report.chart_style import Canvas

    run_query = partial(_run_query, store)
    rows = run_query(figure.query)
    words = Labels(
        run_query,
        tuple(k for k, sql in NAMES.items() if all(t.startswith("ref.") for t in base_tables(sql))),
    )
    if not charts.is_drawn(figure, rows):
        return ""
    canvas = Canvas(figure, rows, words, "en")
    spec = charts.draw(canvas, figure.name.en)
    if canvas.breaks:  # the picture has no page beside it
        lines = [line for b in canvas.breaks for line in textwrap.wrap(f"B {b['text']}", LINE)]
        spec["title"] = {"text": lines, "orient": "bottom", "anchor": "start", "fontSize": 11, "fontWeight": "normal"}
    spec["config"] = {**spec["config"], "font": FONT, "background": "white", "aria": False}
    inner = spec.get("spec", spec)
    inner["width"] = CELL if "spec" in spec else WIDTH
    return str(vl_convert.vegalite_to_svg(spec))


def _run_query(store: ParquetStore, sql: str) -> Rows:
    return as_rows(store.query(sql, base_tables(sql)))
