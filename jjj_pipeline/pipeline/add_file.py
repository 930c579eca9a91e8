"""`jjj add`: a file is read, compared with what is loaded, and its bytes are laid down unchanged in raw/. Nothing is
overwritten, nothing is laid down that the build would refuse, and nothing half written stays behind."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import preview, reader
from jjj_pipeline.ingest.formats import open_file
from jjj_pipeline.ingest.matching.column_matching import Hints
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures, LoadedObservation, agree
from jjj_pipeline.ingest.matching.to_observations import Understood
from jjj_pipeline.ingest.row_model import COLUMNS, Reading
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.raw_files import RawFile, all_files, sha256, write_manifest

ENDINGS = {
    "csv": (".csv", ".txt"), "html": (".html", ".htm", ".xls"), "xls": (".xls",), "xlsx": (".xlsx", ".xls"), "ods": (".ods",),
}  # fmt: skip
SHOWN = 10  # revisions listed one by one


@dataclass
class Added:
    """What came of it: where the bytes lie (or would), the lines to show, and whether anything was written."""

    target: Path
    written: bool
    shown: list[str]
    said: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def add(path: Path, hints: Hints, settings: Settings, catalog: Catalog, *, dry_run: bool = False) -> Added:
    """Read a file and copy its bytes to raw/<source>/<release>/<table>.<ext>. Raises BadInput and changes nothing where
    the file is not understood, contradicts itself, or would overwrite another."""
    data = open_file.read_bytes(path)
    if there := _same_bytes(data, settings):
        return Added(there.path, False, [f"the same bytes are already in {there.name}: nothing changed"])
    understood = preview.read(path, hints, settings, catalog)
    target = _target(settings, catalog, understood, path)
    name = str(target.relative_to(settings.root))
    _refuse_overwriting(understood, target, name, settings, catalog)
    _refuse_what_the_build_refuses(understood, target, name, data, catalog)
    shown = [
        f"{understood.table_id}, release {understood.release}: {len(understood.rows)} cells",
        *_differences(understood, reader.loaded_figures(settings, catalog), catalog),
    ]
    if dry_run:
        return Added(target, False, [*shown, f"would be copied to {name}"], understood.said, understood.notes)
    _lay_down(data, target, settings)
    write_manifest(settings)
    return Added(target, True, [*shown, f"copied to {name}"], understood.said, understood.notes)


def _same_bytes(data: bytes, settings: Settings) -> RawFile | None:
    wanted = hashlib.sha256(data).hexdigest()
    same_size = (f for f in all_files(settings) if f.path.stat().st_size == len(data))
    return next((f for f in same_size if sha256(f.path) == wanted), None)


def _target(settings: Settings, catalog: Catalog, understood: Understood, path: Path) -> Path:
    """Where the file belongs. Raises BadInput where that is not inside raw/."""
    source = catalog.tables[understood.table_id].source
    stem = understood.table_id.removeprefix(f"{source}_")
    fitting = ENDINGS[understood.kind]
    ending = path.suffix.lower() if path.suffix.lower() in fitting else fitting[0]
    target = settings.raw / source / understood.release / f"{stem}{ending}"
    if not target.resolve().is_relative_to(settings.raw.resolve()):
        raise BadInput(
            path.name,
            expected="a place inside raw/",
            found=str(target.resolve()),
            hint="a folder of raw/ leads elsewhere",
        )
    return target


def _refuse_overwriting(understood: Understood, target: Path, name: str, settings: Settings, catalog: Catalog) -> None:
    """One file for each table and release: a second one, whatever its ending, would double every figure."""
    beside = sorted(target.parent.glob(f"{target.stem}.*")) if target.parent.is_dir() else []
    others = [p.name for p in beside if p.suffix != ".part"]
    if not others:
        return
    there = {
        (held.indicator, held.industry, held.region, held.year): held
        for held in reader.loaded_figures(settings, catalog).table(understood.table_id)
        if held.release == understood.release
    }
    mine = [h for r in understood.rows if (h := LoadedObservation._make(r)).value is not None]
    same = sum(
        agree(m.value, m.half, other.value, other.half)
        for m in mine
        if (other := there.get((m.indicator, m.industry, m.region, m.year)))
    )
    dated = catalog.tables[understood.table_id].year_lag is not None
    raise BadInput(
        name,
        expected="a place that is free",
        found=f"{target.parent.name}/{others[0]} with other bytes; {same} of {len(mine)} figures stand there already",
        hint="nothing is overwritten: "
        + ("" if dated else "give another --release, or ")
        + "remove the old file yourself",
    )


def _refuse_what_the_build_refuses(
    understood: Understood, target: Path, name: str, data: bytes, catalog: Catalog
) -> None:
    """Read the bytes once more as the build will, from their place alone, then the contract and the identities."""
    import pandas as pd

    from jjj_pipeline.contracts.base import conform, problems
    from jjj_pipeline.contracts.core import Observation
    from jjj_pipeline.quality.identities import discrepancies

    file = RawFile(target, name, understood.table_id, understood.release)
    try:
        rows = reader.observations_of(Reading(file, catalog.tables[understood.table_id], catalog), data)
    except BadInput as error:
        raise BadInput(
            name, cell=error.cell, expected=f"a file its place explains: {error.expected}", found=error.found,
            hint="raw/ keeps no --indicator and no --region: use a table of that one indicator, or one with region in tables.yml",
        ) from None  # fmt: skip
    if [r[:12] for r in rows] != [r[:12] for r in understood.rows]:
        raise BadInput(
            name,
            expected="the same figures from the file and from its place in raw/",
            found="others",
            hint="report this",
        )
    frame = pd.DataFrame(rows, columns=COLUMNS["observation"])
    frame = conform(reader.typed(frame, "observation"), Observation)
    if lines := problems(frame, Observation):
        raise BadInput(name, expected="observations that keep their contract", found=lines[0])
    mine = [c for c in catalog.corrections if (c.table, c.release) == (understood.table_id, understood.release)]
    rules = [r for r in catalog.identities if understood.table_id in r.tables]
    found, _ = discrepancies(frame, dataclasses.replace(catalog, corrections=mine, identities=rules))
    blocking = found[found["severity"] == "error"]
    if len(blocking):
        more = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
        first = blocking.iloc[0]
        raise BadInput(
            name, cell=str(first["cell"]),
            expected=f"{first['check_id']} of {first['indicator']} {first['region_code']} {first['year']} to give "
            f"{first['expected']:.10g}",
            found=f"{first['found']:.10g}{more}",
            hint="if the publication prints it so, allow it in corrections.yml",
        )  # fmt: skip


def _differences(understood: Understood, loaded: LoadedFigures, catalog: Catalog) -> list[str]:
    """How many figures are new, repeat a release of the same source, revise the newest older one, or differ from newer
    ones; the first revisions one by one."""
    source = catalog.tables[understood.table_id].source
    mine = [h for r in understood.rows if (h := LoadedObservation._make(r)).value is not None]
    places: dict[tuple[str, str, str, int], list[LoadedObservation]] = defaultdict(list)
    for held in loaded.of({(m.indicator, m.industry) for m in mine}):
        if held.source == source:
            places[held.indicator, held.industry, held.region, held.year].append(held)
    names = {r["region_code"]: r["short_zh"] or r["name_zh"] for r in catalog.regions}
    count: Counter[str] = Counter()
    revised = []
    for m in mine:
        there = places[m.indicator, m.industry, m.region, m.year]
        older = [h for h in there if h.release < understood.release]
        if not there:
            count["new"] += 1
        elif any(agree(m.value, m.half, h.value, h.half) for h in there):
            count["repeated"] += 1
        elif older:
            before = max(older, key=lambda h: h.release)
            count["revised"] += 1
            revised.append(
                f"revises {m.indicator} {names[m.region]} {m.year}: {before.printed} {before.unit} (release {before.release})"
                f" -> {m.printed} {m.unit}"
            )
        else:
            count["other than in newer releases"] += 1
    count["blank"] = len(understood.rows) - len(mine)
    told = [f"{count[k]} {k}" for k in ("new", "repeated", "revised")] + [
        f"{count[k]} {k}" for k in ("other than in newer releases", "blank") if count[k]
    ]
    more = [f"{len(revised) - SHOWN} more revisions"] if len(revised) > SHOWN else []
    return [", ".join(told), *revised[:SHOWN], *more]


def _lay_down(data: bytes, target: Path, settings: Settings) -> None:
    """Write beside the target, then rename: never half a file."""
    new = [p for p in (target.parent, target.parent.parent) if not p.exists()]
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        if target.exists():
            raise BadInput(target.name, expected="a place that is free", found="a file", hint="nothing is overwritten")
        part.replace(target)
    except OSError as error:
        raise BadInput(
            str(target.relative_to(settings.root)), expected="a place that can be written", found=error.strerror or str(error)
        ) from None  # fmt: skip
    finally:
        part.unlink(missing_ok=True)
        for folder in new:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
