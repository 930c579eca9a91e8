"""One publication: which tables go out, what the file says of itself (meta.build), the documents beside it. Writing the file
is in `duckdb_file`, what the documents say in `dictionary` and `data_package`."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from jjj_pipeline import __version__, contracts
from jjj_pipeline.errors import BadInput
from jjj_pipeline.pipeline import tables as writing
from jjj_pipeline.pipeline.runner import Runner
from jjj_pipeline.pipeline.steps import Step
from jjj_pipeline.publish import data_package, dictionary, duckdb_file, published_file, snapshots
from jjj_pipeline.storage.parquet_store import base_tables

BUILD = "meta.build"
TERMS = (
    "Figures of official Chinese statistics and of a published article, as printed by their sources; "
    "see ref.source for publisher and terms, "
    "raw/<source>/source.yml for the way each figure came here. Cite the publication of a figure, not only this file."
)


def published(steps: Sequence[Step]) -> list[str]:
    """The tables that go out, in order of name: all but what is only on its way, and meta.build."""
    return sorted(t for s in steps for t in s.tables if not t.startswith("stage."))


def publish(work: Runner, steps: Sequence[Step]) -> dict[str, Any]:
    """Write meta.build, put a new warehouse/jjj.duckdb in place, then warehouse/parquet/ and the documents. What was published
    before is kept where the content is another. Raises NotPublished, ContractBroken."""
    tables = published(steps)
    content = _content(work, tables)
    before = published_build(work.project.settings.duckdb)
    tables, observations = sorted([BUILD, *tables]), work.store.rows("core.observation")
    row = build_row(work, observations, len(tables), content)
    writing.write_frame(work.store, contracts.ALL[BUILD], row, BUILD)
    queries = {
        t: work.project.settings.marts / "core" / f"{t.split('.')[1]}.sql" for t in duckdb_file.VIEWS if t in tables
    }
    views = {t: path.read_text(encoding="utf-8") for t, path in queries.items()}
    with _laid_down(_documents(work, tables)) as documents:
        if before and before.get("content") != content:
            _keep(work, str(before["built_at"]))
        path = duckdb_file.publish(
            work.store, work.project.catalog, work.project.settings.duckdb, tables, views, work.project.macros
        )
        _publish_parquet(work, tables)
        for document, part in documents.items():
            part.replace(document)
    work.store.keep_only([BUILD, *(t for s in steps for t in s.tables)])
    return {
        "path": str(path), "tables": len(tables), "observations": observations, "files": len(work.project.files),
        "changed": (before or {}).get("content") != content, "replaced": str((before or {}).get("built_at", "")),
    }  # fmt: skip


def _content(work: Runner, tables: Sequence[str]) -> str:
    """One hash over all tables: equal for two builds of the same figures."""
    return hashlib.sha256("".join(f"{t} {work.store.content(t)}\n" for t in sorted(tables)).encode()).hexdigest()


def published_build(path: Path) -> dict[str, Any] | None:
    """The row of meta.build of a published file; None where there is no such file or it is not readable."""
    if not path.exists():
        return None
    try:
        with published_file.open_published(path) as con:
            return {str(k): v for k, v in published_file.query(con, f"from {BUILD}").to_dict("records")[0].items()}
    except (BadInput, duckdb.Error):
        return None


def built_at(path: Path) -> str:
    """When a published file was built; empty where there is none."""
    return str((published_build(path) or {}).get("built_at", ""))


def _parquet(work: Runner, tables: Sequence[str]) -> dict[str, Path]:
    """The paths of the tables below warehouse/parquet/."""
    return {t: work.project.settings.parquet / work.store.path(t).relative_to(work.store.folder) for t in tables}


def _publish_parquet(work: Runner, tables: Sequence[str]) -> None:
    """warehouse/parquet/ follows the published file: the same tables, each replaced in one move, others removed."""
    wanted = _parquet(work, tables)
    for table, target in wanted.items():
        snapshots.replace_with(work.store.path(table), target)
    for path in set(work.project.settings.parquet.glob("*/*")) - set(wanted.values()):
        path.unlink(missing_ok=True)


def _documents(work: Runner, tables: Sequence[str]) -> dict[Path, str]:
    """What is written beside the published file: the dictionary, and the descriptor of the Parquet files."""
    settings, (build,) = work.project.settings, work.store.read(BUILD).to_dict("records")
    parts = dictionary.sections(lambda sql: work.store.query(sql, base_tables(sql)), work.project.catalog, tables)
    files = {
        t: (path.relative_to(settings.datapackage.parent).as_posix(), work.store.content(t))
        for t, path in _parquet(work, tables).items()
    }
    package = data_package.descriptor(files, work.store.read("ref.source"), build)
    return {settings.dictionary: dictionary.markdown(parts, build), settings.datapackage: data_package.text(package)}


@contextmanager
def _laid_down(documents: Mapping[Path, str]) -> Iterator[dict[Path, Path]]:
    """The documents written beside their places, so that a full disk is known before anything is replaced; what is not moved from
    there goes in the end. Raises NotPublished."""
    parts = {document: document.with_name(f".{document.name}.part") for document in documents}
    try:
        for document, text in documents.items():
            with _or_not_published(f"{document.name} could not be written"):
                parts[document].write_text(text, encoding="utf-8")
        yield parts
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _keep(work: Runner, built_at: str) -> None:
    with _or_not_published(f"{work.project.settings.previous.name}: what is published now could not be kept"):
        snapshots.keep(work.project.settings, built_at)
    snapshots.forget(work.project.settings)


@contextmanager
def _or_not_published(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise duckdb_file.NotPublished(f"{what} ({error.strerror or error}); the published file is as it was") from None


def build_row(work: Runner, observations: int, tables: int, content: str) -> pd.DataFrame:
    """The one row of meta.build."""
    files = work.project.files
    row = {
        "version": __version__, "commit": commit(work.project.settings.root),
        "as_of": max((f.release for f in files), default=""),
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"), "files": len(files),
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
