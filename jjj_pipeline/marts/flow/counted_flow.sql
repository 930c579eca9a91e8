-- Counts of record sets beside the printed figure of the same indicator, pair, level and period: what part of it a set holds.
with counted as (
    select f.*, s.coverage
    from core.flow as f
    join meta.record_set as s on s.record_set = f.source
),

printed as (
    select f.*
    from core.flow as f
    left join meta.record_set as s on s.record_set = f.source
    where s.record_set is null and f.value is not null
)

select
    c.indicator, c.origin, c.destination, c.level, c.period, c.source as record_set, p.source, p.release, p.table_id,
    c.value as counted,
    p.value as printed_value,
    ratio(c.value, p.value) as counted_over_printed,
    ratio_low(c.value, c.half_width, p.value, p.half_width) as counted_over_printed_low,
    ratio_high(c.value, c.half_width, p.value, p.half_width) as counted_over_printed_high,
    c.coverage, c.status, p.status as printed_status
from counted as c
join printed as p using (indicator, origin, destination, level, period)
order by c.indicator, c.origin, c.destination, c.level, c.period, c.source, p.source, p.release, p.table_id
