"""What the pipeline costs, measured. Nothing here is part of the package or of the tests."""
