"""Task 1: from the sign-in link to why Denver, in at most three clicks and without being told."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, OpenPage, press
from tests.live import Live


class Clicks:
    """Clicks on what the page offers, and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def on(self, role: Any, name: str | re.Pattern[str]) -> None:
        self.count += 1
        self.page.locator("main, header, aside").get_by_role(role, name=name).first.click()


@pytest.mark.parametrize("scripts", [True, False])
def test_why_denver(open_page: OpenPage, live: Live, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    clicks = Clicks(page)
    page.goto(live.sign_in_link())
    clicks.on("button", re.compile("Sign in"))

    expect(page.locator(".clock")).to_contain_text("Thu 25 Jul 2024")
    first = page.locator(".need").first
    expect(first).to_contain_text("RHEL-39415")
    expect(first).to_contain_text("Why go to Denver?")
    clicks.on("link", re.compile("^Why Denver"))

    assert clicks.count <= 3
    assert "/fit/media-entertainment/" in page.url
    expect(page.get_by_role("heading", level=1)).to_contain_text("Denver")
    thread = page.locator(".thread")
    expect(thread).to_contain_text("gather in Denver from Sunday")
    expect(thread).to_contain_text("Open Source Days (Sun 28 Jul) and SIGGRAPH (28 Jul – 1 Aug)")
    expect(thread).to_contain_text("two events, one city, one trip")
    expect(thread).to_contain_text("a fix waits for testers")
    expect(thread).to_contain_text("RHEL-39415, open")
    sources = thread.locator(".src").all_inner_texts()
    assert len(sources) == 4
    assert sum("2024" in source for source in sources) >= 3
    expect(page.locator(".decide")).to_contain_text(re.compile(r"not known and left out"))
    expect(page.locator("ol.why")).to_contain_text("left out")

    before = clicks.count
    clicks.on("link", "Change weights")
    assert clicks.count == before + 1
    expect(page.get_by_label("Your community is there")).to_have_value(re.compile(r"\d+"))


def test_the_thread_never_ends_and_weights_move_it(staff_page: Page) -> None:
    """Segment, event, open issue, people, brief: each page leads to the next."""
    page = staff_page
    page.get_by_role("link", name=re.compile("^Why Denver")).click()
    page.locator(".lede").get_by_role("link", name="SIGGRAPH").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("has said Go to SIGGRAPH yet.")
    expect(page.get_by_role("main")).to_contain_text("RHEL-39415")
    page.get_by_role("link", name="Ada Example", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Example")
    page.get_by_role("main").get_by_role("link", name="SIGGRAPH").first.click()
    page.get_by_role("link", name="Brief", exact=True).click()
    expect(page.locator("article")).to_contain_text("RHEL-39415")

    page.goto("/weights?segment=media-entertainment")
    field = page.get_by_label("Live issue for them")
    before = float(field.input_value())
    field.fill("90")
    page.get_by_role("button", name="Preview the order").click()
    expect(page.get_by_text("nothing is saved yet")).to_be_visible()
    expect(field).to_have_value(re.compile(r"^90"))
    page.get_by_role("button", name="Save weights").click()
    expect(page.locator(".undo")).to_contain_text("The new weights rule.")
    page.get_by_role("button", name=re.compile("Undo")).click()
    expect(field).not_to_have_value(re.compile("^90"))
    assert float(field.input_value()) == before


def test_keys_and_the_example_that_goes_and_comes_back(staff_page: Page, axe: Axe) -> None:
    """Everything that staff do often has a key."""
    page = staff_page
    expect(page).to_have_url(re.compile("/season$"))
    page.get_by_role("button", name="Remove the example").click()
    expect(page.locator(".undo")).to_contain_text("The example is removed.")
    expect(page.get_by_role("link", name="Start with my own events")).to_be_visible()
    axe(page)
    press(page, "z")
    expect(page).to_have_url(re.compile("/season$"))
    expect(page.locator(".need").first).to_contain_text("RHEL-39415")

    press(page, "g")
    press(page, "f")
    expect(page).to_have_url(re.compile("/fit$"))
    focused = "document.activeElement.href"
    press(page, "j")
    first = page.evaluate(focused)
    press(page, "j")
    press(page, "j")
    assert page.evaluate(focused) != first
    press(page, "k")
    press(page, "k")
    assert page.evaluate(focused) == first
    press(page, "Enter")
    expect(page).to_have_url(re.compile(r"/fit/[\w-]+/\d+$"))
    press(page, "/")
    page.keyboard.type("gf")  # typing is typing
    expect(page.locator("#search")).to_have_value("gf")
    press(page, "Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=gf"))
    press(page, "?")
    expect(page).to_have_url(re.compile("/help$"))
    page.get_by_label(re.compile("Single keys act")).uncheck()
    press(page, "Tab")
    press(page, "g")
    press(page, "f")
    expect(page).to_have_url(re.compile("/help$"))


def test_start_with_my_own_events(staff_page: Page, axe: Axe) -> None:
    """An empty foundation, the paste box first, and the example is one click away."""
    page = staff_page
    page.get_by_role("link", name="Start with my own events").click()
    page.get_by_label("Name of your foundation or project").fill("AlmaLinux OS Foundation")
    page.get_by_label("Your name").fill("Eva Ours")
    page.get_by_label("Your mail address").fill("not an address")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".wrong")).to_contain_text("mail address")
    expect(page.get_by_label("Your name")).to_have_value("Eva Ours")
    page.get_by_label("Your mail address").fill("eva@ours.example")
    page.get_by_role("button", name="Start").click()

    expect(page).to_have_url(re.compile("/import$"))
    expect(page.locator(".clock")).to_have_count(0)
    page.get_by_label("Rows from your spreadsheet").fill("Event\tDate\nSeaGL\t8 Nov 2030\n")
    page.locator("main form button.main").first.click()
    page.locator("main form button.main").first.click()
    expect(page.get_by_role("main")).to_contain_text("SeaGL")
    axe(page)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Season").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nothing is decided")
    axe(page)

    page.get_by_role("link", name="The example").click()
    page.get_by_role("button", name="Look at the example").click()
    expect(page.locator(".clock")).to_contain_text("Thu 25 Jul 2024")
