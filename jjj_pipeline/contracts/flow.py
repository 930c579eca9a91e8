"""Contracts of the flow marts. Only declarations."""

import pandas as pd

from jjj_pipeline.contracts.base import Contract, column, figure, interval, key, measure, members_of, rests_on, rule
from jjj_pipeline.contracts.core import YEARS, worst

PROVINCE = r"[1-9]\d0000"  # GB/T 2260 codes of the provincial units that figures of all 31 include
PROVINCES = 31


class FlowShare(Contract):
    """What part of an origin's technology contracts reaches a destination: of its whole output and of its outflow
    to other provinces, with intervals. Origin and destination the same: what stays (of a group: what its members sell
    to each other). Years that are not held are rows with null."""

    indicator: str = key("指标", "Flow indicator")
    origin: str = key("流出地", "Origin")
    destination: str = key("流入地", "Destination")
    year: int = key("年份", "Year", **YEARS)
    value: float = interval("数值", "The flow, in the indicator's unit", derived=False)
    output: float = figure("输出总额", "Whole output of the origin")
    outflow: float = figure("流向外省市", "Flow from the origin to all other provinces, where published")
    share_of_output: float = interval(
        "占输出比重",
        "value / output",
        "1",
        of="share_of_total",
    )
    share_of_outflow: float = interval(
        "占外流比重",
        "value / outflow",
        "1",
        of="share_of_total",
    )
    printed_share: float = interval("公布占外流比重", "Share of the outflow as printed", "1", derived=False)
    implied_outflow: float = interval(
        "推算外流总额", "value / printed_share: the outflow that the printed share implies", of="ratio"
    )
    status: str = column("状态", "OBS_STATUS of the flow; null where not held", nullable=True)
    source: str = column("来源", "Source of the flow; derived: follows from other printed figures", nullable=True)
    release: str = column("版本", "Release of the flow, or how it follows", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "mart.flow_share",
            "zh": "流向占比",
            "inputs": {
                "flow?": rests_on(
                    "core.flow", "indicator", "origin", "destination", "source", "release", period="r.year::varchar"
                ),
                "derived?": rests_on(
                    "mart.flow_derived", "indicator", "origin", "destination", "year", when="r.source = 'derived'"
                ),
                "output": rests_on("core.panel", "year", indicator="'tech_output_turnover'", region_code="r.origin"),
            },
        }


class FlowDerived(Contract):
    """Years of a flow that follow by arithmetic from other printed figures of it, each way by itself: from a growth rate, a
    compound rate, a cumulated total. Held against the printed figure of the year and against each other: `false` is a
    contradiction among printed figures. Nothing here is printed."""

    indicator: str = key("指标", "Flow indicator")
    origin: str = key("流出地", "Origin")
    destination: str = key("流入地", "Destination")
    year: int = key("年份", "Year", **YEARS)
    rule: str = key("推算方式", "start or end of a rate, total less years, total less total")
    inputs: str = key("所用数字（英）", "Periods of the printed figures it follows from")
    inputs_zh: str = column("所用数字", "The same in Chinese")
    value: float = interval("推算值", "What follows", derived=False)
    status: str = column("状态", "E, or that of an input less certain")
    printed: float = figure("公布值", "The year as printed")
    printed_half_width: float = figure("公布值半单位", "Half a unit of its last digit")
    printed_status: str = column("公布值状态", "OBS_STATUS of the printed figure", nullable=True)
    agrees_with_printed: pd.BooleanDtype = column(
        "与公布值一致", "Whether both meet within their digits", nullable=True
    )
    agrees_with_others: bool = column("与其他推算一致", "Whether all that follows for the year meets within its digits")

    class Config(Contract.Config):
        metadata = {
            "table": "mart.flow_derived",
            "zh": "推算流量",
            "inputs": {
                "figures": rests_on(
                    "core.flow",
                    "origin",
                    "destination",
                    indicator="in (r.indicator, r.indicator || '_growth', r.indicator || '_cagr')",
                    when="contains(r.inputs, i.period) or i.indicator <> r.indicator",
                ),
            },
        }


