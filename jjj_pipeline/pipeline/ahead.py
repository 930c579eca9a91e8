"""Steps done ahead: while Dagster notes what one table came to, the next are made in threads beside it. What nobody comes for is
in the store all the same, under its key, and serves the next build; how a step is done stands in `runner`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from jjj_pipeline.pipeline.runner import Step

Rows = Mapping[str, int]
THREADS = 2
NEXT = 6  # steps looked at, and begun and not yet come for: more would delay what is needed first


class Ahead:
    """The derived steps among `steps`, in their order; what is read from files is begun where it is asked for. `ready` is begun
    first. `begin` gives what makes a step and says the rows of its tables, or None where they are kept: it is asked once all is
    there that the step reads and other steps make."""

    def __init__(
        self, steps: Sequence[Step], ready: Callable[[], None], begin: Callable[[Step], Callable[[], Rows] | None]
    ) -> None:
        self._waiting = {s.name: s for s in steps if s.upstream}
        self._begin = begin
        self._missing = {t for s in steps for t in s.tables}
        self._begun: dict[str, Future[Rows]] = {}
        self._pool = ThreadPoolExecutor(THREADS, "ahead")
        if self._waiting:
            self._pool.submit(ready)

    def __enter__(self) -> Self:
        self._look()
        return self

    def __exit__(self, *of_an_error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def take(self, step: Step) -> Callable[[], Rows] | None:
        """What waits for a step that was begun, or raises its error; None where it was not."""
        self._waiting.pop(step.name, None)
        begun = self._begun.pop(step.name, None)
        return begun.result if begun else None

    def made(self, step: Step) -> None:
        """The tables of a step are there: begin what can be begun now."""
        self._missing.difference_update(step.tables)
        self._look()

    def _look(self) -> None:
        for waiting in list(self._waiting.values())[:NEXT]:
            if len(self._begun) < NEXT and self._missing.isdisjoint(waiting.upstream):
                del self._waiting[waiting.name]
                if begun := self._begin(waiting):
                    self._begun[waiting.name] = self._pool.submit(begun)
