-- Who drives a group: each member's part of the group's change, in every window and against the year before.
-- Where some members grow and others shrink a percentage means nothing: it is null, the points stay.
with whole as (
    select s.*
    from core.span as s
    join ref.indicator as i using (indicator)
    where i.additive and s.value_start is not null and s.value_end is not null
),

spread as materialized (
    -- one row a member before the values are looked up: joined the other way round, rows multiply
    select w.*, w.region_code as group_code, g.region_code as member
    from whole as w
    join ref.region_group as g on g.group_code = w.region_code
),

started as materialized (
    select s.*, m.value as member_start, m.half_width as half_member_start
    from spread as s
    join core.series as m on m.indicator = s.indicator and m.region_code = s.member
        and m.year = s.year_start
        and m.vintage = s.vintage
),

part as (
    -- each member and the rest of the group, of one state of the accounts
    select
        s.indicator, s.group_code, s.member, s.window_id, s.year_start, s.year_end, s.status, s.crosses_break,
        s.value_start as group_start, s.value_end as group_end,
        s.member_start, s.half_member_start, m.value as member_end, m.half_width as half_member_end,
        s.value_start - s.member_start as rest_start,
        s.half_width_start - s.half_member_start as half_rest_start,
        s.value_end - m.value as rest_end, s.half_width_end - m.half_width as half_rest_end
    from started as s
    join core.series as m on m.indicator = s.indicator and m.region_code = s.member
        and m.year = s.year_end
        and m.vintage = s.vintage
),

signed as (
    select *,
        min(member_end - member_start) over members >= 0
            or max(member_end - member_start) over members <= 0 as one_sign
    from part
    window members as (partition by indicator, group_code, window_id, year_end)
),

share as (
    select *,
        contribution_of_parts(member_start, member_end, rest_start, rest_end) as contribution,
        contribution_of_parts_low(
            member_start, half_member_start, member_end, half_member_end, rest_start, half_rest_start,
            rest_end, half_rest_end
        ) as contribution_low,
        contribution_of_parts_high(
            member_start, half_member_start, member_end, half_member_end, rest_start, half_rest_start,
            rest_end, half_rest_end
        ) as contribution_high
    from signed
)

select
    indicator, group_code, member as region_code, window_id, year_start, year_end,
    member_start as value_start, member_end as value_end,
    difference(member_start, member_end) as change,
    difference(group_start, group_end) as group_change,
    growth(group_start, group_end) as group_growth,
    case when one_sign then contribution end as contribution,
    case when one_sign then contribution_low end as contribution_low,
    case when one_sign then contribution_high end as contribution_high,
    points_of_parts(member_start, member_end, rest_start) as points,
    points_of_parts_low(
        member_start, half_member_start, member_end, half_member_end, rest_start, half_rest_start
    ) as points_low,
    points_of_parts_high(
        member_start, half_member_start, member_end, half_member_end, rest_start, half_rest_start
    ) as points_high,
    status, crosses_break
from share
order by indicator, group_code, region_code, window_id, year_end
