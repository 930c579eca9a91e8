"""What stands on the page is what stands in the warehouse, in both languages, with unit, source, query and table."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import html

from jjj_pipeline.report.model import ReportFigure
from jjj_pipeline.settings import Settings
from tests.report.conftest import FIGURES

Rows = dict[str, list[dict[str, object]]]
CHARTS = [f for f in FIGURES if f.chart]
MEASURED = {  # which entry of a mark is its number
    "lines": "y", "columns": "y", "stacked_years": "y", "slope": "y", "heat": "value", "stacked_rows": "x", "dots": "x",
    "dumbbell": "x", "network": "weight",
}  # fmt: skip
SCALE = {
    "pct1": 100,
    "pct2": 100,
    "sigpct1": 100,
    "bn1": Decimal("0.1"),
}  # what a number is shown in, against the warehouse
HAN = re.compile(r"[\u4e00-\u9fff]")
UNITS = re.compile("\\d *(亿元|万元|万件|件|人|家)")  # as printed, in what is said of a printed figure
MB = 1_000_000


def shown(text: str) -> tuple[Decimal, Decimal]:
    """A printed number, and one unit of its last digit."""
    plain = re.sub(r"[,%+\s]", "", text).replace("\u2212", "-")
    number = Decimal(plain)
    return number, Decimal(1).scaleb(int(number.as_tuple().exponent))


def text_of(element: html.HtmlElement) -> str:
    """The number of a field or of a link, without its interval and status."""
    return (element.text or "").strip() or element.text_content().strip()


def numbers(report: html.HtmlElement) -> list[tuple[html.HtmlElement, str]]:
    """Everything on the page that says which row it comes from, with the figure."""
    out = []
    for element in report.xpath("//*[@data-row]"):
        holder = element.xpath("ancestor::*[self::figure or self::article][1]/@id")
        out.append((element, element.get("data-figure") or holder[0]))
    return out


def test_every_number_is_that_of_its_row_in_the_warehouse(report: html.HtmlElement, answers: Rows) -> None:
    wrong, checked = [], 0
    for element, figure in numbers(report):
        row, column, form = (element.get(f"data-{k}") for k in ("row", "column", "form"))
        value = answers[figure][int(row)][column]
        text = re.split(r" \u2013 ", text_of(element))[0]
        number, unit = shown(text)
        exact = Decimal(repr(value)) * SCALE.get(form, 1)
        checked += 1
        if abs(number - exact) > unit / 2:
            wrong.append((figure, row, column, text, value))
    assert not wrong
    assert checked > 2900


def test_every_interval_on_the_page_holds_that_of_the_warehouse_and_is_no_wider_than_its_digits(
    report: html.HtmlElement, answers: Rows
) -> None:
    checked = 0
    for element, figure in numbers(report):
        small = element.xpath("./small[starts-with(., '[')] | following-sibling::*[1][self::small]")
        if not small or not element.xpath("self::td | self::th | self::a"):
            continue
        row, column, form = (element.get(f"data-{k}") for k in ("row", "column", "form"))
        for text, side, sign in zip(
            small[0].text_content().strip("[] ").split(", "), ("low", "high"), (1, -1), strict=True
        ):
            bound, unit = shown(text)
            exact = Decimal(repr(answers[figure][int(row)][f"{column}_{side}"])) * SCALE.get(form, 1)
            assert 0 <= (exact - bound) * sign < unit, (figure, row, column, text)
            checked += 1
    assert checked > 200


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.id)
def test_the_table_of_a_figure_shows_each_row_that_has_a_number(
    figure: ReportFigure, report: html.HtmlElement, answers: Rows
) -> None:
    place = report.get_element_by_id(figure.id)
    body = place.xpath(".//tbody/tr")
    if figure.pivot is None:
        assert len(body) == len(answers[figure.id])
        return
    cells = {int(c.get("data-row")) for c in place.xpath(f".//tbody//td[@data-column='{figure.pivot.cell}']")}
    assert cells == {i for i, row in enumerate(answers[figure.id]) if row[figure.pivot.cell] is not None}


@pytest.mark.parametrize("figure", CHARTS, ids=lambda f: f.id)
def test_a_chart_draws_the_numbers_of_its_query_and_no_others(
    figure: ReportFigure, report: html.HtmlElement, answers: Rows
) -> None:
    wanted = figure.encode["ends"] if "ends" in figure.encode else [figure.encode.get(MEASURED[str(figure.chart)])]
    given = sorted(float(str(r[c])) for r in answers[figure.id] for c in wanted if r[c] is not None)
    for lang in ("zh", "en"):
        spec = json.loads(report.get_element_by_id(f"{figure.id}-{lang}").text)
        marks = [m for data in spec["datasets"].values() for m in data if m.get("shown")]
        key = MEASURED[str(figure.chart)]
        assert sorted(float(m[key]) for m in marks if m[key] is not None) == given


@pytest.mark.parametrize("figure", [f for f in FIGURES if f.title], ids=lambda f: f.id)
def test_a_title_says_a_finding_in_both_languages(figure: ReportFigure, report: html.HtmlElement) -> None:
    place = report.get_element_by_id(figure.id)
    for lang, tag in (("zh", "zh-CN"), ("en", "en")):
        title = place.xpath(f"(.//h3 | .//p[@class='statement'])//span[@lang='{tag}']")[-1].text_content()
        assert title != figure.name[lang]
        assert re.search(r"\d", title), title


@pytest.mark.parametrize("figure", CHARTS, ids=lambda f: f.id)
def test_a_chart_has_unit_source_query_and_table(figure: ReportFigure, report: html.HtmlElement) -> None:
    place = report.get_element_by_id(figure.id)
    assert place.xpath(".//p[@class='unit']")[0].text_content().strip()
    assert len(place.xpath(".//p[@class='source']")[0].text_content()) > 20
    assert place.xpath(".//a[@class='to-query']/@href") == [f"#{figure.id}-query"]
    assert place.xpath(f".//details[@id='{figure.id}-query']//code")[0].text_content() == figure.query
    assert place.xpath(".//tbody/tr")


@pytest.mark.parametrize("name", ["index.html", "dictionary.html"])
def test_no_english_line_is_in_chinese(name: str, warehouse: Settings) -> None:
    page = html.parse(str(warehouse.report / name)).getroot()
    lines = page.xpath("//*[@lang='en'][not(contains(@class, 'any'))][not(self::html)]")
    texts = {UNITS.sub("", e.text_content()) for e in lines}
    assert not {text for text in texts if HAN.search(text)}
    assert len(lines) > 20


def test_years_without_a_figure_are_hatched_in_table_and_chart_and_named(
    report: html.HtmlElement, answers: Rows
) -> None:
    lost = [row["year"] for row in answers["contracts"] if row["value"] is None]
    # Beijing's announcements of these years name no such figure; that of 2020 follows from two totals and a year
    assert lost == [2015, 2016, 2018, 2022]
    place = report.get_element_by_id("contracts")
    assert "2015, 2016, 2018, 2022" in place.xpath(".//p[@class='lost']")[0].text_content()
    spec = json.loads(report.get_element_by_id("contracts-en").text)
    strips = [d for data in spec["datasets"].values() for d in data if "not held" in d.get("tip", "")]
    assert [int(d["tip"][:4]) for d in strips] == lost
    # beside the gaps stand the sums that are held; that of 2015-2017 is doubtful
    totals = {"2014\u20132020": "1,410.0", "2014\u20132021": "1,760.4", "2021\u20132024": "2,308.7"}
    for tag, mark in (("zh-CN", "；"), ("en", "; ")):
        note = place.xpath(f".//p[@class='note']//*[@lang='{tag}']")[0].text_content()
        assert mark.join(f"{period} {value}" for period, value in totals.items()) in note
        assert "418.4" not in note
    within = {int(r[0].text_content()): r[-1].text_content().strip() for r in place.xpath(".//tbody/tr")}
    both = "; ".join(f"{p} {totals[p]}" for p in list(totals)[:2])
    assert [within[y] for y in (2015, 2016, 2018, 2022, 2023)] == [both, both, both, "2021\u20132024 2,308.7", ""]
    for row in place.xpath(".//tbody/tr"):
        year = int(row[0].text_content())
        assert ("missing" in row[1].get("class")) == (year in lost)


def test_a_chart_draws_the_breaks_it_runs_through_and_says_them_beside_it(report: html.HtmlElement) -> None:
    # economic censuses of 2013 and 2018 renewed the register; GDP of 2010 is of another state of the accounts than that of 2011
    wanted = {"similarity": [2013, 2018], "intensity_band": [2011], "gaps": [2011], "rd_multiples": [], "contracts": []}
    words = {"zh": "全国经济普查", "en": "economic census"}
    for figure, years in wanted.items():
        place = report.get_element_by_id(figure)
        for lang, tag in (("zh", "zh-CN"), ("en", "en")):
            spec = json.loads(report.get_element_by_id(f"{figure}-{lang}").text)
            drawn = [row for data in spec["datasets"].values() for row in data if "at" in row and "year" in row]
            assert [(b["year"], b["at"]) for b in drawn] == [(y, y - 0.5) for y in years]
            assert (json.dumps(spec).count('"strokeDash": [3, 3]') == 1) == bool(years)  # the rule itself
            shown = "".join(place.xpath(f".//p[@class='breaks']//*[@lang='{tag}']//text()"))
            assert [b["text"].partition(": ")[2] in shown for b in drawn] == [True] * len(years)
            assert figure != "similarity" or all(words[lang] in b["text"] for b in drawn)
        assert len(place.xpath(".//p[@class='breaks']/b")) == len(years)


def test_what_is_no_more_than_chance_is_said_to_be(report: html.HtmlElement) -> None:
    place = report.get_element_by_id("orders")
    title = " ".join(place.xpath(".//h3//*[@lang='en']")[0].text_content().split())
    assert "no more alike than chance" in title
    assert "0.455 on average" in title  # two shuffled lists of 19
    row = next(
        r
        for r in place.xpath(".//tbody/tr")
        if "Beijing\u2013Hebei" in r.text_content() and "0.475" in r.text_content()
    )
    assert row is not None


def test_the_chart_of_intensities_draws_one_release(answers: Rows) -> None:
    rows = answers["intensity_slope"]
    assert {r["region_code"] for r in rows} == {"110000", "120000", "130000", "JJJ", "YRD", "CN"}
    assert len({r["gdp_release"] for r in rows}) == 1


def test_the_explorer_draws_the_break_of_a_series_that_is_spliced(warehouse: Settings) -> None:
    """Population of 2010 and of 2011 are of two releases; GDP is held by state of the accounts."""
    import duckdb

    from jjj_pipeline.report.explorer.data import breaks

    with duckdb.connect(str(warehouse.duckdb), read_only=True) as con:
        drawn = {(i, b["year"]) for b in breaks(con) for i in b["series"]}
    assert ("population", 2011) in drawn
    assert ("legal_entities", 2013) in drawn
    assert ("gdp", 2011) not in drawn


def test_footnotes_of_printed_tables_stand_with_the_figures_they_concern(report: html.HtmlElement) -> None:
    first, fifth = "《中国统计年鉴》最初公布数。", "第五次全国经济普查后修订数。"
    contracts = "合同数只录入全国和八个省市；其余地区空白表示未录入。"
    notes = {
        figure: report.get_element_by_id(figure).xpath(".//p[@class='footnotes']//*[@lang='zh-CN']/text()")
        for figure in ("gdp_releases", "trade", "rd_multiples", "rd_structure")
    }
    assert {first, fifth} <= set(notes["gdp_releases"])
    assert contracts in notes["trade"]
    assert (
        notes["rd_multiples"] == notes["rd_structure"] == []
    )  # nothing is printed under the tables of R&D expenditure
    english = report.get_element_by_id("trade").xpath(".//p[@class='footnotes']//*[@lang='en']/text()")
    assert any("blanks elsewhere are not entered" in text for text in english)


def test_each_finding_links_to_the_rows_it_is_made_of(report: html.HtmlElement) -> None:
    links = report.xpath("//section[@id='findings']//a[@class='n']")
    assert len(links) > 40
    for link in links:
        row = report.get_element_by_id(link.get("href")[1:])
        cell = row.xpath(f"./*[@data-column='{link.get('data-column')}']")
        assert cell, link.get("href")


@pytest.mark.parametrize("name", ["index.html", "dictionary.html"])
def test_a_page_is_one_file_that_names_no_address(name: str, warehouse: Settings) -> None:
    path: Path = warehouse.report / name
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < 5 * MB
    page = html.fromstring(text.encode())
    links = page.xpath("//@src | //@href | //@data | //@action | //@poster")
    linked_pages = ("index.html", "dictionary.html", "explore.html")
    assert not [a for a in links if not a.startswith("#") and a.partition("#")[0] not in linked_pages]
    found = set(re.findall(r"https?://[^\s\"'`<>\\)]+", text))
    assert not {a for a in found if not a.startswith("http://www.w3.org/")}  # names of XML vocabularies, never opened


def test_the_dictionary_has_every_table_and_column(warehouse: Settings, answers: Rows) -> None:
    import duckdb

    page = html.parse(str(warehouse.report / "dictionary.html")).getroot()
    with duckdb.connect(str(warehouse.duckdb), read_only=True) as con:
        columns = con.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns() "
            "where schema_name in ('ref', 'core', 'mart', 'meta') and not internal order by all"
        ).fetchall()
    there = []
    for title in page.xpath("//section[@id='columns']//h3"):
        table = title.xpath("./code")[0].text
        grid = title.xpath("following-sibling::div[1]//tbody/tr/*[1]")
        there += [(table, cell.text_content().strip()) for cell in grid]
    assert sorted(there) == sorted(map(tuple, columns))
