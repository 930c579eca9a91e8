"""The same result as `jjj records build` on a set of the mapping patent_export, written by hand: as SQL for DuckDB, and as a
pandas script of the usual kind. The benchmark's other side; the counts of the SQL are compared row by row."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as parquet

from jjj_pipeline.records import places
from jjj_pipeline.settings import PACKAGE

GAZETTEER = PACKAGE / "catalog" / "gazetteer"
LENGTHS = (7, 6, 5, 4, 3, 2)
LEADING = r"^([\s\d,，、.:：;；()（）\-\x{3000}]|中华人民共和国|中国)+"
ORGANISATION = "公司|大学|学院|学校|研究|院|所|厂|中心|集团|医院|银行|企业"
STREET = r"^[东西南北中新老一二三四五六七八九十]{0,2}(路|街|大街|大道|道|巷|胡同|弄|桥|门)"


def _located(text: str, source: str, out: str) -> str:
    """SQL: the rows of `source` with <out>_province and <out>_city of a text column, by the longest name of the gazetteer."""
    nation = " ".join(
        f"left join look as n{n} on n{n}.scope = 'CN' and length(n{n}.key) = {n} and n{n}.key = substr(t, 1, {n})"
        for n in LENGTHS
    )
    inside = " ".join(
        f"left join look as p{n} on length(p{n}.key) = {n} and p{n}.scope = s and p{n}.key = substr(rest, 1, {n})"
        for n in LENGTHS
    )
    return f"""
        select * exclude (t, place, rest, s, stop, a_province, a_city, inner_place, b_province, b_city),
            coalesce(b_province, a_province) as {out}_province, coalesce(b_city, a_city) as {out}_city
        from (
            select q.*, if(b.form = 'open', null, b.province) as b_province, if(b.form = 'open', null, b.city) as b_city
            from (
                select z.*, coalesce({", ".join(f"p{n}.place" for n in LENGTHS)}) as inner_place
                from (
                    select *, if(a_city is null, a_province, null) as s from (
                        select y.*, substr(t, coalesce(a.length, 0) + 1) as rest,
                            coalesce(a.form = 'open'
                                or (a.form = 'short' and regexp_matches(substr(t, a.length + 1), '{STREET}')), false) as stop,
                            if(stop, null, a.province) as a_province, if(stop, null, a.city) as a_city
                        from (
                            select x.*, coalesce({", ".join(f"n{n}.place" for n in LENGTHS)}) as place
                            from (select *, regexp_replace({text}, '{LEADING}', '') as t from {source}) as x {nation}
                        ) as y left join look as a on a.place = y.place
                    )
                ) as z {inside}
            ) as q left join look as b on b.place = q.inner_place
        )"""


def by_sql(folder: Path, out: Path, memory: str = "2GB") -> pd.DataFrame:
    """Records and parties as Parquet in `out`, and the pairs by year, level and rule."""
    out.mkdir(parents=True, exist_ok=True)
    tables = places.tables(GAZETTEER)
    cities = places.cities_pattern(GAZETTEER)
    parquet.write_table(tables["names"], out / "names.parquet")
    parquet.write_table(tables["postal"], out / "postal.parquet")
    con = duckdb.connect(str(out / "work.duckdb"))
    con.execute(f"set threads = 2; set memory_limit = '{memory}'; set preserve_insertion_order = false")
    con.execute(f"create table look as from '{out}/names.parquet'")
    con.execute(f"create table post as from '{out}/postal.parquet'")
    con.execute(
        f"""
        create table record as
        select 申请号 as record_id, cast(substr(申请日, 1, 4) as bigint) as period, 申请日 as date,
            nullif(substr(upper(IPC主分类号), 1, 4), '') as class_code, 申请人 as names, 邮编 as postcode, 申请人地址 as address
        from read_csv('{folder}/*.csv', all_varchar = true, header = true)
        where 申请号 is not null and substr(申请日, 1, 4) between '1980' and '2030'
        qualify row_number() over (partition by 申请号 order by 申请日, IPC主分类号, 申请人, 邮编, 申请人地址) = 1
        """
    ).fetchall()
    con.execute(
        f"copy (select record_id, date, period, class_code from record) to '{out}/item.parquet' (compression zstd)"
    ).fetchall()
    con.execute(
        """
        create view party_of as
        select record_id, unnest(parts) as name, unnest(range(len(parts))) as seq, postcode, address from (
            select record_id, postcode, address,
                list_filter(list_transform(string_split(regexp_replace(names, '[；、|]', ';', 'g'), ';'), lambda x: trim(x)),
                    lambda x: x <> '') as parts
            from record
        )
        """
    )
    con.execute(
        f"""
        create view party_place as
        select record_id, seq, name, if(seq = 0, address, null) as address, if(seq = 0, postcode, null) as postcode,
            if(regexp_matches(name, '{ORGANISATION}'), if(contains(name, '（') or contains(name, '('),
                coalesce(nullif(regexp_extract(name, '[（(]({cities})[^（）()]*[）)]', 1), ''), name), name), null) as seat
        from party_of
        """
    )
    con.execute(f"create view first_look as {_located('address', 'party_place', 'address')}")
    con.execute(f"create view second_look as {_located('seat', 'first_look', 'name')}")
    con.execute(
        f"""
        copy (
            select l.record_id, l.seq, l.name,
                coalesce(p4.province, p3.province, p2.province, address_province, name_province) as province,
                coalesce(p4.city, p3.city, address_city, name_city) as city
            from second_look as l
            left join post as p4 on p4.prefix = substr(postcode, 1, 4)
            left join post as p3 on p3.prefix = substr(postcode, 1, 3)
            left join post as p2 on p2.prefix = substr(postcode, 1, 2)
        ) to '{out}/party.parquet' (compression zstd)
        """
    ).fetchall()
    found = con.execute(
        f"""
        with place as (
            select distinct record_id,
                coalesce(city, case when province[:2] in ('11', '12', '31', '50') then province else '?' end) as place
            from '{out}/party.parquet'
        ),
        province as (select distinct record_id, coalesce(province, '?') as place from '{out}/party.parquet'),
        every as (select 'city' as level, * from place union all select 'province', * from province),
        ends as (
            select level, record_id, count(*) as k, count(*) filter (where place <> '?') as known,
                min(place) as low, max(place) as high
            from every group by all
        ),
        one as (select level, record_id, low as origin, low as destination from ends where k = 1 and known = 1),
        two as (select level, record_id, low as origin, high as destination from ends where k = 2 and known = 2),
        more as (
            select a.level, a.record_id, a.place as origin, b.place as destination
            from (select every.* from every
                  semi join (select level, record_id from ends where k > 2 and known > 1) using (level, record_id)
                  where place <> '?') as a
            join every as b on a.level = b.level and a.record_id = b.record_id and a.place < b.place and b.place <> '?'
        )
        select level, period, origin, destination, count(*) as value
        from (from one union all from two union all from more) join record using (record_id)
        group by all order by all
        """
    ).df()
    con.close()
    return found


def by_pandas(folder: Path) -> pd.DataFrame:
    """The same counts, as such scripts are written: rows in a loop, dictionaries of names, combinations of a set."""
    tables = places.tables(GAZETTEER)
    known = {(r["scope"], r["key"]): r for r in tables["names"].to_pylist()}
    postal = {r["prefix"]: (r["province"], r["city"]) for r in tables["postal"].to_pylist()}
    cities = places.cities_pattern(GAZETTEER)
    leading = LEADING.replace(r"\x{3000}", "\u3000")

    def longest(text: str, scope: str) -> dict[str, Any] | None:
        return next((found for n in LENGTHS if (found := known.get((scope, text[:n])))), None)

    def located(text: object) -> tuple[str | None, str | None]:
        if not isinstance(text, str):
            return None, None
        text = re.sub(leading, "", text)
        first = longest(text, "CN")
        if first is None:
            return None, None
        rest = text[first["length"] :]
        if first["form"] == "open" or (first["form"] == "short" and re.match(STREET, rest)):
            return None, None
        inner = None if first["city"] else longest(rest, first["province"])
        if inner is None or inner["form"] == "open":
            return first["province"], first["city"]
        return inner["province"] or first["province"], inner["city"]

    def seat(name: str) -> str | None:
        if not re.search(ORGANISATION, name):
            return None
        bracket = re.search(rf"[（(]({cities})[^（）()]*[）)]", name) if "（" in name or "(" in name else None
        return bracket[1] if bracket else name

    def placed(row: Any, at: int, name: str) -> tuple[str | None, str | None]:
        tried = [located(seat(name))]
        if at == 0:
            code = row["邮编"] if isinstance(row["邮编"], str) else ""
            tried = [*(postal.get(code[:n], (None, None)) for n in (4, 3, 2)), located(row["申请人地址"]), *tried]
        return next((p for p, _ in tried if p), None), next((c for _, c in tried if c), None)

    table = pd.concat([pd.read_csv(f, dtype=str) for f in sorted(folder.glob("*.csv"))])
    table = table.sort_values(["申请日", "IPC主分类号", "申请人", "邮编", "申请人地址"]).drop_duplicates("申请号")
    counted: Counter[tuple[str, int, str, str]] = Counter()
    for _, row in table.iterrows():
        cell = row["申请人"] if isinstance(row["申请人"], str) else ""
        names = [n.strip() for n in re.split("[；;、|]", cell) if n.strip()]
        found = [placed(row, at, name) for at, name in enumerate(names)]
        whole = {"city": {c or (p if p and p[:2] in ("11", "12", "31", "50") else None) for p, c in found}}
        whole["province"] = {p for p, _ in found}
        for level, spots in whole.items():
            sure = sorted(spot for spot in spots if spot)
            pairs = [(sure[0], sure[0])] if len(spots) == len(sure) == 1 else itertools.combinations(sure, 2)
            for a, b in pairs:
                counted[level, int(row["申请日"][:4]), a, b] += 1
    rows = [(*key, n) for key, n in counted.items()]
    return pd.DataFrame(rows, columns=["level", "period", "origin", "destination", "value"])
