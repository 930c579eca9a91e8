"""The services of deploy/: what they start works, and listens on the loopback alone."""

from __future__ import annotations

import configparser
from pathlib import Path

import duckdb
import pytest

from tests.conftest import ROOT, SMALL, copy_project
from tests.support.server import Command, running, wait

SERVICES = ("jjj-webserver", "jjj-daemon")
HOME = "/srv/jjj_pipeline"


def unit(name: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(ROOT / "deploy" / f"{name}.service", encoding="utf-8")
    return parser["Service"]


def command(name: str) -> Command:
    """The command of a service, on a port of the test's own."""
    program, *words = unit(name)["ExecStart"].split()
    assert program.startswith(f"{HOME}/.venv/bin/")
    return lambda port: [Path(program).name, *(str(port) if w == "3000" else w for w in words)]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_write_in_the_project_alone_and_keeps_its_history_there(name: str) -> None:
    service = unit(name)
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"] == service["WorkingDirectory"] == HOME
    assert f"DAGSTER_HOME={HOME}/.dagster" in service["Environment"].split()
    assert (
        service["ExecStartPre"] == f"{HOME}/.venv/bin/jjj clean-history"
    )  # which `running` does before it starts them


@pytest.mark.e2e
def test_both_services_publish_what_lies_in_raw(tmp_path: Path) -> None:
    settings = copy_project(tmp_path / "project", SMALL)
    with running(settings, tmp_path / "home", *map(command, SERVICES)) as server:
        run, _ = wait("the run of the sensor to end", lambda: server.ended(1), server.log)
        assert run["status"] == "SUCCESS", server.messages(run["runId"])
        port = int(server.url.rpartition(":")[2])
        listening = {
            fields[1].rpartition(":")[0]
            for fields in map(str.split, Path("/proc/net/tcp").read_text().splitlines()[1:])
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port
        }
        assert listening == {"0100007F"}  # 127.0.0.1, as /proc prints it
    with duckdb.connect(str(settings.duckdb), read_only=True) as con:
        assert con.execute("select count(*) from core.panel").fetchall()[0][0] > 1000
