"""What the pipeline costs, measured: `bench` sets a full build against trivial Dagster assets, and the work without Dagster
against one plain pandas script that makes the same tables; `marts` times every mart. Nothing of the pipeline imports this."""
