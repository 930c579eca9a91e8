"""Readings as a file of claims (docs/claims.md), to be corrected by hand and judged again with `jjj claims`. What was not understood
is listed too, with the reason in `missing`."""

from __future__ import annotations

from typing import Any

import yaml

from jjj_pipeline.catalog import units
from jjj_pipeline.claims.reasons import reason
from jjj_pipeline.claims.text import grammar as g
from jjj_pipeline.claims.text.documents import Document
from jjj_pipeline.claims.text.names import Names
from jjj_pipeline.claims.text.reading import Constant, Derived, Formula, Level, Reading
from jjj_pipeline.claims.text.sides import Checked

Entry = dict[str, Any]
_TWO_YEARS = ("growth", "cagr", "growth_times", "multiple", "difference", "mean_diff")


class _Flow(dict[str, Any]):
    """A mapping written on one line."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(_Flow, lambda d, v: d.represent_mapping("tag:yaml.org,2002:map", dict(v), flow_style=True))


def claims_file(document: Document, checked: list[Checked], names: Names) -> dict[str, Any]:
    """The entries of a file of claims: {article, claims}, one claim a figure (two for a ratio of three)."""
    entries: list[Entry] = []
    for number, one in enumerate((c for c in checked if c.reading.kind), 1):
        entries += entries_of(one, f"n{number}", document.text, names)
    return {"article": {"title": document.title}, "claims": entries}


def as_yaml(entries: dict[str, Any]) -> str:
    """A file of claims as text."""
    head = "# Each figure as it was understood: correct what was misread, then `jjj claims THIS_FILE`.\n"
    lines = [head, yaml.safe_dump({"article": entries["article"]}, allow_unicode=True, sort_keys=False)]
    lines.append("claims:\n" if entries["claims"] else "claims: []\n")
    for entry in entries["claims"]:
        lines.append(
            "  - "
            + yaml.dump(
                _Flow(entry), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6, default_flow_style=True
            ).strip()
            + "\n"
        )
    return "".join(lines)


def entries_of(one: Checked, claim_id: str, text: str, names: Names) -> list[Entry]:
    """One number as claims."""
    reading = one.reading
    around = (
        text[max(reading.sentence[0], reading.number.start - 24) : reading.number.end + 6].replace("\n", " ").strip()
    )
    head: Entry = {"id": claim_id, "place": str(reading.paragraph), "paraphrase": around}
    if reading.extra:
        return [
            {**head, "id": f"{claim_id}{'abcd'[i]}", "kind": kind, "claim": term, "from_data": spec}
            for i, (term, formula) in enumerate(reading.extra)
            for kind, spec in [_data("ratio", formula)]
            if spec is not None
        ]
    literal = literal_of(reading, names)
    if not literal or reading.formula is None:
        kind = {"rank": "position"}.get(reading.kind, reading.kind)
        return [
            {
                **head,
                "kind": _plain_kind(kind, literal),
                "claim": literal or reading.number.literal,
                "from_data": {"missing": (reading.why or reason("not_understood")).text("en")},
            }
        ]
    if reading.kind == "count":
        spec = _counted(reading)
        return [
            {
                **head,
                "kind": "count",
                "claim": literal,
                "from_data": spec or {"missing": "a threshold that is itself a figure of the data"},
            }
        ]
    if reading.kind == "rank":
        own = dict(reading.formula.parts)["of"] if isinstance(reading.formula, Derived) else None
        among = dict(reading.formula.parts)["among"] if isinstance(reading.formula, Derived) else None
        assert isinstance(own, Level)
        assert isinstance(among, Level)
        return [{**head, "kind": "position", "claim": literal, "from_data": {**_level(own), "among": among.place}}]
    if isinstance(reading.formula, Level) and "+" in reading.formula.place:
        return [
            {
                **head,
                "kind": "value",
                "claim": literal,
                "from_data": {"missing": f"a total of {reading.formula.place}: add up its members"},
            }
        ]
    kind, spec = _data(reading.kind, reading.formula)
    if spec is None:
        return [{**head, "kind": kind, "claim": literal, "from_data": {"missing": "not to be written as one claim"}}]
    return [{**head, "kind": kind, "claim": literal, "from_data": spec}]


def _plain_kind(kind: str, literal: str) -> str:
    """A kind that takes a literal with this unit."""
    if (
        kind in ("growth", "cagr", "growth_from_increment", "share")
        and "%" not in literal
        and "/" not in literal
        and "成" not in literal
    ):
        return "value"
    if kind in ("multiple", "growth_times") and "倍" not in literal:
        return "value"
    return "value" if kind in ("count", "position", "difference", "ratio", "sum") else kind


def literal_of(reading: Reading, names: Names) -> str:
    """The printed figure as a claims file has it: word of bound, digits, unit, and what it is per."""
    printed = reading.number.printed
    if not printed:
        return ""
    if reading.number.kind == "doublings":
        printed = f"{printed}倍"
    per = reading.measure.partition("/")[2]
    formula = reading.formula
    if isinstance(formula, Derived) and formula.kind == "difference":
        formula = formula.part("end")
    if per and reading.number.kind == "qty" and isinstance(formula, Derived) and formula.kind == "ratio":
        below = formula.part("denominator")
        constant = below.part("denominator") if isinstance(below, Derived) else None
        scale = constant.value if isinstance(constant, Constant) else 1
        base = _base(names.units.get(per, ""))
        printed = f"{printed}/{ {1: '', 100: '百', 1000: '千', 10**4: '万', 10**8: '亿'}.get(scale, '') }{base}"
    bound = g.AS_PRINTED.get(reading.bound, reading.bound)
    if not bound or "余" in printed:
        return printed
    if bound in ("以上", "以下", "以内", "左右", "上下"):
        return printed + bound
    return f"{printed}以上" if bound in ("多", "余", "还多", "有余") else bound + printed


def _base(unit: str) -> str:
    for scale in ("万亿", "亿", "万"):
        if unit.startswith(scale) and units.is_unit(unit.removeprefix(scale)):
            return unit.removeprefix(scale)
    return unit


def _level(level: Level, *, year: bool = True) -> _Flow:
    spec = _Flow(
        {"flow": level.measure, "origin": level.place, "destination": level.to}
        if level.to
        else {"indicator": level.measure, "region": level.place}
    )
    if year:
        spec["year"] = level.year
    return spec


def _one(formula: Formula, *, year: bool = True) -> _Flow | None:
    """A figure, a share or a quotient of one year."""
    if isinstance(formula, Level):
        return _level(formula, year=year) if "+" not in formula.place else None
    if not isinstance(formula, Derived) or formula.kind not in ("share", "ratio"):
        return None
    names = ("part", "total") if formula.kind == "share" else ("numerator", "denominator")
    above, below = formula.part(names[0]), formula.part(names[1])
    if isinstance(below, Derived) and below.kind == "ratio" and isinstance(below.part("denominator"), Constant):
        below = below.part("numerator")
    if not isinstance(above, Level) or not isinstance(below, Level) or "+" in above.place + below.place:
        return None
    spec = _level(above, year=year)
    if above.measure == below.measure and above.to:
        spec["of"] = below.to
    elif above.measure == below.measure:
        spec["of"] = below.place
    elif above.place == below.place and not above.to:
        spec["share_of" if formula.kind == "share" else "per"] = below.measure
    else:
        return None
    return spec


def _data(kind: str, formula: Formula) -> tuple[str, _Flow | None]:
    """`from_data` of a formula, and the kind it has there."""
    if isinstance(formula, Derived) and formula.kind in _TWO_YEARS:
        start, end = formula.part("start"), formula.part("end")
        one, other = _one(end), _one(start)
        if formula.kind == "difference" and not (one and other and {**one, "year": 0} == {**other, "year": 0}):
            left, right = _side(end), _side(start)
            return "difference", _Flow({"left": left, "right": right}) if left and right else None
        if one is None or other is None:
            return kind, None
        made = _Flow(_one(end, year=False) or {})
        made.update({"start": other["year"], "end": one["year"]})
        return kind if kind != "value" else formula.kind, made
    if isinstance(formula, Derived) and formula.kind == "ratio":
        quotient = _one(formula)
        if quotient is not None and "per" in quotient:
            return "ratio", quotient
        left, right = _side(formula.part("numerator")), _side(formula.part("denominator"))
        return "multiple", _Flow({"left": left, "right": right}) if left and right else None
    spec = _one(formula)
    return ("value" if kind == "sum" else kind), spec


def _side(formula: Formula) -> _Flow | None:
    """One side of a comparison: a figure, a share, or a rate over years."""
    if isinstance(formula, Derived) and formula.kind in ("growth", "cagr"):
        end, start = formula.part("end"), formula.part("start")
        one, other = _one(end), _one(start)
        if one is None or other is None:
            return None
        made = dict(_one(end, year=False) or {})
        return _Flow(made | {"start": other["year"], "end": one["year"], "measure": formula.kind})
    spec = _one(formula)
    if spec is not None and isinstance(formula, Derived):
        spec["measure"] = formula.kind
    return spec


def _counted(reading: Reading) -> _Flow | None:
    formula = reading.formula
    if not isinstance(formula, Derived) or not reading.threshold:
        return None
    own = formula.part("of")
    assert isinstance(own, Level)
    return _Flow({"indicator": own.measure, "year": own.year, "among": "provinces", "above": reading.threshold})
