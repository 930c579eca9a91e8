"""Scripts that write documents and pictures. Nothing of the pipeline imports this."""
