-- Figures per 10 000 people (money: yuan per head). The population is that of core.panel.
select a.indicator, a.region_code as place, a.year,
    f.factor * ratio(a.value, b.value) as value,
    f.factor * ratio_low(a.value, a.half_width, b.value, b.half_width) as low,
    f.factor * ratio_high(a.value, a.half_width, b.value, b.half_width) as high,
    a.release, b.release as release_other
from core.panel as a
join ref.indicator as i using (indicator)
join core.panel as b on b.indicator = 'population' and b.region_code = a.region_code and b.year = a.year
cross join lateral (select case i.unit when '亿元' then 10000 else 1 end as factor) as f
where i.kind in ('flow', 'stock') and a.indicator <> 'population' and a.value is not null and b.value is not null
order by indicator, place, year
