"""Dagster shells, a few lines each: they name inputs and outputs, call one pure function, report. No formula, no
parsing. Comparison them, how Dagster keeps its history."""
