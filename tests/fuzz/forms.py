"""Tables in another form: columns moved, rows dropped under a total, chapter lines, number formats, columns of text. What a
figure is stays what it was, so that every figure that is read can be compared with the unchanged table, whatever its cell."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.support import reader_inputs as made
from tests.support import wild_files as wild

Place = tuple[str, str, int]  # indicator, region, year
CODE = {name: f"{code}0000" for name, code in zip(made.PROVINCES, made.CODES, strict=True)} | {"全国": "CN"}
ENGLISH = dict(zip(made.PROVINCES, made.ENGLISH, strict=True)) | {"全国": "National Total"}


@dataclass
class Form:
    """A table apart from its file: lines above, heading, rows; the figures it must give, those it may leave out because
    the table no longer says them, and number formats by column heading."""

    table: str
    above: made.Rows
    head: list[str]
    rows: made.Rows
    truth: dict[Place, float]
    dropped: set[Place] = field(default_factory=set)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)  # row of `rows`, column
    title_year: bool = True
    release: str = ""
    refused: bool = False  # it must not be read at all


def by_activity() -> Form:
    """R&D by activity, 万元, one year, the nation first."""
    indicators = ["rd_expenditure", *(f"rd_expenditure_{k}" for k in ("basic", "applied", "experimental"))]
    rows = [["全国", *(float(made.SUM * k) for k in (10, 1, 2, 7))], *made.rd()]
    truth = {(i, CODE[r[0]], 2025): v / 1e4 for r in rows for i, v in zip(indicators, r[1:], strict=True)}
    return Form("cstsy_rd_by_activity", [[made.RD_TITLE], ["单位：万元"]], ["地区", *made.RD_HEAD], rows, truth)


def bulletin() -> Form:
    """The communiqué: money and a percentage, one year."""
    rows = [[n, 10.0 * i, i / 10] for i, n in enumerate(made.PROVINCES, 1)]
    truth = {("rd_expenditure", CODE[n], 2025): a for n, a, _ in rows} | {
        ("rd_intensity", CODE[n], 2025): b for n, _, b in rows
    }
    head = ["地区", "R&D经费(亿元)", "R&D经费投入强度(%)"]
    return Form("rd_bulletin_rd_by_region", [["附表2 2025年各地区研究与试验发展(R&D)经费情况"]], head, rows, truth)


def panel() -> Form:
    """An author's panel: province, year, four indicators."""
    indicators = ["gdp", "value_added_primary", "value_added_secondary", "value_added_tertiary"]
    rows = [[n, y, *v] for n, y, v in made.panel()]
    truth = {(i, CODE[n], y): x for n, y, v in made.panel() for i, x in zip(indicators, v, strict=True)}
    head = ["省份", "年份", *(f"{s}(亿元)" for s in made.SECTORS)]
    return Form("nbs_gdp_by_sector", [], head, rows, truth, title_year=False)


def export() -> Form:
    """An export of one indicator, years across."""
    rows = made.two_years()
    truth = {("gdp", CODE[n], y): v for n, *values in rows for y, v in zip((2025, 2024), values, strict=True)}
    lines = [["数据库：分省年度数据"], ["指标：地区生产总值(亿元)"], ["时间：最近2年"]]
    return Form("nbs_gdp", lines, ["地区", "2025年", "2024年"], rows, truth, title_year=False)


# ---- changes: each gives a new form


def columns_moved(form: Form, rng: random.Random) -> Form:
    """Any order of the columns: the year far to the right, the names in the middle. A year across stays a year across."""
    order = list(range(len(form.head)))
    if form.table == "nbs_gdp":
        return form  # years across run in one direction
    rng.shuffle(order)
    at = {old: new for new, old in enumerate(order)}
    formats = {(r, at[c]): f for (r, c), f in form.formats.items()}
    return replace(
        form, head=[form.head[i] for i in order], rows=[[row[i] for i in order] for row in form.rows], formats=formats
    )


