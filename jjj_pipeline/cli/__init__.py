"""The command line: thin functions that call the pipeline and print. No logic that a test of the pipeline would want to reach."""

import typer

from jjj_pipeline.cli import asking, files, publishing

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The innovation warehouse of Beijing, Tianjin and Hebei.",
)
for command in (
    publishing.build, asking.sql, publishing.status, asking.claims, asking.trace, publishing.diff, publishing.rollback,
    asking.export, asking.dictionary, publishing.manifest, files.read, files.add,
):  # fmt: skip
    app.command()(command)
