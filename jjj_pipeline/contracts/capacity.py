"""Contracts of the marts on innovation capacity: firms and institutions, the composite index. Only declarations."""

import pandas as pd

from jjj_pipeline.contracts.base import Contract, column, figure, interval, key, measure, release_of, rests_on, rule
from jjj_pipeline.contracts.core import YEARS, crosses, worst

ROUNDING = 1e-12  # the last bits of a double, nothing of the data


class Capacity(Contract):
    """Firms and institutions that carry innovation into the economy, per 10 000 people and per 亿元 of GDP, with growth
    since the year published before (one year or nine) and the distance to Beijing. Firms are industrial enterprises above
    designated size; intermediaries and IP services are the article's own counts of the three provinces. GDP
    of a region and of Beijing are of one state of the accounts, and the nation's too."""

    indicator: str = key("指标", "What is counted")
    region_code: str = key("地区代码", "Province, group or nation")
    year: int = key("年份", "Year", **YEARS)
    value: float = interval("数量", "Number", "个", derived=False)
    per_10000_people: float = interval(
        "每万人数量",
        "value / population",
        "个/万人",
        of="ratio",
    )
    per_gdp: float = interval(
        "每亿元GDP数量",
        "value / GDP",
        "个/亿元",
        of="ratio",
    )
    year_before: pd.Int64Dtype = column("上一公布年", "Year that growth counts from", nullable=True)
    growth: float = interval("增长率", "value / value of year_before - 1", "1")
    cagr: float = interval("年均增长率", "The same a year", "1")
    people_to_beijing: float = interval(
        "每万人数量与北京之比",
        "per_10000_people over Beijing's",
        "1",
        of="ratio",
    )
    people_gap: float = measure(
        "每万人数量与北京之差",
        "per_10000_people less Beijing's",
        "个/万人",
        of="difference",
    )
    gdp_to_beijing: float = interval(
        "每亿元GDP数量与北京之比",
        "per_gdp over Beijing's",
        "1",
        of="ratio",
    )
    gdp_gap: float = measure(
        "每亿元GDP数量与北京之差",
        "per_gdp less Beijing's",
        "个/亿元",
        of="difference",
    )
    source: str = column("来源", "Source of the count", nullable=True)
    release: str = column("版本", "Release of the count", nullable=True)
    population_release: str = column("人口版本", "Release of the population", nullable=True)
    gdp_release: str = column("GDP版本", "Release of GDP", nullable=True)
    status: str = column("状态", "OBS_STATUS of the count", nullable=True)
    crosses_break: str = crosses()
    missing: str = column("缺失（英）", "What is not published or not held", nullable=True)
    missing_zh: str = column("缺失", "The same in Chinese", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "mart.capacity",
            "zh": "转化能力",
            "inputs": {
                "count": rests_on("core.panel", "indicator", "region_code", "year"),
                "count before?": rests_on("core.panel", "indicator", "region_code", year="r.year_before"),
                "people": rests_on("core.panel", "region_code", "year", indicator="'population'"),
                "GDP?": rests_on("core.series", "region_code", "year", indicator="'gdp'", release="r.gdp_release"),
            },
        }


class InnovationIndexComponent(Contract):
    """Indicators of the composite index for every province and group: the intensity itself, from the panel's figures (GDP
    in its default release), and its place between the lowest and the highest of all provinces and years of the release.
    Groups are measured on the provinces' scale."""

    release: str = key("版本", "Release of the index")
    intensity: str = key("强度", "Intensity, see ref.intensity")
    region_code: str = key("地区代码", "Province or group")
    year: int = key("年份", "Year", **YEARS)
    dimension: str = column("维度", "Dimension, see ref.index_component")
    value: float = interval(
        "强度值",
        "In the unit of the intensity",
        of="ratio",
    )
    scaled: float = measure(
        "标准化值", "(value - lowest) / (highest - lowest)", "1", ge=-ROUNDING, le=1 + ROUNDING, of="min_max"
    )
    status: str = worst()

    class Config(Contract.Config):
        metadata = {
            "table": "mart.innovation_index_component",
            "zh": "创新指数分项",
            "inputs": {
                "figure": rests_on(
                    "core.panel",
                    "region_code",
                    "year",
                    indicator="in (select unnest([k.numerator, k.denominator]) from ref.intensity as k "
                    "where k.intensity = r.intensity)",
                ),
            },
        }


