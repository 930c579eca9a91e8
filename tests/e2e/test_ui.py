"""What a person does in Dagster's pages: materialise everything, read that it succeeded, look up a table and its chart."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import SMALL, copy_project
from tests.support.server import running, wait

pytestmark = pytest.mark.e2e
PATIENCE = 60_000  # ms within which a page shows what it should
TABLE = "mart/growth_yearly"
CHARTED = "mart/growth_span"


def test_all_is_materialised_from_the_page_and_a_table_shows_its_columns_and_checks(
    tmp_path: Path, browser: Browser
) -> None:
    settings = copy_project(tmp_path / "project", SMALL)
    with running(settings, tmp_path / "home") as server:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(PATIENCE)
        wait("the run of the sensor to end", lambda: server.ended(1), server.log)
        page.goto(f"{server.url}/asset-groups")
        page.get_by_role("button", name="Materialize all").click()
        run, _ = wait("the run from the page to end", lambda: server.ended(1, by=None), server.log)
        assert not [t for t in run["tags"] if t["key"] == "files"]  # from the page, not from the sensor

        page.goto(f"{server.url}/runs/{run['runId']}")
        expect(page.get_by_text("Success", exact=True).first).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("Finished execution of run", exact=False).first).to_be_visible(timeout=PATIENCE)

        page.goto(f"{server.url}/assets/{TABLE}")
        expect(page.get_by_text("年度增长").first).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("地区代码 - Region or group", exact=False).first).to_be_visible(timeout=PATIENCE)

        page.goto(f"{server.url}/assets/{CHARTED}")
        chart = page.locator("img[src$='.svg'][src^='charts/']").first
        expect(chart).to_be_visible(timeout=PATIENCE)
        assert chart.evaluate("i => i.decode().then(() => i.naturalWidth)") > 200
        page.route(
            "**/charts/*.svg", lambda route: route.fulfill(content_type="text/html", body="<p>as dagster dev</p>")
        )
        page.reload()
        expect(page.get_by_text("时段增长").first).to_be_visible(timeout=PATIENCE)
        expect(chart).to_be_attached()
        assert chart.bounding_box()["height"] == 0  # what is not there leaves no trace

        page.goto(f"{server.url}/assets/{TABLE}?view=checks")
        expect(page.get_by_text("Columns, types, units and key of mart.growth_yearly are as declared.")).to_be_visible(
            timeout=PATIENCE
        )
        expect(page.get_by_text("Passed", exact=True).first).to_be_visible(timeout=PATIENCE)
