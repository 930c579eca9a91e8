"""The command line: thin functions that call the pipeline and print. No logic that a test of the pipeline would need to reach."""

import atexit
import os
import sys
from contextlib import suppress
from typing import Annotated

import typer

from jjj_pipeline.cli import (
    check_command,
    claim_commands,
    file_commands,
    language,
    publish_commands,
    query_commands,
    records_commands,
    serving,
)
from jjj_pipeline.cli.terminal import refusing
from jjj_pipeline.settings import default_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The innovation warehouse of Beijing, Tianjin and Hebei.",
)


@app.callback()
def options(
    lang: Annotated[
        str, typer.Option("--lang", help="Language of the messages: zh or en; without it that of the locale.")
    ] = "",
) -> None:
    """The innovation warehouse of Beijing, Tianjin and Hebei."""
    with refusing():
        language.choose(lang)
        default_settings()  # what the environment says is refused before any command


for command in (
    publish_commands.build, query_commands.sql, publish_commands.status, claim_commands.claims, check_command.check,
    query_commands.trace,
    publish_commands.diff, publish_commands.rollback, query_commands.export, query_commands.dictionary,
    publish_commands.manifest, file_commands.read, file_commands.add, serving.ui,
    serving.clean_history,
):  # fmt: skip
    app.command()(command)
app.add_typer(records_commands.records, name="records")


def main() -> None:
    """The command `jjj` as a process, which ends when its work has: Python would first take apart all that was loaded, a
    fourteenth of what a build costs."""
    try:
        app(prog_name="jjj")
    except SystemExit as end:
        if isinstance(end.code, str):
            raise
        with suppress(OSError):  # of a closed pipe or a full disk Python tells in its own way
            sys.stdout.flush()
            sys.stderr.flush()
            atexit._run_exitfuncs()
            os._exit(end.code or 0)
        raise
