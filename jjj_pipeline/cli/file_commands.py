"""Commands that take files as they arrive: read, add."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from jjj_pipeline.cli.terminal import err, refusing
from jjj_pipeline.settings import default_settings

FileArgument = Annotated[Path, typer.Argument(help="A file as it arrived: .csv, .xls, .xlsx, .ods, .html.")]
TableOption = Annotated[str, typer.Option("--table", help="The table of tables.yml, where the file does not say.")]
IndicatorOption = Annotated[str, typer.Option("--indicator", help="The indicator, where the file does not say.")]
ReleaseOption = Annotated[str, typer.Option("--release", help="Edition or publication date: 2021, 2025-06.")]
RegionOption = Annotated[str, typer.Option("--region", help="The region, where the file names none.")]


def read(
    file: FileArgument,
    table: TableOption = "",
    indicator: IndicatorOption = "",
    release: ReleaseOption = "",
    region: RegionOption = "",
    form: Annotated[str, typer.Option("--format", help="csv or json.")] = "csv",
) -> None:
    """Understand a file: observations to standard output, what is to be known of it to standard error."""
    from jjj_pipeline.catalog.load import load_catalog
    from jjj_pipeline.ingest import preview
    from jjj_pipeline.ingest.matching.column_matching import Hints

    settings = default_settings()
    with refusing():
        catalog = load_catalog(settings.catalog)
        understood = preview.read(file, Hints(table, indicator, release, region), settings, catalog)
        text = preview.as_text(understood, catalog, form)
    _diagnose(understood.messages, understood.notes)
    sys.stdout.write(text)


def add(
    file: FileArgument,
    table: TableOption = "",
    indicator: IndicatorOption = "",
    release: ReleaseOption = "",
    region: RegionOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen.")] = False,
) -> None:
    """Read a file, show what is new, repeated and revised, and copy its bytes unchanged into raw/."""
    from jjj_pipeline.catalog.load import load_catalog
    from jjj_pipeline.ingest.matching.column_matching import Hints
    from jjj_pipeline.pipeline import add_file

    settings = default_settings()
    with refusing():
        catalog = load_catalog(settings.catalog)
        done = add_file.add(file, Hints(table, indicator, release, region), settings, catalog, dry_run=dry_run)
    _diagnose(done.messages, done.notes)
    for line in done.shown:
        print(line)


def _diagnose(messages: Iterable[str], notes: Iterable[str]) -> None:
    for line in [*messages, *(f"note: {n}" for n in notes)]:
        err.print(" ".join(line.split()), markup=False)
