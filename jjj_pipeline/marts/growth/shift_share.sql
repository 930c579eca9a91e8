-- Why a region's growth differs from the country's: national share, industry mix and regional share (Dunn),
-- the last split by Esteban-Marquillas. Components, figures and releases are those of mart.composition; the
-- reference is the sum of its provinces. The region is part of the reference: in the regional share it and
-- the others move by themselves.
with figure as (
    select c.structure, c.region_code, c.component, c.window_id, c.year_start, c.year_end, c.status,
        c.crosses_break,
        c.value_start, c.value_start_low, c.value_start_high, c.value_start - c.value_start_low as half_start,
        c.value_end, c.value_end_low, c.value_end_high, c.value_end - c.value_end_low as half_end
    from mart.composition as c
    where c.window_id <> 'yearly' and c.value_start is not null and c.value_end is not null
        and c.component <> 'rest' and not c.implied
),

provinces as (
    select members as all_provinces
    from ref.region_group
    where group_code = 'PROV31'
    limit 1
),

industry as (
    -- each component in the reference; nine tenths of the provinces make one
    select f.structure, f.window_id, f.year_start, f.year_end, f.component, count(*) as members,
        sum(f.value_start) as industry_start, sum(f.half_start) as half_industry_start,
        sum(f.value_end) as industry_end, sum(f.half_end) as half_industry_end
    from figure as f
    join ref.region as r on r.region_code = f.region_code and r.kind = 'province'
    cross join provinces
    group by f.structure, f.window_id, f.year_start, f.year_end, f.component, all_provinces
    having count(*) >= 0.9 * all_provinces
),

grand as (
    -- all components of the reference together
    select structure, window_id, year_start, year_end, any_value(members) as members,
        sum(industry_start) as grand_start, sum(half_industry_start) as half_grand_start,
        sum(industry_end) as grand_end, sum(half_industry_end) as half_grand_end
    from industry
    group by structure, window_id, year_start, year_end
),

region as (
    -- all components of the region together
    select structure, window_id, year_end, region_code,
        sum(value_start) as region_start, sum(half_start) as half_region_start
    from figure
    group by structure, window_id, year_end, region_code
),

cell as (
    select f.*, i.* exclude (structure, window_id, year_start, year_end, component, members),
        g.* exclude (structure, window_id, year_start, year_end), r.region_start, r.half_region_start,
        -- the whole country has no others: its own terms are zero by construction
        f.region_code = 'PROV31' as is_reference
    from figure as f
    join region as r using (structure, window_id, year_end, region_code)
    join industry as i using (structure, window_id, year_start, year_end, component)
    join grand as g using (structure, window_id, year_start, year_end)
    semi join (select region_code from ref.region
        where kind in ('province', 'group')) as k using (region_code)
),

others as (
    -- the reference without the region
    select *,
        case when is_reference then 0 else industry_start - value_start end as others_start,
        case when is_reference then 0 else half_industry_start - half_start end as half_others_start,
        case when is_reference then 0 else industry_end - value_end end as others_end,
        case when is_reference then 0 else half_industry_end - half_end end as half_others_end
    from cell
),

rate as (
    -- growth of the reference, of the component in it, and of the component here; share of the component in
    -- the reference
    select *,
        growth_low(grand_start, half_grand_start, grand_end, half_grand_end) as grand_low,
        growth_high(grand_start, half_grand_start, grand_end, half_grand_end) as grand_high,
        growth_low(industry_start, half_industry_start, industry_end, half_industry_end) as industry_low,
        growth_high(industry_start, half_industry_start, industry_end, half_industry_end) as industry_high,
        growth_low(value_start, half_start, value_end, half_end) as own_low,
        growth_high(value_start, half_start, value_end, half_end) as own_high,
        share_of_total_low(industry_start, half_industry_start, grand_start, half_grand_start) as weight_low,
        share_of_total_high(industry_start, half_industry_start, grand_start, half_grand_start) as weight_high
    from others
),

