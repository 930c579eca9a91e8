-- zh: 强度与指数在其合理范围之内
-- en: Intensities and indices lie in the range the catalogue names
select o.table_id, o.release, o.indicator, o.region_code, o.year,
    case when o.value < i.lowest then i.lowest else i.highest end as expected, o.value as found,
    o.half_width as bound, o.file, o.cell,
    o.value + o.half_width < i.lowest or o.value - o.half_width > i.highest as beyond
from core.observation as o
join ref.indicator as i using (indicator)
where o.value is not null and i.lowest is not null
union all
select null, m.denominator_release, m.intensity, m.region_code, m.year,
    case when m.value < k.lowest then k.lowest else k.highest end, m.value,
    (m.value_high - m.value_low) / 2, null, null,
    m.value_high < k.lowest or m.value_low > k.highest
from mart.intensity as m
join ref.intensity as k using (intensity)
where m.preferred and m.value is not null and k.lowest is not null
