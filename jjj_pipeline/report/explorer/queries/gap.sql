-- Why a figure is not held.
select indicator, region_code as place, year, reason
from meta.coverage
where not held
order by indicator, place, year
