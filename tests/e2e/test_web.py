"""Other people's web pages change nothing: the real webserver asked as a browser would for a foreign page, by a script, and
by a real page of another address in Chromium; its own pages go on working."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import copy_project
from tests.support.server import Command, Server, running

pytestmark = pytest.mark.e2e
MUTATION = "mutation {setAutoMaterializePaused(paused: false)}"


def pages(port: int) -> list[str]:
    return ["jjj-webserver", "--port", str(port)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("web")
    settings = copy_project(folder / "project", ["nbs/2025-census5/gdp.csv"])
    command: Command = pages
    with running(settings, folder / "home", command) as started:
        yield started


def send(server: Server, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
    """Status and text of the answer; Host is the server's own unless given."""
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
    given = {"Host": address.netloc, **{k.replace("_", "-"): v for k, v in headers.items()}}
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in given.items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body.encode())))
    connection.endheaders(body.encode() if body is not None else None)
    answer = connection.getresponse()
    return answer.status, answer.read().decode("utf-8", "replace")


def graphql(text: str) -> str:
    return json.dumps({"query": text})


def paused(server: Server) -> bool:
    return bool(server.graphql("{instance {autoMaterializePaused}}")["instance"]["autoMaterializePaused"])


def test_the_servers_own_pages_and_scripts_are_answered(server: Server) -> None:
    json_ = {"Content_Type": "application/json"}
    assert paused(server) is True
    own = {**json_, "Origin": server.url, "Sec_Fetch_Site": "same-origin"}
    for wanted in (False, True):
        send(server, "POST", "/graphql", graphql(MUTATION.replace("false", str(wanted).lower())), **own)
        assert paused(server) is wanted
    status, text = send(server, "POST", "/graphql", graphql(MUTATION.replace("false", "true")), **own)
    assert (status, json.loads(text)) == (200, {"data": {"setAutoMaterializePaused": True}})


@pytest.mark.parametrize("name", [
    "mutation by GET", "mutation by GET of a foreign page", "POST without content type", "POST as a form", "POST as text",
    "foreign origin", "sandboxed page", "page of another port", "foreign host", "no host", "cross-site without origin",
    "report by a form",
])  # fmt: skip
def test_what_a_foreign_page_can_send_is_refused_in_one_line(name: str, server: Server) -> None:
    by_get = f"/graphql?query={quote(MUTATION)}"
    json_ = {"Content_Type": "application/json"}
    evil = {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"}
    body = graphql(MUTATION)
    attacks: dict[str, tuple[int, str]] = {
        "mutation by GET": send(server, "GET", by_get),
        "mutation by GET of a foreign page": send(server, "GET", by_get, **evil),
        "POST without content type": send(server, "POST", by_get, ""),
        "POST as a form": send(server, "POST", by_get, "", Content_Type="application/x-www-form-urlencoded"),
        "POST as text": send(server, "POST", "/graphql", body, Content_Type="text/plain; a=application/json"),
        "foreign origin": send(server, "POST", "/graphql", body, **json_, **evil),
        "sandboxed page": send(server, "POST", "/graphql", body, **json_, Origin="null"),
        "page of another port": send(server, "POST", "/graphql", body, **json_, Origin="http://127.0.0.1:1"),
        "foreign host": send(server, "POST", "/graphql", body, **json_, Host="evil.example"),
        "no host": send(server, "POST", "/graphql", body, **json_, Host=""),
        "cross-site without origin": send(server, "POST", "/graphql", body, **json_, Sec_Fetch_Site="cross-site"),
        "report by a form": send(server, "POST", "/report_asset_materialization/mart/share", "", **evil),
    }
    status, text = attacks[name]
    assert status in (400, 403, 405, 415, 421), (status, text)
    assert "setAutoMaterializePaused" not in text
    assert len(text.splitlines()) == 1
    assert paused(server) is True


def test_pages_follow_a_run_through_a_socket_and_foreign_pages_do_not(server: Server) -> None:
    address = urlsplit(server.url)

    def opened(origin: str) -> str:
        with socket.create_connection((str(address.hostname), address.port), timeout=30) as connection:
            lines = [
                "GET /graphql HTTP/1.1", f"Host: {address.netloc}", "Upgrade: websocket", "Connection: Upgrade",
                f"Origin: {origin}",
                f"Sec-WebSocket-Key: {b64encode(b'0123456789abcdef').decode()}", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Protocol: graphql-ws",
            ]  # fmt: skip
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            return connection.recv(200).decode("latin-1").splitlines()[0]

    assert "101" in opened(server.url)
    assert "403" in opened("https://evil.example")
    assert "403" in opened("null")


class Evil(BaseHTTPRequestHandler):
    """A page of another address that tries everything a page can."""

    target = ""

    def do_GET(self) -> None:
        mutation = json.dumps(MUTATION)
        page = f"""<!doctype html><title>trying</title><iframe id=f src="{self.target}/runs"></iframe>
<img src="{self.target}/graphql?query={quote(MUTATION)}"><script>
const t = "{self.target}/graphql", q = {mutation}, said = [];
const tries = [
  fetch(t + "?query=" + encodeURIComponent(q), {{mode: "no-cors"}}),
  fetch(t + "?query=" + encodeURIComponent(q), {{mode: "no-cors", method: "POST"}}),
  fetch(t, {{method: "POST", body: JSON.stringify({{query: q}})}}),
  fetch(t, {{method: "POST", mode: "cors", headers: {{"Content-Type": "application/json"}}, body: JSON.stringify({{query: q}})}}),
  new Promise(done => {{ const s = new WebSocket(t.replace("http", "ws"), "graphql-ws");
    s.onopen = () => {{ said.push("socket opened"); done(); }}; s.onerror = done; }}),
];
Promise.allSettled(tries).then(() => {{ document.title = "tried " + said.join(); }});
</script>"""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *words: object) -> None:
        return


def test_a_foreign_page_in_a_browser_reaches_nothing_and_our_own_page_works(server: Server, browser: Browser) -> None:
    Evil.target = server.url
    evil = ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    threading.Thread(target=evil.serve_forever, daemon=True).start()
    try:
        page = browser.new_page()
        sent: list[str] = []
        page.on("request", lambda r: sent.append(r.method) if r.url.startswith(f"{server.url}/graphql") else None)
        page.goto(f"http://127.0.0.1:{evil.server_port}/")
        expect(page).to_have_title("tried ", timeout=30_000)
        assert len(sent) >= 4
        page.close()
        assert paused(server) is True
    finally:
        evil.shutdown()
    page = browser.new_page()
    failed: list[str] = []
    page.on("response", lambda r: failed.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    page.goto(f"{server.url}/assets/raw/nbs_gdp")
    expect(page.get_by_text("nbs_gdp").first).to_be_visible(timeout=60_000)
    assert failed == []
    page.close()


def test_the_page_listens_on_the_loopback_alone(server: Server) -> None:
    port = urlsplit(server.url).port
    tables = [Path(f"/proc/net/{name}") for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    listening = {
        row[1].rpartition(":")[0] for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port
    }
    assert listening == {"0100007F"}  # 127.0.0.1, as /proc prints it
