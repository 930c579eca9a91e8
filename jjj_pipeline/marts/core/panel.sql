-- Series of single regions, and totals of groups for indicators that may be summed.
-- A total is the sum of its members and null where one of them is missing.
with single as (
    select indicator, region_code, year, value, half_width, source, release, status
    from core.preferred
    where industry_code = '*'
),

member as (
    select s.*, g.group_code, g.members as members_expected
    from single as s
    join ref.region_group as g using (region_code)
    join ref.indicator as i using (indicator)
    where i.additive
),

total as (
    select
        indicator,
        group_code as region_code,
        year,
        complete_total(value, members_expected) as value,
        complete_total(case when value is not null then half_width end, members_expected) as half_width,
        count(value) as members,
        any_value(members_expected) as members_expected,
        string_agg(distinct source, ',' order by source) as source,
        string_agg(distinct release, ',' order by release) as release,
        worst_status(status) as status
    from member
    group by indicator, group_code, year
)

select
    indicator, region_code, year, value, half_width,
    case when value is null then 0 else 1 end as members, 1 as members_expected, source, release, status
from single
union all
select indicator, region_code, year, value, half_width, members, members_expected, source, release, status
from total
order by indicator, region_code, year
