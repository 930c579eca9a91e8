"""The dictionary: every table, column, measure, indicator and source of a publication, generated from the contracts, the
catalogue and the published tables. Nothing is described here a second time; what a thing means is stated where it is declared.

`sections` gives the same as frames, for the report page, the notes of a workbook and searches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jjj_pipeline import contracts
from jjj_pipeline.catalog.model import Calendar, Catalog
from jjj_pipeline.contracts import table_formatting
from jjj_pipeline.contracts.base import about, info

Query = Callable[[str], pd.DataFrame]

# the dictionary's own headings
HEADS = {
    "table": ("表", "table"), "name_zh": ("中文名", "Chinese name"), "name_en": ("英文名", "English name"),
    "rows": ("行数", "rows"), "key": ("键", "key"), "doc": ("说明", "meaning"), "column": ("列", "column"),
    "type": ("类型", "type"), "unit": ("单位", "unit"), "null": ("可空", "may be null"),
    "measure": ("测度与公式", "measure and formula"), "formula": ("公式", "formula"), "convention": ("约定", "convention"),
    "origin": ("出处", "source of the formula"), "used_in": ("所在列", "columns"), "indicator": ("指标", "indicator"),
    "region": ("地区代码", "region"),
    "price_basis": ("价格", "price basis"), "kind": ("类别", "kind"), "additive": ("可加", "adds up"),
    "sources": ("来源", "sources"), "covered": ("覆盖", "years and provinces covered"), "definition": ("定义", "definition"),
    "source": ("来源", "source"), "publisher": ("发布者", "publisher"), "terms": ("使用条款", "terms"),
    "calendar": ("发布日历", "calendar"), "releases": ("版本", "releases"), "chain": ("来路", "chain of copies"),
}  # fmt: skip
TYPES = {"text": "文本 text", "integer": "整数 integer", "number": "数值 number", "boolean": "是非 boolean"}
TITLES = {
    "tables": ("表", "Tables", "每张表在模式 zh 中另有中文名视图。Schema zh has each table under its Chinese name."),
    "columns": (
        "列", "Columns", "单位为 1 者是小数或纯数；数值无单位者，用其指标的单位。"
        "The unit 1 is a fraction or a pure number; a figure without a unit is in the unit of its indicator.",
    ),
    "measures": (
        "测度", "Measures", "由公式推出的量，多数是发布文件中的宏。"
        "What is derived, by which formula; most are macros of the published file.",
    ),
    "indicators": (
        "指标", "Indicators", "覆盖：年份及该年有数字的省份数(共31)；CN 为全国；其他地方列代码或个数。"
        "Covered: years, and in each the provinces with a figure, of 31; CN: the nation too; other places by code or number.",
    ),
    "sources": (
        "来源", "Sources", "引用数字时注明原出版物；来路详见 raw/<source>/source.yml。"
        "Cite the publication of a figure; the way each came here is in raw/<source>/source.yml.",
    ),
}  # fmt: skip

# which years an indicator covers and how many provinces a year (CN: the nation too; other places are named or counted): years
# in a row with the same coverage are one entry
COVERED = """
with elsewhere as (
    select indicator, year,
        case when count(distinct region_code) <= 3 then string_agg(distinct region_code, '+' order by region_code)
            else count(distinct region_code) || ' places' end as places
    from core.preferred join ref.region using (region_code)
    where value is not null and industry_code = '*' and kind not in ('province', 'nation')
    group by indicator, year
),

counted as (
    select indicator, year,
        concat_ws('+', case when provinces > 0 then provinces end, case when nation then 'CN' end, places) as found
    from meta.coverage_year left join elsewhere using (indicator, year)
),

island as (
    select *, year - row_number() over (partition by indicator, found order by year) as number
    from counted
    where found <> ''
),

run as (
    select indicator, min(year) as first_year, max(year) as last_year, found
    from island
    group by indicator, found, number
    union all
    select indicator, min(period_start), max(period_end), '流量 flows ' || count(*) from core.flow group by indicator
    union all
    select indicator, min(year), max(year), '位次 ranks ' || count(*) from core.ranking group by indicator
    union all
    select indicator, null, null, '联系 links ' || count(*) from core.industry_link group by indicator
)

select indicator,
    string_agg(concat_ws(': ', nullif(concat_ws('-', first_year, nullif(last_year, first_year)), ''), found), '; '
        order by first_year, last_year) as covered