point as (
    select *,
        national_share(value_start, grand_start, grand_end) as national_share,
        industry_mix(value_start, industry_start, industry_end, grand_start, grand_end) as industry_mix,
        case when is_reference then 0
            else regional_share(value_start, value_end, industry_start, industry_end) end
            as regional_share,
        homothetic(region_start, industry_start, grand_start) as homothetic,
        case when is_reference then 0 else
            esteban_regional(value_start, value_end, industry_start, industry_end, region_start,
                grand_start) end
            as esteban_regional,
        case when is_reference then 0 else
            esteban_allocation(value_start, value_end, industry_start, industry_end, region_start,
                grand_start) end
            as esteban_allocation
    from rate
),

bounded as (
    select *,
        product_low(value_start_low, value_start_high, grand_low, grand_high) as national_share_low,
        product_high(value_start_low, value_start_high, grand_low, grand_high) as national_share_high,
        product_low(value_start_low, value_start_high, industry_low - grand_high, industry_high - grand_low)
            as industry_mix_low,
        product_high(value_start_low, value_start_high, industry_low - grand_high, industry_high - grand_low)
            as industry_mix_high,
        regional_share_of_part_low(
            value_start, half_start, value_end, half_end,
            others_start, half_others_start, others_end, half_others_end) as regional_share_low,
        regional_share_of_part_high(
            value_start, half_start, value_end, half_end,
            others_start, half_others_start, others_end, half_others_end) as regional_share_high,
        (region_start - half_region_start) * weight_low as homothetic_low,
        (region_start + half_region_start) * weight_high as homothetic_high
    from point
),

split as (
    select *,
        case when is_reference then 0 else
            product_low(homothetic_low, homothetic_high, own_low - industry_high, own_high - industry_low) end
            as esteban_regional_low,
        case when is_reference then 0 else
            product_high(homothetic_low, homothetic_high, own_low - industry_high,
                own_high - industry_low) end
            as esteban_regional_high
    from bounded
),

term as (
    select structure, region_code, component, window_id, year_start, year_end, members, is_reference,
        value_start, value_end, status, crosses_break,
        national_share, national_share_low, national_share_high,
        industry_mix, industry_mix_low, industry_mix_high,
        regional_share, regional_share_low, regional_share_high, homothetic,
        esteban_regional, esteban_regional_low, esteban_regional_high, esteban_allocation,
        regional_share_low - esteban_regional_high as esteban_allocation_low,
        regional_share_high - esteban_regional_low as esteban_allocation_high
    from split
),

added as (
    -- all components together; null where one is null. The mix of the reference itself adds up to zero by
    -- construction
    select structure, region_code, '*' as component, window_id, year_start, year_end, members, is_reference,
        complete_sum(value_start) as value_start, complete_sum(value_end) as value_end,
        worst_status(status) as status, any_value(crosses_break) as crosses_break,
        complete_sum(national_share) as national_share,
        complete_sum(national_share_low) as national_share_low,
        complete_sum(national_share_high) as national_share_high,
        case when is_reference then 0 else complete_sum(industry_mix) end as industry_mix,
        case when is_reference then 0 else complete_sum(industry_mix_low) end as industry_mix_low,
        case when is_reference then 0 else complete_sum(industry_mix_high) end as industry_mix_high,
        complete_sum(regional_share) as regional_share,
        complete_sum(regional_share_low) as regional_share_low,
        complete_sum(regional_share_high) as regional_share_high,
        complete_sum(homothetic) as homothetic,
        complete_sum(esteban_regional) as esteban_regional,
        complete_sum(esteban_regional_low) as esteban_regional_low,
        complete_sum(esteban_regional_high) as esteban_regional_high,
        complete_sum(esteban_allocation) as esteban_allocation,
        complete_sum(esteban_allocation_low) as esteban_allocation_low,
        complete_sum(esteban_allocation_high) as esteban_allocation_high
    from term
    group by structure, region_code, window_id, year_start, year_end, members, is_reference
)

select
    structure, region_code, component, window_id, year_start, year_end,
    value_start, value_end, value_end - value_start as change,
    national_share, national_share_low, national_share_high,
    industry_mix, industry_mix_low, industry_mix_high,
    regional_share, regional_share_low, regional_share_high, homothetic,
    esteban_regional, esteban_regional_low, esteban_regional_high,
    esteban_allocation, esteban_allocation_low, esteban_allocation_high,
    members as reference_members, status, crosses_break
from (select * from term union all by name select * from added)
order by structure, region_code, component, window_id
