"""Task 7: a volunteer pulls out, staff ask three who could come, the first yes has the place."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, OpenPage
from tests.live import Live

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
KIM = "kim@example.org"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_pulled_out_asked_and_covered(
    open_page: OpenPage, live: Live, axe: Axe, scripts: bool
) -> None:
    phone = signed_in(open_page(**PHONE, java_script_enabled=scripts), live, KIM)
    phone.goto("/my")
    expect(phone.locator(".big").first).to_contain_text("Sun 28 Jul")
    phone.get_by_role("link", name="I can’t come").first.tap()
    phone.get_by_role("button", name="Withdraw now").tap()
    taps = 2
    assert taps <= 2
    expect(phone.get_by_role("status")).to_contain_text("You are off Sun 28 Jul, 13:00–15:00.")

    staff = signed_in(open_page(java_script_enabled=scripts), live)
    staff.goto("/season")
    need = staff.locator(".need.hole", has_text="Open Source Days")
    expect(need).to_contain_text("1 missing")
    expect(need).to_contain_text("13:00–15:00")
    need.get_by_role("link", name="Find cover").click()
    expect(staff.get_by_role("heading", level=1)).to_contain_text("13:00–15:00 has 1 missing.")
    names = asked_names(staff)
    assert len(names) == 3
    if scripts:
        fits(staff, axe)
    staff.get_by_role("button", name="Ask these 3").click()
    clicks = 2
    assert clicks <= 3
    expect(staff.locator(".undo")).to_contain_text("Asked ")
    expect(staff.get_by_text("has not answered yet")).to_have_count(3)

    first, second = (
        signed_in(open_page(**PHONE, java_script_enabled=scripts), live, address_of(name))
        for name in names[:2]
    )
    for page in (first, second):
        page.goto("/my")
        page.get_by_role("link", name="Answer").tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("Can you come?")
    if scripts:
        fits(first, axe)
    say_yes(first)
    expect(first.get_by_role("status")).to_contain_text("The shift is yours.")
    say_yes(second)
    expect(second.get_by_role("alert")).to_contain_text("somebody else was quicker")
    expect(second.get_by_role("heading", level=1)).to_have_text("Somebody else was quicker.")

    staff.goto("/season")
    expect(staff.locator(".need.hole", has_text="Open Source Days")).to_have_count(0)
    expect_everywhere(staff, names[0].split()[0])


def test_a_question_can_be_ended(staff_page: Page) -> None:
    page = staff_page
    page.goto("/season")
    page.locator(".need.hole").get_by_role("link", name="Ask somebody").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("15:00–16:00 has nobody.")
    page.get_by_role("button", name="Ask these 3").click()
    page.locator(".undo").get_by_role("button", name="Undo").click()
    expect(page.locator(".undo")).to_contain_text("nobody is asked any more")
    expect(page.get_by_role("button", name="Ask these 3")).to_be_visible()


def signed_in(page: Page, live: Live, email: str | None = None) -> Page:
    """Sign somebody in with a personal link."""
    page.goto(live.sign_in_link(email))
    page.locator("main form button").first.click()
    return page


def asked_names(page: Page) -> list[str]:
    """Return who is ticked, each with reasons."""
    rows = page.get_by_role("row").filter(has=page.locator("input:checked"))
    for row in rows.all():
        expect(row.locator("td.wide").first).to_have_text(re.compile(r"\w+.*(asked|yet)"))
    return [row.get_by_role("rowheader").inner_text().strip() for row in rows.all()]


def address_of(name: str) -> str:
    return f"{name.split()[0].lower()}@example.org"


def say_yes(page: Page) -> None:
    """Press yes, with a reason where a rule asks for one."""
    button = page.get_by_role("button", name=re.compile("^Yes, I take Sun 13:00"))
    button.tap()
    reason = page.get_by_label("Why it is fine all the same")
    if reason.count():
        reason.fill("I have rested")
        button.tap()


def expect_everywhere(page: Page, name: str) -> None:
    """The roster, its print and the brief know who comes."""
    page.goto("/events?q=Open Source Days")
    page.locator("table.tab").get_by_role("link", name="Open Source Days").first.click()
    event = page.url.split("?")[0]
    for path in ("roster?day=2024-07-28", "roster/print", "brief"):
        page.goto(f"{event}/{path}")
        line = re.compile(rf"13:00[^§]{{0,200}}{name}", re.DOTALL)
        expect(page.locator("main")).to_have_text(line)


def fits(page: Page, axe: Axe) -> None:
    """The page fits its window, and axe finds nothing against it."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.wait_for_load_state()  # its words may be there before its stylesheet
    across = page.evaluate("document.documentElement.scrollWidth")
    assert across <= width, f"{page.url} is {across} pixels wide"
    axe(page)
