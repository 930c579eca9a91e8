"""jjj_pipeline: the innovation system of Beijing, Tianjin and Hebei as one validated DuckDB file."""

__version__ = "0.1.0"
