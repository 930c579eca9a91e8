"""What runs by itself: a sensor over raw/, a monthly full check, and the condition by which derived tables follow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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
PATIENCE = 60  # seconds all files wait for one that is still being written
SHA256 = 64  # characters
NAMED = 6  # files named in a tag; more are counted

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("raw"),
    description="Bring everything up to date and publish it; tables whose files, specs, code and inputs are as before are kept.",
)


def raw_sensor(settings: Settings, catalog: Catalog) -> dg.SensorDefinition:
    """One run of `refresh` for every new state of raw/: files added, replaced, removed, renamed or put back. Files still being
    written are waited for; where one does not end, the others go on without it."""
    hashes: dict[str, tuple[list[int], str]] = {}  # of this process, so that a quiet folder costs no reading

    @dg.sensor(
        name="raw_files", job=refresh, minimum_interval_seconds=SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Looks at raw/ by content; files still being written (.part, hidden, or changing) are waited for.",
    )  # fmt: skip
    def raw_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not settings.raw.is_dir():
            return dg.SkipReason("raw/ is not there; put the folder back")
        cursor: dict[str, Any] = json.loads(context.cursor or "{}")
        seen: dict[str, str] | None = cursor.get("seen")
        state, stats, moving = _look(settings, cursor.get("stats", {}), hashes, quiet=seen is None)
        if seen is None:  # of a fresh daemon; the notes beside the figures are not told by what is published
            seen = {**{n: h for n, h in state.items() if n.endswith(f"/{SOURCE}")}, **_published(settings)}
        known = {n: h for n, h in state.items() if len(h) == SHA256}
        events = list(raw.observed(context.instance, raw.versions(find_files(settings, catalog, moving), known)))
        changes = sorted({*_changes(seen, state), *moving})
        waited = int(cursor.get("waited", 0)) + 1 if changes and moving else 0
        cursor |= {"seen": seen, "stats": stats, "waited": waited}
        if moving and waited * SECONDS <= PATIENCE:
            waiting = f"waiting until they are written: {_named(changes)}"
            return dg.SensorResult(skip_reason=waiting, cursor=json.dumps(cursor))
        changes = [name for name in changes if name not in moving]
        if not changes:
            why = f"still being written: {_named(sorted(moving))}" if moving else "nothing changed"
            return dg.SensorResult(skip_reason=why, cursor=json.dumps(cursor), asset_events=events)
        attempt = int(cursor.get("attempt", 0)) + 1
        # content that goes back to an earlier state must run again: the attempt makes its key another
        digest = hashlib.sha256(json.dumps(sorted(state.items())).encode()).hexdigest()[:16]
        request = dg.RunRequest(
            run_key=f"{digest}-{attempt}", tags={FILES: _named(changes)},
            run_config={"resources": {"runner": {"config": {"leave_out": sorted(moving)}}}} if moving else {},
        )  # fmt: skip
        # a file that was left out is a change once it is whole
        cursor |= {"seen": {n: h for n, h in state.items() if n not in moving}, "attempt": attempt}
        return dg.SensorResult(run_requests=[request], cursor=json.dumps(cursor), asset_events=events)

    return raw_files


def _look(
    settings: Settings, before: Mapping[str, list[int]], hashes: dict[str, tuple[list[int], str]], *, quiet: bool
) -> tuple[dict[str, str], dict[str, list[int]], set[str]]:
    """What lies in raw/ now: by name the hash of each file, or why it is left out; its signature; and the files that another
    look saw otherwise or that change while they are read. The first look (`quiet`) knows no other."""
    state: dict[str, str] = {}
    stats: dict[str, list[int]] = {}
    moving: set[str] = set()
    files = []
    for found in scan(settings):
        if isinstance(found, BadInput):
            state[found.where] = str(found)
        else:
            files.append((found.name, found.path))
    files += [(str(p.relative_to(settings.root)), p) for p in sorted(settings.raw.glob(f"*/{SOURCE}"))]
    for name, path in files:
        try:
            stats[name] = signature(path)
            if not quiet and before.get(name) != stats[name]:
                moving.add(name)
            if name not in hashes or hashes[name][0] != stats[name]:
                hashes[name] = stats[name], sha256(path, name)
            state[name] = hashes[name][1]
        except StillWritten:
            moving.add(name)
        except FileNotFoundError:  # gone since it was listed
            continue
        except (BadInput, OSError) as error:
            state[name] = str(error)
    return state, stats, moving


def _published(settings: Settings) -> dict[str, str]:
    """The files behind what is published: a fresh daemon runs only if raw/ is another."""
    from jjj_pipeline.publish.refresh_log import published_state

    return dict(published_state(settings).get("files", {}))


def _changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(n for n in {*before, *after} if before.get(n) != after.get(n))


def _named(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(n.removeprefix("raw/") for n in names[:NAMED]) + more


@dg.sensor(
    name="clean_history", minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING,
    description="Throws away old runs, looks and evaluations, as `jjj clean-history` does; no figure is lost.",
)  # fmt: skip
def clean_history(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    return dg.SkipReason(str(history.clean(context.instance, Path(context.instance.root_directory))))


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
