"""`from_printed` of a claim into quantities over the text's own figures, which are gathered in a book. The other side is
`data_inputs`."""

from __future__ import annotations

import re
from typing import Any

from jjj_pipeline.claims.kinds import COUNTS, DIRECTIONS, SLOTS
from jjj_pipeline.claims.lines import LinedList, LinedMapping, Mistake, less
from jjj_pipeline.claims.quantity import Leaf, Operation, Quantity, keys_of, plain
from jjj_pipeline.measures.printed_figure import Figure, parse

MAX_DIGITS = 30
MAX_PARTS = 1000
MAX_DEPTH = 8  # quantities inside quantities
_NO_ARGUMENT = frozenset({"value", "bound", "count", "position"})


def same_unit_of(figure: Figure) -> str:
    """The unit for comparison: all counts (件, 项, 个 …) are one."""
    unit = plain(figure).unit
    return "个" if unit in COUNTS else unit


def whole_number(text: Any, line: int) -> int:
    if not re.fullmatch(r"\d{1,4}", str(text)):
        raise Mistake(line, "a whole number of at most four digits", repr(text)[:60])
    return int(text)


class PrintedInputs:
    """The figures of one text, by name or by claim and slot, and the quantities made of them."""

    def __init__(self) -> None:
        self.book: dict[str, Figure] = {}

    def figure(self, text: Any, key: str, line: int) -> str:
        """The key of a literal; `$name` refers to the figures at the top."""
        if isinstance(text, str) and text.startswith("$"):
            if text[1:] not in self.book:
                raise Mistake(line, "a name of the section `figures`", repr(text)[:60])
            return text[1:]
        if isinstance(text, str) and len(re.findall(r"\d", text)) > MAX_DIGITS:
            raise Mistake(line, f"a figure of at most {MAX_DIGITS} digits", repr(text)[:40])
        try:
            self.book[key] = parse(text)
        except (ValueError, ArithmeticError) as error:
            raise Mistake(line, "a printed figure", str(error)[:160]) from None
        return key

    def quantity(self, value: Any, key: str, line: int) -> Quantity:
        """A literal, or a derived quantity {kind: …}."""
        if isinstance(value, LinedMapping):
            kind = value.get("kind")
            if kind not in SLOTS or kind in DIRECTIONS | _NO_ARGUMENT:
                raise Mistake(value.line, "a kind of derived quantity", repr(kind)[:60])
            if key.count(".") > MAX_DEPTH:
                raise Mistake(value.line, f"at most {MAX_DEPTH} quantities inside one another", "more")
            return self.derived(kind, less(value, without="kind"), key)
        return Leaf(self.figure(value, key, line))

    def quantities(self, values: Any, key: str, line: int) -> Operation:
        """The sum of a list."""
        if not isinstance(values, LinedList) or not values:
            raise Mistake(line, "a list of figures", repr(values)[:60])
        if len(values) > MAX_PARTS:
            raise Mistake(line, f"at most {MAX_PARTS} figures", str(len(values)))
        lines = values.lines
        return Operation(
            "sum", tuple((str(i), self.quantity(v, f"{key}[{i}]", lines[i])) for i, v in enumerate(values))
        )

    def derived(self, kind: str, given: LinedMapping, key: str, *, unitless: bool = False) -> Quantity:
        """`from_printed` of one numeric quantity as a tree."""
        if set(given) not in SLOTS[kind]:
            wanted = " or ".join("{" + ", ".join(sorted(s)) + "}" for s in SLOTS[kind])
            raise Mistake(given.line, f"{wanted} for {kind}", "{" + ", ".join(given) + "}")
        if kind in ("count", "position"):
            return self._counted(kind, given, key)
        if kind == "sum":
            node: Quantity = self.quantities(given["parts"], f"{key}.parts", given.lines["parts"])
            self._same_units(node, given.line)
            return node
        if kind in ("value", "bound") and "value" in given:
            return self.quantity(given["value"], f"{key}.value", given.lines["value"])
        years = whole_number(given["years"], given.lines["years"]) if "years" in given else 0
        if "years" in given and not 0 < years <= 500:
            raise Mistake(given.lines["years"], "a number of years from 1 to 500", str(years))
        if kind == "share" and "rest" in given:
            part = self.quantity(given["part"], f"{key}.part", given.lines["part"])
            rest = self.quantities(given["rest"], f"{key}.rest", given.line)
            node = Operation("share_of_parts", (("part", part), ("rest", rest)))
            self._same_units(node, given.line)
            return node
        names = {"ratio": {"start": "numerator", "end": "denominator"}, "growth_from_increment": {"level": "end"}}.get(
            kind, {}
        )
        args = tuple(
            (names.get(n, n), self.quantity(v, f"{key}.{n}", given.lines[n])) for n, v in given.items() if n != "years"
        )
        if kind == "ratio":
            if unitless and all(isinstance(q, Leaf) for _, q in args):
                units = {same_unit_of(self.book[str(k)]) for _, q in args for k in keys_of(q)}
                args = tuple((n, Leaf(q.key, len(units) > 1)) if isinstance(q, Leaf) else (n, q) for n, q in args)
            return Operation("ratio", args)
        node_kind = "cagr_of_multiple" if "multiple" in given else ("share" if kind == "bound" else kind)
        node = Operation(node_kind, args, years)
        self._same_units(node, given.line)
        return node

    def _counted(self, kind: str, given: LinedMapping, key: str) -> Operation:
        """How many of the printed values pass a threshold, or which place one of them takes."""
        values = given["values"]
        if not isinstance(values, LinedMapping) or not 0 < len(values) <= MAX_PARTS:
            raise Mistake(given.line, f"`values`: a figure for each place, at most {MAX_PARTS}", repr(values)[:60])
        listed = [(n, self.quantity(v, f"{key}.{n}", values.lines[n])) for n, v in values.items()]
        if kind == "position":
            if given["of"] not in values:
                raise Mistake(given.lines["of"], "one of the names in `values`", repr(given["of"])[:60])
            own = dict(listed)[given["of"]]
            return Operation("position", (("place", own), *((n, q) for n, q in listed if n != given["of"])))
        side = "above" if "above" in given else "below"
        threshold = Leaf(self.figure(given[side], f"{key}.{side}", given.lines[side]))
        return Operation(f"count_{side}", (("threshold", threshold), *listed))

    def _same_units(self, node: Quantity, line: int) -> None:
        if isinstance(node, Operation) and all(isinstance(q, Leaf) for _, q in node.args):
            units = {same_unit_of(self.book[str(k)]) for k in keys_of(node)}
            if len(units) > 1:
                raise Mistake(line, "figures of one unit", " and ".join(sorted(u or "no unit" for u in units)))
