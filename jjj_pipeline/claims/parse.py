"""A file of claims (YAML) into typed claims. Every mistake is reported with file and line, all of them at once.

Nothing is judged here and no table is read; names of regions and indicators are checked where a catalogue is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml

from jjj_pipeline.catalog import yaml_file
from jjj_pipeline.claims.quantity import DataKey, Leaf, Node, Quantity, Side, keys_of, plain
from jjj_pipeline.errors import BadInput
from jjj_pipeline.measures.printed_figure import Figure, parse

# kind -> alternative sets of names in from_printed
SLOTS: dict[str, list[set[str]]] = {
    "cagr": [{"start", "end", "years"}, {"multiple", "years"}],
    "multiple": [{"start", "end"}],
    "growth": [{"start", "end"}],
    "growth_times": [{"start", "end"}],
    "share": [{"part", "total"}, {"part", "rest"}],
    "sum": [{"parts"}],
    "value": [{"value"}],
    "difference": [{"start", "end"}],
    "ratio": [{"start", "end"}, {"numerator", "denominator"}],
    "rank": [{"values"}],
    "bound": [{"value"}, {"part", "total"}],
    "trend": [{"start", "end"}],
    "compare": [{"left", "right"}],
    "mean_diff": [{"start", "end", "years"}],
    "growth_from_increment": [{"end", "increment"}, {"level", "increment"}],
}
DIRECTIONS = frozenset({"trend", "compare", "rank"})
RATES = frozenset({"cagr", "growth", "growth_from_increment"})
TWO_YEARS = frozenset(
    {"cagr", "multiple", "growth", "growth_times", "difference", "mean_diff", "trend", "growth_from_increment"}
)
DATA_NAMES = frozenset({
    "indicator", "flow", "region", "origin", "destination", "industry", "year", "start", "end", "of", "share_of", "per",
    "measure", "left", "right", "among", "scope", "missing",
})  # fmt: skip
CLAIM_NAMES = frozenset({"id", "place", "paraphrase", "kind", "claim", "from_printed", "from_data", "note"})
TOP_NAMES = frozenset({"article", "figures", "claims", "out_of_scope", "notes"})
COUNTS = frozenset({"件", "项", "个", "家", "户", "次"})


class Regions(Protocol):
    """What is needed of the catalogue's region names."""

    def code(self, printed: str) -> str: ...


class Mapped(dict[str, Any]):
    """A mapping of the file that remembers its line and its keys' lines."""

    line: int
    lines: dict[str, int]


class Listed(list[Any]):
    line: int
    lines: list[int]


class ClaimMistakes(BadInput):
    """All mistakes of one file; `str()` has one line for each."""

    def __init__(self, mistakes: list[BadInput]) -> None:
        self.mistakes = mistakes
        first = mistakes[0]
        super().__init__(first.where, expected=first.expected, found=first.found, hint=first.hint)

    def __str__(self) -> str:
        return "\n".join(str(m) for m in self.mistakes)


@dataclass(frozen=True)
class Claim:
    """One claim: what is printed and, if given, what it can be computed from on either side."""

    id: str
    kind: str
    claim: str
    line: int
    place: str = ""
    paraphrase: str = ""
    note: str = ""
    claim_key: str | None = None
    direction: str = ""
    order: tuple[str, ...] = ()
    printed: Side | None = None
    data: Side | None = None
    ranking: DataKey | None = None
    other_scope: str = ""
    missing: str = ""


@dataclass(frozen=True)
class ClaimFile:
    """A parsed file; `book` holds every printed figure by key ($name, or claim id and slot)."""

    path: str
    article: dict[str, Any]
    book: dict[str, Figure]
    claims: list[Claim]
    out_of_scope: list[Any] = field(default_factory=list)
    notes: Any = None

    @property
    def source(self) -> str:
        """The source key of the article itself, whose figures are no outside evidence."""
        return str(self.article.get("source", ""))


