"""Contracts of schema ref: the catalogue as tables. Only declarations."""

import pandas as pd

from jjj_pipeline.contracts.base import Contract, column, key

REGION_KINDS = ["nation", "province", "group", "city", "special", "abroad", "node", "county"]


class Region(Contract):
    """Every place a figure can be of: the nation, 31 provincial units, cities, groups, and the far ends of flows."""

    region_code: str = key("地区代码", "GB/T 2260 code, CN, or the code of a group")
    name_zh: str = column("地区", "Chinese name")
    short_zh: str = column("简称", "Short Chinese name as yearbooks print it")
    name_en: str = column("英文名", "English name")
    kind: str = column("类别", "nation, province, group, city, special, abroad, node", isin=REGION_KINDS)
    parent: str = column("上级", "Code of the unit above", nullable=True)
    four_region: str = column("四大地区", "Macro-region of the statistical office", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "ref.region", "zh": "地区"}


class RegionGroup(Contract):
    """Members of the groups of regions."""

    group_code: str = key("组代码", "Code of the group")
    region_code: str = key("地区代码", "Code of the member")
    members: int = column("成员数", "Members of the group, itself one of them", ge=1)

    class Config(Contract.Config):
        metadata = {"table": "ref.region_group", "zh": "地区组"}


class Indicator(Contract):
    """What is measured: name, unit, price basis, whether regions add up, which release is taken by default."""

    indicator: str = key("指标", "Identifier used in queries")
    name_zh: str = column("指标名称", "Chinese name")
    name_en: str = column("英文名", "English name")
    unit: str = column("单位", "Unit of core.observation.value")
    additive: bool = column("可加", "Whether values of regions may be summed")
    kind: str = column("类别", "flow, stock, ratio or index", isin=["flow", "stock", "ratio", "index"])
    price_basis: str = column("价格", "nominal, real or none", isin=["nominal", "real", "none"])
    deflator: str = column(
        "平减指数", "Prices its real growth is measured at: gdp for mart.deflator; null: none", nullable=True
    )
    definition: str = column("定义", "Definition or scope, in Chinese", nullable=True)
    definition_en: str = column("英文定义", "The same in English", nullable=True)
    vintages: str = column(
        "核算版本",
        "States of the accounts, in the order in which core.preferred takes them; null: one state for all releases",
        nullable=True,
    )
    preferred: str = column(
        "优先来源", "Sources in order of preference, where it differs from ref.source.rank", nullable=True
    )
    lowest: float = column("下限", "Lower end of the range in which a figure is plausible", nullable=True)
    highest: float = column("上限", "Upper end of that range", nullable=True)
    inflow: str = column("流入指标", "Of a stock: the indicator that bounds its yearly increase", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "ref.indicator", "zh": "指标"}


class Intensity(Contract):
    """Intensities: which quantity per which, in which unit, and the release of the denominator that belongs to them."""

    intensity: str = key("强度", "Identifier")
    name_zh: str = column("强度名称", "Chinese name")
    name_en: str = column("英文名", "English name")
    numerator: str = column("分子", "Indicator above")
    denominator: str = column("分母", "Indicator below")
    factor: float = column("系数", "Factor from the indicators' units to `unit`", gt=0)
    unit: str = column("单位", "Unit of the intensity")
    printed: str = column("公布指标", "Indicator with the publisher's own figure", nullable=True)
    lowest: float = column("下限", "Lower end of the range in which it is plausible", nullable=True)
    highest: float = column("上限", "Upper end of that range", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "ref.intensity", "zh": "强度定义"}