def provinces_dropped(form: Form, rng: random.Random) -> Form:
    """Some provinces go, and what is left stands under (or above) a bare total of all: it is no longer the nation's."""
    names = name_column(form)
    keep = set(rng.sample(made.PROVINCES, rng.randrange(3, 31)))
    rows = [r for r in form.rows if r[names] in keep]
    gone = {p for p in form.truth if p[1] not in {CODE[k] for k in keep}}
    if form.table != "nbs_gdp_by_sector":
        total: list[Any] = [
            sum(r[c] for r in rows) if isinstance(rows[0][c], float) else "" for c in range(len(form.head))
        ]
        total[names] = rng.choice(("合计", "总 计", "合  计", "地方合计"))
        rows.insert(rng.choice((0, len(rows))), total)
    truth = {p: v for p, v in form.truth.items() if p not in gone}
    return replace(form, rows=rows, truth=truth, formats={})


def years_behind_names(form: Form, rng: random.Random) -> Form:
    """A panel as programs widen it: gdp_2024, gdp_2025 in any order of the names, each name's years in theirs."""
    if form.table != "nbs_gdp_by_sector" or len(form.head) != 6 or form.head[:2] != ["省份", "年份"]:
        return form
    join = rng.choice(("_", "", ".", "-"))
    years = sorted({row[1] for row in form.rows})
    figures = {(row[0], row[1]): row[2:] for row in form.rows}
    columns = [(c, y) for c in rng.sample(range(4), 4) for y in years]
    stems = [head.removesuffix("(亿元)") for head in form.head[2:]]
    unit = rng.choice(("", "(亿元)"))
    head = ["省份", *(f"{stems[c]}{join}{y}{unit}" for c, y in columns)]
    names = list(dict.fromkeys(row[0] for row in form.rows))
    return replace(form, head=head, rows=[[n, *(figures[n, y][c] for c, y in columns)] for n in names], formats={})


def chapter_lines(form: Form, rng: random.Random) -> Form:
    """Chapters, books and blank lines above the title."""
    lines = rng.sample(
        ["五、高技术产业", "第一章 综合", "中国科技统计年鉴 2026", "（一）投入", ""], rng.randrange(1, 3)
    )
    return replace(form, above=[*([line] for line in lines), *form.above]) if form.title_year else form


def number_formats(form: Form, rng: random.Random) -> Form:
    """Cells stored as a hundredth and shown as percent, or stored in full and shown in thousands."""
    rows, formats = [list(r) for r in form.rows], dict(form.formats)
    for c, head in enumerate(form.head):
        for r, row in enumerate(rows):
            if not isinstance(row[c], float) or (r, c) in formats or rng.random() < 0.5:
                continue
            if "%" in head:
                row[c], formats[r, c] = row[c] / 100, rng.choice(("0.00%", "0.0%", "0%"))
            elif rng.random() < 0.5:
                row[c], formats[r, c] = row[c] * 1000, rng.choice(("0.00,", "#,##0.0,"))
            else:
                formats[r, c] = rng.choice(("0.00", "#,##0", "General", "0.0_ ;[Red]\\-0.0\\ "))
    return replace(form, rows=rows, formats=formats)


def text_column(form: Form, rng: random.Random) -> Form:
    """A column of texts, codes, numbers of rows or English names anywhere."""
    names = name_column(form)
    texts: dict[str, Callable[[int, str], object]] = {
        "所属区域": lambda r, n: "东部地区" if n in made.FEW else "西部地区",
        "省会": lambda r, n: "石家庄" if n == "河北" else f"{n}城",
        "备注": lambda r, n: "见注" if r % 3 else "",
        "地区代码": lambda r, n: CODE.get(n, ""),
        "Region": lambda r, n: ENGLISH.get(n, ""),
        "序号": lambda r, n: r + 1,
        "类型": lambda r, n: "省" if r % 2 else "市",
    }
    heading, text = rng.choice(sorted(texts.items()))
    at = rng.randrange(len(form.head) + 1)
    rows = [[*row[:at], text(r, row[names]), *row[at:]] for r, row in enumerate(form.rows)]
    formats = {(r, c + (c >= at)): f for (r, c), f in form.formats.items()}
    return replace(form, head=[*form.head[:at], heading, *form.head[at:]], rows=rows, formats=formats)


