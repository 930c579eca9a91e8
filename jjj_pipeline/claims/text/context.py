"""What a reader keeps in mind from clause to clause: year, window, base, place, measure, the figures just read. No grammar here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from jjj_pipeline.claims.reasons import Reason
from jjj_pipeline.claims.text.reading import Constant, Derived, Formula, Level, Slot


@dataclass(frozen=True)
class Subject:
    """What a figure is of: candidates for the measure (none: not known, with a label), place, year; `of` a whole place,
    `over` a whole measure, `per` another measure by `scale`; `to` the place a flow goes to."""

    measures: tuple[str, ...] = ()
    place: str = ""
    year: int = 0
    to: str = ""
    of: str = ""
    over: str = ""
    per: str = ""
    scale: int = 1
    label: str | Reason = ""
    inherited: frozenset[Slot] = frozenset()

    @property
    def measure(self) -> str:
        return self.measures[0] if self.measures else ""

    @property
    def derived(self) -> bool:
        return bool(self.of or self.over or self.per)

    def formula(self, year: int = 0, measure: str = "") -> Formula:
        """The figure or quotient of a year."""
        name = measure or self.measure
        level = Level(name, self.place, year or self.year, self.to)
        if self.of:
            whole = Level(name, self.of if not self.to else self.place, year or self.year, self.of if self.to else "")
            return Derived("share", (("part", level), ("total", whole)))
        if self.over:
            return Derived("share", (("part", level), ("total", Level(self.over, self.place, year or self.year))))
        if self.per:
            below: Formula = Level(self.per, self.place, year or self.year)
            if self.scale != 1:
                below = Derived("ratio", (("numerator", below), ("denominator", Constant(self.scale))))
            return Derived("ratio", (("numerator", level), ("denominator", below)))
        return level

    def name(self) -> str:
        """As the result names it: a, or a/b."""
        other = self.over or self.per
        return f"{self.measure}/{other}" if other and self.measure else self.measure


@dataclass(frozen=True)
class Rate:
    """A printed quantity in per cent that a difference in points may be about: a subject, or a growth over years."""

    subject: Subject
    kind: str = "level"  # level, growth, cagr
    first: int = 0
    last: int = 0

    def formula(self, *, shift: int = 0, place: str = "", years: tuple[int, int] | None = None) -> Formula:
        subject = replace(self.subject, place=place) if place else self.subject
        if self.kind == "level":
            return subject.formula(years[1] if years else subject.year + shift)
        first, last = years or (self.first + shift, self.last + shift)
        parts = (("start", subject.formula(first)), ("end", subject.formula(last)))
        return Derived(self.kind, parts, last - first)


@dataclass
class Context:
    """State while reading. `place` is the place last named, `topic` the sentence's, `home` the document's."""

    year: int = 0
    window: tuple[int, int] | None = None
    base: int | None = None
    base_rests_on: str = ""  # what the base rests on: years, before, pair, window
    place: str = ""
    topic: str = ""
    main: str = ""  # the topic of the sentences before
    within: bool = False  # after 其中: places are parts of the topic
    home: str = ""
    area: str = ""
    measures: tuple[str, ...] = ()
    title_measures: tuple[str, ...] = ()
    label: str | Reason = ""
    scope: str = ""  # firm: industrial enterprises only
    direction: str = ""  # output or absorbed, of the technology market
    flow: tuple[str, str] | None = None
    whole: tuple[str, str] | None = None  # (of, over) last named
    recent: list[Subject] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    pair: tuple[int, int] | None = None
    last_span: tuple[int, int] | None = None
    start: list[Subject] = field(default_factory=list)
    rate: Rate | None = None
    after_rate: bool = False  # the number just read is a rate
    published: int = 0
    index_base: int = 0
    per: tuple[str, int] | None = None

    def open_sentence(self) -> None:
        """What does not outlive a sentence."""
        self.base, self.base_rests_on, self.pair, self.start = None, "", None, []
        self.window = None
        self.flow, self.whole = None, None
        self.main = self.topic or self.main
        self.place = self.main or self.place
        self.topic, self.within = "", False

    def open_paragraph(self) -> None:
        self.open_sentence()
        self.place, self.main = self.home, ""
        self.measures, self.label = (), ""
        self.direction, self.scope, self.per = "", "", None
        self.recent = []
