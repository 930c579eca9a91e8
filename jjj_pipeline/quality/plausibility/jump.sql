-- zh: 年度变动不超过该指标各省变动的稳健离散范围
-- en: A yearly change lies within the robust spread of the indicator's changes pooled over provinces (modified z-score 3.5)
--
-- Changes are logarithmic; centre = median, spread = 1.4826 median absolute deviations; 3.5 is the cut-off
-- of Iglewicz and Hoaglin (1993). A power of ten that is taken back in the next year is a slip of the unit
-- and reported by unit_slip.
with series as (
    select l.*
    from core.preferred as l
    join ref.region as r using (region_code)
    where r.kind = 'province' and l.industry_code = '*' and l.value > 0
),

change as (
    select now.*, before.value as value_before, ln(now.value / before.value) as moved
    from series as now
    join series as before
        on before.indicator = now.indicator and before.region_code = now.region_code
            and before.year = now.year - 1
),

spread as (
    select indicator, median(moved) as centre, 1.4826 * mad(moved) as spread
    from change
    group by indicator
    having count(*) >= 30 and mad(moved) > 0
),

beside as (
    select *, round(moved / ln(10)) as powers, lag(moved) over w as moved_before,
        lead(moved) over w as moved_after
    from change
    window w as (partition by indicator, region_code order by year)
)

select
    c.table_id, c.release, c.indicator, c.region_code, c.year,
    c.value_before * exp(s.centre) as expected,
    c.value as found,
    c.value_before * exp(s.centre) * abs(exp(sign(c.moved - s.centre) * 3.5 * s.spread) - 1) as bound,
    c.file, c.cell,
    abs(c.moved - s.centre) > 3.5 * s.spread
        and (c.powers = 0 or -c.powers not in (round(coalesce(c.moved_before, 0) / ln(10)),
            round(coalesce(c.moved_after, 0) / ln(10))))
        as beyond
from beside as c
join spread as s using (indicator)
