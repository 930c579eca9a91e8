"""SQL marts over a made-up panel: made as a build makes them (contract and fingerprint included), against bare DuckDB that copies
the same queries to Parquet, with the same threads and memory limit, each in a process of its own over the same store.

`python -m benchmarks.scale` measures 3.0 million figures; `--indicators 667 --memory 2GB --alone` makes 10 million with 2 GB.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from time import process_time

from benchmarks.marts import computed, fill
from benchmarks.measure import middle, run
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import Runner
from jjj_pipeline.pipeline.steps import SqlStep
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.parquet_store import COPY
from jjj_pipeline.storage.sql import literal

ROOT = Path(__file__).resolve().parents[1]


def steps_of(runner: Runner) -> list[SqlStep]:
    return [s for s in computed(runner) if isinstance(s, SqlStep)]


def ours(runner: Runner) -> None:
    """Every mart brought up to date."""
    for step in steps_of(runner):
        before = process_time()
        runner.materialize(step)
        print(f"{step.name} {process_time() - before:.2f}", flush=True)


def bare(runner: Runner) -> None:
    """Every query copied to Parquet, and nothing else."""
    for step in steps_of(runner):
        con = runner.store.connection(step.upstream)
        target = runner.store.path(step.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        before = process_time()
        con.execute(f"copy ({step.sql.strip().removesuffix(';')}\n) to {literal(target)} {COPY}")
        print(f"{step.name} {process_time() - before:.2f}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cities", type=int, default=340)
    parser.add_argument("--years", type=int, default=40)
    parser.add_argument("--indicators", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--memory", default="")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="without the other side")
    parser.add_argument("--side", choices=["ours", "bare"], help=argparse.SUPPRESS)
    parser.add_argument("--store", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        settings = Settings(root=given.store, threads=given.threads, memory=given.memory)
        {"ours": ours, "bare": bare}[given.side](Runner(Project(settings), full=True))
        return 0
    with tempfile.TemporaryDirectory(prefix="jjj_scale_") as name:
        folder = Path(name)
        rows = fill(Runner(Project(Settings(root=folder))), given.cities, given.years, given.indicators)
        print(f"{rows:,} figures, {given.threads} threads, memory limit {given.memory or 'none'}", flush=True)
        options = ["--threads", str(given.threads), "--memory", given.memory, "--store", str(folder)]
        sides = ["ours"] if given.alone else ["ours", "bare"]
        costs = {side: [] for side in sides}  # type: ignore[var-annotated]
        for _ in range(given.rounds):
            for side in sides:
                command = [sys.executable, "-m", "benchmarks.scale", "--side", side, *options]
                costs[side].append(run(command, folder, {"PYTHONPATH": str(ROOT)}))
                print(side, costs[side][-1], (folder / ".said").read_text().replace("\n", "; "), flush=True)
        medians = {side: middle(of) for side, of in costs.items()}
        if not given.alone:
            a, b = medians["ours"], medians["bare"]
            print(f"wall {a.wall / b.wall:.2f}, processor {a.cpu / b.cpu:.2f}, memory {a.memory / b.memory:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
