"""From records and parties to counts between places. Each rule has a name and a definition here, and nowhere else:

pairs             every pair of distinct places of a record counts 1; a record of which all parties are in one place counts 1 for
                  that place with itself
pairs_fractional  a record of k known places counts 1 in all: 1 / (k(k-1)/2) for each pair, 1 for the place itself where k = 1
flows             every pair (place of the one role, place of the other) of a record counts 1, the two being equal included
flow_amount       the amount of a record, in equal parts over the pairs of `flows`; the part of a pair with an unknown place is
                  left out and falls to no other pair

A record counts once, in the year of its date. A party whose place is not known on a level makes no pair on it, and its record is
not one of a single place: what is not known is left out, so that counts are never too high.

Pure functions on Ibis tables; nothing is run here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from jjj_pipeline.records import portable
from jjj_pipeline.records.gazetteer import MUNICIPALITIES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from jjj_pipeline.records.mapping import Count, Level

WHOLE = (*MUNICIPALITIES, "81", "82")  # provinces that are one city
RESULT = ["indicator", "rule", "level", "period", "class_code", "origin", "destination", "value", "records"]
ALL = "*"
UNKNOWN = "?"


def place_sets(item: ir.Table, party: ir.Table, roles: list[str]) -> ir.Table:
    """How many records of a year and class have exactly these places: period, class_code, places (codes in order, with commas),
    records. A party is at its city, at its province where no more is known, or at UNKNOWN. The rest is counted from this table,
    which is small: most records have one place and are recognised by their first and last."""
    at = party.filter(party.role.isin(roles)) if roles else party
    at = at.select(at.record_id, place=ibis.coalesce(at.city, at.province, UNKNOWN))
    ends = at.group_by("record_id").aggregate(low=_.place.min(), high=_.place.max())
    one = ends.filter(ends.low == ends.high).select("record_id", places="low")
    several = at.semi_join(ends.filter(ends.low != ends.high), "record_id").distinct()
    listed = several.group_by("record_id").aggregate(_all=_.place.collect())
    many = listed.select("record_id", places=listed._all.sort().join(","))
    placed = one.union(many).join(item.select("record_id", "period", "class_code"), "record_id")
    return placed.group_by(["period", "class_code", "places"]).aggregate(records=_.count())


def all_classes(sets: ir.Table) -> ir.Table:
    """Place sets of all classes together."""
    made = sets.group_by(["period", "places"]).aggregate(records=_.records.sum())
    return made.select("period", "places", "records", class_code=ibis.literal(ALL))


def pairs(sets: ir.Table, level: Level) -> ir.Table:
    """The values of the rules `pairs` and `pairs_fractional` on a table of place sets: period, class_code, origin, destination,
    pairs, pairs_fractional, records."""
    key = ["period", "class_code", "_set"]
    joined = sets.places.contains(",")
    place = _at_level(sets.places, level)
    alone = sets.filter(~joined).mutate(origin=place).filter(_.origin.notnull())
    alone = alone.select("period", "class_code", "origin", destination="origin", records="records", share=1.0)
    one = sets.filter(joined).mutate(_set=sets.places, place=portable.codes(sets.places)).unnest("place")
    one = one.mutate(place=_at_level(one.place, level)).select(*key, "records", "place").distinct()
    size = one.group_by(key).aggregate(k=_.place.count(), whole=portable.count_of(_.place.isnull()) == 0)
    one = one.filter(one.place.notnull()).join(size, key)
    both = one.join(one.select(*key, destination="place"), key)
    single = (both.k == 1) & both.whole & (both.place == both.destination)
    both = both.filter((both.place < both.destination) | single)
    share = (both.k == 1).ifelse(1.0, 2.0 / (both.k * (both.k - 1)).nullif(0))
    several = both.select(
        "period", "class_code", origin="place", destination="destination", records="records", share=share
    )
    made = alone.union(several)
    return made.group_by(["period", "class_code", "origin", "destination"]).aggregate(
        pairs=made.records.sum().cast("float64"),
        pairs_fractional=(made.records * made.share).sum().cast("float64"),
        records=made.records.sum().cast("int64"),
    )


def flows(item: ir.Table, party: ir.Table, count: Count, level: Level) -> ir.Table:
    """The rules `flows` and `flow_amount`, from one role to another: period, class_code, origin, destination, value, records."""
    at = party.select("record_id", "role", place=_level_of_party(party, level).fill_null(UNKNOWN))
    start = at.filter(at.role == count.from_).select("record_id", origin="place").distinct()
    end = at.filter(at.role == count.to).select("record_id", destination="place").distinct()
    both = start.join(end, "record_id")
    facts = item.select("record_id", "period", "class_code", "amount")
    both = both.join(facts, "record_id")
    value = ibis.literal(1.0)
    if count.rule == "flow_amount":
        number = both.group_by("record_id").aggregate(_pairs=_.count())
        both = both.join(number, "record_id")
        both = both.filter(both.amount.notnull())
        value = both.amount / both._pairs.nullif(0)
    both = both.mutate(_value=value).filter(_.origin != UNKNOWN, _.destination != UNKNOWN)
    code = both.class_code if count.by_class else ibis.literal(ALL)
    both = both.mutate(class_code=code)
    both = both.filter(both.class_code.notnull())
    return both.group_by(["period", "class_code", "origin", "destination"]).aggregate(
        value=_._value.sum().cast("float64"), records=_.count().cast("int64")
    )


def _at_level(place: ir.StringValue, level: Level) -> ir.StringValue:
    if level == "province":
        return (place == UNKNOWN).ifelse(None, place.substr(0, 2) + "0000")
    known = ((place != UNKNOWN) & (place.substr(2, 4) != "0000")) | place.substr(0, 2).isin(WHOLE)
    return known.ifelse(place, None)


def _level_of_party(party: ir.Table, level: Level) -> ir.StringValue:
    return party.province if level == "province" else party.city


def resolved(party: ir.Table) -> ir.Table:
    """How many parties were placed in which way: role, way, confidence, parties, cities."""
    return party.group_by(["role", "way", "confidence"]).aggregate(parties=_.count(), cities=_.city.count())


def covered(item: ir.Table, party: ir.Table) -> ir.Table:
    """One row: records, records with a place, parties, parties with a province, parties with a city."""
    placed = party.filter(party.province.notnull()).select("record_id").distinct()
    whole = item.aggregate(records=item.count())
    some = placed.aggregate(records_placed=placed.count())
    each = party.aggregate(parties=party.count(), provinces=party.province.count(), cities=party.city.count())
    return whole.cross_join(some).cross_join(each)
