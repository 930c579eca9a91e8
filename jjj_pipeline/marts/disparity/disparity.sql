-- Inequality among the provinces of every group of two or more, per indicator and year; null where a member is missing.
-- Ratios have no meaning per head: their weighted measures stay null.
with size as (
    select g.group_code, count(*) as n
    from ref.region_group as g
    join ref.region as r using (region_code)
    where r.kind = 'province'
    group by g.group_code
    having count(*) >= 2
),

member as (
    select p.indicator, i.kind, g.group_code, p.year, p.region_code, r.four_region, p.value, pop.value as population
    from core.panel as p
    join ref.indicator as i using (indicator)
    join ref.region_group as g using (region_code)
    join ref.region as r using (region_code)
    left join core.panel as pop on pop.indicator = 'population' and pop.region_code = p.region_code and pop.year = p.year
    where i.kind in ('flow', 'stock', 'ratio') and r.kind = 'province'
),

gathered as (
    select
        m.indicator, m.kind, m.group_code, m.year, s.n, count(m.value) as members, count(m.population) as counted,
        list(m.value order by m.region_code) as seen,
        list(m.population order by m.region_code) as heads,
        list(m.four_region order by m.region_code) as regions
    from member as m
    join size as s using (group_code)
    group by m.indicator, m.kind, m.group_code, m.year, s.n
),

complete as (
    select
        indicator, group_code, year, n, members,
        case when members = n then seen end as y,
        case when members = n and counted = n and kind <> 'ratio' then heads end as pop,
        case when members = n and group_code = 'PROV31' then regions end as macro
    from gathered
)

select
    indicator, group_code, year, n, members,
    cv(y) as cv,
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
    case when macro is not null then theil_t_between(y, macro) end as theil_t_between,
    case when macro is not null then theil_t_within(y, macro) end as theil_t_within,
    williamson(y, pop) as williamson,
    hhi(y) as hhi,
    hhi_min(n) as hhi_min,
    hhi_normalised(y) as hhi_normalised,
    hoover(y, pop) as hoover,
    max_min(y) as max_min,
    gap(y) as gap,
    primacy(y) as primacy,
    two_city(y) as two_city,
    sd_log(y) as sd_log
from complete
order by indicator, group_code, year
