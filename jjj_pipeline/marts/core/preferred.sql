-- One figure for each indicator, region, industry and year: a figure before a blank, the preferred source first,
-- then the newest release. Where the catalogue names default releases (GDP), a region speaks from the first of them in which it
-- has any figure, and from no other: a series is of one release.
with default_release as (
    select o.indicator, o.region_code,
        arg_min(o.source || '/' || o.release, list_position(i.default_release, o.source || '/' || o.release)) as default_release
    from core.observation as o
    join (select indicator, string_split(default_release, ',') as default_release from ref.indicator) as i using (indicator)
    where list_contains(i.default_release, o.source || '/' || o.release) and o.value is not null
    group by o.indicator, o.region_code
),

candidate as (
    select
        o.*,
        v.position,
        coalesce(list_position(string_split(i.preferred, ','), o.source), 100 + s.rank) as preference
    from core.observation as o
    join ref.indicator as i using (indicator)
    join ref.source as s using (source)
    left join ref.release as v using (source, release)
    left join default_release as d using (indicator, region_code)
    where i.default_release is null or o.source || '/' || o.release = d.default_release
),

ranked as (
    select
        *,
        row_number() over (
            partition by indicator, region_code, industry_code, year
            order by value is null, preference, position desc nulls last, table_id
        ) as place
    from candidate
)

select indicator, region_code, industry_code, year, value, half_width, status, source, release, table_id, printed, file, cell
from ranked
where place = 1
order by indicator, region_code, industry_code, year
