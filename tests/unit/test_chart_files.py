"""The charts beside Dagster's pages: at which addresses which chart is answered, and what is the application's."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from jjj_pipeline.defs.chart_files import ChartFiles, image
from jjj_pipeline.defs.web_guard import Message, Receive, Scope, Send

SPAN = "/charts/mart.growth_span.svg"


CHARTS = {"mart.growth_span": b"<svg/>"}


def answer(path: str, method: str = "GET", kind: str = "http") -> tuple[int, bytes]:
    """Status and body; 299 where the application behind was asked."""
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 299, "headers": []})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask() -> None:
        scope: dict[str, Any] = {"type": kind, "path": path, "method": method, "query_string": b"", "headers": []}
        await ChartFiles(app, lambda table: CHARTS.get(table, b""))(scope, receive, send)

    with ThreadPoolExecutor(1) as pool:  # the browser of other tests has a loop running in this thread
        pool.submit(asyncio.run, ask()).result()
    return int(sent[0]["status"]), sent[-1].get("body", b"")


@pytest.mark.parametrize("before", ["", "/assets/mart", "/dagster/locations/x/asset-groups/growth"])
def test_the_chart_is_answered_below_any_page(before: str) -> None:
    assert answer(before + SPAN) == (200, b"<svg/>")


def test_a_chart_that_cannot_be_drawn_is_said_to_be_missing() -> None:
    assert answer("/charts/mart.share.svg") == (404, b"no chart of mart.share so far\n")


@pytest.mark.parametrize("path", [
    "/charts/charts.json", "/charts/charts.svg", "/charts/../mart.disparity.svg", "/charts/mart.*.svg", SPAN + "/", SPAN + "\n",
    "/charts/mart.growth_span", "/mart.growth_span.svg",
])  # fmt: skip
def test_any_other_address_is_the_applications(path: str) -> None:
    assert answer(path)[0] == 299


def test_only_reading_is_answered() -> None:
    assert answer(SPAN, "POST")[0] == answer(SPAN, kind="websocket")[0] == 299
    assert answer(SPAN, "HEAD")[0] == 200


def test_a_description_shows_a_chart_where_the_report_has_one_of_the_mart() -> None:
    assert image("mart.growth_span") == "![](charts/mart.growth_span.svg)"
    assert image("mart.growth_yearly") == ""
