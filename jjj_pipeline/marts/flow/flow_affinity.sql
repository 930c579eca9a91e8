-- Is a province's flow into its neighbours small for their size? The observed share of its outflow to other provinces against the
-- share expected if buyers took contracts by size: absorption of the destination over absorption of all other provinces.
-- Where only the flow is published and not the outflow, the share of the whole output is what the share of the outflow at least is.
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
    -- the other provinces: all 31 without the origin; half-widths of the single provinces add up
    select
        f.*, d.value as absorbed, d.half_width as h_absorbed,
        a.value - o.value as absorbed_others,
        a.value - o.value - d.value as rest,
        a.half_width - o.half_width - d.half_width as h_rest
    from observed as f
    left join absorbed as d on d.region_code = f.destination and d.year = f.year
    left join absorbed as o on o.region_code = f.origin and o.year = f.year
    left join absorbed as a on a.region_code = 'PROV31' and a.year = f.year
),

expected as (
    select
        *,
        share_of_parts(absorbed, rest) as expected,
        share_of_parts_low(absorbed, h_absorbed, rest, h_rest) as expected_low,
        share_of_parts_high(absorbed, h_absorbed, rest, h_rest) as expected_high
    from sized
)

select
    indicator, origin, destination, year, observed, observed_low, observed_high, absorbed, absorbed_others,
    expected, expected_low, expected_high,
    ratio(observed, expected) as affinity,
    observed_low / nullif(expected_high, 0) as affinity_low,
    observed_high / nullif(expected_low, 0) as affinity_high,
    share_of_output as observed_at_least,
    share_of_output_low / nullif(expected_high, 0) as affinity_at_least,
    status, source, release,
    nullif(concat_ws('; ',
        case when value is null then 'flow: not published' end,
        case when observed is null then 'outflow to other provinces: not published' end,
        case when expected is null then 'absorption: not published' end), '') as missing
from expected
order by indicator, origin, destination, year
