-- Share of every member in the total of its group, and of every region and group in the printed nation.
-- Part and whole are of one state of the accounts, the newest that holds both.
with figure as (
    select s.*
    from core.series as s
    join ref.indicator as i using (indicator)
    where i.additive and s.place is not null
),

in_group as (
    select m.indicator, g.group_code as of_code, m.region_code, m.year, m.value, m.half_width, m.release,
        t.value as total, t.value - m.value as rest, t.half_width - m.half_width as half_rest,
        t.release as total_release,
        worse_status(m.status, t.status) as status
    from figure as m
    join ref.region_group as g on g.region_code = m.region_code
    join figure as t on t.indicator = m.indicator and t.region_code = g.group_code and t.year = m.year
        and t.vintage = m.vintage
    qualify row_number()
        over (partition by m.indicator, g.group_code, m.region_code, m.year order by m.place) = 1
),

in_nation as (
    select p.indicator, p.region_code, p.year, p.value, p.half_width, p.release,
        n.value as total, n.half_width as half_total, n.release as total_release,
        worse_status(p.status, n.status) as status
    from figure as p
    join ref.region as r on r.region_code = p.region_code and r.kind in ('province', 'group')
    join figure as n on n.indicator = p.indicator and n.region_code = 'CN' and n.year = p.year
        and n.vintage = p.vintage
    qualify row_number() over (partition by p.indicator, p.region_code, p.year order by p.place) = 1
)

select indicator, of_code, region_code, year, 'parts' as basis, value, total,
    share_of_parts(value, rest) as share,
    share_of_parts_low(value, half_width, rest, half_rest) as share_low,
    share_of_parts_high(value, half_width, rest, half_rest) as share_high,
    release, total_release, status
from in_group
union all
select indicator, 'CN' as of_code, region_code, year, 'printed' as basis, value, total,
    share_of_total(value, total) as share,
    share_of_total_low(value, half_width, total, half_total) as share_low,
    share_of_total_high(value, half_width, total, half_total) as share_high,
    release, total_release, status
from in_nation
order by indicator, of_code, region_code, year
