-- What a total is made of, every year and between the ends of every window: shares, their change in points,
-- and how much of the whole changed place (NAV). All components of a year come from one table and release,
-- the one that covers most regions.
with size as (
    select structure, count(*) filter (where indicator is not null) as components
    from ref.structure
    group by structure
),

figure as (
    select s.structure, s.component, s.position, s.multiple, s.base_year,
        o.region_code, o.year, o.table_id, o.source, o.release, o.status,
        o.value, o.value - o.half_width as low, o.value + o.half_width as high
    from ref.structure as s
    join core.observation as o on o.indicator = s.indicator and o.industry_code = s.industry_code
    where o.value is not null
),

complete as (
    select f.structure, f.region_code, f.year, f.table_id, f.source, f.release
    from figure as f
    join size as z using (structure)
    group by f.structure, f.region_code, f.year, f.table_id, f.source, f.release, z.components
    having count(*) = z.components
),

widest as (
    -- the table and release of each year
    select c.structure, c.year, c.table_id, c.source, c.release
    from complete as c
    join ref.source as s using (source)
    left join ref.release as r using (source, release)
    group by c.structure, c.year, c.table_id, c.source, c.release, s.rank, r.position
    qualify row_number() over (
        partition by c.structure, c.year
        order by count(*) desc, s.rank, r.position desc nulls last, c.table_id
    ) = 1
),

printed as (
    select f.*
    from figure as f
    semi join complete as c using (structure, region_code, year, table_id, source, release)
    semi join widest as w using (structure, year, table_id, source, release)
),

implied as (
    -- figures of the base year that follow from a printed figure and its printed multiple, where that year
    -- is not printed
    select p.structure, p.component, p.position, p.region_code, p.base_year as year,
        ratio(p.value, m.value) as value,
        ratio_low(p.value, p.value - p.low, m.value, m.half_width) as low,
        ratio_high(p.value, p.high - p.value, m.value, m.half_width) as high,
        p.source || '/' || p.release as release, worse_status(p.status, m.status) as status
    from printed as p
    join core.observation as m
        on m.indicator = p.multiple and m.region_code = p.region_code and m.year = p.year
        and m.industry_code = '*' and m.source = p.source and m.release = p.release
    anti join printed as q
        on q.structure = p.structure and q.region_code = p.region_code and q.year = p.base_year
),

single as (
    select structure, component, position, region_code, year, value, low, high,
        source || '/' || release as release, status, false as implied
    from printed
    union all by name
    select *, true as implied
    from implied
),

cell as (
    select *
    from single
    union all by name
    select s.structure, s.component, s.position, g.group_code as region_code, s.year,
        complete_total(s.value, g.members) as value,
        complete_total(s.low, g.members) as low,
        complete_total(s.high, g.members) as high,
        any_value(s.release) as release, worst_status(s.status) as status, bool_or(s.implied) as implied
    from single as s
    join ref.region_group as g using (region_code)
    group by s.structure, s.component, s.position, g.group_code, s.year
    having count(*) = any_value(g.members)
),

whole as (
    select structure, region_code, year,
        any_value(release) as release, bool_or(implied) as implied, worst_status(status) as status,
        sum(value) filter (where component <> 'total') as parts,
        sum(low) filter (where component <> 'total') as parts_low,
        sum(high) filter (where component <> 'total') as parts_high,
        any_value(value) filter (where component = 'total') as total,
        any_value(low) filter (where component = 'total') as total_low,
        any_value(high) filter (where component = 'total') as total_high
    from cell
    group by structure, region_code, year
),

part as (
    select c.structure, c.component, c.position, c.region_code, c.year, c.value, c.low, c.high,
        w.release, w.implied, w.status, w.total, w.total_low, w.total_high,
        w.parts - c.value as rest, w.parts_low - c.low as rest_low, w.parts_high - c.high as rest_high
    from cell as c
    join whole as w using (structure, region_code, year)
    where c.component <> 'total'
),

part_of_sum as (
    select * exclude (total, total_low, total_high, rest, rest_low, rest_high),
        share_of_parts(value, rest) as share,
        share_of_parts_low(value, value - low, rest, rest_high - rest) as share_low,
        share_of_parts_high(value, high - value, rest, rest - rest_low) as share_high
    from part
    where total is null
),

part_of_total as (
    select * exclude (total, total_low, total_high, rest, rest_low, rest_high),
        share_of_total(value, total) as share,
        share_of_total_low(value, value - low, total, total_high - total) as share_low,
        share_of_total_high(value, high - value, total, total - total_low) as share_high
    from part
    where total is not null
),

