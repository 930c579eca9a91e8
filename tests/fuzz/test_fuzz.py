"""Whatever happens to a file, the outcome is observations or one line of refusal; and no cell that was not damaged reads as
another figure without a word about it. FUZZ sets the number of mutations (`make fuzz`: 20,000)."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import reader
from jjj_pipeline.ingest.formats import open_file
from jjj_pipeline.ingest.matching.column_matching import Hints
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures
from jjj_pipeline.ingest.matching.to_observations import Understood
from jjj_pipeline.settings import Settings
from tests.conftest import ROOT, SHARED
from tests.fuzz import forms
from tests.fuzz.mutate import MUTATIONS
from tests.pipeline.test_real_files import FILES
from tests.support import wild_files

TIMES = int(os.environ.get("FUZZ", "200"))
SEED = int(os.environ.get("FUZZ_SEED", "2014"))
HINTS = {
    "nbs_new_platform.csv": Hints(table="nbs_gdp"), "blocks.xlsx": Hints(table="eps_industrial"),
    "long.xlsx": Hints(table="cstsy_rd_by_activity"), **{name: case.hints for name, case in FILES.items()},
}  # fmt: skip
SECONDS = 20.0  # no damaged file may take longer


@dataclass
class Original:
    """A whole file and how it reads."""

    name: str
    data: bytes
    hints: Hints
    read: Understood


def understand(data: bytes, name: str, hints: Hints, catalog: Catalog, loaded: LoadedFigures | None) -> Understood:
    return reader.understand(open_file.parse(data, name), Path(name), hints, catalog, loaded)


@pytest.fixture(scope="module")
def originals(catalog: Catalog) -> list[Original]:
    """One file of each family, and the real ones where they are present."""
    files = [(name, make()) for name, make in wild_files.FAMILIES.items()]
    if SHARED.is_dir():
        real = sorted((SHARED / "real_files").iterdir())
        files += [(p.name, p.read_bytes()) for p in real if p.name != "MANIFEST.csv"]
    out = []
    for name, data in files:
        hints = HINTS.get(name, Hints())
        try:
            out.append(Original(name, data, hints, understand(data, name, hints, catalog, None)))
        except BadInput:
            continue  # one of the traps
    assert len(out) >= len(wild_files.FAMILIES)
    return out


def test_damage_is_read_right_or_refused_in_one_line(
    originals: list[Original], catalog: Catalog, record_property: Callable[[str, object], None]
) -> None:
    loaded = reader.loaded_figures(Settings(root=ROOT), catalog)
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    slowest = (0.0, "")
    start = time.perf_counter()
    for number in range(TIMES):
        rng = random.Random(f"{SEED}-{number}")
        original = originals[number % len(originals)]
        kind = rng.choice(sorted(MUTATIONS))
        data = MUTATIONS[kind](original.data, rng)
        began = time.perf_counter()
        try:
            read = understand(data, original.name, original.hints, catalog, loaded if rng.random() < 0.2 else None)
        except BadInput as error:
            outcomes["refused"] += 1
            if "\n" in str(error) or "Traceback" in str(error) or len(str(error)) > 2000:
                wrong.append(f"{number} {kind} {original.name}: not one line: {error}")
        except Exception as error:
            outcomes["crashed"] += 1
            wrong.append(f"{number} {kind} {original.name}: {type(error).__name__}: {error}")
        else:
            outcomes["read"] += 1
            if misread := misreadings(original, read, rows_moved=kind == "dropped"):
                wrong.append(f"{number} {kind} {original.name}: {misread}")
        slowest = max(slowest, (time.perf_counter() - began, f"{number} {kind} {original.name}"))
    spent = time.perf_counter() - start
    record_property(
        f"{TIMES} mutations of {len(originals)} files in {spent:.0f} s",
        f"{dict(outcomes)}; slowest {slowest[0]:.1f} s ({slowest[1]})",
    )
    assert not wrong, "\n".join(wrong[:20])
    assert slowest[0] < SECONDS, slowest


def misreadings(original: Original, read: Understood, *, rows_moved: bool) -> str:
    """What an undamaged cell reads as now, where that is another figure than before and nothing new is said."""
    before = {row[1:5]: row for row in original.read.rows}
    at = {row[13]: row for row in original.read.rows}
    new_messages = set(read.messages) - set(original.read.messages)
    for row in read.rows:
        was = before.get(row[1:5])
        same_text = was is not None and was[10] == row[10]
        if same_text and was is not None and (was[7], was[9], was[11]) == (row[7], row[9], row[11]):
            continue
        undamaged = same_text if rows_moved else row[13] in at and at[row[13]][10] == row[10]
        if was is None and rows_moved:
            undamaged = True
        if undamaged and not new_messages:
            return f"{row[13]} {row[10]!r} reads as {row[1:5]} {row[7]} {row[11]}, was {was and (was[7], was[11], was[13])}"
    missing = set(before) - {row[1:5] for row in read.rows}
    return f"{len(missing)} figures lost without a word: {sorted(missing)[:2]}" if missing and not new_messages else ""


def test_every_figure_of_a_table_in_another_form_is_the_unchanged_one(
    catalog: Catalog, record_property: Callable[[str, object], None]
) -> None:
    """Columns moved, provinces dropped under a total, chapter lines, number formats, columns of text, in every format: what is
    read is the figure of the unchanged table for that indicator, region and year; a table that says a part of a year, or
    another year than its release, is not read."""
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(TIMES // 4):
        rng = random.Random(f"form {SEED}-{number}")
        form = rng.choice(forms.BASES)()
        changes = sorted(rng.sample(forms.CHANGES, rng.choice((1, 2, 2, 3))), key=forms.CHANGES.index)
        for change in changes:
            form = change(form, rng)
        data, name = forms.written(form, rng)
        what = f"{number} {form.table} {' '.join(c.__name__ for c in changes)} {name}"
        try:
            read = understand(data, name, Hints(table=form.table, release=form.release), catalog, None)
        except BadInput as error:
            outcomes["refused"] += 1
            if "\n" in str(error) or len(str(error)) > 2000:
                wrong.append(f"{what}: not one line: {error}")
            continue
        except Exception as error:
            wrong.append(f"{what}: {type(error).__name__}: {error}")
            continue
        outcomes["read"] += 1
        if form.refused:
            wrong.append(f"{what}: read, though it contradicts itself")
        elif misread := other_figures(form, read):
            wrong.append(f"{what}: {misread}")
    record_property(f"{TIMES // 4} tables in another form", str(dict(outcomes)))
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:20])
    assert outcomes["read"] > outcomes["refused"]


def other_figures(form: forms.Form, read: Understood) -> str:
    """A figure that is not that of the unchanged table, or figures lost without a word."""
    for row in read.rows:
        place = str(row[1]), str(row[2]), int(str(row[4]))
        if row[7] is None:
            if place not in form.dropped:
                return f"{place} in {row[13]} is blank"
        elif place not in form.truth:
            return f"{place} in {row[13]} is {row[7]}, which the table does not print"
        elif abs(float(str(row[7])) - form.truth[place]) > 1e-9 * abs(form.truth[place]):
            return f"{place} in {row[13]} is {row[7]}, not {form.truth[place]}"
    missing = set(form.truth) - {(row[1], row[2], row[4]) for row in read.rows}
    reported = any(word in line for line in read.messages for word in ("no figure", "without a figure", "not read"))
    return f"{len(missing)} figures lost without a word: {sorted(missing)[:2]}" if missing and not reported else ""
