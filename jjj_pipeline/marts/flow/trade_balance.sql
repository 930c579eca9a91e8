-- Technology market: what a region's sellers sign against what its buyers sign, for every province, group and the nation.
with output as (select * from core.panel where indicator = 'tech_output_turnover'),
absorbed as (select * from core.panel where indicator = 'tech_absorbed_turnover')

select
    o.region_code, o.year, o.value as output, a.value as absorbed,
    difference(a.value, o.value) as balance,
    difference_low(a.value, a.half_width, o.value, o.half_width) as balance_low,
    difference_high(a.value, a.half_width, o.value, o.half_width) as balance_high,
    ratio(o.value, a.value) as coverage,
    ratio_low(o.value, o.half_width, a.value, a.half_width) as coverage_low,
    ratio_high(o.value, o.half_width, a.value, a.half_width) as coverage_high,
    balance_ratio(o.value, a.value) as balance_ratio,
    o.release as output_release, a.release as absorbed_release
from output as o
join absorbed as a on a.region_code = o.region_code and a.year = o.year
order by o.region_code, o.year
