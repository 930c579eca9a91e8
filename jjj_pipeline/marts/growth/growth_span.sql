-- Growth of every flow and stock between the two ends of every window; at constant prices where there are any.
with series as (
    select p.*
    from core.panel as p
    join ref.indicator as i using (indicator)
    where i.kind in ('flow', 'stock')
),

reach as (
    select indicator, region_code, min(year) as first_year, max(year) as last_year
    from series
    where value is not null
    group by indicator, region_code
),

span as (
    select r.indicator, r.region_code, w.window_id,
        coalesce(w.year_start, r.first_year) as year_start, coalesce(w.year_end, r.last_year) as year_end
    from reach as r
    cross join ref.window as w
),

ends as (
    select s.*, v0.value as v0, v0.half_width as h0, v0.release as release_start, v1.value as v1, v1.half_width as h1, v1.release as release_end
    from span as s
    join series as v0 on v0.indicator = s.indicator and v0.region_code = s.region_code and v0.year = s.year_start
    join series as v1 on v1.indicator = s.indicator and v1.region_code = s.region_code and v1.year = s.year_end
    where s.year_end > s.year_start
)

select
    e.indicator, e.region_code, e.window_id, e.year_start, e.year_end, e.year_end - e.year_start as years,
    e.v0 as value_start, e.v1 as value_end,
    multiple(e.v0, e.v1) as multiple,
    multiple_low(e.v0, e.h0, e.v1, e.h1) as multiple_low,
    multiple_high(e.v0, e.h0, e.v1, e.h1) as multiple_high,
    cagr(e.v0, e.v1, e.year_end - e.year_start) as cagr,
    cagr_low(e.v0, e.h0, e.v1, e.h1, e.year_end - e.year_start) as cagr_low,
    cagr_high(e.v0, e.h0, e.v1, e.h1, e.year_end - e.year_start) as cagr_high,
    r.real_multiple, r.real_multiple_low, r.real_multiple_high,
    r.real_cagr, r.real_cagr_low, r.real_cagr_high,
    e.release_start, e.release_end
from ends as e
left join mart.real_growth as r
    on r.indicator = e.indicator and r.region_code = e.region_code and r.window_id = e.window_id
    and r.year_start = e.year_start and r.year_end = e.year_end
order by e.indicator, e.region_code, e.window_id
