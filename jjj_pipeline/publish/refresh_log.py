"""The refresh log: warehouse/refresh.jsonl, one JSON object a line, appended when a refresh ends, well or not."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jjj_pipeline.errors import BadInput, Say, english
from jjj_pipeline.publish import snapshots
from jjj_pipeline.publish.published_file import open_published, query_rows
from jjj_pipeline.settings import Settings

NAME = "refresh.jsonl"
LARGEST = 5
# of a figure that changed
REVISION = (
    "indicator", "region_code", "industry_code", "year", "before", "after", "relative", "file_after", "cell_after",
)  # fmt: skip


def log(
    settings: Settings, who: str, run: str, seconds: float, failures: Sequence[str], publication: Mapping[str, Any] | None,
    left_out: Sequence[str] = (),
) -> None:  # fmt: skip
    """Append what a refresh came to; `publication`: what `publish` said, None where nothing was published. A run that neither
    published nor failed (a table made by hand) is none."""
    if publication is None and not failures:
        return
    entry: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "who": who, "run": run, "seconds": round(seconds, 1),
        "published": publication is not None, "failed": list(failures), **({"left_out": list(left_out)} if left_out else {}),
    }  # fmt: skip
    if publication is not None:
        entry |= _published(settings, bool(publication["changed"]), str(publication["replaced"]))
    append(settings, entry)


def _published(settings: Settings, changed: bool, replaced: str) -> dict[str, Any]:
    """What is published now, and what of it is another than in the publication it replaced, built at `replaced`."""
    after = published_state(settings)
    entry = {name: after[name] for name in ("built_at", "content", "warnings")} | {"changed": changed}
    earlier = snapshots.folder_of(settings, replaced) / settings.duckdb.name
    before = published_state(settings, earlier) if changed and replaced and earlier.exists() else {}
    if not before:
        return entry
    from jjj_pipeline.publish import diff  # with pandas, which reading the log does not need

    old, new, warned = before["files"], after["files"], before["warnings"]
    return entry | {
        "files": {
            "new": sorted(set(new) - set(old)), "gone": sorted(set(old) - set(new)),
            "changed": sorted(name for name in set(new) & set(old) if new[name] != old[name]),
        },
        "releases": sorted(set(after["releases"]) - set(before["releases"])),
        "new_warnings": {k: n - warned.get(k, 0) for k, n in after["warnings"].items() if n > warned.get(k, 0)},
        "revisions": [{name: row[name] for name in REVISION} for row in diff.largest_changes(earlier, settings.duckdb, LARGEST)],
    }  # fmt: skip


def published_state(settings: Settings, path: Path | None = None) -> dict[str, Any]:
    """What the published file, or another, says of itself, for comparison: build, files, releases, warnings; empty where there is
    none."""
    try:
        with open_published(path or settings.duckdb) as con:
            _, ((built_at, content),) = query_rows(con, "select built_at, content from meta.build")
            _, files = query_rows(con, "select file, sha256 from ref.file")
            _, releases = query_rows(con, "select distinct source || '/' || release from ref.file")
            _, warnings = query_rows(con, "select check_id, warnings from meta.check where warnings > 0")
    except (BadInput, OSError):
        return {}
    return {
        "built_at": built_at, "content": content, "files": dict(files), "releases": [name for (name,) in releases],
        "warnings": dict(warnings),
    }  # fmt: skip


def append(settings: Settings, entry: Mapping[str, Any]) -> None:
    """One line at the end of the log, in one write; where it cannot be written the refresh itself still counts."""
    line = (json.dumps(entry, ensure_ascii=False) + "\n").encode()
    try:
        handle = os.open(settings.warehouse / NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)
    except OSError:
        return


def rolled_back(name: str) -> dict[str, Any]:
    """The entry of a publication that was put back by hand."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "who": "jjj rollback",
        "published": True,
        "rolled_back": name,
    }


def sentence(entry: Mapping[str, Any], say: Say = english) -> str:
    """One refresh for people."""
    start = f"{entry['at']} {entry['who']}"
    if "rolled_back" in entry:
        return say("{}: went back to {}", start, entry["rolled_back"])
    if not entry["published"]:
        return say("{}: failed after {} s: {}", start, entry["seconds"], " | ".join(entry["failed"]))
    if not entry["changed"]:
        return say("{}: published after {} s, nothing changed", start, entry["seconds"])
    files = {kind: len(names) for kind, names in entry.get("files", {}).items() if names}
    counted = say(", files: {}", ", ".join(say(f"{{}} {kind}", n) for kind, n in files.items())) if files else ""
    releases = say("; new releases {}", ", ".join(entry["releases"])) if entry.get("releases") else ""
    warned = say("; {} new warnings", sum(entry["new_warnings"].values())) if entry.get("new_warnings") else ""
    return say("{}: published after {} s", start, entry["seconds"]) + counted + releases + warned


def last(settings: Settings, count: int = 1) -> list[dict[str, Any]]:
    """The newest entries, the newest last; a line cut by a crash, and one that is no entry, is passed over."""
    try:
        lines = (settings.warehouse / NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    entries = []
    for line in lines:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if _is_entry(entry):
            entries.append(entry)
    return entries[-count:]


def _is_entry(entry: object) -> bool:
    """Whether it says what `log` and `rolled_back` say."""
    if not isinstance(entry, dict) or not entry.keys() >= {"at", "who", "published"}:
        return False
    ended = {"seconds", "changed" if entry["published"] else "failed"}
    return "rolled_back" in entry or entry.keys() >= ended
