"""A second process beside a build, for what is drawn: charts for Dagster's pages, the script of the report, the dictionary's page.
Altair and Vega take seconds in which nothing else of a process runs. What is drawn stands in `preview`, `runtime`, `reference`."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import Any, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Studio:
    """One process, started with the first question; it ends with this one, however this one ends."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *of_an_error: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def warm(self) -> None:
        """Start the process and what it needs for drawing, so that the first question need not wait for that."""
        if not self._pool:
            self.ask(_ready)

    def ask(self, function: Callable[P, T], *args: P.args, **options: P.kwargs) -> Callable[[], T]:
        """Begin the work over there; what is returned waits for its result, or raises what the function raises. A process that
        was killed (for want of memory, say) is done without: the work is then done here."""
        here: Callable[[], T] = lambda: function(*args, **options)  # noqa: E731
        try:
            # spawned, not forked: a fork of a process with threads may hang
            self._pool = self._pool or ProcessPoolExecutor(1, get_context("spawn"), _end_with_parent)
            there: Future[T] = self._pool.submit(function, *args, **options)
        except BrokenProcessPool:
            return here

        def answer() -> T:
            try:
                return there.result()
            except BrokenProcessPool:
                return here()

        return answer


def _end_with_parent() -> None:
    """A build that is killed cannot tell the process to end, and a process that waits for work does not see it."""
    parent: Any = parent_process()
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def _ready() -> None:
    import vl_convert  # noqa: F401

    from jjj_pipeline.report import charts  # noqa: F401
