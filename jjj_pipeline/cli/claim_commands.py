"""Commands that judge claims."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.cells import cell_len, chop_cells, set_cell_size
from rich.console import Console

from jjj_pipeline.cli.language import language, say
from jjj_pipeline.cli.terminal import Shape, err, refusing, rows
from jjj_pipeline.settings import default_settings

if TYPE_CHECKING:
    import pandas as pd

WIDEST = 120  # columns of a terminal a table may take
STRICT = 3


def listed(verdicts: pd.DataFrame, width: int) -> list[str]:
    """The verdicts as lines of at most `width` columns: a claim on one line, the reason, folded, under it."""
    *columns, why = verdicts.columns
    rows = [list(map(str, row)) for row in verdicts[columns].itertuples(index=False)]
    widest = [max(map(cell_len, (head, *(row[i] for row in rows)))) for i, head in enumerate(columns)]
    available = width - 2 * (len(columns) - 1) - sum(w for i, w in enumerate(widest) if columns[i] not in columns[:2])
    widest[0] = min(widest[0], max(8, available // 2))
    widest[1] = min(widest[1], max(8, available - widest[0]))
    lines = [_line(columns, widest), "─" * width]
    for row, reason in zip(rows, verdicts[why], strict=True):
        lines.append(_line(row, widest))
        lines += [f"    {part}" for part in folded(str(reason), width - 4)]
    return lines


def _line(cells: list[str], widths: list[int]) -> str:
    return "  ".join(set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def folded(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` columns, at spaces where there are some; Chinese takes two columns a character."""
    lines, line = [], ""
    for word in re.findall(r"[\x21-\u2e7f]+ ?|.", text):
        if line and cell_len(line + word.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += word
        while cell_len(line) > width:
            head = chop_cells(line, width)[0]
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line.rstrip()] if line.strip() else lines


class Lang(StrEnum):
    """The language of the verdicts and their reasons."""

    zh = "zh"
    en = "en"


def claims(
    file: Annotated[
        Path | None, typer.Argument(help="A file of claims; without one the article of the catalogue.")
    ] = None,
    shape: Annotated[Shape, typer.Option("--format", help="How to print the verdicts.")] = Shape.table,
    lang: Annotated[Lang | None, typer.Option("--lang", help="Language of the verdicts: zh or en.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with status 3 where a claim does not hold.")] = False,
) -> None:
    """Judge printed claims: from the text's own figures, and from the published warehouse."""
    from jjj_pipeline.catalog.load import load_catalog
    from jjj_pipeline.claims import EVIDENCE, document, failing, judge_file, verdict_table
    from jjj_pipeline.publish.published_file import open_published, query

    settings = default_settings()
    with refusing():
        catalog = load_catalog(settings.catalog)
        path = file or settings.catalog / "claims" / "jingjinji_article.yml"
        tables: list[pd.DataFrame] = []
        if settings.duckdb.exists():
            with open_published(settings.duckdb) as con:
                tables = [query(con, f"from {table}") for table in EVIDENCE]
        else:
            err.print(say("no published warehouse: only the text itself is judged; `jjj build` publishes one"))
        judged, verdicts = judge_file(path, catalog, *tables)
    if shape is Shape.md:
        print(document(judged, verdicts, lang.value if lang else language()))
    elif shape is Shape.table:
        width = min(WIDEST, Console().width) if Console().is_terminal else WIDEST
        print("\n".join(listed(verdict_table(verdicts, brief=True, lang=lang.value if lang else language()), width)))
    else:
        rows(verdict_table(verdicts, brief=False), shape)
    if strict and failing(verdicts).any():
        raise typer.Exit(STRICT)
