"""Contracts of the marts on industries: structures, supply and demand, chains. Only declarations."""

from jjj_pipeline.contracts.base import (
    Contract,
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
from jjj_pipeline.contracts.core import YEARS, worst

ROUNDING = 1e-12  # the last bits of a double, nothing of the data


class LocationQuotient(Contract):
    """Share of each section in a province or group over its share in the 31 provinces together, by legal entities and by
    employment in urban units (without private firms; GB/T 4754-2002 before 2012). Above 1: more of it than elsewhere. In the
    interval the region and the rest of the reference move by themselves."""

    indicator: str = key("指标", "legal_entities or urban_employment")
    region_code: str = key("地区代码", "Province or group")
    industry_code: str = key("行业代码", "Section of GB/T 4754")
    year: int = key("年份", "Year", **YEARS)
    value: float = figure("数值", "Of the section, in the indicator's unit")
    share: float = interval(
        "占本地比重",
        "value / total of the region",
        "1",
        of="share_of_total",
    )
    reference_share: float = measure(
        "全国比重",
        "Share of the section in the 31 provinces",
        "1",
        of="share_of_total",
    )
    lq: float = interval(
        "区位商",
        "share / reference_share",
        "1",
        of="location_quotient",
    )
    release: str = column("版本", "source/release of all figures")
    status: str = worst()
    missing: str = column("缺失（英）", "What is not held", nullable=True)
    missing_zh: str = column("缺失", "The same in Chinese", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "mart.location_quotient",
            "zh": "区位商",
            "inputs": {
                "section": rests_on(
                    "core.observation",
                    "indicator",
                    "industry_code",
                    "year",
                    region_code=one_or_members("region_code"),
                    **release_of("release"),
                ),
                "total of the region": rests_on(
                    "core.observation",
                    "indicator",
                    "year",
                    industry_code="'*'",
                    region_code=one_or_members("region_code"),
                    **release_of("release"),
                ),
            },
        }


class StructureSimilarity(Contract):
    """How alike two provinces of the region are by section A to S. Finger-Kreinin = 1 - Krugman / 2: what part of the two
    structures is the same. Cosine looks at the direction and is led by the large sections. All rise when sections are
    merged. Null where a section is blank in one of the two."""

    indicator: str = key("指标", "legal_entities or urban_employment")
    region_a: str = key("地区甲", "First province (lower code)")
    region_b: str = key("地区乙", "Second province")
    year: int = key("年份", "Year", **YEARS)
    finger_kreinin: float = measure("Finger-Kreinin指数", "Sum of the smaller shares, 0 to 1", "1")
    cosine: float = measure("余弦相似度", "Cosine of the two lists of shares, 0 to 1", "1")
    krugman: float = measure("Krugman指数", "Sum of the differences of shares, 0 to 2", "1")
    sections: int = column("门类数", "Sections with a figure on both sides", ge=1, le=19)
    release: str = column("版本", "source/release of both sides")
    status: str = worst()
    missing: str = column("缺失门类", "Sections without a figure on one side", nullable=True)

    finger_kreinin_is_one_less_half_krugman = rule(
        "Finger-Kreinin is not 1 - Krugman / 2", f"abs(finger_kreinin - (1 - krugman / 2)) <= {ROUNDING}"
    )

    class Config(Contract.Config):
        metadata = {
            "table": "mart.structure_similarity",
            "zh": "结构相似度",
            "inputs": {
                "section of the first": rests_on(
                    "core.observation",
                    "indicator",
                    "year",
                    region_code="r.region_a",
                    **release_of("release"),
                    when="regexp_full_match(i.industry_code, '[A-S]')",
                ),
                "section of the second": rests_on(
                    "core.observation",
                    "indicator",
                    "year",
                    region_code="r.region_b",
                    **release_of("release"),
                    when="regexp_full_match(i.industry_code, '[A-S]')",
                ),
            },
        }


class SupplyDemand(Contract):
    """Does what one province offers meet what another needs? Printed lists of industries (Beijing's supply, Hebei's
    demand) by overlap and rank-biased overlap; beside them the structures of two provinces by section, ordered by size,
    with the similarity of their shares. A printed list of three ranks is weak evidence: below its last rank nothing is
    known, and Spearman needs both sides to rank the same industries. `rbo` is to be read beside `rbo_chance` and
    `rbo_p`: two shuffled lists of 19 sections agree by 0.455 on average."""

    basis: str = key("依据", "ranking: printed lists; structure: sections by size", isin=["ranking", "structure"])
    supply: str = key("供给指标", "What the first list orders")
    supply_region: str = key("供给地区", "Province of the first list")
    demand: str = key("需求指标", "What the second list orders")
    demand_region: str = key("需求地区", "Province of the second list")
    year: int = key("年份", "Year", **YEARS)
    release: str = key("版本", "source/release of both lists")
    depth: int = column("可比深度", "Ranks (or sections) on both sides", ge=1)
    supply_list: str = column("供给序列", "Codes of GB/T 4754 in order", nullable=True)
    demand_list: str = column("需求序列", "Codes of GB/T 4754 in order", nullable=True)
    shared: str = column("共有行业", "Industries among the first three of both", nullable=True)
    top_overlap: float = measure("前三位重合度", "Shared among the first three / 3", "1", ge=0, le=1)
    average_overlap: float = measure("平均重合度", "Mean overlap at depths 1 to depth", "1", ge=0, le=1)
    rbo: float = measure("秩偏重合度", "RBO_ext with p = 0.9", "1", ge=0, le=1 + ROUNDING)
    rbo_chance: float = measure(
        "随机秩偏重合度", "Mean RBO of two random orders of the 19 sections, to the same depth", "1", ge=0, le=1
    )
    rbo_p: float = measure(
        "秩偏重合度显著性",
        "Part of random orders that agree as much or more: 0.05 and less is beyond chance",
        "1",
        ge=0,
        le=1,
    )
    spearman: float = measure("斯皮尔曼相关系数", "Rank correlation, where both rank the same industries", "1")
    finger_kreinin: float = measure("Finger-Kreinin指数", "Sum of the smaller shares, structures only", "1")
    cosine: float = measure("余弦相似度", "Cosine of the shares, structures only", "1")
    krugman: float = measure("Krugman指数", "Sum of the differences of shares, structures only", "1")
    status: str = column("状态", "Worst OBS_STATUS of the two lists")
    missing: str = column("缺失（英）", "What is not held", nullable=True)
    missing_zh: str = column("缺失", "The same in Chinese", nullable=True)

    finger_kreinin_is_one_less_half_krugman = rule(
        "Finger-Kreinin is not 1 - Krugman / 2", f"abs(finger_kreinin - (1 - krugman / 2)) <= {ROUNDING}"
    )

    class Config(Contract.Config):
        metadata = {
            "table": "mart.supply_demand",
            "zh": "供需匹配",
            "inputs": {
                "supply?": rests_on(
                    "core.ranking",
                    "year",
                    indicator="r.supply",
                    region_code="r.supply_region",
                    **release_of("release"),
                ),
                "demand?": rests_on(
                    "core.ranking",
                    "year",
                    indicator="r.demand",
                    region_code="r.demand_region",
                    **release_of("release"),
                ),
                "structure?": rests_on(
                    "mart.structure_similarity",
                    "year",
                    "release",
                    indicator="r.supply",
                    region_a="r.supply_region",
                    region_b="r.demand_region",
                ),
            },
        }


class ChainMatch(Contract):
    """Does what two provinces invent together meet what is made there? For each section with industries of close joint
    invention (`industries`, divisions of GB/T 4754 as printed) and each of the two places as the maker: how much of the
    section the maker has (location quotients), its high-tech manufacturing per GDP, and how the partner's invention and the
    maker's manufacturing couple. Divisions by province are not collected: the section stands for all of them. Counts of record
    sets by class of GB/T 4754 are beside the printed links, in their own year and with what was counted; of a flow (seller
    to buyer) the maker is the place it goes to.

    Coupling takes u_invention (partner, invention patents granted per 10 000 people) and u_making (maker, location quotient
    of the section by legal entities), both min-max scaled over the 31 provinces and all years that have both. Traditional
    and modified degrees (Wang et al. 2021) are different measures: never mix them, nor compare them across scaling sets."""

    indicator: str = key("指标", "joint_invention as printed, or the indicator counted by class")
    source: str = key("来源", "Source of the link: a publication or a record set")
    region_a: str = key("地区甲", "First province of the link")
    region_b: str = key("地区乙", "Second province of the link")
    section: str = key("门类", "Section of the industries in which the two invent together")
    maker: str = key("制造地", "Which of the two is the maker: the figures of making are its own")
    year: int = key("年份", "Year", **YEARS)
    partner: str = column("合作地", "The other of the two")
    industries: str = column(
        "联合发明行业",
        "Divisions in which the two invent together, as printed; of counts their divisions or the section",
    )
    counted: float = figure("计数值", "Counted in the year, in the indicator's unit; null for printed links")
    lq_legal_entities: float = interval(
        "法人单位区位商", "Of the section, by legal entities", "1", of="location_quotient"
    )
    lq_urban_employment: float = interval(
        "城镇就业区位商", "Of the section, by employment in urban units", "1", of="location_quotient"
    )
    hightech_revenue_per_gdp: float = interval(
        "高技术产业营业收入与GDP之比",
        "From 2018",
        "%",
        of="ratio",
    )
    hightech_principal_revenue_per_gdp: float = interval(
        "高技术产业主营业务收入与GDP之比", "To 2016: another definition, not to be chained", "%", of="ratio"
    )
    invention: float = measure(
        "合作地每万人发明专利授权数", "Invention patents granted per 10 000 people", "件/万人", of="ratio"
    )
    u_invention: float = measure(
        "创新子系统", "invention, min-max over provinces and years", "1", ge=0, le=1, of="min_max"
    )
    u_making: float = measure(
        "制造子系统", "lq_legal_entities, min-max over provinces and years", "1", ge=0, le=1, of="min_max"
    )
    coupling: float = measure("耦合度(传统)", "2 sqrt(U1 U2) / (U1 + U2)", "1", ge=0, le=1 + ROUNDING)
    coordination: float = measure("耦合协调度(传统)", "sqrt(coupling * mean U)", "1", ge=0, le=1 + ROUNDING)
    coupling_modified: float = measure(
        "耦合度(修正)", "sqrt((1 - |U1 - U2|) * min U / max U)", "1", ge=0, le=1 + ROUNDING
    )
    coordination_modified: float = measure(
        "耦合协调度(修正)", "sqrt(coupling_modified * mean U)", "1", ge=0, le=1 + ROUNDING, of="coordination"
    )
    status: str = column("联系状态", "OBS_STATUS of the link")
    missing: str = column("缺失（英）", "What is not held", nullable=True)
    missing_zh: str = column("缺失", "The same in Chinese", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "mart.chain_match",
            "zh": "链条匹配",
            "inputs": {
                "link?": rests_on(
                    "core.industry_link",
                    "indicator",
                    "source",
                    "region_a",
                    "region_b",
                    when="list_contains(string_split(r.industries, ' '), i.industry_code)",
                ),
                "counted by class?": rests_on(
                    "core.flow_class",
                    "indicator",
                    "source",
                    period="r.year::varchar",
                    level="'province'",
                    when="((i.origin = r.partner and i.destination = r.maker) or (i.rule in ('pairs', 'pairs_fractional') "
                    "and i.origin = r.maker and i.destination = r.partner)) and list_has_any(string_split(r.industries, ' '), "
                    "[i.class_code, regexp_extract(i.class_code, '^[A-T]?([0-9]{2})', 1)])",
                ),
                "made there?": rests_on(
                    "mart.location_quotient", "year", region_code="r.maker", industry_code="r.section"
                ),
                "high-tech manufacturing?": rests_on(
                    "core.panel",
                    "year",
                    region_code="r.maker",
                    indicator="in ('hightech_revenue', 'hightech_principal_revenue', 'gdp')",
                ),
                "invention of the partner?": rests_on(
                    "core.panel", "year", region_code="r.partner", indicator="in ('invention_grants', 'population')"
                ),
            },
        }


CONTRACTS = [LocationQuotient, StructureSimilarity, SupplyDemand, ChainMatch]
