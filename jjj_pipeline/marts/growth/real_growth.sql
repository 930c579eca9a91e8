-- Growth at the prices of the first year, region by region: the end value divided by the change of the region's own GDP deflator.
-- A group's is the sum of its members' values at their own prices. Nominal GDP and index always come from one release.
with series as (
    select p.indicator, p.region_code, p.year, p.value, p.half_width
    from core.panel as p
    join ref.indicator as i using (indicator)
    where i.deflator = 'gdp' and i.indicator <> 'gdp' and p.value is not null
    union all
    select distinct 'gdp', g.group_code, d.year, null::double, null::double
    from mart.deflator as d
    join ref.region_group as g using (region_code)
    union all
    select distinct 'gdp', region_code, year, null::double, null::double
    from mart.deflator
),

deflated as (
    -- years in which a deflator stands: for a group, of any member (the others are counted below)
    select s.indicator, s.region_code, s.year
    from series as s
    semi join mart.deflator as d on d.year = s.year
),

reach as (
    select indicator, region_code, min(year) as first_year, max(year) as last_year
    from deflated
    group by indicator, region_code
),

span as (
    select r.indicator, r.region_code, w.window_id, w.year_start, w.year_end
    from reach as r
    join ref.window_span as w using (first_year, last_year)
    union all
    select indicator, region_code, 'yearly', year - 1, year
    from deflated
),

pair as (
    select distinct year_start, year_end
    from span
    where year_end > year_start
),

price as (
    -- the newest release that has both years on one chain
    select d0.region_code, d0.year as year_start, d1.year as year_end, d1.release,
        d0.gdp as g0, d0.gdp_half_width as h0, d1.gdp as g1, d1.gdp_half_width as h1,
        d1.volume / d0.volume as volume, d1.volume_low / d0.volume_low as volume_low, d1.volume_high / d0.volume_high as volume_high,
        row_number() over (partition by d0.region_code, d0.year, d1.year order by d1.release desc) as place
    from pair as p
    join mart.deflator as d0 on d0.year = p.year_start
    join mart.deflator as d1 on d1.year = p.year_end and d1.region_code = d0.region_code
        and d1.release = d0.release and d1.base_year = d0.base_year
),

part as (
    select region_code, region_code as member, true as alone
    from ref.region
    where kind in ('nation', 'province')
    union all
    select group_code, region_code, false
    from ref.region_group
),

size as (
    select region_code, count(*) as n
    from part
    group by region_code
),

real_gdp as (
    -- the volume index itself; a single region's start cancels out, a group's members weigh by it
    select s.*, c.g0 as v0, case when p.alone then 0 else c.h0 end as h0, c.g1 as v1, c.g0 * c.volume as real_end,
        (c.g0 - case when p.alone then 0 else c.h0 end) * c.volume_low as real_low,
        (c.g0 + case when p.alone then 0 else c.h0 end) * c.volume_high as real_high, c.release
    from span as s
    join part as p using (region_code)
    join price as c on c.region_code = p.member and c.year_start = s.year_start and c.year_end = s.year_end and c.place = 1
    where s.indicator = 'gdp'
),

real_value as (
    select s.*, a.value as v0, a.half_width as h0, b.value as v1, b.half_width as h1, c.release,
        price_change(c.g0, c.g1, c.volume) as price,
        price_change_low(c.g0, c.h0, c.g1, c.h1, c.volume, c.volume_high - c.volume) as price_low,
        price_change_high(c.g0, c.h0, c.g1, c.h1, c.volume, c.volume - c.volume_low) as price_high
    from span as s
    join part as p using (region_code)
    join series as a on a.indicator = s.indicator and a.region_code = p.member and a.year = s.year_start
    join series as b on b.indicator = s.indicator and b.region_code = p.member and b.year = s.year_end
    join price as c on c.region_code = p.member and c.year_start = s.year_start and c.year_end = s.year_end and c.place = 1
    where s.indicator <> 'gdp'
),

member as (
    select indicator, region_code, window_id, year_start, year_end, v0, h0, v1, real_end, real_low, real_high, release
    from real_gdp
    union all
    select indicator, region_code, window_id, year_start, year_end, v0, h0, v1, ratio(v1, price),
        ratio_low(v1, h1, price, price_high - price), ratio_high(v1, h1, price, price - price_low), release
    from real_value
),

summed as (
    select m.indicator, m.region_code, m.window_id, m.year_start, m.year_end, m.year_end - m.year_start as years,
        sum(m.v0) as v0, sum(m.h0) as h0, sum(m.v1) as v1,
        sum(m.real_end) as real_end,
        case when count(m.real_low) = count(*) then sum(m.real_low) end as real_low,
        case when count(m.real_high) = count(*) then sum(m.real_high) end as real_high,
        string_agg(distinct m.release, ',' order by m.release) as price_release
    from member as m
    join size as z using (region_code)
    group by m.indicator, m.region_code, m.window_id, m.year_start, m.year_end
    having count(m.real_end) = any_value(z.n)
),

grown as (
    select *,
        multiple(v0, real_end) as real_multiple,
        multiple_low(v0, h0, real_end, real_end - real_low) as real_multiple_low,
        multiple_high(v0, h0, real_end, real_high - real_end) as real_multiple_high
    from summed
)

select
    indicator, region_code, window_id, year_start, year_end, years, v0 as value_start, v1 as value_end,
    real_end, real_low as real_end_low, real_high as real_end_high,
    ratio(v1, real_end) as price_multiple,
    real_multiple, real_multiple_low, real_multiple_high,
    cagr(1, real_multiple, years) as real_cagr,
    cagr(1, real_multiple_low, years) as real_cagr_low,
    cagr(1, real_multiple_high, years) as real_cagr_high,
    price_release
from grown
order by indicator, region_code, window_id, year_end
