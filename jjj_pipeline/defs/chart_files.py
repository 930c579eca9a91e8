"""The charts of marts as addresses of Dagster's pages, so that the description of an asset shows its chart. They are drawn by
`report.preview` when a page asks; who may ask is for `web_guard`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from threading import Lock

from jjj_pipeline.defs.web_guard import READING, TEXT, App, Receive, Scope, Send, answer
from jjj_pipeline.report.preview import figures

# below any page, as the address in a description is relative: pages may be below a prefix that the assets do not know
ADDRESS = re.compile(r"/charts/(\w+\.\w+)\.svg\Z")
# a picture runs no script and fetches nothing, also where it is opened by itself
HEADERS = [
    (b"cache-control", b"no-cache"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    (b"x-content-type-options", b"nosniff"),
]


def image(table: str) -> str:
    """The chart of a table for a description, as Markdown; empty where there is none. Without another text: plain `dagster dev`
    has no such address, and a picture without text that is not there leaves no trace on the page."""
    return f"![](charts/{table}.svg)" if table in figures() else ""


class ChartFiles:
    """`app`, and beside it the charts that `drawn` gives for tables: SVG, or nothing where there is none now."""

    def __init__(self, app: App, drawn: Callable[[str], bytes]) -> None:
        self.app, self._drawn, self._one = app, drawn, Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = ADDRESS.search(scope["path"]) if scope["type"] == "http" and scope["method"] in READING else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        drawn = await asyncio.to_thread(self._draw, asked[1])
        if drawn:
            await answer(send, 200, "image/svg+xml", drawn, HEADERS)
        else:
            await answer(send, 404, TEXT, f"no chart of {asked[1]} so far\n".encode())

    def _draw(self, table: str) -> bytes:
        """One chart after the other: what draws them is loaded once, and takes a processor to itself."""
        with self._one:
            return self._drawn(table)
