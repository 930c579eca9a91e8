"""Where a party is: look-ups of codes, postal codes, names of provinces and cities, addresses and names of parties, as joins with
the tables of `gazetteer`. What a look-up does not find stays null; nothing is guessed.

Every function takes a table and the name of a text column and returns the table with two columns more, `<as>_province` and
`<as>_city`: codes of now, null where not found. A city is a unit of the prefecture level or a municipality.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from jjj_pipeline.records import gazetteer, portable
from jjj_pipeline.records.gazetteer import LONGEST, NATION

# a street called after a place says nothing of where it is: 南京东路, 天津大街
STREET = r"^[东西南北中新老一二三四五六七八九十]{0,2}(路|街|大街|大道|道|巷|胡同|弄|桥|门)"
LEADING = r"^([\s\d,，、.:：;；()（）\-\x{3000}]|中华人民共和国|中国)+"
BETWEEN = r"^[\s\x{3000},，、()（）\-]+"
BODY = r"(公司|银行|集团|事务所|研究院|研究所|大学|学院|中心|医院)"
BRANCH = r"(分公司|分行|支行|分店|分所|分院|分校|分中心|办事处|营业部|代表处|校区|研究生院)"


@dataclass(frozen=True)
class Lookups:
    """The gazetteer's tables as the engine has them."""

    codes: ir.Table
    postal: ir.Table
    names: ir.Table
    cities: str  # short names of provinces and prefectures as alternatives of a pattern


def tables(folder: Path) -> dict[str, pa.Table]:
    """The look-up tables by name, for an engine to take in."""
    names = gazetteer.names(folder)
    return {
        "codes": gazetteer.codes(folder),
        "postal": gazetteer.postal(folder),
        "names": names.append_column("place", pa.array(range(names.num_rows), pa.int64())),
    }


def cities_pattern(folder: Path) -> str:
    """Names of provinces and prefectures that may be in the brackets of a name, the longest first."""
    known = gazetteer.names(folder).to_pylist()
    short = {r["key"] for r in known if r["scope"] == NATION and r["form"] == "short"}
    return "|".join(sorted(short, key=lambda name: (-len(name), name)))


def by_code(table: ir.Table, column: str, look: Lookups, as_: str) -> ir.Table:
    """Region codes of six digits, of GB/T 2260 in any year; unlisted ones by their first four, then two digits."""
    return _longest_code(
        table, portable.extract(portable.strip(table[column]), r"^(\d{6})", 1), look.codes, "code", (6, 4, 2), as_
    )


def by_credit_code(table: ir.Table, column: str, look: Lookups, as_: str) -> ir.Table:
    """Unified social credit codes: digits 3 to 8 are the region of the authority that registered the body."""
    code = portable.extract(portable.strip(table[column]).upper(), r"^[0-9A-Z]{2}(\d{6})[0-9A-Z]{10}$", 1)
    return _longest_code(table, code, look.codes, "code", (6, 4, 2), as_)


def by_postal_code(table: ir.Table, column: str, look: Lookups, as_: str) -> ir.Table:
    """Postal codes of six digits, by the longest prefix that lies in one place."""
    code = portable.extract(portable.strip(table[column]), r"^(\d{6})$", 1)
    return _longest_code(table, code, look.postal, "prefix", (4, 3, 2), as_)


def _longest_code(
    table: ir.Table, code: ir.StringValue, known: ir.Table, key: str, lengths: tuple[int, ...], as_: str
) -> ir.Table:
    columns = table.columns
    table = table.mutate(_code=code)
    for n in lengths:
        rows = known.filter(known[key].length() == n)
        rows = rows.select(**{f"_key{n}": rows[key], f"_province{n}": rows.province, f"_city{n}": rows.city})
        table = table.mutate(**{f"_at{n}": table._code.substr(0, n)})
        table = table.left_join(rows, table[f"_at{n}"] == rows[f"_key{n}"])
    return _first_found(table, [(f"_province{n}", f"_city{n}") for n in lengths], columns, as_)


def _first_found(table: ir.Table, found: list[tuple[str, str]], columns: tuple[str, ...], as_: str) -> ir.Table:
    """The first province, and the first city that lies in it."""
    province = ibis.coalesce(*(table[p] for p, _ in found))
    table = table.mutate(_province=province)
    city = ibis.coalesce(*((table[p] == table._province).ifelse(table[c], None) for p, c in found))
    return table.mutate(**{f"{as_}_province": table._province, f"{as_}_city": city}).select(
        *columns, f"{as_}_province", f"{as_}_city"
    )


