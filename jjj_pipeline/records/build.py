"""One record set from its files to its counts: partition by partition, so that an interrupted build goes on where it was, then
the whole. What the steps compute is in `reading`, `canonical` and `counting`; what others see of the result in `results`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from ibis import _

from jjj_pipeline.contracts.base import ContractBroken
from jjj_pipeline.contracts.records import Counted, Item, Party
from jjj_pipeline.errors import BadInput
from jjj_pipeline.records import canonical, checks, counting, places, portable, reading, results
from jjj_pipeline.records.engine import Engine, EngineSettings, connected
from jjj_pipeline.records.mapping import Count, RecordSet, load_sets, unnamed
from jjj_pipeline.records.reading import COUNTED, Partition, Rejected
from jjj_pipeline.settings import Settings

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

KEPT_TEXT = 120  # characters of an example


@dataclass(frozen=True)
class Progress:
    """What a build reports while it runs: a line now and then, and how many of how many steps are done."""

    say: Callable[[str], None] = lambda line: None
    step: Callable[[int, int, str], None] = lambda done, of, what: None


def named(settings: Settings, name: str) -> RecordSet:
    """The mapping of a set. Raises BadInput where records.yml has none of that name."""
    sets = load_sets(settings.catalog)
    if name not in sets:
        known = ", ".join(sets) or "none"
        raise BadInput(
            f"record set {name}", expected=f"one of records.yml: {known}", found=name, hint="see jjj records status"
        )
    return sets[name]


def lookups(settings: Settings, engine: Engine) -> places.Lookups:
    """The gazetteer as the engine has it."""
    folder = settings.catalog / "gazetteer"
    made = {name: engine.take_in(f"look/{name}", table) for name, table in places.tables(folder).items()}
    return places.Lookups(made["codes"], made["postal"], made["names"], places.cities_pattern(folder))


def build(
    settings: Settings, name: str, engine: EngineSettings, progress: Progress | None = None, *, full: bool = False
) -> dict[str, Any]:
    """Count one set and put the result beside its files; the summary. What was there stays until the new one is whole. Raises
    BadInput, ContractBroken."""
    progress = progress or Progress()
    spec, folder, work = named(settings, name), settings.raw_records / name, settings.records / name
    if missing := unnamed(settings.catalog, spec):
        raise BadInput(
            f"record set {name}", expected="counts of indicators that indicators.yml has", found=missing[0],
            hint=f"enter {missing[0]} in catalog/indicators.yml with names and unit",
        )  # fmt: skip
    parts = reading.partitions(name, spec, folder)
    work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(work / ".lock", timeout=0), connected(engine, work) as running:
            return _build(settings, name, spec, parts, running, progress, full)
    except Timeout:
        raise BadInput(
            f"record set {name}", expected="one build of it at a time", found="another that is running"
        ) from None


def _build(
    settings: Settings,
    name: str,
    spec: RecordSet,
    parts: list[Partition],
    engine: Engine,
    progress: Progress,
    full: bool,
) -> dict[str, Any]:
    look = lookups(settings, engine)
    print_of_set = results.fingerprint(settings, name, spec, [])
    made: list[Path] = []
    summaries: list[dict[str, Any]] = []
    for i, part in enumerate(parts):
        out = engine.work / "parts" / f"{part.fingerprint}-{print_of_set[:8]}"
        if full:
            shutil.rmtree(out, ignore_errors=True)
        label = part.files[0].name + (f" and {len(part.files) - 1} more" if len(part.files) > 1 else "")
        progress.step(i, len(parts) + 2, label)
        if not (out / "done.json").exists():
            _partition(name, spec, part, engine, look, out)
        summaries.append(json.loads((out / "done.json").read_text(encoding="utf-8")))
        progress.say(f"{label}: {summaries[-1]['items']:,} records, {summaries[-1]['parties']:,} parties")
        made.append(out)
    for old in (engine.work / "parts").iterdir():
        if old not in made:
            shutil.rmtree(old)
    progress.step(len(parts), len(parts) + 2, "counting")
    item, party, repeated = whole(engine, made)
    counted = count(engine, spec, item, party)
    progress.step(len(parts) + 1, len(parts) + 2, "summing up")
    summary = _summary(engine, item, party, summaries, repeated)
    summary["fingerprint"] = results.fingerprint(settings, name, spec, parts)
    _put(settings.raw_records / name / COUNTED, counted, summary)
    progress.step(len(parts) + 2, len(parts) + 2, "done")
    return summary


def _partition(name: str, spec: RecordSet, part: Partition, engine: Engine, look: places.Lookups, out: Path) -> None:
    """Records and parties of one partition, and what was left out; `done.json` is written last."""
    shutil.rmtree(out, ignore_errors=True)
    text = reading.as_table(name, spec, part, engine)
    with reading.readable(name, part):
        engine.write(canonical.rows(text.table, spec), out / "rows")
    rows = engine.read(out / "rows")
    left_out, read = _left_out(spec, part, rows, engine)
    unread = text.unread(read)
    good = rows.filter(rows.problem.isnull()).drop("problem")
    one = good if spec.rows == "record" else good.select(*canonical.RECORD).distinct()
    engine.write(canonical.repeated(one), out / "repeated")
    again = engine.read(out / "repeated")
    records = canonical.once(one, spec.columns if spec.rows == "record" else ["class_code", "status"], again)
    if spec.rows == "record":
        good = records
    engine.write(canonical.items(records, name), out / "item")
    engine.write(canonical.parties(good, name, spec, look), out / "party")
    items = checks.demand(engine.read(out / "item"), Item, engine.arrow)
    parties = checks.demand(engine.read(out / "party"), Party, engine.arrow)
    other = again.filter(again.differs)
    left_out += _differing(other, part, engine)
    shutil.rmtree(out / "rows", ignore_errors=True)
    shutil.rmtree(engine.work / "text", ignore_errors=True)
    number = engine.arrow(again.aggregate(n=again.count())).to_pylist()[0]["n"]
    done = {
        "items": items,
        "parties": parties,
        "repeated": number,
        "rejected": [asdict(r) for r in [*unread, *left_out]],
    }
    (out / "done.json.part").write_text(json.dumps(done, ensure_ascii=False), encoding="utf-8")
    (out / "done.json.part").rename(out / "done.json")


def _left_out(spec: RecordSet, part: Partition, rows: ir.Table, engine: Engine) -> tuple[list[Rejected], int]:
    """Rows that cannot be counted, by reason, and how many rows there are."""
    bad = rows.filter(rows.problem.notnull())
    counted = engine.arrow(rows.group_by("problem").aggregate(n=_.count())).to_pylist()
    found = []
    for r in sorted((r for r in counted if r["problem"]), key=lambda r: str(r["problem"])):
        reason = r["problem"]
        shown = [
            c
            for c in (
                spec.record.id,
                spec.record.date.column,
                spec.record.amount and spec.record.amount.column,
                spec.record.status,
            )
            if c
        ]
        some = bad.filter(bad.problem == reason).select(*dict.fromkeys(shown))
        some = some.order_by(*(some[c].fill_null("") for c in some.columns)).limit(reading.EXAMPLES)
        examples = "; ".join(" ".join(str(v) for v in e.values())[:KEPT_TEXT] for e in engine.arrow(some).to_pylist())
        found.append(Rejected(part.files[0].name, reason, r["n"], examples))
    return found, sum(r["n"] for r in counted)


def _differing(other: ir.Table, part: Partition, engine: Engine) -> list[Rejected]:
    """Records whose rows differ in date, class or amount: the earliest counts, the others are reported."""
    found = engine.arrow(other.aggregate(n=other.count(), rows=(other.n - 1).sum().fill_null(0))).to_pylist()[0]
    if not found["n"]:
        return []
    some = engine.arrow(other.order_by("record_id").limit(reading.EXAMPLES)).to_pylist()
    reason = "record number again with other content"
    return [Rejected(part.files[0].name, reason, int(found["rows"]), "; ".join(str(r["record_id"]) for r in some))]


def whole(engine: Engine, made: list[Path]) -> tuple[ir.Table, ir.Table, int]:
    """records.item and records.party of all partitions, and how many records are in more than one: of those the partition with
    the earliest date counts."""
    if len(made) == 1:
        return engine.read(made[0] / "item"), engine.read(made[0] / "party"), 0
    items = engine.read(*(m / "item" for m in made))
    several = items.group_by("record_id").aggregate(n=_.count()).filter(_.n > 1).select("record_id")
    engine.write(several, engine.work / "several")
    several = engine.read(engine.work / "several")
    number = engine.arrow(several.aggregate(n=several.count())).to_pylist()[0]["n"]
    if not number:
        return items, engine.read(*(m / "party" for m in made)), 0
    marked = [engine.read(m / "item").semi_join(several, "record_id").mutate(part=i) for i, m in enumerate(made)]
    order = [_.date, *(_[c].fill_null("") for c in ("class_code", "status")), _.part]
    unique = portable.first_of(reduce(lambda a, b: a.union(b), marked), ["record_id"], order)
    engine.write(unique, engine.work / "unique")
    unique = engine.read(engine.work / "unique")
    item = items.anti_join(several, "record_id").union(unique.drop("part"))
    parties = [engine.read(m / "party") for m in made]
    mine = [p.semi_join(unique.filter(unique.part == i), "record_id") for i, p in enumerate(parties)]
    single = engine.read(*(m / "party" for m in made)).anti_join(several, "record_id")
    engine.write(item, engine.work / "item")
    engine.write(reduce(lambda a, b: a.union(b), mine, single), engine.work / "party")
    return engine.read(engine.work / "item"), engine.read(engine.work / "party"), int(number)


def count(engine: Engine, spec: RecordSet, item: ir.Table, party: ir.Table) -> pd.DataFrame:
    """All results of a set as records.flow. Raises ContractBroken."""
    import pandas as pd

    sets: dict[tuple[str, ...], ir.Table] = {}
    known: dict[tuple[str, ...], pd.DataFrame] = {}
    frames = []
    for one in spec.counts:
        for level in one.levels:
            if one.rule in results.PAIRS:
                which = (*one.roles, str(one.by_class))
                if which not in sets:
                    sets[which] = _sets(engine, item, party, one, sets)
                if (*which, level) not in known:
                    known[*which, level] = engine.arrow(counting.pairs(sets[which], level)).to_pandas()
                frame = known[*which, level].assign(value=known[*which, level][one.rule])
            else:
                frame = engine.arrow(counting.flows(item, party, one, level)).to_pandas()
            frame = frame.assign(indicator=one.indicator, rule=one.rule, level=level)
            frames.append(frame[counting.RESULT])
    found = pd.concat(frames, ignore_index=True)
    found["value"] = found["value"].round(9)  # sums in another order differ in the last bits
    key = [*counting.RESULT[:7]]
    found = found.astype(
        {c: "str" for c in key if c != "period"} | {"period": "int64", "records": "int64", "value": "float64"}
    )
    found = found.sort_values(key, ignore_index=True)
    from jjj_pipeline.contracts.base import problems

    if lines := problems(found, Counted):
        raise ContractBroken(lines)
    return found


def _sets(
    engine: Engine, item: ir.Table, party: ir.Table, one: Count, made: dict[tuple[str, ...], ir.Table]
) -> ir.Table:
    """The place sets of a count, written for what is counted of them; those of all classes together come from those of each."""
    folder = engine.work / "sets" / "-".join(["", *one.roles])
    if not any(key[:-1] == tuple(one.roles) for key in made):
        engine.write(counting.place_sets(item, party, one.roles), folder)
    sets = engine.read(folder)
    if one.by_class:
        return sets.filter(sets.class_code.notnull())
    engine.write(counting.all_classes(sets), folder.with_name(folder.name + "-all"))
    return engine.read(folder.with_name(folder.name + "-all"))


def _summary(
    engine: Engine, item: ir.Table, party: ir.Table, summaries: list[dict[str, Any]], repeated: int
) -> dict[str, Any]:
    found = engine.arrow(counting.covered(item, party)).to_pylist()[0]
    years = engine.arrow(item.aggregate(first_year=item.period.min(), last_year=item.period.max())).to_pylist()[0]
    if years["first_year"] is None:
        raise BadInput("records", expected="records with a date", found="none: every row was left out")
    ways = engine.arrow(counting.resolved(party)).to_pylist()
    ways = sorted(ways, key=lambda w: (str(w["role"]), -w["parties"], w["way"]))
    rejected: dict[tuple[str, str], dict[str, Any]] = {}
    for r in (r for t in summaries for r in t["rejected"]):
        seen = rejected.setdefault((r["file"], r["reason"]), {**r, "rows": 0})
        seen["rows"] += r["rows"]
    return {
        **{k: int(v) for k, v in (found | years).items()}, "ways": ways,
        "repeated": repeated + sum(t["repeated"] for t in summaries), "rejected": list(rejected.values()),
    }  # fmt: skip


def _put(folder: Path, counted: pd.DataFrame, summary: dict[str, Any]) -> None:
    """The result in one move: the old one is there until the new one is."""
    part, old = folder.with_name(folder.name + ".part"), folder.with_name(folder.name + ".old.part")
    for left in (part, old):
        shutil.rmtree(left, ignore_errors=True)
    part.mkdir(parents=True)
    counted.to_csv(part / "flows.csv", index=False, lineterminator="\n")
    (part / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if folder.exists():
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
