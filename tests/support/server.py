"""A real Dagster (webserver and daemon) on a copy of the project, for tests."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import psutil

from jjj_pipeline.settings import Settings
from tests.conftest import ROOT

T = TypeVar("T")
SENSOR = "dagster/sensor_name"
GONE = "thrown away"  # of a run that was not seen to end
OVER = ("SUCCESS", "FAILURE", "CANCELED", GONE)
DEADLINE = 180.0  # seconds after which a thing that should happen is taken not to


def wait(
    what: str, look: Callable[[], T | None], log: Path | None = None, deadline: float = DEADLINE
) -> tuple[T, float]:
    """What `look` gives once it gives something, and how long that took. Fails with what was waited for."""
    start = time.monotonic()
    while time.monotonic() - start < deadline:
        found = look()
        if found is not None and found is not False:
            return found, time.monotonic() - start
        time.sleep(0.25)
    tail = log.read_text(errors="replace")[-3000:] if log and log.exists() else ""
    raise AssertionError(f"waited {deadline:.0f} s for {what}\n{tail}")


class Server:
    """The address of a running Dagster, and questions to it."""

    def __init__(self, url: str, log: Path) -> None:
        self.url, self.log = url, log
        self.processes: list[subprocess.Popen[bytes]] = []
        self.seen: dict[str, dict[str, Any]] = {}  # runs by id, the newest first

    def tree(self) -> list[psutil.Process]:
        """What was started, and everything that these started."""
        roots = [psutil.Process(p.pid) for p in self.processes if p.poll() is None]
        return [p for root in roots for p in (root, *root.children(recursive=True))]

    def kill(self) -> None:
        """What a power cut does: everything ends at once."""
        _kill(self.tree())

    def stop(self, number: signal.Signals, *, mixed: bool) -> None:
        """Tell the first processes to end. `mixed` as systemd's KillMode: what is left when they have is killed."""
        tree = self.tree()
        for process in self.processes:
            process.send_signal(number)
        for process in self.processes:
            process.wait(120)
        if mixed:
            _kill(tree)

    def graphql(self, query: str) -> Any:
        request = urllib.request.Request(
            f"{self.url}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["data"]

    def runs(self) -> list[dict[str, Any]]:
        """The newest runs first: runId, status, tags. Those seen before that the history has thrown away since are among them:
        only runs that have ended are thrown away."""
        answer = self.graphql("{runsOrError(limit: 20) {... on Runs {results {runId status tags {key value}}}}}")
        found = {r["runId"]: r for r in answer["runsOrError"]["results"]}
        gone = {i: r if r["status"] in OVER else {**r, "status": GONE} for i, r in self.seen.items() if i not in found}
        self.seen = {**found, **gone}
        return list(self.seen.values())

    def ended(self, count: int, by: str | None = "raw_files") -> dict[str, Any] | None:
        """The newest run started by that sensor (None: by hand), if it has started `count` and nothing is under way.

        Runs of other sensors do not count: where a run ends while the automation conditions are being read, `follow` may
        take a table for left behind and start one more, which keeps everything."""
        runs = self.runs()
        if any(r["status"] not in OVER for r in runs):
            return None
        mine = self.started(by, runs)
        return mine[0] if len(mine) >= count else None

    def started(self, by: str | None, runs: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
        """The runs started by that sensor (None: by hand), the newest first."""
        runs = self.runs() if runs is None else runs
        return [r for r in runs if next((t["value"] for t in r["tags"] if t["key"] == SENSOR), None) == by]

    def steps(self, run: str) -> int:
        """How many steps of a run have ended."""
        found = self.graphql(
            f'{{runOrError(runId: "{run}") {{... on Run {{stats {{... on RunStatsSnapshot {{stepsSucceeded}}}}}}}}}}'
        )
        return int(found["runOrError"]["stats"]["stepsSucceeded"])

    def messages(self, run: str) -> str:
        """What the run's log says of failures."""
        query = (
            f'{{logsForRun(runId: "{run}") {{... on EventConnection {{events {{__typename '
            "... on ExecutionStepFailureEvent {message error {message} failureMetadata {metadataEntries "
            "{... on JsonMetadataEntry {jsonString}}}}}}}}"
        )
        events = self.graphql(query)["logsForRun"]["events"]
        return json.dumps([e for e in events if e["__typename"] == "ExecutionStepFailureEvent"], ensure_ascii=False)


Command = Callable[[int], list[str]]  # of a command, given the port the webserver should have


def development(port: int) -> list[str]:
    """Webserver and daemon in one, as `make ui` starts them."""
    return ["jjj", "ui", "--port", str(port)]


@contextmanager
def running(settings: Settings, home: Path, *commands: Command) -> Iterator[Server]:
    """A Dagster on a free port of the loopback, with a DAGSTER_HOME of its own; ended with all it started. The commands are of
    the environment's bin; without any, `jjj ui`."""
    home.mkdir(exist_ok=True)
    (home / "dagster.yaml").write_text(
        (ROOT / ".dagster" / "dagster.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = home / "dev.log"
    environment = {**os.environ, "DAGSTER_HOME": str(home), "JJJ_ROOT": str(settings.root), "PYTHONPATH": str(ROOT)}
    server = Server(f"http://127.0.0.1:{port}", log)
    started = server.processes
    try:
        with log.open("a") as out:
            if commands:  # as the services do before they start
                before = [str(Path(sys.executable).parent / "jjj"), "clean-history"]
                subprocess.run(
                    before, cwd=settings.root, env=environment, stdout=out, stderr=subprocess.STDOUT, check=True
                )
            for name, *words in (command(port) for command in commands or (development,)):
                started.append(
                    subprocess.Popen(
                        [str(Path(sys.executable).parent / name), *words], cwd=settings.root, env=environment,
                        stdout=out, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=_default_signals,
                    )
                )  # fmt: skip
        wait("the webserver", lambda: _answers(server), log)
        yield server
    finally:
        for process in started:
            _end(process)


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=10)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _default_signals() -> None:
    """A shell in the background ignores them, and so would Dagster."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _answers(server: Server) -> bool:
    try:
        found = server.graphql("{repositoriesOrError {... on RepositoryConnection {nodes {name}}}}")
    except OSError:
        return False
    return bool(found["repositoriesOrError"].get("nodes"))
