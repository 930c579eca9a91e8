-- Joint patents and joint papers by pair of places, with the pair set against what the two places have with everybody.
-- One network for each table, release, period and level; provinces and cities never mix. A pair that is not listed is unknown, not
-- zero: only a network of three places or more with all its pairs has measures. The pair is part of both row sums, so Salton and
-- Jaccard move with the pair and against the rest of the two rows: their intervals are sharp, that of the association is wide.
with pair as (
    select f.table_id, f.indicator, f.level, f.period, f.release, f.source, f.status,
        f.origin as region_a, f.destination as region_b, f.value, f.half_width
    from core.flow as f
    join ref.region as a on a.region_code = f.origin and a.kind in ('province', f.level)
    join ref.region as b on b.region_code = f.destination and b.kind in ('province', f.level)
    where f.indicator in ('copatents', 'joint_papers') and f.origin <> f.destination
),

inside as (
    -- the total printed for the region itself
    select table_id, indicator, period, release, value as region_total, half_width as h_region_total
    from core.flow
    where indicator = 'copatents' and origin = 'JJJ' and destination = 'JJJ'
),

ends as (
    select *, region_a as node from pair
    union all
    select *, region_b as node from pair
),

node as (
    select table_id, indicator, level, period, release, node,
        sum(value order by region_a, region_b) as s,
        sum(half_width order by region_a, region_b) as h,
        count(*) filter (where value > 0) as k
    from ends
    group by table_id, indicator, level, period, release, node
),

counted as (
    select table_id, indicator, level, period, release,
        count(distinct node) as nodes,
        count(*) filter (where node = region_a) as pairs,
        count(value) filter (where node = region_a) as filled,
        sum(value order by region_a, region_b) as t,
        sum(half_width order by region_a, region_b) as h_t
    from ends
    group by table_id, indicator, level, period, release
),

network as (
    select *, nodes * (nodes - 1) // 2 as possible, nodes >= 3 and filled = nodes * (nodes - 1) // 2 as complete
    from counted
),

measured as (
    select
        p.*, n.nodes, n.pairs, n.filled, n.possible, n.complete, a.k as k_a, b.k as k_b, n.t, n.h_t,
        case when n.complete then a.s end as s_a, a.h as h_a, a.s - p.value as rest_a, a.h - p.half_width as h_rest_a,
        case when n.complete then b.s end as s_b, b.h as h_b, b.s - p.value as rest_b, b.h - p.half_width as h_rest_b,
        r.region_total, r.h_region_total,
        greatest(p.value - p.half_width, 0) as low,
        p.value + p.half_width as high
    from pair as p
    join network as n using (table_id, indicator, level, period, release)
    join node as a on a.table_id = p.table_id and a.indicator = p.indicator and a.level = p.level and a.period = p.period
        and a.release = p.release and a.node = p.region_a
    join node as b on b.table_id = p.table_id and b.indicator = p.indicator and b.level = p.level and b.period = p.period
        and b.release = p.release and b.node = p.region_b
    left join inside as r on r.table_id = p.table_id and r.indicator = p.indicator and r.period = p.period and r.release = p.release
),

bounded as (
    -- row sums at the two ends of the interval: the pair at one end, the rest of the row at the other
    select *,
        s_a * s_b / nullif(t, 0) as expected,
        case when complete then low + rest_a + h_rest_a end as s_a_low,
        case when complete then low + rest_b + h_rest_b end as s_b_low,
        case when complete then high + greatest(rest_a - h_rest_a, 0) end as s_a_high,
        case when complete then high + greatest(rest_b - h_rest_b, 0) end as s_b_high
    from measured
)

select
    table_id, indicator, level, region_a, region_b, period, release, source, status,
    value, low as value_low, high as value_high,
    share_of_total(value, region_total) as share_of_region,
    share_of_total_low(value, half_width, region_total, h_region_total) as share_of_region_low,
    share_of_total_high(value, half_width, region_total, h_region_total) as share_of_region_high,
    s_a as strength_a, s_b as strength_b,
    salton(value, s_a, s_b) as salton,
    salton(low, s_a_low, s_b_low) as salton_low,
    salton(high, s_a_high, s_b_high) as salton_high,
    jaccard(value, s_a, s_b) as jaccard,
    jaccard(low, s_a_low, s_b_low) as jaccard_low,
    jaccard(high, s_a_high, s_b_high) as jaccard_high,
    expected,
    case when expected >= 5 then association_strength(value, s_a, s_b, t) end as association_strength,
    case when expected >= 5 then association_strength_low(value, half_width, s_a, h_a, s_b, h_b, t, h_t) end as association_strength_low,
    case when expected >= 5 then association_strength_high(value, half_width, s_a, h_a, s_b, h_b, t, h_t) end as association_strength_high,
    case when complete then disparity_filter(value, s_a, k_a, s_b, k_b) end as disparity_p,
    case when complete then coalesce(disparity_filter(value, s_a, k_a, s_b, k_b) < 0.05, false) end as backbone,
    nodes, pairs, complete,
    case
        when nodes < 3 then 'only ' || nodes || ' places: no network'
        when not complete then 'figures for ' || filled || ' of ' || possible || ' pairs of ' || nodes || ' places'
    end as missing
from bounded
order by table_id, indicator, level, period, release, region_a, region_b
