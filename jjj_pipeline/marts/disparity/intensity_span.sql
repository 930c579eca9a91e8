-- An intensity at the two ends of every window. The denominator of both ends is of one state of the accounts,
-- or one release, the newest that holds both; where none does the ends are those of the preferred series, and
-- the row says that they rest on different denominators.
with printed_release as (
    -- what is not revised by states of the accounts, by release
    select o.indicator, o.region_code, o.year, o.source || '/' || o.release as state,
        any_value(o.value order by o.table_id) as value,
        any_value(o.half_width order by o.table_id) as half_width,
        any_value(o.status order by o.table_id) as status,
        any_value(s.rank) as rank, any_value(r.position) as position
    from core.observation as o
    join ref.indicator as i using (indicator)
    join ref.source as s using (source)
    left join ref.release as r using (source, release)
    where o.industry_code = '*' and o.value is not null and i.vintages is null
        and o.indicator in (select denominator from ref.intensity)
    group by o.indicator, o.region_code, o.year, o.source, o.release
),

released as (
    select indicator, region_code, year, state, value, half_width, status, rank, position
    from printed_release
    union all
    select p.indicator, g.group_code, p.year, p.state, complete_total(p.value, g.members),
        complete_total(p.half_width, g.members), worst_status(p.status), any_value(p.rank),
        any_value(p.position)
    from printed_release as p
    join ref.region_group as g using (region_code)
    group by p.indicator, g.group_code, p.year, p.state
    having count(*) = any_value(g.members)
),

denominator as (
    select indicator, region_code, year, vintage as state, value, half_width, status, release,
        place::double as place, vintage = 'preferred' as spliced
    from core.series
    where value is not null and place is not null
        and indicator in (select denominator from ref.intensity)
    union all
    select indicator, region_code, year, state, value, half_width, status, split_part(state, '/', 2),
        rank + 1 / (2.0 + coalesce(position, 0)), false
    from released
),

numerator as (
    select k.intensity, p.region_code, p.year, p.value, p.half_width, p.status
    from ref.intensity as k
    join core.panel as p on p.indicator = k.numerator
    where p.value is not null
),

-- a row for every year and state of the denominator, made first: ends of a window are looked up by year
at_year as materialized (
    select n.intensity, n.region_code, n.year, d.state, d.place, d.spliced, d.release,
        n.value as a, n.half_width as ha, d.value as b, d.half_width as hb,
        worse_status(n.status, d.status) as status
    from numerator as n
    join ref.intensity as k using (intensity)
    join denominator as d
        on d.indicator = k.denominator and d.region_code = n.region_code and d.year = n.year
),

reach as (
    select intensity, region_code, min(year) as first_year, max(year) as last_year
    from at_year
    group by intensity, region_code
),

starts as materialized (
    select s.*, w.window_id, w.year_start, w.year_end
    from reach as r
    join ref.window_span as w using (first_year, last_year)
    join at_year as s
        on s.intensity = r.intensity and s.region_code = r.region_code and s.year = w.year_start
),

held as (
    select s.intensity, k.numerator, k.denominator, k.factor, k.unit, s.region_code, s.window_id,
        s.year_start, s.year_end, s.spliced,
        s.a as a0, s.ha as ha0, e.a as a1, e.ha as ha1, s.b as b0, s.hb as hb0, e.b as b1, e.hb as hb1,
        s.release as denominator_release_start, e.release as denominator_release_end,
        worse_status(s.status, e.status) as status,
        i.vintages is not null as is_revised
    from starts as s
    join at_year as e
        on e.intensity = s.intensity and e.region_code = s.region_code and e.year = s.year_end
        and e.state = s.state
    join ref.intensity as k on k.intensity = s.intensity
    join ref.indicator as i on i.indicator = k.denominator
    qualify row_number() over (
        partition by s.intensity, s.region_code, s.window_id order by s.place, s.state
    ) = 1
),

measured as (
    select *,
        factor * ratio(a0, b0) as value_start,
        factor * ratio_low(a0, ha0, b0, hb0) as value_start_low,
        factor * ratio_high(a0, ha0, b0, hb0) as value_start_high,
        factor * ratio(a1, b1) as value_end,
        factor * ratio_low(a1, ha1, b1, hb1) as value_end_low,
        factor * ratio_high(a1, ha1, b1, hb1) as value_end_high
    from held
),

crossed as (
    select m.intensity, m.region_code, m.window_id,
        string_agg(distinct b.break_id, ' ' order by b.break_id) as crosses_break,
        bool_or(b.accounts) as other_accounts
    from measured as m
    join ref.break_series as b
        on b.indicator in (m.numerator, m.denominator) and b.region_code = m.region_code
            and b.year > m.year_start and b.year <= m.year_end
    where not b.accounts or (m.spliced and b.indicator = m.denominator)
    group by m.intensity, m.region_code, m.window_id
)

select
    intensity, region_code, window_id, year_start, year_end, numerator, denominator,
    value_start, value_start_low, value_start_high, value_end, value_end_low, value_end_high,
    value_end - value_start as change,
    value_end_low - value_start_high as change_low,
    value_end_high - value_start_low as change_high,
    unit, denominator_release_start, denominator_release_end,
    case when spliced and denominator_release_start <> denominator_release_end
            and (is_revised or other_accounts)
        then 'the two ends rest on different ' || denominator || ': ' || denominator_release_start
            || ' and ' || denominator_release_end end as differs,
    status, crosses_break
from measured
left join crossed using (intensity, region_code, window_id)
order by intensity, region_code, window_id
