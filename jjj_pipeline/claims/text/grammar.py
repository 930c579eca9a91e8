"""The words of statistical Chinese that decide what a number says: verbs of change, words of bound, shares, comparisons, targets.

Patterns over a skeleton (see `skeleton`): R a place, I a measure, T a time, N a number. No context is stored here.
"""

from __future__ import annotations

import re

from jjj_pipeline.claims.text.skeleton import I, N, R, T

UP = "增长|增加|增|提高|提升|上升|上涨|扩大|加快|净增|新增|升|涨|多|高|快|增幅|增速|攀升|跃升|回升|领先|超出|拉大"
DOWN = "下降|减少|减|降低|回落|下滑|缩小|收窄|降|跌|少|低|慢|放缓|萎缩|下跌|回调|缩减|落后"
CHANGE = f"(?:{UP}|{DOWN})"
_TO = "到|至|为"
LEVEL_VERB = (
    r"(?:增长到|增长至|增加到|增加至|增至|提高到|提高至|提升到|提升至|上升到|上升至|上升为|升至|升到|扩大到|扩大至|下降到|下降至|下降为|减少到|减少至|减至|降至|降到|降低到|降低至|"
    r"回落到|回落至|攀升到|攀升至|跃升到|跃升至|回升到|回升至|发展到|发展至|变为|变化到|调整到|增长为|增加为|提高为|达到|缩小到|缩小至|收窄到|收窄至|跌至|缩减到|缩减至|至|到)"
)
BOUND_WORDS = (
    "将近",
    "接近",
    "不足",
    "不到",
    "低于",
    "少于",
    "未达",
    "近",
    "超过",
    "高于",
    "突破",
    "超出",
    "跨过",
    "跨越",
    "迈过",
    "冲破",
    "至少",
    "超",
    "逾",
    "过",
    "大约",
    "约为",
    "大概",
    "约",
)
ABOUT = frozenset({"大约", "约为", "大概", "约"})
# words the claims file reads, for those it does not
AS_PRINTED = {"跨过": "突破", "跨越": "突破", "迈过": "突破", "冲破": "突破", "约为": "约"}
_BOUNDS = "|".join(BOUND_WORDS)
BOUND_BEFORE = re.compile(rf"({_BOUNDS})(?:了)?$")
BOUND_BASE = re.compile(rf"(将近|接近|不足|不到|近|超过|超|逾)(?={R}|{T})")
BOUND_AFTER = re.compile(r"^(以上|以下|以内|有余|左右|上下|多|余|还多)")

SHARE = re.compile(r"(?:所)?占(?!据|领|用|地)(?:比)?|比重|占比|份额|比例")
CAGR = re.compile(r"年均|年平均|年复合|平均每年|复合增长|年度平均")
GROWTH = re.compile(
    rf"{CHANGE}(?:率|幅|速|幅度|速度)?(?:分别|各)?(?:了|约|近|为|达到|达|超过|超|逾|不足|不到|接近|仅|高达|最|均|是|已|将近|分别|有|近乎|也|只有|只|大约|竟)*$"
)
RATE_NOUN = re.compile(r"(?:增长率|增长速度|增速|增幅|增长幅度|降幅|同比)[^,。;]{0,6}$")
GROWTH_NOUN = re.compile(r"增速|增幅|增长率|增长速度")
DOWN_AT_END = re.compile(rf"(?:{DOWN})(?:率|幅|了|约|近|为|达|超过|分别|各|逾|不足|不到|仅|到|至)*$")
SUM = re.compile(r"合计|共计|总计|之和|加总|加起来|相加|总和")
FROM = re.compile(rf"(?:由|从|自)(?:{T})?(?:的|末的|底的)?(?:约|近|不足|不到|仅|只有|超过)*$")
TO = re.compile(
    rf"^(?:,)?(?:[^,。;{I}{N}]{{0,6}}?)(?:[{T}])?(?:的|时)?(?:迅速|快速|稳步|逐步|持续|大幅|进一步|首次|继续|显著|已)?{LEVEL_VERB}(?:了)?(?:{T})?(?:的|末的)?(?:约|近|超过|超|逾|不足|接近|仅)*$"
)
PER = re.compile(r"人均|户均|件均|项均|平均每|单位|每(?=[百千万亿十]|名|人|家|户|项|件|个|元|位|单位)")
PER_UNIT = re.compile(
    rf"(?:平均)?每(?:一)?(?P<scale>百万|十万|百|千|万|亿)?(?P<unit>人口|人|名|元|家|户|项|件|个|位)?(?P<own>[{I}])?(?P<word>企业|居民|常住居民|研究人员|合同)?"
)
COUNT_PLACES = re.compile(
    r"(?:省\(?区?、?市?\)?|省市|省份|省区市|省级地区|省级单位|地区|省区|省、区、市|省)(?:共有|共|达到|达|有|为|增加到|增至|已有|已达)*$"
)
COUNT_OTHERS = re.compile(
    r"(?:行业|行业大类|大类|城市|地市|国家|门类|领域|县|区县)(?:共有|共|达到|达|有|为|增加到|增至|已有)+$"
)
THRESHOLD_BEFORE = re.compile(r"(?:超过|超|高于|大于|突破|达到|达|不低于|不少于|在|逾|过|≥|>|低于|不足|小于|少于)$")
THRESHOLD_AFTER = re.compile(rf"^(?:以上|及以上|以下|级)?(?:且|并|和|、)?[^,。;:{N}]{{0,40}}?的[^,。;:{N}]{{0,24}}{N}")
TARGET = re.compile(
    r"力争|争取|目标|预期|预计|规划提出|规划明确|计划|确保|拟(?:投|建|于|新|支|安)|将(?=[^,。;领]{0,14}(?:达|超|提|增|突破|建|力争|培|形成|新|升|实现|保持|投|支|安排|引|聚))|下一步|建议|"
    r"要(?:达|超|提高|突破)|提出(?:,|到|的)|有望|展望|不少于|培育(?=\ue004)|每年安排|奋斗目标|努力(?:到|实现)"
)
OVER_PLACE = re.compile(
    rf"(?:比|较|高于|低于|高出|超出|超过|反超|领先|领先于|落后于|落后|快于|慢于|多于|少于|优于|低|高)(?:{T})?(?P<place>{R})(?:的)?(?:同期)?(?:的)?"
    r"(?:年均增速|年均增长率|年均增幅|平均增速|增速|增幅|增长率|平均水平|平均值|平均|均值|水平|总体水平|整体)?"
)

