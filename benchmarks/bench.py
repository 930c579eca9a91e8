"""`make bench`: one run, sides alternating, medians of five; prints the machine, the ratios and a table for the README.

Every run starts a fresh interpreter on a fresh copy of the project in a temporary folder, so that nothing is kept from the run
before. Wall time is what people wait for: interpreter, imports, work. Processor time says what is left of the ratio where the
machine has other things to do. The first run of every side is not counted (it compiles the modules and warms the disk's cache);
the tables of that run are compared.

What is counted. The full build: all that `jjj build` does - tables, checks, Dagster's history with its previews, the DuckDB
file, its Parquet files, the papers beside it, and the report. The trivial assets: Dagster's part of that alone, in Dagster as
it comes; the build keeps Dagster's history through connections that stay open (`defs/event_log.py`), and is set against the
trivial assets with that history too, which has no limit: it says how much of the build is Dagster. The work without Dagster:
the tables of the pandas script and those they need, each read, tested by contract and identity, keyed and written; neither the
other marts nor a publication. The pandas script: the same tables, written; it tests and keeps nothing. What one side does and
the other has nothing like is printed, and counted all the same.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

import dagster as dg

from benchmarks.compare import differences
from benchmarks.sides import PLAIN
from jjj_pipeline.defs.assembly import build_defs
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.parquet_store import ParquetStore
from tests.oracle import TABLES

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = ("dagster", "pandas", "pandera", "duckdb", "pyarrow")


@dataclass
class Side:
    """One side and the times of its runs: wall, processor (all threads), and wall without interpreter and imports."""

    name: str
    words: tuple[str, ...] = ()
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    inner: list[float] = field(default_factory=list)
    parts: list[dict[str, float]] = field(default_factory=list)
    beyond: list[dict[str, float]] = field(default_factory=list)

    def run(self, folder: Path, *, counted: bool = True) -> None:
        """Run once on the project in `folder`. Raises RuntimeError with what the side said where it fails."""
        command = [sys.executable, "-m", "benchmarks.sides", self.name, str(folder), *self.words]
        env = {**os.environ, "DAGSTER_HOME": str(folder / ".dagster")}
        start, before = perf_counter(), processor_time()
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        wall, processor = perf_counter() - start, processor_time() - before
        if done.returncode:
            raise RuntimeError(f"{self.name} failed:\n{done.stderr.strip()}")
        said = json.loads(done.stdout.splitlines()[-1])
        if counted:
            self.wall.append(wall)
            self.processor.append(processor)
            self.inner.append(said["seconds"])
            self.parts.append(said["parts"])
            self.beyond.append(said["beyond"])


def processor_time() -> float:
    """Seconds the processor has worked for the children that ended."""
    times = os.times()
    return times.children_user + times.children_system


@dataclass(frozen=True)
class Pair:
    """What is measured against what, and the ratio it must not exceed, if there is one."""

    title: str
    ours: Side
    theirs: Side
    limit: float | None = None

    @property
    def ratio(self) -> float:
        return median(self.ours.wall) / median(self.theirs.wall)

    def row(self) -> str:
        """A row of the README's table."""

        def cell(ours: list[float], theirs: list[float]) -> str:
            a, b = median(ours), median(theirs)
            return f"{a:.1f} s : {b:.1f} s = {a / b:.2f}"

        ours, theirs = self.ours, self.theirs
        cells = [cell(ours.wall, theirs.wall), str(self.limit or "none"), cell(ours.inner, theirs.inner)]
        return " | ".join(["", self.title, *cells, cell(ours.processor, theirs.processor), ""]).strip()


