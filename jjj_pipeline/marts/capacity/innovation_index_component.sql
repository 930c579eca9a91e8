-- Indicators of the composite index: intensities of provinces and groups, and their place on the scale of
-- all provinces and years.
with figure as (
    select
        c.release, c.intensity, c.dimension, n.region_code, n.year, r.kind,
        k.factor * ratio(n.value, d.value) as value,
        k.factor * ratio_low(n.value, n.half_width, d.value, d.half_width) as value_low,
        k.factor * ratio_high(n.value, n.half_width, d.value, d.half_width) as value_high,
        worse_status(n.status, d.status) as status
    from ref.index_component as c
    join ref.intensity as k using (intensity)
    join core.panel as n on n.indicator = k.numerator and n.year between c.first_year and c.last_year
    join ref.region as r on r.region_code = n.region_code and r.kind in ('province', 'group')
    left join core.panel as d on d.indicator = k.denominator and d.region_code = n.region_code
        and d.year = n.year
),

scale as (
    select release, intensity, min(value) as lowest, max(value) as highest
    from figure
    where kind = 'province'
    group by release, intensity
)

select f.release, f.intensity, f.region_code, f.year, f.dimension, f.value, f.value_low, f.value_high,
    min_max(f.value, s.lowest, s.highest) as scaled, f.status
from figure as f
join scale as s using (release, intensity)
order by f.release, f.intensity, f.region_code, f.year
