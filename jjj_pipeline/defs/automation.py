"""What runs by itself: a sensor over raw/, a monthly full check, and the condition by which derived tables follow."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.defs import history, raw
from jjj_pipeline.defs.resources import FILES
from jjj_pipeline.errors import BadInput
from jjj_pipeline.files.regular_file import StillWritten
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.raw_files import SOURCE, find_files, scan, sha256, signature

# A table follows when what it is made of was made anew, and never while a blocking check of that fails.
FOLLOWS = dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed()
SECONDS = 5
QUIET = 2  # seconds in which a file that is whole does not change
PATIENCE = 60  # seconds all files wait for one that is still being written
SHA256 = 64  # characters
# digest of the state of the last run, its number, looks that waited
CURSOR = {"last_state": "", "attempt": 0, "waited": 0}
# what changed between the last look of one process and the first of the next (Dagster starts one every minute), where what is
# published does not show it: a note, or a file that is left out
UNKNOWN = "raw/unknown"
NAMED = 6  # files named in the log of a run; more are counted

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("raw"),
    description="Bring everything up to date and publish it; what depends on nothing that changed is not made again.",
)


def raw_sensor(
    settings: Settings, catalog: Catalog, pause: Callable[[float], object] = time.sleep
) -> dg.SensorDefinition:
    """One run of `refresh` for every new state of raw/: files added, replaced, removed, renamed or put back. Files still being
    written are waited for; where one does not end, the others go on without it. `pause` passes the seconds between two looks at
    new files."""
    hashes: dict[str, tuple[list[int], str]] = {}  # of this process, so that a quiet folder costs no reading
    last_state: dict[str, str] = {}  # the state of the last run; the cursor has its digest

    @dg.sensor(
        name="raw_files", job=refresh, minimum_interval_seconds=SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Looks at raw/ by content; files still being written (.part, hidden, or changing) are waited for.",
    )  # fmt: skip
    def raw_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not settings.raw.is_dir():
            return dg.SkipReason("raw/ is not there; put the folder back")
        last = json.loads(context.cursor or "{}")
        cursor: dict[str, Any] = {name: last.get(name, start) for name, start in CURSOR.items()}
        state, moving = _look(settings, hashes, pause)
        unnamed = False
        if not last_state or _digest(last_state) != cursor["last_state"]:  # another process requested it, or none yet
            now = {n: h for n, h in state.items() if n not in moving}
            same = _digest(now) == cursor["last_state"]
            unnamed = bool(cursor["last_state"]) and not same
            last_state.clear()
            last_state.update(now if same else _published(settings, state))
        whole = {n: h for n, h in state.items() if len(h) == SHA256}
        found = find_files(settings, catalog, moving)
        events = list(raw.observed(context.instance, raw.versions(found, whole)))
        changes = sorted({*_changes(last_state, state), *moving}) or [UNKNOWN] * unnamed
        cursor["waited"] = cursor["waited"] + 1 if changes and moving else 0
        cursor["last_state"] = _digest(last_state)
        if moving and cursor["waited"] * SECONDS <= PATIENCE:
            waiting = f"waiting until they are written: {_named(changes)}"
            return dg.SensorResult(skip_reason=waiting, cursor=json.dumps(cursor))
        changes = [name for name in changes if name not in moving]
        if not changes:
            why = f"still being written: {_named(sorted(moving))}" if moving else "nothing changed"
            return dg.SensorResult(skip_reason=why, cursor=json.dumps(cursor), asset_events=events)
        last_state.clear()  # what is left out is a change once it is whole
        last_state.update({n: h for n, h in state.items() if n not in moving})
        cursor |= {"last_state": _digest(last_state), "attempt": cursor["attempt"] + 1}
        request = dg.RunRequest(
            # content that goes back to an earlier state must run again: the attempt makes its key another
            run_key=f"{cursor['last_state']}-{cursor['attempt']}", tags={FILES: _sources(changes)},
            run_config={"resources": {"runner": {"config": {"files": _named(changes), "leave_out": sorted(moving)}}}},
        )  # fmt: skip
        return dg.SensorResult(run_requests=[request], cursor=json.dumps(cursor), asset_events=events)

    return raw_files


def _look(
    settings: Settings, hashes: dict[str, tuple[list[int], str]], pause: Callable[[float], object]
) -> tuple[dict[str, str], set[str]]:
    """What lies in raw/ now: by name the hash of each file, or why it is left out; and the files that are being written: what is
    new is looked at again after a pause, and must be as it was. Where something is gone others may be going: the same
    pause."""
    state, files = _listed(settings)
    signatures = {name: _signature(path) for name, path in files.items()}
    new = {n for n, s in signatures.items() if s and (n not in hashes or hashes[n][0] != s)}
    moving: set[str] = set()
    if new or hashes.keys() - files.keys():
        pause(QUIET)
        state, files = _listed(settings)  # of a batch that is still coming one file is not taken without the others
        fresh = {n: path for n, path in files.items() if n in new or n not in signatures}
        moving = {n for n, path in fresh.items() if _signature(path) != signatures.get(n)}
    for name in moving | (hashes.keys() - files.keys()):
        hashes.pop(name, None)
    for name, path in files.items():
        if name in moving:
            continue
        try:
            if name in new or name not in hashes:
                hashes[name] = signature(path), _content(path, name)
            state[name] = hashes[name][1]
        except StillWritten:
            moving.add(name)
        except FileNotFoundError:  # gone since it was listed
            continue
    return state, moving


def _listed(settings: Settings) -> tuple[dict[str, str], dict[str, Path]]:
    """Of what lies in raw/ by name: why it is left out, and the files."""
    left_out: dict[str, str] = {}
    files: dict[str, Path] = {}
    for found in scan(settings):
        if isinstance(found, BadInput):
            left_out[found.where] = str(found)
        else:
            files[found.name] = found.path
    files |= {str(p.relative_to(settings.root)): p for p in sorted(settings.raw.glob(f"*/{SOURCE}"))}
    return left_out, files


def _content(path: Path, name: str) -> str:
    """The hash of a file, or why it cannot be read. Raises StillWritten."""
    try:
        return sha256(path, name)
    except StillWritten:
        raise
    except BadInput as error:
        return str(error)


def _signature(path: Path) -> list[int] | None:
    """None of what is gone, or is no file."""
    try:
        return signature(path)
    except OSError:
        return None


def _digest(state: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(sorted(state.items())).encode()).hexdigest()[:16]


def _published(settings: Settings, state: Mapping[str, str]) -> dict[str, str]:
    """The files behind what is published: a fresh daemon starts a run only if raw/ changed. What is published does not name the
    notes beside the figures; they are taken to be as they are."""
    from jjj_pipeline.publish.refresh_log import published_state

    notes = {n: h for n, h in state.items() if n.endswith(f"/{SOURCE}")}
    return {**notes, **published_state(settings).get("files", {})}


def _changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(n for n in {*before, *after} if before.get(n) != after.get(n))


def _sources(names: list[str]) -> str:
    """Whose files they are, short enough for the list of runs, which cuts what is longer."""
    sources = {n.removeprefix("raw/").partition("/")[0] for n in names}
    return min(sources) if len(sources) == 1 else f"{len(sources)} sources"


def _named(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(n.removeprefix("raw/") for n in names[:NAMED]) + more


@dg.sensor(
    name="clean_history", minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING,
    description="Throws away old runs, looks and evaluations, as `jjj clean-history` does; no figure is lost.",
)  # fmt: skip
def clean_history(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    return dg.SkipReason(history.clean(context.instance, Path(context.instance.root_directory)).sentence())


monthly = dg.ScheduleDefinition(
    name="monthly_full_check", job=refresh, cron_schedule="0 6 1 * *", execution_timezone="Asia/Shanghai",
    run_config={"resources": {"runner": {"config": {"full": True}}}},
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Everything made anew on the first of the month, also where nothing changed; off until it is switched on.",
)  # fmt: skip

follow = dg.AutomationConditionSensorDefinition(
    name="follow", target=dg.AssetSelection.all(), default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
    description="Marts, the published file and the report follow what they are made of, and wait for blocking checks.",
)  # fmt: skip
