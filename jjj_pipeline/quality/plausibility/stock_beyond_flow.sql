-- zh: 存量的增加不超过当年的流入
-- en: A stock grows by no more than what flows in during the year
select s.table_id, s.release, s.indicator, s.region_code, s.year,
    before.value + f.value as expected, s.value as found, s.half_width + before.half_width + f.half_width as bound, s.file, s.cell,
    s.value - before.value > f.value + s.half_width + before.half_width + f.half_width as beyond
from core.latest as s
join ref.indicator as i on i.indicator = s.indicator and i.inflow is not null
join core.latest as before
    on before.indicator = s.indicator and before.region_code = s.region_code and before.industry_code = s.industry_code
    and before.year = s.year - 1
join core.latest as f
    on f.indicator = i.inflow and f.region_code = s.region_code and f.industry_code = s.industry_code and f.year = s.year
where s.value is not null and before.value is not null and f.value is not null
