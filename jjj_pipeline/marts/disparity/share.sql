-- Share of every member in the total of its group, and of every region and group in the printed nation.
with series as (
    select p.*
    from core.panel as p
    join ref.indicator as i using (indicator)
    where i.additive
),

in_group as (
    select m.indicator, g.group_code as of_code, m.region_code, m.year, 'parts' as basis,
        m.value, m.half_width, t.value as total, t.value - m.value as rest, t.half_width - m.half_width as rest_half_width
    from series as m
    join ref.region_group as g on g.region_code = m.region_code
    join series as t on t.indicator = m.indicator and t.region_code = g.group_code and t.year = m.year
),

in_nation as (
    select m.indicator, 'CN' as of_code, m.region_code, m.year, 'printed' as basis, m.value, m.half_width, n.value as total, n.half_width as total_half_width
    from series as m
    join series as n on n.indicator = m.indicator and n.region_code = 'CN' and n.year = m.year
    join ref.region as r on r.region_code = m.region_code and r.kind in ('province', 'group')
)

select indicator, of_code, region_code, year, basis, value, total,
    share_of_parts(value, rest) as share,
    share_of_parts_low(value, half_width, rest, rest_half_width) as share_low,
    share_of_parts_high(value, half_width, rest, rest_half_width) as share_high
from in_group
union all
select indicator, of_code, region_code, year, basis, value, total,
    share_of_total(value, total) as share,
    share_of_total_low(value, half_width, total, total_half_width) as share_low,
    share_of_total_high(value, half_width, total, total_half_width) as share_high
from in_nation
order by indicator, of_code, region_code, year
