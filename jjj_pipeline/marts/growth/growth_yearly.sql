-- Growth of every flow and stock against the year before, with the interval the printed digits allow;
-- at constant prices where there are any.
select
    s.indicator, s.region_code, s.year_end as year, s.value_end as value, s.value_start as value_before,
    difference(s.value_start, s.value_end) as change,
    growth(s.value_start, s.value_end) as growth,
    growth_low(s.value_start, s.half_width_start, s.value_end, s.half_width_end) as growth_low,
    growth_high(s.value_start, s.half_width_start, s.value_end, s.half_width_end) as growth_high,
    r.real_multiple - 1 as real_growth,
    r.real_multiple_low - 1 as real_growth_low,
    r.real_multiple_high - 1 as real_growth_high,
    s.vintage, s.release_start as release_before, s.release_end as release, s.status, s.crosses_break
from core.span as s
left join mart.real_growth as r using (indicator, region_code, window_id, year_end)
where s.window_id = 'yearly'
order by s.indicator, s.region_code, s.year_end
