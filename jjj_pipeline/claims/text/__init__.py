"""Claims found in a text: numbers, names, structure, then the same claims that docs/claims.md describes.

`documents` turns a file into text (formats in `document_formats`, tables in `document_tables`), `numbers` and `times` find figures
and years, `names` the measures and places of the catalogue; `structure` walks over the sentences and the `read_*` modules say what
each figure claims; `claims` writes it down as a file of claims, `check` judges it and decides where to stay open. Rules and
dictionary only; every decision can be read.
"""
