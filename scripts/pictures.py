"""The pictures of the README, taken of a whole build: `python -m scripts.pictures` writes docs/report.png (the top of the report
with its first chart) and docs/assets.png (the groups of assets in Dagster). It wants a Chromium and takes two minutes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from jjj_pipeline.settings import Settings
from tests.conftest import ROOT, copy_project
from tests.support.browser import chromium
from tests.support.server import Server, running, wait

DOCS = ROOT / "docs"
PATIENCE = 60_000  # ms
BRIEF = ".contents { display: none } #provinces .scroll { max-height: 330px !important }"  # the picture shows a part of the table


def report(browser: Browser, settings: Settings) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{(settings.report / 'index.html').as_uri()}?lang=en")
    page.wait_for_function("document.documentElement.dataset.drawn === 'en'")
    page.add_style_tag(content=BRIEF)
    chart = page.locator("[data-chart='shares-en']").bounding_box()
    assert chart
    clip = {"x": 0, "y": 0, "width": 1280, "height": chart["y"] + chart["height"] + 16}
    page.screenshot(path=DOCS / "report.png", full_page=True, clip=clip)


def assets(browser: Browser, server: Server) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 960})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{server.url}/asset-groups")
    page.get_by_role("button", name="Hide navigation").click()
    page.get_by_placeholder("Jump to").locator("xpath=following::button[1]").click()
    page.reload()  # the graph is fitted to its place when it is drawn
    page.get_by_text("warehouse", exact=True).first.wait_for()
    page.wait_for_function("document.getAnimations().length === 0")
    page.screenshot(path=DOCS / "assets.png")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        settings = copy_project(Path(folder) / "project", ["*/*/*"])
        with running(settings, Path(folder) / "home") as server:
            wait("the first build", lambda: server.ended(1), server.log)  # the sensor has seen raw/
            assets(browser, server)
        report(browser, settings)


if __name__ == "__main__":
    main()
