"""Micro-records (patents, papers, firms, contracts) to flows between places. What is computed here runs as Ibis expressions on
DuckDB or on Spark; only counts leave it. Nothing outside this package imports Ibis, and a build without `jjj records` does not
either: `results` reads what was counted."""
