-- Is a province's flow into its neighbours small for their size? The observed share of its outflow to other
-- provinces against the share expected if buyers took contracts by size: absorption of the destination over
-- absorption of all other provinces; also without what the origin itself sells them, for its flow is part
-- of what the destination absorbs. Where only the flow is published and not the outflow, the share of the
-- whole output is what the share of the outflow at least is.
with absorbed as (
    select region_code, year, value, half_width
    from core.panel
    where indicator = 'tech_absorbed_turnover'
),

observed as (
    select
        f.*,
        coalesce(f.share_of_outflow, f.printed_share) as observed,
        coalesce(f.share_of_outflow_low, f.printed_share_low) as observed_low,
        coalesce(f.share_of_outflow_high, f.printed_share_high) as observed_high
    from mart.flow_share as f
    join ref.region as o on o.region_code = f.origin and o.kind = 'province'
    join ref.region as d on d.region_code = f.destination and d.kind in ('province', 'group')
    where f.origin <> f.destination
),

sized as (
    -- the other provinces: all without the origin; half-widths of the single provinces add up
    select
        f.*, (f.value_high - f.value_low) / 2 as half_flow,
        coalesce(f.outflow, f.implied_outflow) as sold_out,
        case when f.outflow is null then (f.implied_outflow_high - f.implied_outflow_low) / 2 else 0
            end as half_sold_out,
        d.value as absorbed, d.half_width as h_absorbed,
        a.value - o.value as absorbed_others,
        a.value - o.value - d.value as rest,
        a.half_width - o.half_width - d.half_width as h_rest
    from observed as f
    left join absorbed as d on d.region_code = f.destination and d.year = f.year
    left join absorbed as o on o.region_code = f.origin and o.year = f.year
    left join absorbed as a on a.region_code = 'PROV31' and a.year = f.year
),

others as (
    -- what the buyers take from everybody but the origin
    select *,
        absorbed - value as absorbed_elsewhere, h_absorbed + half_flow as h_absorbed_elsewhere,
        rest - (sold_out - value) as rest_elsewhere, h_rest + half_sold_out + half_flow as h_rest_elsewhere
    from sized
),

expected as (
    select
        *,
        share_of_parts(absorbed, rest) as expected,
        share_of_parts_low(absorbed, h_absorbed, rest, h_rest) as expected_low,
        share_of_parts_high(absorbed, h_absorbed, rest, h_rest) as expected_high,
        share_of_parts(absorbed_elsewhere, rest_elsewhere) as expected_without,
        share_of_parts_low(absorbed_elsewhere, h_absorbed_elsewhere, rest_elsewhere,
            h_rest_elsewhere) as expected_without_low,
        share_of_parts_high(absorbed_elsewhere, h_absorbed_elsewhere, rest_elsewhere,
            h_rest_elsewhere) as expected_without_high
    from others
),

remarked as (
    select *, joined_remarks([
        case when value is null then {en: 'flow: not held', zh: '流量：未持有'} end,
        case when observed is null
            then {en: 'outflow to other provinces: not held', zh: '流向外省市的合同：未持有'} end,
        case when expected is null then {en: 'absorption: not held', zh: '吸纳：未持有'} end]) as remark
    from expected
)

select
    indicator, origin, destination, year, observed, observed_low, observed_high, absorbed, absorbed_others,
    expected, expected_low, expected_high, expected_without, expected_without_low, expected_without_high,
    ratio(observed, expected) as affinity,
    observed_low / nullif(expected_high, 0) as affinity_low,
    observed_high / nullif(expected_low, 0) as affinity_high,
    ratio(observed, expected_without) as affinity_without,
    observed_low / nullif(expected_without_high, 0) as affinity_without_low,
    observed_high / nullif(expected_without_low, 0) as affinity_without_high,
    share_of_output as observed_at_least,
    share_of_output_low / nullif(expected_high, 0) as affinity_at_least,
    status, source, release,
    remark.en as missing, remark.zh as missing_zh
from remarked
order by indicator, origin, destination, year
