"""What a claims file may call by name (places, indicators, releases), and what they are called in both languages."""

from __future__ import annotations

import difflib
from functools import cached_property

from jjj_pipeline.catalog.indicator_names import IndicatorNames, UnknownIndicator
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.catalog.regions import UnknownRegion
from jjj_pipeline.claims.model import Bilingual

PROVINCES = "PROV31"
OWN = "article_"  # indicators of a text's own scope go by their identifiers only


class CatalogNames:
    """The names of a catalogue; without one every name is taken as it is."""

    def __init__(self, catalog: Catalog | None = None) -> None:
        self.catalog = catalog

    @cached_property
    def _indicators(self) -> IndicatorNames:
        known = self.catalog.indicators.items() if self.catalog else ()
        return IndicatorNames({name: indicator for name, indicator in known if not name.startswith(OWN)})

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """Members of every group."""
        groups: dict[str, list[str]] = {}
        for row in self.catalog.groups if self.catalog else []:
            groups.setdefault(row["group_code"], []).append(row["region_code"])
        return groups

    def region(self, name: str) -> str:
        """The code of a place. Raises UnknownRegion."""
        return self.catalog.region_names.code(name) if self.catalog else name

    def places(self, name: str) -> list[str]:
        """The members of a group, `provinces` for the 31 provincial units. Raises UnknownRegion."""
        code = PROVINCES if name in ("provinces", "各省", "全国各省") else self.region(name)
        members = self.groups.get(code)
        if not members:
            raise UnknownRegion(name, [])
        return members

    def indicator(self, name: str, unit: str = "") -> str:
        """The identifier of an indicator. Raises UnknownIndicator."""
        if self.catalog is None or name in self.catalog.indicators:
            return name
        return self._indicators.code(name, unit)

    def release(self, name: str) -> str:
        """`source/release`, a source or a release as the catalogue writes it. Raises ValueError."""
        if self.catalog is None:
            return name
        text = name.strip().replace(" ", "/")
        sources = self.catalog.sources
        known = {f"{s}/{r}" for s, source in sources.items() for r in source.releases} | set(sources)
        known |= {k.partition("/")[2] for k in known}
        source, _, release = text.partition("/")
        if text in known or (release and source in sources):
            return text
        near = difflib.get_close_matches(text, known, n=2, cutoff=0.5)
        raise ValueError(f"release {name!r} is not known" + (f"; did you mean {' or '.join(near)}?" if near else ""))

    @cached_property
    def _place_names(self) -> dict[str, Bilingual]:
        rows = self.catalog.regions if self.catalog else []
        return {r["region_code"]: Bilingual(r["short_zh"] or r["name_zh"], r["name_en"] or r["name_zh"]) for r in rows}

    def place_name(self, code: str) -> Bilingual:
        return self._place_names.get(code, Bilingual(code, code))

    def called(self, name: str) -> Bilingual:
        """What a place is called that is given by its code or one of its names; any other text as it stands."""
        try:
            return self.place_name(self.region(name))
        except UnknownRegion:
            return Bilingual(name, name)

    def indicator_name(self, code: str) -> Bilingual:
        indicator = self.catalog.indicators.get(code) if self.catalog else None
        return Bilingual(indicator.name_zh, indicator.name_en) if indicator else Bilingual(code, code)

    def release_name(self, label: str) -> Bilingual:
        """What a release is called: its source, and its name or date."""
        source, _, release = label.partition("/")
        known = self.catalog.sources.get(source) if self.catalog else None
        if known is None:
            return Bilingual(label, label)
        named = known.releases.get(release)
        zh, en = (named.name_zh or release, named.name_en or release) if named else (release, release)
        if named and not en.startswith("published"):  # the release has a name of its own
            return Bilingual(zh, en)
        return Bilingual(f"{known.name_zh}：{zh}", f"{known.name_en}, {en}")


__all__ = ["OWN", "PROVINCES", "CatalogNames", "UnknownIndicator", "UnknownRegion"]
