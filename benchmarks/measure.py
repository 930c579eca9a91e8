"""Running one command and saying what it cost: wall time, processor time of all its processes, peak memory."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and of processor, and MB of memory at the peak (of the largest process)."""

    wall: float
    cpu: float
    memory: float


def run(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Cost:
    """Run a command to its end. Raises RuntimeError with what it said where it fails."""
    log = folder / ".said"
    start = perf_counter()
    with log.open("wb") as log_file:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **env}, stdout=log_file, stderr=log_file)
        _, status, used = os.wait4(process.pid, 0)
    wall = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{log.read_text(errors='replace')[-2000:]}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def middle(costs: Sequence[Cost]) -> Cost:
    """The medians."""
    return Cost(*(median(getattr(c, name) for c in costs) for name in ("wall", "cpu", "memory")))
