"""Contracts of schema core: every printed figure, all releases side by side. Only declarations."""

from typing import Any

import pandas as pd

from jjj_pipeline.catalog.model import STATUS_CODES
from jjj_pipeline.contracts.base import Contract, column, figure, key, measure, one_or_members, rests_on

YEARS: dict[str, Any] = {"ge": 1978, "le": 2100}
STATUS: dict[str, Any] = {"isin": sorted(STATUS_CODES)}


def worst() -> Any:
    """The column `status` of what is made of several figures."""
    return column("状态", "OBS_STATUS of the least certain figure it is made of", nullable=True)


def crosses() -> Any:
    """The column `crosses_break` of a measure over time."""
    return column("跨越口径变动", "Entries of ref.break between the two ends; null: none is known", nullable=True)


class Observation(Contract):
    """Every printed figure of a region and a year: value in the indicator's unit, half a unit of its last printed
    digit, release, file and cell."""

    table_id: str = key("表", "Raw table that prints the figure")
    indicator: str = key("指标", "Indicator, see ref.indicator")
    region_code: str = key("地区代码", "Region, see ref.region")
    industry_code: str = key("行业代码", "GB/T 4754 code; `*` is the total")
    year: int = key("年份", "Year the figure is about", **YEARS)
    source: str = key("来源", "Source, see ref.source")
    release: str = key(
        "版本", "Edition or publication date, never the data year", str_matches=r"^\d{4}(-\d{2}){0,2}(-[a-z0-9]+)?$"
    )
    value: float = column("数值", "Value in the indicator's unit; null where the publication is blank", nullable=True)
    half_width: float = column(
        "半单位", "Half a unit of the last digit the publication shows, in the indicator's unit", nullable=True, ge=0
    )
    status: str = column(
        "状态",
        "SDMX OBS_STATUS: A normal, O blank, N below the smallest unit, P provisional, U low reliability, "
        "V unvalidated, I replaced by the ledger",
        **STATUS,
    )
    printed: str = column("印刷值", "The figure exactly as printed")
    printed_unit: str = column("印刷单位", "The unit it is printed in")
    file: str = column("文件", "Raw file")
    cell: str = column("单元格", "Cell in the file")

    class Config(Contract.Config):
        metadata = {"table": "core.observation", "zh": "观测值"}


class Flow(Contract):
    """Figures between two places: contracts, branches, joint patents. Pairs without direction are stored once,
    codes in order."""

    table_id: str = key("表", "Raw table")
    indicator: str = key("指标", "Indicator")
    origin: str = key("流出地", "Origin, or the first of an undirected pair")
    destination: str = key("流入地", "Destination, or the second of an undirected pair")
    period: str = key("时期", "2019, 2014-2020, 2024H1 … as printed")
    source: str = key("来源", "Source")
    release: str = key("版本", "Edition or publication date")
    period_start: int = column("起始年", "First year of the period", **YEARS)
    period_end: int = column("终止年", "Last year of the period", **YEARS)
    level: str = column(
        "层级", "province or city: keeps Beijing-Shijiazhuang apart from Beijing-Hebei", isin=["province", "city"]
    )
    value: float = column("数值", "Value in the indicator's unit", nullable=True)
    half_width: float = column("半单位", "Half a unit of the last printed digit", nullable=True, ge=0)
    status: str = column("状态", "SDMX OBS_STATUS", **STATUS)
    printed: str = column("印刷值", "The figure exactly as printed")
    printed_unit: str = column("印刷单位", "The unit it is printed in")
    file: str = column("文件", "Raw file")
    cell: str = column("单元格", "Cell in the file")

    class Config(Contract.Config):
        metadata = {"table": "core.flow", "zh": "流量"}


