"""The rows of a set as records and parties: `records.item` and `records.party` as their contracts describe them. Pure functions
from Ibis tables and a mapping to Ibis tables; nothing is run here. How a place is found is in `places`, what is counted in
`counting`."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import ibis
from ibis import _

from jjj_pipeline.records import places, portable

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from jjj_pipeline.records.mapping import PartySource, PlaceSource, RecordSet
    from jjj_pipeline.records.places import Lookups

DATE = r"^\D{0,3}(\d{4})[-/.年]?\s*(\d{1,2})?[-/.月]?\s*(\d{1,2})?"
PLAIN_DATE = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
WIDE, NARROW = "０１２３４５６７８９／－．", "0123456789/-."
UNIT = r"(亿元|百万元|万元|千元|元)$"
# what a name of an organisation has; all other names of parties may be persons'
ORGANISATION = (
    r"公司|大学|学院|学校|研究|院|所|厂|中心|集团|医院|银行|企业|工作室|合作社|协会|学会|委员会|局|部队|实验室|站|社|店|行|会|馆|基地"
    r"|[A-Za-z]{2}.*\s[A-Za-z]{2}"
)
RECORD = ["record_id", "date", "period", "amount", "class_code", "status"]
# how sure a way of finding a place is
CONFIDENCE = {
    "region_code": "stated", "names": "stated", "address": "stated", "postal_code": "derived", "credit_code": "derived",
    "name": "inferred",
}  # fmt: skip
SEQUENCE = 10_000  # parties of the second role of a row are numbered from here, of the third from twice here


def rows(text: ir.Table, spec: RecordSet) -> ir.Table:
    """The columns of the record beside the columns as they came, and `problem`: why a row is left out, null where it is not."""
    source = spec.record
    table = text.mutate(
        record_id=portable.strip(text[source.id]).nullif(""),
        date=date_of(text[source.date.column]),
        class_code=_class(text, spec),
        amount=_amount(text, spec),
        status=portable.strip(text[source.status]).nullif("") if source.status else ibis.null("string"),
    )
    table = table.mutate(period=portable.whole(table.date.substr(0, 4)))
    first, last = source.date.years
    problem = ibis.cases(
        (table.record_id.isnull(), "no record number"),
        (portable.strip(text[source.date.column]).nullif("").isnull(), "no date"),
        (table.period.isnull(), "date that cannot be read"),
        (~table.period.between(first, last), f"date outside {first} to {last}"),
        else_=ibis.null("string"),
    )
    table = table.mutate(problem=problem)
    if source.amount:
        given = portable.strip(table[source.amount.column]).nullif("")
        lost = (given.notnull() & table.amount.isnull()).fill_null(False)
        table = table.mutate(problem=table.problem.fill_null(lost.ifelse("amount that is no number", None)))
    if source.keep:
        other = ~table.status.isin(source.keep).fill_null(False)
        table = table.mutate(problem=table.problem.fill_null(other.ifelse("status that does not count", None)))
    return table


def date_of(text: ir.StringValue) -> ir.StringValue:
    """yyyy-mm-dd, yyyy-mm or yyyy, as far as the text gives it (00 is not known); null without a year, or where there is no such
    month or day."""
    plain = text.re_search(PLAIN_DATE).fill_null(False)
    other = plain.ifelse(None, text)  # few dates are written otherwise: the pattern with groups is dear
    other = other.translate(WIDE, NARROW)
    year, month, day = (portable.extract(other, DATE, i) for i in (1, 2, 3))
    two = lambda n: ibis.literal("-") + n.lpad(2, "0")  # noqa: E731
    of_month, of_day = (portable.whole(n).fill_null(0) for n in (month, day))
    has_month, has_day = of_month > 0, (of_month > 0) & (of_day > 0)
    made = year + has_month.ifelse(two(month), "").fill_null("") + has_day.ifelse(two(day), "").fill_null("")
    return plain.ifelse(text, ((of_month <= 12) & (of_day <= 31)).ifelse(made, None))


def _class(table: ir.Table, spec: RecordSet) -> ir.StringValue:
    source = spec.record.class_
    if source is None:
        return ibis.null("string")
    first = portable.extract(portable.strip(table[source.column]).upper(), r"^[^；;、|,，]+")
    first = portable.strip(first)
    return (first.substr(0, source.length) if source.length else first).nullif("")


def _amount(table: ir.Table, spec: RecordSet) -> ir.FloatingValue:
    """In the unit of the mapping; a unit within the text takes the place of the mapping's, an unknown one leaves null."""
    source = spec.record.amount
    if source is None:
        return ibis.null("float64")
    text = portable.strip(table[source.column])
    printed_unit = portable.extract(text, UNIT, 1).fill_null(source.unit)
    factor = ibis.cases(
        *((printed_unit == unit, by) for unit, by in source.factors.items()), else_=ibis.null("float64")
    )
    return portable.number(portable.remove(text, UNIT)) * factor


