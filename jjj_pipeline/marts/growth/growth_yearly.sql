-- Growth of every flow and stock against the year before, with the interval the printed digits allow;
-- at constant prices where there are any.
with series as (
    select p.*
    from core.panel as p
    join ref.indicator as i using (indicator)
    where i.kind in ('flow', 'stock')
)

select
    now.indicator, now.region_code, now.year, now.value, before.value as value_before,
    difference(before.value, now.value) as change,
    growth(before.value, now.value) as growth,
    growth_low(before.value, before.half_width, now.value, now.half_width) as growth_low,
    growth_high(before.value, before.half_width, now.value, now.half_width) as growth_high,
    r.real_multiple - 1 as real_growth,
    r.real_multiple_low - 1 as real_growth_low,
    r.real_multiple_high - 1 as real_growth_high,
    before.release as release_before, now.release
from series as now
join series as before
    on before.indicator = now.indicator and before.region_code = now.region_code and before.year = now.year - 1
left join mart.real_growth as r
    on r.indicator = now.indicator and r.region_code = now.region_code and r.window_id = 'yearly' and r.year_end = now.year
order by now.indicator, now.region_code, now.year
