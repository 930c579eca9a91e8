-- Do the members of a group come closer? sigma: the spread of logarithms, by year and its trend within a
-- window. beta: do those that start low grow faster (absolute convergence)? Errors only from ten members
-- on; three provinces describe themselves, no more.
with size as (
    select g.group_code, count(*) as n
    from ref.region_group as g
    group by g.group_code
    having count(*) >= 3
),

series as (
    select p.indicator, 'level' as basis, p.region_code, p.year, p.value as v, p.status
    from core.panel as p
    join ref.indicator as i using (indicator)
    join ref.region as r using (region_code)
    where i.kind in ('flow', 'stock', 'ratio') and r.kind in ('province', 'city') and p.value > 0
),

value as (
    select * from series
    union all
    select s.indicator, 'per_head', s.region_code, s.year, s.v / h.v,
        worse_status(s.status, h.status)
    from series as s
    join series as h on h.indicator = 'population' and h.region_code = s.region_code and h.year = s.year
    join ref.indicator as i on i.indicator = s.indicator and i.kind <> 'ratio'
    where s.indicator <> 'population'
),

member as materialized (
    select b.indicator, b.basis, g.group_code, b.region_code, b.year, b.v, b.status
    from ref.region_group as g
    join value as b using (region_code)
),

sigma as (
    select m.indicator, m.basis, m.group_code, m.year, z.n, sd_log(list(m.v)) as sigma,
        worst_status(m.status) as status
    from member as m
    join size as z using (group_code)
    group by m.indicator, m.basis, m.group_code, m.year, z.n
    having count(*) = z.n
),

reach as (
    select indicator, basis, group_code, n, min(year) as first_year, max(year) as last_year
    from sigma
    group by indicator, basis, group_code, n
),

span as (
    select r.indicator, r.basis, r.group_code, r.n, w.window_id, w.year_start, w.year_end
    from reach as r
    join ref.window_span as w using (first_year, last_year)
),

started as materialized (
    -- one end before the other: joined to each other first, every year would meet every other
    select s.*, s.year_end - s.year_start as years, a.sigma as sigma_start
    from span as s
    join sigma as a on a.indicator = s.indicator and a.basis = s.basis and a.group_code = s.group_code
        and a.year = s.year_start
),

ends as (
    select s.*, b.sigma as sigma_end
    from started as s
    join sigma as b on b.indicator = s.indicator and b.basis = s.basis and b.group_code = s.group_code
        and b.year = s.year_end
),

trend as (
    select e.indicator, e.basis, e.group_code, e.window_id, count(*) as sigma_years,
        worst_status(g.status) as status,
        regr_slope(g.sigma, g.year) as slope,
        slope_error(regr_sxx(g.sigma, g.year), regr_syy(g.sigma, g.year), regr_sxy(g.sigma, g.year),
            count(*)) as slope_se
    from ends as e
    join sigma as g on g.indicator = e.indicator and g.basis = e.basis and g.group_code = e.group_code
        and g.year between e.year_start and e.year_end
    group by e.indicator, e.basis, e.group_code, e.window_id
),

start_point as materialized (
    select e.indicator, e.basis, e.group_code, e.window_id, e.year_end, e.years, m.region_code, m.v
    from ends as e
    join member as m on m.indicator = e.indicator and m.basis = e.basis and m.group_code = e.group_code
        and m.year = e.year_start
),

growth as (
    select s.indicator, s.basis, s.group_code, s.window_id, ln(s.v) as y0, log_growth(s.v, m.v, s.years) as g
    from start_point as s
    join value as m on m.indicator = s.indicator and m.basis = s.basis and m.region_code = s.region_code
        and m.year = s.year_end
),

line as (
    select indicator, basis, group_code, window_id,
        regr_slope(g, y0) as beta, regr_intercept(g, y0) as intercept, regr_r2(g, y0) as r2,
        slope_error(regr_sxx(g, y0), regr_syy(g, y0), regr_sxy(g, y0), count(*)) as beta_se
    from growth
    group by indicator, basis, group_code, window_id
),

measured as (
    select
        e.indicator, e.basis, e.group_code, e.window_id, e.year_start, e.year_end, e.years, e.n,
        e.sigma_start, e.sigma_end, t.sigma_years, t.slope as sigma_trend,
        case when e.n >= 10 then t.slope_se end as sigma_trend_se,
        l.intercept, l.beta, case when e.n >= 10 then l.beta_se end as beta_se, l.r2,
        convergence_speed(l.beta, e.years) as speed,
        half_life(convergence_speed(l.beta, e.years)) as half_life, t.status
    from ends as e
    join trend as t using (indicator, basis, group_code, window_id)
    join line as l using (indicator, basis, group_code, window_id)
    union all by name
    select b.indicator, b.basis, b.group_code, 'yearly' as window_id, b.year - 1 as year_start,
        b.year as year_end,
        1 as years, b.n, a.sigma as sigma_start, b.sigma as sigma_end,
        case when a.sigma is null then 1 else 2 end as sigma_years, worse_status(a.status, b.status) as status
    from sigma as b
    left join sigma as a
        on a.indicator = b.indicator and a.basis = b.basis and a.group_code = b.group_code
            and a.year = b.year - 1
),

passed as (
    -- of quantities per head also the breaks of the population
    select distinct m.indicator, m.basis, m.group_code, m.window_id, m.year_end, b.break_id, b.year
    from measured as m
    join ref.break_series as b
        on b.region_code = m.group_code and b.year > m.year_start and b.year <= m.year_end
        and (b.indicator = m.indicator or (m.basis = 'per_head' and b.indicator = 'population'))
),

crossed as (
    select indicator, basis, group_code, window_id, year_end,
        string_agg(break_id, ' ' order by year, break_id) as crosses_break
    from passed
    group by indicator, basis, group_code, window_id, year_end
)

select
    indicator, basis, group_code, window_id, year_start, year_end, years, n, sigma_start, sigma_end,
    sigma_years,
    sigma_trend, sigma_trend_se, intercept, beta, beta_se, r2, speed, half_life, status, crosses_break
from measured
left join crossed using (indicator, basis, group_code, window_id, year_end)
order by indicator, basis, group_code, window_id, year_end