class IndexComponent(Contract):
    """What the composite innovation index is made of, by release: intensities, their dimension, and the years that scales
    and weights are taken over (catalog/innovation_index.yml)."""

    release: str = key("版本", "Release of the index")
    intensity: str = key("强度", "Intensity, see ref.intensity")
    dimension: str = column("维度", "Dimension")
    dimension_zh: str = column("维度名称", "Chinese name of the dimension")
    dimension_en: str = column("维度英文名", "English name of the dimension")
    first_year: int = column("起始年", "First year of the pooled panel", ge=1978)
    last_year: int = column("终止年", "Last year of the pooled panel", ge=1978)
    weight_in_dimension: float = column("维度内权重", "1 / indicators of the dimension", gt=0, le=1)
    weight: float = column("权重", "1 / indicators of the dimension / dimensions", gt=0, le=1)

    class Config(Contract.Config):
        metadata = {"table": "ref.index_component", "zh": "指数构成"}


class IndexPublished(Contract):
    """Indices that others publish, with the base as far as it is stated."""

    index_id: str = key("指数", "Indicator that holds the index")
    name_zh: str = column("指数名称", "Chinese name")
    name_en: str = column("英文名", "English name")
    base: str = column("基期", "Base as published; null where it is not stated", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "ref.index_published", "zh": "公布指数"}


class Structure(Contract):
    """What totals are made of: the components of each structure, where their figures are, and what would fill gaps."""

    structure: str = key("构成", "Identifier")
    component: str = key(
        "组成部分", "Indicator or section of GB/T 4754; total: the printed total; rest: what is left over"
    )
    position: int = column("次序", "Order of the components", ge=0)
    name_zh: str = column("构成名称", "Chinese name of the structure")
    name_en: str = column("英文名", "English name of the structure")
    indicator: str = column("指标", "Indicator of the component; null for the rest", nullable=True)
    industry_code: str = column("行业代码", "GB/T 4754 code of the component; `*` for all industries")
    multiple: str = column("倍数指标", "Indicator of the printed multiple over the base year", nullable=True)
    base_year: pd.Int64Dtype = column("基年", "Year whose figures follow from the multiples", nullable=True)
    group_code: str = column(
        "组代码", "Group whose members are shown as missing where they have no figures", nullable=True
    )
    needed: str = column("所需资料", "What would fill the gaps", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "ref.structure", "zh": "构成定义"}


class Measure(Contract):
    """Derived measures: formula, convention (log base, ddof, weights, zeros) and the source of the formula."""

    measure: str = key("测度", "Macro or column name")
    name_zh: str = column("测度名称", "Chinese name")
    name_en: str = column("英文名", "English name")
    formula: str = column("公式", "Formula")
    convention: str = column("约定", "Convention", nullable=True)
    source: str = column("出处", "Where the formula comes from", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "ref.measure", "zh": "测度"}


class Industry(Contract):
    """Sections and divisions of GB/T 4754-2017; `*` is the total of all industries."""

    industry_code: str = key("行业代码", "Code of GB/T 4754, `*` for the total, or a combination printed as one row")
    level: str = column("层级", "section, division, total, combination")
    parent: str = column("上级", "Section of a division", nullable=True)
    name_zh: str = column("行业", "Chinese name")
    name_en: str = column("英文名", "English name", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "ref.industry", "zh": "行业"}


class Source(Contract):
    """Who published the figures, on which terms, and which source comes first."""

    source: str = key("来源", "Identifier")
    name_zh: str = column("来源名称", "Chinese name")
    name_en: str = column("英文名", "English name")
    publisher: str = column("发布者", "Publisher")
    kind: str = column("类别", "yearbook, export, bulletin, press, article …")
    rank: int = column("优先级", "Smaller comes first in core.preferred")
    terms: str = column("使用条款", "Origin and terms in one sentence")
    chain: str = column(
        "来路", "By which copies the figures reached this project, from raw/<source>/source.yml", nullable=True
    )

    class Config(Contract.Config):
        metadata = {"table": "ref.source", "zh": "来源"}


class ReleaseRow(Contract):
    """Editions and publication dates: each figure names its release."""

    source: str = key("来源", "Source")
    release: str = key("版本", "Edition or publication date, never the data year")
    position: int = column(
        "次序", "Order in which the figures of the source were published; the newest is the greatest", ge=1
    )
    vintage: str = column(
        "核算版本",
        "State of the accounts its figures are of: releases of one state belong together in a ratio",
        nullable=True,
    )
    name_zh: str = column("版本名称", "Chinese name", nullable=True)
    name_en: str = column("英文名", "English name", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "ref.release", "zh": "版本"}


