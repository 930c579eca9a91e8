"""Earlier publications: the last few are kept, and any of them can be put back. Parquet files are kept as second names of the
same bytes (nobody writes into them); the DuckDB file is copied, because people may."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.atomic import PART, replacing

SNAPSHOTS = 5


def files(settings: Settings, folder: Path) -> list[Path]:
    """What belongs to a publication below a warehouse folder, as relative paths; what else people keep there is theirs."""
    ours = [p.relative_to(settings.warehouse) for p in settings.publication]
    found = (
        p.relative_to(folder) for name in ours for p in (folder / name, *(folder / name).rglob("*")) if p.is_file()
    )
    return sorted(name for name in found if not any(p.startswith(".") for p in name.parts))


def earlier(settings: Settings) -> list[Path]:
    """Folders of the kept publications, the newest first; a folder is named by the time its publication was built."""
    folders = (p for p in settings.previous.glob("*") if p.suffix != PART and (p / settings.duckdb.name).exists())
    return sorted(folders, reverse=True)


def folder_of(settings: Settings, built_at: str) -> Path:
    """Where the publication that was built then is kept, if it is."""
    return settings.previous / built_at.replace(":", "").replace("+0000", "Z")


def keep(settings: Settings, built_at: str) -> None:
    """Keep what is published now, before it is replaced, under the time it was built. Raises OSError, and then keeps nothing."""
    target = folder_of(settings, built_at)
    if target.exists():
        return
    part = target.with_name(f"{target.name}{PART}")
    shutil.rmtree(part, ignore_errors=True)
    try:
        for name in files(settings, settings.warehouse):
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(settings.warehouse / name, part / name)
        part.rename(target)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        raise


def forget(settings: Settings, newest: int = SNAPSHOTS) -> None:
    """Keep the newest publications alone, and nothing that a killed process left half made."""
    for path in set(settings.previous.glob("*")) - set(earlier(settings)[:newest]):
        shutil.rmtree(path, ignore_errors=True)


def go_back(settings: Settings, name: str | None, built_at: str) -> Path:
    """Publish an earlier publication again, and keep the one built at `built_at` that it replaces. Raises BadInput."""
    folder = earlier_publication(settings, name, built_at)
    if built_at:
        keep(settings, built_at)
    put_back(settings, folder)
    forget(settings)
    return folder


def put_back(settings: Settings, folder: Path) -> None:
    """Make an earlier publication the published one: each file in one move, the DuckDB file last; others go."""
    wanted = files(settings, folder)
    for name in sorted(wanted, key=lambda n: n.name == settings.duckdb.name):
        replace_with(folder / name, settings.warehouse / name)
    for name in set(files(settings, settings.warehouse)) - set(wanted):
        (settings.warehouse / name).unlink()


def earlier_publication(settings: Settings, name: str | None, built_at: str) -> Path:
    """The kept publication of that name; without one the newest that is older than the one built at `built_at`, so that going
    back twice goes back two. Raises BadInput."""
    there = earlier(settings)
    older = [p for p in there if not built_at or p < folder_of(settings, built_at)]
    found = next((p for p in (there if name else older) if name is None or p.name.startswith(name)), None)
    if found is None:
        known = ", ".join(p.name for p in there) or "none is kept"
        raise BadInput("warehouse/", expected="an earlier publication", found=name or "none", hint=f"kept: {known}")
    return found


def replace_with(source: Path, target: Path) -> None:
    """`target` becomes another name of `source` in one move; nothing happens where it already is. Where `target` is a link, that
    happens to the file it leads to."""
    target = Path(os.path.realpath(target))
    if target.exists() and target.samefile(source):
        return
    with replacing(target) as part:
        link_or_copy(source, part)


def link_or_copy(source: Path, target: Path) -> None:
    """A second name for a Parquet file, a copy of any other, or where the file system has no links."""
    try:
        if source.suffix == ".parquet":
            os.link(source, target)
            return
    except OSError:
        pass
    shutil.copyfile(source, target)
