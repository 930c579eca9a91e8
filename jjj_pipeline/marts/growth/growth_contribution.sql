-- Who drives a group: each member's part of the group's change, in every window and against the year before.
-- Where some members grow and others shrink a percentage means nothing: it is null, the points stay.
with series as (
    select p.indicator, p.region_code, p.year, p.value, p.half_width
    from core.panel as p
    join ref.indicator as i using (indicator)
    where i.additive and i.kind in ('flow', 'stock') and p.value is not null
),

total as (
    select s.*, min(s.year) over series as first_year, max(s.year) over series as last_year
    from series as s
    semi join ref.region_group as g on g.group_code = s.region_code
    window series as (partition by s.indicator, s.region_code)
),

span as (
    select t0.indicator, t0.region_code as group_code, w.window_id, t0.year as year_start, t1.year as year_end,
        t0.value as t0, t0.half_width as ht0, t1.value as t1, t1.half_width as ht1
    from ref.window as w
    join total as t0 on t0.year = coalesce(w.year_start, t0.first_year)
    join total as t1 on t1.indicator = t0.indicator and t1.region_code = t0.region_code and t1.year = coalesce(w.year_end, t1.last_year)
    where t1.year > t0.year
    union all
    select t0.indicator, t0.region_code, 'yearly', t0.year, t1.year, t0.value, t0.half_width, t1.value, t1.half_width
    from total as t0
    join total as t1 on t1.indicator = t0.indicator and t1.region_code = t0.region_code and t1.year = t0.year + 1
),

spread as materialized (
    -- one row a member before the values are looked up: joined the other way round, rows multiply
    select s.*, g.region_code
    from span as s
    join ref.region_group as g using (group_code)
),

member as (
    select s.*, p0.value as p0, p0.half_width as hp0, p1.value as p1, p1.half_width as hp1,
        s.t0 - p0.value as r0, s.ht0 - p0.half_width as hr0, s.t1 - p1.value as r1, s.ht1 - p1.half_width as hr1
    from spread as s
    join series as p0 on p0.indicator = s.indicator and p0.region_code = s.region_code and p0.year = s.year_start
    join series as p1 on p1.indicator = s.indicator and p1.region_code = s.region_code and p1.year = s.year_end
),

sign as (
    select indicator, group_code, window_id, year_end, min(p1 - p0) >= 0 or max(p1 - p0) <= 0 as one_sign
    from member
    group by indicator, group_code, window_id, year_end
)

select
    m.indicator, m.group_code, m.region_code, m.window_id, m.year_start, m.year_end,
    m.p0 as value_start, m.p1 as value_end,
    difference(m.p0, m.p1) as change,
    difference(m.t0, m.t1) as group_change,
    growth(m.t0, m.t1) as group_growth,
    case when s.one_sign then contribution_of_parts(m.p0, m.p1, m.r0, m.r1) end as contribution,
    case when s.one_sign then contribution_of_parts_low(m.p0, m.hp0, m.p1, m.hp1, m.r0, m.hr0, m.r1, m.hr1) end as contribution_low,
    case when s.one_sign then contribution_of_parts_high(m.p0, m.hp0, m.p1, m.hp1, m.r0, m.hr0, m.r1, m.hr1) end as contribution_high,
    points_of_parts(m.p0, m.p1, m.r0) as points,
    points_of_parts_low(m.p0, m.hp0, m.p1, m.hp1, m.r0, m.hr0) as points_low,
    points_of_parts_high(m.p0, m.hp0, m.p1, m.hp1, m.r0, m.hr0) as points_high
from member as m
join sign as s using (indicator, group_code, window_id, year_end)
order by m.indicator, m.group_code, m.region_code, m.window_id, m.year_end
