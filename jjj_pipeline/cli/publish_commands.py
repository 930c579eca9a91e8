"""Commands that publish, and about publications: build, status, diff, rollback, manifest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any

import typer

from jjj_pipeline.cli.language import heading, language, say, spoken
from jjj_pipeline.cli.terminal import Shape, err, out, refusing, rows
from jjj_pipeline.contracts import table_formatting
from jjj_pipeline.settings import Settings, collect_seldom, default_settings


def build(
    full: Annotated[bool, typer.Option("--full", help="Make every table anew, also where nothing changed.")] = False,
    accept_removals: Annotated[
        bool,
        typer.Option("--accept-removals", help="Publish also where most files of raw/ went, or one cannot be read."),
    ] = False,
) -> None:
    """Read raw/, check it, derive the marts, publish warehouse/jjj.duckdb. Exit 0 only if published, with its report."""
    from jjj_pipeline.pipeline import up_to_date

    settings = default_settings()
    last = None if full else up_to_date.unchanged(settings)
    done = _Done(**last) if last else _build(settings, full, accept_removals)
    if last:
        print(say("nothing changed since the last build"))
    for line in done.left_out:
        err.print(say("left out: {}", line), style="yellow", markup=False)
    for line in done.failures:
        err.print(line, style="red", markup=False)
    checks = say("checks {} passed / {} warned / {} failed", done.passed, done.warned, done.failed)
    if not done.published:
        state = say("the published file is as it was") if settings.duckdb.exists() else say("nothing was published")
        err.print(say("not published; {}; {}", checks, state), style="bold red")
        raise typer.Exit(1)
    cached = say(", {} of them unchanged", done.cached) if done.cached else ""
    made = done.summary
    sizes = (made["files"], made["observations"], made["tables"])
    print(say("{} files, {} observations, {} tables{}; {}", *sizes, cached, checks))
    print(say("published {}", made["path"]))
    if done.report is None:
        err.print(say("the report is as it was"), style="bold red")
        raise typer.Exit(1)
    print(say("report {}", done.report))
    if done.warned:
        print(say("{} warnings: jjj status", done.warned))


class _Done(SimpleNamespace):
    """The outcome of the last build, as it was stored."""

    published: bool
    failures: list[str]
    left_out: list[str]
    passed: int
    warned: int
    failed: int
    cached: int
    summary: dict[str, object]
    report: str | None


def _build(settings: Settings, full: bool, accept_removals: bool) -> Any:
    """A build, with its progress shown."""
    collect_seldom()
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from jjj_pipeline.defs.run_build import build as run

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with refusing(), Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("building", total=None)

        def report(name: str, total: int) -> None:
            bar.update(task, advance=1, total=total, description=name.ljust(36)[:36])

        return run(settings, report, bar.console.print, full=full, accept_removals=accept_removals)


def status() -> None:
    """What is published, how the last refreshes ended, which sources are overdue, what the checks found."""
    from jjj_pipeline.catalog.load import load_publications
    from jjj_pipeline.pipeline import source_notes
    from jjj_pipeline.publish import refresh_log
    from jjj_pipeline.publish.published_file import open_published, query_rows
    from jjj_pipeline.quality.freshness import due
    from jjj_pipeline.storage.raw_files import find_files, lost

    settings = default_settings()
    for entry in refresh_log.last(settings, 3):
        print(refresh_log.sentence(entry, spoken()))
    with refusing():
        catalog = load_publications(settings.catalog)
        found = find_files(settings, catalog)
        for stray in (*found.strays, *source_notes.read(found.files)[1]):
            print(say("left out: {}", stray))
        for source in due(catalog, found.files, date.today()):
            if source.overdue:
                print(say("overdue: {}", source.sentence(catalog.sources[source.source].name_zh, spoken())))
        with open_published(settings.duckdb) as con:  # opened once: the queries below find it open
            if gone := lost(refresh_log.published_state(settings).get("files", {}), found):
                print(say("waits for you: {}", gone))
            names, (values,) = query_rows(con, "from meta.build")
            rule = "name_zh" if language() == "zh" else "check_id"
            columns, rules = query_rows(
                con,
                f"select {rule} as check_id, tested, warnings, errors from meta.check order by warnings desc, check_id",
            )
    built = {name: value for (name, _), value in zip(names, values, strict=True)}
    commit = table_formatting.cell(built["commit"]) or say("no commit")
    print(say("published: jjj-pipeline {} at {}, built {}", built["version"], commit, built["built_at"]))
    print(say("newest release {}; {} files, {} observations", built["as_of"], built["files"], built["observations"]))
    print(say("{} tables in {}", built["tables"], settings.duckdb))
    out.print(table_formatting.grid([(heading(name), numeric) for name, numeric in columns], rules))


def diff(
    against: Annotated[
        Path | None, typer.Option("--against", help="Another published file; without it the one before.")
    ] = None,
    shape: Annotated[Shape, typer.Option("--format", help="How to print the differences.")] = Shape.table,
) -> None:
    """What changed since the publication before: rows by table, and the ten largest changes of figures."""
    from jjj_pipeline.publish.diff import compare
    from jjj_pipeline.publish.publication import built_at
    from jjj_pipeline.publish.snapshots import earlier_publication

    settings = default_settings()
    with refusing():
        other = against or earlier_publication(settings, None, built_at(settings.duckdb)) / settings.duckdb.name
        found = compare(other, settings.duckdb)
    if shape in (Shape.csv, Shape.json):
        rows(found, shape)
        return
    print(say("{} against {}", settings.duckdb.name, other))
    for what, name in (("table", "rows by table"), ("change", "largest changes of figures")):
        part = found[found["what"] == what].drop(columns="what").dropna(axis="columns", how="all")
        print(f"{say(name)}: {say('none') if part.empty else ''}")
        if len(part):
            rows(part.rename(columns=heading), shape)


def rollback(
    name: Annotated[
        str | None, typer.Argument(help="The publication to go back to; without it the newest kept.")
    ] = None,
    only_list: Annotated[bool, typer.Option("--list", help="Only name the publications that are kept.")] = False,
) -> None:
    """Put an earlier publication back. The next build publishes raw/ as it is then."""
    from jjj_pipeline.publish import refresh_log, snapshots
    from jjj_pipeline.publish.publication import built_at
    from jjj_pipeline.storage.build_lock import build_lock

    settings = default_settings()
    if only_list:
        print("\n".join(p.name for p in snapshots.earlier(settings)) or say("none is kept"))
        return
    with refusing(), build_lock(settings, "jjj rollback", err.print):
        folder = snapshots.go_back(settings, name, built_at(settings.duckdb))
        refresh_log.append(settings, refresh_log.rolled_back(folder.name))
    print(say("published again: {}", folder.name))


def manifest(
    check: Annotated[bool, typer.Option("--check", help="Only say what differs; exit 1 if anything does.")] = False,
) -> None:
    """Bring raw/manifest.lock (hash and size of every raw file) up to date, and say what is new, gone or changed."""
    from jjj_pipeline.storage.raw_files import manifest_differences, write_manifest

    settings = default_settings()
    with refusing():
        lines = manifest_differences(settings)
        print("\n".join(lines) or say("raw/manifest.lock is up to date"))
        if not check:
            write_manifest(settings)
    raise typer.Exit(1 if check and lines else 0)
