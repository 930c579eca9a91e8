-- One quantity per another, on the release of the denominator that belongs to the numerator.
select intensity as indicator, region_code as place, year, value, value_low as low, value_high as high,
    numerator_release as release, denominator_release as release_other
from mart.intensity
where preferred
order by indicator, place, year
