"""Commands that judge claims."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from jjj_pipeline.cli.terminal import Shape, err, refusing, rows
from jjj_pipeline.contracts import table_formatting
from jjj_pipeline.settings import default_settings

if TYPE_CHECKING:
    import pandas as pd

WIDEST = 120  # columns of a terminal a table may take
STRICT = 3


class Lang(StrEnum):
    """The language of the verdicts and their reasons."""

    zh = "zh"
    en = "en"


def claims(
    file: Annotated[
        Path | None, typer.Argument(help="A file of claims; without one the article of the catalogue.")
    ] = None,
    shape: Annotated[Shape, typer.Option("--format", help="How to print the verdicts.")] = Shape.table,
    lang: Annotated[Lang, typer.Option("--lang", help="Language of the verdicts: zh or en.")] = Lang.en,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with status 3 where a claim does not hold.")] = False,
) -> None:
    """Judge printed claims: from the text's own figures, and from the published warehouse."""
    from jjj_pipeline.catalog.model import load_catalog
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
            err.print("no published warehouse: only the text itself is judged; `jjj build` publishes one")
        judged, verdicts = judge_file(path, catalog, *tables)
    if shape is Shape.md:
        print(document(judged, verdicts, lang.value))
    elif shape is Shape.table:
        width = min(WIDEST, Console().width) if Console().is_terminal else WIDEST
        table = table_formatting.terminal(verdict_table(verdicts, brief=True, lang=lang.value))
        Console(highlight=False, width=width).print(table)
    else:
        rows(verdict_table(verdicts, brief=False), shape)
    if strict and failing(verdicts).any():
        raise typer.Exit(STRICT)
