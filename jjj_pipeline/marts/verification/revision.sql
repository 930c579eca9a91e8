-- Every figure that more than one release prints, each earlier one against each later one. Within a
-- source the catalogue orders the releases; between sources the year of the release does, then the source
-- that is preferred last.
with several as (
    -- one release alone prints most figures: the others are few to compare
    select indicator, region_code, industry_code, year
    from core.observation
    where value is not null
    group by all
    having count(*) > 1
),

figure as (
    select o.*, v.position, s.rank, left(o.release, 4) as release_year
    from core.observation as o
    semi join several using (indicator, region_code, industry_code, year)
    join ref.release as v using (source, release)
    join ref.source as s using (source)
    where o.value is not null
    qualify row_number() over (
        partition by o.indicator, o.region_code, o.industry_code, o.year, o.source, o.release
            order by o.table_id
    ) = 1
),

pair as (
    select
        old.indicator, old.region_code, old.industry_code, old.year,
        old.source as source_old, old.release as release_old, new.source as source_new,
        new.release as release_new,
        old.source = new.source as same_source,
        old.value as value_old, new.value as value_new,
        difference(old.value, new.value) as difference,
        old.half_width + new.half_width as bound,
        old.printed as printed_old, new.printed as printed_new,
        old.file as file_old, old.cell as cell_old, new.file as file_new, new.cell as cell_new
    from figure as old
    join figure as new using (indicator, region_code, industry_code, year)
    where case
        when old.source = new.source then old.position < new.position
        when old.release_year <> new.release_year then old.release_year < new.release_year
        else (old.rank, old.source) > (new.rank, new.source)
    end
)

select
    indicator, region_code, industry_code, year, source_old, release_old, source_new, release_new,
    same_source,
    value_old, value_new, difference,
    ratio(difference, value_old) as relative,
    bound,
    abs(difference) <= bound + 1e-12 * abs(value_old) as rounding_explains, -- the last bits of a double
    printed_old, printed_new, file_old, cell_old, file_new, cell_new
from pair
order by indicator, region_code, industry_code, year, source_old, release_old, source_new, release_new
