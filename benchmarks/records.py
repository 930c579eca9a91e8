"""What counting records costs: `python -m benchmarks.records [millions ...]`, by default 1, 10 and 50 million parties;
`places` measures the placing of addresses alone.

Each side runs in a process of its own on the same files with two threads and 2 GB for DuckDB, ROUNDS times in turn; quoted
are the least processor time, the wall time of that run and the ratio of processor times. The counts of the hand-written SQL
are compared row by row. Exit 1 where a limit is passed. BENCH_FOLDER is where the files are made: 50 million parties take
3 GB, and as much again while they are counted.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
ADDRESSES = ROOT / "tests" / "fixtures" / "records" / "addresses.csv"
ROUNDS = 2
LARGEST_COMPARED, FOR_PANDAS = 10, 10  # million parties
SQL_LIMIT, PANDAS_LIMIT, LINEAR_LIMIT, PLACES_LIMIT = 1.5, 5.0, 5.5, 10.0
MEMORY = "2GB"


@dataclass(frozen=True)
class Cost:
    """Of one process: seconds of processor time and of wall time, peak memory in MB."""

    processor: float
    wall: float
    peak: int

    def __str__(self) -> str:
        return f"{self.processor:.1f} s of processor, {self.wall:.1f} s, peak {self.peak} MB"


def measured(side: str, data: Path, folder: Path) -> Cost:
    """One side on the files of `data`. Raises CalledProcessError."""
    begun = time.monotonic()
    words = ["-W", "ignore", "-m", "benchmarks.records", "--side", side, str(data), str(folder / side)]
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - begun, usage.ru_maxrss // 1024)


def by_jjj(data: Path, out: Path) -> None:
    """A set of the mapping patent_export, counted by the project."""
    from jjj_pipeline.records.build import build
    from jjj_pipeline.records.engine import EngineSettings
    from jjj_pipeline.settings import PACKAGE, Settings

    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(PACKAGE / "catalog", out / "catalog")
    (out / "raw-records").mkdir()
    (out / "raw-records" / "made_up").symlink_to(data)
    catalogue = out / "catalog" / "records.yml"
    text = catalogue.read_text(encoding="utf-8") + '\n  made_up: {like: patent_export, release: "2025", counts: ['
    text += "{indicator: copatents, rule: pairs, roles: [applicant]}]}\n"
    catalogue.write_text(text, encoding="utf-8")
    shutil.rmtree(data / "counted", ignore_errors=True)
    build(Settings(root=out, catalog=out / "catalog"), "made_up", EngineSettings(memory=MEMORY, threads=2))


def _side(side: str, data: Path, out: Path) -> None:
    from benchmarks import records_plain

    if side == "jjj":
        by_jjj(data, out)
    elif side == "sql":
        shutil.rmtree(out, ignore_errors=True)
        records_plain.by_sql(data, out, MEMORY).to_csv(out / "flows.csv", index=False)
    else:
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        records_plain.by_pandas(data).to_csv(out / "flows.csv", index=False)


def compare(millions: float, folder: Path) -> tuple[float, bool]:
    """One size: processor time of the project, and whether the limits hold."""
    from benchmarks.records_data import patents

    data = folder / f"data-{millions:g}"
    if not data.exists():
        patents(data, int(millions * 1e6), files=max(1, int(millions / 5)))
    sides = ["jjj", "sql"] if millions <= LARGEST_COMPARED else ["jjj"]
    costs: dict[str, list[Cost]] = {side: [] for side in sides}
    for _ in range(ROUNDS if len(sides) > 1 else 1):
        for side in sides:
            costs[side].append(measured(side, data, folder))
    best = {side: min(spent, key=lambda c: c.processor) for side, spent in costs.items()}
    ours = best["jjj"].processor
    print(f"{millions:g} million parties: {best['jjj']}", flush=True)
    good = True
    if "sql" in sides:
        times = ours / best["sql"].processor
        print(f"  hand-written SQL {best['sql']}: {times:.2f} x (limit {SQL_LIMIT})", flush=True)
        differing, of = _differing(data / "counted" / "flows.csv", folder / "sql" / "flows.csv")
        print(f"  {of} counts, {differing} differ", flush=True)
        good = times <= SQL_LIMIT and differing == 0
    if millions == FOR_PANDAS:
        slow = measured("pandas", data, folder)
        differing, _ = _differing(data / "counted" / "flows.csv", folder / "pandas" / "flows.csv")
        good &= slow.processor >= PANDAS_LIMIT * ours and differing == 0
        print(f"  pandas script {slow}: {slow.processor / ours:.1f} times ours (limit {PANDAS_LIMIT})", flush=True)
        print(f"  {differing} counts differ", flush=True)
    shutil.rmtree(folder / "jjj", ignore_errors=True)
    shutil.rmtree(folder / "sql", ignore_errors=True)
    shutil.rmtree(folder / "pandas", ignore_errors=True)
    return ours, good


def _differing(ours: Path, theirs: Path) -> tuple[int, int]:
    """How many counts differ or are on one side only, of how many; those of all classes together."""
    keys = ["level", "period", "origin", "destination"]
    codes = {"origin": str, "destination": str}
    one = pd.read_csv(ours, dtype=codes)
    one = one[one["class_code"] == "*"][[*keys, "value"]]
    both = one.merge(pd.read_csv(theirs, dtype=codes), on=keys, how="outer")
    return int((both["value_x"] != both["value_y"]).sum()), len(both)


def places() -> bool:
    """Addresses made by hand: right, open and wrong, and the time per 100,000, against cpca-new where it is installed."""
    from benchmarks.records_places import by_cpca, by_gazetteer, score

    with ADDRESSES.open(encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    ours, seconds = by_gazetteer([r["address"] for r in rows])
    print(f"places: {score(rows, ours)}; {seconds:.3f} s of processor per 100,000", flush=True)
    try:
        theirs, slow = by_cpca([r["address"] for r in rows])
    except ModuleNotFoundError:
        print("  cpca-new is not installed: pip install cpca-new to compare")
        return True
    print(
        f"  cpca-new: {score(rows, theirs)}; {slow:.2f} s per 100,000: {slow / seconds:.0f} times ours (limit {PLACES_LIMIT})"
    )
    return slow >= PLACES_LIMIT * seconds


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--side"]:
        _side(arguments[1], Path(arguments[2]), Path(arguments[3]))
        return 0
    if arguments == ["places"]:
        return 0 if places() else 1
    sizes = [float(a) for a in arguments] or [1.0, 10.0, 50.0]
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        good = places()
        spent = {}
        for millions in sizes:
            spent[millions], held = compare(millions, Path(folder))
            good &= held
        if {10.0, 50.0} <= set(spent):
            times = spent[50.0] / spent[10.0]
            print(f"50 million against 10 million: {times:.2f} x (limit {LINEAR_LIMIT})")
            good &= times <= LINEAR_LIMIT
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
