"""Contracts of the growth marts. Only declarations."""

import pandas as pd

from jjj_pipeline.contracts.base import (
    SLACK,
    Contract,
    adds_up,
    column,
    figure,
    interval,
    key,
    measure,
    one_or_members,
    release_of,
    rests_on,
    rule,
)
from jjj_pipeline.contracts.core import VINTAGE, YEARS, crosses, worst

# what ref.structure says of the component of a row
COMPONENT = "(select s.{} from ref.structure as s where s.structure = r.structure and s.component = r.component)"
SAME_COMPONENT = "r.component in (i.component, '*') and i.component <> 'rest'"
TERM_SLACK = f"{SLACK} * (1 + abs(value_start) + abs(value_end))"
OF_A_PROVINCE = r"regexp_full_match(region_code, '\d{6}')"
TERMS = ["change", "national_share", "industry_mix", "regional_share", "esteban_regional", "esteban_allocation"]


class Deflator(Contract):
    """The price change of gross regional product that a release implies: its nominal growth over the index (previous
    year = 100) published in the same release. Releases are listed side by side and are never chained; the statistical office
    revises nominal values and index together, so a ratio across releases would turn a revision into inflation. What
    here ends where the published index ends."""

    region_code: str = key("地区代码", "Nation or province")
    year: int = key("年份", "Year", **YEARS)
    release: str = key("版本", "source/release of both GDP and its index")
    base_year: int = column("基年", "First year of the unbroken chain; volume and price level are 1 there", **YEARS)
    gdp: float = column("地区生产总值", "Nominal, of this release", unit="亿元", gt=0)
    gdp_half_width: float = column("地区生产总值半单位", "Half a unit of its last printed digit", unit="亿元", ge=0)
    gdp_index: float = column(
        "地区生产总值指数", "Volume index as published, previous year = 100", unit="上年=100", gt=0
    )
    deflator: float = interval(
        "平减指数", "Nominal growth over the index, previous year = 100", "上年=100", of="price_change"
    )
    volume: float = interval("物量", "Product of the indices since the base year", "1")
    price_level: float = interval(
        "价格水平", "Product of the deflators since the base year; value / price_level is real", "1", of="price_change"
    )
    status: str = column("状态", "OBS_STATUS of the least certain figure of the chain up to this year")

    class Config(Contract.Config):
        metadata = {
            "table": "mart.deflator",
            "zh": "平减指数",
            "inputs": {
                "gdp and its index": rests_on(
                    "core.observation",
                    "region_code",
                    "year",
                    **release_of("release"),
                    indicator="in ('gdp', 'gdp_index')",
                    industry_code="'*'",
                ),
            },
        }


class RealGrowth(Contract):
    """Growth at constant prices, of the indicators that name a deflator in ref.indicator. GDP grows by its published
    index. R&D expenditure and technology-market turnover are divided by the change of the GDP deflator of the same
    region between the two years, both years from one release (mart.deflator), since no price index of R&D is
    published. A group is the sum of its members, each at its own prices of the first year, so that windows of a group
    are not the product of its years. After the last release that has both, GDP goes on by the growth that was announced for
    every year; where a year is not held nothing is real, and `missing` says which. The interval is of
    the digits alone; how much the answer depends on the deflator shows in the two columns with other prices, which may be
    held where the deflator is not."""

    indicator: str = key("指标", "Indicator with a deflator")
    region_code: str = key("地区代码", "Region or group")
    window_id: str = key("时段", "Window, see ref.window; yearly: against the year before")
    year_start: int = column("起始年", "Year whose prices are used", **YEARS)
    year_end: int = key("终止年", "Last year", **YEARS)
    years: int = column("间隔年数", "Number of intervals", unit="year", ge=1)
    value_start: float = figure("起始值", "Nominal value of the first year; GDP: of the release of the index", "亿元")
    value_end: float = figure(
        "终止值",
        "Nominal value of the last year; GDP: of the release of the index, null where growth was announced",
        "亿元",
    )
    real_end: float = interval("不变价终止值", "Value of the last year at the prices of the first", "亿元")
    price_multiple: float = measure(
        "价格变动", "value_end / real_end; 1 = prices as in the first year", "1", of="ratio"
    )
    real_multiple: float = interval("实际倍数", "real_end / value_start", "1")
    real_cagr: float = interval(
        "实际年均增长率", "real_multiple ^ (1 / years) - 1; yearly: the real growth rate", "1", of="cagr"
    )
    prices: str = column("价格依据", "What the growth is deflated with; null where nothing is held", nullable=True)
    real_cagr_national_prices: float = measure(
        "实际年均增长率(全国平减指数)", "The same with the nation's GDP deflator; null for GDP", "1", of="cagr"
    )
    real_cagr_consumer_prices: float = measure(
        "实际年均增长率(居民消费价格)", "The same with the region's own consumer prices; null for GDP", "1", of="cagr"
    )
    deflator_gap: float = measure(
        "平减指数偏离",
        "Points a year by which the implied deflator lies above the band of the region's consumer and investment prices, or "
        "below it (negative); 0 inside, null without them; of a group the member farthest outside",
        "%",
        of="beyond",
    )
    deflator_doubtful: pd.BooleanDtype = column(
        "平减指数存疑", "Whether deflator_gap is more than one point a year either way", nullable=True
    )
    price_release: str = column(
        "价格版本", "source/release of the GDP and index behind the deflator, or of the growth announced", nullable=True
    )
    status: str = worst()
    crosses_break: str = crosses()
    missing: str = column(
        "缺失（英）", "Regions and years whose GDP index is not held, or whose GDP is not of its release", nullable=True
    )
    missing_zh: str = column("缺失", "The same in Chinese", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "mart.real_growth",
            "zh": "实际增长",
            "inputs": {
                "nominal?": rests_on(
                    "core.panel",
                    "indicator",
                    "region_code",
                    year="in (r.year_start, r.year_end)",
                    when="r.indicator <> 'gdp'",
                ),
                "prices?": rests_on(
                    "mart.deflator",
                    region_code=one_or_members("region_code"),
                    release="in (select unnest(string_split(r.price_release, ',')))",
                    year="in (r.year_start, r.year_end)",
                ),
                "announced?": rests_on(
                    "core.preferred",
                    region_code=one_or_members("region_code"),
                    indicator="'gdp_index'",
                    industry_code="'*'",
                    year="in (select unnest(generate_series(r.year_start + 1, r.year_end)))",
                    when="r.prices like 'announced%'",
                ),
            },
        }


