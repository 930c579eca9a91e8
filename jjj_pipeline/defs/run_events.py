"""What the events of a run say to people. No run is started here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dagster as dg


def failures_of(events: Iterable[dg.DagsterEvent]) -> list[str]:
    """What each failed step says, one line each; of a run that did not start, the last line of its error."""
    messages: list[str] = []
    for event in events:
        if event.event_type == dg.DagsterEventType.STEP_FAILURE:
            data = event.step_failure_data
            ours = data.user_failure_data
            listed: Any = ours.metadata["failures"].value if ours and "failures" in ours.metadata else None
            messages += listed or [ours.description if ours and ours.description else _last_line(data.error)]
        elif event.event_type == dg.DagsterEventType.PIPELINE_FAILURE and not messages:
            messages.append(_last_line(getattr(event.event_specific_data, "error", None)) or str(event.message))
    return list(dict.fromkeys(messages))


def _last_line(error: Any) -> str:
    """What went wrong at the bottom of an unforeseen error."""
    while error is not None and error.cause is not None:
        error = error.cause
    message = " ".join(str(error.message).split()) if error else ""
    return message.removeprefix(f"{dg.Failure.__module__}.{dg.Failure.__qualname__}: ")
