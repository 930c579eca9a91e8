-- Scales and weights of the composite index, by release: entropy over the provinces and years that have
-- every indicator.
with province as (
    select c.*
    from mart.innovation_index_component as c
    join ref.region as r on r.region_code = c.region_code and r.kind = 'province'
),

size as (select release, count(*) as indicators from ref.index_component group by release),

complete as (
    select p.release, p.region_code, p.year
    from province as p
    join size as s using (release)
    group by p.release, p.region_code, p.year, s.indicators
    having count(p.scaled) = s.indicators
),

measured as (
    select p.release, p.intensity,
        entropy_evenness(list(p.scaled order by p.region_code, p.year)) as evenness, count(*) as rows
    from province as p
    join complete as c using (release, region_code, year)
    group by p.release, p.intensity
),

together as (
    select release, list(intensity order by intensity) as names,
        entropy_weights(list(evenness order by intensity)) as weights
    from measured
    group by release
),

weight as (
    select release, unnest(names) as intensity, unnest(weights) as weight_entropy
    from together
),

scale as (
    select release, intensity, min(value) as lowest, max(value) as highest
    from province
    group by release, intensity
)

select c.release, c.intensity, c.dimension, s.lowest, s.highest, coalesce(t.rows, 0) as rows, t.evenness,
    c.weight, w.weight_entropy
from ref.index_component as c
left join scale as s using (release, intensity)
left join measured as t using (release, intensity)
left join weight as w using (release, intensity)
order by c.release, c.intensity