class TradeBalance(Contract):
    """Technology market of every province and group: output minus absorption, coverage of absorption by output,
    balance ratio. The nation's output and absorption are the same total of all contracts, with parties abroad (Hong
    Kong, Macao, Taiwan and foreign countries): the 31 provinces alone do not balance, with the row ABROAD they do.
    Abroad as a seller is printed nowhere and is the nation less the provinces; where Tibet is blank (before 2017)
    that remainder holds Tibet too, so the row stays null and the year does not close."""

    region_code: str = key("地区代码", "Region or group; ABROAD is every party outside the 31 provinces")
    year: int = key("年份", "Year", **YEARS)
    output: float = figure("输出额", "Contract turnover of sellers in the region", "亿元", ge=0)
    absorbed: float = figure("吸纳额", "Contract turnover of buyers in the region", "亿元", ge=0)
    balance: float = interval(
        "净输出",
        "output - absorbed",
        "亿元",
        of="difference",
    )
    coverage: float = interval(
        "输出吸纳比",
        "output / absorbed",
        "1",
        of="ratio",
    )
    balance_ratio: float = interval("净输出率", "(output - absorbed) / (output + absorbed)", "1")
    output_basis: str = column(
        "输出依据",
        "printed; members: sum of a group; remainder: nation less 31 provinces",
        nullable=True,
        isin=["printed", "members", "remainder"],
    )
    absorbed_basis: str = column(
        "吸纳依据",
        "printed; members: sum of a group; remainder: nation less 31 provinces",
        nullable=True,
        isin=["printed", "members", "remainder"],
    )
    output_release: str = column("输出版本", "Release of the output", nullable=True)
    absorbed_release: str = column("吸纳版本", "Release of the absorption", nullable=True)
    status: str = worst()
    missing: str = column("缺失（英）", "What is not held: the side, and the members that are blank", nullable=True)
    missing_zh: str = column("缺失", "The same in Chinese", nullable=True)

    # where 31 provinces and ABROAD have a balance, their sum lies within the half-units of all figures
    balance_closes_with_abroad = rule(
        "net balance of the provinces and abroad is not zero",
        f"count(balance) <> {PROVINCES + 1} or abs(sum(balance)) <= sum((balance_high - balance_low) / 2)",
        by="year",
        where=f"(regexp_full_match(region_code, '{PROVINCE}') or region_code = 'ABROAD')",
    )

    class Config(Contract.Config):
        metadata = {
            "table": "mart.trade_balance",
            "zh": "技术贸易差额",
            "inputs": {
                "output": rests_on("core.panel", "region_code", "year", indicator="'tech_output_turnover'"),
                "absorbed": rests_on("core.panel", "region_code", "year", indicator="'tech_absorbed_turnover'"),
            },
        }


class FlowAffinity(Contract):
    """The observed share of a province's outflow that reaches a destination against the share expected by the size of
    the buyers: absorption of the destination / absorption of all other provinces. affinity is the ratio: 1 as much as
    size suggests, above 1 closer. Absorption counts what a province buys from everywhere, itself included,
    and the flow itself: expected_without and affinity_without leave the origin's sales out. Where the
    outflow is not held the share of the whole output is a floor, and so is affinity_at_least."""

    indicator: str = key("指标", "Flow indicator")
    origin: str = key("流出地", "Origin, a province")
    destination: str = key("流入地", "Destination, a province or a group")
    year: int = key("年份", "Year", **YEARS)
    observed: float = interval(
        "实际占比", "Share of the outflow to other provinces, computed or as printed", "1", of="share_of_total"
    )
    absorbed: float = figure("流入地吸纳额", "Absorption of the destination", "亿元")
    absorbed_others: float = figure("外省市吸纳额", "Absorption of all provinces but the origin", "亿元")
    expected: float = interval(
        "期望占比",
        "absorbed / absorbed_others",
        "1",
        of="share_of_total",
    )
    expected_without: float = interval(
        "不含流出地的期望占比",
        "The same of what is bought from everybody but the origin: (absorbed - flow) / (absorbed_others - outflow)",
        "1",
        of="share_of_total",
    )
    affinity: float = interval("规模调整后亲和度", "observed / expected", "1")
    affinity_without: float = interval("不含流出地的亲和度", "observed / expected_without", "1", of="affinity")
    observed_at_least: float = measure(
        "实际占比至少", "Share of the whole output: no share of the outflow is below", "1", of="share_of_total"
    )
    affinity_at_least: float = measure(
        "亲和度至少",
        "Lower end of observed_at_least / expected",
        "1",
        of="affinity",
    )
    status: str = column("状态", "OBS_STATUS of the flow; null where not held", nullable=True)
    source: str = column("来源", "Source of the flow", nullable=True)
    release: str = column("版本", "Release of the flow", nullable=True)
    missing: str = column("缺失（英）", "What is not held", nullable=True)
    missing_zh: str = column("缺失", "The same in Chinese", nullable=True)

    expected_is_a_share = rule("expected share is not between 0 and 1", "expected between 0 and 1")

    class Config(Contract.Config):
        metadata = {
            "table": "mart.flow_affinity",
            "zh": "流向亲和度",
            "inputs": {
                "flow": rests_on(
                    "core.flow", "indicator", "origin", "destination", "source", "release", period="r.year::varchar"
                ),
                "share of outflow?": rests_on(
                    "core.flow",
                    "origin",
                    "destination",
                    indicator="r.indicator || '_share_of_outflow'",
                    period="r.year::varchar",
                ),
                "absorbed": rests_on(
                    "core.panel", "year", indicator="'tech_absorbed_turnover'", region_code="r.destination"
                ),
                "absorbed by the others": rests_on(
                    "core.panel",
                    "year",
                    indicator="'tech_absorbed_turnover'",
                    region_code=members_of("PROV31"),
                    when="i.region_code <> r.origin",
                ),
            },
        }


