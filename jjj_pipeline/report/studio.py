"""A second process beside a build, for what is drawn: charts for Dagster's pages, and the report. Altair and Vega take seconds in
which nothing else of a process runs. What is drawn stands in `preview`, `runtime` and `page`.

Not multiprocessing: its processes import the program that called them anew, and go on where a build was killed. This one ends
where its input does.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Studio:
    """One process, started with the first question. Questions and answers are pickled, and answered in their order; any thread
    may ask, one waits."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._asking = threading.Lock()
        self._asked = self._answered = 0
        # by number of the question: whether it went well, and the result or the error
        self._answers: dict[int, tuple[bool, Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *of_an_error: object) -> None:
        if self._process:
            self._process.kill()  # what nobody has waited for is not wanted
            self._process.communicate()

    def warm(self, kept: Path) -> None:
        """Start the process, what it needs for drawing, and the report's script, which is kept in this folder, so that the first
        question need not wait for them."""
        if not self._process:
            self.ask(_ready, kept)

    def ask(self, function: Callable[P, T], *args: P.args, **options: P.kwargs) -> Callable[[], T]:
        """Begin the work over there; what is returned waits for its result, or raises what the function raises. A process that
        was killed (for want of memory, say) is done without: the work is then done here."""
        here: Callable[[], T] = partial(function, *args, **options)
        with self._asking:
            process = self._process = self._process or _started()
            assert process.stdin
            try:
                pickle.dump((function, args, options), process.stdin)
                process.stdin.flush()
            except BrokenPipeError:
                return here
            self._asked += 1
            return partial(self._answer, self._asked, here)

    def _answer(self, number: int, here: Callable[[], T]) -> T:
        assert self._process and self._process.stdout
        while number not in self._answers:
            try:
                answer = pickle.load(self._process.stdout)
            except (EOFError, pickle.UnpicklingError):
                return here()
            self._answered += 1
            self._answers[self._answered] = answer
        well, value = self._answers[number]
        if not well:
            raise value
        return value  # type: ignore[no-any-return]  # of the function that was asked


def _started() -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(
        [sys.executable, "-m", __name__], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def _ready(kept: Path) -> None:
    from jjj_pipeline.report import charts, runtime  # noqa: F401

    runtime.script(kept)


def _serve() -> None:
    """Answer questions until there are no more."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open() as nothing:  # what a library reads is no question, what it prints no answer
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    while True:
        try:
            function, args, options = pickle.load(questions)
        except EOFError:
            return
        try:
            answer = True, function(*args, **options)
        except Exception as error:
            answer = False, error
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    _serve()