from run
group by indicator
"""
SPEAK = """
select indicator, string_agg(distinct source, ', ' order by source) as sources
from (
    select indicator, source from core.observation union all select indicator, source from core.flow
    union all select indicator, source from core.ranking union all select indicator, source from core.industry_link
)
group by indicator
"""


@dataclass(frozen=True)
class Section:
    """A part of the dictionary: titles, one sentence, and rows whose columns are named in HEADS."""

    name: str
    zh: str
    en: str
    note: str
    rows: pd.DataFrame


def sections(query: Query, catalog: Catalog, tables: Iterable[str]) -> list[Section]:
    """The whole dictionary of the published `tables`; `query` answers SQL over them."""
    names = [t for t in contracts.ALL if t in set(tables)]
    columns = _columns(query, names)
    made = {
        "tables": _tables(query, names), "columns": columns, "measures": _measures(query, columns),
        "indicators": _indicators(query), "sources": _sources(query, catalog),
    }  # fmt: skip
    return [Section(name, *TITLES[name], rows) for name, rows in made.items()]


def _columns(query: Query, names: Sequence[str]) -> pd.DataFrame:
    formulas = query("select measure, formula from ref.measure").set_index("measure")["formula"].to_dict()
    return pd.DataFrame(
        [
            {
                "table": table, "column": c.name, "name_zh": c.zh, "type": TYPES[c.dtype], "unit": c.unit,
                "key": "键 key" if c.key else "", "null": "可空 null" if c.nullable else "",
                "measure": f"{c.measure} = {formulas[c.measure]}" if c.measure in formulas else "", "doc": c.doc,
            }
            for table in names
            for c in info(contracts.ALL[table])
        ]
    )  # fmt: skip


def _tables(query: Query, names: Sequence[str]) -> pd.DataFrame:
    counts = query(" union all ".join(f"select '{t}' as t, count(*) as n from {t}" for t in names))
    rows = dict(zip(counts["t"], counts["n"], strict=True))
    return pd.DataFrame(
        [
            {
                "table": t, "name_zh": about(contracts.ALL[t])["zh"], "rows": int(rows[t]),
                "key": ", ".join(c.name for c in info(contracts.ALL[t]) if c.key), "doc": about(contracts.ALL[t])["doc"],
            }
            for t in names
        ]
    )  # fmt: skip


def _measures(query: Query, columns: pd.DataFrame) -> pd.DataFrame:
    used = columns.assign(
        measure=columns["measure"].str.split(" = ").str[0], at=columns["table"] + "." + columns["column"]
    )
    where = used.groupby("measure")["at"].agg(", ".join).to_dict()
    rows = query(
        "select measure, name_zh, name_en, formula, convention, source as origin from ref.measure order by measure"
    )
    return _rows_as_text(rows.assign(used_in=[where.get(m, "") for m in rows["measure"]]))


def _indicators(query: Query) -> pd.DataFrame:
    sql = f"""
        select indicator, name_zh, name_en, unit, price_basis, kind,
            case when additive then '是 yes' else '否 no' end as additive, sources, covered, definition
        from ref.indicator left join ({COVERED}) using (indicator) left join ({SPEAK}) using (indicator)
        order by indicator"""
    return _rows_as_text(query(sql))


def _sources(query: Query, catalog: Catalog) -> pd.DataFrame:
    sql = """
        select s.source, s.name_zh, s.name_en, publisher, kind, terms,
            string_agg(r.release, ', ' order by position) as releases, chain
        from ref.source as s left join ref.release as r using (source)
        group by all order by s.source"""
    rows = query(sql)
    usual = [_calendar(catalog.sources[s].calendar) if s in catalog.sources else "" for s in rows["source"]]
    rows.insert(list(rows.columns).index("terms") + 1, "calendar", usual)
    return _rows_as_text(rows)


def _calendar(usual: Calendar | None) -> str:
    """When a source usually publishes; empty where it has no calendar."""
    if usual is None:
        return ""
    zh = f"数据年+{usual.lag_years}，{usual.month}月{usual.day}日前"
    return f"{zh} by {usual.month:02d}-{usual.day:02d} of data year + {usual.lag_years}"


def _rows_as_text(rows: pd.DataFrame) -> pd.DataFrame:
    """All cells as text; what is missing is empty."""
    return pd.DataFrame({name: [table_formatting.cell(v) for v in rows[name]] for name in rows.columns})


def of_table(table: str, columns: pd.DataFrame) -> str:
    """What the dictionary says of one table, as Markdown. `columns`: rows of the section columns."""
    meta = about(contracts.ALL[table])
    rows = columns[columns["table"] == table].drop(columns="table")
    return f"### {table} {meta['zh']}\n\n{_safe(meta['doc'])}\n\n{_grid(rows)}\n"


def markdown(parts: Sequence[Section], build: Mapping[Any, Any]) -> str:
    """The dictionary as one document. `build`: the row of meta.build."""
    lines = [
        "# 数据字典 Dictionary\n",
        f"jjj-pipeline {build['version']}, {build['built_at']}; newest release inside 最新版本: {build['as_of']}. "
        "Generated from contracts and catalogue at each publication 每次发布时自动生成.\n",
        " · ".join(f"[{p.zh} {p.en}](#{p.zh}-{p.en.lower()})" for p in parts) + "\n",
    ]
    for part in parts:
        lines.append(f"## {part.zh} {part.en}\n\n{_safe(part.note)}\n")
        if part.name == "columns":
            lines += [of_table(t, part.rows) for t in part.rows["table"].unique()]
        else:
            lines.append(f"{_grid(part.rows)}\n")
    return "\n".join(lines)


def _grid(rows: pd.DataFrame) -> str:
    """A Markdown table of the columns that say something."""
    filled = rows.loc[:, (rows != "").any()]
    return _safe(
        table_formatting.markdown(filled.set_axis([" ".join(HEADS[c]) for c in filled.columns], axis="columns"))
    )


def _safe(text: str) -> str:
    """Angle brackets that are not taken for HTML."""
    return text.replace("<", "&lt;")
