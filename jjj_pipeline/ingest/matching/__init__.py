"""Tables to the catalogue: which table, indicator, release and year a figure belongs to."""
