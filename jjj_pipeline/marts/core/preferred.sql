-- One figure for each indicator, region, industry and year: a figure before a blank; of indicators that the
-- accounts revise, the state of the accounts that the catalogue names first; then the preferred source,
-- then the newest release. Years that the first state lacks come from the next: ref.break says where a
-- series is spliced so.
with candidate as (
    select
        o.*,
        r.position,
        list_position(string_split(i.vintages, ','), r.vintage) as vintage_place,
        coalesce(list_position(string_split(i.preferred, ','), o.source), 100 + s.rank) as preference
    from core.observation as o
    join ref.indicator as i using (indicator)
    join ref.source as s using (source)
    left join ref.release as r using (source, release)
),

ranked as (
    select
        *,
        row_number() over (
            partition by indicator, region_code, industry_code, year
            order by value is null, vintage_place, preference, position desc nulls last, table_id
        ) as place
    from candidate
    join ref.indicator as i using (indicator)
    where i.vintages is null or vintage_place is not null
)

select indicator, region_code, industry_code, year, value, half_width, status, source, release, table_id,
    printed, file, cell
from ranked
where place = 1
order by indicator, region_code, industry_code, year
