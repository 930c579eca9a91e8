-- What a total is made of, every year and between the ends of every window: shares, their change in points, and how much of the
-- whole changed place (NAV). All components of a year come from one table and release, the one that covers most regions.
with size as (
    select structure, count(*) filter (where indicator is not null) as n
    from ref.structure
    group by structure
),

figure as (
    select s.structure, s.component, s.position, o.region_code, o.year, o.table_id, o.source, o.release,
        o.value, o.value - o.half_width as low, o.value + o.half_width as high, s.multiple, s.base_year
    from ref.structure as s
    join core.observation as o on o.indicator = s.indicator and o.industry_code = s.industry_code
    where o.value is not null
),

complete as (
    select f.structure, f.region_code, f.year, f.table_id, f.source, f.release
    from figure as f
    join size as z using (structure)
    group by f.structure, f.region_code, f.year, f.table_id, f.source, f.release, z.n
    having count(*) = z.n
),

coverage as (
    select c.structure, c.year, c.table_id, c.source, c.release,
        row_number() over (partition by c.structure, c.year order by count(*) desc, s.rank, v.position desc nulls last, c.table_id) as place
    from complete as c
    join ref.source as s using (source)
    left join ref.release as v using (source, release)
    group by c.structure, c.year, c.table_id, c.source, c.release, s.rank, v.position
),

printed as (
    select f.*
    from figure as f
    semi join complete as c on c.structure = f.structure and c.region_code = f.region_code and c.year = f.year
        and c.table_id = f.table_id and c.source = f.source and c.release = f.release
    semi join coverage as v on v.structure = f.structure and v.year = f.year
        and v.table_id = f.table_id and v.source = f.source and v.release = f.release and v.place = 1
),

single as (
    select structure, component, position, region_code, year, value, low, high, source || '/' || release as release, false as implied
    from printed
    union all
    -- figures of the base year that follow from a printed figure and its printed multiple, where that year is not printed
    select p.structure, p.component, p.position, p.region_code, p.base_year, ratio(p.value, m.value),
        ratio_low(p.value, p.value - p.low, m.value, m.half_width), ratio_high(p.value, p.high - p.value, m.value, m.half_width),
        p.source || '/' || p.release, true
    from printed as p
    join core.observation as m on m.indicator = p.multiple and m.region_code = p.region_code and m.year = p.year
        and m.industry_code = '*' and m.source = p.source and m.release = p.release
    where not exists (
        select 1 from printed as q where q.structure = p.structure and q.region_code = p.region_code and q.year = p.base_year
    )
),

members as (
    select group_code, count(*) as n
    from ref.region_group
    group by group_code
),

cell as (
    select * from single
    union all
    select s.structure, s.component, s.position, g.group_code, s.year, sum(s.value), sum(s.low), sum(s.high), any_value(s.release), bool_or(s.implied)
    from single as s
    join ref.region_group as g using (region_code)
    join members as n using (group_code)
    group by s.structure, s.component, s.position, g.group_code, s.year, n.n
    having count(*) = n.n
),

whole as (
    select structure, region_code, year, any_value(release) as release, bool_or(implied) as implied,
        sum(value) filter (where component <> 'total') as parts,
        sum(low) filter (where component <> 'total') as parts_low,
        sum(high) filter (where component <> 'total') as parts_high,
        any_value(value) filter (where component = 'total') as total,
        any_value(low) filter (where component = 'total') as total_low,
        any_value(high) filter (where component = 'total') as total_high
    from cell
    group by structure, region_code, year
),

component as (
    -- parts of a sum, or parts of a printed total and what they leave over
    select c.structure, c.component, c.position, c.region_code, c.year, c.value, c.low as value_low, c.high as value_high,
        w.release, w.implied,
        case when w.total is null then share_of_parts(c.value, w.parts - c.value) else share_of_total(c.value, w.total) end as share,
        case when w.total is null
            then share_of_parts_low(c.value, c.value - c.low, w.parts - c.value, (w.parts_high - c.high) - (w.parts - c.value))
            else share_of_total_low(c.value, c.value - c.low, w.total, w.total_high - w.total) end as low,
        case when w.total is null
            then share_of_parts_high(c.value, c.high - c.value, w.parts - c.value, (w.parts - c.value) - (w.parts_low - c.low))
            else share_of_total_high(c.value, c.high - c.value, w.total, w.total - w.total_low) end as high
    from cell as c
    join whole as w using (structure, region_code, year)
    where c.component <> 'total'
    union all
    select s.structure, s.component, s.position, w.region_code, w.year, w.total - w.parts,
        w.total_low - w.parts_high, w.total_high - w.parts_low, w.release, w.implied,
        1 - share_of_total(w.parts, w.total),
        1 - share_of_total_high(w.parts, w.parts_high - w.parts, w.total, w.total - w.total_low),
        1 - share_of_total_low(w.parts, w.parts - w.parts_low, w.total, w.total_high - w.total)
    from whole as w
    join ref.structure as s on s.structure = w.structure and s.component = 'rest'
),