def blanks(form: Form, rng: random.Random) -> Form:
    """Some figures are missing, as programs write it."""
    rows, dropped = [list(r) for r in form.rows], set(form.dropped)
    word = rng.choice(("NA", ".", "-", "NaN", ""))
    for row in rng.sample(rows, 3):
        c = rng.choice([i for i, v in enumerate(row) if isinstance(v, float)])
        row[c] = word
    return replace(form, rows=rows, dropped=dropped | set(form.truth))


def other_release(form: Form, rng: random.Random) -> Form:
    """A release that contradicts the year the table states."""
    if form.table not in ("cstsy_rd_by_activity", "rd_bulletin_rd_by_region"):
        return form
    return replace(form, release=rng.choice(("2021", "2024", "2025", "2027")), refused=True)


def half_year(form: Form, rng: random.Random) -> Form:
    """The title speaks of a part of the year."""
    if not form.title_year:
        return form
    part = rng.choice(("1-6月", "上半年", "前三季度", "第一季度"))
    above = [[str(t).replace("2025年", f"2025年{part}") for t in row] for row in form.above]
    return replace(form, above=above, refused=True)


def year_column(form: Form, rng: random.Random) -> Form:
    """The title loses its year, a column has it."""
    if not form.title_year:
        return form
    above = [[str(t).replace("(2025年)", "").replace("2025年", "") for t in row] for row in form.above]
    at = rng.randrange(len(form.head) + 1)
    spelling = rng.choice(("2025", "2025年", "2025-12-31", "2025.0"))
    rows = [[*row[:at], spelling, *row[at:]] for row in form.rows]
    formats = {(r, c + (c >= at)): f for (r, c), f in form.formats.items()}
    head = [*form.head[:at], rng.choice(("年份", "year", "年度")), *form.head[at:]]
    return replace(form, above=above, head=head, rows=rows, formats=formats, title_year=False)


def name_column(form: Form) -> int:
    return next(i for i, h in enumerate(form.head) if h in ("地区", "省份"))


BASES: tuple[Callable[[], Form], ...] = (by_activity, bulletin, panel, export)
# in the order in which several are made
CHANGES: tuple[Callable[[Form, random.Random], Form], ...] = (
    provinces_dropped, years_behind_names, year_column, number_formats, blanks, text_column, columns_moved, chapter_lines,
    other_release, half_year,
)  # fmt: skip


def written(form: Form, rng: random.Random) -> tuple[bytes, str]:
    """The form as a file of some format, with its name; number formats need a workbook."""
    rows = [*form.above, form.head, *form.rows]
    if form.formats:
        top = len(form.above) + 1
        return _workbook(rows, {(r + top, c): f for (r, c), f in form.formats.items()}), "form.xlsx"
    kind = rng.choice(("csv", "csv", "gb18030", "html", "xlsx", "xls"))
    if kind == "html":
        lines = "".join(f"<p>{_escaped(line[0])}</p>" for line in form.above if line[0])
        return made.html(
            [[_escaped(v) if isinstance(v, str) else v for v in r] for r in [form.head, *form.rows]], lines
        ), "form.html"
    if kind in ("xlsx", "xls"):
        return (wild.xlsx if kind == "xlsx" else wild.xls)({"s": rows}), f"form.{kind}"
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    return made.csv(padded, encoding="utf-8" if kind == "csv" else kind), "form.csv"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;")


def _workbook(rows: made.Rows, formats: dict[tuple[int, int], str]) -> bytes:
    import io

    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("s")
    styles = {f: book.add_format({"num_format": f}) for f in set(formats.values())}
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value != "":
                sheet.write(r, c, value, styles.get(formats.get((r, c), "")))
    book.close()
    return out.getvalue()
