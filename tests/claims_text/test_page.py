"""The page of a checked text in Chromium: both languages, a narrow and a wide window, keys, filter; and text that tries to be code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from jjj_pipeline.claims.text.names import Names
from jjj_pipeline.claims.text.result import CheckedText
from jjj_pipeline.report import checked_text
from jjj_pipeline.settings import Settings

Check = Callable[[str], CheckedText]
TEXT = (
    "京津冀创新<script>document.title='broken'</script>\n\n2022年,京津冀R&D经费4260.9万元,比上年增长7.9%,其中北京2843.3亿元。\n\n"
    "2022年天津有效发明专利51612件。<img src=x onerror=\"document.title='broken'\">\n\n2023年北京独角兽企业114家。</script><b>\n"
)


@pytest.fixture(scope="module")
def file(checked: Check, names: Names, warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "checked.html"
    checked_text.write(path, checked_text.page(checked(TEXT), names, warehouse.duckdb))
    return path


@pytest.fixture(params=[(w, lang) for w in (1280, 390) for lang in ("zh", "en")], ids=lambda p: f"{p[0]}-{p[1]}")
def page(request: pytest.FixtureRequest, browser: Browser, file: Path) -> Iterator[Page]:
    width, lang = request.param
    page = browser.new_page(viewport={"width": width, "height": 800})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(file.as_uri())
    page.click(f"[data-set={lang}]")
    yield page
    page.close()
    assert problems == []


def test_axe_finds_nothing_and_nothing_is_cut_off(page: Page) -> None:
    page.locator(".mark.contradicted").first.click()
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_starts_in_the_language_of_the_command_and_is_read_in_the_dark(
    browser: Browser, checked: Check, names: Names, warehouse: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "checked.html"
    checked_text.write(path, checked_text.page(checked(TEXT), names, warehouse.duckdb, "zh"))
    page = browser.new_page(color_scheme="dark", locale="en-GB")
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.locator(".mark.contradicted").first.click()
    violations = Axe().run(page).response["violations"]
    page.close()
    assert [(v["id"], v["nodes"][0]["html"]) for v in violations] == []


def test_a_figure_opens_with_its_value_and_printed_cells(page: Page) -> None:
    page.locator(".mark.contradicted").first.click()
    panel = page.locator("#panel").inner_text()
    assert ("Tianjin" in panel) == (page.evaluate("document.documentElement.lang") == "en")
    assert ("天津" in panel) == (page.evaluate("document.documentElement.lang") == "zh-CN")
    assert "4260.9 亿元" in panel
    assert "raw/cstsy/2023/rd_by_activity.csv" in panel
    page.keyboard.press("n")
    assert "7.9%" in page.locator("#panel-title").inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".mark[aria-expanded=true]").count() == 0


def test_the_filter_leaves_what_is_contradicted(page: Page) -> None:
    page.click("[data-filter=contradicted]")
    assert page.locator("tr[data-status]:visible").count() == 2


def test_code_in_the_text_stays_text(page: Page) -> None:
    assert page.title() != "broken"
    assert "<script>document.title" in page.locator("#text").inner_text()
    assert page.locator("#text img, #text b").count() == 0
