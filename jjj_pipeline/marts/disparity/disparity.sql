-- Inequality among the members of every group of two or more, per indicator and year; null where a member
-- is missing. Ratios have no meaning per head: their weighted measures stay null. Theil T of the 31
-- provinces is taken apart by macro-region (row PROV31) and into the group and the rest of the country (row
-- of any other group of provinces).
with size as (
    select g.group_code, count(*) as n, bool_and(r.kind = 'province') as of_provinces
    from ref.region_group as g
    join ref.region as r using (region_code)
    group by g.group_code
    having count(*) >= 2
),

series as (
    select p.indicator, i.kind, p.year, p.region_code, p.value, p.status, h.value as population
    from core.panel as p
    join ref.indicator as i using (indicator)
    join ref.region as r using (region_code)
    left join core.panel as h on h.indicator = 'population' and h.region_code = p.region_code
        and h.year = p.year
    where i.kind in ('flow', 'stock', 'ratio') and r.kind in ('province', 'city')
),

gathered as (
    select
        s.indicator, any_value(s.kind) as kind, g.group_code, s.year, count(s.value) as members,
        count(s.population) as counted,
        worst_status(s.status) as status,
        list({v: s.value, p: s.population} order by s.region_code) as pairs
    from series as s
    join ref.region_group as g using (region_code)
    group by s.indicator, g.group_code, s.year
),

part as (
    -- the 31 provinces fall into macro-regions for PROV31, into members and others for every other group
    select z.group_code, r.region_code,
        case when z.group_code = 'PROV31' then r.four_region when g.region_code is null then 'outside'
            else 'inside' end as part
    from size as z
    join ref.region as r on r.kind = 'province' and z.of_provinces
    left join ref.region_group as g on g.group_code = z.group_code and g.region_code = r.region_code
),

mask as (
    select a.group_code, a.part, list(a.part = b.part order by b.region_code) as mask
    from (select distinct group_code, part from part) as a
    join part as b using (group_code)
    group by a.group_code, a.part
),

partition as (
    select group_code, list(mask order by part) as masks
    from mask
    group by group_code
),

listed as (
    select *, list_transform(pairs, lambda m_: m_.v) as seen, list_transform(pairs, lambda m_: m_.p) as heads
    from gathered
),

nation as (
    select indicator, year, seen, theil_t(seen) as theil_t_whole
    from listed
    where group_code = 'PROV31' and members = (select n from size where group_code = 'PROV31')
),

complete as (
    select
        a.indicator, a.group_code, a.year, z.n, a.members, a.status,
        case when a.members = z.n then a.seen end as y,
        case when a.members = z.n and a.counted = z.n and a.kind <> 'ratio' then a.heads end as pop,
        list_transform(m.masks, lambda m_: list_where(w.seen, m_)) as parts,
        case when m.masks is not null then w.theil_t_whole end as theil_t_whole
    from listed as a
    join size as z using (group_code)
    left join partition as m using (group_code)
    left join nation as w on w.indicator = a.indicator and w.year = a.year
)
select
    indicator, group_code, year, n, members,
    cv(y) as cv,
    cv_max(n) as cv_max,
    cv_samp(y) as cv_samp,
    gini(y) as gini,
    gini_corrected(y) as gini_corrected,
    gini_max(n) as gini_max,
    gini_weighted(y, pop) as gini_weighted,
    theil_t(y) as theil_t,
    theil_l(y) as theil_l,
    theil_max(n) as theil_max,
    theil_t_weighted(y, pop) as theil_t_weighted,
    theil_l_weighted(y, pop) as theil_l_weighted,
    theil_t_between_groups(parts) as theil_t_between,
    theil_t_within_groups(parts) as theil_t_within,
    theil_t_whole,
    williamson(y, pop) as williamson,
    hhi(y) as hhi,
    hhi_min(n) as hhi_min,
    hhi_normalised(y) as hhi_normalised,
    hoover(y, pop) as hoover,
    max_min(y) as max_min,
    gap(y) as gap,
    primacy(y) as primacy,
    two_city(y) as two_city,
    four_city(y) as four_city,
    sd_log(y) as sd_log,
    status,
    (
        select string_agg(b.break_id, ' ' order by b.break_id)
        from ref.break_series as b
        where b.indicator = c.indicator and b.region_code = c.group_code and b.year = c.year
    ) as crosses_break
from complete as c
order by indicator, group_code, year
