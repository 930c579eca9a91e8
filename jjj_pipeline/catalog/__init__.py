"""WHAT the data are: tables, indicators, sources, regions, units, as data files with a typed loader. No data flow
here."""
