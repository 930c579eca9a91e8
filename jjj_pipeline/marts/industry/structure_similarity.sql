-- How alike two provinces of Beijing-Tianjin-Hebei are by section: Finger-Kreinin, cosine and Krugman of
-- their shares, by year. Both sides come from one release, the newest that has every section of both; a
-- section blank on either side leaves the pair null, for a blank is not a zero.
with section as (
    select industry_code
    from ref.industry
    where level = 'section' and industry_code between 'A' and 'S'
),

figure as (
    select o.indicator, o.source || '/' || o.release as release, o.release as edition, o.year,
        o.region_code, o.industry_code, o.value, o.status
    from core.observation as o
    join ref.region_group as g on g.region_code = o.region_code and g.group_code = 'JJJ'
    where o.indicator in ('legal_entities', 'urban_employment')
        and o.industry_code in (select industry_code from section)
),

side as (
    select indicator, release, edition, year, region_code, count(value) as filled
    from figure
    group by indicator, release, edition, year, region_code
),

couple as (
    select
        a.indicator, a.release, a.year, a.region_code as region_a, b.region_code as region_b,
        row_number() over (
            partition by a.indicator, a.year, a.region_code, b.region_code
            order by least(a.filled, b.filled) desc, a.edition desc, a.release
        ) as place
    from side as a
    join side as b on b.indicator = a.indicator and b.release = a.release and b.year = a.year
        and b.region_code > a.region_code
),

listed as (
    select
        c.indicator, c.region_a, c.region_b, c.year, c.release,
        list(a.value order by s.industry_code) as la,
        list(b.value order by s.industry_code) as lb,
        count(*) filter (where a.value is not null and b.value is not null) as sections,
        string_agg(s.industry_code, ' ' order by s.industry_code)
            filter (where a.value is null or b.value is null) as missing,
        worse_status(worst_status(case when a.value is not null then a.status end),
            worst_status(case when b.value is not null then b.status end)) as status
    from couple as c
    cross join section as s
    left join figure as a on a.indicator = c.indicator and a.release = c.release and a.year = c.year
        and a.region_code = c.region_a and a.industry_code = s.industry_code
    left join figure as b on b.indicator = c.indicator and b.release = c.release and b.year = c.year
        and b.region_code = c.region_b and b.industry_code = s.industry_code
    where c.place = 1
    group by c.indicator, c.region_a, c.region_b, c.year, c.release
)

select
    indicator, region_a, region_b, year,
    finger_kreinin(la, lb) as finger_kreinin,
    cosine(la, lb) as cosine,
    krugman(la, lb) as krugman,
    sections, release, status, missing
from listed
where sections > 0
order by indicator, region_a, region_b, year
