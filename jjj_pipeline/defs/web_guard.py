"""What other people's web pages may request from Dagster's webserver: nothing that changes anything. Dagster has no users and no
passwords, so a page of any other address that is open in the same browser could start runs or delete history. This
layer around its application refuses foreign names, foreign pages and queries that a foreign page can send without asking first.
Who may reach the port at all is for the firewall and the proxy in front.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
READING = ("GET", "HEAD")
TEXT = "text/plain; charset=utf-8"
# no other page may show ours in a frame and have somebody click in it
FRAMES = [(b"x-frame-options", b"SAMEORIGIN"), (b"cross-origin-resource-policy", b"same-origin")]


class WebGuard:
    """`app` behind the rules; `names` are the host names by which people reach it, besides those of the loopback."""

    def __init__(self, app: App, names: Collection[str] = ()) -> None:
        self.app, self.names = app, frozenset(n.lower() for n in (*LOOPBACK, *names))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if why := refusal(scope, self.names):
            await _refuse(scope, receive, send, *why)
            return

        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *FRAMES]
            await send(message)

        await self.app(scope, receive, framed)


def refusal(scope: Scope, names: Collection[str]) -> tuple[int, str] | None:
    """Why a request is refused, as an HTTP status and a line for people; None where it is let through."""
    given = _Headers(scope["headers"])
    host = given.only("host")
    if host is None or _name(host) not in names:
        return 421, f"this server is not {host or 'without a name'}: add the name to JJJ_HOSTS if it is yours"
    method = "WEBSOCKET" if scope["type"] == "websocket" else str(scope["method"])
    origin = given.only("origin")
    if given.count("origin") and (origin is None or not _same(origin, host)):
        return 403, f"a page of {origin} may not ask here"
    asks = str(scope["path"]).rstrip("/").endswith("/graphql")
    foreign = given.count("sec-fetch-site") and given.only("sec-fetch-site") not in ("same-origin", "none")
    if foreign and not (_link(given, method) and not asks):
        return 403, "a page of another address may not ask here"
    if method in READING:
        named = {name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)}
        if asks and ("query" in named or "text/html" not in (given.only("accept") or "")):
            return 405, "queries are sent by POST with Content-Type: application/json"
    elif method != "WEBSOCKET":
        kind = (given.only("content-type") or "").partition(";")[0].strip().lower()
        if kind != "application/json":  # any other kind a foreign page may send without asking first
            return 415, "expected Content-Type: application/json"
    return None


class _Headers:
    """The headers of a request by name; a header given twice counts as absent."""

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1").strip())

    def count(self, name: str) -> int:
        return len(self._values.get(name, ()))

    def only(self, name: str) -> str | None:
        found = self._values.get(name, [])
        return found[0] if len(found) == 1 else None


def _name(host: str) -> str | None:
    """The host name of `name:port`; None where it is not of that form."""
    try:
        split = urlsplit(f"//{host}")
        _ = split.port
    except ValueError:
        return None
    return split.hostname if split.netloc == host and not split.path and "@" not in host else None


def _same(origin: str, host: str) -> bool:
    """Whether an Origin is that of the server asked: the same name and port. The scheme may differ where a proxy ends TLS."""
    try:
        page = urlsplit(origin)
        port = str(page.port or PORTS.get(page.scheme, ""))
        server = urlsplit(f"//{host}")
        server_port = str(server.port or PORTS.get(page.scheme, ""))
    except ValueError:
        return False
    return page.hostname is not None and (page.hostname, port) == (server.hostname, server_port)


def _link(given: _Headers, method: str) -> bool:
    """Somebody followed a link from another page to one of ours."""
    kind = given.only("sec-fetch-mode"), given.only("sec-fetch-dest")
    return method in READING and kind == ("navigate", "document")


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, line: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": line[:120]})
        return
    await answer(send, status, TEXT, f"{line}\n".encode("utf-8", "replace"), FRAMES)


async def answer(send: Send, status: int, kind: str, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """One whole answer to a request, of the content type `kind`."""
    sent = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body})
