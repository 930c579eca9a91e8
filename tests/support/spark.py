"""A Spark Connect server with two local workers, for as long as a test needs it. `make e2e-spark` puts Spark where it is looked
for; the server is a process group of its own and is ended with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

STARTED_WITHIN = 180.0
CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def spark_connect(home: Path, folder: Path, master: str = "local-cluster[2,1,1024]") -> Iterator[str]:
    """The address of a running server; its log is `folder`/spark.log. Raises RuntimeError with the end of the log where it does
    not come up."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": str(port),
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4", "spark.sql.session.timeZone": "UTC", "spark.executor.memory": "1g",
        "spark.sql.warehouse.dir": str(folder / "warehouse"), "spark.local.dir": str(folder / "local"),
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={folder}",
    }  # fmt: skip
    command = [str(home / "bin" / "spark-submit"), "--class", CONNECT, "--master", master, "--driver-memory", "1g"]
    for key, value in settings.items():
        command += ["--conf", f"{key}={value}"]
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(folder / "work"),
    }
    environment.pop("SPARK_REMOTE", None)
    log = folder / "spark.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "spark-internal"], stdout=out, stderr=subprocess.STDOUT, env=environment, cwd=folder,
            start_new_session=True,
        )  # fmt: skip
    (folder / "pid").write_text(str(server.pid))
    try:
        _wait(server, port, log)
        yield f"sc://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(10)


def executors(folder: Path) -> list[psutil.Process]:
    """The processes that work for the server whose folder this is."""
    server = psutil.Process(int((folder / "pid").read_text()))
    return [p for p in server.children(recursive=True) if any("CoarseGrainedExecutorBackend" in w for w in _command(p))]


def _command(process: psutil.Process) -> list[str]:
    """Nothing of one that has ended, whether or not its parent has taken note of that (a zombie)."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        with socket.socket() as s:
            s.settimeout(1)
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"the Spark Connect server did not come up:\n{end}")
