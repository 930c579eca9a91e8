"""Contracts of the disparity marts. Only declarations."""

import pandas as pd

from jjj_pipeline.contracts.base import (
    SLACK,
    Contract,
    column,
    figure,
    interval,
    key,
    measure,
    members,
    one_or_members,
    release_of,
    rests_on,
    rule,
)
from jjj_pipeline.contracts.core import YEARS, crosses, worst


class Share(Contract):
    """Share of each member in the total of its group (from the members), and of every region and group in the
    printed nation."""

    indicator: str = key("指标", "Indicator")
    of_code: str = key("整体代码", "Group or nation the share is of")
    region_code: str = key("地区代码", "Region")
    year: int = key("年份", "Year", **YEARS)
    basis: str = column(
        "基准", "parts: total computed from the members; printed: the nation as printed", isin=["parts", "printed"]
    )
    value: float = figure("数值", "Value of the region, in the indicator's unit")
    total: float = figure("总量", "Total the share is of")
    share: float = interval("占比", "value / total", "1", of="share_of_parts")
    release: str = column("版本", "Release of the value", nullable=True)
    total_release: str = column("整体版本", "Release of the total", nullable=True)
    status: str = worst()

    class Config(Contract.Config):
        metadata = {
            "table": "mart.share",
            "zh": "占比",
            "inputs": {
                "value": rests_on("core.panel", "indicator", "region_code", year="r.year"),
                "total": rests_on("core.panel", "indicator", "year", region_code="r.of_code"),
            },
        }


class Disparity(Contract):
    """Inequality among the members of a group, per indicator and year. Unweighted over regions unless the name
    says weighted (by population); natural logarithm; population standard deviation; null where a member is missing.
    With few members the measures have ceilings, stored beside them: never compare groups of different size without
    them."""

    indicator: str = key("指标", "Indicator")
    group_code: str = key("组代码", "Group of provinces; PROV31 is all of them")
    year: int = key("年份", "Year", **YEARS)
    n: int = column("成员数", "Members of the group", ge=2)
    members: int = column("有值成员数", "Members with a figure")
    cv: float = measure("变异系数", "Population standard deviation / mean", "1")
    cv_max: float = measure("变异系数上限", "sqrt(n - 1), of cv", "1")
    cv_samp: float = measure("样本变异系数", "Sample standard deviation / mean, only to match papers that use it", "1")
    gini: float = measure("基尼系数", "Unweighted over regions", "1")
    gini_corrected: float = measure("校正基尼系数", "gini * n / (n - 1)", "1")
    gini_max: float = measure("基尼系数上限", "(n - 1) / n", "1")
    gini_weighted: float = measure("人口加权基尼系数", "Regions weighted by population, of the value per head", "1")
    theil_t: float = measure("泰尔指数T", "GE(1), unweighted", "1")
    theil_l: float = measure("泰尔指数L", "GE(0), mean log deviation, unweighted; null where a value is zero", "1")
    theil_max: float = measure("泰尔指数上限", "ln n, of theil_t", "1")
    theil_t_weighted: float = measure(
        "人口加权泰尔指数T", "Sum of s ln(s / w): value share against population share", "1"
    )
    theil_l_weighted: float = measure("人口加权泰尔指数L", "Sum of w ln(w / s)", "1")
    theil_t_between: float = measure(
        "组间泰尔指数",
        "Of Theil T of the 31 provinces, the part between macro-regions (PROV31) or between the group and the rest of the "
        "country (other groups)",
        "1",
    )
    theil_t_within: float = measure(
        "组内泰尔指数", "The part within the same units; between + within = theil_t_whole", "1"
    )
    theil_t_whole: float = measure(
        "全国泰尔指数", "Theil T of the 31 provinces, what the two parts add up to", "1", of="theil_t"
    )
    williamson: float = measure("威廉森系数", "Population-weighted CV of the value per head (weighted mean)", "1")
    hhi: float = measure("赫芬达尔指数", "Sum of squared shares", "1")
    hhi_min: float = measure("赫芬达尔指数下限", "1 / n", "1")
    hhi_normalised: float = measure("标准化赫芬达尔指数", "(hhi - 1/n) / (1 - 1/n)", "1")
    hoover: float = measure("胡佛系数", "Half the sum of |share - population share|", "1")
    max_min: float = measure("极值比", "Largest / smallest; null where the smallest is zero", "1")
    gap: float = measure("极差", "Largest - smallest, in the indicator's unit")
    primacy: float = measure("首位度", "Share of the largest", "1")
    two_city: float = measure("两城市首位度", "Largest / second largest", "1")
    four_city: float = measure("四城市首位度", "Largest / (second + third + fourth); null below four members", "1")
    sd_log: float = measure("对数标准差", "Population standard deviation of ln value (sigma)", "1")
    status: str = worst()
    crosses_break: str = column(
        "口径变动", "Entries of ref.break that begin in this year: the year before is of another kind", nullable=True
    )

    between_and_within_add_up = rule(
        "Theil T between and within groups add up to the whole",
        f"abs(theil_t_between + theil_t_within - theil_t_whole) <= {SLACK}",
    )

    class Config(Contract.Config):
        metadata = {
            "table": "mart.disparity",
            "zh": "差异",
            "inputs": {
                "member": rests_on("core.panel", "indicator", "year", region_code=members("group_code")),
            },
        }