class GrowthYearly(Contract):
    """Growth of every flow and stock against the year before, nominal, with the interval its printed digits allow;
    beside it real growth (mart.real_growth) where prices are published. The two may rest on different releases of GDP:
    never divide one by the other, mart.deflator has the prices."""

    indicator: str = key("指标", "Indicator")
    region_code: str = key("地区代码", "Region or group")
    year: int = key("年份", "Year", **YEARS)
    value: float = figure("数值", "Value of the year, in the indicator's unit")
    value_before: float = figure("上年数值", "Value of the year before")
    change: float = measure("增量", "Value minus value before, in the indicator's unit", of="difference")
    growth: float = interval("增长率", "value / value_before - 1", "1")
    real_growth: float = interval(
        "实际增长率", "At prices of the year before, see mart.real_growth; null without prices", "1", of="real_multiple"
    )
    vintage: str = column("核算版本", VINTAGE)
    release_before: str = column("上年版本", "Releases of the value before", nullable=True)
    release: str = column("版本", "Releases of the value", nullable=True)
    status: str = worst()
    crosses_break: str = crosses()

    class Config(Contract.Config):
        metadata = {
            "table": "mart.growth_yearly",
            "zh": "年度增长",
            "inputs": {
                "value": rests_on("core.series", "indicator", "region_code", "vintage", year="r.year"),
                "value_before": rests_on("core.series", "indicator", "region_code", "vintage", year="r.year - 1"),
                "real growth?": rests_on(
                    "mart.real_growth", "indicator", "region_code", window_id="'yearly'", year_end="r.year"
                ),
            },
        }


class GrowthSpan(Contract):
    """Growth between the two ends of every window: multiple and compound annual rate (level approach of the
    statistical office; years = number of intervals), with intervals; beside it real growth (mart.real_growth) where prices
    are published at both ends."""

    indicator: str = key("指标", "Indicator")
    region_code: str = key("地区代码", "Region or group")
    window_id: str = key("时段", "Window, see ref.window")
    year_start: int = column("起始年", "First year", **YEARS)
    year_end: int = column("终止年", "Last year", **YEARS)
    years: int = column("间隔年数", "Number of intervals", unit="year", ge=1)
    value_start: float = figure("起始值", "Value of the first year")
    value_end: float = figure("终止值", "Value of the last year")
    multiple: float = interval("倍数", "value_end / value_start (是…的 M 倍)", "1")
    cagr: float = interval("年均增长率", "multiple ^ (1 / years) - 1", "1")
    real_multiple: float = interval(
        "实际倍数", "At prices of the first year, see mart.real_growth; null without prices", "1"
    )
    real_cagr: float = interval("实际年均增长率", "real_multiple ^ (1 / years) - 1", "1", of="cagr")
    vintage: str = column("核算版本", VINTAGE)
    release_start: str = column("起始版本", "Releases of the first value", nullable=True)
    release_end: str = column("终止版本", "Releases of the last value", nullable=True)
    status: str = worst()
    crosses_break: str = crosses()

    class Config(Contract.Config):
        metadata = {
            "table": "mart.growth_span",
            "zh": "时段增长",
            "inputs": {
                "value_start": rests_on("core.series", "indicator", "region_code", "vintage", year="r.year_start"),
                "value_end": rests_on("core.series", "indicator", "region_code", "vintage", year="r.year_end"),
                "real growth?": rests_on(
                    "mart.real_growth", "indicator", "region_code", "window_id", "year_start", "year_end"
                ),
            },
        }