class FlowClass(Contract):
    """Counts of record sets between two places by class, where the mapping of a set has `by_class`: the rows of core.flow of
    which the class is known, by year. Records without a class are in core.flow alone, so the classes add up to no more than the
    row there. A pair and class that is not listed had no record in the set."""

    table_id: str = key("表", "Set and level, as in core.flow")
    indicator: str = key("指标", "Indicator")
    origin: str = key("流出地", "Origin, or the first of an undirected pair")
    destination: str = key("流入地", "Destination, or the second of an undirected pair")
    period: str = key("时期", "The year")
    source: str = key("来源", "Record set, see meta.record_set")
    release: str = key("版本", "Its version")
    class_code: str = key("类别", "Class of the record as the mapping cuts it: G06F, C39, C")
    scheme: str = column("分类体系", "What the class is of: ipc, gb4754 or field", isin=["ipc", "gb4754", "field"])
    period_start: int = column("起始年", "The year", **YEARS)
    period_end: int = column("终止年", "The year", **YEARS)
    level: str = column("层级", "province or city", isin=["province", "city"])
    value: float = column("数值", "Value in the indicator's unit", ge=0)
    rule: str = column(
        "计数规则", "Counting rule, see docs/records.md", isin=["pairs", "pairs_fractional", "flows", "flow_amount"]
    )
    status: str = column("状态", "SDMX OBS_STATUS: U for samples and truncated sets", **STATUS)
    file: str = column("文件", "Folder of the set")

    class Config(Contract.Config):
        metadata = {
            "table": "core.flow_class",
            "zh": "分类流量",
            "inputs": {
                "all classes?": rests_on(
                    "core.flow", "table_id", "indicator", "origin", "destination", "period", "source", "release"
                )
            },
        }


class Ranking(Contract):
    """Ordered lists printed without numbers: the first industries of a supply or a demand."""

    table_id: str = key("表", "Raw table")
    indicator: str = key("指标", "What is ranked")
    region_code: str = key("地区代码", "Region")
    year: int = key("年份", "Year", **YEARS)
    rank: int = key("位次", "1 is first", ge=1)
    source: str = key("来源", "Source")
    release: str = key("版本", "Edition or publication date")
    industry_code: str = column("行业代码", "GB/T 4754 code")
    status: str = column("状态", "SDMX OBS_STATUS", **STATUS)
    file: str = column("文件", "Raw file")
    cell: str = column("单元格", "Cell in the file")

    class Config(Contract.Config):
        metadata = {"table": "core.ranking", "zh": "排序"}


class IndustryLink(Contract):
    """Industries in which two regions invent together, as a publication lists them without numbers."""

    table_id: str = key("表", "Raw table")
    indicator: str = key("指标", "Kind of link")
    region_a: str = key("地区甲", "First region (lower code)")
    region_b: str = key("地区乙", "Second region")
    industry_code: str = key("行业代码", "GB/T 4754 code")
    source: str = key("来源", "Source")
    release: str = key("版本", "Edition or publication date")
    status: str = column("状态", "SDMX OBS_STATUS", **STATUS)
    file: str = column("文件", "Raw file")
    cell: str = column("单元格", "Cell in the file")

    class Config(Contract.Config):
        metadata = {"table": "core.industry_link", "zh": "行业联系"}


class Preferred(Contract):
    """One figure for each indicator, region, industry and year: preferred source first, then the newest release;
    where an indicator names a default release, only that."""

    indicator: str = key("指标", "Indicator")
    region_code: str = key("地区代码", "Region")
    industry_code: str = key("行业代码", "GB/T 4754 code; `*` is the total")
    year: int = key("年份", "Year", **YEARS)
    value: float = column("数值", "Value in the indicator's unit", nullable=True)
    half_width: float = column("半单位", "Half a unit of the last printed digit", nullable=True, ge=0)
    status: str = column("状态", "SDMX OBS_STATUS", **STATUS)
    source: str = column("来源", "Source")
    release: str = column("版本", "Edition or publication date")
    table_id: str = column("表", "Raw table")
    printed: str = column("印刷值", "The figure exactly as printed")
    file: str = column("文件", "Raw file")
    cell: str = column("单元格", "Cell in the file")

    class Config(Contract.Config):
        metadata = {
            "table": "core.preferred",
            "zh": "首选值",
            "inputs": {
                "figure": rests_on(
                    "core.observation",
                    "indicator",
                    "region_code",
                    "industry_code",
                    "year",
                    "table_id",
                    "source",
                    "release",
                ),
            },
        }


