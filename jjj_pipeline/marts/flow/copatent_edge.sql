-- Joint patents and joint papers by pair of places, with the pair set against what the two places have with
-- everybody. One network for each table, release, period and level; provinces and cities never mix. A pair
-- that is not listed is unknown, not zero: only a network of three places or more with all its pairs has
-- measures. The one pair of the region that is not printed is what the printed total leaves over: derived,
-- with the half-units of all. The pair is part of both row sums, so Salton and Jaccard move with the pair
-- and against the rest of the two rows. What is expected comes from quasi-independence, since a place has
-- no joint patents with itself; of three places it fits exactly whatever the figures are, and association
-- and Jaccard say nothing.
with printed as (
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

region_pair as (
    select a.region_code as region_a, b.region_code as region_b
    from ref.region_group as a
    join ref.region_group as b on b.group_code = a.group_code and b.region_code > a.region_code
    where a.group_code = 'JJJ'
),

left_over as (
    select
        i.table_id, i.indicator, 'province' as level, i.period, i.release, any_value(p.source) as source,
        worse_status(worst_status(p.status), 'E') as status,
        any_value(r.region_a) filter (where p.value is null) as region_a,
        any_value(r.region_b) filter (where p.value is null) as region_b,
        any_value(i.region_total) - sum(p.value) as value,
        any_value(i.h_region_total) + sum(p.half_width) as half_width
    from inside as i
    cross join region_pair as r
    left join printed as p on p.table_id = i.table_id and p.indicator = i.indicator and p.period = i.period
        and p.release = i.release and p.region_a = r.region_a and p.region_b = r.region_b
    group by i.table_id, i.indicator, i.period, i.release
    having count(*) - count(p.value) = 1
),

pair as (
    select *, false as derived
    from printed
    union all by name
    select *, true as derived
    from left_over
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
    select *, nodes * (nodes - 1) // 2 as possible, nodes >= 3
        and filled = nodes * (nodes - 1) // 2 as complete
    from counted
),

strength as (
    select table_id, indicator, level, period, release,
        list(node order by node) as places, quasi_independence(list(s order by node)) as factors
    from node
    join network as w using (table_id, indicator, level, period, release)
    where w.complete and w.nodes > 3
    group by table_id, indicator, level, period, release
),

factor as (
    select table_id, indicator, level, period, release, unnest(places) as node, unnest(factors) as factor
    from strength
),

fitted as (
    select p.table_id, p.indicator, p.level, p.period, p.release, p.region_a, p.region_b, p.value,
        a.factor * b.factor as expected
    from pair as p
    join factor as a using (table_id, indicator, level, period, release)
    join factor as b using (table_id, indicator, level, period, release)
    where a.node = p.region_a and b.node = p.region_b
),

expected as (
    -- where one place takes part in nearly all pairs no factors fit: expected pairs must add up to the
    -- observed
    select *
    from fitted
    window network as (partition by table_id, indicator, level, period, release)
    qualify abs(sum(expected) over network - sum(value) over network) <= 1e-7 * sum(value) over network
),

measured as (
    select
        p.*, e.expected, n.nodes, n.pairs, n.filled, n.possible, n.complete, a.k as k_a, b.k as k_b, n.t,
        n.h_t,
        case when n.complete then a.s end as s_a, a.h as h_a, a.s - p.value as rest_a,
        a.h - p.half_width as h_rest_a,
        case when n.complete then b.s end as s_b, b.h as h_b, b.s - p.value as rest_b,
        b.h - p.half_width as h_rest_b,
        r.region_total, r.h_region_total,
        greatest(p.value - p.half_width, 0) as low,
        p.value + p.half_width as high
    from pair as p
    join network as n using (table_id, indicator, level, period, release)
    join node as a on a.table_id = p.table_id and a.indicator = p.indicator and a.level = p.level
        and a.period = p.period
        and a.release = p.release and a.node = p.region_a
    join node as b on b.table_id = p.table_id and b.indicator = p.indicator and b.level = p.level
        and b.period = p.period
        and b.release = p.release and b.node = p.region_b
    left join expected as e using (table_id, indicator, level, period, release, region_a, region_b)
    left join inside as r on r.table_id = p.table_id and r.indicator = p.indicator and r.period = p.period
        and r.release = p.release
),

bounded as (
    -- row sums at the two ends of the interval: the pair at one end, the rest of the row at the other
    select *,
        case when complete then low + rest_a + h_rest_a end as s_a_low,
        case when complete then low + rest_b + h_rest_b end as s_b_low,
        case when complete then high + greatest(rest_a - h_rest_a, 0) end as s_a_high,
        case when complete then high + greatest(rest_b - h_rest_b, 0) end as s_b_high
    from measured
),

remarked as (
    select *,
        case
            when nodes < 3 then {
                en: 'only ' || nodes || ' places: no network',
                zh: '只有' || nodes || '地，不成网络'}
            when complete and nodes = 3 then {
                en: 'three places: association is 1 and Jaccard the share, whatever the figures',
                zh: '三个地方：无论数字如何，关联强度恒为1，Jaccard恒为占比'}
            when complete and least(s_a, s_b) = 0 then {
                en: 'one of the places has no partner: nothing to compare with',
                zh: '其中一地没有合作：无从比较'}
            when complete and expected is null then {
                en: 'one place takes part in nearly all pairs: nothing is expected of the others',
                zh: '一地几乎参与所有对：其余各对无从期望'}
            when not complete then {
                en: 'figures for ' || filled || ' of ' || possible || ' pairs of ' || nodes || ' places',
                zh: nodes || '地的' || possible || '对中只有' || filled || '对有数字'}
        end as remark
    from bounded
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
    case when nodes > 3 then jaccard(value, s_a, s_b) end as jaccard,
    case when nodes > 3 then jaccard(low, s_a_low, s_b_low) end as jaccard_low,
    case when nodes > 3 then jaccard(high, s_a_high, s_b_high) end as jaccard_high,
    expected,
    case when expected >= 5 then value / expected end as association_strength,
    case when expected >= 5 then low / expected end as association_strength_low,
    case when expected >= 5 then high / expected end as association_strength_high,
    case when complete then disparity_filter(value, s_a, k_a, s_b, k_b) end as disparity_p,
    case when complete then coalesce(disparity_filter(value, s_a, k_a, s_b, k_b) < 0.05, false)
        end as backbone,
    derived, nodes, pairs, complete,
    remark.en as missing, remark.zh as missing_zh
from remarked
order by table_id, indicator, level, period, release, region_a, region_b
