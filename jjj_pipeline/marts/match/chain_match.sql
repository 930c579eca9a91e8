-- Does what is invented together meet what is made there? Each industry of joint invention of two provinces, with each of the two as
-- the maker, beside what the maker has of its section, its high-tech manufacturing and how the partner's invention couples with it.
-- Two-digit industry by province is not held: the section stands for the division, and the row says so.
with link as (
    select l.region_a, l.region_b, l.industry_code, i.parent as section, max(l.status) as status
    from core.link as l
    join ref.industry as i using (industry_code)
    where l.indicator = 'joint_invention'
    group by l.region_a, l.region_b, l.industry_code, i.parent
),

side as (
    select *, region_a as maker, region_b as partner from link
    union all
    select *, region_b as maker, region_a as partner from link
),

quotient as (
    select q.*
    from mart.location_quotient as q
    join ref.region as r on r.region_code = q.region_code and r.kind = 'province'
),

per_gdp as (
    select h.indicator, h.region_code, h.year,
        100 * ratio(h.value, g.value) as v,
        100 * ratio_low(h.value, h.half_width, g.value, g.half_width) as low,
        100 * ratio_high(h.value, h.half_width, g.value, g.half_width) as high
    from core.panel as h
    join core.panel as g on g.indicator = 'gdp' and g.region_code = h.region_code and g.year = h.year
    where h.indicator in ('hightech_revenue', 'hightech_principal_revenue')
),

-- the two systems of every province and year, and the scale they share
system as (
    select q.region_code, q.year, q.industry_code, ratio(n.value, p.value) as invention, q.lq as making
    from quotient as q
    join core.panel as n on n.indicator = 'invention_grants' and n.region_code = q.region_code and n.year = q.year
    join core.panel as p on p.indicator = 'population' and p.region_code = q.region_code and p.year = q.year
    where q.indicator = 'legal_entities' and q.lq is not null and n.value is not null and p.value is not null
        and q.industry_code in (select section from link)
),

scale as (
    select industry_code, min(invention) as i0, max(invention) as i1, min(making) as m0, max(making) as m1
    from system
    group by industry_code
),

scaled as (
    select s.region_code, s.year, s.industry_code, s.invention,
        min_max(s.invention, c.i0, c.i1) as u_invention,
        min_max(s.making, c.m0, c.m1) as u_making
    from system as s
    join scale as c using (industry_code)
),

span as (
    select distinct year from quotient where industry_code in (select section from link)
    union
    select distinct year from per_gdp
),

row_of as (
    select
        s.*, y.year, le.lq as le, le.lq_low as le_low, le.lq_high as le_high, ue.lq as ue, ue.lq_low as ue_low, ue.lq_high as ue_high,
        d.lq as division_lq, h.v as h, h.low as h_low, h.high as h_high, b.v as b, b.low as b_low, b.high as b_high,
        i.invention, i.u_invention, m.u_making,
        case when i.u_invention is not null and m.u_making is not null then [i.u_invention, m.u_making] end as u
    from side as s
    cross join span as y
    left join quotient as le
        on le.indicator = 'legal_entities' and le.region_code = s.maker and le.year = y.year and le.industry_code = s.section
    left join quotient as ue
        on ue.indicator = 'urban_employment' and ue.region_code = s.maker and ue.year = y.year and ue.industry_code = s.section
    left join quotient as d
        on d.indicator = 'legal_entities' and d.region_code = s.maker and d.year = y.year and d.industry_code = s.industry_code
    left join per_gdp as h on h.indicator = 'hightech_revenue' and h.region_code = s.maker and h.year = y.year
    left join per_gdp as b on b.indicator = 'hightech_principal_revenue' and b.region_code = s.maker and b.year = y.year
    left join scaled as i on i.region_code = s.partner and i.year = y.year and i.industry_code = s.section
    left join scaled as m on m.region_code = s.maker and m.year = y.year and m.industry_code = s.section
)

select
    region_a, region_b, industry_code, maker, year, partner, section,
    le as lq_legal_entities, le_low as lq_legal_entities_low, le_high as lq_legal_entities_high,
    ue as lq_urban_employment, ue_low as lq_urban_employment_low, ue_high as lq_urban_employment_high,
    division_lq,
    case when division_lq is null then 'L' else 'A' end as division_status,
    h as hightech_revenue_per_gdp, h_low as hightech_revenue_per_gdp_low, h_high as hightech_revenue_per_gdp_high,
    b as hightech_principal_revenue_per_gdp, b_low as hightech_principal_revenue_per_gdp_low,
    b_high as hightech_principal_revenue_per_gdp_high,
    invention, u_invention, u_making,
    coupling(u) as coupling,
    coordination(coupling(u), list_avg(u)) as coordination,
    coupling_modified(u) as coupling_modified,
    coordination(coupling_modified(u), list_avg(u)) as coordination_modified,
    status,
    nullif(concat_ws('; ',
        case when division_lq is null then 'division ' || industry_code || ' by province: not collected' end,
        case when le is null then 'legal entities by section' end,
        case when ue is null then 'urban employment by section' end,
        case when h is null and b is null then 'high-tech manufacturing' end), '') as missing
from row_of
order by region_a, region_b, industry_code, maker, year
