-- Growth at the prices of the first year, region by region: the end value divided by the change of the
-- region's own GDP deflator; beside it what the nation's deflator and the region's consumer prices would
-- give. A group's is the sum of its members' values at their own prices. Nominal GDP and index always come
-- from one release; after the last such release GDP itself goes on by the growth that was announced for each
-- year. Where a year is not held there is no real growth, and the row says which.
with money as (
    select p.indicator, p.region_code, p.year, p.value, p.half_width, p.status
    from core.panel as p
    join ref.indicator as i using (indicator)
    where i.deflator = 'gdp' and p.value is not null
),

priced_year as (
    -- years that have a deflator: for a group, of any member (the others are counted below)
    select m.indicator, m.region_code, m.year
    from money as m
    semi join mart.deflator as d on d.year = m.year
    where m.indicator <> 'gdp'
    union
    select 'gdp', g.group_code, d.year
    from mart.deflator as d
    join ref.region_group as g using (region_code)
    union
    select 'gdp', region_code, year
    from mart.deflator
),

reach as (
    -- as far as prices go, and as far as the values themselves
    select indicator, region_code, min(year) as first_year, max(year) as last_year
    from priced_year
    group by indicator, region_code
    union
    select indicator, region_code, min(year), max(year)
    from money
    group by indicator, region_code
),

span as (
    select r.indicator, r.region_code, w.window_id, w.year_start, w.year_end
    from reach as r
    join ref.window_span as w using (first_year, last_year)
    union
    select indicator, region_code, 'yearly', year - 1, year
    from priced_year
    union
    select indicator, region_code, 'yearly', year - 1, year
    from money
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
        price_change(d0.gdp, d1.gdp, d1.volume / d0.volume) as implied_price, d1.status
    from pair as p
    join mart.deflator as d0 on d0.year = p.year_start
    join mart.deflator as d1 on d1.year = p.year_end and d1.region_code = d0.region_code
        and d1.release = d0.release and d1.base_year = d0.base_year
    qualify row_number() over (partition by d0.region_code, d0.year, d1.year order by d1.release desc) = 1
),

index_year as (
    select region_code, year, value, half_width, status, source || '/' || release as release
    from core.preferred
    where indicator = 'gdp_index' and industry_code = '*' and value > 0
),

announced as (
    -- every year's growth as it was announced, where no release has both years
    select i.region_code, p.year_start, p.year_end,
        exp(sum(ln(i.value / 100))) as volume,
        exp(sum(ln((i.value - i.half_width) / 100))) as volume_low,
        exp(sum(ln((i.value + i.half_width) / 100))) as volume_high,
        worst_status(i.status) as status,
        string_agg(distinct i.release, ',' order by i.release) as release
    from pair as p
    join index_year as i on i.year > p.year_start and i.year <= p.year_end
    anti join price as c on c.region_code = i.region_code and c.year_start = p.year_start
        and c.year_end = p.year_end
    group by i.region_code, p.year_start, p.year_end
    having count(*) = p.year_end - p.year_start
),

unheld as (
    -- the years whose index is missing
    select y.region_code, y.year_start, y.year_end, string_agg(y.year, ' ' order by y.year) as years
    from (
        select r.region_code, p.year_start, p.year_end,
            unnest(generate_series(p.year_start + 1, p.year_end))::bigint as year
        from pair as p
        cross join ref.region as r
        where r.kind in ('nation', 'province')
    ) as y
    anti join index_year as i using (region_code, year)
    group by y.region_code, y.year_start, y.year_end
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
    -- the first year is that before the first change
    select b.region_code, p.year_start, p.year_end,
        any_value(exp(b.level - a.level) * f.value / 100) filter (where b.indicator = 'cpi')
            as consumer_price,
        any_value(exp(b.level - a.level) * f.value / 100) filter (where b.indicator <> 'cpi')
            as investment_price
    from pair as p
    join published_price as b on b.year = p.year_end
    join published_price as a on a.year = p.year_start + 1 and a.region_code = b.region_code
        and a.indicator = b.indicator and a.run = b.run
    join core.preferred as f on f.indicator = a.indicator and f.region_code = a.region_code
        and f.year = a.year and f.industry_code = '*'
    group by b.region_code, p.year_start, p.year_end
),

deflation as (
    -- what there is to deflate with, and how many points a year the implied deflator lies outside the band of
    -- consumer and investment prices
    select coalesce(c.region_code, x.region_code) as member, year_start, year_end, c.implied_price,
        n.implied_price as national_price, x.consumer_price,
        100 * beyond(
            cagr(1, c.implied_price, year_end - year_start),
            cagr(1, x.consumer_price, year_end - year_start),
            cagr(1, x.investment_price, year_end - year_start)) as gap,
        c.gdp_start, c.half_gdp_start, c.gdp_end, c.half_gdp_end, c.volume, c.volume_low, c.volume_high,
        c.release, c.status
    from price as c
    full join published_change as x using (region_code, year_start, year_end)
    left join (select * from price where region_code = 'CN') as n using (year_start, year_end)
),

part as (
    select region_code, region_code as member, true as alone
    from ref.region
    where kind in ('nation', 'province')
    union all
    select group_code, region_code, false
    from ref.region_group
),

wanted as (
    select s.indicator, s.region_code, s.window_id, s.year_start, s.year_end, p.member, p.alone
    from span as s
    join part as p using (region_code)
    where s.year_end > s.year_start
),