# words between names and numbers that change nothing of what is measured
_PLAIN = (
    "这一数字 该数字 数字 这一数值 所 一地 一市 一省 经费 支出 资金 三大城市群 两大城市群 三大区域 两大区域 三大板块 四大板块 城市群 两者 但是 但 却 不过 然而 因此 所以 同时 此外 另外 高出 超出 低于 多出 少了 领先于 落后于 该 我国 国内 均为 均达 仅占 又有 约合 只及 竟达 共达 合达 研究与试验发展 其中 分别 合计 共计 总计 共有 共 达到 达 为 是 的 约 近 总量 总额 总数 总规模 规模 数量 全社会 累计 继续 首次 仅有 仅 只有 只 已经 已 均 也 再 仍然 仍 还 高达 稳定在 保持在 稳居 稳步 持续 "
    "不断 快速 迅速 显著 明显 大幅 进一步 有所 逐步 平稳 较快 投入 支出 实现 完成 拥有 共有 有 突破 超过 超出 高于 低于 超 逾 接近 将近 不足 不到 大约 大概 跨过 跨越 迈过 冲破 至少 上升到 由 从 自 至 到 以来 以 在 于 按 就 而 "
    "则 并 且 又 更 和 与 及 以及 或 、 同比 环比 比 较 同 分列 分居 依次 各 各自 两者 三者 二者 三类 三项 三种 两项 两类 四项 其 该 这 此 整体 总体 平均 水平 比重 占比 份额 比例 所占 占 年均 年平均 年复合 复合 增长率 增长速度 增速 "
    "增幅 降幅 增长 增加 增 提高 提升 上升 上涨 扩大 加快 净增 新增 升 涨 下降 减少 减 降低 回落 下滑 缩小 收窄 降 跌 放缓 多 少 高 低 快 慢 了 中 内 里 上 下 末 底 初 年末 年底 年 时 时期 期间 左右 以上 以下 相当于 倍 位 名 第 居 列 "
    "排名 排 首位 第一 最高 最低 最多 最大 最快 其次 全年 指数 值 数 数据 显示 情况 方面 看 来看 合 计 计算 口径 实际 名义 全部 全 总 新 主要 每 人均 户均 地区 区域 省市 省 市 等 我 也 都 可 能 前 后 间 来 内 去 当 当年 约为 即 一 "
    "输出 吸纳 流向 登记 认定登记 签订 成交 认定 全市 贡献 产出 创造 反超 领先 落后 相比 相较 对 之比 之和 比值 截至 截止 存量 增量 余额 实现了 达到了 有了 迅猛 强劲 依然 总的 单位 折合 折算 称 说 介绍 据 统计 测算 初步 核算 公布 约占 仅占 只占 "
    "基本 大致 几乎 差不多 已达 已超 攀升 跃升 回升 跃 攀 恢复 缩减 萎缩 变为 变化 调整 翻 翻了 番 成倍 强 还 余 多达 少于 多于 小于 大于 竟 最 一直 始终 长期 总共 分 项 类 亿 万 千 百 之 起 被 把 将 令 使 让 得 着 过 会"
)  # fmt: skip
_PLAIN_WORDS = re.compile("|".join(sorted((re.escape(w) for w in set(_PLAIN.split())), key=len, reverse=True)))
_LETTERS = re.compile(r"[\u4e00-\u9fffA-Za-z]")


def residue(words: str) -> str:
    """What is left of the words between names and numbers: words that may change what is measured."""
    rest = _PLAIN_WORDS.sub("", words)
    return "".join(_LETTERS.findall(rest))


_CHANGES = re.compile(rf"(?P<down>{DOWN}|低于|落后)|(?P<up>{UP}|高于|高出)")


def last_change(words: str) -> str:
    """up or down, by the last verb of change; 增速 and 增幅 are names of what changes."""
    found = list(_CHANGES.finditer(re.sub("增速|增幅|降幅|增长率|增长速度", "", words)))
    return "" if not found else "down" if found[-1]["down"] else "up"


def is_down(words: str) -> bool:
    return bool(DOWN_AT_END.search(words))


__all__ = ["CHANGE", "I", "N", "R", "T"]
