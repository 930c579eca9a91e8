-- What is held and why the rest is not: a row for each indicator, province, nation and group, and every
-- year from the indicator's first to its last. A reason says what is known: that a source says nothing was
-- published is another thing than that nothing is held here.
with held as (
    select indicator, region_code, year, value, status, source, release
    from core.preferred
    where industry_code = '*'
),

year_of as (
    -- the years of an indicator, and whether the edition of a year is here at all
    select indicator, unnest(generate_series(min(year), max(year)))::bigint as year
    from held
    group by indicator
),

edition as (
    select distinct indicator, year
    from held
),

place as (
    -- where an indicator has figures at all: provinces together, the nation, groups of what adds up
    select distinct h.indicator, r.kind
    from held as h
    join ref.region as r using (region_code)
    where r.kind in ('province', 'nation')
    union all
    select distinct h.indicator, 'group'
    from held as h
    join ref.region as r on r.region_code = h.region_code and r.kind = 'province'
    join ref.indicator as i on i.indicator = h.indicator and i.additive
),

spine as (
    select y.indicator, r.region_code, r.kind, y.year
    from year_of as y
    join place as p using (indicator)
    join ref.region as r on r.kind = p.kind
    where r.kind <> 'group' or r.region_code in (select group_code from ref.region_group)
),

known as (
    select s.indicator, s.region_code, s.kind, s.year, e.year is not null as has_edition,
        coalesce(h.value, p.value) as value, coalesce(h.status, p.status) as status,
        coalesce(h.source, p.source) as source, coalesce(h.release, p.release) as release,
        p.members, p.members_expected, h.indicator is not null as listed
    from spine as s
    left join edition as e on e.indicator = s.indicator and e.year = s.year
    left join held as h on h.indicator = s.indicator and h.region_code = s.region_code and h.year = s.year
    left join core.panel as p on p.indicator = s.indicator and p.region_code = s.region_code
        and p.year = s.year and s.kind = 'group'
)

select
    indicator, region_code, year, value is not null as held,
    case
        when value is not null then null
        when not has_edition then 'release missing'
        when kind = 'group' then 'member missing'
        when not listed then 'not collected'
        when status = 'N' then 'below unit'
        when status = 'M' then 'not published per source'
        else 'blank in print'
    end as reason,
    case when value is not null then status end as status,
    source, release,
    case when kind = 'group' and has_edition then members end as members,
    case when kind = 'group' and has_edition then members_expected end as members_expected
from known
order by indicator, region_code, year
