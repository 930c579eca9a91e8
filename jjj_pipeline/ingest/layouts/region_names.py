"""Names of regions as tables print them, Chinese and English: which are read, which are recognised and kept out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.ingest import text_parsing

# Sub-totals (groups), others and corps are recognised and not read; of those read only provinces are summed.
READ_KINDS = frozenset(("nation", "province", "special", "city", "abroad"))


class Regions:
    """Names of regions as tables print them, Chinese and English."""

    def __init__(self, catalog: Catalog) -> None:
        self._names, self.kind = catalog.region_names, catalog.region_kind
        self.name = {r["region_code"]: r["short_zh"] or r["name_zh"] for r in catalog.regions}
        self._english: dict[str, str] = {}
        for row in catalog.regions:
            for part in re.split(r"[()]", row["name_en"].replace(" SAR", "")):
                if row["kind"] in ("province", "special") and part.strip():
                    self._english[_letters(part)] = row["region_code"]
        self._known: dict[str, str | None] = {}

    def code(self, text: str) -> str | None:
        """The code of a printed name; codes themselves are no names here."""
        if text not in self._known:
            self._known[text] = self._names.get(text_parsing.plain(text)) if text_parsing.is_chinese(text) else None
        return self._known[text]

    def english(self, text: str) -> str | None:
        return self._english.get(_letters(text))

    def hint(self, text: str, beside: Iterable[str] = ()) -> str:
        """What an unknown name may have been, from its letters and from the English beside it."""
        english = next((c for t in beside if (c := self.english(t))), None)
        near = [self.name[english]] if english else self._names.suggest(text_parsing.squeeze(text))
        return f"did you mean {' or '.join(near)}?" if near else "see catalog/regions.csv"


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())
