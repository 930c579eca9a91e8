-- Every printed figure, of all releases; `chosen` marks the one that core.preferred picks. Flows are beside them: their place is
-- origin>destination and their year the period.
select o.indicator, o.industry_code as industry, o.source || '/' || o.release as release, o.region_code as place,
    o.year::varchar as year, o.value, o.half_width, o.status, o.printed, o.printed_unit, o.file, o.cell,
    (l.indicator is not null)::int as chosen
from core.observation as o
left join core.preferred as l
    on l.indicator = o.indicator and l.region_code = o.region_code and l.industry_code = o.industry_code and l.year = o.year
    and l.source = o.source and l.release = o.release and l.table_id = o.table_id
union all
select indicator, '*', source || '/' || release, origin || '>' || destination, period, value, half_width, status, printed,
    printed_unit, file, cell,
    (row_number() over (
        partition by indicator, origin, destination, period
        order by value is null, status = 'U', s.rank, release desc, table_id
    ) = 1)::int
from core.flow
join ref.source as s using (source)
order by indicator, industry, release, place, year, chosen
