-- Growth of every flow and stock between the two ends of every window.
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
),

chained as (
    -- the product of the published indices, only where no year between the ends is missing
    select e.region_code, e.window_id, e.year_end - e.year_start as years, exp(sum(ln(x.value / 100) order by x.year)) as real_multiple
    from ends as e
    join core.panel as x on x.indicator = 'gdp_index' and x.region_code = e.region_code and x.year > e.year_start and x.year <= e.year_end
    where e.indicator = 'gdp'
    group by all
    having count(x.value) = e.year_end - e.year_start
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
    case when e.indicator = 'gdp' then c.real_multiple end as real_multiple,
    case when e.indicator = 'gdp' then cagr(1, c.real_multiple, e.year_end - e.year_start) end as real_cagr,
    e.release_start, e.release_end
from ends as e
left join chained as c on c.region_code = e.region_code and c.window_id = e.window_id
order by e.indicator, e.region_code, e.window_id
