"""The charts beside Dagster's pages: at which addresses which file is answered, and that no other file is."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from jjj_pipeline.defs.chart_files import ChartFiles, image
from jjj_pipeline.defs.web_guard import Message, Receive, Scope, Send

SPAN = "/charts/mart.growth_span.svg"


def answer(folder: Path, path: str, method: str = "GET", kind: str = "http") -> tuple[int, bytes]:
    """Status and body; 299 where the application behind was asked."""
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 299, "headers": []})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": kind, "path": path, "method": method, "query_string": b"", "headers": []}
    with suppress(StopIteration):  # nothing in it waits
        ChartFiles(app, folder)(scope, receive, send).__await__().__next__()
    return int(sent[0]["status"]), sent[-1].get("body", b"")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    charts = tmp_path / "previews"
    charts.mkdir()
    for name, text, when in [("growth_span-1", "old", 1), ("growth_span-0", "new", 3), ("share-0", "", 1)]:
        path = charts / f"mart.{name}.svg"
        path.write_text(text, encoding="utf-8")
        os.utime(path, (when, when))
    (charts / "charts.json").write_text("{}", encoding="utf-8")
    (tmp_path / "mart.disparity-0.svg").write_text("outside", encoding="utf-8")
    return charts


@pytest.mark.parametrize("before", ["", "/assets/mart", "/dagster/locations/x/asset-groups/growth"])
def test_the_newest_chart_is_answered_below_any_page(folder: Path, before: str) -> None:
    assert answer(folder, before + SPAN) == (200, b"new")


def test_a_chart_that_was_not_drawn_is_said_to_be_missing(folder: Path) -> None:
    assert answer(folder, "/charts/mart.share.svg")[0] == 404  # drawn, and without a number
    assert answer(folder, "/charts/mart.disparity.svg")[0] == 404
    assert answer(folder, "/charts/mart.growth_yearly.svg")[0] == 404  # has none


@pytest.mark.parametrize("path", [
    "/charts/charts.json", "/charts/charts.svg", "/charts/../mart.disparity.svg", "/charts/mart.*.svg", SPAN + "/", SPAN + "\n",
    "/charts/mart.growth_span", "/mart.growth_span.svg",
])  # fmt: skip
def test_any_other_address_is_the_applications(folder: Path, path: str) -> None:
    assert answer(folder, path)[0] == 299


def test_only_reading_is_answered(folder: Path) -> None:
    assert answer(folder, SPAN, "POST")[0] == answer(folder, SPAN, kind="websocket")[0] == 299
    assert answer(folder, SPAN, "HEAD")[0] == 200


def test_a_description_shows_a_chart_where_the_report_has_one_of_the_mart() -> None:
    assert image("mart.growth_span") == "![](charts/mart.growth_span.svg)"
    assert image("mart.growth_yearly") == ""
