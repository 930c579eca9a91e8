-- Annual growth, nominal and at constant prices.
select indicator, region_code as place, year, growth as value, growth_low as low, growth_high as high,
    real_growth as real_value, real_growth_low as real_low, real_growth_high as real_high, release, release_before as release_other,
    status, crosses_break
from mart.growth_yearly
order by indicator, place, year