left_over as (
    -- what the listed parts leave of a printed total
    select w.structure, s.component, s.position, w.region_code, w.year,
        w.total - w.parts as value, w.total_low - w.parts_high as low, w.total_high - w.parts_low as high,
        w.release, w.implied, w.status,
        1 - share_of_total(w.parts, w.total) as share,
        1 - share_of_total_high(w.parts, w.parts_high - w.parts, w.total, w.total - w.total_low) as share_low,
        1 - share_of_total_low(w.parts, w.parts - w.parts_low, w.total, w.total_high - w.total) as share_high
    from whole as w
    join ref.structure as s on s.structure = w.structure and s.component = 'rest'
),

component as (
    select * from part_of_sum
    union all by name
    select * from part_of_total
    union all by name
    select * from left_over
),

reach as (
    select structure, region_code, min(year) as first_year, max(year) as last_year
    from component
    group by structure, region_code
),

span as (
    select r.structure, r.region_code, w.window_id, w.year_start, w.year_end
    from reach as r
    join ref.window_span as w using (first_year, last_year)
    union all
    select distinct structure, region_code, 'yearly', year - 1, year
    from component
),

both_ends as (
    -- of a single year also where the year before is missing
    select s.window_id, s.year_start, s.year_end, e.structure, e.region_code, e.component, e.position,
        b.value as value_start, b.low as value_start_low, b.high as value_start_high,
        b.share as share_start, b.share_low as share_start_low, b.share_high as share_start_high,
        b.release as release_start,
        e.value as value_end, e.low as value_end_low, e.high as value_end_high,
        e.share as share_end, e.share_low as share_end_low, e.share_high as share_end_high,
        e.release as release_end,
        e.implied or coalesce(b.implied, false) as implied,
        worse_status(b.status, e.status) as status
    from span as s
    join component as e
        on e.structure = s.structure and e.region_code = s.region_code and e.year = s.year_end
    left join component as b
        on b.structure = e.structure and b.region_code = e.region_code and b.component = e.component
        and b.year = s.year_start
    where s.window_id = 'yearly' or b.component is not null
),

blank as (
    -- members of a group that are known to be missing
    select s.structure, s.component, s.position, g.region_code, y.year as year_end, y.year - 1 as year_start,
        'yearly' as window_id, false as implied
    from ref.structure as s
    join ref.region_group as g using (group_code)
    join (select distinct structure, year from component) as y using (structure)
    anti join component as c on c.structure = s.structure and c.region_code = g.region_code
        and c.year = y.year
    where s.component <> 'total'
),

ends as (
    select * from both_ends
    union all by name
    select * from blank
),

moved as (
    select structure, region_code, window_id, year_end,
        nav(list(value_start order by position), list(value_end order by position)) as nav,
        sum(greatest(0, share_end_low - share_start_high, share_start_low - share_end_high)) / 2 as nav_low,
        sum(greatest(share_end_high - share_start_low, share_start_high - share_end_low)) / 2 as nav_high
    from ends
    where value_start is not null and value_end is not null
    group by structure, region_code, window_id, year_end
),

break_of as (
    -- the breaks of the indicators a structure is made of
    select distinct s.structure, b.region_code, b.break_id, b.year
    from ref.structure as s
    join ref.break_series as b using (indicator)
    where not b.accounts
),

crossed as (
    select s.structure, s.region_code, s.window_id, s.year_end,
        string_agg(b.break_id, ' ' order by b.year, b.break_id) as crosses_break
    from span as s
    join break_of as b
        on b.structure = s.structure and b.region_code = s.region_code
        and b.year > s.year_start and b.year <= s.year_end
    group by s.structure, s.region_code, s.window_id, s.year_end
)

select
    e.structure, e.region_code, e.component, e.window_id, e.year_start, e.year_end,
    e.value_start, e.value_start_low, e.value_start_high, e.value_end, e.value_end_low, e.value_end_high,
    e.share_start, e.share_start_low, e.share_start_high, e.share_end, e.share_end_low, e.share_end_high,
    e.share_end - e.share_start as change,
    e.share_end_low - e.share_start_high as change_low,
    e.share_end_high - e.share_start_low as change_high,
    m.nav, m.nav_low, m.nav_high,
    e.implied, e.release_start, e.release_end, e.status, c.crosses_break,
    case when e.share_end is null then s.needed end as needed
from ends as e
join ref.structure as s using (structure, component)
left join moved as m using (structure, region_code, window_id, year_end)
left join crossed as c using (structure, region_code, window_id, year_end)
order by e.structure, e.region_code, e.window_id, e.year_end, e.position
