"""Questions at sign-up: ticked by staff, answered on a phone without scripts, read by staff."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models import Booth
from tests.journeys.conftest import Axe, OpenPage, fits
from tests.journeys.test_sign_up import CODE, FIRST_VIEW, PHONE, SIDEWAYS, beside, decided, shift_at
from tests.live import Live

__all__ = ["decided"]
FOOD = "No peanuts; I carry an EpiPen."
LONG = "y" * 500


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_shirt_and_an_allergy(
    staff_page: Page, open_page: OpenPage, axe: Axe, decided: Live, theme: str
) -> None:
    with beside(decided) as session:
        event = session.scalars(select(Booth.event_id).where(Booth.code == CODE)).one()
        shift = shift_at(session, 15).id
    staff_page.emulate_media(color_scheme=theme)
    staff_page.goto(f"/events/{event}/booth")
    staff_page.get_by_role("link", name="Questions at sign-up").click()
    expect(staff_page.get_by_text("Nothing is asked at sign-up but a name")).to_be_visible()
    for label in ("Size of shirt", "Food", "Languages", "ticket", "free note"):
        staff_page.get_by_label(label).check()
    staff_page.get_by_role("button", name="Ask this").click()
    expect(staff_page.get_by_text("Asked at sign-up from now on.")).to_be_visible()

    phone = open_page(java_script_enabled=False, color_scheme=theme, **PHONE)
    answer = phone.goto(f"/s/{CODE}/shifts/{shift}")
    assert answer is not None and len(answer.body()) < FIRST_VIEW
    phone.get_by_label("Your name").fill("Nia Nowhere")
    phone.get_by_label("E-mail or phone").fill("nia@example.org")
    phone.get_by_label("Size of your shirt").select_option("M")
    phone.get_by_label("Food").fill(FOOD)
    phone.get_by_label("Entrance ticket").select_option("needs_ticket")
    phone.get_by_label("Anything the team should know").fill(LONG)
    look(phone)
    phone.locator("main form button.main").click()
    expect(phone.get_by_role("link", name="Change what you told the team")).to_be_visible()
    phone.get_by_role("link", name="Change what you told the team").click()
    expect(phone.get_by_label("Food")).to_have_value(FOOD)
    look(phone)
    phone.get_by_label("Size of your shirt").select_option("L")
    phone.get_by_role("button", name="Tell the team").click()
    expect(phone.get_by_text("Noted for the team at")).to_be_visible()

    staff_page.reload()
    row = staff_page.get_by_role("row", name="Nia Nowhere")
    expect(row).to_contain_text(FOOD)
    expect(row.get_by_role("cell").first).to_have_text("L")
    expect(staff_page.get_by_text("Tickets: 1 needed")).to_be_visible()
    fits(staff_page, axe, (360, 768, 1280))
    staff_page.goto(f"/events/{event}/roster/desk")
    expect(staff_page.get_by_role("row", name="Nia Nowhere")).to_contain_text("needs one")
    fits(staff_page, axe, (360, 1280))
    both = open_page(color_scheme=theme)
    both.goto(f"/s/{CODE}/several")
    fits(both, axe, (320, 1280))


def look(page: Page) -> None:
    """See that nothing runs over the edge."""
    assert page.evaluate(SIDEWAYS) <= 0