class GrowthContribution(Contract):
    """Who drives a group: the part each member has in the group's change, over every window and against the year
    before, for indicators whose regions add up. `contribution` (贡献率) adds up to 1 over the members and `points` (拉动)
    to the group's growth; both are fractions, times 100 they are percent and percentage points. Where some members grow and
    others shrink, the percentage misleads and is null; the points stay. Groups with a missing member are absent."""

    indicator: str = key("指标", "Indicator")
    group_code: str = key("组代码", "Group of regions, see ref.region_group")
    region_code: str = key("地区代码", "Member")
    window_id: str = key("时段", "Window, see ref.window; yearly: against the year before")
    year_start: int = column("起始年", "First year", **YEARS)
    year_end: int = key("终止年", "Last year", **YEARS)
    value_start: float = column("起始值", "Member's value of the first year, in the indicator's unit")
    value_end: float = column("终止值", "Member's value of the last year, in the indicator's unit")
    change: float = measure("增量", "value_end - value_start, in the indicator's unit", of="difference")
    group_change: float = measure("组增量", "Sum of the members' changes, in the indicator's unit", of="difference")
    group_growth: float = measure("组增长率", "group_change over the group's value of the first year", "1", of="growth")
    contribution: float = interval(
        "贡献率", "change / group_change; null where members' signs differ", "1", of="contribution_of_parts"
    )
    points: float = interval("拉动", "change / the group's value of the first year", "1", of="points_of_parts")
    status: str = worst()
    crosses_break: str = crosses()

    members_add_up = rule(
        "contributions of the members add up to 1, their points to the growth of the group",
        adds_up(("contribution", "1"), ("points", "group_growth"), ("change", "group_change")),
        by="indicator, group_code, window_id, year_end",
    )

    class Config(Contract.Config):
        metadata = {
            "table": "mart.growth_contribution",
            "zh": "增长贡献",
            "inputs": {
                "group": rests_on("core.span", "indicator", "window_id", "year_end", region_code="r.group_code"),
                "member": rests_on("core.panel", "indicator", "region_code", year="in (r.year_start, r.year_end)"),
            },
        }


class Composition(Contract):
    """What a total is made of: R&D expenditure and full-time equivalents by activity, R&D personnel by degree, patents by
    kind, GDP by sector, legal entities and urban employment by section (ref.structure). Every year has rows `yearly` with
    the share of the year and of the year before; every window has rows with both ends. All components of a year come from
    one release, the one that covers most regions. Shares add up to 1 and changes to 0; a change of 0.01 is one percentage
    point. Figures that follow from a printed figure and its printed multiple are marked `implied`. Regions that are known
    to be missing are rows of nulls that say what is needed."""

    structure: str = key("构成", "Structure, see ref.structure")
    region_code: str = key("地区代码", "Region or group")
    component: str = key("组成部分", "Indicator or section of GB/T 4754; rest: what the listed parts leave over")
    window_id: str = key("时段", "Window, see ref.window; yearly: against the year before")
    year_start: int = column("起始年", "First year", **YEARS)
    year_end: int = key("终止年", "Last year", **YEARS)
    value_start: float = interval("起始值", "Value of the first year, in the indicator's unit", derived=False)
    value_end: float = interval("终止值", "Value of the last year, in the indicator's unit", derived=False)
    share_start: float = interval(
        "起始占比", "Share of the component in the whole in the first year", "1", of="share_of_parts"
    )
    share_end: float = interval(
        "终止占比", "Share of the component in the whole in the last year", "1", of="share_of_parts"
    )
    change: float = interval("占比变动", "share_end - share_start; times 100: percentage points", "1", of="difference")
    nav: float = interval(
        "结构变动值",
        "Half the sum of |change| over the components: the part that changed place",
        "1",
        ends="from the ends of the changes",
    )
    implied: bool = column("推算", "Whether a figure follows from a printed multiple and is not printed itself")
    release_start: str = column("起始版本", "source/release of the first year", nullable=True)
    release_end: str = column("终止版本", "source/release of the last year", nullable=True)
    status: str = worst()
    crosses_break: str = crosses()
    needed: str = column("所需资料", "What would fill the gap, where the share is missing", nullable=True)

    components_add_up = rule(
        "shares of the components add up to 1, their changes to 0",
        adds_up(("share_start", "1"), ("share_end", "1"), ("change", "0")),
        by="structure, region_code, window_id, year_end",
    )

    class Config(Contract.Config):
        metadata = {
            "table": "mart.composition",
            "zh": "构成",
            "inputs": {
                "start?": rests_on(
                    "core.observation",
                    indicator=COMPONENT.format("indicator"),
                    industry_code=COMPONENT.format("industry_code"),
                    region_code=one_or_members("region_code"),
                    year="r.year_start",
                    **release_of("release_start"),
                ),
                "end?": rests_on(
                    "core.observation",
                    indicator=COMPONENT.format("indicator"),
                    industry_code=COMPONENT.format("industry_code"),
                    region_code=one_or_members("region_code"),
                    year="r.year_end",
                    **release_of("release_end"),
                ),
                "multiple?": rests_on(
                    "core.observation",
                    "region_code",
                    indicator=COMPONENT.format("multiple"),
                    **release_of("release_end"),
                ),
            },
        }


