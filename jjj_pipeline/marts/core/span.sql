-- The two ends of every window, and of every year against the year before (`yearly`), for flows and stocks
-- of regions and groups. Both ends are of one state of the accounts, the newest that holds both; where none
-- does they are those of the preferred series. `crosses_break` names the breaks of ref.break between them.
with figure as (
    select s.*
    from core.series as s
    join ref.indicator as i using (indicator)
    where i.kind in ('flow', 'stock') and s.place is not null
),

reach as (
    -- a series and, for windows of fixed years, also its blank years: what is missing is shown as missing
    select indicator, region_code, min(year) as first_year, max(year) as last_year, false as blanks
    from figure
    where value is not null
    group by indicator, region_code
    union all
    select indicator, region_code, min(year), max(year), true
    from figure
    group by indicator, region_code
    having count(value) > 0
),

span as (
    select distinct r.indicator, r.region_code, s.window_id, s.year_start, s.year_end
    from reach as r
    join ref.window_span as s using (first_year, last_year)
    join ref.window as w using (window_id)
    where not r.blanks or (w.year_start is not null and w.year_end is not null)
    union all
    select distinct indicator, region_code, 'yearly', year - 1, year
    from figure
),

started as materialized (
    -- one end before the other: joined to each other first, every year of a series would meet every other
    select
        s.*, v.vintage, v.place, v.value as value_start, v.half_width as half_width_start,
        v.release as release_start, v.status as status_start
    from span as s
    join figure as v on v.indicator = s.indicator and v.region_code = s.region_code
        and v.year = s.year_start
),

held as (
    select
        s.*, v.value as value_end, v.half_width as half_width_end, v.release as release_end,
        worse_status(s.status_start, v.status) as status
    from started as s
    join figure as v on v.indicator = s.indicator and v.region_code = s.region_code
        and v.year = s.year_end
        and v.vintage = s.vintage
    qualify row_number() over (
        partition by s.indicator, s.region_code, s.window_id, s.year_end order by s.place
    ) = 1
),

crossed as (
    select h.indicator, h.region_code, h.window_id, h.year_end,
        string_agg(b.break_id, ' ' order by b.year, b.break_id) as crosses_break
    from held as h
    join ref.break_series as b
        on b.indicator = h.indicator and b.region_code = h.region_code and b.year > h.year_start
            and b.year <= h.year_end
    where not b.accounts or h.vintage = 'preferred'
    group by h.indicator, h.region_code, h.window_id, h.year_end
)

select
    indicator, region_code, window_id, year_start, year_end, year_end - year_start as years,
    value_start, half_width_start, value_end, half_width_end, vintage, release_start, release_end, status,
    crosses_break
from held
left join crossed using (indicator, region_code, window_id, year_end)
order by indicator, region_code, window_id, year_end
