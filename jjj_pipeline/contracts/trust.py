"""Contracts of schema meta: checks, ledger, coverage, build. Only declarations."""

from typing import Any

import pandas as pd

from jjj_pipeline.contracts.base import Contract, column, figure, key, measure, rests_on


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
        metadata = {"table": "meta.check_result", "zh": "检查结果", "group": "meta"}


class Check(Contract):
    """Every rule the figures are held against: how often it was tested, how often something was found."""

    check_id: str = key("检查", "Identifier of the rule")
    kind: str = column(
        "类别",
        "identity: figures that must add up; plausibility: figures that want a look",
        isin=["identity", "plausibility"],
    )
    name_zh: str = column("检查名称", "What the rule says, in Chinese")
    name_en: str = column("英文名", "What the rule says, in English")
    tested: int = column("检验次数", "Cases tested in this build", ge=0)
    warnings: int = column("警告数", "Findings that are recorded", ge=0)
    errors: int = column("错误数", "Findings that stop a publication", ge=0)

    class Config(Contract.Config):
        metadata = {"table": "meta.check", "zh": "检查", "group": "meta"}


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
        metadata = {"table": "meta.correction", "zh": "勘误", "group": "meta"}


class Coverage(Contract):
    """What is there and what is missing: for each indicator and year the provinces with a figure."""

    indicator: str = key("指标", "Indicator")
    year: int = key("年份", "Year")
    provinces: int = column("省份数", "Provincial units with a figure, of 31", ge=0, le=31)
    jjj: int = column("京津冀数", "Of Beijing, Tianjin and Hebei", ge=0, le=3)
    nation: bool = column("全国", "Whether the nation has a figure")
    missing: str = column("缺失", "Provinces without a figure, where at most eight are missing", nullable=True)
    source: str = column("来源", "Sources that speak", nullable=True)

    class Config(Contract.Config):
        metadata = {"table": "meta.coverage", "zh": "覆盖", "group": "meta"}


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
        metadata = {"table": "meta.build", "zh": "生成信息", "group": "meta"}


VERDICT: dict[str, Any] = {"isin": ["exact", "consistent", "inconsistent", "untestable"]}


FIGURE = ("indicator", "region_code", "industry_code", "year")


class Revision(Contract):
    """Every figure that stands in more than one release, pair by pair: what was printed first, what later, and whether the digits
    alone explain the difference. Releases of one source are vintages; two sources may differ in scope."""

    indicator: str = key("指标", "Indicator")
    region_code: str = key("地区代码", "Region")
    industry_code: str = key("行业代码", "GB/T 4754 code; `*` is the total")
    year: int = key("年份", "Year the figure speaks of")
    source_old: str = key("原来源", "Source of the earlier figure")
    release_old: str = key("原版本", "Its release")
    source_new: str = key("新来源", "Source of the later figure")
    release_new: str = key("新版本", "Its release")
    same_source: bool = column("同一来源", "Whether both are releases of one source")
    value_old: float = column("原值", "Earlier figure, in the indicator's unit")
    value_new: float = column("新值", "Later figure")
    difference: float = column("差额", "new - old")
    relative: float = measure("相对差额", "difference / old", "1", of="growth")
    bound: float = column("舍入界", "Sum of the two half-units: what rounding alone may differ by")
    rounding_explains: bool = column("舍入可释", "Whether the difference lies within that bound")
    printed_old: str = column("原印刷值", "Earlier figure as printed")
    printed_new: str = column("新印刷值", "Later figure as printed")
    file_old: str = column("原文件", "File of the earlier figure")
    cell_old: str = column("原单元格", "Its cell")
    file_new: str = column("新文件", "File of the later figure")
    cell_new: str = column("新单元格", "Its cell")

    class Config(Contract.Config):
        metadata = {
            "table": "mart.revision",
            "zh": "数据修订",
            "group": "trust",
            "inputs": {
                "old": rests_on("core.observation", *FIGURE, source="r.source_old", release="r.release_old"),
                "new": rests_on("core.observation", *FIGURE, source="r.source_new", release="r.release_new"),
            },
        }