@contextmanager
def project() -> Iterator[Path]:
    """A fresh copy of what a build reads, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="jjj_bench_") as name:
        folder = Path(name)
        shutil.copytree(ROOT / "raw", folder / "raw")
        (folder / ".dagster").mkdir()
        shutil.copyfile(ROOT / ".dagster" / "dagster.yaml", folder / ".dagster" / "dagster.yaml")
        shutil.copyfile(ROOT / "workspace.yaml", folder / "workspace.yaml")
        yield folder


def counts() -> tuple[int, int]:
    """Assets that a build makes, and their checks."""
    assets = [a for a in build_defs(Settings(root=ROOT)).assets or [] if isinstance(a, dg.AssetsDefinition)]
    return sum(len(a.keys) for a in assets), sum(len(list(a.check_specs)) for a in assets)


def warm_up(pairs: list[Pair]) -> list[str]:
    """One run of every side that is not counted; what differs between the tables of the project and of the script."""
    for side in (pairs[0].ours, pairs[0].theirs):
        with project() as folder:
            side.run(folder, counted=False)
    with project() as folder:
        for side in (pairs[-1].ours, pairs[-1].theirs):
            side.run(folder, counted=False)
        return differences(ParquetStore(Settings(root=folder).store), folder / PLAIN, TABLES)


def machine() -> str:
    """What it ran on, in one line."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        cpu = models[0] if models else cpu
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {libraries}"


def load() -> str:
    return " ".join(f"{x:.1f}" for x in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="counted runs of every side (default 5)")
    rounds = parser.parse_args().rounds
    assets, checks = counts()
    size = str(assets), str(checks)
    trivial = Side("trivial", size)
    pairs = [
        Pair(
            f"full build ({assets} assets, {checks} checks) against as many trivial assets and checks in Dagster as it comes",
            Side("build"), trivial, 1.5,
        ),
        Pair("the same without report and charts: tables, checks, DuckDB file", Side("build", ("tables",)), trivial, 1.5),
        Pair("full build against the trivial assets with the build's history", Side("build"), Side("trivial", (*size, "ours"))),
        Pair("the work without Dagster against a plain pandas script", Side("work"), Side("pandas"), 1.0),
    ]  # fmt: skip
    print(f"{machine()}\nload at the start: {load()}; {rounds} rounds, alternating", flush=True)
    differ = warm_up(pairs)
    print(
        "\n".join(differ) or f"the pandas script makes the same {len(TABLES)} tables: keys, texts, gaps and numbers",
        flush=True,
    )
    for pair in pairs:
        for number in range(1, rounds + 1):
            for side in (pair.ours, pair.theirs):
                with project() as folder:
                    side.run(folder)
            times = ", ".join(f"{side.name} {side.wall[-1]:.2f} s" for side in (pair.ours, pair.theirs))
            print(f"round {number}: {times}", flush=True)
    print(f"load at the end: {load()}\n\n{where(pairs)}\n\n{table(pairs, rounds)}")
    over = [p for p in pairs if p.limit and p.ratio > p.limit]
    for p in over:
        print(f"over the limit: {p.title}: {p.ratio:.2f}, at most {p.limit}")
    return 1 if differ or over else 0


def where(pairs: list[Pair]) -> str:
    """Where the work goes, and what of both measured sides the other side does not do at all."""

    def medians(runs: list[dict[str, float]]) -> str:
        return ", ".join(f"{name} {median(run[name] for run in runs):.2f} s" for name in runs[0])

    build, work = pairs[0].ours, pairs[-1].ours
    return (
        f"where the work goes: {medians(work.parts)}\nof that, nothing like it in the script: {medians(work.beyond)}\n"
        f"of the full build, beside tables and DuckDB file: {medians(build.beyond)}"
    )


def table(pairs: list[Pair], rounds: int) -> str:
    """What stands in the README."""
    head = ["project : other side", "ratio at most", "without interpreter start and imports", "processor time"]
    lines = [" | ".join(["", "measured", *head, ""]).strip(), "|---" * (len(head) + 1) + "|", *(p.row() for p in pairs)]
    note = f"Medians of {rounds} alternating runs, each in a fresh interpreter on a fresh project; {machine()}."
    return "\n".join([*lines, "", note])


if __name__ == "__main__":
    sys.exit(main())