class Intensity(Contract):
    """One quantity per another: R&D per GDP, per head. Every release of the denominator by itself; `preferred` marks
    that of core.panel, one release over all years where one is held. The publisher's own intensity rests on the GDP of its day:
    `agrees` says of each release whether it may be that."""

    intensity: str = key("强度", "Identifier, see catalog/intensities.yml")
    region_code: str = key("地区代码", "Region or group")
    year: int = key("年份", "Year", **YEARS)
    denominator_release: str = key("分母版本", "source/release of the denominator")
    numerator: str = column("分子", "Indicator above")
    denominator: str = column("分母", "Indicator below")
    numerator_value: float = figure("分子数值", "In its indicator's unit")
    denominator_value: float = figure("分母数值", "In its indicator's unit")
    value: float = interval("强度值", "factor * numerator / denominator, in `unit`", of="ratio")
    unit: str = column("单位", "Unit of the intensity")
    numerator_release: str = column("分子版本", "Releases of the numerator", nullable=True)
    preferred: bool = column("首选", "Whether this is the release of core.panel: the row to take")
    printed: float = figure("公布值", "Intensity printed by the bulletin")
    printed_half_width: float = figure("公布值半单位", "Half a unit of its last digit")
    agrees: pd.BooleanDtype = column(
        "与公布值一致",
        "Whether the printed value and ours meet within their intervals; null where nothing is printed",
        nullable=True,
    )
    status: str = worst()

    class Config(Contract.Config):
        metadata = {
            "table": "mart.intensity",
            "zh": "强度",
            "inputs": {
                "numerator": rests_on("core.panel", "region_code", "year", indicator="r.numerator"),
                "denominator": rests_on(
                    "core.observation",
                    "year",
                    indicator="r.denominator",
                    region_code=one_or_members("region_code"),
                    **release_of("denominator_release"),
                ),
                "printed?": rests_on(
                    "core.preferred", "region_code", "year", indicator="'rd_intensity'", value="r.printed"
                ),
            },
        }


