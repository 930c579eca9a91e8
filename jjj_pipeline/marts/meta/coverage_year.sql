-- Which provinces have a figure: for each indicator and year of core.preferred, all industries together.
with province as (
    select l.indicator, l.year, r.region_code, r.short_zh, l.value, l.source
    from core.preferred as l
    join ref.region as r using (region_code)
    where l.industry_code = '*' and r.kind = 'province'
),

year_of as (
    select distinct indicator, year
    from core.preferred
    where industry_code = '*'
),

spine as (
    select y.indicator, y.year, r.region_code, r.short_zh
    from year_of as y
    cross join ref.region as r
    where r.kind = 'province'
),

nation as (
    select indicator, year
    from core.preferred
    where industry_code = '*' and region_code = 'CN' and value is not null
)

select
    s.indicator, s.year,
    count(p.value) as provinces,
    count(p.value) filter (where s.region_code in ('110000', '120000', '130000')) as jjj,
    any_value(n.year) is not null as nation,
    case when count(*) - count(p.value) between 1 and 8
        then string_agg(s.short_zh, ' ' order by s.region_code) filter (where p.value is null) end as missing,
    string_agg(distinct p.source, ' ' order by p.source) filter (where p.value is not null) as source
from spine as s
left join province as p on p.indicator = s.indicator and p.year = s.year and p.region_code = s.region_code
left join nation as n on n.indicator = s.indicator and n.year = s.year
group by s.indicator, s.year
order by s.indicator, s.year
