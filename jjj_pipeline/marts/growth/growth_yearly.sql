-- Growth of every flow and stock against the year before, with the interval the printed digits allow.
with series as (
    select p.*
    from core.panel as p
    join ref.indicator as i using (indicator)
    where i.kind in ('flow', 'stock')
),

real_gdp as (
    select region_code, year, value / 100 - 1 as real_growth
    from core.panel
    where indicator = 'gdp_index'
)

select
    now.indicator, now.region_code, now.year, now.value, before.value as value_before,
    difference(before.value, now.value) as change,
    growth(before.value, now.value) as growth,
    growth_low(before.value, before.half_width, now.value, now.half_width) as growth_low,
    growth_high(before.value, before.half_width, now.value, now.half_width) as growth_high,
    case when now.indicator = 'gdp' then real_gdp.real_growth end as real_growth,
    before.release as release_before, now.release
from series as now
join series as before
    on before.indicator = now.indicator and before.region_code = now.region_code and before.year = now.year - 1
left join real_gdp on real_gdp.region_code = now.region_code and real_gdp.year = now.year
order by now.indicator, now.region_code, now.year
