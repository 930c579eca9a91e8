-- Does what is invented together meet what is made there? Each section in which two provinces invent
-- together, with each of the two as the maker, beside what the maker has of the section, its high-tech
-- manufacturing and how the partner's invention couples with it. Two-digit industry by province is not
-- held: the section stands for the divisions that are printed, and years of which nothing is known are left
-- out. Printed links name no year and stand for all of them; counts of record sets by class of GB/T 4754
-- stand for their own year, and a flow has one maker, the place it goes to.
with printed as (
    select l.indicator, l.source, l.region_a, l.region_b, i.parent as section,
        string_agg(distinct l.industry_code, ' ' order by l.industry_code) as industries,
        worst_status(l.status) as status
    from core.industry_link as l
    join ref.industry as i using (industry_code)
    where l.indicator = 'joint_invention'
    group by l.indicator, l.source, l.region_a, l.region_b, i.parent
),

classed as (
    -- a class is a section (C), or begins with a division (39, C39, 3921)
    select f.indicator, f.source, f.origin, f.destination, f.period_start as year, f.value, f.status, f.rule,
        i.industry_code, coalesce(i.parent, i.industry_code) as section
    from core.flow_class as f
    join ref.industry as i
        on i.industry_code = coalesce(
            nullif(regexp_extract(f.class_code, '^[A-T]?([0-9]{2})', 1), ''), f.class_code)
    where f.scheme = 'gb4754' and f.level = 'province' and f.origin <> f.destination and f.value > 0
        and (not regexp_matches(f.class_code, '^[A-T]')
            or left(f.class_code, 1) = coalesce(i.parent, i.industry_code))
),

directed as (
    select *, origin as partner, destination as maker
    from classed
    union all
    select *, destination as partner, origin as maker
    from classed
    where rule in ('pairs', 'pairs_fractional')
),

counted as (
    select indicator, source, least(maker, partner) as region_a, greatest(maker, partner) as region_b,
        section, maker, partner, year,
        string_agg(distinct industry_code, ' ' order by industry_code) as industries,
        sum(value) as counted, worst_status(status) as status
    from directed
    group by indicator, source, section, maker, partner, year
),

chain as (
    select *, region_a as maker, region_b as partner, null::bigint as year, null::double as counted
    from printed
    union all by name
    select *, region_b as maker, region_a as partner, null::bigint as year, null::double as counted
    from printed
    union all by name
    select *
    from counted
),

specialisation as (
    -- what each province has of each section, by both measures
    select q.region_code, q.year, q.industry_code as section,
        any_value(q.lq) filter (where q.indicator = 'legal_entities') as lq_entities,
        any_value(q.lq_low) filter (where q.indicator = 'legal_entities') as lq_entities_low,
        any_value(q.lq_high) filter (where q.indicator = 'legal_entities') as lq_entities_high,
        any_value(q.lq) filter (where q.indicator = 'urban_employment') as lq_employment,
        any_value(q.lq_low) filter (where q.indicator = 'urban_employment') as lq_employment_low,
        any_value(q.lq_high) filter (where q.indicator = 'urban_employment') as lq_employment_high
    from mart.location_quotient as q
    join ref.region as r on r.region_code = q.region_code and r.kind = 'province'
    where q.industry_code in (select section from chain)
    group by q.region_code, q.year, q.industry_code
),

figure as (
    select region_code, year,
        any_value(value) filter (where indicator = 'hightech_revenue') as revenue,
        any_value(half_width) filter (where indicator = 'hightech_revenue') as half_revenue,
        any_value(value) filter (where indicator = 'hightech_principal_revenue') as principal,
        any_value(half_width) filter (where indicator = 'hightech_principal_revenue') as half_principal,
        any_value(value) filter (where indicator = 'gdp') as gdp,
        any_value(half_width) filter (where indicator = 'gdp') as half_gdp,
        any_value(value) filter (where indicator = 'invention_grants') as grants,
        any_value(value) filter (where indicator = 'population') as people
    from core.panel
    where indicator in ('hightech_revenue', 'hightech_principal_revenue', 'gdp', 'invention_grants',
        'population')
    group by region_code, year
),