class ShiftShare(Contract):
    """Why a region's growth differs from the country's: what it would have gained at the country's rate, what its mix of
    components adds, and what is its own. Dunn's three terms add up to the change; Esteban-Marquillas splits the regional
    term into one at the country's structure and an allocation term. The reference is the sum of the provinces that have
    all components at both ends (`reference_members`, at least 28 of 31), not the printed nation, so that over its provinces
    mix and regional terms add up to zero; the region is part of it. Component `*` is the sum of the components. In the
    interval of the regional term the region and the others move by themselves; the other intervals are outer ones. Terms that
    are zero by construction (those of the whole country) have the interval zero."""

    structure: str = key("构成", "Structure, see ref.structure")
    region_code: str = key("地区代码", "Province or group of provinces")
    component: str = key("组成部分", "Indicator or section of GB/T 4754; `*`: all together")
    window_id: str = key("时段", "Window, see ref.window")
    year_start: int = column("起始年", "First year", **YEARS)
    year_end: int = column("终止年", "Last year", **YEARS)
    value_start: float = column("起始值", "Value of the first year, in the indicator's unit")
    value_end: float = column("终止值", "Value of the last year, in the indicator's unit")
    change: float = measure("增量", "value_end - value_start", of="difference")
    national_share: float = interval("全国份额", "Change at the growth rate of the reference's whole")
    industry_mix: float = interval("结构份额", "What faster and slower components of the reference add")
    regional_share: float = interval("竞争力份额", "Change beyond the component's growth in the reference (Dunn)")
    homothetic: float = measure("同构值", "What the component would be in the first year at the reference's structure")
    esteban_regional: float = interval(
        "竞争力净效应", "Regional term at the reference's structure (Esteban-Marquillas)"
    )
    esteban_allocation: float = interval(
        "配置效应", "Specialisation in components in which the region outgrows the reference"
    )
    reference_members: int = column("参照省份数", "Provinces in the reference", ge=1, le=31)
    status: str = worst()
    crosses_break: str = crosses()

    terms_add_up = rule(
        "the terms add up to the change",
        f"abs(national_share + industry_mix + regional_share - change) <= {TERM_SLACK} "
        f"and abs(esteban_regional + esteban_allocation - regional_share) <= {TERM_SLACK}",
    )
    components_add_up_to_the_whole = rule(
        "the components add up to the whole",
        adds_up(*((f"case component when '*' then -{term} else {term} end", "0") for term in TERMS)),
        by="structure, region_code, window_id",
    )

    mix_of_the_reference_is_exhausted = rule(
        "over the provinces of the reference the mix terms add up to zero",
        adds_up(("industry_mix", "0")),
        by="structure, window_id",
        where=f"(component = '*' and {OF_A_PROVINCE})",
    )
    regional_terms_of_the_reference_are_exhausted = rule(
        "over the provinces of the reference the regional terms add up to zero",
        adds_up(("regional_share", "0")),
        by="structure, component, window_id",
        where=OF_A_PROVINCE,
    )

    class Config(Contract.Config):
        metadata = {
            "table": "mart.shift_share",
            "zh": "偏离份额",
            "inputs": {
                "component": rests_on(
                    "mart.composition", "structure", "region_code", "window_id", "year_end", when=SAME_COMPONENT
                ),
            },
        }


CONTRACTS = [Deflator, RealGrowth, GrowthYearly, GrowthSpan, GrowthContribution, Composition, ShiftShare]
