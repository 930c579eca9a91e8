"""Why a verdict is what it is, in both languages: a code with parameters is made into a Chinese and an English sentence here and
nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from jjj_pipeline.claims.model import Bilingual
from jjj_pipeline.claims.text import words

Language = Literal["zh", "en"]

TEXTS: dict[str, Bilingual] = {
    # what is missing for a verdict
    "no_printed": Bilingual("文中没有印出可以推算它的数字", "the text prints no figures it follows from"),
    "no_data": Bilingual("没有同一口径的外部数字", "no outside figure of this scope is known"),
    "stated": Bilingual("{what}", "{what}"),
    "not_held": Bilingual("未持有：{figures}", "not held: {figures}"),
    "no_ranking": Bilingual("未持有排序：{figures}", "no ranking is held of {figures}"),
    "undefined": Bilingual("这些数字算不出这个量", "the quantity is not defined for these figures"),
    "few_digits": Bilingual("所印位数太少，得不出区间", "the digits are too few for an interval"),
    "overlap": Bilingual(
        "区间重叠，方向或次序未定：需要更多位数",
        "the intervals overlap, so the order is not decided: more digits are needed",
    ),
    "other_unit": Bilingual(
        "论断的单位是{claimed}，数据的单位是{held}", "the claim is in {claimed}, the data are in {held}"
    ),
    "releases_disagree": Bilingual("各版本的方向不同：{values}", "the releases disagree on the direction: {values}"),
    "on_release": Bilingual("“{release}”为{value}", "{value} on “{release}”"),
    "side": Bilingual("{side}：{reason}", "{side}: {reason}"),
    # a slip that repairs the claim
    "unit": Bilingual("单位应为{right}，不是{wrong}：应为{new}", "unit: {right}, not {wrong}: it should read {new}"),
    "points": Bilingual("单位应为{right}，不是{wrong}：应为{new}", "unit: {right}, not {wrong}: it should read {new}"),
    "ten_small": Bilingual("{old}应为{new}（小了{times}倍）", "{old} should read {new} ({times} times too small)"),
    "ten_large": Bilingual("{old}应为{new}（大了{times}倍）", "{old} should read {new} ({times} times too large)"),
    "ten_small_last": Bilingual(
        "{old}应为{new}（小了{times}倍，末位又差一个单位）",
        "{old} should read {new} ({times} times too small, and one unit off in its last digit)",
    ),
    "ten_large_last": Bilingual(
        "{old}应为{new}（大了{times}倍，末位又差一个单位）",
        "{old} should read {new} ({times} times too large, and one unit off in its last digit)",
    ),
    "transposed": Bilingual("{old}应为{new}（数字颠倒）", "{old} should read {new} (transposed digits)"),
    "digit": Bilingual("{old}应为{new}（一个数字）", "{old} should read {new} (one digit)"),
    "by_data": Bilingual("{repair}；数据为{value}", "{repair}; the data give {value}"),
    "by_data_last": Bilingual(
        "{repair}；数据为{value}，与所印末位相差不超过一个单位",
        "{repair}; the data give {value}, within one unit of the last digit printed",
    ),
    "by_text": Bilingual(
        "{repair}；改正后有关等式都成立（{claims}）", "{repair}; then every identity of the figure holds ({claims})"
    ),
    "year": Bilingual(
        "{old}与{year}年的数字相符，不是{wrong}年", "{old} holds with the figures of {year}, not {wrong}"
    ),
    "year_operand": Bilingual(
        "{old}在{what}取{year}年时成立（{role}差一年）",
        "{old} holds with {what} of {year} in its {role} alone (a year off)",
    ),
    "formula": Bilingual("{old}{what}才成立；照原文算为{due}", "{old} holds {what}; computed as stated it is {due}"),
    "swapped": Bilingual(
        "这是{other}的数字：与文中{other}互换", "this is the figure of {other}: the two are swapped in the text"
    ),
    "place": Bilingual("与文中也提到的{other}的数字相符", "it is the figure of {other}, which the text names too"),
    "indicator": Bilingual("与{other}相符", "it is the figure of {other}"),
    # how far a verdict goes
    "vintage": Bilingual(
        "按“{release}”成立（{value}）；按“{usual}”为{due}",
        "holds on the release “{release}” ({value}); on “{usual}” it is {due}",
    ),
    "official_differs": Bilingual(
        "所印比率与重新计算的结果版本不同：{values}",
        "the ratio as printed and as recomputed rest on different releases: {values}",
    ),
    "mixed": Bilingual("两端的GDP版本不同", "the figures rest on two states of the accounts"),
    "break": Bilingual("跨越口径变动（{year}年）：{change}", "crosses a break ({year}): {change}"),
    "doubtful": Bilingual("所据数字可靠性低：{figures}", "rests on a figure of low reliability: {figures}"),
    "far_off": Bilingual("成立，但相差很远：{value}", "holds, but is far off: {value}"),
    "real": Bilingual(
        "按不变价格计算成立（{value}）；按现价为{due}",
        "holds at constant prices ({value}); at current prices it is {due}",
    ),
    "real_missing": Bilingual(
        "GDP的增长通常按不变价格计算，未持有指数；按现价为{due}",
        "growth of GDP is usually at constant prices and no index is held; at current prices it is {due}",
    ),
    # what is computed where nothing explains a failure
    "differs": Bilingual(
        "算得{value}，所印相差{difference}", "computed {value}; what is printed differs by {difference}"
    ),
    "bound_fails": Bilingual("算得{value}，不合“{old}”", "computed {value}, which is not {old}"),
    "places": Bilingual("算得{value}：{places}", "computed {value}: {places}"),
    "opposite": Bilingual("实为{values}", "it is {values}"),
    "order": Bilingual("实际次序：{order}", "the order is {order}"),
    "scope": Bilingual("数据口径不同：{scope}", "the data are of another scope: {scope}"),
    "rests": Bilingual("依据的{figures}；改正后为{verdict}", "rests on {figures}; with that the verdict is {verdict}"),
    "rests_span": Bilingual(
        "依据的{figures}；改正后为{verdict}（相差{low}至{high}个百分点）",
        "rests on {figures}; with that the verdict is {verdict} (difference {low} to {high} points)",
    ),
    "should_read": Bilingual("{old}应为{new}", "{old}, which should read {new}"),
    **words.REASONS,
}
FORMULAS: dict[str, Bilingual] = {
    "more_years": Bilingual("按{years}期", "with {years} in place of {was} periods (years counted, not intervals)"),
    "fewer_years": Bilingual("按{years}期", "with {years} in place of {was} periods (one interval too few)"),
    "mean_growth": Bilingual("按总增长除以年数", "as the simple average, total growth over the periods"),
    "growth": Bilingual("按总增长率", "as the total growth"),
    "log_growth": Bilingual("按对数年均增长", "as the mean log growth"),
    "times_less_one": Bilingual("按增长倍数（倍数减一）", "as 增长倍 (the multiple less one)"),
    "times_to": Bilingual("按“增长到”（倍数），不是“增长”", "as the multiple: 增长到, not 增长"),
    "multiple": Bilingual("按期末与期初之比", "as the multiple: end over start"),
    "difference": Bilingual("按总差额", "as the total difference"),
    "cagr": Bilingual("按年均增长率", "as the compound rate"),
    "rest_only": Bilingual("按与其余部分之比", "over the other parts only"),
}
ROLES: dict[str, Bilingual] = {
    "start": Bilingual("期初", "start"),
    "end": Bilingual("期末", "end"),
    "part": Bilingual("分子", "numerator"),
    "total": Bilingual("分母", "denominator"),
    "numerator": Bilingual("分子", "numerator"),
    "denominator": Bilingual("分母", "denominator"),
}
VERDICTS: dict[str, Bilingual] = {
    "exact": Bilingual("相符", "exact"),
    "consistent": Bilingual("相容", "consistent"),
    "inconsistent": Bilingual("不符", "inconsistent"),
    "untestable": Bilingual("无从检验", "untestable"),
    "internal": Bilingual("文内", "internal"),
    "external": Bilingual("数据", "external"),
}
SEPARATOR = Bilingual("；", "; ")
LIST = Bilingual("、", ", ")


@dataclass(frozen=True)
class Reason:
    """A sentence to be: the code of its text and what is put into it."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def text(self, lang: Language) -> str:
        form = (
            FORMULAS.get(self.code.removeprefix("formula:")) if self.code.startswith("formula:") else TEXTS[self.code]
        )
        assert form is not None
        template = form.zh if lang == "zh" else form.en
        return template.format(**{name: rendered(value, lang) for name, value in self.values.items()})


def reason(code: str, **values: object) -> Reason:
    return Reason(code, values)


def rendered(value: object, lang: Language) -> str:
    """A parameter in one language; lists with the language's comma."""
    if isinstance(value, Reason):
        return value.text(lang)
    if isinstance(value, Bilingual):
        return value.zh if lang == "zh" else value.en
    if isinstance(value, (list, tuple)):
        return (LIST.zh if lang == "zh" else LIST.en).join(rendered(v, lang) for v in value)
    return str(value)


def joined(reasons: list[Reason], lang: Language) -> str:
    """Several reasons as one text."""
    return (SEPARATOR.zh if lang == "zh" else SEPARATOR.en).join(dict.fromkeys(r.text(lang) for r in reasons))
