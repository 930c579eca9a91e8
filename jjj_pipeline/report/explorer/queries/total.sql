-- Totals of groups; null where a member is missing.
select p.indicator, '*' as industry, p.region_code as place, p.year, p.value, p.half_width, p.members, p.members_expected,
    p.source, p.release, p.status
from core.panel as p
where p.region_code in (select group_code from ref.region_group)
order by indicator, place, year
