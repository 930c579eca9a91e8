"""The explorer: one offline page in which people choose measures, places, years and releases. `data` queries the published
tables, `columns` packs the answers, `page` lays out the file. What happens in the browser is in assets/*.js. No formula stands
here except ratios of published columns."""