def _convert(node: yaml.Node, problem: Any) -> Any:
    """Scalars as their text, mappings and lists with their lines."""
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        out = Mapped()
        out.line, out.lines = line, {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in out:
                problem(key_node.start_mark.line + 1, "each name once", f"{key!r} twice")
            out[key] = _convert(value_node, problem)
            out.lines[key] = value_node.start_mark.line + 1
        return out
    if isinstance(node, yaml.SequenceNode):
        items = Listed(_convert(child, problem) for child in node.value)
        items.line, items.lines = line, [child.start_mark.line + 1 for child in node.value]
        return items
    return None if node.tag.endswith(":null") else str(node.value)


class _Mistake(Exception):
    def __init__(self, line: int, expected: str, found: str, hint: str = "") -> None:
        self.line, self.expected, self.found, self.hint = line, expected, found, hint


def _children(quantity: Quantity) -> list[Quantity]:
    return [quantity] if isinstance(quantity, Leaf) else [child for _, child in quantity.args]


def _unit(figure: Figure) -> str:
    unit = plain(figure).unit
    return "个" if unit in COUNTS else unit


class _Reader:
    """Builds the claims of one file; mistakes are collected, not raised."""

    def __init__(self, path: str, regions: Regions | None, indicators: Mapping[str, Any] | None) -> None:
        self.path, self.regions, self.indicators = path, regions, indicators
        self.mistakes: list[BadInput] = []
        self.book: dict[str, Figure] = {}

    def problem(self, line: int, expected: str, found: str, hint: str = "") -> None:
        self.mistakes.append(BadInput(f"{self.path}:{line}", expected=expected, found=found, hint=hint))

    def figure(self, text: Any, key: str, line: int) -> str:
        """The key of a literal; `$name` refers to the figures at the top."""
        if isinstance(text, str) and text.startswith("$"):
            if text[1:] not in self.book:
                raise _Mistake(line, "a name of the section `figures`", repr(text))
            return text[1:]
        try:
            self.book[key] = parse(text)
        except ValueError as error:
            raise _Mistake(line, "a printed figure", str(error)) from None
        return key

    def region(self, name: Any, line: int) -> str:
        if not isinstance(name, str):
            raise _Mistake(line, "a region's name or code", repr(name))
        if self.regions is None:
            return name
        try:
            return self.regions.code(name)
        except ValueError as error:
            raise _Mistake(line, "a region of the catalogue", str(error)) from None

    def indicator(self, name: Any, line: int) -> str:
        if not isinstance(name, str) or (self.indicators is not None and name not in self.indicators):
            raise _Mistake(line, "an indicator of the catalogue", repr(name))
        return name

    def year(self, text: Any, line: int) -> int:
        try:
            return int(str(text))
        except ValueError:
            raise _Mistake(line, "a whole number", repr(text)) from None

    # what the text prints -----------------------------------------------------------------------------------------

    def quantity(self, value: Any, key: str, line: int) -> Quantity:
        if isinstance(value, Mapped):
            kind = value.get("kind")
            if kind not in SLOTS or kind in DIRECTIONS | {"value", "bound"}:
                raise _Mistake(value.line, "a kind of derived quantity", repr(kind))
            return self.printed(kind, less(value, without="kind"), key)
        return Leaf(self.figure(value, key, line))

    def quantities(self, values: Any, key: str, line: int) -> Node:
        if not isinstance(values, Listed) or not values:
            raise _Mistake(line, "a list of figures", repr(values))
        lines = values.lines
        return Node("sum", tuple((str(i), self.quantity(v, f"{key}[{i}]", lines[i])) for i, v in enumerate(values)))

    def printed(self, kind: str, given: Mapped, key: str, *, unitless: bool = False) -> Quantity:
        """`from_printed` of one numeric quantity as a tree."""
        if set(given) not in SLOTS[kind]:
            wanted = " or ".join("{" + ", ".join(sorted(s)) + "}" for s in SLOTS[kind])
            raise _Mistake(given.line, f"{wanted} for {kind}", "{" + ", ".join(given) + "}")
        if kind == "sum":
            node: Quantity = self.quantities(given["parts"], f"{key}.parts", given.lines["parts"])
            self.same_units(node, given.line)
            return node
        if kind in ("value", "bound") and "value" in given:
            return self.quantity(given["value"], f"{key}.value", given.lines["value"])
        years = self.year(given["years"], given.lines["years"]) if "years" in given else 0
        if "years" in given and years <= 0:
            raise _Mistake(given.lines["years"], "a positive number of years", str(years))
        if kind == "share" and "rest" in given:
            part = self.quantity(given["part"], f"{key}.part", given.lines["part"])
            node = Node(
                "share_of_parts", (("part", part), ("rest", self.quantities(given["rest"], f"{key}.rest", given.line)))
            )
            self.same_units(node, given.line)
            return node
        names = {"ratio": {"start": "numerator", "end": "denominator"}, "growth_from_increment": {"level": "end"}}.get(
            kind, {}
        )
        args = tuple(
            (names.get(n, n), self.quantity(v, f"{key}.{n}", given.lines[n])) for n, v in given.items() if n != "years"
        )
        if kind == "ratio":
            if unitless and all(isinstance(q, Leaf) for _, q in args):
                units = {_unit(self.book[str(k)]) for _, q in args for k in keys_of(q)}
                args = tuple((n, Leaf(q.key, len(units) > 1)) if isinstance(q, Leaf) else (n, q) for n, q in args)
            return Node("ratio", args)
        node_kind = "cagr_of_multiple" if "multiple" in given else ("share" if kind == "bound" else kind)
        node = Node(node_kind, args, years)
        self.same_units(node, given.line)
        return node

    def same_units(self, node: Quantity, line: int) -> None:
        if isinstance(node, Node) and all(isinstance(q, Leaf) for _, q in node.args):
            units = {_unit(self.book[str(k)]) for k in keys_of(node)}
            if len(units) > 1:
                raise _Mistake(line, "figures of one unit", " and ".join(sorted(u or "no unit" for u in units)))

    # what the data say --------------------------------------------------------------------------------------------

    def data_leaf(self, spec: Mapped, year: int, *, indicator: str = "", region: Any = None) -> Leaf:
        line = spec.line
        industry = str(spec.get("industry", "*"))
        if "flow" in spec:
            flow = self.indicator(indicator or spec["flow"], spec.lines["flow"])
            ends = [self.region(spec.get(n), spec.lines.get(n, line)) for n in ("origin", "destination")]
            return Leaf(
                DataKey(flow, ends[0], year, industry, ends[1] if region is None else self.region(region, line))
            )
        if not indicator and "indicator" not in spec:
            raise _Mistake(line, "`indicator` or `flow` in from_data", "neither")
        name = self.indicator(indicator or spec["indicator"], spec.lines.get("indicator", line))
        place = spec.get("region") if region is None else region
        if place is None:
            raise _Mistake(line, "`region` in from_data", "none")
        return Leaf(DataKey(name, self.region(place, spec.lines.get("region", line)), year, industry))

    def level(self, spec: Mapped, year: int) -> Quantity:
        """The figure of one year, or its share (`of` a region, `share_of` an indicator) or quotient (`per` an
        indicator)."""
        leaf = self.data_leaf(spec, year)
        if "of" in spec:
            return Node("share", (("part", leaf), ("total", self.data_leaf(spec, year, region=spec["of"]))))
        for name, kind, args in (
            ("share_of", "share", ("part", "total")),
            ("per", "ratio", ("numerator", "denominator")),
        ):
            if name in spec:
                other = self.data_leaf(spec, year, indicator=self.indicator(spec[name], spec.lines[name]))
                return Node(kind, ((args[0], leaf), (args[1], other)))
        return leaf

    def years_of(self, spec: Mapped, names: Iterable[str]) -> list[int]:
        out = []
        for name in names:
            if name not in spec:
                raise _Mistake(spec.line, f"`{name}` in from_data", "none")
            out.append(self.year(spec[name], spec.lines[name]))
        return out

    def data(self, kind: str, spec: Mapped) -> Quantity:
        """`from_data` of one numeric quantity as a tree."""
        measured = str(spec.get("measure", kind))
        if measured == "growth_from_increment":
            measured = "growth"
        if measured in TWO_YEARS:
            start, end = self.years_of(spec, ("start", "end"))
            if end <= start:
                raise _Mistake(spec.line, "a start before the end", f"{start} to {end}")
            return Node(measured, (("start", self.level(spec, start)), ("end", self.level(spec, end))), end - start)
        if measured not in ("share", "sum", "value", "ratio", "bound", "compare", "rank"):
            known = ", ".join(sorted(TWO_YEARS - {"trend"} | {"value", "share"}))
            raise _Mistake(spec.line, f"a measure: {known}", repr(measured))
        (year,) = self.years_of(spec, ("year",))
        quantity = self.level(spec, year)
        if measured in ("share", "ratio") and isinstance(quantity, Leaf):
            wanted = "`per`" if measured == "ratio" else "`of` or `share_of`"
            raise _Mistake(spec.line, f"{wanted} in from_data of a {measured}", "none")
        return quantity

    # a claim ------------------------------------------------------------------------------------------------------

    def claim(self, entry: Any, position: int, line: int) -> Claim:
        if not isinstance(entry, Mapped):
            raise _Mistake(line, "a claim {id, kind, claim, …}", repr(entry))
        for name in entry:
            if name not in CLAIM_NAMES:
                raise _Mistake(entry.lines[name], "one of " + ", ".join(sorted(CLAIM_NAMES)), repr(name))
        for name in ("id", "kind", "claim"):
            if not entry.get(name):
                raise _Mistake(entry.line, f"`{name}` in every claim", "none")
        kind, claim_id = entry["kind"], entry["id"]
        if kind not in SLOTS:
            raise _Mistake(entry.lines["kind"], "a kind: " + ", ".join(SLOTS), repr(kind))
        made: dict[str, Any] = {n: str(entry.get(n) or "") for n in ("place", "paraphrase", "note")}
        for side in ("from_printed", "from_data"):
            if side in entry and not isinstance(entry[side], Mapped):
                raise _Mistake(entry.lines[side], f"a mapping in {side}", repr(entry[side]))
        printed, spec = entry.get("from_printed"), entry.get("from_data")
        if spec is not None:
            for name in spec:
                if name not in DATA_NAMES:
                    raise _Mistake(spec.lines[name], "one of " + ", ".join(sorted(DATA_NAMES)), repr(name))
            made["other_scope"] = str(spec.get("scope", ""))
            if "missing" in spec:  # known not to be had: said here, and shown
                made["missing"], spec = str(spec["missing"]), None
        build = {"trend": self._trend, "compare": self._compare, "rank": self._rank}.get(kind, self._numeric)
        made |= build(kind, claim_id, entry, printed, spec)
        return Claim(id=claim_id, kind=kind, line=entry.line, **made)

    def _numeric(
        self, kind: str, claim_id: str, entry: Mapped, printed: Mapped | None, spec: Mapped | None
    ) -> dict[str, Any]:
        line = entry.lines["claim"]
        key = self.figure(entry["claim"], f"{claim_id}.claim", line)
        figure = self.book[key]
        if kind in RATES and figure.unit not in ("%", "个百分点") and figure.half:
            raise _Mistake(
                line, f"a per cent sign for {kind}", repr(figure.literal), "use multiple or growth_times for 倍"
            )
        if kind in ("multiple", "growth_times") and plain(figure).unit:
            raise _Mistake(line, f"a number, with or without 倍, for {kind}", repr(figure.literal))
        if kind == "share" and plain(figure).unit:
            raise _Mistake(line, "a share in per cent or as a fraction", repr(figure.literal))
        made: dict[str, Any] = {"claim": figure.literal, "claim_key": key}
        if printed is not None:
            quantity = self.printed(kind, printed, claim_id, unitless=not figure.unit)
            made["printed"] = Side({"value": quantity})
            if kind in ("sum", "value", "difference", "mean_diff", "bound"):
                units = {_unit(self.book[str(k)]) for k in keys_of(quantity)} | {_unit(figure)}
                keeps_unit = isinstance(quantity, Leaf) or quantity.kind in ("sum", "difference", "mean_diff")
                if len(units) > 1 and keeps_unit and all(isinstance(k, Leaf) for k in _children(quantity)):
                    both = " and ".join(sorted(u or "no unit" for u in units))
                    raise _Mistake(line, "the claim in the unit of its inputs", both)
        if spec is not None:
            made["data"] = Side({"value": self.data(kind, spec)})
        return made

    def _trend(
        self, kind: str, claim_id: str, entry: Mapped, printed: Mapped | None, spec: Mapped | None
    ) -> dict[str, Any]:
        if entry["claim"] not in ("up", "down", "flat"):
            raise _Mistake(entry.lines["claim"], "up, down or flat", repr(entry["claim"]))
        made: dict[str, Any] = {"claim": entry["claim"], "direction": entry["claim"]}
        if printed is not None:
            if set(printed) != {"start", "end"}:
                raise _Mistake(printed.line, "{end, start} for trend", "{" + ", ".join(printed) + "}")
            made["printed"] = Side(
                {n: self.quantity(printed[n], f"{claim_id}.{n}", printed.lines[n]) for n in ("start", "end")}
            )
        if spec is not None:
            start, end = self.years_of(spec, ("start", "end"))
            made["data"] = Side({"start": self.level(spec, start), "end": self.level(spec, end)})
        return made

    def _compare(
        self, kind: str, claim_id: str, entry: Mapped, printed: Mapped | None, spec: Mapped | None
    ) -> dict[str, Any]:
        text = str(entry["claim"])
        sign = ">" if ">" in text else "<"
        sides = [part.strip() for part in text.split(sign)]
        if len(sides) != 2 or not all(sides):
            raise _Mistake(entry.lines["claim"], "two names with > or < between them", repr(text))
        made: dict[str, Any] = {"claim": text, "direction": sign, "order": tuple(sides)}
        if printed is not None:
            if set(printed) != {"left", "right"}:
                raise _Mistake(printed.line, "{left, right} for compare", "{" + ", ".join(printed) + "}")
            made["printed"] = Side(
                {n: self.quantity(printed[n], f"{claim_id}.{n}", printed.lines[n]) for n in ("left", "right")}
            )
        if spec is not None:
            both = {}
            for name, region in zip(("left", "right"), sides, strict=True):
                own = spec.get(name)
                if own is not None and not isinstance(own, Mapped):
                    raise _Mistake(spec.lines[name], f"a mapping for `{name}`", repr(own))
                part = less(spec, without="left right scope", extra=own)
                if own is None:
                    part["region"] = region
                    part.lines["region"] = entry.lines["claim"]
                both[name] = self.data("compare", part)
            made["data"] = Side(both)
        return made

    def _rank(
        self, kind: str, claim_id: str, entry: Mapped, printed: Mapped | None, spec: Mapped | None
    ) -> dict[str, Any]:
        order = entry["claim"]
        if not isinstance(order, Listed) or not order:
            raise _Mistake(entry.lines["claim"], "a list, first place first", repr(order))
        made: dict[str, Any] = {"claim": " > ".join(order), "order": tuple(order)}
        if printed is not None:
            values = printed.get("values")
            if not isinstance(values, Mapped) or not set(order) <= set(values):
                raise _Mistake(printed.line, "`values` with a figure for each place of the ranking", repr(values))
            made["printed"] = Side({n: self.quantity(v, f"{claim_id}.{n}", values.lines[n]) for n, v in values.items()})
        if spec is not None and "among" in spec:
            quantities = {}
            for region in spec["among"]:
                part = less(spec, without="among scope")
                part["region"] = region
                quantities[region] = self.data("rank", part)
            made["data"] = Side(quantities)
        elif spec is not None:
            (year,) = self.years_of(spec, ("year",))
            made["ranking"] = self.data_leaf(spec, year).key
        return made


def less(node: Mapped, *, without: str, extra: Mapped | None = None) -> Mapped:
    """A copy of a mapping less some names, with others on top."""
    out = Mapped({k: v for k, v in node.items() if k not in without.split()} | (extra or {}))
    out.line = node.line
    out.lines = node.lines | (extra.lines if extra else {})
    return out


def load_claims(
    path: Path | str, regions: Regions | None = None, indicators: Mapping[str, Any] | None = None
) -> ClaimFile:
    """Read a claims file. `regions` (the catalogue's names) turns names into codes; `indicators` checks identifiers.

    Raises ClaimMistakes (a BadInput) with one line for each mistake."""
    path = Path(path)
    reader = _Reader(path.name, regions, indicators)
    try:
        root = yaml_file.compose(path)
    except BadInput as error:
        raise ClaimMistakes([error]) from None
    top = _convert(root, reader.problem) if root is not None else None
    if not isinstance(top, Mapped) or not isinstance(top.get("claims"), Listed):
        raise ClaimMistakes([BadInput(f"{path.name}:1", expected="a mapping with a list `claims`", found="none")])
    for name in top:
        if name not in TOP_NAMES:
            reader.problem(top.lines[name], "one of " + ", ".join(sorted(TOP_NAMES)), repr(name))
    for name, literal in (top.get("figures") or {}).items():
        try:
            reader.figure(literal, name, top["figures"].lines[name])
        except _Mistake as m:
            reader.problem(m.line, m.expected, m.found, m.hint)
            reader.book[name] = Figure(*_NOTHING)
    claims: list[Claim] = []
    for position, entry in enumerate(top["claims"]):
        try:
            claim = reader.claim(entry, position, top["claims"].lines[position])
            if any(c.id == claim.id for c in claims):
                raise _Mistake(claim.line, "each id once", repr(claim.id))
            claims.append(claim)
        except _Mistake as m:
            reader.problem(m.line, m.expected, m.found, m.hint)
    if reader.mistakes:
        raise ClaimMistakes(reader.mistakes)
    article = top.get("article")
    return ClaimFile(
        path=str(path), article=dict(article) if isinstance(article, Mapped) else {}, book=reader.book, claims=claims,
        out_of_scope=list(top.get("out_of_scope") or []), notes=top.get("notes"),
    )  # fmt: skip


_ZERO = parse("0")
_NOTHING = (_ZERO.value, _ZERO.half, "", None, "0")
