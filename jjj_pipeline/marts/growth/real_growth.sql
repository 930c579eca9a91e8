-- Growth at the prices of the first year, region by region: the end value divided by the change of the
-- region's own GDP deflator; beside it what the nation's deflator and the region's consumer prices would
-- give. A group's is the sum of its members' values at their own prices. Nominal GDP and index always come
-- from one release.
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
        d0.gdp as gdp_start, d0.gdp_half_width as half_gdp_start, d1.gdp as gdp_end,
        d1.gdp_half_width as half_gdp_end,
        d1.volume / d0.volume as volume,
        d1.volume_low / d0.volume_low as volume_low,
        d1.volume_high / d0.volume_high as volume_high,
        price_change(d0.gdp, d1.gdp, d1.volume / d0.volume) as implied_price
    from pair as p
    join mart.deflator as d0 on d0.year = p.year_start
    join mart.deflator as d1 on d1.year = p.year_end and d1.region_code = d0.region_code
        and d1.release = d0.release and d1.base_year = d0.base_year
    qualify row_number() over (partition by d0.region_code, d0.year, d1.year order by d1.release desc) = 1
),

published_price as (
    -- consumer and investment prices, previous year = 100, chained over years without a gap
    select region_code, indicator, year,
        year - row_number() over series as run,
        sum(ln(value / 100)) over series as level
    from core.preferred
    where indicator in ('cpi', 'fixed_investment_price_index') and industry_code = '*' and value > 0
    window series as (partition by region_code, indicator order by year)
),

published_change as (
    select a.region_code, a.year as year_start, b.year as year_end,
        any_value(exp(b.level - a.level)) filter (where a.indicator = 'cpi') as consumer_price,
        any_value(exp(b.level - a.level)) filter (where a.indicator <> 'cpi') as investment_price
    from pair as p
    join published_price as a on a.year = p.year_start
    join published_price as b
        on b.year = p.year_end and b.region_code = a.region_code and b.indicator = a.indicator
            and b.run = a.run
    group by a.region_code, a.year, b.year
),

deflation as (
    -- what there is to deflate with; doubtful outside the band of consumer and investment prices
    select c.*, n.implied_price as national_price, x.consumer_price,
        case when x.consumer_price is not null and x.investment_price is not null
            then c.implied_price not between least(x.consumer_price, x.investment_price)
                and greatest(x.consumer_price, x.investment_price) end as doubtful
    from price as c
    left join price as n
        on n.region_code = 'CN' and n.year_start = c.year_start and n.year_end = c.year_end
    left join published_change as x
        on x.region_code = c.region_code and x.year_start = c.year_start and x.year_end = c.year_end
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
    select s.*, c.gdp_start as start, case when p.alone then 0 else c.half_gdp_start end as half_start,
        c.gdp_end as value_end,
        c.volume, c.volume_low, c.volume_high, c.release, c.doubtful
    from span as s
    join part as p using (region_code)
    join deflation as c on c.region_code = p.member and c.year_start = s.year_start
        and c.year_end = s.year_end
    where s.indicator = 'gdp'
),

real_value as (
    select s.*, a.value as start, a.half_width as half_start, b.value as value_end, b.half_width as half_end,
        c.release, c.doubtful, c.implied_price as price, c.national_price, c.consumer_price,
        price_change_low(c.gdp_start, c.half_gdp_start, c.gdp_end, c.half_gdp_end, c.volume,
            c.volume_high - c.volume)
            as price_low,
        price_change_high(c.gdp_start, c.half_gdp_start, c.gdp_end, c.half_gdp_end, c.volume,
            c.volume - c.volume_low)
            as price_high
    from span as s
    join part as p using (region_code)
    join series as a on a.indicator = s.indicator and a.region_code = p.member and a.year = s.year_start
    join series as b on b.indicator = s.indicator and b.region_code = p.member and b.year = s.year_end
    join deflation as c on c.region_code = p.member and c.year_start = s.year_start
        and c.year_end = s.year_end
    where s.indicator <> 'gdp'
),

member as (
    select indicator, region_code, window_id, year_start, year_end, start, half_start, value_end,
        start * volume as real_end,
        (start - half_start) * volume_low as real_low,
        (start + half_start) * volume_high as real_high,
        null::double as national_end, null::double as consumer_end, release, doubtful
    from real_gdp
    union all by name
    select indicator, region_code, window_id, year_start, year_end, start, half_start, value_end,
        ratio(value_end, price) as real_end,
        ratio_low(value_end, half_end, price, price_high - price) as real_low,
        ratio_high(value_end, half_end, price, price - price_low) as real_high,
        ratio(value_end, national_price) as national_end,
        ratio(value_end, consumer_price) as consumer_end, release, doubtful
    from real_value
),

summed as (
    select m.indicator, m.region_code, m.window_id, m.year_start, m.year_end,
        m.year_end - m.year_start as years,
        sum(m.start) as start, sum(m.half_start) as half_start, sum(m.value_end) as value_end,
        sum(m.real_end) as real_end, complete_sum(m.real_low) as real_low,
        complete_sum(m.real_high) as real_high,
        complete_sum(m.national_end) as national_end, complete_sum(m.consumer_end) as consumer_end,
        bool_or(m.doubtful) as doubtful,
        string_agg(distinct m.release, ',' order by m.release) as price_release
    from member as m
    join size as z using (region_code)
    group by m.indicator, m.region_code, m.window_id, m.year_start, m.year_end
    having count(m.real_end) = any_value(z.n)
),

grown as (
    select *,
        multiple(start, real_end) as real_multiple,
        multiple_low(start, half_start, real_end, real_end - real_low) as real_multiple_low,
        multiple_high(start, half_start, real_end, real_high - real_end) as real_multiple_high
    from summed
)

select
    indicator, region_code, window_id, year_start, year_end, years, start as value_start, value_end,
    real_end, real_low as real_end_low, real_high as real_end_high,
    ratio(value_end, real_end) as price_multiple,
    real_multiple, real_multiple_low, real_multiple_high,
    cagr(1, real_multiple, years) as real_cagr,
    cagr(1, real_multiple_low, years) as real_cagr_low,
    cagr(1, real_multiple_high, years) as real_cagr_high,
    case when indicator = 'gdp' then 'volume index of gross regional product'
        else 'deflator of gross regional product' end
        as prices,
    cagr(start, national_end, years) as real_cagr_national_prices,
    cagr(start, consumer_end, years) as real_cagr_consumer_prices,
    doubtful as deflator_doubtful,
    price_release,
    (
        select string_agg(b.break_id, ' ' order by b.year, b.break_id)
        from ref.break_series as b
        where b.indicator = g.indicator and b.region_code = g.region_code and not b.accounts
            and b.year > g.year_start and b.year <= g.year_end
    ) as crosses_break
from grown as g
order by indicator, region_code, window_id, year_end
