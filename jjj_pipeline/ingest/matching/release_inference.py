"""Which year figures are of, and which release prints them. A release is never the data year: the file says it, the
person says it, or it follows from the data year and is reported."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from jjj_pipeline.catalog.model import Catalog, TableSpec, wanted_release
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.layouts.table import PrintedTable
from jjj_pipeline.ingest.matching.column_matching import Fit, Hints
from jjj_pipeline.ingest.matching.diagnostics import Question, matches
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures

_YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


def years(
    read: list[tuple[PrintedTable, Fit]],
    catalog: Catalog,
    hints: Hints,
    loaded: LoadedFigures | None,
    messages: list[str],
) -> list[int]:
    """The data year of each table that has one for all its figures, else 0: from its title, else from the release."""
    out = []
    spec = catalog.tables[read[0][1].table_id]
    for table, fit in read:
        if all(e.year is not None for e in table.entries if e.heads in fit.columns):
            if len(table.title_years) == 1 and len(table.years) == 1 and table.years[0] != table.title_years[0]:
                raise table.refuse(
                    f"figures of {table.title_years[0]}, as the title says",
                    f"figures of {table.years[0]}",
                    cell=table.title_cell,
                )
            out.append(0)
        elif len(table.title_years) == 1:
            out.append(table.title_years[0])
        elif hints.release and spec.year_lag is not None:
            out.append(int(hints.release[:4]) - spec.year_lag)
            messages.append(f"the file does not state its year: {out[-1]} follows from release {hints.release}")
        else:
            raise _no_year(table, fit, catalog, loaded)
    return out


def _no_year(table: PrintedTable, fit: Fit, catalog: Catalog, loaded: LoadedFigures | None) -> BadInput:
    near = matches(table, fit, catalog, loaded) if loaded is not None else []
    lag = catalog.tables[fit.table_id].year_lag
    other = "" if lag is None else f", or say the edition, as in --release {date.today().year}"
    return Question(
        table.where, expected="a title with the year, like (2019年)", found=repr(table.title) if table.title else "none",
        cell=table.title_cell,
        evidence=f"the values are those of {'; '.join(map(str, near[:2]))}" if near else "",
        options=[Hints(release=m.release) for m in near[:2]] if lag is not None else [],
        otherwise=f"write the year into the title or into a column 年份{other}",
    )  # fmt: skip


def release(
    read: list[tuple[PrintedTable, Fit]],
    spec: TableSpec,
    hints: Hints,
    years: list[int],
    path: Path,
    messages: list[str],
) -> str:
    """The release: what the person says, checked against the data year; else the data year and its lag."""
    table = read[0][0]
    if hints.release and (wanted := wanted_release(hints.release)):
        raise table.refuse(wanted, repr(hints.release))
    newest = max(
        [y for y in years if y] + [e.year for t, _ in read for e in t.entries if e.year is not None and e.plain]
    )
    if spec.year_lag is None:
        headed = max((y for t, _ in read if t.body for y in t.body.blank_years), default=0)
        taken, why = max(
            (newest + 1, f"the year after its newest figures ({newest})"),
            (headed, "the newest year it has a column for"),
        )
        if hints.release and int(hints.release[:4]) < newest:
            raise table.refuse(
                f"figures of {hints.release[:4]} or before in release {hints.release}", f"figures of {newest}",
                cell=table.title_cell, hint="a release is not older than its figures",
            )  # fmt: skip
        if not hints.release:
            messages.append(f"the file states no release: {taken} taken, {why}; --release says otherwise")
        return hints.release or str(taken)
    expected = newest + spec.year_lag
    if hints.release and int(hints.release[:4]) != expected:
        raise table.refuse(
            f"figures of {int(hints.release[:4]) - spec.year_lag} in release {hints.release}",
            f"figures of {newest}",
            cell=table.title_cell,
            hint="is the file in the right release folder?",
        )
    named = {int(y) for y in _YEAR_IN_NAME.findall(path.name)}
    if (
        not hints.release
        and spec.layout == "region_by_indicator"
        and len(named) == 1
        and not named & {newest, expected}
    ):
        raise Question(
            table.where, expected=f"figures of {named.pop()}, as the file's name says", found=f"figures of {newest}",
            cell=table.title_cell, evidence="if the content is right", options=[Hints(release=str(expected))],
            otherwise="rename the file or correct its title",
        )  # fmt: skip
    if not hints.release:
        messages.append(f"release {expected}: the edition after the data year {newest}")
    return hints.release or str(expected)