class CopatentEdge(Contract):
    """Joint patents by pair of places, without direction, and the pair set against the collaboration totals of its two
    ends (row sums without the diagonal; not all patents of a place). Measures only where all pairs of a network of three
    places or more are listed: an unlisted pair is unknown, not zero. Expected
    pairs come from quasi-independence and add up to the observed; of three places they equal them whatever the figures are, and
    Jaccard equals the share: both are null there. A pair that the printed total of the region leaves over is `derived`."""

    table_id: str = key("表", "Raw table; one network for each table, release, period and level")
    indicator: str = key("指标", "Kind of link")
    level: str = key("层级", "province or city", isin=["province", "city"])
    region_a: str = key("地区甲", "First place (lower code)")
    region_b: str = key("地区乙", "Second place")
    period: str = key("时期", "Period as printed")
    release: str = key("版本", "Edition or publication date")
    source: str = column("来源", "Source")
    status: str = column("状态", "OBS_STATUS; U: inferred, see the raw file")
    value: float = interval("合作件数", "Joint patents of the pair", "件", derived=False, ends="never below zero")
    share_of_region: float = interval(
        "占区域合计比重",
        "value / total printed for the region",
        "1",
        of="share_of_total",
    )
    strength_a: float = measure(
        "地区甲合作总数", "Joint patents of the first place with all places of the network", "件", of="strength"
    )
    strength_b: float = measure(
        "地区乙合作总数",
        "The same of the second place",
        "件",
        of="strength",
    )
    salton: float = interval("Salton指数", "value / sqrt(strength_a * strength_b)", "1")
    jaccard: float = interval("Jaccard指数", "value / (strength_a + strength_b - value)", "1")
    expected: float = measure(
        "期望件数",
        "Pairs expected from the two strengths by quasi-independence; null of three places",
        "件",
        of="expected_pairs",
    )
    association_strength: float = interval(
        "关联强度",
        "value / expected: 1 as often as sizes suggest; null where fewer than 5 are expected",
        "1",
        ends="by the digits of the pair itself",
        of="association_strength",
    )
    disparity_p: float = measure(
        "显著性",
        "Disparity filter: smaller p of the two ends that the pair weighs so much by chance",
        "1",
        of="disparity_filter",
    )
    backbone: pd.BooleanDtype = column("骨干边", "disparity_p below 0.05", nullable=True)
    derived: bool = column("推算", "Not printed: what the printed total of the region leaves over")
    nodes: int = column("节点数", "Places of the network", ge=2)
    pairs: int = column("已列对数", "Pairs listed or derived", ge=1)
    complete: bool = column("网络完整", "Three places or more and every pair with a figure")
    missing: str = column("缺失（英）", "Which part of the pairs is listed, or why measures say nothing", nullable=True)
    missing_zh: str = column("缺失", "The same in Chinese", nullable=True)

    expected_add_up = rule(
        "expected pairs do not add up to the observed",
        "abs(sum(value) - sum(expected)) <= 1e-6 * sum(value)",
        by="table_id, indicator, level, period, release",
        where="expected is not null",
    )

    pair_is_ordered = rule("first place does not come before the second", "region_a < region_b")

    similarity_is_a_fraction = rule(
        "similarity outside 0 to 1",
        " and ".join(f"{name} between 0 and 1 + 1e-12" for name in ("salton", "jaccard", "disparity_p")),
    )

    class Config(Contract.Config):
        metadata = {
            "table": "mart.copatent_edge",
            "zh": "合作专利边",
            "inputs": {
                "pair?": rests_on(
                    "core.flow",
                    "table_id",
                    "indicator",
                    "period",
                    "release",
                    origin="r.region_a",
                    destination="r.region_b",
                ),
                "total and other pairs?": rests_on(
                    "core.flow", "table_id", "indicator", "period", "release", level="'province'", when="r.derived"
                ),
            },
        }


