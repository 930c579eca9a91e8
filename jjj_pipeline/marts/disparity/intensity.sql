-- One quantity per another. Each release of the denominator is taken by itself; `preferred` marks that of
-- core.panel, `agrees` whether the publisher's own intensity may rest on it.
with printed_release as (
    -- every release of every denominator, regions and complete totals of groups
    select o.indicator, o.region_code, o.year, o.source || '/' || o.release as release,
        any_value(o.value order by o.table_id) as value,
        any_value(o.half_width order by o.table_id) as half_width,
        any_value(o.status order by o.table_id) as status
    from core.observation as o
    where o.industry_code = '*' and o.value is not null
        and o.indicator in (select denominator from ref.intensity)
    group by o.indicator, o.region_code, o.year, o.source, o.release
),

denominator as (
    select * from printed_release
    union all
    select d.indicator, g.group_code, d.year, d.release, complete_total(d.value, g.members),
        complete_total(d.half_width, g.members), worst_status(d.status)
    from printed_release as d
    join ref.region_group as g using (region_code)
    group by d.indicator, g.group_code, d.year, d.release
    having count(*) = any_value(g.members)
),

bulletin as (
    select region_code, year, value, half_width
    from core.preferred
    where indicator = 'rd_intensity'
),

pair as (
    select k.*, a.region_code, a.year, a.value as a, a.half_width as ha, b.value as b, b.half_width as hb,
        worse_status(a.status, b.status) as status,
        a.release as numerator_release, b.release as denominator_release,
        d.source || '/' || d.release as panel_release,
        case when k.printed = 'rd_intensity' then q.value end as printed_value,
        case when k.printed = 'rd_intensity' then q.half_width end as printed_half_width
    from ref.intensity as k
    join core.panel as a on a.indicator = k.numerator and a.value is not null
    join denominator as b on b.indicator = k.denominator and b.region_code = a.region_code and b.year = a.year
    left join core.panel as d on d.indicator = k.denominator and d.region_code = a.region_code
        and d.year = a.year
    left join bulletin as q on q.region_code = a.region_code and q.year = a.year
),

computed as (
    select *,
        factor * ratio(a, b) as value,
        factor * ratio_low(a, ha, b, hb) as value_low,
        factor * ratio_high(a, ha, b, hb) as value_high
    from pair
)

select
    intensity, region_code, year, denominator_release, numerator, denominator, a as numerator_value,
    b as denominator_value,
    value, value_low, value_high, unit, numerator_release,
    coalesce(denominator_release = panel_release, false) as preferred,
    printed_value as printed, printed_half_width,
    printed_value - printed_half_width <= value_high
        and printed_value + printed_half_width >= value_low as agrees,
    status
from computed
order by intensity, region_code, year, denominator_release
