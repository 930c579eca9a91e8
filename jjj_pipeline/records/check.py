"""What a mapping makes of the first rows of a set, before anything long starts: rows that are left out, parties, places found and
not found. Nothing is written."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jjj_pipeline.contracts.records import Item, Party
from jjj_pipeline.records import canonical, checks, gazetteer, reading
from jjj_pipeline.records.build import lookups, named
from jjj_pipeline.records.engine import EngineSettings, connected
from jjj_pipeline.records.mapping import RecordSet, unnamed
from jjj_pipeline.settings import Settings

ROWS = 1000
SHOWN = 8
ORGANISATION = re.compile(canonical.ORGANISATION)
SIGNS = (";", "；", "|", "｜", "、", ",", "，", "/", "&", "\n", "\t")  # what separates parties in exports
SOME = 0.05  # of the cells; a single name may have a comma or a slash of its own


@dataclass
class Seen:
    """What was understood. `ways`: parties by role and way of finding their place; `examples` and `open` are parties with and
    without a place, the latter with the text that was searched."""

    files: int = 0
    partitions: int = 0
    size: int = 0
    rows: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    records: int = 0
    repeated: int = 0
    years: tuple[int, int] | None = None
    ways: list[tuple[str, str, int]] = field(default_factory=list)
    examples: list[tuple[str, ...]] = field(default_factory=list)
    open: list[tuple[str, ...]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)  # indicators that the catalogue does not have yet
    hints: list[str] = field(default_factory=list)  # what the mapping may have meant otherwise

    @property
    def parties(self) -> int:
        return sum(n for _, _, n in self.ways)

    @property
    def placed(self) -> int:
        return sum(n for _, way, n in self.ways if way != "none")


def look(settings: Settings, name: str, rows: int = ROWS) -> Seen:
    """The first `rows` rows of the first partition as the mapping understands them. Raises BadInput."""
    spec = named(settings, name)
    parts = reading.partitions(name, spec, settings.raw_records / name)
    seen = Seen(sum(len(p.files) for p in parts), len(parts), sum(p.size for p in parts))
    seen.unnamed = unnamed(settings.catalog, spec)
    with tempfile.TemporaryDirectory() as folder, connected(EngineSettings(), Path(folder)) as engine:
        text = reading.as_table(name, spec, parts[0], engine, limit=rows)
        with reading.readable(name, parts[0]):
            engine.write(canonical.rows(text.table, spec), engine.work / "rows")
        table = engine.read(engine.work / "rows")
        counted = engine.arrow(table.group_by("problem").aggregate(n=table.count())).to_pylist()
        seen.rows = sum(r["n"] for r in counted)
        seen.left_out = {r["problem"]: r["n"] for r in counted if r["problem"]}
        for lost in text.unread(seen.rows):
            seen.left_out[lost.reason] = seen.left_out.get(lost.reason, 0) + lost.rows
        seen.hints = hints(spec, engine.arrow(table).to_pylist())
        good = table.filter(table.problem.isnull()).drop("problem")
        one = good if spec.rows == "record" else good.select(*canonical.RECORD).distinct()
        again = canonical.repeated(one)
        item = canonical.once(one, spec.columns if spec.rows == "record" else ["class_code", "status"], again)
        if spec.rows == "record":
            good = item
        items = canonical.items(item, name)
        found = engine.arrow(
            items.aggregate(n=items.count(), first=items.period.min(), last=items.period.max())
        ).to_pylist()[0]
        seen.records, seen.repeated = found["n"], engine.arrow(again.aggregate(n=again.count())).to_pylist()[0]["n"]
        seen.years = (found["first"], found["last"]) if found["n"] else None
        engine.write(canonical.parties(good, name, spec, lookups(settings, engine)), engine.work / "party")
        party = engine.read(engine.work / "party")
        seen.broken = checks.shown(items, Item) + checks.shown(party, Party)
        parties = engine.arrow(party).to_pylist()
        source = {r["record_id"]: r for r in engine.arrow(good).to_pylist()}
    _tell(seen, parties, source, spec, gazetteer.names_in_force(settings.catalog / "gazetteer"))
    return seen


def hints(spec: RecordSet, rows: list[dict[str, Any]]) -> list[str]:
    """Lines on signs between parties that the mapping does not name, and on the values of a status: which of them count."""
    return [*_signs(spec, rows), *_statuses(spec, rows)]


def _signs(spec: RecordSet, rows: list[dict[str, Any]]) -> Iterator[str]:
    """A sign between names of organisations in some cells of a column and separates nothing as mapped."""
    for party in spec.parties:
        cells = [str(r[party.name]) for r in rows if r.get(party.name)] if party.name and party.part == "whole" else []
        declared = party.split if spec.rows == "record" else ""
        for sign in SIGNS:
            having = sum(1 for cell in cells if _names_between(cell, sign))
            if sign in declared or having <= SOME * len(cells):
                continue
            where = f"{party.role}: {having} of {len(cells)} cells of {party.name} have {sign!r} between organisations"
            several = f"split: {json.dumps(declared + sign, ensure_ascii=False)}"
            if spec.rows == "party":
                several = f"rows: record and {several}, where a cell holds several parties"
            yield f"{where}: if it separates parties, say {several}"


def _names_between(cell: str, sign: str) -> bool:
    parts = [part for part in cell.split(sign) if part.strip()]
    return len(parts) > 1 and all(ORGANISATION.search(part) for part in parts)


def _statuses(spec: RecordSet, rows: list[dict[str, Any]]) -> Iterator[str]:
    """What values the status has, where the mapping does not say which count or names values that no row has."""
    column, keep = spec.record.status, spec.record.keep
    if not column:
        if keep:
            yield f"keep: {', '.join(keep)} is not looked at: say record.status, the column it is about"
        return
    counted = Counter(str(r[column]).strip() for r in rows if r.get(column))
    shown = ", ".join(f"{value} {n}" for value, n in counted.most_common(SHOWN)) or "none"
    if not keep and len(counted) > 1:
        yield f"status {column}: {shown}; all of them count: keep: [{next(iter(counted))}] would say which do"
    elif unseen := [k for k in keep if k not in counted]:
        yield f"status {column}: no row looked at has {', '.join(unseen)}; there are: {shown}"


def _tell(seen: Seen, parties: list[dict[str, Any]], source: dict[str, Any], spec: Any, names: dict[str, str]) -> None:
    counted: dict[tuple[str, str], int] = {}
    for p in sorted(parties, key=lambda p: (p["record_id"], p["seq"])):
        counted[p["role"], p["way"]] = counted.get((p["role"], p["way"]), 0) + 1
        if p["way"] != "none" and len(seen.examples) < SHOWN:
            place = f"{names.get(p['province'], '')} {names.get(p['city'] or '', '')}".strip()
            seen.examples.append((p["record_id"], p["role"], p["name"] or "", place, p["way"]))
        elif p["way"] == "none" and len(seen.open) < SHOWN:
            row = source.get(p["record_id"], {})
            columns = {c for s in spec.parties if s.role == p["role"] for place in s.place for c in place.columns}
            looked = " | ".join(str(row[c]) for c in spec.columns if c in columns and row.get(c))
            seen.open.append((p["record_id"], p["role"], p["name"] or "", looked))
    seen.ways = sorted(((role, way, n) for (role, way), n in counted.items()), key=lambda w: (w[0], -w[2], w[1]))
