"""Commands of record sets: add, check, build, status."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jjj_pipeline.cli.language import say
from jjj_pipeline.cli.terminal import err, refusing
from jjj_pipeline.settings import default_settings

records = typer.Typer(
    no_args_is_help=True, help="Record sets (patents, papers, firms, contracts) and their counts between places."
)
SetArgument = Annotated[str, typer.Argument(help="The record set, see records.yml.")]


@records.command()
def add(
    files: Annotated[list[Path], typer.Argument(help="Files: .csv, .tsv, .jsonl, .parquet, also .gz and .zst.")],
    name: Annotated[str, typer.Option("--set", help="The set they belong to; a new one is entered in records.yml.")],
    like: Annotated[str, typer.Option("--like", help="A ready-made mapping for a new set.")] = "",
    release: Annotated[str, typer.Option("--release", help="The version of a new set: 2025 or 2025-06.")] = "",
) -> None:
    """Copy files unchanged into raw-records/, and enter a new set."""
    from jjj_pipeline.records.add import add as bring

    with refusing():
        for line in bring(default_settings(), files, name, like, release):
            print(line)


@records.command()
def check(
    name: SetArgument,
    rows: Annotated[int, typer.Option("--rows", help="How many rows to look at.")] = 1000,
) -> None:
    """Show what the mapping makes of the first rows. Exit 1 if no party has a place."""
    from jjj_pipeline.records.check import look

    with refusing():
        seen = look(default_settings(), name, rows)
    print(say("{} files, {} MB, in {} partitions", seen.files, f"{seen.size / 1e6:,.1f}", seen.partitions))
    years = say("{} to {}", *seen.years) if seen.years else say("no year")
    print(say("{} rows read: {} records, {}; {} of them repeated", seen.rows, seen.records, years, seen.repeated))
    for reason, n in seen.left_out.items():
        print(say("left out: {} rows: {}", n, reason))
    for indicator in seen.unnamed:
        print(say("before building: enter {} in catalog/indicators.yml with names and unit", indicator))
    for line in seen.hints:
        print(say("look at: {}", line))
    for line in seen.broken:
        print(say("broken: {}", line))
    print(say("{} parties, {} of them with a place", seen.parties, seen.placed))
    for role, way, n in seen.ways:
        line = say("{}: {} not found", role, n) if way == "none" else say("{}: {} by {}", role, n, way)
        print(f"  {line}")
    for title, lines in ((say("found"), seen.examples), (say("not found"), seen.open)):
        if lines:
            print(f"{title}:")
        for cells in lines:
            print("  " + "  ".join(cells))
    raise typer.Exit(0 if seen.placed and not seen.broken else 1)


@records.command()
def build(
    name: SetArgument,
    engine: Annotated[str, typer.Option("--engine", help="duckdb or spark.")] = "",
    remote: Annotated[str, typer.Option("--remote", help="A Spark Connect server: sc://host:port.")] = "",
    memory: Annotated[str, typer.Option("--memory", help="What DuckDB may take before it spills: 2GB.")] = "",
    full: Annotated[bool, typer.Option("--full", help="Make every partition anew.")] = False,
) -> None:
    """Count a set; what `jjj build` then brings into core.flow. Partitions that are done are kept."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from jjj_pipeline.contracts.base import ContractBroken
    from jjj_pipeline.records import build as building
    from jjj_pipeline.records.engine import EngineSettings
    from jjj_pipeline.records.results import ways_by_role

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with refusing(), Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(name, total=None)
        progress = building.Progress(
            bar.console.print, lambda done, of, what: bar.update(task, completed=done, total=of, description=what[:40])
        )
        settings = EngineSettings.from_environment(engine, remote, memory)
        try:
            summary = building.build(default_settings(), name, settings, progress, full=full)
        except ContractBroken as error:
            err.print(str(error), style="red", markup=False)
            raise typer.Exit(1) from None
    shown = summary["parties"] or 1
    print(say("{} records, {} to {}", f"{summary['records']:,}", summary["first_year"], summary["last_year"]))
    province, city = (f"{summary[level] / shown:.1%}" for level in ("provinces", "cities"))
    print(say("{} parties, {} with a province, {} with a city", f"{summary['parties']:,}", province, city))
    for line in ways_by_role(summary["ways"]):
        print(f"  {line}")
    for r in summary["rejected"]:
        print(say("left out: {} rows of {}: {}", f"{r['rows']:,}", r["file"], r["reason"]))
    print(say("next: jjj build"))


@records.command()
def status() -> None:
    """Which sets there are, and whether their counts are those of the files as they are now."""
    from jjj_pipeline.records import results

    settings = default_settings()
    with refusing():
        for state in results.states(settings):
            line = say("{}: {}", state.name, say(state.state)) + (f" - {state.why}" if state.why else "")
            summary = results.read_summary(settings, state.name) if state.state == "counted" else None
            if summary:
                years = say("{} to {}", summary["first_year"], summary["last_year"])
                line += say(", {} records {}, release {}", f"{summary['records']:,}", years, state.spec.release)
            print(line)
