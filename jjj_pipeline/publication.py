"""One publication: which tables go out, what the file says of itself (meta.build), the papers beside it. Writing the file is in
`warehouse`, what the papers say in `dictionary` and `datapackage`."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from jjj_pipeline import __version__, contracts, datapackage, dictionary, history, warehouse
from jjj_pipeline.errors import BadInput
from jjj_pipeline.lake import base_tables
from jjj_pipeline.work import Step, Work, macros

BUILD = "meta.build"
TERMS = (
    "Figures of official Chinese statistics and of a published article, as printed by their sources; "
    "see ref.source for publisher and terms, "
    "raw/<source>/source.yml for the way each figure came here. Cite the publication of a figure, not only this file."
)


def published(steps: Sequence[Step]) -> list[str]:
    """The tables that go out, in order of name: all but what is only on its way, and meta.build."""
    return sorted(t for s in steps for t in s.tables if not t.startswith("stage."))


def publish(work: Work, steps: Sequence[Step]) -> dict[str, Any]:
    """Write meta.build, put a new warehouse/jjj.duckdb in place, then warehouse/parquet/ and the papers. What was published
    before is kept where the content is another. Raises NotPublished, ContractBroken."""
    tables = published(steps)
    content = _content(work, tables)
    before = published_build(work.settings.duckdb)
    tables, observations = sorted([BUILD, *tables]), work.lake.rows("core.observation")
    work.lake.write(contracts.ALL[BUILD], build_row(work, observations, len(tables), content), BUILD)
    queries = {t: work.settings.marts / "core" / f"{t.split('.')[1]}.sql" for t in warehouse.VIEWS if t in tables}
    views = {t: path.read_text(encoding="utf-8") for t, path in queries.items()}
    papers = _laid_down(_papers(work, tables))
    if before and before.get("content") != content:
        history.keep(work.settings, str(before["built_at"]))
        history.forget(work.settings)
    path = warehouse.publish(work.lake, work.catalog, work.settings.duckdb, tables, views, macros(work.settings.marts))
    _publish_parquet(work, tables)
    for paper, part in papers.items():
        part.replace(paper)
    work.lake.keep_only([BUILD, *(t for s in steps for t in s.tables)])
    return {"path": str(path), "tables": len(tables), "observations": observations, "files": len(work.files)}


def _content(work: Work, tables: Sequence[str]) -> str:
    """One hash over all tables: equal for two builds of the same figures."""
    return hashlib.sha256("".join(f"{t} {work.lake.content(t)}\n" for t in sorted(tables)).encode()).hexdigest()


def published_build(path: Path) -> dict[str, Any] | None:
    """The row of meta.build of a published file; None where there is no such file or it is not readable."""
    if not path.exists():
        return None
    try:
        with warehouse.open_published(path) as con:
            return {str(k): v for k, v in warehouse.ask(con, f"from {BUILD}").to_dict("records")[0].items()}
    except (BadInput, duckdb.Error):
        return None


def built_at(path: Path) -> str:
    """When a published file was built; empty where there is none."""
    return str((published_build(path) or {}).get("built_at", ""))


def _parquet(work: Work, tables: Sequence[str]) -> dict[str, Path]:
    """Where the tables stand below warehouse/parquet/."""
    return {t: work.settings.parquet / work.lake.path(t).relative_to(work.lake.folder) for t in tables}


def _publish_parquet(work: Work, tables: Sequence[str]) -> None:
    """warehouse/parquet/ follows the published file: the same tables, each replaced in one move, others removed."""
    wanted = _parquet(work, tables)
    for table, target in wanted.items():
        history.replace_with(work.lake.path(table), target)
    for path in set(work.settings.parquet.glob("*/*")) - set(wanted.values()):
        path.unlink(missing_ok=True)


def _papers(work: Work, tables: Sequence[str]) -> dict[Path, str]:
    """What is written beside the published file: the dictionary, and the descriptor of the Parquet files."""
    settings, (build,) = work.settings, work.lake.read(BUILD).to_dict("records")
    parts = dictionary.sections(lambda sql: work.lake.query(sql, base_tables(sql)), work.catalog, tables)
    files = {
        t: (path.relative_to(settings.datapackage.parent).as_posix(), work.lake.content(t))
        for t, path in _parquet(work, tables).items()
    }
    package = datapackage.descriptor(files, work.lake.read("ref.source"), build)
    return {settings.dictionary: dictionary.markdown(parts, build), settings.datapackage: datapackage.text(package)}


def _laid_down(papers: Mapping[Path, str]) -> dict[Path, Path]:
    """The papers written beside their places, so that a full disk is known before anything is replaced. Raises NotPublished."""
    parts = {paper: paper.with_name(f".{paper.name}.part") for paper in papers}
    try:
        for paper, said in papers.items():
            parts[paper].write_text(said, encoding="utf-8")
    except OSError as error:
        found = f"{paper.name} could not be written ({error.strerror or error})"
        raise warehouse.NotPublished(f"{found}; the published file is as it was") from None
    return parts


def build_row(work: Work, observations: int, tables: int, content: str) -> pd.DataFrame:
    """The one row of meta.build."""
    row = {
        "version": __version__, "commit": commit(work.settings.root), "as_of": max((f.release for f in work.files), default=""),
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"), "files": len(work.files),
        "observations": observations, "tables": tables, "content": content, "note": TERMS,
    }  # fmt: skip
    return pd.DataFrame([row])


def commit(root: Path) -> str | None:
    """The commit of the project, `+changes` where tracked files differ from it; None outside a checkout."""
    try:
        head, dirty = (
            subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, timeout=10)
            for words in (["rev-parse", "--short=12", "HEAD"], ["status", "--porcelain", "--untracked-files=no"])
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return head.stdout.strip() + ("+changes" if dirty.stdout.strip() else "") if head.returncode == 0 else None
