"""Task 4: draw the shifts of a three-day booth, by pointer or by keyboard, and take them back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, OpenPage, fits, press
from tests.live import Live

HOURS = """Sat 26 Oct 16:00-19:00 set-up
Sun 27 Oct 10:00-18:00
Mon 28 Oct 09:30-18:00
Tue 29 Oct 09:30-15:30
Tue 29 Oct 15:30-17:00 tear-down"""
LATER = HOURS.replace("Mon 28 Oct 09:30-18:00", "Mon 28 Oct 10:00-16:00")
STARTS = {
    "Sat 26 Oct": ["16:00", "19:00"],
    "Sun 27 Oct": ["10:00", "12:00", "14:00", "16:00", "18:00"],
    "Mon 28 Oct": ["09:30", "11:30", "13:30", "15:30", "18:00"],
    "Tue 29 Oct": ["09:30", "11:30", "13:30", "15:30", "17:00"],
}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_season_to_the_shifts(open_page: OpenPage, live: Live, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    page.goto(live.sign_in_link())
    page.locator("main form button").first.click()
    page.goto("/season")

    page.locator("table.tab").get_by_role("link", name="All Things Open").click()
    page.get_by_role("link", name="Draw shifts").click()
    page.get_by_label("Hours", exact=True).fill(HOURS)
    page.get_by_role("button", name="Preview").click()
    expect_preview(page)
    page.get_by_role("button", name="Draw 13 shifts").click()
    clicks = 4
    assert clicks <= 6
    expect(page.locator(".undo")).to_contain_text("13 shifts drawn.")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nobody is on the 13 shifts yet")
    expect_inside_hours(page)

    page.locator(".undo").get_by_role("button", name="Undo").click()
    expect(page.locator(".undo")).to_contain_text("Undone: 13 shifts taken back.")
    expect(page.get_by_role("heading", level=1)).to_have_text("No shifts are drawn yet.")


def test_with_the_keyboard_alone(staff_page: Page) -> None:
    page = staff_page
    page.goto("/season")
    press_on(page, "All Things Open")
    press_on(page, "Draw shifts")
    tab_to(page, lambda: page.evaluate("document.activeElement.id") == "hours")
    press(page, "Control+a")
    page.keyboard.insert_text(HOURS)
    press_on(page, "Preview")
    expect_preview(page)
    press_on(page, "Draw 13 shifts")
    expect(page.locator(".undo")).to_contain_text("13 shifts drawn.")
    expect_inside_hours(page)
    press(page, "z")
    expect(page.locator(".undo")).to_contain_text("Undone: 13 shifts taken back.")


def test_a_slip_keeps_what_was_typed(staff_page: Page) -> None:
    page = staff_page
    page.goto("/season")
    page.locator("table.tab").get_by_role("link", name="All Things Open").click()
    page.get_by_role("link", name="Draw shifts").click()
    page.get_by_label("Hours", exact=True).fill(HOURS.replace("Mon 28", "Mon 29"))
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#hours-wrong")).to_contain_text("Line 3: 29 Oct 2024 is a Tuesday")
    expect(page.get_by_label("Hours", exact=True)).to_have_value(re.compile("Mon 29 Oct 09:30"))
    page.get_by_label("Hours", exact=True).fill(HOURS)
    page.get_by_role("button", name="Preview").click()
    expect_preview(page)


def test_hours_change_and_every_page_fits(staff_page: Page, axe: Axe) -> None:
    page = staff_page
    page.goto("/season")
    page.locator("table.tab").get_by_role("link", name="All Things Open").click()
    page.get_by_role("link", name="Draw shifts").click()
    page.get_by_label("Hours", exact=True).fill(HOURS)
    fits(page, axe)
    page.get_by_role("button", name="Preview").click()
    fits(page, axe)
    page.get_by_role("button", name="Draw 13 shifts").click()
    fits(page, axe)
    booth = page.url

    page.get_by_role("link", name="Change the hours").click()
    page.get_by_label("Hours", exact=True).fill(LATER)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 moved, 1 removed, 9 kept.")
    changes = page.get_by_role("region", name="What changes")
    expect(changes).to_contain_text("Mon 28 Oct 09:30–11:30 moves to 10:00–12:00")
    expect(changes).to_contain_text("nobody is on it")
    fits(page, axe)
    page.get_by_role("button", name="Change the shifts").click()
    expect(page.locator(".undo")).to_contain_text("3 shifts moved, 1 removed.")
    page.locator(".undo").get_by_role("button", name="Undo").click()
    expect_inside_hours(page)

    for path in ("batches", "share", "rules", "paste", "poster"):
        page.goto(f"{booth}/{path}")
        fits(page, axe)


def expect_preview(page: Page) -> None:
    """The preview says what it takes, and what is odd."""
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "13 shifts on four days, 54 person-hours."
    )
    expect(page.locator(".lede")).to_contain_text("26 places want somebody at least.")
    expect(page.locator(".lede")).to_contain_text("six people are enough for 22.5 open hours")
    remarks = page.get_by_role("region", name="to look at")
    expect(remarks).to_contain_text("Mon 28 Oct 15:30 is 2 h 30 min, longer than a shift")


def expect_inside_hours(page: Page) -> None:
    """On each day's ruler stand the starts of its shifts and the end of the last, no others."""
    for day, times in STARTS.items():
        ruler = page.get_by_role("region", name=day)
        expect(ruler.locator(".t")).to_have_text(times)


def tab_to(page: Page, is_there: Callable[[], object]) -> None:
    """Press Tab until the focus is where it should be."""
    for _ in range(150):
        if is_there():
            return
        press(page, "Tab")
    raise AssertionError("no Tab leads there")


def press_on(page: Page, name: str) -> None:
    """Go to a link or button of this name with Tab, and press Enter."""
    focused = "document.activeElement.innerText?.trim().startsWith(name)".replace(
        "name", repr(name)
    )
    tab_to(page, lambda: page.evaluate(focused))
    with page.expect_navigation():
        press(page, "Enter")
