"""The page people read, from the published tables alone: `sections/*.yml` say what is asked and how it is told, `labels.yml` and
`translations.yml` hold the words, `charts` draws, `page` puts all together. No formula and no figure stands here."""
