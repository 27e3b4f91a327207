"""Task 15: a couple with one address signs up; one checks in on another phone at the booth."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from models import Foundation, Person, Shift, SignUp
from tests.journeys.conftest import OpenPage
from tests.journeys.test_sign_up import CODE, PHONE, beside, decided, tap
from tests.live import Live

__all__ = ["decided"]

SHARED = "couple@example.org"


def sign_up(page: Page, name: str) -> str:
    """Take the first free shift with the shared address; return the personal link."""
    page.goto(f"/s/{CODE}")
    tap(page.locator(".open .btn").first)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail or phone").fill(SHARED)
    tap(page.locator("main button.main"))
    return page.locator("code").inner_text()


@pytest.mark.parametrize("scripts", [True, False])
def test_both_stay_and_one_checks_in_elsewhere(
    open_page: OpenPage, decided: Live, scripts: bool
) -> None:
    settings = {"java_script_enabled": scripts, "timezone_id": "America/Denver", **PHONE}
    at_home = open_page(**settings)
    links = {"Uma Coupled": sign_up(at_home, "Uma Coupled")}
    other = open_page(**settings)
    links["Ike Coupled"] = sign_up(other, "Ike Coupled")
    with beside(decided) as session:
        rows = session.execute(
            select(Person.name, SignUp.state, Shift.starts_at)
            .join(SignUp, SignUp.person_id == Person.id)
            .join(Shift, Shift.id == SignUp.shift_id)
            .where(Person.email == SHARED)
            .order_by(Person.name)
        ).all()
        assert [row[:2] for row in rows] == [("Ike Coupled", "taken"), ("Uma Coupled", "taken")]
        soon = rows[0].starts_at - timedelta(minutes=15)
        session.execute(update(Foundation).values(clock=soon))

    lead = open_page(java_script_enabled=scripts)
    lead.goto(decided.sign_in_link())
    lead.locator("main form button").first.click()
    lead.goto(on_the_day(lead))
    address = lead.locator(".qr figcaption").inner_text().strip()  # what its code says, too

    phone = open_page(**settings)  # that has never seen the site
    phone.goto(links["Ike Coupled"])
    tap(phone.get_by_role("button", name="This is my phone"))
    phone.goto(f"http://{address}")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Are you here, Ike?")
    tap(phone.get_by_role("button", name="I am here"))
    expect(phone.get_by_role("status")).to_contain_text("You are checked in.")
    with beside(decided) as session:
        came = session.execute(
            select(Person.name)
            .join(SignUp, SignUp.person_id == Person.id)
            .where(Person.email == SHARED, SignUp.arrived_at.is_not(None))
        ).all()
    assert came == [("Ike Coupled",)]


def on_the_day(lead: Page) -> str:
    """Return the address of the page for the day of the event whose booth this is."""
    lead.goto("/events?q=SIGGRAPH")
    lead.locator("table.tab").get_by_role("link", name="SIGGRAPH").first.click()
    return f"{urlsplit(lead.url).path}/today"
