"""Queries that run ahead: while one table is tested, written and told to Dagster, DuckDB makes the next in a thread beside it.
Nothing is written here, and a result that nobody comes for is dropped; what a step is stands in `work`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

import pandas as pd

if TYPE_CHECKING:
    from jjj_pipeline.work import Step

Frames = Mapping[str, pd.DataFrame]
Begun = tuple[str, Callable[[], Frames]]  # the content key of a step, and what makes its frames or waits for them
THREADS = 2
NEXT = 6  # queries looked at, and begun and not yet come for: more would hold frames in memory that are not needed soon


class Ahead:
    """The queries among `steps`, in their order. `ready` is begun first; `begin` gives the key of a step with what makes its
    frames, or None where its tables are kept: it is asked once all is there that the step reads and other steps make."""

    def __init__(self, steps: Sequence[Step], ready: Callable[[], None], begin: Callable[[Step], Begun | None]) -> None:
        self._waiting = {s.name: s for s in steps if s.sql}
        self._begin = begin
        self._missing = {t for s in steps for t in s.tables}
        self._begun: dict[str, tuple[str, Future[Frames]]] = {}
        self._pool = ThreadPoolExecutor(THREADS, "ahead")
        if self._waiting:
            self._pool.submit(ready)

    def __enter__(self) -> Self:
        self._look()
        return self

    def __exit__(self, *of_an_error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def take(self, step: Step) -> Begun | None:
        """The key of a step that was begun, and what waits for its frames or raises its error; None where it was not."""
        self._waiting.pop(step.name, None)
        if begun := self._begun.pop(step.name, None):
            return begun[0], begun[1].result
        return None

    def made(self, step: Step) -> None:
        """The tables of a step are there: begin what can be begun now."""
        self._missing.difference_update(step.tables)
        self._look()

    def _look(self) -> None:
        for waiting in list(self._waiting.values())[:NEXT]:
            if len(self._begun) < NEXT and self._missing.isdisjoint(waiting.upstream):
                del self._waiting[waiting.name]
                if begun := self._begin(waiting):
                    self._begun[waiting.name] = begun[0], self._pool.submit(begun[1])
