"""What the layer around Dagster's webserver lets through and what it refuses, request by request."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from jjj_pipeline.defs.web_guard import Message, Receive, Scope, Send, WebGuard

OURS = "127.0.0.1:3000"
JSON = {"content-type": "application/json"}
PAGE = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "accept": "text/html"}


def status_of(
    method: str = "POST", path: str = "/graphql", query: str = "", host: str = OURS, names: tuple[str, ...] = (),
    twice: tuple[str, str] | None = None, **headers: str,
) -> int:  # fmt: skip
    """The status of the answer; 200 where the application was asked."""
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    given = {"host": host, **{k.replace("_", "-"): v for k, v in headers.items()}}
    pairs = [(k.encode(), v.encode("latin-1")) for k, v in [*given.items(), *([twice] if twice else [])] if v]
    scope: dict[str, Any] = {"type": "http", "path": path, "query_string": query.encode(), "headers": pairs}
    scope |= {"type": "websocket"} if method == "WEBSOCKET" else {"method": method}
    with suppress(
        StopIteration
    ):  # nothing in it waits: it needs no loop, and a browser in the same process has one already
        WebGuard(app, names)(scope, receive, send).__await__().__next__()
    if sent[0]["type"] == "websocket.close":
        return 403
    headers_sent = dict(sent[0]["headers"])
    assert headers_sent[b"x-frame-options"] == b"SAMEORIGIN"  # of refusals too
    return int(sent[0]["status"])


def post(**headers: str) -> int:
    return status_of(**{"content_type": "application/json", **headers})


def test_the_pages_own_queries_pass() -> None:
    assert post(origin="http://127.0.0.1:3000", sec_fetch_site="same-origin") == 200
    assert post(host="localhost:3000", origin="http://localhost:3000") == 200
    assert post(host="[::1]:3000", origin="http://[::1]:3000") == 200
    assert post(content_type="application/json; charset=utf-8") == 200
    assert status_of("WEBSOCKET", origin="http://127.0.0.1:3000") == 200
    assert status_of("GET", "/runs", **{k.replace("-", "_"): v for k, v in PAGE.items()}, sec_fetch_site="none") == 200
    assert (
        status_of("GET", "/js/main.js", sec_fetch_site="same-origin", sec_fetch_mode="no-cors", sec_fetch_dest="script")
        == 200
    )


def test_scripts_without_a_browser_pass() -> None:
    assert post() == 200
    assert status_of("GET", "/server_info") == 200
    assert status_of("WEBSOCKET") == 200


@pytest.mark.parametrize("origin", [
    "https://evil.example", "null", "http://127.0.0.1:8080", "http://localhost:3000", "http://127.0.0.1:3000.evil.example",
    "http://evil.example/127.0.0.1:3000", "http://127.0.0.1:3000@evil.example", "http://127.0.0.1", "x", "http://[", "",
])  # fmt: skip
def test_pages_of_other_addresses_may_not_ask(origin: str) -> None:
    if origin:
        assert post(origin=origin) == 403
        assert status_of("WEBSOCKET", origin=origin) == 403
        assert status_of("GET", "/runs", origin=origin) == 403
    both = {"origin": "http://127.0.0.1:3000", "content_type": "application/json"}
    assert status_of(twice=("origin", "http://127.0.0.1:3000"), **both) == 403  # type: ignore[arg-type]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "surprise"])
def test_what_the_browser_calls_foreign_is_refused_but_for_links(site: str) -> None:
    assert post(sec_fetch_site=site) == 403
    assert status_of("GET", "/logs/x", sec_fetch_site=site, sec_fetch_mode="no-cors", sec_fetch_dest="image") == 403
    link = {"sec_fetch_mode": "navigate", "accept": "text/html", "sec_fetch_site": site}
    assert status_of("GET", "/runs/1", sec_fetch_dest="document", **link) == 200
    assert status_of("GET", "/runs/1", sec_fetch_dest="iframe", **link) == 403
    assert (
        status_of("POST", "/runs/1", sec_fetch_dest="document", **link, **{"content_type": "application/json"}) == 403
    )
    assert status_of("GET", "/graphql", sec_fetch_dest="document", **link) == 403


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/graphql", "/graphql/", "/dagster/graphql"])
def test_no_query_by_get(method: str, path: str) -> None:
    assert status_of(method, path, "query=mutation%7B...%7D") == 405
    assert status_of(method, path, "query=mutation%7B...%7D", accept="text/html") == 405
    assert status_of(method, path, "a=1&%71uery=mutation%7B...%7D", accept="text/html") == 405
    assert status_of(method, path) == 405
    assert status_of(method, path, accept="text/html") == 200  # the page on which queries are written


@pytest.mark.parametrize("kind", [
    "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/graphql",
    "text/plain; a=application/json", "application/jsonp",
])  # fmt: skip
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_what_changes_things_is_json_which_no_foreign_page_sends_unasked(method: str, kind: str) -> None:
    assert status_of(method, content_type=kind) == 415
    assert status_of(method, "/report_asset_materialization/mart/share", content_type=kind) == 415


@pytest.mark.parametrize("host", [
    "evil.example", "evil.example:3000", "127.0.0.1.evil.example", "127.0.0.1:3000@evil.example", "evil@127.0.0.1:3000",
    "", "[", "127.0.0.1:port", "127.0.0.1/evil", "0.0.0.0:3000",
])  # fmt: skip
def test_a_foreign_name_that_leads_here_is_refused(host: str) -> None:
    for method in ("GET", "POST", "WEBSOCKET"):
        assert status_of(method, "/runs", host=host, **{"content_type": "application/json"}) in (421, 403)
    assert status_of("GET", "/runs", host=OURS, twice=("host", OURS)) == 421


def test_names_of_a_proxy_are_told_and_tls_may_end_there() -> None:
    names = ("rd.example.org",)
    served = {"content_type": "application/json", "names": names}
    assert status_of(host="rd.example.org", origin="https://rd.example.org", **served) == 200  # type: ignore[arg-type]
    assert status_of(host="RD.example.org", origin="https://rd.example.org", **served) == 200  # type: ignore[arg-type]
    assert status_of(host="rd.example.org:8443", origin="https://rd.example.org:8443", **served) == 200  # type: ignore[arg-type]
    assert status_of(host="rd.example.org", origin="https://rd.example.org:8443", **served) == 403  # type: ignore[arg-type]
    assert status_of(host="other.example.org", **served) == 421  # type: ignore[arg-type]