class RevisionPair(Contract):
    """How two releases of an indicator differ over all their common figures."""

    indicator: str = key("指标", "Indicator")
    source_old: str = key("原来源", "Source of the earlier release")
    release_old: str = key("原版本", "Earlier release")
    source_new: str = key("新来源", "Source of the later release")
    release_new: str = key("新版本", "Later release")
    same_source: bool = column("同一来源", "Whether both are releases of one source")
    figures: int = column("数字数", "Figures in both releases", ge=1)
    explained: int = column("舍入可释数", "Of them, differences that rounding explains", ge=0)
    mean_revision: float = column("平均修订", "Mean of new - old, in the indicator's unit")
    mean_absolute_revision: float = column("平均绝对修订", "Mean of |new - old|")
    relative_mean_absolute_revision: float = measure("相对平均绝对修订", "sum |new - old| / sum |new|", "1")
    largest_relative: float = measure("最大相对修订", "Relative difference of largest size", "1", of="growth")
    largest_region: str = column("最大修订地区", "Region it stands at", nullable=True)
    largest_year: pd.Int64Dtype = column("最大修订年份", "Year it stands at", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "mart.revision_pair",
            "zh": "版本对修订",
            "group": "trust",
            "inputs": {
                "revision": rests_on(
                    "mart.revision", "indicator", "source_old", "release_old", "source_new", "release_new"
                ),
            },
        }


NAMED = "list_contains(string_split(r.evidence, '; '),"  # the figures a claim rests on, by name


class ClaimCheck(Contract):
    """Every claim of a text, judged twice: from the text's own printed figures (internal) and from the warehouse, never from
    figures of the same text (external). exact: the computed value rounds to the claim; consistent: the claim's digits meet the
    interval that the printed inputs allow; inconsistent: they do not; untestable: something is missing, and is named."""

    claim_file: str = key("主张文件", "File of catalog/claims")
    claim_id: str = key("主张", "Claim in the file")
    place: str = column("位置", "Paragraph of the text", nullable=True)
    paraphrase: str = column("转述", "What is claimed, in our words", nullable=True)
    kind: str = column(
        "类别", "value, sum, share, multiple, growth, cagr, difference, ratio, rank, bound, trend, compare …"
    )
    claim: str = column("所印", "The figure or statement as printed")
    internal: str = column("内部判断", "Verdict from the text's own figures", **VERDICT)
    external: str = column("外部判断", "Verdict from the warehouse", **VERDICT)
    low: float = figure(
        "下限",
        "Lower end of the interval the digits allow (text's figures, else data), in the claim's unit; for a direction the "
        "difference of the two sides, in 元, 件 or as a fraction",
    )
    high: float = figure("上限", "Upper end of that interval")
    low_external: float = figure("外部下限", "Lower end from the warehouse")
    high_external: float = figure("外部上限", "Upper end from the warehouse")
    point: float = figure("计算值", "Value computed from the printed figures as they stand")
    resolution: float = measure("分辨率", "Width of the interval in units of the claim's last digit")
    figures: str = column("文内数字", "Figures of the text that the internal verdict is computed from", nullable=True)
    evidence: str = column(
        "外部依据",
        "Figures of the warehouse behind the external verdict: indicator region[>destination] year",
        nullable=True,
    )
    releases: str = column("所用版本", "Sources and releases the external verdict rests on", nullable=True)
    diagnosis: str = column(
        "诊断", "The slip that would repair a failure, or the misprint a statement rests on", nullable=True
    )
    diagnosis_kind: str = column(
        "诊断类别",
        "repairs: every identity of the figure then holds; plausible: only suggested; rests: the statement rests on a misprint",
        nullable=True,
        isin=["repairs", "plausible", "rests"],
    )
    missing: str = column("缺少", "What would be needed for a verdict", nullable=True)
    note: str = column("注", "Remark", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "mart.claim_check",
            "zh": "主张核对",
            "group": "trust",
            "inputs": {
                "evidence?": rests_on(
                    "core.panel", when=f"{NAMED} i.indicator || ' ' || i.region_code || ' ' || i.year)"
                ),
                "flow?": rests_on(
                    "core.flow",
                    when=f"{NAMED} i.indicator || ' ' || i.origin || '>' || i.destination || ' ' || i.period)",
                ),
                "ranking?": rests_on(
                    "core.ranking", when=f"{NAMED} i.indicator || ' ' || i.region_code || ' ' || i.year)"
                ),
            },
        }


CONTRACTS = [Check, CheckResult, CorrectionRow, Coverage, Build, Revision, RevisionPair, ClaimCheck]
