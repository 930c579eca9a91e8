-- How much of each industry a province or group has, against all 31 provinces together: its share here over its share there.
-- One release a year speaks, the newest in which all 31 provinces have a total and their sections; releases never mix in a quotient.
with figure as (
    select o.indicator, o.source || '/' || o.release as release, o.year, o.region_code, o.industry_code, o.value, o.half_width
    from core.observation as o
    join ref.region as r using (region_code)
    where o.indicator in ('legal_entities', 'urban_employment') and r.kind = 'province' and o.value is not null
),

covered as (
    select indicator, release, year
    from figure
    group by indicator, release, year
    having count(*) filter (where industry_code = '*') = 31 and count(distinct industry_code) > 1
),

chosen as (
    select indicator, year, max_by(release, split_part(release, '/', 2)) as release
    from covered
    group by indicator, year
),

held as (
    select f.* from figure as f
    join chosen as c on c.indicator = f.indicator and c.year = f.year and c.release = f.release
),

place as (
    select indicator, release, year, region_code, industry_code, value, half_width from held
    union all
    select h.indicator, h.release, h.year, g.group_code, h.industry_code,
        sum(h.value order by h.region_code), sum(h.half_width order by h.region_code)
    from held as h
    join ref.region_group as g using (region_code)
    join (select group_code, count(*) as members from ref.region_group group by group_code) as s on s.group_code = g.group_code
    group by h.indicator, h.release, h.year, g.group_code, h.industry_code, s.members
    having count(*) = s.members
),

-- where a province is blank the industry has no reference
industry as (select * from place where region_code = 'PROV31'),

cell as (
    select
        t.indicator, t.release, t.year, t.region_code, i.industry_code,
        x.value as x, x.half_width as hx, t.value as xt, t.half_width as hxt,
        r.value as r, r.half_width as hr, rt.value as rt, rt.half_width as hrt
    from place as t
    join (select distinct indicator, industry_code from held where industry_code <> '*') as i on i.indicator = t.indicator
    left join place as x
        on x.indicator = t.indicator and x.year = t.year and x.region_code = t.region_code and x.industry_code = i.industry_code
    left join industry as r on r.indicator = t.indicator and r.year = t.year and r.industry_code = i.industry_code
    left join industry as rt on rt.indicator = t.indicator and rt.year = t.year and rt.industry_code = '*'
    where t.industry_code = '*' and t.region_code <> 'PROV31'
)

select
    indicator, region_code, industry_code, year, x as value,
    share_of_total(x, xt) as share,
    share_of_total_low(x, hx, xt, hxt) as share_low,
    share_of_total_high(x, hx, xt, hxt) as share_high,
    share_of_total(r, rt) as reference_share,
    location_quotient(x, xt, r, rt) as lq,
    location_quotient_low(x, hx, xt, hxt, r, hr, rt, hrt) as lq_low,
    location_quotient_high(x, hx, xt, hxt, r, hr, rt, hrt) as lq_high,
    release,
    case when x is null then 'figure: not published' when r is null then 'reference: not all 31 provinces published' end as missing
from cell
order by indicator, region_code, industry_code, year
