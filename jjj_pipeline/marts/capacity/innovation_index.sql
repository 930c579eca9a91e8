-- The composite innovation index by release, province or group, year and dimension, with the published
-- indices beside it. A dimension or the whole is null where one of its indicators is missing: blank is not
-- zero, and a mean of what is left misleads.
with spine as (
    select c.release, c.intensity, c.dimension, c.weight, p.region_code, p.year
    from ref.index_component as c
    join (select distinct release, region_code,
        year from mart.innovation_index_component) as p using (release)
),

part as (
    select s.*, x.scaled, x.status, w.weight_entropy
    from spine as s
    left join mart.innovation_index_component as x using (release, intensity, region_code, year)
    left join mart.innovation_index_weight as w using (release, intensity)
),

piece as (
    select *, dimension as of from part
    union all
    select *, 'total' as of from part
),

scored as (
    -- weights sum to 1 over all indicators; within a dimension they are taken relative to its own sum
    select
        release, region_code, year, of as dimension,
        case when count(scaled) = count(*)
            then sum(weight * scaled order by intensity) / sum(weight order by intensity) end as score,
        case when count(scaled) = count(*)
            then sum(weight_entropy * scaled order by intensity) / sum(weight_entropy order by intensity)
                end as score_entropy,
        string_agg(intensity, ' ' order by intensity) filter (where scaled is null) as missing,
        worst_status(case when scaled is not null then status end) as status
    from piece
    group by release, region_code, year, of
),

ranked as (
    select s.*,
        case when r.kind = 'province' and s.score is not null
            then rank() over (partition by s.release, s.year, s.dimension, r.kind, s.score is null
                order by s.score desc) end as rank,
        case when r.kind = 'province' and s.score_entropy is not null
            then rank() over (partition by s.release, s.year, s.dimension, r.kind, s.score is null
                order by s.score_entropy desc)
        end as rank_entropy
    from scored as s
    join ref.region as r using (region_code)
),

published as (
    select p.index_id, o.source || '/' || o.release as release, o.region_code, o.year, o.value,
        o.half_width, o.status, p.base,
        case when o.indicator = p.index_id then 'total' else substr(o.indicator, length(p.index_id) + 2)
            end as dimension
    from core.observation as o
    join ref.index_published as p on o.indicator = p.index_id or starts_with(o.indicator, p.index_id || '_')
    join ref.indicator as i on i.indicator = o.indicator and i.kind = 'index'
)

select 'composite' as index_id, release, region_code, year, dimension, score,
    null::double as score_low, null::double as score_high, score_entropy, rank, rank_entropy,
    'min-max over provinces and years of the release' as base, status, missing
from ranked
union all
select index_id, release, region_code, year, dimension, value as score, value - half_width as score_low,
    value + half_width as score_high,
    null as score_entropy, null as rank, null as rank_entropy, base, status, null as missing
from published
where dimension not in ('points', 'cagr')
order by index_id, release, region_code, year, dimension
