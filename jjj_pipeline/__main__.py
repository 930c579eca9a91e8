"""`python -m jjj_pipeline` is the command `jjj`."""

from jjj_pipeline.cli import main

main()