class File(Contract):
    """Every raw file: which table and release it is, its bytes."""

    file: str = key("文件", "Path in the project")
    table_id: str = column("表", "Raw table")
    source: str = column("来源", "Source")
    release: str = column("版本", "Edition or publication date")
    title: str = column("表名", "Title of the table")
    table_no: str = column("表号", "Number of the table in the publication; of several editions each", nullable=True)
    sha256: str = column("校验和", "SHA-256 of the bytes")
    size: int = column("字节", "Size", unit="byte", ge=0)
    notes: str = column("附注", "Footnotes printed under the table", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "ref.file", "zh": "文件"}


class Window(Contract):
    """Spans of years growth is measured over."""

    window_id: str = key("时段", "Identifier such as 2011-2019")
    name_zh: str = column("时段名称", "Chinese name")
    name_en: str = column("英文名", "English name")
    year_start: pd.Int64Dtype = column("起始年", "First year; null: the first year of each series", nullable=True)
    year_end: pd.Int64Dtype = column("终止年", "Last year; null: the last year of each series", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "ref.window", "zh": "时段"}


class WindowSpan(Contract):
    """The windows that lie inside a series, by the first and the last year of the series."""

    first_year: int = key("首年", "First year of the series")
    last_year: int = key("末年", "Last year of the series")
    window_id: str = key("时段", "Window, see ref.window")
    year_start: int = column("起始年", "First year of the window")
    year_end: int = column("终止年", "Last year of the window")

    class Config(Contract.Config):
        metadata = {"table": "ref.window_span", "zh": "时段起止"}


class BreakRow(Contract):
    """The ledger of breaks: where series change definition, threshold, scope or base, what changed, and who says so. A figure
    before the year and one from the year on are not of one kind; measures over time name the entries they cross."""

    break_id: str = key("口径变动", "Entry of breaks.yml")
    year: pd.Int64Dtype = column(
        "年份", "First year of the new kind; null: the whole series is of another scope", nullable=True
    )
    effect: str = column(
        "影响",
        "levels: the same units valued otherwise; coverage: other units counted; none: looked at, the figures go on",
        isin=["none", "levels", "coverage"],
    )
    basis: str = column(
        "依据", "cited: the source says it; presumed: from the figures themselves", isin=["cited", "presumed"]
    )
    indicators: str = column("涉及指标", "Indicators, `*` for all that begin so")
    regions: str = column("涉及地区", "Regions; null: all", nullable=True)
    accounts: bool = column(
        "核算版本之间", "Between two states of the accounts: a measure whose ends are of one state does not cross it"
    )
    counterpart: str = column("对应指标", "Indicator of the other scope", nullable=True)
    change_zh: str = column("变动内容", "What changed, in Chinese")
    change_en: str = column("英文说明", "What changed, in English")
    source: str = column("出处", "Publication that states it, or what shows it")

    class Config(Contract.Config):
        metadata = {"table": "ref.break", "zh": "口径变动"}


class BreakSeries(Contract):
    """The series each break of effect runs through, by indicator, region and group: what `crosses_break` is looked up in."""

    break_id: str = key("口径变动", "Entry of ref.break")
    indicator: str = key("指标", "Indicator")
    region_code: str = key("地区代码", "Region, or group with a member it concerns")
    year: int = column("年份", "First year of the new kind")
    accounts: bool = column("核算版本之间", "See ref.break")

    class Config(Contract.Config):
        metadata = {"table": "ref.break_series", "zh": "口径变动序列"}


CONTRACTS = [
    Region, RegionGroup, Indicator, Intensity, Structure, IndexComponent, IndexPublished, Measure, Industry,
    Source, ReleaseRow, File, Window, WindowSpan, BreakRow, BreakSeries,
]  # fmt: skip
