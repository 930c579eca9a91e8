-- zh: 存量的增加不超过当年的流入
-- en: A stock grows by no more than what flows in during the year
with stock as (
    select l.*, i.inflow, lag(l.year) over w as year_before, lag(l.value) over w as value_before,
        lag(l.half_width) over w as half_before
    from core.preferred as l
    join ref.indicator as i using (indicator)
    where i.inflow is not null and l.value is not null
    window w as (partition by l.indicator, l.region_code, l.industry_code order by l.year)
)

select s.table_id, s.release, s.indicator, s.region_code, s.year,
    s.value_before + f.value as expected, s.value as found,
    s.half_width + s.half_before + f.half_width as bound, s.file, s.cell,
    s.value - s.value_before > f.value + s.half_width + s.half_before + f.half_width as beyond
from stock as s
join core.preferred as f
    on f.indicator = s.inflow and f.region_code = s.region_code and f.industry_code = s.industry_code
        and f.year = s.year
where s.year_before = s.year - 1 and f.value is not null
