-- zh: 流量的累计数、增速与各年数字在印刷位数内一致
-- en: Cumulated totals, growth rates and years of a flow agree within their digits
with year as (
    select indicator, destination, year, max(value_low) as highest_low, min(value_high) as lowest_high,
        arg_max(value, value_low) as highest, arg_min(value, value_high) as lowest,
        any_value(printed) as printed, any_value(printed_half_width) as printed_half_width,
        bool_and(agrees_with_others) as agree,
        bool_and(coalesce(agrees_with_printed, true)) as agree_with_printed
    from mart.flow_derived
    group by indicator, origin, destination, year
)

select null as table_id, null as release, indicator, destination as region_code, year,
    highest as expected, coalesce(case when not agree_with_printed then printed end, lowest) as found,
    highest - highest_low + coalesce(printed_half_width, lowest_high - lowest) as bound, null as file,
    null as cell,
    not (agree and agree_with_printed) as beyond
from year
