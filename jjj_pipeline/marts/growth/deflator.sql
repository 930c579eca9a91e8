-- The deflator of gross regional product that a release implies: its nominal growth over the published
-- index of the same release. Nothing is chained across releases or over a year whose index is missing:
-- base_year starts anew there.
with printed as (
    select indicator, region_code, year, source || '/' || release as release,
        any_value(value order by table_id) as value, any_value(half_width order by table_id) as half_width,
        any_value(status order by table_id) as status
    from core.observation
    where indicator in ('gdp', 'gdp_index') and industry_code = '*' and value > 0
    group by indicator, region_code, year, source, release
),

account as (
    select g.region_code, g.release, g.year, g.value as gdp, g.half_width as h, x.value as gdp_index,
        x.half_width as hx, worse_status(g.status, x.status) as status,
        g.year - row_number() over (partition by g.region_code, g.release order by g.year) as run
    from printed as g
    join printed as x on x.region_code = g.region_code and x.release = g.release and x.year = g.year
        and x.indicator = 'gdp_index'
    where g.indicator = 'gdp'
),

rooted as (
    select *, min(year) over (partition by region_code, release, run) as base_year
    from account
),

chained as (
    select * exclude (status),
        max_by(status, strpos('ABIDEFPNOLMVU', status)) over span as status,
        first_value(gdp) over span as gdp_base, first_value(h) over span as h_base,
        lag(gdp) over span as gdp_before, lag(h) over span as h_before,
        exp(sum(case when year > base_year then ln(gdp_index / 100) else 0 end) over span) as volume,
        exp(sum(case when year > base_year then ln((gdp_index - hx) / 100)
            else 0 end) over span) as volume_low,
        exp(sum(case when year > base_year then ln((gdp_index + hx) / 100)
            else 0 end) over span) as volume_high
    from rooted
    window span as (partition by region_code, release, base_year order by year)
)

select
    region_code, year, release, base_year, gdp, h as gdp_half_width, gdp_index,
    100 * price_change(gdp_before, gdp, gdp_index / 100) as deflator,
    100 * price_change_low(gdp_before, h_before, gdp, h, gdp_index / 100, hx / 100) as deflator_low,
    100 * price_change_high(gdp_before, h_before, gdp, h, gdp_index / 100, hx / 100) as deflator_high,
    volume, volume_low, volume_high,
    price_change(gdp_base, gdp, volume) as price_level,
    price_change_low(gdp_base, h_base, gdp, h, volume, volume_high - volume) as price_level_low,
    price_change_high(gdp_base, h_base, gdp, h, volume, volume - volume_low) as price_level_high,
    status
from chained
order by region_code, year, release