class Panel(Contract):
    """The series most queries need: core.preferred of all industries together, and totals of groups for indicators that
    may be summed. A total is computed from its members and null where one is missing."""

    indicator: str = key("指标", "Indicator")
    region_code: str = key("地区代码", "Region or group")
    year: int = key("年份", "Year", **YEARS)
    value: float = measure("数值", "Value in the indicator's unit")
    half_width: float = measure("半单位", "Half a unit of the last printed digit; for totals the sum over the members")
    members: int = column("成员数", "Members with a figure; 1 for a single region")
    members_expected: int = column("应有成员数", "Members of the group; 1 for a single region")
    source: str = column("来源", "Source; for totals all sources of the members", nullable=True)
    release: str = column("版本", "Release; for totals all releases of the members", nullable=True)
    status: str = column("状态", "OBS_STATUS; for totals the worst of the members", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "core.panel",
            "zh": "面板",
            "inputs": {
                "figure": rests_on(
                    "core.preferred",
                    "indicator",
                    "year",
                    industry_code="'*'",
                    region_code=one_or_members("region_code"),
                ),
            },
        }


VINTAGE = "State of the accounts both ends are of; preferred: the series of core.panel"


class Series(Contract):
    """What may be taken together in a ratio or over time: the preferred series of every indicator (core.panel), and of those
    that the accounts revise every state of the accounts by itself (`vintage`: first, census3, census4, census5), with totals
    of groups. Figures of two states never meet in one measure where one state holds all it needs."""

    indicator: str = key("指标", "Indicator")
    region_code: str = key("地区代码", "Region or group")
    year: int = key("年份", "Year", **YEARS)
    vintage: str = key("核算版本", "State of the accounts, see ref.release; preferred: the series of core.panel")
    value: float = measure("数值", "Value in the indicator's unit")
    half_width: float = measure("半单位", "Half a unit of the last printed digit; for totals the sum over the members")
    place: pd.Int64Dtype = column(
        "次序", "Order in which measures take them; null: only where a query names it", nullable=True, ge=1
    )
    release: str = column("版本", "Releases of the figure or of the members", nullable=True)
    status: str = column("状态", "OBS_STATUS; for totals the least certain of the members", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "core.series",
            "zh": "序列",
            "inputs": {
                "preferred?": rests_on(
                    "core.panel", "indicator", "region_code", "year", when="r.vintage = 'preferred'"
                ),
                "figure?": rests_on(
                    "core.observation",
                    "indicator",
                    "year",
                    industry_code="'*'",
                    region_code=one_or_members("region_code"),
                    when="r.vintage = (select s.vintage from ref.release as s where s.source = i.source "
                    "and s.release = i.release)",
                ),
            },
        }


class Span(Contract):
    """The two ends of every window and of every year against the year before: what measures over time are computed from. Both
    ends are of one state of the accounts, the newest that holds both, else of the preferred series."""

    indicator: str = key("指标", "Indicator")
    region_code: str = key("地区代码", "Region or group")
    window_id: str = key("时段", "Window, see ref.window; yearly: against the year before")
    year_start: int = column("起始年", "First year", **YEARS)
    year_end: int = key("终止年", "Last year", **YEARS)
    years: int = column("间隔年数", "Number of intervals", unit="year", ge=1)
    value_start: float = figure("起始值", "Value of the first year")
    half_width_start: float = figure("起始值半单位", "Half a unit of its last digit")
    value_end: float = figure("终止值", "Value of the last year")
    half_width_end: float = figure("终止值半单位", "Half a unit of its last digit")
    vintage: str = column("核算版本", VINTAGE)
    release_start: str = column("起始版本", "Releases of the first value", nullable=True)
    release_end: str = column("终止版本", "Releases of the last value", nullable=True)
    status: str = worst()
    crosses_break: str = crosses()

    class Config(Contract.Config):
        metadata = {
            "table": "core.span",
            "zh": "起止值",
            "inputs": {
                "start": rests_on("core.series", "indicator", "region_code", "vintage", year="r.year_start"),
                "end": rests_on("core.series", "indicator", "region_code", "vintage", year="r.year_end"),
            },
        }


CONTRACTS = [Observation, Flow, FlowClass, Ranking, IndustryLink, Preferred, Panel, Series, Span]
