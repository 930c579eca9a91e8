"""The published DuckDB file and what lies beside it: snapshots, dictionary, data package, refresh log, differences."""
