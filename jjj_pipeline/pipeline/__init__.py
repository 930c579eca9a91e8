"""The steps of the pipeline, what brings one up to date, the ref tables, and adding a file. Dagster's wrapping is in `defs`."""
