"""From a file to observations: grids of printed text, their layout, their figures. Knows the catalogue; knows no
mart and no Dagster."""