blank as (
    -- members of a group that are known to be missing
    select s.structure, s.component, s.position, g.region_code, y.year
    from ref.structure as s
    join ref.region_group as g using (group_code)
    join (select distinct structure, year from component) as y using (structure)
    where s.component <> 'total' and not exists (
        select 1 from component as c where c.structure = s.structure and c.region_code = g.region_code and c.year = y.year
    )
),

reach as (
    select structure, region_code, min(year) as first_year, max(year) as last_year
    from component
    group by structure, region_code
),

span as (
    select r.structure, r.region_code, w.window_id,
        coalesce(w.year_start, r.first_year) as year_start, coalesce(w.year_end, r.last_year) as year_end
    from reach as r
    cross join ref.window as w
),

ends as (
    select c1.structure, c1.region_code, c1.component, c1.position, s.window_id, s.year_start, s.year_end,
        c0.value as value_start, c0.value_low as value_start_low, c0.value_high as value_start_high,
        c0.share as share_start, c0.low as low_start, c0.high as high_start, c0.release as release_start,
        c1.value as value_end, c1.value_low as value_end_low, c1.value_high as value_end_high,
        c1.share as share_end, c1.low as low_end, c1.high as high_end, c1.release as release_end,
        c0.implied or c1.implied as implied
    from span as s
    join component as c1 on c1.structure = s.structure and c1.region_code = s.region_code and c1.year = s.year_end
    join component as c0 on c0.structure = s.structure and c0.region_code = s.region_code and c0.year = s.year_start
        and c0.component = c1.component
    where s.year_end > s.year_start
    union all
    select c1.structure, c1.region_code, c1.component, c1.position, 'yearly', c1.year - 1, c1.year,
        c0.value, c0.value_low, c0.value_high, c0.share, c0.low, c0.high, c0.release,
        c1.value, c1.value_low, c1.value_high, c1.share, c1.low, c1.high, c1.release,
        c1.implied or coalesce(c0.implied, false)
    from component as c1
    left join component as c0 on c0.structure = c1.structure and c0.region_code = c1.region_code and c0.year = c1.year - 1
        and c0.component = c1.component
    union all
    select structure, region_code, component, position, 'yearly', year - 1, year,
        null, null, null, null, null, null, null, null, null, null, null, null, null, null, false
    from blank
),

moved as (
    select structure, region_code, window_id, year_end,
        nav(list(value_start order by position), list(value_end order by position)) as nav,
        sum(greatest(0, low_end - high_start, low_start - high_end)) / 2 as nav_low,
        sum(greatest(high_end - low_start, high_start - low_end)) / 2 as nav_high
    from ends
    where value_start is not null and value_end is not null
    group by structure, region_code, window_id, year_end
)

select
    e.structure, e.region_code, e.component, e.window_id, e.year_start, e.year_end,
    e.value_start, e.value_start_low, e.value_start_high, e.value_end, e.value_end_low, e.value_end_high,
    e.share_start, e.low_start as share_start_low, e.high_start as share_start_high,
    e.share_end, e.low_end as share_end_low, e.high_end as share_end_high,
    e.share_end - e.share_start as change, e.low_end - e.high_start as change_low, e.high_end - e.low_start as change_high,
    m.nav, m.nav_low, m.nav_high,
    e.implied, e.release_start, e.release_end,
    case when e.share_end is null then s.needed end as needed
from ends as e
join ref.structure as s on s.structure = e.structure and s.component = e.component
left join moved as m on m.structure = e.structure and m.region_code = e.region_code and m.window_id = e.window_id and m.year_end = e.year_end
order by e.structure, e.region_code, e.window_id, e.year_end, e.position
