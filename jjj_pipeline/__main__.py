"""`python -m jjj_pipeline` is the command `jjj`."""

from jjj_pipeline.cli import app

app(prog_name="jjj")
