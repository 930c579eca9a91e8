"""What a mapping makes of the first rows of a set, before anything long starts: rows that are left out, parties, places found and
not found. Nothing is written."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jjj_pipeline.contracts.records import Item, Party
from jjj_pipeline.records import canonical, checks, gazetteer, reading
from jjj_pipeline.records.build import lookups, named
from jjj_pipeline.records.engine import EngineSettings, connected
from jjj_pipeline.records.mapping import unnamed
from jjj_pipeline.settings import Settings

ROWS = 1000
SHOWN = 8


@dataclass
class Seen:
    """What was understood. `ways`: parties by role and way of finding their place; `examples` and `open` are parties with and
    without a place, the latter with the text that was looked at."""

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
