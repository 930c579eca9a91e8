-- Growth of every flow and stock between the two ends of every window; at constant prices where there are
-- any.
select
    s.indicator, s.region_code, s.window_id, s.year_start, s.year_end, s.years, s.value_start, s.value_end,
    multiple(s.value_start, s.value_end) as multiple,
    multiple_low(s.value_start, s.half_width_start, s.value_end, s.half_width_end) as multiple_low,
    multiple_high(s.value_start, s.half_width_start, s.value_end, s.half_width_end) as multiple_high,
    cagr(s.value_start, s.value_end, s.years) as cagr,
    cagr_low(s.value_start, s.half_width_start, s.value_end, s.half_width_end, s.years) as cagr_low,
    cagr_high(s.value_start, s.half_width_start, s.value_end, s.half_width_end, s.years) as cagr_high,
    r.real_multiple, r.real_multiple_low, r.real_multiple_high,
    r.real_cagr, r.real_cagr_low, r.real_cagr_high,
    s.vintage, s.release_start, s.release_end, s.status, s.crosses_break
from core.span as s
left join mart.real_growth as r using (indicator, region_code, window_id, year_start, year_end)
where s.window_id <> 'yearly'
order by s.indicator, s.region_code, s.window_id
