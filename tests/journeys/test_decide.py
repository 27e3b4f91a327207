"""Task 2: Go for both, No-go for a third with a reason, and Undo."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage, press
from tests.live import Live

REASON = "our two people are in Denver that week"


@pytest.mark.parametrize("scripts", [True, False])
def test_go_for_both_and_not_for_a_third(open_page: OpenPage, live: Live, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    page.goto(live.sign_in_link())
    page.locator("main form button").first.click()
    clicks = 0

    page.get_by_role("link", name=re.compile("^Why Denver")).click()
    page.get_by_role("button", name="Go for both", exact=True).click()
    clicks += 2
    expect(page.locator(".undo")).to_contain_text("Open Source Days and SIGGRAPH: go.")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Season").click()
    page.locator("table.tab").get_by_role("link", name="All Things Open").click()
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="No-go", exact=True).click()
    clicks += 3
    assert clicks <= 5
    expect(page.locator(".undo")).to_contain_text("All Things Open: no-go.")

    page.goto("/season")
    line = page.locator(".chart li", has=page.get_by_role("link", name="All Things Open"))
    expect(line.first).to_contain_text(REASON)
    page.get_by_role("list", name="Show only").get_by_role("link", name="no-go").click()
    expect(page.locator(".chart")).to_contain_text(REASON)
    expect(page.locator(".chart")).to_contain_text("FOSSY")
    expect(page.locator(".chart").get_by_role("link", name="SIGGRAPH")).to_have_count(0)


def test_refused_undone_and_then_on_the_brief(staff_page: Page) -> None:
    page = staff_page
    page.goto("/events?q=All Things Open")
    page.locator("table.tab").get_by_role("link", name="All Things Open").first.click()
    page.get_by_role("button", name="No-go", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Say why not, in a few words")
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="No-go", exact=True).click()
    expect(page.locator(".undo")).to_contain_text("no-go")
    press(page, "z")
    expect(page.locator(".undo")).to_contain_text("as before.")

    page.goto("/season/2024?state=proposed")
    for name in ("All Things Open", "SIGGRAPH", "Open Source Days"):
        expect(page.locator(".chart")).to_contain_text(name)

    page.goto("/season")
    page.get_by_role("link", name=re.compile("^Why Denver")).click()
    page.get_by_role("button", name="Go for both", exact=True).click()
    expect(page.get_by_role("link", name="Open the brief")).to_be_visible()
    page.goto("/season")
    expect(page.locator(".need").first).to_contain_text("RHEL-39415 for the Denver brief")
    page.get_by_role("button", name="Add to brief").first.click()
    expect(page.locator(".undo")).to_contain_text("RHEL-39415 is on the brief")
    expect(page.locator("article")).to_contain_text("RHEL-39415")
