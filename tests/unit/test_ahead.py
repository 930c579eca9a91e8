"""Steps done ahead: only what is ready, only what is not kept, and what goes wrong is said where the table is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import pandas as pd
import pytest

from jjj_pipeline.pipeline.ahead import NEXT, Ahead
from jjj_pipeline.pipeline.runner import Step

EMPTY: dict[str, pd.DataFrame] = {}


def step(name: str, *upstream: str) -> Step:
    return Step((name,), upstream, lambda work: EMPTY, "growth", name)


class Desk:
    """Notes what was begun."""

    def __init__(self, kept: tuple[str, ...] = (), wrong: tuple[str, ...] = ()) -> None:
        self.kept, self.wrong, self.begun = kept, wrong, list[str]()
        self.opened = threading.Event()

    def begin(self, step: Step) -> Callable[[], Mapping[str, int]] | None:
        self.begun.append(step.name)
        return None if step.name in self.kept else lambda: self.make(step)

    def make(self, step: Step) -> Mapping[str, int]:
        if step.name in self.wrong:
            raise ValueError(f"{step.name} does not parse")
        return {step.name: 1}


def test_a_step_is_begun_once_all_it_reads_is_there() -> None:
    first, raw, second = step("a", "made before"), step("raw"), step("b", "a", "raw")
    desk = Desk()
    with Ahead([first, raw, second], desk.opened.set, desk.begin) as ahead:
        assert desk.begun == ["a"]  # what no step makes is there already
        begun = ahead.take(first)
        assert begun and begun() == {"a": 1}
        ahead.made(first)
        assert desk.begun == ["a"]
        assert ahead.take(raw) is None  # read from files: for whoever asks for it
        ahead.made(raw)
        assert desk.begun == ["a", "b"]
        assert desk.opened.wait(60)


def test_an_error_is_raised_where_the_table_is_asked_for_and_other_steps_go_on() -> None:
    bad, good = step("bad", "before"), step("good", "before")
    desk = Desk(wrong=("bad",))
    with Ahead([bad, good], desk.opened.set, desk.begin) as ahead:
        wrong, right = ahead.take(bad), ahead.take(good)
        assert wrong and right and right() == {"good": 1}
        with pytest.raises(ValueError, match="bad does not parse"):
            wrong()


def test_what_is_kept_is_not_made_and_what_was_asked_for_is_not_begun_later() -> None:
    kept, late, asked = step("kept", "before"), step("late"), step("asked", "late")
    desk = Desk(kept=("kept",))
    with Ahead([kept, late, asked], desk.opened.set, desk.begin) as ahead:
        assert ahead.take(kept) is None
        assert ahead.take(asked) is None  # before it was ready, as when one table alone is made
        ahead.made(late)
        assert desk.begun == ["kept"]


def test_no_more_is_begun_than_comes_next() -> None:
    steps = [step(f"q{i}", "before") for i in range(NEXT + 3)]
    desk = Desk()
    with Ahead(steps, desk.opened.set, desk.begin) as ahead:
        assert desk.begun == [f"q{i}" for i in range(NEXT)]
        assert ahead.take(steps[0])
        ahead.made(steps[0])
        assert desk.begun[-1] == f"q{NEXT}"
