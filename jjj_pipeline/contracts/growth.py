"""Contracts of the growth marts. Only declarations."""

from jjj_pipeline.contracts.base import Contract, column, key, measure, rests_on
from jjj_pipeline.contracts.core import YEARS


class GrowthYearly(Contract):
    """Growth of every flow and stock against the year before, nominal, with the interval its printed digits allow;
    real growth of GDP beside it where the index is published."""

    indicator: str = key("指标", "Indicator")
    region_code: str = key("地区代码", "Region or group")
    year: int = key("年份", "Year", **YEARS)
    value: float = measure("数值", "Value of the year, in the indicator's unit")
    value_before: float = measure("上年数值", "Value of the year before")
    change: float = measure("增量", "Value minus value before, in the indicator's unit")
    growth: float = measure("增长率", "value / value_before - 1", "1")
    growth_low: float = measure("增长率下限", "Lower end of the interval", "1")
    growth_high: float = measure("增长率上限", "Upper end of the interval", "1")
    real_growth: float = measure("实际增长率", "GDP only: published index (previous year = 100) / 100 - 1", "1")
    release_before: str = column("上年版本", "Releases of the value before", nullable=True)
    release: str = column("版本", "Releases of the value", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "mart.growth_yearly",
            "zh": "年度增长",
            "group": "growth",
            "inputs": {
                "value": rests_on("core.panel", "indicator", "region_code", year="r.year"),
                "value_before": rests_on("core.panel", "indicator", "region_code", year="r.year - 1"),
            },
        }


class GrowthSpan(Contract):
    """Growth between the two ends of every window: multiple and compound annual rate (level approach of the
    statistical office; years = number of intervals), with intervals; real growth of GDP beside it."""

    indicator: str = key("指标", "Indicator")
    region_code: str = key("地区代码", "Region or group")
    window_id: str = key("时段", "Window, see ref.window")
    year_start: int = column("起始年", "First year", **YEARS)
    year_end: int = column("终止年", "Last year", **YEARS)
    years: int = column("间隔年数", "Number of intervals", unit="year", ge=1)
    value_start: float = measure("起始值", "Value of the first year")
    value_end: float = measure("终止值", "Value of the last year")
    multiple: float = measure("倍数", "value_end / value_start (是…的 M 倍)", "1")
    multiple_low: float = measure("倍数下限", "Lower end", "1")
    multiple_high: float = measure("倍数上限", "Upper end", "1")
    cagr: float = measure("年均增长率", "multiple ^ (1 / years) - 1", "1")
    cagr_low: float = measure("年均增长率下限", "Lower end", "1")
    cagr_high: float = measure("年均增长率上限", "Upper end", "1")
    real_multiple: float = measure("实际倍数", "GDP only: product of the published indices", "1")
    real_cagr: float = measure("实际年均增长率", "GDP only: from real_multiple", "1")
    release_start: str = column("起始版本", "Releases of the first value", nullable=True)
    release_end: str = column("终止版本", "Releases of the last value", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "mart.growth_span",
            "zh": "时段增长",
            "group": "growth",
            "inputs": {
                "value_start": rests_on("core.panel", "indicator", "region_code", year="r.year_start"),
                "value_end": rests_on("core.panel", "indicator", "region_code", year="r.year_end"),
            },
        }


CONTRACTS = [GrowthYearly, GrowthSpan]
