-- zh: 数值与相邻年份及其他版本同一量级（无10、100、10⁴倍的单位错）
-- en: A figure is of the size of its neighbours in time and of other releases (no unit slip by 10, 100, 10^4)
--
-- A figure is nearer to 10^k times its neighbours than to its neighbours, and its change is beyond the
-- spread of the indicator. Between releases of one figure the size alone decides.
with series as (
    select l.*
    from core.preferred as l
    join ref.region as r using (region_code)
    where r.kind in ('province', 'nation') and l.industry_code = '*' and l.value > 0
),

beside as (
    select *,
        lag(value) over w as before, lag(year) over w as year_before,
        lead(value) over w as after, lead(year) over w as year_after
    from series
    window w as (partition by indicator, region_code order by year)
),

neighbour as (
    select *,
        case when year_before = year - 1 then ln(value / before) end as up,
        case when year_after = year + 1 then ln(value / after) end as down
    from beside
),

spread as (
    select indicator, 1.4826 * mad(up) as spread
    from neighbour
    group by indicator
    having count(up) >= 30
),

sized as (
    -- how many powers of ten a figure is off its neighbours: both must say the same; at an end of the
    -- series the only one says it
    select n.*, coalesce((up + down) / 2, up, down) as off,
        case when coalesce(abs(up), abs(down)) > 3.5 * s.spread
            and coalesce(round(up / ln(10)) = round(down / ln(10)), true)
            then round(coalesce(up, down) / ln(10)) else 0 end as powers
    from neighbour as n
    join spread as s using (indicator)
    where up is not null or down is not null
),

judged as (
    -- the figure at an end is not reported because of a neighbour that is the slip itself; of two figures alone the
    -- later is reported
    select *,
        powers <> 0 and (
            (up is not null and down is not null)
            or (up is null and lead(powers) over w = 0)
            or (down is null and (lag(powers) over w = 0 or lag(up) over w is null))
        ) as beyond
    from sized
    window w as (partition by indicator, region_code order by year)
)

select
    table_id, release, indicator, region_code, year,
    value / exp(off) as expected, value as found, value / exp(off) * (sqrt(10) - 1) as bound, file, cell,
    coalesce(beyond, false) as beyond
from judged
union all
select
    null, release_new, indicator, region_code, year, value_old, value_new, abs(value_old) * (sqrt(10) - 1),
    file_new, cell_new,
    round(log10(value_new / value_old)) <> 0
from mart.revision
where value_old > 0 and value_new > 0