def repeated(good: ir.Table) -> ir.Table:
    """record_id of records that are in several rows, `n` rows, and `differs`: whether date, class or amount are not the same in
    all of them."""
    ends = {f"{c}_{end}": getattr(good[c], end)() for c in ("date", "class_code", "amount") for end in ("min", "max")}
    found = good.group_by("record_id").aggregate(n=_.count(), **ends).filter(_.n > 1)
    apart = [(found[f"{c}_min"] != found[f"{c}_max"]).fill_null(False) for c in ("date", "class_code", "amount")]
    return found.select("record_id", "n", differs=apart[0] | apart[1] | apart[2])


def once(good: ir.Table, columns: list[str], again: ir.Table) -> ir.Table:
    """One row for each record: of several the earliest date, then the first by all its columns. `again` is what `repeated` found;
    most records are written once and are not ordered at all."""
    order = [_.date, *(_[c].fill_null("") for c in columns)]
    return good.anti_join(again, "record_id").union(
        portable.first_of(good.semi_join(again, "record_id"), ["record_id"], order)
    )


def items(table: ir.Table, name: str) -> ir.Table:
    """records.item: one row for each record."""
    return table.select(record_set=ibis.literal(name), **{c: table[c] for c in RECORD})


def parties(table: ir.Table, name: str, spec: RecordSet, look: Lookups) -> ir.Table:
    """records.party: one row for each party of each record, with its place."""
    made = [_parties(table, spec, source, i, look) for i, source in enumerate(spec.parties)]
    whole = reduce(lambda a, b: a.union(b), made)
    return whole.select(record_set=ibis.literal(name), **{c: whole[c] for c in whole.columns})


def _parties(table: ir.Table, spec: RecordSet, source: PartySource, number: int, look: Lookups) -> ir.Table:
    several = spec.rows == "record" and bool(source.split)
    inputs = {f"_in{i}_{c}": table[c] for i, p in enumerate(source.place) for c in p.columns}
    named = table[source.name] if source.name else ibis.null("string")
    named = named if several else portable.strip(named).nullif("")
    table = table.select("record_id", _name=named, **inputs)
    if spec.rows == "party":
        # rows that are alike in all of these are alike, whichever comes first
        order = [table._name.fill_null(""), *(table[c].fill_null("") for c in inputs)]
        table = table.mutate(seq=ibis.row_number().over(group_by="record_id", order_by=order).cast("int64"))
    elif several:
        # a cell without a name is one party whose place may be known all the same
        table = table.mutate(_names=portable.split(table._name.fill_null(""), source.split))
        table = table.mutate(_names=(table._names.length() == 0).ifelse(ibis.array([""]), table._names))
        table = portable.numbered(table, "_names", "seq")
        table = table.mutate(_name=table._names.nullif(""), seq=table.seq).drop("_names")
    else:
        table = table.mutate(seq=ibis.literal(0, "int64"))
    table = table.mutate(
        seq=table.seq + number * SEQUENCE,
        **{
            f"_in{i}_{c}": _part(table, f"_in{i}_{c}", p, source, several)
            for i, p in enumerate(source.place)
            for c in p.columns
        },
    )
    organisation = table._name.re_search(ORGANISATION).fill_null(False)
    table = table.mutate(_name=_part_of_name(table._name, source), _organisation=organisation)
    if source.part != "whole":
        table = table.filter(table._name.notnull())
    table = _placed(table, source, look)
    names = {"all": table._name, "none": ibis.null("string")}.get(
        source.keep_names, table._organisation.ifelse(table._name, None)
    )
    return table.select("record_id", "seq", role=ibis.literal(source.role), name=names, province="province", city="city",
                        way="way", confidence="confidence")  # fmt: skip


