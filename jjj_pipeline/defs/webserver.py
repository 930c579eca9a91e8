"""Dagster's pages, served behind `web_guard`: the command `jjj-webserver`. Options are those of `dagster-webserver` that a group
needs; the names by which people reach it are in JJJ_HOSTS. Nothing else serves the pages: `jjj ui` and the service in deploy/
start this."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import dagster as dg
import duckdb
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.cli import DEFAULT_DB_STATEMENT_TIMEOUT, DEFAULT_POOL_MAX_OVERFLOW, DEFAULT_POOL_RECYCLE
from dagster_webserver.version import __version__

from jjj_pipeline.defs.chart_files import ChartFiles
from jjj_pipeline.defs.web_guard import WebGuard
from jjj_pipeline.pipeline.runner import store_of
from jjj_pipeline.report import preview
from jjj_pipeline.settings import default_settings, web_names

POLL = 2000  # milliseconds after which a page looks again


def serve(workspace: str, host: str, port: int, *, prefix: str = "", read_only: bool = False) -> None:
    """Serve the pages until the process is asked to end."""
    with dg.DagsterInstance.get() as instance:
        instance.optimize_for_webserver(DEFAULT_DB_STATEMENT_TIMEOUT, DEFAULT_POOL_RECYCLE, DEFAULT_POOL_MAX_OVERFLOW)
        target = WorkspaceFileTarget([workspace])
        with WorkspaceProcessContext(
            instance, workspace_load_target=target, version=__version__, read_only=read_only
        ) as context:
            app = create_app_from_workspace_process_context(context, prefix, POLL)
            print(f"Dagster's pages: http://{host}:{port}{prefix}", flush=True)
            uvicorn.run(WebGuard(ChartFiles(app, drawn), web_names()), host=host, port=port, log_level="warning")


def drawn(table: str) -> bytes:
    """The chart of a table of this project as it is now; nothing where it cannot be drawn."""
    settings = default_settings()
    try:
        return preview.chart(store_of(settings), settings.previews, table)
    except (OSError, duckdb.Error):  # a table that is not made yet, or is being replaced
        return b""


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="jjj-webserver", description="Dagster's pages for this project.")
    parser.add_argument("--workspace", "-w", default="workspace.yaml")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine alone)")
    parser.add_argument("--port", type=int, default=3000)
    parser.add_argument("--path-prefix", default="", help="where a proxy shows the pages, such as /dagster")
    parser.add_argument("--read-only", action="store_true", help="pages from which nothing can be started")
    given = parser.parse_args(words)
    serve(given.workspace, given.host, given.port, prefix=given.path_prefix, read_only=given.read_only)


if __name__ == "__main__":
    main()
