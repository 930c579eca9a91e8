"""Contracts of the marts on trust in figures and texts: revisions between releases, claims of a text. Only declarations."""

from typing import Any

import pandas as pd

from jjj_pipeline.contracts.base import Contract, column, figure, key, measure, rests_on

VERDICT: dict[str, Any] = {"isin": ["exact", "consistent", "inconsistent", "untestable"]}


FIGURE = ("indicator", "region_code", "industry_code", "year")


class Revision(Contract):
    """Every figure that more than one release prints, pair by pair: what was printed first, what later, and whether the digits
    alone explain the difference. Releases of one source are vintages; two sources may differ in scope."""

    indicator: str = key("指标", "Indicator")
    region_code: str = key("地区代码", "Region")
    industry_code: str = key("行业代码", "GB/T 4754 code; `*` is the total")
    year: int = key("年份", "Year the figure is about")
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
            "inputs": {
                "old": rests_on("core.observation", *FIGURE, source="r.source_old", release="r.release_old"),
                "new": rests_on("core.observation", *FIGURE, source="r.source_new", release="r.release_new"),
            },
        }


class RevisionSummary(Contract):
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
    largest_region: str = column("最大修订地区", "Region of the largest revision", nullable=True)
    largest_year: pd.Int64Dtype = column("最大修订年份", "Year of the largest revision", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "mart.revision_summary",
            "zh": "版本修订汇总",
            "inputs": {
                "revision": rests_on(
                    "mart.revision", "indicator", "source_old", "release_old", "source_new", "release_new"
                ),
            },
        }


ORDINARY = r"regexp_extract(i.indicator, '^[a-z0-9]+?_(.*)_printed$', 1)"  # the name of what a text prints for a group
NAMED = "list_contains(string_split(r.evidence, '; '),"  # the figures a claim rests on, by name


class ClaimCheck(Contract):
    """Every claim of a text, judged twice: from the text's own printed figures (internal) and from the warehouse, never from
    figures of the same text (external). exact: the computed value rounds to the claim; consistent: the claim's digits meet the
    interval that the printed inputs allow, or it is a bound, crosses a break or holds on one release only; inconsistent: it does
    not hold; untestable: something is missing, and is named."""

    claim_file: str = key("论断文件", "File of catalog/claims")
    claim_id: str = key("论断", "Claim in the file")
    place: str = column("位置", "Paragraph of the text", nullable=True)
    paraphrase: str = column("转述（英）", "What is claimed, in our words", nullable=True)
    paraphrase_zh: str = column("转述", "What is claimed, in our words, in Chinese", nullable=True)
    kind: str = column(
        "类别", "value, sum, share, multiple, growth, cagr, difference, ratio, rank, bound, trend, compare …"
    )
    claim: str = column("所印", "The figure or statement as printed; places by their codes")
    claim_en: str = column("所印（英）", "The same with English names of places")
    claim_zh: str = column("所印（中）", "The same with Chinese names of places")
    internal: str = column("内部判断", "Verdict from the text's own figures", **VERDICT)
    external: str = column("外部判断", "Verdict from the warehouse", **VERDICT)
    computed: str = column(
        "算得",
        "The value the claim is held against, in its unit and rounding, with the interval the digits allow",
        nullable=True,
    )
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
    releases: str = column(
        "所用版本", "Sources and releases (source/release) the external verdict rests on", nullable=True
    )
    crosses_break: str = column(
        "跨越变动", "Entries of the ledger of breaks between the years of the claim", nullable=True
    )
    diagnosis: str = column(
        "诊断（英）",
        "The slip that would repair a failure, the misprint a statement rests on, or what limits the verdict",
        nullable=True,
    )
    diagnosis_zh: str = column("诊断", "The same in Chinese", nullable=True)
    diagnosis_kind: str = column(
        "诊断类别",
        "repairs: confirmed by the warehouse or another identity of the text; plausible: only suggested; rests: the "
        "statement rests on a misprint; differs, order: what is computed instead; scope: the data cover something else; "
        "vintage: holds on one release only; real: holds at constant prices; break, doubtful, far_off: why the verdict "
        "is not exact",
        nullable=True,
        isin=[
            "repairs",
            "plausible",
            "rests",
            "differs",
            "order",
            "scope",
            "vintage",
            "real",
            "break",
            "doubtful",
            "far_off",
        ],
    )
    missing: str = column("缺少（英）", "What would be needed for a verdict", nullable=True)
    missing_zh: str = column("缺少", "The same in Chinese", nullable=True)
    note: str = column("注", "Remark", nullable=True)

    class Config(Contract.Config):
        metadata = {
            "table": "mart.claim_check",
            "zh": "论断核对",
            "inputs": {
                "evidence?": rests_on(
                    "core.panel", when=f"{NAMED} i.indicator || ' ' || i.region_code || ' ' || i.year)"
                ),
                "as printed?": rests_on(
                    "core.panel",
                    when=f"i.indicator = lower(i.region_code) || '_' || {ORDINARY} || '_printed' "
                    f"and {NAMED} {ORDINARY} || ' ' || i.region_code || ' ' || i.year) "
                    "and contains(r.releases, i.source || '/' || i.release)",
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


CONTRACTS = [Revision, RevisionSummary, ClaimCheck]
