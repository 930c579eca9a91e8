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
    digits = {i: portable.extract(text[source.date.column], DATE, i) for i in (1, 2, 3)}
    table = text.mutate(
        record_id=text[source.id].strip().nullif(""),
        period=portable.whole(digits[1]),
        _month=portable.whole(digits[2]),
        _day=portable.whole(digits[3]),
        status=text[source.status].strip().nullif("") if source.status else ibis.null("string"),
    )
    month = table._month.between(1, 12).fill_null(False)
    day = (month & table._day.between(1, 31)).fill_null(False)
    two = lambda n: n.cast("string").lpad(2, "0")  # noqa: E731
    table = table.mutate(
        date=table.period.cast("string")
        + month.ifelse(ibis.literal("-") + two(table._month), "").fill_null("")
        + day.ifelse(ibis.literal("-") + two(table._day), "").fill_null(""),
        class_code=_class(table, spec),
        amount=_amount(table, spec),
    )
    first, last = source.date.years
    problem = ibis.cases(
        (table.record_id.isnull(), "no record number"),
        (table.period.isnull(), "no date"),
        (~table.period.between(first, last), f"date outside {first} to {last}"),
        else_=ibis.null("string"),
    )
    table = table.mutate(problem=problem)
    if source.amount:
        given = table[source.amount.column].strip().nullif("")
        lost = (given.notnull() & table.amount.isnull()).fill_null(False)
        table = table.mutate(problem=table.problem.fill_null(lost.ifelse("amount that is no number", None)))
    if source.keep:
        other = ~table.status.isin(source.keep).fill_null(False)
        table = table.mutate(problem=table.problem.fill_null(other.ifelse("status that does not count", None)))
    return table.drop("_month", "_day")


def _class(table: ir.Table, spec: RecordSet) -> ir.StringValue:
    source = spec.record.class_
    if source is None:
        return ibis.null("string")
    first = portable.extract(table[source.column].strip().upper(), r"^[^；;、|,，]+").strip()
    return (first.substr(0, source.length) if source.length else first).nullif("")


def _amount(table: ir.Table, spec: RecordSet) -> ir.FloatingValue:
    """In the unit the mapping wants; a unit within the text takes the place of the mapping's, an unknown one leaves null."""
    source = spec.record.amount
    if source is None:
        return ibis.null("float64")
    text = table[source.column].strip()
    printed_unit = portable.extract(text, UNIT, 1).fill_null(source.unit)
    factor = ibis.cases(
        *((printed_unit == unit, by) for unit, by in source.factors.items()), else_=source.factors[source.unit]
    )
    return portable.number(portable.remove(text, UNIT)) * factor


def repeated(good: ir.Table) -> ir.Table:
    """record_id of records that stand in several rows, `n` rows, and `differs`: whether date, class or amount are not the same in
    all of them."""
    ends = {f"{c}_{end}": getattr(good[c], end)() for c in ("date", "class_code", "amount") for end in ("min", "max")}
    found = good.group_by("record_id").aggregate(n=_.count(), **ends).filter(_.n > 1)
    apart = [(found[f"{c}_min"] != found[f"{c}_max"]).fill_null(False) for c in ("date", "class_code", "amount")]
    return found.select("record_id", "n", differs=apart[0] | apart[1] | apart[2])


def once(good: ir.Table, columns: list[str], again: ir.Table) -> ir.Table:
    """One row for each record: of several the earliest date, then the first by all its columns. `again` is what `repeated` found;
    most records stand once and are not ordered at all."""
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
    asked = {f"_in{i}_{c}": table[c] for i, p in enumerate(source.place) for c in p.columns}
    named = table[source.name].strip().nullif("") if source.name else ibis.null("string")
    table = table.select("record_id", _name=named, **asked)
    if spec.rows == "party":
        # rows that are alike in all of these are alike, whichever comes first
        order = [table._name.fill_null(""), *(table[c].fill_null("") for c in asked)]
        table = table.mutate(seq=ibis.row_number().over(group_by="record_id", order_by=order).cast("int64"))
    elif several:
        # a cell without a name is one party whose place may be told all the same
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
    kept = {"all": table._name, "none": ibis.null("string")}.get(
        source.keep_names, table._organisation.ifelse(table._name, None)
    )
    return table.select("record_id", "seq", role=ibis.literal(source.role), name=kept, province="province", city="city",
                        way="way", confidence="confidence")  # fmt: skip


def _part(table: ir.Table, column: str, place: PlaceSource, source: PartySource, several: bool) -> ir.StringValue:
    """What a column tells of one of several parties."""
    if not several or place.of == "all":
        return table[column]
    at = table.seq
    if place.of == "first":
        return (at == 0).ifelse(table[column], None)
    told = portable.split(table[column].fill_null(""), source.split)
    return (at < told.length()).ifelse(told[at], None)


def _part_of_name(name: ir.StringValue, source: PartySource) -> ir.StringValue:
    if source.part == "parent":
        return places.parent(name)
    return places.branch(name).notnull().ifelse(name, None) if source.part == "branch" else name


def _placed(table: ir.Table, source: PartySource, look: Lookups) -> ir.Table:
    """province, city, way and confidence: the first province that a source tells, the first city in it."""
    for i, place in enumerate(source.place):
        at, asked_in = f"_{i}", f"_in{i}_{place.column}"
        if place.by == "region_code":
            table = places.by_code(table, asked_in, look, at)
        elif place.by == "credit_code":
            table = places.by_credit_code(table, asked_in, look, at)
        elif place.by == "postal_code":
            table = places.by_postal_code(table, asked_in, look, at)
        else:
            table = table.mutate(_said=_said(table, place, f"_in{i}", look))
            table = places.by_text(table, "_said", look, at).drop("_said")
    asked = range(len(source.place))
    table = table.mutate(province=ibis.coalesce(ibis.null("string"), *(table[f"_{i}_province"] for i in asked)))
    within = {i: (table[f"_{i}_province"] == table.province).ifelse(table[f"_{i}_city"], None) for i in asked}
    table = table.mutate(city=ibis.coalesce(ibis.null("string"), *within.values()))
    ways = [(within[i].notnull(), source.place[i].by) for i in asked]
    ways += [(table[f"_{i}_province"].notnull(), source.place[i].by) for i in asked]
    table = table.mutate(way=ibis.cases(*ways, else_="none"))
    sure = [(table.way == way, confidence) for way, confidence in CONFIDENCE.items()]
    return table.mutate(confidence=ibis.cases(*sure, else_=ibis.null("string")))


def _said(table: ir.Table, place: PlaceSource, at: str, look: Lookups) -> ir.StringValue:
    if place.by == "name":
        # a person's name tells no place, however it begins
        return places.seat(table._organisation.ifelse(table._name, None), look.cities)
    if place.by == "names":
        province, city = (table[f"{at}_{c}"] if c else None for c in (place.province, place.city))
        return places.stated(province, city)
    return table[f"{at}_{place.column}"]
