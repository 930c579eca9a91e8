"""The words of a checked text in both languages: verdicts, kinds of claims, slips, and why a number is no claim, was not understood
or is open. Every output takes them from here; codes are those of readings and slips."""

from __future__ import annotations

from jjj_pipeline.claims.model import Bilingual

STATUSES: dict[str, Bilingual] = {
    "confirmed": Bilingual("相符", "confirmed"),
    "contradicted": Bilingual("不符", "contradicted"),
    "open": Bilingual("存疑", "open"),
    "unchecked": Bilingual("无法核对", "not checkable"),
}
KINDS: dict[str, Bilingual] = {
    "value": Bilingual("数值", "value"),
    "sum": Bilingual("合计", "sum"),
    "share": Bilingual("比重", "share"),
    "growth": Bilingual("增长率", "growth"),
    "growth_from_increment": Bilingual("增长率（由增量）", "growth from the increment"),
    "cagr": Bilingual("年均增长率", "annual growth"),
    "multiple": Bilingual("倍数", "multiple"),
    "growth_times": Bilingual("增长倍数", "growth in times"),
    "difference": Bilingual("差", "difference"),
    "mean_diff": Bilingual("年均增量", "annual increment"),
    "ratio": Bilingual("比值", "quotient"),
    "rank": Bilingual("位次", "place in a ranking"),
    "count": Bilingual("达标个数", "count over a threshold"),
}
SLOTS: dict[str, Bilingual] = {
    "measure": Bilingual("指标", "measure"),
    "place": Bilingual("地区", "place"),
    "year": Bilingual("年份", "year"),
    "base": Bilingual("基期", "base year"),
    "whole": Bilingual("分母", "whole"),
}
SLIPS: dict[str, Bilingual] = {
    "unit": Bilingual("单位", "unit"),
    "power of ten": Bilingual("差十的若干次方", "power of ten"),
    "digits exchanged": Bilingual("数字颠倒", "digits exchanged"),
    "one digit": Bilingual("一位数字", "one digit"),
    "direction": Bilingual("增减方向", "direction"),
    "years miscounted": Bilingual("年数多算或少算", "years miscounted"),
    "simple average": Bilingual("误用简单平均", "simple average"),
    "增长 for 增长到": Bilingual("“增长到”误作“增长”", "增长 for 增长到"),
    "增长到 for 增长": Bilingual("“增长”误作“增长到”", "增长到 for 增长"),
    "the whole of another year": Bilingual("分母用了另一年", "the whole of another year"),
    "exchanged": Bilingual("与句中另一数字互换", "exchanged with another figure of the sentence"),
    "percent for points": Bilingual("百分点误作百分比", "percent for points"),
}
HEADINGS = (
    Bilingual("结论", "verdict"),
    Bilingual("位置", "at"),
    Bilingual("数字", "figure"),
    Bilingual("类型", "kind"),
    Bilingual("内容", "about"),
    Bilingual("数据", "data"),
)
UNKNOWN = Bilingual("未能确定", "not known")
CONTRADICTED = Bilingual("不符", "Contradicted")
EVERY_FIGURE = Bilingual("全部数字", "Every figure")
REASONS: dict[str, Bilingual] = {
    "summary": Bilingual("{total}个数字：{counts}", "{total} figures: {counts}"),
    "a_year": Bilingual("年份", "a year"),
    "years_span": Bilingual("起止年份", "years"),
    "a_date": Bilingual("日期", "a date"),
    "document_number": Bilingual("文号", "a document number"),
    "telephone": Bilingual("电话号码", "a telephone number"),
    "address": Bilingual("网址", "a web address"),
    "footnote_mark": Bilingual("注码", "a footnote mark"),
    "plan_period": Bilingual("规划期", "a plan period"),
    "ordinal": Bilingual("序数", "an ordinal"),
    "list_number": Bilingual("编号", "a list number"),
    "table_number": Bilingual("图表编号", "a table or figure"),
    "statistic": Bilingual("统计量", "a statistic"),
    "time_of_day": Bilingual("时刻", "a time of day"),
    "index_base": Bilingual("指数的基期", "the base of an index"),
    "a_name": Bilingual("名称", "a name"),
    "page_number": Bilingual("页码或卷期", "a page or volume"),
    "no_measure": Bilingual("不是计量数字：{unit}", "no measure: {unit}"),
    "a_code": Bilingual("代码", "a code"),
    "how_often": Bilingual("次序或频次", "how often"),
    "part_of_a_name": Bilingual("名称的一部分", "part of a name"),
    "name_or_year": Bilingual("年份或名称的一部分", "part of a name or a year"),
    "other_places": Bilingual("不在各省中排位", "a place among others than provinces"),
    "a_target": Bilingual("目标，不是数据", "a target, not a figure"),
    "a_threshold": Bilingual("计数或定义的门槛", "the threshold of a count or of a definition"),
    "refers_back": Bilingual("指前文", "refers to earlier text"),
    "how_many": Bilingual("所说的个数", "how many are meant"),
    "no_unit": Bilingual("没有单位的数", "a number without a unit"),
    "measure_unknown": Bilingual("指标未能确定", "measure not known"),
    "measure_not_held": Bilingual("数据库没有这一指标，或其范围不明：{name}", "measure not known: {name}"),
    "place_unknown": Bilingual("地区未能确定", "place not known"),
    "year_unknown": Bilingual("年份未能确定", "year not known"),
    "years_unknown": Bilingual("所比较的年份不明", "the years it compares are not known"),
    "differences_list": Bilingual("并列的差，各项无法逐一对应", "a list of differences"),
    "quotients_list": Bilingual("并列的比值，各项无法逐一对应", "a list of quotients"),
    "bracket_list": Bilingual("括号内并列，各项无法逐一对应", "a list in a bracket"),
    "list_apart": Bilingual("并列各项无法逐一对应", "a list whose items cannot be matched one by one"),
    "rate_unknown": Bilingual("不知是哪一比率的变化", "the rate it is about is not known"),
    "place_compared_unknown": Bilingual("比较的地区不明", "the place it is compared with is not known"),
    "rate_compared_unknown": Bilingual("不知与哪一比率相比", "the rate it is compared with is not known"),
    "compared_with_unknown": Bilingual("比较对象不明", "what it is compared with is not known"),
    "compared_unknown": Bilingual("所比各项不明", "what is compared is not known"),
    "multiple_unknown": Bilingual("不知是什么的倍数", "what it is a multiple of is not known"),
    "count_not_held": Bilingual("所计数的对象数据库没有", "counts what the warehouse does not hold"),
    "ranked_unknown": Bilingual("不知按什么、在哪些地区中排位", "what is ranked, or among whom, is not known"),
    "percent_of_what": Bilingual("不知是什么的百分比", "it is not clear what this per cent is of"),
    "several_years": Bilingual("多年累计", "a total over several years"),
    "another_part": Bilingual(
        "所指是另一部分，不是前文所说", "what follows it is another part than the one named before"
    ),
    "start_unknown": Bilingual("起点不明", "what it starts from is not clear"),
    "bracket_unknown": Bilingual("括号内数字的归属不明", "what the bracket belongs to is not clear"),
    "whole_unknown": Bilingual("分母不明", "the whole is not known"),
    "part_and_whole_differ": Bilingual("分子与分母的地区和指标都不同", "part and whole differ in place and measure"),
    "flow_over_another": Bilingual("流量与其他指标之比", "a flow over another measure"),
    "part_is_whole": Bilingual("分子与分母相同", "part and whole are one"),
    "per_head_unknown": Bilingual("人均口径不明", "per head"),
    "counted_unknown": Bilingual("达标对象不明", "what is counted"),
    "not_understood": Bilingual("未能理解", "not understood"),
    "not_defined": Bilingual("无法计算", "not defined"),
    "no_warehouse": Bilingual("没有已发布的数据库，只看文稿自身", "no published warehouse"),
    "not_decided": Bilingual("不能判定", "not decided"),
    "current_prices": Bilingual(
        "GDP和增加值的增速按不变价公布，数据库为现价",
        "growth of GDP and value added is printed at constant prices; the warehouse has current prices",
    ),
    "should_read_as": Bilingual("应为{due}（{slip}）", "should read {due} ({slip})"),
    "points_or_percent": Bilingual(
        "按百分点计为{due}；不能确定指百分点还是百分比",
        "in points the data give {due}; whether points or per cent are meant is not sure",
    ),
    "two_readings": Bilingual(
        "有两种理解：按此理解应为{due}；若指{other}则相符",
        "two readings: as read it would be {due}; it holds as {other}",
    ),
    "rounded_rates": Bilingual(
        "不取整计算为{due}；按取整后的比率相减则相符",
        "computed without rounding it is {due}; from the rounded rates it holds",
    ),
    "another_release": Bilingual(
        "按现行数据为{due}；按另一版本相符：{release}",
        "{due} in the figures of today; it holds on another release: {release}",
    ),
    "direction_misread": Bilingual(
        "数据为{due}，增减方向可能理解有误", "the data give {due}: the direction of the change may be misread"
    ),
    "another_scope": Bilingual(
        "数据为{due}，更可能是口径不同", "the data give {due}: another scope is likelier than a slip"
    ),
    "other_side": Bilingual("数据为{due}，在界限的另一边", "the data give {due}, on the other side of the bound"),
    "another_place": Bilingual("按数据为第{due}位：{places}", "the data give place {due}: {places}"),
    "places_unsure": Bilingual(
        "按数据为{due}；不能确定指哪些地区", "the data give {due}; which places are meant is not sure"
    ),
    "maybe_misread": Bilingual(
        "按此理解数据为{due}，又没有简单的笔误可以解释，可能理解有误",
        "read this way the data give {due}, and no simple slip explains it: the reading may be wrong",
    ),
    "text_agrees": Bilingual(
        "数据为{due}，文中其他数字也如此", "the data give {due}, and so do the text's own figures"
    ),
    "far_apart": Bilingual(
        "数据为{due}，相差太大，可能口径不同", "the data give {due}: so far apart that another scope is likely"
    ),
    "no_slip": Bilingual(
        "数据为{due}，没有简单的笔误可以解释，可能是版本、口径或取整不同",
        "the data give {due}: no simple slip leads there; another release, scope or rounding is likely",
    ),
    "data_give": Bilingual("数据为{due}", "the data give {due}"),
    "text_gives": Bilingual("按文中其他数字应为{due}", "the text's own figures give {due}"),
    "text_gives_from": Bilingual("按文中其他数字应为{due}：{figures}", "the text's own figures give {due}: {figures}"),
    "table_not_read": Bilingual("表{number}未读取：{why}", "table {number} is not read: {why}"),
    "joined_cells": Bilingual("有合并的单元格", "it has joined cells"),
    "uneven_rows": Bilingual("各行长短不一", "its rows are of different length"),
    "no_headings": Bilingual("没有表头", "it has no row of headings"),
    "headings_repeat": Bilingual("表头有重复", "its headings repeat"),
    "no_names": Bilingual("各行没有名称", "its rows have no names"),
    "pdf_tables": Bilingual("PDF中的表格按行读取", "tables of a PDF are read as lines"),
    "tracked": Bilingual("修订按接受后的文字读取", "tracked changes are read as accepted"),
    "read_as": Bilingual("按{encoding}编码读取", "read as {encoding}"),
}