real_gdp as (
    -- the volume index itself; a single region's start cancels out, a group's members weigh by it
    select w.*, coalesce(c.gdp_start, m.value) as start,
        case when w.alone then 0 else coalesce(c.half_gdp_start, m.half_width) end as half_start,
        c.gdp_end as value_end,
        coalesce(c.volume, a.volume) as volume,
        coalesce(c.volume_low, a.volume_low) as volume_low,
        coalesce(c.volume_high, a.volume_high) as volume_high,
        coalesce(c.release, a.release) as release, c.gap, a.volume is not null as is_announced,
        case when c.volume is not null then c.status else worse_status(m.status, a.status) end as status
    from wanted as w
    left join deflation as c on c.member = w.member and c.year_start = w.year_start
        and c.year_end = w.year_end and c.volume is not null
    left join announced as a on a.region_code = w.member and a.year_start = w.year_start
        and a.year_end = w.year_end
    left join money as m on m.indicator = 'gdp' and m.region_code = w.member and m.year = w.year_start
    where w.indicator = 'gdp' and coalesce(c.gdp_start, m.value) is not null
),

real_value as (
    select w.*, a.value as start, a.half_width as half_start, b.value as value_end, b.half_width as half_end,
        c.release, c.gap, c.implied_price as price, c.national_price, c.consumer_price,
        price_change_low(c.gdp_start, c.half_gdp_start, c.gdp_end, c.half_gdp_end, c.volume,
            c.volume_high - c.volume)
            as price_low,
        price_change_high(c.gdp_start, c.half_gdp_start, c.gdp_end, c.half_gdp_end, c.volume,
            c.volume - c.volume_low)
            as price_high,
        worse_status(worse_status(a.status, b.status), c.status) as status
    from wanted as w
    join money as a on a.indicator = w.indicator and a.region_code = w.member and a.year = w.year_start
    join money as b on b.indicator = w.indicator and b.region_code = w.member and b.year = w.year_end
    left join deflation as c on c.member = w.member and c.year_start = w.year_start
        and c.year_end = w.year_end
    where w.indicator <> 'gdp'
),

member as (
    select indicator, region_code, member, window_id, year_start, year_end, start, half_start, value_end,
        start * volume as real_end,
        (start - half_start) * volume_low as real_low,
        (start + half_start) * volume_high as real_high,
        null::double as national_end, null::double as consumer_end, release, gap, is_announced, status
    from real_gdp
    union all by name
    select indicator, region_code, member, window_id, year_start, year_end, start, half_start, value_end,
        ratio(value_end, price) as real_end,
        ratio_low(value_end, half_end, price, price_high - price) as real_low,
        ratio_high(value_end, half_end, price, price - price_low) as real_high,
        ratio(value_end, national_price) as national_end,
        ratio(value_end, consumer_price) as consumer_end, release, gap, false as is_announced, status
    from real_value
),

size as (
    select region_code, count(*) as n
    from part
    group by region_code
),

summed as (
    select m.indicator, m.region_code, m.window_id, m.year_start, m.year_end,
        m.year_end - m.year_start as years,
        complete_sum(m.start) as start, complete_sum(m.half_start) as half_start,
        complete_sum(m.value_end) as value_end,
        complete_sum(m.real_end) as real_end, complete_sum(m.real_low) as real_low,
        complete_sum(m.real_high) as real_high,
        complete_sum(m.national_end) as national_end, complete_sum(m.consumer_end) as consumer_end,
        case when count(m.real_end) = count(*) then max_by(m.gap, abs(m.gap)) end as gap,
        bool_or(m.is_announced) as is_announced,
        array_to_string(list_sort(list_distinct(flatten(list(string_split(m.release, ','))
            filter (where m.release is not null)))), ',') as price_release,
        worst_status(m.status) as status,
        string_agg(m.member || ' ' || u.years, ', ' order by m.member)
            filter (where m.real_end is null and u.years is not null) as index_unheld,
        string_agg(m.member, ' ' order by m.member)
            filter (where m.real_end is null and u.years is null) as product_unheld
    from member as m
    join size as z using (region_code)
    left join unheld as u on u.region_code = m.member and u.year_start = m.year_start
        and u.year_end = m.year_end
    group by m.indicator, m.region_code, m.window_id, m.year_start, m.year_end
    having count(*) = any_value(z.n)
),

grown as (
    select *,
        multiple(start, real_end) as real_multiple,
        multiple_low(start, half_start, real_end, real_end - real_low) as real_multiple_low,
        multiple_high(start, half_start, real_end, real_high - real_end) as real_multiple_high,
        joined_remarks([
            {en: 'GDP index: ' || index_unheld, zh: '地区生产总值指数：' || index_unheld},
            {en: 'GDP of the release of its index: ' || product_unheld,
             zh: '与指数同一版本的地区生产总值：' || product_unheld}]) as remark
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
    case
        when real_end is null then null
        when is_announced then 'announced growth of gross regional product'
        when indicator = 'gdp' then 'volume index of gross regional product'
        else 'deflator of gross regional product'
    end as prices,
    cagr(start, national_end, years) as real_cagr_national_prices,
    cagr(start, consumer_end, years) as real_cagr_consumer_prices,
    gap as deflator_gap,
    abs(gap) > 1 as deflator_doubtful,
    case when real_end is not null then price_release end as price_release,
    status,
    (
        select string_agg(b.break_id, ' ' order by b.year, b.break_id)
        from ref.break_series as b
        where b.indicator = g.indicator and b.region_code = g.region_code and not b.accounts
            and b.year > g.year_start and b.year <= g.year_end
    ) as crosses_break,
    remark.en as missing, remark.zh as missing_zh
from grown as g
order by indicator, region_code, window_id, year_end
