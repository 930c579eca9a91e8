"""`jjj add`: a file is read, compared with what is loaded, and its bytes are put unchanged into raw/. Nothing is
overwritten, nothing is put there that the build would refuse, and nothing half written stays behind."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import preview, reader
from jjj_pipeline.ingest.formats import open_file
from jjj_pipeline.ingest.matching.column_matching import Hints
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures, LoadedObservation, agree
from jjj_pipeline.ingest.matching.to_observations import Understood
from jjj_pipeline.ingest.row_model import COLUMNS, Reading
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.atomic import replacing
from jjj_pipeline.storage.raw_files import RawFile, all_files, find_files, locked, sha256, write_manifest

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = {
    "csv": (".csv", ".txt"), "html": (".html", ".htm", ".xls"), "xls": (".xls",), "xlsx": (".xlsx", ".xls"), "ods": (".ods",),
    "xml": (".xml", ".xls"), "mhtml": (".mht", ".mhtml", ".xls"),
}  # fmt: skip
SHOWN = 10  # revisions listed one by one


@dataclass
class Added:
    """The outcome: where the bytes are (or would be), the lines to show, and whether anything was written."""

    target: Path
    written: bool
    shown: list[str]
    messages: list[str] = field(default_factory=list)
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
    _refuse_what_the_build_refuses(understood, target, name, data, hints, settings, catalog)
    shown = [
        f"{understood.table_id}, release {understood.release}: {len(understood.rows)} cells",
        *_differences(understood, reader.loaded_figures(settings, catalog), catalog),
    ]
    if dry_run:
        return Added(target, False, [*shown, f"would be copied to {name}"], understood.messages, understood.notes)
    locked(settings)  # so that a manifest that cannot be read is known before anything is written
    _lay_down(data, target, settings)
    write_manifest(settings)
    return Added(target, True, [*shown, f"copied to {name}"], understood.messages, understood.notes)


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
    same_stem = sorted(target.parent.glob(f"{target.stem}.*")) if target.parent.is_dir() else []
    others = [p.name for p in same_stem if p.suffix != ".part"]
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
    raise BadInput(
        name,
        expected="an unused path",
        found=f"{target.parent.name}/{others[0]} with other bytes; {same} of {len(mine)} figures are there already",
        hint=_instead(understood, len(mine), same, others[0], catalog),
    )


def _instead(understood: Understood, figures: int, same: int, other: str, catalog: Catalog) -> str:
    """What to do where a file of this table and release is there already."""
    years = sorted({int(str(r[4])) for r in understood.rows})
    if catalog.tables[understood.table_id].year_lag is None:
        return "nothing is overwritten: give another --release, the date of this export as in --release 2026-11"
    if same * 2 < figures:
        return (
            f"the figures are not those of {years[-1]} in {other}: if they are of another year, correct the year in the title of "
            "the file and add it again; if they correct that edition, that file must go first"
        )
    return f"nothing is overwritten: the edition is there; where this file corrects it, move {other} out of raw/ first"


def _refuse_what_the_build_refuses(
    understood: Understood, target: Path, name: str, data: bytes, hints: Hints, settings: Settings, catalog: Catalog
) -> None:
    """Read the bytes once more as the build will, from their place alone, then the contract, the identities, and the keys of
    the core tables that are made of it."""
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
            hint="raw/ keeps no --indicator and no --region: use a table of that one indicator, or one with region in tables.yml"
            if hints.indicator or hints.region else error.hint,
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
    _refuse_broken_core(frame, name, settings, catalog)
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


def _refuse_broken_core(frame: pd.DataFrame, name: str, settings: Settings, catalog: Catalog) -> None:
    """The core tables over observations, made of these figures and of what is loaded of their indicators: each keeps its
    contract. Raises BadInput with the cell of the first figure that breaks one."""
    import duckdb
    import pandas as pd

    from jjj_pipeline import contracts
    from jjj_pipeline.contracts.base import conform, info, problems
    from jjj_pipeline.pipeline import ref_tables
    from jjj_pipeline.pipeline.project import macros

    files = find_files(settings, catalog).files
    loaded = reader.loaded_figures(settings, catalog).of(
        set(zip(frame["indicator"], frame["industry_code"], strict=True))
    )
    held = reader.typed(pd.DataFrame(loaded, columns=COLUMNS["observation"]), "observation")
    # the release of a place that is not there yet is one of the list
    placed = [*files, RawFile(settings.raw / name, name, str(frame["table_id"].iloc[0]), str(frame["release"].iloc[0]))]
    made = {"core.observation": pd.concat([held, frame[held.columns]], ignore_index=True)}
    for build in (ref_tables.indicator, ref_tables.source, ref_tables.release, ref_tables.region_group):
        made[f"ref.{build.__name__}"] = ref_tables.frame(f"ref.{build.__name__}", build(catalog, placed))
    with duckdb.connect() as con:
        con.execute("create schema core; create schema ref")
        for macro in macros(settings.marts):
            con.execute(macro)
        for table, rows in made.items():
            con.register("rows", rows)
            con.execute(f"create table {table} as select * from rows")
        for table in ("core.preferred", "core.panel"):
            query = (settings.marts / f"{table.replace('.', '/')}.sql").read_text(encoding="utf-8")
            con.execute(f"create table {table} as {query}")
            result = conform(con.table(table).df(), contracts.ALL[table])
            if lines := problems(result, contracts.ALL[table]):
                keys = [c.name for c in info(contracts.ALL[table]) if c.key]
                twice = result[result.duplicated(keys)]
                mine = frame.merge(twice[["indicator", "region_code", "year"]], on=["indicator", "region_code", "year"])
                if not len(mine):  # a member of the group that is printed elsewhere
                    mine = frame.merge(twice[["indicator", "year"]], on=["indicator", "year"])
                where = "" if not len(mine) else str(mine["cell"].iloc[0])
                raise BadInput(
                    name, cell=where, expected=f"figures with which {table} keeps its contract", found=lines[0],
                    hint="a region that is the sum of others (境外 of 港澳台 and 国外) is printed beside them, "
                    "or in another edition",
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
    counted = [f"{count[k]} {k}" for k in ("new", "repeated", "revised")] + [
        f"{count[k]} {k}" for k in ("other than in newer releases", "blank") if count[k]
    ]
    more = [f"{len(revised) - SHOWN} more revisions"] if len(revised) > SHOWN else []
    return [", ".join(counted), *revised[:SHOWN], *more]


def _lay_down(data: bytes, target: Path, settings: Settings) -> None:
    """Put a file that is not there yet in place, never half of it."""
    new = [p for p in (target.parent, target.parent.parent) if not p.exists()]
    try:
        with replacing(target) as part:
            part.write_bytes(data)
            if target.exists():
                raise BadInput(target.name, expected="an unused path", found="a file", hint="nothing is overwritten")
    except OSError as error:
        raise BadInput(
            str(target.relative_to(settings.root)), expected="a place that can be written", found=error.strerror or str(error)
        ) from None  # fmt: skip
    finally:
        for folder in new:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
