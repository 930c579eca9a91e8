-- Shares of the nation as printed (of the sum of 31 provinces where no national figure is held) and of the region.
select indicator, of_code as whole, region_code as place, year, share as value, share_low as low, share_high as high,
    release, total_release as release_other, status
from mart.share
where of_code in ('CN', 'JJJ')
    or of_code = 'PROV31' and indicator not in (select indicator from mart.share where of_code = 'CN')
order by indicator, whole, place, year
