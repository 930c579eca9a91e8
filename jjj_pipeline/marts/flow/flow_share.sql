-- What part of an origin's technology contracts reaches each destination; a row for every year between the
-- first and the last one held, null where none is. One figure a pair and year: a printed one, better status
-- first, then the newest. A doubtful one (U) is not used where the year follows from other printed figures
-- without contradiction; such a year carries status E, and so does one not printed. The outflow to other
-- provinces is printed only through the share it makes: value over that share is the outflow it implies.
with derived as (
    -- the narrowest of what follows for a year
    select indicator, origin, destination, year, value,
        greatest(value - value_low, value_high - value) as half_width, status,
        'derived' as source, rule || ': ' || inputs as release
    from mart.flow_derived
    where agrees_with_others and status = 'E'
    qualify row_number()
        over (partition by indicator, origin, destination, year order by value_high - value_low, rule) = 1
),

candidate as (
    select f.indicator, f.origin, f.destination, f.period_start as year, f.value, f.half_width, f.status,
        f.source, f.release,
        s.rank, r.position, f.table_id
    from core.flow as f
    join ref.source as s using (source)
    left join ref.release as r using (source, release)
    where f.period_start = f.period_end and f.period = f.period_start::varchar and f.value is not null
    union all by name
    select *, null::bigint as rank, null::bigint as position, null::varchar as table_id
    from derived
),

yearly as (
    select *
    from candidate
    qualify row_number() over (
        partition by indicator, origin, destination, year
        order by status = 'U', source = 'derived', rank, position desc nulls last, table_id
    ) = 1
),

pair as (
    select indicator, origin, destination, min(year) as first_year, max(year) as last_year
    from yearly
    where indicator = 'tech_contract_turnover' and origin <> 'WORLD'
        and destination not in ('WORLD', 'OTHER_PROV')
    group by indicator, origin, destination
),

spine as (
    select indicator, origin, destination, unnest(generate_series(first_year, last_year))::bigint as year
    from pair
)

select
    s.indicator, s.origin, s.destination, s.year,
    f.value, f.value - f.half_width as value_low, f.value + f.half_width as value_high, o.value as output,
    x.value as outflow,
    share_of_total(f.value, o.value) as share_of_output,
    share_of_total_low(f.value, f.half_width, o.value, o.half_width) as share_of_output_low,
    share_of_total_high(f.value, f.half_width, o.value, o.half_width) as share_of_output_high,
    share_of_total(f.value, x.value) as share_of_outflow,
    share_of_total_low(f.value, f.half_width, x.value, x.half_width) as share_of_outflow_low,
    share_of_total_high(f.value, f.half_width, x.value, x.half_width) as share_of_outflow_high,
    p.value / 100 as printed_share,
    (p.value - p.half_width) / 100 as printed_share_low,
    (p.value + p.half_width) / 100 as printed_share_high,
    ratio(f.value, p.value / 100) as implied_outflow,
    ratio_low(f.value, f.half_width, p.value / 100, p.half_width / 100) as implied_outflow_low,
    ratio_high(f.value, f.half_width, p.value / 100, p.half_width / 100) as implied_outflow_high,
    f.status, f.source, f.release
from spine as s
left join yearly as f using (indicator, origin, destination, year)
left join core.panel as o on o.indicator = 'tech_output_turnover' and o.region_code = s.origin
    and o.year = s.year
left join yearly as x
    on x.indicator = s.indicator and x.origin = s.origin and x.destination = 'OTHER_PROV' and x.year = s.year
left join yearly as p on p.indicator = 'tech_contract_turnover_share_of_outflow'
    and p.origin = s.origin and p.destination = s.destination and p.year = s.year
order by s.indicator, s.origin, s.destination, s.year