class CopatentNode(Contract):
    """Places in the networks of joint patents: how many partners, how much, how central, core or periphery. Betweenness
    takes 1/weight as distance, eigenvector centrality takes the weight as strength and is of the largest component
    only. Null where not all pairs are listed. The core is the set of places whose pattern (1 inside the core, else 0)
    has the highest correlation with the weights, found by trying every set, up to 16 places."""

    table_id: str = key("表", "Raw table")
    indicator: str = key("指标", "Kind of link")
    level: str = key("层级", "province or city", isin=["province", "city"])
    period: str = key("时期", "Period as printed")
    release: str = key("版本", "Edition or publication date")
    region_code: str = key("地区代码", "Place")
    degree: pd.Int64Dtype = column("度", "Partners with at least one joint patent", nullable=True, ge=0)
    degree_centrality: float = measure("度中心性", "degree / (nodes - 1)", "1")
    strength: float = interval("强度", "Joint patents with all places of the network", "件")
    strength_share: float = measure(
        "强度占比",
        "strength / sum of all strengths",
        "1",
        of="share_of_total",
    )
    betweenness: float = measure("中介中心性", "Freeman, distance = 1/weight, over (n-1)(n-2)/2", "1")
    betweenness_hops: float = measure(
        "中介中心性(不加权)", "The same with every link of length 1", "1", of="betweenness"
    )
    eigenvector: float = measure("特征向量中心性", "Leading vector of the weights, length 1; largest component", "1")
    eigenvector_hops: float = measure(
        "特征向量中心性(不加权)",
        "The same with every weight 1",
        "1",
        of="eigenvector",
    )
    in_giant: pd.BooleanDtype = column("在最大连通子图", "Whether in the largest component", nullable=True)
    core: pd.BooleanDtype = column("核心", "Whether in the core", nullable=True)
    core_fit: float = measure("核心拟合", "Correlation of the weights with the core's pattern, of the network", "1")
    density: float = measure("网络密度", "Pairs with a joint patent over all pairs, of the network", "1")
    nodes: int = column("节点数", "Places of the network", ge=2)
    status: str = column("状态", "OBS_STATUS: U where a pair of the place is inferred")
    missing: str = column("缺失（英）", "Which part of the pairs is listed, where not all are", nullable=True)
    missing_zh: str = column("缺失", "The same in Chinese", nullable=True)

    strength_shares_add_up = rule(
        "shares of strength do not add up to 1",
        "abs(sum(strength_share) - 1) < 1e-9",
        by="table_id, indicator, level, period, release",
    )

    class Config(Contract.Config):
        metadata = {
            "table": "mart.copatent_node",
            "zh": "合作专利节点",
            "inputs": {
                "pair": rests_on(
                    "mart.copatent_edge",
                    "table_id",
                    "indicator",
                    "level",
                    "period",
                    "release",
                    when="r.region_code in (i.region_a, i.region_b)",
                ),
            },
        }


class CountedFlow(Contract):
    """Counts of record sets beside the printed figure of the same indicator, pair, level and period. Printed counts are of all
    records, those of a set of what it covers: the quotient is the part of the printed figure that the set holds."""

    indicator: str = key("指标", "Indicator")
    origin: str = key("流出地", "Origin, or the first of a pair")
    destination: str = key("流入地", "Destination, or the second of a pair")
    level: str = key("层级", "province or city", isin=["province", "city"])
    period: str = key("时期", "Period")
    record_set: str = key("记录集", "Record set, see meta.record_set")
    source: str = key("来源", "Source of the printed figure")
    release: str = key("版本", "Its release")
    table_id: str = key("表", "Its raw table")
    counted: float = figure("计数值", "Counted from the records")
    printed_value: float = figure("印出值", "Printed figure, in the indicator's unit")
    counted_over_printed: float = interval("计数与印出之比", "counted / printed_value", "1", of="ratio")
    coverage: float = figure(
        "覆盖率", "Records of the set with a place over those of the whole, where it is known", "1"
    )
    status: str = column("状态", "OBS_STATUS of the count: U for samples and truncated sets")
    printed_status: str = column("印出值状态", "OBS_STATUS of the printed figure")

    class Config(Contract.Config):
        metadata = {
            "table": "mart.counted_flow",
            "zh": "记录计数与印出数",
            "inputs": {
                "counted": rests_on(
                    "core.flow", "indicator", "origin", "destination", "level", "period", source="r.record_set"
                ),
                "printed": rests_on(
                    "core.flow",
                    "indicator",
                    "origin",
                    "destination",
                    "level",
                    "period",
                    "source",
                    "release",
                    "table_id",
                ),
            },
        }


CONTRACTS = [CountedFlow, FlowShare, FlowDerived, TradeBalance, FlowAffinity, CopatentEdge, CopatentNode]
