-- Who carries innovation into the economy: firms and institutions per 10 000 people and per 100 million
-- yuan of GDP, their growth since the year published before, and how far each region is from Beijing.
-- Figures of different scope stay different rows.
with counted as (
    select p.indicator, p.region_code, p.year, p.value, p.half_width, p.source, p.release, p.status,
        lag(p.year) over before as year_before,
        lag(p.value) over before as value_before,
        lag(p.half_width) over before as half_width_before
    from core.panel as p
    join ref.region as r on r.region_code = p.region_code and r.kind in ('nation', 'province', 'group')
    where p.value is not null and p.indicator in (
        'firms_with_rd_activity', 'firms_with_rd_institution', 'firm_rd_institutions', 'hightech_enterprises',
        'incubators', 'maker_spaces', 'tech_intermediaries', 'ip_service_firms')
    window before as (partition by p.indicator, p.region_code order by p.year)
),

gdp as (
    -- a region's GDP and Beijing's, both of the newest state of the accounts that holds the two
    select r.region_code, r.year, r.value, r.half_width, r.release,
        b.value as beijing, b.half_width as half_beijing
    from core.series as r
    left join core.series as b on b.indicator = 'gdp' and b.region_code = '110000' and b.year = r.year
        and b.vintage = r.vintage
    where r.indicator = 'gdp' and r.place is not null
    qualify row_number() over (partition by r.region_code, r.year order by b.value is null, r.place) = 1
),

sized as (
    select
        c.*, p.value as people, p.half_width as half_people, p.release as population_release,
        g.value as gdp, g.half_width as half_gdp, g.release as gdp_release,
        b.value as beijing, b.half_width as half_beijing,
        h.value as beijing_people, h.half_width as half_beijing_people, g.beijing as beijing_gdp,
        g.half_beijing as half_beijing_gdp
    from counted as c
    left join core.panel as p on p.indicator = 'population' and p.region_code = c.region_code
        and p.year = c.year
    left join gdp as g on g.region_code = c.region_code and g.year = c.year
    left join counted as b on b.indicator = c.indicator and b.region_code = '110000' and b.year = c.year
    left join core.panel as h on h.indicator = 'population' and h.region_code = '110000' and h.year = c.year
),

rate as (
    select *,
        ratio(value, people) as per_people,
        ratio_low(value, half_width, people, half_people) as per_people_low,
        ratio_high(value, half_width, people, half_people) as per_people_high,
        ratio(value, gdp) as per_gdp,
        ratio_low(value, half_width, gdp, half_gdp) as per_gdp_low,
        ratio_high(value, half_width, gdp, half_gdp) as per_gdp_high,
        ratio(beijing, beijing_people) as beijing_per_people,
        ratio_low(beijing, half_beijing, beijing_people, half_beijing_people) as beijing_per_people_low,
        ratio_high(beijing, half_beijing, beijing_people, half_beijing_people) as beijing_per_people_high,
        ratio(beijing, beijing_gdp) as beijing_per_gdp,
        ratio_low(beijing, half_beijing, beijing_gdp, half_beijing_gdp) as beijing_per_gdp_low,
        ratio_high(beijing, half_beijing, beijing_gdp, half_beijing_gdp) as beijing_per_gdp_high
    from sized
),

distance as (
    -- a group's figures contain Beijing's: Beijing and the rest move by themselves; a printed nation is
    -- rounded by itself
    select
        r.*, g.group_code is not null or r.region_code = '110000' as with_beijing,
        ratio(per_people, beijing_per_people) as people_to_beijing,
        ratio(per_gdp, beijing_per_gdp) as gdp_to_beijing
    from rate as r
    left join ref.region_group as g on g.group_code = r.region_code and g.region_code = '110000'
),

bounded as (
    select *,
        case when with_beijing
            then relative_to_part_low(
                beijing, half_beijing, value - beijing, half_width - half_beijing,
                beijing_people, half_beijing_people, people - beijing_people,
                half_people - half_beijing_people)
            else per_people_low / nullif(beijing_per_people_high, 0) end as people_to_beijing_low,
        case when with_beijing
            then relative_to_part_high(
                beijing, half_beijing, value - beijing, half_width - half_beijing,
                beijing_people, half_beijing_people, people - beijing_people,
                half_people - half_beijing_people)
            else per_people_high / nullif(beijing_per_people_low, 0) end as people_to_beijing_high,
        case when with_beijing
            then relative_to_part_low(
                beijing, half_beijing, value - beijing, half_width - half_beijing,
                beijing_gdp, half_beijing_gdp, gdp - beijing_gdp, half_gdp - half_beijing_gdp)
            else per_gdp_low / nullif(beijing_per_gdp_high, 0) end as gdp_to_beijing_low,
        case when with_beijing
            then relative_to_part_high(
                beijing, half_beijing, value - beijing, half_width - half_beijing,
                beijing_gdp, half_beijing_gdp, gdp - beijing_gdp, half_gdp - half_beijing_gdp)
            else per_gdp_high / nullif(beijing_per_gdp_low, 0) end as gdp_to_beijing_high
    from distance
),

remarked as (
    select *, joined_remarks([
        case when people is null then {en: 'population', zh: '人口'} end,
        case when gdp is null then {en: 'GDP', zh: '地区生产总值'} end,
        case when value_before is null then {en: 'an earlier year', zh: '更早的年份'} end,
        case when beijing is null then {en: 'Beijing', zh: '北京'} end]) as remark
    from bounded
)

select
    indicator, region_code, year, value, value - half_width as value_low, value + half_width as value_high,
    per_people as per_10000_people, per_people_low as per_10000_people_low,
    per_people_high as per_10000_people_high,
    per_gdp, per_gdp_low, per_gdp_high,
    year_before,
    growth(value_before, value) as growth,
    growth_low(value_before, half_width_before, value, half_width) as growth_low,
    growth_high(value_before, half_width_before, value, half_width) as growth_high,
    cagr(value_before, value, year - year_before) as cagr,
    cagr_low(value_before, half_width_before, value, half_width, year - year_before) as cagr_low,
    cagr_high(value_before, half_width_before, value, half_width, year - year_before) as cagr_high,
    people_to_beijing, people_to_beijing_low, people_to_beijing_high,
    per_people - beijing_per_people as people_gap,
    gdp_to_beijing, gdp_to_beijing_low, gdp_to_beijing_high,
    per_gdp - beijing_per_gdp as gdp_gap,
    source, release, population_release, gdp_release, status,
    (
        select string_agg(b.break_id, ' ' order by b.year, b.break_id)
        from ref.break_series as b
        where b.indicator = d.indicator and b.region_code = d.region_code and b.year > d.year_before
            and b.year <= d.year
    ) as crosses_break,
    remark.en as missing, remark.zh as missing_zh
from remarked as d
order by indicator, region_code, year
