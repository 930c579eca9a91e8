"""How fast the project is: `python -m benchmarks.bench` sets a full build against trivial Dagster assets, and the work without
Dagster against one plain pandas script that makes the same tables. Nothing of the pipeline imports this."""
