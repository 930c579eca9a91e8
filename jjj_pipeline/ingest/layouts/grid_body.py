"""One block of figures of a sheet as found by a layout: what its rows and columns say, and the lines around it. No sheet is
searched here."""

from __future__ import annotations

from dataclasses import dataclass, field

from jjj_pipeline.ingest.formats.sheets import Cell


@dataclass(frozen=True)
class Mark:
    """What a row or a column says of the figures in it; `heads` are spellings of its heading, the fullest first."""

    region: str = ""
    year: int | None = None
    heads: tuple[str, ...] = ()
    unit: str = ""
    at: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class TextColumn:
    """A column of texts beside the figures: its heading, its position, and its different texts."""

    heading: str
    cell: str
    texts: tuple[str, ...]


@dataclass
class GridBody:
    """One block of figures: marks of its rows and columns, the lines above it and below it, and the rows that are
    recognised but hold no figure of a region (sub-totals, others)."""

    rows: dict[int, Mark]
    columns: dict[int, Mark]
    lines: list[tuple[str, Cell]]
    notes: list[str] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)  # row or column -> region code
    across: bool = False
    header: range = range(0)
    ignored: list[str] = field(default_factory=list)  # columns of text, blank years
    blank_years: list[int] = field(default_factory=list)
    text_columns: list[TextColumn] = field(default_factory=list)
