-- Every series that figures of different years or regions may be taken from together: the preferred one
-- (core.panel), and of indicators that the accounts revise also each state of the accounts (`vintage`) by
-- itself, with totals of groups. `place` is the order in which a measure takes them: the newest state that
-- holds all it needs, and the preferred series, spliced from several, last.
with revised as (
    select o.indicator, o.region_code, o.year, r.vintage, o.value, o.half_width, o.status, o.release,
        list_position(string_split(i.vintages, ','), r.vintage)::bigint as place, i.additive
    from core.observation as o
    join ref.indicator as i using (indicator)
    join ref.release as r using (source, release)
    where o.industry_code = '*' and o.value is not null and i.vintages is not null and r.vintage is not null
    qualify row_number() over (
        partition by o.indicator, o.region_code, o.year, r.vintage order by r.position desc, o.table_id
    ) = 1
),

total as (
    select f.indicator, g.group_code as region_code, f.year, f.vintage,
        complete_total(f.value, g.members) as value,
        complete_total(f.half_width, g.members) as half_width,
        worst_status(f.status) as status,
        string_agg(distinct f.release, ',' order by f.release) as release,
        any_value(f.place) as place
    from revised as f
    join ref.region_group as g using (region_code)
    where f.additive
    group by f.indicator, g.group_code, f.year, f.vintage
)

select indicator, region_code, year, vintage, value, half_width, place, release, status
from revised
union all
select indicator, region_code, year, vintage, value, half_width, place, release, status
from total
where value is not null
union all
select p.indicator, p.region_code, p.year, 'preferred', p.value, p.half_width, 100, p.release, p.status
from core.panel as p
order by indicator, region_code, year, vintage
