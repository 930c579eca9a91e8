-- Technology market: what a region's sellers sign against what its buyers sign, for every province, group,
-- the nation and abroad. The nation's printed output and its printed absorption are one number, every
-- contract of the year, parties abroad included. So the provinces close only with abroad: as a buyer it is
-- printed in some years, else it is the nation less the provinces; as a seller it is always that remainder,
-- and is unknown where a province is blank (Tibet before 2017).
with market as (
    select p.indicator, p.region_code, p.year, p.value, p.half_width, p.release, p.status, r.kind,
        case r.kind when 'group' then 'members' else 'printed' end as basis
    from core.panel as p
    join ref.region as r using (region_code)
    where p.indicator in ('tech_output_turnover', 'tech_absorbed_turnover')
        and (r.kind in ('nation', 'province', 'group') or p.region_code = 'ABROAD')
),

remainder as (
    select
        n.indicator, 'ABROAD' as region_code, n.year,
        any_value(n.value) - complete_total(p.value, g.members) as value,
        any_value(n.half_width) + complete_total(p.half_width, g.members) as half_width,
        any_value(n.release) as release,
        worse_status(any_value(n.status), worst_status(p.status)) as status,
        'abroad' as kind,
        'remainder' as basis
    from market as n
    join market as p on p.indicator = n.indicator and p.year = n.year and p.kind = 'province'
    join ref.region_group as g on g.group_code = 'PROV31' and g.region_code = p.region_code
    where n.region_code = 'CN'
    group by n.indicator, n.year
),

side as (
    select * from market
    union all
    select * from remainder
    anti join market using (indicator, region_code, year)
),

blank as (
    -- members without a figure, of groups and of the remainder
    select i.indicator, g.group_code as region_code, i.year,
        string_agg(g.region_code, ' ' order by g.region_code) as members,
        string_agg(p.short_zh, ' ' order by g.region_code) as members_zh
    from (select distinct indicator, year from side) as i
    join (
        select group_code, region_code from ref.region_group
        union all
        select 'ABROAD', region_code from ref.region_group where group_code = 'PROV31'
    ) as g on true
    join ref.region as p on p.region_code = g.region_code and p.kind = 'province'
    left join market as m on m.indicator = i.indicator and m.year = i.year and m.region_code = g.region_code
    where m.value is null
    group by i.indicator, g.group_code, i.year
),

pair as (
    select
        region_code, year,
        any_value(value) filter (where indicator = 'tech_output_turnover') as o,
        any_value(half_width) filter (where indicator = 'tech_output_turnover') as ho,
        any_value(value) filter (where indicator = 'tech_absorbed_turnover') as a,
        any_value(half_width) filter (where indicator = 'tech_absorbed_turnover') as ha,
        any_value(basis) filter (where indicator = 'tech_output_turnover'
            and value is not null) as output_basis,
        any_value(basis) filter (where indicator = 'tech_absorbed_turnover'
            and value is not null) as absorbed_basis,
        any_value(release) filter (where indicator = 'tech_output_turnover'
            and value is not null) as output_release,
        any_value(release) filter (where indicator = 'tech_absorbed_turnover'
            and value is not null) as absorbed_release,
        worst_status(case when value is not null then status end) as status
    from side
    group by region_code, year
),

remarked as (
    select p.*, joined_remarks([
        case when p.o is null then {
            en: 'output: ' || coalesce(bo.members, 'not held'),
            zh: '输出：' || coalesce(bo.members_zh, '未持有')} end,
        case when p.a is null then {
            en: 'absorbed: ' || coalesce(ba.members, 'not held'),
            zh: '吸纳：' || coalesce(ba.members_zh, '未持有')} end]) as remark
    from pair as p
    left join blank as bo on bo.indicator = 'tech_output_turnover' and bo.region_code = p.region_code
        and bo.year = p.year
    left join blank as ba on ba.indicator = 'tech_absorbed_turnover' and ba.region_code = p.region_code
        and ba.year = p.year
)

select
    region_code, year, o as output, a as absorbed,
    difference(a, o) as balance,
    difference_low(a, ha, o, ho) as balance_low,
    difference_high(a, ha, o, ho) as balance_high,
    ratio(o, a) as coverage,
    ratio_low(o, ho, a, ha) as coverage_low,
    ratio_high(o, ho, a, ha) as coverage_high,
    balance_ratio(o, a) as balance_ratio,
    balance_ratio_low(o, ho, a, ha) as balance_ratio_low,
    balance_ratio_high(o, ho, a, ha) as balance_ratio_high,
    output_basis, absorbed_basis, output_release, absorbed_release, status,
    remark.en as missing, remark.zh as missing_zh
from remarked
order by region_code, year
