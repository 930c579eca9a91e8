"""What runs by itself: a sensor over raw/, a monthly full check, and the condition by which derived tables follow."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import dagster as dg

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.defs import raw
from jjj_pipeline.defs.resources import FILES
from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.raw_files import find_files, ignored, sha256

# A table follows when what it is made of was made anew, and never while a blocking check of that fails.
FOLLOWS = dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed()
SECONDS = 5
NAMED = 6  # files named in a tag; more are counted

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("raw"),
    description="Bring everything up to date and publish it; tables whose files, specs, code and inputs are as before are kept.",
)


def raw_sensor(settings: Settings, catalog: Catalog) -> dg.SensorDefinition:
    """One run of `refresh` for every new state of raw/: files added, replaced, removed, renamed or put back."""
    hashes: dict[Path, tuple[tuple[int, int], str]] = {}  # of this process, so that a quiet folder costs no reading

    @dg.sensor(
        name="raw_files", job=refresh, minimum_interval_seconds=SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Looks at raw/ by content; files still being written (.part, hidden, or changing) are waited for.",
    )  # fmt: skip
    def raw_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not settings.raw.is_dir():
            return dg.SkipReason("raw/ is not there; put the folder back")
        cursor: dict[str, Any] = json.loads(context.cursor or "{}")
        stats = _stats(settings)
        moving = [n for n, s in stats.items() if cursor.get("stats", {}).get(n) != s and cursor.get("seen") is not None]
        seen: dict[str, str] = cursor.get("seen") or _published(settings)
        try:
            state = {n: _hash(settings.root / n, s, hashes) for n, s in stats.items()}
        except BadInput as error:
            return dg.SkipReason(str(error))
        changes = _changes(seen, state)
        events = list(raw.told(context.instance, raw.versions(find_files(settings, catalog), state)))
        cursor |= {"seen": seen, "stats": stats}
        if not changes:
            return dg.SensorResult(skip_reason="nothing changed", cursor=json.dumps(cursor), asset_events=events)
        if any(name in moving for name in changes):
            waiting = f"waiting until they are written: {_named(changes)}"
            return dg.SensorResult(skip_reason=waiting, cursor=json.dumps(cursor))
        attempt = int(cursor.get("attempt", 0)) + 1
        # content that goes back to an earlier state must run again: the attempt makes its key another
        digest = hashlib.sha256(json.dumps(sorted(state.items())).encode()).hexdigest()[:16]
        request = dg.RunRequest(run_key=f"{digest}-{attempt}", tags={FILES: _named(changes)})
        cursor |= {"seen": state, "attempt": attempt}
        return dg.SensorResult(run_requests=[request], cursor=json.dumps(cursor), asset_events=events)

    return raw_files


def _stats(settings: Settings) -> dict[str, list[int]]:
    """Every file of raw/ that is a table: size and time of change."""
    out = {}
    for path in sorted(settings.raw.glob("*/*/*")):
        try:
            if not ignored(path):
                state = path.stat()
                out[str(path.relative_to(settings.root))] = [state.st_size, state.st_mtime_ns]
        except OSError:  # gone since it was listed
            continue
    return out


def _hash(path: Path, stat: list[int], known: dict[Path, tuple[tuple[int, int], str]]) -> str:
    at = (stat[0], stat[1])
    if path not in known or known[path][0] != at:
        known[path] = (at, sha256(path))
    return known[path][1]


def _published(settings: Settings) -> dict[str, str]:
    """The files behind what is published: a fresh daemon runs only if raw/ is another."""
    from jjj_pipeline.publish.refresh_log import published_state

    return dict(published_state(settings).get("files", {}))


def _changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(n for n in {*before, *after} if before.get(n) != after.get(n))


def _named(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(n.removeprefix("raw/") for n in names[:NAMED]) + more


monthly = dg.ScheduleDefinition(
    name="monthly_full_check", job=refresh, cron_schedule="0 6 1 * *", execution_timezone="Asia/Shanghai",
    run_config={"resources": {"work": {"config": {"full": True}}}},
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Everything made anew on the first of the month, also where nothing changed; off until it is switched on.",
)  # fmt: skip

follow = dg.AutomationConditionSensorDefinition(
    name="follow", target=dg.AssetSelection.all(), default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
    description="Marts, the published file and the report follow what they are made of, and wait for blocking checks.",
)  # fmt: skip
