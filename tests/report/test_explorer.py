"""The explorer as people use it in Chromium: both languages, desk and phone, figures equal to the published tables, cells that
open."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from jjj_pipeline.settings import Settings

pytestmark = pytest.mark.e2e
LIMIT = 4_000_000  # bytes of the page
THREE = "110000,120000,130000"


@contextmanager
def opened(browser: Browser, settings: Settings, lang: str, view: str = "", width: int = 1280) -> Iterator[Page]:
    """The page at a view, drawn. What it says on the console, and asks for outside its file, fails the test."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    console: list[str] = []
    page.on("console", lambda message: console.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: console.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:", "blob:")) else console.append(r.url[:100]))
    try:
        page.goto(f"{(settings.report / 'explore.html').as_uri()}?lang={lang}{view and '#' + view}")
        drawn(page)
        yield page
        assert not console
    finally:
        page.close()


def drawn(page: Page) -> None:
    """Wait until what the address says is shown."""
    page.wait_for_function("document.documentElement.dataset.drawn?.endsWith(location.hash)")


def shown(page: Page) -> list[list[str]]:
    """The cells of the first table."""
    rows: list[list[str]] = (
        page.locator("#tables table")
        .first.locator("tr")
        .evaluate_all("rows => rows.map(r => [...r.cells].map(c => c.innerText.trim()))")
    )
    return rows


def test_it_is_one_small_file_of_its_own(warehouse: Settings) -> None:
    page = (warehouse.report / "explore.html").read_bytes()
    assert len(page) < LIMIT
    assert b"http://" not in page
    assert b"https://" not in page


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["line", "bar", "ranks", "tiles"])
def test_every_kind_is_shown_and_nothing_sticks_out(
    kind: str, lang: str, width: int, browser: Browser, warehouse: Settings
) -> None:
    with opened(browser, warehouse, lang, f"m=rd_expenditure&p={THREE}&c={kind}", width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.locator("#chooser").evaluate("d => { d.open = true; }")
        assert page.locator("#measure").evaluate("list => list.scrollWidth - list.clientWidth") == 0  # no name is cut
        assert page.locator("#chart svg").count() == (kind != "ranks")
        marks = {
            "line": ".mark-symbol path",
            "bar": ".mark-rect path",
            "tiles": ".mark-rect path",
            "ranks": "td button",
        }
        found = page.locator(marks[kind])
        assert found.count() >= (31 if kind == "tiles" else 3)
        assert page.locator("h2").inner_text() == {"zh": "R&D经费内部支出", "en": "Intramural R&D expenditure"}[lang]


def test_the_table_shows_the_printed_digits(browser: Browser, warehouse: Settings) -> None:
    """Beijing's 2233.587 亿元 of 2019, printed 22335870 万元 in the yearbook of 2020."""
    with opened(browser, warehouse, "zh", f"m=rd_expenditure&p={THREE}&y=2018-2019") as page:
        assert shown(page)[:2] == [["年份", "北京", "天津", "河北"], ["2019", "2233.5870", "462.9716", "566.7279"]]
        page.get_by_role("button", name="2233.5870").click()
        detail = page.locator("#detail").inner_text()
        for text in ("22335870 万元", "± 0.00005 亿元", "中国科技统计年鉴2020", "raw/cstsy/2020/rd_by_activity.csv:"):
            assert text in detail


def test_a_point_of_the_chart_opens_its_cell(browser: Browser, warehouse: Settings) -> None:
    with opened(browser, warehouse, "en", "m=rd_expenditure&p=110000&y=2019-2019") as page:
        page.locator("#chart .mark-symbol.role-mark path").first.click(force=True)
        assert "raw/cstsy/2020/rd_by_activity.csv:" in page.locator("#detail").inner_text()


def test_all_releases_of_a_figure_are_listed(browser: Browser, warehouse: Settings) -> None:
    with opened(browser, warehouse, "zh", "m=gdp&p=110000&y=2019-2019") as page:
        page.locator("#tables button").first.click()
        text = page.locator("#detail").inner_text()
        assert all(literal in text for literal in ("35371.28", "35445.1", "37767"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "view", ["", f"m=gdp&p={THREE},JJJ&v=growth", "m=rd_expenditure&c=tiles", "m=rd_expenditure&c=ranks"]
)
def test_axe_finds_nothing(lang: str, view: str, browser: Browser, warehouse: Settings) -> None:
    with opened(browser, warehouse, lang, view) as page:
        page.locator("#tables button").first.click()
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(page).response["violations"]
        assert not [(v["id"], v["nodes"][0]["html"][:200]) for v in found]


def test_it_is_used_with_the_keyboard_alone(browser: Browser, warehouse: Settings) -> None:
    with opened(browser, warehouse, "en") as page:
        page.locator("#search").focus()
        page.keyboard.type("value_added_tertiary")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.wait_for_function("location.hash.includes('value_added_tertiary')")
        drawn(page)
        page.locator("#tables button").first.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "detail-title"
        page.keyboard.press("Escape")
        assert not page.locator("#detail").is_visible()


def test_the_ten_questions_of_the_documentation_are_answered(browser: Browser, warehouse: Settings) -> None:
    text = (Path(__file__).parents[2] / "docs" / "explorer.md").read_text(encoding="utf-8")
    links = re.findall(r"`#(m=[^`]+)`", text)
    assert len(links) == 10
    for link in links:
        with opened(browser, warehouse, "en", quote(link, safe="=&,/>")) as page:
            assert page.locator("#tables button").count() >= 1, link
            assert not page.locator("#empty").is_visible(), link


def test_a_break_and_a_gap_are_marked(browser: Browser, warehouse: Settings) -> None:
    """Enterprises above designated size: the threshold rose in 2011, and 2010 is not held."""
    with opened(browser, warehouse, "en", f"m=firm_rd_expenditure&p={THREE}&y=2008-2019") as page:
        notes = page.locator("#notes").inner_text()
        assert "B 2011: industrial enterprises above designated size" in notes
        assert "Not held: Beijing 2010" in notes


def test_the_address_is_the_view(browser: Browser, warehouse: Settings) -> None:
    with opened(browser, warehouse, "zh") as page:
        page.locator("#view").select_option("share")
        page.locator("[name=kind][value=bar]").check(force=True)
        page.locator("#year").select_option("2019")
        drawn(page)
        address, before = page.evaluate("location.hash"), page.locator("#tables").inner_text()
    with opened(browser, warehouse, "zh", address.removeprefix("#")) as page:
        assert page.locator("#tables").inner_text() == before


def test_a_link_with_unknown_codes_shows_what_there_is(browser: Browser, warehouse: Settings) -> None:
    with opened(browser, warehouse, "en", "m=nothing&p=nowhere&v=wrong&c=odd&y=9-1&r=x/y&i=ZZ") as page:
        assert page.locator("h2").inner_text() == "Intramural R&D expenditure"


def test_the_query_that_is_offered_gives_what_is_shown(browser: Browser, warehouse: Settings) -> None:
    views = (
        f"m=rd_expenditure&p={THREE},JJJ", f"m=gdp&p={THREE},JJJ&v=growth", f"m=rd_expenditure&p={THREE}&v=share",
        "m=rd_expenditure&p=JJJ&v=disparity", f"m=rd_expenditure&p={THREE}&v=per_head", f"m=rd_expenditure_per_gdp&p={THREE}",
        "m=tech_contract_turnover&p=110000>TJHE", f"m=legal_entities&p={THREE}&i=M&v=quotient", "m=gdp&p=110000&r=nbs/2024-first",
    )  # fmt: skip
    with duckdb.connect(str(warehouse.duckdb), read_only=True) as con:
        for view in views:
            with opened(browser, warehouse, "en", quote(view, safe="=&,/>")) as page:
                rows = con.execute(str(page.locator("#query").text_content())).fetchall()
                figures = page.locator("#tables button").count()
                assert figures, view
                assert len(rows) >= figures, view


def test_the_csv_carries_codes_names_and_cells(browser: Browser, warehouse: Settings) -> None:
    with opened(browser, warehouse, "zh", "m=rd_expenditure&p=110000&y=2019-2019") as page:
        with page.expect_download() as got:
            page.locator("#csv").click()
        rows = list(csv.DictReader(io.StringIO(Path(got.value.path()).read_text(encoding="utf-8"))))
        assert [
            (r["region_code"], r["region_zh"], r["region_en"], r["year"], r["value"], r["printed"]) for r in rows
        ] == [("110000", "北京", "Beijing", "2019", "2233.587", "22335870")]
        with page.expect_download() as got:
            page.locator("#xlsx").click()
        content = Path(got.value.path()).read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert "北京 (亿元)" in content.decode("utf-8-sig")
        for button, start in (("svg", b"<svg"), ("png", b"\x89PNG")):
            with page.expect_download() as got:
                page.locator(f"#{button}").click()
            assert Path(got.value.path()).read_bytes().startswith(start)


COMPUTED = """async (series) => {
  const { load, json } = await import("explorer/store.js");
  const { Views } = await import("explorer/views.js");
  const { DEFAULT } = await import("explorer/state.js");
  const given = JSON.parse(document.getElementById("given").textContent);
  const names = await json("data-names");
  const views = new Views(await load(given.tables), Object.fromEntries(names.group), given.breaks);
  return series.map(([measure, place, from, to, v]) => {
    const points = views.points({ ...DEFAULT, p: [place], v, y: [from, to] }, measure);
    const last = points.find((p) => p.year === to);
    return last && last.view === v && last.base.year === from ? [last.value, last.low, last.high] : null;
  });
}"""


def computed(page: Page, series: list[list[Any]]) -> list[list[float] | None]:
    found: list[list[float] | None] = page.evaluate(COMPUTED, series)
    return found


def test_the_index_is_the_multiple_of_the_published_table(browser: Browser, warehouse: Settings) -> None:
    with duckdb.connect(str(warehouse.duckdb), read_only=True) as con:
        rows = con.execute(
            "select indicator, region_code, year_start, year_end, multiple, multiple_low, multiple_high from mart.growth_span"
            " where window_id = '2011-2019' and multiple is not null and value_start > 0 order by all"
        ).fetchall()
    with opened(browser, warehouse, "en") as page:
        found = computed(page, [[*row[:4], "index"] for row in rows])
    assert len(rows) > 500
    for row, values in zip(rows, found, strict=True):
        assert values, row
        assert values == pytest.approx([100 * v for v in row[4:]], rel=1e-5), row


def test_constant_prices_chain_the_published_real_growth(browser: Browser, warehouse: Settings) -> None:
    """A province's chain ends where mart.growth_span does; a group's, which weighs its members by their own figures, within the
    interval of the printed digits."""
    with duckdb.connect(str(warehouse.duckdb), read_only=True) as con:
        rows = con.execute(
            "select indicator, region_code, year_start, year_end, kind, value_start * real_multiple,"
            " value_start * real_multiple_low, value_start * real_multiple_high"
            " from mart.growth_span join ref.region using (region_code)"
            " where window_id = '2011-2019' and real_multiple is not null and value_start > 0 order by all"
        ).fetchall()
    with opened(browser, warehouse, "en") as page:
        found = computed(page, [[*row[:4], "constant"] for row in rows])
    compared = [(row, values) for row, values in zip(rows, found, strict=True) if values]
    assert len(compared) > 200
    for row, (value, low, high) in compared:
        if row[4] == "group":
            assert low <= row[7] and high >= row[6], row
        else:
            assert value == pytest.approx(row[5], rel=1e-4), row


def test_a_map_starts_with_the_newest_year_of_which_most_places_are_held(browser: Browser, warehouse: Settings) -> None:
    """Of the intensities of 2024 only Beijing's is printed so far."""
    with opened(browser, warehouse, "zh", "m=rd_intensity&c=tiles") as page:
        assert page.locator("#subheading").inner_text() == "省级单位；2023"
        assert len(shown(page)) == 32
        page.select_option("#year", "2024")
        drawn(page)
        assert [row[1] for row in shown(page)] == ["地区", "北京"]
        assert page.locator("#sources").inner_text() == "来源：全国科技经费投入统计公报：2024年全国科技经费投入统计公报"
