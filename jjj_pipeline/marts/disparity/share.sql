-- Share of every member in the total of its group, and of every region and group in the printed nation.
-- Where an indicator has default releases (GDP), part and nation are of one release: the nation's.
with series as (
    select p.*, i.default_release is not null as by_release
    from core.panel as p
    join ref.indicator as i using (indicator)
    where i.additive
),

in_group as (
    select m.indicator, g.group_code as of_code, m.region_code, m.year, m.value, m.half_width, m.release,
        t.value as total, t.value - m.value as rest, t.half_width - m.half_width as rest_half_width, t.release as total_release
    from series as m
    join ref.region_group as g on g.region_code = m.region_code
    join series as t on t.indicator = m.indicator and t.region_code = g.group_code and t.year = m.year
),

nation as (
    select * from series where region_code = 'CN'
),

province as (
    -- figures in the nation's release, where releases must match
    select n.indicator, o.region_code, n.year, o.value, o.half_width, o.release
    from nation as n
    join core.observation as o on o.indicator = n.indicator and o.year = n.year and o.source = n.source and o.release = n.release
    join ref.region as r on r.region_code = o.region_code and r.kind = 'province'
    where n.by_release and o.industry_code = '*' and o.value is not null
    qualify row_number() over (partition by n.indicator, o.region_code, n.year order by o.table_id) = 1
),

part as (
    select indicator, region_code, year, value, half_width, release
    from series
    where not by_release and region_code in (select region_code from ref.region where kind in ('province', 'group'))
    union all
    select * from province
    union all
    select p.indicator, g.group_code, p.year, sum(p.value order by p.region_code), sum(p.half_width order by p.region_code), any_value(p.release)
    from province as p
    join ref.region_group as g using (region_code)
    group by p.indicator, g.group_code, p.year
    having count(*) = (select count(*) from ref.region_group as x where x.group_code = any_value(g.group_code))
)

select indicator, of_code, region_code, year, 'parts' as basis, value, total,
    share_of_parts(value, rest) as share,
    share_of_parts_low(value, half_width, rest, rest_half_width) as share_low,
    share_of_parts_high(value, half_width, rest, rest_half_width) as share_high,
    release, total_release
from in_group
union all
select p.indicator, 'CN' as of_code, p.region_code, p.year, 'printed' as basis, p.value, n.value as total,
    share_of_total(p.value, n.value) as share,
    share_of_total_low(p.value, p.half_width, n.value, n.half_width) as share_low,
    share_of_total_high(p.value, p.half_width, n.value, n.half_width) as share_high,
    p.release, n.release as total_release
from part as p
join nation as n using (indicator, year)
order by indicator, of_code, region_code, year
