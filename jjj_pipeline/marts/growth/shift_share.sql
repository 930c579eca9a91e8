-- Why a region's growth differs from the country's: national share, industry mix and regional share (Dunn), the last split by
-- Esteban-Marquillas. Components, figures and releases are those of mart.composition; the reference is the sum of its provinces.
with figure as (
    select s.*
    from mart.composition as s
    where s.window_id <> 'yearly' and s.value_start is not null and s.value_end is not null and s.component <> 'rest' and not s.implied
),

industry as (
    select f.structure, f.window_id, f.year_start, f.year_end, f.component, count(*) as members,
        sum(f.value_start) as i0, sum(f.value_start - f.value_start_low) as hi0,
        sum(f.value_end) as i1, sum(f.value_end - f.value_end_low) as hi1
    from figure as f
    join ref.region as r on r.region_code = f.region_code and r.kind = 'province'
    group by f.structure, f.window_id, f.year_start, f.year_end, f.component
    having count(*) >= 28
),

grand as (
    select structure, window_id, year_start, year_end, any_value(members) as members,
        sum(i0) as g0, sum(hi0) as hg0, sum(i1) as g1, sum(hi1) as hg1
    from industry
    group by structure, window_id, year_start, year_end
),

region as (
    select structure, window_id, year_end, region_code, sum(value_start) as r0, sum(value_start - value_start_low) as hr0
    from figure
    group by structure, window_id, year_end, region_code
),

cell as (
    select f.structure, f.region_code, f.component, f.window_id, f.year_start, f.year_end, n.members,
        f.value_start as e0, f.value_start_low as e0_low, f.value_start_high as e0_high, f.value_start - f.value_start_low as he0,
        f.value_end as e1, f.value_end_low as e1_low, f.value_end_high as e1_high, f.value_end - f.value_end_low as he1,
        i.i0, i.hi0, i.i1, i.hi1, n.g0, n.hg0, n.g1, n.hg1, r.r0, r.hr0
    from figure as f
    join ref.region as k on k.region_code = f.region_code and k.kind in ('province', 'group')
    join industry as i using (structure, window_id, year_start, year_end, component)
    join grand as n using (structure, window_id, year_start, year_end)
    join region as r on r.structure = f.structure and r.window_id = f.window_id and r.year_end = f.year_end and r.region_code = f.region_code
),

rate as (
    select *,
        growth_low(g0, hg0, g1, hg1) as g_low, growth_high(g0, hg0, g1, hg1) as g_high,
        growth_low(i0, hi0, i1, hi1) as gi_low, growth_high(i0, hi0, i1, hi1) as gi_high,
        growth_low(e0, he0, e1, he1) as ge_low, growth_high(e0, he0, e1, he1) as ge_high,
        share_of_total_low(i0, hi0, g0, hg0) as s_low, share_of_total_high(i0, hi0, g0, hg0) as s_high,
        national_share(e0, g0, g1) as national_share,
        industry_mix(e0, i0, i1, g0, g1) as industry_mix,
        regional_share(e0, e1, i0, i1) as regional_share,
        homothetic(r0, i0, g0) as homothetic,
        esteban_regional(e0, e1, i0, i1, r0, g0) as esteban_regional,
        esteban_allocation(e0, e1, i0, i1, r0, g0) as esteban_allocation
    from cell
),

product as (
    select *,
        product_low(e0_low, e0_high, g_low, g_high) as national_share_low,
        product_high(e0_low, e0_high, g_low, g_high) as national_share_high,
        product_low(e0_low, e0_high, gi_low - g_high, gi_high - g_low) as industry_mix_low,
        product_high(e0_low, e0_high, gi_low - g_high, gi_high - g_low) as industry_mix_high,
        e1_low - product_high(e0_low, e0_high, 1 + gi_low, 1 + gi_high) as regional_share_low,
        e1_high - product_low(e0_low, e0_high, 1 + gi_low, 1 + gi_high) as regional_share_high,
        (r0 - hr0) * s_low as homothetic_low,
        (r0 + hr0) * s_high as homothetic_high
    from rate
),

bounded as (
    select *,
        product_low(homothetic_low, homothetic_high, ge_low - gi_high, ge_high - gi_low) as esteban_regional_low,
        product_high(homothetic_low, homothetic_high, ge_low - gi_high, ge_high - gi_low) as esteban_regional_high
    from product
),

term as (
    select structure, region_code, component, window_id, year_start, year_end, members, e0, e1,
        national_share, national_share_low, national_share_high, industry_mix, industry_mix_low, industry_mix_high,
        regional_share, regional_share_low, regional_share_high, homothetic,
        esteban_regional, esteban_regional_low, esteban_regional_high, esteban_allocation,
        regional_share_low - esteban_regional_high as esteban_allocation_low,
        regional_share_high - esteban_regional_low as esteban_allocation_high
    from bounded
),

added as (
    -- all components together; null where one is null
    select structure, region_code, '*' as component, window_id, year_start, year_end, members,
        complete_sum(e0), complete_sum(e1),
        complete_sum(national_share), complete_sum(national_share_low), complete_sum(national_share_high),
        complete_sum(industry_mix), complete_sum(industry_mix_low), complete_sum(industry_mix_high),
        complete_sum(regional_share), complete_sum(regional_share_low), complete_sum(regional_share_high),
        complete_sum(homothetic),
        complete_sum(esteban_regional), complete_sum(esteban_regional_low), complete_sum(esteban_regional_high),
        complete_sum(esteban_allocation), complete_sum(esteban_allocation_low), complete_sum(esteban_allocation_high)
    from term
    group by structure, region_code, window_id, year_start, year_end, members
)

select
    structure, region_code, component, window_id, year_start, year_end, e0 as value_start, e1 as value_end, e1 - e0 as change,
    national_share, national_share_low, national_share_high, industry_mix, industry_mix_low, industry_mix_high,
    regional_share, regional_share_low, regional_share_high, homothetic,
    esteban_regional, esteban_regional_low, esteban_regional_high, esteban_allocation, esteban_allocation_low, esteban_allocation_high,
    members as reference_members
from (select * from term union all select * from added)
order by structure, region_code, component, window_id