def _part(table: ir.Table, column: str, place: PlaceSource, source: PartySource, several: bool) -> ir.StringValue:
    """What a column says of one of several parties."""
    if not several or place.of == "all":
        return table[column]
    at = table.seq
    if place.of == "first":
        return (at == 0).ifelse(table[column], None)
    parts = portable.split(table[column].fill_null(""), source.split)
    return (at < parts.length()).ifelse(parts[at], None)


def _part_of_name(name: ir.StringValue, source: PartySource) -> ir.StringValue:
    if source.part == "parent":
        return places.parent(name)
    return places.branch(name).notnull().ifelse(name, None) if source.part == "branch" else name


def _placed(table: ir.Table, source: PartySource, look: Lookups) -> ir.Table:
    """province, city, way and confidence: the first province that a source gives, the first city in it."""
    for i, place in enumerate(source.place):
        # a party that has a city is not searched again: a later answer would not count
        open_ = _city(table, i).isnull() if i else None
        table = table.mutate(_printed_place=_printed_place(table, place, f"_in{i}", look, open_))
        table = LOOK_UP[place.by](table, "_printed_place", look, f"_{i}").drop("_printed_place")
    numbers = range(len(source.place))
    within = {i: _within(table, i, len(source.place)) for i in numbers}
    table = table.mutate(province=_province(table, len(source.place)), city=_city(table, len(source.place)))
    ways = [(within[i].notnull(), source.place[i].by) for i in numbers]
    ways += [(table[f"_{i}_province"].notnull(), source.place[i].by) for i in numbers]
    table = table.mutate(way=ibis.cases(*ways, else_="none"))
    sure = [(table.way == way, confidence) for way, confidence in CONFIDENCE.items()]
    return table.mutate(confidence=ibis.cases(*sure, else_=ibis.null("string")))


def _province(table: ir.Table, number: int) -> ir.StringValue:
    """The first province that the first sources give."""
    return ibis.coalesce(ibis.null("string"), *(table[f"_{i}_province"] for i in range(number)))


def _within(table: ir.Table, source: int, number: int) -> ir.StringValue:
    """The city that a source gives, where it is in the province of the first sources."""
    return (table[f"_{source}_province"] == _province(table, number)).ifelse(table[f"_{source}_city"], None)


def _city(table: ir.Table, number: int) -> ir.StringValue:
    return ibis.coalesce(ibis.null("string"), *(_within(table, i, number) for i in range(number)))


LOOK_UP = {
    "region_code": places.by_code, "credit_code": places.by_credit_code, "postal_code": places.by_postal_code,
    "names": places.by_text, "address": places.by_text, "name": places.by_text,
}  # fmt: skip


def _printed_place(
    table: ir.Table, place: PlaceSource, at: str, look: Lookups, open_: ir.BooleanValue | None
) -> ir.StringValue:
    """The code or text in which the place is searched; with `open_` of the rows where it holds."""
    only = lambda text: text if open_ is None else open_.ifelse(text, None)  # noqa: E731
    if place.by == "name":
        # a person's name names no place, however it begins
        return places.seat(only(table._organisation.ifelse(table._name, None)), look.cities)
    if place.by == "names":
        province, city = (only(table[f"{at}_{c}"]) if c else None for c in (place.province, place.city))
        return places.stated(province, city)
    return only(table[f"{at}_{place.column}"])
