"""The newest charts of marts as addresses of Dagster's pages, so that the description of an asset shows its chart. Reads one
folder (`report.preview` writes it) and changes nothing; who may ask is for `web_guard`."""

from __future__ import annotations

import re
from pathlib import Path

from jjj_pipeline.defs.web_guard import READING, TEXT, App, Receive, Scope, Send, answer
from jjj_pipeline.report.preview import figures, newest

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
    """`app`, and the charts of `folder` beside it."""

    def __init__(self, app: App, folder: Path) -> None:
        self.app, self.folder = app, folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = ADDRESS.search(scope["path"]) if scope["type"] == "http" and scope["method"] in READING else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        drawn = newest(self.folder, asked[1])
        if drawn:
            await answer(send, 200, "image/svg+xml", drawn, HEADERS)
        else:
            await answer(send, 404, TEXT, f"no chart of {asked[1]} so far\n".encode())
