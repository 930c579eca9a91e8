"""A file of claims (YAML), or the same entries in memory, into typed claims. Every mistake is reported with file and line, all of
them at once. Nothing is judged here and no table is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jjj_pipeline.catalog import yaml_file
from jjj_pipeline.claims.catalog_names import CatalogNames
from jjj_pipeline.claims.data_inputs import DataInputs
from jjj_pipeline.claims.kinds import CLAIM_NAMES, DATA_NAMES, RATES, SLOTS, TOP_NAMES
from jjj_pipeline.claims.lines import LinedList, LinedMapping, Mistake, less, with_lines, without_lines
from jjj_pipeline.claims.model import Bilingual, Claim, ClaimFile, ClaimMistakes
from jjj_pipeline.claims.printed_inputs import PrintedInputs, same_unit_of
from jjj_pipeline.claims.quantity import Leaf, Operation, Quantity, Side, keys_of, plain
from jjj_pipeline.errors import BadInput
from jjj_pipeline.measures.printed_figure import parse

_POSITION = re.compile(r"(?:居|列|排名?)?(?:全国|区域)?第?\s*(\d{1,3}|[一二三四五六七八九十]{1,3})\s*[位名]?")
_NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九")}
Made = dict[str, Any]


def load_claims(path: Path | str, names: CatalogNames | None = None) -> ClaimFile:
    """Read a claims file; `catalog_names` turns names of places and indicators into codes and checks them.

    Raises ClaimMistakes (a BadInput) with one line for each mistake."""
    path = Path(path)
    reader = _Reader(path.name, names or CatalogNames())
    try:
        root = yaml_file.compose(path)
    except BadInput as error:
        raise ClaimMistakes([error]) from None
    return reader.file(with_lines(root, reader.problem) if root is not None else None, str(path))


def claims_of(entries: Mapping[str, Any], names: CatalogNames | None = None, name: str = "claims") -> ClaimFile:
    """The same for entries in memory: {figures: …, claims: [{id, kind, claim, …}]} as docs/claims.md describes them.

    Raises ClaimMistakes; lines are then 0."""
    return _Reader(name, names or CatalogNames()).file(without_lines(entries), name)


class _Reader:
    """Builds the claims of one file; mistakes are collected, not raised."""

    def __init__(self, name: str, names: CatalogNames) -> None:
        self.name, self.names = name, names
        self.mistakes: list[BadInput] = []
        self.printed = PrintedInputs()
        self.data = DataInputs(names)

    def problem(self, line: int, expected: str, found: str, hint: str = "") -> None:
        self.mistakes.append(BadInput(f"{self.name}:{line}", expected=expected, found=found, hint=hint))

    def file(self, top: Any, path: str) -> ClaimFile:
        if not isinstance(top, LinedMapping) or not isinstance(top.get("claims"), LinedList):
            raise ClaimMistakes([BadInput(f"{self.name}:1", expected="a mapping with a list `claims`", found="none")])
        for name in top:
            if name not in TOP_NAMES:
                self.problem(top.lines[name], "one of " + ", ".join(sorted(TOP_NAMES)), repr(name)[:60])
        self._figures(top.get("figures"), top.lines.get("figures", 1))
        claims: dict[str, Claim] = {}
        for entry, line in zip(top["claims"], top["claims"].lines, strict=True):
            try:
                claim = self.claim(entry, line)
                if claim.id in claims:
                    raise Mistake(claim.line, "each id once", repr(claim.id))
                claims[claim.id] = claim
            except Mistake as m:
                self.problem(m.line, m.expected, m.found, m.hint)
        if self.mistakes:
            raise ClaimMistakes(self.mistakes)
        article = top.get("article")
        return ClaimFile(
            path=path, article=dict(article) if isinstance(article, LinedMapping) else {}, book=self.printed.book,
            claims=list(claims.values()), out_of_scope=list(top.get("out_of_scope") or []), notes=top.get("notes"),
        )  # fmt: skip

    def _figures(self, figures: Any, line: int) -> None:
        if figures is None:
            return
        if not isinstance(figures, LinedMapping):
            self.problem(line, "a mapping of names to figures in `figures`", repr(figures)[:60])
            return
        for name, literal in figures.items():
            try:
                self.printed.figure(literal, name, figures.lines[name])
            except Mistake as m:
                self.problem(m.line, m.expected, m.found, m.hint)
                self.printed.book[name] = parse("0")

    def claim(self, entry: Any, line: int) -> Claim:
        if not isinstance(entry, LinedMapping):
            raise Mistake(line, "a claim {id, kind, claim, …}", repr(entry)[:60])
        for name in entry:
            if name not in CLAIM_NAMES:
                raise Mistake(entry.lines[name], "one of " + ", ".join(sorted(CLAIM_NAMES)), repr(name)[:60])
        for name in ("id", "kind", "claim"):
            if not entry.get(name):
                raise Mistake(entry.line, f"`{name}` in every claim", "none")
        kind, claim_id = entry["kind"], entry["id"]
        if kind not in SLOTS:
            raise Mistake(entry.lines["kind"], "a kind: " + ", ".join(SLOTS), repr(kind)[:60])
        made: Made = {n: str(entry.get(n) or "") for n in ("place", "note")}
        made["paraphrase"] = self.text(entry, "paraphrase")
        for side in ("from_printed", "from_data"):
            if side in entry and not isinstance(entry[side], LinedMapping):
                raise Mistake(entry.lines[side], f"a mapping in {side}", repr(entry[side])[:60])
        printed, spec = entry.get("from_printed"), entry.get("from_data")
        if spec is not None:
            for name in spec:
                if name not in DATA_NAMES:
                    raise Mistake(spec.lines[name], "one of " + ", ".join(sorted(DATA_NAMES)), repr(name)[:60])
            made["other_scope"] = self.text(spec, "scope")
            if "missing" in spec:  # known to be missing: the claim says so
                made["missing"], spec = self.text(spec, "missing"), None
        builds: dict[str, Callable[..., Made]] = {"trend": self._trend, "compare": self._compare, "rank": self._rank}
        self.data.unit = ""
        self.data.threshold = lambda value, at: Leaf(self.printed.figure(value, f"{claim_id}.threshold", at))
        made |= builds.get(kind, self._numeric)(kind, claim_id, entry, printed, spec)
        return Claim(id=claim_id, kind=kind, line=entry.line, **made)

    @staticmethod
    def text(entry: LinedMapping, name: str) -> Bilingual:
        """A text, or {zh: …, en: …}."""
        value = entry.get(name)
        if isinstance(value, LinedMapping):
            if not set(value) <= {"zh", "en"}:
                raise Mistake(value.line, f"zh and en in `{name}`", "{" + ", ".join(value) + "}")
            return Bilingual(str(value.get("zh") or value.get("en")), str(value.get("en") or value.get("zh")))
        return Bilingual(str(value or ""), str(value or ""))

    def _numeric(
        self, kind: str, claim_id: str, entry: LinedMapping, printed: LinedMapping | None, spec: LinedMapping | None
    ) -> Made:
        line = entry.lines["claim"]
        literal = _position(entry["claim"]) if kind == "position" else entry["claim"]
        key = self.printed.figure(literal, f"{claim_id}.claim", line)
        figure = self.printed.book[key]
        if kind in RATES and figure.unit not in ("%", "个百分点") and figure.half:
            hint = "use multiple or growth_times for 倍"
            raise Mistake(line, f"a per cent sign for {kind}", repr(figure.literal), hint)
        if kind in ("multiple", "growth_times") and plain(figure).unit:
            raise Mistake(line, f"a number, with or without 倍, for {kind}", repr(figure.literal))
        if kind == "growth_times" and "番" in figure.literal:
            raise Mistake(line, "kind multiple for 翻番", "growth_times", "翻一番 is twice as much: multiple")
        if kind == "share" and plain(figure).unit:
            raise Mistake(line, "a share in per cent or as a fraction", repr(figure.literal))
        made: Made = {"claim": figure.literal, "claim_key": key}
        if printed is not None:
            quantity = self.printed.derived(kind, printed, claim_id, unitless=not figure.unit)
            made["printed"] = Side({"value": quantity})
            if kind in ("sum", "value", "difference", "mean_diff", "bound"):
                self._one_unit(quantity, key, line)
        if spec is not None:
            self.data.unit = figure.unit if figure.printed_unit else ""
            made["data"] = Side({"value": self.data.quantity(kind, spec)})
        return made

    def _one_unit(self, quantity: Quantity, key: str, line: int) -> None:
        """Sums and differences have the unit of their parts."""
        book = self.printed.book
        units = {same_unit_of(book[str(k)]) for k in keys_of(quantity)} | {same_unit_of(book[key])}
        keeps_unit = isinstance(quantity, Leaf) or quantity.kind in ("sum", "difference", "mean_diff")
        parts = [quantity] if isinstance(quantity, Leaf) else [child for _, child in quantity.args]
        if len(units) > 1 and keeps_unit and all(isinstance(part, Leaf) for part in parts):
            both = " and ".join(sorted(u or "no unit" for u in units))
            raise Mistake(line, "the claim in the unit of its inputs", both)

    def _trend(
        self, kind: str, claim_id: str, entry: LinedMapping, printed: LinedMapping | None, spec: LinedMapping | None
    ) -> Made:
        if entry["claim"] not in ("up", "down", "flat"):
            raise Mistake(entry.lines["claim"], "up, down or flat", repr(entry["claim"])[:60])
        made: Made = {"claim": entry["claim"], "direction": entry["claim"]}
        if printed is not None:
            made["printed"] = self._both(printed, claim_id, "trend", ("start", "end"))
        if spec is not None:
            start, end = self.data.years_of(spec, ("start", "end"))
            made["data"] = Side({"start": self.data.level(spec, start), "end": self.data.level(spec, end)})
        return made

    def _both(self, printed: LinedMapping, claim_id: str, kind: str, names: tuple[str, str]) -> Side:
        if set(printed) != set(names):
            wanted = "{" + ", ".join(sorted(names)) + "}"
            raise Mistake(printed.line, f"{wanted} for {kind}", "{" + ", ".join(printed) + "}")
        return Side({n: self.printed.quantity(printed[n], f"{claim_id}.{n}", printed.lines[n]) for n in names})

    def _compare(
        self, kind: str, claim_id: str, entry: LinedMapping, printed: LinedMapping | None, spec: LinedMapping | None
    ) -> Made:
        named = self.text(entry, "claim")
        sign = ">" if ">" in named.en else "<"
        sides = [part.strip() for part in named.en.split(sign)]
        if len(sides) != 2 or not all(sides):
            raise Mistake(entry.lines["claim"], "two names with > or < between them", repr(named.en)[:60])
        made: Made = {"claim": named.en, "direction": sign, "order": tuple(sides), "named": named}
        if printed is not None:
            made["printed"] = self._both(printed, claim_id, "compare", ("left", "right"))
        if spec is not None:
            made["data"] = Side({
                name: self.data.one_side(spec, name, region, entry.lines["claim"])
                for name, region in zip(("left", "right"), sides, strict=True)
            })  # fmt: skip
        return made

    def _rank(
        self, kind: str, claim_id: str, entry: LinedMapping, printed: LinedMapping | None, spec: LinedMapping | None
    ) -> Made:
        order = entry["claim"]
        if not isinstance(order, LinedList) or not order:
            raise Mistake(entry.lines["claim"], "a list, first place first", repr(order)[:60])
        made: Made = {"claim": " > ".join(order), "order": tuple(order)}
        if printed is not None:
            values = printed.get("values")
            if not isinstance(values, LinedMapping) or not set(order) <= set(values):
                raise Mistake(printed.line, "`values` with a figure for each place of the ranking", repr(values)[:60])
            figures = {n: self.printed.quantity(v, f"{claim_id}.{n}", values.lines[n]) for n, v in values.items()}
            made["printed"] = Side(figures)
        if spec is not None and "among" in spec:
            codes = [self.data.region(name, entry.lines["claim"]) for name in order]
            named = dict(zip(codes, order, strict=True))
            quantities = {}
            for code in self.data.places(spec):
                part = less(spec, without="among scope")
                part["region"], part.lines["region"] = code, spec.line
                quantities[named.get(code, code)] = self.data.quantity("rank", part)
            if not set(order) <= set(quantities):
                raise Mistake(spec.line, "every place of the ranking in `among`", " ".join(quantities)[:60])
            made["data"] = Side(quantities)
        elif spec is not None:
            made["ranking"] = self.data.leaf(spec, self.data.when(spec)).key
        return made


def _position(text: Any) -> Any:
    """第三位 -> 3 位, 首位 -> 1 位; what is none is left as it is."""
    if str(text) in ("首位", "第一", "榜首"):
        return "1 位"
    found = _POSITION.fullmatch(str(text))
    if found is None:
        return text
    number = found[1]
    if not number.isdigit():
        tens, ten, ones = number.partition("十")
        number = (
            str((_NUMERALS[tens] if tens else 1) * 10 * bool(ten) + (_NUMERALS[ones] if ones else 0))
            if ten
            else str(_NUMERALS.get(number, 0))
        )
    return f"{number} 位"


__all__ = ["Operation", "claims_of", "load_claims"]