system as (
    -- the two systems of every province and year, on the scale they share
    select s.region_code, s.year, s.section, ratio(f.grants, f.people) as invention, s.lq_entities as making
    from specialisation as s
    join figure as f using (region_code, year)
    where s.lq_entities is not null and f.grants is not null and f.people is not null
),

scale as (
    select section, min(invention) as least_invention, max(invention) as most_invention,
        min(making) as least_making,
        max(making) as most_making
    from system
    group by section
),

scaled as (
    select s.region_code, s.year, s.section, s.invention,
        min_max(s.invention, c.least_invention, c.most_invention) as u_invention,
        min_max(s.making, c.least_making, c.most_making) as u_making
    from system as s
    join scale as c using (section)
),

span as (
    select distinct year from specialisation
    union
    select distinct year from figure where revenue is not null or principal is not null
),

chain_year as (
    select
        c.* exclude (year), y.year, s.* exclude (region_code, year, section),
        100 * ratio(f.revenue, f.gdp) as revenue_rate,
        100 * ratio_low(f.revenue, f.half_revenue, f.gdp, f.half_gdp) as revenue_rate_low,
        100 * ratio_high(f.revenue, f.half_revenue, f.gdp, f.half_gdp) as revenue_rate_high,
        100 * ratio(f.principal, f.gdp) as principal_rate,
        100 * ratio_low(f.principal, f.half_principal, f.gdp, f.half_gdp) as principal_rate_low,
        100 * ratio_high(f.principal, f.half_principal, f.gdp, f.half_gdp) as principal_rate_high,
        i.invention, i.u_invention, m.u_making,
        case when i.u_invention is not null and m.u_making is not null then [i.u_invention, m.u_making]
            end as systems
    from chain as c
    join span as y on y.year = coalesce(c.year, y.year)
    left join specialisation as s on s.region_code = c.maker and s.year = y.year and s.section = c.section
    left join figure as f on f.region_code = c.maker and f.year = y.year
    left join scaled as i on i.region_code = c.partner and i.year = y.year and i.section = c.section
    left join scaled as m on m.region_code = c.maker and m.year = y.year and m.section = c.section
),

remarked as (
    select *, joined_remarks([
        case when lq_entities is null
            then {en: 'legal entities by section', zh: '按门类分的法人单位'} end,
        case when lq_employment is null
            then {en: 'urban employment by section', zh: '按门类分的城镇单位就业'} end,
        case when revenue_rate is null and principal_rate is null then {
            en: 'high-tech manufacturing per GDP', zh: '高技术制造业收入与地区生产总值之比'} end]) as remark
    from chain_year
)

select
    indicator, source, region_a, region_b, section, maker, year, partner, industries, counted,
    lq_entities as lq_legal_entities, lq_entities_low as lq_legal_entities_low,
    lq_entities_high as lq_legal_entities_high,
    lq_employment as lq_urban_employment, lq_employment_low as lq_urban_employment_low,
    lq_employment_high as lq_urban_employment_high,
    revenue_rate as hightech_revenue_per_gdp, revenue_rate_low as hightech_revenue_per_gdp_low,
    revenue_rate_high as hightech_revenue_per_gdp_high,
    principal_rate as hightech_principal_revenue_per_gdp,
    principal_rate_low as hightech_principal_revenue_per_gdp_low,
    principal_rate_high as hightech_principal_revenue_per_gdp_high,
    invention, u_invention, u_making,
    coupling(systems) as coupling,
    coordination(coupling(systems), list_avg(systems)) as coordination,
    coupling_modified(systems) as coupling_modified,
    coordination(coupling_modified(systems), list_avg(systems)) as coordination_modified,
    status,
    remark.en as missing, remark.zh as missing_zh
from remarked
where coalesce(lq_entities, lq_employment, revenue_rate, principal_rate) is not null
order by indicator, source, region_a, region_b, section, maker, year
