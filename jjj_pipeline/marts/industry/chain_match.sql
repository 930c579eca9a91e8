-- Does what is invented together meet what is made there? Each industry of joint invention of two provinces, with each of the two as
-- the maker, beside what the maker has of its section, its high-tech manufacturing and how the partner's invention couples with it.
-- Two-digit industry by province is not held: the section stands for the division, and the row says so.
with link as (
    select l.region_a, l.region_b, l.industry_code, i.parent as section, max(l.status) as status
    from core.industry_link as l
    join ref.industry as i using (industry_code)
    where l.indicator = 'joint_invention'
    group by l.region_a, l.region_b, l.industry_code, i.parent
),

side as (
    select *, region_a as maker, region_b as partner from link
    union all
    select *, region_b as maker, region_a as partner from link
),

made as (
    -- what each province has of each industry, both measures side by side
    select q.region_code, q.year, q.industry_code,
        any_value(q.lq) filter (where q.indicator = 'legal_entities') as le,
        any_value(q.lq_low) filter (where q.indicator = 'legal_entities') as le_low,
        any_value(q.lq_high) filter (where q.indicator = 'legal_entities') as le_high,
        any_value(q.lq) filter (where q.indicator = 'urban_employment') as ue,
        any_value(q.lq_low) filter (where q.indicator = 'urban_employment') as ue_low,
        any_value(q.lq_high) filter (where q.indicator = 'urban_employment') as ue_high
    from mart.location_quotient as q
    join ref.region as r on r.region_code = q.region_code and r.kind = 'province'
    where q.industry_code in (select section from link union select industry_code from link)
    group by q.region_code, q.year, q.industry_code
),

figure as (
    select region_code, year,
        any_value(value) filter (where indicator = 'hightech_revenue') as h,
        any_value(half_width) filter (where indicator = 'hightech_revenue') as hh,
        any_value(value) filter (where indicator = 'hightech_principal_revenue') as b,
        any_value(half_width) filter (where indicator = 'hightech_principal_revenue') as hb,
        any_value(value) filter (where indicator = 'gdp') as g,
        any_value(half_width) filter (where indicator = 'gdp') as hg,
        any_value(value) filter (where indicator = 'invention_grants') as n,
        any_value(value) filter (where indicator = 'population') as p
    from core.panel
    where indicator in ('hightech_revenue', 'hightech_principal_revenue', 'gdp', 'invention_grants', 'population')
    group by region_code, year
),

-- the two systems of every province and year, on the scale they share
system as (
    select m.region_code, m.year, m.industry_code, ratio(f.n, f.p) as invention, m.le as making
    from made as m
    join figure as f using (region_code, year)
    where m.le is not null and f.n is not null and f.p is not null
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
    select distinct year from made
    union
    select distinct year from figure where h is not null or b is not null
),

row_of as (
    select
        s.*, y.year, m.le, m.le_low, m.le_high, m.ue, m.ue_low, m.ue_high, d.le as division_lq,
        f.h, f.hh, f.b, f.hb, f.g, f.hg, i.invention, i.u_invention, u.u_making,
        case when i.u_invention is not null and u.u_making is not null then [i.u_invention, u.u_making] end as u
    from side as s
    cross join span as y
    left join made as m on m.region_code = s.maker and m.year = y.year and m.industry_code = s.section
    left join made as d on d.region_code = s.maker and d.year = y.year and d.industry_code = s.industry_code
    left join figure as f on f.region_code = s.maker and f.year = y.year
    left join scaled as i on i.region_code = s.partner and i.year = y.year and i.industry_code = s.section
    left join scaled as u on u.region_code = s.maker and u.year = y.year and u.industry_code = s.section
)

select
    region_a, region_b, industry_code, maker, year, partner, section,
    le as lq_legal_entities, le_low as lq_legal_entities_low, le_high as lq_legal_entities_high,
    ue as lq_urban_employment, ue_low as lq_urban_employment_low, ue_high as lq_urban_employment_high,
    division_lq,
    case when division_lq is null then 'L' else 'A' end as division_status,
    100 * ratio(h, g) as hightech_revenue_per_gdp,
    100 * ratio_low(h, hh, g, hg) as hightech_revenue_per_gdp_low,
    100 * ratio_high(h, hh, g, hg) as hightech_revenue_per_gdp_high,
    100 * ratio(b, g) as hightech_principal_revenue_per_gdp,
    100 * ratio_low(b, hb, g, hg) as hightech_principal_revenue_per_gdp_low,
    100 * ratio_high(b, hb, g, hg) as hightech_principal_revenue_per_gdp_high,
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
        case when ratio(h, g) is null and ratio(b, g) is null then 'high-tech manufacturing per GDP' end), '') as missing
from row_of
order by region_a, region_b, industry_code, maker, year
