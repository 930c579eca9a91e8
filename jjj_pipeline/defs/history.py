"""Dagster's history, the folder DAGSTER_HOME: its settings, whether its databases are sound, and what is deleted of it. No
figure depends on it: it says which runs there were and what they reported."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from filelock import FileLock

from jjj_pipeline.errors import BadInput, Say, english
from jjj_pipeline.settings import Settings

KEEP_DAYS = 30
KEEP_RUNS = 10  # of the bundled data each takes some 5 MB
KEEP_MB = 60  # beyond it fewer runs stay; a refresh of the bundled data adds 10 to 15
MB = 2**20

# what a home without settings gets, and what .dagster/dagster.yaml of the checkout is
SETTINGS = Path(__file__).with_name("dagster.yaml")
NO_ADDRESS = re.compile(r"\?|%[0-9a-fA-F]{2}")  # Dagster puts the folder into the address of a database as it is


def prepare(settings: Settings) -> Path:
    """The folder of the history: beside the code, or where DAGSTER_HOME says. One without settings gets those of the project.
    Raises BadInput where it cannot be written or a database in it is damaged."""
    home = Path(os.environ.setdefault("DAGSTER_HOME", str(settings.dagster_home)))
    if sign := NO_ADDRESS.search(str(home)):
        raise BadInput(
            str(home), expected="a folder for Dagster's history without ? and %20 in its path", found=sign.group(),
            hint="set DAGSTER_HOME to another folder, or rename this one",
        )  # fmt: skip
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "dagster.yaml").exists():
            (home / "dagster.yaml").write_text(SETTINGS.read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        found = error.strerror or str(error)
        raise BadInput(
            str(home), expected="a folder for Dagster's history", found=found, hint="set DAGSTER_HOME"
        ) from None
    for path in databases(home):
        if why := _damage(path):
            raise damaged(home, path, why)
    if len(databases(home)) < DATABASES:
        # made by one process: two that start at once on an empty folder both make the same tables, and one ends
        with FileLock(home / ".prepare.lock"), dg.DagsterInstance.get():
            pass
    return home


DATABASES = 3


def databases(home: Path) -> list[Path]:
    """The databases that every run needs, as far as they are there: of the runs, of the events of all runs, of the schedules."""
    return [p for name in ("runs.db", "runs/index.db") if (p := home / "history" / name).exists()] + [
        p for p in (home / "schedules" / "schedules.db",) if p.exists()
    ]


def damaged(home: Path, path: Path, why: str) -> BadInput:
    """The refusal of a history that cannot be read."""
    return BadInput(
        str(path), expected="a database of Dagster's history", found=why,
        hint=f"stop Dagster and delete {home / 'history'} and {home / 'schedules'}: no figure is lost",
    )  # fmt: skip


def _damage(path: Path) -> str:
    """What is wrong with a database, as far as its first pages show; empty where nothing is."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=20)) as con:
            con.execute("select count(*) from sqlite_master").fetchone()
            tables = [name for (name,) in con.execute("select name from sqlite_master where type = 'table'")]
            for table in tables:
                con.execute(f'select 1 from "{table}" limit 1').fetchone()
    except sqlite3.OperationalError as error:
        return "" if "locked" in str(error) else str(error)
    except sqlite3.DatabaseError as error:
        return str(error)
    return ""


@dataclass(frozen=True)
class Cleaned:
    """What was deleted."""

    runs: int
    before: int  # bytes of the folder
    after: int

    def sentence(self, say: Say = english) -> str:
        """What was deleted, in the language of `say`."""
        sizes = (f"{size / MB:.1f}" for size in (self.before, self.after))
        return say("{} runs deleted; {} MB before, {} MB after", self.runs, *sizes)


def clean(
    instance: dg.DagsterInstance,
    home: Path,
    *,
    days: int = KEEP_DAYS,
    runs: int = KEEP_RUNS,
    now: datetime | None = None,
) -> Cleaned:
    """Throw away what is older than `days` or than the newest `runs` runs that have ended: runs with their events and logs,
    looks of the sensors, evaluations of conditions. A run that was the last to make a table stays: Dagster's pages need it."""
    before = _bytes(home)
    gone = _throw_away(instance, home, days, runs, now)
    while runs > 1 and _bytes(home) > KEEP_MB * MB:
        runs //= 2
        gone += _throw_away(instance, home, days, runs, now)
    return Cleaned(gone, before, _bytes(home))


def _throw_away(instance: dg.DagsterInstance, home: Path, days: int, runs: int, now: datetime | None) -> int:
    """What is older than the days or the runs; the number of runs deleted."""
    ended = instance.get_run_records(dg.RunsFilter(statuses=_OVER))
    limit = (now or datetime.now(UTC)) - timedelta(days=days)
    if len(ended) > runs:
        limit = max(limit, ended[runs - 1].create_timestamp.astimezone(UTC)) if runs else datetime.now(UTC)
    needed = _needed(instance)
    gone = [
        record.dagster_run.run_id
        for record in ended
        if record.create_timestamp.astimezone(UTC) < limit and record.dagster_run.run_id not in needed
    ]
    for run in gone:
        instance.delete_run(run)
        instance.compute_log_manager.delete_logs(prefix=[run])
        for path in (home / "history" / "runs").glob(f"{run}.db*"):
            path.unlink(missing_ok=True)
    if storage := instance.schedule_storage:
        for state in instance.all_instigator_state():
            instance.purge_ticks(state.instigator_origin_id, state.selector_id, limit.timestamp())
        storage.purge_asset_evaluations(limit.timestamp())
    for path in databases(home):
        _shrink(path)
    return len(gone)


_OVER = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def _needed(instance: dg.DagsterInstance) -> set[str]:
    """The runs that made a table last."""
    events = (r.asset_entry.last_materialization for r in instance.get_asset_records())
    return {event.run_id for event in events if event}


def _shrink(path: Path) -> None:
    """Give the disk space of deleted rows back, where that is at least a quarter of the file and no other process is writing."""
    try:
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as con:
            ((free,), (pages,)) = (con.execute(f"pragma {n}").fetchone() for n in ("freelist_count", "page_count"))
            if free * 4 >= pages:
                con.execute("vacuum")
            con.execute("pragma wal_checkpoint(truncate)")
    except sqlite3.OperationalError:
        return


def _bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total
