-- How two releases of an indicator differ over all figures they share.
select
    indicator, source_old, release_old, source_new, release_new, any_value(same_source) as same_source,
    count(*) as figures,
    count(*) filter (where rounding_explains) as explained,
    avg(difference order by region_code, industry_code, year) as mean_revision,
    avg(abs(difference) order by region_code, industry_code, year) as mean_absolute_revision,
    sum(abs(difference) order by region_code, industry_code, year)
        / nullif(sum(abs(value_new) order by region_code, industry_code, year),
            0) as relative_mean_absolute_revision,
    arg_max(relative, abs(relative) order by region_code, year) as largest_relative,
    arg_max(region_code, abs(relative) order by region_code, year) as largest_region,
    arg_max(year, abs(relative) order by region_code, year) as largest_year
from mart.revision
group by indicator, source_old, release_old, source_new, release_new
order by indicator, source_old, release_old, source_new, release_new
