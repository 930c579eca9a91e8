-- zh: 新版本覆盖的地区不少于上一版本
-- en: A new release of a table covers no fewer regions than the release before
with covered as (
    select o.table_id, o.source, o.release, v.position, o.indicator, o.industry_code,
        count(distinct o.region_code) as regions,
        max(o.year) as year, min(o.file) as file
    from core.observation as o
    join ref.release as v using (source, release)
    where o.value is not null
    group by all
),

beside as (
    select *, lag(regions)
        over (partition by table_id, indicator, industry_code order by position) as regions_before
    from covered
)

select table_id, release, indicator, null as region_code, year, regions_before as expected,
    regions as found, 0 as bound, file,
    null as cell, regions < regions_before as beyond
from beside
where regions_before is not null
