"""What counting records costs: `python -m benchmarks.records [millions ...]`, by default 1, 10 and 50 million parties.

Each side runs in a process of its own on the same files with two threads and 2 GB for DuckDB; quoted is processor time, and the
ratio of the two. The counts of the hand-written SQL are compared row by row. Exit 1 where a limit is passed.
"""

from __future__ import annotations

import csv
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
ADDRESSES = ROOT / "tests" / "fixtures" / "records" / "addresses.csv"
SQL_LIMIT, PANDAS_LIMIT, LINEAR_LIMIT, PLACES_LIMIT = 1.5, 5.0, 5.5, 10.0
MEMORY = "2GB"


def measured(*arguments: str) -> tuple[float, float, int]:
    """Processor seconds, wall seconds and peak memory in MB of this module run with arguments in another process."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([sys.executable, "-W", "ignore", "-m", "benchmarks.records", *arguments], check=True, cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, time.monotonic() - begun, after.ru_maxrss // 1024


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
        records_plain.by_pandas(data)


def compare(millions: float, folder: Path) -> tuple[float, bool]:
    """One size: processor time of the project, and whether the limits hold."""
    from benchmarks.records_data import patents

    data = folder / f"data-{millions:g}"
    if not data.exists():
        patents(data, int(millions * 1e6), files=max(1, int(millions / 5)))
    ours, wall, peak = measured("--side", "jjj", str(data), str(folder / "jjj"))
    print(
        f"{millions:g} million parties: {ours:.1f} s of processor, {wall:.1f} s, peak {peak} MB (with what ran before)"
    )
    good = True
    if millions <= 10:
        plain, _, _ = measured("--side", "sql", str(data), str(folder / "sql"))
        good = ours <= SQL_LIMIT * plain
        print(f"  hand-written SQL {plain:.1f} s: {ours / plain:.2f} x (limit {SQL_LIMIT})")
        keys = ["level", "period", "origin", "destination"]
        codes = {"origin": str, "destination": str}
        one = pd.read_csv(data / "counted" / "flows.csv", dtype=codes)[[*keys, "value"]]
        two = pd.read_csv(folder / "sql" / "flows.csv", dtype=codes)
        both = one.merge(two, on=keys, how="outer")
        differing = int((both["value_x"] != both["value_y"]).sum())
        print(f"  {len(both)} counts, {differing} differ")
        good &= differing == 0
    if millions <= 1:
        slow, _, _ = measured("--side", "pandas", str(data), str(folder / "pandas"))
        good &= slow >= PANDAS_LIMIT * ours
        print(f"  pandas script {slow:.1f} s: {slow / ours:.1f} times ours (limit {PANDAS_LIMIT})")
    shutil.rmtree(folder / "jjj", ignore_errors=True)
    shutil.rmtree(folder / "sql", ignore_errors=True)
    return ours, good


def places() -> bool:
    """Addresses made by hand: right, open and wrong, and the time per 100,000, against cpca-new where it is installed."""
    from benchmarks.records_places import by_cpca, by_gazetteer, score

    with ADDRESSES.open(encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    ours, seconds = by_gazetteer([r["address"] for r in rows])
    print(f"places: {score(rows, ours)}; {seconds:.3f} s of processor per 100,000")
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
    sizes = [float(a) for a in arguments if not a.startswith("--")] or [1.0, 10.0, 50.0]
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
