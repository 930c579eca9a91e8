-- How much of each industry a province or group has, against all provinces together: its share here over
-- its share there. One release a year is used, the newest in which all provinces have a total and their
-- sections; releases never mix in a quotient. The region is part of the reference: what it has and what the
-- rest has move by themselves.
with nation as (
    select members as provinces
    from ref.region_group
    where group_code = 'PROV31'
    limit 1
),

figure as (
    select o.indicator, o.source || '/' || o.release as release, o.year, o.region_code, o.industry_code,
        o.value, o.half_width, o.status
    from core.observation as o
    join ref.region as r using (region_code)
    where o.indicator in ('legal_entities', 'urban_employment') and r.kind = 'province'
        and o.value is not null
),

covered as (
    select indicator, release, year
    from figure
    cross join nation
    group by indicator, release, year, provinces
    having count(*) filter (where industry_code = '*') = provinces and count(distinct industry_code) > 1
),

newest as (
    select indicator, year, max_by(release, split_part(release, '/', 2)) as release
    from covered
    group by indicator, year
),

held as (
    select f.*
    from figure as f
    join newest as c on c.indicator = f.indicator and c.year = f.year and c.release = f.release
),

place as (
    select indicator, release, year, region_code, industry_code, value, half_width, status
    from held
    union all
    select h.indicator, h.release, h.year, g.group_code, h.industry_code,
        complete_total(h.value, g.members), complete_total(h.half_width, g.members), worst_status(h.status)
    from held as h
    join ref.region_group as g using (region_code)
    group by h.indicator, h.release, h.year, g.group_code, h.industry_code
),

industry as (
    select distinct indicator, industry_code
    from held
    where industry_code <> '*'
),

cell as (
    -- a section of a region, the region's total, and both of the reference; where a province is blank the
    -- section has no reference
    select
        t.indicator, t.release, t.year, t.region_code, i.industry_code,
        s.value as section, s.half_width as half_section,
        t.value as total, t.half_width as half_total,
        rs.value as reference_section, rs.half_width as half_reference_section,
        rt.value as reference_total, rt.half_width as half_reference_total,
        worse_status(t.status, s.status) as status
    from place as t
    join industry as i using (indicator)
    left join place as s
        on s.indicator = t.indicator and s.year = t.year and s.region_code = t.region_code
            and s.industry_code = i.industry_code
    left join place as rs
        on rs.indicator = t.indicator and rs.year = t.year and rs.region_code = 'PROV31'
            and rs.industry_code = i.industry_code
    left join place as rt
        on rt.indicator = t.indicator and rt.year = t.year and rt.region_code = 'PROV31'
            and rt.industry_code = '*'
    where t.industry_code = '*' and t.region_code <> 'PROV31' and t.value is not null
),

rest as (
    select *,
        reference_section - section as rest_section,
        half_reference_section - half_section as half_rest_section,
        reference_total - total as rest_total, half_reference_total - half_total as half_rest_total
    from cell
)

select
    indicator, region_code, industry_code, year, section as value,
    share_of_total(section, total) as share,
    share_of_total_low(section, half_section, total, half_total) as share_low,
    share_of_total_high(section, half_section, total, half_total) as share_high,
    share_of_total(reference_section, reference_total) as reference_share,
    location_quotient(section, total, reference_section, reference_total) as lq,
    location_quotient_of_part_low(
        section, half_section, rest_section, half_rest_section, total, half_total, rest_total,
        half_rest_total) as lq_low,
    location_quotient_of_part_high(
        section, half_section, rest_section, half_rest_section, total, half_total, rest_total,
        half_rest_total) as lq_high,
    release, status,
    case
        when section is null then 'figure: not held'
        when reference_section is null then 'reference: not held for all provinces'
    end as missing,
    case
        when section is null then '数字：未持有'
        when reference_section is null then '参照：各省未全部持有'
    end as missing_zh
from rest
order by indicator, region_code, industry_code, year
