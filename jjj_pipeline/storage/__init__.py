"""Parquet store with fingerprints, raw files and their hashes, the build lock. Nothing here knows what a table means."""