def by_text(table: ir.Table, column: str, look: Lookups, as_: str) -> ir.Table:
    """Names of places at the beginning of a text: an address, or a province and a city one after the other. The longest name
    of the nation; where that is a province, the longest name in it after that. A name that more than one place has is open."""
    columns = table.columns
    # the last character of a text does not matter, and a text of none is null
    table = table.mutate(_text=_without(table[column], LEADING))
    table = _longest_name(table, None, table._text, look.names, "_a")
    table = table.mutate(_rest=_without(table._text.substr(table._a_length.fill_null(0).cast("int64")), BETWEEN))
    street = (table._a_form == "short").ifelse(table._rest, None).re_search(STREET).fill_null(False)
    first = (street | (table._a_form == "open")).fill_null(False)
    table = table.mutate(_province=first.ifelse(None, table._a_province), _city=first.ifelse(None, table._a_city))
    scope = table._city.isnull().ifelse(table._province, None)
    table = _longest_name(table, scope, table._rest, look.names, "_b")
    inner = (table._b_form != "open").fill_null(False)
    return table.mutate(
        **{
            # a place may have left the province under which it is written
            f"{as_}_province": ibis.coalesce(inner.ifelse(table._b_province, None), table._province),
            f"{as_}_city": ibis.coalesce(inner.ifelse(table._b_city, None), table._city),
        }
    ).select(*columns, f"{as_}_province", f"{as_}_city")


def _without(text: ir.StringValue, pattern: str) -> ir.StringValue:
    """The text without its beginning. Asked before it is taken away: most texts have none, and asking is cheap."""
    return text.re_search(pattern).fill_null(False).ifelse(portable.remove(text, pattern), text)


def _longest_name(
    table: ir.Table, scope: ir.StringValue | None, text: ir.StringValue, names: ir.Table, as_: str
) -> ir.Table:
    """The row of `names` whose key begins a text, the longest one: <as>_province, _city, _form, _length. One join for each
    length of keys, so that nothing is multiplied and nothing has to be grouped."""
    columns = table.columns
    known = names.filter(names.scope == NATION) if scope is None else names.filter(names.scope != NATION)
    lengths = range(LONGEST, 1, -1)
    # cut once, and with two digits for the province in front, so that the cuts of all lengths are those of a short text
    cut, key, before = text.substr(0, LONGEST), known.key, 0
    if scope is not None:
        cut, key, before = scope.substr(0, 2) + cut, known.scope.substr(0, 2) + known.key, 2
    table = table.mutate(_cut=cut)
    table = table.mutate(**{f"_at{n}": table._cut.substr(0, before + n) for n in lengths})
    known = known.mutate(_key=key)
    for n in lengths:
        rows = known.filter(known.key.length() == n)
        rows = rows.select(**{f"_key{n}": rows._key, f"_place{n}": rows.place})
        table = table.left_join(rows, table[f"_at{n}"] == rows[f"_key{n}"])
    table = table.mutate(_place=ibis.coalesce(*(table[f"_place{n}"] for n in lengths)))
    named = names.select(_id=names.place, **{f"{as_}_{c}": names[c] for c in ("province", "city", "form", "length")})
    return table.left_join(named, table._place == named._id).select(
        *columns, *(f"{as_}_{c}" for c in ("province", "city", "form", "length"))
    )


def stated(province: ir.StringValue | None, city: ir.StringValue | None) -> ir.StringValue:
    """The text of a province column and a city column, for `by_text`; the province is written once."""
    if province is None or city is None:
        only = city if province is None else province
        assert only is not None
        return portable.strip(only)
    province, city = (portable.strip(part.fill_null("")) for part in (province, city))
    return city.startswith(province).ifelse(city, province + city)


def seat(name: ir.StringValue, cities: str) -> ir.StringValue:
    """What the name of a party says of its place, for `by_text`: of a branch what precedes 分公司, then a city in
    brackets, then the name's beginning."""
    # a pattern with groups is dear, and few names have brackets
    bracket = (name.contains("(") | name.contains("（")).ifelse(name, None)
    return ibis.coalesce(branch(name), portable.extract(bracket, rf"[（(]({cities})[^（）()]*[）)]", 1), name)


def branch(name: ir.StringValue) -> ir.StringValue:
    """保定 of 北京某某有限公司保定分公司; null for a name that is no branch's."""
    return portable.extract(_branch_like(name), rf"^.*{BODY}[（(]?([^（）()]{{2,9}}?)[）)]?{BRANCH}", 2)


def parent(name: ir.StringValue) -> ir.StringValue:
    """北京某某有限公司 of 北京某某有限公司保定分公司; null for a name that is no branch's."""
    return portable.extract(_branch_like(name), rf"^(.*{BODY})[（(]?[^（）()]{{2,9}}?[）)]?{BRANCH}", 1)


def _branch_like(name: ir.StringValue) -> ir.StringValue:
    """Names that have a word of BRANCH; null for others."""
    found = [name.contains(word) for word in ("分", "支行", "办事处", "营业部", "代表处", "校区", "研究生院")]
    return reduce(lambda a, b: a | b, found).ifelse(name, None)
