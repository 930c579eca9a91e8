"""One publication: which tables go out, what the file says of itself (meta.build). Writing the file is in
`warehouse`."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from jjj_pipeline import __version__, contracts, warehouse
from jjj_pipeline.steps import Work, macros

BUILD = "meta.build"
TERMS = (
    "Figures of official Chinese statistics and of a published article, as printed by their sources; "
    "see ref.source for publisher and terms, "
    "raw/<source>/source.yml for the way each figure came here. Cite the publication of a figure, not only this file."
)


def publish(work: Work) -> dict[str, Any]:
    """Write meta.build and put a new warehouse/jjj.duckdb in place. Raises NotPublished, ContractBroken."""
    tables = sorted(contracts.ALL)
    observations = len(work.lake.read("core.observation"))
    work.lake.write(contracts.ALL[BUILD], build_row(work, observations, len(tables)))
    views = {
        t: (work.settings.marts / "core" / f"{t.split('.')[1]}.sql").read_text(encoding="utf-8")
        for t in warehouse.VIEWS
    }
    path = warehouse.publish(work.lake, work.catalog, work.settings.duckdb, tables, views, macros(work.settings.marts))
    return {"path": str(path), "tables": len(tables), "observations": observations, "files": len(work.files)}


def build_row(work: Work, observations: int, tables: int) -> pd.DataFrame:
    """The one row of meta.build."""
    as_of = max((f.release for f in work.files), default="")
    row = {
        "version": __version__, "commit": commit(work.settings.root), "as_of": as_of,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"), "files": len(work.files),
        "observations": observations, "tables": tables, "note": TERMS,
    }  # fmt: skip
    return pd.DataFrame([row])


def commit(root: Path) -> str | None:
    """The commit of the project, `+changes` where tracked files differ from it; None outside a checkout."""
    try:
        head = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"], cwd=root, capture_output=True, text=True, timeout=10
        )
        dirty = subprocess.run(
            ["git", "status", "--porcelain", "--untracked-files=no"],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return head.stdout.strip() + ("+changes" if dirty.stdout.strip() else "") if head.returncode == 0 else None
