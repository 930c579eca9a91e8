"""The report as people meet it in Chromium: every chart drawn, both languages, keyboard, paper, screen readers, no script of
others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.report.publish import publish
from jjj_pipeline.settings import Settings
from tests.report.conftest import FIGURES

pytestmark = pytest.mark.e2e
CHARTS = {f.id for f in FIGURES if f.chart}
MARKS = "g[class*='mark-'] path, g[class*='mark-'] rect, g[class*='mark-'] line, g[class*='mark-'] text"
EVIL = "<script>window.taken = true</script>"


@contextmanager
def opened(browser: Browser, path: Path, lang: str, width: int = 1280) -> Iterator[Page]:
    """The page in a language, drawn. What it says on the console, and asks for outside its file, fails the test."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    console: list[str] = []
    page.on("console", lambda message: console.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: console.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith("file:") else console.append(request.url[:100]))
    try:
        page.goto(f"{path.as_uri()}?lang={lang}")
        drawn(page, lang)
        yield page
        assert not console
    finally:
        page.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_short(browser: Browser, warehouse: Settings, lang: str) -> None:
    """At most 60 % of the 27,780 pixels it had; detail is folded."""
    with opened(browser, warehouse.report / "index.html", lang) as page:
        assert page.evaluate("document.documentElement.scrollHeight") <= 0.6 * 27_780


def test_the_first_screen_answers_four_questions(browser: Browser, warehouse: Settings) -> None:
    with opened(browser, warehouse.report / "index.html", "zh") as page:
        questions = page.locator(".four dt")
        assert [q.strip() for q in questions.all_inner_texts()] == [
            "增长了吗？",
            "差距在缩小吗？",
            "在流动吗？",
            "匹配吗？",
        ]
        last = page.locator(".four dd").last.bounding_box()
        assert last and last["y"] + last["height"] < 900
        for figure in FIGURES:
            if figure.chart and page.locator(f"#{figure.id} .chart").count():
                assert page.locator(f"#{figure.id} a.to-explorer[href^='explore.html#m=']").count() == 1, figure.id


def drawn(page: Page, lang: str) -> None:
    page.wait_for_function("lang => document.documentElement.dataset.drawn === lang", arg=lang)


@pytest.mark.parametrize("width", [1280, 390])
def test_every_chart_is_drawn_in_both_languages_and_nothing_sticks_out(
    width: int, browser: Browser, warehouse: Settings, tmp_path: Path
) -> None:
    with opened(browser, warehouse.report / "index.html", "zh", width) as page:
        for lang, label in (("zh", "中文"), ("en", "English")):
            page.get_by_role("button", name=label, exact=True).click()
            drawn(page, lang)
            assert page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[lang]
            page.evaluate("document.querySelectorAll('details.more').forEach(d => d.open = true)")
            page.wait_for_function(
                "[...document.querySelectorAll('.chart')].every(e => !e.getClientRects().length || e.querySelector('svg'))"
            )
            for figure in sorted(CHARTS):
                if page.locator(f"#{figure} .empty").count():  # no rows: counts of records are made by another command
                    continue
                svg = page.locator(f"[data-chart='{figure}-{lang}'] svg")
                assert svg.count() == 1, figure
                assert svg.locator(MARKS).count() >= 2, figure
                box = svg.bounding_box()
                assert box and box["x"] >= 0 and box["x"] + box["width"] <= width, figure
                assert svg.get_attribute("aria-label"), figure
            assert page.evaluate("document.documentElement.scrollWidth") == width
            picture = tmp_path / f"report-{width}-{lang}.png"
            page.screenshot(path=picture, full_page=True)
            assert picture.stat().st_size > 100_000


def test_the_keyboard_reaches_the_language_and_it_is_remembered(browser: Browser, warehouse: Settings) -> None:
    with opened(browser, warehouse.report / "index.html", "zh") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        drawn(page, "en")
        assert page.locator("h1").inner_text() == "The innovation system of Beijing, Tianjin and Hebei"
        page.goto((warehouse.report / "index.html").as_uri())
        drawn(page, "en")


def test_a_link_leads_to_the_query_and_the_query_answers(browser: Browser, warehouse: Settings) -> None:
    with opened(browser, warehouse.report / "index.html", "en") as page:
        page.locator("#contracts .to-query").click()
        code = page.locator("#contracts-sql")
        code.wait_for(state="visible")
        with duckdb.connect(str(warehouse.duckdb), read_only=True) as con:
            assert len(con.execute(code.inner_text()).fetchall()) == page.locator("#contracts tbody tr").count()
        link = page.locator("#f_grants .statement [lang=en] a.n").first
        row = page.locator(str(link.get_attribute("href")))
        assert not row.is_visible()
        link.click()
        row.wait_for(state="visible")


def test_the_report_prints(browser: Browser, warehouse: Settings, tmp_path: Path) -> None:
    with opened(browser, warehouse.report / "index.html", "zh") as page:
        paper = page.pdf(format="A4")
        assert paper.startswith(b"%PDF")
        assert 10 < paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") < 60
        page.emulate_media(media="print")
        assert not page.locator(".languages").is_visible()
        cut = "all => all.filter(e => e.clientHeight < e.scrollHeight - 1).length"
        assert (
            page.locator(".section > .figure .scroll").evaluate_all(cut) == 0
        )  # no table ends at the end of its window


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["index.html", "dictionary.html"])
def test_axe_finds_nothing_serious(name: str, lang: str, browser: Browser, warehouse: Settings) -> None:
    with opened(browser, warehouse.report / name, lang) as page:
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(page).response["violations"]
        serious = [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")]
        assert not serious


def test_axe_finds_nothing_serious_in_the_dark(browser: Browser, warehouse: Settings) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    try:
        page.goto(f"{(warehouse.report / 'index.html').as_uri()}?lang=zh")
        drawn(page, "zh")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 28)"
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(page).response["violations"]
        assert not [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")]
    finally:
        page.close()


def test_a_script_in_a_text_of_the_data_is_shown_as_text(browser: Browser, warehouse: Settings, tmp_path: Path) -> None:
    target = Settings(root=tmp_path)
    target.duckdb.parent.mkdir(parents=True)
    shutil.copyfile(warehouse.duckdb, target.duckdb)
    with duckdb.connect(str(target.duckdb)) as con:
        for change in (
            f"update ref.region set name_en = name_en || '{EVIL}', short_zh = short_zh || '{EVIL}' where region_code = '130000'",
            f"update ref.indicator set name_en = '{EVIL}', name_zh = '{EVIL}' where indicator = 'rd_personnel_fte_researchers'",
            f"update meta.correction set reason = reason || '{EVIL}'",
            f"update mart.claim_check set paraphrase = '{EVIL}', claim = '{EVIL}'",
            f"update ref.release set name_en = name_en || '{EVIL}', name_zh = name_zh || '{EVIL}'",
        ):
            con.execute(change)
    made = publish(Project(target))
    for name in ("index.html", "dictionary.html"):
        with opened(browser, made.path.with_name(name), "en") as page:
            assert page.evaluate("window.taken") is None
            added = "all => all.filter(e => e.textContent.trim() === 'window.taken = true').length"
            assert page.locator("script").evaluate_all(added) == 0
    with opened(browser, made.path, "en") as page:
        assert EVIL in page.locator("#provinces thead").inner_text()
        assert EVIL in page.locator("#corrections").text_content()  # folded
        assert EVIL in page.locator("[data-chart='shares-en']").inner_text()  # the legend of a chart
        assert EVIL in page.locator("#rd_multiples-title").inner_text()  # where Hebei stands in a sentence
