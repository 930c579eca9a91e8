-- Location quotients: an industry's share in a place over its share in the nation.
select indicator, industry_code as industry, region_code as place, year, lq as value, release
from mart.location_quotient
where lq is not null
order by indicator, industry, place, year
