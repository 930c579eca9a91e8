"""How the rows of a record set become records and parties: the typed form of catalog/records.yml. Declarations only; what they
lead to is in `reading`, `canonical` and `counting`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import ValidationError, model_validator

from jjj_pipeline.catalog import units
from jjj_pipeline.catalog.load import read_yaml
from jjj_pipeline.catalog.model import Entry, wanted_release
from jjj_pipeline.errors import BadInput

FILE = "records.yml"
INDICATORS = "indicators.yml"
Kind = Literal["patent", "paper", "firm", "contract", "licence", "other"]
Way = Literal["region_code", "credit_code", "postal_code", "names", "address", "name"]
Rule = Literal["pairs", "pairs_fractional", "flows", "flow_amount"]
Level = Literal["province", "city"]
SEPARATORS = "；;、|"
MONEY = ("元", "千元", "万元", "百万元", "亿元")  # units that may be in the text of an amount
FORMATS = ("csv", "tsv", "jsonl", "parquet")


class PlaceSource(Entry):
    """Where the place of a party is searched. `of`: `each` where the column has a part for every party of the cell, `first`
    where it is of the first party alone, `all` where it holds for all of them."""

    by: Way
    column: str = ""
    province: str = ""
    city: str = ""
    of: Literal["each", "first", "all"] = "all"

    @property
    def columns(self) -> list[str]:
        return [c for c in (self.column, self.province, self.city) if c]

    @model_validator(mode="after")
    def _columns_of_the_way(self) -> Self:
        wanted = {"names": bool(self.province or self.city), "name": not self.columns}.get(self.by, bool(self.column))
        if not wanted:
            needs = {"names": "province or city", "name": "no column: it is the party's own"}.get(self.by, "column")
            raise ValueError(f"a place by {self.by} needs {needs}")
        return self


class PartySource(Entry):
    """Parties of one role. `part` takes of the name of a branch the branch or its parent; a name that is no branch's then gives
    no party. `split` are the characters that separate several parties in a cell."""

    role: str
    name: str = ""
    split: str = SEPARATORS
    part: Literal["whole", "branch", "parent"] = "whole"
    keep_names: Literal["organisations", "all", "none"] = "organisations"
    place: list[PlaceSource]


class DateSource(Entry):
    """The date of a record. The first four digits are the year, then month and day where they are there."""

    column: str
    is_: str = ""  # what the date means: deposit, application, grant, registration
    years: tuple[int, int] = (1980, 2030)


class AmountSource(Entry):
    """A column of amounts; `unit` is what they are in, a unit within the text takes its place."""

    column: str
    unit: str
    to: str = "亿元"

    @model_validator(mode="after")
    def _units_convert(self) -> Self:
        try:
            units.factor(self.unit, self.to)
        except units.UnknownUnit as error:
            raise ValueError(f"{error}; there are {units.known()}") from None
        except units.Inconvertible as error:
            raise ValueError(str(error)) from None
        return self

    @property
    def factors(self) -> dict[str, float]:
        """What an amount in each unit that may be in the text is multiplied with."""
        named = dict.fromkeys((*(MONEY if units.converts("元", self.to) else ()), self.unit))
        return {u: float(units.factor(u, self.to)) for u in named}


class ClassSource(Entry):
    """A column of classes; the first one of a cell counts, cut to `length` characters."""

    column: str
    scheme: Literal["ipc", "gb4754", "field"] = "field"
    length: int = 0


class RecordSource(Entry):
    """What a record is: its number, date, amount, class, status. `keep` names the values of the status that count."""

    id: str
    date: DateSource
    amount: AmountSource | None = None
    class_: ClassSource | None = None
    status: str = ""
    keep: list[str] = []


class Count(Entry):
    """A result: an indicator by a rule. Pairs are those of the places of all parties with `roles`; flows go `from` one role `to`
    another."""

    indicator: str
    rule: Rule
    roles: list[str] = []
    from_: str = ""
    to: str = ""
    levels: list[Level] = ["province", "city"]
    by_class: bool = False

    @model_validator(mode="after")
    def _roles_of_the_rule(self) -> Self:
        if self.rule in ("flows", "flow_amount") and not (self.from_ and self.to):
            raise ValueError(f"{self.rule} needs from and to")
        return self


class RecordSet(Entry):
    """One set: its files, its mapping, its results. `complete: false` is for samples and truncated sets: their counts have status
    U. `of_records` is how many records the whole has, where it is known. `covers` are the regions of which the set has all
    records (an export of one province's applicants); empty for all."""

    title_zh: str = ""
    title_en: str = ""
    kind: Kind = "other"
    publisher: str = ""
    terms: str = ""
    limits: str = ""
    release: str = ""
    complete: bool = False
    of_records: int | None = None
    covers: list[str] = []
    files: str = "**/*"
    format: Literal["", "csv", "tsv", "jsonl", "parquet"] = ""
    separator: str = ""
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    rejected_at_most: float = 0.01
    rows: Literal["record", "party"] = "record"
    record: RecordSource
    parties: list[PartySource]
    counts: list[Count]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        roles = {p.role for p in self.parties}
        for count in self.counts:
            if unknown := {*count.roles, count.from_, count.to} - roles - {""}:
                raise ValueError(f"one of the roles {', '.join(sorted(roles))}, not {', '.join(sorted(unknown))}")
            if count.rule == "flow_amount" and self.record.amount is None:
                raise ValueError("flow_amount needs record.amount")
        if self.rows == "party" and (len(self.parties) > 1 or self.parties[0].part != "whole"):
            raise ValueError("rows of parties have one role")
        return self

    @property
    def columns(self) -> list[str]:
        """The columns the mapping reads, each once."""
        r = self.record
        named = [r.id, r.date.column, r.amount and r.amount.column, r.class_ and r.class_.column, r.status]
        for party in self.parties:
            named += [party.name, *(c for source in party.place for c in source.columns)]
        return list(dict.fromkeys(str(c) for c in named if c))


def load_sets(catalog: Path) -> dict[str, RecordSet]:
    """The sets of records.yml by name, ready-made mappings filled in. Raises BadInput."""
    declared = _declared(catalog)
    return {name: _one(name, {**_like(name, entry, declared), **entry}) for name, entry in declared["sets"].items()}


def load_mappings(catalog: Path) -> dict[str, RecordSet]:
    """The ready-made mappings by name. Raises BadInput."""
    return {name: _one(name, entry) for name, entry in _declared(catalog)["mappings"].items()}


def unnamed(catalog: Path, spec: RecordSet) -> list[str]:
    """The indicators of a set that indicators.yml does not have: without them a count has neither name nor unit."""
    path = catalog / INDICATORS
    known = _names(path, path.stat().st_mtime_ns)
    return list(dict.fromkeys(c.indicator for c in spec.counts if c.indicator not in known))


@lru_cache(maxsize=2)
def _names(path: Path, changed: int) -> frozenset[str]:
    """The entries of a file as it was at a time; a build needs each of its tables."""
    return frozenset(read_yaml(path))


def _declared(catalog: Path) -> dict[str, dict[str, Any]]:
    declared = read_yaml(catalog / FILE) if (catalog / FILE).exists() else {}
    return {"mappings": declared.get("mappings") or {}, "sets": declared.get("sets") or {}}


def _like(name: str, entry: dict[str, Any], declared: dict[str, dict[str, Any]]) -> dict[str, Any]:
    like = entry.get("like")
    if like is None:
        return {}
    if like not in declared["mappings"]:
        known = ", ".join(declared["mappings"])
        raise BadInput(f"{FILE}, {name}", expected=f"like: one of {known}", found=str(like))
    return dict(declared["mappings"][like])


_KEYS = {"class": "class_", "from": "from_", "is": "is_"}  # words of the YAML that Python keeps for itself


def _words(value: Any) -> Any:
    if isinstance(value, dict):
        return {_KEYS.get(str(k), str(k)): _words(v) for k, v in value.items() if k != "like"}
    return [_words(v) for v in value] if isinstance(value, list) else value


def _one(name: str, entry: dict[str, Any]) -> RecordSet:
    try:
        made = RecordSet.model_validate(_words(entry))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p).rstrip("_") for p in first["loc"])
        why = first["msg"].removeprefix("Value error, ")
        raise BadInput(
            f"{FILE}, {name}", expected=f"{where or 'the entry'}: {why}", found=str(first.get("input"))[:80],
            hint="docs/records.md lists what a mapping may say",
        ) from None  # fmt: skip
    if made.release and (expected := wanted_release(made.release)):
        raise BadInput(f"{FILE}, {name}", expected=f"release: {expected}", found=made.release)
    return made
