"""The page people read, from the published tables alone: `sections/*.yml` hold the queries, titles and notes, `labels.yml`
the names, `charts` draws, `page` puts all together. No formula and no figure belongs here."""
