"""`make bench`: what a build, a build with little to do and the commands cost, each against something that does less. Sides run
alternately, each in a fresh process; medians of wall time, processor time (of all processes) and peak memory are printed, with
the limit of each ratio, as a table for the README. The ratios of processor time count where the machine has other things to do.

The full build is all that `jjj build --full` does: tables, checks, Dagster's history with previews and charts, the DuckDB file,
its Parquet files, the documents beside it, the report and the explorer. dbt builds as many trivial models and tests, in an
environment of its own. The work without Dagster makes the tables of the pandas script, tested by contract and identity; the
script tests nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks import dbt_side
from benchmarks.measure import Cost, middle, run

ROOT = Path(__file__).resolve().parents[1]
JJJ = [sys.executable, "-m", "jjj_pipeline"]
ASK = "import duckdb; print(duckdb.connect('warehouse/jjj.duckdb', read_only=True).sql('select 1'))"
CHANGED = "raw/nbs/2025-census5/gdp.csv", ("37767.0", "37768.0")
LIBRARIES = ("dagster", "pandas", "pandera", "duckdb", "pyarrow")


@dataclass(frozen=True)
class Side:
    """One side of a comparison: what is made before (not counted), and the command."""

    name: str
    prepare: Callable[[Path], None]
    command: list[str]
    keeps: bool = False  # whether all runs are on one folder


@dataclass(frozen=True)
class Pair:
    """What is measured against what, and the ratio it must not exceed."""

    title: str
    ours: Side
    theirs: Side
    limit: float


def project(folder: Path) -> None:
    """A fresh copy of what a build reads."""
    for name in ("raw", "raw-records", ".dagster/dagster.yaml", "workspace.yaml"):
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copyfile(source, target)


def built(folder: Path) -> None:
    """A project after its first build."""
    if not (folder / "raw").exists():
        project(folder)
        run([*JJJ, "build"], folder, environment(folder))


def changed(folder: Path) -> None:
    """A built project with one raw file replaced: a figure goes to its other value."""
    built(folder)
    name, (one, other) = CHANGED
    path = folder / name
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(one, other) if one in text else text.replace(other, one), encoding="utf-8")


def environment(folder: Path) -> dict[str, str]:
    """That of people: Python keeps what it has compiled of the project, as of every library."""
    return {
        "PYTHONDONTWRITEBYTECODE": "",
        "JJJ_ROOT": str(folder), "DAGSTER_HOME": str(folder / ".dagster"), "DO_NOT_TRACK": "1",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }  # fmt: skip


def counts() -> tuple[int, int]:
    """Tables that a build makes, and their checks: a contract each, and the rules of quality."""
    from jjj_pipeline.pipeline.plan import plan
    from jjj_pipeline.pipeline.project import Project
    from jjj_pipeline.settings import Settings

    steps = plan(Project(Settings(root=ROOT)))
    tables = sum(len(s.tables) for s in steps)
    return tables, tables + sum(len(s.checks) for s in steps)


def pairs(dbt: Path) -> list[Pair]:
    tables, checks = counts()
    full = Side("full build", project, [*JJJ, "build", "--full"])
    trivial = Side("dbt", lambda folder: dbt_side.write_project(folder, tables, checks), dbt_side.command(dbt))
    sql = Side("sql", built, [*JJJ, "sql", "select 1"], keeps=True)
    plain = Side("python", built, [sys.executable, "-c", ASK], keeps=True)
    work = Side("work", project, [sys.executable, "-m", "benchmarks.sides", "work", "."])
    script = Side("script", project, [sys.executable, "-m", "benchmarks.sides", "pandas", "."])
    made = f"dbt build of {tables} trivial models and {checks} tests"
    return [
        Pair(f"full build ({tables} tables, {checks} checks, report, charts) : {made}", full, trivial, 1.0),
        Pair("build, nothing changed : full build", Side("nothing", built, [*JJJ, "build"], keeps=True), full, 0.10),
        Pair("build, one raw file changed : full build", Side("one", changed, [*JJJ, "build"], keeps=True), full, 0.40),
        Pair('`jjj sql "select 1"` : python that queries the file', sql, plain, 2.5),
        Pair("`jjj --help` : the same", Side("help", built, [*JJJ, "--help"], keeps=True), plain, 2.5),
        Pair("`jjj status` : the same", Side("status", built, [*JJJ, "status"], keeps=True), plain, 2.5),
        Pair("the work without Dagster : a plain pandas script", work, script, 0.7),
    ]  # fmt: skip


def compare(pair: Pair, rounds: int, scratch: Path) -> tuple[Cost, Cost]:
    """The medians of both sides, run by turns."""
    costs: dict[str, list[Cost]] = {pair.ours.name: [], pair.theirs.name: []}
    for number in range(rounds):
        for side in (pair.ours, pair.theirs):
            folder = scratch / (side.name if side.keeps else f"{side.name}_{number}")
            folder.mkdir(exist_ok=True)
            side.prepare(folder)
            costs[side.name].append(run(side.command, folder, environment(folder)))
            if not side.keeps:
                shutil.rmtree(folder)
    return middle(costs[pair.ours.name]), middle(costs[pair.theirs.name])


def row(pair: Pair, ours: Cost, theirs: Cost) -> str:
    """A row of the table."""
    cells = [f"{a:.2f} : {b:.2f} = {a / b:.2f}" for a, b in ((ours.wall, theirs.wall), (ours.cpu, theirs.cpu))]
    return f"| {pair.title} | {' | '.join(cells)} | {ours.memory:.0f} : {theirs.memory:.0f} | {pair.limit} |"


def machine() -> str:
    with_versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {with_versions}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="runs of every side (default 5)")
    parser.add_argument("--only", default="", help="only pairs whose title contains this")
    given = parser.parse_args()
    over = []
    with tempfile.TemporaryDirectory(prefix="jjj_bench_") as name:
        scratch = Path(name)
        dbt = dbt_side.environment(Path(os.environ.get("JJJ_BENCH_ENV") or ROOT / ".bench"))
        print("| measured | wall s | processor s | peak MB | limit |\n|---|---|---|---|---|", flush=True)
        for pair in pairs(dbt):
            if given.only not in pair.title:
                continue
            ours, theirs = compare(pair, given.rounds, scratch)
            print(row(pair, ours, theirs), flush=True)
            if ours.cpu / theirs.cpu > pair.limit:
                over.append(pair.title)
    print(f"\nMedians of {given.rounds} alternating runs; {machine()}.")
    for title in over:
        print(f"over the limit of processor time: {title}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
