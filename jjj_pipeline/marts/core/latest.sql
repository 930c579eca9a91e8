-- One figure for each indicator, region, industry and year: a figure before a blank, the preferred source first,
-- then the newest release. Where the catalogue names a default release (GDP), no other release speaks.
with candidate as (
    select
        o.*,
        coalesce(list_position(string_split(i.preferred, ','), o.source), 100 + s.rank) as preference
    from core.observation as o
    join ref.indicator as i using (indicator)
    join ref.source as s using (source)
    where i.default_release is null or o.source || '/' || o.release = i.default_release
),

ranked as (
    select
        *,
        row_number() over (
            partition by indicator, region_code, industry_code, year
            order by value is null, preference, release desc, table_id
        ) as place
    from candidate
)

select indicator, region_code, industry_code, year, value, half_width, status, source, release, table_id, printed, file, cell
from ranked
where place = 1
order by indicator, region_code, industry_code, year
