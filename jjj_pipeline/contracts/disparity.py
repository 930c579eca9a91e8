"""Contracts of the disparity marts. Only declarations."""

import pandas as pd

from jjj_pipeline.contracts.base import Contract, column, key, measure, members, one_or_members, release_of, rests_on
from jjj_pipeline.contracts.core import YEARS


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
    value: float = measure("数值", "Value of the region, in the indicator's unit")
    total: float = measure("总量", "Total the share is of")
    share: float = measure("占比", "value / total", "1")
    share_low: float = measure("占比下限", "Lower end", "1")
    share_high: float = measure("占比上限", "Upper end", "1")
    release: str = column("版本", "Release of the value", nullable=True)
    total_release: str = column("整体版本", "Release of the total", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "mart.share",
            "zh": "占比",
            "group": "disparity",
            "inputs": {
                "value": rests_on("core.panel", "indicator", "region_code", year="r.year"),
                "total": rests_on("core.panel", "indicator", "year", region_code="r.of_code"),
            },
        }


class Disparity(Contract):
    """Inequality among the provinces of a group, per indicator and year. Unweighted over regions unless the name
    says weighted (by population); natural logarithm; population standard deviation; null where a member is missing.
    With few members the measures have ceilings, stored beside them: never compare groups of different size without
    them."""

    indicator: str = key("指标", "Indicator")
    group_code: str = key("组代码", "Group of provinces; PROV31 is all of them")
    year: int = key("年份", "Year", **YEARS)
    n: int = column("成员数", "Members of the group", ge=2)
    members: int = column("有值成员数", "Members with a figure")
    cv: float = measure("变异系数", "Population standard deviation / mean", "1")
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
        "组间泰尔指数", "Between macro-regions (all provinces) or between the group and the rest", "1"
    )
    theil_t_within: float = measure("组内泰尔指数", "Within macro-regions", "1")
    williamson: float = measure("威廉森系数", "Population-weighted CV of the value per head (weighted mean)", "1")
    hhi: float = measure("赫芬达尔指数", "Sum of squared shares", "1")
    hhi_min: float = measure("赫芬达尔指数下限", "1 / n", "1")
    hhi_normalised: float = measure("标准化赫芬达尔指数", "(hhi - 1/n) / (1 - 1/n)", "1")
    hoover: float = measure("胡佛系数", "Half the sum of |share - population share|", "1")
    max_min: float = measure("极值比", "Largest / smallest; null where the smallest is zero", "1")
    gap: float = measure("极差", "Largest - smallest, in the indicator's unit")
    primacy: float = measure("首位度", "Share of the largest", "1")
    two_city: float = measure("两城市首位度", "Largest / second largest", "1")
    sd_log: float = measure("对数标准差", "Population standard deviation of ln value (sigma)", "1")

    class Config(Contract.Config):
        metadata = {
            "table": "mart.disparity",
            "zh": "差异",
            "group": "disparity",
            "inputs": {
                "member": rests_on("core.panel", "indicator", "year", region_code=members("group_code")),
            },
        }


class Intensity(Contract):
    """One quantity per another: R&D per GDP, per head. Every release of the denominator by itself; `matching` marks
    the release the publisher used, beside its own printed intensity."""

    intensity: str = key("强度", "Identifier, see catalog/intensities.yml")
    region_code: str = key("地区代码", "Region or group")
    year: int = key("年份", "Year", **YEARS)
    denominator_release: str = key("分母版本", "source/release of the denominator")
    numerator: str = column("分子", "Indicator above")
    denominator: str = column("分母", "Indicator below")
    numerator_value: float = measure("分子数值", "In its indicator's unit")
    denominator_value: float = measure("分母数值", "In its indicator's unit")
    value: float = measure("强度值", "factor * numerator / denominator, in `unit`")
    value_low: float = measure("强度值下限", "Lower end")
    value_high: float = measure("强度值上限", "Upper end")
    unit: str = column("单位", "Unit of the intensity")
    numerator_release: str = column("分子版本", "Releases of the numerator", nullable=True)
    matching: bool = column(
        "版本匹配", "Whether this is the release the publisher's own intensity rests on, or the default release"
    )
    printed: float = measure("公布值", "Intensity printed by the bulletin")
    printed_half_width: float = measure("公布值半单位", "Half a unit of its last digit")
    agrees: pd.BooleanDtype = column(
        "与公布值一致",
        "Whether the printed value and ours meet within their intervals; null where nothing is printed",
        nullable=True,
    )

    class Config(Contract.Config):
        metadata = {
            "table": "mart.intensity",
            "zh": "强度",
            "group": "disparity",
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
                    "core.latest", "region_code", "year", indicator="'rd_intensity'", value="r.printed"
                ),
            },
        }


CONTRACTS = [Share, Disparity, Intensity]
