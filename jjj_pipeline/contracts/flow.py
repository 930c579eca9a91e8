"""Contracts of the flow marts. Only declarations."""

from jjj_pipeline.contracts.base import Contract, column, figure, key, measure
from jjj_pipeline.contracts.core import YEARS


class FlowShare(Contract):
    """What part of an origin's technology contracts reaches a destination: of its whole output and of its outflow
    to other provinces, with intervals. Years that were not published are rows with null."""

    indicator: str = key("指标", "Flow indicator")
    origin: str = key("流出地", "Origin")
    destination: str = key("流入地", "Destination")
    year: int = key("年份", "Year", **YEARS)
    value: float = figure("数值", "The flow, in the indicator's unit")
    output: float = figure("输出总额", "Whole output of the origin")
    outflow: float = figure("流向外省市", "Flow from the origin to all other provinces, where published")
    share_of_output: float = measure("占输出比重", "value / output", "1", of="share_of_total")
    share_of_output_low: float = measure("占输出比重下限", "Lower end", "1")
    share_of_output_high: float = measure("占输出比重上限", "Upper end", "1")
    share_of_outflow: float = measure("占外流比重", "value / outflow", "1", of="share_of_total")
    share_of_outflow_low: float = measure("占外流比重下限", "Lower end", "1")
    share_of_outflow_high: float = measure("占外流比重上限", "Upper end", "1")
    printed_share: float = figure("公布占外流比重", "Share of the outflow as printed", "1")
    status: str = column("状态", "OBS_STATUS of the flow; null where not published", nullable=True)
    source: str = column("来源", "Source of the flow", nullable=True)
    release: str = column("版本", "Release of the flow", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "mart.flow_share", "zh": "流向占比", "group": "flow"}


class TradeBalance(Contract):
    """Technology market of every province and group: output minus absorption, coverage of absorption by output,
    balance ratio."""

    region_code: str = key("地区代码", "Region or group")
    year: int = key("年份", "Year", **YEARS)
    output: float = figure("输出额", "Contract turnover of sellers in the region", "亿元")
    absorbed: float = figure("吸纳额", "Contract turnover of buyers in the region", "亿元")
    balance: float = measure("净输出", "output - absorbed", "亿元", of="difference")
    balance_low: float = measure("净输出下限", "Lower end", "亿元")
    balance_high: float = measure("净输出上限", "Upper end", "亿元")
    coverage: float = measure("输出吸纳比", "output / absorbed", "1", of="ratio")
    coverage_low: float = measure("输出吸纳比下限", "Lower end", "1")
    coverage_high: float = measure("输出吸纳比上限", "Upper end", "1")
    balance_ratio: float = measure("净输出率", "(output - absorbed) / (output + absorbed)", "1")
    output_release: str = column("输出版本", "Release of the output", nullable=True)
    absorbed_release: str = column("吸纳版本", "Release of the absorption", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "mart.trade_balance", "zh": "技术贸易差额", "group": "flow"}


CONTRACTS = [FlowShare, TradeBalance]
