"""Printed figures, intervals and formulas: arithmetic without files, tables or Dagster."""
