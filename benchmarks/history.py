"""How Dagster's history grows: refreshes of a small project under the real webserver and daemon, and the size of DAGSTER_HOME
after each. `python -m benchmarks.history [refreshes]`; exits 1 where it is over the limit."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.conftest import ROOT, SMALL, copy_project
from tests.support.server import running, wait

LIMIT = 100  # MB after 30 refreshes
GDP = "raw/nbs/2025-census5/gdp.csv"
FIGURE = "49670.2"  # GDP of Beijing in 2024


def size(folder: Path) -> dict[str, float]:
    """MB of the files below a folder, by the first two parts of their names."""
    out: dict[str, float] = {}
    for path in folder.rglob("*"):
        try:
            bytes_ = path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # a log beside a database
            continue
        parts = path.relative_to(folder).parts
        name = "/".join(parts[:2]) if len(parts) > 1 else parts[0]
        out[name] = out.get(name, 0.0) + bytes_ / 2**20
    return out


def main(refreshes: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        settings, home = copy_project(Path(folder, "project"), SMALL), Path(folder, "home")
        text = (ROOT / GDP).read_text(encoding="utf-8")
        total = 0.0
        with running(settings, home) as server:
            wait("the first run", lambda: server.ended(1), server.log)
            for number in range(1, refreshes + 1):
                (settings.root / GDP).write_text(text.replace(FIGURE, f"{49670.2 + number:.1f}"), encoding="utf-8")
                before = {r["runId"] for r in server.runs()}
                wait(
                    "a run",
                    lambda before=before: server.ended(1) and server.runs()[0]["runId"] not in before,
                    server.log,
                )  # type: ignore[misc]
                found = size(home)
                total = sum(found.values())
                largest = sorted(found.items(), key=lambda item: -item[1])[:4]
                shown = ", ".join(f"{name} {mb:.1f}" for name, mb in largest)
                print(f"refresh {number}: {total:.1f} MB ({shown})", flush=True)
    return int(total > LIMIT)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
