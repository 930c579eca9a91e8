-- Years of a flow that follow by arithmetic from other printed figures of it: the year before from a year
-- and its growth rate, one end of a compound rate from the other, the one year that a cumulated total
-- leaves over. Never as printed: status E, or that of a doubtful input. Where a year is printed, or follows
-- twice, the two are held against each other within their digits.
with printed as (
    select f.indicator, f.origin, f.destination, f.period_start, f.period_end, f.period, f.value,
        f.half_width, f.status
    from core.flow as f
    join ref.source as s using (source)
    left join ref.release as r using (source, release)
    where f.value is not null and regexp_full_match(f.period, '\d{4}(-\d{4})?')
    qualify row_number() over (
        partition by f.indicator, f.origin, f.destination, f.period
        order by f.status = 'U', s.rank, r.position desc nulls last, f.table_id
    ) = 1
),

yearly as (
    select *, period_start as year
    from printed
    where period_start = period_end
),

rate as (
    -- the printed growth rates and compound rates of a flow, as fractions
    select regexp_replace(indicator, '_(growth|cagr)$', '') as indicator,
        regexp_extract(indicator, '_(growth|cagr)$', 1) as kind,
        origin, destination, value / 100 as rate, half_width / 100 as half_rate, status,
        case when indicator like '%growth' then period_start - 1 else period_start end as year_start,
        period_end as year_end
    from printed
    where regexp_matches(indicator, '_(growth|cagr)$')
),

from_rate as (
    select r.indicator, r.origin, r.destination, r.year_start as year, 'start of ' || r.kind as rule,
        implied_start(v.value, r.rate, r.year_end - r.year_start) as value,
        implied_start_low(v.value, v.half_width, r.rate, r.half_rate, r.year_end - r.year_start) as value_low,
        implied_start_high(v.value, v.half_width, r.rate, r.half_rate,
            r.year_end - r.year_start) as value_high,
        worse_status(v.status, r.status) as status,
        {
            en: v.period || ' and the rate ' || r.year_start || '-' || r.year_end,
            zh: '由' || v.period || '年数字与' || r.year_start || '-' || r.year_end || '年增速推算'} as inputs
    from rate as r
    join yearly as v on v.indicator = r.indicator and v.origin = r.origin and v.destination = r.destination
        and v.year = r.year_end
    union all
    select r.indicator, r.origin, r.destination, r.year_end, 'end of ' || r.kind,
        implied_end(v.value, r.rate, r.year_end - r.year_start),
        implied_end_low(v.value, v.half_width, r.rate, r.half_rate, r.year_end - r.year_start),
        implied_end_high(v.value, v.half_width, r.rate, r.half_rate, r.year_end - r.year_start),
        worse_status(v.status, r.status),
        {
            en: v.period || ' and the rate ' || r.year_start || '-' || r.year_end,
            zh: '由' || v.period || '年数字与' || r.year_start || '-' || r.year_end || '年增速推算'}
    from rate as r
    join yearly as v on v.indicator = r.indicator and v.origin = r.origin and v.destination = r.destination
        and v.year = r.year_start
),

cumulated as (
    select *
    from printed
    where period_end > period_start
),

cumulated_year as (
    select c.*, unnest(generate_series(c.period_start, c.period_end))::bigint as year
    from cumulated as c
),

from_total as (
    -- a total over years of which all but one are printed
    select c.indicator, c.origin, c.destination,
        any_value(c.year) filter (where v.value is null) as year,
        'total less years' as rule,
        any_value(c.value) - sum(v.value) as value,
        any_value(c.half_width) + sum(v.half_width) as half_width,
        worse_status(worst_status(v.status), any_value(c.status)) as status,
        {
            en: c.period || ' less ' || string_agg(v.period, ', ' order by v.period),
            zh: c.period || '合计减去' || string_agg(v.period, '、' order by v.period)} as inputs
    from cumulated_year as c
    left join yearly as v using (indicator, origin, destination, year)
    group by c.indicator, c.origin, c.destination, c.period
    having count(*) - count(v.value) = 1
    union all
    -- two totals from the same first year, the longer by one year
    select b.indicator, b.origin, b.destination, b.period_end, 'total less total',
        b.value - a.value, a.half_width + b.half_width, worse_status(a.status, b.status),
        {en: b.period || ' less ' || a.period, zh: b.period || '合计减去' || a.period}
    from cumulated as a
    join cumulated as b on b.indicator = a.indicator and b.origin = a.origin and b.destination = a.destination
        and b.period_start = a.period_start and b.period_end = a.period_end + 1
),

derived as (
    select *
    from from_rate
    union all by name
    select * exclude (half_width), value - half_width as value_low, value + half_width as value_high
    from from_total
),

compared as (
    select d.indicator, d.origin, d.destination, d.year, d.rule, d.inputs, d.value, d.value_low, d.value_high,
        case when d.status = 'U' then 'U' else 'E' end as status,
        v.value as printed, v.half_width as printed_half_width, v.status as printed_status,
        min(d.value_high) over same as lowest_high, max(d.value_low) over same as highest_low
    from derived as d
    left join yearly as v using (indicator, origin, destination, year)
    window same as (partition by d.indicator, d.origin, d.destination, d.year)
)

select
    indicator, origin, destination, year, rule, inputs.en as inputs, inputs.zh as inputs_zh,
    value, value_low, value_high, status,
    printed, printed_half_width, printed_status,
    printed - printed_half_width <= value_high
        and printed + printed_half_width >= value_low as agrees_with_printed,
    highest_low <= lowest_high as agrees_with_others
from compared
order by indicator, origin, destination, year, rule, inputs
