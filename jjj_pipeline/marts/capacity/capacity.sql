-- Who carries innovation into the economy: firms and institutions per 10 000 people and per 100 million yuan of GDP, their growth
-- since the year published before, and how far each region stands from Beijing. Figures of different scope stay different rows.
with counted as (
    select p.indicator, p.region_code, p.year, p.value, p.half_width, p.source, p.release, p.status
    from core.panel as p
    join ref.region as r on r.region_code = p.region_code and r.kind in ('nation', 'province', 'group')
    where p.value is not null and p.indicator in (
        'firms_with_rd_activity', 'firms_with_rd_institution', 'firm_rd_institutions', 'hightech_enterprises',
        'incubators', 'maker_spaces', 'tech_intermediaries', 'ip_service_firms')
),

sized as (
    select
        c.*, p.value as people, p.half_width as h_people, p.release as population_release,
        g.value as gdp, g.half_width as h_gdp, g.release as gdp_release,
        lag(c.year) over before as year_before, lag(c.value) over before as v0, lag(c.half_width) over before as h0
    from counted as c
    left join core.panel as p on p.indicator = 'population' and p.region_code = c.region_code and p.year = c.year
    left join core.panel as g on g.indicator = 'gdp' and g.region_code = c.region_code and g.year = c.year
    window before as (partition by c.indicator, c.region_code order by c.year)
),

rate as (
    select *,
        ratio(value, people) as p,
        ratio_low(value, half_width, people, h_people) as p_low,
        ratio_high(value, half_width, people, h_people) as p_high,
        ratio(value, gdp) as g,
        ratio_low(value, half_width, gdp, h_gdp) as g_low,
        ratio_high(value, half_width, gdp, h_gdp) as g_high
    from sized
),

-- Beijing stands at exactly 1 from itself, whatever its digits
beijing as (
    select r.indicator, r.region_code, r.year, b.p, b.g,
        case when r.region_code = '110000' then r.p_low else b.p_high end as p_most,
        case when r.region_code = '110000' then r.p_high else b.p_low end as p_least,
        case when r.region_code = '110000' then r.g_low else b.g_high end as g_most,
        case when r.region_code = '110000' then r.g_high else b.g_low end as g_least
    from rate as r
    join rate as b on b.indicator = r.indicator and b.year = r.year and b.region_code = '110000'
)

select
    s.indicator, s.region_code, s.year, s.value, s.value - s.half_width as value_low, s.value + s.half_width as value_high,
    s.p as per_10000_people, s.p_low as per_10000_people_low, s.p_high as per_10000_people_high,
    s.g as per_gdp, s.g_low as per_gdp_low, s.g_high as per_gdp_high,
    s.year_before,
    growth(s.v0, s.value) as growth,
    growth_low(s.v0, s.h0, s.value, s.half_width) as growth_low,
    growth_high(s.v0, s.h0, s.value, s.half_width) as growth_high,
    cagr(s.v0, s.value, s.year - s.year_before) as cagr,
    cagr_low(s.v0, s.h0, s.value, s.half_width, s.year - s.year_before) as cagr_low,
    cagr_high(s.v0, s.h0, s.value, s.half_width, s.year - s.year_before) as cagr_high,
    ratio(s.p, b.p) as people_to_beijing,
    s.p_low / nullif(b.p_most, 0) as people_to_beijing_low,
    s.p_high / nullif(b.p_least, 0) as people_to_beijing_high,
    s.p - b.p as people_gap,
    ratio(s.g, b.g) as gdp_to_beijing,
    s.g_low / nullif(b.g_most, 0) as gdp_to_beijing_low,
    s.g_high / nullif(b.g_least, 0) as gdp_to_beijing_high,
    s.g - b.g as gdp_gap,
    s.source, s.release, s.population_release, s.gdp_release, s.status,
    nullif(concat_ws('; ',
        case when s.people is null then 'population' end,
        case when s.gdp is null then 'GDP of the default release' end,
        case when s.v0 is null then 'an earlier year' end,
        case when b.p is null then 'Beijing' end), '') as missing
from rate as s
left join beijing as b on b.indicator = s.indicator and b.region_code = s.region_code and b.year = s.year
order by s.indicator, s.region_code, s.year
