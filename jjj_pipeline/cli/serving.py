"""`jjj ui`: Dagster's pages and daemon on one machine. `jjj clean-history`: old runs are forgotten."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from jjj_pipeline.cli.language import say, spoken
from jjj_pipeline.cli.terminal import err, refusing
from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import default_settings

PATIENCE = 60.0  # seconds the two have to end


def ui(
    port: Annotated[int, typer.Option(help="The port of the pages.")] = 3000,
    host: Annotated[str, typer.Option(help="The address to listen on; by default this machine alone.")] = "127.0.0.1",
) -> None:
    """Open Dagster's pages, and refresh when files arrive in raw/; ended by Ctrl-C."""
    from jjj_pipeline.defs.history import prepare

    settings = default_settings()
    with refusing():
        home = prepare(settings)
        _free(host, port)
    bin_, workspace = Path(sys.executable).parent, str(settings.root / "workspace.yaml")
    commands = {
        "pages": [
            sys.executable,
            "-m",
            "jjj_pipeline.defs.webserver",
            "-w",
            workspace,
            "--host",
            host,
            "--port",
            str(port),
        ],
        "daemon": [str(bin_ / "dagster-daemon"), "run", "-w", workspace],
    }
    environment = {**os.environ, "DAGSTER_HOME": str(home), "JJJ_ROOT": str(settings.root)}
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)  # a shell in the background has it ignored
    started = {name: subprocess.Popen(words, env=environment) for name, words in commands.items()}
    ended = ""
    try:
        while not ended:
            time.sleep(0.5)
            ended = next((name for name, process in started.items() if process.poll() is not None), "")
        if ended == "pages":
            err.print(say("the pages ended by themselves; see above"))
        else:
            err.print(say("the daemon ended by itself; see above"))
    except KeyboardInterrupt:
        err.print(say("ending"))
    finally:
        for process in started.values():
            process.send_signal(signal.SIGINT)  # on which Dagster ends what it started
        for process in started.values():
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
    raise typer.Exit(1 if ended else 0)


def clean_history(
    days: Annotated[
        int | None, typer.Option(help="Throw away what is older; without it 30 days.", min=0, max=36500)
    ] = None,
    runs: Annotated[int | None, typer.Option(help="Keep at most so many runs; without it 10.", min=0)] = None,
) -> None:
    """Throw away old runs with their events and logs: no figure is lost. The daemon does so by itself."""
    import dagster as dg

    from jjj_pipeline.defs import history

    with refusing():
        home = history.prepare(default_settings())
        with dg.DagsterInstance.get() as instance:
            done = history.clean(
                instance, home, days=history.KEEP_DAYS if days is None else days,
                runs=history.KEEP_RUNS if runs is None else runs,
            )  # fmt: skip
    print(f"{home}: {done.sentence(spoken())}")


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _free(host: str, port: int) -> None:
    """Raises BadInput where somebody listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        found = error.strerror or str(error)
        hint = "another `jjj ui` or service is running, or take another --port"
        raise BadInput(f"{host}:{port}", expected="a port that is free", found=found, hint=hint) from None