class InnovationIndexWeight(Contract):
    """Scales and weights of the composite index, by release. Entropy weights over the rows (province and year) that have
    every indicator: the more the rows differ in an indicator, the more it weighs."""

    release: str = key("版本", "Release of the index")
    intensity: str = key("强度", "Intensity, see ref.intensity")
    dimension: str = column("维度", "Dimension")
    lowest: float = figure("最小值", "Lowest of all provinces and years, in the unit of the intensity")
    highest: float = figure("最大值", "Highest of all provinces and years")
    rows: int = column("样本数", "Rows the entropy is taken over", ge=0)
    evenness: float = measure(
        "熵值",
        "-(1 / ln rows) sum p ln p",
        "1",
        ge=0,
        le=1 + ROUNDING,
        of="entropy_evenness",
    )
    weight: float = column("等权权重", "1 / indicators of the dimension / dimensions", unit="1", gt=0, le=1)
    weight_entropy: float = measure(
        "熵权", "(1 - evenness) / sum of (1 - evenness)", "1", ge=0, le=1, of="entropy_weights"
    )

    weights_add_up = rule(
        "weights of a release do not add up to 1",
        "abs(sum(weight) - 1) <= 1e-9 and (sum(weight_entropy) is null or abs(sum(weight_entropy) - 1) <= 1e-9)",
        by="release",
    )

    class Config(Contract.Config):
        metadata = {
            "table": "mart.innovation_index_weight",
            "zh": "创新指数权重",
            "inputs": {
                "component": rests_on("mart.innovation_index_component", "release", "intensity"),
            },
        }


class InnovationIndexTable(Contract):
    """The composite innovation index of provinces and groups, by release, year and dimension, in the manner of the European
    Regional Innovation Scoreboard: unweighted means of min-max values within and across dimensions; score_entropy weighs by
    entropy instead. Dimensions of release 2024: people in R&D (FTE and researchers per 10 000 people), investment (R&D and
    basic research per GDP), enterprises (their R&D per GDP, their FTE per 10 000 people), invention (patents granted and
    valid per 10 000 people), transfer (technology output and absorption per GDP). Null where an indicator is missing.
    Comparison it the published indices of the statistical office and of Peking University, one row a printed figure: bases and
    make-up differ between editions, so never chain or compare them across index_id and release."""

    index_id: str = key("指数", "composite, or the indicator of a published index")
    release: str = key("版本", "Release of the index; source/release of a published one")
    region_code: str = key("地区代码", "Province or group")
    year: int = key("年份", "Year", **YEARS)
    dimension: str = key("维度", "total, or a dimension of the index")
    score: float = interval(
        "得分", "0 to 1 for the composite; index points of a published index", ends="of a published index"
    )
    score_entropy: float = measure(
        "熵权得分",
        "Composite with entropy weights",
        "1",
        of="score",
    )
    rank: pd.Int64Dtype = column("位次", "Among the provinces with a score, composite only", nullable=True, ge=1)
    rank_entropy: pd.Int64Dtype = column("熵权位次", "The same by score_entropy", nullable=True, ge=1)
    base: str = column("尺度", "What the score is measured on", nullable=True)
    status: str = column("状态", "OBS_STATUS of a published index", nullable=True)
    missing: str = column("缺失", "Indicators without a figure", nullable=True)

    composite_is_a_fraction = rule(
        "composite is not between 0 and 1",
        " and ".join(
            f"(index_id <> 'composite' or {name} between -{ROUNDING} and 1 + {ROUNDING})"
            for name in ("score", "score_entropy")
        ),
    )

    total_is_the_mean_of_the_dimensions = rule(
        "composite is not the mean of its dimensions",
        "count(score) < count(*) "
        "or abs(max(score) filter (dimension = 'total') - avg(score) filter (dimension <> 'total')) <= 1e-9",
        by="release, region_code, year",
        where="index_id = 'composite'",
    )

    class Config(Contract.Config):
        metadata = {
            "table": "mart.innovation_index",
            "zh": "创新指数",
            "inputs": {
                "component?": rests_on(
                    "mart.innovation_index_component",
                    "release",
                    "region_code",
                    "year",
                    when="r.index_id = 'composite' and r.dimension in ('total', i.dimension)",
                ),
                "published?": rests_on(
                    "core.observation",
                    "region_code",
                    "year",
                    **release_of("release"),
                    indicator="case r.dimension when 'total' then r.index_id else r.index_id || '_' || r.dimension end",
                ),
            },
        }


CONTRACTS = [Capacity, InnovationIndexComponent, InnovationIndexWeight, InnovationIndexTable]
