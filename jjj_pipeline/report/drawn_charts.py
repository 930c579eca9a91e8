"""Charts that are kept between builds, in one file: a chart is drawn anew only where its figure, its rows, the names in it or the
report's code have changed. How a chart is drawn is for `charts`."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from jjj_pipeline.report import charts
from jjj_pipeline.report.chart_style import Canvas, Spec
from jjj_pipeline.report.labels import Labels
from jjj_pipeline.storage.atomic import write_text

NAME = "charts.json"


class DrawnCharts:
    """Specifications by what they depend on. `code` stands for the files of the report, `anew` draws all of them again."""

    def __init__(self, folder: Path, code: str, *, anew: bool = False) -> None:
        self.path, self.state = folder / NAME, f"{code} {version('altair')}"
        self.used: dict[str, Spec] = {}
        try:
            stored = {} if anew else json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            stored = {}
        self.stored: dict[str, Spec] = stored if isinstance(stored, dict) else {}

    def names(self, words: Labels) -> None:
        """What places, indicators and breaks are called by `words` is part of what all charts depend on."""
        # queries give any order
        named = sorted(f"{kind} {code} {text}" for kind, texts in words.names.items() for code, text in texts.items())
        broken = sorted(f"{indicator} {row}" for indicator, rows in words.breaks.items() for row in rows)
        self.state += hashlib.sha256(f"{named} {broken}".encode()).hexdigest()

    def spec(self, canvas: Canvas, title: str) -> Spec:
        """The specification of a chart, as `charts.draw` gives it."""
        figure, rows = canvas.figure.model_dump_json(), [dict(r) for r in canvas.rows]
        key = hashlib.sha256(f"{self.state}\n{canvas.lang}\n{title}\n{figure}\n{rows}".encode()).hexdigest()
        if key not in self.used:
            self.used[key] = self.stored.get(key) or charts.draw(canvas, title)
        return self.used[key]

    def save(self) -> None:
        """Keep what was used, and nothing else; where that cannot be written, the next build draws them again."""
        if self.used.keys() == self.stored.keys():
            return
        try:
            write_text(self.path, json.dumps(self.used, ensure_ascii=False))
        except OSError:
            self.path.unlink(missing_ok=True)
