"""`from_data` of a claim into quantities over figures of the warehouse. No table is read: the figures are looked up later."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from jjj_pipeline.claims.catalog_names import CatalogNames
from jjj_pipeline.claims.kinds import ONE_YEAR, TWO_PLACES, TWO_YEARS
from jjj_pipeline.claims.lines import LinedList, LinedMapping, Mistake, less
from jjj_pipeline.claims.printed_inputs import whole_number
from jjj_pipeline.claims.quantity import DataKey, Leaf, Operation, Quantity

_PERIOD = re.compile(r"(\d{4})\s*[-–—~至]+\s*(\d{4})年?")


class DataInputs:
    """Quantities of one file; `unit` is the unit of the claim in hand, which decides between indicators of one name."""

    def __init__(self, names: CatalogNames) -> None:
        self.names, self.unit = names, ""

    def region(self, name: Any, line: int) -> str:
        if not isinstance(name, str):
            raise Mistake(line, "a region's name or code", repr(name)[:60])
        try:
            return self.names.region(name)
        except ValueError as error:
            raise Mistake(line, "a region of the catalogue", str(error)) from None

    def indicator(self, name: Any, line: int) -> str:
        if not isinstance(name, str):
            raise Mistake(line, "an indicator of the catalogue", repr(name)[:60])
        try:
            return self.names.indicator(name, self.unit)
        except ValueError as error:
            raise Mistake(
                line, "an indicator of the catalogue", str(error), "`jjj dictionary` lists identifiers and names"
            ) from None

    def places(self, spec: LinedMapping) -> list[str]:
        """The places of `among`: a list, a group, or the 31 provincial units where it is left out."""
        given, line = spec.get("among", "provinces"), spec.lines.get("among", spec.line)
        if isinstance(given, LinedList):
            return [self.region(name, line) for name, line in zip(given, given.lines, strict=True)]
        try:
            return self.names.places(str(given))
        except ValueError:
            raise Mistake(line, "a list of places, `provinces` or a group", repr(given)[:60]) from None

    def leaf(self, spec: LinedMapping, when: int | str, *, indicator: str = "", region: Any = None) -> Leaf:
        """The figure of one year (an int) or period (a str); `indicator` or `region` in place of those named."""
        line = spec.line
        year, period = (when, "") if isinstance(when, int) else (int(when[-4:]), when)
        common = {"industry": str(spec.get("industry", "*")), "period": period, "release": self._release(spec)}
        if "flow" in spec:
            flow = indicator or self.indicator(spec["flow"], spec.lines["flow"])
            origin, destination = (self.region(spec.get(n), spec.lines.get(n, line)) for n in ("origin", "destination"))
            if region is not None:
                destination = self.region(region, line)
            return Leaf(DataKey(flow, origin, year, destination=destination, **common))
        if not indicator and "indicator" not in spec:
            raise Mistake(line, "`indicator` or `flow` in from_data", "neither")
        name = indicator or self.indicator(spec["indicator"], spec.lines.get("indicator", line))
        place = spec.get("region") if region is None else region
        if place is None:
            raise Mistake(line, "`region` in from_data", "none")
        return Leaf(DataKey(name, self.region(place, spec.lines.get("region", line)), year, **common))

    def _release(self, spec: LinedMapping) -> str:
        if "release" not in spec:
            return ""
        try:
            return self.names.release(str(spec["release"]))
        except ValueError as error:
            raise Mistake(spec.lines["release"], "a release of the catalogue, source/release", str(error)) from None

    def level(self, spec: LinedMapping, when: int | str) -> Quantity:
        """The figure of one year, or its share (`of` a region, `share_of` an indicator) or quotient (`per` an indicator)."""
        leaf = self.leaf(spec, when)
        if "of" in spec:
            return Operation("share", (("part", leaf), ("total", self.leaf(spec, when, region=spec["of"]))))
        for name, kind, args in (
            ("share_of", "share", ("part", "total")),
            ("per", "ratio", ("numerator", "denominator")),
        ):
            if name in spec:
                self.unit, unit = "", self.unit
                other = self.leaf(spec, when, indicator=self.indicator(spec[name], spec.lines[name]))
                self.unit = unit
                return Operation(kind, ((args[0], leaf), (args[1], other)))
        return leaf

    def years_of(self, spec: LinedMapping, names: Iterable[str]) -> list[int]:
        out = []
        for name in names:
            if name not in spec:
                raise Mistake(spec.line, f"`{name}` in from_data", "none")
            out.append(whole_number(spec[name], spec.lines[name]))
        return out

    def when(self, spec: LinedMapping) -> int | str:
        """`year`, or `period` as 2014-2020."""
        if "period" not in spec:
            return self.years_of(spec, ("year",))[0]
        found = _PERIOD.fullmatch(str(spec["period"]))
        if found is None or found[1] >= found[2]:
            raise Mistake(spec.lines["period"], "a period such as 2014-2020", repr(spec["period"])[:60])
        return f"{found[1]}-{found[2]}"

    def quantity(self, kind: str, spec: LinedMapping) -> Quantity:
        """`from_data` of one numeric quantity as a tree."""
        measured = str(spec.get("measure", kind))
        if measured == "growth_from_increment":
            measured = "growth"
        if measured in TWO_PLACES and "left" in spec and "right" in spec:
            left, right = (self.one_side(spec, name) for name in ("left", "right"))
            return Operation(measured, (("start", right), ("end", left)))
        if measured in TWO_YEARS:
            start, end = self.years_of(spec, ("start", "end"))
            if end <= start:
                raise Mistake(spec.line, "a start before the end", f"{start} to {end}")
            return Operation(
                measured, (("start", self.level(spec, start)), ("end", self.level(spec, end))), end - start
            )
        if measured not in ONE_YEAR | {"count", "position"}:
            known = ", ".join(sorted(TWO_YEARS - {"trend"} | {"value", "share"}))
            raise Mistake(spec.line, f"a measure: {known}", repr(measured)[:60])
        when = self.when(spec)
        if measured in ("count", "position"):
            return self._counted(measured, spec, when)
        quantity = self.level(spec, when)
        if measured in ("share", "ratio") and isinstance(quantity, Leaf):
            if self.unit == "%":  # the share is a figure of its own, such as the R&D intensity
                return quantity
            wanted = "`per`" if measured == "ratio" else "`of` or `share_of`"
            raise Mistake(spec.line, f"{wanted} in from_data of a {measured}", "none")
        return quantity

    def one_side(self, spec: LinedMapping, name: str, region: str = "", line: int = 0) -> Quantity:
        """The left or right of a comparison: what both share, with what is its own; `region` where nothing is its own."""
        own = spec.get(name)
        if own is not None and not isinstance(own, LinedMapping):
            raise Mistake(spec.lines[name], f"a mapping for `{name}`", repr(own)[:60])
        if own is None and not region:
            raise Mistake(spec.line, f"`{name}` in from_data", "none")
        part = less(spec, without="left right scope" + ("" if region else " measure"), extra=own)
        if own is None:
            part["region"], part.lines["region"] = region, line
        return self.quantity("compare", part)

    def _counted(self, kind: str, spec: LinedMapping, when: int | str) -> Operation:
        places = self.places(spec)
        if kind == "position":
            own = self.leaf(spec, when)
            assert isinstance(own.key, DataKey)
            here = own.key.region
            others = [(code, self._ranked(spec, when, code)) for code in places if code != here]
            return Operation("position", (("place", self.level(spec, when)), *others))
        sides = [name for name in ("above", "below") if name in spec]
        if len(sides) != 1:
            raise Mistake(spec.line, "`above` or `below` in from_data of a count", "neither" if not sides else "both")
        listed = [(code, self._ranked(spec, when, code)) for code in places]
        return Operation(f"count_{sides[0]}", (("threshold", self.threshold(spec[sides[0]], spec.line)), *listed))

    def _ranked(self, spec: LinedMapping, when: int | str, region: str) -> Quantity:
        part = less(spec, without="among scope above below")
        part["region"], part.lines["region"] = region, spec.line
        return self.level(part, when)

    threshold: Callable[[Any, int], Leaf]  # set by the reader: a figure of the text's book
