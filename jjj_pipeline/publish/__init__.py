"""The published DuckDB file and what is published with it: snapshots, dictionary, data package, refresh log, differences."""
