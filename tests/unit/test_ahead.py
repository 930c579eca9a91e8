"""Queries that run ahead: only what is ready, only what is not kept, and what goes wrong is said where the table is asked for."""

from __future__ import annotations

import threading

import pandas as pd
import pytest

from jjj_pipeline.ahead import NEXT, Ahead, Begun
from jjj_pipeline.work import Step

EMPTY: dict[str, pd.DataFrame] = {}


def step(name: str, *upstream: str, sql: str = "select 1") -> Step:
    return Step((name,), upstream, lambda work: EMPTY, "growth", name, sql=sql)


class Desk:
    """Notes what was begun."""

    def __init__(self, kept: tuple[str, ...] = (), wrong: tuple[str, ...] = ()) -> None:
        self.kept, self.wrong, self.begun = kept, wrong, list[str]()
        self.opened = threading.Event()

    def begin(self, step: Step) -> Begun | None:
        self.begun.append(step.name)
        return None if step.name in self.kept else (f"key of {step.name}", lambda: self.run(step))

    def run(self, step: Step) -> dict[str, pd.DataFrame]:
        if step.name in self.wrong:
            raise ValueError(f"{step.name} does not parse")
        return {step.name: pd.DataFrame()}


def test_a_query_is_begun_once_all_it_reads_is_there() -> None:
    first, raw, second = step("a"), step("raw", sql=""), step("b", "a", "raw", "made before")
    desk = Desk()
    with Ahead([first, raw, second], desk.opened.set, desk.begin) as ahead:
        assert desk.begun == ["a"]  # what no step makes is there already
        begun = ahead.take(first)
        assert begun and begun[0] == "key of a" and list(begun[1]()) == ["a"]
        ahead.made(first)
        assert desk.begun == ["a"]
        assert ahead.take(raw) is None  # not a query: for whoever asks for it
        ahead.made(raw)
        assert desk.begun == ["a", "b"]
        assert desk.opened.wait(60)


def test_an_error_is_raised_where_the_table_is_asked_for_and_other_queries_go_on() -> None:
    bad, good = step("bad"), step("good")
    desk = Desk(wrong=("bad",))
    with Ahead([bad, good], desk.opened.set, desk.begin) as ahead:
        wrong, right = ahead.take(bad), ahead.take(good)
        assert wrong and right and list(right[1]()) == ["good"]
        with pytest.raises(ValueError, match="bad does not parse"):
            wrong[1]()


def test_what_is_kept_is_not_run_and_what_was_not_begun_is_not_begun_later() -> None:
    kept, asked = step("kept"), step("asked", "late")
    desk = Desk(kept=("kept",))
    late = step("late", sql="")
    with Ahead([kept, late, asked], desk.opened.set, desk.begin) as ahead:
        assert ahead.take(kept) is None
        assert ahead.take(asked) is None  # asked for before it was ready, as when one table alone is made
        ahead.made(late)
        assert desk.begun == ["kept"]


def test_no_more_is_held_than_comes_next() -> None:
    steps = [step(f"q{i}") for i in range(NEXT + 3)]
    desk = Desk()
    with Ahead(steps, desk.opened.set, desk.begin) as ahead:
        assert desk.begun == [f"q{i}" for i in range(NEXT)]
        assert ahead.take(steps[0])
        ahead.made(steps[0])
        assert desk.begun[-1] == f"q{NEXT}"
