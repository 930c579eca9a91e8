"""Made-up record sets of any size for the benchmark: patents with one to six applicants in a cell, skewed places, dirty names,
addresses of several kinds, and duplicates. DuckDB writes them; the same seed gives the same rows."""

from __future__ import annotations

from pathlib import Path

import duckdb

from jjj_pipeline.records import gazetteer
from jjj_pipeline.settings import PACKAGE

GAZETTEER = PACKAGE / "catalog" / "gazetteer"
PARTIES_A_RECORD = 2.5
KINDS = ["有限公司", "股份有限公司", "大学", "研究所", "科技有限公司", "集团有限公司", "学院", "（集团）有限公司"]


def addresses(con: duckdb.DuckDBPyConnection) -> None:
    """Table `place`: weight (running sum to 1), province, city and county names, a postal code; Beijing, Guangdong and Jiangsu
    have most, as in the patent office's counts."""
    names = gazetteer.names_in_force(GAZETTEER)
    heavy = {"110000": 9.0, "440000": 8.0, "320000": 7.0, "310000": 5.0, "330000": 5.0, "120000": 2.0, "130000": 2.0}
    rows = [
        (heavy.get(d.province, 1.0) / (1 + i % 37), names[d.province], names.get(d.city, ""), d.name, d.code)
        for i, d in enumerate(gazetteer.divisions(GAZETTEER))
        if d.level == "county" and d.in_force and d.city
    ]
    con.execute(
        "create or replace table county (w double, province varchar, city varchar, county varchar, code varchar)"
    )
    con.executemany("insert into county values (?, ?, ?, ?, ?)", rows)
    con.execute(
        "create or replace table place as select row_number() over (order by code) - 1 as id, * from ("
        "select *, unnest(range(greatest(1, round(w * 4000 / (select sum(w) from county))::int))) as copy from county)"
    )


def patents(path: Path, parties: int, files: int = 1, seed: int = 1) -> None:
    """CSV files of about so many parties in `path`. 4 in 100 records stand twice, application and grant; 3 in 10 addresses lack
    the province, 1 in 10 has a postal code in front, 1 in 50 is a district alone, 1 in 30 is empty; names have spaces and
    full-width brackets."""
    path.mkdir(parents=True, exist_ok=True)
    records = int(parties / PARTIES_A_RECORD)
    con = duckdb.connect()
    con.execute("set threads = 2; set memory_limit = '4GB'")
    addresses(con)
    (places,) = con.execute("select count(*) from place").fetchall()[0]
    kinds = "[" + ", ".join(f"'{k}'" for k in KINDS) + "]"
    for number in range(files):
        low, high = records * number // files, records * (number + 1) // files
        con.execute(
            f"""
            copy (
                with base as (
                    select r, hash(r, {seed}) as h from range({low}, {high}) as t(r)
                    union all
                    select r, hash(r, {seed}) as h from range({low}, {high}) as t(r) where hash(r, {seed}) % 25 = 0
                ),
                record as (
                    select *, row_number() over (partition by r) as copy,
                        case when h % 10 < 5 then 1 when h % 10 < 7 then 2 when h % 10 < 8 then 4
                            else 5 + (h // 10 % 2)::int end as k
                    from base
                ),
                party as (
                    select r, copy, h, k, unnest(range(k)) as i from record
                ),
                named as (
                    select p.*, hash(r, i, 7) as g, hash(r, i, 7) % 100000 as firm from party as p
                ),
                placed as (
                    select n.*, l.province, l.city, l.county,
                        case n.firm % 6 when 0 then replace(l.province, '省', '') when 1 then l.city
                            when 2 then replace(l.city, '市', '')
                            when 3 then ' ' || replace(l.city, '市', '') else '' end
                        || '甲乙' || (n.firm % 9973)::varchar || ({kinds})[1 + (n.firm % 8)::int] as name
                    from named as n join place as l on l.id = case when n.i > 0 and n.g % 3 > 0
                        then hash(n.r, 0, 7) % {places} else n.g % {places} end
                )
                select
                    'CN' || (200000000 + r)::varchar || 'A' as 申请号,
                    (2005 + any_value(h) % 18 + any_value(copy) - 1)::varchar
                        || '-' || lpad((1 + any_value(h) // 7 % 12)::varchar, 2, '0')
                        || '-' || lpad((1 + any_value(h) // 11 % 28)::varchar, 2, '0') as 申请日,
                    'H' || lpad((1 + any_value(h) // 13 % 5)::varchar, 2, '0')
                        || 'L' || (any_value(h) % 30)::varchar || '/00' as IPC主分类号,
                    string_agg(name, ';' order by i) as 申请人,
                    '' as 邮编,
                    case
                        when any_value(h) % 30 = 0 then ''
                        when any_value(h) % 50 = 1 then min_by(county, i) || '建国路' || (any_value(h) % 300)::varchar || '号'
                        when any_value(h) % 10 = 2 then '100' || lpad((any_value(h) % 1000)::varchar, 3, '0') || ' '
                            || min_by(province || city || county, i) || '科技园'
                        when any_value(h) % 10 < 6
                            then min_by(city || county, i) || '人民路' || (any_value(h) % 300)::varchar || '号'
                        else min_by(province || city || county, i) || '中山大街' || (any_value(h) % 300)::varchar || '号'
                    end as 申请人地址
                from placed group by r, copy
            ) to '{path / f"patents-{number:03}.csv"}' (header, delimiter ',')
            """
        ).fetchall()
    con.close()
