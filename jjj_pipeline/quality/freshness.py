"""Which sources should have published by now: the newest release held against the calendar in sources.yml. Dates, no figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from jjj_pipeline.catalog.model import Calendar, Publications
from jjj_pipeline.errors import Say, english
from jjj_pipeline.storage.raw_files import RawFile


class Due(NamedTuple):
    """A source with a calendar: the newest release year held, the newest that should be out, and the day it was due."""

    source: str
    held: int
    expected: int
    due: date

    @property
    def overdue(self) -> bool:
        return self.held < self.expected

    def sentence(self, name: str, say: Say = english) -> str:
        """What people read."""
        held = self.held or say("none")
        if not self.overdue:
            return say("{}: release {} is the newest that is due", name, held)
        return say("{}: release {} was due by {}; the newest held is {}", name, self.expected, self.due, held)


def due(catalog: Publications, files: Iterable[RawFile], today: date) -> list[Due]:
    """Every source that has a calendar, by name."""
    held: dict[str, int] = {}
    for file in files:
        source = catalog.tables[file.table_id].source
        held[source] = max(held.get(source, 0), int(file.release[:4]))
    out = []
    for name, entry in sorted(catalog.sources.items()):
        if entry.calendar is not None:
            expected, day = _newest_due(entry.calendar, today)
            out.append(Due(name, held.get(name, 0), expected, day))
    return out


def _newest_due(calendar: Calendar, today: date) -> tuple[int, date]:
    """The release of a year is out by its day of the calendar: the newest year whose day has passed."""
    day = date(today.year, calendar.month, calendar.day)
    return (today.year, day) if day <= today else (today.year - 1, day.replace(year=today.year - 1))