class IntensitySpan(Contract):
    """An intensity at both ends of every window and its change. Both ends take the denominator from one state of the accounts, or
    one release, the newest that holds both; where none does, `differs` says that they rest on two, and the change is one of
    the accounts as well."""

    intensity: str = key("强度", "Identifier, see catalog/intensities.yml")
    region_code: str = key("地区代码", "Region or group")
    window_id: str = key("时段", "Window, see ref.window")
    year_start: int = column("起始年", "First year", **YEARS)
    year_end: int = column("终止年", "Last year", **YEARS)
    numerator: str = column("分子", "Indicator above")
    denominator: str = column("分母", "Indicator below")
    value_start: float = interval("起始强度", "factor * numerator / denominator, in `unit`", of="ratio")
    value_end: float = interval("终止强度", "factor * numerator / denominator, in `unit`", of="ratio")
    change: float = interval("变化", "value_end - value_start, in `unit`", of="difference")
    unit: str = column("单位", "Unit of the intensity")
    denominator_release_start: str = column(
        "起始分母版本", "Releases of the denominator of the first year", nullable=True
    )
    denominator_release_end: str = column("终止分母版本", "Releases of the denominator of the last year", nullable=True)
    differs: str = column(
        "分母不同", "That the two ends rest on two states of the denominator, and which; null: on one", nullable=True
    )
    status: str = worst()
    crosses_break: str = crosses()

    class Config(Contract.Config):
        metadata = {
            "table": "mart.intensity_span",
            "zh": "强度变化",
            "inputs": {
                "numerator": rests_on(
                    "core.panel", "region_code", indicator="r.numerator", year="in (r.year_start, r.year_end)"
                ),
                "denominator": rests_on(
                    "core.observation",
                    indicator="r.denominator",
                    region_code=one_or_members("region_code"),
                    industry_code="'*'",
                    year="in (r.year_start, r.year_end)",
                    release="in (select unnest(string_split(case when i.year = r.year_start then r.denominator_release_start "
                    "else r.denominator_release_end end, ',')))",
                ),
            },
        }


class Convergence(Contract):
    """Do the members of a group come closer together? sigma is the population standard deviation of logarithms: rows
    `yearly` have it for every year, rows of windows have both ends and the slope of sigma over the years between. beta is
    the slope of mean log growth on the logarithm of the start (absolute convergence, Barro and Sala-i-Martin 1992; ordinary
    least squares, unweighted): negative where low starts grow faster. Standard errors, classical ones, are given from ten
    members on; below that the group describes itself and nothing is inferred. Of quantities per head the population is that
    of core.panel. Years in which a member is missing or zero are absent."""

    indicator: str = key("指标", "Indicator")
    basis: str = key("口径", "level: the values; per_head: per resident", isin=["level", "per_head"])
    group_code: str = key("组代码", "Group of three or more; PROV31 is all provinces")
    window_id: str = key("时段", "Window, see ref.window; yearly: sigma of the year and of the year before")
    year_start: int = column("起始年", "First year", **YEARS)
    year_end: int = key("终止年", "Last year", **YEARS)
    years: int = column("间隔年数", "Number of intervals", unit="year", ge=1)
    n: int = column("成员数", "Members of the group", ge=3)
    sigma_start: float = measure("起始σ", "Standard deviation of logarithms in the first year", "1", of="sd_log")
    sigma_end: float = measure("终止σ", "Standard deviation of logarithms in the last year", "1", of="sd_log")
    sigma_years: int = column("σ年数", "Years with a sigma from first to last", ge=1)
    sigma_trend: float = measure("σ趋势", "Slope of sigma over the years; negative: the spread narrows", "1/year")
    sigma_trend_se: float = measure(
        "σ趋势标准误", "Standard error of sigma_trend; null below ten members", "1/year", ge=0, of="slope_error"
    )
    intercept: float = measure("截距", "Intercept of the beta regression", "1/year")
    beta: float = measure("β", "Slope of (1/T) ln(y_T / y_0) on ln y_0", "1/year")
    beta_se: float = measure(
        "β标准误", "Standard error of beta; null below ten members", "1/year", ge=0, of="slope_error"
    )
    r2: float = measure("拟合优度", "Share of the variance of growth that the start explains", "1", ge=0, le=1 + 1e-9)
    speed: float = measure(
        "收敛速度", "lambda = -ln(1 + beta T) / T; negative: divergence", "1/year", of="convergence_speed"
    )
    half_life: float = measure("半程时间", "Years until half of the distance is gone; null without convergence", "year")
    status: str = worst()
    crosses_break: str = crosses()

    class Config(Contract.Config):
        metadata = {
            "table": "mart.convergence",
            "zh": "收敛",
            "inputs": {
                "member": rests_on(
                    "core.panel", "indicator", region_code=members("group_code"), year="in (r.year_start, r.year_end)"
                ),
                "people?": rests_on(
                    "core.panel",
                    indicator="'population'",
                    region_code=members("group_code"),
                    year="in (r.year_start, r.year_end)",
                    when="r.basis = 'per_head'",
                ),
            },
        }


CONTRACTS = [Share, Disparity, Intensity, IntensitySpan, Convergence]
