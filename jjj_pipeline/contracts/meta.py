"""Contracts of schema meta: checks, ledger, coverage, build. Only declarations."""

import pandas as pd

from jjj_pipeline.contracts.base import Contract, column, key, rests_on

REASONS = [
    "not collected",
    "not published per source",
    "blank in print",
    "below unit",
    "member missing",
    "release missing",
]


class CheckResult(Contract):
    """Every gap beyond the bound of its digits and every implausible figure: what, where, how far. Warnings stay
    visible; errors stop a publication."""

    result_id: int = key("序号", "Number of the finding in this build", ge=1)
    check_id: str = column("检查", "Rule that found it")
    severity: str = column("级别", "error (blocks), warning", isin=["error", "warning"])
    table_id: str = column("表", "Raw table", nullable=True)
    release: str = column("版本", "Edition or publication date", nullable=True)
    indicator: str = column("指标", "Indicator", nullable=True)
    region_code: str = column("地区代码", "Region", nullable=True)
    year: pd.Int64Dtype = column("年份", "Year", nullable=True)
    expected: float = column("应为", "What the rule expects", nullable=True)
    found: float = column("实为", "What was found", nullable=True)
    gap: float = column("差额", "found - expected", nullable=True)
    bound: float = column("允许误差", "Sum of the half-units involved, or the bound of the rule", nullable=True)
    relative_gap: float = column("相对差额", "gap / expected", nullable=True)
    allowed_by: str = column("勘误条目", "Entry of the ledger that allows it", nullable=True)
    message: str = column("说明", "One line for people")
    file: str = column("文件", "Raw file", nullable=True)
    cell: str = column("单元格", "Cell", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "meta.check_result", "zh": "检查结果"}


class Check(Contract):
    """Every rule the figures are held against: how often it was tested, how often something was found."""

    check_id: str = key("检查", "Identifier of the rule")
    kind: str = column(
        "类别",
        "identity: figures that must add up; plausibility: figures needing review",
        isin=["identity", "plausibility"],
    )
    name_zh: str = column("检查名称", "What the rule says, in Chinese")
    name_en: str = column("英文名", "What the rule says, in English")
    tested: int = column("检验次数", "Cases tested in this build", ge=0)
    warnings: int = column("警告数", "Findings that are recorded", ge=0)
    errors: int = column("错误数", "Findings that stop a publication", ge=0)

    class Config(Contract.Config):
        metadata = {"table": "meta.check", "zh": "检查"}


class CorrectionRow(Contract):
    """The ledger of known errors of the publications, each entry with the cell it touched; the raw file keeps the
    misprint."""

    correction_id: str = key("条目", "Entry of corrections.yml")
    action: str = column("处理", "replace, drop, flag or allow", isin=["replace", "drop", "flag", "allow"])
    table_id: str = column("表", "Raw table")
    release: str = column("版本", "Edition or publication date")
    region_code: str = column("地区代码", "Region")
    year: int = column("年份", "Year")
    indicator: str = column("指标", "Indicator")
    industry_code: str = column("行业代码", "GB/T 4754 code, `*` for the total")
    printed: str = column("印刷值", "What is printed")
    value_before: float = column("原值", "Value as printed, in the indicator's unit", nullable=True)
    value_after: float = column("更正值", "Value used; null where dropped", nullable=True)
    identity: str = column("恒等式", "Identity whose gap is allowed", nullable=True)
    reason: str = column("理由", "Why")
    source: str = column("依据", "Where the reason can be looked up")
    ledger_status: str = column(
        "条目状态", "confirmed, inferred or reported", isin=["confirmed", "inferred", "reported"]
    )
    file: str = column("文件", "Raw file")
    cell: str = column("单元格", "Cell")

    class Config(Contract.Config):
        metadata = {"table": "meta.correction", "zh": "勘误"}


class Coverage(Contract):
    """What is held and, where nothing is, why: every indicator, province, nation and group, every year of the indicator's span.
    Reasons: `release missing` (no edition with the year is here), `not collected` (the edition is here for others, not for
    this region), `blank in print`, `below unit`, `not published per source` (a source says so), `member missing` (of a
    group)."""

    indicator: str = key("指标", "Indicator")
    region_code: str = key("地区代码", "Province, nation or group")
    year: int = key("年份", "Year")
    held: bool = column("有数", "Whether core.panel has a figure")
    reason: str = column("缺数原因", "Why not; null where held", nullable=True, isin=REASONS)
    status: str = column("状态", "OBS_STATUS of the figure held", nullable=True)
    source: str = column("来源", "Source of the figure, or of the blank", nullable=True)
    release: str = column("版本", "Release of the figure, or of the blank", nullable=True)
    members: pd.Int64Dtype = column("成员数", "Of a group: members with a figure", nullable=True, ge=0)
    members_expected: pd.Int64Dtype = column("应有成员数", "Of a group: its members", nullable=True, ge=1)

    class Config(Contract.Config):
        metadata = {
            "table": "meta.coverage",
            "zh": "覆盖",
            "inputs": {"figure?": rests_on("core.panel", "indicator", "region_code", "year")},
        }


class CoverageYear(Contract):
    """Which provinces have a figure, by indicator and year; meta.coverage says for each region why not."""

    indicator: str = key("指标", "Indicator")
    year: int = key("年份", "Year")
    provinces: int = column("省份数", "Provincial units with a figure, of 31", ge=0, le=31)
    jjj: int = column("京津冀数", "Of Beijing, Tianjin and Hebei", ge=0, le=3)
    nation: bool = column("全国", "Whether the nation has a figure")
    missing: str = column("缺失", "Provinces without a figure, where at most eight are missing", nullable=True)
    source: str = column("来源", "Sources that have figures", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "meta.coverage_year", "zh": "覆盖年度"}


class Build(Contract):
    """Which build this file is: version of the package, commit, newest release inside, time."""

    version: str = key("程序版本", "Version of jjj-pipeline")
    commit: str = column("提交", "Commit of the project; ends in +changes where files differ from it", nullable=True)
    as_of: str = column("截至", "Newest release among the raw files")
    built_at: str = column("生成时间", "UTC, ISO 8601")
    files: int = column("文件数", "Raw files")
    observations: int = column("观测数", "Rows of core.observation")
    tables: int = column("表数", "Tables published")
    content: str = column("内容校验", "Hash over all tables: equal for two builds of the same figures")
    note: str = column("说明", "Origin and terms of the figures")

    class Config(Contract.Config):
        metadata = {"table": "meta.build", "zh": "生成信息"}


CONTRACTS = [Check, CheckResult, CorrectionRow, Coverage, CoverageYear, Build]
