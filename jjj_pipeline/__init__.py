"""jjj_pipeline: the innovation system of Beijing, Tianjin and Hebei as one validated DuckDB file."""

import warnings

# where a Spark client is installed, pandera imports it, and it says on every command that pandas is newer than it
warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")

__version__ = "0.1.0"
