-- How unequal the members of a group are.
select indicator, group_code as place, year, cv, gini, theil_t, max_min, members
from mart.disparity
order by indicator, place, year
